//! A whole VP8L stream: header, transforms, pixels, row by row (RFC 9649, section 3.4 and onwards).

use crate::error::Result;
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::memory_budget::MemoryBudget;
use crate::rules::ImageRules;

use super::bit_reader::BitReader;
use super::entropy_decoder::{EntropyDecoder, ROWS_AT_ONCE};
use super::transform::Transforms;

/// The first byte of a stream.
const SIGNATURE: u32 = 0x2f;

/// A VP8L stream that is read up to its pixels.
pub(in crate::imaging::codecs::webp) struct Decoder<'a, 'r> {
    reader: BitReader<'a>,
    transforms: Transforms,
    pixels: EntropyDecoder,
    height: usize,
    rules: &'r ImageRules,
    row: Vec<u32>,
}

impl<'a, 'r> Decoder<'a, 'r> {
    /// Reads the stream of a picture, which begins with its size.
    ///
    /// Errors: `image_corrupt`, also for another size than this; `image_too_large` for tables that the budget has no room
    /// for; `cancelled`.
    pub(in crate::imaging::codecs::webp) fn new(
        data: &'a [u8],
        (width, height): (u32, u32),
        rules: &'r ImageRules,
        budget: &mut MemoryBudget,
    ) -> Result<Self> {
        let mut reader = BitReader::new(data);
        let is_ours = reader.read(8) == SIGNATURE && (reader.read(14) + 1, reader.read(14) + 1) == (width, height);
        let _has_alpha = reader.flag();
        if !is_ours || reader.read(3) != 0 {
            return Err(corrupt("a WebP whose VP8L header and container differ"));
        }
        Self::headless(reader, (width, height), rules, budget)
    }

    /// Reads a stream without a header, as an alpha chunk has it (RFC 9649, section 2.7.1.2).
    pub(in crate::imaging::codecs::webp) fn of_alpha(
        data: &'a [u8],
        size: (u32, u32),
        rules: &'r ImageRules,
        budget: &mut MemoryBudget,
    ) -> Result<Self> {
        Self::headless(BitReader::new(data), size, rules, budget)
    }

    fn headless(
        mut reader: BitReader<'a>,
        size: (u32, u32),
        rules: &'r ImageRules,
        budget: &mut MemoryBudget,
    ) -> Result<Self> {
        let size = (size.0 as usize, size.1 as usize);
        let transforms = Transforms::read(&mut reader, size, rules, budget)?;
        let coded = (transforms.coded_width, size.1);
        let pixels = EntropyDecoder::new(&mut reader, coded, true, rules, budget)?;
        // Never longer than the longer of a coded row and one of the picture.
        budget.take(4 * size.0.max(coded.0) as u64)?;
        let row = Vec::with_capacity(size.0.max(coded.0));
        Ok(Self { reader, transforms, pixels, height: size.1, rules, row })
    }

    /// Decodes all rows, and passes each to `take_row`, as ARGB.
    ///
    /// Errors: `image_corrupt`, `cancelled`, and those of `take_row`.
    pub(in crate::imaging::codecs::webp) fn rows(
        mut self,
        mut take_row: impl FnMut(&[u32]) -> Result<()>,
    ) -> Result<()> {
        let mut taken = 0;
        while taken < self.height {
            self.advance(taken)?;
            for y in taken..self.pixels.rows() {
                self.row.clear();
                self.row.extend_from_slice(self.pixels.row(y));
                self.transforms.undo(&mut self.row, y);
                take_row(&self.row)?;
            }
            taken = self.pixels.rows();
        }
        Ok(())
    }

    /// Decodes all pixels and keeps none. The transforms are left out: they cannot fail.
    ///
    /// Errors: `image_corrupt`, `cancelled`.
    pub(in crate::imaging::codecs::webp) fn check(mut self) -> Result<()> {
        while !self.pixels.is_finished() {
            self.advance(self.pixels.rows())?;
        }
        Ok(())
    }

    fn advance(&mut self, rows: usize) -> Result<()> {
        self.rules.check_cancelled()?;
        self.pixels.advance(&mut self.reader, rows + ROWS_AT_ONCE)
    }
}
