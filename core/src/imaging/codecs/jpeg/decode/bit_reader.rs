//! Reads the bits of entropy-coded data (T.81, F.2.2.5), most significant first. Stuffed zero bytes are removed, and markers end
//! the data.
//!
//! ```text
//! bytes  46 ff 00 c7 ff d9         bits  0100 0110 1111 1111 1100 0111, then zeros without limit
//! ```

use memchr::memchr;

use super::markers::LAST_RESERVED;

/// A bit buffer of 64 bits, the next bit highest, of which the first `count` bits are valid.
///
/// After the end of the data the reader supplies zero bits, so that no caller checks for the end before each code. Whether more
/// bits were read than the data has is asked once per row, by [`has_overrun`](Self::has_overrun).
#[derive(Clone, Copy)]
pub(super) struct BitReader<'a> {
    data: &'a [u8],
    /// The offset of the next byte to load.
    at: usize,
    buffer: u64,
    count: u32,
    /// How many valid bits of the buffer are zeros after the end of the data.
    padding_bits: u32,
    /// Whether `at` is the offset of a marker, or the end.
    is_ended: bool,
}

/// The fewest zero bytes at the end of the last block that are taken for filling. With the Huffman tables of annex K, which
/// cameras use, MCUs without any detail end in 8 to 10 zero bits, and no ordinary MCU in 24.
pub(super) const ZERO_FILL: usize = 3;

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

