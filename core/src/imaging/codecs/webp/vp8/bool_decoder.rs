//! The boolean entropy decoder (RFC 6386, section 7).
//!
//! `range` is one less than the standard's, as libwebp has it: the interval is `0..=range`, and a decision of probability `p`
//! splits it after `range * p / 256`.
//!
//! ```text
//! range 254, p 128 -> split 127
//! value 0..=127    -> 0, the interval is 0..=127: 128 values, nothing to shift
//! value 128..=254  -> 1, the interval is 0..=126: 127 values, shifted by one bit to 0..=253
//! ```
//!
//! The standard lets a decoder read zeros after the end of its data. libwebp refuses the frame once it has to: an encoder
//! always writes as many bytes as a decoder loads. [`BoolDecoder::is_past_end`] is exactly that.

/// A decoder of one partition. Copy it into a local variable where many decisions follow each other, so that it stays in
/// registers.
#[derive(Debug, Clone, Copy)]
pub(super) struct BoolDecoder<'a> {
    rest: &'a [u8],
    /// The bits that are loaded and not used up.
    value: u64,
    range: u32,
    /// The loaded bits beyond the eight that the next decision looks at. Negative where there are fewer than eight.
    extra_bits: i32,
    is_past_end: bool,
}

/// How many bytes are loaded at once, away from the end.
const LOAD_BYTES: usize = 7;

impl<'a> BoolDecoder<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { rest: data, value: 0, range: 254, extra_bits: -8, is_past_end: false }.loaded()
    }

    /// Whether a decision needed more bytes than there are.
    pub(super) fn is_past_end(&self) -> bool {
        self.is_past_end
    }

    /// One decision, which is 0 with `probability` 256ths.
    #[inline]
    pub(super) fn bit(&mut self, probability: u8) -> bool {
        if self.extra_bits < 0 {
            *self = self.loaded();
        }
        let split = (self.range * u32::from(probability)) >> 8;
        let is_set = (self.value >> self.extra_bits) as u32 > split;
        let size = if is_set {
            self.value -= u64::from(split + 1) << self.extra_bits;
            self.range - split
        } else {
            split + 1
        };
        let shift = size.leading_zeros().saturating_sub(24);
        self.range = (size << shift) - 1;
        self.extra_bits -= shift as i32;
        is_set
    }

    /// The same decoder with at least eight bits loaded.
    #[inline]
    fn loaded(self) -> Self {
        match self.rest.first_chunk::<8>() {
            Some(bytes) => Self {
                rest: self.rest.get(LOAD_BYTES..).unwrap_or_default(),
                value: self.value << (8 * LOAD_BYTES) | u64::from_be_bytes(*bytes) >> 8,
                extra_bits: self.extra_bits + 8 * LOAD_BYTES as i32,
                ..self
            },
            None => self.loaded_at_end(),
        }
    }

    #[cold]
    fn loaded_at_end(self) -> Self {
        let (byte, rest, is_past_end) = match self.rest.split_first() {
            Some((byte, rest)) => (*byte, rest, self.is_past_end),
            None => (0, self.rest, true),
        };
        Self { rest, value: self.value << 8 | u64::from(byte), extra_bits: self.extra_bits + 8, is_past_end, ..self }
    }

    /// A decision that is as likely as not.
    pub(super) fn flag(&mut self) -> bool {
        self.bit(128)
    }

    /// A number of this many bits, the highest first.
    pub(super) fn literal(&mut self, bits: u32) -> u32 {
        (0..bits).fold(0, |value, _| value << 1 | u32::from(self.flag()))
    }

    /// A number that is there only after a flag.
    pub(super) fn optional(&mut self, bits: u32) -> Option<u32> {
        if self.flag() { Some(self.literal(bits)) } else { None }
    }

    /// Passes over `count` numbers, each of which is there only after a flag.
    pub(super) fn pass_over(&mut self, count: u32, bits: u32) {
        for _ in 0..count {
            self.optional(bits);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An encoder after RFC 6386, section 7.3, that keeps each bit by itself.
    struct Encoder {
        bits: Vec<bool>,
        low: u32,
        range: u32,
    }

    impl Encoder {
        fn put(&mut self, is_set: bool, probability: u8) {
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

        fn finish(mut self) -> Vec<u8> {
            for bit in (0..8).rev() {
                self.bits.push(self.low >> bit & 1 == 1);
            }
            let byte = |bits: &[bool]| (0..8).fold(0, |byte, at| byte << 1 | u8::from(bits.get(at) == Some(&true)));
            self.bits.chunks(8).map(byte).collect()
        }
    }

    /// Decisions of every probability, as an xorshift generator draws them.
    fn decisions(count: usize) -> Vec<(bool, u8)> {
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
    fn what_an_encoder_writes_is_read_again() {
        for count in [1, 7, 100, 5_000] {
            let decisions = decisions(count);
            let mut encoder = Encoder { bits: Vec::new(), low: 0, range: 255 };
            for (is_set, probability) in &decisions {
                encoder.put(*is_set, *probability);
            }
            let data = encoder.finish();
            let read = |data: &[u8]| {
                let mut decoder = BoolDecoder::new(data);
                let read: Vec<bool> = decisions.iter().map(|(_, probability)| decoder.bit(*probability)).collect();
                (read, decoder.is_past_end())
            };
            let written: Vec<bool> = decisions.iter().map(|(is_set, _)| *is_set).collect();
            assert_eq!(read(&data), (written, false), "{count}");
            // The encoder ends with less than two bytes that a decoder may not need.
            for kept in 0..data.len().saturating_sub(2) {
                assert!(read(&data[..kept]).1, "{kept} of {} bytes", data.len());
            }
        }
    }
}
