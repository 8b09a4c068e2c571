//! `PngInput`: the chunks of a PNG that its pixels need, as a stream that the `png` crate reads.
//!
//! The crate stores the contents of other chunks, such as an EXIF block or a colour profile of megabytes, and refuses some chunks
//! that libpng ignores. So it sees neither. An `IDAT` that is cut off is completed with its length and its CRC, and every file
//! with `IEND`:
//!
//! ```text
//! file    signature IHDR iCCP eXIf tRNS(03 07) tRNS IDAT tEXt IDAT, cut off
//! stream  signature IHDR           tRNS(00 07)      IDAT      IDAT          IEND
//! ```
//!
//! Deflate data continues over the boundaries of `IDAT`, so that the inflate window of 32 KB is the crate's.

use std::io::{BufRead, Error, ErrorKind, Read, Result, Seek, SeekFrom};

use crate::rules::ImageRules;

use super::crc::crc;

/// Which chunks are kept, where that depends on other chunks.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Kept {
    /// The offset of the `tRNS` that counts.
    pub transparency_at: Option<usize>,
    /// The transparent gray sample of a picture of less than 8 bits, without the bits above its bit depth, which libpng ignores
    /// and the crate does not.
    pub transparent_gray: Option<u8>,
    /// Whether the animation counts.
    pub is_animated: bool,
}

const SIGNATURE_BYTES: usize = 8;
/// Length and type.
const CHUNK_HEAD: usize = 8;
/// Length, type and CRC.
const CHUNK_OVERHEAD: usize = 12;

/// A reader of the signature and the kept chunks. It fails once the call is cancelled.
pub(super) struct PngInput<'a> {
    /// The unread bytes of the current chunk: synthetic bytes, bytes of the file, and synthetic bytes again.
    head: Synthetic,
    current: &'a [u8],
    tail: Synthetic,
    /// The file after the current chunk.
    rest: &'a [u8],
    /// The length of the file.
    length: usize,
    kept: Kept,
    is_indexed: bool,
    has_data: bool,
    is_ended: bool,
    rules: &'a ImageRules,
}

/// A few bytes that are not in the file.
#[derive(Debug, Clone, Copy, Default)]
struct Synthetic {
    bytes: [u8; 16],
    at: usize,
    end: usize,
}

impl Synthetic {
    fn push(&mut self, more: &[u8]) {
        for (to, from) in self.bytes.iter_mut().skip(self.end).zip(more) {
            *to = *from;
        }
        self.end += more.len();
    }

    /// The unread bytes.
    fn left(&self) -> &[u8] {
        self.bytes.get(self.at..self.end).unwrap_or_default()
    }
}

impl<'a> PngInput<'a> {
    pub(super) fn new(bytes: &'a [u8], kept: Kept, rules: &'a ImageRules) -> Self {
        let (current, rest) = bytes.split_at_checked(SIGNATURE_BYTES).unwrap_or((bytes, &[]));
        let none = Synthetic::default();
        let is_indexed = bytes.get(25) == Some(&3);
        Self {
            head: none,
            current,
            tail: none,
            rest,
            length: bytes.len(),
            kept,
            is_indexed,
            has_data: false,
            is_ended: false,
            rules,
        }
    }

    /// Advances to the next chunk that is kept.
    fn advance(&mut self) {
        while self.buffer().is_empty() && !self.is_ended {
            (self.head, self.tail) = (Synthetic::default(), Synthetic::default());
            let length = self.rest.first_chunk().map_or(0, |length| u32::from_be_bytes(*length)) as usize;
            let chunk_type = self.rest.get(4..CHUNK_HEAD).and_then(|chunk_type| chunk_type.first_chunk()).copied();
            match (chunk_type, self.rest.split_at_checked(length.saturating_add(CHUNK_OVERHEAD))) {
                (None | Some([b'I', b'E', b'N', b'D']), _) => self.end(),
                (Some(chunk_type), Some((chunk, rest))) => {
                    let at = self.length - self.rest.len();
                    self.rest = rest;
                    self.has_data |= chunk_type == *b"IDAT";
                    match self.kept.transparent_gray {
                        _ if !self.keeps(chunk_type, at) => {}
                        Some(gray) if chunk_type == *b"tRNS" => {
                            self.head.push(&[0, 0, 0, 2]);
                            self.head.push(&chunk_type);
                            self.head.push(&[0, gray]);
                            self.head.push(&crc(chunk_type, &[0, gray]).to_be_bytes());
                        }
                        _ => self.current = chunk,
                    }
                }
                (Some(chunk_type), None) => {
                    if chunk_type == *b"IDAT" {
                        let data = self.rest.get(CHUNK_HEAD..).unwrap_or_default();
                        let data = data.get(..length).unwrap_or(data);
                        self.head.push(&(data.len() as u32).to_be_bytes());
                        self.head.push(&chunk_type);
                        self.current = data;
                        self.tail.push(&crc(chunk_type, data).to_be_bytes());
                    }
                    self.end();
                }
            }
        }
    }

