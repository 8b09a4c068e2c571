//! Encodes a key frame: segments, then macroblock by macroblock, then the partitions.

use fearless_simd::Simd as Vectors;

use super::bool_writer::BoolWriter;
use super::chroma::DcErrors;
use super::frame_header::{FrameHeader, MOST_FIRST_PARTITION_BYTES, frame_tag};
use super::macroblock::{Coder, LumaModes, MacroblockModes, Neighbours, Nonzero};
use super::planes::Planes;
use super::predict::{Edges, Mode};
use super::quantiser::{Deltas, SegmentQuantiser};
use super::segments::{Segments, activities};
use super::tokens::{BlockType, TokenBuffer, TokenCosts};
use super::{chroma, subblocks, whole_luma};
use super::super::token_probabilities::DEFAULT_TOKENS;
use crate::imaging::codecs::failure::Failure;
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::simd::{Kernel, Simd};

/// How a frame is encoded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    /// 1 to 100.
    pub quality: u8,
    /// The number of modes whose exact cost is computed.
    pub candidates: usize,
    pub segments: usize,
    /// Whether edges between blocks are filtered.
    pub is_filtered: bool,
}

use super::tune;

/// The state of a frame while its macroblocks are encoded.
struct FrameEncoder<'a> {
    planes: &'a mut Planes,
    settings: Settings,
    limit: OutputLimit,
    segments: Segments,
    quantisers: Vec<SegmentQuantiser>,
    costs: TokenCosts,
    tokens: TokenBuffer,
    modes: Vec<MacroblockModes>,
    above: Vec<(Nonzero, [u8; 4], DcErrors)>,
    failure: Option<Failure>,
}

/// The most words of tokens that a macroblock has: 25 blocks of 16 tokens, each of two words.
const MOST_WORDS: usize = 25 * 16 * 2;

impl Kernel for &mut FrameEncoder<'_> {
    #[inline(always)]
    fn run<V: Vectors>(self, vectors: V) {
        let (columns, rows) = (self.planes.columns, self.planes.rows);
        let interval = (columns * rows / 8).max(96);
        for row in 0..rows {
            let mut left = (Nonzero::default(), [0; 4], DcErrors::default());
            for column in 0..columns {
                let number = row * columns + column;
                if number > 0 && number.is_multiple_of(interval) {
                    self.costs.update(&self.tokens.probabilities());
                }
                self.macroblock(vectors, column, row, &mut left);
            }
            let words = columns * MOST_WORDS;
            let _ = words;
        }
    }
}

impl FrameEncoder<'_> {
    #[inline(always)]
    fn macroblock<V: Vectors>(&mut self, vectors: V, column: usize, row: usize, left: &mut (Nonzero, [u8; 4], DcErrors)) {
        let number = row * self.planes.columns + column;
        let segment = self.segments.of(number);
        let Some(quantiser) = self.quantisers.get(segment) else { return };
        let coder = Coder { quantiser, costs: &self.costs, candidates: self.settings.candidates };
        let Some(above) = self.above.get_mut(column) else { return };
        let neighbours = Neighbours { above: above.0, left: left.0, above_modes: above.1, left_modes: left.1 };

        let stride = self.planes.stride();
        let (x, y) = (16 * column, 16 * row);
        let source = Planes::square::<16>(&self.planes.luma, stride, x, y);
        let edges = Edges::<16>::of(&self.planes.luma, stride, x, y);
        let whole = whole_luma::best(vectors, &coder, &source, &edges, &neighbours);
        let mut above_right = [127; 4];
        if row > 0 {
            // Beyond the picture the last sample is repeated.
            above_right = [edges.above[15]; 4];
            if column + 1 < self.planes.columns {
                let start = (y - 1) * stride + x + 16;
                above_right.iter_mut().zip(self.planes.luma.get(start..).unwrap_or_default()).for_each(|(to, from)| *to = *from);
            }
        }
        let subblocks = subblocks::best(vectors, &coder, &source, &edges, above_right, &neighbours, whole.cost);

        let chroma_stride = stride / 2;
        let [u, v] = &self.planes.chroma;
        let source = [u, v].map(|plane| Planes::square::<8>(plane, chroma_stride, x / 2, y / 2));
        let edges = [u, v].map(|plane| Edges::<8>::of(plane, chroma_stride, x / 2, y / 2));
        let chroma = chroma::best(vectors, &coder, &source, &edges, &neighbours, (&above.2, &left.2));
        (above.2, left.2) = (chroma.below, chroma.right);

        let (luma, reconstruction, y2, blocks) = match &subblocks {
            Some(coded) => (LumaModes::Subblocks(coded.modes), coded.reconstruction, None, &coded.blocks),
            None => (LumaModes::Whole(whole.mode), whole.reconstruct(quantiser), Some(&whole.y2), &whole.blocks),
        };
        Planes::put_square(&mut self.planes.luma, stride, x, y, &reconstruction);
        for (plane, square) in self.planes.chroma.iter_mut().zip(chroma.reconstruct(quantiser)) {
            Planes::put_square(plane, chroma_stride, x / 2, y / 2, &square);
        }
        match luma {
            LumaModes::Whole(mode) => (above.1, left.1) = ([mode.of_subblocks(); 4], [mode.of_subblocks(); 4]),
            LumaModes::Subblocks(modes) => {
                above.1.copy_from_slice(&modes[12..]);
                left.1 = [modes[3], modes[7], modes[11], modes[15]];
            }
        }

        let is_zero = |blocks: &[[i16; 16]]| blocks.as_flattened().iter().all(|level| *level == 0);
        let is_skipped = is_zero(blocks) && is_zero(&chroma.blocks) && y2.is_none_or(|y2| is_zero(&[*y2]));
        self.modes.push(MacroblockModes { segment: segment as u8, is_skipped, luma, chroma: chroma.mode });
        if is_skipped {
            for edge in [&mut above.0, &mut left.0] {
                *edge = Nonzero { y2: edge.y2 && y2.is_none(), ..Nonzero::default() };
            }
            return;
        }
        let (above, left, tokens) = (&mut above.0, &mut left.0, &mut self.tokens);
        let mut block_type = BlockType::LumaWithDc;
        if let Some(y2) = y2 {
            block_type = BlockType::LumaWithoutDc;
            let has_tokens = tokens.push(y2, BlockType::Y2, usize::from(above.y2) + usize::from(left.y2));
            (above.y2, left.y2) = (has_tokens, has_tokens);
        }
        let mut push = |levels: &[i16; 16], block_type: BlockType, above: &mut bool, left: &mut bool| {
            let has_tokens = tokens.push(levels, block_type, usize::from(*above) + usize::from(*left));
            (*above, *left) = (has_tokens, has_tokens);
        };
        for (number, levels) in blocks.iter().enumerate() {
            push(levels, block_type, &mut above.luma[number % 4], &mut left.luma[number / 4]);
        }
        for (number, levels) in chroma.blocks.iter().enumerate() {
            let (plane, row, column) = (number / 4, number / 2 % 2, number % 2);
            push(levels, BlockType::Chroma, &mut above.chroma[plane][column], &mut left.chroma[plane][row]);
        }
    }
}

