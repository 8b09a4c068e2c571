//! The tokens of coefficients (RFC 6386, section 13): kept until all are counted, then written with the probabilities that suit
//! them best.
//!
//! A token is a word of 16 bits: where it stands (its slot: block type, band and context), what it is (its class), the sign, and
//! up to four extra bits. The classes 9 and 10 have more extra bits, in a word of their own.
//!
//! ```text
//! a block 5, 0, -1, 0, ... of luma with its DC, no neighbour of which has tokens
//! slot (3, band 0, context 0)   class Category1   extra bit 0   sign +
//! slot (3, band 1, context 2)   class Zero                                5 was more than 1
//! slot (3, band 2, after zero)  class One         sign -                  no end of block can follow a zero
//! slot (3, band 3, context 1)   class EndOfBlock                          -1 was 1
//! ```

use super::super::token_probabilities::{DEFAULT_TOKENS, TOKEN_UPDATES, TokenProbabilities};
use super::bool_writer::BoolWriter;
use super::logarithm::log2;
use super::quantiser::MAX_LEVEL;
use crate::error::Result;
use crate::imaging::codecs::output_limit::OutputLimit;

/// The block types, by their number in the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockType {
    LumaWithoutDc = 0,
    Y2 = 1,
    Chroma = 2,
    LumaWithDc = 3,
}

impl BlockType {
    /// The position of the first coefficient that is coded.
    pub(super) const fn first(self) -> usize {
        if matches!(self, Self::LumaWithoutDc) { 1 } else { 0 }
    }
}

/// The band of each coefficient position (RFC 6386, section 13.3). The last one is never used.
const BANDS: [u8; 17] = [0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0];
/// The context of a token after a zero. Its probabilities are those of context 0, without the first node of the tree.
const AFTER_ZERO: usize = 3;
/// Block types, bands and contexts.
const SLOTS: usize = 4 * 8 * 4;

/// Where a token stands.
#[inline(always)]
const fn slot(block_type: BlockType, position: usize, context: usize) -> usize {
    (block_type as usize * 8 + BANDS[position] as usize) * 4 + context
}

/// The classes of tokens.
const CLASSES: usize = 12;
const END_OF_BLOCK: usize = 11;

/// The nodes of the token tree on the way to each class, and the bools there (RFC 6386, section 13.2).
const PATHS: [&[(usize, bool)]; CLASSES] = [
    &[(0, true), (1, false)],
    &[(0, true), (1, true), (2, false)],
    &[(0, true), (1, true), (2, true), (3, false), (4, false)],
    &[(0, true), (1, true), (2, true), (3, false), (4, true), (5, false)],
    &[(0, true), (1, true), (2, true), (3, false), (4, true), (5, true)],
    &[(0, true), (1, true), (2, true), (3, true), (6, false), (7, false)],
    &[(0, true), (1, true), (2, true), (3, true), (6, false), (7, true)],
    &[(0, true), (1, true), (2, true), (3, true), (6, true), (8, false), (9, false)],
    &[(0, true), (1, true), (2, true), (3, true), (6, true), (8, false), (9, true)],
    &[(0, true), (1, true), (2, true), (3, true), (6, true), (8, true), (10, false)],
    &[(0, true), (1, true), (2, true), (3, true), (6, true), (8, true), (10, true)],
    &[(0, false)],
];

/// The first level of each of the classes 5 to 10, and the probabilities of its extra bits (RFC 6386, section 13.2).
const CATEGORIES: [(u16, &[u8]); 6] = [
    (5, &[159]),
    (7, &[165, 145]),
    (11, &[173, 148, 140]),
    (19, &[176, 155, 140, 135]),
    (35, &[180, 157, 141, 134, 130]),
    (67, &[254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129]),
];
const FIRST_CATEGORY: usize = 5;
/// The first class whose extra bits have a word of their own.
const FIRST_LONG_CLASS: usize = 9;

/// The class of the level of a coefficient, which is not negative.
const fn class_of(level: u16) -> usize {
    let mut class = CLASSES - 2;
    while class > FIRST_CATEGORY && level < CATEGORIES[class - FIRST_CATEGORY].0 {
        class -= 1;
    }
    if level < CATEGORIES[0].0 { level as usize } else { class }
}

