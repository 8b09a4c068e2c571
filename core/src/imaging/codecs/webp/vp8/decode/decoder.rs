//! `Decoder`: decodes a key frame, a row of macroblocks at a time.
//!
//! ```text
//! row 5   modes, from the first partition
//!         of each macroblock: tokens, from the partition of the row -> coefficients -> prediction and residuals
//!         loop filter: of row 5, and of the lowest pixels of row 4, from which row 5 was predicted before they are filtered
//! row 4   is finished, and passed on
//! ```
//!
//! It refuses a frame exactly when libwebp does: when a bool of any partition needs a byte after the end of the partition.
//! Nothing else can be wrong with a lossy picture, since every value of every field decodes to some picture.

use fearless_simd::Simd as Vectors;

use super::super::quantiser::Factors;
use super::bool_decoder::BoolDecoder;
use super::filter_strength::{FilterStrength, FilterStrengths};
use super::header::{FrameHeader, Vp8Header};
use super::loop_filter::FilterRow;
use super::macroblock::{Above, Left, Macroblock, Neighbours};
use super::modes::{MacroblockModes, ModeReader};
use super::tokens::{Coefficients, EdgeTokens, TokenReader};
use crate::error::Result;
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::memory_budget::MemoryBudget;
use crate::imaging::simd::{Kernel, Simd};
use crate::rules::ImageRules;

/// Decodes a key frame.
pub(in crate::imaging::codecs::webp) struct Decoder<'a> {
    parser: Parser<'a>,
    size: (usize, usize),
    simd: Simd,
    strengths: Option<FilterStrengths>,
    is_simple: bool,
    /// The pixels of the row that was decoded last, and of the one before.
    row: Vec<Macroblock>,
    row_above: Vec<Macroblock>,
    above: Vec<Above>,
    filters: Vec<FilterStrength>,
    passed_on: usize,
}

/// Parses modes and tokens.
struct Parser<'a> {
    rules: &'a ImageRules,
    header: FrameHeader,
    factors: [Factors; 4],
    first: BoolDecoder<'a>,
    partitions: Vec<BoolDecoder<'a>>,
    mode_reader: ModeReader,
    token_reader: Box<TokenReader>,
    modes: Vec<MacroblockModes>,
    tokens_above: Vec<EdgeTokens>,
    /// The number of rows of macroblocks, and of those that are parsed.
    rows: usize,
    parsed: usize,
}

impl<'a> Parser<'a> {
    const COLUMN_BYTES: u64 =
        ModeReader::COLUMN_BYTES + (size_of::<MacroblockModes>() + size_of::<EdgeTokens>()) as u64;
    const FIXED_BYTES: u64 = (size_of::<TokenReader>() + 8 * size_of::<BoolDecoder<'_>>()) as u64;

    fn new(data: &'a [u8], rules: &'a ImageRules, budget: &mut MemoryBudget) -> Result<Self> {
        let size = Vp8Header::parse(data)?;
        let (header, first, partitions) = size.read_partitions(data)?;
        let columns = size.columns();
        budget.take(Self::COLUMN_BYTES * columns as u64 + Self::FIXED_BYTES)?;
        Ok(Self {
            rules,
            factors: header.factors(),
            first,
            partitions,
            mode_reader: ModeReader::new(columns),
            token_reader: Box::new(TokenReader::new(&header.tokens)),
            modes: vec![MacroblockModes::default(); columns],
            tokens_above: vec![EdgeTokens::default(); columns],
            rows: size.rows(),
            parsed: 0,
            header,
        })
    }

    /// Parses the next row, and gives `take` each macroblock's column, modes and coefficients. Returns whether there was one.
    #[inline(always)]
    fn row(&mut self, mut take: impl FnMut(usize, &MacroblockModes, &Coefficients)) -> Result<bool> {
        if self.parsed == self.rows {
            return Ok(false);
        }
        self.rules.check_cancelled()?;
        self.mode_reader.read_row(&self.header, &mut self.first, &mut self.modes);
        if self.first.is_past_end() {
            return Err(corrupt("a WebP whose first VP8 partition ends early"));
        }
        let number = self.parsed % self.partitions.len().max(1);
        self.parsed += 1;
        let Some(partition) = self.partitions.get_mut(number) else { return Ok(false) };
        let mut left = EdgeTokens::default();
        let mut coefficients = Coefficients::default();
        for (column, (modes, above)) in self.modes.iter().zip(&mut self.tokens_above).enumerate() {
            let factors = &self.factors[usize::from(modes.segment & 3)];
            self.token_reader.read(modes, factors, partition, (above, &mut left), &mut coefficients);
            if partition.is_past_end() {
                return Err(corrupt("a WebP with a VP8 token partition that ends early"));
            }
            take(column, modes, &coefficients);
            coefficients.clear();
        }
        Ok(true)
    }
}

/// Parses the modes and tokens of a key frame to their end.
///
/// Errors: `image_corrupt`, `image_too_large`, `cancelled`.
pub(in crate::imaging::codecs::webp) fn check(
    data: &[u8],
    rules: &ImageRules,
    budget: &mut MemoryBudget,
) -> Result<()> {
    let mut parser = Parser::new(data, rules, budget)?;
    let simd = Simd::detect();
    while simd.run(
        #[inline(always)]
        || parser.row(|_, _, _| {}),
    )? {}
    Ok(())
}

impl<'a> Decoder<'a> {
    const COLUMN_BYTES: u64 =
        Parser::COLUMN_BYTES + (2 * size_of::<Macroblock>() + size_of::<Above>() + size_of::<FilterStrength>()) as u64;

