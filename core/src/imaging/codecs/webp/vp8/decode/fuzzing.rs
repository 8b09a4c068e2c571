//! What the fuzz target `vp8` calls, compiled for it alone: the decoder without a container.

use crate::error::Result;
use crate::imaging::codecs::memory_budget::MemoryBudget;
use crate::imaging::codecs::plane_decoder::PlaneSink;
use crate::imaging::simd::Simd;
use crate::rules::ImageRules;

use super::decoder::Decoder;

struct Rows<'r>(&'r mut dyn FnMut(usize, &[u8]));

impl PlaneSink for Rows<'_> {
    fn row(&mut self, plane: usize, row: &[u8]) -> Result<()> {
        (self.0)(plane, row);
        Ok(())
    }
}

/// Decodes the data of a `VP8 ` chunk and gives `take_row` the rows of its planes, with the best instructions or with those of the
/// target alone.
pub fn decode_lossy_planes(
    data: &[u8],
    rules: &ImageRules,
    has_best_instructions: bool,
    take_row: &mut dyn FnMut(usize, &[u8]),
) -> Result<()> {
    let simd = if has_best_instructions { Simd::detect() } else { Simd::TARGET };
    let decoder = Decoder::new(data, rules, &mut MemoryBudget::new(rules, 0)?)?;
    rules.check_dimensions(decoder.size().0 as u32, decoder.size().1 as u32)?;
    decoder.with_simd(simd).planes(&mut Rows(take_row))
}
