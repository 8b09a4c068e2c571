//! Prefix codes for counted symbols (RFC 9649, section 3.7.2), and how their code lengths are written.
//!
//! ```text
//! symbol   count   code length   code word, written from its highest bit on
//! 3        50      1             0
//! 7        30      2             10
//! 9        15      3             110
//! 200      5       3             111
//! code lengths 0 0 0 1 0 0 0 2 0 3, 190 zeros, 3, 55 zeros; as symbols of the code length code, runs with their extra bits:
//! 17(3)  1  17(3)  2  0  3  18(138)  18(52)  3  18(55)
//! ```

use super::bit_writer::BitWriter;

/// The longest code words: of a code for pixels, and of a code length code.
const MAX_LENGTH: u32 = 15;
const MAX_CODE_LENGTH_LENGTH: u32 = 7;

/// The order in which the code lengths of a code length code are written (`kCodeLengthCodeOrder`).
const CODE_LENGTH_ORDER: [usize; 19] = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// A prefix code.
pub(super) struct PrefixCode {
    /// The code length of each symbol. The only symbol of a code has none.
    lengths: Vec<u32>,
    /// The code words, reversed, so that they are written from the lowest bit on.
    words: Vec<u32>,
    /// The symbols that occur.
    used: Vec<usize>,
}

impl PrefixCode {
    /// Builds a code for symbols with these counts.
    pub(super) fn new(counts: &[u32]) -> Self {
        Self::within(counts, MAX_LENGTH)
    }

    fn within(counts: &[u32], longest: u32) -> Self {
        let used: Vec<usize> = (0..counts.len()).filter(|symbol| counts[*symbol] > 0).collect();
        let mut lengths = vec![0; counts.len()];
        if used.len() > 1 {
            for (symbol, length) in used.iter().zip(code_lengths(counts, &used, longest)) {
                lengths[*symbol] = length;
            }
        }
        let words = canonical_words(&lengths);
        Self { lengths, words, used }
    }

    /// Writes the code word of a symbol.
    #[inline(always)]
    pub(super) fn put(&self, symbol: usize, bits: &mut BitWriter<'_>) {
        if let (Some(word), Some(length)) = (self.words.get(symbol), self.lengths.get(symbol)) {
            bits.put(*word, *length);
        }
    }

    /// The bits of all symbols with these counts.
    pub(super) fn bits(&self, counts: &[u32]) -> u64 {
        self.lengths.iter().zip(counts).map(|(length, count)| u64::from(*length) * u64::from(*count)).sum()
    }

    /// Writes the code lengths, as a simple code length code if possible.
    pub(super) fn write(&self, bits: &mut BitWriter<'_>) {
        match self.used.as_slice() {
            [] => Self::write_simple(&[0], bits),
            used if used.len() <= 2 && used.iter().all(|symbol| *symbol < 256) => Self::write_simple(used, bits),
            _ => self.write_lengths(bits),
        }
    }

    /// Writes a simple code length code: one or two symbols below 256.
    fn write_simple(symbols: &[usize], bits: &mut BitWriter<'_>) {
        bits.put(1, 1);
        bits.put(symbols.len() as u32 - 1, 1);
        bits.put(1, 1); // the first symbol has 8 bits too
        for symbol in symbols {
            bits.put(*symbol as u32, 8);
        }
    }

    /// Writes a normal code length code.
    fn write_lengths(&self, bits: &mut BitWriter<'_>) {
        let runs = runs_of(&self.lengths);
        let mut counts = [0; 19];
        for run in &runs {
            counts[run.symbol] += 1;
        }
        let code = Self::within(&counts, MAX_CODE_LENGTH_LENGTH);
        // A single symbol takes no bits, but its code length is written as 1.
        let written = CODE_LENGTH_ORDER.map(|symbol| match code.used.as_slice() {
            [only] => u32::from(*only == symbol),
            _ => code.lengths[symbol],
        });
        let count = written.iter().rposition(|length| *length > 0).map_or(4, |last| (last + 1).max(4));
        bits.put(0, 1);
        bits.put(count as u32 - 4, 4);
        for length in written.iter().take(count) {
            bits.put(*length, 3);
        }
        bits.put(0, 1); // the code lengths of all symbols follow
        for Run { symbol, extra, extra_bits } in runs {
            code.put(symbol, bits);
            bits.put(extra, extra_bits);
        }
    }
}

/// A symbol of the code length code: a code length, or a run of them with extra bits.
struct Run {
    symbol: usize,
    extra: u32,
    extra_bits: u32,
}

