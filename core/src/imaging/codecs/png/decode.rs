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

use crate::error::{Error, Result};
use crate::format::ImageFormat;
use crate::rules::ImageRules;

use super::chunks::{Chunks, TOO_SHORT, walk};
use super::color::Declared;
use super::input::PngInput;
use super::samples::{convert_row, read_sixteen_bits};
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::header::Header;
use crate::imaging::codecs::limits::{DecodingMemory, check_icc_bytes, check_memory};
use crate::imaging::codecs::plane_decoder::{Frames, PlaneDecoder, PlaneSink, PlaneSize, SampleFormat};
use crate::imaging::codecs::work_weights::{PNG_CONVERSION, byte_work, png_pixel};
use crate::imaging::pixels::buffer::{Layout, Pixels};
use crate::imaging::pixels::color_tables::ColorTables;
use crate::imaging::pixels::colorimetry::Colorimetry;
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

/// A PNG whose chunks are known.
pub(in crate::imaging::codecs) struct PngDecoder<'a> {
    bytes: &'a [u8],
    chunks: Chunks<'a>,
    rules: &'a ImageRules,
    icc: Option<Vec<u8>>,
    /// What the samples are converted to sRGB from, where no profile describes them.
    colorimetry: Option<Colorimetry>,
}

impl<'a> PngDecoder<'a> {
    /// Errors: `image_corrupt`, `image_too_large` for a colour profile.
    pub(in crate::imaging::codecs) fn new(bytes: &'a [u8], rules: &'a ImageRules) -> Result<Self> {
        let chunks = walk(bytes)?;
        let (icc, colorimetry) = colors(&chunks, rules)?;
        Ok(Self { bytes, chunks, rules, icc, colorimetry })
    }

    fn row_bytes(&self) -> usize {
        self.chunks.width as usize * self.chunks.layout().channels()
    }

    /// Decodes row by row.
    fn decode_rows(
        &self,
        reader: &mut Reader<PngInput<'_>>,
        tables: Option<&ColorTables>,
        sink: &mut dyn PlaneSink,
    ) -> Result<()> {
        let mut converted = vec![0; self.row_bytes()];
        for _ in 0..self.chunks.height {
            let row = reader.next_row().map_err(|error| damaged(&error))?;
            let row = row.ok_or_else(|| corrupt("its header is ambiguous"))?;
            match tables {
                None if self.chunks.sample_bits() == 8 => sink.row(0, row.data())?,
                Some(tables) if self.chunks.sample_bits() == 8 => {
                    converted.iter_mut().zip(row.data()).for_each(|(to, from)| *to = *from);
                    tables.apply_to(&mut converted);
                    sink.row(0, &converted)?;
                }
                tables => {
                    convert_row(row.data(), self.chunks.layout(), tables, &mut converted);
                    sink.row(0, &converted)?;
                }
            }
        }
        Ok(())
    }

    /// Decodes a picture whose last row is complete only with the last pass.
    fn decode_interlaced(
        &self,
        reader: &mut Reader<PngInput<'_>>,
        tables: Option<&ColorTables>,
        sink: &mut dyn PlaneSink,
    ) -> Result<()> {
        let Chunks { width, height, .. } = self.chunks;
        let layout = self.chunks.layout();
        let data = vec![0; height as usize * self.row_bytes()];
        let mut pixels = Pixels { width, height, layout, data };
        if self.chunks.sample_bits() == 16 {
            read_sixteen_bits(reader, layout, tables, &mut pixels.data).map_err(|error| damaged(&error))?;
        } else {
            reader.next_frame(&mut pixels.data).map_err(|error| damaged(&error))?;
            if let Some(tables) = tables {
                tables.apply(&mut pixels, self.rules)?;
            }
        }
        sink.all(pixels.data, self.row_bytes())
    }
}

