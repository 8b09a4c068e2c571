//! PNG (W3C, third edition) and APNG: our own walk over the chunks, the `png` crate for the pixels.
//!
//! 16-bit channels become 8-bit by their high byte, palettes are expanded, `tRNS` becomes alpha, gray stays gray.
//! The picture is what `IDAT` holds; in an APNG that is the first frame or the default image. `gAMA` and `cHRM`
//! are not applied. `cICP` comes before `iCCP`, and one that says sRGB means that there is no profile.

use ::png::{BitDepth, ColorType, Decoder, Info, Limits, Reader, Transformations};
use fdeflate::BoundedDecompressionError;

use crate::error::{Error, Result};
use crate::format::ImageFormat;
use crate::rules::ImageRules;

use super::decode::{check_icc_bytes, check_memory, icc_for};
use super::exif;
use super::header::{Header, corrupt};
use super::pixel_rows::RowSink;
use super::pixels::Layout;
use super::png_input::PngInput;
use super::weights::{byte_work, png_pixel};

/// What a walk over the chunks finds.
#[derive(Default)]
#[allow(clippy::struct_excessive_bools, reason = "independent facts, not a state")]
struct Chunks<'a> {
    width: u32,
    height: u32,
    bit_depth: u8,
    color_type: u8,
    is_interlaced: bool,
    has_transparency: bool,
    iccp: Option<&'a [u8]>,
    is_srgb: bool,
    exif: Option<&'a [u8]>,
    /// Whether `acTL` stands before the picture, which is what makes an APNG.
    is_apng: bool,
    frames: u64,
    frame_pixels: u64,
    /// The bytes of `IDAT`.
    data_bytes: u64,
    /// Whether the `fdAT` of any frame cannot hold its rows.
    is_too_short: bool,
    has_data: bool,
    /// Whether `IEND` was reached.
    is_complete: bool,
}

pub(crate) fn header(bytes: &[u8]) -> Result<Header> {
    let chunks = walk(bytes)?;
    let mut header = Header::still(ImageFormat::Png, chunks.width, chunks.height);
    header.has_alpha = chunks.color_type & 4 != 0 || chunks.has_transparency;
    header.has_icc_profile = chunks.iccp.is_some();
    header.has_exif = chunks.exif.is_some();
    header.orientation = chunks.exif.and_then(exif::orientation).unwrap_or_default();
    if chunks.is_apng && chunks.frames > 1 {
        header.is_animated = true;
        header.frames = chunks.frames;
        header.frame_pixels = chunks.frame_pixels;
    }
    header.pixel_work = png_pixel(chunks.bits_per_pixel(), chunks.is_interlaced);
    header.byte_work = byte_work(ImageFormat::Png, bytes.len());
    Ok(header)
}

