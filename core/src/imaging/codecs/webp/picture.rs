//! One picture of a file: a still one, or a frame of an animation. Its data, what decoding takes, and its pixels.

use image_webp::vp8::Vp8Decoder;

use crate::error::{Error, Result};
use crate::imaging::codecs::cancel_reader::CancelReader;
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::memory_budget::MemoryBudget;
use crate::imaging::pixels::buffer::Layout;
use crate::rules::ImageRules;

use super::alpha::Alpha;
use super::vp8;
use super::vp8::Vp8Header;
use super::vp8l::decode as vp8l;
use super::yuv::YuvRows;

/// A picture's place on its canvas, and its data.
#[derive(Debug, Clone, Copy)]
pub(super) struct Picture<'a> {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
    pub has_alpha: bool,
    pub is_lossless: bool,
    alpha: Option<&'a [u8]>,
    data: &'a [u8],
}

impl<'a> Picture<'a> {
    /// A picture from the data of its chunk, with its padding: VP8 (RFC 6386, section 9.1) or VP8L (RFC 9649, section 3.4).
    pub(super) fn parse(kind: [u8; 4], data: &'a [u8], alpha: Option<&'a [u8]>) -> Result<Self> {
        let still = Self { left: 0, top: 0, width: 0, height: 0, has_alpha: false, is_lossless: false, alpha, data };
        match (&kind, data) {
            (b"VP8 ", _) => {
                let Vp8Header { width, height, .. } = Vp8Header::parse(data)?;
                Ok(Self { width, height, has_alpha: alpha.is_some(), ..still })
            }
            (b"VP8L", [0x2f, b0, b1, b2, b3, ..]) => {
                let bits = u32::from_le_bytes([*b0, *b1, *b2, *b3]);
                Ok(Self {
                    width: (bits & 0x3fff) + 1,
                    height: (bits >> 14 & 0x3fff) + 1,
                    has_alpha: bits >> 28 & 1 == 1,
                    is_lossless: true,
                    alpha: None,
                    ..still
                })
            }
            _ => Err(corrupt("its picture does not start as it should")),
        }
    }

    /// The same picture at a place on a canvas.
    pub(super) fn at(self, left: u32, top: u32) -> Self {
        Self { left, top, ..self }
    }

    fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    pub(super) fn layout(&self) -> Layout {
        if self.has_alpha { Layout::Rgba } else { Layout::Rgb }
    }

    /// What the decoder takes before the first row, in bytes. Lossy data: its planes; the data once more, as its partitions, of
    /// which the last is copied twice for a moment; then 32 bytes for each macroblock, in a vector that doubles as it grows; and
    /// the state of a row of macroblocks. Lossless data: only what every stream needs, since the budget counts the rest.
    pub(super) fn decoder_bytes(&self) -> u64 {
        if self.is_lossless {
            return self.rows_bytes();
        }
        let (planes, data, width) = (self.planes_bytes(), self.data.len() as u64, u64::from(self.width));
        let macroblocks = planes / 384;
        planes + data + data.max(3 * 32 * macroblocks) + 64 * width + 64 * 1024
    }

    /// What is left of that while rows are given, in bytes, with a few rows, and the window of lossless data or of alpha.
    pub(super) fn rows_bytes(&self) -> u64 {
        let window = if self.is_lossless || self.alpha.is_some() { vp8l::window_bytes(self.pixels()) } else { 0 };
        let planes = if self.is_lossless { 0 } else { self.planes_bytes() };
        planes + window + 32 * u64::from(self.width) + 64 * 1024
    }

    /// What every lossless stream needs that its decoder does not take from the budget, in bytes.
    fn stream_bytes(&self) -> u64 {
        16 * u64::from(self.width) + 64 * 1024
    }

    /// Three planes of whole macroblocks, two of them at half the size each way.
    fn planes_bytes(&self) -> u64 {
        let side = |pixels: u32| u64::from(pixels.next_multiple_of(16));
        side(self.width) * side(self.height) * 3 / 2
    }

    /// Decodes all of it and keeps nothing.
    ///
    /// Errors: `image_corrupt`, `image_too_large`, `cancelled`.
    pub(super) fn check(&self, rules: &ImageRules) -> Result<()> {
        if self.is_lossless {
            let mut budget = MemoryBudget::new(rules, self.stream_bytes())?;
            return vp8l::Decoder::new(self.data, self.size(), rules, &mut budget)?.check();
        }
        vp8::check(self.data, rules, &mut MemoryBudget::new(rules, 0)?)?;
        match self.alpha {
            Some(alpha) => {
                let mut budget = MemoryBudget::new(rules, self.stream_bytes())?;
                Alpha::parse(alpha, self.size())?.check(rules, &mut budget)
            }
            None => Ok(()),
        }
    }

    /// Gives the rows, in the layout of [`Self::layout`]. `counted_bytes` are in use for the call already.
    ///
    /// Errors: `image_corrupt`, `image_too_large`, `cancelled`, and those of `take_row`.
    pub(super) fn rows(
        &self,
        rules: &ImageRules,
        counted_bytes: u64,
        mut take_row: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let channels = self.layout().channels();
        let mut row = vec![0; self.width as usize * channels];
        // The window is taken by its decoder.
        let planes = if self.is_lossless { 0 } else { self.planes_bytes() };
        let counted = counted_bytes.saturating_add(planes).saturating_add(self.stream_bytes());
        let mut budget = MemoryBudget::new(rules, counted)?;
        if self.is_lossless {
            let decoder = vp8l::Decoder::new(self.data, self.size(), rules, &mut budget)?;
            return decoder.rows(|pixels| {
                for (to, argb) in row.chunks_exact_mut(channels).zip(pixels) {
                    let [blue, green, red, alpha] = argb.to_le_bytes();
                    to.iter_mut().zip([red, green, blue, alpha]).for_each(|(to, from)| *to = from);
                }
                take_row(&row)
            });
        }
        // The crate reads a byte beyond the end as if it were there.
        vp8::check(self.data, rules, &mut MemoryBudget::new(rules, counted_bytes)?)?;
        let frame = Vp8Decoder::decode_frame(CancelReader::new(self.data, rules)).map_err(|error| damaged(&error))?;
        rules.check_cancelled()?;
        if (u32::from(frame.width), u32::from(frame.height)) != self.size() {
            return Err(corrupt("its header is ambiguous"));
        }
        let mut rows = YuvRows::new(&frame);
        let Some(alpha) = self.alpha else {
            return (0..usize::from(frame.height)).try_for_each(|y| {
                rows.fill::<3>(y, &mut row);
                take_row(&row)
            });
        };
        let mut y = 0;
        Alpha::parse(alpha, self.size())?.rows(rules, &mut budget, |alphas| {
            rows.fill::<4>(y, &mut row);
            row.as_chunks_mut::<4>().0.iter_mut().zip(alphas).for_each(|(pixel, alpha)| pixel[3] = *alpha);
            y += 1;
            take_row(&row)
        })
    }
}

fn damaged(error: &image_webp::DecodingError) -> Error {
    corrupt(format!("webp: {error}"))
}
