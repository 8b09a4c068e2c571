//! The tokens of a macroblock's coefficients (RFC 6386, section 13), passed over.

use super::bool_decoder::BoolDecoder;
use super::modes::MacroblockModes;
use super::token_probabilities::TokenProbabilities;

/// The bands of the sixteen coefficients (RFC 6386, section 13.3). The last entry is never looked at.
const BANDS: [usize; 17] = [0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0];

/// [`TokenProbabilities`] by the position of the coefficient.
type ByPosition = [[[u8; 11]; 3]; 17];

/// The probabilities of the extra bits of the four largest categories (RFC 6386, section 13.2).
const LARGE_VALUES: [&[u8]; 4] = [
    &[173, 148, 140],
    &[176, 155, 140, 135],
    &[180, 157, 141, 134, 130],
    &[254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129],
];

/// Which blocks at an edge of a macroblock have coefficients: the context of the blocks after it (RFC 6386, section 13.3).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Edge {
    luma_dc: bool,
    luma: [bool; 4],
    chroma: [[bool; 2]; 2],
}

/// Passes over the tokens of macroblocks.
pub(super) struct TokenReader {
    /// For luma without DC, luma's DC, chroma, and luma with DC.
    kinds: [ByPosition; 4],
}

impl TokenReader {
    pub(super) fn new(probabilities: &[TokenProbabilities; 4]) -> Self {
        let by_position = |bands: &TokenProbabilities| BANDS.map(|band| bands[band]);
        Self { kinds: [0, 1, 2, 3].map(|kind: usize| by_position(&probabilities[kind])) }
    }

    /// Passes over the tokens of one macroblock.
    pub(super) fn pass_over(
        &self,
        modes: MacroblockModes,
        from: &mut BoolDecoder<'_>,
        above: &mut Edge,
        left: &mut Edge,
    ) {
        if modes.is_skipped {
            for edge in [above, left] {
                let luma_dc = modes.has_subblocks && edge.luma_dc;
                *edge = Edge { luma_dc, ..Edge::default() };
            }
            return;
        }
        let [luma_without_dc, luma_dc, chroma, luma_with_dc] = &self.kinds;
        let mut bits = *from;
        let (luma, first) = if modes.has_subblocks {
            (luma_with_dc, 0)
        } else {
            let has = block(&mut bits, luma_dc, usize::from(above.luma_dc) + usize::from(left.luma_dc), 0);
            (above.luma_dc, left.luma_dc) = (has, has);
            (luma_without_dc, 1)
        };
        blocks(&mut bits, luma, first, &mut above.luma, &mut left.luma);
        for (above, left) in above.chroma.iter_mut().zip(&mut left.chroma) {
            blocks(&mut bits, chroma, 0, above, left);
        }
        *from = bits;
    }
}

/// Passes over a square of blocks, row by row.
#[inline]
fn blocks(bits: &mut BoolDecoder<'_>, tokens: &ByPosition, first: usize, above: &mut [bool], left: &mut [bool]) {
    for left in left {
        for above in above.iter_mut() {
            let has = block(bits, tokens, usize::from(*above) + usize::from(*left), first);
            (*above, *left) = (has, has);
        }
    }
}

/// Passes over a block and returns whether it has any token but the end. `context` is how many of its two neighbours have,
/// and `first` the position of its first coefficient.
#[inline]
fn block(bits: &mut BoolDecoder<'_>, tokens: &ByPosition, context: usize, first: usize) -> bool {
    let mut at = first;
    let mut node = &tokens[at][context.min(2)];
    while at < 16 {
        if !bits.bit(node[0]) {
            return at > first; // the end of the block
        }
        while !bits.bit(node[1]) {
            at += 1; // a zero, after which no end can follow
            if at == 16 {
                return true;
            }
            node = &tokens[at][0];
        }
        at += 1;
        let context = if bits.bit(node[2]) {
            large_value(bits, node);
            2
        } else {
            1
        };
        bits.flag(); // the sign
        node = &tokens[at][context];
    }
    true
}

/// Passes over a value of two or more.
fn large_value(bits: &mut BoolDecoder<'_>, node: &[u8; 11]) {
    if !bits.bit(node[3]) {
        if bits.bit(node[4]) {
            bits.bit(node[5]);
        }
    } else if !bits.bit(node[6]) {
        if bits.bit(node[7]) {
            bits.bit(165);
            bits.bit(145);
        } else {
            bits.bit(159);
        }
    } else {
        let is_high = bits.bit(node[8]);
        let category = if is_high { 2 + usize::from(bits.bit(node[10])) } else { usize::from(bits.bit(node[9])) };
        for probability in LARGE_VALUES[category] {
            bits.bit(*probability);
        }
    }
}
