//! The parts of a JPEG that stay: tables, frame and scan headers with their data, JFIF without its thumbnail, Adobe's colour
//! transform, the ICC profile, and the orientation as an EXIF block of its own.
//!
//! The pieces are those of the decoder, so what only looks like a marker, in filler or in a segment, is nothing of its own.

use memchr::memmem;

use crate::error::Result;
use crate::imaging::codecs::exif;
use crate::imaging::codecs::jpeg::{ADOBE_BYTES, FileLayout, JFIF_BYTES, Piece};
use crate::imaging::pixels::orient::Orientation;
use crate::rules::ImageRules;

use super::orientation::exif_block;
use super::parts::{Fate, Parts};
use super::report::MetadataKind;

const SOI: &[u8] = b"\xff\xd8";
const EOI: &[u8] = b"\xff\xd9";
/// The start of an EXIF segment with an orientation: marker, length, name.
const EXIF: &[u8] = b"\xff\xe1\0\x22Exif\0\0";

/// Sorts the pieces of a file. Its size is that of the file and of an EXIF block with an orientation at most.
///
/// Errors: those of [`FileLayout::read`].
pub(super) fn parts<'a>(bytes: &'a [u8], rules: &ImageRules) -> Result<Parts<'a>> {
    let layout = FileLayout::read(bytes, rules)?;
    let mut parts = Parts::of(bytes);
    parts.keep(bytes.get(..SOI.len()).unwrap_or_default());
    let mut header = Header { layout: &layout, has_jfif: false, has_adobe: false, has_exif: false };
    layout.pieces(|piece| match piece {
        Piece::Header { marker, data, bytes } => header.add(marker, data, bytes, &mut parts),
        Piece::Scan(bytes) | Piece::Height(bytes) | Piece::End(bytes) => parts.keep(bytes),
        Piece::Later { marker, bytes, is_before_scan: true, .. } if is_table(marker) => parts.keep(bytes),
        Piece::Later { marker, data, bytes, .. } => parts.remove(kind_of(marker, data), bytes),
        Piece::Filler(bytes) => parts.remove(MetadataKind::Other, bytes),
        Piece::Trailer(bytes) => parts.remove(kind_of_trailer(bytes), bytes),
        Piece::MissingEnd => parts.write(EOI),
    });
    Ok(parts)
}

/// The segments before the first scan.
struct Header<'a> {
    layout: &'a FileLayout<'a>,
    has_jfif: bool,
    has_adobe: bool,
    has_exif: bool,
}

impl Header<'_> {
    fn add(&mut self, marker: u8, data: &[u8], bytes: &[u8], parts: &mut Parts<'_>) {
        match (marker, kind_of(marker, data)) {
            (0xc0..=0xc2, _) => parts.keep(bytes),
            (marker, _) if is_table(marker) => parts.keep(bytes),
            (0xe0, _) if !self.has_jfif && data.len() >= JFIF_BYTES && data.starts_with(b"JFIF\0") => {
                self.has_jfif = true;
                jfif(data, bytes, parts);
            }
            (0xe1, MetadataKind::Exif) if !self.has_exif => {
                self.has_exif = true;
                self.exif(bytes, parts);
            }
            // A number, a count, and a part of the profile.
            (0xe2, _) if data.len() >= ICC.len() + 2 && data.starts_with(ICC) => parts.keep(bytes),
            (0xee, _) if !self.has_adobe && data.len() >= ADOBE_BYTES && data.starts_with(b"Adobe") => {
                self.has_adobe = true;
                self.adobe(data, bytes, parts);
            }
            (_, kind) => parts.remove(kind, bytes),
        }
    }

    /// An orientation other than the normal one stays, in a block of its own.
    fn exif(&self, bytes: &[u8], parts: &mut Parts<'_>) {
        let orientation = self.layout.exif().and_then(exif::orientation).unwrap_or_default();
        parts.put(
            bytes,
            match orientation {
                Orientation::Normal => Fate::Goes(MetadataKind::Exif),
                turned => Fate::Becomes([EXIF, &exif_block(turned)].concat(), MetadataKind::Exif),
            },
        );
    }

    /// The first segment stays, with the transform of the last, which is the one that counts.
    fn adobe(&self, data: &[u8], bytes: &[u8], parts: &mut Parts<'_>) {
        let transform = self.layout.adobe_transform();
        if data.len() == ADOBE_BYTES && data.last().copied() == transform {
            return parts.keep(bytes);
        }
        parts.write(b"\xff\xee\0\x0e");
        parts.write(data.get(..ADOBE_BYTES - 1).unwrap_or_default());
        parts.write(transform.as_slice());
        parts.remove(MetadataKind::Other, data.get(ADOBE_BYTES..).unwrap_or_default());
    }
}

/// Version, units and density stay, the thumbnail goes.
fn jfif(data: &[u8], bytes: &[u8], parts: &mut Parts<'_>) {
    let Some((head, thumbnail)) = data.split_at_checked(JFIF_BYTES).filter(|(_, thumbnail)| !thumbnail.is_empty())
    else {
        return parts.keep(bytes);
    };
    parts.write(b"\xff\xe0\0\x10");
    parts.write(head.get(..JFIF_BYTES - 2).unwrap_or_default());
    parts.write([0, 0]);
    parts.remove(MetadataKind::Thumbnail, thumbnail);
}

/// The segments of tables: quantisation, Huffman codes, restart interval. Files with arithmetic coding are not decoded.
fn is_table(marker: u8) -> bool {
    matches!(marker, 0xc4 | 0xdb | 0xdd)
}

const ICC: &[u8] = b"ICC_PROFILE\0";
/// The start of a segment with the boxes of JUMBF (ISO/IEC 19566-5, annex D): instance, packet number, length, type.
const JUMBF_TYPE_AT: usize = 12;

/// What a segment that goes holds, by its marker and the name at its start.
fn kind_of(marker: u8, data: &[u8]) -> MetadataKind {
    let starts = |name: &[u8]| data.starts_with(name);
    match marker {
        0xe0 if starts(b"JFXX\0") => MetadataKind::Thumbnail,
        0xe1 if starts(b"Exif\0\0") => MetadataKind::Exif,
        0xe1 if starts(b"http://ns.adobe.com/xap/") || starts(b"http://ns.adobe.com/xmp/") => MetadataKind::Xmp,
        // The index of the Multi-Picture Format (CIPA DC-007), and the metadata of a gain map (ISO 21496-1).
        0xe2 if starts(b"MPF\0") || starts(b"urn:iso:std:iso:ts:21496") => MetadataKind::AdditionalImages,
        0xeb if starts(b"JP") && data.get(JUMBF_TYPE_AT..).is_some_and(|rest| rest.starts_with(b"jumb")) => {
            MetadataKind::C2pa
        }
        0xed if starts(b"Photoshop ") => MetadataKind::Iptc,
        0xfe => MetadataKind::Comment,
        _ => MetadataKind::Other,
    }
}

/// What follows the end of the picture: further JPEGs, a film (`ftyp` is the first box of an MP4), or something else.
fn kind_of_trailer(bytes: &[u8]) -> MetadataKind {
    let is_image_or_film = [&b"\xff\xd8\xff"[..], b"ftyp"].iter().any(|name| memmem::find(bytes, name).is_some());
    if is_image_or_film { MetadataKind::AdditionalImages } else { MetadataKind::Other }
}
