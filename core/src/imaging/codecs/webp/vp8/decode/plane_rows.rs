//! The rows of the planes Y, Cb and Cr in full range, as JFIF defines them and the pipeline expects them.
//!
//! VP8 stores ITU-R BT.601 in limited range, as libwebp reads it: luma of 16 to 235, chroma of 128 plus or minus 112. JFIF has the
//! same matrix with luma of 0 to 255 and chroma of 128 plus or minus 127.5, so each sample is converted by itself:
//!
//! ```text
//! luma    (y - 16) * 255 / 219          16 -> 0    126 -> 128    235 -> 255     below and above it is clamped
//! chroma  (c - 128) * 255 / 224 + 128   16 -> 1    128 -> 128    240 -> 255
//! ```

use fearless_simd::prelude::*;
use fearless_simd::{Simd as Vectors, i16x8, i32x4, u8x16, u16x8, u32x4};

use super::decoder::Decoder;
use super::macroblock::Macroblock;
use super::residuals::clamped;
use crate::error::Result;
use crate::imaging::codecs::plane_decoder::PlaneSink;
use crate::imaging::simd::Kernel;

impl Decoder<'_> {
    /// The memory of [`Self::planes`] for a frame of this width, in bytes.
    pub(in crate::imaging::codecs::webp) fn planes_memory_bytes(width: u32) -> u64 {
        8 * u64::from(width.next_multiple_of(16))
    }

    /// Passes the rows of the three planes to a sink.
    ///
    /// Errors: `image_corrupt`, `cancelled`, and those of the sink.
    pub(in crate::imaging::codecs::webp) fn planes(mut self, sink: &mut dyn PlaneSink) -> Result<()> {
        let ((width, height), columns) = (self.size(), self.columns());
        let (chroma_width, chroma_height) = (width.div_ceil(2), height.div_ceil(2));
        let mut luma = [(); ROWS].map(|()| vec![[0; 16]; columns]);
        let mut chroma = [(); 2 * ROWS].map(|()| vec![[0; 8]; columns]);
        let simd = self.simd();
        let mut top = 0;
        while let Some(macroblocks) = self.next_row()? {
            for first in (0..16).step_by(ROWS) {
                simd.run_kernel(LumaRows { macroblocks, first, rows: &mut luma });
                for row in luma.iter().take(height.saturating_sub(top + first)) {
                    sink.row(0, row.as_flattened().get(..width).unwrap_or_default())?;
                }
            }
            for first in (0..8).step_by(ROWS) {
                simd.run_kernel(ChromaRows { macroblocks, first, rows: &mut chroma });
                for rows in chroma.as_chunks::<2>().0.iter().take(chroma_height.saturating_sub(top / 2 + first)) {
                    for (plane, row) in rows.iter().enumerate() {
                        sink.row(1 + plane, row.as_flattened().get(..chroma_width).unwrap_or_default())?;
                    }
                }
            }
            top += 16;
        }
        Ok(())
    }
}

/// Rows that are passed on together: of a macroblock they lie in one line of the cache.
const ROWS: usize = 4;

/// Gathers four rows of luma.
struct LumaRows<'r> {
    macroblocks: &'r [Macroblock],
    first: usize,
    rows: &'r mut [Vec<[u8; 16]>; ROWS],
}

impl Kernel for LumaRows<'_> {
    #[inline(always)]
    fn run<S: Vectors>(self, vectors: S) {
        let Self { macroblocks, first, rows: [a, b, c, d] } = self;
        for ((((a, b), c), d), macroblock) in a.iter_mut().zip(b).zip(c).zip(d).zip(macroblocks) {
            let Some([from_a, from_b, from_c, from_d]) = macroblock.luma.get(first..first + ROWS) else { return };
            full_luma(u8x16::load_array(vectors, *from_a)).store_array(a);
            full_luma(u8x16::load_array(vectors, *from_b)).store_array(b);
            full_luma(u8x16::load_array(vectors, *from_c)).store_array(c);
            full_luma(u8x16::load_array(vectors, *from_d)).store_array(d);
        }
    }
}

