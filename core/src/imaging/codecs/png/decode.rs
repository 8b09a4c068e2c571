//! PNG (W3C, third edition) and APNG: our own walk over the chunks, the `png` crate for the pixels.
//!
//! 16-bit channels are rounded to 8 bits, palettes are expanded, `tRNS` becomes alpha, gray stays gray. The picture is what
//! `IDAT` holds; in an APNG that is the first frame or the default image. Colours that chunks other than `iCCP` declare
//! are converted to sRGB while the picture is decoded (see `color`).
//!
//! What is wrong and does not matter to the picture is passed over, as libpng does: a `tRNS` that does not fit, a palette that
//! nobody needs, an `eXIf` after the picture, an animation that contradicts itself, a missing `IEND`.

use ::png::{BitDepth, ColorType, Decoder, Info, Limits, Reader, Transformations};
use fdeflate::BoundedDecompressionError;

use crate::error::Result;
use crate::format::ImageFormat;
use crate::rules::ImageRules;

use super::chunks::{Chunks, TOO_SHORT, walk};
use super::color_chunks::DeclaredSpace;
use super::damage::damaged;
use super::input::PngInput;
use super::samples::{convert_row, read_sixteen_bits};
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::header::Header;
use crate::imaging::codecs::limits::{DecodingMemory, check_icc_bytes, check_memory};
use crate::imaging::codecs::row_sink::RowSink;
use crate::imaging::codecs::work_weights::{PNG_CONVERSION, byte_work, png_pixel};
use crate::imaging::pixels::buffer::{Layout, Pixels};
use crate::imaging::pixels::color_tables::ColorTables;
use crate::imaging::pixels::icc::icc_for;

pub(crate) fn header(bytes: &[u8]) -> Result<Header> {
    let chunks = walk(bytes)?;
    let mut header = Header::still(ImageFormat::Png, chunks.width, chunks.height);
    header.has_alpha = chunks.color_type & 4 != 0 || chunks.has_transparency;
    header.has_icc_profile = chunks.colors.iccp.is_some();
    header.has_exif = chunks.exif.is_some();
    header.orientation = chunks.orientation;
    header.exif_summary.clone_from(&chunks.exif_summary);
    if chunks.is_apng && chunks.frames > 1 {
        header.is_animated = true;
        header.frames = chunks.frames;
        header.frame_pixels = chunks.frame_pixels;
    }
    header.pixel_work = png_pixel(chunks.bits_per_pixel(), chunks.is_interlaced);
    if chunks.colors.are_converted() {
        header.pixel_work += PNG_CONVERSION;
    }
    header.byte_work = byte_work(ImageFormat::Png, bytes.len());
    Ok(header)
}

/// Whether the start of a file ends before the picture does begin, so that more metadata may follow.
pub(crate) fn ends_before_data(bytes: &[u8]) -> bool {
    walk(bytes).is_ok_and(|chunks| !chunks.has_data)
}

pub(crate) fn decode_rows(bytes: &[u8], header: &Header, rules: &ImageRules, sink: &mut dyn RowSink) -> Result<()> {
    let chunks = walk(bytes)?;
    chunks.check()?;
    let layout = chunks.layout();
    let (icc, tables) = colors(&chunks, layout, rules)?;
    let icc_bytes = icc.as_ref().map_or(0, |profile| profile.len() as u64);
    check_memory(rules, &[chunks.codec_bytes(), chunks.kept_bytes(), icc_bytes])?;

    let mut reader = open(bytes, &chunks, Transformations::EXPAND, rules)?;
    let (color, depth) = reader.output_color_type();
    let sample_bits = if depth == BitDepth::Sixteen { 16 } else { 8 };
    if sample_bits != chunks.sample_bits() || layout_of(color) != Some(layout) {
        return Err(corrupt(CONTRADICTS_ITSELF));
    }
    let row_bytes = header.width as usize * layout.channels();
    if chunks.is_interlaced {
        // Its last row is complete only with the last pass.
        let data = vec![0; header.height as usize * row_bytes];
        let mut pixels = Pixels { width: header.width, height: header.height, layout, data };
        if sample_bits == 16 {
            read_sixteen_bits(&mut reader, layout, tables.as_ref(), &mut pixels.data)
                .map_err(|error| damaged(&error))?;
        } else {
            reader.next_frame(&mut pixels.data).map_err(|error| damaged(&error))?;
            if let Some(tables) = &tables {
                tables.apply(&mut pixels, rules)?;
            }
        }
        sink.all(layout, icc, pixels.data, row_bytes)?;
    } else {
        sink.begin(layout, icc)?;
        let mut converted = vec![0; row_bytes];
        for _ in 0..header.height {
            let row = reader.next_row().map_err(|error| damaged(&error))?;
            let row = row.ok_or_else(|| corrupt("a PNG with fewer rows than its header says"))?;
            match &tables {
                None if sample_bits == 8 => sink.row(row.data())?,
                Some(tables) if sample_bits == 8 => {
                    converted.iter_mut().zip(row.data()).for_each(|(to, from)| *to = *from);
                    tables.apply_to(&mut converted);
                    sink.row(&converted)?;
                }
                tables => {
                    convert_row(row.data(), layout, tables.as_ref(), &mut converted);
                    sink.row(&converted)?;
                }
            }
        }
    }
    if !header.is_animated {
        reader.finish().map_err(|error| damaged(&error))?;
    }
    Ok(())
}

const CONTRADICTS_ITSELF: &str = "a PNG whose colour type and transparency chunk contradict each other";

