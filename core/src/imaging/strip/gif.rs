//! Strips a GIF (`GIF89a`, sections 17 to 27): which blocks are kept.
//!
//! ```text
//! screen  comment  loop  XMP  control  image  text  control  image  trailer  anything
//! screen           loop       control  image        control  image  trailer
//! ```
//!
//! The blocks are those that the decoder sees: an extension ends with its sub-blocks, on which the magic trailer of XMP relies,
//! and a byte that starts no block ends the file. Extensions that are kept lose the bytes that the standard does not define.

use crate::error::Result;
use crate::imaging::codecs::gif::{self, SCREEN_BYTES, color_table_bytes, graphic_control, skip_sub_blocks};

use super::report::MetadataKind;
use super::rewriter::{Action, FileRewriter};

const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2c;
const TRAILER: u8 = 0x3b;
/// A zero byte between blocks, which decoders skip.
const PADDING: u8 = 0;

/// Labels of extensions.
const PLAIN_TEXT: u8 = 0x01;
const GRAPHIC_CONTROL: u8 = 0xf9;
const COMMENT: u8 = 0xfe;
const APPLICATION: u8 = 0xff;

/// The bytes of a graphic control extension.
const GRAPHIC_CONTROL_BYTES: usize = 8;

/// The application extensions that hold the loop count of an animation.
const LOOPS: [&[u8; 11]; 2] = [b"NETSCAPE2.0", b"ANIMEXTS1.0"];
/// Bytes of an application extension before its data: introducer, label, and the sub-block of its identifier.
const LOOP_HEAD: usize = 14;

/// Rewrites the file in one pass.
///
/// Errors: those of [`gif::header`].
pub(super) fn strip(bytes: &[u8]) -> Result<FileRewriter<'_>> {
    gif::header(bytes)?;
    let mut file = FileRewriter::new(bytes);
    let flags = bytes.get(10).copied().unwrap_or_default();
    let (screen, mut rest) = bytes.split_at_checked(SCREEN_BYTES + color_table_bytes(flags)).unwrap_or((bytes, &[]));
    file.keep(screen);
    while let Some((block, after)) = split_block(rest) {
        rest = after;
        match block {
            [EXTENSION, APPLICATION, 11, name @ ..] if LOOPS.iter().any(|known| name.starts_with(*known)) => {
                rewrite_loop(block, &mut file);
            }
            [EXTENSION, GRAPHIC_CONTROL, blocks @ ..] => rewrite_graphic_control(block, blocks, &mut file),
            [EXTENSION, label, blocks @ ..] => {
                let action = extension_action(*label, blocks);
                if let Action::Remove(kind) = action {
                    // Some writers of XMP end it twice.
                    let zeros = rest.iter().take_while(|byte| **byte == PADDING).count();
                    let (padding, after) = rest.split_at(zeros);
                    file.remove(kind, padding);
                    rest = after;
                }
                file.apply(block, action);
            }
            [EXTENSION] => file.remove(MetadataKind::Other, block),
            _ => file.keep(block),
        }
    }
    match rest {
        [] => {}
        [TRAILER, after @ ..] => {
            file.keep(&[TRAILER]);
            file.remove(MetadataKind::Other, after);
        }
        _ => {
            file.remove(MetadataKind::Other, rest);
            file.write([TRAILER]);
        }
    }
    Ok(file)
}

/// Splits off the first block, or what is present of it. `None` for the trailer, and for bytes that start no block.
fn split_block(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = match bytes {
        [EXTENSION, ..] => skip_sub_blocks(bytes, 2),
        [IMAGE, descriptor @ ..] => {
            let flags = descriptor.get(8).copied().unwrap_or_default();
            skip_sub_blocks(bytes, 11 + color_table_bytes(flags))
        }
        [PADDING, ..] => 1,
        _ => return None,
    };
    Some(bytes.split_at_checked(end).unwrap_or((bytes, &[])))
}

/// Keeps a graphic control extension, with the four bytes that the standard defines.
fn rewrite_graphic_control(extension: &[u8], blocks: &[u8], file: &mut FileRewriter<'_>) {
    match graphic_control(blocks) {
        Some(_) if extension.len() <= GRAPHIC_CONTROL_BYTES => file.keep(extension),
        Some(control) => {
            file.remove(MetadataKind::Other, extension.get(GRAPHIC_CONTROL_BYTES..).unwrap_or_default());
            file.write([EXTENSION, GRAPHIC_CONTROL, 4]);
            file.write(control);
            file.write([0]);
        }
        None => file.remove(MetadataKind::Other, extension),
    }
}

/// What is done with any other extension, by its label and its sub-blocks.
fn extension_action(label: u8, blocks: &[u8]) -> Action {
    match (label, blocks) {
        (COMMENT | PLAIN_TEXT, _) => Action::Remove(MetadataKind::Comment),
        (APPLICATION, [11, rest @ ..]) => match rest.split_first_chunk::<11>() {
            Some((b"ICCRGBG1012", _)) => Action::Keep,
            Some((b"XMP DataXMP", _)) => Action::Remove(MetadataKind::Xmp),
            Some((b"C2PA_GIF\x01\0\0", _)) => Action::Remove(MetadataKind::C2pa),
            // Those that ImageMagick writes.
            Some((b"MGKIPTC0000" | b"MGK8BIM0000", _)) => Action::Remove(MetadataKind::Iptc),
            _ => Action::Remove(MetadataKind::Other),
        },
        _ => Action::Remove(MetadataKind::Other),
    }
}

/// Keeps the loop count of an animation. Its sub-blocks are the loop count (1, and two bytes) and the buffer size (2, and four
/// bytes); browsers stop at any other.
fn rewrite_loop(extension: &[u8], file: &mut FileRewriter<'_>) {
    let (head, mut blocks) = extension.split_at_checked(LOOP_HEAD).unwrap_or((extension, &[]));
    if loop_bytes(blocks).is_none() {
        return file.remove(MetadataKind::Other, extension);
    }
    file.keep(head);
    while let Some(length) = loop_bytes(blocks) {
        let whole = 1 + usize::from(blocks.first().copied().unwrap_or_default());
        let (block, after) = blocks.split_at_checked(whole).unwrap_or((blocks, &[]));
        let (needed, beyond) = block.split_at_checked(1 + usize::from(length)).unwrap_or((block, &[]));
        let at = file.len();
        file.keep(needed);
        file.remove(MetadataKind::Other, beyond);
        file.patch(at, &[length]);
        blocks = after;
    }
    if matches!(blocks, [] | [0]) {
        file.keep(blocks);
    } else {
        file.apply(blocks, Action::Shorten(vec![0]));
    }
}

/// The length of the next sub-block without bytes that have no meaning.
fn loop_bytes(blocks: &[u8]) -> Option<u8> {
    match blocks {
        [3..=255, 1, _, _, ..] => Some(3),
        [5..=255, 2, _, _, _, _, ..] => Some(5),
        _ => None,
    }
}