/// Gathers four rows of U and of V, which take turns.
struct ChromaRows<'r> {
    macroblocks: &'r [Macroblock],
    first: usize,
    rows: &'r mut [Vec<[u8; 8]>; 2 * ROWS],
}

impl Kernel for ChromaRows<'_> {
    #[inline(always)]
    fn run<S: Vectors>(self, vectors: S) {
        let Self { macroblocks, first, rows } = self;
        for (y, rows) in rows.as_chunks_mut::<2>().0.iter_mut().enumerate() {
            let [u, v] = rows;
            for ((u, v), macroblock) in u.iter_mut().zip(v).zip(macroblocks) {
                let mut full = [0; 16];
                full_chroma(u8x16::load_array(vectors, macroblock.chroma[(first + y) & 7])).store_array(&mut full);
                let [full_u, full_v] = full.as_chunks::<8>().0 else { return };
                (*u, *v) = (*full_u, *full_v);
            }
        }
    }
}

/// Luma above black, and 36 / 219 of it, which is about 168.5 / 1024.
#[inline(always)]
fn full_luma<S: Vectors>(samples: u8x16<S>) -> u8x16<S> {
    let luma = samples.max(16).min(235) - 16;
    let ((low, high), (half_low, half_high)) = (luma.widen(), (luma >> 1).widen());
    let low: u16x8<S> = (low * 168 + half_low + 493) >> 10;
    let high: u16x8<S> = (high * 168 + half_high + 493) >> 10;
    luma + low.saturating_narrow(high)
}

/// With 6 fractional bits: 255 / 224 is 37303 / 32768, of which three less make ties round up, and 128 times that less 128 is
/// 1133.7 / 64.
#[inline(always)]
fn full_chroma<S: Vectors>(samples: u8x16<S>) -> u8x16<S> {
    let (low, high): (u16x8<S>, u16x8<S>) = samples.widen();
    clamped(scaled(low << 7), scaled(high << 7))
}

#[inline(always)]
fn scaled<S: Vectors>(samples: u16x8<S>) -> i16x8<S> {
    let (low, high): (u32x4<S>, u32x4<S>) = samples.widening_mul(37_300);
    let (low, high): (i32x4<S>, i32x4<S>) = ((low >> 16).bitcast(), (high >> 16).bitcast());
    ((low - (1133 - 32)) >> 6).saturating_narrow((high - (1133 - 32)) >> 6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::simd::Simd;

    /// A macroblock with every sample.
    #[test]
    fn samples_are_rounded() {
        let every = |first: usize, y: usize| std::array::from_fn(|x| (first + 16 * y + x) as u8);
        for (simd, first) in [(Simd::detect(), 0), (Simd::TARGET, 128)] {
            let luma = std::array::from_fn(|y| every(0, y));
            let chroma = std::array::from_fn(|y| every(first, y));
            let macroblocks = &[Macroblock { luma, chroma }];
            let mut rows = [(); ROWS].map(|()| vec![[0; 16]]);
            for (y, row) in (0..16).zip(luma) {
                simd.run_kernel(LumaRows { macroblocks, first: y / ROWS * ROWS, rows: &mut rows });
                let full = row.map(|sample| (f64::from(sample) - 16.0) * 255.0 / 219.0);
                assert_eq!(rows[y % ROWS][0], full.map(|luma| luma.round().clamp(0.0, 255.0) as u8));
            }
            let mut rows = [(); 2 * ROWS].map(|()| vec![[0; 8]]);
            for (y, row) in (0..8).zip(chroma) {
                simd.run_kernel(ChromaRows { macroblocks, first: y / ROWS * ROWS, rows: &mut rows });
                let full = row.map(|sample| (f64::from(sample) - 128.0) * 255.0 / 224.0 + 128.0);
                let full = full.map(|chroma| chroma.round().clamp(0.0, 255.0) as u8);
                let [u, v] = full.as_chunks::<8>().0 else { unreachable!() };
                assert_eq!((rows[y % ROWS * 2][0], rows[y % ROWS * 2 + 1][0]), (*u, *v));
            }
        }
    }
}
