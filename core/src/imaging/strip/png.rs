//! Strips a PNG (W3C, third edition, section 11): which chunks are kept.
//!
//! ```text
//! IHDR tEXt gAMA PLTE eXIf(GPS, orientation 6) IDAT tIME IDAT IEND screenshot
//! IHDR      gAMA PLTE eXIf(orientation 6)      IDAT      IDAT IEND
//! ```
//!
//! Chunks are kept with their bytes and in their order. Of the ancillary chunks that tell how pixels are shown, all are kept
//! that are before the image data, with a correct CRC and a length that the standard allows, since decoders differ in which of
//! two they use. An animation is kept whole, or removed if it is inconsistent: browsers do not show it then, and `check` has not
//! decoded it.

use crate::error::Result;
use crate::imaging::codecs::png::{ParsedPng, color_chunk_bytes, crc, palette_fits, parse, split_chunk};
use crate::imaging::pixels::orient::Orientation;

use super::orientation::exif_block;
use super::report::MetadataKind;
use super::rewriter::{Action, FileRewriter};

const SIGNATURE_BYTES: usize = 8;

/// The `IEND` chunk.
const END: [u8; 12] = *b"\0\0\0\0IEND\xae\x42\x60\x82";

const MAX_TRANSPARENCY_BYTES: usize = 256;

/// Rewrites the file in one pass.
///
/// Errors: those of [`parse`].
pub(super) fn strip(bytes: &[u8]) -> Result<FileRewriter<'_>> {
    let chunks = parse(bytes)?;
    let mut file = FileRewriter::new(bytes);
    let (signature, mut rest) = bytes.split_at_checked(SIGNATURE_BYTES).unwrap_or((bytes, &[]));
    file.keep(signature);
    let mut preceding = Preceding::default();
    while let Some((chunk_type, data, after)) = split_chunk(rest) {
        let (chunk, _) = rest.split_at(rest.len() - after.len());
        rest = after;
        file.apply(chunk, preceding.action(*chunk_type, data, chunk, &chunks));
        if chunk_type == b"IEND" {
            file.remove(MetadataKind::Other, rest);
            return Ok(file);
        }
    }
    // The file ends without `IEND`, or within a chunk. Image data that is cut off is still decoded.
    if rest.get(4..8) == Some(b"IDAT") {
        file.keep(rest);
        return Ok(file);
    }
    let missing = if let Some(missing) = END.strip_prefix(rest) {
        file.keep(rest);
        missing
    } else {
        file.remove(kind_of_cut_chunk(rest), rest);
        &END
    };
    // A rewritten file ends with `IEND`, unless frames of its animation are missing.
    if file.is_changed() && !chunks.ends_early {
        file.write(missing);
    }
    Ok(file)
}

/// Which chunks precede the current one.
#[derive(Default)]
#[allow(clippy::struct_excessive_bools, reason = "independent facts, not a state")]
struct Preceding {
    has_header: bool,
    has_data: bool,
    has_exif: bool,
    has_profile: bool,
}

impl Preceding {
    /// What is done with the next chunk.
    fn action(&mut self, chunk_type: [u8; 4], data: &[u8], chunk: &[u8], chunks: &ParsedPng<'_>) -> Action {
        let is_intact = || chunk.last_chunk() == Some(&crc(chunk_type, data).to_be_bytes());
        let stays = match &chunk_type {
            b"IHDR" => !std::mem::replace(&mut self.has_header, true),
            b"IDAT" => {
                self.has_data = true;
                true
            }
            b"IEND" if !data.is_empty() => return Action::Shorten(END.to_vec()),
            b"IEND" => true,
            b"fcTL" | b"fdAT" => chunks.is_apng,
            b"eXIf" if !self.has_data && !std::mem::replace(&mut self.has_exif, true) => {
                if chunks.orientation != Orientation::Normal {
                    return Action::Replace(chunk_of(*b"eXIf", &exif_block(chunks.orientation)), MetadataKind::Exif);
                }
                false
            }
            _ if self.has_data => false,
            b"acTL" => chunks.is_apng,
            // The first one counts here; libpng takes the next one if the CRC of the first is wrong.
            b"iCCP" if !self.has_profile => {
                self.has_profile = is_intact();
                true
            }
            // A truecolour picture may have a suggested palette.
            b"PLTE" => matches!(chunks.color_type, 2 | 3 | 6) && palette_fits(data) && is_intact(),
            b"tRNS" => matches!(chunks.color_type, 0 | 2 | 3) && data.len() <= MAX_TRANSPARENCY_BYTES && is_intact(),
            b"sBIT" => (1..=4).contains(&data.len()) && is_intact(),
            b"bKGD" => matches!(data.len(), 1 | 2 | 6) && is_intact(),
            b"pHYs" => data.len() == 9 && is_intact(),
            _ => color_chunk_bytes(chunk_type) == Some(data.len()) && is_intact(),
        };
        if stays { Action::Keep } else { Action::Remove(removed_kind(chunk_type, data)) }
    }
}

/// The kind of metadata in a chunk.
fn removed_kind(chunk_type: [u8; 4], data: &[u8]) -> MetadataKind {
    match &chunk_type {
        b"eXIf" => MetadataKind::Exif,
        b"tEXt" | b"zTXt" | b"iTXt" => text_kind(data),
        b"tIME" => MetadataKind::Comment,
        b"caBX" => MetadataKind::C2pa,
        b"acTL" | b"fcTL" | b"fdAT" => MetadataKind::AdditionalImages,
        _ => MetadataKind::Other,
    }
}

/// The kind of a textual chunk, by its keyword: XMP has one (XMP specification, part 3, section 1.1.5), and `ImageMagick` writes
/// metadata of other formats as hexadecimal text.
fn text_kind(data: &[u8]) -> MetadataKind {
    match data.split(|byte| *byte == 0).next().unwrap_or_default() {
        b"XML:com.adobe.xmp" | b"Raw profile type xmp" => MetadataKind::Xmp,
        b"Raw profile type exif" | b"Raw profile type APP1" => MetadataKind::Exif,
        b"Raw profile type iptc" | b"Raw profile type 8bim" => MetadataKind::Iptc,
        _ => MetadataKind::Comment,
    }
}

/// The kind of a chunk that is cut off.
fn kind_of_cut_chunk(rest: &[u8]) -> MetadataKind {
    let chunk_type = rest.get(4..8).and_then(|chunk_type| chunk_type.first_chunk());
    chunk_type.map_or(MetadataKind::Other, |chunk_type| removed_kind(*chunk_type, rest.get(8..).unwrap_or_default()))
}

fn chunk_of(chunk_type: [u8; 4], data: &[u8]) -> Vec<u8> {
    [&(data.len() as u32).to_be_bytes()[..], &chunk_type, data, &crc(chunk_type, data).to_be_bytes()].concat()
}
