//! From an input to all results: each job goes along its own path, with one decoding for all that share one.

use super::color::Profile;
use super::decode::{check_memory, decode_rows, decoding_bytes, guarded, icc_for};
use super::decode_plan::{Path, path_of, pixel_scale};
use super::encode::EncodedImage;
use super::finish::Finish;
use super::header::{Header, corrupt};
use super::job::Job;
use super::jpeg::{Color, Decoder};
use super::pixel_rows::{PixelRows, limit};
use super::pixels::{Layout, Pixels};
use super::planes::{Drawn, Order, draw, orders_bytes, set_scale};
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
            ImageFormat::Jpeg => Some(guarded(rules, || open_jpeg(bytes, rules))?),
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
        (eighths, self.needed_bytes(job, &mut Counted::new(eighths), Depth::Needed))
    }

    /// The scale that jobs drawn from rows of pixels share.
    fn scale_of_pixels(&self, jobs: &[Numbered<'_>], depth: Depth) -> u8 {
        if self.jpeg.is_none() || depth == Depth::Whole {
            return 8;
        }
        let from_pixels = jobs.iter().map(|numbered| &numbered.job).filter(|job| self.path(job) == Path::Pixels);
        from_pixels.map(pixel_scale).max().unwrap_or(8)
    }

    /// The most memory that a job takes, in bytes, with those that were counted before if they are drawn beside it; it is
    /// added to them. Results are drawn from one decoding, and then encoded one after the other.
    fn needed_bytes<'j>(&mut self, job: &'j Job<'j>, counted: &mut Counted<'j>, depth: Depth) -> u64 {
        let path = self.path(job);
        let (drawing, is_encoded_alone) = match &mut self.jpeg {
            Some((decoder, finish)) if path != Path::Pixels => {
                counted.orders.push(Order::new(job, path));
                set_scale(decoder, &counted.orders, depth == Depth::Whole);
                let drawing = orders_bytes(&counted.orders, decoder).saturating_add(finish.memory_bytes());
                (drawing, path == Path::Planes)
            }
            jpeg => {
                let eighths = counted.eighths;
                let rows = PixelRows::memory_bytes(job, job.outline.stored(), eighths);
                counted.drawing_bytes = counted.drawing_bytes.saturating_add(rows);
                let decoding = match jpeg {
                    Some((decoder, finish)) => {
                        // Inks are converted by their profile while they are decoded.
                        let profile = decoder.profile().ok().flatten();
                        let profile_bytes = profile.as_deref().map_or(0, Profile::memory_bytes);
                        decoder.pixels_memory_bytes(eighths).saturating_add(finish.memory_bytes().max(profile_bytes))
                    }
                    None => decoding_bytes(self.bytes, self.header),
                };
                (counted.drawing_bytes.saturating_add(decoding), false)
            }
        };
        if is_encoded_alone {
            return drawing;
        }
        let profile_bytes = self.jpeg.as_ref().map_or(0, |(_, finish)| finish.memory_bytes());
        counted.pixels_bytes = counted.pixels_bytes.saturating_add(job.pixels_bytes());
        drawing.max(counted.pixels_bytes.saturating_add(job.finishing_bytes()).saturating_add(profile_bytes))
    }

    /// Checks the memory of each job, with the results of those before it, and tells how much of it is left for each.
    fn check_memory(&mut self, jobs: &[Numbered<'_>], depth: Depth) -> Result<u64> {
        let (mut held_bytes, mut most) = (0_u64, 0);
        let mut counted = Counted::new(self.scale_of_pixels(jobs, depth));
        for numbered in jobs {
            let needed = self.needed_bytes(&numbered.job, &mut counted, depth).saturating_add(held_bytes);
            check_memory(self.rules, &[needed]).map_err(|error| numbered.name(error))?;
            held_bytes = held_bytes.saturating_add(numbered.job.result_bytes());
            most = needed.max(most);
        }
        Ok((self.rules.max_memory_bytes - most) / jobs.len().max(1) as u64)
    }

    /// Pixels -> bytes, for a job alone.
    pub(crate) fn render_one(self, job: Job<'_>) -> Result<EncodedImage> {
        let images = self.render(&[Numbered { index: None, job }], Depth::Needed)?;
        images.into_iter().next().ok_or_else(|| corrupt("nothing was made of it"))
    }

    /// Pixels -> bytes, for all jobs in their order.
    pub(crate) fn render(mut self, jobs: &[Numbered<'_>], depth: Depth) -> Result<Vec<EncodedImage>> {
        let spare_bytes = self.check_memory(jobs, depth)?;
        let eighths = self.scale_of_pixels(jobs, depth);
        let paths: Vec<Path> = jobs.iter().map(|numbered| self.path(&numbered.job)).collect();
        let mut images: Vec<(usize, EncodedImage)> = Vec::with_capacity(jobs.len());
        let Self { bytes, header, rules, jpeg } = self;
        let of_path = |is_wanted: fn(Path) -> bool| {
            (0..jobs.len()).filter(|at| paths.get(*at).copied().is_some_and(is_wanted)).collect::<Vec<_>>()
        };
        let from_pixels = of_path(|path| path == Path::Pixels);
        if !from_pixels.is_empty() {
            let wanted = from_pixels.iter().map(|at| &jobs[*at].job).collect();
            let counted_bytes = decoding_bytes(bytes, header);
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
            let drawn = guarded(rules, || draw(decoder, &orders, &finish, limit))?;
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
    pub(crate) fn draw(mut self, job: Job<'_>) -> Result<Pixels> {
        let path = self.path(&job);
        let eighths = if self.jpeg.is_some() { pixel_scale(&job) } else { 8 };
        self.check_drawing(&job, eighths)?;
        let Self { bytes, header, rules, jpeg } = self;
        let nothing = || corrupt("nothing was made of it");
        if let (Some((mut decoder, finish)), Path::Planes | Path::Rgb) = (jpeg, path) {
            let orders = [Order::new(&job, path)];
            set_scale(&mut decoder, &orders, false);
            let mut drawn = guarded(rules, || draw(decoder, &orders, &finish, |job| limit(job, 0, rules)))?;
            return match drawn.pop() {
                Some(Drawn::Pixels(pixels)) => finish.draw(pixels, &job, None),
                _ => Err(nothing()),
            };
        }
        let counted_bytes = decoding_bytes(bytes, header);
        let mut rows = PixelRows::new(vec![&job], (header.width, header.height), eighths, counted_bytes, rules);
        decode_rows(bytes, header, eighths, rules, &mut rows)?;
        let (finish, mut pixels) = rows.finish()?;
        finish.draw(pixels.pop().ok_or_else(nothing)?, &job, None)
    }

    /// Checks the memory of a job that is not encoded.
    fn check_drawing(&mut self, job: &Job<'_>, eighths: u8) -> Result<()> {
        let path = self.path(job);
        let drawing = match &mut self.jpeg {
            Some((decoder, finish)) if path != Path::Pixels => {
                let orders = [Order::new(job, path)];
                set_scale(decoder, &orders, false);
                orders_bytes(&orders, decoder).saturating_add(finish.memory_bytes())
            }
            Some((decoder, finish)) => {
                let rows = PixelRows::memory_bytes(job, job.outline.stored(), eighths);
                rows.saturating_add(decoder.pixels_memory_bytes(eighths)).saturating_add(finish.memory_bytes())
            }
            None => {
                let rows = PixelRows::memory_bytes(job, job.outline.stored(), eighths);
                rows.saturating_add(decoding_bytes(self.bytes, self.header))
            }
        };
        self.rules.check_memory(drawing.max(job.pixels_bytes().saturating_add(job.repainting_bytes())))
    }
}

/// What is counted for jobs that share a decoding.
struct Counted<'j> {
    orders: Vec<Order<'j>>,
    /// The scale of the rows of pixels.
    eighths: u8,
    /// What is drawn from these rows takes, in bytes, with the pixels.
    drawing_bytes: u64,
    /// All pixels that wait for their encoder.
    pixels_bytes: u64,
}

impl Counted<'_> {
    fn new(eighths: u8) -> Self {
        Self { orders: Vec::new(), eighths, drawing_bytes: 0, pixels_bytes: 0 }
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
