//! The colour cache (RFC 9649, section 3.6.3): the colours used last, each at the place that a hash of it says.

use crate::error::Result;
use crate::imaging::codecs::memory_budget::MemoryBudget;

/// What spreads colours over the cache.
const MULTIPLIER: u32 = 0x1e35_a7bd;

/// The cache, which lags: pixels are put in when a colour is looked up, and not one by one.
pub(super) struct ColorCache {
    colors: Vec<u32>,
    shift: u32,
}

impl ColorCache {
    /// A cache of `1 << bits` colours, `bits` of 1 to 11.
    pub(super) fn new(bits: u32, budget: &mut MemoryBudget) -> Result<Self> {
        Ok(Self { colors: budget.zeros(1 << bits)?, shift: 32 - bits })
    }

    pub(super) fn symbols(&self) -> usize {
        self.colors.len()
    }

    pub(super) fn memory_bytes(&self) -> u64 {
        size_of_val(self.colors.as_slice()) as u64
    }

    /// Puts pixels in, in the order in which they were decoded.
    #[inline]
    pub(super) fn insert(&mut self, pixels: &[u32]) {
        for pixel in pixels {
            let place = (pixel.wrapping_mul(MULTIPLIER) >> self.shift) as usize;
            if let Some(color) = self.colors.get_mut(place) {
                *color = *pixel;
            }
        }
    }

    /// The colour at a place.
    #[inline]
    pub(super) fn color(&self, place: usize) -> u32 {
        self.colors.get(place).copied().unwrap_or_default()
    }
}
