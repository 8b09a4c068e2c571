//! Canonical prefix codes (RFC 9649, section 3.7.2): how a stream says their lengths, and tables that decode them.
//!
//! A code with the lengths a: 1, b: 2, c: 3, d: 3 has the words 0, 10, 110, 111. The stream has a word's first bit first,
//! and bits are read from the low end, so the table is indexed by words written backwards. With three bits of lookahead:
//!
//! ```text
//! index  000 001 010 011 100 101 110 111
//! word    a   b   a   c   a   b   a   d     011 is 110 backwards: c, of length 3
//! ```
//!
//! A code whose words all have the same length is its own table: the symbol is the word, read backwards. A stream says such a
//! code of 2048 symbols in sixty bits, and a picture can have very many of them.
//!
//! A code longer than [`ROOT_BITS`] is found in two steps: the entry of its first bits says where a second table is and how
//! many bits index it.

use crate::error::Result;
use crate::imaging::codecs::failure::corrupt;

use super::bit_reader::BitReader;

/// The longest word, in bits.
const MAX_LENGTH: usize = 15;
/// The lookahead of the first table. Eight bits hold nearly all words of a photograph, and keep the five tables of a group
/// within 5 KB.
const ROOT_BITS: u32 = 8;
/// How many lengths there are to code, and the order in which a stream has their own lengths.
const LENGTH_SYMBOLS: usize = 19;
const LENGTH_ORDER: [usize; LENGTH_SYMBOLS] = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
/// The most symbols of an alphabet: green, lengths, and a colour cache of 11 bits.
const MAX_SYMBOLS: usize = 256 + 24 + (1 << 11);

/// An entry of a table: the symbol and the length of its word; or, with [`LINK`], where the second table starts and how
/// many bits index it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Entry(u32);

const LINK: u32 = 1 << 31;

impl Entry {
    fn symbol(symbol: u16, length: u32) -> Self {
        Self(u32::from(symbol) << 8 | length)
    }

    fn link(start: usize, bits: u32) -> Self {
        Self(LINK | (start as u32) << 8 | bits)
    }
}

/// The shape of a code's tables: how many entries they have together, and the lookahead of the first one. A code without
/// entries is one whose words have the same length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TableShape {
    pub entries: usize,
    pub root_bits: u32,
}

/// Reads the next symbol. There must be 15 bits in the reader.
#[inline(always)]
pub(super) fn read_symbol(table: &[Entry], root_mask: u64, reader: &mut BitReader<'_>) -> usize {
    let bits = reader.peek();
    let Some(Entry(mut entry)) = table.get((bits & root_mask) as usize).copied() else {
        return read_uniform(root_mask, reader);
    };
    if entry & LINK != 0 {
        let start = (entry >> 8 & 0xffff) as usize;
        let index = (bits >> ROOT_BITS) as usize & ((1 << (entry & 0xff)) - 1);
        Entry(entry) = table.get(start + index).copied().unwrap_or_default();
    }
    reader.consume(entry & 0xff);
    (entry >> 8) as usize
}

/// The same where all words are as long as the mask.
#[inline(never)]
fn read_uniform(mask: u64, reader: &mut BitReader<'_>) -> usize {
    let length = mask.count_ones();
    let symbol = reversed((reader.peek() & mask) as u32, length);
    reader.consume(length);
    symbol
}

/// The lengths of a code's words as a stream has them, and what it takes to make tables of them. Reused for one code after
/// the other.
///
/// A group of five codes can take 20 bits and have an alphabet of 3,000 symbols, so that the time it takes must follow from
/// the symbols that have a word, and not from the alphabet.
pub(super) struct CodeLengths {
    /// The symbols that have a word, in their order, and its length.
    words: Vec<(u16, u8)>,
    /// How many words there are of each length.
    counts: [u16; MAX_LENGTH + 1],
    /// The length of all words, where they are those of the first symbols; `words` may be empty then.
    uniform_length: Option<u32>,
    /// The symbols that have a word, by length and then by symbol.
    sorted: Vec<u16>,
}

