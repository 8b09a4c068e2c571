//! Bits on their way into a file, in both orders.

/// Bits packed from the lowest of each byte up: deflate, LZW of GIF, VP8L.
#[derive(Default)]
pub(super) struct LowFirst {
    pub bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl LowFirst {
    pub(super) fn put(&mut self, value: u64, bits: u32) {
        self.held |= value << self.count;
        self.count += bits;
        while self.count >= 8 {
            self.bytes.push(self.held as u8);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    /// A Huffman code, which deflate writes from its highest bit.
    pub(super) fn put_code(&mut self, code: u64, bits: u32) {
        self.put(code.reverse_bits() >> (64 - bits), bits);
    }

    pub(super) fn align(&mut self) {
        if self.count > 0 {
            self.put(0, 8 - self.count);
        }
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.align();
        self.bytes
    }
}

/// Bits packed from the highest of each byte down, with a zero after each byte of ones: JPEG.
#[derive(Default)]
pub(super) struct HighFirst {
    pub bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl HighFirst {
    pub(super) fn put(&mut self, value: u64, bits: u32) {
        self.held = self.held << bits | value;
        self.count += bits;
        while self.count >= 8 {
            let byte = (self.held >> (self.count - 8)) as u8;
            self.bytes.push(byte);
            if byte == 0xff {
                self.bytes.push(0);
            }
            self.count -= 8;
        }
        self.held &= (1 << self.count) - 1;
    }

    /// Fills the last byte with ones.
    pub(super) fn align(&mut self) {
        if self.count > 0 {
            let bits = 8 - self.count;
            self.put((1 << bits) - 1, bits);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }
}
