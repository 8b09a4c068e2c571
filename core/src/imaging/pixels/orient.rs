//! EXIF orientation: the eight ways in which stored pixels are rotated and mirrored for display.
//!
//! ```text
//! stored 3 x 2   orientation 6 (rotate 90)   orientation 5 (transpose)
//! a b c          d a                         a d
//! d e f          e b                         b e
//!                f c                         c f
//! ```

use super::buffer::{Layout, Pixels};

/// The operation that displays the stored pixels upright: the values of the EXIF tag `Orientation` (0x0112; CIPA DC-008, section
/// 4.6.5.1), each named for the operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Orientation {
    /// Nothing.
    #[default]
    Normal = 1,
    /// Mirror left and right.
    FlipHorizontal = 2,
    /// Turn by 180 degrees.
    Rotate180 = 3,
    /// Mirror top and bottom.
    FlipVertical = 4,
    /// Mirror at the diagonal from the top left to the bottom right.
    Transpose = 5,
    /// Turn clockwise by 90 degrees.
    Rotate90 = 6,
    /// Mirror at the diagonal from the top right to the bottom left.
    Transverse = 7,
    /// Turn clockwise by 270 degrees.
    Rotate270 = 8,
}

impl Orientation {
    /// The orientation for a value of the EXIF tag, `None` outside 1 to 8.
    pub const fn from_exif(value: u16) -> Option<Self> {
        Some(match value {
            1 => Self::Normal,
            2 => Self::FlipHorizontal,
            3 => Self::Rotate180,
            4 => Self::FlipVertical,
            5 => Self::Transpose,
            6 => Self::Rotate90,
            7 => Self::Transverse,
            8 => Self::Rotate270,
            _ => return None,
        })
    }

    /// The value of the EXIF tag, 1 to 8.
    pub const fn exif(self) -> u8 {
        self as u8
    }

    /// Whether width and height change places.
    pub const fn swaps_axes(self) -> bool {
        matches!(self, Self::Transpose | Self::Rotate90 | Self::Transverse | Self::Rotate270)
    }

    /// Whether the stored x runs against the displayed axis that it follows.
    pub(crate) const fn reverses_stored_x(self) -> bool {
        matches!(self, Self::FlipHorizontal | Self::Rotate180 | Self::Transverse | Self::Rotate270)
    }

    /// Whether the stored y runs against the displayed axis that it follows.
    pub(crate) const fn reverses_stored_y(self) -> bool {
        matches!(self, Self::FlipVertical | Self::Rotate180 | Self::Transverse | Self::Rotate90)
    }
}

/// Turns stored pixels for display.
pub(crate) fn orient(mut pixels: Pixels, orientation: Orientation) -> Pixels {
    if orientation == Orientation::Normal {
        return pixels;
    }
    match pixels.layout.channels() {
        1 => orient_samples::<1>(&mut pixels, orientation),
        2 => orient_samples::<2>(&mut pixels, orientation),
        3 => orient_samples::<3>(&mut pixels, orientation),
        _ => orient_samples::<4>(&mut pixels, orientation),
    }
    if orientation.swaps_axes() {
        (pixels.width, pixels.height) = (pixels.height, pixels.width);
    }
    pixels
}

/// The same without a second picture in memory. If the axes are swapped, it takes several times as long.
pub(crate) fn turn_in_place(mut pixels: Pixels, orientation: Orientation) -> Pixels {
    if !orientation.swaps_axes() {
        return orient(pixels, orientation);
    }
    let size = (pixels.width as usize, pixels.height as usize);
    match pixels.layout {
        Layout::Gray => permute(pixels.data.as_chunks_mut::<1>().0, size, orientation),
        Layout::GrayAlpha => permute(pixels.data.as_chunks_mut::<2>().0, size, orientation),
        Layout::Rgb => permute(pixels.data.as_chunks_mut::<3>().0, size, orientation),
        Layout::Rgba => permute(pixels.data.as_chunks_mut::<4>().0, size, orientation),
    }
    (pixels.width, pixels.height) = (pixels.height, pixels.width);
    pixels
}

/// Permutes the pixels by following each cycle of the permutation. A bit per pixel marks those that have been moved.
fn permute<T: Copy>(pixels: &mut [T], (width, height): (usize, usize), orientation: Orientation) {
    let (reverse_x, reverse_y) = (orientation.reverses_stored_x(), orientation.reverses_stored_y());
    let place = |stored: usize| {
        let (x, y) = (stored % width.max(1), stored / width.max(1));
        let row = if reverse_x { width - 1 - x } else { x };
        let column = if reverse_y { height - 1 - y } else { y };
        row * height + column
    };
    let mut moved = vec![0_u64; pixels.len().div_ceil(64)];
    for start in 0..pixels.len() {
        let (mut at, Some(mut held)) = (start, pixels.get(start).copied()) else { return };
        while let Some(bits) = moved.get_mut(at / 64).filter(|bits| **bits >> (at % 64) & 1 == 0) {
            *bits |= 1 << (at % 64);
            at = place(at);
            if let Some(pixel) = pixels.get_mut(at) {
                std::mem::swap(pixel, &mut held);
            }
        }
    }
}

