//! `work_pixels`: what checking or decoding a file costs, from its headers alone.
//!
//! The unit is a weighted pixel: about the CPU time that a pixel of a baseline JPEG with 4:2:0 sampling takes. Other
//! formats and kinds have a weight for each of their pixels, and an animation has the sum over its frames.

use crate::error::Result;
use crate::rules::ImageRules;

use super::codecs::header::Header;
use super::codecs::limits::check_frames;
use super::codecs::{read_header, work_of};
use super::inspect::detect;
use super::open::open;

/// What checking or decoding a file costs, in weighted pixels: one is about the CPU time of a pixel of a baseline JPEG
/// with 4:2:0 sampling. Every scan of a progressive JPEG and every frame of an animation counts.
///
/// Only headers are read, no pixel is decoded. Of `rules`, `formats` and `max_bytes` hold; the size of the picture and its
/// work are not judged. A file that is cut off after its header counts as far as it goes.
///
/// Errors: `option_invalid`, `image_too_small` for no bytes at all, `image_too_large`, `image_format_unknown`,
/// `image_format_not_allowed`, `image_format_unsupported`, `image_corrupt`, `cancelled`.
///
/// ```
/// # fn run(photo: &[u8]) -> presize::Result<()> {
/// use presize::{ImageRules, work_pixels};
///
/// let work = work_pixels(photo, &ImageRules::default())?;
/// println!("as much work as a photo of {} megapixels", work / 1_000_000);
/// # Ok(())
/// # }
/// ```
pub fn work_pixels(bytes: &[u8], rules: &ImageRules) -> Result<u64> {
    rules.check_cancelled()?;
    rules.validate()?;
    rules.check_bytes(bytes.len() as u64)?;
    let format = detect(bytes, rules)?;
    rules.check_format(format)?;
    Ok(work_of(bytes, &read_header(bytes, format)?))
}

/// Checks the totals of a list of files, from their headers: the pixels of all frames against
/// [`max_total_pixels`](ImageRules::max_total_pixels), the work against
/// [`max_total_work_pixels`](ImageRules::max_total_work_pixels). For lists whose files are then checked one by one;
/// [`decode_data_uris`](crate::decode_data_uris) does it by itself.
///
/// Errors: `image_too_large` without an index for `total_pixels` and `total_work_pixels`; with the index of the first file
/// that is refused what [`check`](crate::check) says of its header, frames and work.
pub fn check_totals<B: AsRef<[u8]>>(files: &[B], rules: &ImageRules) -> Result<()> {
    rules.check_cancelled()?;
    rules.validate()?;
    let mut totals = Totals::default();
    for (index, bytes) in files.iter().enumerate() {
        let bytes = bytes.as_ref();
        let add = |header: Header| totals.add(bytes, &header, rules);
        open(bytes, rules).and_then(add).map_err(|error| error.at_index(index))?;
    }
    totals.check(rules)
}

/// The totals of a list of files.
#[derive(Default)]
pub(super) struct Totals {
    pixels: u64,
    work_pixels: u64,
}

impl Totals {
    /// Adds a file, after checking its own limits.
    pub(super) fn add(&mut self, bytes: &[u8], header: &Header, rules: &ImageRules) -> Result<()> {
        check_frames(header, rules)?;
        let work_pixels = work_of(bytes, header);
        rules.check_work(work_pixels)?;
        self.pixels = self.pixels.saturating_add(header.frame_pixels.max(header.pixels()));
        self.work_pixels = self.work_pixels.saturating_add(work_pixels);
        Ok(())
    }

    /// Checks the totals against the rules.
    pub(super) fn check(&self, rules: &ImageRules) -> Result<()> {
        rules.check_totals(self.pixels, self.work_pixels)
    }
}