impl CodeLengths {
    /// What it takes, in bytes.
    pub(super) const MEMORY_BYTES: u64 = 6 * MAX_SYMBOLS as u64 + 256;

    pub(super) fn new() -> Self {
        let words = Vec::with_capacity(MAX_SYMBOLS);
        Self { words, counts: [0; MAX_LENGTH + 1], uniform_length: None, sorted: vec![0; MAX_SYMBOLS] }
    }

    /// Reads the lengths of a code over an alphabet of this many symbols.
    ///
    /// Error: `image_corrupt`, also for lengths that no complete code has.
    pub(super) fn read(&mut self, reader: &mut BitReader<'_>, symbols: usize) -> Result<()> {
        let symbols = symbols.min(MAX_SYMBOLS);
        self.words.clear();
        self.counts = [0; MAX_LENGTH + 1];
        self.uniform_length = None;
        if reader.flag() {
            self.read_simple(reader, symbols);
        } else {
            self.read_coded(reader, symbols)?;
        }
        match self.counts.iter().sum() {
            0_u16 => Err(corrupt("a WebP with an empty prefix code")),
            // A code of a single symbol needs no bits, whatever its length.
            1 => Ok(()),
            _ if is_complete(&self.counts) => {
                self.find_uniform();
                Ok(())
            }
            _ => Err(corrupt("a WebP with an invalid prefix code")),
        }
    }

    /// Whether all words of a complete code have the same length, and are those of the first symbols.
    fn find_uniform(&mut self) {
        let (Some((0, length)), Some((last, _))) = (self.words.first(), self.words.last()) else { return };
        let count = self.counts[usize::from(*length) & MAX_LENGTH];
        if usize::from(count) == self.words.len() && *last == count - 1 {
            self.uniform_length = Some(u32::from(*length));
        }
    }

    /// Gives words of this length to `count` symbols, from this one on. A length of zero is none.
    fn push(&mut self, symbol: usize, count: usize, length: u8) {
        if length > 0 {
            self.words.extend((symbol..symbol + count).map(|symbol| (symbol as u16, length)));
            self.counts[usize::from(length) & MAX_LENGTH] += count as u16;
        }
    }

    /// One or two symbols, each with a word of one bit. libwebp passes over a symbol outside the alphabet, so its files can have one.
    fn read_simple(&mut self, reader: &mut BitReader<'_>, symbols: usize) {
        let has_two = reader.flag();
        let bits = if reader.flag() { 8 } else { 1 };
        let first = reader.read(bits) as usize;
        let second = if has_two { reader.read(8) as usize } else { first };
        let (low, high) = (first.min(second), first.max(second));
        if low < symbols {
            self.push(low, 1, 1);
        }
        if high != low && high < symbols {
            self.push(high, 1, 1);
        }
    }

    /// Lengths that are coded themselves, with runs.
    fn read_coded(&mut self, reader: &mut BitReader<'_>, symbols: usize) -> Result<()> {
        let of_lengths = LengthCode::read(reader)?;
        let mut words = symbols;
        if reader.flag() {
            let bits = 2 + 2 * reader.read(3);
            words = 2 + reader.read(bits) as usize;
            if words > symbols {
                return Err(corrupt("a WebP with more code lengths than symbols"));
            }
        }
        if let Some(length) = of_lengths.only_length() {
            // Words of no bits: there could be many of them in few bytes.
            if length > 0 {
                self.counts[usize::from(length) & MAX_LENGTH] = words as u16;
                self.uniform_length = Some(u32::from(length));
            }
            return Ok(());
        }
        let (mut symbol, mut previous) = (0, 8);
        while symbol < symbols && words > 0 {
            words -= 1;
            reader.refill();
            let (value, count) = match of_lengths.read_symbol(reader) {
                16 => (previous, 3 + reader.read(2)),
                17 => (0, 3 + reader.read(3)),
                18 => (0, 11 + reader.read(7)),
                length => {
                    if length != 0 {
                        previous = length;
                    }
                    (length, 1)
                }
            };
            let count = count as usize;
            if count > symbols - symbol {
                return Err(corrupt("a WebP whose code lengths repeat beyond the last symbol"));
            }
            self.push(symbol, count, value);
            symbol += count;
        }
        Ok(())
    }