/// Code lengths as symbols of the code length code: 17 for a run of 3 to 10 zeros, 18 for 11 to 138 zeros, 16 for 3 to 6
/// repetitions of the last nonzero length.
fn runs_of(lengths: &[u32]) -> Vec<Run> {
    let mut runs = Vec::new();
    for same in lengths.chunk_by(|one, other| one == other) {
        let Some(length) = same.first() else { continue };
        let plain = Run { symbol: *length as usize, extra: 0, extra_bits: 0 };
        let mut left = same.len();
        if *length > 0 {
            runs.push(plain);
            left -= 1;
        }
        while left > 0 {
            let (taken, run) = match (*length, left) {
                (0, 11..) => (left.min(138), Run { symbol: 18, extra: left.min(138) as u32 - 11, extra_bits: 7 }),
                (0, 3..) => (left, Run { symbol: 17, extra: left as u32 - 3, extra_bits: 3 }),
                (1.., 3..) => (left.min(6), Run { symbol: 16, extra: left.min(6) as u32 - 3, extra_bits: 2 }),
                _ => (1, Run { symbol: *length as usize, extra: 0, extra_bits: 0 }),
            };
            runs.push(run);
            left -= taken;
        }
    }
    runs
}

/// The code lengths of the used symbols, of which there are at least two: the depths of a Huffman tree. If it is too deep, small
/// counts are raised until it is not.
fn code_lengths(counts: &[u32], used: &[usize], longest: u32) -> Vec<u32> {
    let mut least = 1;
    loop {
        let depths = depths(&used.iter().map(|symbol| u64::from(counts[*symbol]).max(least)).collect::<Vec<_>>());
        if depths.iter().all(|depth| *depth <= longest) {
            return depths;
        }
        least *= 2;
    }
}

/// The depth of each weight in a Huffman tree, which is built from two queues: the weights in ascending order, and the sums of
/// two nodes, which are created in ascending order.
fn depths(weights: &[u64]) -> Vec<u32> {
    let count = weights.len();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|at| weights[*at]);
    // The nodes: the leaves in order, then the sums.
    let mut sums: Vec<u64> = order.iter().map(|at| weights[*at]).collect();
    let mut parents = vec![0; 2 * count - 1];
    let (mut leaf, mut inner) = (0, count);
    for node in count..2 * count - 1 {
        let mut take = || {
            let takes_leaf = leaf < count && (inner >= sums.len() || sums[leaf] <= sums[inner]);
            let next = if takes_leaf { &mut leaf } else { &mut inner };
            *next += 1;
            *next - 1
        };
        let (one, other) = (take(), take());
        (parents[one], parents[other]) = (node, node);
        sums.push(sums[one] + sums[other]);
    }
    // From the root down, each node is one deeper than its parent.
    let mut depth = vec![0; 2 * count - 1];
    for node in (0..2 * count - 2).rev() {
        depth[node] = depth[parents[node]] + 1;
    }
    let mut depths = vec![0; count];
    for (at, depth) in order.iter().zip(depth) {
        depths[*at] = depth;
    }
    depths
}

/// Canonical code words, in order of length and symbol, reversed.
fn canonical_words(lengths: &[u32]) -> Vec<u32> {
    let mut words = vec![0; lengths.len()];
    let mut next = 0_u32;
    for length in 1..=MAX_LENGTH {
        for (word, _) in words.iter_mut().zip(lengths).filter(|(_, of)| **of == length) {
            *word = next.reverse_bits() >> (32 - length);
            next += 1;
        }
        next <<= 1;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_head() {
        let mut counts = [0; 256];
        (counts[3], counts[7], counts[9], counts[200]) = (50, 30, 15, 5);
        let code = PrefixCode::new(&counts);
        assert_eq!([3, 7, 9, 200].map(|symbol| code.lengths[symbol]), [1, 2, 3, 3]);
        assert_eq!([3, 7, 9, 200].map(|symbol| code.words[symbol]), [0, 0b01, 0b011, 0b111]);
        assert_eq!(code.bits(&counts), 50 + 60 + 45 + 15);
        let runs: Vec<(usize, u32)> = runs_of(&code.lengths).iter().map(|run| (run.symbol, run.extra)).collect();
        let zeros = |count: u32| (18, count - 11);
        assert_eq!(runs, [(17, 0), (1, 0), (17, 0), (2, 0), (0, 0), (3, 0), zeros(138), zeros(52), (3, 0), zeros(55)]);
    }

    #[test]
    fn no_word_is_too_long_and_every_code_is_complete() {
        // Fibonacci numbers make the deepest tree.
        let mut counts = [0; 280];
        let (mut one, mut other) = (1, 1);
        for count in counts.iter_mut().skip(5).take(40) {
            *count = one;
            (one, other) = (other, one + other);
        }
        for longest in [MAX_LENGTH, MAX_CODE_LENGTH_LENGTH] {
            let code = PrefixCode::within(&counts, longest);
            let lengths = code.used.iter().map(|symbol| code.lengths[*symbol]);
            assert!(lengths.clone().all(|length| (1..=longest).contains(&length)));
            assert_eq!(lengths.map(|length| 1 << (MAX_LENGTH - length)).sum::<u32>(), 1 << MAX_LENGTH);
        }
    }
}