/// The profile that describes the pixels, or the tables that convert their samples to sRGB.
fn colors(chunks: &Chunks<'_>, layout: Layout, rules: &ImageRules) -> Result<(Option<Vec<u8>>, Option<ColorTables>)> {
    let mut declared = chunks.colors.declared();
    if let DeclaredSpace::Profile(iccp) = declared {
        let space = if matches!(layout, Layout::Gray | Layout::GrayAlpha) { *b"GRAY" } else { *b"RGB " };
        let icc = icc_for(space, unpack_profile(iccp, rules)?);
        if icc.is_some() {
            return Ok((icc, None));
        }
        declared = chunks.colors.without_profile();
    }
    match declared {
        DeclaredSpace::Colorimetry(colorimetry) => {
            Ok((None, ColorTables::new(&colorimetry, layout, chunks.sample_bits())))
        }
        _ => Ok((None, None)),
    }
}

/// The most memory that [`decode_rows`] takes as far as the header tells.
pub(crate) fn decoding_memory(bytes: &[u8]) -> Result<DecodingMemory> {
    let chunks = walk(bytes)?;
    let counted = chunks.kept_bytes().saturating_add(chunks.codec_bytes());
    Ok(DecodingMemory { keeps_pixels: chunks.is_interlaced, ..DecodingMemory::of(counted) })
}

/// Decodes every row of every frame as it is stored, keeps none, and reads on to the end.
pub(crate) fn check(bytes: &[u8], rules: &ImageRules) -> Result<()> {
    let chunks = walk(bytes)?;
    chunks.check()?;
    if chunks.is_apng && chunks.is_too_short {
        return Err(corrupt(TOO_SHORT));
    }
    let icc_bytes = match chunks.colors.declared() {
        DeclaredSpace::Profile(iccp) => unpack_profile(iccp, rules)?.map_or(0, |profile| profile.len() as u64),
        _ => 0,
    };
    check_memory(rules, &[chunks.codec_bytes(), icc_bytes])?;
    let mut reader = open(bytes, &chunks, Transformations::IDENTITY, rules)?;
    let info = reader.info();
    if layout_when_expanded(info) != Some(chunks.layout()) {
        return Err(corrupt(CONTRADICTS_ITSELF));
    }
    let frames = if chunks.is_apng { chunks.frames } else { 1 };
    for frame in 0..frames {
        if frame > 0 {
            reader.next_frame_info().map_err(|error| damaged(&error))?;
        }
        while reader.next_interlaced_row().map_err(|error| damaged(&error))?.is_some() {}
    }
    reader.finish().map_err(|error| damaged(&error))
}

fn open<'a>(
    bytes: &'a [u8],
    chunks: &Chunks<'_>,
    transformations: Transformations,
    rules: &'a ImageRules,
) -> Result<Reader<PngInput<'a>>> {
    let mut decoder = Decoder::new(PngInput::new(bytes, chunks.kept, rules));
    // By default the crate leaves out the Adler-32 of the image data.
    decoder.ignore_checksums(false);
    decoder.set_limits(Limits { bytes: usize::try_from(rules.max_memory_bytes).unwrap_or(usize::MAX) });
    decoder.set_transformations(transformations);
    decoder.read_info().map_err(|error| damaged(&error))
}

/// The layout that the pixels have when they are expanded. A palette that is missing is found only then.
fn layout_when_expanded(info: &Info<'_>) -> Option<Layout> {
    match (info.color_type, info.trns.is_some()) {
        (ColorType::Grayscale, false) => Some(Layout::Gray),
        (ColorType::Grayscale, true) | (ColorType::GrayscaleAlpha, _) => Some(Layout::GrayAlpha),
        (ColorType::Rgb, false) => Some(Layout::Rgb),
        (ColorType::Rgb, true) | (ColorType::Rgba, _) => Some(Layout::Rgba),
        (ColorType::Indexed, _) if info.palette.is_none() => None,
        (ColorType::Indexed, false) => Some(Layout::Rgb),
        (ColorType::Indexed, true) => Some(Layout::Rgba),
    }
}

fn layout_of(color: ColorType) -> Option<Layout> {
    match color {
        ColorType::Grayscale => Some(Layout::Gray),
        ColorType::GrayscaleAlpha => Some(Layout::GrayAlpha),
        ColorType::Rgb => Some(Layout::Rgb),
        ColorType::Rgba => Some(Layout::Rgba),
        ColorType::Indexed => None,
    }
}

/// Unpacks the profile of `iCCP`: a name, a zero, the compression method, a zlib stream. A damaged one is no profile.
fn unpack_profile(iccp: &[u8], rules: &ImageRules) -> Result<Option<Vec<u8>>> {
    let Some(name_end) = iccp.iter().take(80).position(|byte| *byte == 0) else { return Ok(None) };
    let Some([0, packed @ ..]) = iccp.get(name_end + 1..) else { return Ok(None) };
    // While the output grows, there are two of it.
    let limit = rules.max_icc_bytes.min(rules.max_memory_bytes / 2);
    match fdeflate::decompress_to_vec_bounded(packed, usize::try_from(limit).unwrap_or(usize::MAX)) {
        Ok(profile) => Ok(Some(profile)),
        Err(BoundedDecompressionError::OutputTooLarge { .. }) => {
            check_icc_bytes(rules, limit + 1)?;
            check_memory(rules, &[2 * (limit + 1)])?;
            Ok(None)
        }
        Err(BoundedDecompressionError::DecompressionError { .. }) => Ok(None),
    }
}
