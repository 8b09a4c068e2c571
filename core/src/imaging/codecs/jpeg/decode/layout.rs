//! The pieces of a file as the decoder reads them, for those who take metadata out of it.
//!
//! ```text
//! SOI   APP0 ... SOF0   SOS, data   DHT ...   SOS, data   COM    EOI   more
//!       Header          Scan        Later     Scan        Later  End   Trailer
//! ```
//!
//! Bytes between segments that are no segment, which decoders pass over, are pieces too.
//!
//! Panoramas and frames of door cameras have no end-of-image marker, and what trails them joins the data of their last scan.
//! Nothing but decoding tells where that data ends, so they are decoded, and no others.

use crate::error::Result;
use crate::imaging::codecs::exif;
use crate::imaging::pixels::orient::Orientation;
use crate::rules::ImageRules;

use super::decoder::Decoder;
use super::frame::Frame;
use super::markers::{DNL, SOS, next_segment};
use super::segments::{Ending, ParsedJpeg, parse};
use super::work::work_pixels;

/// A part of a file. All of them, in order, are the file after its start-of-image marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::imaging) enum Piece<'a> {
    /// A segment before the first scan.
    Header { marker: u8, data: &'a [u8], bytes: &'a [u8] },
    /// The header of a scan with its entropy-coded data.
    Scan(&'a [u8]),
    /// The segment after the first scan that gives the height where the frame header does not (T.81, B.2.5).
    Height(&'a [u8]),
    /// Another segment after the first scan. No decoder needs those after the last.
    Later { marker: u8, data: &'a [u8], bytes: &'a [u8], is_before_scan: bool },
    /// Bytes between segments that are no segment.
    Filler(&'a [u8]),
    /// The end-of-image marker, or the fill bytes that the file ends with instead.
    End(&'a [u8]),
    /// What follows the end of the picture.
    Trailer(&'a [u8]),
    /// No part of the file, but where an end-of-image marker must stand if what follows the last scan is taken away: the
    /// data of a scan with which a file ends is taken for data that was cut.
    MissingEnd,
}

/// A file whose markers are understood.
pub(in crate::imaging) struct FileLayout<'a> {
    bytes: &'a [u8],
    parsed: ParsedJpeg<'a>,
    /// How many bytes of the data of the last scan its blocks take, where all of them are there and no end-of-image marker
    /// tells.
    used_bytes: Option<usize>,
}

impl<'a> FileLayout<'a> {
    /// Reads everything but the entropy-coded data, unless the file has no end-of-image marker.
    ///
    /// Errors: `image_corrupt`, `image_format_unsupported`, `image_too_large`, and for a file that is decoded all that its size
    /// can be.
    pub(in crate::imaging) fn read(bytes: &'a [u8], rules: &ImageRules) -> Result<Self> {
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

    /// What [`FileLayout::read`] decodes of a file, in weighted pixels.
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

    /// Gives the pieces in order.
    pub(in crate::imaging) fn pieces(&self, mut visit: impl FnMut(Piece<'a>)) {
        let Self { bytes, parsed, .. } = self;
        let slice = |from: usize, to: usize| bytes.get(from..to).unwrap_or_default();
        let mut scans = parsed.scans.iter();
        let (mut is_before_scans, mut is_height_missing, mut is_height_next) = (true, false, false);
        // Whether something that is not needed follows the last scan.
        let mut has_trailer = false;
        let mut at = 2;
        while at < parsed.end {
            let Ok(segment) = next_segment(bytes, at) else { break };
            let (marker, data, start, end) = (segment.marker, segment.data, segment.start(), segment.end);
            let piece = slice(start, end);
            if start > at {
                has_trailer |= scans.len() == 0;
                visit(Piece::Filler(slice(at, start)));
            }
            at = end;
            if at == parsed.end && parsed.ending == Ending::Marked {
                visit(Piece::End(piece));
                break;
            }
            if marker == SOS
                && let Some(scan) = scans.next()
            {
                let surplus = if scans.len() == 0 { self.surplus(scan.data) } else { &[] };
                at = end + scan.data.len();
                let data_end = at - surplus.len();
                visit(Piece::Scan(slice(start, data_end)));
                if !surplus.is_empty() {
                    has_trailer = true;
                    visit(Piece::Trailer(surplus));
                }
                is_height_next = is_before_scans && is_height_missing;
                is_before_scans = false;
            } else if is_before_scans {
                is_height_missing |= matches!(marker, 0xc0..=0xc2) && data.get(1..3) == Some(&[0, 0]);
                visit(Piece::Header { marker, data, bytes: piece });
            } else if std::mem::take(&mut is_height_next) && marker == DNL && data.len() == 2 {
                visit(Piece::Height(piece));
            } else {
                has_trailer |= scans.len() == 0;
                visit(Piece::Later { marker, data, bytes: piece, is_before_scan: scans.len() > 0 });
            }
        }
        let rest = slice(at, bytes.len());
        if parsed.ending == Ending::Marked {
            return visit(Piece::Trailer(rest));
        }
        let is_fill = rest.iter().all(|byte| *byte == 0xff);
        visit(if is_fill { Piece::End(rest) } else { Piece::Trailer(rest) });
        if parsed.ending == Ending::Unmarked && (has_trailer || !is_fill) {
            visit(Piece::MissingEnd);
        }
    }

    /// What follows the blocks in the data of the last scan, of a file without an end-of-image marker. Fill bytes are nothing.
    fn surplus(&self, data: &'a [u8]) -> &'a [u8] {
        let surplus = self.used_bytes.and_then(|used_bytes| data.get(used_bytes..)).unwrap_or_default();
        if surplus.iter().all(|byte| *byte == 0xff) { &[] } else { surplus }
    }
}
