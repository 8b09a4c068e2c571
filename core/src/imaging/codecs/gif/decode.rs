//! The decoder of the first frame of a GIF on its canvas, and of all frames in a check.
//!
//! The canvas is the logical screen, enlarged to the first frame as in Pillow. It is transparent where the first frame does not
//! cover it, as in browsers. The trailer may be missing, as other decoders allow, and a byte that starts no block ends the file;
//! but a frame must have all of its pixels.

use ::gif::{ColorOutput, DecodeOptions, Decoder, MemoryLimit};

use crate::error::Result;
use crate::rules::ImageRules;

use super::blocks::{CUT, Frame, ParsedGif, TOO_SHORT, parse};
use super::damage::{ENDS_EARLY, damaged};
use super::input::GifInput;
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::header::Header;
use crate::imaging::codecs::limits::{DecodingMemory, check_memory};
use crate::imaging::codecs::plane_decoder::{Frames, PlaneDecoder, PlaneSink, PlaneSize, SampleFormat};
use crate::imaging::pixels::buffer::Layout;

/// The decoder of a parsed GIF.
pub(in crate::imaging::codecs) struct GifDecoder<'a> {
    bytes: &'a [u8],
    header: &'a Header,
    blocks: ParsedGif,
    rules: &'a ImageRules,
}

impl<'a> GifDecoder<'a> {
    /// Error: `image_corrupt`.
    pub(in crate::imaging::codecs) fn new(bytes: &'a [u8], header: &'a Header, rules: &'a ImageRules) -> Result<Self> {
        Ok(Self { bytes, header, blocks: parse(bytes)?, rules })
    }

    fn layout(&self) -> Layout {
        if self.header.has_alpha { Layout::Rgba } else { Layout::Rgb }
    }

    fn memory_bytes(&self) -> u64 {
        indices_bytes(self.blocks.first) + 4 * u64::from(self.header.width) + CODEC_BYTES
    }
}

impl PlaneDecoder for GifDecoder<'_> {
    fn format(&self) -> SampleFormat {
        SampleFormat::Packed(self.layout())
    }

    fn planes(&self) -> Vec<PlaneSize> {
        vec![PlaneSize::full((self.header.width, self.header.height))]
    }

    fn take_profile(&mut self) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }

    fn memory(&self) -> DecodingMemory {
        DecodingMemory::of(self.memory_bytes())
    }

    fn decode(self: Box<Self>, other_bytes: u64, sink: &mut dyn PlaneSink) -> Result<()> {
        let Self { header, rules, blocks: ParsedGif { first, .. }, .. } = *self;
        if self.blocks.ends_early {
            return Err(corrupt(CUT));
        }
        if self.blocks.first_is_too_short {
            return Err(corrupt(TOO_SHORT));
        }
        check_memory(rules, &[self.memory_bytes(), other_bytes])?;
        let layout = self.layout();

        let mut decoder = open(self.bytes, rules)?;
        let frame = decoder.next_frame_info().map_err(|error| damaged(&error))?;
        let frame = frame.ok_or_else(|| corrupt("a GIF without a frame"))?;
        if (u32::from(frame.width), u32::from(frame.height)) != (first.width, first.height) {
            return Err(corrupt("a GIF whose frames contradict each other"));
        }
        let transparent = frame.transparent;
        let palette = decoder.palette().map_err(|error| damaged(&error))?.to_vec();
        let width = first.width as usize;
        let mut indices = vec![0; indices_bytes(first) as usize];
        let mut row = vec![0; header.width as usize * layout.channels()];
        if first.is_interlaced {
            for band in indices.chunks_mut(band_pixels(width)) {
                fill(&mut decoder, band, rules)?;
            }
        }
        let lines_in_band = band_pixels(width) / width;
        for y in 0..header.height {
            row.fill(0);
            if (first.top..first.top + first.height).contains(&y) {
                let mut line = (y - first.top) as usize;
                if first.is_interlaced {
                    line = interlaced_line(line, first.height as usize);
                } else {
                    let left = (first.height as usize - line) * width;
                    line %= lines_in_band;
                    if line == 0 {
                        let band = left.min(lines_in_band * width);
                        fill(&mut decoder, &mut indices[..band], rules)?;
                    }
                }
                let line = indices.get(line * width..(line + 1) * width).unwrap_or_default();
                expand_row(line, &palette, transparent, layout.channels(), first.left, &mut row);
            }
            sink.row(0, &row)?;
        }
        Ok(())
    }

    /// Decodes a few rows at a time. The `gif` crate cannot skip the first frame.
    fn check(self: Box<Self>, _frames: Frames) -> Result<bool> {
        let Self { bytes, blocks, rules, .. } = *self;
        if blocks.ends_early {
            return Err(corrupt(CUT));
        }
        if blocks.is_too_short {
            return Err(corrupt(TOO_SHORT));
        }
        check_memory(rules, &[LONGEST_BAND as u64, CODEC_BYTES])?;
        let mut decoder = open(bytes, rules)?;
        let mut indices = vec![0; LONGEST_BAND];
        for _ in 0..blocks.frames {
            let frame = decoder.next_frame_info().map_err(|error| damaged(&error))?;
            let frame = frame.ok_or_else(|| corrupt("a GIF with frames missing"))?;
            let (width, height) = (usize::from(frame.width), usize::from(frame.height));
            let mut left = width * height;
            while left > 0 {
                let band = left.min(band_pixels(width));
                fill(&mut decoder, &mut indices[..band], rules)?;
                left -= band;
            }
        }
        Ok(true)
    }
}

