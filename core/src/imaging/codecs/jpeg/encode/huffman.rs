//! Optimal Huffman codes of at most 16 bits for counted symbols (T.81, K.2), by package-merge.
//!
//! Package-merge picks coins. A symbol is a coin of its weight, once per code length; two coins of one length make a package
//! among those of the next shorter length. The cheapest 2n - 2 coins at the end give each symbol the length of how many of its
//! coins were picked. For weights 1, 1, 3, 5 and a limit of 3 bits:
//!
//! ```text
//! length 3     1 1 3 5                 packages (1 1) = 2, (3 5) = 8
//! length 2     1 1 2 3 5 8             packages (1 1) = 2, (2 3) = 5, (5 8) = 13
//! length 1     1 1 2 3 5 5 13          the cheapest 6: 1 1 2 3 5 and the package 5
//! picked       at length 1: all four symbols and the packages 2 and 5, so 4 coins at length 2: 1 1 2 3,
//!              of which the package 2 is 1 1 at length 3
//! lengths      1: 3 bits, 1: 3 bits, 3: 2 bits, 5: 1 bit
//! ```

/// How often each symbol occurs.
pub(super) type SymbolCounts = [u32; 256];

const MAX_CODE_BITS: usize = 16;

/// A Huffman code: the contents of its DHT segment, and the code of each symbol.
#[derive(Debug, Clone)]
pub(super) struct HuffmanCode {
    /// The number of codes of each length (`BITS`).
    pub lengths: [u8; MAX_CODE_BITS],
    /// The symbols in the order of their codes (`HUFFVAL`).
    pub symbols: Vec<u8>,
    /// The code of each symbol, with its length in the lowest 5 bits; 0 for symbols that do not occur.
    pub codes: [u32; 256],
}

impl HuffmanCode {
    pub(super) fn new(counts: &SymbolCounts) -> Self {
        let mut leaves: Vec<(u64, usize)> =
            (0..256).filter(|symbol| counts[*symbol] > 0).map(|symbol| (u64::from(counts[symbol]), symbol)).collect();
        // A code of only ones is not allowed (K.2): a reserved symbol that never occurs takes it.
        leaves.push((0, RESERVED));
        // Of symbols with equal counts the later one has the longer code.
        leaves.sort_unstable_by_key(|(count, symbol)| (*count, usize::MAX - symbol));
        let weights: Vec<u64> = leaves.iter().map(|(count, _)| *count).collect();
        let lengths = code_lengths(&weights);

        let mut table =
            Self { lengths: [0; MAX_CODE_BITS], symbols: Vec::with_capacity(leaves.len()), codes: [0; 256] };
        let mut code = 0;
        for length in 1..=MAX_CODE_BITS {
            let of_length = lengths.iter().zip(&leaves).filter(|(other, _)| usize::from(**other) == length);
            let mut symbols: Vec<usize> = of_length.map(|(_, (_, symbol))| *symbol).collect();
            symbols.sort_unstable();
            for symbol in symbols.into_iter().filter(|symbol| *symbol != RESERVED) {
                table.lengths[length - 1] += 1;
                table.symbols.push(symbol as u8);
                table.codes[symbol] = code << 5 | length as u32;
                code += 1;
            }
            code <<= 1;
        }
        table
    }

    /// The length of the code of a symbol, in bits.
    pub(super) fn length(&self, symbol: u8) -> u32 {
        self.codes[usize::from(symbol)] & 31
    }

    /// The bits of the codes of all symbols, without their values.
    pub(super) fn bits(&self, counts: &SymbolCounts) -> u64 {
        (0..=255_u8).map(|symbol| u64::from(counts[usize::from(symbol)]) * u64::from(self.length(symbol))).sum()
    }
}

/// The symbol of the code of only ones. It is above all others, so that its code is the last of its length, and rarer than all
/// others, so that this length is the longest.
const RESERVED: usize = 256;

