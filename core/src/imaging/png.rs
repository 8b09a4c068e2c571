//! PNG (W3C, third edition) and APNG: our own walk over the chunks, the `png` crate for the pixels.
//!
//! 16-bit channels are rounded to 8 bits, palettes are expanded, `tRNS` becomes alpha, gray stays gray. The picture is what
//! `IDAT` holds; in an APNG that is the first frame or the default image. Colours that chunks other than `iCCP` declare
//! are converted to sRGB while the picture is decoded (see `png_color`).
//!
//! What is wrong and does not matter to the picture is passed over, as libpng does: a `tRNS` that does not fit, a palette that
//! nobody needs, an `eXIf` after the picture, an animation that contradicts itself, a missing `IEND`.

use ::png::{BitDepth, ColorType, Decoder, Info, Limits, Reader, Transformations};
use fdeflate::BoundedDecompressionError;

use crate::error::{Error, Result};
use crate::format::ImageFormat;
use crate::rules::ImageRules;

use super::color_tables::{ColorTables, TABLE_BYTES};
use super::decode::{Decoding, check_icc_bytes, check_memory, icc_for};
use super::exif;
use super::header::{Header, corrupt};
use super::orient::Orientation;
use super::pixel_rows::RowSink;
use super::pixels::{Layout, Pixels};
use super::png_animation::Animation;
use super::png_checksum::checksum;
use super::png_color::{ColorChunks, Declared};
use super::png_input::{Kept, PngInput};
use super::png_samples::{convert_row, read_sixteen_bits};
use super::weights::{PNG_CONVERSION, byte_work, png_pixel};

/// What a walk over the chunks finds.
#[derive(Default)]
#[allow(clippy::struct_excessive_bools, reason = "independent facts, not a state")]
struct Chunks<'a> {
    width: u32,
    height: u32,
    bit_depth: u8,
    color_type: u8,
    is_interlaced: bool,
    /// The entries of the palette that an indexed picture has.
    palette_entries: usize,
    has_transparency: bool,
    /// What the `png` crate needs of the chunks whose use depends on others.
    kept: Kept,
    colors: ColorChunks<'a>,
    exif: Option<&'a [u8]>,
    orientation: Orientation,
    /// Whether `acTL` stands before the picture, which is what makes an APNG, and nothing contradicts it.
    is_apng: bool,
    frames: u64,
    frame_pixels: u64,
    /// The bytes of `IDAT`.
    data_bytes: u64,
    /// Whether the `fdAT` of any frame cannot hold its rows.
    is_too_short: bool,
    has_data: bool,
    /// Whether the file ends within an animation.
    ends_early: bool,
}

pub(crate) fn header(bytes: &[u8]) -> Result<Header> {
    let chunks = walk(bytes)?;
    let mut header = Header::still(ImageFormat::Png, chunks.width, chunks.height);
    header.has_alpha = chunks.color_type & 4 != 0 || chunks.has_transparency;
    header.has_icc_profile = chunks.colors.iccp.is_some();
    header.has_exif = chunks.exif.is_some();
    header.orientation = chunks.orientation;
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

/// Walks over the chunks in one pass, reading the checksums of a few. A cut-off file gives what was found, if that includes
/// the header.
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
    let mut animation = Animation::default();
    let canvas = (chunks.width, chunks.height);
    let mut has_control_before_data = false;
    // The rows of the frame that is being read, and the bytes of its data: none before the first `fdAT`.
    let (mut frame_rows, mut frame_data) = (0_u64, 0_u64);
    let mut is_complete = false;
    while let Some((kind, data, after)) = split_chunk(rest).or_else(|| split_cut_data(rest)) {
        let is_intact = || {
            rest.get(8 + data.len()..).and_then(|rest| rest.first_chunk()) == Some(&checksum(*kind, data).to_be_bytes())
        };
        match kind {
            b"IDAT" => {
                animation.picture();
                if !chunks.has_data && !has_control_before_data {
                    chunks.add_frame(chunks.width, chunks.height); // a default image that is no frame
                }
                chunks.has_data = true;
                chunks.data_bytes += data.len() as u64;
            }
            b"PLTE" if !chunks.has_data && chunks.color_type == 3 => {
                if !palette_fits(data) {
                    return Err(corrupt("its palette has a wrong length"));
                }
                chunks.palette_entries = (data.len() / 3).min(1 << chunks.bit_depth);
            }
            b"tRNS"
                if !chunks.has_data && !chunks.has_transparency && chunks.transparency_fits(data) && is_intact() =>
            {
                chunks.has_transparency = true;
                chunks.kept.transparency_at = Some(bytes.len() - rest.len());
                if let (0, 1 | 2 | 4, [_, gray]) = (chunks.color_type, chunks.bit_depth, data) {
                    chunks.kept.transparent_gray = Some(gray & ((1 << chunks.bit_depth) - 1));
                }
            }
            b"acTL" if !chunks.has_data => animation.announce(data, is_intact()),
            b"eXIf" if !chunks.has_data && chunks.exif.is_none() => {
                chunks.exif = Some(data);
                // A block of megabytes is read only where it turns the picture.
                chunks.orientation = exif::orientation(data)
                    .filter(|orientation| *orientation == Orientation::Normal || is_intact())
                    .unwrap_or_default();
            }
            b"fcTL" => {
                has_control_before_data = true;
                if let Some((width, height)) = animation.control(data, is_intact(), canvas, chunks.has_data) {
                    chunks.add_frame(width, height);
                    chunks.is_too_short |= frame_rows > most_bytes(frame_data);
                    frame_rows = if chunks.has_data { chunks.raw_bytes(width, height) } else { 0 };
                    frame_data = 0;
                }
            }
            b"fdAT" => {
                animation.data(data, chunks.has_data);
                frame_data += data.len() as u64;
            }
            b"IEND" => {
                is_complete = true;
                break;
            }
            _ if !chunks.has_data => chunks.colors.read(*kind, data, is_intact),
            _ => {}
        }
        rest = after;
    }
    chunks.is_too_short |= frame_rows > most_bytes(frame_data);
    chunks.ends_early = animation.is_valid() && !animation.is_complete() && !is_complete;
    chunks.is_apng = animation.is_valid() && (animation.is_complete() || chunks.ends_early);
    chunks.kept.is_animated = chunks.is_apng;
    Ok(chunks)
}

