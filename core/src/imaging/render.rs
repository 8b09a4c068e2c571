//! From an input to all results: each job goes along its own path, with one decoding for all that share one.

use std::borrow::Cow;

use super::decode::{check_memory, decoding_bytes, guarded, icc_for};
use super::decode_plan::{Path, path_of, pixel_scale};
use super::encode::EncodedImage;
use super::finish::Finish;
use super::header::{Header, corrupt};
use super::job::Job;
use super::jpeg::{Color, Decoder};
use super::pixels::{Layout, Pixels};
use super::planes::{Drawn, Order, draw, orders_bytes, set_scale};
use super::source::Source;
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
        (eighths, self.needed_bytes(job, &mut Vec::new(), Depth::Needed))
    }

    /// The most memory that a job takes, in bytes, with those of `orders` if it is drawn beside them; it is added to them.
    fn needed_bytes<'j>(&mut self, job: &'j Job<'j>, orders: &mut Vec<Order<'j>>, depth: Depth) -> u64 {
        let path = self.path(job);
        match &mut self.jpeg {
            Some((decoder, finish)) if path != Path::Pixels => {
                orders.push(Order::new(job, path));
                set_scale(decoder, orders, depth == Depth::Whole);
                orders_bytes(orders, decoder).saturating_add(finish.memory_bytes())
            }
            Some((decoder, finish)) => {
                let beside = decoder.lanes_bytes().saturating_add(finish.memory_bytes());
                job.working_bytes().saturating_add(job.outline.bytes()).saturating_add(beside)
            }
            None => {
                let drawing = job.working_bytes().saturating_add(job.outline.bytes());
                drawing.max(decoding_bytes(self.bytes, self.header))
            }
        }
    }

    /// Checks the memory of each job, with the results of those before it.
    fn check_memory(&mut self, jobs: &[Numbered<'_>], depth: Depth) -> Result<()> {
        let mut held_bytes = 0_u64;
        let mut orders = Vec::new();
        for numbered in jobs {
            let needed = self.needed_bytes(&numbered.job, &mut orders, depth);
            check_memory(self.rules, &[needed, held_bytes]).map_err(|error| numbered.name(error))?;
            held_bytes = held_bytes.saturating_add(numbered.job.result_bytes());
        }
        Ok(())
    }

    /// Pixels -> bytes, for a job alone.
    pub(crate) fn render_one(self, job: Job<'_>) -> Result<EncodedImage> {
        let images = self.render(&[Numbered { index: None, job }], Depth::Needed)?;
        images.into_iter().next().ok_or_else(|| corrupt("nothing was made of it"))
    }

    /// Pixels -> bytes, for all jobs in their order.
    pub(crate) fn render(mut self, jobs: &[Numbered<'_>], depth: Depth) -> Result<Vec<EncodedImage>> {
        self.check_memory(jobs, depth)?;
        let paths: Vec<Path> = jobs.iter().map(|numbered| self.path(&numbered.job)).collect();
        let mut images: Vec<(usize, EncodedImage)> = Vec::with_capacity(jobs.len());
        let Self { bytes, header, rules, jpeg } = self;
        let of_path = |is_wanted: fn(Path) -> bool| {
            (0..jobs.len()).filter(|at| paths.get(*at).copied().is_some_and(is_wanted)).collect::<Vec<_>>()
        };
        let mut from_pixels = of_path(|path| path == Path::Pixels);
        if !from_pixels.is_empty() {
            // Copies come first: scaling premultiplies the source, which a copy must not see.
            from_pixels.sort_by_key(|at| (!jobs[*at].job.is_copy(), *at));
            let scales = from_pixels.iter().map(|at| pixel_scale(&jobs[*at].job));
            let scale = if depth == Depth::Whole { 8 } else { scales.max().unwrap_or(8) };
            let mut source = Source::decode(bytes, header, scale, rules)?;
            for at in from_pixels {
                let image = source.render(&jobs[at].job).map_err(|error| jobs[at].name(error))?;
                images.push((at, image));
            }
        }
        let from_planes = of_path(|path| path != Path::Pixels);
        if let (Some((mut decoder, finish)), false) = (jpeg, from_planes.is_empty()) {
            let orders: Vec<Order<'_>> = from_planes.iter().map(|at| Order::new(&jobs[*at].job, paths[*at])).collect();
            set_scale(&mut decoder, &orders, depth == Depth::Whole);
            let drawn = guarded(rules, || draw(decoder, &orders, &finish))?;
            for (at, drawn) in from_planes.into_iter().zip(drawn) {
                let image = match drawn {
                    Drawn::Encoded(image) => Ok(image),
                    Drawn::Pixels(pixels) => finish.encode(Cow::Owned(pixels), &jobs[at].job),
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
        let numbered = [Numbered { index: None, job }];
        let [Numbered { job, .. }] = &numbered;
        match (&self.jpeg, path) {
            (Some(_), Path::Planes | Path::Rgb) => self.check_memory(&numbered, Depth::Needed)?,
            _ => self.rules.check_memory(job.drawing_bytes().saturating_add(job.outline.bytes()))?,
        }
        let Self { bytes, header, rules, jpeg } = self;
        if let (Some((mut decoder, finish)), Path::Planes | Path::Rgb) = (jpeg, path) {
            let orders = [Order::new(job, path)];
            set_scale(&mut decoder, &orders, false);
            for drawn in guarded(rules, || draw(decoder, &orders, &finish))? {
                if let Drawn::Pixels(pixels) = drawn {
                    return finish.draw(Cow::Owned(pixels), job, None).map(Cow::into_owned);
                }
            }
        }
        Source::decode(bytes, header, pixel_scale(job), rules)?.into_pixels(job)
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