/// The class of each level up to the first one of the last class.
static CLASS_OF: [u8; 68] = {
    let mut classes = [0; 68];
    let mut level = 0;
    while level < 68 {
        classes[level] = class_of(level as u16) as u8;
        level += 1;
    }
    classes
};

#[inline(always)]
fn class(level: u16) -> usize {
    usize::from(CLASS_OF[usize::from(level).min(67)])
}

/// The cost of a bool that is 0, in 256ths of a bit, by the probability of that in 256ths.
const BOOL_COSTS: [u16; 257] = {
    let mut costs = [8 * 256; 257];
    let mut probability = 1;
    while probability <= 256 {
        // 8 bits less the logarithm, with 8 instead of 16 fractional bits.
        costs[probability] = (((8 << 16) - log2(probability as u64) + 128) >> 8) as u16;
        probability += 1;
    }
    costs
};

/// The cost of a bool, in 256ths of a bit.
pub(super) const fn bool_cost(bit: bool, probability: u8) -> u16 {
    BOOL_COSTS[if bit { 256 - probability as usize } else { probability as usize }]
}

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

/// The tokens of a frame, and how often each class occurs in each slot.
pub(super) struct TokenBuffer {
    words: Vec<u16>,
    counts: Box<[[u32; CLASSES]; SLOTS]>,
}

/// The most words that are kept. A picture of 2 megapixels at quality 80 has about as many.
const MOST_WORDS: usize = 1 << 20;
/// The most words of a macroblock: 25 blocks of sixteen tokens of two words.
const MACROBLOCK_WORDS: usize = 25 * 16 * 2;
/// Words that are written before room for more bytes is reserved.
const WRITTEN_WORDS: usize = 1024;
/// The most bytes that a word takes: up to nine bools of up to 8 bits along the tree, a sign, and eleven extra bits.
const MOST_WORD_BYTES: usize = 16;

impl TokenBuffer {
    /// A buffer for the tokens of this many macroblocks, or for as many as are kept.
    pub(super) fn new(macroblocks: usize) -> Self {
        Self {
            words: Vec::with_capacity(Self::words(macroblocks as u64) as usize),
            counts: Box::new([[0; CLASSES]; SLOTS]),
        }
    }

    fn words(macroblocks: u64) -> u64 {
        (macroblocks * MACROBLOCK_WORDS as u64).min(MOST_WORDS as u64)
    }

    /// The memory of a buffer for this many macroblocks, in bytes.
    pub(super) fn memory_bytes(macroblocks: u64) -> u64 {
        2 * Self::words(macroblocks)
    }

    /// Whether the tokens of another macroblock might not fit in.
    pub(super) fn is_full(&self) -> bool {
        self.words.capacity() - self.words.len() < MACROBLOCK_WORDS
    }

    #[inline(always)]
    fn push_class(&mut self, slot: usize, class: usize, low: u16) {
        self.counts[slot % SLOTS][class] += 1;
        self.words.push((slot << 9 | class << 5) as u16 | low);
    }

    /// Appends the tokens of a block, levels in zigzag order, and returns whether there is any before the end of the block.
    #[inline(always)]
    pub(super) fn push(&mut self, levels: &[i16; 16], block_type: BlockType, context: usize) -> bool {
        let first = block_type.first();
        let end = levels.iter().rposition(|level| *level != 0).map_or(0, |last| last + 1);
        let mut at = slot(block_type, first, context);
        for position in first..end {
            let level = levels[position];
            let (size, sign) = (level.unsigned_abs(), u16::from(level < 0) << 4);
            let class = class(size);
            let next = match size {
                0 => AFTER_ZERO,
                1 => 1,
                _ => 2,
            };
            if class < FIRST_CATEGORY {
                self.push_class(at, class, sign);
            } else {
                let extra = size - CATEGORIES[class - FIRST_CATEGORY].0;
                if class < FIRST_LONG_CLASS {
                    self.push_class(at, class, sign | extra);
                } else {
                    self.push_class(at, class, sign);
                    self.words.push(extra);
                }
            }
            at = slot(block_type, position + 1, next);
        }
        if end < 16 {
            self.push_class(at, END_OF_BLOCK, 0);
        }
        end > first
    }

