//! The inputs: those made with a thought, and others drawn at random.

use super::gif::{Codes, Gif};
use super::jpeg::{Jpeg, Kind};
use super::png::{Data, Png};
use super::webp::Webp;

/// A file, and what it is.
pub(super) struct Input {
    pub kind: String,
    pub bytes: Vec<u8>,
}

const FULL: &[(u32, u32)] = &[(1, 1), (1, 1), (1, 1)];
const INKS: &[(u32, u32)] = &[(1, 1), (1, 1), (1, 1), (1, 1)];

pub(super) fn all() -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut add = |kind: &str, bytes: Vec<u8>| inputs.push(Input { kind: kind.to_owned(), bytes });
    let jpeg = Jpeg::default;
    let full = |kind: Kind| Jpeg { components: FULL.to_vec(), kind, ..Jpeg::default() };
    add("jpeg baseline 4:2:0 empty", jpeg().file());
    add("jpeg baseline 4:2:0, a quarter full", Jpeg { full_percent: 27, ..jpeg() }.file());
    add("jpeg baseline 4:4:4", full(Kind::Baseline).file());
    add("jpeg baseline 4:4:4, 13% full", Jpeg { full_percent: 13, ..full(Kind::Baseline) }.file());
    add("jpeg baseline 4:4:4, long codes", Jpeg { code_bits: 12, ..full(Kind::Baseline) }.file());
    add("jpeg baseline 4:4:4, restarts", Jpeg { restart_interval: 1, ..full(Kind::Baseline) }.file());
    add("jpeg baseline 4:4:4 apart", full(Kind::Apart).file());
    add("jpeg baseline four inks", Jpeg { components: INKS.to_vec(), ..jpeg() }.file());
    add("jpeg progressive 4:2:0 common", Jpeg { kind: Kind::Common, ..jpeg() }.file());
    add("jpeg progressive 4:2:0 common, 15% full", Jpeg { kind: Kind::Common, full_percent: 15, ..jpeg() }.file());
    add("jpeg progressive 4:4:4 common", full(Kind::Common).file());
    add("jpeg progressive 4:2:0 most bands", Jpeg { kind: Kind::Most { bands: 22, bits: 0 }, ..jpeg() }.file());
    add("jpeg progressive 4:2:0 most bits", Jpeg { kind: Kind::Most { bands: 1, bits: 11 }, ..jpeg() }.file());
    add(
        "jpeg progressive 4:2:0 most bits, 2% full",
        Jpeg { kind: Kind::Most { bands: 1, bits: 11 }, full_percent: 2, ..jpeg() }.file(),
    );
    add("jpeg progressive 4:4:4 most bands", full(Kind::Most { bands: 22, bits: 0 }).file());
    add("jpeg of segments", Jpeg { width: 16, height: 16, segments: 2_500_000, ..jpeg() }.file());
    let png = Png::default;
    add("png rgba 8", png().file());
    add("png rgba 16", Png { depth: 16, ..png() }.file());
    add("png rgba 16 interlaced", Png { depth: 16, is_interlaced: true, ..png() }.file());
    add("png rgba 8 interlaced", Png { is_interlaced: true, ..png() }.file());
    add(
        "png rgb 16 interlaced with transparency",
        Png { depth: 16, color_type: 2, is_interlaced: true, transparency: true, ..png() }.file(),
    );
    add("png gray 1 interlaced", Png { depth: 1, color_type: 0, is_interlaced: true, ..png() }.file());
    add("png palette 8 with transparency", Png { color_type: 3, transparency: true, ..png() }.file());
    add(
        "png palette 1 interlaced",
        Png { depth: 1, color_type: 3, is_interlaced: true, transparency: true, ..png() }.file(),
    );
    add("png narrow interlaced", Png { width: 1, height: 16384, is_interlaced: true, ..png() }.file());
    add(
        "png of tiny blocks",
        Png { width: 1000, height: 850, color_type: 0, data: Data::TinyBlocks(1), ..png() }.file(),
    );
    add(
        "png of small blocks",
        Png { width: 4000, height: 3000, color_type: 0, data: Data::TinyBlocks(16), ..png() }.file(),
    );
    add("png of stored bytes", Png { width: 2000, height: 800, color_type: 0, data: Data::Stored(1), ..png() }.file());
    add("png of chunks of a byte", Png { chunk_bytes: 1, width: 8000, height: 8000, color_type: 0, ..png() }.file());
    add(
        "apng rgba 16 interlaced",
        Png { width: 4000, height: 4000, depth: 16, is_interlaced: true, frames: 4, ..png() }.file(),
    );
    add("apng of 1000 frames", Png { width: 250, height: 250, color_type: 0, depth: 1, frames: 1000, ..png() }.file());
    let gif = Gif::default;
    add("gif longest", gif().file());
    add("gif longest interlaced", Gif { is_interlaced: true, ..gif() }.file());
    add("gif pixels", Gif { width: 2500, height: 2500, codes: Codes::Pixels, ..gif() }.file());
    add("gif clears", Gif { width: 2000, height: 2000, codes: Codes::Clears, ..gif() }.file());
    add("gif sub-blocks of a byte", Gif { block_bytes: 1, ..gif() }.file());
    add(
        "gif pixels beyond the frame",
        Gif { width: 10, height: 10, codes: Codes::Longest, beyond: 64_000_000, ..gif() }.file(),
    );
    add("gif 4 frames", Gif { width: 4000, height: 4000, frames: 4, ..gif() }.file());
    add("gif 1000 tiny frames", Gif { width: 7999, height: 8000, frames: 1000, frame_side: 1, ..gif() }.file());
    let webp = Webp::default;
    add("webp lossless", Webp { width: 5700, height: 5700, ..webp() }.file());
    add("webp lossless with transforms", Webp { width: 5700, height: 5700, has_transforms: true, ..webp() }.file());
    add(
        "webp lossless alpha",
        Webp { width: 7200, height: 7200, has_alpha: true, has_transforms: true, ..webp() }.file(),
    );
    add("webp lossy", Webp { width: 6600, height: 6600, is_lossless: false, data_bytes: 3_000_000, ..webp() }.file());
    add(
        "webp lossy alpha",
        Webp { is_lossless: false, has_alpha: true, width: 4500, height: 4500, data_bytes: 3_000_000, ..webp() }.file(),
    );
    add("webp lossless 4 frames", Webp { width: 4000, height: 4000, frames: 4, has_transforms: true, ..webp() }.file());
    add(
        "webp lossy 4 frames",
        Webp {
            width: 3900,
            height: 3900,
            frames: 4,
            data_bytes: 1_000_000,
            is_lossless: false,
            has_alpha: true,
            ..webp()
        }
        .file(),
    );
    inputs
}

