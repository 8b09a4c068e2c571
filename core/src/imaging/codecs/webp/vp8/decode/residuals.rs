//! The residuals of two adjacent blocks at once: the inverse DCT of `transform`, with vector instructions.

use fearless_simd::prelude::*;
use fearless_simd::{Simd, i8x16, i16x8, i32x4, u8x16, u16x8, u64x2};

use super::super::transform::{Block, inverse_dc};
use super::tokens::Coefficients;

/// Four rows of residuals, each of four of a left block and four of a right one.
pub(super) type Rows<S> = [i16x8<S>; 4];

/// The residuals of the block with this number and of the next one. Nothing is computed of blocks with at most a DC coefficient.
#[inline(always)]
pub(super) fn residuals<S: Simd>(simd: S, coefficients: &Coefficients, number: usize) -> Rows<S> {
    let [left, right] = [&coefficients.blocks[number], &coefficients.blocks[number + 1]];
    if coefficients.with_ac >> number & 3 != 0 {
        return inverse_dct(simd, left, right);
    }
    let [a, b] = [inverse_dc(left[0]), inverse_dc(right[0])];
    [i16x8::load_array(simd, [a, a, a, a, b, b, b, b]); 4]
}

#[inline(always)]
fn inverse_dct<S: Simd>(simd: S, left: &Block, right: &Block) -> Rows<S> {
    let (a, c) = halves(simd, left);
    let (b, d) = halves(simd, right);
    let rows = [a.zip_low(b).bitcast(), a.zip_high(b).bitcast(), c.zip_low(d).bitcast(), c.zip_high(d).bitcast()];
    let mut columns = transposed(butterflies(rows));
    columns[0] += 4;
    let [a, b, c, d] = transposed(butterflies(columns));
    [a >> 3, b >> 3, c >> 3, d >> 3]
}

/// The upper and the lower two rows of a block.
#[inline(always)]
fn halves<S: Simd>(simd: S, block: &Block) -> (u64x2<S>, u64x2<S>) {
    let [upper, lower] = block.as_chunks::<8>().0 else {
        let none = u64x2::splat(simd, 0);
        return (none, none);
    };
    (i16x8::load_array(simd, *upper).bitcast(), i16x8::load_array(simd, *lower).bitcast())
}

#[inline(always)]
fn butterflies<S: Simd>([a, b, c, d]: Rows<S>) -> Rows<S> {
    let (even, odd) = (a + c, a - c);
    let low = by_sine(b) - by_cosine(d);
    let high = by_cosine(b) + by_sine(d);
    [even + high, odd + low, odd - low, even - high]
}

/// By sqrt(2) cos(pi / 8), which is 1 and 20091 / 65536.
#[inline(always)]
fn by_cosine<S: Simd>(values: i16x8<S>) -> i16x8<S> {
    values + upper_half(values, 20_091)
}

/// By sqrt(2) sin(pi / 8) = 35468 / 65536, which as a signed number is that less 1.
#[inline(always)]
fn by_sine<S: Simd>(values: i16x8<S>) -> i16x8<S> {
    values + upper_half(values, 35_468_u16 as i16)
}

#[inline(always)]
fn upper_half<S: Simd>(values: i16x8<S>, factor: i16) -> i16x8<S> {
    let (low, high) = values.widening_mul(factor);
    (low >> 16).saturating_narrow(high >> 16)
}

/// Transposes both blocks.
#[inline(always)]
fn transposed<S: Simd>([a, b, c, d]: Rows<S>) -> Rows<S> {
    let (upper, lower): (i32x4<S>, i32x4<S>) = (a.zip_low(b).bitcast(), c.zip_low(d).bitcast());
    let (left_low, left_high): (u64x2<S>, u64x2<S>) = (upper.zip_low(lower).bitcast(), upper.zip_high(lower).bitcast());
    let (upper, lower): (i32x4<S>, i32x4<S>) = (a.zip_high(b).bitcast(), c.zip_high(d).bitcast());
    let (right_low, right_high): (u64x2<S>, u64x2<S>) =
        (upper.zip_low(lower).bitcast(), upper.zip_high(lower).bitcast());
    [
        left_low.zip_low(right_low).bitcast(),
        left_low.zip_high(right_low).bitcast(),
        left_high.zip_low(right_high).bitcast(),
        left_high.zip_high(right_high).bitcast(),
    ]
}

/// The rows of both blocks, each block by itself, two rows in a vector.
#[inline(always)]
pub(super) fn by_block<S: Simd>([a, b, c, d]: Rows<S>) -> [[i16x8<S>; 2]; 2] {
    let (a, b): (u64x2<S>, u64x2<S>) = (a.bitcast(), b.bitcast());
    let (c, d): (u64x2<S>, u64x2<S>) = (c.bitcast(), d.bitcast());
    [[a.zip_low(b).bitcast(), c.zip_low(d).bitcast()], [a.zip_high(b).bitcast(), c.zip_high(d).bitcast()]]
}

/// Adds residuals to 16 pixels.
#[inline(always)]
pub(super) fn add<S: Simd>(pixels: u8x16<S>, [left, right]: [i16x8<S>; 2]) -> u8x16<S> {
    let (low, high): (u16x8<S>, u16x8<S>) = pixels.widen();
    clamped(low.bitcast::<i16x8<S>>() + left, high.bitcast::<i16x8<S>>() + right)
}

/// Clamps 16 numbers, none of which is near the ends of 16 bits, to pixels.
#[inline(always)]
pub(super) fn clamped<S: Simd>(left: i16x8<S>, right: i16x8<S>) -> u8x16<S> {
    let signed: i8x16<S> = (left - 128).saturating_narrow(right - 128);
    signed.bitcast::<u8x16<S>>() ^ 0x80
}
