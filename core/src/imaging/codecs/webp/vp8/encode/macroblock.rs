//! What the decisions of a macroblock depend on, and what they come to.

use super::super::predict::Mode;
use super::mode_costs::{CHROMA_MODE_COSTS, SUBBLOCKS_COST, WHOLE_MODE_COSTS};
use super::quantiser::SegmentQuantiser;
use super::token_costs::TokenCosts;

/// What blocks are coded with.
#[derive(Clone, Copy)]
pub(super) struct Coder<'a> {
    pub quantiser: &'a SegmentQuantiser,
    pub costs: &'a TokenCosts,
    /// The number of modes whose exact cost is computed.
    pub candidates: usize,
    /// Whether levels are rounded along a trellis.
    pub has_trellis: bool,
    /// Whether only the cheapest modes are used.
    pub has_few_modes: bool,
}

/// Which blocks along an edge of a macroblock have tokens: the context of the blocks beyond the edge (RFC 6386, section 13.3).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Nonzero {
    pub y2: bool,
    pub luma: [bool; 4],
    pub chroma: [[bool; 2]; 2],
}

/// The contexts of a macroblock.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Neighbours {
    pub above: Nonzero,
    pub left: Nonzero,
    /// The modes of the subblocks above and to the left.
    pub above_modes: [u8; 4],
    pub left_modes: [u8; 4],
}

/// The modes of luma.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LumaModes {
    Whole(Mode),
    Subblocks([u8; 16]),
}

/// The modes of a macroblock, which its part of the first partition states.
#[derive(Debug, Clone, Copy)]
pub(super) struct MacroblockModes {
    pub segment: u8,
    /// Whether it has no tokens (`mb_skip_coeff`).
    pub is_skipped: bool,
    pub luma: LumaModes,
    pub chroma: Mode,
}

impl MacroblockModes {
    /// An upper bound of the bits that they take.
    pub(super) fn bits(&self) -> u64 {
        /// The segment and the skip flag, as the mean over the frame.
        const FLAGS: u64 = 3;
        /// The most bits of the mode of a subblock, of which none has a probability below 1/256.
        const OF_SUBBLOCK: u64 = 12;
        let luma = match self.luma {
            LumaModes::Whole(mode) => u64::from(WHOLE_MODE_COSTS[mode as usize]),
            LumaModes::Subblocks(_) => u64::from(SUBBLOCKS_COST) + 16 * OF_SUBBLOCK * 256,
        };
        FLAGS + (luma + u64::from(CHROMA_MODE_COSTS[self.chroma as usize])).div_ceil(256)
    }
}
