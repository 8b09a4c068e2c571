//! Encodes a macroblock: the modes of luma and chroma, the reconstruction that its neighbours are predicted from, and the tokens.

use fearless_simd::Simd;

use super::super::predict::{Edges, SubblockMode};
use super::chroma::{self, DcErrors};
use super::macroblock::{Coder, LumaModes, MacroblockModes, Neighbours, Nonzero};
use super::planes::Planes;
use super::predict::edges_of;
use super::quantiser::SegmentQuantiser;
use super::settings::Settings;
use super::token_costs::TokenCosts;
use super::token_tree::BlockType;
use super::tokens::TokenBuffer;
use super::{subblocks, whole_luma};

/// What an edge of a macroblock means to the next one.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Column {
    pub nonzero: Nonzero,
    /// The modes of the subblocks.
    pub modes: [u8; 4],
    pub chroma_errors: DcErrors,
}

/// Encodes one macroblock.
pub(super) struct MacroblockEncoder<'a> {
    pub planes: &'a mut Planes,
    pub tokens: &'a mut TokenBuffer,
    pub costs: &'a TokenCosts,
    pub quantiser: &'a SegmentQuantiser,
    pub settings: &'a Settings,
    /// Whether subblocks may have modes of their own.
    pub has_subblocks: bool,
}

impl MacroblockEncoder<'_> {
    /// Encodes the macroblock at a column and a row, and updates the edges above and to the left to its own.
    #[inline(always)]
    pub(super) fn encode<S: Simd>(
        &mut self,
        vectors: S,
        (column, row): (usize, usize),
        segment: u8,
        above: &mut Column,
        left: &mut Column,
    ) -> MacroblockModes {
        let quantiser = self.quantiser;
        let coder = Coder {
            quantiser,
            costs: self.costs,
            candidates: self.settings.candidates,
            has_trellis: self.settings.has_trellis,
            has_few_modes: self.settings.has_few_modes,
        };
        let neighbours =
            Neighbours { above: above.nonzero, left: left.nonzero, above_modes: above.modes, left_modes: left.modes };
        let stride = self.planes.stride();
        let (x, y) = (16 * column, 16 * row);
        let source = Planes::square::<16>(&self.planes.luma, stride, x, y);
        let edges = edges_of::<16>(&self.planes.luma, stride, x, y);
        let whole = whole_luma::best(vectors, &coder, &source, &edges, &neighbours);
        let subblocks = if self.has_subblocks {
            let above_right = self.above_right(&edges, column, row);
            subblocks::best(vectors, &coder, &source, &edges, above_right, &neighbours, whole.cost)
        } else {
            None
        };
        let [u, v] = &self.planes.chroma;
        let source = [u, v].map(|plane| Planes::square::<8>(plane, stride / 2, x / 2, y / 2));
        let edges = [u, v].map(|plane| edges_of::<8>(plane, stride / 2, x / 2, y / 2));
        let carried = (&above.chroma_errors, &left.chroma_errors);
        let chroma = chroma::best(vectors, &coder, &source, &edges, &neighbours, carried);

        let (luma, reconstruction, y2, blocks) = match &subblocks {
            Some(coded) => (LumaModes::Subblocks(coded.modes), coded.reconstruction, None, &coded.blocks),
            None => (LumaModes::Whole(whole.mode), whole.reconstruct(quantiser), Some(&whole.y2), &whole.blocks),
        };
        Planes::put_square(&mut self.planes.luma, stride, x, y, &reconstruction);
        for (plane, square) in self.planes.chroma.iter_mut().zip(chroma.reconstruct(quantiser)) {
            Planes::put_square(plane, stride / 2, x / 2, y / 2, &square);
        }
        (above.chroma_errors, left.chroma_errors) = (chroma.below, chroma.right);
        (above.modes, left.modes) = match luma {
            LumaModes::Whole(mode) => ([SubblockMode::of(mode) as u8; 4], [SubblockMode::of(mode) as u8; 4]),
            LumaModes::Subblocks([_, _, _, a, _, _, _, b, _, _, _, c, low @ .., d]) => {
                let [e, f, g] = low;
                ([e, f, g, d], [a, b, c, d])
            }
        };

        let is_zero = |blocks: &[[i16; 16]]| blocks.as_flattened().iter().all(|level| *level == 0);
        let is_skipped = !self.settings.has_few_modes
            && is_zero(blocks)
            && is_zero(&chroma.blocks)
            && y2.is_none_or(|y2| is_zero(&[*y2]));
        if is_skipped {
            for edge in [&mut above.nonzero, &mut left.nonzero] {
                // A macroblock without a Y2 block leaves the context of the next one alone.
                *edge = Nonzero { y2: edge.y2 && y2.is_none(), ..Nonzero::default() };
            }
        } else {
            push_tokens(self.tokens, y2, blocks, &chroma.blocks, &mut above.nonzero, &mut left.nonzero);
        }
        MacroblockModes { segment, is_skipped, luma, chroma: chroma.mode }
    }

    /// The four samples above and to the right. Beyond the picture the last one is repeated.
    #[inline(always)]
    fn above_right(&self, edges: &Edges<16>, column: usize, row: usize) -> [u8; 4] {
        if row == 0 {
            return [127; 4];
        }
        let mut samples = [edges.top[15]; 4];
        if column + 1 < self.planes.columns {
            let start = (16 * row - 1) * self.planes.stride() + 16 * (column + 1);
            let from = self.planes.luma.get(start..).unwrap_or_default();
            samples.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
        }
        samples
    }
}

/// Appends the tokens of all blocks, in their order.
#[inline(always)]
fn push_tokens(
    tokens: &mut TokenBuffer,
    y2: Option<&[i16; 16]>,
    luma: &[[i16; 16]; 16],
    chroma: &[[i16; 16]; 8],
    above: &mut Nonzero,
    left: &mut Nonzero,
) {
    let mut push = |levels: &[i16; 16], block_type: BlockType, above: &mut bool, left: &mut bool| {
        let has_tokens = tokens.push(levels, block_type, usize::from(*above) + usize::from(*left));
        (*above, *left) = (has_tokens, has_tokens);
    };
    let block_type = match y2 {
        Some(y2) => {
            push(y2, BlockType::Y2, &mut above.y2, &mut left.y2);
            BlockType::LumaWithoutDc
        }
        None => BlockType::LumaWithDc,
    };
    for (number, levels) in luma.iter().enumerate() {
        push(levels, block_type, &mut above.luma[number % 4], &mut left.luma[number / 4]);
    }
    for (number, levels) in chroma.iter().enumerate() {
        let (plane, row, column) = (number / 4, number / 2 % 2, number % 2);
        push(levels, BlockType::Chroma, &mut above.chroma[plane][column], &mut left.chroma[plane][row]);
    }
}
