//! The chunks of a PNG that its pixels need, as the `png` crate reads them.
//!
//! The crate stores what other chunks say: an EXIF block or a colour profile of megabytes. So it never sees them.

use std::io::{BufRead, Error, ErrorKind, Read, Result, Seek, SeekFrom};

use crate::rules::ImageRules;

/// The chunks that are read (PNG, third edition, section 11, with those of animations).
const KEPT: [&[u8; 4]; 8] = [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT"];

const SIGNATURE_BYTES: usize = 8;
/// Length, type and checksum.
const CHUNK_OVERHEAD: usize = 12;

/// A reader of the signature and the kept chunks, which fails once the call is cancelled.
pub(super) struct PngInput<'a> {
    /// What is left of the chunk that is being read.
    current: &'a [u8],
    rest: &'a [u8],
    rules: &'a ImageRules,
}

impl<'a> PngInput<'a> {
    pub(super) fn new(bytes: &'a [u8], rules: &'a ImageRules) -> Self {
        let (current, rest) = bytes.split_at_checked(SIGNATURE_BYTES).unwrap_or((bytes, &[]));
        Self { current, rest, rules }
    }

    /// Goes on to the next chunk that is kept. A chunk that is cut off is given as far as it goes.
    fn advance(&mut self) {
        while self.current.is_empty() && !self.rest.is_empty() {
            let length = self.rest.first_chunk().map_or(0, |length| u32::from_be_bytes(*length)) as usize;
            let end = length.saturating_add(CHUNK_OVERHEAD).min(self.rest.len());
            let (chunk, rest) = self.rest.split_at(end);
            self.rest = rest;
            if KEPT.iter().any(|kind| chunk.get(4..8) == Some(kind.as_slice())) {
                self.current = chunk;
            }
        }
    }
}

impl BufRead for PngInput<'_> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        // No `Interrupted`: readers try again after that.
        self.rules.check_cancelled().map_err(Error::other)?;
        self.advance();
        Ok(self.current)
    }

    fn consume(&mut self, amount: usize) {
        self.current = self.current.get(amount..).unwrap_or_default();
    }
}

impl Read for PngInput<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

/// The crate demands it and never does it.
impl Seek for PngInput<'_> {
    fn seek(&mut self, _to: SeekFrom) -> Result<u64> {
        Err(Error::from(ErrorKind::Unsupported))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        [&(data.len() as u32).to_be_bytes()[..], kind, data, &[1, 2, 3, 4]].concat()
    }

    #[test]
    fn what_pixels_do_not_need_is_left_out() {
        let signature = b"\x89PNG\r\n\x1a\n".to_vec();
        let (first, last) = (chunk(b"IHDR", &[7; 13]), chunk(b"IDAT", &[9; 50]));
        let (text, exif) = (chunk(b"zTXt", &[1; 99]), chunk(b"eXIf", &[2; 99]));
        let file = [&signature, &first, &text, &exif, &last, &exif, &last[..20]].map(|part| part.to_vec()).concat();
        let rules = ImageRules::default();
        let mut read = Vec::new();
        PngInput::new(&file, &rules).read_to_end(&mut read).unwrap();
        assert_eq!(read, [&signature, &first, &last, &last[..20]].map(|part| part.to_vec()).concat());
    }
}
