//! The inverse predictor transform (RFC 9649, section 4.1): each pixel was coded as its difference from a prediction, which the
//! mode of its block makes of the neighbours.
//!
//! ```text
//! row above  TL  T  TR
//! row        L   x          x = residual + prediction, per channel, modulo 256
//!
//! one channel, L = 91, T = 100, TL = 95, residual 251
//! mode 12 (clamped gradient)   prediction 91 + 100 - 95 = 96      x = 251 + 96 = 347 = 91 modulo 256
//! mode 7 (average of L and T)  prediction 191 / 2 = 95, rounded down
//! mode 11 (select)             96 is 5 from L and 4 from T, so the prediction is T = 100
//! ```
//!
//! Whatever the mode is, the prediction of the first pixel of a picture is opaque black, of the rest of the first row L, and of
//! the first pixel of any other row T. TR of the last pixel of a row is the first pixel of the same row.

/// The inverse transform, row by row.
#[derive(Debug)]
pub(super) struct Predictor {
    /// The mode of each block.
    modes: Vec<u8>,
    blocks_across: usize,
    block_bits: u32,
    /// The row above, and after it the first pixel of the current row.
    above: Vec<u32>,
}

const OPAQUE_BLACK: u32 = 0xff00_0000;

impl Predictor {
    /// `above` has one element more than a row.
    pub(super) fn new(modes: Vec<u8>, blocks_across: usize, block_bits: u32, above: Vec<u32>) -> Self {
        Self { modes, blocks_across, block_bits, above }
    }

    /// Turns the residuals of row `y` into pixels.
    pub(super) fn inverse(&mut self, row: &mut [u32], y: usize) {
        let width = row.len();
        let Some(first) = row.first_mut() else { return };
        *first = add(*first, if y == 0 { OPAQUE_BLACK } else { self.above[0] });
        self.above[width] = *first;
        if y == 0 {
            run(row, &self.above, 1, width, |left, _| left);
        } else {
            let modes = self.modes.get((y >> self.block_bits) * self.blocks_across..).unwrap_or_default();
            let mut from = 1;
            while from < width {
                let block = from >> self.block_bits;
                let to = ((block + 1) << self.block_bits).min(width);
                inverse_block(modes.get(block).copied().unwrap_or_default(), row, &self.above, from, to);
                from = to;
            }
        }
        self.above[..width].copy_from_slice(row);
    }
}

/// Adds the predictions of one mode to the residuals `from..to` of a row.
fn inverse_block(mode: u8, row: &mut [u32], above: &[u32], from: usize, to: usize) {
    match mode {
        1 => run(row, above, from, to, |left, _| left),
        2 => run(row, above, from, to, |_, Above { top, .. }| top),
        3 => run(row, above, from, to, |_, Above { top_right, .. }| top_right),
        4 => run(row, above, from, to, |_, Above { top_left, .. }| top_left),
        5 => run(row, above, from, to, |left, Above { top, top_right, .. }| average(average(left, top_right), top)),
        6 => run(row, above, from, to, |left, Above { top_left, .. }| average(left, top_left)),
        7 => run(row, above, from, to, |left, Above { top, .. }| average(left, top)),
        8 => run(row, above, from, to, |_, Above { top_left, top, .. }| average(top_left, top)),
        9 => run(row, above, from, to, |_, Above { top, top_right, .. }| average(top, top_right)),
        10 => run(row, above, from, to, |left, Above { top_left, top, top_right }| {
            average(average(left, top_left), average(top, top_right))
        }),
        11 => run(row, above, from, to, |left, Above { top_left, top, .. }| select(left, top, top_left)),
        12 => run(row, above, from, to, |left, Above { top_left, top, .. }| gradient(left, top, top_left)),
        13 => {
            run(row, above, from, to, |left, Above { top_left, top, .. }| half_gradient(average(left, top), top_left));
        }
        // 0; and 14 and 15, which are not defined and which every decoder takes for 0.
        _ => run(row, above, from, to, |_, _| OPAQUE_BLACK),
    }
}

