//! `Decoder`: a whole VP8L bitstream (RFC 9649, section 3.4 onwards): header, transforms, and the pixels row by row.

use crate::error::Result;
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::memory_budget::MemoryBudget;
use crate::rules::ImageRules;

use super::bit_reader::BitReader;
use super::entropy_decoder::{EntropyDecoder, ROWS_AT_ONCE};
use super::transform::Transforms;

/// The first byte of the bitstream.
const SIGNATURE: u32 = 0x2f;

/// A VP8L bitstream, read up to its pixels.
pub(in crate::imaging::codecs::webp) struct Decoder<'a, 'r> {
    reader: BitReader<'a>,
    transforms: Transforms,
    pixels: EntropyDecoder,
    height: usize,
    rules: &'r ImageRules,
    row: Vec<u32>,
}

impl<'a, 'r> Decoder<'a, 'r> {
    /// Reads the bitstream of a `VP8L` chunk, which starts with the size of the picture.
    ///
    /// Errors: `image_corrupt`, also for a size other than this one; `image_too_large` if tables exceed the budget; `cancelled`.
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

    /// Reads a bitstream without a header, as in an `ALPH` chunk (RFC 9649, section 2.7.1.2).
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
        // Colour indexing packs pixels, so that a coded row may be shorter than one of the picture.
        budget.take(4 * size.0.max(coded.0) as u64)?;
        let row = Vec::with_capacity(size.0.max(coded.0));
        Ok(Self { reader, transforms, pixels, height: size.1, rules, row })
    }

    /// Decodes all rows and passes each to `take_row`, as ARGB.
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
                self.transforms.inverse(&mut self.row, y);
                take_row(&self.row)?;
            }
            taken = self.pixels.rows();
        }
        Ok(())
    }

    /// Decodes all pixels and keeps none. The inverse transforms are left out, since they cannot fail.
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
