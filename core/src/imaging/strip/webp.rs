//! Which chunks of a WebP stay (RFC 9649, section 2).
//!
//! ```text
//! RIFF VP8X(ICC, EXIF, XMP) ICCP VP8 EXIF(GPS, orientation 6) XMP  film
//! RIFF VP8X(ICC, EXIF)      ICCP VP8 EXIF(orientation 6)
//! ```
//!
//! Chunks that count stay with their bytes as they are: the picture with its alpha, or the frames, each with its own; the profile
//! that the header announces; how an animation is played. Where anything goes, the sizes and the flags of the header follow.

use crate::error::Result;
use crate::imaging::codecs::webp::{self, Chunk, HAS_EXIF, HAS_ICC, HAS_XMP, IS_ANIMATED, split_chunk};
use crate::imaging::pixels::orient::Orientation;

use super::orientation::exif_block;
use super::parts::{Fate, Parts};
use super::report::MetadataKind;

/// `RIFF`, its size, `WEBP`.
const HEAD_BYTES: usize = 12;
/// Type and length.
const CHUNK_HEAD: usize = 8;
const CANVAS_BYTES: usize = 10;
const ANIMATION_BYTES: usize = 6;
/// Place, size, duration and flags of a frame.
const FRAME_BYTES: usize = 16;

/// Where the size of the container and the flags of `VP8X` are, which is the first of its chunks.
const SIZE_AT: usize = 4;
const FLAGS_AT: usize = HEAD_BYTES + CHUNK_HEAD;

pub(super) fn parts(bytes: &[u8]) -> Result<Parts<'_>> {
    let orientation = webp::header(bytes)?.orientation;
    let mut parts = Parts::of(bytes);
    let (head, rest) = bytes.split_at_checked(HEAD_BYTES).unwrap_or((bytes, &[]));
    let size = head.get(SIZE_AT..).and_then(<[u8]>::first_chunk).map_or(0, |size| u32::from_le_bytes(*size));
    let body_bytes = (size as usize).saturating_add(8).saturating_sub(HEAD_BYTES);
    let (body, beyond) = rest.split_at_checked(body_bytes).unwrap_or((rest, &[]));
    let mut container = Container::new(body, orientation);
    parts.keep(head);
    let mut rest = body;
    while let Some(chunk) = split_chunk(rest) {
        let (part, after) = rest.split_at(rest.len() - chunk.after.len());
        if chunk.kind == b"ANMF" && container.is_animated() {
            put_frame(part, &chunk, &mut parts);
        } else {
            parts.put(part, container.fate(body.len() - rest.len(), &chunk));
        }
        rest = after;
    }
    parts.remove(MetadataKind::Other, rest);
    parts.remove(MetadataKind::Other, beyond);
    // What a cut file lacks it lacks still.
    let size = parts.len().saturating_sub(CHUNK_HEAD).saturating_add(body_bytes - body.len());
    parts.patch(SIZE_AT, &u32::try_from(size).unwrap_or(u32::MAX).to_le_bytes());
    if body.starts_with(b"VP8X") {
        parts.patch(FLAGS_AT, &[container.flags_of_what_stays()]);
    }
    Ok(parts)
}

/// What a container announces, and what of it was there so far.
struct Container {
    orientation: Orientation,
    /// The flags of `VP8X`; 0 where there is none, and then no other chunk counts but the picture.
    flags: u8,
    places: Places,
    has_profile: bool,
    has_exif: bool,
    has_animation: bool,
}

impl Container {
    fn new(body: &[u8], orientation: Orientation) -> Self {
        let flags = if body.starts_with(b"VP8X") { body.get(CHUNK_HEAD).copied().unwrap_or_default() } else { 0 };
        let places = if flags & IS_ANIMATED == 0 { Places::find(body) } else { Places::default() };
        Self { orientation, flags, places, has_profile: false, has_exif: false, has_animation: false }
    }

    fn is_animated(&self) -> bool {
        self.flags & IS_ANIMATED != 0
    }

