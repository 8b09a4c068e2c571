//! PNGs made by hand.

use super::deflate;

/// What a PNG is made of.
#[derive(Debug, Clone)]
pub(super) struct Png {
    pub width: u32,
    pub height: u32,
    pub color_type: u8,
    pub depth: u8,
    pub is_interlaced: bool,
    /// The filter of each row.
    pub filter: u8,
    pub data: Data,
    /// How many bytes each `IDAT` has.
    pub chunk_bytes: usize,
    pub frames: u32,
    pub transparency: bool,
    pub profile: Vec<u8>,
    /// Primaries, transfer, matrix and range.
    pub cicp: Option<[u8; 4]>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Data {
    Runs,
    /// As many colours as there are.
    Noise,
    TinyBlocks(usize),
    Stored(usize),
}

impl Default for Png {
    fn default() -> Self {
        Self {
            width: 8000,
            height: 8000,
            color_type: 6,
            depth: 8,
            is_interlaced: false,
            filter: 4,
            data: Data::Runs,
            chunk_bytes: 1 << 20,
            frames: 1,
            transparency: false,
            profile: Vec::new(),
            cicp: None,
        }
    }
}

impl Png {
    fn row_bytes(&self, width: u32) -> usize {
        let channels = match self.color_type {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };
        (width as usize * channels * usize::from(self.depth)).div_ceil(8)
    }

    /// The lengths of all rows, of all passes, without their filter bytes.
    fn rows(&self) -> Vec<usize> {
        let passes: &[(u32, u32, u32, u32)] = if self.is_interlaced {
            &[(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
        } else {
            &[(0, 0, 1, 1)]
        };
        let mut rows = Vec::new();
        for (left, top, across, down) in passes {
            let width = self.width.saturating_sub(*left).div_ceil(*across);
            let height = self.height.saturating_sub(*top).div_ceil(*down);
            if width > 0 {
                rows.extend(std::iter::repeat_n(self.row_bytes(width), height as usize));
            }
        }
        rows
    }

    pub(super) fn file(&self) -> Vec<u8> {
        let rows = self.rows();
        let raw: usize = rows.iter().map(|row| row + 1).sum();
        let data = match self.data {
            Data::Runs => deflate::rows(self.filter, rows.into_iter()),
            Data::Noise => deflate::noise(self.filter, rows.into_iter()),
            Data::TinyBlocks(symbols) => deflate::tiny_blocks(raw, symbols),
            Data::Stored(block) => deflate::stored(raw, block),
        };
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        let mut header = [self.width.to_be_bytes(), self.height.to_be_bytes()].concat();
        header.extend([self.depth, self.color_type, 0, 0, u8::from(self.is_interlaced)]);
        chunk(&mut file, *b"IHDR", &header);
        if !self.profile.is_empty() {
            let mut profile = b"p\0\0".to_vec();
            profile.extend(deflate::stored_bytes(&self.profile));
            chunk(&mut file, *b"iCCP", &profile);
        }
        if let Some(cicp) = &self.cicp {
            chunk(&mut file, *b"cICP", cicp);
        }
        if self.color_type == 3 {
            chunk(&mut file, *b"PLTE", &[7; 768]);
        }
        if self.transparency {
            let transparency: &[u8] = match self.color_type {
                0 => &[0; 2],
                2 => &[0; 6],
                _ => &[9; 256],
            };
            chunk(&mut file, *b"tRNS", transparency);
        }
        let mut sequence = 0_u32;
        if self.frames > 1 {
            chunk(&mut file, *b"acTL", &[self.frames.to_be_bytes(), [0; 4]].concat());
        }
        for frame in 0..self.frames {
            if self.frames > 1 {
                let mut control = sequence.to_be_bytes().to_vec();
                control.extend(&header[..8]);
                control.extend([0; 8]);
                control.extend([0, 1, 0, 1, 0, 0]);
                chunk(&mut file, *b"fcTL", &control);
                sequence += 1;
            }
            for part in data.chunks(self.chunk_bytes) {
                if frame == 0 {
                    chunk(&mut file, *b"IDAT", part);
                } else {
                    chunk(&mut file, *b"fdAT", &[&sequence.to_be_bytes()[..], part].concat());
                    sequence += 1;
                }
            }
        }
        chunk(&mut file, *b"IEND", &[]);
        file
    }
}

pub(super) fn chunk(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    file.extend((data.len() as u32).to_be_bytes());
    let start = file.len();
    file.extend(kind);
    file.extend(data);
    let checksum = crc32(&file[start..]);
    file.extend(checksum.to_be_bytes());
}

fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut at = 0;
        while at < 256 {
            let mut value = at as u32;
            let mut bit = 0;
            while bit < 8 {
                value = if value & 1 == 1 { value >> 1 ^ 0xedb8_8320 } else { value >> 1 };
                bit += 1;
            }
            table[at] = value;
            at += 1;
        }
        table
    };
    !bytes.iter().fold(u32::MAX, |crc, byte| crc >> 8 ^ TABLE[usize::from(crc as u8 ^ byte)])
}
