//! The boolean entropy decoder (RFC 6386, section 7).
//!
//! A bool is decoded with the probability, in 256ths, that it is 0. The decoder holds a value within an interval and splits the
//! interval in proportion; the half that the value lies in is the bool, and becomes the next interval. As in libwebp `range` is
//! one less than the standard's: the interval is `0..=range`, split after `range * probability / 256`. An interval below 127 is
//! doubled, with the value, until it is not, which shifts in the next bits of the data.
//!
//! ```text
//! data 0xa4 0x30, so the value is 0xa4 = 164
//! range 254, probability 128   split 127   164 > 127:  1    value 164 - 128 = 36, range 126; doubled: value  72, range 253
//! range 253, probability 200   split 197    72 <= 197: 0    value  72,            range 197; nothing to double
//! range 197, probability 200   split 153    72 <= 153: 0    value  72,            range 153
//! range 153, probability  40   split  23    72 >  23:  1    value  72 -  24 = 48, range 129
//! ```
//!
//! A bool that is as likely as not takes a bit, and one with a probability of 200 takes `log2(256 / 200)` = 0.36 bits if it is 0.
//!
//! The standard lets a decoder read zeros after the end of its data. libwebp refuses the frame in that case: an encoder
//! always writes as many bytes as a decoder loads. [`BoolDecoder::is_past_end`] tells.

/// The decoder of one partition. Where many bools follow each other, callers copy it into a local variable, so that it stays in
/// registers.
#[derive(Debug, Clone, Copy)]
pub(super) struct BoolDecoder<'a> {
    rest: &'a [u8],
    /// The position within the interval, and below it `extra_bits` bits of lookahead.
    value: u64,
    /// The size of the interval, less 1.
    range: u64,
    /// Bits of `value` beyond the eight that the next bool is compared by. Negative where fewer than eight are loaded.
    extra_bits: i64,
    is_past_end: bool,
}

/// Bytes loaded at once, except near the end of the data.
const LOAD_BYTES: usize = 7;

impl<'a> BoolDecoder<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        let mut decoder = Self { rest: data, value: 0, range: 254, extra_bits: -8, is_past_end: false };
        decoder.load();
        decoder
    }

    /// Whether a bool needed bytes after the end of the data.
    pub(super) fn is_past_end(&self) -> bool {
        self.is_past_end
    }

    /// Decodes a bool, which is 0 with a probability of `probability` / 256.
    ///
    /// Each branch ends with what both have in common, so that a caller who branches on the bool needs no branch of its own.
    #[inline(always)]
    pub(super) fn bool(&mut self, probability: u8) -> bool {
        self.load();
        let split = (self.range * u64::from(probability)) >> 8;
        if self.value >> (self.extra_bits & 63) > split {
            self.value -= (split + 1) << (self.extra_bits & 63);
            self.resize(self.range - split);
            true
        } else {
            self.resize(split + 1);
            false
        }
    }

    /// The same without a branch, for bools that cannot be foreseen, as 0 or 1.
    #[inline(always)]
    pub(super) fn bit(&mut self, probability: u8) -> u64 {
        self.load();
        let split = (self.range * u64::from(probability)) >> 8;
        let is_set = u64::from(self.value >> (self.extra_bits & 63) > split);
        let mask = is_set.wrapping_neg();
        self.value -= ((split + 1) & mask) << (self.extra_bits & 63);
        self.resize((self.range - split) & mask | (split + 1) & !mask);
        is_set
    }

    /// Decodes a sign, as likely as not, and returns `size` with it. The interval must not be that of a partition's first bool, so
    /// that it is halved and doubled again.
    #[inline(always)]
    pub(super) fn signed(&mut self, size: i16) -> i16 {
        self.load();
        let split = self.range >> 1;
        let mask = u64::from(self.value >> (self.extra_bits & 63) > split).wrapping_neg();
        self.value -= ((split + 1) & mask) << (self.extra_bits & 63);
        self.range = self.range.wrapping_add(mask) | 1;
        self.extra_bits -= 1;
        (size ^ mask as i16).wrapping_sub(mask as i16)
    }

    /// Sets the size of the interval, and doubles it as often as it takes.
    #[inline(always)]
    fn resize(&mut self, size: u64) {
        // It is at most 255, and so it has 56 leading zeros and more.
        let shift = size.leading_zeros() & 7;
        self.range = (size << shift) - 1;
        self.extra_bits -= i64::from(shift);
    }

    /// Loads bytes if fewer than eight bits are left.
    #[inline(always)]
    fn load(&mut self) {
        if self.extra_bits >= 0 {
            return;
        }
        if let Some(bytes) = self.rest.first_chunk::<8>() {
            self.rest = self.rest.get(LOAD_BYTES..).unwrap_or_default();
            self.value = self.value << (8 * LOAD_BYTES) | u64::from_be_bytes(*bytes) >> 8;
            self.extra_bits += 8 * LOAD_BYTES as i64;
        } else {
            let byte = next_byte(self.rest);
            self.rest = self.rest.get(1..).unwrap_or_default();
            self.is_past_end |= byte.is_none();
            self.value = self.value << 8 | u64::from(byte.unwrap_or(0));
            self.extra_bits += 8;
        }
    }

    /// Decodes a flag: a bool that is as likely 0 as 1.
    #[inline(always)]
    pub(super) fn flag(&mut self) -> bool {
        self.bool(128)
    }

    /// Decodes an unsigned number of `bits` bits, most significant first (the standard's `L(n)`).
    pub(super) fn literal(&mut self, bits: u32) -> u32 {
        (0..bits).fold(0, |value, _| value << 1 | u32::from(self.flag()))
    }

    /// Decodes a number that is present only after a flag of 1.
    pub(super) fn optional(&mut self, bits: u32) -> Option<u32> {
        if self.flag() { Some(self.literal(bits)) } else { None }
    }

    /// Decodes a number of `bits` bits and its sign, present only after a flag of 1, else 0.
    pub(super) fn optional_signed(&mut self, bits: u32) -> i32 {
        let Some(size) = self.optional(bits) else { return 0 };
        if self.flag() { -(size as i32) } else { size as i32 }
    }
}

