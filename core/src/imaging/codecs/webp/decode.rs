//! The decoder of the picture, or of the first frame on its canvas.

use crate::error::Result;
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::limits::{DecodingMemory, check_icc_bytes, check_memory};
use crate::imaging::codecs::plane_decoder::{Frames, PlaneDecoder, PlaneSink, PlaneSize, SampleFormat};
use crate::imaging::pixels::buffer::Layout;
use crate::imaging::pixels::icc::icc_for;
use crate::rules::ImageRules;

use super::container::{ParsedWebp, check_animation, parse};

/// The decoder of a parsed WebP.
pub(in crate::imaging::codecs) struct WebpDecoder<'a> {
    chunks: ParsedWebp<'a>,
    rules: &'a ImageRules,
    is_packed: bool,
}

impl<'a> WebpDecoder<'a> {
    /// Error: `image_corrupt`.
    pub(in crate::imaging::codecs) fn new(bytes: &'a [u8], rules: &'a ImageRules) -> Result<Self> {
        let chunks = parse(bytes)?;
        let mut decoder = Self { chunks, rules, is_packed: false };
        decoder.is_packed = !(decoder.is_covered() && decoder.chunks.first.has_planes());
        Ok(decoder)
    }

    /// Whether the first frame covers the canvas.
    fn is_covered(&self) -> bool {
        let ParsedWebp { width, height, first, .. } = &self.chunks;
        (first.width, first.height) == (*width, *height)
    }

    fn layout(&self) -> Layout {
        if self.is_covered() { self.chunks.first.layout() } else { Layout::Rgba }
    }

    /// Bytes of a row of the canvas.
    fn row_bytes(&self) -> u64 {
        4 * u64::from(self.chunks.width)
    }
}

impl PlaneDecoder for WebpDecoder<'_> {
    /// Planes of a lossy picture without alpha, else packed pixels.
    fn format(&self) -> SampleFormat {
        if self.is_packed { SampleFormat::Packed(self.layout()) } else { SampleFormat::YCbCr }
    }

    fn planes(&self) -> Vec<PlaneSize> {
        let (width, height) = (self.chunks.width, self.chunks.height);
        let full = PlaneSize::full((width, height));
        if self.is_packed {
            return vec![full];
        }
        let chroma =
            PlaneSize { samples_per_pixel: (0.5, 0.5), ..PlaneSize::full((width.div_ceil(2), height.div_ceil(2))) };
        vec![full, chroma, chroma]
    }

    fn set_packed(&mut self) {
        self.is_packed = true;
    }

    fn take_profile(&mut self) -> Result<Option<Vec<u8>>> {
        let icc_bytes = self.chunks.icc.map_or(0, <[u8]>::len) as u64;
        check_icc_bytes(self.rules, icc_bytes)?;
        check_memory(self.rules, &[icc_bytes])?;
        Ok(icc_for(*b"RGB ", self.chunks.icc.map(<[u8]>::to_vec)))
    }

    fn memory(&self) -> DecodingMemory {
        let first = &self.chunks.first;
        if !self.is_packed {
            return DecodingMemory::of(first.planes_bytes());
        }
        DecodingMemory {
            grows: first.has_tables(),
            ..DecodingMemory::of(first.rows_bytes().saturating_add(self.row_bytes()))
        }
    }

    fn decode(self: Box<Self>, other_bytes: u64, sink: &mut dyn PlaneSink) -> Result<()> {
        if !self.chunks.is_complete {
            return Err(corrupt("a WebP that ends before its last chunk does"));
        }
        let (frame, rules, row_bytes) = (&self.chunks.first, self.rules, self.row_bytes());
        if !self.is_packed {
            return frame.planes(rules, other_bytes, sink);
        }
        let other_bytes = other_bytes.saturating_add(row_bytes);
        check_memory(rules, &[frame.rows_bytes(), other_bytes])?;
        if self.is_covered() {
            return frame.rows(rules, other_bytes, |row| sink.row(0, row));
        }
        // The canvas is transparent.
        let channels = frame.layout().channels();
        let mut row = vec![0; row_bytes as usize];
        (0..frame.top).try_for_each(|_| sink.row(0, &row))?;
        frame.rows(rules, other_bytes, |line| {
            for (to, from) in row.chunks_exact_mut(4).skip(frame.left as usize).zip(line.chunks_exact(channels)) {
                let (rgb, alpha) = to.split_at_mut(3);
                rgb.copy_from_slice(&from[..3]);
                alpha.fill(from.get(3).copied().unwrap_or(255));
            }
            sink.row(0, &row)
        })?;
        row.fill(0);
        (frame.top + frame.height..self.chunks.height).try_for_each(|_| sink.row(0, &row))
    }

    fn check(self: Box<Self>, frames: Frames) -> Result<bool> {
        let Self { chunks, rules, .. } = *self;
        if !chunks.is_complete {
            return Err(corrupt("a WebP that ends before its last chunk does"));
        }
        check_icc_bytes(rules, chunks.icc.map_or(0, <[u8]>::len) as u64)?;
        match frames {
            Frames::All if !chunks.is_animated => chunks.first.check(rules)?,
            Frames::All => check_animation(&chunks, 0, rules)?,
            Frames::AfterFirst => check_animation(&chunks, 1, rules)?,
        }
        Ok(true)
    }
}
