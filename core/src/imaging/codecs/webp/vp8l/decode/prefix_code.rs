//! Canonical prefix codes (RFC 9649, section 3.7.2): reads their code lengths, and builds lookup tables.
//!
//! The code lengths a: 1, b: 2, c: 3, d: 3 define the code words 0, 10, 110, 111. The bitstream has the first bit of a code word
//! first, and bits are read from the low end, so the table is indexed by reversed code words. With three bits of lookahead:
//!
//! ```text
//! index   000 001 010 011 100 101 110 111
//! symbol   a   b   a   c   a   b   a   d     011 is 110 reversed: c, of length 3
//! ```
//!
//! A code word longer than [`ROOT_BITS`] takes two lookups, as in zlib: the root entry of its first eight bits links to a
//! second-level table, which the following bits index. Lengths 1, 2, ... 8, 10, 10, 10, 10 give
//!
//! ```text
//! 1111111100, ...01, ...10, ...11     root entry 11111111 links to a table of 2 bits: four symbols
//! ```
//!
//! A code whose code words all have the same length needs no table: the symbol is the code word. The bitstream states such a code
//! of 2048 symbols in sixty bits, and a picture can have very many of them.

use crate::error::Result;
use crate::imaging::codecs::failure::corrupt;

use super::bit_reader::BitReader;

/// The longest code word, in bits.
const MAX_LENGTH: usize = 15;
/// The lookahead of the root table. Eight bits hold nearly all code words of a photograph, and keep the five tables of a group
/// within 5 KB.
const ROOT_BITS: u32 = 8;
/// The alphabet of the code length code, and the order in which the bitstream has its code lengths (`kCodeLengthCodeOrder`).
const CODE_LENGTH_CODES: usize = 19;
const CODE_LENGTH_ORDER: [usize; CODE_LENGTH_CODES] =
    [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
/// The largest alphabet: green literals, length prefix codes, and a colour cache of 11 code bits.
const MAX_SYMBOLS: usize = 256 + 24 + (1 << 11);

/// An entry of a lookup table: the symbol and the length of its code word; or, with [`LINK`], where a second-level table starts
/// and how many bits index it.
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

/// The shape of the tables of a code: the entries of all of them, and the lookahead of the root. A code of code words that all
/// have the same length has no entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TableShape {
    pub entries: usize,
    pub root_bits: u32,
}

/// Decodes the next symbol. The bit buffer must hold 15 bits.
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

/// Decodes the next symbol of a code whose code words all have the length of the mask.
#[inline(never)]
fn read_uniform(mask: u64, reader: &mut BitReader<'_>) -> usize {
    let length = mask.count_ones();
    let symbol = reversed((reader.peek() & mask) as u32, length);
    reader.consume(length);
    symbol
}

/// The code lengths of a prefix code, and scratch memory to build its tables. Reused for one code after the other.
///
/// A group of five codes can take 20 bits and have an alphabet of 3,000 symbols. So the time per code depends on the symbols that
/// have a code word, not on the alphabet.
pub(super) struct CodeLengths {
    /// The symbols that have a code word, in order, each with its code length.
    coded: Vec<(u16, u8)>,
    /// How many code words there are of each length.
    counts: [u16; MAX_LENGTH + 1],
    /// The length of all code words, if they are those of the first symbols; `coded` may be empty then.
    uniform_length: Option<u32>,
    /// The symbols that have a code word, by code length and then by symbol.
    sorted: Vec<u16>,
}

impl CodeLengths {
    /// Memory, in bytes.
    pub(super) const MEMORY_BYTES: u64 = 6 * MAX_SYMBOLS as u64 + 256;

    pub(super) fn new() -> Self {
        let coded = Vec::with_capacity(MAX_SYMBOLS);
        Self { coded, counts: [0; MAX_LENGTH + 1], uniform_length: None, sorted: vec![0; MAX_SYMBOLS] }
    }

    /// Reads the code lengths of a code over an alphabet of `symbols` symbols.
    ///
    /// Error: `image_corrupt`, also for an empty, incomplete or oversubscribed code.
    pub(super) fn read(&mut self, reader: &mut BitReader<'_>, symbols: usize) -> Result<()> {
        let symbols = symbols.min(MAX_SYMBOLS);
        self.coded.clear();
        self.counts = [0; MAX_LENGTH + 1];
        self.uniform_length = None;
        if reader.flag() {
            self.read_simple(reader, symbols);
        } else {
            self.read_normal(reader, symbols)?;
        }
        match self.counts.iter().sum() {
            0_u16 => Err(corrupt("a WebP with an empty prefix code")),
            // A code of a single symbol takes no bits, whatever its code length is.
            1 => Ok(()),
            _ if is_complete(&self.counts) => {
                self.find_uniform();
                Ok(())
            }
            _ => Err(corrupt("a WebP with an invalid prefix code")),
        }
    }

