//! Draws the photo that is uploaded: mountains at a lake at dusk, as a phone would store them.
//!
//! It is a picture and not noise, because sizes and times mean nothing on noise: soft gradients, edges at every scale,
//! texture that fades with distance, and the grain of a sensor, at 1 to 2 bits a pixel. It is stored lying on its side
//! with EXIF orientation 6 and a GPS position, which is what phones send and what an upload path must deal with.

use std::num::NonZeroUsize;

use jpeg_encoder::{ColorType, Encoder, EncodingError, SamplingFactor};

use crate::exif::{self, GpsPosition};
use crate::noise::{grain, noise, ridge_line};

/// Seoul, the city hall.
pub const POSITION: GpsPosition = GpsPosition { latitude: 37.5665, longitude: 126.978 };

/// "The right side of the stored picture is the top": the phone was held upright.
const TURN_RIGHT: u16 = 6;

/// The size of the photo as displayed, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhotoSize {
    /// 16 to 16384.
    pub width: u16,
    /// 16 to 16384.
    pub height: u16,
}

impl PhotoSize {
    /// What phones take by default.
    pub const TWELVE_MEGAPIXELS: Self = Self { width: 3000, height: 4000 };

    /// The number of pixels, in millions.
    pub fn megapixels(self) -> f64 {
        f64::from(self.width) * f64::from(self.height) / 1e6
    }
}

/// Draws the photo and encodes it as a JPEG of quality 85 with 4:2:0 chroma subsampling.
pub fn draw(size: PhotoSize) -> Result<Vec<u8>, EncodingError> {
    let pixels = draw_turned(size);
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 85);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.add_app_segment(1, exif::write_segment(TURN_RIGHT, POSITION))?;
    encoder.encode(&pixels, size.height, size.width, ColorType::Rgb)?;
    Ok(file)
}

/// The pixels as stored. A stored row is a column of the scene from top to bottom; the first one is its right edge.
fn draw_turned(size: PhotoSize) -> Vec<u8> {
    let (width, height) = (usize::from(size.width), usize::from(size.height));
    let scene = Scene { width: f32::from(size.width), height: f32::from(size.height) };
    let mut pixels = vec![0; width * height * 3];
    let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let rows_per_thread = width.div_ceil(threads);
    std::thread::scope(|scope| {
        for (band, rows) in pixels.chunks_mut(rows_per_thread * height * 3).enumerate() {
            let scene = &scene;
            scope.spawn(move || {
                let mut column = vec![BLACK; height];
                for (index, row) in rows.chunks_exact_mut(height * 3).enumerate() {
                    let x = width - 1 - (band * rows_per_thread + index);
                    scene.draw_column(x, &mut column);
                    develop(x, &column, row);
                }
            });
        }
    });
    pixels
}

/// Turns light into bytes, with the grain of a sensor: coarser in the dark.
fn develop(x: usize, column: &[Color], row: &mut [u8]) {
    for (y, (color, pixel)) in column.iter().zip(row.chunks_exact_mut(3)).enumerate() {
        let amount = 14.0 - color.1 * 0.03;
        let shift = (grain(x as i32, y as i32) - 0.5) * amount;
        pixel[0] = (color.0 + shift) as u8;
        pixel[1] = (color.1 + shift) as u8;
        pixel[2] = (color.2 + shift) as u8;
    }
}

/// Red, green, blue; 0 to 255.
#[derive(Clone, Copy)]
struct Color(f32, f32, f32);

const BLACK: Color = Color(0.0, 0.0, 0.0);
const ZENITH: Color = Color(44.0, 66.0, 118.0);
const MAUVE: Color = Color(148.0, 132.0, 164.0);
const PEACH: Color = Color(250.0, 184.0, 138.0);
const HAZE: Color = Color(255.0, 214.0, 172.0);
const SUN: Color = Color(255.0, 248.0, 226.0);
const NEAR_RIDGE: Color = Color(26.0, 38.0, 52.0);
const DEEP_WATER: Color = Color(30.0, 44.0, 66.0);
const GRASS: Color = Color(52.0, 62.0, 30.0);
const STRAW: Color = Color(196.0, 168.0, 92.0);
const POPPY: Color = Color(222.0, 70.0, 44.0);

