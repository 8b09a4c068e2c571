//! Markers and segments (T.81, B), and the header: what the segments before the first scan say of size, colour space and
//! metadata.

use crate::error::{Error, Result};
use crate::format::ImageFormat;
use memchr::memchr;

use crate::rules::ImageRules;

use super::frame::Frame;
use crate::imaging::codecs::exif;
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::header::Header;
use crate::imaging::codecs::limits::{check_icc_bytes, check_memory};

/// The most chunks of an ICC profile: their count is a byte (ICC.1, annex B.4).
const MAX_ICC_CHUNKS: usize = 255;

pub(super) const SOI: u8 = 0xd8;
pub(super) const SOS: u8 = 0xda;
pub(super) const EOI: u8 = 0xd9;
pub(super) const DNL: u8 = 0xdc;
/// The markers below SOF0 are reserved, except TEM, which has no segment.
pub(super) const LAST_RESERVED: u8 = 0xbf;
const APP0: u8 = 0xe0;
const APP15: u8 = 0xef;
const COM: u8 = 0xfe;

/// The data bytes of a JFIF segment without a thumbnail. A shorter segment is not JFIF, as in libjpeg.
pub(in crate::imaging) const JFIF_BYTES: usize = 14;
/// The data bytes of an Adobe segment, likewise.
pub(in crate::imaging) const ADOBE_BYTES: usize = 12;

/// A marker and the data of its segment, without the length. The data of a standalone marker is empty.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment<'a> {
    pub marker: u8,
    pub data: &'a [u8],
    /// The offset after the segment.
    pub end: usize,
}

impl Segment<'_> {
    /// The offset of its marker, after any fill bytes.
    pub(super) fn start(&self) -> usize {
        let marker_bytes = if has_length(self.marker) { 4 } else { 2 };
        self.end.saturating_sub(self.data.len() + marker_bytes)
    }
}

/// Whether a marker is followed by a segment with a length (T.81, B.1.1.3).
fn has_length(marker: u8) -> bool {
    !matches!(marker, 0x01 | 0xd0..=EOI)
}

/// Why no segment could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SegmentError {
    /// The bytes end before the segment does.
    EndsEarly(&'static str),
    Damaged(&'static str),
}

impl From<SegmentError> for Error {
    fn from(error: SegmentError) -> Self {
        let (SegmentError::EndsEarly(reason) | SegmentError::Damaged(reason)) = error;
        corrupt(reason)
    }
}

/// Reads the next marker at or after `at`, and its segment. Fill bytes are skipped, and so are bytes that belong to no segment:
/// libjpeg does so with a warning, and real files depend on it.
pub(super) fn next_segment(bytes: &[u8], at: usize) -> std::result::Result<Segment<'_>, SegmentError> {
    let mut at = at;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let ends = SegmentError::EndsEarly("a JPEG that ends without an end-of-image marker");
        let prefix = rest.iter().position(|byte| *byte == 0xff).ok_or(ends)?;
        let fill = rest[prefix..].iter().take_while(|byte| **byte == 0xff).count();
        let marker = rest.get(prefix + fill).ok_or(ends)?;
        at += prefix + fill + 1;
        if *marker != 0 {
            return segment_at(bytes, *marker, at);
        }
    }
}

fn segment_at(bytes: &[u8], marker: u8, at: usize) -> std::result::Result<Segment<'_>, SegmentError> {
    if !has_length(marker) {
        return Ok(Segment { marker, data: &[], end: at });
    }
    let cut = SegmentError::EndsEarly("a JPEG that ends in the middle of a segment");
    let length = bytes.get(at..).and_then(<[u8]>::first_chunk::<2>).ok_or(cut)?;
    let mut end = at + usize::from(u16::from_be_bytes(*length));
    if end < at + 2 {
        if !matches!(marker, APP0..=APP15 | COM | DNL) {
            return Err(SegmentError::Damaged("a JPEG with a segment of an impossible length"));
        }
        // The length includes its own two bytes, so 0 and 1 are invalid. In segments that decoding does not need, libjpeg takes
        // both for a segment without data.
        end = at + 2;
    }
    Ok(Segment { marker, data: bytes.get(at + 2..end).ok_or(cut)?, end })
}

/// Parses the frame header of a segment. A height of 0 means that of the DNL segment after the first scan (B.2.5).
pub(super) fn read_frame(bytes: &[u8], segment: &Segment<'_>) -> Result<Frame> {
    match segment.data {
        [precision, 0, 0, rest @ ..] => {
            let height = height_from_dnl(bytes, segment.end)?.unwrap_or([0, 0]);
            Frame::parse(segment.marker, &[[*precision].as_slice(), &height, rest].concat())
        }
        data => Frame::parse(segment.marker, data),
    }
}

