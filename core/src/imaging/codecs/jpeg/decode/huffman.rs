//! Huffman tables (T.81, annex C and F.2.2.3): as a DHT segment defines them, and as lookup tables.
//!
//! A DHT segment has the number of codes of each length, and the symbols in the order of their codes. For the DC table of
//! luminance in annex K these are `0 1 5 1 1 1 1 1 1 0 ...` and `0 1 2 3 ...`, so the codes count up: 00, then 010 011 100 101
//! 110, then 1110, ... The lookup table is indexed by the next 10 bits, and covers the bits of the value too if both fit:
//!
//! ```text
//! next 10 bits     code and symbol          entry
//! 010 0 xxxxxx     010: size 1, bit 0       consume  4, value -1
//! 011 10 xxxxx     011: size 2, bits 10     consume  5, value 2
//! 1110 101101      1110: size 6, 101101     consume 10, value 45
//! 11110 xxxxx      11110: size 7            consume  5, symbol 7; the 7 bits of the value are read after it
//! 1111111110       no code of up to 10      0: a longer code is searched by length, with `ends` and `offsets`
//! ```

use super::bit_reader::BitReader;

/// A table of a DHT segment: the number of codes of each length (`BITS`), and the symbols in the order of their codes
/// (`HUFFVAL`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::imaging::codecs::jpeg) struct DhtTable<'a> {
    pub counts: &'a [u8; 16],
    pub symbols: &'a [u8],
}

impl<'a> DhtTable<'a> {
    /// Splits off the table that follows a class and number in a DHT segment.
    pub(in crate::imaging::codecs::jpeg) fn split_from(segment: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (counts, rest) = segment.split_first_chunk::<16>()?;
        let total: usize = counts.iter().map(|count| usize::from(*count)).sum();
        let (symbols, rest) = rest.split_at_checked(total)?;
        (total <= 256).then_some((Self { counts, symbols }, rest))
    }
}

/// Codes of up to this many bits are decoded with one lookup.
const LOOKUP_BITS: u32 = 10;
const MAX_CODE_BITS: usize = 16;

/// The memory of a table without skips, in bytes.
pub(super) const TABLE_BYTES: u64 = (4 << LOOKUP_BITS) + 512;

/// The lookup tables of a Huffman code. They are small, since they are filled for every thumbnail too.
pub(in crate::imaging::codecs::jpeg) struct HuffmanTable {
    /// By the next `LOOKUP_BITS` bits. Bits 0 to 7: how many bits to consume, 0 for a longer code. Bits 8 to 15 and 16 to 31: the
    /// run and the value, if the lookup covers the bits of the value; otherwise the symbol and 0.
    lookup: Box<[u32; 1 << LOOKUP_BITS]>,
    symbols: [u8; 256],
    /// By length: the smallest 16 bits that exceed all codes of this length.
    ends: [u32; MAX_CODE_BITS + 1],
    /// By length: the index among the symbols, less the code.
    offsets: [i32; MAX_CODE_BITS + 1],
    skips: Option<Box<[SkipEntry; 1 << SKIP_BITS]>>,
}

/// Bits examined to skip several symbols at once.
const SKIP_BITS: u32 = 12;

/// The complete AC symbols, with their values, at the start of the examined bits. An entry has two bytes, so that two tables fit
/// into the L1 cache: the lower one is the number of bits to consume, so that it shifts the bit buffer as it is; the upper one is
/// the number of coefficients that are skipped, or a mark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct SkipEntry(u16);

impl SkipEntry {
    /// Mark: the symbols end with the end of the block.
    const END: u32 = 128;
    /// Mark: not even one complete symbol, as more coefficients than a block has.
    const NONE: Self = Self(64 << 8);

    const fn new(bits: u32, coefficients: u32, is_end: bool) -> Self {
        if bits == 0 {
            return Self::NONE;
        }
        Self((bits | coefficients << 8 | if is_end { Self::END << 8 } else { 0 }) as u16)
    }

    #[inline(always)]
    fn bits(self) -> u32 {
        u32::from(self.0) & 0xff
    }

