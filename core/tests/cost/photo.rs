//! A picture that is work for an encoder as a photo is: soft shapes, texture, and the noise of a sensor.

use presize::PixelImage;

/// With alpha.
pub(crate) fn draw(width: u32, height: u32) -> PixelImage<'static> {
    let mut bytes = Vec::with_capacity(width as usize * height as usize * 4);
    for y in 0..height {
        for x in 0..width {
            let (light, tint) = (light(x, y), noise(x, y, 300, 7) * 40.0);
            let alpha = 255.0 + 400.0 * noise(x, y, 60, 8);
            bytes.extend([light + tint, light, light - tint, alpha].map(|sample| sample.clamp(0.0, 255.0) as u8));
        }
    }
    PixelImage::new(width, height, 4, bytes).unwrap()
}

/// The same with red, green and blue alone.
pub(crate) fn rgb(photo: &PixelImage<'_>) -> PixelImage<'static> {
    let bytes: Vec<u8> = photo.bytes.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    PixelImage::new(photo.width, photo.height, 3, bytes).unwrap()
}

/// The same in gray.
pub(crate) fn gray(photo: &PixelImage<'_>) -> PixelImage<'static> {
    let bytes: Vec<u8> = photo.bytes.chunks_exact(4).map(|pixel| pixel[1]).collect();
    PixelImage::new(photo.width, photo.height, 1, bytes).unwrap()
}

fn light(x: u32, y: u32) -> f32 {
    let texture = 0.5 + noise(x, y, 220, 6);
    125.0
        + 70.0 * noise(x, y, 400, 1)
        + 30.0 * noise(x, y, 60, 2)
        + texture * (60.0 * noise(x, y, 13, 3) + 150.0 * noise(x, y, 4, 4))
        + 8.0 * (lattice(x, y, 5) - 0.5)
}

/// Value noise with cells of this many pixels, from -0.5 to 0.5.
fn noise(x: u32, y: u32, size: u32, seed: u32) -> f32 {
    let (column, row) = (x / size, y / size);
    let (u, v) = ((x % size) as f32 / size as f32, (y % size) as f32 / size as f32);
    let mix = |from: f32, to: f32, part: f32| from + (to - from) * part * part * (3.0 - 2.0 * part);
    let at = |right, down| lattice(column + right, row + down, seed);
    mix(mix(at(0, 0), at(1, 0), u), mix(at(0, 1), at(1, 1), u), v) - 0.5
}

/// A hash of a point, from 0 to 1.
fn lattice(x: u32, y: u32, seed: u32) -> f32 {
    let mut hash = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77) ^ seed.wrapping_mul(0xc2b2_ae3d);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    hash = (hash ^ (hash >> 12)).wrapping_mul(0x297a_2d39);
    (hash ^ (hash >> 15)) as f32 / u32::MAX as f32
}
