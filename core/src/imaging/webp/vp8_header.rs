//! The header of a VP8 key frame (RFC 6386, sections 9.2 to 9.5), as far as it bounds what decoding takes: the size, and how
//! the data is divided.
//!
//! ```text
//! 3 bytes   frame tag: key frame, version, size of the first partition
//! 7 bytes   9d 01 2a, width and height
//! ...       first partition: the header's fields and the modes of all macroblocks, arithmetically coded
//! 3 bytes   for each token partition but the last: its size
//! ...       the token partitions
//! ```

use crate::error::Result;
use crate::imaging::header::corrupt;

/// What a key frame says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Vp8Header {
    pub width: u32,
    pub height: u32,
    /// The bytes of the first partition.
    first_partition: usize,
}

/// The bytes before the first partition.
const TAG_BYTES: usize = 10;

impl Vp8Header {
    /// Reads the size.
    ///
    /// Error: `image_corrupt`.
    pub(super) fn parse(data: &[u8]) -> Result<Self> {
        let Some([t0, t1, t2, 0x9d, 0x01, 0x2a, w0, w1, h0, h1]) = data.first_chunk::<TAG_BYTES>() else {
            return Err(corrupt("its picture does not start as it should"));
        };
        let tag = u32::from_le_bytes([*t0, *t1, *t2, 0]);
        let width = u32::from(u16::from_le_bytes([*w0, *w1]) & 0x3fff);
        let height = u32::from(u16::from_le_bytes([*h0, *h1]) & 0x3fff);
        if tag & 1 == 1 || width == 0 || height == 0 {
            return Err(corrupt("its VP8 data is no key frame"));
        }
        Ok(Self { width, height, first_partition: (tag >> 5) as usize })
    }

    /// Macroblocks of 16 by 16 pixels.
    fn macroblocks(&self) -> u64 {
        u64::from(self.width.div_ceil(16)) * u64::from(self.height.div_ceil(16))
    }

    /// Holds the sizes of the partitions against the data that there is: a decoder takes memory for what they say. And
    /// holds the first one against the macroblocks whose modes are in it.
    ///
    /// Error: `image_corrupt`.
    pub(super) fn check_partitions(&self, data: &[u8]) -> Result<()> {
        let after_tag = data.get(TAG_BYTES..).unwrap_or_default();
        let (first, rest) = after_tag
            .split_at_checked(self.first_partition)
            .ok_or_else(|| corrupt("its first partition ends early"))?;
        if (first.len() as u64 + SLACK_BYTES) * 8 * 1000 < self.macroblocks() * LEAST_MILLIBITS {
            return Err(corrupt("its first partition has too few bits for its macroblocks"));
        }
        let partitions = token_partitions(first);
        let (sizes, tokens) =
            rest.split_at_checked(3 * (partitions - 1)).ok_or_else(|| corrupt("its token partitions are missing"))?;
        let sizes = sizes.as_chunks::<3>().0.iter().map(|[s0, s1, s2]| u32::from_le_bytes([*s0, *s1, *s2, 0]));
        if sizes.map(u64::from).sum::<u64>() > tokens.len() as u64 {
            return Err(corrupt("a token partition ends early"));
        }
        Ok(())
    }
}

/// The fewest bits that the modes of a macroblock take, in thousandths. In a key frame their probabilities are fixed (RFC
/// 6386, section 11.2). The cheapest are `V_PRED` and `H_PRED` or `DC_PRED` for luma, at 145, 156 and 163 of 256 for the three
/// decisions, then `DC_PRED` for chroma, at 142:
///
/// ```text
/// not B_PRED  log2(256 / 111) = 1.206
/// DC_PRED     log2(256 / 156) = 0.715, log2(256 / 163) = 0.651
/// chroma DC   log2(256 / 142) = 0.850                             together 3.42 bits
/// ```
///
/// The tree's other leaves cost more: `V_PRED` 1.206 + 0.715 + 1.461, `H_PRED` 1.206 + 1.356 + 1, `B_PRED` 0.820 and 16 modes of
/// subblocks at 0.148 or more each. The coder rounds its interval down to eight bits, which makes a decision cheaper than its
/// probability says by less than 1 %.
const LEAST_MILLIBITS: u64 = 3_300;

/// A decoder reads zeros after the end of a partition, and the coder's last bytes may be left out where they are zero.
const SLACK_BYTES: u64 = 8;

