//! Prediction modes as bools, and what they cost in 256ths of a bit. In key frames their probabilities are fixed (RFC 6386,
//! sections 11.2 to 11.5).

use super::super::mode_probabilities::SUBBLOCK_MODES;
use super::super::predict::Mode;
use super::bool_writer::BoolWriter;
use super::token_tree::bool_cost;

/// The probability that a macroblock has a mode for each subblock (`B_PRED`).
const SUBBLOCKS_PROBABILITY: u8 = 145;

/// The bools of each mode of luma, after the one that says that it is for the whole macroblock, and their probabilities.
const WHOLE_PATHS: [&[(u8, bool)]; 4] = [
    &[(156, false), (163, false)],
    &[(156, false), (163, true)],
    &[(156, true), (128, false)],
    &[(156, true), (128, true)],
];
/// The bools of each mode of chroma.
const CHROMA_PATHS: [&[(u8, bool)]; 4] = [
    &[(142, false)],
    &[(142, true), (114, false)],
    &[(142, true), (114, true), (183, false)],
    &[(142, true), (114, true), (183, true)],
];

/// The bools of each mode of a subblock, and their nodes (`bmode_tree`).
const SUBBLOCK_PATHS: [&[(usize, bool)]; 10] = [
    &[(0, false)],
    &[(0, true), (1, false)],
    &[(0, true), (1, true), (2, false)],
    &[(0, true), (1, true), (2, true), (3, false), (4, false)],
    &[(0, true), (1, true), (2, true), (3, true), (6, false)],
    &[(0, true), (1, true), (2, true), (3, false), (4, true), (5, false)],
    &[(0, true), (1, true), (2, true), (3, false), (4, true), (5, true)],
    &[(0, true), (1, true), (2, true), (3, true), (6, true), (7, false)],
    &[(0, true), (1, true), (2, true), (3, true), (6, true), (7, true), (8, false)],
    &[(0, true), (1, true), (2, true), (3, true), (6, true), (7, true), (8, true)],
];

const fn cost_of(paths: [&[(u8, bool)]; 4], before: u16) -> [u16; 4] {
    let mut costs = [before; 4];
    let mut mode = 0;
    while mode < 4 {
        let mut at = 0;
        while at < paths[mode].len() {
            let (probability, bit) = paths[mode][at];
            costs[mode] += bool_cost(bit, probability);
            at += 1;
        }
        mode += 1;
    }
    costs
}

/// The cost of each mode of luma.
pub(super) static WHOLE_MODE_COSTS: [u16; 4] = cost_of(WHOLE_PATHS, bool_cost(true, SUBBLOCKS_PROBABILITY));
/// The cost of each mode of chroma.
pub(super) static CHROMA_MODE_COSTS: [u16; 4] = cost_of(CHROMA_PATHS, 0);
/// The cost of having modes of subblocks, without theirs.
pub(super) const SUBBLOCKS_COST: u16 = bool_cost(false, SUBBLOCKS_PROBABILITY);

static SUBBLOCK_COSTS: [[[u16; 10]; 10]; 10] = {
    let mut costs = [[[0; 10]; 10]; 10];
    let mut context = 0;
    while context < 100 {
        let (above, left) = (context / 10, context % 10);
        let mut mode = 0;
        while mode < 10 {
            let mut at = 0;
            while at < SUBBLOCK_PATHS[mode].len() {
                let (node, bit) = SUBBLOCK_PATHS[mode][at];
                costs[above][left][mode] += bool_cost(bit, SUBBLOCK_MODES[above][left][node]);
                at += 1;
            }
            mode += 1;
        }
        context += 1;
    }
    costs
};

/// The cost of each mode of a subblock, for those above and to the left.
#[inline(always)]
pub(super) fn subblock_mode_costs(above: u8, left: u8) -> &'static [u16; 10] {
    &SUBBLOCK_COSTS[usize::from(above).min(9)][usize::from(left).min(9)]
}

/// Writes the mode of luma as a whole.
pub(super) fn write_whole(mode: Mode, bits: &mut BoolWriter) {
    bits.put(true, SUBBLOCKS_PROBABILITY);
    for (probability, bit) in WHOLE_PATHS[mode as usize] {
        bits.put(*bit, *probability);
    }
}

/// Writes that there are modes of subblocks.
pub(super) fn write_subblocks(bits: &mut BoolWriter) {
    bits.put(false, SUBBLOCKS_PROBABILITY);
}

/// Writes the mode of a subblock, for those above and to the left.
pub(super) fn write_subblock(mode: u8, above: u8, left: u8, bits: &mut BoolWriter) {
    let probabilities = &SUBBLOCK_MODES[usize::from(above).min(9)][usize::from(left).min(9)];
    for (node, bit) in SUBBLOCK_PATHS[usize::from(mode).min(9)] {
        bits.put(*bit, probabilities[*node]);
    }
}

/// Writes the mode of chroma.
pub(super) fn write_chroma(mode: Mode, bits: &mut BoolWriter) {
    for (probability, bit) in CHROMA_PATHS[mode as usize] {
        bits.put(*bit, *probability);
    }
}
