//! What the decisions of a macroblock depend on, and what they come to.

use super::predict::Mode;
use super::quantiser::SegmentQuantiser;
use super::tokens::TokenCosts;

/// What blocks are coded with.
#[derive(Clone, Copy)]
pub(super) struct Coder<'a> {
    pub quantiser: &'a SegmentQuantiser,
    pub costs: &'a TokenCosts,
    /// The number of modes whose exact cost is computed.
    pub candidates: usize,
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
