//! From an input to all results: each job goes along its own path, with one decoding for all that share one.

use super::codecs::catch_panic::catch_panic;
use super::codecs::encode::EncodedImage;
use super::codecs::failure::corrupt;
use super::codecs::header::Header;
use super::codecs::jpeg::{Color, Decoder};
use super::codecs::limits::{Decoding, check_memory};
use super::codecs::{decode_rows, decoding_bytes};
use super::pixels::buffer::{Layout, Pixels};
use super::pixels::icc::{Profile, icc_for};
use super::plan::decode_scale::{Path, path_of, pixel_scale};
use super::plan::job::Job;
use super::planes::{Drawn, Order, draw, orders_bytes, set_scale};
use super::post_process::Finish;
use super::row_renderer::{PixelRows, limit};
use crate::error::{Error, Result};
use crate::format::ImageFormat;
use crate::rules::ImageRules;

/// How much of an input is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// What the results need. Damage in what is left out stays unseen.
    Needed,
    /// Everything, as a check does.
    Whole,
}

/// A job, and its place in the list of the caller if there is one.
pub(crate) struct Numbered<'a> {
    pub index: Option<usize>,
    pub job: Job<'a>,
}

impl Numbered<'_> {
    pub(crate) fn name(&self, error: Error) -> Error {
        match self.index {
            Some(index) => error.at_index(index),
            None => error,
        }
    }
}

/// An input whose markers are read, and the path of each job.
pub(crate) struct Opened<'b> {
    bytes: &'b [u8],
    header: &'b Header,
    rules: &'b ImageRules,
    jpeg: Option<(Decoder<'b>, Finish<'b>)>,
}

impl<'b> Opened<'b> {
    /// Errors: those of the header.
    pub(crate) fn new(bytes: &'b [u8], header: &'b Header, rules: &'b ImageRules) -> Result<Self> {
        let jpeg = match header.format {
            ImageFormat::Jpeg => Some(catch_panic(rules, || open_jpeg(bytes, rules))?),
            _ => None,
        };
        Ok(Self { bytes, header, rules, jpeg })
    }

    pub(crate) fn path(&self, job: &Job<'_>) -> Path {
        self.jpeg.as_ref().map_or(Path::Pixels, |(decoder, finish)| {
            path_of(job, decoder.color(), finish.is_converted() && finish.profile_kept(job).is_none())
        })
    }

    /// How much of the input a job alone needs, in eighths of its size, and the most memory that it takes, in bytes.
    pub(crate) fn cost(&mut self, job: &Job<'_>) -> (u8, u64) {
        let path = self.path(job);
        let eighths = match &mut self.jpeg {
            Some((decoder, _)) if path != Path::Pixels => {
                set_scale(decoder, &[Order::new(job, path)], false);
                decoder.eighths_each().first().copied().unwrap_or(8)
            }
            Some(_) => pixel_scale(job),
            None => 8,
        };
        (eighths, self.needed_bytes(&[job], Depth::Needed))
    }