impl PlaneDecoder for PngDecoder<'_> {
    fn format(&self) -> SampleFormat {
        SampleFormat::Packed(self.chunks.layout())
    }

    fn planes(&self) -> Vec<PlaneSize> {
        vec![PlaneSize::full((self.chunks.width, self.chunks.height))]
    }

    fn take_profile(&mut self) -> Result<Option<Vec<u8>>> {
        Ok(self.icc.take())
    }

    fn memory(&self) -> DecodingMemory {
        let counted = self.chunks.kept_bytes().saturating_add(self.chunks.codec_bytes());
        DecodingMemory { keeps_pixels: self.chunks.is_interlaced, ..DecodingMemory::of(counted) }
    }

    fn decode(self: Box<Self>, other_bytes: u64, sink: &mut dyn PlaneSink) -> Result<()> {
        let chunks = &self.chunks;
        chunks.check()?;
        check_memory(self.rules, &[chunks.codec_bytes(), chunks.kept_bytes(), other_bytes])?;
        let (layout, sample_bits) = (chunks.layout(), chunks.sample_bits());
        let tables = self.colorimetry.as_ref().and_then(|colors| ColorTables::new(colors, layout, sample_bits));
        let mut reader = open(self.bytes, chunks, Transformations::EXPAND, self.rules)?;
        let (color, depth) = reader.output_color_type();
        if (depth == BitDepth::Sixteen) != (sample_bits == 16) || layout_of(color) != Some(layout) {
            return Err(corrupt("its header is ambiguous"));
        }
        if chunks.is_interlaced {
            self.decode_interlaced(&mut reader, tables.as_ref(), sink)?;
        } else {
            self.decode_rows(&mut reader, tables.as_ref(), sink)?;
        }
        // After the first frame of an animation there are others.
        if chunks.is_apng && chunks.frames > 1 { Ok(()) } else { reader.finish().map_err(|error| damaged(&error)) }
    }

    /// Reads every row as it is stored, and on to the end of the file. The `png` crate has no way around the first frame.
    fn check(self: Box<Self>, _frames: Frames) -> Result<bool> {
        let Self { bytes, chunks, rules, icc, .. } = *self;
        chunks.check()?;
        if chunks.is_apng && chunks.is_too_short {
            return Err(corrupt(TOO_SHORT));
        }
        let icc_bytes = icc.map_or(0, |icc| icc.len() as u64);
        check_memory(rules, &[chunks.codec_bytes(), icc_bytes])?;
        let mut reader = open(bytes, &chunks, Transformations::IDENTITY, rules)?;
        if layout_when_expanded(reader.info()) != Some(chunks.layout()) {
            return Err(corrupt("its header is ambiguous"));
        }
        let frames = if chunks.is_apng { chunks.frames } else { 1 };
        for frame in 0..frames {
            if frame > 0 {
                reader.next_frame_info().map_err(|error| damaged(&error))?;
            }
            while reader.next_interlaced_row().map_err(|error| damaged(&error))?.is_some() {}
        }
        reader.finish().map_err(|error| damaged(&error))?;
        Ok(true)
    }
}

/// The profile that describes the pixels, or what their samples are converted to sRGB from.
fn colors(chunks: &Chunks<'_>, rules: &ImageRules) -> Result<(Option<Vec<u8>>, Option<Colorimetry>)> {
    let mut declared = chunks.colors.declared();
    if let Declared::Profile(iccp) = declared {
        let space = if matches!(chunks.layout(), Layout::Gray | Layout::GrayAlpha) { *b"GRAY" } else { *b"RGB " };
        let icc = icc_for(space, unpack_profile(iccp, rules)?);
        if icc.is_some() {
            return Ok((icc, None));
        }
        declared = chunks.colors.without_profile();
    }
    match declared {
        Declared::Colorimetry(colorimetry) => Ok((None, Some(colorimetry))),
        _ => Ok((None, None)),
    }
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

fn damaged(error: &::png::DecodingError) -> Error {
    corrupt(format!("png: {error}"))
}
