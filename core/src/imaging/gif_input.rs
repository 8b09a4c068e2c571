//! The blocks of a GIF that its pixels need, as the `gif` crate reads them.
//!
//! The crate stores what application extensions say: XMP or a colour profile of megabytes. So it never sees them, nor
//! comments and text.

use std::io::{Error, Read, Result};

use crate::rules::ImageRules;

use super::gif::{palette_bytes, skip_sub_blocks};

/// The signature and the logical screen descriptor.
const SCREEN_BYTES: usize = 13;

/// A reader of the screen, the graphic control extensions, the frames and the trailer (GIF89a, sections 17 to 27), which
/// fails once the call is cancelled.
pub(super) struct GifInput<'a> {
    bytes: &'a [u8],
    /// What is left of the block that is being read.
    current: &'a [u8],
    /// Where the next block starts.
    next: usize,
    rules: &'a ImageRules,
}

impl<'a> GifInput<'a> {
    pub(super) fn new(bytes: &'a [u8], rules: &'a ImageRules) -> Self {
        let flags = bytes.get(10).copied().unwrap_or_default();
        let next = (SCREEN_BYTES + palette_bytes(flags)).min(bytes.len());
        Self { bytes, current: bytes.get(..next).unwrap_or_default(), next, rules }
    }

    /// Goes on to the next block that is kept. What is no block is given as it is, for the crate to refuse.
    fn advance(&mut self) {
        while self.current.is_empty() && self.next < self.bytes.len() {
            let start = self.next;
            let rest = self.bytes.get(start..).unwrap_or_default();
            let (end, is_kept) = match rest {
                [0x21, label, ..] => (skip_sub_blocks(self.bytes, start + 2), *label == 0xf9),
                [0x2c, descriptor @ ..] => {
                    let flags = descriptor.get(8).copied().unwrap_or_default();
                    (skip_sub_blocks(self.bytes, start + 11 + palette_bytes(flags)), true)
                }
                [0, ..] => (start + 1, false),
                _ => (self.bytes.len(), true),
            };
            self.next = end.min(self.bytes.len());
            if is_kept {
                self.current = self.bytes.get(start..self.next).unwrap_or_default();
            }
        }
    }
}

impl Read for GifInput<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        // No `Interrupted`: readers try again after that.
        self.rules.check_cancelled().map_err(Error::other)?;
        self.advance();
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
        let kept = [&screen, &control, &frame, &control, &frame, &trailer].map(|part| part.as_slice()).concat();
        let padding = vec![0, 0];
        let file = [&screen, &comment, &control, &application, &frame, &padding, &control, &comment, &frame, &trailer];
        assert_eq!(read(&file), kept);
        assert_eq!(read(&[&screen, &comment, &frame[..9].to_vec()]), [&screen[..], &frame[..9]].concat(), "cut off");
    }
}
