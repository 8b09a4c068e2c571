//! `Cost`: the memory of a call, added up from headers before anything is decoded. Decoders, renderers and encoders each state
//! their memory; this adds up what is in use at the same time:
//!
//! ```text
//! transform_many of a JPEG: job 0 to a JPEG of 320, job 1 to a WebP of 800, job 2 to a PNG of its size
//!
//! pixels   decoder, copy of job 2                     job 2 needs packed pixels
//!          pixels of job 2, its encoder               -> file of job 2
//! planes   decoder, renderers of jobs 0 and 1, file 2 the planes are decoded at the scale that 800 needs
//!          pixels of job 1, its encoder, files 0, 2   -> file of job 1
//! ```
//!
//! The profile of the source is in memory throughout.

use super::planes::{DecodeExtent, DecodingGroup, GroupRenderer, PlaneRequest, ResultKind, only_whole_copy};
use crate::error::Result;

/// Gets a request and the most that is in use while it is rendered or encoded, in bytes. Its error ends the counting.
type CheckMemory<'c> = dyn FnMut(&PlaneRequest<'_>, u64) -> Result<()> + 'c;

/// The memory of a call, in bytes.
#[derive(Debug, Default)]
pub(super) struct Cost {
    /// The most that is in use at once.
    pub most_bytes: u64,
    /// What is in use while each group is decoded, without its decoder.
    pub without_decoders: Vec<u64>,
    /// What is kept from one step to the next: the profile, and the encoded files.
    held_bytes: u64,
}

/// The header, plans, lists: what every call takes.
const CALL_BYTES: u64 = 8 << 10;

impl Cost {
    /// Counts groups that are decoded one after the other, and sets their decoders to the scale that all of their jobs allow.
    pub(super) fn of(
        groups: &mut [DecodingGroup<'_>],
        extent: DecodeExtent,
        kind: ResultKind,
        profile_bytes: u64,
        check: &mut CheckMemory<'_>,
    ) -> Result<Self> {
        let mut cost = Self { held_bytes: profile_bytes, ..Self::default() };
        for group in groups {
            cost.count_decoding(group, extent, check)?;
            match kind {
                ResultKind::File => cost.count_encoding(group, check)?,
                ResultKind::Pixels => cost.count_pixels(group, check)?,
            }
        }
        Ok(cost)
    }

    fn see(&mut self, request: &PlaneRequest<'_>, bytes: u64, check: &mut CheckMemory<'_>) -> Result<()> {
        let bytes = bytes.saturating_add(self.held_bytes).saturating_add(CALL_BYTES);
        self.most_bytes = self.most_bytes.max(bytes);
        check(request, bytes)
    }

    /// Counts the decoding of a group, which renders all of its jobs. Each job may raise the scale.
    fn count_decoding(
        &mut self,
        group: &mut DecodingGroup<'_>,
        extent: DecodeExtent,
        check: &mut CheckMemory<'_>,
    ) -> Result<()> {
        let only_whole = only_whole_copy(&group.requests);
        let (mut rendering, mut planes) = (0_u64, Vec::new());
        for number in 0..group.requests.len() {
            group.set_scale(number + 1, extent);
            let memory = group.decoder.memory();
            let (format, planes_before) = (group.decoder.format(), planes);
            planes = group.decoder.planes();
            let bytes_of = |(number, request): (usize, &PlaneRequest<'_>)| match only_whole {
                Some(only) if only == number && memory.keeps_pixels => GroupRenderer::handed_over_bytes(request),
                _ => GroupRenderer::memory_bytes(request, format, &planes),
            };
            let requests = group.requests.iter().enumerate().take(number + 1);
            rendering = if planes == planes_before {
                requests.skip(number).map(bytes_of).fold(rendering, u64::saturating_add)
            } else {
                requests.map(bytes_of).fold(0, u64::saturating_add)
            };
            if let Some(request) = group.requests.get(number) {
                self.see(request, memory.start_bytes.max(memory.rows_bytes.saturating_add(rendering)), check)?;
            }
        }
        self.without_decoders.push(self.held_bytes.saturating_add(rendering));
        Ok(())
    }

    /// Counts compositing and encoding, one job after the other, of pixels that were not encoded during decoding, or that the
    /// decoder handed over.
    fn count_encoding(&mut self, group: &DecodingGroup<'_>, check: &mut CheckMemory<'_>) -> Result<()> {
        let layout = group.decoder.format().layout();
        let handed_over = only_whole_copy(&group.requests).filter(|_| group.decoder.memory().keeps_pixels);
        let requests = group.requests.iter().enumerate();
        let (encoded, pixels): (Vec<_>, Vec<_>) =
            requests.partition(|(number, request)| request.is_encoded() && Some(*number) != handed_over);
        for (_, request) in encoded {
            self.held_bytes = self.held_bytes.saturating_add(request.job.result_bytes(layout));
        }
        let mut waiting =
            pixels.iter().fold(0, |sum: u64, (_, request)| sum.saturating_add(request.job.pixels_bytes(layout)));
        for (_, request) in pixels {
            let job = request.job;
            let repainting = job.repainting_bytes(layout);
            self.see(request, waiting.saturating_add(repainting), check)?;
            waiting = waiting.saturating_sub(job.pixels_bytes(layout));
            // Flattened in place they keep the room that they have.
            let composited = if repainting > 0 { repainting } else { job.pixels_bytes(layout) };
            self.see(request, waiting.saturating_add(composited).saturating_add(job.encoding_bytes(layout)), check)?;
            self.held_bytes = self.held_bytes.saturating_add(job.result_bytes(layout));
        }
        Ok(())
    }

    /// Counts the post-processing of pixels that are not encoded.
    fn count_pixels(&mut self, group: &DecodingGroup<'_>, check: &mut CheckMemory<'_>) -> Result<()> {
        let layout = group.decoder.format().layout();
        group.requests.iter().try_for_each(|request| {
            let bytes = request.job.pixels_bytes(layout).saturating_add(request.job.repainting_bytes(layout));
            self.see(request, bytes, check)
        })
    }
}
