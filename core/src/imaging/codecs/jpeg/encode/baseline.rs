//! Baseline encoding in one scan (T.81, F.1.2): symbols are kept as tokens until all are counted, and then written with the
//! optimal Huffman tables. Of a picture with very many symbols only the first ones are kept and counted; their tables have codes
//! for all other symbols too, and later bands are written at once.
//!
//! ```text
//! block, in zigzag order    14 0 1 0 ... 0, DC predictor 12
//! tokens                    0002 (difference 2)   1001 (run 1, value 1)   0000 (end of block)
//! ```

use super::bit_writer::BitWriter;
use super::blocks::{nonzero, size_and_bits, value};
use super::huffman::{HuffmanCode, SymbolCounts};

/// A symbol with its value: the value in the lower 12 bits, the run of zeros before it in the upper 4. The first token of a block
/// is the DC difference. A token after it with a value of 0 is one of [`END`], [`ZEROS`] and [`FULL`].
type Token = u16;

/// End of block: the rest is zero.
const END: Token = 0x0000;
/// A run of sixteen zeros (ZRL).
const ZEROS: Token = 0xf000;
/// The end of a block whose last coefficient is nonzero, for which nothing is written.
const FULL: Token = 0x1000;

/// The most tokens of a block: all coefficients, and the end.
const MOST: usize = 65;

/// The most tokens that are kept before the tables are built. A photograph of 64 megapixels has fewer at quality 80.
pub(super) const MOST_TOKENS: usize = 16 << 20;

/// The expected memory of the tokens of this many blocks, in bytes: a small picture may have tokens for all coefficients, a block
/// of a photograph has 8 to 14.
pub(super) fn expected_tokens_bytes(blocks: u64) -> u64 {
    const SMALL: u64 = 512;
    const OF_PHOTO: u64 = 14;
    let small = blocks.min(SMALL);
    let tokens = small * MOST as u64 + (blocks - small) * OF_PHOTO;
    // The end of the last chunk stays unused.
    2 * (tokens.min(MOST_TOKENS as u64) + CHUNK as u64)
}

/// Tokens of one allocation.
const CHUNK: usize = 1 << 15;

/// The tokens of a picture.
pub(super) struct Tokens {
    chunks: Vec<Vec<Token>>,
    /// How often each symbol of DC and AC occurs, of luma and of chroma.
    counts: [[SymbolCounts; 2]; 2],
    kept: usize,
}

impl Tokens {
    pub(super) fn new() -> Self {
        Self { chunks: Vec::new(), counts: [[[0; 256]; 2]; 2], kept: 0 }
    }

    /// Appends a block; `class` is 0 for luma and 1 for chroma.
    #[inline(always)]
    pub(super) fn push(&mut self, block: &[i16; 64], dc_predictor: i16, class: usize) {
        let [dc_counts, ac_counts] = &mut self.counts[class & 1];
        let mut tokens = [0; MOST];
        let difference = block[0].wrapping_sub(dc_predictor);
        dc_counts[size_and_bits(difference).0 as usize & 0xff] += 1;
        tokens[0] = difference as u16 & 0xfff;
        let mut count = 1;
        let mut last = 0;
        let mut rest = nonzero(block, 0) & !1;
        while rest != 0 {
            let k = rest.trailing_zeros();
            rest &= rest - 1;
            let mut run = k - last - 1;
            last = k;
            while run > 15 {
                ac_counts[0xf0] += 1;
                tokens[count] = ZEROS;
                count += 1;
                run -= 16;
            }
            let value = value(block, k);
            ac_counts[(run << 4 | size_and_bits(value).0) as usize & 0xff] += 1;
            tokens[count] = (run << 12) as u16 | value as u16 & 0xfff;
            count += 1;
        }
        if last < 63 {
            ac_counts[0] += 1;
            tokens[count] = END;
        } else {
            tokens[count] = FULL;
        }
        let tokens = tokens.get(..=count).unwrap_or_default();
        self.kept += tokens.len();
        match self.chunks.last_mut().filter(|chunk| chunk.len() + MOST <= CHUNK) {
            Some(chunk) => chunk.extend_from_slice(tokens),
            None => self.begin_chunk(tokens),
        }
    }

    #[cold]
    fn begin_chunk(&mut self, tokens: &[Token]) {
        // The first chunk is small, for small pictures.
        let mut chunk = Vec::with_capacity(if self.chunks.is_empty() { 1 << 10 } else { CHUNK });
        chunk.extend_from_slice(tokens);
        self.chunks.push(chunk);
    }

    /// How many tokens are kept.
    pub(super) fn kept(&self) -> usize {
        self.kept
    }

    /// The memory of the tokens, in bytes.
    pub(super) fn memory_bytes(&self) -> u64 {
        2 * self.chunks.iter().map(Vec::capacity).sum::<usize>() as u64
    }

    /// Adds one to the count of every symbol that a picture can have, so that the tables have codes for all.
    pub(super) fn count_all_symbols(&mut self) {
        for [dc, ac] in &mut self.counts {
            dc.iter_mut().take(12).for_each(|count| *count += 1);
            for (symbol, count) in ac.iter_mut().enumerate() {
                let (run, size) = (symbol >> 4, symbol & 15);
                *count += u32::from(matches!((run, size), (0 | 15, 0) | (_, 1..=11)));
            }
        }
    }

    /// The optimal tables for DC and AC, of luma and of chroma.
    pub(super) fn tables(&self) -> [[HuffmanCode; 2]; 2] {
        self.counts.each_ref().map(|counts| counts.each_ref().map(HuffmanCode::new))
    }

    /// How many bytes the tokens take, without stuffed bytes.
    pub(super) fn bytes(&self, tables: &[[HuffmanCode; 2]; 2]) -> usize {
        let mut bits = 0;
        for (counts, table) in self.counts.as_flattened().iter().zip(tables.as_flattened()) {
            let values = counts.iter().enumerate().map(|(symbol, count)| u64::from(*count) * (symbol as u64 & 15));
            bits += table.bits(counts) + values.sum::<u64>();
        }
        (bits / 8) as usize + 1
    }

    /// Writes all tokens and drops them. `classes` has 0 for each block of luma and 1 for each of chroma in an MCU.
    #[inline(always)]
    pub(super) fn write(&mut self, tables: &[[HuffmanCode; 2]; 2], classes: &[usize], writer: &mut BitWriter) {
        let mut classes = classes.iter().cycle();
        self.kept = 0;
        for chunk in self.chunks.drain(..) {
            let mut tokens = chunk.into_iter();
            while let Some(token) = tokens.next() {
                let [dc, ac] = &tables[classes.next().copied().unwrap_or_default() & 1];
                let (size, bits) = size_and_bits(value_of(token));
                writer.put_code(dc.codes[size as usize & 0xff], bits, size);
                for token in tokens.by_ref() {
                    if token == FULL {
                        break;
                    }
                    let (size, bits) = size_and_bits(value_of(token));
                    let symbol = u32::from(token) >> 12 << 4 | size;
                    writer.put_code(ac.codes[symbol as usize & 0xff], bits, size);
                    if token == END {
                        break;
                    }
                }
            }
        }
    }
}

/// The value of a token, with its sign.
#[inline(always)]
fn value_of(token: Token) -> i16 {
    (token << 4) as i16 >> 4
}