/// Whether a palette can be one (PNG, third edition, section 11.2.2): 1 to 256 entries of three bytes.
fn palette_fits(data: &[u8]) -> bool {
    data.len().is_multiple_of(3) && (3..=768).contains(&data.len())
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

    /// Whether a `tRNS` is one for this picture (PNG, third edition, section 11.3.1.1): a color, or opacities for some entries of
    /// the palette before it.
    fn transparency_fits(&self, data: &[u8]) -> bool {
        match self.color_type {
            0 => data.len() == 2,
            2 => data.len() == 6,
            3 => (1..=self.palette_entries).contains(&data.len()),
            _ => false,
        }
    }

    /// What is wrong with the file as far as its chunks tell.
    ///
    /// Error: `image_corrupt`.
    fn check(&self) -> Result<()> {
        if !self.has_data {
            return Err(corrupt("it has no image data"));
        }
        if self.ends_early {
            return Err(corrupt("its animation ends early"));
        }
        if self.color_type == 3 && self.palette_entries == 0 {
            return Err(corrupt("it has no palette"));
        }
        if self.first_is_too_short() { Err(corrupt(TOO_SHORT)) } else { Ok(()) }
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

    /// The bits of a sample after expansion.
    fn sample_bits(&self) -> u8 {
        if self.bit_depth == 16 { 16 } else { 8 }
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

    /// Rows and inflate state that the `png` crate holds beside the pixels: two rows at full depth and a window. Of 16-bit
    /// samples a row is converted, by tables where colours are declared.
    fn codec_bytes(&self) -> u64 {
        let row_bytes = u64::from(self.width) * 8;
        row_bytes.saturating_mul(4).saturating_add(512 * 1024 + TABLE_BYTES)
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

/// Image data that the file ends in, as far as it goes.
fn split_cut_data(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let (_length, rest) = bytes.split_first_chunk::<4>()?;
    let (kind, data) = rest.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*bytes.first_chunk()?) as usize;
    (kind == b"IDAT").then_some((kind, data.get(..length).unwrap_or(data), &[]))
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
        return Err(corrupt("its header is ambiguous"));
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
            let row = row.ok_or_else(|| corrupt("its header is ambiguous"))?;
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

/// The profile that describes the pixels, or the tables that convert their samples to sRGB.
fn colors(chunks: &Chunks<'_>, layout: Layout, rules: &ImageRules) -> Result<(Option<Vec<u8>>, Option<ColorTables>)> {
    let mut declared = chunks.colors.declared();
    if let Declared::Profile(iccp) = declared {
        let space = if matches!(layout, Layout::Gray | Layout::GrayAlpha) { *b"GRAY" } else { *b"RGB " };
        let icc = icc_for(space, unpack_profile(iccp, rules)?);
        if icc.is_some() {
            return Ok((icc, None));
        }
        declared = chunks.colors.without_profile();
    }
    match declared {
        Declared::Colorimetry(colorimetry) => Ok((None, ColorTables::new(&colorimetry, layout, chunks.sample_bits()))),
        _ => Ok((None, None)),
    }
}

/// The most memory that [`decode_rows`] takes as far as the header tells.
pub(crate) fn decoding(bytes: &[u8]) -> Result<Decoding> {
    let chunks = walk(bytes)?;
    let counted = chunks.kept_bytes().saturating_add(chunks.codec_bytes());
    Ok(Decoding { keeps_pixels: chunks.is_interlaced, ..Decoding::of(counted) })
}

/// Decodes every row of every frame as it is stored, keeps none, and reads on to the end.
pub(crate) fn check(bytes: &[u8], rules: &ImageRules) -> Result<()> {
    let chunks = walk(bytes)?;
    chunks.check()?;
    if chunks.is_apng && chunks.is_too_short {
        return Err(corrupt(TOO_SHORT));
    }
    let icc_bytes = match chunks.colors.declared() {
        Declared::Profile(iccp) => unpack_profile(iccp, rules)?.map_or(0, |profile| profile.len() as u64),
        _ => 0,
    };
    check_memory(rules, &[chunks.codec_bytes(), icc_bytes])?;
    let mut reader = open(bytes, &chunks, Transformations::IDENTITY, rules)?;
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
