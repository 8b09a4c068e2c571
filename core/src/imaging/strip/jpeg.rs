//! Strips a JPEG: tables, frame and scan headers with their data, JFIF without its thumbnail, Adobe's colour transform and the
//! ICC profile are kept, and an orientation is written as an EXIF block that holds nothing else.
//!
//! The regions of the file are those that the decoder reads, so bytes that look like a marker, between or within segments, are
//! not taken for one.

use memchr::memmem;

use crate::error::Result;
use crate::imaging::codecs::exif;
use crate::imaging::codecs::jpeg::{ADOBE_BYTES, FileRegions, JFIF_BYTES, Region};
use crate::imaging::pixels::orient::Orientation;
use crate::rules::ImageRules;

use super::orientation::exif_block;
use super::report::MetadataKind;
use super::rewriter::{Action, FileRewriter};

const SOI: &[u8] = b"\xff\xd8";
const EOI: &[u8] = b"\xff\xd9";
/// The start of an EXIF segment with an orientation: marker, length, name.
const EXIF: &[u8] = b"\xff\xe1\0\x22Exif\0\0";

/// Rewrites the file in one pass.
///
/// Errors: those of [`FileRegions::find`].
pub(super) fn strip<'a>(bytes: &'a [u8], rules: &ImageRules) -> Result<FileRewriter<'a>> {
    let regions = FileRegions::find(bytes, rules)?;
    let mut file = FileRewriter::new(bytes);
    file.keep(bytes.get(..SOI.len()).unwrap_or_default());
    let mut header = Header { regions: &regions, has_jfif: false, has_adobe: false, has_exif: false };
    regions.for_each(|region| match region {
        Region::HeaderSegment { marker, data, bytes } => header.add(marker, data, bytes, &mut file),
        Region::Scan(bytes) | Region::Dnl(bytes) | Region::EndOfImage(bytes) => file.keep(bytes),
        Region::LaterSegment { marker, bytes, is_before_scan: true, .. } if is_table(marker) => file.keep(bytes),
        Region::LaterSegment { marker, data, bytes, .. } => file.remove(kind_of(marker, data), bytes),
        Region::Filler(bytes) => file.remove(MetadataKind::Other, bytes),
        Region::Trailer(bytes) => file.remove(kind_of_trailer(bytes), bytes),
        Region::MissingEndOfImage => file.write(EOI),
    });
    Ok(file)
}

/// The segments before the first scan.
struct Header<'a> {
    regions: &'a FileRegions<'a>,
    has_jfif: bool,
    has_adobe: bool,
    has_exif: bool,
}

impl Header<'_> {
    fn add(&mut self, marker: u8, data: &[u8], bytes: &[u8], file: &mut FileRewriter<'_>) {
        match (marker, kind_of(marker, data)) {
            (0xc0..=0xc2, _) => file.keep(bytes),
            (marker, _) if is_table(marker) => file.keep(bytes),
            (0xe0, _) if !self.has_jfif && data.len() >= JFIF_BYTES && data.starts_with(b"JFIF\0") => {
                self.has_jfif = true;
                jfif(data, bytes, file);
            }
            (0xe1, MetadataKind::Exif) if !self.has_exif => {
                self.has_exif = true;
                self.exif(bytes, file);
            }
            // Sequence number, count, and a chunk of the profile.
            (0xe2, _) if data.len() >= ICC.len() + 2 && data.starts_with(ICC) => file.keep(bytes),
            (0xee, _) if !self.has_adobe && data.len() >= ADOBE_BYTES && data.starts_with(b"Adobe") => {
                self.has_adobe = true;
                self.adobe(data, bytes, file);
            }
            (_, kind) => file.remove(kind, bytes),
        }
    }

    /// Replaces an EXIF segment by one that holds its orientation alone, if that is not the normal one.
    fn exif(&self, bytes: &[u8], file: &mut FileRewriter<'_>) {
        let orientation = self.regions.exif().and_then(exif::orientation).unwrap_or_default();
        file.apply(
            bytes,
            match orientation {
                Orientation::Normal => Action::Remove(MetadataKind::Exif),
                turned => Action::Replace([EXIF, &exif_block(turned)].concat(), MetadataKind::Exif),
            },
        );
    }

    /// Keeps the first Adobe segment, with the colour transform of the last, which is the one that counts.
    fn adobe(&self, data: &[u8], bytes: &[u8], file: &mut FileRewriter<'_>) {
        let transform = self.regions.adobe_transform();
        if data.len() == ADOBE_BYTES && data.last().copied() == transform {
            return file.keep(bytes);
        }
        file.write(b"\xff\xee\0\x0e");
        file.write(data.get(..ADOBE_BYTES - 1).unwrap_or_default());
        file.write(transform.as_slice());
        file.remove(MetadataKind::Other, data.get(ADOBE_BYTES..).unwrap_or_default());
    }
}

/// Keeps version, units and density of JFIF, and removes the thumbnail.
fn jfif(data: &[u8], bytes: &[u8], file: &mut FileRewriter<'_>) {
    let Some((head, thumbnail)) = data.split_at_checked(JFIF_BYTES).filter(|(_, thumbnail)| !thumbnail.is_empty())
    else {
        return file.keep(bytes);
    };
    file.write(b"\xff\xe0\0\x10");
    file.write(head.get(..JFIF_BYTES - 2).unwrap_or_default());
    file.write([0, 0]);
    file.remove(MetadataKind::Thumbnail, thumbnail);
}

/// Whether a segment is DHT, DQT or DRI. Files with arithmetic coding (DAC) are not decoded.
fn is_table(marker: u8) -> bool {
    matches!(marker, 0xc4 | 0xdb | 0xdd)
}

const ICC: &[u8] = b"ICC_PROFILE\0";
/// The offset of the box type in a segment with boxes of JUMBF (ISO/IEC 19566-5, annex D): after box instance, packet number and
/// length.
const JUMBF_TYPE_AT: usize = 12;

/// The kind of metadata in a segment, by its marker and the identifier at its start.
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

/// The kind of what follows the picture: further JPEGs, a film (`ftyp` is the first box of an MP4), or something else.
fn kind_of_trailer(bytes: &[u8]) -> MetadataKind {
    let is_image_or_film = [&b"\xff\xd8\xff"[..], b"ftyp"].iter().any(|name| memmem::find(bytes, name).is_some());
    if is_image_or_film { MetadataKind::AdditionalImages } else { MetadataKind::Other }
}