/// Writes a row of a frame into a row of the canvas, as colours.
fn expand_row(line: &[u8], palette: &[u8], transparent: Option<u8>, channels: usize, left: u32, row: &mut [u8]) {
    for (pixel, index) in row.chunks_exact_mut(channels).skip(left as usize).zip(line) {
        if Some(*index) == transparent {
            continue;
        }
        // An index beyond the colour table is black, as in Pillow.
        let start = 3 * usize::from(*index);
        let color = palette.get(start..start + 3).unwrap_or(&[0, 0, 0]);
        let (rgb, alpha) = pixel.split_at_mut(3);
        rgb.copy_from_slice(color);
        alpha.fill(255);
    }
}

/// The index of a row of the picture among the rows of an interlaced file: every eighth row is stored first, then the rows
/// between, in three more passes (`GIF89a`, appendix E). Of nine rows, 0 and 8 are first, then 4, then 2 and 6, then 1, 3, 5 and
/// 7.
fn interlaced_line(line: usize, height: usize) -> usize {
    let passes = [(0, 8), (4, 8), (2, 4), (1, 2)];
    let mut before = 0;
    for (start, step) in passes {
        if line % step == start {
            return before + line / step;
        }
        before += height.saturating_sub(start).div_ceil(step);
    }
    line
}

/// The memory of the colour indices, in bytes: those of a band, or of the whole frame if it is interlaced.
fn indices_bytes(frame: Frame) -> u64 {
    let all = u64::from(frame.width) * u64::from(frame.height);
    if frame.is_interlaced { all } else { all.min(band_pixels(frame.width as usize) as u64) }
}

/// How many pixels of a frame are decoded at a time, as full rows. A check and a decoding use the same bands, since the `gif`
/// crate may read codes after the last pixel that it is asked for, and refuses invalid ones.
fn band_pixels(width: usize) -> usize {
    (BAND_PIXELS / width.max(1)).max(1) * width
}

/// Decodes the next pixels of a frame.
///
/// Error: `image_corrupt` if the data has fewer.
fn fill(decoder: &mut Decoder<GifInput<'_>>, indices: &mut [u8], rules: &ImageRules) -> Result<()> {
    rules.check_cancelled()?;
    if decoder.fill_buffer(indices).map_err(|error| damaged(&error))? {
        return Ok(());
    }
    Err(corrupt(ENDS_EARLY))
}

/// The memory of the `gif` crate: tables of LZW and a reader's buffer.
const CODEC_BYTES: u64 = 128 * 1024;

const BAND_PIXELS: usize = 32 * 1024;

/// The longest band: a line of the widest frame.
const LONGEST_BAND: usize = u16::MAX as usize;

fn open<'a>(bytes: &'a [u8], rules: &'a ImageRules) -> Result<Decoder<GifInput<'a>>> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    options.set_memory_limit(MemoryLimit::Unlimited); // counted by us before this
    options.read_info(GifInput::new(bytes, rules)).map_err(|error| damaged(&error))
}

#[cfg(test)]
mod tests {
    use super::interlaced_line;

    #[test]
    fn lines_of_interlaced_files() {
        let lines: Vec<usize> = (0..9).map(|line| interlaced_line(line, 9)).collect();
        assert_eq!(lines, [0, 5, 3, 6, 2, 7, 4, 8, 1]);
        for height in 1..70 {
            let mut all: Vec<usize> = (0..height).map(|line| interlaced_line(line, height)).collect();
            all.sort_unstable();
            assert!(all.into_iter().eq(0..height), "{height}");
        }
    }
}
