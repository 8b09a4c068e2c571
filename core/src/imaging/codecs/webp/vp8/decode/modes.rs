//! The prediction modes of each macroblock (RFC 6386, sections 9.3, 9.11 and 11): the first partition after the header.
//!
//! ```text
//! segment_id        where the frame has a segment map
//! mb_skip_coeff     where the frame has prob_skip_false
//! intra_y_mode      B_PRED | DC_PRED | V_PRED | H_PRED | TM_PRED
//! intra_b_mode      of each of the 16 subblocks, after B_PRED alone; its probabilities follow from the modes above and to the left
//! intra_uv_mode     DC_PRED | V_PRED | H_PRED | TM_PRED
//! ```

use super::super::mode_probabilities::SUBBLOCK_MODES;
use super::super::predict::{Mode, SubblockMode};
use super::bool_decoder::BoolDecoder;
use super::header::FrameHeader;

/// The modes of a macroblock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct MacroblockModes {
    pub segment: u8,
    /// Whether it has no tokens (`mb_skip_coeff`).
    pub is_skipped: bool,
    pub luma: LumaMode,
    pub chroma: Mode,
}

/// How luma is predicted. Only a macroblock that is predicted as a whole has a Y2 block of the DC coefficients of its blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LumaMode {
    Whole(Mode),
    /// Each subblock by itself (`B_PRED`), row by row.
    Subblocks([[SubblockMode; 4]; 4]),
}

impl Default for LumaMode {
    fn default() -> Self {
        Self::Whole(Mode::Dc)
    }
}

impl MacroblockModes {
    #[inline(always)]
    pub(super) fn has_subblocks(&self) -> bool {
        matches!(self.luma, LumaMode::Subblocks(_))
    }
}

/// Reads the modes of the macroblocks, a row at a time.
pub(super) struct ModeReader {
    /// The modes of the lowest subblocks of the row above, four per macroblock: context of those below them.
    above: Vec<[SubblockMode; 4]>,
}

impl ModeReader {
    /// The memory that it allocates for each column of macroblocks, in bytes.
    pub(super) const COLUMN_BYTES: u64 = 4;

    pub(super) fn new(columns: usize) -> Self {
        Self { above: vec![[SubblockMode::Dc; 4]; columns] }
    }

    /// Reads the modes of the next row.
    #[inline(always)]
    pub(super) fn read_row(&mut self, header: &FrameHeader, from: &mut BoolDecoder<'_>, row: &mut [MacroblockModes]) {
        let mut bits = *from;
        let mut left = [SubblockMode::Dc; 4];
        for (modes, above) in row.iter_mut().zip(&mut self.above) {
            modes.segment = match header.segments.map {
                Some(probabilities) => segment(&mut bits, probabilities),
                None => 0,
            };
            modes.is_skipped = match header.prob_skip_false {
                Some(probability) => bits.bool(probability),
                None => false,
            };
            modes.luma = if bits.bool(145) {
                let mode = if bits.bool(156) {
                    if bits.bool(128) { Mode::TrueMotion } else { Mode::Horizontal }
                } else if bits.bool(163) {
                    Mode::Vertical
                } else {
                    Mode::Dc
                };
                (*above, left) = ([SubblockMode::of(mode); 4], [SubblockMode::of(mode); 4]);
                LumaMode::Whole(mode)
            } else {
                let mut subblocks = [[SubblockMode::Dc; 4]; 4];
                for (row, left) in subblocks.iter_mut().zip(&mut left) {
                    for (mode, above) in row.iter_mut().zip(&mut *above) {
                        *left = subblock_mode(&mut bits, *above, *left);
                        (*mode, *above) = (*left, *left);
                    }
                }
                LumaMode::Subblocks(subblocks)
            };
            modes.chroma = if !bits.bool(142) {
                Mode::Dc
            } else if !bits.bool(114) {
                Mode::Vertical
            } else if bits.bool(183) {
                Mode::TrueMotion
            } else {
                Mode::Horizontal
            };
        }
        *from = bits;
    }
}

/// Decodes the number of a segment (RFC 6386, section 10).
#[inline(always)]
fn segment(bits: &mut BoolDecoder<'_>, [top, low, high]: [u8; 3]) -> u8 {
    if bits.bool(top) { 2 + u8::from(bits.bool(high)) } else { u8::from(bits.bool(low)) }
}

/// Decodes the mode of a subblock, in the context of the modes above and to the left, along the tree of RFC 6386, section 11.2.
#[inline(always)]
fn subblock_mode(bits: &mut BoolDecoder<'_>, above: SubblockMode, left: SubblockMode) -> SubblockMode {
    let node = &SUBBLOCK_MODES[above as usize][left as usize];
    if !bits.bool(node[0]) {
        SubblockMode::Dc
    } else if !bits.bool(node[1]) {
        SubblockMode::TrueMotion
    } else if !bits.bool(node[2]) {
        SubblockMode::Vertical
    } else if !bits.bool(node[3]) {
        if !bits.bool(node[4]) {
            SubblockMode::Horizontal
        } else if !bits.bool(node[5]) {
            SubblockMode::RightDown
        } else {
            SubblockMode::VerticalRight
        }
    } else if !bits.bool(node[6]) {
        SubblockMode::LeftDown
    } else if !bits.bool(node[7]) {
        SubblockMode::VerticalLeft
    } else if !bits.bool(node[8]) {
        SubblockMode::HorizontalDown
    } else {
        SubblockMode::HorizontalUp
    }
}
