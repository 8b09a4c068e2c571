//! Which chunks of a PNG stay (W3C, third edition, section 11).
//!
//! ```text
//! IHDR tEXt gAMA PLTE eXIf(GPS, orientation 6) IDAT tIME IDAT IEND screenshot
//! IHDR      gAMA PLTE eXIf(orientation 6)      IDAT      IDAT IEND
//! ```
//!
//! A chunk that stays keeps its bytes and its place among the others. Of the chunks that tell how pixels are shown, all stay
//! that stand before the picture with a right checksum and a length that the standard allows: decoders differ in which of two
//! they use. An animation stays whole, or goes where it contradicts itself: then browsers show nothing of it, and `check` has
//! not looked at it.

use crate::error::Result;
use crate::imaging::codecs::png::{Chunks, color_chunk_bytes, crc, palette_fits, split_chunk, walk};
use crate::imaging::pixels::orient::Orientation;

use super::orientation::exif_block;
use super::parts::{Fate, Parts};
use super::report::MetadataKind;

const SIGNATURE_BYTES: usize = 8;

/// The end of every PNG.
const END: [u8; 12] = *b"\0\0\0\0IEND\xae\x42\x60\x82";

const MAX_TRANSPARENCY_BYTES: usize = 256;

/// Sorts the chunks of a file in one pass.
///
/// Errors: those of [`walk`].
pub(super) fn parts(bytes: &[u8]) -> Result<Parts<'_>> {
    let chunks = walk(bytes)?;
    let mut parts = Parts::of(bytes);
    let (signature, mut rest) = bytes.split_at_checked(SIGNATURE_BYTES).unwrap_or((bytes, &[]));
    parts.keep(signature);
    let mut place = Place::default();
    while let Some((kind, data, after)) = split_chunk(rest) {
        let (chunk, _) = rest.split_at(rest.len() - after.len());
        rest = after;
        parts.put(chunk, place.fate(*kind, data, chunk, &chunks));
        if kind == b"IEND" {
            parts.remove(MetadataKind::Other, rest);
            return Ok(parts);
        }
    }
    // The file ends without `IEND`, or within a chunk. Image data counts as far as it goes.
    if rest.get(4..8) == Some(b"IDAT") {
        parts.keep(rest);
        return Ok(parts);
    }
    let missing = if let Some(missing) = END.strip_prefix(rest) {
        parts.keep(rest);
        missing
    } else {
        parts.remove(kind_of_rest(rest), rest);
        &END
    };
    // A file that is changed ends as others do, unless frames are missing that it announces.
    if parts.is_changed() && !chunks.ends_early {
        parts.write(missing);
    }
    Ok(parts)
}

/// What stands before a chunk.
#[derive(Default)]
#[allow(clippy::struct_excessive_bools, reason = "independent facts, not a state")]
struct Place {
    has_header: bool,
    has_data: bool,
    has_exif: bool,
    has_profile: bool,
}

impl Place {
    fn fate(&mut self, kind: [u8; 4], data: &[u8], chunk: &[u8], chunks: &Chunks<'_>) -> Fate {
        let is_intact = || chunk.last_chunk() == Some(&crc(kind, data).to_be_bytes());
        let stays = match &kind {
            b"IHDR" => !std::mem::replace(&mut self.has_header, true),
            b"IDAT" => {
                self.has_data = true;
                true
            }
            b"IEND" if !data.is_empty() => return Fate::Shortens(END.to_vec()),
            b"IEND" => true,
            b"fcTL" | b"fdAT" => chunks.is_apng,
            b"eXIf" if !self.has_data && !std::mem::replace(&mut self.has_exif, true) => {
                if chunks.orientation != Orientation::Normal {
                    return Fate::Becomes(chunk_of(*b"eXIf", &exif_block(chunks.orientation)), MetadataKind::Exif);
                }
                false
            }
            _ if self.has_data => false,
            b"acTL" => chunks.is_apng,
            // The first counts for us; libpng takes the next one where the checksum of the first is wrong.
            b"iCCP" if !self.has_profile => {
                self.has_profile = is_intact();
                true
            }
            // A picture without indices may have a palette all the same, for displays of few colours.
            b"PLTE" => matches!(chunks.color_type, 2 | 3 | 6) && palette_fits(data) && is_intact(),
            b"tRNS" => matches!(chunks.color_type, 0 | 2 | 3) && data.len() <= MAX_TRANSPARENCY_BYTES && is_intact(),
            b"sBIT" => (1..=4).contains(&data.len()) && is_intact(),
            b"bKGD" => matches!(data.len(), 1 | 2 | 6) && is_intact(),
            b"pHYs" => data.len() == 9 && is_intact(),
            _ => color_chunk_bytes(kind) == Some(data.len()) && is_intact(),
        };
        if stays { Fate::Stays } else { Fate::Goes(removed_kind(kind, data)) }
    }
}

fn removed_kind(kind: [u8; 4], data: &[u8]) -> MetadataKind {
    match &kind {
        b"eXIf" => MetadataKind::Exif,
        b"tEXt" | b"zTXt" | b"iTXt" => text_kind(data),
        b"tIME" => MetadataKind::Comment,
        b"caBX" => MetadataKind::C2pa,
        b"acTL" | b"fcTL" | b"fdAT" => MetadataKind::AdditionalImages,
        _ => MetadataKind::Other,
    }
}

/// What a text is, by its keyword: XMP has one (XMP specification, part 3, section 1.1.5), and `ImageMagick` writes blocks of
/// other formats as texts of hexadecimal digits.
fn text_kind(data: &[u8]) -> MetadataKind {
    match data.split(|byte| *byte == 0).next().unwrap_or_default() {
        b"XML:com.adobe.xmp" | b"Raw profile type xmp" => MetadataKind::Xmp,
        b"Raw profile type exif" | b"Raw profile type APP1" => MetadataKind::Exif,
        b"Raw profile type iptc" | b"Raw profile type 8bim" => MetadataKind::Iptc,
        _ => MetadataKind::Comment,
    }
}

/// The kind of a chunk that the file ends in.
fn kind_of_rest(rest: &[u8]) -> MetadataKind {
    let kind = rest.get(4..8).and_then(|kind| kind.first_chunk());
    kind.map_or(MetadataKind::Other, |kind| removed_kind(*kind, rest.get(8..).unwrap_or_default()))
}

fn chunk_of(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    [&(data.len() as u32).to_be_bytes()[..], &kind, data, &crc(kind, data).to_be_bytes()].concat()
}
