//! Reads the bits of a VP8L bitstream, least significant first (RFC 9649, section 3.2).
//!
//! ```text
//! bytes 1010 0110, 1111 1111     read(1) -> 0     read(3) -> 011     read(8) -> 1111 1010
//! ```

/// Reads ahead into a bit buffer of 64 bits. After the end of the data it supplies zeros without limit, so that no symbol needs a
/// check: callers ask [`Self::is_past_end`] once per block.
#[derive(Debug, Clone)]
pub(super) struct BitReader<'a> {
    data: &'a [u8],
    /// The index of the next byte to load.
    next: usize,
    /// The bit buffer, the next bit lowest.
    bits: u64,
    /// How many bits of the buffer are valid.
    count: u32,
    /// How many zero bits were supplied after the end of the data.
    added: u64,
}

impl<'a> BitReader<'a> {
    /// The fewest valid bits after [`Self::refill`].
    pub(super) const REFILLED: u32 = 56;

    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, next: 0, bits: 0, count: 0, added: 0 }
    }

    /// Loads bytes until at least [`Self::REFILLED`] bits are valid.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        if let Some(bytes) = self.data.get(self.next..).and_then(<[u8]>::first_chunk) {
            // Bits above `count` are zero, or already those of the next byte, so that loading them again changes nothing.
            self.bits |= u64::from_le_bytes(*bytes) << self.count;
            let bytes = (63 - self.count) / 8;
            self.next += bytes as usize;
            self.count += bytes * 8;
        } else {
            self.refill_at_end();
        }
    }

    #[cold]
    fn refill_at_end(&mut self) {
        while self.count < Self::REFILLED {
            match self.data.get(self.next) {
                Some(byte) => {
                    self.bits |= u64::from(*byte) << self.count;
                    self.next += 1;
                }
                None => self.added += 8,
            }
            self.count += 8;
        }
    }

    /// The bit buffer: the next bits, the first one lowest.
    #[inline(always)]
    pub(super) fn peek(&self) -> u64 {
        self.bits
    }

    /// Consumes bits.
    #[inline(always)]
    pub(super) fn consume(&mut self, count: u32) {
        debug_assert!(count <= self.count);
        self.bits >>= count;
        self.count = self.count.saturating_sub(count);
    }

    /// Reads a number of at most 32 bits.
    #[inline(always)]
    pub(super) fn read(&mut self, count: u32) -> u32 {
        debug_assert!(count <= 32);
        if self.count < count {
            self.refill();
        }
        let value = self.bits & ((1 << count) - 1);
        self.consume(count);
        value as u32
    }

    /// Reads one bit.
    pub(super) fn flag(&mut self) -> bool {
        self.read(1) == 1
    }

    /// Whether bits after the end of the data were consumed.
    pub(super) fn is_past_end(&self) -> bool {
        self.added > u64::from(self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_come_from_the_low_end_of_each_byte() {
        let mut reader = BitReader::new(&[0b1010_0110, 0xff, 0x01]);
        assert_eq!(reader.read(1), 0);
        assert_eq!(reader.read(3), 0b011);
        assert_eq!(reader.read(8), 0b1111_1010);
        assert_eq!(reader.read(5), 0b11111);
        assert!(!reader.is_past_end());
        assert_eq!(reader.read(7), 0, "the last bits");
        assert!(!reader.is_past_end());
        assert_eq!(reader.read(1), 0, "there is no more");
        assert!(reader.is_past_end());
    }

    /// However reads and refills alternate, the bits are the same.
    #[test]
    fn refilling_changes_nothing() {
        let data: Vec<u8> = (0..200_u32).map(|i| (i * 167 + (i >> 3) * 13) as u8).collect();
        let one_by_one = |reader: &mut BitReader<'_>, count: u32| {
            (0..count).fold(0, |value, place| value | u32::from(reader.flag()) << place)
        };
        for step in 1..=32 {
            let (mut ours, mut theirs) = (BitReader::new(&data), BitReader::new(&data));
            for round in 0..data.len() as u32 * 8 / step {
                if round % 3 == 0 {
                    ours.refill();
                }
                assert_eq!(ours.read(step), one_by_one(&mut theirs, step), "{step} bits, round {round}");
            }
            assert!(!ours.is_past_end());
        }
    }
}
