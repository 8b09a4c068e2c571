//! `FileRegions`: a file divided into segments, scans and the bytes between them, as the decoder reads it, for removing metadata.
//!
//! ```text
//! SOI   APP0 ... SOF0   SOS, data   DHT ...        SOS, data   COM            EOI          more
//!       HeaderSegment   Scan        LaterSegment   Scan        LaterSegment   EndOfImage   Trailer
//! ```
//!
//! Bytes between segments that belong to none, which decoders skip, are regions as well.
//!
//! Panoramas and frames of door cameras have no end-of-image marker, so that whatever trails them joins the data of the last
//! scan. Only decoding tells where that data ends, so these files are decoded, and no others.

use crate::error::Result;
use crate::imaging::codecs::exif;
use crate::imaging::pixels::orient::Orientation;
use crate::rules::ImageRules;

use super::decoder::Decoder;
use super::frame::Frame;
use super::markers::{DNL, SOS, next_segment};
use super::segments::{Ending, ParsedJpeg, parse};
use super::work::work_pixels;

/// A region of a file. All of them, in order, are the file after its start-of-image marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::imaging) enum Region<'a> {
    /// A segment before the first scan.
    HeaderSegment { marker: u8, data: &'a [u8], bytes: &'a [u8] },
    /// The header of a scan with its entropy-coded data.
    Scan(&'a [u8]),
    /// The DNL segment after the first scan, which gives the height if the frame header does not (T.81, B.2.5).
    Dnl(&'a [u8]),
    /// Any other segment after the first scan. No decoder needs those after the last scan.
    LaterSegment { marker: u8, data: &'a [u8], bytes: &'a [u8], is_before_scan: bool },
    /// Bytes between segments that belong to none.
    Filler(&'a [u8]),
    /// The end-of-image marker, or the fill bytes that the file ends with instead.
    EndOfImage(&'a [u8]),
    /// The bytes after the picture.
    Trailer(&'a [u8]),
    /// No bytes of the file, but the position at which an end-of-image marker is needed if the bytes after the last scan are
    /// removed: a file that ends with the data of a scan is taken for one that was cut off.
    MissingEndOfImage,
}

/// The regions of a parsed file.
pub(in crate::imaging) struct FileRegions<'a> {
    bytes: &'a [u8],
    parsed: ParsedJpeg<'a>,
    /// How many bytes of the data of the last scan its blocks take, for a complete picture without an end-of-image marker.
    used_bytes: Option<usize>,
}

impl<'a> FileRegions<'a> {
    /// Parses the segments, and decodes the scans of a file without an end-of-image marker.
    ///
    /// Errors: `image_corrupt`, `image_format_unsupported`, `image_too_large`; `image_too_small` for a file that is decoded.
    pub(in crate::imaging) fn find(bytes: &'a [u8], rules: &ImageRules) -> Result<Self> {
        let parsed = parse(bytes, rules)?;
        let used_bytes = match parsed.ending {
            Ending::Marked => None,
            Ending::Unmarked | Ending::Cut => {
                let Frame { width, height, .. } = parsed.frame;
                let turned = parsed.metadata.exif.and_then(exif::orientation).is_some_and(Orientation::swaps_axes);
                let (width, height) = if turned { (height, width) } else { (width, height) };
                rules.check_dimensions(width, height)?;
                Decoder::new(bytes, rules)?.check_data()?.used_bytes
            }
        };
        Ok(Self { bytes, parsed, used_bytes })
    }

    /// The work of [`FileRegions::find`], in weighted pixels.
    pub(in crate::imaging) fn work_pixels(bytes: &[u8], rules: &ImageRules) -> u64 {
        match parse(bytes, rules) {
            Ok(parsed) if parsed.ending != Ending::Marked => work_pixels(bytes),
            _ => 0,
        }
    }

    /// The EXIF block that counts.
    pub(in crate::imaging) fn exif(&self) -> Option<&'a [u8]> {
        self.parsed.metadata.exif
    }

    /// The colour transform of the Adobe segment that counts, which is the last one before the first scan.
    pub(in crate::imaging) fn adobe_transform(&self) -> Option<u8> {
        self.parsed.metadata.adobe_transform
    }

    /// Calls `visit` with each region, in order.
    pub(in crate::imaging) fn for_each(&self, mut visit: impl FnMut(Region<'a>)) {
        let Self { bytes, parsed, .. } = self;
        let slice = |from: usize, to: usize| bytes.get(from..to).unwrap_or_default();
        let mut scans = parsed.scans.iter();
        let (mut is_before_scans, mut is_height_missing, mut is_height_next) = (true, false, false);
        // Whether bytes that are not needed follow the last scan.
        let mut has_trailer = false;
        let mut at = 2;
        while at < parsed.end {
            let Ok(segment) = next_segment(bytes, at) else { break };
            let (marker, data, start, end) = (segment.marker, segment.data, segment.start(), segment.end);
            let segment_bytes = slice(start, end);
            if start > at {
                has_trailer |= scans.len() == 0;
                visit(Region::Filler(slice(at, start)));
            }
            at = end;
            if at == parsed.end && parsed.ending == Ending::Marked {
                visit(Region::EndOfImage(segment_bytes));
                break;
            }
            if marker == SOS
                && let Some(scan) = scans.next()
            {
                let surplus = if scans.len() == 0 { self.surplus(scan.data) } else { &[] };
                at = end + scan.data.len();
                let data_end = at - surplus.len();
                visit(Region::Scan(slice(start, data_end)));
                if !surplus.is_empty() {
                    has_trailer = true;
                    visit(Region::Trailer(surplus));
                }
                is_height_next = is_before_scans && is_height_missing;
                is_before_scans = false;
            } else if is_before_scans {
                is_height_missing |= matches!(marker, 0xc0..=0xc2) && data.get(1..3) == Some(&[0, 0]);
                visit(Region::HeaderSegment { marker, data, bytes: segment_bytes });
            } else if std::mem::take(&mut is_height_next) && marker == DNL && data.len() == 2 {
                visit(Region::Dnl(segment_bytes));
            } else {
                has_trailer |= scans.len() == 0;
                visit(Region::LaterSegment { marker, data, bytes: segment_bytes, is_before_scan: scans.len() > 0 });
            }
        }
        let rest = slice(at, bytes.len());
        if parsed.ending == Ending::Marked {
            return visit(Region::Trailer(rest));
        }
        let is_fill = rest.iter().all(|byte| *byte == 0xff);
        visit(if is_fill { Region::EndOfImage(rest) } else { Region::Trailer(rest) });
        if parsed.ending == Ending::Unmarked && (has_trailer || !is_fill) {
            visit(Region::MissingEndOfImage);
        }
    }

    /// The bytes after the last block in the data of the last scan, of a file without an end-of-image marker, unless all are fill
    /// bytes.
    fn surplus(&self, data: &'a [u8]) -> &'a [u8] {
        let surplus = self.used_bytes.and_then(|used_bytes| data.get(used_bytes..)).unwrap_or_default();
        if surplus.iter().all(|byte| *byte == 0xff) { &[] } else { surplus }
    }
}
