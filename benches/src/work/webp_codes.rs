//! Lossless `WebP` whose prefix codes cost as much as they can: an entropy image announces 65,536 groups of five, in each of as
//! many frames as ten megabytes hold.

use super::bits::LowFirst;
use super::webp::chunk;

/// The groups that one entropy image can announce.
const GROUPS: u32 = 1 << 16;
const MAX_BYTES: usize = 10_000_000;

/// What each code of a group is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Codes {
    /// One symbol, said in four bits.
    Single,
    /// All symbols have words of the same length, said in 60 bits.
    Uniform,
    /// All but one of 2^n - 1 symbols have words of n bits, said by runs of six.
    Repeats,
    /// One symbol, and runs of symbols without a word.
    Zeros,
}

/// An animation, of as many frames as there is room for.
#[derive(Debug, Clone)]
pub(super) struct Groups {
    pub codes: Codes,
    /// How many groups each frame announces, and how many of them its pixels have; the picture is of as many blocks.
    pub announced: u32,
    pub used: u32,
    /// Whether the green alphabet has the 2048 symbols of a colour cache as well.
    pub has_cache: bool,
    /// Frames at most.
    pub frames: usize,
}

impl Default for Groups {
    fn default() -> Self {
        Self { codes: Codes::Single, announced: GROUPS, used: 1, has_cache: true, frames: 1000 }
    }
}

impl Groups {
    pub(super) fn file(&self) -> Vec<u8> {
        // A square of blocks of 4x4 pixels.
        let width = 4 * self.used.isqrt();
        let height = width;
        let picture = self.stream(width, height);
        let mut frame = Vec::new();
        let size = [&(width - 1).to_le_bytes()[..3], &(height - 1).to_le_bytes()[..3]].concat();
        let place = [&[0; 6][..], &size, &[1, 0, 0, 0]].concat();
        let mut image = Vec::new();
        chunk(&mut image, *b"VP8L", &picture);
        chunk(&mut frame, *b"ANMF", &[place, image].concat());
        let mut body = b"WEBP".to_vec();
        chunk(&mut body, *b"VP8X", &[&[2, 0, 0, 0][..], &size].concat());
        chunk(&mut body, *b"ANIM", &[0; 6]);
        // At least two, or it is no animation.
        let frames = ((MAX_BYTES - 100) / frame.len()).clamp(1, self.frames);
        for _ in 0..frames {
            body.extend(&frame);
        }
        [&b"RIFF"[..], &(body.len() as u32).to_le_bytes(), &body].concat()
    }

    fn stream(&self, width: u32, height: u32) -> Vec<u8> {
        let mut bits = LowFirst::default();
        bits.put(0x2f, 8);
        bits.put(u64::from(width - 1), 14);
        bits.put(u64::from(height - 1), 14);
        bits.put(0, 4); // no alpha, version 0
        bits.put(0, 1); // no transforms
        if self.has_cache {
            bits.put(1, 1);
            bits.put(11, 4);
        } else {
            bits.put(0, 1);
        }
        bits.put(1, 1); // an entropy image
        bits.put(0, 3); // of blocks of 4x4 pixels
        bits.put(0, 1); // which has no colour cache
        full(&mut bits); // green: the low byte of a number
        full(&mut bits); // red: the high byte
        for _ in 0..3 {
            single(&mut bits);
        }
        for block in 0..(width / 4) * (height / 4) {
            let number = if block == 0 { self.announced - 1 } else { block % self.used };
            bits.put_code(u64::from(number & 255), 8);
            bits.put_code(u64::from(number >> 8), 8);
        }
        let cache_symbols = if self.has_cache { 2048 } else { 0 };
        for _ in 0..self.announced {
            for symbols in [280 + cache_symbols, 256, 256, 256, 40] {
                match self.codes {
                    Codes::Single => single(&mut bits),
                    Codes::Uniform => uniform(&mut bits, symbols),
                    Codes::Repeats => repeats(&mut bits, symbols),
                    Codes::Zeros => zeros(&mut bits, symbols),
                }
            }
        }
        match self.codes {
            Codes::Single | Codes::Zeros => {}
            // Pixels of the first words, which are zeros: a word of the four codes of a pixel has at most 11 + 3 * 8 bits.
            Codes::Repeats => {
                bits.align();
                bits.bytes.extend(std::iter::repeat_n(0, (width * height * 35 / 8) as usize));
            }
            Codes::Uniform => {
                // A pixel, and 4096 times the one before, again and again.
                let green = (280 + cache_symbols).ilog2();
                bits.put(0, green + 3 * 8);
                let mut left = u64::from(width * height - 1);
                while left >= 3073 {
                    let run = left.min(4096);
                    bits.put_code(256 + 23, green);
                    bits.put(run - 3073, 10);
                    bits.put_code(1, 5);
                    left -= run;
                }
                for _ in 0..left {
                    bits.put(0, green + 3 * 8);
                }
            }
        }
        bits.finish()
    }
}

fn single(bits: &mut LowFirst) {
    bits.put(0b0001, 4); // a simple code of one symbol of one bit: zero
}

/// A code of words of eight bits for 256 symbols.
fn full(bits: &mut LowFirst) {
    uniform(bits, 256);
}

/// A code of words of the same length, for as many symbols as a power of two.
fn uniform(bits: &mut LowFirst, symbols: u32) {
    let length = symbols.ilog2();
    lengths(bits, |symbol| (symbol == length).into());
    words(bits, 1 << length);
}

/// A code of a word one bit shorter and words of the same length, said by runs of six.
fn repeats(bits: &mut LowFirst, symbols: u32) {
    let length = symbols.ilog2();
    // 16, which repeats: 0; the others in their order: 10, 11.
    lengths(bits, |symbol| match symbol {
        16 => 1,
        _ if symbol == length || symbol == length - 1 => 2,
        _ => 0,
    });
    let count = (1 << length) - 2;
    let runs = (count - 1) / 6;
    let single = count - 6 * runs;
    words(bits, 1 + single + runs);
    bits.put_code(0b10, 2);
    for _ in 0..single {
        bits.put_code(0b11, 2);
    }
    for _ in 0..runs {
        bits.put_code(0, 1);
        bits.put(3, 2);
    }
}

fn zeros(bits: &mut LowFirst, symbols: u32) {
    lengths(bits, |symbol| (symbol == 1 || symbol == 18).into());
    bits.put(0, 1); // until all symbols are said
    bits.put(0, 1); // the first symbol has a word
    let mut left = symbols - 1;
    while left > 0 {
        let run = left.min(138);
        bits.put(1, 1);
        bits.put(u64::from(run - 11), 7);
        left -= run;
    }
}

/// The code of code lengths, by the length of each symbol's word.
fn lengths(bits: &mut LowFirst, length: impl Fn(u32) -> u64) {
    const ORDER: [u32; 19] = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
    let given = ORDER.iter().rposition(|symbol| length(*symbol) > 0).map_or(4, |last| last + 1).max(4);
    bits.put(0, 1);
    bits.put(given as u64 - 4, 4);
    for symbol in ORDER.into_iter().take(given) {
        bits.put(length(symbol), 3);
    }
}

/// How many code lengths follow.
fn words(bits: &mut LowFirst, count: u32) {
    bits.put(1, 1);
    bits.put(5, 3);
    bits.put(u64::from(count - 2), 12);
}
