//! A picture that is work for a codec as a photo is, the same on every machine: large soft shapes, edges between them,
//! texture in some of them and hardly any in others, and a little noise everywhere.
//!
//! What counts is how the bits lie: about 2 bits a pixel as a phone writes it (4:2:0, quality 90), in blocks that are
//! nearly flat beside blocks that are full.

/// A material of the scene: its colour, how much texture lies on it, and how large its shapes are, in pixels.
struct Material {
    color: [f32; 3],
    texture: f32,
    size: f32,
}

/// From the back to the front: sky, wall, leaves, bark, skin, cloth.
const MATERIALS: [Material; 6] = [
    Material { color: [150.0, 178.0, 214.0], texture: 0.03, size: 1900.0 },
    Material { color: [176.0, 160.0, 140.0], texture: 0.45, size: 1210.0 },
    Material { color: [70.0, 96.0, 52.0], texture: 1.5, size: 830.0 },
    Material { color: [86.0, 70.0, 58.0], texture: 1.0, size: 410.0 },
    Material { color: [206.0, 164.0, 140.0], texture: 0.2, size: 290.0 },
    Material { color: [62.0, 70.0, 120.0], texture: 0.7, size: 230.0 },
];

/// Levels that an octave of texture reaches at most.
const TEXTURE: f32 = 23.0;
/// Levels of a sensor's noise, after a phone has smoothed it.
const GRAIN: f32 = 6.0;

/// Red, green and blue, from the top left.
pub(crate) fn draw(width: u32, height: u32) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(width as usize * height as usize * 3);
    for y in 0..height {
        for x in 0..width {
            pixels.extend(pixel(x, y));
        }
    }
    pixels
}

fn pixel(x: u32, y: u32) -> [u8; 3] {
    let (across, down) = (x as f32, y as f32);
    let shade = 1.0 + 0.35 * noise(across, down, 1400.0, 1) + 0.2 * noise(across, down, 330.0, 2);
    let mut color = [0.0_f32; 3];
    let mut roughness = 0.0;
    for (material, seed) in MATERIALS.iter().zip(10..) {
        // An edge is about two pixels wide, as a lens draws it.
        let inside = match seed {
            10 => 1.0,
            _ => step(noise(across, down, material.size, seed) - 0.2, 3.0 / material.size),
        };
        roughness = mix(roughness, material.texture, inside);
        for (mixed, part) in color.iter_mut().zip(material.color) {
            *mixed = mix(*mixed, part, inside);
        }
    }
    let texture = roughness * TEXTURE * octaves(across, down);
    let tint = 10.0 * roughness.min(1.0) * noise(across, down, 26.0, 3);
    let grain = GRAIN * (lattice(x, y, 4) + lattice(x, y, 5) - 1.0);
    let [red, green, blue] = color;
    [red * shade + texture + tint, green * shade + texture, blue * shade + 0.8 * texture - tint]
        .map(|part| (part + grain).clamp(0.0, 255.0) as u8)
}

/// What nature does: every octave about as strong as the one before, down to what a lens resolves.
fn octaves(x: f32, y: f32) -> f32 {
    const SIZES: [(f32, f32); 6] = [(67.0, 1.0), (31.0, 1.0), (15.7, 0.95), (7.3, 0.95), (3.9, 0.85), (2.3, 0.6)];
    SIZES.iter().zip(20..).map(|(&(size, strength), seed)| strength * noise(x, y, size, seed)).sum()
}

/// Value noise with cells of `size` pixels that lie askew to the grid of blocks, from -1 to 1.
fn noise(x: f32, y: f32, size: f32, seed: u32) -> f32 {
    let (u, v) = ((0.83 * x + 0.55 * y) / size, (0.83 * y - 0.55 * x) / size);
    let (column, row) = (u.floor(), v.floor());
    let (u, v) = (soft(u - column), soft(v - row));
    let (column, row) = (column as i32 as u32, row as i32 as u32);
    let at = |right: u32, down: u32| lattice(column.wrapping_add(right), row.wrapping_add(down), seed);
    mix(mix(at(0, 0), at(1, 0), u), mix(at(0, 1), at(1, 1), u), v) * 2.0 - 1.0
}

/// 0 well below zero, 1 well above, soft within `width`.
fn step(value: f32, width: f32) -> f32 {
    soft((value / width * 0.5 + 0.5).clamp(0.0, 1.0))
}

fn soft(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}

fn mix(from: f32, to: f32, part: f32) -> f32 {
    from + (to - from) * part
}

/// A hash of a point, from 0 to 1.
fn lattice(x: u32, y: u32, seed: u32) -> f32 {
    let mut hash = x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77) ^ seed.wrapping_mul(0xC2B2_AE3D);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x2C1B_3C6D);
    hash = (hash ^ (hash >> 12)).wrapping_mul(0x297A_2D39);
    (hash ^ (hash >> 15)) as f32 / u32::MAX as f32
}
