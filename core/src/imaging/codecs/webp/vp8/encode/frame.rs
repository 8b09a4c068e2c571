//! Encodes a key frame: segments, then macroblock by macroblock, then the partitions.

use super::super::quantiser::QuantiserDeltas;
use super::super::token_probabilities::{DEFAULT_TOKENS, TokenProbabilities};
use super::bool_writer::BoolWriter;
use super::frame_header::{FrameHeader, TAG_BYTES, frame_tag};
use super::macroblock::MacroblockModes;
use super::macroblock_encoder::{Column, MacroblockEncoder};
use super::planes::Planes;
use super::quantiser::SegmentQuantiser;
use super::segments::{Segments, activities};
use super::settings::{MOST_FIRST_PARTITION_BYTES, Settings};
use super::token_costs::TokenCosts;
use super::tokens::TokenBuffer;
use crate::imaging::codecs::failure::Failure;
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::simd::{Kernel, Simd};

/// Means of blocks are quantised finely: an error in them is seen as an edge between blocks. Measured: -6 saves 2 % of the bytes at
/// equal SSIMULACRA2, and no more beyond that.
const FINE_DC: QuantiserDeltas = QuantiserDeltas { y1_dc: -6, y2_dc: 0, y2_ac: 0, chroma_dc: -6, chroma_ac: 0 };
/// Frames with more macroblocks are coded with the fewest modes: the first partition has room for little more than three bits
/// each.
const MOST_RICH_MACROBLOCKS: usize = 300_000;
/// The most bits of the modes of a macroblock that is predicted as a whole, with its segment and its skip flag.
const WHOLE_BITS: u64 = 11;
/// The most bits of the modes of a macroblock with sixteen modes of subblocks.
const SUBBLOCKS_BITS: u64 = 16 * 12 + WHOLE_BITS;

/// The memory of encoding a frame, without planes, tokens and partitions, in bytes: modes and segments of all macroblocks,
/// contexts of a row of them, and tables.
pub(in crate::imaging::codecs::webp) fn frame_memory_bytes(width: u32, height: u32) -> u64 {
    let (columns, rows) = (u64::from(width.div_ceil(16)), u64::from(height.div_ceil(16)));
    let of_macroblock = size_of::<MacroblockModes>() as u64 + 1;
    columns * rows * of_macroblock
        + columns * size_of::<Column>() as u64
        + TokenBuffer::memory_bytes(columns * rows)
        + (32 << 10)
}

/// The state of a frame while its macroblocks are encoded.
struct FrameEncoder<'a> {
    planes: &'a mut Planes,
    settings: Settings,
    limit: OutputLimit,
    segments: Segments,
    quantisers: Vec<SegmentQuantiser>,
    costs: TokenCosts,
    tokens: TokenBuffer,
    /// The probabilities of all tokens, and the second partition, from the time on that there are too many tokens to keep.
    partition: Option<(Box<[TokenProbabilities; 4]>, BoolWriter)>,
    modes: Vec<MacroblockModes>,
    above: Vec<Column>,
    /// Bits that the first partition has left.
    mode_bits_left: u64,
    failure: Option<Failure>,
}

impl Kernel for &mut FrameEncoder<'_> {
    #[inline(always)]
    fn run<V: fearless_simd::Simd>(self, vectors: V) {
        let (columns, rows) = (self.planes.columns, self.planes.rows);
        let interval = (columns * rows / 8).max(96);
        for row in 0..rows {
            let mut left = Column::default();
            for column in 0..columns {
                let number = row * columns + column;
                if self.partition.is_none() && number > 0 && number.is_multiple_of(interval) {
                    self.costs.update(&self.tokens.probabilities());
                }
                self.macroblock(vectors, column, row, &mut left);
                if self.tokens.is_full() {
                    self.write_tokens();
                }
            }
            if self.failure.is_some() {
                return;
            }
        }
        self.write_tokens();
    }
}