/// The neighbours TL, T and TR.
struct Above {
    top_left: u32,
    top: u32,
    top_right: u32,
}

#[inline(always)]
fn run(row: &mut [u32], above: &[u32], from: usize, to: usize, predict: impl Fn(u32, Above) -> u32) {
    let Some(mut left) = from.checked_sub(1).and_then(|before| row.get(before)).copied() else { return };
    let (Some(pixels), Some(above)) = (row.get_mut(from..to), above.get(from - 1..=to)) else { return };
    for (pixel, tops) in pixels.iter_mut().zip(above.array_windows::<3>()) {
        let [top_left, top, top_right] = *tops;
        left = add(*pixel, predict(left, Above { top_left, top, top_right }));
        *pixel = left;
    }
}

/// The sum per channel, modulo 256: two channels at a time, with a byte between them for the carry.
#[inline(always)]
fn add(one: u32, other: u32) -> u32 {
    const EVEN: u32 = 0x00ff_00ff;
    const ODD: u32 = 0xff00_ff00;
    ((one & EVEN).wrapping_add(other & EVEN) & EVEN) | ((one & ODD).wrapping_add(other & ODD) & ODD)
}

/// The mean per channel, rounded down.
#[inline(always)]
fn average(one: u32, other: u32) -> u32 {
    (((one ^ other) & 0xfefe_fefe) >> 1) + (one & other)
}

/// Left or top, whichever is nearer to `left + top - top_left`; top in a tie.
#[inline(always)]
pub(in crate::imaging::codecs::webp) fn select(left: u32, top: u32, top_left: u32) -> u32 {
    let distance = |one: u32, other: u32| -> i32 {
        one.to_ne_bytes().iter().zip(other.to_ne_bytes()).map(|(one, other)| i32::from(one.abs_diff(other))).sum()
    };
    if distance(top, top_left) < distance(left, top_left) { left } else { top }
}

/// `left + top - top_left` per channel, clamped.
#[inline(always)]
pub(in crate::imaging::codecs::webp) fn gradient(left: u32, top: u32, top_left: u32) -> u32 {
    per_channel(left, top, top_left, |left, top, top_left| left + top - top_left)
}

/// `mean + (mean - top_left) / 2` per channel, clamped.
#[inline(always)]
fn half_gradient(mean: u32, top_left: u32) -> u32 {
    per_channel(mean, top_left, 0, |mean, top_left, _| mean + (mean - top_left) / 2)
}

#[inline(always)]
fn per_channel(one: u32, two: u32, three: u32, sum: impl Fn(i16, i16, i16) -> i16) -> u32 {
    let (one, two, three) = (one.to_ne_bytes(), two.to_ne_bytes(), three.to_ne_bytes());
    let channel = |at: usize| sum(one[at].into(), two[at].into(), three[at].into()).clamp(0, 255) as u8;
    u32::from_ne_bytes([channel(0), channel(1), channel(2), channel(3)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_do_not_carry_into_each_other() {
        assert_eq!(add(0xff01_80ff, 0x0203_8001), 0x0104_0000);
        assert_eq!(average(0xff00_0103, 0xfe01_0205), 0xfe00_0104);
    }

    /// RFC 9649, section 4.1: the nearer of the two, and top where both are as near.
    #[test]
    fn select_and_gradients() {
        assert_eq!(select(0x10, 0x20, 0x20), 0x10, "the estimate is left itself");
        assert_eq!(select(0x10, 0x20, 0x10), 0x20);
        assert_eq!(select(0x10, 0x20, 0x18), 0x20);
        assert_eq!(gradient(0xff00_0a80, 0xff00_1480, 0x0000_1e00), 0xff00_00ff);
        assert_eq!(half_gradient(0x0000_0064, 0x0000_0067), 0x0000_0063, "rounded towards zero");
    }
}
