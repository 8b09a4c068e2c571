//! Value noise: random values on a grid, smoothly joined. What clouds, rock, waves and grass are drawn with.

/// A value in 0..1 that looks random and is always the same for the same place.
pub(crate) fn grain(x: i32, y: i32) -> f32 {
    let mut bits = (x as u32).wrapping_mul(0x9e37_79b1) ^ (y as u32).wrapping_mul(0x85eb_ca77);
    bits = (bits ^ (bits >> 15)).wrapping_mul(0x2c1b_3c6d);
    bits = (bits ^ (bits >> 12)).wrapping_mul(0x297a_2d39);
    bits ^= bits >> 15;
    (bits >> 8) as f32 * (1.0 / 16_777_216.0)
}

/// A smooth value in 0..1, one bump per unit; `x` and `y` are not negative. Each seed is another landscape.
pub(crate) fn noise(x: f32, y: f32, seed: u32) -> f32 {
    let (column, row) = (x as i32, y as i32);
    let (right, down) = (smooth(x - column as f32), smooth(y - row as f32));
    let shift = (seed * 7919) as i32;
    let at = |dx: i32, dy: i32| grain(column + dx + shift, row + dy);
    let upper = at(0, 0) + (at(1, 0) - at(0, 0)) * right;
    let lower = at(0, 1) + (at(1, 1) - at(0, 1)) * right;
    upper + (lower - upper) * down
}

/// The outline of a mountain in 0..1: peaks within peaks.
pub(crate) fn ridge_line(x: f32, seed: u32) -> f32 {
    let mut height = 0.0;
    let (mut scale, mut share) = (1.0, 0.5);
    for octave in 0..7 {
        // Folding the noise makes sharp crests of its middle.
        height += share * (1.0 - (noise(x * scale, 0.0, seed * 10 + octave) * 2.0 - 1.0).abs());
        scale *= 2.1;
        share *= 0.48;
    }
    height
}

fn smooth(share: f32) -> f32 {
    share * share * (3.0 - 2.0 * share)
}
