//! The DCT tokens of a macroblock (RFC 6386, section 13), decoded to coefficients.
//!
//! A block is a list of tokens, one per coefficient in zigzag order, until `EOB`. A token is coded along a tree of bools, whose
//! probabilities depend on the block type, on the band of the coefficient's position, and on a context: at first how many of the
//! blocks above and to the left have tokens, then whether the coefficient before was 0, 1 or more.
//!
//! ```text
//! node 0 ---0--- EOB (not after a zero: such a block would have ended before it)
//!    1
//! node 1 ---0--- 0
//!    1
//! node 2 ---0--- 1, and the sign
//!    1
//! node 3 ...     2 to 4, or a category with extra bits, and the sign
//!
//! a block 5, 0, -1, 0, ... of luma with its DC (position: context; bools)
//! 0: no neighbour has tokens   1 no EOB, 1 not 0, 1 not 1, 1 0 0 category 1 (5 to 6), extra bit 0, sign 0
//! 1: 5 was more than 1         1 no EOB, 0 is 0
//! 2: 0 was 0                   node 0 is left out; 1 not 0, 0 is 1, sign 1
//! 3: -1 was 1                  0 EOB
//! ```

use super::super::quantiser::Factors;
use super::super::token_probabilities::TokenProbabilities;
use super::super::transform::{Block, ZIGZAG, inverse_wht};
use super::bool_decoder::BoolDecoder;
use super::modes::MacroblockModes;

/// The band of each of the sixteen coefficient positions (RFC 6386, section 13.3). The last entry is never read.
const COEFFICIENT_BANDS: [usize; 17] = [0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0];

/// [`TokenProbabilities`] by coefficient position instead of band, and with room so that their places are powers of two.
type ByPosition = [[Nodes; 4]; 17];

/// The probabilities of the eleven nodes of the token tree.
type Nodes = [u8; 16];

/// The probabilities of the extra bits of the categories 3 to 6 (RFC 6386, section 13.2).
const CATEGORY_3_TO_6: [&[u8]; 4] = [
    &[173, 148, 140],
    &[176, 155, 140, 135],
    &[180, 157, 141, 134, 130],
    &[254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129],
];

/// Which blocks along an edge of a macroblock have tokens: the context of the blocks beyond the edge (RFC 6386, section 13.3).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct EdgeTokens {
    y2: bool,
    luma: [bool; 4],
    chroma: [[bool; 2]; 2],
}

/// The dequantised coefficients of a macroblock: 16 blocks of luma, then 4 of each chroma plane, row by row.
#[derive(Debug, Clone, Default)]
pub(super) struct Coefficients {
    pub blocks: [Block; 24],
    /// The blocks that may have coefficients, and those of them that may have more than a DC coefficient, bit by bit.
    pub present: u32,
    pub with_ac: u32,
}

impl Coefficients {
    /// Sets all coefficients to zero.
    #[inline(always)]
    pub(super) fn clear(&mut self) {
        while self.present != 0 {
            if let Some(block) = self.blocks.get_mut(self.present.trailing_zeros() as usize) {
                *block = [0; 16];
            }
            self.present &= self.present - 1;
        }
        self.with_ac = 0;
    }
}

/// Decodes the tokens of macroblocks.
pub(super) struct TokenReader {
    /// By block type: luma without DC, Y2, chroma, luma with DC.
    block_types: [ByPosition; 4],
}

impl TokenReader {
    pub(super) fn new(probabilities: &[TokenProbabilities; 4]) -> Self {
        let nodes = |probabilities: &[u8; 11]| {
            let mut nodes = [0; 16];
            nodes[..11].copy_from_slice(probabilities);
            nodes
        };
        let by_position = |bands: &TokenProbabilities| {
            COEFFICIENT_BANDS.map(|band| {
                let [a, b, c] = bands[band].each_ref().map(nodes);
                [a, b, c, [0; 16]]
            })
        };
        Self { block_types: probabilities.each_ref().map(by_position) }
    }

