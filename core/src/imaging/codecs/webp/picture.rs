//! `Picture`: one picture of a file, still or a frame of an animation: its data, the memory of decoding it, and its pixels.

use std::io::ErrorKind;

use image_webp::DecodingError;
use image_webp::vp8::Vp8Decoder;

use crate::error::{Error, Result};
use crate::imaging::codecs::cancel_reader::CancelReader;
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::memory_budget::MemoryBudget;
use crate::imaging::pixels::buffer::Layout;
use crate::rules::ImageRules;

use super::alpha::Alpha;
use super::vp8::decode as vp8;
use super::vp8::decode::Vp8Header;
use super::vp8l::decode as vp8l;
use super::yuv::YuvRows;

/// The rectangle of a picture on its canvas, and its data.
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
    /// Parses the header of a picture, from the data of its chunk with its padding: VP8 (RFC 6386, section 9.1) or VP8L (RFC
    /// 9649, section 3.4).
    pub(super) fn parse(fourcc: [u8; 4], data: &'a [u8], alpha: Option<&'a [u8]>) -> Result<Self> {
        let still = Self { left: 0, top: 0, width: 0, height: 0, has_alpha: false, is_lossless: false, alpha, data };
        match (&fourcc, data) {
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
            _ => Err(corrupt("a WebP whose picture has no valid VP8 or VP8L header")),
        }
    }

    /// The same picture at a position on a canvas.
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

    /// The memory of the decoder before the first row, in bytes. Of VP8: the planes; a copy of the data, as its partitions, the
    /// last of which is copied twice for a moment; then 32 bytes per macroblock, in a vector that doubles as it grows; and the
    /// state of a row of macroblocks. Of VP8L: only the fixed part, since the budget counts the rest.
    pub(super) fn decoder_bytes(&self) -> u64 {
        if self.is_lossless {
            return self.rows_bytes();
        }
        let (planes, data, width) = (self.planes_bytes(), self.data.len() as u64, u64::from(self.width));
        let macroblocks = planes / 384;
        planes + data + data.max(3 * 32 * macroblocks) + 64 * width + 64 * 1024
    }

    /// The memory while rows are passed on, in bytes: the planes, a few rows, and the sliding window of VP8L data or of alpha.
    pub(super) fn rows_bytes(&self) -> u64 {
        let window = if self.has_tables() { vp8l::window_bytes(self.pixels()) } else { 0 };
        let planes = if self.is_lossless { 0 } else { self.planes_bytes() };
        planes + window + 32 * u64::from(self.width) + 64 * 1024
    }

    /// Whether the data states tables, which its decoder takes from the budget: those of VP8L.
    pub(super) fn has_tables(&self) -> bool {
        self.is_lossless || self.alpha.is_some()
    }

    /// The memory of VP8L data that its decoder does not take from the budget, in bytes.
    fn vp8l_fixed_bytes(&self) -> u64 {
        16 * u64::from(self.width) + 64 * 1024
    }

    /// The memory of the three planes of a VP8 frame, which consist of full macroblocks, in bytes.
    fn planes_bytes(&self) -> u64 {
        let side = |pixels: u32| u64::from(pixels.next_multiple_of(16));
        side(self.width) * side(self.height) * 3 / 2
    }

    /// Decodes all data and keeps nothing.
    ///
    /// Errors: `image_corrupt`, `image_too_large`, `cancelled`.
    pub(super) fn check(&self, rules: &ImageRules) -> Result<()> {
        if self.is_lossless {
            let mut budget = MemoryBudget::new(rules, self.vp8l_fixed_bytes())?;
            return vp8l::Decoder::new(self.data, self.size(), rules, &mut budget)?.check();
        }
        vp8::check(self.data, rules, &mut MemoryBudget::new(rules, 0)?)?;
        match self.alpha {
            Some(alpha) => {
                let mut budget = MemoryBudget::new(rules, self.vp8l_fixed_bytes())?;
                Alpha::parse(alpha, self.size())?.check(rules, &mut budget)
            }
            None => Ok(()),
        }
    }

    /// Passes all rows to `take_row`, in the layout of [`Self::layout`]. `counted_bytes` are in use by the call.
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
        // The sliding window is taken from the budget by its decoder.
        let planes = if self.is_lossless { 0 } else { self.planes_bytes() };
        let counted = counted_bytes.saturating_add(planes).saturating_add(self.vp8l_fixed_bytes());
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
        // The crate does not notice that data ends early.
        vp8::check(self.data, rules, &mut MemoryBudget::new(rules, counted_bytes)?)?;
        let frame = Vp8Decoder::decode_frame(CancelReader::new(self.data, rules)).map_err(|error| damaged(&error))?;
        rules.check_cancelled()?;
        if (u32::from(frame.width), u32::from(frame.height)) != self.size() {
            return Err(corrupt("a WebP whose picture and header differ in size"));
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

/// The errors of the `image-webp` crate, in the words of a user.
fn damaged(error: &DecodingError) -> Error {
    corrupt(match error {
        DecodingError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => "a WebP whose VP8 data ends early",
        _ => "a WebP whose VP8 data is damaged",
    })
}