    /// The tables of the code that was read. Sorts its symbols for them.
    pub(super) fn shape(&mut self) -> TableShape {
        if let Some(length) = self.uniform_length {
            return TableShape { entries: 0, root_bits: length };
        }
        let mut next = [0_u16; MAX_LENGTH + 1];
        for length in 1..MAX_LENGTH {
            next[length + 1] = next[length] + self.counts[length];
        }
        for (symbol, length) in &self.words {
            let place = &mut next[usize::from(*length) & MAX_LENGTH];
            self.sorted[usize::from(*place)] = *symbol;
            *place += 1;
        }
        if self.counts.iter().sum::<u16>() == 1 {
            return TableShape { entries: 1, root_bits: 0 };
        }
        let longest = (1..=MAX_LENGTH).rev().find(|length| self.counts[*length] > 0).unwrap_or(1) as u32;
        let root_bits = longest.min(ROOT_BITS);
        let mut entries = 1 << root_bits;
        self.second_tables(|_, bits| {
            entries += 1 << bits;
        });
        TableShape { entries, root_bits }
    }

    /// Calls `found` with the first bits, as a number, and the lookahead of each second table, in the order of its words.
    fn second_tables(&self, mut found: impl FnMut(u32, u32)) {
        // The words that are longer than the first table, shortest first: canonical words count up, so those with the same
        // first bits follow each other.
        let mut word = 0_u32;
        let mut open: Option<(u32, u32)> = None;
        for length in 1..=MAX_LENGTH as u32 {
            word <<= 1;
            for _ in 0..self.counts[length as usize] {
                if length > ROOT_BITS {
                    let first = word >> (length - ROOT_BITS);
                    match open {
                        Some((same, _)) if same == first => {}
                        Some((other, bits)) => found(other, bits),
                        None => {}
                    }
                    open = Some((first, length - ROOT_BITS));
                }
                word += 1;
            }
        }
        if let Some((first, bits)) = open {
            found(first, bits);
        }
    }

    /// Fills the tables of the code that was read: as many entries as its shape says.
    pub(super) fn fill(&self, shape: TableShape, table: &mut [Entry]) {
        if shape.entries == 0 {
            return;
        }
        if shape.root_bits == 0 {
            table.fill(Entry::symbol(self.sorted[0], 0));
            return;
        }
        let mut start = 1_usize << shape.root_bits;
        self.second_tables(|first, bits| {
            if let Some(entry) = table.get_mut(reversed(first, ROOT_BITS)) {
                *entry = Entry::link(start, bits);
            }
            start += 1 << bits;
        });
        let mut word = 0_u32;
        let mut symbols = self.sorted.iter();
        for length in 1..=MAX_LENGTH as u32 {
            word <<= 1;
            for symbol in symbols.by_ref().take(usize::from(self.counts[length as usize])) {
                let entry = Entry::symbol(*symbol, length);
                let index = reversed(word, length);
                if length <= ROOT_BITS {
                    fill_each(table.get_mut(..1 << shape.root_bits), index, length, entry);
                } else {
                    let Entry(link) = table.get(index & 0xff).copied().unwrap_or_default();
                    let (start, bits) = ((link >> 8 & 0xffff) as usize, link & 0xff);
                    let second = table.get_mut(start..start + (1 << bits));
                    fill_each(second, index >> ROOT_BITS, length - ROOT_BITS, entry);
                }
                word += 1;
            }
        }
    }
}

/// Every index whose low `length` bits are `index` has the same entry.
fn fill_each(table: Option<&mut [Entry]>, mut index: usize, length: u32, entry: Entry) {
    let table = table.unwrap_or_default();
    while let Some(place) = table.get_mut(index) {
        *place = entry;
        index += 1 << length;
    }
}

fn reversed(word: u32, length: u32) -> usize {
    (word.reverse_bits() >> (32 - length)) as usize
}