    /// Finds out whether all code words of a complete code have the same length and are those of the first symbols.
    fn find_uniform(&mut self) {
        let (Some((0, length)), Some((last, _))) = (self.coded.first(), self.coded.last()) else { return };
        let count = self.counts[usize::from(*length) & MAX_LENGTH];
        if usize::from(count) == self.coded.len() && *last == count - 1 {
            self.uniform_length = Some(u32::from(*length));
        }
    }

    /// Gives a code length to `count` symbols, from this one on. With a length of zero they have no code word.
    fn push(&mut self, symbol: usize, count: usize, length: u8) {
        if length > 0 {
            self.coded.extend((symbol..symbol + count).map(|symbol| (symbol as u16, length)));
            self.counts[usize::from(length) & MAX_LENGTH] += count as u16;
        }
    }

    /// Reads a simple code length code: one or two symbols of code length 1. A symbol outside the alphabet is ignored, as by
    /// libwebp.
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

    /// Reads a normal code length code: code lengths that are prefix-coded themselves, with runs.
    ///
    /// ```text
    /// 3, 3, 17 (zeros, extra bits 010: 3 + 2 = 5), 16 (repeats the last nonzero length, extra bits 01: 3 + 1 = 4)
    /// lengths 3 3 0 0 0 0 0 3 3 3 3
    /// ```
    fn read_normal(&mut self, reader: &mut BitReader<'_>, symbols: usize) -> Result<()> {
        let code_length_code = CodeLengthCode::read(reader)?;
        let mut codes_left = symbols;
        if reader.flag() {
            let bits = 2 + 2 * reader.read(3);
            codes_left = 2 + reader.read(bits) as usize;
            if codes_left > symbols {
                return Err(corrupt("a WebP with more code lengths than symbols"));
            }
        }
        if let Some(length) = code_length_code.only_length() {
            // Code lengths that take no bits each: very many fit into few bytes.
            if length > 0 {
                self.counts[usize::from(length) & MAX_LENGTH] = codes_left as u16;
                self.uniform_length = Some(u32::from(length));
            }
            return Ok(());
        }
        let (mut symbol, mut previous) = (0, 8);
        while symbol < symbols && codes_left > 0 {
            codes_left -= 1;
            reader.refill();
            let (value, count) = match code_length_code.read_symbol(reader) {
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

    /// The shape of the tables of the code that was read, whose symbols are sorted for [`Self::fill`].
    pub(super) fn shape(&mut self) -> TableShape {
        if let Some(length) = self.uniform_length {
            return TableShape { entries: 0, root_bits: length };
        }
        let mut next = [0_u16; MAX_LENGTH + 1];
        for length in 1..MAX_LENGTH {
            next[length + 1] = next[length] + self.counts[length];
        }
        for (symbol, length) in &self.coded {
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
        self.second_level_tables(|_, bits| {
            entries += 1 << bits;
        });
        TableShape { entries, root_bits }
    }

    /// Calls `found` with the root bits and the lookahead of each second-level table, in the order of its code words.
    fn second_level_tables(&self, mut found: impl FnMut(u32, u32)) {
        // Canonical code words count up, so that those with the same root bits follow each other, shortest first.
        let mut code_word = 0_u32;
        let mut open: Option<(u32, u32)> = None;
        for length in 1..=MAX_LENGTH as u32 {
            code_word <<= 1;
            for _ in 0..self.counts[length as usize] {
                if length > ROOT_BITS {
                    let root = code_word >> (length - ROOT_BITS);
                    match open {
                        Some((same, _)) if same == root => {}
                        Some((other, bits)) => found(other, bits),
                        None => {}
                    }
                    open = Some((root, length - ROOT_BITS));
                }
                code_word += 1;
            }
        }
        if let Some((root, bits)) = open {
            found(root, bits);
        }
    }

    /// Fills the tables of the code that was read, which have the entries of its shape.
    pub(super) fn fill(&self, shape: TableShape, table: &mut [Entry]) {
        if shape.entries == 0 {
            return;
        }
        if shape.root_bits == 0 {
            table.fill(Entry::symbol(self.sorted[0], 0));
            return;
        }
        let mut start = 1_usize << shape.root_bits;
        self.second_level_tables(|root, bits| {
            if let Some(entry) = table.get_mut(reversed(root, ROOT_BITS)) {
                *entry = Entry::link(start, bits);
            }
            start += 1 << bits;
        });
        let mut code_word = 0_u32;
        let mut symbols = self.sorted.iter();
        for length in 1..=MAX_LENGTH as u32 {
            code_word <<= 1;
            for symbol in symbols.by_ref().take(usize::from(self.counts[length as usize])) {
                let entry = Entry::symbol(*symbol, length);
                let index = reversed(code_word, length);
                if length <= ROOT_BITS {
                    fill_each(table.get_mut(..1 << shape.root_bits), index, length, entry);
                } else {
                    let Entry(link) = table.get(index & 0xff).copied().unwrap_or_default();
                    let (start, bits) = ((link >> 8 & 0xffff) as usize, link & 0xff);
                    let second_level = table.get_mut(start..start + (1 << bits));
                    fill_each(second_level, index >> ROOT_BITS, length - ROOT_BITS, entry);
                }
                code_word += 1;
            }
        }
    }
}

/// Sets every entry whose index has `index` as its low `length` bits.
fn fill_each(table: Option<&mut [Entry]>, mut index: usize, length: u32, entry: Entry) {
    let table = table.unwrap_or_default();
    while let Some(place) = table.get_mut(index) {
        *place = entry;
        index += 1 << length;
    }
}

fn reversed(code_word: u32, length: u32) -> usize {
    (code_word.reverse_bits() >> (32 - length)) as usize
}

fn count_lengths(lengths: &[u8]) -> [u16; MAX_LENGTH + 1] {
    let mut counts = [0; MAX_LENGTH + 1];
    for length in lengths {
        counts[usize::from(*length) & MAX_LENGTH] += 1;
    }
    counts[0] = 0;
    counts
}

/// Whether a code is complete: every sequence of bits decodes, since the sum of 2^-length is 1.
fn is_complete(counts: &[u16; MAX_LENGTH + 1]) -> bool {
    let sum: u32 = counts.iter().enumerate().map(|(length, count)| u32::from(*count) << (MAX_LENGTH - length)).sum();
    sum == 1 << MAX_LENGTH
}

/// The code length code: the prefix code of the code lengths of another code. It has 19 symbols, and code words of at most 7
/// bits.
struct CodeLengthCode {
    table: [(u8, u8); 128],
    only_symbol: Option<u8>,
}

impl CodeLengthCode {
    fn read(reader: &mut BitReader<'_>) -> Result<Self> {
        let mut lengths = [0_u8; CODE_LENGTH_CODES];
        let num_code_lengths = 4 + reader.read(4) as usize;
        for symbol in CODE_LENGTH_ORDER.iter().take(num_code_lengths) {
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
                let mut code_word = 0_u32;
                for length in 1..=7_u32 {
                    code_word <<= 1;
                    for symbol in (0..CODE_LENGTH_CODES).filter(|symbol| u32::from(lengths[*symbol]) == length) {
                        let places = table.iter_mut().skip(reversed(code_word, length)).step_by(1 << length);
                        places.for_each(|place| *place = (symbol as u8, length as u8));
                        code_word += 1;
                    }
                }
            }
            _ => return Err(corrupt("a WebP with an invalid code length code")),
        }
        Ok(Self { table, only_symbol })
    }

    /// The code length of every symbol, if the code has no other symbol.
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

    /// Writes bits, the lowest first.
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

        /// A code length code in which each of these symbols has a code word of one bit.
        fn lengths(mut self, coded: &[usize]) -> Self {
            self = self.put(0, 1).put(15, 4);
            for symbol in CODE_LENGTH_ORDER {
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

    /// Decodes every sequence of fifteen bits: the symbol and its code length.
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
                None => self.coded.contains(&(symbol as u16, length as u8)),
            }
        }
    }

    #[test]
    fn codes_of_one_length_need_no_table() {
        for length in 1..=11_u32 {
            let count = 1 << length;
            // Once as a code length that takes no bits, once as one code length per symbol.
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
                lengths.coded = (0..count).map(|symbol| (symbol as u16, length as u8)).collect();
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
        // The first symbol has no code word: of 0, 1, 2, 3, 4 the last four have two bits.
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
