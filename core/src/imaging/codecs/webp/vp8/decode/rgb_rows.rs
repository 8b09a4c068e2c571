//! The rows of pixels: chroma upsampling, and YUV to RGB.
//!
//! A chroma sample lies in the middle of four pixels. A pixel is a bilinear mixture of the four nearest samples, with the weights
//! 9, 3, 3 and 1 over 16; at the edges samples are repeated. libwebp calls this fancy upsampling, and every browser shows it.
//!
//! ```text
//! chroma      a     b      the pixel next to a     (9a + 3b + 3c + d + 8) >> 4
//!               o o                                = (3 (3a + c) + (3b + d) + 8) >> 4
//!               o o        a 100, b 120, c 60, d 40: (3 * 360 + 400 + 8) >> 4 = 93
//!             c     d
//! ```
//!
//! So the lower row of pixels of a chroma row waits for the next one.

use super::decoder::Decoder;
use crate::error::Result;
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::simd::Simd;

/// The rows of a frame as pixels, one at a time.
pub(in crate::imaging::codecs::webp) struct RgbRows<'a> {
    decoder: Decoder<'a>,
    simd: Simd,
    width: usize,
    chroma_height: usize,
    /// Rows of luma, at an index modulo 4.
    luma: [Vec<[u8; 16]>; 4],
    /// Rows of U and V, at an index modulo 2.
    chroma: [[Vec<[u8; 8]>; 2]; 2],
    /// Rows passed on, and rows of chroma taken from the decoder, each with two rows of luma.
    passed_on: usize,
    taken: usize,
    buffers: Buffers,
}

/// Room for a row at the width of the picture.
struct Buffers {
    /// Three times the nearer chroma row plus the farther one.
    blended: Vec<u16>,
    u: Vec<u8>,
    v: Vec<u8>,
}

impl<'a> RgbRows<'a> {
    /// The memory for a frame of this width, without that of its decoder, in bytes.
    pub(in crate::imaging::codecs::webp) fn memory_bytes(width: u32) -> u64 {
        9 * u64::from(width.next_multiple_of(16))
    }

    pub(in crate::imaging::codecs::webp) fn new(decoder: Decoder<'a>) -> Self {
        let ((width, height), columns) = (decoder.size(), decoder.columns());
        let chroma = || [vec![[0; 8]; columns], vec![[0; 8]; columns]];
        Self {
            simd: decoder.simd(),
            width,
            chroma_height: height.div_ceil(2),
            luma: [(); 4].map(|()| vec![[0; 16]; columns]),
            chroma: [chroma(), chroma()],
            passed_on: 0,
            taken: 0,
            buffers: Buffers { blended: vec![0; width.div_ceil(2)], u: vec![0; width], v: vec![0; width] },
            decoder,
        }
    }

    /// Writes the next row: `CHANNELS` bytes per pixel, the first three of which are red, green and blue.
    ///
    /// Errors: `image_corrupt`, `cancelled`.
    pub(in crate::imaging::codecs::webp) fn fill<const CHANNELS: usize>(&mut self, row: &mut [u8]) -> Result<()> {
        let y = self.passed_on;
        let last = self.chroma_height.saturating_sub(1);
        let near = (y / 2).min(last);
        let far = if y.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(last) };
        while self.taken <= near.max(far) {
            self.take()?;
        }
        self.passed_on += 1;
        let Self { simd, luma, chroma, width, buffers, .. } = self;
        let Buffers { blended, u, v } = buffers;
        simd.run(
            #[inline(always)]
            || {
                let (near, far) = (&chroma[near % 2], &chroma[far % 2]);
                for (plane, full) in [(0, &mut *u), (1, &mut *v)] {
                    let samples = near[plane].as_flattened().iter().zip(far[plane].as_flattened());
                    for (to, (near, far)) in blended.iter_mut().zip(samples) {
                        *to = 3 * u16::from(*near) + u16::from(*far);
                    }
                    widen(blended, full);
                }
                let luma = luma[y % 4].as_flattened().get(..*width).unwrap_or_default();
                yuv_to_rgb::<CHANNELS>(luma, u, v, row);
            },
        );
        Ok(())
    }

    /// Takes a row of chroma from the decoder, and its two rows of luma.
    fn take(&mut self) -> Result<()> {
        let within = self.taken % 8;
        if within == 0 && self.decoder.next_row()?.is_none() {
            return Err(corrupt("a WebP with fewer rows than its header says"));
        }
        for (at, macroblock) in self.decoder.finished().iter().enumerate() {
            for y in [0, 1] {
                if let Some(to) = self.luma[(2 * self.taken + y) % 4].get_mut(at) {
                    *to = macroblock.luma[2 * within + y];
                }
            }
            let planes = macroblock.chroma[within].as_chunks::<8>().0;
            for (row, plane) in self.chroma[self.taken % 2].iter_mut().zip(planes) {
                if let Some(to) = row.get_mut(at) {
                    *to = *plane;
                }
            }
        }
        self.taken += 1;
        Ok(())
    }
}