    /// The scale that jobs drawn from rows of pixels share.
    fn scale_of_pixels(&self, jobs: &[&Job<'_>], depth: Depth) -> u8 {
        if self.jpeg.is_none() || depth == Depth::Whole {
            return 8;
        }
        let from_pixels = jobs.iter().filter(|job| self.path(job) == Path::Pixels);
        from_pixels.map(|job| pixel_scale(job)).max().unwrap_or(8)
    }

    /// The most memory that jobs take together, in bytes.
    fn needed_bytes(&mut self, jobs: &[&Job<'_>], depth: Depth) -> u64 {
        let mut most = 0;
        let counted = self.count(jobs, depth, &mut |_, needed| {
            most = needed.max(most);
            Ok(())
        });
        counted.map_or(u64::MAX, |()| most)
    }

    /// Counts the memory of jobs, in bytes, step by step as [`Self::render`] goes: `see` gets the place of a job and what is
    /// in use at most when it is drawn or encoded. Jobs of a path are drawn from one decoding, and then encoded one after the
    /// other.
    fn count(&mut self, jobs: &[&Job<'_>], depth: Depth, see: &mut dyn FnMut(usize, u64) -> Result<()>) -> Result<()> {
        let paths: Vec<Path> = jobs.iter().map(|job| self.path(job)).collect();
        let of_path = |wanted: Path| {
            let places = jobs.iter().enumerate().zip(&paths).filter(move |(_, path)| **path == wanted);
            places.map(|((at, job), _)| (at, *job))
        };
        let eighths = self.scale_of_pixels(jobs, depth);
        let mut held = 0_u64;
        let decoding = self.decoding(eighths);
        let (mut drawing, hands_over) = (decoding.rows_bytes, decoding.keeps_pixels);
        for (at, job) in of_path(Path::Pixels) {
            let is_handed_over = hands_over && job.is_whole() && at == only_whole(of_path(Path::Pixels));
            let rows = if is_handed_over {
                PixelRows::handed_over_bytes(job)
            } else {
                PixelRows::memory_bytes(job, job.outline.stored(), eighths)
            };
            drawing = drawing.saturating_add(rows);
            see(at, drawing.max(decoding.start_bytes))?;
        }
        self.count_encoding(of_path(Path::Pixels), &mut held, see)?;
        let Some((decoder, finish)) = &mut self.jpeg else { return Ok(()) };
        let mut orders = Vec::new();
        for (at, job, path) in jobs.iter().enumerate().zip(&paths).map(|((at, job), path)| (at, *job, *path)) {
            if path == Path::Pixels {
                continue;
            }
            orders.push(Order::new(job, path));
            set_scale(decoder, &orders, depth == Depth::Whole);
            let drawing = orders_bytes(&orders, decoder).saturating_add(finish.memory_bytes());
            see(at, drawing.saturating_add(held))?;
        }
        held = of_path(Path::Planes).fold(held, |held, (_, job)| held.saturating_add(job.result_bytes()));
        self.count_encoding(of_path(Path::Rgb), &mut held, see)
    }

    /// Pixels wait until they are encoded, and results until all are.
    fn count_encoding<'j>(
        &self,
        jobs: impl Iterator<Item = (usize, &'j Job<'j>)> + Clone,
        held: &mut u64,
        see: &mut dyn FnMut(usize, u64) -> Result<()>,
    ) -> Result<()> {
        let profile_bytes = self.jpeg.as_ref().map_or(0, |(_, finish)| finish.memory_bytes());
        let mut waiting = jobs.clone().fold(0, |sum: u64, (_, job)| sum.saturating_add(job.pixels_bytes()));
        for (at, job) in jobs {
            let parts = [waiting, job.finishing_bytes(), profile_bytes, *held];
            see(at, parts.iter().fold(0, |sum, part| sum.saturating_add(*part)))?;
            waiting = waiting.saturating_sub(job.pixels_bytes());
            *held = held.saturating_add(job.result_bytes());
        }
        Ok(())
    }

    /// What decoding to rows of pixels takes.
    fn decoding(&self, eighths: u8) -> Decoding {
        match &self.jpeg {
            Some((decoder, finish)) => {
                // Inks are converted by their profile while they are decoded.
                let has_inks = decoder.color().channels() == 4;
                let profile = decoder.profile().ok().flatten().filter(|_| has_inks);
                let profile_bytes =
                    profile.as_deref().map_or(0, |profile| profile.len() as u64 + Profile::cmyk_memory_bytes(profile));
                let rows = decoder.pixels_memory_bytes(eighths);
                Decoding::of(rows.saturating_add(finish.memory_bytes().max(profile_bytes)))
            }
            None => decoding_bytes(self.bytes, self.header),
        }
    }

    /// Checks the memory of each job, with the results of those before it, and tells how much of it is left for each.
    fn check_memory(&mut self, jobs: &[Numbered<'_>], depth: Depth) -> Result<u64> {
        let (rules, mut most) = (self.rules, 0);
        let listed: Vec<&Job<'_>> = jobs.iter().map(|numbered| &numbered.job).collect();
        self.count(&listed, depth, &mut |at, needed| {
            most = needed.max(most);
            check_memory(rules, &[needed]).map_err(|error| jobs[at].name(error))
        })?;
        Ok((rules.max_memory_bytes - most) / jobs.len().max(1) as u64)
    }

    /// Pixels -> bytes, for a job alone.
    pub(crate) fn render_one(self, job: Job<'_>) -> Result<EncodedImage> {
        let images = self.render(&[Numbered { index: None, job }], Depth::Needed)?;
        images.into_iter().next().ok_or_else(|| corrupt("nothing was made of it"))
    }

    /// Pixels -> bytes, for all jobs in their order.
    pub(crate) fn render(mut self, jobs: &[Numbered<'_>], depth: Depth) -> Result<Vec<EncodedImage>> {
        let spare_bytes = self.check_memory(jobs, depth)?;
        let listed: Vec<&Job<'_>> = jobs.iter().map(|numbered| &numbered.job).collect();
        let eighths = self.scale_of_pixels(&listed, depth);
        let counted_bytes = self.decoding(eighths).rows_bytes;
        let paths: Vec<Path> = jobs.iter().map(|numbered| self.path(&numbered.job)).collect();
        let mut images: Vec<(usize, EncodedImage)> = Vec::with_capacity(jobs.len());
        let Self { bytes, header, rules, jpeg } = self;
        let of_path = |is_wanted: fn(Path) -> bool| {
            (0..jobs.len()).filter(|at| paths.get(*at).copied().is_some_and(is_wanted)).collect::<Vec<_>>()
        };
        let from_pixels = of_path(|path| path == Path::Pixels);
        if !from_pixels.is_empty() {
            let wanted = from_pixels.iter().map(|at| &jobs[*at].job).collect();
            let mut rows = PixelRows::new(wanted, (header.width, header.height), eighths, counted_bytes, rules);
            decode_rows(bytes, header, eighths, rules, &mut rows)?;
            for (at, image) in from_pixels.into_iter().zip(rows.encode(spare_bytes)?) {
                images.push((at, image.map_err(|error| jobs[at].name(error))?));
            }
        }
        let from_planes = of_path(|path| path != Path::Pixels);
        if let (Some((mut decoder, finish)), false) = (jpeg, from_planes.is_empty()) {
            let orders: Vec<Order<'_>> = from_planes.iter().map(|at| Order::new(&jobs[*at].job, paths[*at])).collect();
            set_scale(&mut decoder, &orders, depth == Depth::Whole);
            let limit = |job: &Job<'_>| limit(job, spare_bytes, rules);
            let drawn = catch_panic(rules, || draw(decoder, &orders, &finish, limit))?;
            for (at, drawn) in from_planes.into_iter().zip(drawn) {
                let image = match drawn {
                    Drawn::Encoded(image) => Ok(image),
                    Drawn::Pixels(pixels) => finish.encode(pixels, &jobs[at].job, limit(&jobs[at].job)),
                };
                images.push((at, image.map_err(|error| jobs[at].name(error))?));
            }
        }
        images.sort_by_key(|(at, _)| *at);
        Ok(images.into_iter().map(|(_, image)| image).collect())
    }

    /// The pixels that a job is drawn as. Its format must not be JPEG.
    pub(crate) fn draw(mut self, job: &Job<'_>) -> Result<Pixels> {
        let path = self.path(job);
        let eighths = if self.jpeg.is_some() { pixel_scale(job) } else { 8 };
        self.check_drawing(job, eighths)?;
        let counted_bytes = self.decoding(eighths).rows_bytes;
        let Self { bytes, header, rules, jpeg } = self;
        let nothing = || corrupt("nothing was made of it");
        if let (Some((mut decoder, finish)), Path::Planes | Path::Rgb) = (jpeg, path) {
            let orders = [Order::new(job, path)];
            set_scale(&mut decoder, &orders, false);
            let mut drawn = catch_panic(rules, || draw(decoder, &orders, &finish, |job| limit(job, 0, rules)))?;
            return match drawn.pop() {
                Some(Drawn::Pixels(pixels)) => finish.draw(pixels, job, None),
                _ => Err(nothing()),
            };
        }
        let mut rows = PixelRows::new(vec![job], (header.width, header.height), eighths, counted_bytes, rules);
        decode_rows(bytes, header, eighths, rules, &mut rows)?;
        let (finish, mut pixels) = rows.finish()?;
        finish.draw(pixels.pop().ok_or_else(nothing)?, job, None)
    }

    /// Checks the memory of a job that is not encoded.
    fn check_drawing(&mut self, job: &Job<'_>, eighths: u8) -> Result<()> {
        let path = self.path(job);
        let decoding = self.decoding(eighths);
        let drawing = match &mut self.jpeg {
            Some((decoder, finish)) if path != Path::Pixels => {
                let orders = [Order::new(job, path)];
                set_scale(decoder, &orders, false);
                orders_bytes(&orders, decoder).saturating_add(finish.memory_bytes())
            }
            _ if decoding.keeps_pixels && job.is_whole() => {
                decoding.rows_bytes.saturating_add(PixelRows::handed_over_bytes(job))
            }
            _ => {
                let rows = PixelRows::memory_bytes(job, job.outline.stored(), eighths);
                decoding.start_bytes.max(decoding.rows_bytes.saturating_add(rows))
            }
        };
        self.rules.check_memory(drawing.max(job.pixels_bytes().saturating_add(job.repainting_bytes())))
    }
}

/// The only job that copies the whole picture, which takes over the pixels of a decoder that keeps them.
fn only_whole<'j>(jobs: impl Iterator<Item = (usize, &'j Job<'j>)>) -> usize {
    let mut whole = jobs.filter(|(_, job)| job.is_whole());
    match (whole.next(), whole.next()) {
        (Some((at, _)), None) => at,
        _ => usize::MAX,
    }
}

fn open_jpeg<'b>(bytes: &'b [u8], rules: &'b ImageRules) -> Result<(Decoder<'b>, Finish<'b>)> {
    let decoder = Decoder::new(bytes, rules)?;
    let (space, layout) = match decoder.color() {
        Color::Gray => (*b"GRAY", Layout::Gray),
        _ => (*b"RGB ", Layout::Rgb),
    };
    let icc = icc_for(space, decoder.profile()?);
    let finish = Finish::new(icc, layout, 0, rules)?;
    Ok((decoder, finish))
}