/// Writes tokens, compiled for the processor.
struct WriteTokens<'a> {
    tokens: &'a TokenBuffer,
    probabilities: &'a [super::super::token_probabilities::TokenProbabilities; 4],
    bits: &'a mut BoolWriter,
}

impl WriteTokens<'_> {
    #[inline(always)]
    fn run(self) {
        self.tokens.write(self.probabilities, self.bits);
    }
}

/// Encodes the planes of a picture, and replaces them by what a decoder makes of it, without its loop filter.
///
/// Error: `image_too_large` for a file beyond the limit.
pub(super) fn encode(
    planes: &mut Planes,
    (width, height): (u32, u32),
    settings: Settings,
    limit: OutputLimit,
    simd: Simd,
) -> Result<Vec<u8>, Failure> {
    let stride = planes.stride();
    let activities = simd.run(
        #[inline(always)]
        || activities(&planes.luma, stride),
    );
    let mut segments = Segments::new(activities, settings.quality, settings.segments);
    if !settings.is_filtered {
        segments.filter_levels.fill(0);
    }
    let deltas = Deltas { y1_dc: -tune("Y1DC", 6) as i32, y2_dc: 0, y2_ac: 0, uv_dc: -tune("UVDC", 6) as i32, uv_ac: tune("UVAC", 0) as i32 };
    let quantisers = segments.indices.iter().map(|index| SegmentQuantiser::new(*index, &deltas)).collect();
    let (columns, rows) = (planes.columns, planes.rows);
    let mut encoder = FrameEncoder {
        planes,
        settings,
        limit,
        segments,
        quantisers,
        costs: TokenCosts::new(&DEFAULT_TOKENS),
        tokens: TokenBuffer::new(),
        modes: Vec::with_capacity(columns * rows),
        above: vec![(Nonzero::default(), [0; 4], DcErrors::default()); columns],
        failure: None,
    };
    simd.run_kernel(&mut encoder);
    let FrameEncoder { segments, tokens, modes, limit, .. } = encoder;
    let probabilities = tokens.probabilities();
    let header = FrameHeader { segments: &segments, sharpness: tune("SHARPNESS", 0) as u32, deltas: &deltas, tokens: &probabilities };
    let first = header.write(columns, &modes);
    if first.len() > MOST_FIRST_PARTITION_BYTES {
        return Err("more modes than a frame can state".into());
    }
    let mut bits = BoolWriter::with_capacity(1024);
    let write = WriteTokens { tokens: &tokens, probabilities: &probabilities, bits: &mut bits };
    simd.run(
        #[inline(always)]
        || write.run(),
    );
    let tokens = bits.finish();
    let mut file = Vec::new();
    limit.reserve(&mut file, 10 + first.len() + tokens.len())?;
    file.extend(frame_tag(width, height, first.len()));
    file.extend(first);
    file.extend(tokens);
    Ok(file)
}
