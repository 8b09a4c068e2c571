//! Files of `WebP` made by hand.

use super::bits::LowFirst;

/// What a WebP is made of.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "independent facts, not a state")]
pub(super) struct Webp {
    pub width: u32,
    pub height: u32,
    pub is_lossless: bool,
    pub has_alpha: bool,
    pub frames: u32,
    /// How many bytes of data each lossy picture has. What a decoder finds beyond is zeros.
    pub data_bytes: usize,
    /// Transforms of a lossless picture: subtract green, and a predictor.
    pub has_transforms: bool,
    /// Whether each pixel of a lossless picture is one of two, and takes a bit, instead of none.
    pub is_coded: bool,
}

impl Default for Webp {
    fn default() -> Self {
        Self {
            width: 8000,
            height: 8000,
            is_lossless: true,
            has_alpha: false,
            frames: 1,
            data_bytes: 2000,
            has_transforms: false,
            is_coded: false,
        }
    }
}

impl Webp {
    pub(super) fn file(&self) -> Vec<u8> {
        let mut body = b"WEBP".to_vec();
        let size = [&(self.width - 1).to_le_bytes()[..3], &(self.height - 1).to_le_bytes()[..3]].concat();
        let is_extended = self.frames > 1 || (self.has_alpha && !self.is_lossless);
        if is_extended {
            let flags = u8::from(self.has_alpha) << 4 | u8::from(self.frames > 1) << 1;
            chunk(&mut body, *b"VP8X", &[&[flags, 0, 0, 0][..], &size].concat());
        }
        let mut picture = Vec::new();
        if self.has_alpha && !self.is_lossless {
            let mut alpha = vec![1]; // compressed without loss, no filter
            alpha.extend(self.lossless(false));
            chunk(&mut picture, *b"ALPH", &alpha);
        }
        if self.is_lossless {
            chunk(&mut picture, *b"VP8L", &self.lossless(true));
        } else {
            chunk(&mut picture, *b"VP8 ", &self.lossy());
        }
        if self.frames > 1 {
            chunk(&mut body, *b"ANIM", &[0; 6]);
            for _ in 0..self.frames {
                let place = [&[0; 6][..], &size, &[1, 0, 0, 0]].concat();
                chunk(&mut body, *b"ANMF", &[&place[..], &picture].concat());
            }
        } else {
            body.extend(picture);
        }
        [&b"RIFF"[..], &(body.len() as u32).to_le_bytes(), &body].concat()
    }

    /// A stream in which no pixel takes a bit: each code has one symbol.
    fn lossless(&self, has_header: bool) -> Vec<u8> {
        let mut bits = LowFirst::default();
        if has_header {
            bits.put(0x2f, 8);
            bits.put(u64::from(self.width - 1), 14);
            bits.put(u64::from(self.height - 1), 14);
            bits.put(u64::from(self.has_alpha), 1);
            bits.put(0, 3);
        }
        if self.has_transforms {
            bits.put(1, 1);
            bits.put(2, 2); // subtract green
            bits.put(1, 1);
            bits.put(0, 2); // a predictor for each block of 512 pixels
            bits.put(7, 3);
            bits.put(0, 1); // no colour cache
            single_codes(&mut bits, 11);
        }
        bits.put(0, 1); // no more transforms
        bits.put(0, 1); // no colour cache
        bits.put(0, 1); // no entropy image
        if !self.is_coded {
            single_codes(&mut bits, 5);
            return bits.finish();
        }
        bits.put(1, 1); // a simple code
        bits.put(1, 1); // of two symbols
        bits.put(1, 1); // of 8 bits
        bits.put(5, 8);
        bits.put(200, 8);
        single_codes_after_green(&mut bits);
        for pixel in 0..u64::from(self.width) * u64::from(self.height) {
            bits.put((pixel * pixel) >> 3 & 1, 1);
        }
        bits.finish()
    }

    fn lossy(&self) -> Vec<u8> {
        let first = (self.data_bytes / 2).min((1 << 19) - 1) as u32;
        let tag = 1 << 4 | first << 5;
        let mut data = tag.to_le_bytes()[..3].to_vec();
        data.extend([0x9d, 0x01, 0x2a]);
        data.extend((self.width as u16).to_le_bytes());
        data.extend((self.height as u16).to_le_bytes());
        data.extend(std::iter::repeat_n(0, self.data_bytes));
        data
    }
}

/// Five codes with one symbol each: this green, and zero.
fn single_codes(bits: &mut LowFirst, green: u64) {
    single_code(bits, green);
    single_codes_after_green(bits);
}

fn single_codes_after_green(bits: &mut LowFirst) {
    for symbol in [0, 0, 255, 0] {
        single_code(bits, symbol);
    }
}

fn single_code(bits: &mut LowFirst, symbol: u64) {
    bits.put(1, 1); // a simple code
    bits.put(0, 1); // of one symbol
    bits.put(1, 1); // of 8 bits
    bits.put(symbol, 8);
}

pub(super) fn chunk(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    file.extend(kind);
    file.extend((data.len() as u32).to_le_bytes());
    file.extend(data);
    file.extend((data.len() % 2 == 1).then_some(0));
}