fn orient_samples<const CHANNELS: usize>(pixels: &mut Pixels, orientation: Orientation) {
    let width = pixels.width as usize;
    let (samples, _) = pixels.data.as_chunks_mut::<CHANNELS>();
    match (orientation.swaps_axes(), orientation.reverses_stored_x(), orientation.reverses_stored_y()) {
        (true, reverse_x, reverse_y) => {
            let turned = transpose(samples, width, pixels.height as usize, reverse_x, reverse_y);
            pixels.data = turned.into_flattened();
        }
        (false, true, true) => samples.reverse(),
        (false, true, false) => samples.chunks_exact_mut(width.max(1)).for_each(<[_]>::reverse),
        (false, false, _) => {
            let middle = pixels.height as usize / 2 * width;
            let (top, bottom) = samples.split_at_mut(middle);
            let rows = top.chunks_exact_mut(width.max(1)).zip(bottom.rchunks_exact_mut(width.max(1)));
            rows.for_each(|(upper, lower)| upper.swap_with_slice(lower));
        }
    }
}

/// Rows of the source that are transposed together, so that they stay in the L1 cache.
const STRIP: usize = 16;

/// Transposes: displayed `(x, y)` is stored `(y, x)`, each counted from its end if reversed.
fn transpose<const CHANNELS: usize>(
    stored: &[[u8; CHANNELS]],
    stored_width: usize,
    stored_height: usize,
    reverse_x: bool,
    reverse_y: bool,
) -> Vec<[u8; CHANNELS]> {
    let mut displayed = vec![[0; CHANNELS]; stored.len()];
    for (strip, rows) in stored.chunks((STRIP * stored_width).max(1)).enumerate() {
        transpose_strip(rows, strip * STRIP, stored_width, stored_height, (reverse_x, reverse_y), &mut displayed);
    }
    displayed
}

/// Writes the columns of the result that a strip of rows, from `first` on, becomes.
fn transpose_strip<const CHANNELS: usize>(
    rows: &[[u8; CHANNELS]],
    first: usize,
    stored_width: usize,
    stored_height: usize,
    (reverse_x, reverse_y): (bool, bool),
    displayed: &mut [[u8; CHANNELS]],
) {
    let count = rows.len() / stored_width.max(1);
    let columns = if reverse_y {
        stored_height.saturating_sub(first + count)..stored_height.saturating_sub(first)
    } else {
        first..first + count
    };
    for (y, row) in displayed.chunks_exact_mut(stored_height.max(1)).enumerate() {
        let stored_x = if reverse_x { stored_width - 1 - y } else { y };
        for (at, pixel) in row.get_mut(columns.clone()).unwrap_or_default().iter_mut().enumerate() {
            let row = if reverse_y { count - 1 - at } else { at };
            if let Some(value) = rows.get(row * stored_width + stored_x) {
                *pixel = *value;
            }
        }
    }
}

/// Collects the rows of a picture in stored order into pixels in displayed order. If the axes are swapped it transposes a strip
/// of rows at a time, so that the picture is in memory once.
pub(crate) struct UprightRows {
    stored_width: usize,
    stored_height: usize,
    orientation: Orientation,
    pixels: Pixels,
    /// Rows of an incomplete strip.
    waiting: Vec<u8>,
    /// How many rows were transposed.
    turned: usize,
}

impl UprightRows {
    /// A picture of this size, as stored.
    pub(crate) fn new((stored_width, stored_height): (u32, u32), layout: Layout, orientation: Orientation) -> Self {
        let bytes = stored_width as usize * stored_height as usize * layout.channels();
        let (width, height, data) = if orientation.swaps_axes() {
            (stored_height, stored_width, vec![0; bytes])
        } else {
            (stored_width, stored_height, Vec::with_capacity(bytes))
        };
        Self {
            stored_width: stored_width as usize,
            stored_height: stored_height as usize,
            orientation,
            pixels: Pixels { width, height, layout, data },
            waiting: Vec::new(),
            turned: 0,
        }
    }

    /// Memory, in bytes.
    pub(crate) fn memory_bytes((width, height): (u32, u32), layout: Layout, orientation: Orientation) -> u64 {
        let row_bytes = u64::from(width) * layout.channels() as u64;
        // The buffer of a strip is reallocated while it grows.
        let strip = if orientation.swaps_axes() { 3 * STRIP as u64 } else { 0 };
        row_bytes * (u64::from(height) + strip)
    }

    /// Takes the next row.
    pub(crate) fn push(&mut self, row: &[u8]) {
        if self.orientation.swaps_axes() {
            self.waiting.extend_from_slice(row);
            if self.waiting.len() >= STRIP * row.len() {
                self.turn();
            }
        } else if self.pixels.data.len() + row.len() <= self.pixels.data.capacity() {
            self.pixels.data.extend_from_slice(row);
        }
    }

