//! The pieces of a file as the decoder reads them, for those who take metadata out of it.
//!
//! ```text
//! SOI   APP0 ... SOF0   SOS, data   DHT ...   SOS, data   COM    EOI   more
//!       Header          Scan        Between   Scan        After  End   Trailer
//! ```
//!
//! Bytes between segments that are no segment, which decoders pass over, are pieces too.

use crate::error::Result;
use crate::rules::ImageRules;

use super::markers::{DNL, SOS, next_segment};
use super::scans::{Ending, Stream, scan};

/// A part of a file. All of them, in order, are the file after its start-of-image marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::imaging) enum Piece<'a> {
    /// A segment before the first scan.
    Header { marker: u8, data: &'a [u8], bytes: &'a [u8] },
    /// The header of a scan with its entropy-coded data.
    Scan(&'a [u8]),
    /// A segment between scans: tables, or what no decoder reads.
    Between { marker: u8, data: &'a [u8], bytes: &'a [u8] },
    /// The segment after the first scan that gives the height where the frame header does not (T.81, B.2.5).
    Height(&'a [u8]),
    /// A segment after the last scan.
    After { marker: u8, data: &'a [u8], bytes: &'a [u8] },
    /// Bytes that are no segment.
    Filler(&'a [u8]),
    /// The end-of-image marker, or the filler bytes instead of it that the file ends with.
    End(&'a [u8]),
    /// What follows the end of the picture; whether an end-of-image marker must stand in for it, since without
    /// one the data of the last scan would be taken for cut.
    Trailer { bytes: &'a [u8], needs_end: bool },
}

/// A file whose markers are understood.
pub(in crate::imaging) struct Layout<'a> {
    bytes: &'a [u8],
    stream: Stream<'a>,
}

impl<'a> Layout<'a> {
    /// Reads everything but the entropy-coded data.
    ///
    /// Errors: `image_corrupt`, `image_format_unsupported`, `image_too_large`.
    pub(in crate::imaging) fn read(bytes: &'a [u8], rules: &ImageRules) -> Result<Self> {
        Ok(Self { bytes, stream: scan(bytes, rules)? })
    }

    /// The EXIF block that counts.
    pub(in crate::imaging) fn exif(&self) -> Option<&'a [u8]> {
        self.stream.metadata.exif
    }

    /// The colour transform of the Adobe segment that counts, which is the last one before the first scan.
    pub(in crate::imaging) fn adobe_transform(&self) -> Option<u8> {
        self.stream.metadata.adobe_transform
    }

    /// Gives the pieces in order.
    pub(in crate::imaging) fn pieces(&self, mut visit: impl FnMut(Piece<'a>)) {
        let Self { bytes, stream } = self;
        let slice = |from: usize, to: usize| bytes.get(from..to).unwrap_or_default();
        let mut scans = stream.scans.iter();
        let (mut is_before_scans, mut is_height_missing, mut is_height_next) = (true, false, false);
        let mut at = 2;
        while at < stream.end {
            let Ok(segment) = next_segment(bytes, at) else { break };
            let (marker, data, start, end) = (segment.marker, segment.data, segment.start(), segment.end);
            let piece = slice(start, end);
            if start > at {
                visit(Piece::Filler(slice(at, start)));
            }
            at = end;
            if at == stream.end && stream.ending == Ending::Marked {
                visit(Piece::End(piece));
                break;
            }
            if marker == SOS
                && let Some(scan) = scans.next()
            {
                at = end + scan.data.len();
                visit(Piece::Scan(slice(start, at)));
                is_height_next = is_before_scans && is_height_missing;
                is_before_scans = false;
            } else if is_before_scans {
                is_height_missing |= matches!(marker, 0xc0..=0xc2) && data.get(1..3) == Some(&[0, 0]);
                visit(Piece::Header { marker, data, bytes: piece });
            } else if std::mem::take(&mut is_height_next) && marker == DNL && data.len() == 2 {
                visit(Piece::Height(piece));
            } else if scans.len() > 0 {
                visit(Piece::Between { marker, data, bytes: piece });
            } else {
                visit(Piece::After { marker, data, bytes: piece });
            }
        }
        let rest = slice(at, bytes.len());
        if stream.ending != Ending::Marked && rest.iter().all(|byte| *byte == 0xff) {
            visit(Piece::End(rest));
        } else {
            visit(Piece::Trailer { bytes: rest, needs_end: stream.ending == Ending::Unmarked });
        }
    }
}
