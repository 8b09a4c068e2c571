//! The decoder of a PNG or of the static image of an APNG, and of all frames in a check.
//!
//! 16-bit samples are rounded to 8 bits, palettes are expanded, `tRNS` becomes alpha, gray stays gray. The picture is the
//! contents of `IDAT`; in an APNG that is the first frame or the static image. Colours that chunks other than `iCCP` declare are
//! converted to sRGB while the picture is decoded (see `color_chunks`).
//!
//! Errors that do not affect the picture are ignored, as in libpng: an invalid `tRNS`, a palette that is not needed, an `eXIf`
//! after the image data, an inconsistent animation, a missing `IEND`.

use ::png::{BitDepth, ColorType, Decoder, Info, Limits, Reader, Transformations};
use fdeflate::BoundedDecompressionError;

use crate::error::Result;
use crate::format::ImageFormat;
use crate::rules::ImageRules;

use super::chunks::{ParsedPng, TOO_SHORT, parse};
use super::color_chunks::DeclaredSpace;
use super::damage::damaged;
use super::input::PngInput;
use super::samples::{convert_row, read_interlaced};
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::header::Header;
use crate::imaging::codecs::limits::{DecodingMemory, check_icc_bytes, check_memory};
use crate::imaging::codecs::plane_decoder::{Frames, PlaneDecoder, PlaneSink, PlaneSize, SampleFormat};
use crate::imaging::codecs::work_weights::{PNG_CONVERSION, byte_work, png_pixel};
use crate::imaging::pixels::buffer::{Layout, Pixels};
use crate::imaging::pixels::colorimetry::Colorimetry;
use crate::imaging::pixels::icc::icc_for;
use crate::imaging::pixels::srgb_tables::SrgbTables;

pub(crate) fn header(bytes: &[u8]) -> Result<Header> {
    let chunks = parse(bytes)?;
    let mut header = Header::still(ImageFormat::Png, chunks.width, chunks.height);
    header.has_alpha = chunks.color_type & 4 != 0 || chunks.has_transparency;
    header.has_icc_profile = chunks.colors.iccp.is_some();
    header.has_other_colors = chunks.colors.are_converted();
    header.has_exif = chunks.exif.is_some();
    header.orientation = chunks.orientation;
    header.exif_summary.clone_from(&chunks.exif_summary);
    if chunks.is_apng && chunks.frames > 1 {
        header.is_animated = true;
        header.frames = chunks.frames;
        header.frame_pixels = chunks.frame_pixels;
    }
    header.pixel_work = png_pixel(chunks.bits_per_pixel(), chunks.is_interlaced);
    if header.has_other_colors {
        header.pixel_work += PNG_CONVERSION;
    }
    header.byte_work = byte_work(ImageFormat::Png, bytes.len());
    Ok(header)
}

/// Whether the start of a file ends before the image data, so that more metadata may follow.
pub(crate) fn ends_before_data(bytes: &[u8]) -> bool {
    parse(bytes).is_ok_and(|chunks| !chunks.has_data)
}

/// The decoder of a parsed PNG.
pub(in crate::imaging::codecs) struct PngDecoder<'a> {
    bytes: &'a [u8],
    chunks: ParsedPng<'a>,
    rules: &'a ImageRules,
    icc: Option<Vec<u8>>,
    /// The colorimetry that samples are converted to sRGB from, if no profile describes them.
    colorimetry: Option<Colorimetry>,
}

impl<'a> PngDecoder<'a> {
    /// Errors: `image_corrupt`, `image_too_large` for a colour profile.
    pub(in crate::imaging::codecs) fn new(bytes: &'a [u8], rules: &'a ImageRules) -> Result<Self> {
        let chunks = parse(bytes)?;
        let (icc, colorimetry) = colors(&chunks, rules)?;
        Ok(Self { bytes, chunks, rules, icc, colorimetry })
    }

    fn row_bytes(&self) -> usize {
        self.chunks.width as usize * self.chunks.layout().channels()
    }

