//! Chroma of a macroblock: four blocks of U and four of V, predicted with one mode.
//!
//! Eyes see a shift of colour over a large area. So the error of a DC coefficient is carried to the blocks to the right and below,
//! as far as they are not beyond the picture: their mean is right where theirs alone is not.

use fearless_simd::Simd;
use fearless_simd::i16x8;
use fearless_simd::prelude::*;

use super::super::predict::{Edges, Mode, predict};
use super::macroblock::{Coder, Neighbours};
use super::mode_costs::CHROMA_MODE_COSTS;
use super::predict::MODES;
use super::quantiser::SegmentQuantiser;
use super::rounding::Rounding;
use super::token_tree::BlockType;
use super::transform::{dequantise, forward, load_rows, quantise};
use super::whole_luma::{add_block, best_two, squared_error};

/// Errors of the DC coefficients of the blocks along an edge of a macroblock, for U and V.
pub(super) type DcErrors = [[i16; 2]; 2];

/// A macroblock's chroma, coded.
#[derive(Clone, Copy)]
pub(super) struct Chroma {
    pub mode: Mode,
    cost: i64,
    /// Levels in zigzag order, of U and V.
    pub blocks: [[i16; 16]; 8],
    prediction: [[[u8; 8]; 8]; 2],
    /// To be carried below and to the right.
    pub below: DcErrors,
    pub right: DcErrors,
}

/// The best way to predict chroma.
#[inline(always)]
pub(super) fn best<S: Simd>(
    vectors: S,
    coder: &Coder<'_>,
    source: &[[[u8; 8]; 8]; 2],
    edges: &[Edges<8>; 2],
    neighbours: &Neighbours,
    carried: (&DcErrors, &DcErrors),
) -> Chroma {
    if coder.has_few_modes {
        let prediction = edges.each_ref().map(|edges| predict(Mode::Dc, edges));
        return code(vectors, coder, source, Mode::Dc, &prediction, neighbours, carried);
    }
    let lambda = coder.quantiser.lambda;
    let predictions = MODES.map(|mode| edges.each_ref().map(|edges| predict(mode, edges)));
    let estimates = MODES.map(|mode| {
        let planes = source.iter().zip(&predictions[mode as usize]);
        let error: u32 = planes.map(|(source, prediction)| squared_error(source, prediction)).sum();
        (i64::from(error) << 14) + lambda * i64::from(CHROMA_MODE_COSTS[mode as usize])
    });
    let [first, second] = best_two(estimates);
    let best = code(vectors, coder, source, first, &predictions[first as usize], neighbours, carried);
    if coder.candidates < 2 || estimates[second as usize] > estimates[first as usize] / 2 * 3 {
        return best;
    }
    let second = code(vectors, coder, source, second, &predictions[second as usize], neighbours, carried);
    if second.cost < best.cost { second } else { best }
}

#[inline(always)]
fn code<S: Simd>(
    vectors: S,
    coder: &Coder<'_>,
    source: &[[[u8; 8]; 8]; 2],
    mode: Mode,
    prediction: &[[[u8; 8]; 8]; 2],
    neighbours: &Neighbours,
    (above_errors, left_errors): (&DcErrors, &DcErrors),
) -> Chroma {
    let quantiser = coder.quantiser;
    let mut coded =
        Chroma { mode, cost: 0, blocks: [[0; 16]; 8], prediction: *prediction, below: [[0; 2]; 2], right: [[0; 2]; 2] };
    let residuals = load_rows(vectors, |row| {
        let mut values = [0; 32];
        for (part, values) in values.as_chunks_mut::<8>().0.iter_mut().enumerate() {
            let (plane, row) = (part / 2, 4 * (part % 2) + row);
            for ((to, source), predicted) in values.iter_mut().zip(source[plane][row]).zip(prediction[plane][row]) {
                *to = i16::from(source) - i16::from(predicted);
            }
        }
        values
    });
    let mut coefficients = forward(vectors, &residuals);
    let mut dc = [0; 8];
    coefficients[0].store_array(&mut dc);
    for (plane, dc) in dc.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        let step = &quantiser.uv.dc;
        let mut carry = |number: usize, above: i16, left: i16| -> i16 {
            dc[number] += ((7 * i32::from(above) + 8 * i32::from(left)) >> 4) as i16;
            let value = i32::from(dc[number]);
            (value - i32::from(step.level(value)) * i32::from(step.size)) as i16
        };
        let (above, left) = (above_errors[plane], left_errors[plane]);
        let first = carry(0, above[0], left[0]);
        let second = carry(1, above[1], first);
        let third = carry(2, first, left[1]);
        let fourth = carry(3, second, third);
        coded.below[plane] = [third, fourth];
        coded.right[plane] = [second, fourth];
    }
    coefficients[0] = i16x8::load_array(vectors, dc);
    let quantised = quantise(vectors, &coefficients, &quantiser.uv, 0);
    let (mut rate, mut error) = (u32::from(CHROMA_MODE_COSTS[mode as usize]), 0);
    let (mut above, mut left) = (neighbours.above.chroma, neighbours.left.chroma);
    for lane in 0..8 {
        let (plane, row, column) = (lane / 4, lane / 2 % 2, lane % 2);
        error += quantised.errors[lane];
        let context = usize::from(above[plane][column]) + usize::from(left[plane][row]);
        let mut has_tokens = false;
        if quantised.nonzero[lane] == 0 {
            rate += coder.costs.empty(BlockType::Chroma, context);
        } else {
            let mut block = quantised.block(lane, 0);
            let (cost, added) = Rounding {
                costs: coder.costs,
                quantiser: &quantiser.uv,
                block_type: BlockType::Chroma,
                context,
                lambda: quantiser.rounding_lambda,
                has_trellis: coder.has_trellis,
            }
            .round(&mut block);
            rate += cost;
            error += added;
            has_tokens = block.levels.iter().any(|level| *level != 0);
            coded.blocks[lane] = block.levels;
        }
        (above[plane][column], left[plane][row]) = (has_tokens, has_tokens);
    }
    coded.cost = (i64::from(error) << 12) + quantiser.lambda * i64::from(rate);
    coded
}

impl Chroma {
    /// What a decoder makes of it.
    #[inline(always)]
    pub(super) fn reconstruct(&self, quantiser: &SegmentQuantiser) -> [[[u8; 8]; 8]; 2] {
        let mut planes = self.prediction;
        for (number, levels) in self.blocks.iter().enumerate() {
            if levels.iter().all(|level| *level == 0) {
                continue;
            }
            add_block(&mut planes[number / 4], number / 2 % 2, number % 2, &dequantise(levels, &quantiser.uv));
        }
        planes
    }
}
