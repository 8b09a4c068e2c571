//! Writes bits, least significant first (RFC 9649, section 3.3).

/// Appends bits to a file, which has room for them.
pub(super) struct BitWriter<'f> {
    file: &'f mut Vec<u8>,
    /// The bit buffer: the bits that are not written yet, the first one lowest.
    buffer: u64,
    count: u32,
}

impl<'f> BitWriter<'f> {
    pub(super) fn new(file: &'f mut Vec<u8>) -> Self {
        Self { file, buffer: 0, count: 0 }
    }

    /// Writes the lowest `count` bits, at most 32. The bits above them must be zero.
    #[inline(always)]
    pub(super) fn put(&mut self, bits: u32, count: u32) {
        self.buffer |= u64::from(bits) << self.count;
        self.count += count;
        if self.count >= 32 {
            self.file.extend_from_slice(&(self.buffer as u32).to_le_bytes());
            self.buffer >>= 32;
            self.count -= 32;
        }
    }

    /// Fills the last byte with zeros.
    pub(super) fn finish(self) {
        let bytes = self.buffer.to_le_bytes();
        self.file.extend_from_slice(bytes.get(..self.count.div_ceil(8) as usize).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_bit_comes_first() {
        let mut file = vec![9];
        let mut bits = BitWriter::new(&mut file);
        bits.put(0b1, 1);
        bits.put(0b01, 2);
        bits.put(0xffff_ffff, 32);
        bits.put(0, 0);
        bits.put(0b10, 2);
        bits.finish();
        assert_eq!(file, [9, 0b1111_1011, 0xff, 0xff, 0xff, 0b1_0111]);
    }
}
