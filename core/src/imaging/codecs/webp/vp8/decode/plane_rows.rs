//! The rows of the planes Y, Cb and Cr in full range, as JFIF defines them and the pipeline expects them.
//!
//! VP8 stores ITU-R BT.601 in limited range, as libwebp reads it: luma of 16 to 235, chroma of 128 plus or minus 112. JFIF has the
//! same matrix with luma of 0 to 255 and chroma of 128 plus or minus 127.5, so each sample is converted by itself:
//!
//! ```text
//! luma    (y - 16) * 255 / 219          16 -> 0    126 -> 128    235 -> 255     below and above it is clamped
//! chroma  (c - 128) * 255 / 224 + 128   16 -> 1    128 -> 128    240 -> 255
//! ```

use super::decoder::Decoder;
use super::macroblock::Macroblock;
use crate::error::Result;
use crate::imaging::codecs::plane_decoder::PlaneSink;

impl Decoder<'_> {
    /// The memory of [`Self::planes`] for a frame of this width, in bytes.
    pub(in crate::imaging::codecs::webp) fn planes_memory_bytes(width: u32) -> u64 {
        2 * u64::from(width.next_multiple_of(16))
    }

    /// Passes the rows of the three planes to a sink.
    ///
    /// Errors: `image_corrupt`, `cancelled`, and those of the sink.
    pub(in crate::imaging::codecs::webp) fn planes(mut self, sink: &mut dyn PlaneSink) -> Result<()> {
        let ((width, height), columns) = (self.size(), self.columns());
        let (chroma_width, chroma_height) = (width.div_ceil(2), height.div_ceil(2));
        let (mut luma, mut u, mut v) = (vec![[0; 16]; columns], vec![[0; 8]; columns], vec![[0; 8]; columns]);
        let simd = self.simd();
        let mut top = 0;
        while let Some(macroblocks) = self.next_row()? {
            for y in 0..16.min(height - top) {
                simd.run(
                    #[inline(always)]
                    || luma_row(macroblocks, y, &mut luma),
                );
                sink.row(0, luma.as_flattened().get(..width).unwrap_or_default())?;
            }
            for y in 0..8.min(chroma_height - top / 2) {
                simd.run(
                    #[inline(always)]
                    || chroma_row(macroblocks, y, &mut u, &mut v),
                );
                for (plane, row) in [(1, &u), (2, &v)] {
                    sink.row(plane, row.as_flattened().get(..chroma_width).unwrap_or_default())?;
                }
            }
            top += 16;
        }
        Ok(())
    }
}

#[inline(always)]
fn luma_row(macroblocks: &[Macroblock], y: usize, row: &mut [[u8; 16]]) {
    for (to, macroblock) in row.iter_mut().zip(macroblocks) {
        for (to, from) in to.iter_mut().zip(&macroblock.luma[y & 15]) {
            *to = full_luma(*from);
        }
    }
}

#[inline(always)]
fn chroma_row(macroblocks: &[Macroblock], y: usize, u: &mut [[u8; 8]], v: &mut [[u8; 8]]) {
    for ((u, v), macroblock) in u.iter_mut().zip(v).zip(macroblocks) {
        let mut full = [0; 16];
        for (to, from) in full.iter_mut().zip(&macroblock.chroma[y & 7]) {
            *to = full_chroma(*from);
        }
        let [from_u, from_v] = full.as_chunks::<8>().0 else { return };
        (*u, *v) = (*from_u, *from_v);
    }
}

/// With 5 fractional bits: 255 / 219 is 19077 / 16384.
#[inline(always)]
fn full_luma(sample: u8) -> u8 {
    let above_black = u16::from(sample.saturating_sub(16)) << 7;
    ((upper_half(above_black, 19_077) + 16) >> 5).min(255) as u8
}

/// With 6 fractional bits: 255 / 224 is 37303 / 32768, of which three less make ties round up, and 128 times that less 128 is
/// 1133.7 / 64.
#[inline(always)]
fn full_chroma(sample: u8) -> u8 {
    let product = upper_half(u16::from(sample) << 7, 37_300);
    (product.saturating_sub(1133 - 32) >> 6).min(255) as u8
}

#[inline(always)]
fn upper_half(a: u16, b: u16) -> u16 {
    ((u32::from(a) * u32::from(b)) >> 16) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_rounded() {
        for sample in 0..=255_u8 {
            let luma = (f64::from(sample) - 16.0) * 255.0 / 219.0;
            assert_eq!(full_luma(sample), luma.round().clamp(0.0, 255.0) as u8, "{sample}");
            let chroma = (f64::from(sample) - 128.0) * 255.0 / 224.0 + 128.0;
            assert_eq!(full_chroma(sample), chroma.round().clamp(0.0, 255.0) as u8, "{sample}");
        }
    }
}