/// The first byte, apart from the code that runs for every bool: it is needed at the end of the data alone.
#[cold]
#[inline(never)]
fn next_byte(rest: &[u8]) -> Option<u8> {
    rest.first().copied()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The encoder of RFC 6386, section 7.3, with an element for each bit.
    pub(in super::super) struct Encoder {
        bits: Vec<bool>,
        low: u32,
        range: u32,
    }

    impl Default for Encoder {
        fn default() -> Self {
            Self { bits: Vec::new(), low: 0, range: 255 }
        }
    }

    impl Encoder {
        pub(in super::super) fn put(&mut self, is_set: bool, probability: u8) {
            let split = 1 + (((self.range - 1) * u32::from(probability)) >> 8);
            if is_set {
                self.low += split;
                self.range -= split;
            } else {
                self.range = split;
            }
            if self.low > 255 {
                let last_zero = self.bits.iter().rposition(|bit| !bit).expect("the interval stays below 1");
                self.bits[last_zero] = true;
                self.bits[last_zero + 1..].fill(false);
                self.low -= 256;
            }
            while self.range < 128 {
                self.bits.push(self.low & 128 != 0);
                self.low = self.low << 1 & 255;
                self.range <<= 1;
            }
        }

        pub(in super::super) fn finish(mut self) -> Vec<u8> {
            for bit in (0..8).rev() {
                self.bits.push(self.low >> bit & 1 == 1);
            }
            let byte = |bits: &[bool]| (0..8).fold(0, |byte, at| byte << 1 | u8::from(bits.get(at) == Some(&true)));
            self.bits.chunks(8).map(byte).collect()
        }
    }

    /// Bools of every probability, drawn by an xorshift generator.
    fn bools(count: usize) -> Vec<(bool, u8)> {
        let mut state = 0x2545_f491_u32;
        let draw = std::iter::repeat_with(|| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            let probability = (state >> 8) as u8;
            (u32::from(probability) <= state >> 24, probability)
        });
        draw.take(count).collect()
    }

    #[test]
    fn the_example_of_the_head() {
        let mut decoder = BoolDecoder::new(&[0xa4, 0x30]);
        assert_eq!([128, 200, 200, 40].map(|probability| decoder.bool(probability)), [true, false, false, true]);
        assert_eq!(decoder.range, 129);
    }

    #[test]
    fn what_an_encoder_writes_is_read_again() {
        for count in [1, 7, 100, 5_000] {
            let bools = bools(count);
            let mut encoder = Encoder::default();
            for (is_set, probability) in &bools {
                encoder.put(*is_set, *probability);
            }
            let data = encoder.finish();
            let read = |data: &[u8]| {
                let mut decoder = BoolDecoder::new(data);
                let read: Vec<bool> = bools.iter().map(|(_, probability)| decoder.bool(*probability)).collect();
                (read, decoder.is_past_end())
            };
            let written: Vec<bool> = bools.iter().map(|(is_set, _)| *is_set).collect();
            assert_eq!(read(&data), (written, false), "{count}");
            // The encoder ends with less than two bytes that a decoder may not need.
            for kept in 0..data.len().saturating_sub(2) {
                assert!(read(&data[..kept]).1, "{kept} of {} bytes", data.len());
            }
        }
    }
}
