//! `MemoryBudget`: limits the allocations of a decoder whose size does not follow from a header.
//!
//! Rust aborts the process when an allocation fails, so a decoder asks first. It takes what it is about to allocate, and gives
//! back what it has dropped:
//!
//! ```text
//! budget of 5 MB, 1 MB of it counted from the header
//! take 3 MB  -> 4 MB in use
//! take 2 MB  -> image_too_large: memory_bytes, received 6 MB, max 5 MB; nothing was allocated
//! ```

use crate::error::Result;
use crate::rules::{ImageRules, at_most};

/// The memory of one call, counted as it is allocated.
#[derive(Debug)]
pub(crate) struct MemoryBudget {
    in_use_bytes: u64,
    max_bytes: u64,
}

impl MemoryBudget {
    /// The budget of the rules, of which `counted_bytes` are in use.
    ///
    /// Error: `image_too_large`.
    pub(crate) fn new(rules: &ImageRules, counted_bytes: u64) -> Result<Self> {
        let mut budget = Self { in_use_bytes: 0, max_bytes: rules.max_memory_bytes };
        budget.take(counted_bytes)?;
        Ok(budget)
    }

    /// Counts an allocation that is about to be made.
    ///
    /// Error: `image_too_large`, in which case nothing is counted.
    pub(crate) fn take(&mut self, bytes: u64) -> Result<()> {
        let in_use = self.in_use_bytes.saturating_add(bytes);
        at_most("memory_bytes", in_use, self.max_bytes)?;
        self.in_use_bytes = in_use;
        Ok(())
    }

    /// Subtracts an allocation that was dropped.
    pub(crate) fn give_back(&mut self, bytes: u64) {
        self.in_use_bytes = self.in_use_bytes.saturating_sub(bytes);
    }

    /// Allocates a vector of zeros.
    ///
    /// Error: `image_too_large`.
    pub(crate) fn zeros<T: Copy + Default>(&mut self, length: usize) -> Result<Vec<T>> {
        self.take((length as u64).saturating_mul(size_of::<T>() as u64))?;
        Ok(vec![T::default(); length])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allocation_beyond_the_budget_is_refused_and_not_counted() {
        let rules = ImageRules::default().max_memory_bytes(5_000_000);
        let mut budget = MemoryBudget::new(&rules, 1_000_000).unwrap();
        budget.take(3_000_000).unwrap();
        let refused = budget.take(2_000_000).unwrap_err();
        assert_eq!(refused.to_string(), "expected at most 5000000 for memory_bytes, received at least 6000000");
        budget.take(1_000_000).unwrap();
        assert!(budget.take(1).is_err());
        budget.give_back(2_000_000);
        assert_eq!(budget.zeros::<u32>(500_000).unwrap().len(), 500_000);
        assert!(budget.zeros::<u8>(1).is_err());
        assert!(budget.take(u64::MAX).is_err(), "no overflow");
        assert!(MemoryBudget::new(&rules, 5_000_001).is_err());
    }
}
