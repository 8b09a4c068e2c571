//! Luma of a macroblock that is predicted as a whole: sixteen blocks of AC coefficients, and a Y2 block of their DC coefficients.

use fearless_simd::Simd;

use super::super::predict::{Edges, Mode, predict};
use super::super::transform::{Block as Coefficients, ZIGZAG, inverse_wht};
use super::macroblock::{Coder, Neighbours};
use super::mode_costs::WHOLE_MODE_COSTS;
use super::predict::MODES;
use super::quantiser::SegmentQuantiser;
use super::rounding::Rounding;
use super::token_tree::BlockType;
use super::transform::{Block, add_inverse, dequantise, forward, forward_walsh, load_rows, quantise};

/// A macroblock's luma, coded.
#[derive(Clone, Copy)]
pub(super) struct WholeLuma {
    pub mode: Mode,
    /// Error and bits together, with that of its mode.
    pub cost: i64,
    /// Levels in zigzag order.
    pub y2: [i16; 16],
    pub blocks: [[i16; 16]; 16],
    prediction: [[u8; 16]; 16],
}

/// The squared difference of two squares.
#[inline(always)]
pub(super) fn squared_error<const SIDE: usize>(a: &[[u8; SIDE]; SIDE], b: &[[u8; SIDE]; SIDE]) -> u32 {
    let mut total = 0;
    for (a, b) in a.iter().zip(b) {
        let mut sum = 0;
        for (a, b) in a.iter().zip(b) {
            let difference = i32::from(*a) - i32::from(*b);
            sum += (difference * difference) as u32;
        }
        total += sum;
    }
    total
}

/// The best way to predict luma as a whole.
#[inline(always)]
pub(super) fn best<S: Simd>(
    vectors: S,
    coder: &Coder<'_>,
    source: &[[u8; 16]; 16],
    edges: &Edges<16>,
    neighbours: &Neighbours,
) -> WholeLuma {
    if coder.has_few_modes {
        let prediction = predict(Mode::Dc, edges);
        return code(vectors, coder, source, Mode::Dc, &prediction, neighbours);
    }
    // The two modes with the least error before coding.
    let lambda = coder.quantiser.lambda;
    let predictions = MODES.map(|mode| predict(mode, edges));
    let estimates = MODES.map(|mode| {
        let error = squared_error(source, &predictions[mode as usize]);
        (i64::from(error) << 14) + lambda * i64::from(WHOLE_MODE_COSTS[mode as usize])
    });
    let [first, second] = best_two(estimates);
    let best = code(vectors, coder, source, first, &predictions[first as usize], neighbours);
    if coder.candidates < 2 || estimates[second as usize] > estimates[first as usize] / 2 * 3 {
        return best;
    }
    let second = code(vectors, coder, source, second, &predictions[second as usize], neighbours);
    if second.cost < best.cost { second } else { best }
}

/// The two modes with the lowest estimates, the lowest first.
#[inline(always)]
pub(super) fn best_two(estimates: [i64; 4]) -> [Mode; 2] {
    let mut best = [MODES[0], MODES[1]];
    if estimates[1] < estimates[0] {
        best = [MODES[1], MODES[0]];
    }
    for mode in [MODES[2], MODES[3]] {
        if estimates[mode as usize] < estimates[best[0] as usize] {
            best = [mode, best[0]];
        } else if estimates[mode as usize] < estimates[best[1] as usize] {
            best[1] = mode;
        }
    }
    best
}

