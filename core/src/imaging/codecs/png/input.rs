//! The chunks of a PNG that its pixels need, as the `png` crate reads them.
//!
//! The crate stores what other chunks say: an EXIF block or a colour profile of megabytes. So it never sees them, nor what it
//! would refuse and libpng passes over. Image data that is cut off has its chunk ended for it, and every file its `IEND`.

use std::io::{BufRead, Error, ErrorKind, Read, Result, Seek, SeekFrom};

use crate::rules::ImageRules;

use super::checksum::checksum;

/// Which of the chunks are kept whose use depends on others.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Kept {
    /// Where the `tRNS` starts that counts.
    pub transparency_at: Option<usize>,
    /// The transparent gray of a picture of less than eight bits, without the bits above them: libpng leaves them out, and
    /// the crate does not.
    pub transparent_gray: Option<u8>,
    /// Whether the chunks of an animation count.
    pub is_animated: bool,
}

const SIGNATURE_BYTES: usize = 8;
/// Length and type.
const CHUNK_HEAD: usize = 8;
/// Length, type and checksum.
const CHUNK_OVERHEAD: usize = 12;

/// A reader of the signature and the kept chunks, which fails once the call is cancelled.
pub(super) struct PngInput<'a> {
    /// What is left of the chunk that is being read: bytes of the file between some that are made for it.
    head: Made,
    current: &'a [u8],
    tail: Made,
    rest: &'a [u8],
    length: usize,
    kept: Kept,
    is_indexed: bool,
    has_data: bool,
    is_ended: bool,
    rules: &'a ImageRules,
}

/// A few bytes that do not stand in the file.
#[derive(Debug, Clone, Copy, Default)]
struct Made {
    bytes: [u8; 16],
    at: usize,
    end: usize,
}

impl Made {
    fn push(&mut self, more: &[u8]) {
        for (to, from) in self.bytes.iter_mut().skip(self.end).zip(more) {
            *to = *from;
        }
        self.end += more.len();
    }

    fn left(&self) -> &[u8] {
        self.bytes.get(self.at..self.end).unwrap_or_default()
    }
}

impl<'a> PngInput<'a> {
    pub(super) fn new(bytes: &'a [u8], kept: Kept, rules: &'a ImageRules) -> Self {
        let (current, rest) = bytes.split_at_checked(SIGNATURE_BYTES).unwrap_or((bytes, &[]));
        let made = Made::default();
        let is_indexed = bytes.get(25) == Some(&3);
        Self {
            head: made,
            current,
            tail: made,
            rest,
            length: bytes.len(),
            kept,
            is_indexed,
            has_data: false,
            is_ended: false,
            rules,
        }
    }

    /// Goes on to the next chunk that is kept.
    fn advance(&mut self) {
        while self.buffer().is_empty() && !self.is_ended {
            (self.head, self.tail) = (Made::default(), Made::default());
            let length = self.rest.first_chunk().map_or(0, |length| u32::from_be_bytes(*length)) as usize;
            let kind = self.rest.get(4..CHUNK_HEAD).and_then(|kind| kind.first_chunk()).copied();
            match (kind, self.rest.split_at_checked(length.saturating_add(CHUNK_OVERHEAD))) {
                (None | Some([b'I', b'E', b'N', b'D']), _) => self.end(),
                (Some(kind), Some((chunk, rest))) => {
                    let at = self.length - self.rest.len();
                    self.rest = rest;
                    self.has_data |= kind == *b"IDAT";
                    match self.kept.transparent_gray {
                        _ if !self.keeps(kind, at) => {}
                        Some(gray) if kind == *b"tRNS" => {
                            let parts =
                                [&[0, 0, 0, 2], &kind[..], &[0, gray], &checksum(kind, &[0, gray]).to_be_bytes()];
                            for part in parts {
                                self.head.push(part);
                            }
                        }
                        _ => self.current = chunk,
                    }
                }
                (Some(kind), None) => {
                    if kind == *b"IDAT" {
                        let data = self.rest.get(CHUNK_HEAD..).unwrap_or_default();
                        let data = data.get(..length).unwrap_or(data);
                        self.head.push(&(data.len() as u32).to_be_bytes());
                        self.head.push(&kind);
                        self.current = data;
                        self.tail.push(&checksum(kind, data).to_be_bytes());
                    }
                    self.end();
                }
            }
        }
    }

    /// Whether a chunk is read (PNG, third edition, section 11, with those of animations).
    fn keeps(&self, kind: [u8; 4], at: usize) -> bool {
        match &kind {
            b"IHDR" | b"IDAT" => true,
            b"PLTE" => self.is_indexed && !self.has_data,
            b"tRNS" => self.kept.transparency_at == Some(at),
            b"acTL" => self.kept.is_animated && !self.has_data,
            b"fcTL" | b"fdAT" => self.kept.is_animated,
            _ => false,
        }
    }

    fn end(&mut self) {
        self.is_ended = true;
        self.rest = &[];
        self.tail.push(&[0; 4]);
        self.tail.push(b"IEND");
        self.tail.push(&checksum(*b"IEND", &[]).to_be_bytes());
    }

    fn buffer(&self) -> &[u8] {
        [self.head.left(), self.current, self.tail.left()].into_iter().find(|part| !part.is_empty()).unwrap_or_default()
    }
}

impl BufRead for PngInput<'_> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        // No `Interrupted`: readers try again after that.
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

/// The crate demands it and never does it.
impl Seek for PngInput<'_> {
    fn seek(&mut self, _to: SeekFrom) -> Result<u64> {
        Err(Error::from(ErrorKind::Unsupported))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
        [&(data.len() as u32).to_be_bytes()[..], &kind, data, &checksum(kind, data).to_be_bytes()].concat()
    }

    fn read(parts: &[&[u8]], kept: Kept) -> Vec<u8> {
        let rules = ImageRules::default();
        let mut read = Vec::new();
        PngInput::new(&parts.concat(), kept, &rules).read_to_end(&mut read).unwrap();
        read
    }

    const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

    #[test]
    fn what_pixels_do_not_need_is_left_out() {
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
    fn what_is_cut_off_is_ended() {
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
