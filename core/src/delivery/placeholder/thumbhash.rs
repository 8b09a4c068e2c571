//! ThumbHash: a picture in 5 to 25 bytes (<https://evanw.github.io/thumbhash/>).
//!
//! ```text
//! 3 bytes   brightness 6 bits, yellow-blue 6, red-green 6, scale of the brightness 5, alpha 1: the means
//! 2 bytes   cosines of the shorter side 3, scales of the colours 6 and 6, landscape 1
//! 1 byte    with alpha: its mean 4, its scale 4
//! the rest  the cosines of brightness, of both colours and of alpha, 4 bits each
//! ```
//!
//! The cosines are those of a DCT with the triangle of low frequencies: of brightness up to 7 along the longer side, 5 with
//! alpha, of the colours 3, of alpha 5.

use std::f64::consts::PI;

use super::cosine::cos;

/// A picture in RGBA, straight alpha, at most 100 x 100.
pub(super) struct Rgba<'a> {
    pub width: usize,
    pub height: usize,
    pub pixels: &'a [[u8; 4]],
}

/// The hash of a picture.
pub(super) fn thumbhash(picture: &Rgba<'_>) -> Vec<u8> {
    let Rgba { width, height, pixels } = *picture;
    let average = average(pixels);
    let has_alpha = average[3] < (width * height) as f64;
    let longest = width.max(height).max(1);
    let most = if has_alpha { 5 } else { 7 };
    let count = |side: usize| rounded_ratio(most * side, longest).max(1);
    let (across, down) = (count(width), count(height));

    let mut planes: [Vec<f64>; 4] = Default::default();
    for pixel in pixels {
        let alpha = f64::from(pixel[3]) / 255.0;
        let over = |channel: usize| average[channel] * (1.0 - alpha) + alpha / 255.0 * f64::from(pixel[channel]);
        let (red, green, blue) = (over(0), over(1), over(2));
        let channels = [(red + green + blue) / 3.0, f64::midpoint(red, green) - blue, red - green, alpha];
        for (plane, value) in planes.iter_mut().zip(channels) {
            plane.push(value);
        }
    }
    let [luma, yellow_blue, red_green, alpha] = planes;
    let luma = Spectrum::of(&luma, width, height, across.max(3), down.max(3));
    let yellow_blue = Spectrum::of(&yellow_blue, width, height, 3, 3);
    let red_green = Spectrum::of(&red_green, width, height, 3, 3);
    let alpha = has_alpha.then(|| Spectrum::of(&alpha, width, height, 5, 5));

    let is_landscape = width > height;
    let means = level(63.0 * luma.mean)
        | level(31.5 + 31.5 * yellow_blue.mean) << 6
        | level(31.5 + 31.5 * red_green.mean) << 12
        | level(31.0 * luma.scale) << 18
        | u32::from(has_alpha) << 23;
    let scales = (if is_landscape { down } else { across }) as u32
        | level(63.0 * yellow_blue.scale) << 3
        | level(63.0 * red_green.scale) << 9
        | u32::from(is_landscape) << 15;
    let [first, second, third, _] = means.to_le_bytes();
    let [fourth, fifth, ..] = scales.to_le_bytes();
    let mut hash = vec![first, second, third, fourth, fifth];
    if let Some(alpha) = &alpha {
        hash.push((level(15.0 * alpha.mean) | level(15.0 * alpha.scale) << 4) as u8);
    }
    let spectra = [Some(&luma), Some(&yellow_blue), Some(&red_green), alpha.as_ref()];
    let cosines: Vec<f64> =
        spectra.into_iter().flatten().flat_map(|spectrum| spectrum.cosines.iter().copied()).collect();
    hash.extend(cosines.chunks(2).map(|pair| {
        let of = |at: usize| pair.get(at).map_or(0, |cosine| level(15.0 * cosine));
        (of(0) | of(1) << 4) as u8
    }));
    hash
}

/// The sums of the channels from 0 to 1, weighted by alpha, divided by that of alpha; and the sum of alpha.
fn average(pixels: &[[u8; 4]]) -> [f64; 4] {
    let mut sum = [0.0; 4];
    for pixel in pixels {
        let alpha = f64::from(pixel[3]) / 255.0;
        for (sum, channel) in sum.iter_mut().zip(pixel).take(3) {
            *sum += alpha / 255.0 * f64::from(*channel);
        }
        sum[3] += alpha;
    }
    if sum[3] > 0.0 {
        let total = sum[3];
        sum.iter_mut().take(3).for_each(|channel| *channel /= total);
    }
    sum
}

/// A plane as cosines.
struct Spectrum {
    mean: f64,
    /// From 0 to 1, where a half is none.
    cosines: Vec<f64>,
    /// The largest of them before.
    scale: f64,
}

impl Spectrum {
    fn of(plane: &[f64], width: usize, height: usize, across: usize, down: usize) -> Self {
        // Products in the order of the format's author: of a picture a pixel wide nothing but their last bits is left.
        let table = |side: usize, frequency: usize| -> Vec<f64> {
            (0..side).map(|at| cos(PI / side as f64 * frequency as f64 * (at as f64 + 0.5))).collect()
        };
        let mut spectrum = Self { mean: 0.0, cosines: Vec::new(), scale: 0.0 };
        for y in 0..down {
            let vertical = table(height, y);
            for x in (0..).take_while(|x| x * down < across * (down - y)) {
                let horizontal = table(width, x);
                let mut sum = 0.0;
                for (row, vertical) in plane.chunks_exact(width.max(1)).zip(&vertical) {
                    for (value, horizontal) in row.iter().zip(&horizontal) {
                        sum += value * horizontal * vertical;
                    }
                }
                sum /= (width * height) as f64;
                if x == 0 && y == 0 {
                    spectrum.mean = sum;
                } else {
                    spectrum.cosines.push(sum);
                    spectrum.scale = spectrum.scale.max(sum.abs());
                }
            }
        }
        if spectrum.scale > 0.0 {
            let scale = spectrum.scale;
            spectrum.cosines.iter_mut().for_each(|cosine| *cosine = 0.5 + 0.5 / scale * *cosine);
        }
        spectrum
    }
}

/// A whole number of a few bits; what is rounded is never negative.
fn level(value: f64) -> u32 {
    value.round() as u32
}

/// `dividend / divisor`, halves rounded up.
fn rounded_ratio(dividend: usize, divisor: usize) -> usize {
    (2 * dividend + divisor) / (2 * divisor)
}
