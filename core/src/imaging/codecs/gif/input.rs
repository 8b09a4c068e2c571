//! `GifInput`: the blocks of a GIF that its pixels need, as a stream that the `gif` crate reads.
//!
//! The crate stores the contents of application extensions, such as XMP or a colour profile of megabytes. So it never sees these,
//! nor comments, plain text, or extensions that the standard does not define. A graphic control extension is cut to the four
//! bytes that the standard defines, and a file without a global colour table gains one of grays.
//!
//! ```text
//! file    screen  comment  control  XMP  image  00 00  control  comment  image  3b
//! stream  screen           control       image         control           image
//! ```

use std::io::{Error, Read, Result};

use crate::rules::ImageRules;

use super::blocks::{SCREEN_BYTES, color_table_bytes, graphic_control, skip_sub_blocks};

/// A reader of the logical screen, the graphic control extensions and the frames (sections 17 to 23). It fails once the call is
/// cancelled.
pub(super) struct GifInput<'a> {
    bytes: &'a [u8],
    /// Synthetic bytes, the last `synthetic_left` of which are read before `current`.
    synthetic: [u8; SCREEN_BYTES],
    synthetic_left: usize,
    /// The unread bytes of the current block.
    current: &'a [u8],
    /// Whether the terminator of `current` is missing.
    lacks_terminator: bool,
    /// Where the next block starts.
    next: usize,
    rules: &'a ImageRules,
}

/// The colour table of a file without one: each index is a gray level, as in Pillow.
const GRAYS: [u8; 768] = {
    let mut grays = [0; 768];
    let mut at = 0;
    while at < 768 {
        grays[at] = (at / 3) as u8;
        at += 1;
    }
    grays
};

/// The flags of a global colour table of 256 entries.
const HAS_256_COLORS: u8 = 0x87;

impl<'a> GifInput<'a> {
    pub(super) fn new(bytes: &'a [u8], rules: &'a ImageRules) -> Self {
        let flags = bytes.get(10).copied().unwrap_or_default();
        let next = (SCREEN_BYTES + color_table_bytes(flags)).min(bytes.len());
        let current = bytes.get(..next).unwrap_or_default();
        let mut input = Self {
            bytes,
            synthetic: [0; SCREEN_BYTES],
            synthetic_left: 0,
            current,
            lacks_terminator: false,
            next,
            rules,
        };
        if color_table_bytes(flags) == 0
            && let Some(screen) = bytes.first_chunk::<SCREEN_BYTES>()
        {
            input.synthetic = *screen;
            input.synthetic[10] |= HAS_256_COLORS;
            input.synthetic_left = SCREEN_BYTES;
            input.current = &GRAYS;
        }
        input
    }

    /// Advances to the next block that is kept. Any other byte ends the file.
    fn advance(&mut self) {
        while self.synthetic_left == 0 && self.current.is_empty() && self.next < self.bytes.len() {
            let start = self.next;
            let rest = self.bytes.get(start..).unwrap_or_default();
            let end = match rest {
                [0x21, 0xf9, blocks @ ..] => {
                    if let Some(control) = graphic_control(blocks) {
                        let synthetic = [&[0x21, 0xf9, 4][..], &control, &[0]].concat();
                        self.synthetic_left = synthetic.len();
                        self.synthetic[SCREEN_BYTES - synthetic.len()..].copy_from_slice(&synthetic);
                    }
                    skip_sub_blocks(self.bytes, start + 2)
                }
                [0x21, _, ..] => skip_sub_blocks(self.bytes, start + 2),
                [0x2c, descriptor @ ..] => {
                    let flags = descriptor.get(8).copied().unwrap_or_default();
                    let end = skip_sub_blocks(self.bytes, start + 11 + color_table_bytes(flags));
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
        // Not `Interrupted`, after which readers try again.
        self.rules.check_cancelled().map_err(Error::other)?;
        self.advance();
        if self.synthetic_left > 0 {
            let count = self.synthetic.get(SCREEN_BYTES - self.synthetic_left..).unwrap_or_default().read(buffer)?;
            self.synthetic_left -= count;
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
    fn blocks_that_pixels_do_not_need_are_left_out() {
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
