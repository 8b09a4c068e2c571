//! The transforms of the encoder: subtract green (RFC 9649, section 4.3), then the predictor (section 4.1), with one mode for the
//! whole picture. Each pixel becomes its residual.

use super::super::decode::{gradient, select};
use crate::imaging::pixels::buffer::{Layout, Pixels};

/// A predictor mode, by its number in the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Left = 1,
    Top = 2,
    /// Left or top, whichever is nearer to `left + top - top_left`.
    Select = 11,
    /// `left + top - top_left`.
    Gradient = 12,
}

impl Mode {
    pub(super) const ALL: [Self; 4] = [Self::Left, Self::Top, Self::Select, Self::Gradient];
}

const OPAQUE_BLACK: u32 = 0xff00_0000;

/// The residuals of a picture, row by row.
pub(super) struct Residuals<'p> {
    pixels: &'p Pixels,
    mode: Mode,
    y: usize,
    above: Vec<u32>,
    current: Vec<u32>,
    row: Vec<u32>,
}

impl<'p> Residuals<'p> {
    pub(super) fn new(pixels: &'p Pixels, mode: Mode) -> Self {
        Self::from(pixels, mode, 0)
    }

    /// Starts at row `y`.
    pub(super) fn from(pixels: &'p Pixels, mode: Mode, y: usize) -> Self {
        let width = pixels.width as usize;
        let mut residuals =
            Self { pixels, mode, y, above: vec![0; width], current: vec![0; width], row: vec![0; width] };
        if let Some(above) = y.checked_sub(1) {
            residuals.load(above);
            std::mem::swap(&mut residuals.above, &mut residuals.current);
        }
        residuals
    }

    /// The residuals of the next row, as ARGB. `None` after the last row.
    pub(super) fn next_row(&mut self) -> Option<&[u32]> {
        if self.y >= self.pixels.height as usize {
            return None;
        }
        self.load(self.y);
        let first = if self.y == 0 { OPAQUE_BLACK } else { self.above.first().copied().unwrap_or_default() };
        if let (Some(to), Some(pixel)) = (self.row.first_mut(), self.current.first()) {
            *to = subtract(*pixel, first);
        }
        match self.mode {
            _ if self.y == 0 => self.fill(|left, _, _| left),
            Mode::Left => self.fill(|left, _, _| left),
            Mode::Top => self.fill(|_, top, _| top),
            Mode::Select => self.fill(select),
            Mode::Gradient => self.fill(gradient),
        }
        std::mem::swap(&mut self.above, &mut self.current);
        self.y += 1;
        Some(&self.row)
    }

    #[inline(always)]
    fn fill(&mut self, predict: impl Fn(u32, u32, u32) -> u32) {
        let Self { above, current, row, .. } = self;
        let rest = row.get_mut(1..).unwrap_or_default().iter_mut();
        for ((to, [left, pixel]), [top_left, top]) in rest.zip(current.array_windows()).zip(above.array_windows()) {
            *to = subtract(*pixel, predict(*left, *top, *top_left));
        }
    }

    /// Loads a row of pixels and subtracts green.
    fn load(&mut self, y: usize) {
        let channels = self.pixels.layout.channels();
        let row_bytes = self.pixels.width as usize * channels;
        let row = self.pixels.data.get(y * row_bytes..(y + 1) * row_bytes).unwrap_or_default();
        let argb = |r: u8, g: u8, b: u8, a: u8| u32::from_le_bytes([b.wrapping_sub(g), g, r.wrapping_sub(g), a]);
        let to = self.current.iter_mut();
        match self.pixels.layout {
            Layout::Gray => to.zip(row).for_each(|(to, gray)| *to = argb(*gray, *gray, *gray, 255)),
            Layout::GrayAlpha => {
                to.zip(row.as_chunks::<2>().0).for_each(|(to, [gray, a])| *to = argb(*gray, *gray, *gray, *a));
            }
            Layout::Rgb => to.zip(row.as_chunks::<3>().0).for_each(|(to, [r, g, b])| *to = argb(*r, *g, *b, 255)),
            Layout::Rgba => to.zip(row.as_chunks::<4>().0).for_each(|(to, [r, g, b, a])| *to = argb(*r, *g, *b, *a)),
        }
    }
}

/// The difference per channel, modulo 256: two channels at a time, with a bit above each to borrow from.
#[inline(always)]
fn subtract(one: u32, other: u32) -> u32 {
    const EVEN: u32 = 0x00ff_00ff;
    const ODD: u32 = 0xff00_ff00;
    let even = ((one & EVEN) | 0x0100_0100).wrapping_sub(other & EVEN) & EVEN;
    let odd = ((one & ODD) | 0x0001_0000).wrapping_sub(other & ODD) & ODD;
    even | odd
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_subtracted_by_themselves() {
        for (one, other) in
            [(0, 0), (0x0102_0304, 0x0201_0403), (0, 0x0101_0101), (u32::MAX, 0x8000_7fff), (0xff00_ff00, 0x00ff_00ff)]
        {
            let exact = |shift: u32| ((one >> shift) as u8).wrapping_sub((other >> shift) as u8);
            let difference = subtract(one, other).to_le_bytes();
            assert_eq!(difference, [0, 8, 16, 24].map(exact), "{one:08x} {other:08x}");
        }
    }

    #[test]
    fn rows_can_be_had_from_the_middle_on() {
        let data = (0..5 * 7 * 3).map(|at| (at * 37 % 251) as u8).collect();
        let pixels = Pixels { width: 5, height: 7, layout: Layout::Rgb, data };
        for mode in Mode::ALL {
            let mut whole = Residuals::new(&pixels, mode);
            for _ in 0..4 {
                whole.next_row().unwrap();
            }
            let mut half = Residuals::from(&pixels, mode, 4);
            for _ in 4..7 {
                assert_eq!(whole.next_row().unwrap(), half.next_row().unwrap());
            }
            assert!(whole.next_row().is_none());
        }
    }
}
