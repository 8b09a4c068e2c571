//! The header of a VP8 key frame (RFC 6386, sections 9.1 to 9.11): its size, its partitions, segments, loop filter and quantiser,
//! and the probabilities that its modes and tokens are coded with.
//!
//! ```text
//! 3 bytes   frame tag: key frame, version, size of the first partition
//! 7 bytes   start code 9d 01 2a, width and height
//! ...       first partition: the fields of the header and the modes of all macroblocks, as bools
//! 3 bytes   per token partition except the last: its size
//! ...       the token partitions: row n of macroblocks is in partition n modulo their number
//! ```

use crate::error::Result;
use crate::imaging::codecs::failure::corrupt;

use super::super::quantiser::{Factors, QuantiserDeltas};
use super::super::token_probabilities::{DEFAULT_TOKENS, TOKEN_UPDATES, TokenProbabilities};
use super::bool_decoder::BoolDecoder;

/// The uncompressed part of the header: the frame tag and the size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Vp8Header {
    pub width: u32,
    pub height: u32,
    /// Bytes of the first partition.
    first_partition: usize,
}

/// Bytes before the first partition.
const TAG_BYTES: usize = 10;

impl Vp8Header {
    /// Parses the frame tag and the size.
    ///
    /// Error: `image_corrupt`.
    pub(crate) fn parse(data: &[u8]) -> Result<Self> {
        let Some([t0, t1, t2, 0x9d, 0x01, 0x2a, w0, w1, h0, h1]) = data.first_chunk::<TAG_BYTES>() else {
            return Err(corrupt("a WebP whose picture has no valid VP8 or VP8L header"));
        };
        let tag = u32::from_le_bytes([*t0, *t1, *t2, 0]);
        let width = u32::from(u16::from_le_bytes([*w0, *w1]) & 0x3fff);
        let height = u32::from(u16::from_le_bytes([*h0, *h1]) & 0x3fff);
        let (is_key_frame, version, is_shown) = (tag & 1 == 0, tag >> 1 & 7, tag >> 4 & 1 == 1);
        if !is_key_frame || version > 3 || !is_shown || width == 0 || height == 0 {
            return Err(corrupt("a WebP whose VP8 data is not a key frame"));
        }
        Ok(Self { width, height, first_partition: (tag >> 5) as usize })
    }

    /// Macroblocks of 16 by 16 pixels in a row.
    pub(super) fn columns(&self) -> usize {
        self.width.div_ceil(16) as usize
    }

    /// Rows of macroblocks.
    pub(super) fn rows(&self) -> usize {
        self.height.div_ceil(16) as usize
    }

    /// Reads the fields of the header. Returns them with a decoder of the rest of the first partition, and one of each token
    /// partition. The sizes of the partitions are checked against the data, since a decoder of pixels allocates what they state,
    /// and that of the first partition against the number of macroblocks whose modes it holds.
    ///
    /// Error: `image_corrupt`.
    pub(super) fn read_partitions<'a>(
        &self,
        data: &'a [u8],
    ) -> Result<(FrameHeader, BoolDecoder<'a>, Vec<BoolDecoder<'a>>)> {
        let after_tag = data.get(TAG_BYTES..).unwrap_or_default();
        let (first, rest) = after_tag
            .split_at_checked(self.first_partition)
            .ok_or_else(|| corrupt("a WebP whose first VP8 partition ends early"))?;
        if (first.len() as u64 + SLACK_BYTES) * 8 * 1000 < (self.columns() * self.rows()) as u64 * LEAST_MILLIBITS {
            return Err(corrupt("a WebP whose first VP8 partition is too short for its size"));
        }
        let mut fields = decoder(first)?;
        let header = FrameHeader::read(&mut fields)?;
        let (sizes, mut tokens) = rest
            .split_at_checked(3 * (header.partitions - 1))
            .ok_or_else(|| corrupt("a WebP whose VP8 token partitions are missing"))?;
        let mut partitions = Vec::with_capacity(header.partitions);
        for [s0, s1, s2] in sizes.as_chunks::<3>().0 {
            let size = u32::from_le_bytes([*s0, *s1, *s2, 0]) as usize;
            let (partition, after) = tokens
                .split_at_checked(size)
                .ok_or_else(|| corrupt("a WebP with a VP8 token partition that ends early"))?;
            partitions.push(decoder(partition)?);
            tokens = after;
        }
        if tokens.is_empty() {
            return Err(corrupt("a WebP whose last VP8 token partition is missing"));
        }
        partitions.push(decoder(tokens)?);
        Ok((header, fields, partitions))
    }
}

/// The decoder of a partition. The interval of an encoder starts below 255/256 and only shrinks, so no partition starts with a
/// byte of 255; decoders disagree on what such a partition means.
fn decoder(partition: &[u8]) -> Result<BoolDecoder<'_>> {
    if partition.first() == Some(&u8::MAX) {
        return Err(corrupt("a WebP with a VP8 partition that starts with an impossible byte"));
    }
    Ok(BoolDecoder::new(partition))
}