    /// Coefficients that are skipped, 63 at most, or one of the marks.
    #[inline(always)]
    fn coefficients(self) -> usize {
        usize::from(self.0 >> 8)
    }
}

/// A decoded symbol.
pub(super) enum Symbol {
    /// A run of zeros, then a value that is not zero. All of its bits are consumed.
    Value { run: u32, value: i32 },
    /// The symbol RRRRSSSS, run and size; the bits of its value are not consumed yet.
    RunSize(u8),
}

impl HuffmanTable {
    /// Builds the lookup tables. `None` if the code is oversubscribed, or if a DC table has a symbol above 15.
    pub(in crate::imaging::codecs::jpeg) fn build(dht: &DhtTable<'_>, is_dc: bool) -> Option<Self> {
        let mut table = Self {
            lookup: Box::new([0; 1 << LOOKUP_BITS]),
            symbols: [0; 256],
            ends: [0; MAX_CODE_BITS + 1],
            offsets: [0; MAX_CODE_BITS + 1],
            skips: None,
        };
        table.symbols.get_mut(..dht.symbols.len())?.copy_from_slice(dht.symbols);
        if is_dc && dht.symbols.iter().any(|symbol| *symbol > 15) {
            return None;
        }
        let (mut code, mut index) = (0_u32, 0_usize);
        for (length, count) in (1_u32..).zip(dht.counts) {
            let count = usize::from(*count);
            table.offsets[length as usize] = index as i32 - code as i32;
            for symbol in dht.symbols.get(index..index + count)? {
                if code >> length != 0 {
                    return None;
                }
                if length <= LOOKUP_BITS {
                    let width = 1_usize << (LOOKUP_BITS - length);
                    let start = code as usize * width;
                    fill(table.lookup.get_mut(start..start + width)?, *symbol, length);
                }
                code += 1;
            }
            index += count;
            table.ends[length as usize] = code << (16 - length);
            code <<= 1;
        }
        Some(table)
    }

    /// Decodes the next symbol, with its value if the lookup covers it. `None` for an invalid code. The bit buffer must hold 16
    /// bits, and 16 more for the value.
    #[inline(always)]
    pub(super) fn decode_symbol(&self, bits: &mut BitReader<'_>) -> Option<Symbol> {
        let entry = self.lookup[bits.peek(LOOKUP_BITS) as usize & ((1 << LOOKUP_BITS) - 1)];
        let value = entry as i32 >> 16;
        if value != 0 {
            bits.skip(entry & 0xff);
            return Some(Symbol::Value { run: entry >> 8 & 0xff, value });
        }
        if entry & 0xff != 0 {
            bits.skip(entry & 0xff);
            return Some(Symbol::RunSize((entry >> 8) as u8));
        }
        let (symbol, length) = self.decode_long_code(bits.peek(16))?;
        bits.skip(length);
        Some(Symbol::RunSize(symbol))
    }

    /// Skips the rest of a block from coefficient `k` on. `None` for an invalid code.
    #[inline(always)]
    pub(super) fn skip_rest_of_block(&self, bits: &mut BitReader<'_>, k: usize) -> Option<()> {
        let mut k = k;
        while k < 64 {
            bits.refill_more();
            if let Some(skips) = &self.skips {
                let mut is_resolved = true;
                // The bit buffer holds four entries.
                for _ in 0..4 {
                    let skip = skips[bits.peek(SKIP_BITS) as usize & ((1 << SKIP_BITS) - 1)];
                    let next = k + skip.coefficients();
                    if next < 64 {
                        bits.skip(skip.bits());
                        k = next;
                    } else if next & 0xc0 == SkipEntry::END as usize {
                        bits.skip(skip.bits());
                        return Some(());
                    } else {
                        // No complete symbol, or symbols of the next block, which follows the 63rd coefficient without an end of
                        // block.
                        is_resolved = false;
                        break;
                    }
                }
                if is_resolved {
                    continue;
                }
                bits.refill();
            }
            match self.decode_symbol(bits)? {
                Symbol::Value { run, .. } => k += run as usize + 1,
                Symbol::RunSize(symbol) => {
                    let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
                    if size == 0 && run < 15 {
                        return Some(());
                    }
                    bits.skip(size);
                    k += run + 1;
                }
            }
        }
        Some(())
    }

