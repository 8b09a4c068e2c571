//! The prediction modes of each macroblock (RFC 6386, sections 9.3, 9.11 and 11): the first partition after the header.
//!
//! ```text
//! segment_id        where the frame has segments
//! mb_skip_coeff     where the frame has prob_skip_false
//! intra_y_mode      B_PRED | DC_PRED | V_PRED | H_PRED | TM_PRED
//! intra_b_mode      of each of the 16 subblocks, after B_PRED alone; its probabilities follow from the modes above and to the left
//! intra_uv_mode     DC_PRED | V_PRED | H_PRED | TM_PRED
//! ```

use super::super::mode_probabilities::SUBBLOCK_MODES;
use super::bool_decoder::BoolDecoder;
use super::header::FrameHeader;

/// The modes of subblocks that a mode of a whole macroblock implies, by their number in the standard.
const B_DC_PRED: u8 = 0;
const B_TM_PRED: u8 = 1;
const B_VE_PRED: u8 = 2;
const B_HE_PRED: u8 = 3;

/// The tree of the modes of a subblock (RFC 6386, section 11.2), by node the branches for 0 and 1. A branch below ten is a mode,
/// any other is ten more than the index of the next node, which is also that of its probability.
const SUBBLOCK_TREE: [[u8; 2]; 9] =
    [[B_DC_PRED, 11], [B_TM_PRED, 12], [B_VE_PRED, 13], [14, 16], [B_HE_PRED, 15], [5, 6], [4, 17], [7, 18], [8, 9]];

/// What the tokens of a macroblock depend on of its modes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct MacroblockModes {
    /// Whether each of its sixteen luma subblocks has a mode (`B_PRED`). Only without them there is a Y2 block of their DC
    /// coefficients.
    pub has_subblocks: bool,
    /// Whether it has no tokens (`mb_skip_coeff`).
    pub is_skipped: bool,
}

/// Reads the modes of the macroblocks, a row at a time.
pub(super) struct ModeReader {
    /// The modes of the lowest subblocks of the row above, four per macroblock: context of those below them.
    above: Vec<[u8; 4]>,
}

impl ModeReader {
    /// The memory that it allocates for rows of this many macroblocks, in bytes.
    pub(super) fn memory_bytes(columns: usize) -> u64 {
        4 * columns as u64
    }

    pub(super) fn new(columns: usize) -> Self {
        Self { above: vec![[B_DC_PRED; 4]; columns] }
    }

    /// Reads the modes of the next row.
    pub(super) fn read_row(&mut self, header: &FrameHeader, from: &mut BoolDecoder<'_>, row: &mut [MacroblockModes]) {
        let mut bits = *from;
        let mut left = [B_DC_PRED; 4];
        for (modes, above) in row.iter_mut().zip(&mut self.above) {
            if let Some([top, low, high]) = header.segment_map {
                let is_high = bits.bool(top);
                bits.bool(if is_high { high } else { low });
            }
            modes.is_skipped = header.prob_skip_false.is_some_and(|probability| bits.bool(probability));
            modes.has_subblocks = !bits.bool(145);
            if modes.has_subblocks {
                for left in &mut left {
                    for above in above.iter_mut() {
                        *left = subblock_mode(&mut bits, *above, *left);
                        *above = *left;
                    }
                }
            } else {
                let mode = if bits.bool(156) {
                    if bits.bool(128) { B_TM_PRED } else { B_HE_PRED }
                } else if bits.bool(163) {
                    B_VE_PRED
                } else {
                    B_DC_PRED
                };
                *above = [mode; 4];
                left = [mode; 4];
            }
            // Chroma: `DC_PRED`, else `V_PRED`, else `H_PRED` or `TM_PRED`.
            if bits.bool(142) && bits.bool(114) {
                bits.bool(183);
            }
        }
        *from = bits;
    }
}

/// Decodes the mode of a subblock, in the context of the modes above and to the left.
#[inline]
fn subblock_mode(bits: &mut BoolDecoder<'_>, above: u8, left: u8) -> u8 {
    let probabilities = SUBBLOCK_MODES.get(usize::from(above)).and_then(|by_left| by_left.get(usize::from(left)));
    let Some(probabilities) = probabilities else { return B_DC_PRED };
    let mut node = 0;
    loop {
        let (Some(branches), Some(probability)) = (SUBBLOCK_TREE.get(node), probabilities.get(node)) else {
            return B_DC_PRED;
        };
        let next = if bits.bool(*probability) { branches[1] } else { branches[0] };
        if next < 10 {
            return next;
        }
        node = usize::from(next - 10);
    }
}
