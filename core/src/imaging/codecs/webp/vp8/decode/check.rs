//! Checks that the data of a key frame is complete: decodes every mode and every token, and keeps nothing.
//!
//! It refuses a frame exactly when libwebp does: when a bool of any partition needs a byte after the end of the partition.
//! Nothing else can be wrong with a lossy picture, since every value of every field decodes to some picture.

use crate::error::Result;
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::memory_budget::MemoryBudget;
use crate::rules::ImageRules;

use super::header::Vp8Header;
use super::modes::{MacroblockModes, ModeReader};
use super::tokens::{Nonzero, TokenReader};

/// Decodes the modes and tokens of a key frame to their end.
///
/// Errors: `image_corrupt`, `image_too_large`, `cancelled`.
pub(crate) fn check(data: &[u8], rules: &ImageRules, budget: &mut MemoryBudget) -> Result<()> {
    let size = Vp8Header::parse(data)?;
    let (header, mut first, mut partitions) = size.read_partitions(data)?;
    let columns = size.width.div_ceil(16) as usize;
    let row_bytes = columns * (size_of::<MacroblockModes>() + size_of::<Nonzero>());
    budget.take(ModeReader::memory_bytes(columns) + row_bytes as u64)?;
    let mut mode_reader = ModeReader::new(columns);
    let tokens = TokenReader::new(&header.tokens);
    let mut modes = vec![MacroblockModes::default(); columns];
    let mut above = vec![Nonzero::default(); columns];
    let count = partitions.len().max(1);
    for row in 0..size.height.div_ceil(16) as usize {
        rules.check_cancelled()?;
        mode_reader.read_row(&header, &mut first, &mut modes);
        if first.is_past_end() {
            return Err(corrupt("a WebP whose first VP8 partition ends early"));
        }
        let Some(partition) = partitions.get_mut(row % count) else { break };
        let mut left = Nonzero::default();
        for (modes, above) in modes.iter().zip(&mut above) {
            tokens.skip(*modes, partition, above, &mut left);
            if partition.is_past_end() {
                return Err(corrupt("a WebP with a VP8 token partition that ends early"));
            }
        }
    }
    Ok(())
}