    /// Decodes the tokens of one macroblock into coefficients, which are all zero before. `above` and `left` are the edges of its
    /// neighbours, and become its own.
    #[inline(always)]
    pub(super) fn read(
        &self,
        modes: &MacroblockModes,
        factors: &Factors,
        from: &mut BoolDecoder<'_>,
        (above, left): (&mut EdgeTokens, &mut EdgeTokens),
        to: &mut Coefficients,
    ) {
        if modes.is_skipped {
            for edge in [above, left] {
                // A macroblock without a Y2 block leaves the context of the next one alone.
                let y2 = modes.has_subblocks() && edge.y2;
                *edge = EdgeTokens { y2, ..EdgeTokens::default() };
            }
            return;
        }
        let [luma_without_dc, y2, chroma, luma_with_dc] = &self.block_types;
        let Coefficients { blocks, present, with_ac } = to;
        let mut bits = *from;
        let (mut any, mut ac) = (0, 0);
        let (luma, first) = if modes.has_subblocks() {
            (luma_with_dc, 0)
        } else {
            let mut coefficients = [0; 16];
            let context = usize::from(above.y2) + usize::from(left.y2);
            let end = read_block(&mut bits, y2, context, 0, factors.y2, &mut coefficients);
            (above.y2, left.y2) = (end > 0, end > 0);
            if end > 0 {
                for (block, dc) in blocks.iter_mut().zip(inverse_wht(&coefficients)) {
                    block[0] = dc;
                }
            }
            (luma_without_dc, 1)
        };
        let (of_luma, of_chroma) = blocks.split_at_mut(16);
        for ((row, left), number) in of_luma.as_chunks_mut::<4>().0.iter_mut().zip(&mut left.luma).zip((0..).step_by(4))
        {
            for ((block, above), number) in row.iter_mut().zip(&mut above.luma).zip(number..) {
                let context = usize::from(*above) + usize::from(*left);
                let end = read_block(&mut bits, luma, context, first, factors.y1, block);
                (*above, *left) = (end > first, end > first);
                any |= u32::from(end > 1 || block[0] != 0) << number;
                ac |= u32::from(end > 1) << number;
            }
        }
        let edges = above.chroma.iter_mut().zip(&mut left.chroma);
        for ((plane, (above, left)), number) in of_chroma.as_chunks_mut::<4>().0.iter_mut().zip(edges).zip([16, 20]) {
            for ((row, left), number) in plane.as_chunks_mut::<2>().0.iter_mut().zip(left).zip([number, number + 2]) {
                for ((block, above), number) in row.iter_mut().zip(&mut *above).zip(number..) {
                    let context = usize::from(*above) + usize::from(*left);
                    let end = read_block(&mut bits, chroma, context, 0, factors.chroma, block);
                    (*above, *left) = (end > 0, end > 0);
                    any |= u32::from(end > 1 || block[0] != 0) << number;
                    ac |= u32::from(end > 1) << number;
                }
            }
        }
        (*present, *with_ac) = (any, ac);
        *from = bits;
    }
}

/// Decodes a block and returns the position of its `EOB`, or 16. `context` is how many of its two neighbours have tokens, and
/// `first` the position of its first coefficient.
#[inline(always)]
fn read_block(
    bits: &mut BoolDecoder<'_>,
    tokens: &ByPosition,
    context: usize,
    first: usize,
    factors: [i16; 2],
    to: &mut Block,
) -> usize {
    let mut position = first;
    let mut nodes = &tokens[position][context & 3];
    while position < 16 {
        if !bits.bool(nodes[0]) {
            return position; // EOB
        }
        while !bits.bool(nodes[1]) {
            position += 1; // a zero, which no EOB can follow
            if position == 16 {
                return 16;
            }
            nodes = &tokens[position][0];
        }
        let place = &mut to[usize::from(ZIGZAG[position & 15] & 15)];
        let factor = factors[usize::from(position > 0)];
        position += 1;
        // Products of data that no encoder writes wrap around, as in libwebp.
        if bits.bool(nodes[2]) {
            let size = large_size(bits, nodes);
            *place = bits.signed(size).wrapping_mul(factor);
            nodes = &tokens[position][2];
        } else {
            *place = bits.signed(1).wrapping_mul(factor);
            nodes = &tokens[position][1];
        }
    }
    16
}

/// Decodes the rest of a value of two or more, without its sign.
#[inline(always)]
fn large_size(bits: &mut BoolDecoder<'_>, nodes: &Nodes) -> i16 {
    let size = if !bits.bool(nodes[3]) {
        if bits.bool(nodes[4]) { 3 + bits.bit(nodes[5]) } else { 2 }
    } else if !bits.bool(nodes[6]) {
        if bits.bool(nodes[7]) {
            7 + 2 * bits.bit(165) + bits.bit(145) // category 2: 7 to 10
        } else {
            5 + bits.bit(159) // category 1: 5 or 6
        }
    } else {
        let category = if bits.bool(nodes[8]) { 2 + bits.bit(nodes[10]) } else { bits.bit(nodes[9]) };
        let extra = CATEGORY_3_TO_6[category as usize & 3].iter().fold(0, |extra, node| 2 * extra + bits.bit(*node));
        3 + (8 << category) + extra // 11, 19, 35 or 67 and more
    };
    size as i16
}
