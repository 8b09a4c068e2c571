//! The planes of a frame: full macroblocks of Y, U and V in limited range (ITU-R BT.601), which are replaced by their
//! reconstruction while the frame is encoded.

use super::from_pixels::{ChromaSums, luma_row};
use super::range::{limited_chroma, limited_luma};
use super::transparency::flatten_transparent;
use crate::imaging::pixels::buffer::Layout;

/// Three planes of full macroblocks, and alpha, which has the size of the picture.
pub(in crate::imaging::codecs::webp) struct Planes {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Macroblocks across and down.
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) luma: Vec<u8>,
    pub(super) chroma: [Vec<u8>; 2],
    alpha: Vec<u8>,
    /// Colours of pixels of which the row below is missing.
    sums: ChromaSums,
}

impl Planes {
    /// The memory of the planes of a picture, in bytes, with the sums of a row.
    pub(in crate::imaging::codecs::webp) fn memory_bytes(width: u32, height: u32, has_alpha: bool) -> u64 {
        let side = |pixels: u32| u64::from(pixels.next_multiple_of(16));
        let alpha = if has_alpha { u64::from(width) * u64::from(height) } else { 0 };
        side(width) * side(height) * 3 / 2 + alpha + ChromaSums::memory_bytes(width)
    }

    /// Planes without samples, for a picture of this size.
    pub(in crate::imaging::codecs::webp) fn new(width: u32, height: u32) -> Self {
        let (width, height) = (width as usize, height as usize);
        let (columns, rows) = (width.div_ceil(16), height.div_ceil(16));
        let count = 256 * columns * rows;
        Self {
            width,
            height,
            columns,
            rows,
            luma: Vec::with_capacity(count),
            chroma: [Vec::with_capacity(count / 4), Vec::with_capacity(count / 4)],
            alpha: Vec::new(),
            sums: ChromaSums::default(),
        }
    }

    pub(super) fn stride(&self) -> usize {
        16 * self.columns
    }

    /// The rows of the picture that luma has, and each plane of chroma.
    fn rows_of(&self, component: usize) -> usize {
        let stride = self.stride().max(1);
        match component {
            0 => self.luma.len() / stride,
            _ => self.chroma.get(component - 1).map_or(0, |plane| 2 * plane.len() / stride),
        }
    }

    /// Takes rows of a plane of JFIF, in full range; chroma has half the width and half the height. Returns whether the picture
    /// has as many.
    #[inline(always)]
    pub(in crate::imaging::codecs::webp) fn push_samples(&mut self, component: usize, samples: &[u8]) -> bool {
        let (stride, height, rows) = (self.stride(), self.height, self.rows_of(component));
        let width = if component == 0 { self.width } else { self.width.div_ceil(2) };
        let fits =
            |rows: usize, height: usize| samples.len().is_multiple_of(width) && rows + samples.len() / width <= height;
        match (component, self.chroma.get_mut(component.max(1) - 1)) {
            (0, _) if fits(rows, height) => {
                for row in samples.chunks_exact(width) {
                    append(&mut self.luma, row.iter().map(|sample| limited_luma(*sample)), stride);
                }
                true
            }
            (1.., Some(plane)) if fits(rows, height.div_ceil(2)) => {
                for row in samples.chunks_exact(width) {
                    append(plane, row.iter().map(|sample| limited_chroma(*sample)), stride / 2);
                }
                true
            }
            _ => false,
        }
    }

    /// Takes rows of pixels. Returns whether the picture has as many.
    #[inline(always)]
    pub(in crate::imaging::codecs::webp) fn push_pixels(&mut self, pixels: &[u8], layout: Layout) -> bool {
        let (stride, row_bytes) = (self.stride(), self.width * layout.channels());
        let rows = pixels.len() / row_bytes.max(1);
        if !pixels.len().is_multiple_of(row_bytes.max(1)) || self.rows_of(0) + rows > self.height {
            return false;
        }
        if layout.has_alpha() {
            self.alpha.reserve_exact(self.width * self.height - self.alpha.len());
            self.alpha.extend(pixels.iter().skip(layout.channels() - 1).step_by(layout.channels()));
        }
        for row in pixels.chunks_exact(row_bytes.max(1)) {
            let is_lower = self.rows_of(0) % 2 == 1;
            luma_row(row, layout, &mut self.luma);
            pad(&mut self.luma, stride);
            self.sums.add(row, layout);
            if is_lower {
                self.finish_chroma_row();
            }
        }
        true
    }

    fn finish_chroma_row(&mut self) {
        let stride = self.stride() / 2;
        self.sums.finish_row(&mut self.chroma);
        self.chroma.iter_mut().for_each(|plane| pad(plane, stride));
    }

    /// Completes the last macroblocks, once all rows are there, and returns alpha, which is empty if there is none. Returns nothing
    /// if rows are missing.
    pub(in crate::imaging::codecs::webp) fn complete(&mut self) -> Option<Vec<u8>> {
        if self.rows_of(0) != self.height {
            return None;
        }
        if self.sums.is_waiting() {
            self.finish_chroma_row();
        }
        let (luma_bytes, stride) = (256 * self.columns * self.rows, self.stride());
        if self.chroma.iter().all(Vec::is_empty) {
            self.chroma.iter_mut().for_each(|plane| plane.resize(luma_bytes / 4, 128));
        }
        if self.chroma.iter().any(|plane| plane.len() < self.height.div_ceil(2) * stride / 2) {
            return None;
        }
        repeat_last_row(&mut self.luma, stride, luma_bytes);
        self.chroma.iter_mut().for_each(|plane| repeat_last_row(plane, stride / 2, luma_bytes / 4));
        let alpha = std::mem::take(&mut self.alpha);
        if !alpha.is_empty() {
            flatten_transparent(&mut self.luma, &mut self.chroma, stride, (self.width, self.height), &alpha);
        }
        Some(alpha)
    }

    /// Copies a square of samples at `x`, `y`.
    #[inline(always)]
    pub(super) fn square<const SIDE: usize>(plane: &[u8], stride: usize, x: usize, y: usize) -> [[u8; SIDE]; SIDE] {
        let mut square = [[0; SIDE]; SIDE];
        for (row, to) in square.iter_mut().enumerate() {
            let start = (y + row) * stride + x;
            if let Some(from) = plane.get(start..start + SIDE) {
                to.copy_from_slice(from);
            }
        }
        square
    }

    /// Replaces a square of samples at `x`, `y`.
    #[inline(always)]
    pub(super) fn put_square<const SIDE: usize>(
        plane: &mut [u8],
        stride: usize,
        x: usize,
        y: usize,
        square: &[[u8; SIDE]; SIDE],
    ) {
        for (row, from) in square.iter().enumerate() {
            let start = (y + row) * stride + x;
            if let Some(to) = plane.get_mut(start..start + SIDE) {
                to.copy_from_slice(from);
            }
        }
    }
}

/// Appends a row, the last sample of which is repeated up to a length.
#[inline(always)]
fn append(plane: &mut Vec<u8>, row: impl Iterator<Item = u8>, stride: usize) {
    plane.extend(row);
    pad(plane, stride);
}

/// Repeats the last sample until the rows are complete.
#[inline(always)]
fn pad(plane: &mut Vec<u8>, stride: usize) {
    let last = plane.last().copied().unwrap_or(0);
    plane.resize(plane.len().next_multiple_of(stride.max(1)), last);
}

fn repeat_last_row(plane: &mut Vec<u8>, stride: usize, bytes: usize) {
    while plane.len() < bytes && plane.len() >= stride {
        plane.extend_from_within(plane.len() - stride..);
    }
}
