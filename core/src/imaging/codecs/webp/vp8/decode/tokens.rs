//! The DCT tokens of a macroblock (RFC 6386, section 13), decoded and dropped.
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

use super::super::token_probabilities::TokenProbabilities;
use super::bool_decoder::BoolDecoder;
use super::modes::MacroblockModes;

/// The band of each of the sixteen coefficient positions (RFC 6386, section 13.3). The last entry is never read.
const COEFFICIENT_BANDS: [usize; 17] = [0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0];

/// [`TokenProbabilities`] by coefficient position instead of band.
type ByPosition = [[[u8; 11]; 3]; 17];

/// The probabilities of the extra bits of the categories 3 to 6 (RFC 6386, section 13.2).
const CATEGORY_3_TO_6: [&[u8]; 4] = [
    &[173, 148, 140],
    &[176, 155, 140, 135],
    &[180, 157, 141, 134, 130],
    &[254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129],
];

/// Which blocks along an edge of a macroblock have tokens: the context of the blocks beyond the edge (RFC 6386, section 13.3).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Nonzero {
    y2: bool,
    luma: [bool; 4],
    chroma: [[bool; 2]; 2],
}

/// Decodes the tokens of macroblocks and drops them.
pub(super) struct TokenReader {
    /// By block type: luma without DC, Y2, chroma, luma with DC.
    block_types: [ByPosition; 4],
}

impl TokenReader {
    pub(super) fn new(probabilities: &[TokenProbabilities; 4]) -> Self {
        let by_position = |bands: &TokenProbabilities| COEFFICIENT_BANDS.map(|band| bands[band]);
        Self { block_types: [0, 1, 2, 3].map(|block_type: usize| by_position(&probabilities[block_type])) }
    }

    /// Decodes the tokens of one macroblock.
    pub(super) fn skip(
        &self,
        modes: MacroblockModes,
        from: &mut BoolDecoder<'_>,
        above: &mut Nonzero,
        left: &mut Nonzero,
    ) {
        if modes.is_skipped {
            for edge in [above, left] {
                // A macroblock without a Y2 block leaves the context of the next one alone.
                let y2 = modes.has_subblocks && edge.y2;
                *edge = Nonzero { y2, ..Nonzero::default() };
            }
            return;
        }
        let [luma_without_dc, y2, chroma, luma_with_dc] = &self.block_types;
        let mut bits = *from;
        let (luma, first) = if modes.has_subblocks {
            (luma_with_dc, 0)
        } else {
            let has_tokens = block(&mut bits, y2, usize::from(above.y2) + usize::from(left.y2), 0);
            (above.y2, left.y2) = (has_tokens, has_tokens);
            (luma_without_dc, 1)
        };
        blocks(&mut bits, luma, first, &mut above.luma, &mut left.luma);
        for (above, left) in above.chroma.iter_mut().zip(&mut left.chroma) {
            blocks(&mut bits, chroma, 0, above, left);
        }
        *from = bits;
    }
}

/// Decodes a square of blocks, row by row.
#[inline]
fn blocks(bits: &mut BoolDecoder<'_>, tokens: &ByPosition, first: usize, above: &mut [bool], left: &mut [bool]) {
    for left in left {
        for above in above.iter_mut() {
            let has_tokens = block(bits, tokens, usize::from(*above) + usize::from(*left), first);
            (*above, *left) = (has_tokens, has_tokens);
        }
    }
}

/// Decodes a block and returns whether it has any token before `EOB`. `context` is how many of its two neighbours have, and
/// `first` the position of its first coefficient.
#[inline]
fn block(bits: &mut BoolDecoder<'_>, tokens: &ByPosition, context: usize, first: usize) -> bool {
    let mut position = first;
    let mut nodes = &tokens[position][context.min(2)];
    while position < 16 {
        if !bits.bool(nodes[0]) {
            return position > first; // EOB
        }
        while !bits.bool(nodes[1]) {
            position += 1; // a zero, which no EOB can follow
            if position == 16 {
                return true;
            }
            nodes = &tokens[position][0];
        }
        position += 1;
        let context = if bits.bool(nodes[2]) {
            large_value(bits, nodes);
            2
        } else {
            1
        };
        bits.flag(); // the sign
        nodes = &tokens[position][context];
    }
    true
}

/// Decodes the rest of a value of two or more, without its sign.
fn large_value(bits: &mut BoolDecoder<'_>, nodes: &[u8; 11]) {
    if !bits.bool(nodes[3]) {
        if bits.bool(nodes[4]) {
            bits.bool(nodes[5]); // 3 or 4
        }
    } else if !bits.bool(nodes[6]) {
        if bits.bool(nodes[7]) {
            bits.bool(165); // category 2: 7 to 10
            bits.bool(145);
        } else {
            bits.bool(159); // category 1: 5 or 6
        }
    } else {
        let is_high = bits.bool(nodes[8]);
        let category = if is_high { 2 + usize::from(bits.bool(nodes[10])) } else { usize::from(bits.bool(nodes[9])) };
        for probability in CATEGORY_3_TO_6[category] {
            bits.bool(*probability);
        }
    }
}