    /// Whether the chunk at this offset is kept.
    fn keeps(&self, chunk_type: [u8; 4], at: usize) -> bool {
        match &chunk_type {
            b"IHDR" | b"IDAT" => true,
            b"PLTE" => self.is_indexed && !self.has_data,
            b"tRNS" => self.kept.transparency_at == Some(at),
            b"acTL" => self.kept.is_animated && !self.has_data,
            b"fcTL" | b"fdAT" => self.kept.is_animated,
            _ => false,
        }
    }

    /// Ends the stream with `IEND`.
    fn end(&mut self) {
        self.is_ended = true;
        self.rest = &[];
        self.tail.push(&[0; 4]);
        self.tail.push(b"IEND");
        self.tail.push(&crc(*b"IEND", &[]).to_be_bytes());
    }

    fn buffer(&self) -> &[u8] {
        [self.head.left(), self.current, self.tail.left()]
            .into_iter()
            .find(|bytes| !bytes.is_empty())
            .unwrap_or_default()
    }
}

impl BufRead for PngInput<'_> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        // Not `Interrupted`, after which readers try again.
        self.rules.check_cancelled().map_err(Error::other)?;
        self.advance();
        Ok(self.buffer())
    }

    fn consume(&mut self, amount: usize) {
        if !self.head.left().is_empty() {
            self.head.at += amount;
        } else if !self.current.is_empty() {
            self.current = self.current.get(amount..).unwrap_or_default();
        } else {
            self.tail.at += amount;
        }
    }
}

impl Read for PngInput<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

/// The crate requires it and never seeks.
impl Seek for PngInput<'_> {
    fn seek(&mut self, _to: SeekFrom) -> Result<u64> {
        Err(Error::from(ErrorKind::Unsupported))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(chunk_type: [u8; 4], data: &[u8]) -> Vec<u8> {
        [&(data.len() as u32).to_be_bytes()[..], &chunk_type, data, &crc(chunk_type, data).to_be_bytes()].concat()
    }

    fn read(parts: &[&[u8]], kept: Kept) -> Vec<u8> {
        let rules = ImageRules::default();
        let mut read = Vec::new();
        PngInput::new(&parts.concat(), kept, &rules).read_to_end(&mut read).unwrap();
        read
    }

    const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

    #[test]
    fn chunks_that_pixels_do_not_need_are_left_out() {
        let (first, data, end) = (chunk(*b"IHDR", &[2; 13]), chunk(*b"IDAT", &[9; 50]), chunk(*b"IEND", b""));
        let (text, exif) = (chunk(*b"zTXt", &[1; 99]), chunk(*b"eXIf", &[2; 99]));
        let (palette, color, frame) = (chunk(*b"PLTE", b"abc"), chunk(*b"tRNS", b"ab"), chunk(*b"fcTL", &[0; 26]));
        let file =
            [SIGNATURE, &first, &text, &exif, &palette, &color, &color, &frame, &data, &exif, &data, &end, b"more"];
        let at = Some(file[..5].concat().len());
        let kept = Kept { transparency_at: at, ..Kept::default() };
        assert_eq!(read(&file, kept), [SIGNATURE, &first, &color, &data, &data, &end].concat());
        let kept = Kept { is_animated: true, ..Kept::default() };
        assert_eq!(read(&file, kept), [SIGNATURE, &first, &frame, &data, &data, &end].concat());
        let kept = Kept { transparency_at: at, transparent_gray: Some(3), ..Kept::default() };
        assert_eq!(read(&file, kept), [SIGNATURE, &first, &chunk(*b"tRNS", &[0, 3]), &data, &data, &end].concat());
    }

    #[test]
    fn a_file_that_is_cut_off_is_completed() {
        let (first, data, end) = (chunk(*b"IHDR", &[2; 13]), chunk(*b"IDAT", &[9; 50]), chunk(*b"IEND", b""));
        for cut in 0..end.len() {
            let file = [SIGNATURE, &first, &data, &end[..cut]];
            assert_eq!(read(&file, Kept::default()), [SIGNATURE, &first, &data, &end].concat(), "{cut}");
        }
        for cut in CHUNK_HEAD..data.len() {
            let shorter = chunk(*b"IDAT", &[9; 50][..(cut - CHUNK_HEAD).min(50)]);
            let file = [SIGNATURE, &first, &data[..cut]];
            assert_eq!(read(&file, Kept::default()), [SIGNATURE, &first, &shorter, &end].concat(), "{cut}");
        }
    }
}
