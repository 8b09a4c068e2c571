//! How each macroblock is predicted (RFC 6386, sections 9.3, 9.11 and 11): what the first partition holds after the header.

use super::bool_decoder::BoolDecoder;
use super::header::FrameHeader;
use super::mode_probabilities::SUBBLOCK_MODES;

/// The modes of subblocks that whole macroblocks imply: `B_DC_PRED`, `B_TM_PRED`, `B_VE_PRED` and `B_HE_PRED` by their number.
const DC: u8 = 0;
const TRUE_MOTION: u8 = 1;
const VERTICAL: u8 = 2;
const HORIZONTAL: u8 = 3;

/// The tree of the modes of a subblock (RFC 6386, section 11.2). An entry above nine is the next pair of branches, and ten
/// more than the index of its probability; any other is a mode.
const SUBBLOCK_TREE: [[u8; 2]; 9] =
    [[DC, 11], [TRUE_MOTION, 12], [VERTICAL, 13], [14, 16], [HORIZONTAL, 15], [5, 6], [4, 17], [7, 18], [8, 9]];

/// What the tokens of a macroblock depend on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct MacroblockModes {
    /// Whether each of its sixteen luma blocks is predicted by itself, so that there is no block of their DC values.
    pub has_subblocks: bool,
    /// Whether it has no tokens.
    pub is_skipped: bool,
}

/// Reads the modes of one row of macroblocks after the other.
pub(super) struct ModeReader {
    /// The modes of the lowest subblocks of the row above: four for each macroblock.
    above: Vec<[u8; 4]>,
}

impl ModeReader {
    /// The bytes that it allocates for a row of macroblocks.
    pub(super) fn memory_bytes(columns: usize) -> u64 {
        4 * columns as u64
    }

    pub(super) fn new(columns: usize) -> Self {
        Self { above: vec![[DC; 4]; columns] }
    }

    pub(super) fn read_row(&mut self, header: &FrameHeader, from: &mut BoolDecoder<'_>, row: &mut [MacroblockModes]) {
        let mut bits = *from;
        let mut left = [DC; 4];
        for (modes, above) in row.iter_mut().zip(&mut self.above) {
            if let Some([top, low, high]) = header.segment_map {
                let is_high = bits.bit(top);
                bits.bit(if is_high { high } else { low });
            }
            modes.is_skipped = header.skip.is_some_and(|probability| bits.bit(probability));
            modes.has_subblocks = !bits.bit(145);
            if modes.has_subblocks {
                for left in &mut left {
                    for above in above.iter_mut() {
                        *left = subblock_mode(&mut bits, *above, *left);
                        *above = *left;
                    }
                }
            } else {
                let mode = match (bits.bit(156), &mut bits) {
                    (false, bits) => {
                        if bits.bit(163) {
                            VERTICAL
                        } else {
                            DC
                        }
                    }
                    (true, bits) => {
                        if bits.bit(128) {
                            TRUE_MOTION
                        } else {
                            HORIZONTAL
                        }
                    }
                };
                *above = [mode; 4];
                left = [mode; 4];
            }
            // Of chroma: `DC_PRED`, else `V_PRED`, else one of two.
            if bits.bit(142) && bits.bit(114) {
                bits.bit(183);
            }
        }
        *from = bits;
    }
}

#[inline]
fn subblock_mode(bits: &mut BoolDecoder<'_>, above: u8, left: u8) -> u8 {
    let probabilities = SUBBLOCK_MODES.get(usize::from(above)).and_then(|by_left| by_left.get(usize::from(left)));
    let Some(probabilities) = probabilities else { return DC };
    let mut at = 0;
    loop {
        let (Some(branches), Some(probability)) = (SUBBLOCK_TREE.get(at), probabilities.get(at)) else { return DC };
        let next = if bits.bit(*probability) { branches[1] } else { branches[0] };
        if next < 10 {
            return next;
        }
        at = usize::from(next - 10);
    }
}
