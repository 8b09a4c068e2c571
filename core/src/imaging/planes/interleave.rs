//! Splits rows of packed pixels into channels, and interleaves rows of planes to pixels. In between, colours are premultiplied by
//! alpha, so that resampling weighs them by it.
//!
//! ```text
//! pixel 200 100 0, alpha 128     premultiplied 100 50 0, alpha 128     resampled 80 40 0, alpha 102     straight 200 100 0
//! ```

use super::pixel_rows::PixelRows;
use super::request::PlaneOutput;
use crate::error::Result;
use crate::imaging::codecs::jpeg::ycbcr_to_rgb;
use crate::imaging::codecs::plane_decoder::SampleFormat;
use crate::imaging::pixels::buffer::Layout;
use crate::imaging::simd::Simd;

/// The colour space of resampled planes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Samples {
    /// Y, Cb and Cr of JFIF.
    YCbCr,
    /// The channels of a layout, colours premultiplied by alpha.
    Channels(Layout),
}

impl Samples {
    pub(super) const fn of(format: SampleFormat) -> Self {
        match format {
            SampleFormat::YCbCr => Self::YCbCr,
            _ => Self::Channels(format.layout()),
        }
    }

    /// The layout of the pixels.
    pub(super) const fn layout(self) -> Layout {
        match self {
            Self::YCbCr => Layout::Rgb,
            Self::Channels(layout) => layout,
        }
    }
}

/// Interleaves rows of resampled planes.
pub(super) struct Interleaver<'a> {
    samples: Samples,
    simd: Simd,
    width: usize,
    /// Rows of each plane that wait for those of the other planes.
    waiting: Vec<Vec<u8>>,
    row: Vec<u8>,
    rows: PixelRows<'a>,
}

impl<'a> Interleaver<'a> {
    /// For rows of `width` pixels, of which `waiting_rows` may wait in each plane.
    pub(super) fn new(samples: Samples, width: usize, waiting_rows: &[usize], rows: PixelRows<'a>, simd: Simd) -> Self {
        let channels = samples.layout().channels();
        let waiting = waiting_rows.iter().map(|rows| Vec::with_capacity(width * rows)).collect();
        Self { samples, simd, width, waiting, row: vec![0; width * channels], rows }
    }

    /// Takes the next row of a plane.
    pub(super) fn push(&mut self, component: usize, row: &[u8]) {
        if let Some(waiting) = self.waiting.get_mut(component) {
            waiting.extend_from_slice(row);
        }
    }

    /// Interleaves the rows whose samples are complete.
    pub(super) fn mix(&mut self) -> Result<()> {
        let width = self.width.max(1);
        let ready = self.waiting.iter().map(Vec::len).min().unwrap_or(0) / width * width;
        for start in (0..ready).step_by(width) {
            let Self { samples, simd, waiting, row, rows, .. } = self;
            let planes: Vec<&[u8]> =
                waiting.iter().map(|plane| plane.get(start..start + width).unwrap_or_default()).collect();
            match (*samples, planes.as_slice()) {
                (Samples::YCbCr, [luma, blue, red]) => simd.run(
                    #[inline(always)]
                    || ycbcr_to_rgb(luma, blue, red, row),
                ),
                (Samples::Channels(_), planes) => interleave(planes, row),
                (Samples::YCbCr, _) => {}
            }
            rows.push(row)?;
        }
        self.waiting.iter_mut().filter(|_| ready > 0).for_each(|plane| {
            plane.drain(..ready);
        });
        Ok(())
    }

    pub(super) fn finish(self) -> Result<PlaneOutput> {
        self.rows.finish()
    }
}

