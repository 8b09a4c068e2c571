//! A source: the pixels of an input, from which jobs are drawn, stage by stage.

use std::borrow::Cow;

use super::background::{flatten, pad};
use super::color::{Conversion, Profile};
use super::decode::{Decoded, decode};
use super::encode::{EncodedImage, encode, failed};
use super::header::{Header, read_header};
use super::inspect::detect;
use super::job::Job;
use super::orient::{Orientation, orient};
use super::pixels::Pixels;
use super::resize::{cut_out, premultiply, resize};
use crate::error::Result;
use crate::rules::ImageRules;

/// Checks what the first bytes and the header say.
pub(crate) fn open(bytes: &[u8], rules: &ImageRules) -> Result<Header> {
    rules.check_bytes(bytes.len() as u64)?;
    let format = detect(bytes, rules)?;
    rules.check_format(format)?;
    let header = read_header(bytes, format, rules)?;
    let (width, height) = header.displayed();
    rules.check_dimensions(width, height)?;
    Ok(header)
}

/// A decoded input, from which jobs are rendered: first those that copy, then those that scale.
pub(crate) struct Source<'a> {
    rules: &'a ImageRules,
    pixels: Pixels,
    icc: Option<Vec<u8>>,
    conversion: Option<Conversion>,
    is_premultiplied: bool,
}

impl<'a> Source<'a> {
    pub(crate) fn decode(bytes: &[u8], header: &Header, rules: &'a ImageRules) -> Result<Self> {
        let Decoded { pixels, icc } = decode(bytes, header, rules)?;
        let profile = icc.as_deref().and_then(|icc| Profile::read(icc, pixels.layout));
        let conversion = profile.and_then(|profile| profile.conversion());
        Ok(Self { rules, pixels, icc, conversion, is_premultiplied: false })
    }

    /// A picture that was never a file: in sRGB, upright.
    pub(crate) fn of(pixels: Pixels, rules: &'a ImageRules) -> Self {
        Self { rules, pixels, icc: None, conversion: None, is_premultiplied: false }
    }

    /// Pixels -> bytes.
    pub(crate) fn render(&mut self, job: &Job<'_>) -> Result<EncodedImage> {
        self.prepare(job)?;
        let kept = self.profile_kept(job);
        let pixels = self.draw(job, kept)?;
        self.rules.check_cancelled()?;
        encode(&pixels, job.format, job.transform, kept)
    }

    /// The pixels themselves, for the only job.
    pub(crate) fn into_pixels(mut self, job: &Job<'_>) -> Result<Pixels> {
        self.prepare(job)?;
        let drawn = match self.draw(job, None)? {
            Cow::Owned(pixels) => Some(pixels),
            Cow::Borrowed(_) => None, // nothing was done to the source
        };
        Ok(drawn.unwrap_or(self.pixels))
    }

    fn prepare(&mut self, job: &Job<'_>) -> Result<()> {
        self.rules.check_cancelled()?;
        if !job.is_copy() && !self.is_premultiplied {
            premultiply(&mut self.pixels).map_err(|failure| failed(job.format, failure))?;
            self.is_premultiplied = true;
        }
        Ok(())
    }

    /// Plan -> resize -> orientation -> colours -> background. A profile that is kept is not applied.
    fn draw(&self, job: &Job<'_>, kept: Option<&[u8]>) -> Result<Cow<'_, Pixels>> {
        let goes_on = || self.rules.check_cancelled();
        goes_on()?;
        let mut pixels = self.scale(job)?;
        goes_on()?;
        if job.outline.orientation != Orientation::Normal {
            pixels = Cow::Owned(orient(pixels.into_owned(), job.outline.orientation));
        }
        goes_on()?;
        if let (Some(conversion), None) = (&self.conversion, kept) {
            conversion.apply(pixels.to_mut(), self.rules)?;
        }
        goes_on()?;
        let background = job.background();
        if pixels.layout.has_alpha() && !job.format.has_alpha() {
            pixels = Cow::Owned(flatten(pixels.into_owned(), background));
        }
        if let Some(canvas) = job.plan.canvas {
            pixels = Cow::Owned(pad(&pixels, canvas, background));
        }
        Ok(pixels)
    }

    fn scale(&self, job: &Job<'_>) -> Result<Cow<'_, Pixels>> {
        let (part, size) = job.plan.stored(job.outline.size, job.outline.orientation);
        if job.is_whole() {
            Ok(Cow::Borrowed(&self.pixels))
        } else if job.is_copy() {
            Ok(Cow::Owned(cut_out(&self.pixels, part)))
        } else {
            resize(&self.pixels, part, size).map(Cow::Owned).map_err(|failure| failed(job.format, failure))
        }
    }

    /// The profile that is written instead of being applied: where that is asked for, and true of the result.
    fn profile_kept(&self, job: &Job<'_>) -> Option<&[u8]> {
        if !job.transform.keep_icc {
            return None;
        }
        let profile = self.icc.as_deref().and_then(|icc| Profile::read(icc, self.pixels.layout))?;
        job.can_hold(&profile, job.result_layout(self.pixels.layout)).then(|| profile.bytes())
    }
}
