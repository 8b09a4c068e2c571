//! Rounding by rate and distortion: levels that cost more bits than their error is worth become smaller.

use super::quantiser::BlockQuantiser;
use super::token_costs::TokenCosts;
use super::token_tree::BlockType;
use super::transform::Block;

/// How much an error counts at each position in zigzag order: errors of low frequencies are seen over a whole block.
pub(super) static WEIGHTS: [i64; 16] = [30, 27, 27, 20, 20, 20, 14, 14, 14, 14, 10, 10, 10, 8, 8, 6];

/// What is known to round a block.
pub(super) struct Rounding<'a> {
    pub costs: &'a TokenCosts,
    pub quantiser: &'a BlockQuantiser,
    pub block_type: BlockType,
    /// How many of the blocks above and to the left have tokens.
    pub context: usize,
    pub lambda: i64,
    /// Whether every level may become smaller, not only trailing ones.
    pub has_trellis: bool,
}

impl Rounding<'_> {
    /// Rounds the levels of a block, and returns its cost and the error that is added.
    #[inline(always)]
    pub(super) fn round(&self, block: &mut Block) -> (u32, i32) {
        if self.has_trellis { self.trellis(block) } else { self.drop_trailing(block) }
    }

    /// Drops trailing levels of 1 and -1 while that pays, and returns the cost of the block and the error that is added.
    ///
    /// ```text
    /// 7 0 -2 1 0 0 1 | the last 1 costs two zeros, itself and the place of the end: 9 bits, for an error of 0.6 steps
    /// 7 0 -2 1 |       the next one costs 2 bits, for an error of 0.9 steps, and stays
    /// ```
    #[inline(always)]
    fn drop_trailing(&self, block: &mut Block) -> (u32, i32) {
        let Self { costs, quantiser, block_type, context, lambda, .. } = self;
        let end = block.levels.iter().rposition(|level| *level != 0).map_or(0, |last| last + 1);
        // For each coefficient that is not zero its position, and the cost of the block that ends with it.
        let mut positions = [0_u8; 17];
        let mut ends = [0_u32; 17];
        ends[0] = costs.empty(*block_type, *context);
        let mut count = 0;
        costs.walk(&block.levels, *block_type, *context, end, |position, cost| {
            count += 1;
            positions[count % 17] = position as u8;
            ends[count % 17] = cost;
        });
        let whole = ends[count % 17];
        let (mut kept, mut best, mut added) = (count, 0, 0);
        let (mut weighted, mut plain) = (0, 0);
        for number in (1..=count).rev() {
            let position = usize::from(positions[number % 17] % 16);
            if block.levels[position].abs() != 1 {
                break;
            }
            let size = i32::from(block.coefficients[position]).abs();
            let rest = size - i32::from(quantiser.step(position).size);
            let more = size * size - rest * rest;
            plain += more;
            weighted += i64::from(more) * WEIGHTS[position];
            let cost = ends[(number - 1) % 17];
            let change = (weighted << 12) - lambda * (i64::from(whole) - i64::from(cost));
            if change < best {
                (best, kept, added) = (change, number - 1, plain);
            }
        }
        for position in positions.iter().take(count + 1).skip(kept + 1) {
            block.levels[usize::from(*position % 16)] = 0;
        }
        (ends[kept % 17], added)
    }
}