/// The fields of the header (RFC 6386, section 19.2).
#[derive(Debug, Clone)]
pub(super) struct FrameHeader {
    pub segments: Segments,
    pub filter: FilterHeader,
    /// The index of the quantiser, and its differences for some coefficients.
    pub quantiser: i32,
    pub quantiser_deltas: QuantiserDeltas,
    /// The probability that a macroblock has tokens, if each says whether it has (`prob_skip_false`).
    pub prob_skip_false: Option<u8>,
    pub tokens: [TokenProbabilities; 4],
    /// The number of token partitions: 1, 2, 4 or 8.
    partitions: usize,
}

/// The four segments of a frame, each with a quantiser and a filter of its own (RFC 6386, section 9.3).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Segments {
    /// The probabilities of the tree of segment identifiers, if each macroblock has one.
    pub map: Option<[u8; 3]>,
    /// The index of the quantiser and the level of the filter of each segment, if they have their own.
    levels: Option<SegmentLevels>,
}

#[derive(Debug, Clone, Copy)]
struct SegmentLevels {
    /// Whether the values are added to those of the frame.
    are_deltas: bool,
    quantisers: [i32; 4],
    filters: [i32; 4],
}

/// The loop filter of a frame (RFC 6386, section 9.6).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct FilterHeader {
    pub is_simple: bool,
    pub level: i32,
    pub sharpness: i32,
    /// What is added to the level: of a macroblock of a key frame, and of one with modes of subblocks besides.
    pub intra_delta: i32,
    pub subblocks_delta: i32,
}

impl Segments {
    fn read(fields: &mut BoolDecoder<'_>) -> Self {
        if !fields.flag() {
            return Self::default();
        }
        let (has_map, has_levels) = (fields.flag(), fields.flag());
        // Without levels they are all 0, and replace those of the frame, as in libwebp.
        let mut levels = SegmentLevels { are_deltas: false, quantisers: [0; 4], filters: [0; 4] };
        if has_levels {
            levels.are_deltas = !fields.flag(); // segment_feature_mode
            levels.quantisers = [(); 4].map(|()| fields.optional_signed(7));
            levels.filters = [(); 4].map(|()| fields.optional_signed(6));
        }
        let map = has_map.then(|| [(); 3].map(|()| fields.optional(8).map_or(255, |probability| probability as u8)));
        Self { map, levels: Some(levels) }
    }

    /// The value of each segment, from that of the frame.
    fn apply(&self, of_frame: i32, of_segments: impl Fn(&SegmentLevels) -> [i32; 4]) -> [i32; 4] {
        match &self.levels {
            None => [of_frame; 4],
            Some(levels) => of_segments(levels).map(|level| if levels.are_deltas { of_frame + level } else { level }),
        }
    }
}

impl FilterHeader {
    fn read(fields: &mut BoolDecoder<'_>) -> Self {
        let is_simple = fields.flag();
        let (level, sharpness) = (fields.literal(6) as i32, fields.literal(3) as i32);
        let mut deltas = [0; 8];
        if fields.flag() && fields.flag() {
            deltas = deltas.map(|_: i32| fields.optional_signed(6)); // of four reference frames, then of four modes
        }
        let [intra_delta, _, _, _, subblocks_delta, ..] = deltas;
        Self { is_simple, level, sharpness, intra_delta, subblocks_delta }
    }
}

impl FrameHeader {
    /// Reads the fields in their order.
    ///
    /// Error: `image_corrupt`.
    fn read(fields: &mut BoolDecoder<'_>) -> Result<Self> {
        if fields.flag() {
            return Err(corrupt("a WebP whose VP8 data names an unknown colour space"));
        }
        fields.flag(); // clamping_type: samples are clamped in any case, as in libwebp
        let segments = Segments::read(fields);
        let filter = FilterHeader::read(fields);
        let partitions = 1 << fields.literal(2);
        let quantiser = fields.literal(7) as i32;
        let mut delta = || fields.optional_signed(4);
        let quantiser_deltas =
            QuantiserDeltas { y1_dc: delta(), y2_dc: delta(), y2_ac: delta(), chroma_dc: delta(), chroma_ac: delta() };
        fields.flag(); // refresh_entropy_probs
        let mut tokens = DEFAULT_TOKENS;
        let updates = TOKEN_UPDATES.as_flattened().as_flattened().as_flattened();
        for (token, update) in tokens.as_flattened_mut().as_flattened_mut().as_flattened_mut().iter_mut().zip(updates) {
            if fields.bool(*update) {
                *token = fields.literal(8) as u8;
            }
        }
        let prob_skip_false = fields.optional(8).map(|probability| probability as u8);
        if fields.is_past_end() {
            return Err(corrupt("a WebP whose VP8 header ends early"));
        }
        Ok(Self { segments, filter, quantiser, quantiser_deltas, prob_skip_false, tokens, partitions })
    }

