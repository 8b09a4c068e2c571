//! A photo-like JPEG of 12 megapixels, the same on every machine: soft shapes, texture, noise; 4:2:0 as phones write it.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

pub(crate) const WIDTH: u16 = 4032;
pub(crate) const HEIGHT: u16 = 3024;

pub(crate) fn jpeg() -> Result<Vec<u8>, String> {
    let mut pixels = Vec::with_capacity(usize::from(WIDTH) * usize::from(HEIGHT) * 3);
    for y in 0..u32::from(HEIGHT) {
        for x in 0..u32::from(WIDTH) {
            let light = 120.0 + 60.0 * (x as f32 / 900.0).sin() * (y as f32 / 700.0).cos();
            let texture = 26.0 * smooth(x, y, 7) + 22.0 * smooth(x, y, 5) + 14.0 * smooth(x, y, 3);
            let grain = 16.0 * (lattice(x, y) - 0.5);
            let tint = 40.0 * smooth(x, y, 9);
            for part in [light + texture + tint, light + texture, light + texture * 0.8 - tint] {
                pixels.push((part + grain).clamp(0.0, 255.0) as u8);
            }
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 90);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode(&pixels, WIDTH, HEIGHT, ColorType::Rgb).map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// Value noise with cells of `2^shift` pixels, from -1 to 1.
fn smooth(x: u32, y: u32, shift: u32) -> f32 {
    let (column, row) = (x >> shift, y >> shift);
    let cell = (1_u32 << shift) as f32;
    let (u, v) = ((x & ((1 << shift) - 1)) as f32 / cell, (y & ((1 << shift) - 1)) as f32 / cell);
    let mix = |a: f32, b: f32, t: f32| a + (b - a) * t * t * (3.0 - 2.0 * t);
    let top = mix(lattice(column, row), lattice(column + 1, row), u);
    let bottom = mix(lattice(column, row + 1), lattice(column + 1, row + 1), u);
    mix(top, bottom, v) * 2.0 - 1.0
}

/// A hash of a point, from 0 to 1.
fn lattice(x: u32, y: u32) -> f32 {
    let mut hash = x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x2C1B_3C6D);
    hash = (hash ^ (hash >> 12)).wrapping_mul(0x297A_2D39);
    (hash ^ (hash >> 15)) as f32 / u32::MAX as f32
}
