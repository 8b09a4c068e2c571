//! The colour cache (RFC 9649, section 3.6.3): recently used colours, each at the index that a hash of it yields. A pixel that is
//! in the cache is coded as its index, in one symbol instead of four.
//!
//! ```text
//! code bits 4, so 16 entries: index = (0x1e35a7bd * argb mod 2^32) >> 28
//! ff000000   0x43000000   index 4     a colour takes the place of the one with the same index
//! ffff0000   0x58430000   index 5
//! ```

use crate::error::Result;
use crate::imaging::codecs::memory_budget::MemoryBudget;

/// The hash multiplier of the standard.
const MULTIPLIER: u32 = 0x1e35_a7bd;

/// The cache, which lags behind the decoded pixels: they are inserted when a colour is looked up, not one by one.
pub(super) struct ColorCache {
    colors: Vec<u32>,
    shift: u32,
}

impl ColorCache {
    /// A cache of `1 << code_bits` colours, with 1 to 11 code bits.
    pub(super) fn new(code_bits: u32, budget: &mut MemoryBudget) -> Result<Self> {
        Ok(Self { colors: budget.zeros(1 << code_bits)?, shift: 32 - code_bits })
    }

    /// How many colour cache codes the alphabet of green gains.
    pub(super) fn symbols(&self) -> usize {
        self.colors.len()
    }

    pub(super) fn memory_bytes(&self) -> u64 {
        size_of_val(self.colors.as_slice()) as u64
    }

    /// Inserts pixels in the order in which they were decoded.
    #[inline]
    pub(super) fn insert(&mut self, pixels: &[u32]) {
        for pixel in pixels {
            let index = (pixel.wrapping_mul(MULTIPLIER) >> self.shift) as usize;
            if let Some(color) = self.colors.get_mut(index) {
                *color = *pixel;
            }
        }
    }

    /// The colour at an index.
    #[inline]
    pub(super) fn color(&self, index: usize) -> u32 {
        self.colors.get(index).copied().unwrap_or_default()
    }
}