/// Doubles a row: each sample becomes two pixels, with a weight of 3 for the sample and 1 for its neighbour.
#[inline(always)]
fn widen(blended: &[u16], full: &mut [u8]) {
    let mix = |near: u16, far: u16| (3 * near + far + 8) >> 4;
    if let (Some(first), Some(to)) = (blended.first(), full.first_mut()) {
        *to = mix(*first, *first) as u8;
    }
    let pairs = full.get_mut(1..).unwrap_or_default().as_chunks_mut::<2>().0;
    for ((pair, near), next) in pairs.iter_mut().zip(blended).zip(blended.get(1..).unwrap_or_default()) {
        // As one number, of which compilers make better vector code than of two bytes.
        *pair = (mix(*near, *next) | mix(*next, *near) << 8).to_le_bytes();
    }
    if let (true, Some(last), Some(to)) = (full.len().is_multiple_of(2), blended.last(), full.last_mut()) {
        *to = mix(*last, *last) as u8;
    }
}

/// How many pixels are converted at a time, channel by channel: their bytes stay in the nearest cache.
const PIECE: usize = 512;

#[inline(always)]
fn yuv_to_rgb<const CHANNELS: usize>(luma: &[u8], u: &[u8], v: &[u8], row: &mut [u8]) {
    let mut channels = [[0; PIECE]; 3];
    let samples = luma.chunks(PIECE).zip(u.chunks(PIECE)).zip(v.chunks(PIECE));
    for (row, ((luma, u), v)) in row.chunks_mut(CHANNELS * PIECE).zip(samples) {
        let [reds, greens, blues] = &mut channels;
        let to = reds.iter_mut().zip(&mut *greens).zip(&mut *blues);
        for (((luma, u), v), ((red, green), blue)) in luma.iter().zip(u).zip(v).zip(to) {
            [*red, *green, *blue] = to_rgb(*luma, *u, *v);
        }
        let colors = reds.iter().zip(&*greens).zip(&*blues);
        for (pixel, ((red, green), blue)) in row.as_chunks_mut::<CHANNELS>().0.iter_mut().zip(colors) {
            pixel[..3].copy_from_slice(&[*red, *green, *blue]);
        }
    }
}

/// YUV to RGB by ITU-R BT.601, limited range, in the fixed point of libwebp: products drop their lowest 8 bits, sums 6 more.
#[inline(always)]
fn to_rgb(luma: u8, u: u8, v: u8) -> [u8; 3] {
    let product = |sample: u8, factor: u16| ((u32::from(sample) << 8) * u32::from(factor)) >> 16;
    let signed = |sample: u8, factor: u16| product(sample, factor) as i16;
    let level = |sum: i16| (sum >> 6).clamp(0, 255) as u8;
    let light = signed(luma, 19_077);
    let blue = (light as u16 + product(u, 33_050) as u16).saturating_sub(17_685) >> 6;
    [
        level(light - 14_234 + signed(v, 26_149)),
        level(light + 8_708 - signed(u, 6_419) - signed(v, 13_320)),
        blue.min(255) as u8,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_those_of_libwebp() {
        for (luma, u, v) in
            (0..=255_u8).flat_map(|luma| (0..=255_u8).map(move |u| (luma, u, luma.wrapping_add(u).wrapping_mul(7))))
        {
            let product = |sample: u8, factor: i32| (i32::from(sample) * factor) >> 8;
            let level = |sum: i32| (sum >> 6).clamp(0, 255) as u8;
            let light = product(luma, 19_077);
            let expected = [
                level(light + product(v, 26_149) - 14_234),
                level(light - product(u, 6_419) - product(v, 13_320) + 8_708),
                level(light + product(u, 33_050) - 17_685),
            ];
            assert_eq!(to_rgb(luma, u, v), expected, "{luma} {u} {v}");
        }
    }

    #[test]
    fn samples_lie_between_pixels() {
        let mut full = [0; 6];
        widen(&[4 * 10, 4 * 20, 4 * 100], &mut full);
        assert_eq!(full, [10, 13, 18, 40, 80, 100]);
        let mut odd = [0; 5];
        widen(&[4 * 10, 4 * 20, 4 * 100], &mut odd);
        assert_eq!(odd, full[..5]);
        let mut one = [0];
        widen(&[4 * 10], &mut one);
        assert_eq!(one, [10]);
    }
}