/// The height in the DNL segment that follows the first scan at or after `at`, if there is one.
fn height_from_dnl(bytes: &[u8], at: usize) -> Result<Option<[u8; 2]>> {
    let mut segment = next_segment(bytes, at)?;
    while segment.marker != SOS && segment.marker != EOI {
        segment = next_segment(bytes, segment.end)?;
    }
    let after_scan = next_segment(bytes, segment.end + entropy_data(bytes, segment.end).len())?;
    Ok(after_scan.data.try_into().ok().filter(|_| segment.marker == SOS && after_scan.marker == DNL))
}

/// The entropy-coded data from `start` on: up to the next marker that is neither a restart marker nor reserved (T.81, table B.1).
/// Reserved markers occur only in damaged data and in filler bytes.
pub(super) fn entropy_data(bytes: &[u8], start: usize) -> &[u8] {
    let rest = bytes.get(start..).unwrap_or_default();
    let mut at = 0;
    while let Some(found) = rest.get(at..).and_then(|rest| memchr(0xff, rest)) {
        match rest.get(at + found + 1) {
            Some(..=LAST_RESERVED | 0xd0..=0xd7) => at += found + 2,
            Some(0xff) => at += found + 1,
            _ => return &rest[..at + found],
        }
    }
    rest
}

/// The metadata before the first scan: what tells the colour space of the samples, and EXIF.
#[derive(Debug, Default)]
pub(super) struct Metadata<'a> {
    pub has_jfif: bool,
    /// The colour transform of the Adobe segment.
    pub adobe_transform: Option<u8>,
    pub exif: Option<&'a [u8]>,
    /// The chunks of the profile, in the order of the file: sequence number, count, bytes.
    pub icc_chunks: Vec<(u8, u8, &'a [u8])>,
    /// Bytes of all chunks, including those that are not kept.
    icc_bytes: u64,
}

impl<'a> Metadata<'a> {
    /// Takes a segment if it holds metadata.
    pub(super) fn take(&mut self, segment: &Segment<'a>) {
        let data = segment.data;
        match segment.marker {
            0xe0 if data.starts_with(b"JFIF\0") => self.has_jfif |= data.len() >= JFIF_BYTES,
            0xe1 if self.exif.is_none() => self.exif = data.strip_prefix(b"Exif\0\0"),
            0xe2 => {
                if let Some([number, count, chunk @ ..]) = data.strip_prefix(b"ICC_PROFILE\0") {
                    self.icc_bytes += chunk.len() as u64;
                    // One chunk too many is enough to know that the profile is invalid.
                    if self.icc_chunks.len() <= MAX_ICC_CHUNKS {
                        self.icc_chunks.push((*number, *count, chunk));
                    }
                }
            }
            0xee if data.starts_with(b"Adobe") => self.adobe_transform = data.get(11).copied().or(self.adobe_transform),
            _ => {}
        }
    }

    /// The profile, joined from its chunks (ICC.1, annex B.4). `None` if chunks are missing, duplicated or misnumbered.
    pub(super) fn profile(&self, rules: &ImageRules) -> Result<Option<Vec<u8>>> {
        check_icc_bytes(rules, self.icc_bytes)?;
        check_memory(rules, &[self.icc_bytes])?;
        let mut chunks = self.icc_chunks.clone();
        chunks.sort_by_key(|(number, _, _)| *number);
        let is_whole = (1..)
            .zip(&chunks)
            .all(|(place, (number, count, _))| place == usize::from(*number) && usize::from(*count) == chunks.len());
        let profile = || {
            let mut profile = Vec::with_capacity(self.icc_bytes as usize);
            for (_, _, chunk) in &chunks {
                profile.extend_from_slice(chunk);
            }
            profile
        };
        Ok((is_whole && !chunks.is_empty()).then(profile))
    }
}

/// Reads the header: all segments before the first scan.
pub(crate) fn header(bytes: &[u8]) -> Result<Header> {
    let mut metadata = Metadata::default();
    let mut frame = None;
    let mut at = 2;
    loop {
        let segment = next_segment(bytes, at)?;
        at = segment.end;
        match segment.marker {
            SOS | EOI => break,
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf if frame.is_none() => {
                frame = Some(read_frame(bytes, &segment)?);
            }
            _ => metadata.take(&segment),
        }
    }
    let frame = frame.ok_or_else(|| corrupt("a JPEG without a frame header"))?;
    Ok(Header {
        orientation: metadata.exif.and_then(exif::orientation).unwrap_or_default(),
        has_icc_profile: !metadata.icc_chunks.is_empty(),
        has_exif: metadata.exif.is_some(),
        exif_summary: metadata.exif.and_then(exif::summary),
        ..Header::still(ImageFormat::Jpeg, frame.width, frame.height)
    })
}
