//! The frame tag, the frame header and the first partition (RFC 6386, sections 9 and 19.2).

use super::super::predict::SubblockMode;
use super::super::quantiser::QuantiserDeltas;
use super::super::token_probabilities::{DEFAULT_TOKENS, TOKEN_UPDATES, TokenProbabilities};
use super::bool_writer::BoolWriter;
use super::macroblock::{LumaModes, MacroblockModes};
use super::mode_costs::{write_chroma, write_subblock, write_subblocks, write_whole};
use super::segments::Segments;
use crate::error::Result;
use crate::imaging::codecs::output_limit::OutputLimit;

/// The most bytes of the header: all 1056 probabilities of tokens take 8 bits and a flag of up to 8 bits.
const MOST_HEADER_BYTES: usize = 2200;
/// The most bytes of the modes of a macroblock: sixteen of subblocks, of up to seven bools of up to 8 bits.
const MOST_MODE_BYTES: usize = 128;
/// The frame tag, the start code, and the sizes.
pub(super) const TAG_BYTES: usize = 10;

/// What the header states.
pub(super) struct FrameHeader<'a> {
    pub segments: &'a Segments,
    pub sharpness: u32,
    pub deltas: QuantiserDeltas,
    pub tokens: &'a [TokenProbabilities; 4],
    /// Whether macroblocks may say that they have no tokens.
    pub has_skip_flags: bool,
}

/// Everything in front of the first partition, of `bytes` bytes.
pub(super) fn frame_tag(width: u32, height: u32, first_partition_bytes: usize) -> [u8; TAG_BYTES] {
    // A key frame of version 0 that is shown: its lowest bit is 0, and the fifth is 1.
    let [t0, t1, t2, _] = ((first_partition_bytes as u32) << 5 | 1 << 4).to_le_bytes();
    let ([w0, w1, ..], [h0, h1, ..]) = (width.to_le_bytes(), height.to_le_bytes());
    [t0, t1, t2, 0x9d, 0x01, 0x2a, w0, w1, h0, h1]
}

impl FrameHeader<'_> {
    /// Writes the first partition: the header, and the modes of all macroblocks.
    ///
    /// Error: `image_too_large` beyond the limit.
    pub(super) fn write(&self, columns: usize, modes: &[MacroblockModes], limit: OutputLimit) -> Result<Vec<u8>> {
        let mut bits = BoolWriter::with_capacity(0);
        limit.reserve(bits.bytes(), MOST_HEADER_BYTES)?;
        bits.literal(0, 2); // color_space, clamping_type
        let map = self.write_segments(modes, &mut bits);
        bits.flag(false); // filter_type: normal
        bits.literal(self.segments.filter_levels.iter().copied().max().unwrap_or(0).into(), 6);
        bits.literal(self.sharpness, 3);
        bits.flag(false); // loop_filter_adj_enable
        bits.literal(0, 2); // log2_nbr_of_dct_partitions
        bits.literal(self.segments.indices.first().copied().unwrap_or(0) as u32, 7);
        let QuantiserDeltas { y1_dc, y2_dc, y2_ac, chroma_dc, chroma_ac } = self.deltas;
        for delta in [y1_dc, y2_dc, y2_ac, chroma_dc, chroma_ac] {
            bits.optional_signed(delta, 4);
        }
        bits.flag(false); // refresh_entropy_probs
        self.write_token_probabilities(&mut bits);
        let skipped = modes.iter().filter(|modes| modes.is_skipped).count();
        let skip = (skipped > 0 && self.has_skip_flags).then(|| probability(modes.len() - skipped, modes.len()));
        bits.flag(skip.is_some());
        if let Some(probability) = skip {
            bits.literal(probability.into(), 8);
        }
        let mut above = vec![[0; 4]; columns];
        for row in modes.chunks(columns.max(1)) {
            limit.reserve(bits.bytes(), MOST_MODE_BYTES * row.len() + 16)?;
            let mut left = [0; 4];
            for (modes, above) in row.iter().zip(&mut above) {
                if let Some([top, low, high]) = map {
                    let is_high = modes.segment > 1;
                    bits.put(is_high, top);
                    bits.put(modes.segment & 1 == 1, if is_high { high } else { low });
                }
                if let Some(probability) = skip {
                    bits.put(modes.is_skipped, probability);
                }
                write_luma(modes.luma, above, &mut left, &mut bits);
                write_chroma(modes.chroma, &mut bits);
            }
        }
        Ok(bits.finish())
    }

    /// Writes the fields of the segments (section 9.3), and returns the probabilities of the map, if there is one.
    fn write_segments(&self, modes: &[MacroblockModes], bits: &mut BoolWriter) -> Option<[u8; 3]> {
        let Segments { map, indices, filter_levels } = self.segments;
        bits.flag(!map.is_empty());
        if map.is_empty() {
            return None;
        }
        bits.literal(0b11, 2); // update_mb_segmentation_map, update_segment_feature_data
        bits.flag(true); // segment_feature_mode: the values themselves
        for segment in 0..4 {
            bits.optional_signed(indices.get(segment).copied().unwrap_or(0), 7);
        }
        for segment in 0..4 {
            bits.optional_signed(filter_levels.get(segment).copied().unwrap_or(0).into(), 6);
        }
        let mut counts = [0; 4];
        for modes in modes {
            counts[usize::from(modes.segment & 3)] += 1;
        }
        let [a, b, c, d] = counts;
        let probabilities = [probability(a + b, a + b + c + d), probability(a, a + b), probability(c, c + d)];
        for probability in probabilities {
            bits.flag(probability != 255);
            if probability != 255 {
                bits.literal(probability.into(), 8);
            }
        }
        Some(probabilities)
    }

    fn write_token_probabilities(&self, bits: &mut BoolWriter) {
        let flat = |tokens: &[TokenProbabilities; 4]| tokens.as_flattened().as_flattened().as_flattened().to_vec();
        for ((own, default), update) in
            flat(self.tokens).into_iter().zip(flat(&DEFAULT_TOKENS)).zip(flat(&TOKEN_UPDATES))
        {
            bits.put(own != default, update);
            if own != default {
                bits.literal(own.into(), 8);
            }
        }
    }
}

/// The probability of `count` out of `all`, in 256ths.
fn probability(count: usize, all: usize) -> u8 {
    (256 * count + all / 2).checked_div(all).unwrap_or(255).clamp(1, 255) as u8
}

fn write_luma(modes: LumaModes, above: &mut [u8; 4], left: &mut [u8; 4], bits: &mut BoolWriter) {
    match modes {
        LumaModes::Whole(mode) => {
            write_whole(mode, bits);
            (*above, *left) = ([SubblockMode::of(mode) as u8; 4], [SubblockMode::of(mode) as u8; 4]);
        }
        LumaModes::Subblocks(modes) => {
            write_subblocks(bits);
            for (left, modes) in left.iter_mut().zip(modes.as_chunks::<4>().0) {
                for (above, mode) in above.iter_mut().zip(modes) {
                    write_subblock(*mode, *above, *left, bits);
                    (*above, *left) = (*mode, *mode);
                }
            }
        }
    }
}