/// Walks over the chunks in one pass, reading lengths and no checksums. A cut-off file gives what was found, if that
/// includes the header.
fn walk(bytes: &[u8]) -> Result<Chunks<'_>> {
    let mut chunks = Chunks::default();
    let mut rest = bytes.get(8..).unwrap_or_default();
    let (kind, data, after) = split_chunk(rest).ok_or_else(|| corrupt("it ends in its header"))?;
    let (b"IHDR", [w0, w1, w2, w3, h0, h1, h2, h3, depth, color, _, _, interlace]) = (kind, data) else {
        return Err(corrupt("it does not start with IHDR"));
    };
    chunks.width = u32::from_be_bytes([*w0, *w1, *w2, *w3]);
    chunks.height = u32::from_be_bytes([*h0, *h1, *h2, *h3]);
    chunks.bit_depth = *depth;
    chunks.color_type = *color;
    chunks.is_interlaced = *interlace != 0;
    if chunks.width == 0 || chunks.height == 0 {
        return Err(corrupt("it has no pixels"));
    }
    if !matches!((color, depth), (0, 1 | 2 | 4 | 8 | 16) | (2 | 4 | 6, 8 | 16) | (3, 1 | 2 | 4 | 8)) {
        return Err(corrupt("its colour type and bit depth do not exist"));
    }
    rest = after;
    let mut has_control_before_data = false;
    // The rows of the frame that is being read, and the bytes of its data: none before the first `fdAT`.
    let (mut frame_rows, mut frame_data) = (0_u64, 0_u64);
    while let Some((kind, data, after)) = split_chunk(rest) {
        match kind {
            b"IDAT" => {
                if !chunks.has_data && !has_control_before_data {
                    chunks.add_frame(chunks.width, chunks.height); // a default image that is no frame
                }
                chunks.has_data = true;
                chunks.data_bytes += data.len() as u64;
            }
            b"tRNS" if !chunks.has_data => chunks.has_transparency = true,
            b"iCCP" if !chunks.has_data => chunks.iccp = chunks.iccp.or(Some(data)),
            b"cICP" if !chunks.has_data => chunks.is_srgb = data == [1, 13, 0, 1],
            b"acTL" if !chunks.has_data => chunks.is_apng = true,
            b"eXIf" => chunks.exif = chunks.exif.or(Some(data)),
            b"fcTL" => {
                has_control_before_data = true;
                if let Some([w0, w1, w2, w3, h0, h1, h2, h3]) = data.get(4..12) {
                    let width = u32::from_be_bytes([*w0, *w1, *w2, *w3]);
                    let height = u32::from_be_bytes([*h0, *h1, *h2, *h3]);
                    chunks.add_frame(width, height);
                    chunks.is_too_short |= frame_rows > most_bytes(frame_data);
                    frame_rows = if chunks.has_data { chunks.raw_bytes(width, height) } else { 0 };
                    frame_data = 0;
                }
            }
            b"fdAT" => frame_data += data.len() as u64,
            b"IEND" => {
                chunks.is_too_short |= frame_rows > most_bytes(frame_data);
                chunks.is_complete = true;
                break;
            }
            _ => {}
        }
        rest = after;
    }
    Ok(chunks)
}

const TOO_SHORT: &str = "its data is too short for its size";

/// The most bytes that so many bytes of a deflate stream become. The longest match is 258 bytes and takes at least two
/// bits, one for its length and one for its distance, since no Huffman code is shorter; everything else takes more of them
/// for each byte (RFC 1951, section 3.2.5).
fn most_bytes(deflated_bytes: u64) -> u64 {
    deflated_bytes.saturating_mul(258 * 8 / 2)
}

/// Adam7: where each pass starts, and how many pixels it goes on, across and down.
const PASSES: [[u64; 4]; 7] =
    [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];

impl Chunks<'_> {
    /// The bytes of all rows of a frame, their filters included.
    fn raw_bytes(&self, width: u32, height: u32) -> u64 {
        let row_bytes = |width: u64| 1 + (width * self.bits_per_pixel()).div_ceil(8);
        let (width, height) = (u64::from(width), u64::from(height));
        if !self.is_interlaced {
            return row_bytes(width).saturating_mul(height);
        }
        let passes = PASSES.iter().map(|[left, top, across, down]| {
            let width = width.saturating_sub(*left).div_ceil(*across);
            let height = height.saturating_sub(*top).div_ceil(*down);
            if width == 0 { 0 } else { row_bytes(width).saturating_mul(height) }
        });
        passes.fold(0, u64::saturating_add)
    }

    fn first_is_too_short(&self) -> bool {
        self.raw_bytes(self.width, self.height) > most_bytes(self.data_bytes)
    }

    fn add_frame(&mut self, width: u32, height: u32) {
        let pixels = u64::from(width) * u64::from(height);
        self.frames += 1;
        self.frame_pixels = self.frame_pixels.saturating_add(pixels);
    }

    fn bits_per_pixel(&self) -> u64 {
        let channels = match self.color_type {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };
        channels * u64::from(self.bit_depth)
    }

    /// What the `png` crate makes of the pixels under our transformations.
    fn layout(&self) -> Layout {
        match (self.color_type, self.has_transparency) {
            (0, false) => Layout::Gray,
            (0, true) | (4, _) => Layout::GrayAlpha,
            (2 | 3, false) => Layout::Rgb,
            _ => Layout::Rgba,
        }
    }

    /// The pixels of an interlaced picture, which are all in memory before the first row is complete.
    fn kept_bytes(&self) -> u64 {
        let pixels = u64::from(self.width).saturating_mul(self.height.into());
        if self.is_interlaced { pixels.saturating_mul(self.layout().channels() as u64) } else { 0 }
    }

    /// Rows and inflate state that the `png` crate holds beside the pixels: two rows at full depth and a window.
    fn codec_bytes(&self) -> u64 {
        let row_bytes = u64::from(self.width) * 8;
        row_bytes.saturating_mul(4).saturating_add(512 * 1024)
    }
}