impl Color {
    fn toward(self, other: Self, share: f32) -> Self {
        let share = share.clamp(0.0, 1.0);
        let mix = |from: f32, to: f32| from + (to - from) * share;
        Self(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }

    fn times(self, factor: f32) -> Self {
        Self((self.0 * factor).min(255.0), (self.1 * factor).min(255.0), (self.2 * factor).min(255.0))
    }
}

/// The picture as displayed, in pixels; everything in it scales with the height.
struct Scene {
    width: f32,
    height: f32,
}

/// Where the lake begins, as a share of the height.
const SHORE_LINE: f32 = 0.60;
/// Centre and radius of the sun, as shares of the width, the height and the width.
const SUN_PLACE: (f32, f32, f32) = (0.66, 0.36, 0.055);
/// The mountains, far to near: the height of the crest and its roughness, as shares of the height.
const RIDGES: [(f32, f32); 5] = [(0.405, 0.06), (0.44, 0.09), (0.485, 0.08), (0.53, 0.07), (0.572, 0.04)];

impl Scene {
    fn draw_column(&self, x: usize, column: &mut [Color]) {
        let shore = ((self.height * SHORE_LINE) as usize).min(column.len());
        let (land, water) = column.split_at_mut(shore);
        self.draw_sky(x as f32, land);
        for (distance, ridge) in RIDGES.iter().enumerate() {
            self.draw_ridge(x as f32, distance, *ridge, land);
        }
        self.draw_lake(x as f32, land, water);
        self.draw_meadow(x as f32, column);
    }

    fn draw_sky(&self, x: f32, land: &mut [Color]) {
        let unit = self.height / 4000.0;
        let (sun_x, sun_y, radius) = (SUN_PLACE.0 * self.width, SUN_PLACE.1 * self.height, SUN_PLACE.2 * self.width);
        let step = 8;
        let cloud_at = |y: usize| {
            let (u, v) = (x / unit, y as f32 / unit);
            let wisps = noise(u / 900.0 + v / 700.0, v / 130.0, 1) * 0.55
                + noise(u / 310.0, v / 52.0, 2) * 0.28
                + noise(u / 100.0, v / 23.0, 3) * 0.17;
            ((wisps - 0.52) * 4.0).clamp(0.0, 1.0)
        };
        for top in (0..land.len()).step_by(step) {
            let (first, last) = (cloud_at(top), cloud_at(top + step));
            for (offset, pixel) in land.iter_mut().skip(top).take(step).enumerate() {
                let y = (top + offset) as f32;
                let depth = y / (self.height * SHORE_LINE);
                let air = ZENITH
                    .toward(MAUVE, depth * 2.2)
                    .toward(PEACH, (depth - 0.36) * 2.6)
                    .toward(HAZE, (depth - 0.62) * 3.0);
                let cloud = first + (last - first) * offset as f32 / step as f32;
                let lit = MAUVE.toward(PEACH, depth * 1.7).times(1.0 + 0.12 * depth);
                let from_sun = ((x - sun_x) * (x - sun_x) + (y - sun_y) * (y - sun_y)).sqrt();
                let glow = 1.0 / (1.0 + (from_sun / (radius * 2.6)) * (from_sun / (radius * 2.6)));
                let disc = (radius - from_sun) / (2.0 * unit) + 0.5;
                *pixel = air.toward(lit, cloud * 0.6).toward(HAZE, glow * 0.9).toward(SUN, disc);
            }
        }
    }

    fn draw_ridge(&self, x: f32, distance: usize, (crest, roughness): (f32, f32), land: &mut [Color]) {
        let unit = self.height / 4000.0;
        let nearness = (distance + 1) as f32 / RIDGES.len() as f32;
        let u = x / unit;
        let mut top = self.height * (crest - roughness * ridge_line(u / 760.0, 10 + distance as u32));
        if distance + 1 == RIDGES.len() {
            top -= unit * tree_tops(u);
        }
        let bottom = land.len() as f32;
        let dark = HAZE.toward(MAUVE, 0.35 + nearness * 0.5).toward(NEAR_RIDGE, nearness * nearness * 1.02);
        let start = (top.max(0.0) as usize).min(land.len());
        for (offset, pixel) in land.iter_mut().enumerate().skip(start) {
            let y = offset as f32;
            let v = y / unit;
            // Forest and rock, finer and stronger the nearer it is; mist lies in the valleys.
            let texture = noise(u / 34.0 + v / 40.0, v / 30.0, 20) * 0.4 + noise(u / 8.0, v / 6.0, 21) * 0.6;
            let mist = ((y - top) / (bottom - top + 1.0)).clamp(0.0, 1.0);
            let rock = dark.times(1.0 + (texture - 0.5) * nearness * nearness * 0.9);
            let body = rock.toward(HAZE, mist * mist * (0.75 - 0.55 * nearness));
            *pixel = pixel.toward(body, y - top + 1.0);
        }
    }

