//! Whether all of a key frame's data is there: every mode and every token is decoded, and nothing is kept.
//!
//! A frame is refused exactly when libwebp refuses it: once a decision of any partition needs a byte after its end. This is
//! also all that checking a lossy picture takes, since every value of every field gives some picture.

use crate::error::Result;
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::memory_budget::MemoryBudget;
use crate::rules::ImageRules;

use super::header::Vp8Header;
use super::modes::{MacroblockModes, ModeReader};
use super::tokens::{Edge, TokenReader};

/// Decodes the modes and tokens of a key frame to their end.
///
/// Errors: `image_corrupt`, `image_too_large`, `cancelled`.
pub(crate) fn check(data: &[u8], rules: &ImageRules, budget: &mut MemoryBudget) -> Result<()> {
    let size = Vp8Header::parse(data)?;
    let (header, mut first, mut partitions) = size.read_partitions(data)?;
    let columns = size.width.div_ceil(16) as usize;
    let row_bytes = columns * (size_of::<MacroblockModes>() + size_of::<Edge>());
    budget.take(ModeReader::memory_bytes(columns) + row_bytes as u64)?;
    let mut mode_reader = ModeReader::new(columns);
    let tokens = TokenReader::new(&header.tokens);
    let mut modes = vec![MacroblockModes::default(); columns];
    let mut above = vec![Edge::default(); columns];
    let count = partitions.len().max(1);
    for row in 0..size.height.div_ceil(16) as usize {
        rules.check_cancelled()?;
        mode_reader.read_row(&header, &mut first, &mut modes);
        if first.is_past_end() {
            return Err(corrupt("a WebP whose first VP8 partition ends early"));
        }
        let Some(partition) = partitions.get_mut(row % count) else { break };
        let mut left = Edge::default();
        for (modes, above) in modes.iter().zip(&mut above) {
            tokens.pass_over(*modes, partition, above, &mut left);
            if partition.is_past_end() {
                return Err(corrupt("a WebP with a VP8 token partition that ends early"));
            }
        }
    }
    Ok(())
}