#[inline(always)]
fn code<S: Simd>(
    vectors: S,
    coder: &Coder<'_>,
    source: &[[u8; 16]; 16],
    mode: Mode,
    prediction: &[[u8; 16]; 16],
    neighbours: &Neighbours,
) -> WholeLuma {
    let quantiser: &SegmentQuantiser = coder.quantiser;
    let mut coded = WholeLuma { mode, cost: 0, y2: [0; 16], blocks: [[0; 16]; 16], prediction: *prediction };
    let mut dc = [0; 16];
    let (mut rate, mut error) = (u32::from(WHOLE_MODE_COSTS[mode as usize]), 0);
    let (mut above, mut left) = (neighbours.above.luma, neighbours.left.luma);
    for half in 0..2 {
        let residuals = load_rows(vectors, |row| {
            let mut values = [0; 32];
            for (part, values) in values.as_chunks_mut::<16>().0.iter_mut().enumerate() {
                let row = 8 * half + 4 * part + row;
                for ((to, source), predicted) in values.iter_mut().zip(source[row]).zip(prediction[row]) {
                    *to = i16::from(source) - i16::from(predicted);
                }
            }
            values
        });
        let quantised = quantise(vectors, &forward(vectors, &residuals), &quantiser.y1, 1);
        for lane in 0..8 {
            let (row, column) = (2 * half + lane / 4, lane % 4);
            let block = 4 * row + column;
            dc[block] = quantised.coefficients[0][lane].into();
            error += quantised.errors[lane];
            let context = usize::from(above[column]) + usize::from(left[row]);
            let mut has_tokens = false;
            if quantised.nonzero[lane] == 0 {
                rate += coder.costs.empty(BlockType::LumaWithoutDc, context);
            } else {
                let mut levels = quantised.block(lane, 1);
                let (cost, added) = Rounding {
                    costs: coder.costs,
                    quantiser: &quantiser.y1,
                    block_type: BlockType::LumaWithoutDc,
                    context,
                    lambda: quantiser.rounding_lambda,
                    has_trellis: coder.has_trellis,
                }
                .round(&mut levels);
                rate += cost;
                error += added;
                has_tokens = levels.levels.iter().any(|level| *level != 0);
                coded.blocks[block] = levels.levels;
            }
            (above[column], left[row]) = (has_tokens, has_tokens);
        }
    }
    let walsh = forward_walsh(&dc);
    let mut block = Block::default();
    for (position, at) in ZIGZAG.into_iter().enumerate() {
        let (at, step) = (usize::from(at), quantiser.y2.step(position));
        let level = step.level(walsh[at]);
        block.levels[position] = level;
        block.coefficients[position] = walsh[at] as i16;
        let rest = walsh[at] - i32::from(level) * i32::from(step.size);
        error += rest * rest;
    }
    let context = usize::from(neighbours.above.y2) + usize::from(neighbours.left.y2);
    let (cost, added) = Rounding {
        costs: coder.costs,
        quantiser: &quantiser.y2,
        block_type: BlockType::Y2,
        context,
        lambda: quantiser.rounding_lambda,
        has_trellis: coder.has_trellis,
    }
    .round(&mut block);
    coded.y2 = block.levels;
    coded.cost = (i64::from(error + added) << 12) + quantiser.lambda * i64::from(rate + cost);
    coded
}

impl WholeLuma {
    /// What a decoder makes of it.
    #[inline(always)]
    pub(super) fn reconstruct(&self, quantiser: &SegmentQuantiser) -> [[u8; 16]; 16] {
        let dc = inverse_wht(&dequantise(&self.y2, &quantiser.y2));
        let mut samples = self.prediction;
        for (number, (levels, dc)) in self.blocks.iter().zip(dc).enumerate() {
            let mut coefficients = dequantise(levels, &quantiser.y1);
            coefficients[0] = dc;
            add_block(&mut samples, number / 4, number % 4, &coefficients);
        }
        samples
    }
}

/// Adds the inverse transform of coefficients to the block at a row and a column of blocks.
#[inline(always)]
pub(super) fn add_block<const SIDE: usize>(
    samples: &mut [[u8; SIDE]; SIDE],
    row: usize,
    column: usize,
    coefficients: &Coefficients,
) {
    let mut square = [[0; 4]; 4];
    for (to, from) in square.iter_mut().zip(samples.iter().skip(4 * row)) {
        to.iter_mut().zip(&from[4 * column..]).for_each(|(to, from)| *to = *from);
    }
    let square = add_inverse(coefficients, &square);
    for (from, to) in square.iter().zip(samples.iter_mut().skip(4 * row)) {
        to[4 * column..].iter_mut().zip(from).for_each(|(to, from)| *to = *from);
    }
}