    /// Builds the table for skipping several symbols at once. This takes as long as decoding some thousand blocks.
    pub(in crate::imaging::codecs::jpeg) fn build_skips(&mut self) {
        let skips: Vec<SkipEntry> = (0..1 << SKIP_BITS).map(|bits| self.skip_entry(bits)).collect();
        self.skips = skips.try_into().ok();
    }

    fn skip_entry(&self, lookahead: u32) -> SkipEntry {
        let (mut bits, mut coefficients) = (0, 0);
        loop {
            let rest = (lookahead << bits) & ((1 << SKIP_BITS) - 1);
            let entry = self.lookup[(rest >> (SKIP_BITS - LOOKUP_BITS)) as usize];
            // The bits of the code and of its value, and the coefficients that they stand for.
            let symbol = entry >> 8 & 0xff;
            let size = symbol & 15;
            let (length, skipped) = match (entry & 0xff, entry >> 16) {
                (0, _) => return SkipEntry::new(bits, coefficients, false),
                (length, 0) if size == 0 => (length, if symbol == 0xf0 { 16 } else { 0 }),
                (length, 0) => (length + size, (symbol >> 4) + 1),
                (length, _) => (length, symbol + 1),
            };
            if bits + length > SKIP_BITS || coefficients + skipped > 63 {
                return SkipEntry::new(bits, coefficients, false);
            }
            bits += length;
            coefficients += skipped;
            if skipped == 0 {
                return SkipEntry::new(bits, coefficients, true);
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn decode_long_code(&self, code: u32) -> Option<(u8, u32)> {
        self.find_code(code, LOOKUP_BITS as usize + 1)
    }

    /// The symbol of the code at the start of 16 bits, and the length of the code, if that is at least `least` bits.
    pub(in crate::imaging::codecs::jpeg) fn find_code(&self, code: u32, least: usize) -> Option<(u8, u32)> {
        let length = (least..=MAX_CODE_BITS).find(|length| code < self.ends[*length])?;
        let index = (code >> (MAX_CODE_BITS - length)) as i32 + self.offsets[length];
        Some((self.symbols.get(index as usize).copied()?, length as u32))
    }
}

/// Fills the lookup entries that start with a code of `length` bits, with the values of its size if they fit.
fn fill(entries: &mut [u32], symbol: u8, length: u32) {
    let size = u32::from(symbol & 15);
    if size == 0 || entries.len() >> size == 0 {
        entries.fill(u32::from(symbol) << 8 | length);
        return;
    }
    let each = entries.len() >> size;
    let least = 1 - (1 << size);
    for (number, entries) in (0_i32..).zip(entries.chunks_mut(each)) {
        let value = if number >> (size - 1) == 0 { number + least } else { number };
        entries.fill((value as u32) << 16 | u32::from(symbol >> 4) << 8 | (length + size));
    }
}

/// The tables of T.81, annex K.3, which frames of motion JPEG omit: DC and AC of luminance, then of chrominance.
pub(super) const STANDARD: [(DhtTable<'static>, DhtTable<'static>); 2] = [
    (
        DhtTable { counts: &[0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], symbols: &DC_SYMBOLS },
        DhtTable { counts: &[0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d], symbols: &LUMINANCE },
    ),
    (
        DhtTable { counts: &[0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], symbols: &DC_SYMBOLS },
        DhtTable { counts: &[0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77], symbols: &CHROMINANCE },
    ),
];

const DC_SYMBOLS: [u8; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
#[rustfmt::skip]
const LUMINANCE: [u8; 162] = [
    0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71,
    0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72,
    0x82, 0x09, 0x0a, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x34, 0x35, 0x36, 0x37,
    0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59,
    0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x83,
    0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3,
    0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3,
    0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe1, 0xe2,
    0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa,
];
#[rustfmt::skip]
const CHROMINANCE: [u8; 162] = [
    0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71, 0x13, 0x22,
    0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xa1, 0xb1, 0xc1, 0x09, 0x23, 0x33, 0x52, 0xf0, 0x15, 0x62, 0x72, 0xd1,
    0x0a, 0x16, 0x24, 0x34, 0xe1, 0x25, 0xf1, 0x17, 0x18, 0x19, 0x1a, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x35, 0x36,
    0x37, 0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58,
    0x59, 0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a,
    0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a,
    0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba,
    0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda,
    0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// For every 16 bits, the lookup and the search by length give the same symbol and the same value.
    #[test]
    fn lookup_and_search_agree() {
        for (dc, ac) in STANDARD {
            for (dht, is_dc) in [(dc, true), (ac, false)] {
                let table = HuffmanTable::build(&dht, is_dc).unwrap();
                for code in 0..=u16::MAX {
                    let stuffed = |byte: u8| if byte == 0xff { vec![byte, 0] } else { vec![byte] };
                    let data: Vec<u8> =
                        [code.to_be_bytes(), [0x5a, 0xa5]].concat().into_iter().flat_map(stuffed).collect();
                    let (mut lookup, mut search) = (BitReader::new(&data), BitReader::new(&data));
                    lookup.refill();
                    search.refill();
                    let found = table.find_code(u32::from(code), 1).map(|(symbol, length)| {
                        search.skip(length);
                        symbol
                    });
                    match table.decode_symbol(&mut lookup) {
                        Some(Symbol::Value { run, value }) => {
                            let found = u32::from(found.unwrap());
                            assert_eq!((run, value), (found >> 4, search.take_signed(found & 15)), "{code:04x}");
                        }
                        Some(Symbol::RunSize(symbol)) => assert_eq!(Some(symbol), found, "{code:04x}"),
                        None => assert_eq!(found, None, "{code:04x}"),
                    }
                    assert_eq!(lookup.peek(16), search.peek(16), "{code:04x}");
                }
            }
        }
    }

    /// Blocks of all kinds, passed over at once and symbol by symbol, end at the same bit.
    #[test]
    fn many_symbols_at_once_are_as_one_by_one() {
        let one_by_one = HuffmanTable::build(&STANDARD[0].1, false).unwrap();
        let mut at_once = HuffmanTable::build(&STANDARD[0].1, false).unwrap();
        at_once.build_skips();
        let mut state = 1_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8 & 0xfe
        };
        for number in 0..20_000 {
            let data: Vec<u8> = std::iter::repeat_with(&mut random).take(100).collect();
            let (mut slow, mut lookup) = (BitReader::new(&data), BitReader::new(&data));
            let k = 1 + number % 63;
            assert_eq!(one_by_one.skip_rest_of_block(&mut slow, k), at_once.skip_rest_of_block(&mut lookup, k));
            slow.refill();
            lookup.refill();
            assert_eq!((slow.peek(32), slow.has_overrun()), (lookup.peek(32), lookup.has_overrun()), "{data:?}");
        }
    }

    #[test]
    fn codes_that_overlap_are_none() {
        let build = |counts: [u8; 16], symbols: &[u8]| {
            HuffmanTable::build(&DhtTable { counts: &counts, symbols }, false).is_some()
        };
        let counts = |pairs: &[(usize, u8)]| {
            let mut counts = [0; 16];
            for (length, count) in pairs {
                counts[length - 1] = *count;
            }
            counts
        };
        assert!(build(counts(&[(1, 2)]), &[1, 2]));
        assert!(!build(counts(&[(1, 3)]), &[1, 2, 3]));
        assert!(!build(counts(&[(1, 2), (2, 1)]), &[1, 2, 3]));
        assert!(build(counts(&[]), &[]), "no code at all is a table too; no bits are a code of it");
        assert!(HuffmanTable::build(&DhtTable { counts: &counts(&[(1, 1)]), symbols: &[16] }, true).is_none());
    }

    #[test]
    fn what_a_segment_lacks_is_noticed() {
        assert!(DhtTable::split_from(&[0; 15]).is_none());
        assert!(DhtTable::split_from(&[0; 16]).is_some());
        assert!(DhtTable::split_from(&[1; 31]).is_none());
        assert_eq!(DhtTable::split_from(&[1; 33]).unwrap().1, [1]);
        assert!(DhtTable::split_from(&[0xff; 16 * 256 + 16]).is_none(), "more than 256 symbols");
    }
}
