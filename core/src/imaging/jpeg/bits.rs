//! Reads the bits of entropy-coded data (T.81, F.2.2.5): stuffed zero bytes are taken out, markers end it.

/// A window of 64 bits onto the data, of which the first `count` are there to be read.
///
/// Behind the end of the data come zero bits without end, so that no reader has to ask before each code whether there
/// is one more; whether bits were read that nobody wrote is asked where it matters, with [`has_overrun`](Self::has_overrun).
#[derive(Clone, Copy)]
pub(super) struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    window: u64,
    count: u32,
    /// How many of the bits in the window are not of the data.
    invented: u32,
    /// Whether `at` is where a marker starts, or the end.
    is_ended: bool,
}

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, window: 0, count: 0, invented: 0, is_ended: false }
    }

    /// Goes on at a byte of the data, behind some bits of it.
    pub(super) fn go_to(&mut self, byte: usize, bits: u32) {
        *self = Self { at: byte, ..Self::new(self.data) };
        self.refill();
        self.skip(bits);
    }

    /// Fills the window so that at least 32 bits can be read.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        if self.count < 32 {
            self.fill();
        }
    }

    /// Fills the window so that at least 52 bits can be read: for several codes in a row.
    #[inline(always)]
    pub(super) fn refill_more(&mut self) {
        if self.count < 52 {
            self.fill();
        }
    }

    #[inline(always)]
    fn fill(&mut self) {
        if let Some(chunk) = self.data.get(self.at..).and_then(<[u8]>::first_chunk::<8>) {
            let next = u64::from_be_bytes(*chunk);
            // Whether no byte is 0xff: whether no byte of the complement is zero.
            if (!next).wrapping_sub(LOW) & next & HIGH == 0 {
                // Bits beyond `count` may stay in the window: they are those that the next filling puts there again.
                self.window |= next >> (self.count & 63);
                self.at += ((63 - self.count) >> 3) as usize;
                self.count |= 0b11_1000;
                return;
            }
        }
        // By value, so that whoever reads bits can hold them in registers.
        *self = self.filled_bytewise();
    }

    #[cold]
    #[inline(never)]
    fn filled_bytewise(mut self) -> Self {
        while self.count <= 56 {
            let byte = self.next_byte().unwrap_or_else(|| {
                self.invented += 8;
                0
            });
            self.window |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
        self
    }

    fn next_byte(&mut self) -> Option<u8> {
        if self.is_ended {
            return None;
        }
        let rest = self.data.get(self.at..).unwrap_or_default();
        match rest {
            [0xff, 0, ..] => self.at += 2,
            [0xff, ..] => {
                // Fill bytes before a marker; before a stuffed zero they are not there.
                let fill = rest.iter().take_while(|byte| **byte == 0xff).count();
                if rest.get(fill) != Some(&0) {
                    self.is_ended = true;
                    // Fill bytes that no marker follows are passed for good.
                    self.at += if fill == rest.len() { fill } else { 0 };
                    return None;
                }
                self.at += fill + 1;
            }
            [byte, ..] => {
                self.at += 1;
                return Some(*byte);
            }
            [] => {
                self.is_ended = true;
                return None;
            }
        }
        Some(0xff)
    }

    /// The next 1 to 32 bits, which stay.
    #[inline(always)]
    pub(super) fn peek(&self, bits: u32) -> u32 {
        (self.window >> (64 - bits)) as u32
    }

    #[inline(always)]
    pub(super) fn skip(&mut self, bits: u32) {
        self.window <<= bits & 63;
        self.count = self.count.wrapping_sub(bits);
    }

    /// The next 0 to 16 bits as a number without a sign.
    #[inline(always)]
    pub(super) fn take(&mut self, bits: u32) -> u32 {
        let value = ((self.window >> 1) >> (63 - bits)) as u32;
        self.skip(bits);
        value
    }

    /// The next 0 to 16 bits as a number with a sign: one that starts with a zero is negative (T.81, F.2.2.1).
    #[inline(always)]
    pub(super) fn take_signed(&mut self, bits: u32) -> i32 {
        let is_negative = (self.window >> 63) as i32 - 1; // every bit set, or none
        let value = ((self.window >> 1) >> (63 - bits)) as i32;
        self.skip(bits);
        value + (is_negative & (1 - (1 << bits)))
    }

    #[inline(always)]
    pub(super) fn take_bit(&mut self) -> bool {
        self.refill();
        let bit = self.window >> 63 == 1;
        self.skip(1);
        bit
    }

    /// Whether more was read than there is.
    pub(super) fn has_overrun(&self) -> bool {
        self.invented > self.count
    }

    /// Whether the data came to its very end, not to a marker, before all that was asked for was read. What could not
    /// be read at all may have wanted 16 bits, the longest code.
    pub(super) fn is_spent(&mut self, has_failed: bool) -> bool {
        if has_failed {
            *self = self.filled_bytewise();
        }
        let is_short = self.has_overrun() || (has_failed && self.count.saturating_sub(self.invented) < 16);
        is_short && self.at >= self.data.len()
    }

    /// Goes on behind a restart marker, which must be there: no whole byte before it, and with this number (0 to 7).
    #[must_use]
    pub(super) fn restart(&mut self, number: u8) -> bool {
        if self.has_overrun() || self.count - self.invented >= 8 {
            return false;
        }
        let rest = self.data.get(self.at..).unwrap_or_default();
        let prefix = rest.iter().take_while(|byte| **byte == 0xff).count();
        if prefix == 0 || rest.get(prefix) != Some(&(0xd0 | number)) {
            return false;
        }
        *self = Self { at: self.at + prefix + 1, ..Self::new(self.data) };
        true
    }

    /// Whether another restart marker follows what was read. One at the very end is none: with nothing behind it, it
    /// does no harm.
    pub(super) fn has_more_restarts(&self) -> bool {
        let rest = self.data.get(self.at..).unwrap_or_default();
        let is_restart = |pair: &[u8]| matches!(pair, [0xff, 0xd0..=0xd7]);
        let (before, last) = rest.split_at(rest.len().saturating_sub(2));
        before.windows(2).any(is_restart) || (!is_restart(last) && rest.windows(2).any(is_restart))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bit_by_bit(data: &[u8]) -> Vec<bool> {
        let mut bits = Bits::new(data);
        let mut all = Vec::new();
        loop {
            let bit = bits.take_bit();
            if bits.has_overrun() {
                return all;
            }
            all.push(bit);
        }
    }

    #[test]
    fn stuffing_is_taken_out_wherever_it_is() {
        for place in 0..20 {
            let mut data: Vec<u8> = (1..=20).map(|value| value * 11).collect();
            data.splice(place..place, [0xff, 0]);
            let plain: Vec<u8> = data.iter().enumerate().filter(|(at, _)| *at != place + 1).map(|(_, b)| *b).collect();
            let expected: Vec<bool> =
                plain.iter().flat_map(|byte| (0..8).rev().map(move |shift| byte >> shift & 1 == 1)).collect();
            assert_eq!(bit_by_bit(&data), expected, "{place}");
            assert_eq!(bit_by_bit(&[&data, [0xff, 0xd9, 1, 2, 3].as_slice()].concat()), expected, "{place}");
        }
    }

    #[test]
    fn numbers_have_signs_as_the_standard_says() {
        let mut bits = Bits::new(&[0b0100_0110, 0b1100_0111]);
        bits.refill();
        let values = [1, 1, 2, 2, 2, 2, 3, 3, 0].map(|size| bits.take_signed(size));
        assert_eq!(values, [-1, 1, -3, -2, 2, 3, -7, 7, 0]);
    }

    #[test]
    fn data_is_spent_at_its_end_and_at_no_marker() {
        for (data, is_spent) in [
            (&[0x12_u8][..], true),
            (&[0x12, 0xff], true),
            (&[0x12, 0xff, 0xff, 0xff], true),
            (&[0x12, 0xff, 0xd0], false),
            (&[0x12, 0xff, 0xff, 0xd0], false),
        ] {
            let mut bits = Bits::new(data);
            bits.refill();
            bits.skip(8);
            assert!(!bits.is_spent(false), "all is read, and no more");
            assert_eq!(bits.is_spent(true), is_spent, "{data:?}: a code may have been cut");
            bits.skip(1);
            assert_eq!(bits.is_spent(false), is_spent, "{data:?}");
        }
    }

    #[test]
    fn a_restart_is_where_it_should_be_or_it_is_none() {
        let data = [0xab, 0xff, 0xff, 0xd3, 0x12];
        let mut bits = Bits::new(&data);
        bits.refill();
        assert!(!bits.restart(3), "a byte is unread");
        bits.skip(5);
        assert!(!bits.restart(2), "another number");
        assert!(bits.has_more_restarts());
        assert!(bits.restart(3));
        bits.refill();
        assert_eq!((bits.take(8), bits.has_overrun(), bits.has_more_restarts()), (0x12, false, false));
        bits.refill();
        bits.skip(1);
        assert!(bits.has_overrun() && !bits.restart(4));
    }
}
