//! A source: all pixels of an input, from which jobs are drawn.

use std::borrow::Cow;

use super::decode::{Decoded, check_memory, decode_at};
use super::encode::{EncodedImage, failed};
use super::finish::Finish;
use super::geometry::Part;
use super::header::{Header, read_header};
use super::inspect::detect;
use super::job::Job;
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
    /// The scale of the pixels.
    eighths: u8,
    finish: Finish<'a>,
    is_premultiplied: bool,
}

impl<'a> Source<'a> {
    /// Decodes to so many eighths of the size, if the format can do that; else to all of it.
    pub(crate) fn decode(bytes: &[u8], header: &Header, eighths: u8, rules: &'a ImageRules) -> Result<Self> {
        let Decoded { pixels, icc, eighths } = decode_at(bytes, header, eighths, rules)?;
        Ok(Self { eighths, ..Self::new(pixels, icc, rules)? })
    }

    /// A picture that was never a file: in sRGB, upright.
    pub(crate) fn of(pixels: Pixels, rules: &'a ImageRules) -> Result<Self> {
        Self::new(pixels, None, rules)
    }

    fn new(pixels: Pixels, icc: Option<Vec<u8>>, rules: &'a ImageRules) -> Result<Self> {
        let finish = Finish::new(icc, pixels.layout, pixels.data.len() as u64, rules)?;
        Ok(Self { rules, pixels, eighths: 8, finish, is_premultiplied: false })
    }

    /// Pixels -> bytes.
    pub(crate) fn render(&mut self, job: &Job<'_>) -> Result<EncodedImage> {
        self.prepare(job, job.working_bytes())?;
        self.finish.encode(self.scale(job)?, job)
    }

    /// The pixels themselves, for the only job.
    pub(crate) fn into_pixels(mut self, job: &Job<'_>) -> Result<Pixels> {
        self.prepare(job, job.drawing_bytes())?;
        let drawn = match self.finish.draw(self.scale(job)?, job, None)? {
            Cow::Owned(pixels) => Some(pixels),
            Cow::Borrowed(_) => None, // nothing was done to the source
        };
        Ok(drawn.unwrap_or(self.pixels))
    }

    /// `job_bytes` is what the job takes beside the pixels and their profile.
    fn prepare(&mut self, job: &Job<'_>, job_bytes: u64) -> Result<()> {
        self.rules.check_cancelled()?;
        check_memory(self.rules, &[self.pixels.data.len() as u64, self.finish.memory_bytes(), job_bytes])?;
        if !job.is_copy() && !self.is_premultiplied {
            premultiply(&mut self.pixels).map_err(|failure| failed(job.format, failure))?;
            self.is_premultiplied = true;
        }
        self.rules.check_cancelled()
    }

    fn scale(&self, job: &Job<'_>) -> Result<Cow<'_, Pixels>> {
        let (part, size) = job.plan.stored(job.outline.size, job.outline.orientation);
        if job.is_whole() {
            Ok(Cow::Borrowed(&self.pixels))
        } else if job.is_copy() {
            Ok(Cow::Owned(cut_out(&self.pixels, part)))
        } else {
            let scale = |pixels: f64| pixels * f64::from(self.eighths) / 8.0;
            let Part { left, top, width, height } = part;
            let part = Part { left: scale(left), top: scale(top), width: scale(width), height: scale(height) };
            resize(&self.pixels, part, size).map(Cow::Owned).map_err(|failure| failed(job.format, failure))
        }
    }
}
