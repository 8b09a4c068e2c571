//! `Picture`: one picture of a file, still or a frame of an animation: its data, the memory of decoding it, and its pixels.

use crate::error::Result;
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::memory_budget::MemoryBudget;
use crate::imaging::codecs::plane_decoder::PlaneSink;
use crate::imaging::pixels::buffer::Layout;
use crate::rules::ImageRules;

use super::alpha::Alpha;
use super::vp8::decode as vp8;
use super::vp8::decode::{RgbRows, Vp8Header};
use super::vp8l::decode as vp8l;

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

    /// The memory of decoding to rows of pixels, in bytes, without what the budget counts: of VP8L data and alpha only the fixed
    /// part and the sliding window.
    pub(super) fn rows_bytes(&self) -> u64 {
        let window = if self.has_tables() { vp8l::window_bytes(self.pixels()) } else { 0 };
        self.vp8_bytes() + window + self.fixed_bytes()
    }

    /// The memory of decoding to rows of planes, in bytes.
    pub(super) fn planes_bytes(&self) -> u64 {
        vp8::Decoder::memory_bytes(self.width) + vp8::Decoder::planes_memory_bytes(self.width) + 4096
    }

    /// The memory of decoding VP8 data to rows of pixels, in bytes.
    fn vp8_bytes(&self) -> u64 {
        if self.is_lossless { 0 } else { vp8::Decoder::memory_bytes(self.width) + RgbRows::memory_bytes(self.width) }
    }

    /// Whether the data states tables, which its decoder takes from the budget: those of VP8L.
    pub(super) fn has_tables(&self) -> bool {
        self.is_lossless || self.alpha.is_some()
    }

    /// The memory of rows, and of VP8L data what its decoder does not take from the budget, in bytes.
    fn fixed_bytes(&self) -> u64 {
        16 * u64::from(self.width) + 64 * 1024
    }

    /// Whether it can be decoded to planes.
    pub(super) fn has_planes(&self) -> bool {
        !self.is_lossless && !self.has_alpha
    }

    /// Decodes all data and keeps nothing.
    ///
    /// Errors: `image_corrupt`, `image_too_large`, `cancelled`.
    pub(super) fn check(&self, rules: &ImageRules) -> Result<()> {
        if self.is_lossless {
            let mut budget = MemoryBudget::new(rules, self.fixed_bytes())?;
            return vp8l::Decoder::new(self.data, self.size(), rules, &mut budget)?.check();
        }
        vp8::check(self.data, rules, &mut MemoryBudget::new(rules, 0)?)?;
        match self.alpha {
            Some(alpha) => {
                let mut budget = MemoryBudget::new(rules, self.fixed_bytes())?;
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
        // Both decoders take what is theirs from the budget.
        let counted =
            counted_bytes.saturating_add(self.fixed_bytes()).saturating_add(RgbRows::memory_bytes(self.width));
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
        let mut pixel_rows = RgbRows::new(vp8::Decoder::new(self.data, rules, &mut budget)?);
        let Some(alpha) = self.alpha else {
            return (0..self.height).try_for_each(|_| {
                pixel_rows.fill::<3>(&mut row)?;
                take_row(&row)
            });
        };
        Alpha::parse(alpha, self.size())?.rows(rules, &mut budget, |alphas| {
            pixel_rows.fill::<4>(&mut row)?;
            row.as_chunks_mut::<4>().0.iter_mut().zip(alphas).for_each(|(pixel, alpha)| pixel[3] = *alpha);
            take_row(&row)
        })
    }

    /// Passes the rows of the planes to a sink, if [`Self::has_planes`]. `counted_bytes` are in use by the call.
    ///
    /// Errors: `image_corrupt`, `image_too_large`, `cancelled`, and those of the sink.
    pub(super) fn planes(&self, rules: &ImageRules, counted_bytes: u64, sink: &mut dyn PlaneSink) -> Result<()> {
        let counted = counted_bytes.saturating_add(vp8::Decoder::planes_memory_bytes(self.width));
        vp8::Decoder::new(self.data, rules, &mut MemoryBudget::new(rules, counted)?)?.planes(sink)
    }
}