impl<'a> BitReader<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, buffer: 0, count: 0, padding_bits: 0, is_ended: false }
    }

    /// Moves to a byte of the data, and skips some of its bits.
    pub(super) fn go_to(&mut self, byte: usize, bits: u32) {
        *self = Self { at: byte, ..Self::new(self.data) };
        self.refill();
        self.skip(bits);
    }

    /// Fills the buffer so that at least 32 bits are valid.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        if self.count < 32 {
            self.fill();
        }
    }

    /// Fills the buffer so that at least 52 bits are valid, for several codes in a row.
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
            // No byte is 0xff if no byte of the complement is zero.
            if (!next).wrapping_sub(LOW) & next & HIGH == 0 {
                // Bits beyond `count` may stay in the buffer, since the next filling sets the same bits.
                self.buffer |= next >> (self.count & 63);
                self.at += ((63 - self.count) >> 3) as usize;
                self.count |= 0b11_1000;
                return;
            }
        }
        // By value, so that the compiler keeps the reader of the caller in registers.
        *self = self.filled_bytewise();
    }

    #[cold]
    #[inline(never)]
    fn filled_bytewise(mut self) -> Self {
        while self.count <= 56 {
            let byte = self.next_byte().unwrap_or_else(|| {
                self.padding_bits += 8;
                0
            });
            self.buffer |= u64::from(byte) << (56 - self.count);
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
                // Fill bytes precede a marker; before a stuffed zero byte they have no meaning.
                let fill = rest.iter().take_while(|byte| **byte == 0xff).count();
                if rest.get(fill) != Some(&0) {
                    self.is_ended = true;
                    // Fill bytes at the end of the data are consumed.
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

    /// The next 1 to 32 bits, without consuming them.
    #[inline(always)]
    pub(super) fn peek(&self, bits: u32) -> u32 {
        (self.buffer >> (64 - bits)) as u32
    }

    /// Consumes bits.
    #[inline(always)]
    pub(super) fn skip(&mut self, bits: u32) {
        self.buffer <<= bits & 63;
        self.count = self.count.wrapping_sub(bits);
    }

    /// Reads an unsigned number of 0 to 16 bits.
    #[inline(always)]
    pub(super) fn take(&mut self, bits: u32) -> u32 {
        let value = ((self.buffer >> 1) >> (63 - bits)) as u32;
        self.skip(bits);
        value
    }

    /// Reads a signed number of 0 to 16 bits, which is negative if its first bit is 0 (`EXTEND`; T.81, F.2.2.1): of 3 bits, 101
    /// is 5 and 010 is -5.
    #[inline(always)]
    pub(super) fn take_signed(&mut self, bits: u32) -> i32 {
        let is_negative = (self.buffer >> 63) as i32 - 1; // every bit set, or none
        let value = ((self.buffer >> 1) >> (63 - bits)) as i32;
        self.skip(bits);
        value + (is_negative & (1 - (1 << bits)))
    }

    /// Reads one bit.
    #[inline(always)]
    pub(super) fn take_bit(&mut self) -> bool {
        self.refill();
        let bit = self.buffer >> 63 == 1;
        self.skip(1);
        bit
    }

    /// Whether bits after the end of the data were read.
    pub(super) fn has_overrun(&self) -> bool {
        self.padding_bits > self.count
    }

    /// Whether the data ended, without a marker, before everything was read. After a failure that includes fewer than 16 valid
    /// bits, since the longest code has 16.
    pub(super) fn is_spent(&mut self, has_failed: bool) -> bool {
        if has_failed {
            *self = self.filled_bytewise();
        }
        let is_short = self.has_overrun() || (has_failed && self.count.saturating_sub(self.padding_bits) < 16);
        is_short && self.at >= self.data.len()
    }

    /// Moves to the data after the restart marker that is due, `number` of 0 to 7. If another marker is found, it resynchronises
    /// like libjpeg (`jpeg_resync_to_restart`):
    ///
    /// - bytes before the marker are filler and are skipped, including stuffed bytes and reserved markers;
    /// - the number of one of the last two restarts is a repetition: its data is skipped up to the next marker;
    /// - the number of one of the next two, or any other marker, means that an interval is missing: `false`;
    /// - any other number is attributed to an encoder that counts differently.
    #[must_use]
    pub(super) fn restart(&mut self, number: u8) -> bool {
        if self.has_overrun() {
            return false;
        }
        let mut at = self.at;
        let mut is_repeated = false;
        while let Some((marker, end)) = next_marker(self.data, at) {
            at = end;
            match (marker, marker.wrapping_sub(number) & 7) {
                (..=LAST_RESERVED, _) => {}
                (0xd0..=0xd7, 6 | 7) => is_repeated = true,
                (0xd0..=0xd7, 0 | 3..=5) => {
                    *self = Self { at, ..Self::new(self.data) };
                    return true;
                }
                _ => return false,
            }
        }
        if !is_repeated {
            // The data ends within filler bytes.
            *self = Self { at: self.data.len(), is_ended: true, ..Self::new(self.data) };
        }
        false
    }

    /// How many bytes of the data were read, at least in part.
    pub(super) fn used_bytes(&self) -> usize {
        let mut used = self.data.get(..self.at).unwrap_or_default();
        for _ in 0..self.count.saturating_sub(self.padding_bits) / 8 {
            let is_stuffed = used.ends_with(&[0xff, 0]);
            used = used.split_last().map_or(used, |(_, before)| before);
            // The 0xff and fill bytes before it.
            while is_stuffed && let [before @ .., 0xff] = used {
                used = before;
            }
        }
        used.len()
    }

    /// Whether the last bytes read are a run of zeros that continues to the end of the data: those of a file that was cut off and
    /// filled up, since zeros decode as well. Encoders fill the last byte of a scan with ones (T.81, F.1.2.3).
    pub(super) fn ends_in_zero_fill(&self) -> bool {
        let at = self.used_bytes();
        let is_zero = |bytes: Option<&[u8]>| bytes.is_some_and(|bytes| bytes.iter().all(|byte| *byte == 0));
        at < self.data.len()
            && is_zero(self.data.get(at..))
            && is_zero(at.checked_sub(ZERO_FILL).and_then(|start| self.data.get(start..at)))
    }
}

/// The next marker at or after `at`, and the offset after it.
fn next_marker(data: &[u8], at: usize) -> Option<(u8, usize)> {
    let mut at = at;
    loop {
        let rest = data.get(at..)?;
        let prefix = memchr(0xff, rest)?;
        let fill = rest.get(prefix..)?.iter().take_while(|byte| **byte == 0xff).count();
        let marker = *rest.get(prefix + fill)?;
        at += prefix + fill + 1;
        if marker != 0 {
            return Some((marker, at));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bit_by_bit(data: &[u8]) -> Vec<bool> {
        let mut bits = BitReader::new(data);
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
        let mut bits = BitReader::new(&[0b0100_0110, 0b1100_0111]);
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
            let mut bits = BitReader::new(data);
            bits.refill();
            bits.skip(8);
            assert!(!bits.is_spent(false), "all is read, and no more");
            assert_eq!(bits.is_spent(true), is_spent, "{data:?}: a code may have been cut");
            bits.skip(1);
            assert_eq!(bits.is_spent(false), is_spent, "{data:?}");
        }
    }

    /// What libjpeg does with the marker that it finds where restart 3 is due (`jpeg_resync_to_restart`).
    #[test]
    fn restarts_resynchronise_as_in_libjpeg() {
        for (between, is_found) in [
            (&[0xff, 0xd3][..], true),
            (&[0xff, 0xff, 0xff, 0xd3], true),
            (&[0xff, 0, 0xff, 0xd3], true),
            (&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xd3], true),
            (&[1, 2, 0xff, 0x30, 7, 0xff, 0x01, 0xff, 0xd3], true),
            // Repetitions of the two restarts before.
            (&[0xff, 0xd2, 5, 6, 0xff, 0xd1, 0xff, 0xd3], true),
            // Too far off to be anything but another way of counting.
            (&[0xff, 0xd6], true),
            (&[0xff, 0xd7], true),
            (&[0xff, 0xd0], true),
            // An interval or two are missing.
            (&[0xff, 0xd4], false),
            (&[0xff, 0xd5], false),
            (&[0xff, 0xd2, 5, 6, 0xff, 0xd4], false),
            (&[0xff, 0xd9], false),
            (&[0xff, 0xda], false),
            (&[1, 2, 3], false),
            (&[], false),
        ] {
            for start in [&[0xab][..], &[0xab; 9], &[1, 0xff, 0]] {
                let data = [start, between, &[0x12]].concat();
                let mut bits = BitReader::new(&data);
                for _ in start.iter().filter(|byte| **byte != 0) {
                    bits.refill();
                    bits.skip(8);
                }
                assert_eq!(bits.restart(3), is_found, "{start:?} {between:?}");
                if is_found {
                    bits.refill();
                    assert_eq!((bits.take(8), bits.has_overrun()), (0x12, false), "{start:?} {between:?}");
                }
            }
        }
    }

    #[test]
    fn what_was_read_is_counted_in_bytes_of_the_data() {
        // A byte of the stream each, as it stands in the data: plain, stuffed, stuffed after a fill byte.
        let bytes: [&[u8]; 8] = [b"\x12", b"\xff\0", b"\x34", b"\xff\xff\0", b"\0", b"\x56", b"\xff\0", b"\x78"];
        for after in [&b"\xff\xd9"[..], b"trailer", b"\xff\0\xff\0", b""] {
            let data = [&bytes.concat(), after].concat();
            let mut bits = BitReader::new(&data);
            let mut used = 0;
            for byte in bytes {
                bits.refill();
                bits.skip(3);
                used += byte.len();
                assert_eq!(bits.used_bytes(), used, "a byte that was read in part: {after:?}");
                bits.skip(5);
                assert_eq!(bits.used_bytes(), used, "{after:?}");
            }
        }
    }

    #[test]
    fn no_restart_makes_up_for_bits_that_were_not_there() {
        let mut bits = BitReader::new(&[0xab, 0xff, 0xd3, 0x12]);
        bits.refill();
        bits.skip(9);
        assert!(bits.has_overrun() && !bits.restart(3));
    }

    #[test]
    fn zeros_from_within_the_last_block_to_the_end_are_filling() {
        let ends = |data: &[u8], read: usize| {
            let mut bits = BitReader::new(data);
            for _ in 0..read {
                bits.refill();
                bits.skip(8);
            }
            bits.ends_in_zero_fill()
        };
        let cut = [[0x77; 4].as_slice(), &[0; 40]].concat();
        assert!(ends(&cut, 4 + ZERO_FILL) && ends(&cut, 43));
        assert!(!ends(&cut, 3 + ZERO_FILL), "a trailer of zeros after the last block");
        assert!(!ends(&cut, 44), "nothing follows");
        let closed = [&cut[..], &[0xff, 0xd9]].concat();
        assert!(!ends(&closed, 4 + ZERO_FILL));
    }
}
