//! The inverse transforms (RFC 6386, section 14): of the Y2 block, and of a block of 4 x 4 coefficients.
//!
//! Sums wrap around at 16 bits, as in the vector code of libwebp, which only data that no encoder writes can tell.
//!
//! ```text
//! products by sqrt(2) cos(pi / 8) = 1 + 20091 / 65536 and sqrt(2) sin(pi / 8) = 35468 / 65536, both rounded down
//! ```

/// The coefficients of a block in natural order, dequantised.
pub(super) type Block = [i16; 16];

/// The position of each coefficient in the order of the bitstream (RFC 6386, section 13).
pub(super) const ZIGZAG: [u8; 16] = [0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15];

/// The residuals of a block.
#[inline(always)]
pub(super) fn inverse_dct(block: &Block) -> Block {
    let columns = transposed(&butterflies(block));
    let mut rounded = columns;
    rounded[..4].iter_mut().for_each(|dc| *dc = dc.wrapping_add(4));
    transposed(&butterflies(&rounded)).map(|value| value >> 3)
}

/// Transforms the four columns of a block.
#[inline(always)]
fn butterflies(block: &Block) -> Block {
    let mut result = [0; 16];
    for x in 0..4 {
        let [a, b, c, d] = [block[x], block[4 + x], block[8 + x], block[12 + x]];
        let (even, odd) = (a.wrapping_add(c), a.wrapping_sub(c));
        let low = by_sine(b).wrapping_sub(by_cosine(d));
        let high = by_cosine(b).wrapping_add(by_sine(d));
        result[x] = even.wrapping_add(high);
        result[4 + x] = odd.wrapping_add(low);
        result[8 + x] = odd.wrapping_sub(low);
        result[12 + x] = even.wrapping_sub(high);
    }
    result
}

#[inline(always)]
fn by_cosine(value: i16) -> i16 {
    value.wrapping_add(((i32::from(value) * 20_091) >> 16) as i16)
}

#[inline(always)]
fn by_sine(value: i16) -> i16 {
    ((i32::from(value) * 35_468) >> 16) as i16
}

#[inline(always)]
fn transposed(block: &Block) -> Block {
    std::array::from_fn(|at| block[at % 4 * 4 + at / 4])
}

/// The residual of all pixels of a block that has only a DC coefficient.
#[inline(always)]
pub(super) fn inverse_dc(dc: i16) -> i16 {
    ((i32::from(dc) + 4) >> 3) as i16
}

/// The DC coefficients of the sixteen luma blocks, from the Y2 block (RFC 6386, section 14.3).
#[inline(always)]
pub(super) fn inverse_wht(y2: &Block) -> Block {
    let y2 = y2.map(i32::from);
    let mut columns = [0; 16];
    for x in 0..4 {
        let (a, b) = (y2[x] + y2[12 + x], y2[4 + x] + y2[8 + x]);
        let (c, d) = (y2[4 + x] - y2[8 + x], y2[x] - y2[12 + x]);
        (columns[x], columns[4 + x]) = (a + b, d + c);
        (columns[8 + x], columns[12 + x]) = (a - b, d - c);
    }
    let mut result = [0; 16];
    for (to, from) in result.as_chunks_mut::<4>().0.iter_mut().zip(columns.as_chunks::<4>().0) {
        let dc = from[0] + 3;
        let (a, b) = (dc + from[3], from[1] + from[2]);
        let (c, d) = (from[1] - from[2], dc - from[3]);
        *to = [a + b, d + c, a - b, d - c].map(|value| (value >> 3) as i16);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The transform by its definition, in floating point. The integer one drops fractions five times.
    fn exact(block: &Block) -> [f64; 16] {
        let basis = |at: usize, frequency: usize| {
            let cosine = ((2 * at + 1) as f64 * frequency as f64 * std::f64::consts::PI / 8.0).cos();
            if frequency == 0 { 1.0 } else { cosine * 2.0_f64.sqrt() }
        };
        std::array::from_fn(|at| {
            let sum: f64 =
                (0..16).map(|from| f64::from(block[from]) * basis(at / 4, from / 4) * basis(at % 4, from % 4)).sum();
            sum / 8.0
        })
    }

    #[test]
    fn residuals_are_those_of_the_definition() {
        let mut state = 7_u32;
        for _ in 0..1000 {
            let block: Block = std::array::from_fn(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 22) as i16 - 512
            });
            for (ours, exact) in inverse_dct(&block).iter().zip(exact(&block)) {
                assert!((f64::from(*ours) - exact).abs() < 1.5, "{block:?}: {ours} {exact}");
            }
        }
        for dc in [-2000, -5, -4, 0, 3, 4, 1000] {
            let mut block = [0; 16];
            block[0] = dc;
            assert_eq!(inverse_dct(&block), [inverse_dc(dc); 16]);
        }
    }

    /// The forward transform of RFC 6386, without its rounding: the inverse gives back what it had, over 8 times 2.
    #[test]
    fn y2_is_a_walsh_hadamard_transform() {
        let signs = [[1, 1, 1, 1], [1, 1, -1, -1], [1, -1, -1, 1], [1, -1, 1, -1]];
        let dcs: [i32; 16] = std::array::from_fn(|at| 40 * (at as i32 * 7 % 16) - 300);
        let y2: Block = std::array::from_fn(|at| {
            let sum: i32 = (0..16).map(|from| dcs[from] * signs[at / 4][from / 4] * signs[at % 4][from % 4]).sum();
            (sum / 2) as i16
        });
        assert_eq!(inverse_wht(&y2).map(i32::from), dcs);
    }
}
