//! Post-processing: upright pixels at the size of the result -> sRGB -> background -> encoder.

use super::codecs::encode::{EncodedImage, encode};
use super::codecs::output_limit::OutputLimit;
use super::pixels::buffer::{Layout, Pixels};
use super::pixels::composite::{flatten, pad};
use super::pixels::icc::{Conversion, Profile};
use super::plan::job::RenderJob;
use crate::error::Result;
use crate::rules::ImageRules;

/// The profile of a source, and the conversion to sRGB that follows from it.
pub(crate) struct PostProcessor<'a> {
    rules: &'a ImageRules,
    icc: Option<Vec<u8>>,
    layout: Layout,
    conversion: Option<Conversion>,
    memory_bytes: u64,
}

impl<'a> PostProcessor<'a> {
    /// For pixels of this layout, described by this profile.
    ///
    /// Error: `image_too_large`, before the profile is read.
    pub(crate) fn new(icc: Option<Vec<u8>>, layout: Layout, rules: &'a ImageRules) -> Result<Self> {
        let memory_bytes = icc.as_deref().map_or(0, |icc| icc.len() as u64 + Profile::memory_bytes(icc));
        rules.check_memory(memory_bytes)?;
        let profile = icc.as_deref().and_then(|icc| Profile::read(icc, layout));
        let conversion = profile.and_then(|profile| profile.conversion());
        Ok(Self { rules, icc, layout, conversion, memory_bytes })
    }

    /// The memory of the profile and the conversion, in bytes.
    pub(crate) fn memory_bytes(&self) -> u64 {
        self.memory_bytes
    }

    /// Whether the colours differ from sRGB.
    pub(crate) fn is_converted(&self) -> bool {
        self.conversion.is_some()
    }

    /// The profile that is written instead of being applied, where `keep_icc` asks for it and the result can hold it.
    pub(crate) fn profile_kept(&self, job: &RenderJob<'_>) -> Option<&[u8]> {
        if !job.transform.keep_icc {
            return None;
        }
        let profile = self.icc.as_deref().and_then(|icc| Profile::read(icc, self.layout))?;
        job.can_hold(&profile, job.result_layout(self.layout)).then(|| profile.bytes())
    }

    /// Converts to sRGB, composites, and encodes.
    pub(crate) fn encode(&self, pixels: Pixels, job: &RenderJob<'_>, limit: OutputLimit) -> Result<EncodedImage> {
        let kept = self.profile_kept(job);
        let pixels = self.apply(pixels, job, kept)?;
        self.rules.check_cancelled()?;
        encode(pixels, job.format, job.encoder_options(), kept, limit)
    }

    /// Converts to sRGB and composites. A profile that is kept is not applied.
    pub(crate) fn apply(&self, mut pixels: Pixels, job: &RenderJob<'_>, kept: Option<&[u8]>) -> Result<Pixels> {
        let goes_on = || self.rules.check_cancelled();
        goes_on()?;
        if let (Some(conversion), None) = (&self.conversion, kept) {
            conversion.apply(&mut pixels, self.rules)?;
        }
        goes_on()?;
        let background = job.background();
        if pixels.layout.has_alpha() && !job.format.has_alpha() {
            pixels = flatten(pixels, background);
        }
        match job.plan.canvas {
            Some(canvas) => Ok(pad(&pixels, canvas, background)),
            None => Ok(pixels),
        }
    }
}