    /// The memory for a frame of this width, in bytes.
    pub(in crate::imaging::codecs::webp) fn memory_bytes(width: u32) -> u64 {
        u64::from(width.div_ceil(16)) * Self::COLUMN_BYTES + Parser::FIXED_BYTES
    }

    /// Reads the header and allocates what [`Self::memory_bytes`] says.
    ///
    /// Errors: `image_corrupt`, `image_too_large`.
    pub(in crate::imaging::codecs::webp) fn new(
        data: &'a [u8],
        rules: &'a ImageRules,
        budget: &mut MemoryBudget,
    ) -> Result<Self> {
        let Vp8Header { width, height, .. } = Vp8Header::parse(data)?;
        let parser = Parser::new(data, rules, budget)?;
        let columns = parser.modes.len();
        budget.take((Self::COLUMN_BYTES - Parser::COLUMN_BYTES) * columns as u64)?;
        let strengths = FilterStrengths::new(&parser.header);
        Ok(Self {
            size: (width as usize, height as usize),
            simd: Simd::detect(),
            is_simple: parser.header.filter.is_simple,
            row: vec![Macroblock::BLACK; columns],
            row_above: vec![Macroblock::BLACK; if strengths.is_some() { columns } else { 0 }],
            above: vec![Above::OUTSIDE; columns],
            filters: vec![FilterStrength::default(); columns],
            passed_on: 0,
            strengths,
            parser,
        })
    }

    /// The same with other instructions.
    #[cfg(any(test, fuzzing))]
    pub(super) fn with_simd(self, simd: Simd) -> Self {
        Self { simd, ..self }
    }

    /// What it is decoded with.
    pub(super) fn simd(&self) -> Simd {
        self.simd
    }

    /// Width and height, in pixels.
    pub(super) fn size(&self) -> (usize, usize) {
        self.size
    }

    /// Macroblocks in a row.
    pub(super) fn columns(&self) -> usize {
        self.row.len()
    }

    /// The next row of macroblocks that is finished, or `None` after the last one.
    ///
    /// Errors: `image_corrupt`, `cancelled`.
    pub(super) fn next_row(&mut self) -> Result<Option<&[Macroblock]>> {
        if self.passed_on == self.parser.rows {
            return Ok(None);
        }
        let delay = usize::from(self.strengths.is_some());
        while self.parser.parsed < (self.passed_on + 1 + delay).min(self.parser.rows) {
            self.decode_row()?;
        }
        self.passed_on += 1;
        Ok(Some(self.finished()))
    }

    /// The row of macroblocks that was passed on last.
    pub(super) fn finished(&self) -> &[Macroblock] {
        if self.passed_on < self.parser.parsed { &self.row_above } else { &self.row }
    }

    fn decode_row(&mut self) -> Result<()> {
        let is_first = self.parser.parsed == 0;
        if self.strengths.is_some() {
            std::mem::swap(&mut self.row, &mut self.row_above);
        }
        let Self { parser, strengths, row, above, filters, .. } = self;
        let mut decoded = Ok(false);
        self.simd.run_kernel(DecodeRow { parser, strengths, row, above, filters, is_first, decoded: &mut decoded });
        decoded?;
        if self.strengths.is_some() {
            let Self { row, row_above, filters, is_simple, .. } = self;
            let above = if is_first { &mut [] } else { row_above.as_mut_slice() };
            self.simd.run_kernel(FilterRow { above, row, strengths: filters, is_simple: *is_simple });
        }
        Ok(())
    }
}

/// Decodes a row of macroblocks, without the loop filter.
struct DecodeRow<'d, 'a> {
    parser: &'d mut Parser<'a>,
    strengths: &'d Option<FilterStrengths>,
    row: &'d mut [Macroblock],
    above: &'d mut [Above],
    filters: &'d mut [FilterStrength],
    is_first: bool,
    decoded: &'d mut Result<bool>,
}

impl Kernel for DecodeRow<'_, '_> {
    #[inline(always)]
    fn run<V: Vectors>(self, vectors: V) {
        let Self { parser, strengths, row, above, filters, is_first, decoded } = self;
        let mut left = Left::outside(is_first);
        *decoded = parser.row(
            #[inline(always)]
            |column, modes, coefficients| {
                let next = above.get(column + 1).copied();
                let (Some(macroblock), Some(above)) = (row.get_mut(column), above.get_mut(column)) else { return };
                let [.., last] = above.luma;
                let above_right = match next {
                    Some(Above { luma: [a, b, c, d, ..], .. }) => [a, b, c, d],
                    None => [last; 4],
                };
                let (has_above, has_left) = (!is_first, column > 0);
                let neighbours = Neighbours { above, above_right, left: &left, has_above, has_left };
                macroblock.reconstruct(vectors, modes, &neighbours, coefficients);
                left = Left::of(macroblock, above);
                *above = Above::below(macroblock);
                if let (Some(strengths), Some(filter)) = (strengths, filters.get_mut(column)) {
                    *filter = strengths.of(modes, coefficients.present != 0);
                }
            },
        );
    }
}
