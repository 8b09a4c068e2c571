//! GIFs made by hand.

use super::bits::LowFirst;

/// What a GIF is made of.
#[derive(Debug, Clone)]
pub(super) struct Gif {
    pub width: u16,
    pub height: u16,
    pub frames: u32,
    pub is_interlaced: bool,
    pub codes: Codes,
    /// How many bytes each sub-block has, 1 to 255.
    pub block_bytes: usize,
    /// The width and height of the frames after the first; 0 is those of the picture.
    pub frame_side: u16,
    /// Pixels in the data that no frame has room for.
    pub beyond: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Codes {
    /// The longest strings that there are: each code is one pixel longer than the last.
    Longest,
    /// Each code is a pixel, and the table grows to its full size and is never cleared.
    Pixels,
    /// A clear code after each pixel.
    Clears,
}

impl Default for Gif {
    fn default() -> Self {
        Self {
            width: 8000,
            height: 8000,
            frames: 1,
            is_interlaced: false,
            codes: Codes::Longest,
            block_bytes: 255,
            frame_side: 0,
            beyond: 0,
        }
    }
}

impl Gif {
    pub(super) fn file(&self) -> Vec<u8> {
        let mut file = b"GIF89a".to_vec();
        file.extend(self.width.to_le_bytes());
        file.extend(self.height.to_le_bytes());
        file.extend([0xf7, 0, 0]);
        file.extend((0..=255).flat_map(|value| [value; 3]));
        let first = self.image(self.width, self.height);
        file.extend(&first);
        if self.frames > 1 {
            let side =
                if self.frame_side == 0 { (self.width, self.height) } else { (self.frame_side, self.frame_side) };
            let further = self.image(side.0, side.1);
            for _ in 1..self.frames {
                file.extend(&further);
            }
        }
        file.push(0x3b);
        file
    }

    fn image(&self, width: u16, height: u16) -> Vec<u8> {
        let mut image = vec![0x2c, 0, 0, 0, 0];
        image.extend(width.to_le_bytes());
        image.extend(height.to_le_bytes());
        image.push(if self.is_interlaced { 0x40 } else { 0 });
        image.push(8);
        for block in lzw(usize::from(width) * usize::from(height) + self.beyond, self.codes).chunks(self.block_bytes) {
            image.push(block.len() as u8);
            image.extend(block);
        }
        image.push(0);
        image
    }
}

fn lzw(pixels: usize, codes: Codes) -> Vec<u8> {
    let mut bits = LowFirst::default();
    let mut left = pixels;
    // The next free code; the table is full at 4096.
    let mut next = 258_u64;
    let mut width = 9;
    bits.put(256, 9);
    let mut length = 1_usize;
    let mut is_first = true;
    while left > 0 {
        match codes {
            Codes::Longest => {
                // Code `next` of one more pixel each, until the table is full; then the longest, again and again.
                if is_first {
                    bits.put(0, width);
                    left -= 1;
                    is_first = false;
                    length = 2;
                } else if next < 4096 && left >= length {
                    bits.put(next, width);
                    left -= length;
                    length += 1;
                    next += 1;
                } else if next == 4096 && left >= length - 1 {
                    bits.put(4095, width);
                    left -= length - 1;
                } else {
                    bits.put(0, width);
                    left -= 1;
                    if next < 4096 {
                        next += 1;
                    }
                }
            }
            Codes::Pixels => {
                bits.put(left as u64 % 251, width);
                left -= 1;
                if is_first {
                    is_first = false;
                } else if next < 4096 {
                    next += 1;
                }
            }
            Codes::Clears => {
                bits.put(7, 9);
                bits.put(256, 9);
                left -= 1;
            }
        }
        while width < 12 && next == 1 << width {
            width += 1;
        }
    }
    bits.put(257, width);
    bits.finish()
}
