//! Checking a JPEG: all of its data is decoded, and no pixels are made of it.

use crate::error::Result;
use crate::imaging::codecs::limits::check_memory;

use super::decoder::{Checked, Decoder};

impl Decoder<'_> {
    /// Decodes all of the data without making pixels of it.
    pub(super) fn check_data(self) -> Result<Checked> {
        let decoder = self.for_check();
        let icc_bytes = decoder.profile()?.map_or(0, |profile| profile.len() as u64);
        check_memory(decoder.rules(), &[decoder.memory_bytes(), icc_bytes])?;
        decoder.decode_all()
    }
}
