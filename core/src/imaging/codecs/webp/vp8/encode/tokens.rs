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
use super::token_tree::{
    AFTER_ZERO, BlockType, CATEGORIES, CLASSES, END_OF_BLOCK, FIRST_CATEGORY, FIRST_LONG_CLASS, PATHS, SLOTS,
    bool_cost, class, slot,
};
use crate::error::Result;
use crate::imaging::codecs::output_limit::OutputLimit;

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
