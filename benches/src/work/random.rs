//! Inputs drawn at random.

use super::gif::{Codes, Gif};
use super::inputs::{FULL, INKS, Input};
use super::jpeg::{Jpeg, Kind};
use super::png::Png;
use super::webp::Webp;

/// A generator of numbers, always the same ones (xorshift).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn flag(&mut self) -> bool {
        self.below(2) == 1
    }

    fn below(&mut self, end: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 33) % u64::from(end)) as u32
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u32) as usize]
    }
}

/// A picture of a random kind, shape and size near the limits.
pub(super) fn random(random: &mut Random) -> Input {
    let size = random.one_of(&[
        (8000, 8000),
        (16384, 3906),
        (3906, 16384),
        (7000, 7000),
        (5656, 5656),
        (4000, 4000),
        (8001, 7999),
    ]);
    match random.below(4) {
        0 => jpeg(random, size),
        1 => png(random, size),
        2 => gif(random, size),
        _ => webp(random, size),
    }
}

fn jpeg(random: &mut Random, (width, height): (u32, u32)) -> Input {
    let kind = match random.below(4) {
        0 => Kind::Baseline,
        1 => Kind::Common,
        2 => Kind::Apart,
        _ => Kind::Most { bands: 1 + random.below(22) as u8, bits: random.below(10) as u8 },
    };
    let components = random.one_of::<&[(u32, u32)]>(&[
        &[(1, 1)],
        FULL,
        INKS,
        &[(2, 2), (1, 1), (1, 1)],
        &[(2, 1), (1, 1), (1, 1)],
        &[(4, 1), (1, 1), (1, 1)],
    ]);
    let jpeg = Jpeg {
        width,
        height,
        components: components.to_vec(),
        kind,
        full_percent: random.one_of(&[0, 0, 1, 5, 10, 20, 40]),
        code_bits: random.one_of(&[1, 1, 2, 8, 15]),
        restart_interval: random.one_of(&[0, 0, 1, 7, 300]),
        ..Jpeg::default()
    };
    Input {
        bytes: jpeg.file(),
        kind: format!(
            "jpeg {width}x{height} {components:?} {kind:?} {}% {} bits, restarts {}",
            jpeg.full_percent, jpeg.code_bits, jpeg.restart_interval
        ),
    }
}

fn png(random: &mut Random, (width, height): (u32, u32)) -> Input {
    let (color_type, depth) =
        random.one_of(&[(0, 1), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 8), (4, 8), (4, 16), (6, 8), (6, 16)]);
    let frames = random.one_of(&[1, 1, 4, 16]);
    let side = f64::from(frames).sqrt();
    let (width, height) = ((f64::from(width) / side) as u32, (f64::from(height) / side) as u32);
    let png = Png {
        width,
        height,
        color_type,
        depth,
        is_interlaced: random.flag(),
        filter: random.below(5) as u8,
        frames,
        transparency: color_type < 4 && random.flag(),
        ..Png::default()
    };
    Input {
        bytes: png.file(),
        kind: format!(
            "png {width}x{height} colour {color_type} depth {depth} interlaced {} filter {} frames {frames} transparency {}",
            png.is_interlaced, png.filter, png.transparency
        ),
    }
}

fn gif(random: &mut Random, (width, height): (u32, u32)) -> Input {
    let gif = Gif {
        width: width as u16,
        height: height as u16,
        is_interlaced: random.flag(),
        codes: Codes::Longest,
        block_bytes: random.one_of(&[1, 16, 255]),
        frames: random.one_of(&[1, 100, 1000]),
        frame_side: random.one_of(&[1, 10, 100]),
        beyond: 0,
    };
    Input {
        bytes: gif.file(),
        kind: format!(
            "gif {width}x{height} interlaced {} frames {} of {}",
            gif.is_interlaced, gif.frames, gif.frame_side
        ),
    }
}

fn webp(random: &mut Random, (width, height): (u32, u32)) -> Input {
    let webp = Webp {
        width: width.min(16_383),
        height: height.min(16_383),
        is_lossless: random.flag(),
        has_alpha: random.flag(),
        has_transforms: random.flag(),
        is_coded: random.flag(),
        data_bytes: random.one_of(&[200, 100_000, 5_000_000]),
        ..Webp::default()
    };
    Input {
        bytes: webp.file(),
        kind: format!(
            "webp {width}x{height} lossless {} alpha {} transforms {}",
            webp.is_lossless, webp.has_alpha, webp.has_transforms
        ),
    }
}
