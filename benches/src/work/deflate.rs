//! Zlib streams made by hand: of runs, and of blocks that cost more than they hold.

use super::bits::LowFirst;

/// A zlib stream of rows that each are one byte and then zeros, as matches of 258 bytes in fixed codes.
pub(super) fn rows(first: u8, row_lengths: impl Iterator<Item = usize>) -> Vec<u8> {
    let mut bits = start();
    bits.put(0b011, 3); // the last block, of fixed codes
    for length in row_lengths {
        literal(&mut bits, first);
        let mut left = length;
        if left > 0 {
            literal(&mut bits, 0);
            left -= 1;
        }
        while left >= 258 {
            bits.put_code(0b1100_0101, 8); // length 258
            bits.put_code(0, 5); // distance 1
            left -= 258;
        }
        for _ in 0..left {
            literal(&mut bits, 0);
        }
    }
    bits.put_code(0, 7);
    end(bits)
}

/// A zlib stream of rows that each are one byte and then noise: 32 KB of it, and pieces of that in a random order.
pub(super) fn noise(first: u8, row_lengths: impl Iterator<Item = usize>) -> Vec<u8> {
    let mut bits = start();
    bits.put(0b011, 3);
    let (mut state, mut made) = (0x9e37_79b9_7f4a_7c15_u64, 0);
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 33
    };
    for length in row_lengths {
        literal(&mut bits, first);
        let mut left = length;
        while made >= 1 << 15 && left >= 258 {
            bits.put_code(0b1100_0101, 8); // length 258
            bits.put_code(28, 5); // distance 16385 to 24576
            bits.put(random() & 0x1fff, 13);
            left -= 258;
        }
        for _ in 0..left {
            literal(&mut bits, random() as u8);
        }
        made += length;
    }
    bits.put_code(0, 7);
    end(bits)
}

/// A zlib stream of zeros in dynamic blocks, each with tables of its own and `symbols` literals.
pub(super) fn tiny_blocks(bytes: usize, symbols: usize) -> Vec<u8> {
    let mut bits = start();
    let mut made = 0;
    while made < bytes {
        // BTYPE 10; 257 literal codes, 1 distance code, 18 code length codes: 16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2 14 1
        bits.put(0b100, 3);
        bits.put(0, 5);
        bits.put(0, 5);
        bits.put(14, 4);
        for symbol in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1] {
            bits.put(u64::from(matches!(symbol, 18 | 1)), 3);
        }
        // Code 0 is symbol 1 (a length of 1), code 1 is symbol 18 (zeros).
        bits.put(0, 1); // literal 0: length 1
        bits.put(1, 1);
        bits.put(127, 7); // 138 zeros
        bits.put(1, 1);
        bits.put(117 - 11, 7); // 117 zeros
        bits.put(0, 1); // 256: length 1
        bits.put(0, 1); // distance 0: length 1
        for _ in 0..symbols {
            bits.put(0, 1);
        }
        bits.put(1, 1);
        made += symbols;
    }
    bits.put(0b001, 3); // a last block, stored, of nothing
    bits.align();
    bits.put(0xffff_0000, 32);
    end(bits)
}

/// A zlib stream of stored blocks of `block` zeros each.
pub(super) fn stored(bytes: usize, block: usize) -> Vec<u8> {
    let mut bits = start();
    let mut left = bytes;
    loop {
        let length = left.min(block);
        left -= length;
        bits.put(u64::from(left == 0), 3);
        bits.align();
        bits.put(length as u64 | (!(length as u64) & 0xffff) << 16, 32);
        bits.bytes.extend(std::iter::repeat_n(0, length));
        if left == 0 {
            return end(bits);
        }
    }
}

fn start() -> LowFirst {
    let mut bits = LowFirst::default();
    bits.put(0x0178, 16);
    bits
}

fn literal(bits: &mut LowFirst, value: u8) {
    match value {
        0..=143 => bits.put_code(0x30 + u64::from(value), 8),
        _ => bits.put_code(0x190 + u64::from(value) - 144, 9),
    }
}

/// Ends a stream with the Adler-32 of what it unpacks to.
fn end(bits: LowFirst) -> Vec<u8> {
    let mut bytes = bits.finish();
    let length = bytes.len();
    bytes.extend([0; 4]);
    let checksum = unpacked_checksum(&bytes);
    bytes.truncate(length);
    bytes.extend(checksum.to_be_bytes());
    bytes
}

fn unpacked_checksum(stream: &[u8]) -> u32 {
    // The decompressor looks back at 32 KB of what it wrote.
    const WINDOW: usize = 1 << 15;
    let mut decompressor = fdeflate::Decompressor::new();
    decompressor.ignore_adler32();
    let mut unpacked = vec![0; 8 * WINDOW];
    let (mut sum, mut read, mut end) = (Adler::default(), 0, 0);
    while !decompressor.is_done() {
        if end > unpacked.len() / 2 {
            unpacked.copy_within(end - WINDOW..end, 0);
            end = WINDOW;
        }
        let Ok((taken, given)) = decompressor.read(&stream[read..], &mut unpacked, end, false) else { break };
        if (taken, given) == (0, 0) {
            break;
        }
        sum.add(&unpacked[end..end + given]);
        read += taken;
        end += given;
    }
    sum.value()
}

/// Adler-32 (RFC 1950, section 8).
struct Adler {
    low: u32,
    high: u32,
}

impl Default for Adler {
    fn default() -> Self {
        Self { low: 1, high: 0 }
    }
}

impl Adler {
    fn add(&mut self, bytes: &[u8]) {
        // As many bytes as 32 bits hold the sums of.
        for bytes in bytes.chunks(5552) {
            for byte in bytes {
                self.low += u32::from(*byte);
                self.high += self.low;
            }
            self.low %= 65_521;
            self.high %= 65_521;
        }
    }

    fn value(&self) -> u32 {
        self.high << 16 | self.low
    }
}

/// A zlib stream that holds these bytes as they are.
pub(super) fn stored_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut file = vec![0x78, 0x01];
    let count = bytes.len().div_ceil(65_535).max(1);
    for (index, block) in bytes.chunks(65_535).enumerate() {
        file.push(u8::from(index + 1 == count));
        file.extend((block.len() as u16).to_le_bytes());
        file.extend((!(block.len() as u16)).to_le_bytes());
        file.extend(block);
    }
    let mut sum = Adler::default();
    sum.add(bytes);
    file.extend(sum.value().to_be_bytes());
    file
}