fn count_lengths(lengths: &[u8]) -> [u16; MAX_LENGTH + 1] {
    let mut counts = [0; MAX_LENGTH + 1];
    for length in lengths {
        counts[usize::from(*length) & MAX_LENGTH] += 1;
    }
    counts[0] = 0;
    counts
}

/// Whether each sequence of bits is a sequence of words: the sum of 2^-length is 1.
fn is_complete(counts: &[u16; MAX_LENGTH + 1]) -> bool {
    let sum: u32 = counts.iter().enumerate().map(|(length, count)| u32::from(*count) << (MAX_LENGTH - length)).sum();
    sum == 1 << MAX_LENGTH
}

/// The code of the lengths of another code: 19 symbols, words of at most 7 bits.
struct LengthCode {
    table: [(u8, u8); 128],
    only_symbol: Option<u8>,
}

impl LengthCode {
    fn read(reader: &mut BitReader<'_>) -> Result<Self> {
        let mut lengths = [0_u8; LENGTH_SYMBOLS];
        let given = 4 + reader.read(4) as usize;
        for symbol in LENGTH_ORDER.iter().take(given) {
            lengths[*symbol] = reader.read(3) as u8;
        }
        let counts = count_lengths(&lengths);
        let mut table = [(0, 0); 128];
        let mut only_symbol = None;
        match counts.iter().sum() {
            0_u16 => return Err(corrupt("a WebP with an empty code length code")),
            1 => {
                let symbol = lengths.iter().position(|length| *length > 0).unwrap_or_default() as u8;
                table.fill((symbol, 0));
                only_symbol = Some(symbol);
            }
            _ if is_complete(&counts) => {
                let mut word = 0_u32;
                for length in 1..=7_u32 {
                    word <<= 1;
                    for symbol in (0..LENGTH_SYMBOLS).filter(|symbol| u32::from(lengths[*symbol]) == length) {
                        let places = table.iter_mut().skip(reversed(word, length)).step_by(1 << length);
                        places.for_each(|place| *place = (symbol as u8, length as u8));
                        word += 1;
                    }
                }
            }
            _ => return Err(corrupt("a WebP with an invalid code length code")),
        }
        Ok(Self { table, only_symbol })
    }

    /// The length of every word, where no other is coded.
    fn only_length(&self) -> Option<u8> {
        self.only_symbol.filter(|symbol| usize::from(*symbol) <= MAX_LENGTH)
    }

