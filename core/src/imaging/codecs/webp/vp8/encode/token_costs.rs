//! What tokens cost, in 256ths of a bit.
//!
//! Extra bits and signs have fixed probabilities, so that a level costs its class in its slot, and an amount that depends on the level
//! alone.

use super::super::token_probabilities::TokenProbabilities;
use super::quantiser::MAX_LEVEL;
use super::token_tree::{
    AFTER_ZERO, BlockType, CATEGORIES, END_OF_BLOCK, FIRST_CATEGORY, PATHS, SLOTS, bool_cost, class, class_of, slot,
};

/// The cost of the sign and the extra bits of each level.
static EXTRA_COSTS: [u16; MAX_LEVEL as usize + 1] = {
    let mut costs = [0; MAX_LEVEL as usize + 1];
    let mut level = 1;
    while level < costs.len() {
        costs[level] = 256;
        let class = class_of(level as u16);
        if class >= FIRST_CATEGORY {
            let (first, probabilities) = CATEGORIES[class - FIRST_CATEGORY];
            let extra = level - first as usize;
            let mut bit = 0;
            while bit < probabilities.len() {
                costs[level] += bool_cost(extra >> (probabilities.len() - 1 - bit) & 1 == 1, probabilities[bit]);
                bit += 1;
            }
        }
        level += 1;
    }
    costs
};

/// What comes before a token.
#[derive(Debug, Clone, Copy)]
pub(super) enum Before {
    /// The level at the position before.
    Level(u16),
    /// Nothing: the context is how many of the neighbours have tokens.
    Start(usize),
}

impl Before {
    #[inline(always)]
    const fn context(self) -> usize {
        match self {
            Self::Level(0) => AFTER_ZERO,
            Self::Level(1) => 1,
            Self::Level(_) => 2,
            Self::Start(neighbours) => neighbours,
        }
    }
}

/// The cost of each class in each slot, in 256ths of a bit.
pub(super) struct TokenCosts {
    classes: Box<[[u16; 16]; SLOTS]>,
}

impl TokenCosts {
    pub(super) fn new(probabilities: &[TokenProbabilities; 4]) -> Self {
        let mut costs = Self { classes: Box::new([[0; 16]; SLOTS]) };
        costs.update(probabilities);
        costs
    }

    pub(super) fn update(&mut self, probabilities: &[TokenProbabilities; 4]) {
        let bands = probabilities.as_flattened();
        for (slots, contexts) in self.classes.as_chunks_mut::<4>().0.iter_mut().zip(bands) {
            for (context, costs) in slots.iter_mut().enumerate() {
                let nodes = &contexts[context % AFTER_ZERO];
                let first_node = usize::from(context == AFTER_ZERO);
                for (path, cost) in PATHS.iter().zip(costs) {
                    let coded = path.iter().filter(|(node, _)| *node >= first_node);
                    *cost = coded.map(|(node, bit)| bool_cost(*bit, nodes[*node])).sum();
                }
            }
        }
    }

    /// The cost of a level in a slot.
    #[inline(always)]
    fn level(&self, slot: usize, level: u16) -> u32 {
        let fixed = EXTRA_COSTS[usize::from(level).min(EXTRA_COSTS.len() - 1)];
        u32::from(self.classes[slot % SLOTS][class(level)]) + u32::from(fixed)
    }

    #[inline(always)]
    fn end_of_block(&self, slot: usize) -> u32 {
        self.classes[slot % SLOTS][END_OF_BLOCK].into()
    }

    /// The cost of a level at a position after another level, or after none, in the context of the neighbours.
    #[inline(always)]
    pub(super) fn level_after(&self, block_type: BlockType, position: usize, before: Before, level: u16) -> u32 {
        self.level(slot(block_type, position, before.context()), level)
    }

    /// The cost of ending a block at a position, after a level that is not zero.
    #[inline(always)]
    pub(super) fn end_after(&self, block_type: BlockType, position: usize, before: Before) -> u32 {
        if position == 16 { 0 } else { self.end_of_block(slot(block_type, position, before.context())) }
    }

    /// The cost of a block of zeros alone.
    #[inline(always)]
    pub(super) fn empty(&self, block_type: BlockType, context: usize) -> u32 {
        self.end_of_block(slot(block_type, block_type.first(), context))
    }

    /// Visits the coefficients of a block, levels in zigzag order, up to its last one that is not zero: passes the position of
    /// each that is not zero, and what the block would cost if it were the last one.
    #[inline(always)]
    pub(super) fn walk(
        &self,
        levels: &[i16; 16],
        block_type: BlockType,
        context: usize,
        end: usize,
        mut visit: impl FnMut(usize, u32),
    ) {
        let mut cost = 0;
        let mut at = slot(block_type, block_type.first(), context);
        for position in block_type.first()..end.min(16) {
            let level = levels[position].unsigned_abs();
            cost += self.level(at, level);
            let next = match level {
                0 => AFTER_ZERO,
                1 => 1,
                _ => 2,
            };
            at = slot(block_type, position + 1, next);
            if level > 0 {
                visit(position, if position == 15 { cost } else { cost + self.end_of_block(at) });
            }
        }
    }
}
