//! `OutputLimit`: the memory that a result may take while it is written.
//!
//! The size of a file, and of what is kept until it is written (the tokens of a JPEG), is known only once it is written. Before,
//! an expected size that nearly every photograph stays below is counted against the rules with everything else. Memory beyond
//! that is requested while the file grows:
//!
//! ```text
//! max_memory_bytes 100 MB, 70 MB of it counted, 10 MB of these for the result: limit 40 MB
//! 12 MB written, room for 12 MB; 1 MB more    -> room for 18 MB, 12 + 18 MB while it moves
//! 18 MB written; 1 MB more                    -> room for 19 MB, 18 + 19 MB while it moves
//! 20 MB written; 1 MB more                    -> image_too_large: memory_bytes, received 101 MB, max 100 MB
//! ```

use crate::error::Result;
use crate::rules::at_most;

/// The limit on the bytes of one result.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OutputLimit {
    /// The most memory of the result, including both allocations while it is moved.
    bytes: u64,
    /// `max_memory_bytes`, for the message.
    max_memory_bytes: u64,
}

impl OutputLimit {
    /// The limit on a result for which `expected_bytes` are counted, with `spare_bytes` that are not in use otherwise.
    pub(crate) fn new(expected_bytes: u64, spare_bytes: u64, max_memory_bytes: u64) -> Self {
        Self { bytes: expected_bytes.saturating_add(spare_bytes), max_memory_bytes }
    }

    /// Reserves room for `more` bytes at the end of a file. It grows by half of its capacity, or by what is needed if the limit
    /// is near.
    ///
    /// Error: `image_too_large`.
    pub(crate) fn reserve(&self, file: &mut Vec<u8>, more: usize) -> Result<()> {
        self.reserve_for(file, more, 0)
    }

    /// The same for a file of an expected final size: all of it is reserved at once, so that the file is not moved again.
    pub(crate) fn reserve_for(&self, file: &mut Vec<u8>, more: usize, expected_bytes: u64) -> Result<()> {
        let (length, room) = (file.len() as u64, file.capacity() as u64);
        let needed = length.saturating_add(more as u64);
        if needed <= room {
            return Ok(());
        }
        let comfortable = needed.max(if expected_bytes > room { expected_bytes } else { room + room / 2 });
        let wanted = if room.saturating_add(comfortable) <= self.bytes { comfortable } else { needed };
        self.check(room.saturating_add(wanted))?;
        file.reserve_exact(usize::try_from(wanted - length).unwrap_or(usize::MAX));
        Ok(())
    }

    /// Checks what a result takes by now, in bytes.
    ///
    /// Error: `image_too_large`.
    pub(crate) fn check(&self, bytes: u64) -> Result<()> {
        let beyond = bytes.saturating_sub(self.bytes);
        at_most("memory_bytes", self.max_memory_bytes.saturating_add(beyond), self.max_memory_bytes)
    }

    /// The limit of a file while this many bytes are kept for it besides.
    pub(crate) fn without(&self, kept_bytes: u64) -> Self {
        Self { bytes: self.bytes.saturating_sub(kept_bytes), ..*self }
    }
}

#[cfg(test)]
impl OutputLimit {
    /// No limit.
    pub(crate) const NONE: Self = Self { bytes: u64::MAX, max_memory_bytes: u64::MAX };
}

/// The expected size of a lossless file whose pixels have `raw_bytes`. A small picture may be noise; photographs of 1 to 12 MP
/// become a PNG or WebP of 0.35 to 0.6 of that, and larger ones, which are less sharp, of 0.3 to 0.4.
pub(crate) fn expected_lossless_bytes(raw_bytes: u64) -> u64 {
    const SMALL: u64 = 128 << 10;
    const LARGE: u64 = 32 << 20;
    let (small, large) = (raw_bytes.min(SMALL), raw_bytes.saturating_sub(LARGE));
    let medium = raw_bytes - small - large;
    // Headers, and Huffman tables, which matter in small pictures.
    small + small / 8 + medium / 3 * 2 + large / 10 * 3 + (8 << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_grows_up_to_its_limit() {
        let limit = OutputLimit::new(10, 30, 100);
        let mut file = Vec::new();
        for _ in 0..18 {
            limit.reserve(&mut file, 1).unwrap();
            file.push(7);
        }
        assert!(file.capacity() <= 24);
        let refused = (0..10).find_map(|_| {
            let refused = limit.reserve(&mut file, 1).err();
            file.push(7);
            refused
        });
        let message = refused.map(|error| error.to_string()).unwrap_or_default();
        assert!(message.starts_with("expected at most 100 for memory_bytes, received"), "{message}");
        OutputLimit::NONE.reserve(&mut file, 1000).unwrap();
        let mut file = Vec::new();
        limit.reserve_for(&mut file, 1, 25).unwrap();
        assert_eq!(file.capacity(), 25);
        assert!(limit.check(40).is_ok() && limit.check(41).is_err());
        assert!(limit.without(30).check(10).is_ok() && limit.without(30).check(11).is_err());
        assert!(limit.reserve(&mut Vec::new(), usize::MAX).is_err());
    }
}