    fn fate(&mut self, at: usize, chunk: &Chunk<'_>) -> Fate {
        let is_first = |flag: u8, found: &mut bool| self.flags & flag != 0 && !std::mem::replace(found, true);
        match chunk.kind {
            b"VP8X" if at == 0 => shortened(chunk, CANVAS_BYTES),
            b"ALPH" | b"VP8 " | b"VP8L" if self.places.count(at) => Fate::Stays,
            b"ANIM" if is_first(IS_ANIMATED, &mut self.has_animation) => shortened(chunk, ANIMATION_BYTES),
            b"ICCP" if chunk.is_whole && is_first(HAS_ICC, &mut self.has_profile) => Fate::Stays,
            b"EXIF"
                if chunk.is_whole
                    && self.orientation != Orientation::Normal
                    && is_first(HAS_EXIF, &mut self.has_exif) =>
            {
                Fate::Becomes(chunk_of(*b"EXIF", &exif_block(self.orientation)), MetadataKind::Exif)
            }
            kind => Fate::Goes(removed_kind(*kind)),
        }
    }

    fn flags_of_what_stays(&self) -> u8 {
        let gone = [(HAS_ICC, !self.has_profile), (HAS_EXIF, !self.has_exif), (HAS_XMP, true)];
        gone.iter().filter(|(_, is_gone)| *is_gone).fold(self.flags, |flags, (flag, _)| flags & !flag)
    }
}

/// Where the picture is among the chunks of a still file or of a frame, and its alpha: the last before it, of lossy data alone.
#[derive(Default)]
struct Places {
    alpha: Option<usize>,
    picture: Option<usize>,
}

impl Places {
    fn find(chunks: &[u8]) -> Self {
        let mut alpha = None;
        let mut rest = chunks;
        while let Some(chunk) = split_chunk(rest) {
            let at = Some(chunks.len() - rest.len());
            match chunk.kind {
                b"ALPH" => alpha = at,
                b"VP8 " => return Self { alpha, picture: at },
                b"VP8L" => return Self { alpha: None, picture: at },
                _ => {}
            }
            rest = chunk.after;
        }
        Self::default()
    }

    fn count(&self, at: usize) -> bool {
        [self.alpha, self.picture].contains(&Some(at))
    }
}

/// A frame: its place, its alpha and its picture. Its length follows.
fn put_frame(part: &[u8], chunk: &Chunk<'_>, parts: &mut Parts<'_>) {
    let start = parts.len();
    let (whole, padding) = part.split_at_checked(CHUNK_HEAD + chunk.data.len()).unwrap_or((part, &[]));
    let (head, inner) = whole.split_at_checked(CHUNK_HEAD + FRAME_BYTES).unwrap_or((whole, &[]));
    parts.keep(head);
    let places = Places::find(inner);
    let mut rest = inner;
    while let Some(chunk) = split_chunk(rest) {
        let (part, after) = rest.split_at(rest.len() - chunk.after.len());
        let fate =
            if places.count(inner.len() - rest.len()) { Fate::Stays } else { Fate::Goes(removed_kind(*chunk.kind)) };
        parts.put(part, fate);
        rest = after;
    }
    parts.remove(MetadataKind::Other, rest);
    let gone = whole.len() - (parts.len() - start);
    if gone == 0 {
        return parts.keep(padding);
    }
    let announced = head.get(4..).and_then(<[u8]>::first_chunk).map_or(0, |length| u32::from_le_bytes(*length));
    let length = announced.saturating_sub(gone as u32);
    parts.patch(start + 4, &length.to_le_bytes());
    if length & 1 == 1 { parts.keep(padding) } else { parts.remove(MetadataKind::Other, padding) }
}

/// A chunk that stays with the bytes that mean something, an even number.
fn shortened(chunk: &Chunk<'_>, length: usize) -> Fate {
    match chunk.data.split_at_checked(length) {
        Some((data, [_, ..])) => Fate::Shortens(chunk_of(*chunk.kind, data)),
        _ => Fate::Stays,
    }
}

fn chunk_of(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    [&kind[..], &(data.len() as u32).to_le_bytes(), data].concat()
}

fn removed_kind(kind: [u8; 4]) -> MetadataKind {
    match &kind {
        b"EXIF" => MetadataKind::Exif,
        b"XMP " => MetadataKind::Xmp,
        b"C2PA" => MetadataKind::C2pa,
        b"ANMF" | b"ALPH" | b"VP8 " | b"VP8L" => MetadataKind::AdditionalImages,
        _ => MetadataKind::Other,
    }
}