    fn turn(&mut self) {
        let data = &mut self.pixels.data;
        let (size, waiting, turned) = ((self.stored_width, self.stored_height), &self.waiting, self.turned);
        let strip = |waiting: &[u8], data: &mut [u8]| match self.pixels.layout {
            Layout::Gray => turn_strip::<1>(waiting, turned, size, self.orientation, data),
            Layout::GrayAlpha => turn_strip::<2>(waiting, turned, size, self.orientation, data),
            Layout::Rgb => turn_strip::<3>(waiting, turned, size, self.orientation, data),
            Layout::Rgba => turn_strip::<4>(waiting, turned, size, self.orientation, data),
        };
        strip(waiting, data);
        self.turned += self.waiting.len() / (self.stored_width * self.pixels.layout.channels()).max(1);
        self.waiting.clear();
    }

    /// The pixels, upright. `None` if rows are missing.
    pub(crate) fn finish(mut self) -> Option<Pixels> {
        if self.orientation.swaps_axes() {
            self.turn();
            return (self.turned == self.stored_height).then_some(self.pixels);
        }
        let bytes = self.stored_width * self.stored_height * self.pixels.layout.channels();
        (self.pixels.data.len() == bytes).then(|| orient(self.pixels, self.orientation))
    }
}

fn turn_strip<const CHANNELS: usize>(
    rows: &[u8],
    first: usize,
    (width, height): (usize, usize),
    orientation: Orientation,
    displayed: &mut [u8],
) {
    let reversed = (orientation.reverses_stored_x(), orientation.reverses_stored_y());
    transpose_strip(
        rows.as_chunks::<CHANNELS>().0,
        first,
        width,
        height,
        reversed,
        displayed.as_chunks_mut::<CHANNELS>().0,
    );
}

#[cfg(test)]
mod tests {
    use super::super::buffer::Layout;
    use super::*;

    /// The letters a to f in two rows of three, turned as a person would on paper.
    #[test]
    fn the_eight_orientations() {
        for (exif, width, expected) in [
            (1, 3, "abcdef"),
            (2, 3, "cbafed"),
            (3, 3, "fedcba"),
            (4, 3, "defabc"),
            (5, 2, "adbecf"),
            (6, 2, "daebfc"),
            (7, 2, "fcebda"),
            (8, 2, "cfbead"),
        ] {
            for layout in [Layout::Gray, Layout::GrayAlpha, Layout::Rgb, Layout::Rgba] {
                let spread = |text: &str| text.bytes().flat_map(|b| vec![b; layout.channels()]).collect::<Vec<u8>>();
                let stored = Pixels { width: 3, height: 2, layout, data: spread("abcdef") };
                let orientation = Orientation::from_exif(exif).unwrap();
                assert_eq!(u16::from(orientation.exif()), exif);
                let mut rows = UprightRows::new((3, 2), layout, orientation);
                stored.data.chunks_exact(3 * layout.channels()).for_each(|row| rows.push(row));
                let displayed = orient(stored, orientation);
                assert_eq!(rows.finish().as_ref(), Some(&displayed), "{exif} {layout:?}");
                let stored = Pixels { width: 3, height: 2, layout, data: spread("abcdef") };
                assert_eq!(turn_in_place(stored, orientation), displayed, "{exif} {layout:?}");
                assert_eq!((displayed.width, displayed.data), (width, spread(expected)), "{exif} {layout:?}");
            }
        }
        assert_eq!(Orientation::from_exif(0), None);
        assert_eq!(Orientation::from_exif(9), None);
    }

    #[test]
    fn strips_do_not_show() {
        let (width, height) = (37_u32, 41_u32);
        let data: Vec<u8> = (0..width * height).map(|i| (i % 251) as u8).collect();
        let stored = Pixels { width, height, layout: Layout::Gray, data };
        for orientation in (1..=8).filter_map(Orientation::from_exif) {
            let mut rows = UprightRows::new((width, height), Layout::Gray, orientation);
            stored.data.chunks_exact(width as usize).for_each(|row| rows.push(row));
            assert_eq!(rows.finish(), Some(orient(stored.clone(), orientation)));
            assert_eq!(turn_in_place(stored.clone(), orientation), orient(stored.clone(), orientation));
            let mut rows = UprightRows::new((width, height), Layout::Gray, orientation);
            stored.data.chunks_exact(width as usize).skip(1).for_each(|row| rows.push(row));
            assert_eq!(rows.finish(), None, "a row is missing");
        }
        let once = orient(stored.clone(), Orientation::Rotate90);
        assert_eq!(once.data[(5 * height + 7) as usize], stored.data[((height - 1 - 7) * width + 5) as usize]);
        assert_eq!(orient(once, Orientation::Rotate270), stored);
        let twice = orient(orient(stored.clone(), Orientation::Transverse), Orientation::Transverse);
        assert_eq!(twice, stored);
        let odd = orient(orient(stored.clone(), Orientation::FlipVertical), Orientation::FlipVertical);
        assert_eq!(odd, stored);
    }
}
