//! The boolean entropy encoder (RFC 6386, section 7.3): bools of given probabilities become bytes.
//!
//! An interval of `range` values starts at `low`. A bool keeps the lower or the upper part of it, and the interval is doubled until
//! it has 128 values or more again. All bits of `low` above the lowest eight are final, but for a carry:
//!
//! ```text
//! range 255, low 0     bool 1 with probability 128: split 1 + (254 * 128 >> 8) = 128, low 128, range 127
//!                      doubled once: low 256, range 254; one bit, a 1, is final
//! ```

/// Writes bools into bytes.
pub(super) struct BoolWriter {
    bytes: Vec<u8>,
    /// The start of the interval: `pending` bits that are final but for a carry, then eight.
    low: u64,
    /// 128 to 255.
    range: u32,
    pending: u32,
}

/// Bits that are written together.
const FLUSHED_BITS: u32 = 40;

impl BoolWriter {
    /// A writer into a buffer with this capacity.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), low: 0, range: 255, pending: 0 }
    }

    /// The bytes so far, in which room can be reserved.
    pub(super) fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Writes a bool that is 0 with `probability` / 256.
    #[inline(always)]
    pub(super) fn put(&mut self, bit: bool, probability: u8) {
        let split = 1 + (((self.range - 1) * u32::from(probability)) >> 8);
        let (start, range) = if bit { (split, self.range - split) } else { (0, split) };
        let shift = (range << 24).leading_zeros();
        self.low = (self.low + u64::from(start)) << shift;
        self.range = range << shift;
        self.pending += shift;
        if self.pending >= FLUSHED_BITS {
            self.flush();
        }
    }

    /// Writes a bool of probability 1/2.
    pub(super) fn flag(&mut self, bit: bool) {
        self.put(bit, 128);
    }

    /// Writes an unsigned number of this many bits, its highest first.
    pub(super) fn literal(&mut self, value: u32, bits: u32) {
        for bit in (0..bits).rev() {
            self.flag(value >> bit & 1 == 1);
        }
    }

    /// Writes a flag, and if it is set, the magnitude of a number and its sign (RFC 6386, section 9.6).
    pub(super) fn optional_signed(&mut self, value: i32, bits: u32) {
        self.flag(value != 0);
        if value != 0 {
            self.literal(value.unsigned_abs(), bits);
            self.flag(value < 0);
        }
    }

    /// Moves final bits into the bytes, and adds the carry to those that are there.
    #[cold]
    #[inline(never)]
    fn flush(&mut self) {
        let kept = 8 + self.pending - FLUSHED_BITS;
        let taken = self.low >> kept;
        if taken >> FLUSHED_BITS != 0 {
            self.carry();
        }
        let [_, _, _, bytes @ ..] = taken.to_be_bytes();
        self.bytes.extend_from_slice(&bytes);
        self.low &= (1 << kept) - 1;
        self.pending -= FLUSHED_BITS;
    }

    fn carry(&mut self) {
        for byte in self.bytes.iter_mut().rev() {
            *byte = byte.wrapping_add(1);
            if *byte != 0 {
                break;
            }
        }
    }

    /// The bytes, once all bits of the interval's start are among them.
    pub(super) fn finish(mut self) -> Vec<u8> {
        // A byte and what fills up the last one. A decoder reads zeros after the end.
        for _ in 0..self.pending.next_multiple_of(8) - self.pending {
            self.low <<= 1;
        }
        let bytes = self.pending.div_ceil(8) + 1;
        if self.low >> (8 * bytes) != 0 {
            self.carry();
        }
        self.bytes.extend((0..bytes).rev().map(|byte| (self.low >> (8 * byte)) as u8));
        self.bytes
    }
}
