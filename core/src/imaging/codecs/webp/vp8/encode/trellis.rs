//! Trellis quantisation: of each coefficient two levels, the nearest one and the next smaller one, and of all paths through them the
//! one whose error and bits are least together. What a level costs depends on the one before it alone, so that of all paths to a
//! level only the best goes on.
//!
//! ```text
//! coefficient / step   7.1    0.4    -1.6    0.6
//! levels               7, 6   0      2, 1    1, 0
//! paths                7 0 -2 1 |, 7 0 -2 0 |, 7 0 -1 1 |, ..., 7 |, |    each with its bits, and the end of the block
//! ```

use super::rounding::{Rounding, WEIGHTS};
use super::token_costs::Before;
use super::transform::Block;

/// A level of a coefficient, at the end of the best path to it.
#[derive(Clone, Copy, Default)]
struct Node {
    level: u16,
    /// Which of the levels before it the path has.
    from: u8,
    /// Weighted error, compared with that of a level of 0, and bits.
    score: i64,
}

impl Rounding<'_> {
    /// Rounds the levels along a trellis, and returns the cost of the block and the error that is added.
    #[inline(always)]
    pub(super) fn trellis(&self, block: &mut Block) -> (u32, i32) {
        let Self { costs, quantiser, block_type, context, lambda, .. } = self;
        let first = block_type.first();
        let nearest = |position: usize| {
            let step = quantiser.step(position);
            let size = i32::from(block.coefficients[position]).unsigned_abs();
            ((size * step.reciprocal as u32 + (1 << 15)) >> 16).min(2047) as u16
        };
        let end = (first..16).rev().find(|position| nearest(*position) > 0).map_or(first, |last| last + 1);
        let mut nodes = [[Node::default(); 2]; 16];
        // The path that ends nowhere: a block of zeros.
        let mut best = (lambda * i64::from(costs.empty(*block_type, *context)), first, 0);
        let mut before = [Node::default(); 2];
        let mut alive = 1;
        for position in first..end {
            let top = nearest(position);
            let size = i64::from(block.coefficients[position]).abs();
            let step = i64::from(quantiser.step(position).size);
            let choices = if top > 0 { 2 } else { 1 };
            let mut next = [Node::default(); 2];
            for (choice, node) in next.iter_mut().enumerate().take(choices) {
                let level = top - choice as u16;
                let rest = size - i64::from(level) * step;
                let error = ((rest * rest - size * size) * WEIGHTS[position]) << 12;
                let mut reached = (i64::MAX, 0);
                for (from, previous) in before.iter().enumerate().take(alive) {
                    let state = if position == first { Before::Start(*context) } else { Before::Level(previous.level) };
                    let bits = costs.level_after(*block_type, position, state, level);
                    let score = previous.score + lambda * i64::from(bits);
                    if score < reached.0 {
                        reached = (score, from as u8);
                    }
                }
                *node = Node { level, from: reached.1, score: reached.0 + error };
                if level > 0 {
                    let bits = costs.end_after(*block_type, position + 1, Before::Level(level));
                    let score = node.score + lambda * i64::from(bits);
                    if score < best.0 {
                        best = (score, position + 1, choice);
                    }
                }
            }
            nodes[position] = next;
            before = next;
            alive = choices;
        }
        let (_, end, mut choice) = best;
        let old = block.levels;
        block.levels = [0; 16];
        for position in (first..end).rev() {
            let node = nodes[position][choice % 2];
            let level = node.level as i16;
            block.levels[position] = if block.coefficients[position] < 0 { -level } else { level };
            choice = usize::from(node.from);
        }
        let mut added = 0;
        for position in first..16 {
            let step = i32::from(quantiser.step(position).size);
            let error = |level: i16| {
                let rest = i32::from(block.coefficients[position]) - i32::from(level) * step;
                rest * rest
            };
            added += error(block.levels[position]) - error(old[position]);
        }
        let mut cost = costs.empty(*block_type, *context);
        costs.walk(&block.levels, *block_type, *context, end, |_, whole| cost = whole);
        (cost, added)
    }
}