    fn draw_lake(&self, x: f32, land: &[Color], water: &mut [Color]) {
        let unit = self.height / 4000.0;
        let u = x / unit;
        let sun = 1.0 - ((x - SUN_PLACE.0 * self.width) / (self.width * 0.09)).abs();
        for (offset, pixel) in water.iter_mut().enumerate() {
            let depth = offset as f32 / unit;
            // Waves look longer and steeper toward the viewer.
            let near = 1.0 + depth / 220.0;
            let swell = noise(u / (60.0 * near), depth * 5.0 / (near * 26.0), 30);
            let ripple = noise(u / (15.0 * near), depth * 5.0 / (near * 8.0), 31);
            let wave = swell * 0.6 + ripple * 0.4 - 0.5;
            let mirrored = offset as f32 * 1.08 + wave * unit * (14.0 + depth * 0.22);
            let seen = land.len().saturating_sub(1 + mirrored.max(0.0) as usize);
            let mirror = land.get(seen).copied().unwrap_or(ZENITH);
            let glitter = if wave > 0.16 { sun * (wave - 0.16) * 9.0 } else { 0.0 };
            let deep = 0.24 + depth / 4200.0 - wave * 0.4;
            *pixel = mirror.toward(DEEP_WATER, deep).toward(SUN, glitter);
        }
    }

    /// The bank in front: blades of grass over dark ground, with some poppies.
    fn draw_meadow(&self, x: f32, column: &mut [Color]) {
        let unit = self.height / 4000.0;
        let u = x / unit;
        let edge = 3560.0 - 150.0 * noise(u / 900.0, 0.0, 40) - 60.0 * noise(u / 170.0, 0.0, 41);
        let blades = 130.0 * noise(u / 5.0, 0.0, 42) * noise(u / 40.0, 0.0, 43);
        let top = (((edge - blades) * unit).max(0.0) as usize).min(column.len());
        for (offset, pixel) in column.iter_mut().enumerate().skip(top) {
            let v = offset as f32 / unit;
            let depth = ((v - edge) / 440.0).clamp(0.0, 1.0);
            let lean = u + v * 0.12;
            let blade = noise(lean / 9.0, v / 110.0, 44) * 0.6 + noise((u - v * 0.2 + 800.0) / 5.0, v / 50.0, 45) * 0.4;
            let tuft = noise(u / 120.0, v / 60.0, 46);
            let light = (blade - 0.42) * 2.6 * (0.4 + 0.9 * tuft) * (1.0 - 0.45 * depth);
            *pixel = GRASS.times(0.45 + 0.4 * tuft).toward(STRAW, light).toward(POPPY, petals(u, v, edge));
        }
    }
}

/// The nearest ridge carries conifers: how far one stands above the crest at `u`, in pixels of a 4000-pixel picture.
fn tree_tops(u: f32) -> f32 {
    let mut highest = 0.0_f32;
    for (spacing, seed) in [(34.0, 1), (47.0, 2)] {
        let cell = (u / spacing) as i32;
        for tree in [cell - 1, cell, cell + 1] {
            let trunk = (tree as f32 + grain(tree, seed)) * spacing;
            let tall = 34.0 + 62.0 * grain(tree, seed + 10);
            let boughs = 5.0 * ((u - trunk).abs() * 0.9 % 4.0) / 4.0;
            highest = highest.max(tall - (u - trunk).abs() * 4.2 + boughs);
        }
    }
    highest
}

/// How much of a poppy is seen at a place of the meadow: 0 or up to 1.
fn petals(u: f32, v: f32, edge: f32) -> f32 {
    const CELL: f32 = 74.0;
    let (column, row) = ((u / CELL) as i32, (v / CELL) as i32);
    if v < edge + 10.0 || grain(column, row + 5000) > 0.2 {
        return 0.0;
    }
    let center_u = (column as f32 + 0.35 + 0.3 * grain(column + 9, row)) * CELL;
    let center_v = (row as f32 + 0.35 + 0.3 * grain(column, row + 9)) * CELL;
    let (du, dv) = ((u - center_u) / 17.0, (v - center_v) / 12.0);
    ((1.0 - du * du - dv * dv) * 2.5).clamp(0.0, 1.0) * (0.75 + 0.25 * noise(u / 6.0, v / 6.0, 47))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lies_on_its_side_and_says_so() {
        let photo = draw(PhotoSize { width: 300, height: 400 }).unwrap();
        let info = presize::inspect(&photo).unwrap();
        assert_eq!((info.width, info.height), (300, 400), "as displayed");
        assert_eq!(info.orientation.exif(), 6);
        let found = exif::gps_position(&photo).unwrap();
        assert!((found.latitude - POSITION.latitude).abs() < 1e-4);
        assert!((found.longitude - POSITION.longitude).abs() < 1e-4);
    }

    #[test]
    fn has_the_spectrum_of_a_photo() {
        let size = PhotoSize { width: 1500, height: 2000 };
        let bits = draw(size).unwrap().len() as f64 * 8.0;
        let per_pixel = bits / (size.megapixels() * 1e6);
        assert!((0.8..2.5).contains(&per_pixel), "{per_pixel}");
    }
}