    /// The factors of each segment.
    pub(super) fn factors(&self) -> [Factors; 4] {
        let indices = self.segments.apply(self.quantiser, |levels| levels.quantisers);
        indices.map(|index| Factors::new(index, self.quantiser_deltas))
    }

    /// The level of the loop filter of each segment, before it is clamped.
    pub(super) fn filter_levels(&self) -> [i32; 4] {
        self.segments.apply(self.filter.level, |levels| levels.filters)
    }
}

/// The fewest bits that the modes of a macroblock take, in thousandths. In a key frame the probabilities are fixed (RFC 6386,
/// section 11.2). The cheapest mode of luma is `DC_PRED`, whose three bools have the probabilities 145, 156 and 163, and the
/// cheapest of chroma is `DC_PRED`, with 142:
///
/// ```text
/// not B_PRED  log2(256 / 111) = 1.206
/// DC_PRED     log2(256 / 156) = 0.715, log2(256 / 163) = 0.651
/// chroma DC   log2(256 / 142) = 0.850                             together 3.42 bits
/// ```
///
/// The other leaves of the tree cost more: `V_PRED` 1.206 + 0.715 + 1.461, `H_PRED` 1.206 + 1.356 + 1, `B_PRED` 0.820 and 16
/// modes of subblocks at 0.148 or more each. An encoder rounds its interval to eight bits, which makes a bool cheaper than its
/// probability says, by less than 1 %.
const LEAST_MILLIBITS: u64 = 3_300;

/// Bytes that a short partition may lack of that bound: the rounding of the encoder, and the two bytes that a decoder loads
/// first.
const SLACK_BYTES: u64 = 8;

#[cfg(test)]
mod tests {
    use super::*;

    /// A key frame of `side` by `side` pixels, with this first partition and these bytes after it.
    fn frame(side: u16, first: &[u8], rest: &[u8]) -> Vec<u8> {
        let tag = ((first.len() as u32) << 5 | 1 << 4).to_le_bytes();
        let width_and_height = side.to_le_bytes().repeat(2);
        [&tag[..3], &[0x9d, 0x01, 0x2a], &width_and_height, first, rest].concat()
    }

    fn reason(data: &[u8]) -> Option<String> {
        Vp8Header::parse(data).unwrap().read_partitions(data).err().map(|error| error.to_string())
    }

    /// Each flag of the header takes a bit, so that the 15th and 16th, the number of partitions, are the low bits of the second
    /// byte. The bytes after it are zero, and enough for all updates of token probabilities.
    #[test]
    fn partitions_are_held_against_the_data() {
        for (byte, partitions) in [(0, 1), (1, 2), (2, 4), (3, 8)] {
            let mut first = vec![0; 200];
            first[1] = byte;
            let sizes = [2, 0, 0].repeat(partitions - 1);
            let tokens = vec![0; 2 * (partitions - 1) + 1];
            assert_eq!(reason(&frame(16, &first, &[&sizes[..], &tokens].concat())), None, "{partitions}");
            let missing = reason(&frame(16, &first, &[&sizes[..], &tokens[1..]].concat()));
            assert!(missing.unwrap().ends_with("a WebP whose last VP8 token partition is missing"));
            if partitions > 1 {
                let short = frame(16, &first, &[&sizes[..], &tokens[2..]].concat());
                assert!(reason(&short).unwrap().ends_with("a WebP with a VP8 token partition that ends early"));
                assert!(
                    reason(&frame(16, &first, &sizes[1..]))
                        .unwrap()
                        .ends_with("a WebP whose VP8 token partitions are missing")
                );
            }
        }
        let mut beyond = frame(16, &[0; 200], &[]);
        beyond[0] |= 0xe0;
        beyond[1] |= 0x80;
        assert!(reason(&beyond).unwrap().ends_with("a WebP whose first VP8 partition ends early"));
        assert!(reason(&frame(16, &[0; 2], &[0])).unwrap().ends_with("a WebP whose VP8 header ends early"));
    }

    /// libwebp writes a picture of one colour in 3.43 bits per macroblock: 26,798 bytes for 500 by 125 macroblocks.
    #[test]
    fn modes_take_bits() {
        let of_libwebp = Vp8Header { width: 8000, height: 2000, first_partition: 26_798 };
        let mut data = frame(16, &vec![0; 26_798], &[0]);
        assert!(of_libwebp.read_partitions(&data).is_ok());
        data.truncate(TAG_BYTES + 25_700);
        let short = Vp8Header { first_partition: 25_700, ..of_libwebp };
        let refused = short.read_partitions(&data).unwrap_err().to_string();
        assert!(refused.ends_with("a WebP whose first VP8 partition is too short for its size"), "{refused}");
    }
}