/// Those of which ten are about as much as a list may be.
pub(super) fn for_lists() -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut add = |kind: &str, bytes: Vec<u8>| inputs.push(Input { kind: kind.to_owned(), bytes });
    let (width, height) = (8000, 6000);
    let jpeg = Jpeg { width, height, ..Jpeg::default() };
    add("jpeg 48 megapixels", jpeg.clone().file());
    add("jpeg 48 megapixels, 12% full", Jpeg { full_percent: 11, ..jpeg.clone() }.file());
    add("jpeg progressive 48 megapixels", Jpeg { kind: Kind::Common, ..jpeg.clone() }.file());
    add(
        "jpeg progressive, most bands",
        Jpeg { width: 6000, height: 5000, kind: Kind::Most { bands: 22, bits: 0 }, ..jpeg }.file(),
    );
    let png = Png { width: 6400, height: 6400, ..Png::default() };
    add("png rgba 8", png.clone().file());
    add(
        "png rgba 16 interlaced",
        Png { width: 4800, height: 4800, depth: 16, is_interlaced: true, ..png.clone() }.file(),
    );
    add(
        "png of small blocks",
        Png { width: 2000, height: 2000, color_type: 0, data: Data::TinyBlocks(16), ..png.clone() }.file(),
    );
    add(
        "png of small blocks interlaced",
        Png { width: 1000, height: 550, depth: 16, data: Data::TinyBlocks(24), is_interlaced: true, ..png }.file(),
    );
    add("gif", Gif { width: 7100, height: 7100, ..Gif::default() }.file());
    add("gif of clears", Gif { width: 1200, height: 1200, codes: Codes::Clears, ..Gif::default() }.file());
    let webp = Webp { width: 4600, height: 4600, has_transforms: true, ..Webp::default() };
    add("webp lossless", webp.clone().file());
    add("webp lossless 4 frames", Webp { width: 1600, height: 1600, frames: 4, ..webp.clone() }.file());
    add("webp lossy", Webp { is_lossless: false, data_bytes: 3_000_000, ..webp }.file());
    inputs
}

/// A generator of numbers, always the same ones (xorshift).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
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
    let (width, height) = random.one_of(&[
        (8000, 8000),
        (16384, 3906),
        (3906, 16384),
        (7000, 7000),
        (5656, 5656),
        (4000, 4000),
        (8001, 7999),
    ]);
    let flag = |random: &mut Random| random.below(2) == 1;
    match random.below(4) {
        0 => {
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
        1 => {
            let (color_type, depth) = random.one_of(&[
                (0, 1),
                (0, 8),
                (0, 16),
                (2, 8),
                (2, 16),
                (3, 1),
                (3, 8),
                (4, 8),
                (4, 16),
                (6, 8),
                (6, 16),
            ]);
            let frames = random.one_of(&[1, 1, 4, 16]);
            let side = f64::from(frames).sqrt();
            let (width, height) = ((f64::from(width) / side) as u32, (f64::from(height) / side) as u32);
            let png = Png {
                width,
                height,
                color_type,
                depth,
                is_interlaced: flag(random),
                filter: random.below(5) as u8,
                frames,
                transparency: color_type < 4 && flag(random),
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
        2 => {
            let gif = Gif {
                width: width as u16,
                height: height as u16,
                is_interlaced: flag(random),
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
        _ => {
            let webp = Webp {
                width: width.min(16_383),
                height: height.min(16_383),
                is_lossless: flag(random),
                has_alpha: flag(random),
                has_transforms: flag(random),
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
    }
}