/// How many token partitions there are. The fields before that are read for their lengths alone.
fn token_partitions(first: &[u8]) -> usize {
    let mut fields = BoolDecoder::new(first);
    fields.literal(2); // colour space, clamping
    if fields.flag() {
        let (has_map, has_data) = (fields.flag(), fields.flag());
        if has_data {
            fields.literal(1); // absolute or relative
            fields.optional(4, 7 + 1);
            fields.optional(4, 6 + 1);
        }
        if has_map {
            fields.optional(3, 8);
        }
    }
    fields.literal(1 + 6 + 3); // the loop filter: kind, level, sharpness
    if fields.flag() && fields.flag() {
        fields.optional(8, 6 + 1);
    }
    1 << fields.literal(2)
}

/// The arithmetic decoder (RFC 6386, section 7), for decisions that are as likely as not.
struct BoolDecoder<'a> {
    data: std::slice::Iter<'a, u8>,
    value: u32,
    range: u32,
    /// How many bits of `value` have been used up of its second byte.
    shifted: u32,
}

impl<'a> BoolDecoder<'a> {
    fn new(data: &'a [u8]) -> Self {
        let mut decoder = Self { data: data.iter(), value: 0, range: 255, shifted: 0 };
        decoder.value = decoder.byte() << 8 | decoder.byte();
        decoder
    }

    fn byte(&mut self) -> u32 {
        self.data.next().copied().unwrap_or_default().into()
    }

    fn flag(&mut self) -> bool {
        let split = 1 + (((self.range - 1) * 128) >> 8);
        let is_set = self.value >= split << 8;
        if is_set {
            self.range -= split;
            self.value -= split << 8;
        } else {
            self.range = split;
        }
        while self.range < 128 {
            self.value <<= 1;
            self.range <<= 1;
            self.shifted += 1;
            if self.shifted == 8 {
                self.shifted = 0;
                self.value |= self.byte();
            }
        }
        is_set
    }

    fn literal(&mut self, bits: u32) -> u32 {
        (0..bits).fold(0, |value, _| value << 1 | u32::from(self.flag()))
    }

    /// Skips `count` optional values of `bits` bits. A flag before each value says whether it is present.
    fn optional(&mut self, count: u32, bits: u32) {
        for _ in 0..count {
            if self.flag() {
                self.literal(bits);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key frame of this size with a first partition of these bytes, and what follows it.
    fn frame(side: u16, first: &[u8], rest: &[u8]) -> Vec<u8> {
        let tag = ((first.len() as u32) << 5 | 1 << 4).to_le_bytes();
        let width_and_height = side.to_le_bytes().repeat(2);
        [&tag[..3], &[0x9d, 0x01, 0x2a], &width_and_height, first, rest].concat()
    }

    fn reason(data: &[u8]) -> Option<String> {
        Vp8Header::parse(data).unwrap().check_partitions(data).err().map(|error| error.to_string())
    }

    /// Each decision of the header takes a bit, so that the 15th and 16th are the low bits of the second byte.
    #[test]
    fn partitions_are_held_against_the_data() {
        for (byte, partitions) in [(0, 1), (1, 2), (2, 4), (3, 8)] {
            let first = [0, byte, 0, 0];
            assert_eq!(token_partitions(&first), partitions);
            let sizes = [2, 0, 0].repeat(partitions - 1);
            let tokens = vec![0; 2 * (partitions - 1)];
            assert_eq!(reason(&frame(16, &first, &[&sizes[..], &tokens].concat())), None, "{partitions}");
            if partitions > 1 {
                let short = frame(16, &first, &[&sizes[..], &tokens[1..]].concat());
                assert!(reason(&short).unwrap().ends_with("a token partition ends early"));
                assert!(reason(&frame(16, &first, &sizes[1..])).unwrap().ends_with("its token partitions are missing"));
            }
        }
        let mut beyond = frame(16, &[0; 4], &[]);
        beyond[0] |= 0xe0;
        assert!(reason(&beyond).unwrap().ends_with("its first partition ends early"));
    }

    /// libwebp writes a picture of one colour in 3.43 bits for a macroblock: 26,798 bytes for 500 by 125.
    #[test]
    fn modes_take_bits() {
        let of_libwebp = Vp8Header { width: 8000, height: 2000, first_partition: 26_798 };
        let mut data = frame(16, &vec![0; 26_798], &[]);
        assert!(of_libwebp.check_partitions(&data).is_ok());
        data.truncate(TAG_BYTES + 25_700);
        let short = Vp8Header { first_partition: 25_700, ..of_libwebp };
        let refused = short.check_partitions(&data).unwrap_err().to_string();
        assert!(refused.ends_with("its first partition has too few bits for its macroblocks"), "{refused}");
    }
}