    fn read_symbol(&self, reader: &mut BitReader<'_>) -> u8 {
        let (symbol, length) = self.table[(reader.peek() & 127) as usize];
        reader.consume(length.into());
        symbol
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bits, the low one first.
    #[derive(Default)]
    struct Bits(Vec<u8>, u32);

    impl Bits {
        fn put(mut self, value: u32, count: u32) -> Self {
            for bit in 0..count {
                if self.1.is_multiple_of(8) {
                    self.0.push(0);
                }
                if let Some(last) = self.0.last_mut() {
                    *last |= ((value >> bit & 1) as u8) << (self.1 % 8);
                }
                self.1 += 1;
            }
            self
        }

        /// Lengths that are coded, where each of these has a word of one bit.
        fn lengths(mut self, coded: &[usize]) -> Self {
            self = self.put(0, 1).put(15, 4);
            for symbol in LENGTH_ORDER {
                self = self.put(coded.contains(&symbol).into(), 3);
            }
            self
        }

        fn read(&self, symbols: usize) -> Result<CodeLengths> {
            let mut lengths = CodeLengths::new();
            lengths.read(&mut BitReader::new(&self.0), symbols)?;
            Ok(lengths)
        }
    }

    /// The symbols and the lengths of all words of fifteen bits, by tables.
    fn decoded(lengths: &mut CodeLengths) -> Vec<(usize, u64)> {
        let shape = lengths.shape();
        let mut table = vec![Entry::default(); shape.entries];
        lengths.fill(shape, &mut table);
        let mask = (1 << shape.root_bits) - 1;
        let mut all = Vec::new();
        for bits in 0..1_u64 << MAX_LENGTH {
            let bytes = bits.to_le_bytes();
            let mut reader = BitReader::new(&bytes);
            reader.refill();
            let before = reader.clone();
            let symbol = read_symbol(&table, mask, &mut reader);
            let length =
                (0..=15).find(|length| before.peek() >> length == reader.peek() && lengths.has(*length, symbol));
            all.push((symbol, length.unwrap_or(99)));
        }
        all
    }

    impl CodeLengths {
        fn has(&self, length: u64, symbol: usize) -> bool {
            match self.uniform_length {
                Some(all) => u64::from(all) == length,
                None => self.words.contains(&(symbol as u16, length as u8)),
            }
        }
    }

    #[test]
    fn codes_of_one_length_need_no_table() {
        for length in 1..=11_u32 {
            let count = 1 << length;
            // All lengths in one word of no bits, and one after the other.
            let short = Bits::default().lengths(&[length as usize]).put(1, 1).put(5, 3).put(count - 2, 12);
            let mut long = Bits::default().lengths(&[0, length as usize]).put(1, 1).put(5, 3).put(count - 2, 12);
            for _ in 0..count {
                long = long.put(1, 1);
            }
            for bits in [short, long] {
                let mut lengths = bits.read(2328).unwrap();
                assert_eq!(lengths.shape(), TableShape { entries: 0, root_bits: length });
                let without = decoded(&mut lengths);
                lengths.uniform_length = None;
                lengths.words = (0..count).map(|symbol| (symbol as u16, length as u8)).collect();
                assert!(lengths.shape().entries >= count as usize, "now there is a table");
                assert_eq!(without, decoded(&mut lengths), "length {length}");
            }
        }
    }

    #[test]
    fn other_codes_have_tables() {
        // Two symbols that are not the first ones, in either order, and one symbol.
        for (first, second) in [(1, 2), (2, 1)] {
            let mut lengths = Bits::default().put(0b111, 3).put(first, 8).put(second, 8).read(256).unwrap();
            assert_eq!(lengths.shape(), TableShape { entries: 2, root_bits: 1 });
            assert_eq!(decoded(&mut lengths)[..2], [(1, 1), (2, 1)]);
        }
        let mut one = Bits::default().put(0b101, 3).put(77, 8).read(256).unwrap();
        assert_eq!(one.shape(), TableShape { entries: 1, root_bits: 0 });
        let twice = Bits::default().put(0b111, 3).put(77, 8).put(77, 8).read(256).unwrap().shape();
        assert_eq!(twice, TableShape { entries: 1, root_bits: 0 });
        // The first symbol has no word: of 0, 1, 2, 3, 4 the last four have two bits.
        let after = Bits::default().lengths(&[0, 2]).put(1, 1).put(5, 3).put(5 - 2, 12).put(0b11110, 5);
        let mut lengths = after.read(40).unwrap();
        assert_eq!(lengths.shape(), TableShape { entries: 4, root_bits: 2 });
        assert_eq!(decoded(&mut lengths)[..4], [(1, 2), (3, 2), (2, 2), (4, 2)]);
    }

    #[test]
    fn what_is_no_code_is_refused() {
        let count = |count: u32| Bits::default().lengths(&[8]).put(1, 1).put(5, 3).put(count - 2, 12);
        assert!(count(256).read(280).is_ok());
        for bits in [count(255), count(257), count(281), Bits::default().lengths(&[0]).put(0, 1)] {
            assert_eq!(bits.read(280).map(drop).unwrap_err().code(), "image_corrupt");
        }
        let outside = Bits::default().put(0b101, 3).put(40, 8);
        assert_eq!(outside.read(40).map(drop).unwrap_err().code(), "image_corrupt");
        let one_outside = Bits::default().put(0b111, 3).put(200, 8).put(7, 8);
        assert_eq!(one_outside.read(40).unwrap().shape(), TableShape { entries: 1, root_bits: 0 });
        // A run over the end of the alphabet.
        let run = Bits::default().lengths(&[1, 18]).put(0, 1).put(0, 1).put(1, 1).put(40 - 11, 7);
        assert_eq!(run.read(40).map(drop).unwrap_err().code(), "image_corrupt");
    }
}