/// The first chunk: its type, its data, and what follows its checksum. `None` where the bytes end before that.
fn split_chunk(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (kind, rest) = rest.split_first_chunk::<4>()?;
    let (data, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    let (_checksum, rest) = rest.split_at_checked(4)?;
    Some((kind, data, rest))
}

pub(crate) fn decode_rows(bytes: &[u8], header: &Header, rules: &ImageRules, sink: &mut dyn RowSink) -> Result<()> {
    let chunks = walk(bytes)?;
    if !chunks.is_complete {
        return Err(corrupt("it ends without IEND"));
    }
    if chunks.first_is_too_short() {
        return Err(corrupt(TOO_SHORT));
    }
    let layout = chunks.layout();
    let icc = profile(&chunks, rules)?;
    let icc_bytes = icc.as_ref().map_or(0, |profile| profile.len() as u64);
    check_memory(rules, &[chunks.codec_bytes(), chunks.kept_bytes(), icc_bytes])?;

    let mut reader = open(bytes, Transformations::normalize_to_color8(), rules)?;
    let (color, depth) = reader.output_color_type();
    if depth != BitDepth::Eight || layout_of(color) != Some(layout) {
        return Err(corrupt("its header is ambiguous"));
    }
    let space = if matches!(layout, Layout::Gray | Layout::GrayAlpha) { *b"GRAY" } else { *b"RGB " };
    let icc = icc_for(space, icc);
    let row_bytes = header.width as usize * layout.channels();
    if chunks.is_interlaced {
        // Its last row is complete only with the last pass.
        let mut data = vec![0; header.height as usize * row_bytes];
        reader.next_frame(&mut data).map_err(|error| damaged(&error))?;
        sink.all(layout, icc, data, row_bytes)?;
    } else {
        sink.begin(layout, icc)?;
        for _ in 0..header.height {
            let row = reader.next_row().map_err(|error| damaged(&error))?;
            sink.row(row.ok_or_else(|| corrupt("its header is ambiguous"))?.data())?;
        }
    }
    if !header.is_animated {
        reader.finish().map_err(|error| damaged(&error))?;
    }
    Ok(())
}

/// The most memory that [`decode_rows`] takes as far as the header tells, in bytes.
pub(crate) fn memory_bytes(bytes: &[u8]) -> Result<u64> {
    let chunks = walk(bytes)?;
    Ok(chunks.kept_bytes().saturating_add(chunks.codec_bytes()))
}

/// Decodes every row of every frame as it is stored, keeps none, and reads on to the end.
pub(crate) fn check(bytes: &[u8], rules: &ImageRules) -> Result<()> {
    let chunks = walk(bytes)?;
    if !chunks.is_complete {
        return Err(corrupt("it ends without IEND"));
    }
    if chunks.first_is_too_short() || (chunks.is_apng && chunks.is_too_short) {
        return Err(corrupt(TOO_SHORT));
    }
    let icc_bytes = profile(&chunks, rules)?.map_or(0, |profile| profile.len() as u64);
    check_memory(rules, &[chunks.codec_bytes(), icc_bytes])?;
    let mut reader = open(bytes, Transformations::IDENTITY, rules)?;
    let info = reader.info();
    if layout_when_expanded(info) != Some(chunks.layout()) {
        return Err(corrupt("its header is ambiguous"));
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

fn open<'a>(bytes: &'a [u8], transformations: Transformations, rules: &'a ImageRules) -> Result<Reader<PngInput<'a>>> {
    let mut decoder = Decoder::new(PngInput::new(bytes, rules));
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
fn profile(chunks: &Chunks<'_>, rules: &ImageRules) -> Result<Option<Vec<u8>>> {
    let Some(data) = chunks.iccp.filter(|_| !chunks.is_srgb) else { return Ok(None) };
    let Some(name_end) = data.iter().take(80).position(|byte| *byte == 0) else { return Ok(None) };
    let Some([0, packed @ ..]) = data.get(name_end + 1..) else { return Ok(None) };
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