impl FrameEncoder<'_> {
    #[inline(always)]
    fn macroblock<V: fearless_simd::Simd>(&mut self, vectors: V, column: usize, row: usize, left: &mut Column) {
        let number = row * self.planes.columns + column;
        let segment = self.segments.of(number);
        let (Some(quantiser), Some(above)) = (self.quantisers.get(segment), self.above.get_mut(column)) else { return };
        let is_poor = self.settings.has_few_modes;
        let others = (self.planes.columns * self.planes.rows - number) as u64 * WHOLE_BITS;
        let mut encoder = MacroblockEncoder {
            planes: self.planes,
            tokens: &mut self.tokens,
            costs: &self.costs,
            quantiser,
            settings: &self.settings,
            has_subblocks: !is_poor && self.mode_bits_left > others + SUBBLOCKS_BITS,
        };
        let modes = encoder.encode(vectors, (column, row), segment as u8, above, left);
        self.mode_bits_left = self.mode_bits_left.saturating_sub(modes.bits());
        self.modes.push(modes);
    }

    /// Writes the tokens that are kept, with the probabilities that suit the first ones.
    #[cold]
    #[inline(never)]
    fn write_tokens(&mut self) {
        if self.failure.is_some() {
            return;
        }
        let Self { tokens, partition, costs, limit, .. } = self;
        let (probabilities, bits) = partition.get_or_insert_with(|| {
            let probabilities = Box::new(tokens.probabilities());
            costs.update(&probabilities);
            (probabilities, BoolWriter::with_capacity(0))
        });
        self.failure = tokens.write(probabilities, *limit, bits).err().map(Failure::from);
    }
}

/// Encodes the planes of a picture, appends the frame to a file, and replaces the planes by what a decoder makes of it without
/// its loop filter.
///
/// Error: `image_too_large` for a file beyond the limit.
pub(in crate::imaging::codecs::webp) fn encode_frame(
    planes: &mut Planes,
    settings: Settings,
    limit: OutputLimit,
    simd: Simd,
    file: &mut Vec<u8>,
) -> Result<(), Failure> {
    let (columns, rows, stride) = (planes.columns, planes.rows, planes.stride());
    let (width, height) = (planes.width, planes.height);
    let settings =
        Settings { has_few_modes: settings.has_few_modes || columns * rows > MOST_RICH_MACROBLOCKS, ..settings };
    let activities = simd.run(
        #[inline(always)]
        || activities(&planes.luma, stride),
    );
    let segments = Segments::new(activities, &settings);
    let deltas = FINE_DC;
    let quantisers = segments.indices.iter().map(|index| SegmentQuantiser::new(*index, deltas)).collect();
    let mut encoder = FrameEncoder {
        planes,
        settings,
        limit: limit.without(file.capacity() as u64),
        segments,
        quantisers,
        costs: TokenCosts::new(&DEFAULT_TOKENS),
        tokens: TokenBuffer::new(columns * rows),
        partition: None,
        modes: Vec::with_capacity(columns * rows),
        above: vec![Column::default(); columns],
        mode_bits_left: settings.most_mode_bits,
        failure: None,
    };
    simd.run_kernel(&mut encoder);
    let FrameEncoder { segments, partition, modes, failure, .. } = encoder;
    if let Some(failure) = failure {
        return Err(failure);
    }
    let (probabilities, tokens) = partition.ok_or("a frame without tokens")?;
    let header = FrameHeader {
        segments: &segments,
        sharpness: settings.sharpness,
        deltas,
        tokens: &probabilities,
        has_skip_flags: !settings.has_few_modes,
    };
    let tokens = tokens.finish();
    let first = header.write(columns, &modes, limit.without((file.capacity() + tokens.capacity()) as u64))?;
    if first.len() > MOST_FIRST_PARTITION_BYTES {
        return Err("more modes than a frame can state".into());
    }
    limit
        .without((first.capacity() + tokens.capacity()) as u64)
        .reserve(file, TAG_BYTES + first.len() + tokens.len() + 1)?;
    file.extend(frame_tag(width as u32, height as u32, first.len()));
    file.extend(first);
    file.extend(tokens);
    Ok(())
}
