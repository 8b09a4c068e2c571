//! Writes bits, most significant first, with a zero byte stuffed after each 0xff (T.81, B.1.1.5).

pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// The bit buffer: the bits that are not written yet, the last one lowest.
    buffer: u64,
    /// How many bits the buffer has room for, 1 to 64.
    room: u32,
}

impl BitWriter {
    /// Starts after the bytes of a file.
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, buffer: 0, room: 64 }
    }

    /// The bytes that are written so far, without the bits in the buffer.
    pub(super) fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Writes the lowest `count` bits, at most 32. The bits above them must be zero.
    #[inline(always)]
    pub(super) fn put(&mut self, bits: u32, count: u32) {
        let bits = u64::from(bits);
        if count < self.room {
            self.buffer = self.buffer << count | bits;
            self.room -= count;
            return;
        }
        let beyond = count - self.room;
        self.put_word((self.buffer << (self.room & 63)) | bits >> beyond);
        self.buffer = bits;
        self.room = 64 - beyond;
    }

    /// Writes a code of a table, and the bits of its value.
    #[inline(always)]
    pub(super) fn put_code(&mut self, code: u32, bits: u32, count: u32) {
        self.put(code >> 5 << count | bits, (code & 31) + count);
    }

    #[inline(always)]
    fn put_word(&mut self, word: u64) {
        let bytes = word.to_be_bytes();
        if has_byte_of_ones(word) {
            self.put_stuffed(&bytes);
        } else {
            self.bytes.extend_from_slice(&bytes);
        }
    }

    #[cold]
    fn put_stuffed(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.bytes.push(*byte);
            if *byte == 0xff {
                self.bytes.push(0);
            }
        }
    }

    /// Fills the last byte with ones and returns the file.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let count = 64 - self.room;
        let filling = (8 - count % 8) % 8;
        self.put((1 << filling) - 1, filling);
        let count = (count + filling) as usize / 8 % 8;
        let bytes = self.buffer.to_be_bytes();
        self.put_stuffed(bytes.get(8 - count..).unwrap_or_default());
        self.bytes
    }
}

/// Whether any byte is 0xff. A byte of the complement is zero then, and subtracting one from it borrows, which sets its highest
/// bit.
#[inline(always)]
fn has_byte_of_ones(word: u64) -> bool {
    const LOWEST: u64 = 0x0101_0101_0101_0101;
    (!word).wrapping_sub(LOWEST) & word & (LOWEST << 7) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(fields: &[(u32, u32)]) -> Vec<u8> {
        let mut writer = BitWriter::new(vec![7]);
        for (bits, count) in fields {
            writer.put(*bits, *count);
        }
        writer.finish()
    }

    #[test]
    fn bits_are_packed_and_ones_fill_the_last_byte() {
        assert_eq!(written(&[]), [7]);
        assert_eq!(written(&[(0b101, 3)]), [7, 0b1011_1111]);
        assert_eq!(written(&[(0x12, 8), (0x345, 12), (0, 0), (0x6, 4)]), [7, 0x12, 0x34, 0x56]);
        assert_eq!(
            written(&[(0x1234_5678, 32), (0x9abc_def0, 32)]),
            [7, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0]
        );
        for count in 1..=32 {
            let bytes = written(&[(0, count); 100]);
            assert_eq!(bytes.len(), 1 + (100 * count as usize).div_ceil(8), "{count}");
        }
    }

    #[test]
    fn every_byte_of_ones_is_followed_by_a_zero() {
        for count in 1..=32 {
            let ones = u32::MAX >> (32 - count);
            let bytes = written(&[(ones, count); 100]);
            let pairs = (100 * count as usize).div_ceil(8);
            assert_eq!(bytes[1..], [0xff, 0].repeat(pairs), "{count}");
        }
        for byte in 0..8 {
            let word = 0xff_u64 << (8 * byte);
            assert!(has_byte_of_ones(word) && has_byte_of_ones(!word) && has_byte_of_ones(word | 0x7f7f));
            assert!(!has_byte_of_ones(word & 0xfefe_fefe_fefe_fefe) && !has_byte_of_ones(word & 0x7f7f_7f7f_7f7f_7f7f));
        }
        assert!(
            !has_byte_of_ones(0)
                && !has_byte_of_ones(0x0101_0101_0101_0101)
                && !has_byte_of_ones(0x8000_0000_0000_0001)
        );
    }
}
