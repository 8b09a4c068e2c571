//! `WebP`: lossless files that presize writes, lossy ones made by hand.

use presize::{OutputFormat, PixelImage, Transform};

use super::inputs::encoded;
use crate::random::Random;

pub(crate) fn lossless(photo: &PixelImage<'static>) -> Vec<u8> {
    encoded(photo, OutputFormat::Webp, &Transform::default())
}

/// A key frame (RFC 6386, section 9) whose header says no more than a quantiser. All blocks are predicted in the same way; their
/// coefficients are what random bits are by the default probabilities, so that they are as frequent as those of a photo.
fn key_frame(width: u32, height: u32) -> Vec<u8> {
    const QUANTISER: u32 = 16;
    let mut header = BoolEncoder::default();
    // Colour space, clamping, no segments, a filter of level 0 and its sharpness, no changes of the filter, one partition.
    for (value, count) in [(0, 1), (0, 1), (0, 1), (0, 1), (0, 6), (0, 3), (0, 1), (0, 2), (QUANTISER, 7)] {
        header.put(value, count);
    }
    let macroblocks = width.div_ceil(16) * height.div_ceil(16);
    // Zeros go on for all that the header and the macroblocks may still say.
    let mut first = header.finish();
    first.resize(first.len() + 2048 + 8 * macroblocks as usize, 0);
    let tag = 1 << 4 | (first.len() as u32) << 5;
    let size = [(width as u16).to_le_bytes(), (height as u16).to_le_bytes()].concat();
    let coefficients = Random::new(8).bytes(width as usize * height as usize / 4);
    [&tag.to_le_bytes()[..3], &[0x9d, 0x01, 0x2a], &size, &first, &coefficients].concat()
}

pub(crate) fn lossy(width: u32, height: u32) -> Vec<u8> {
    riff(&[(*b"VP8 ", &key_frame(width, height))])
}

/// With an alpha that is compressed without loss (RFC 9649, section 3.8): the green channel of a picture.
pub(crate) fn lossy_with_alpha(photo: &PixelImage<'static>) -> Vec<u8> {
    let (width, height) = (photo.width, photo.height);
    let green: Vec<u8> = photo.bytes.chunks_exact(4).flat_map(|pixel| [0, pixel[1], 0]).collect();
    let picture = lossless(&PixelImage::new(width, height, 3, green).unwrap());
    // RIFF header, chunk header, signature and size.
    let alpha = [&[1], &picture[12 + 8 + 5..]].concat();
    let side = |side: u32| (side - 1).to_le_bytes();
    let canvas = [&[0x10, 0, 0, 0][..], &side(width)[..3], &side(height)[..3]].concat();
    riff(&[(*b"VP8X", &canvas), (*b"ALPH", &alpha), (*b"VP8 ", &key_frame(width, height))])
}

fn riff(chunks: &[([u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (kind, data) in chunks {
        body.extend(kind);
        body.extend((data.len() as u32).to_le_bytes());
        body.extend(*data);
        body.extend((data.len() % 2 == 1).then_some(0));
    }
    [b"RIFF", &(body.len() as u32).to_le_bytes()[..], &body].concat()
}

/// The boolean entropy encoder (RFC 6386, section 7.3), for a few decisions that are as often true as false.
struct BoolEncoder {
    range: u32,
    bottom: u64,
    /// By how many bits `bottom` was shifted: below these is the first byte.
    shifted: u32,
}

impl Default for BoolEncoder {
    fn default() -> Self {
        Self { range: 255, bottom: 0, shifted: 0 }
    }
}

impl BoolEncoder {
    fn put(&mut self, value: u32, count: u32) {
        for bit in (0..count).rev() {
            let split = 1 + (((self.range - 1) * 128) >> 8);
            if value >> bit & 1 == 1 {
                self.bottom += u64::from(split);
                self.range -= split;
            } else {
                self.range = split;
            }
            while self.range < 128 {
                (self.range, self.bottom, self.shifted) = (self.range * 2, self.bottom * 2, self.shifted + 1);
            }
        }
    }

    /// Bytes after which zeros decode to `false`.
    fn finish(self) -> Vec<u8> {
        let whole = self.shifted.next_multiple_of(8);
        let bottom = self.bottom << (whole - self.shifted);
        (0..=whole / 8).rev().map(|byte| (bottom >> (8 * byte)) as u8).collect()
    }
}
