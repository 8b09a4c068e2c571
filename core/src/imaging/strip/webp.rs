//! Strips a WebP (RFC 9649, section 2): which chunks are kept.
//!
//! ```text
//! RIFF VP8X(ICC, EXIF, XMP) ICCP VP8 EXIF(GPS, orientation 6) XMP  film
//! RIFF VP8X(ICC, EXIF)      ICCP VP8 EXIF(orientation 6)
//! ```
//!
//! Chunks that a decoder reads are kept with their bytes: the picture and its alpha, or the frames, each with its own; the colour
//! profile if `VP8X` has its flag; the parameters of an animation. If anything is removed, the sizes and the flags of the header
//! are patched.

use crate::error::Result;
use crate::imaging::codecs::webp::{self, Chunk, HAS_EXIF, HAS_ICC, HAS_XMP, IS_ANIMATED, split_chunk};
use crate::imaging::pixels::orient::Orientation;

use super::orientation::exif_block;
use super::report::MetadataKind;
use super::rewriter::{Action, FileRewriter};

/// `RIFF`, its size, `WEBP`.
const HEAD_BYTES: usize = 12;
/// `FourCC` and size of a chunk.
const CHUNK_HEAD: usize = 8;
const CANVAS_BYTES: usize = 10;
const ANIMATION_BYTES: usize = 6;
/// Position, size, duration and flags of a frame.
const FRAME_BYTES: usize = 16;

/// The offsets of the size of the container, and of the flags of `VP8X`, which is its first chunk.
const SIZE_AT: usize = 4;
const FLAGS_AT: usize = HEAD_BYTES + CHUNK_HEAD;

/// Rewrites the file in one pass.
///
/// Errors: those of [`webp::header`].
pub(super) fn strip(bytes: &[u8]) -> Result<FileRewriter<'_>> {
    let orientation = webp::header(bytes)?.orientation;
    let mut file = FileRewriter::new(bytes);
    let (head, rest) = bytes.split_at_checked(HEAD_BYTES).unwrap_or((bytes, &[]));
    let size = head.get(SIZE_AT..).and_then(<[u8]>::first_chunk).map_or(0, |size| u32::from_le_bytes(*size));
    let body_bytes = (size as usize).saturating_add(8).saturating_sub(HEAD_BYTES);
    let (body, beyond) = rest.split_at_checked(body_bytes).unwrap_or((rest, &[]));
    let mut container = Container::new(body, orientation);
    file.keep(head);
    let mut rest = body;
    while let Some(chunk) = split_chunk(rest) {
        let (bytes, after) = rest.split_at(rest.len() - chunk.after.len());
        if chunk.fourcc == b"ANMF" && container.is_animated() {
            rewrite_frame(bytes, &chunk, &mut file);
        } else {
            file.apply(bytes, container.action(body.len() - rest.len(), &chunk));
        }
        rest = after;
    }
    file.remove(MetadataKind::Other, rest);
    file.remove(MetadataKind::Other, beyond);
    // A file that is cut off stays so: its size still counts the bytes that are missing.
    let size = file.len().saturating_sub(CHUNK_HEAD).saturating_add(body_bytes - body.len());
    file.patch(SIZE_AT, &u32::try_from(size).unwrap_or(u32::MAX).to_le_bytes());
    if body.starts_with(b"VP8X") {
        file.patch(FLAGS_AT, &[container.remaining_flags()]);
    }
    Ok(file)
}

/// What a container announces, and which of its chunks precede the current one.
struct Container {
    orientation: Orientation,
    /// The flags of `VP8X`; 0 without one, and then no chunk counts except the picture.
    flags: u8,
    offsets: PictureOffsets,
    has_profile: bool,
    has_exif: bool,
    has_animation: bool,
}

impl Container {
    fn new(body: &[u8], orientation: Orientation) -> Self {
        let flags = if body.starts_with(b"VP8X") { body.get(CHUNK_HEAD).copied().unwrap_or_default() } else { 0 };
        let offsets = if flags & IS_ANIMATED == 0 { PictureOffsets::find(body) } else { PictureOffsets::default() };
        Self { orientation, flags, offsets, has_profile: false, has_exif: false, has_animation: false }
    }

    fn is_animated(&self) -> bool {
        self.flags & IS_ANIMATED != 0
    }