/// Interleaves samples to pixels with straight alpha.
fn interleave(planes: &[&[u8]], row: &mut [u8]) {
    match planes {
        [gray] => row.copy_from_slice(gray),
        [gray, alpha] => {
            for ((pixel, gray), alpha) in row.as_chunks_mut::<2>().0.iter_mut().zip(*gray).zip(*alpha) {
                *pixel = [divide_by_alpha(*gray, *alpha), *alpha];
            }
        }
        [red, green, blue] => {
            let samples = red.iter().zip(*green).zip(*blue);
            for (pixel, ((red, green), blue)) in row.as_chunks_mut::<3>().0.iter_mut().zip(samples) {
                *pixel = [*red, *green, *blue];
            }
        }
        [red, green, blue, alpha] => {
            let samples = red.iter().zip(*green).zip(*blue).zip(*alpha);
            for (pixel, (((red, green), blue), alpha)) in row.as_chunks_mut::<4>().0.iter_mut().zip(samples) {
                let straight = |color: &u8| divide_by_alpha(*color, *alpha);
                *pixel = [straight(red), straight(green), straight(blue), *alpha];
            }
        }
        _ => {}
    }
}

/// Inverts the premultiplication by alpha.
fn divide_by_alpha(color: u8, alpha: u8) -> u8 {
    if alpha == 255 {
        return color;
    }
    let (color, alpha) = (u32::from(color), u32::from(alpha));
    ((color * 255 + alpha / 2).checked_div(alpha).unwrap_or(0)).min(255) as u8
}

/// Splits a row of pixels into channels, with colours premultiplied by alpha.
pub(super) fn split(row: &[u8], layout: Layout, planes: &mut [Vec<u8>]) {
    let count = row.len() / layout.channels();
    for plane in planes.iter_mut() {
        plane.resize(count, 0);
    }
    match planes {
        [gray] => gray.copy_from_slice(row.get(..count).unwrap_or_default()),
        [grays, alphas] => {
            for ((pixel, gray), alpha) in row.as_chunks::<2>().0.iter().zip(grays).zip(alphas) {
                (*gray, *alpha) = (multiply_by_alpha(pixel[0], pixel[1]), pixel[1]);
            }
        }
        [reds, greens, blues] => {
            for (((pixel, red), green), blue) in row.as_chunks::<3>().0.iter().zip(reds).zip(greens).zip(blues) {
                [*red, *green, *blue] = *pixel;
            }
        }
        [reds, greens, blues, alphas] => {
            let samples = reds.iter_mut().zip(greens).zip(blues).zip(alphas);
            for ([r, g, b, a], (((red, green), blue), alpha)) in row.as_chunks::<4>().0.iter().zip(samples) {
                *red = multiply_by_alpha(*r, *a);
                *green = multiply_by_alpha(*g, *a);
                *blue = multiply_by_alpha(*b, *a);
                *alpha = *a;
            }
        }
        _ => {}
    }
}

/// `color * alpha / 255`, rounded, without a division.
#[inline(always)]
fn multiply_by_alpha(color: u8, alpha: u8) -> u8 {
    let product = u32::from(color) * u32::from(alpha) + 128;
    ((product + (product >> 8)) >> 8) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_rounded_as_by_division() {
        for (color, alpha) in (0..=255_u8).flat_map(|color| (0..=255_u8).map(move |alpha| (color, alpha))) {
            let exact = f64::from(color) * f64::from(alpha) / 255.0;
            assert_eq!(multiply_by_alpha(color, alpha), exact.round() as u8, "{color} {alpha}");
            let straight = divide_by_alpha(multiply_by_alpha(color, alpha), alpha);
            assert!(alpha == 0 || u32::from(straight.abs_diff(color)) * u32::from(alpha) <= 255, "{color} {alpha}");
        }
    }

    #[test]
    fn rows_are_split_and_put_together_again() {
        for layout in [Layout::Gray, Layout::GrayAlpha, Layout::Rgb, Layout::Rgba] {
            let row: Vec<u8> =
                (0..7 * layout.channels())
                    .map(|at| {
                        if layout.has_alpha() && at % layout.channels() + 1 == layout.channels() {
                            255
                        } else {
                            at as u8
                        }
                    })
                    .collect();
            let mut planes = vec![Vec::new(); layout.channels()];
            split(&row, layout, &mut planes);
            let mut again = vec![0; row.len()];
            interleave(&planes.iter().map(Vec::as_slice).collect::<Vec<_>>(), &mut again);
            assert_eq!(again, row, "{layout:?}");
        }
    }
}
