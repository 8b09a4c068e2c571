//! The blocks of a GIF that its pixels need, as the `gif` crate reads them.
//!
//! The crate stores what application extensions say: XMP or a colour profile of megabytes. So it never sees them, nor comments
//! and text, nor extensions that the standard does not define. Control extensions are given to it as the standard has them,
//! and a file without any colour table has one of grays.

use std::io::{Error, Read, Result};

use crate::rules::ImageRules;

use super::blocks::{SCREEN_BYTES, control, palette_bytes, skip_sub_blocks};

/// A reader of the screen, the graphic control extensions and the frames (the standard's sections 17 to 23), which fails once
/// the call is cancelled.
pub(super) struct GifInput<'a> {
    bytes: &'a [u8],
    /// What is made for the crate and read before `current`.
    made: [u8; SCREEN_BYTES],
    made_left: usize,
    /// What is left of the block that is being read.
    current: &'a [u8],
    /// Whether the terminator is missing that ends `current`.
    lacks_terminator: bool,
    /// Where the next block starts.
    next: usize,
    rules: &'a ImageRules,
}

/// The colours of a file that has none: the index as a gray, as Pillow has it.
const GRAYS: [u8; 768] = {
    let mut grays = [0; 768];
    let mut at = 0;
    while at < 768 {
        grays[at] = (at / 3) as u8;
        at += 1;
    }
    grays
};

/// The flags for a global colour table of 256 entries.
const HAS_256_COLORS: u8 = 0x87;

impl<'a> GifInput<'a> {
    pub(super) fn new(bytes: &'a [u8], rules: &'a ImageRules) -> Self {
        let flags = bytes.get(10).copied().unwrap_or_default();
        let next = (SCREEN_BYTES + palette_bytes(flags)).min(bytes.len());
        let current = bytes.get(..next).unwrap_or_default();
        let mut input =
            Self { bytes, made: [0; SCREEN_BYTES], made_left: 0, current, lacks_terminator: false, next, rules };
        if palette_bytes(flags) == 0
            && let Some(screen) = bytes.first_chunk::<SCREEN_BYTES>()
        {
            input.made = *screen;
            input.made[10] |= HAS_256_COLORS;
            input.made_left = SCREEN_BYTES;
            input.current = &GRAYS;
        }
        input
    }

    /// Goes on to the next block that is kept. What is no block ends the file.
    fn advance(&mut self) {
        while self.made_left == 0 && self.current.is_empty() && self.next < self.bytes.len() {
            let start = self.next;
            let rest = self.bytes.get(start..).unwrap_or_default();
            let end = match rest {
                [0x21, 0xf9, blocks @ ..] => {
                    if let Some(control) = control(blocks) {
                        let made = [&[0x21, 0xf9, 4][..], &control, &[0]].concat();
                        self.made_left = made.len();
                        self.made[SCREEN_BYTES - made.len()..].copy_from_slice(&made);
                    }
                    skip_sub_blocks(self.bytes, start + 2)
                }
                [0x21, _, ..] => skip_sub_blocks(self.bytes, start + 2),
                [0x2c, descriptor @ ..] => {
                    let flags = descriptor.get(8).copied().unwrap_or_default();
                    let end = skip_sub_blocks(self.bytes, start + 11 + palette_bytes(flags));
                    self.current = self.bytes.get(start..end.min(self.bytes.len())).unwrap_or_default();
                    self.lacks_terminator = end == self.bytes.len() + 1;
                    end
                }
                [0, ..] => start + 1,
                _ => self.bytes.len(),
            };
            self.next = end.min(self.bytes.len());
        }
    }
}

impl Read for GifInput<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        // No `Interrupted`: readers try again after that.
        self.rules.check_cancelled().map_err(Error::other)?;
        self.advance();
        if self.made_left > 0 {
            let count = self.made.get(SCREEN_BYTES - self.made_left..).unwrap_or_default().read(buffer)?;
            self.made_left -= count;
            return Ok(count);
        }
        if self.current.is_empty() && std::mem::take(&mut self.lacks_terminator) {
            return [0].as_slice().read(buffer);
        }
        self.current.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pixels_do_not_need_is_left_out() {
        let screen = [&b"GIF89a\x01\0\x01\0\x80\0\0"[..], &[0, 0, 0, 255, 255, 255]].concat();
        let control = b"\x21\xf9\x04\x01\0\0\0\0".to_vec();
        let frame = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0".to_vec();
        let comment = b"\x21\xfe\x05hello\0".to_vec();
        let application = b"\x21\xff\x0bXMP DataXMP\x02<x\0".to_vec();
        let rules = ImageRules::default();
        let read = |parts: &[&Vec<u8>]| {
            let file: Vec<u8> = parts.iter().flat_map(|part| part.iter().copied()).collect();
            let mut read = Vec::new();
            GifInput::new(&file, &rules).read_to_end(&mut read).unwrap();
            read
        };
        let trailer = b";".to_vec();
        let kept = [&screen, &control, &frame, &control, &frame].map(Vec::as_slice).concat();
        let padding = vec![0, 0];
        let file = [&screen, &comment, &control, &application, &frame, &padding, &control, &comment, &frame, &trailer];
        assert_eq!(read(&file), kept);
        assert_eq!(read(&[&screen, &comment, &frame[..9].to_vec()]), [&screen[..], &frame[..9]].concat(), "cut off");
        let longer = b"\x21\xf9\x06\x01\0\0\0\x07\x07\x02\x08\x08\0".to_vec();
        let shorter = b"\x21\xf9\x03\x01\0\0\0".to_vec();
        assert_eq!(read(&[&screen, &longer, &frame]), [&screen[..], &control, &frame].concat(), "cut");
        assert_eq!(read(&[&screen, &shorter, &frame]), [&screen[..], &frame].concat(), "says nothing");
        let unknown = b"\x21\x77\x02hi\0".to_vec();
        assert_eq!(read(&[&screen, &unknown, &frame, &b"no block;".to_vec()]), [&screen[..], &frame].concat());
    }

    #[test]
    fn a_file_without_colors_has_grays() {
        let file = b"GIF89a\x01\0\x01\0\x70\0\0\x2c\0";
        let rules = ImageRules::default();
        let mut read = Vec::new();
        GifInput::new(file, &rules).read_to_end(&mut read).unwrap();
        assert_eq!(read[..SCREEN_BYTES], *b"GIF89a\x01\0\x01\0\xf7\0\0");
        assert_eq!(read[SCREEN_BYTES..SCREEN_BYTES + 6], [0, 0, 0, 1, 1, 1]);
        assert_eq!(read[SCREEN_BYTES + 768..], *b"\x2c\0");
    }
}
