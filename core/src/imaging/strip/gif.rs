//! Which blocks of a GIF stay (`GIF89a`, sections 17 to 27).
//!
//! ```text
//! screen  comment  loop  XMP  control  image  text  control  image  trailer  anything
//! screen           loop       control  image        control  image  trailer
//! ```
//!
//! The blocks are those that the decoder sees: an extension ends with its sub-blocks, which is what the magic trailer of XMP
//! relies on, and what is no block ends the file. Of extensions that stay, only the bytes that mean something do.

use crate::error::Result;
use crate::imaging::codecs::gif::{self, SCREEN_BYTES, color_table_bytes, graphic_control, skip_sub_blocks};

use super::parts::{Fate, Parts};
use super::report::MetadataKind;

const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2c;
const TRAILER: u8 = 0x3b;
/// What may stand between blocks.
const PADDING: u8 = 0;

/// Labels of extensions.
const PLAIN_TEXT: u8 = 0x01;
const CONTROL: u8 = 0xf9;
const COMMENT: u8 = 0xfe;
const APPLICATION: u8 = 0xff;

/// A control extension as the standard has it.
const CONTROL_BYTES: usize = 8;

/// The application extensions that tell how often an animation is played.
const LOOPS: [&[u8; 11]; 2] = [b"NETSCAPE2.0", b"ANIMEXTS1.0"];
/// An application extension until its own sub-blocks: the label, and the sub-block of its name.
const LOOP_HEAD: usize = 14;

pub(super) fn parts(bytes: &[u8]) -> Result<Parts<'_>> {
    gif::header(bytes)?;
    let mut parts = Parts::of(bytes);
    let flags = bytes.get(10).copied().unwrap_or_default();
    let (screen, mut rest) = bytes.split_at_checked(SCREEN_BYTES + color_table_bytes(flags)).unwrap_or((bytes, &[]));
    parts.keep(screen);
    while let Some((block, after)) = split_block(rest) {
        rest = after;
        match block {
            [EXTENSION, APPLICATION, 11, name @ ..] if LOOPS.iter().any(|known| name.starts_with(*known)) => {
                put_loop(block, &mut parts);
            }
            [EXTENSION, CONTROL, blocks @ ..] => put_control(block, blocks, &mut parts),
            [EXTENSION, label, blocks @ ..] => {
                let fate = extension_fate(*label, blocks);
                if let Fate::Goes(kind) = fate {
                    // Some writers of XMP end it twice.
                    let zeros = rest.iter().take_while(|byte| **byte == PADDING).count();
                    let (padding, after) = rest.split_at(zeros);
                    parts.remove(kind, padding);
                    rest = after;
                }
                parts.put(block, fate);
            }
            [EXTENSION] => parts.remove(MetadataKind::Other, block),
            _ => parts.keep(block),
        }
    }
    match rest {
        [] => {}
        [TRAILER, after @ ..] => {
            parts.keep(&[TRAILER]);
            parts.remove(MetadataKind::Other, after);
        }
        _ => {
            parts.remove(MetadataKind::Other, rest);
            parts.write([TRAILER]);
        }
    }
    Ok(parts)
}

/// The block that the bytes start with, as far as it goes, and what follows it. `None` for the trailer, and for what is no block.
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

/// A control extension, whose first four bytes mean something.
fn put_control(extension: &[u8], blocks: &[u8], parts: &mut Parts<'_>) {
    match graphic_control(blocks) {
        Some(_) if extension.len() <= CONTROL_BYTES => parts.keep(extension),
        Some(control) => {
            parts.remove(MetadataKind::Other, extension.get(CONTROL_BYTES..).unwrap_or_default());
            parts.write([EXTENSION, CONTROL, 4]);
            parts.write(control);
            parts.write([0]);
        }
        None => parts.remove(MetadataKind::Other, extension),
    }
}

/// What becomes of any other extension, by its label and its sub-blocks.
fn extension_fate(label: u8, blocks: &[u8]) -> Fate {
    match (label, blocks) {
        (COMMENT | PLAIN_TEXT, _) => Fate::Goes(MetadataKind::Comment),
        (APPLICATION, [11, rest @ ..]) => match rest.split_first_chunk::<11>() {
            Some((b"ICCRGBG1012", _)) => Fate::Stays,
            Some((b"XMP DataXMP", _)) => Fate::Goes(MetadataKind::Xmp),
            Some((b"C2PA_GIF\x01\0\0", _)) => Fate::Goes(MetadataKind::C2pa),
            // Those that ImageMagick writes.
            Some((b"MGKIPTC0000" | b"MGK8BIM0000", _)) => Fate::Goes(MetadataKind::Iptc),
            _ => Fate::Goes(MetadataKind::Other),
        },
        _ => Fate::Goes(MetadataKind::Other),
    }
}

/// How often an animation is played, with the bytes that mean something: sub-blocks of the number of rounds (1, two bytes), and
/// of the size of a buffer (2, four bytes). Browsers read no further than the first that is neither.
fn put_loop(extension: &[u8], parts: &mut Parts<'_>) {
    let (head, mut blocks) = extension.split_at_checked(LOOP_HEAD).unwrap_or((extension, &[]));
    if loop_bytes(blocks).is_none() {
        return parts.remove(MetadataKind::Other, extension);
    }
    parts.keep(head);
    while let Some(length) = loop_bytes(blocks) {
        let whole = 1 + usize::from(blocks.first().copied().unwrap_or_default());
        let (block, after) = blocks.split_at_checked(whole).unwrap_or((blocks, &[]));
        let (needed, beyond) = block.split_at_checked(1 + usize::from(length)).unwrap_or((block, &[]));
        let at = parts.len();
        parts.keep(needed);
        parts.remove(MetadataKind::Other, beyond);
        parts.patch(at, &[length]);
        blocks = after;
    }
    if matches!(blocks, [] | [0]) {
        parts.keep(blocks);
    } else {
        parts.put(blocks, Fate::Shortens(vec![0]));
    }
}

/// How many bytes mean something of the sub-block that comes next.
fn loop_bytes(blocks: &[u8]) -> Option<u8> {
    match blocks {
        [3..=255, 1, _, _, ..] => Some(3),
        [5..=255, 2, _, _, _, _, ..] => Some(5),
        _ => None,
    }
}