    /// What is done with the chunk at this offset.
    fn action(&mut self, at: usize, chunk: &Chunk<'_>) -> Action {
        let is_first = |flag: u8, found: &mut bool| self.flags & flag != 0 && !std::mem::replace(found, true);
        match chunk.fourcc {
            b"VP8X" if at == 0 => shortened(chunk, CANVAS_BYTES),
            b"ALPH" | b"VP8 " | b"VP8L" if self.offsets.contain(at) => Action::Keep,
            b"ANIM" if is_first(IS_ANIMATED, &mut self.has_animation) => shortened(chunk, ANIMATION_BYTES),
            b"ICCP" if chunk.is_whole && is_first(HAS_ICC, &mut self.has_profile) => Action::Keep,
            b"EXIF"
                if chunk.is_whole
                    && self.orientation != Orientation::Normal
                    && is_first(HAS_EXIF, &mut self.has_exif) =>
            {
                Action::Replace(chunk_of(*b"EXIF", &exif_block(self.orientation)), MetadataKind::Exif)
            }
            fourcc => Action::Remove(removed_kind(*fourcc)),
        }
    }

    fn remaining_flags(&self) -> u8 {
        let cleared = [(HAS_ICC, !self.has_profile), (HAS_EXIF, !self.has_exif), (HAS_XMP, true)];
        cleared.iter().filter(|(_, is_cleared)| *is_cleared).fold(self.flags, |flags, (flag, _)| flags & !flag)
    }
}

/// The offsets of the picture among the chunks of a still file or of a frame, and of its alpha: the last `ALPH` before a lossy
/// picture.
#[derive(Default)]
struct PictureOffsets {
    alpha: Option<usize>,
    picture: Option<usize>,
}

impl PictureOffsets {
    fn find(chunks: &[u8]) -> Self {
        let mut alpha = None;
        let mut rest = chunks;
        while let Some(chunk) = split_chunk(rest) {
            let at = Some(chunks.len() - rest.len());
            match chunk.fourcc {
                b"ALPH" => alpha = at,
                b"VP8 " => return Self { alpha, picture: at },
                b"VP8L" => return Self { alpha: None, picture: at },
                _ => {}
            }
            rest = chunk.after;
        }
        Self::default()
    }

    fn contain(&self, at: usize) -> bool {
        [self.alpha, self.picture].contains(&Some(at))
    }
}

/// Keeps the header, the alpha and the picture of a frame, and patches its size.
fn rewrite_frame(frame: &[u8], chunk: &Chunk<'_>, file: &mut FileRewriter<'_>) {
    let start = file.len();
    let (whole, padding) = frame.split_at_checked(CHUNK_HEAD + chunk.data.len()).unwrap_or((frame, &[]));
    let (head, inner) = whole.split_at_checked(CHUNK_HEAD + FRAME_BYTES).unwrap_or((whole, &[]));
    file.keep(head);
    let offsets = PictureOffsets::find(inner);
    let mut rest = inner;
    while let Some(chunk) = split_chunk(rest) {
        let (bytes, after) = rest.split_at(rest.len() - chunk.after.len());
        let action = if offsets.contain(inner.len() - rest.len()) {
            Action::Keep
        } else {
            Action::Remove(removed_kind(*chunk.fourcc))
        };
        file.apply(bytes, action);
        rest = after;
    }
    file.remove(MetadataKind::Other, rest);
    let removed = whole.len() - (file.len() - start);
    if removed == 0 {
        return file.keep(padding);
    }
    let announced = head.get(4..).and_then(<[u8]>::first_chunk).map_or(0, |length| u32::from_le_bytes(*length));
    let length = announced.saturating_sub(removed as u32);
    file.patch(start + 4, &length.to_le_bytes());
    if length & 1 == 1 { file.keep(padding) } else { file.remove(MetadataKind::Other, padding) }
}

/// Keeps a chunk with the `length` bytes that the standard defines, an even number.
fn shortened(chunk: &Chunk<'_>, length: usize) -> Action {
    match chunk.data.split_at_checked(length) {
        Some((data, [_, ..])) => Action::Shorten(chunk_of(*chunk.fourcc, data)),
        _ => Action::Keep,
    }
}

fn chunk_of(fourcc: [u8; 4], data: &[u8]) -> Vec<u8> {
    [&fourcc[..], &(data.len() as u32).to_le_bytes(), data].concat()
}

/// The kind of metadata in a chunk.
fn removed_kind(fourcc: [u8; 4]) -> MetadataKind {
    match &fourcc {
        b"EXIF" => MetadataKind::Exif,
        b"XMP " => MetadataKind::Xmp,
        b"C2PA" => MetadataKind::C2pa,
        b"ANMF" | b"ALPH" | b"VP8 " | b"VP8L" => MetadataKind::AdditionalImages,
        _ => MetadataKind::Other,
    }
}