    /// Decodes a picture that is not interlaced, row by row.
    fn decode_rows(
        &self,
        reader: &mut Reader<PngInput<'_>>,
        tables: Option<&SrgbTables>,
        sink: &mut dyn PlaneSink,
    ) -> Result<()> {
        let mut converted = vec![0; self.row_bytes()];
        for _ in 0..self.chunks.height {
            let row = reader.next_row().map_err(|error| damaged(&error))?;
            let row = row.ok_or_else(|| corrupt("a PNG with fewer rows than its header says"))?;
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

    /// Decodes an interlaced picture, whose rows are complete only with the last pass.
    fn decode_interlaced(
        &self,
        reader: &mut Reader<PngInput<'_>>,
        tables: Option<&SrgbTables>,
        sink: &mut dyn PlaneSink,
    ) -> Result<()> {
        let ParsedPng { width, height, .. } = self.chunks;
        let layout = self.chunks.layout();
        let data = vec![0; height as usize * self.row_bytes()];
        let mut pixels = Pixels { width, height, layout, data };
        if self.chunks.sample_bits() == 16 {
            read_interlaced(reader, layout, tables, &mut pixels.data).map_err(|error| damaged(&error))?;
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
        let tables = self.colorimetry.as_ref().and_then(|colors| SrgbTables::new(colors, layout, sample_bits));
        let mut reader = open(self.bytes, chunks, Transformations::EXPAND, self.rules)?;
        let (color, depth) = reader.output_color_type();
        if (depth == BitDepth::Sixteen) != (sample_bits == 16) || layout_of(color) != Some(layout) {
            return Err(corrupt(CONTRADICTS_ITSELF));
        }
        if chunks.is_interlaced {
            self.decode_interlaced(&mut reader, tables.as_ref(), sink)?;
        } else {
            self.decode_rows(&mut reader, tables.as_ref(), sink)?;
        }
        // The frames of an animation follow.
        if chunks.is_apng && chunks.frames > 1 { Ok(()) } else { reader.finish().map_err(|error| damaged(&error)) }
    }

    /// Decodes every scanline without expanding it, up to the end of the file. The `png` crate cannot skip the first frame.
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
            return Err(corrupt(CONTRADICTS_ITSELF));
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

const CONTRADICTS_ITSELF: &str = "a PNG whose colour type and transparency chunk contradict each other";

/// The profile that describes the pixels, or the colorimetry that their samples are converted from.
fn colors(chunks: &ParsedPng<'_>, rules: &ImageRules) -> Result<(Option<Vec<u8>>, Option<Colorimetry>)> {
    let mut declared = chunks.colors.declared();
    if let DeclaredSpace::Profile(iccp) = declared {
        let space = if matches!(chunks.layout(), Layout::Gray | Layout::GrayAlpha) { *b"GRAY" } else { *b"RGB " };
        let icc = icc_for(space, unpack_profile(iccp, rules)?);
        if icc.is_some() {
            return Ok((icc, None));
        }
        declared = chunks.colors.without_profile();
    }
    match declared {
        DeclaredSpace::Colorimetry(colorimetry) => Ok((None, Some(colorimetry))),
        _ => Ok((None, None)),
    }
}

fn open<'a>(
    bytes: &'a [u8],
    chunks: &ParsedPng<'_>,
    transformations: Transformations,
    rules: &'a ImageRules,
) -> Result<Reader<PngInput<'a>>> {
    let mut decoder = Decoder::new(PngInput::new(bytes, chunks.kept, rules));
    // By default the crate does not verify the Adler-32 of the image data.
    decoder.ignore_checksums(false);
    decoder.set_limits(Limits { bytes: usize::try_from(rules.max_memory_bytes).unwrap_or(usize::MAX) });
    decoder.set_transformations(transformations);
    decoder.read_info().map_err(|error| damaged(&error))
}

/// The layout of the pixels after expansion. `None` if a palette is missing.
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

/// Decompresses the profile of `iCCP`: a name, a zero byte, the compression method, zlib data. `None` if it is damaged.
fn unpack_profile(iccp: &[u8], rules: &ImageRules) -> Result<Option<Vec<u8>>> {
    let Some(name_end) = iccp.iter().take(80).position(|byte| *byte == 0) else { return Ok(None) };
    let Some([0, packed @ ..]) = iccp.get(name_end + 1..) else { return Ok(None) };
    // While the output is reallocated, it is in memory twice.
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