    /// How often the bool at each node of each tree was 0, and how often 1.
    fn node_counts(&self, band: usize, context: usize) -> [[u32; 2]; 11] {
        let mut nodes = [[0; 2]; 11];
        let mut add = |context: usize, first_node: usize| {
            for (path, count) in PATHS.iter().zip(self.counts[band * 4 + context]) {
                for (node, bit) in path.iter().filter(|(node, _)| *node >= first_node) {
                    nodes[*node][usize::from(*bit)] += count;
                }
            }
        };
        add(context, 0);
        if context == 0 {
            add(AFTER_ZERO, 1);
        }
        nodes
    }

    /// The probabilities that suit the tokens so far. Those that would not save what it costs to state them stay as they are by
    /// default.
    pub(super) fn probabilities(&self) -> [TokenProbabilities; 4] {
        let mut probabilities = DEFAULT_TOKENS;
        let updates = TOKEN_UPDATES.as_flattened();
        for (band, (contexts, updates)) in probabilities.as_flattened_mut().iter_mut().zip(updates).enumerate() {
            for (context, (nodes, updates)) in contexts.iter_mut().zip(updates).enumerate() {
                let counts = self.node_counts(band, context);
                for ((probability, update), [zeros, ones]) in nodes.iter_mut().zip(updates).zip(counts) {
                    let (zeros, ones) = (u64::from(zeros), u64::from(ones));
                    let suited = ((512 * zeros + zeros + ones).checked_div(2 * (zeros + ones))).unwrap_or(0);
                    let suited = suited.clamp(1, 255) as u8;
                    let cost = |probability: u8| {
                        zeros * u64::from(bool_cost(false, probability))
                            + ones * u64::from(bool_cost(true, probability))
                    };
                    let statement = 8 * 256 + u64::from(bool_cost(true, *update));
                    if zeros + ones > 0
                        && cost(suited) + statement < cost(*probability) + u64::from(bool_cost(false, *update))
                    {
                        *probability = suited;
                    }
                }
            }
        }
        probabilities
    }

    /// Writes all tokens that are kept, and keeps none. Their counts remain.
    ///
    /// Error: `image_too_large` for bytes beyond the limit.
    pub(super) fn write(
        &mut self,
        probabilities: &[TokenProbabilities; 4],
        limit: OutputLimit,
        bits: &mut BoolWriter,
    ) -> Result<()> {
        let mut rest = self.words.as_slice();
        while !rest.is_empty() {
            limit.reserve(bits.bytes(), WRITTEN_WORDS * MOST_WORD_BYTES)?;
            rest = write_words(rest, probabilities, bits);
        }
        self.words.clear();
        Ok(())
    }
}

/// Writes some of the tokens, and returns the others.
fn write_words<'w>(words: &'w [u16], probabilities: &[TokenProbabilities; 4], bits: &mut BoolWriter) -> &'w [u16] {
    let bands = probabilities.as_flattened();
    let mut rest = words.iter();
    let end = words.len().saturating_sub(WRITTEN_WORDS - 1);
    while rest.len() > end {
        let Some(word) = rest.next() else { break };
        let (slot, class) = (usize::from(word >> 9) % SLOTS, usize::from(word >> 5 & 15));
        let (band, context) = (slot / 4, slot % 4);
        let nodes = &bands[band][context % AFTER_ZERO];
        if context != AFTER_ZERO {
            bits.put(class != END_OF_BLOCK, nodes[0]);
            if class == END_OF_BLOCK {
                continue;
            }
        }
        bits.put(class > 0, nodes[1]);
        if class == 0 {
            continue;
        }
        bits.put(class > 1, nodes[2]);
        if class > 1 {
            for (node, bit) in &PATHS[class % CLASSES][3..] {
                bits.put(*bit, nodes[*node]);
            }
            if class >= FIRST_CATEGORY {
                let (_, probabilities) = CATEGORIES[(class - FIRST_CATEGORY) % 6];
                let extra = if class < FIRST_LONG_CLASS { word & 15 } else { rest.next().copied().unwrap_or(0) };
                for (bit, probability) in (0..probabilities.len()).rev().zip(probabilities) {
                    bits.put(extra >> bit & 1 == 1, *probability);
                }
            }
        }
        bits.put(word >> 4 & 1 == 1, 128);
    }
    rest.as_slice()
}