/// The lengths of the optimal codes of at most 16 bits, for weights in ascending order, by package-merge (Larmore and Hirschberg,
/// A fast algorithm for optimal length-limited Huffman codes, 1990).
fn code_lengths(weights: &[u64]) -> Vec<u8> {
    let mut lengths = vec![0; weights.len()];
    // Per length, from the longest to the shortest: whether each coin of its list is a symbol, or a package of two coins of the
    // list before.
    let mut lists: Vec<Vec<bool>> = Vec::with_capacity(MAX_CODE_BITS);
    let mut sums: Vec<u64> = Vec::new();
    for _ in 0..MAX_CODE_BITS {
        let mut packages = sums.as_chunks::<2>().0.iter().map(|[a, b]| a + b).peekable();
        let mut symbols = weights.iter().copied().peekable();
        let mut merged = Vec::with_capacity(2 * weights.len());
        let mut is_symbol = Vec::with_capacity(2 * weights.len());
        loop {
            let takes_symbol = match (symbols.peek(), packages.peek()) {
                (Some(symbol), Some(package)) => symbol <= package,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (None, None) => break,
            };
            merged.extend(if takes_symbol { symbols.next() } else { packages.next() });
            is_symbol.push(takes_symbol);
        }
        sums = merged;
        lists.push(is_symbol);
    }
    // The cheapest 2n - 2 coins of the last list, and the coins within their packages. Each coin of a symbol adds a bit to its
    // code.
    let mut taken = (2 * weights.len()).saturating_sub(2);
    for is_symbol in lists.iter().rev() {
        let symbols = is_symbol.iter().take(taken).filter(|is_symbol| **is_symbol).count();
        lengths.iter_mut().take(symbols).for_each(|length| *length += 1);
        taken = 2 * (taken - symbols);
    }
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::codecs::jpeg::decode::{DhtTable, HuffmanTable};

    /// Checks that the code is valid, and returns how many bits the symbols take.
    fn checked(counts: &SymbolCounts) -> u64 {
        let table = HuffmanCode::new(counts);
        let listed = DhtTable { counts: &table.lengths, symbols: &table.symbols };
        assert!(HuffmanTable::build(&listed, false).is_some());
        let mut used = 0.0;
        for symbol in 0..=255_u8 {
            let length = table.length(symbol);
            assert_eq!(length > 0, counts[usize::from(symbol)] > 0);
            assert!(length <= 16);
            if length > 0 {
                used += f64::from(length).exp2().recip();
                assert_ne!(table.codes[usize::from(symbol)] >> 5, (1 << length) - 1, "a code of ones only");
            }
        }
        assert!(used < 1.0);
        table.bits(counts)
    }

    fn counts(pairs: &[(usize, u32)]) -> SymbolCounts {
        let mut counts = [0; 256];
        for (symbol, count) in pairs {
            counts[*symbol] = *count;
        }
        counts
    }

    #[test]
    fn codes_are_as_short_as_they_can_be() {
        assert_eq!(checked(&counts(&[])), 0);
        assert_eq!(checked(&counts(&[(7, 1000)])), 1000, "one symbol has one bit");
        assert_eq!(checked(&counts(&[(1, 5), (2, 5)])), 15);
        // The example of Huffman's own paper needs no limit: 2.79 bits in the mean, and the code of ones only is never.
        let weights = [20, 18, 10, 10, 10, 6, 6, 4, 4, 4, 4, 3, 1];
        let pairs: Vec<_> = weights.into_iter().enumerate().collect();
        assert_eq!(checked(&counts(&pairs)), 342 + 1);
        assert_eq!(checked(&[3; 256]), 256 * 3 * 8 + 3);
    }

    #[test]
    fn no_code_is_longer_than_16_bits() {
        let (mut a, mut b) = (1, 1);
        let mut fibonacci = [0; 256];
        for count in fibonacci.iter_mut().take(45) {
            *count = a;
            (a, b) = (b, a + b);
        }
        checked(&fibonacci);
        fibonacci.reverse();
        checked(&fibonacci);
        checked(&std::array::from_fn(|symbol| 1 << (symbol % 32)));
        checked(&std::array::from_fn(|symbol| if symbol == 9 { u32::MAX } else { 1 }));
        checked(&[u32::MAX; 256]);
    }

    #[test]
    fn lengths_are_in_the_order_of_the_counts() {
        let counts: SymbolCounts = std::array::from_fn(|symbol| (symbol * symbol % 97) as u32);
        let table = HuffmanCode::new(&counts);
        for a in 0..=255_u8 {
            for b in 0..=255_u8 {
                if counts[usize::from(a)] > counts[usize::from(b)] && table.length(b) > 0 {
                    assert!(table.length(a) <= table.length(b));
                }
            }
        }
    }
}
