//! `WebP` files with chunks of every kind anywhere, also within frames.

use crate::TOKEN;
use crate::random::Random;

type Chunk = ([u8; 4], Vec<u8>);

const PLANTED: &[&[u8; 4]] =
    &[b"EXIF", b"XMP ", b"C2PA", b"abcd", b"\0\0\0\0", b"EXIF", b"XMP ", b"VP8Y", b"FRGM", b"LIST", b"JUNK"];

pub(crate) fn mix(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut chunks = split(&bytes[12..]);
    if chunks[0].0 != *b"VP8X" && random.below(3) > 0 {
        let (width, height) = presize::inspect(bytes).map_or((1, 1), |info| (info.width, info.height));
        let side = |side: u32| (side - 1).to_le_bytes()[..3].to_vec();
        chunks.insert(0, (*b"VP8X", [vec![0; 4], side(width), side(height)].concat()));
    }
    for _ in 0..=random.below(3) {
        let at = 1 + random.below(chunks.len());
        let of_frame = chunks.iter().position(|(kind, _)| kind == b"ANMF" && random.below(3) > 0);
        match (random.below(6), of_frame) {
            (0, _) => {
                let chunk = random.pick(&chunks);
                chunks.insert(at, chunk);
            }
            (1, _) if chunks.len() > 2 => {
                let from = 1 + random.below(chunks.len() - 1);
                let chunk = chunks.remove(from);
                chunks.insert(at.min(chunks.len()), chunk);
            }
            (2, Some(frame)) => {
                let data = &mut chunks[frame].1;
                let mut inner = split(&data[16..]);
                let at = random.below(inner.len() + 1);
                inner.insert(at, planted(random));
                data.truncate(16);
                data.extend(joined(&inner, random));
            }
            (3, _) => {
                let orientation = (1 + random.below(8)) as u8;
                let block = [b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", &[orientation][..], &[0; 6], TOKEN];
                chunks.insert(at, (*b"EXIF", block.concat()));
            }
            _ => chunks.insert(at, planted(random)),
        }
    }
    if chunks[0].0 == *b"VP8X" {
        chunks[0].1[0] ^= (random.below(16) << 2) as u8 & 0b10_1100;
        if random.once_in(10) {
            chunks[0].1.extend(TOKEN);
        }
    }
    for (kind, data) in &mut chunks {
        if kind == b"ANIM" && random.once_in(10) {
            data.extend(TOKEN);
        }
    }
    let body = joined(&chunks, random);
    let mut file = [b"RIFF", &(body.len() as u32 + 4).to_le_bytes()[..], b"WEBP", &body].concat();
    match random.below(10) {
        0 | 1 => file.extend(TOKEN),
        2 => file.truncate(file.len() - random.below(20)),
        _ => {}
    }
    file
}

fn planted(random: &mut Random) -> Chunk {
    let length = random.below(30);
    (*random.pick(PLANTED), [TOKEN, TOKEN, &random.bytes(length)].concat())
}

fn split(bytes: &[u8]) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut rest = bytes;
    while rest.len() >= 8 {
        let length = u32::from_le_bytes(*rest[4..].first_chunk().unwrap()) as usize;
        let data = rest[8..].get(..length).unwrap_or(&rest[8..]);
        chunks.push((*rest.first_chunk().unwrap(), data.to_vec()));
        rest = rest.get(8 + length.next_multiple_of(2)..).unwrap_or_default();
    }
    chunks
}

/// The chunks in a row; the padding of the last may be missing.
fn joined(chunks: &[Chunk], random: &mut Random) -> Vec<u8> {
    let mut body = Vec::new();
    for (kind, data) in chunks {
        body.extend([&kind[..], &(data.len() as u32).to_le_bytes(), data].concat());
        if body.len() % 2 == 1 {
            body.push((random.below(2) * 7) as u8);
        }
    }
    if chunks.last().is_some_and(|(_, data)| data.len() % 2 == 1) && random.once_in(2) {
        body.pop();
    }
    body
}

/// Whether a file has more than one picture, or alpha that does not stand before it: the crate takes the last of each.
pub(crate) fn has_odd_order(bytes: &[u8]) -> bool {
    let kinds: Vec<[u8; 4]> = split(&bytes[12..]).iter().map(|(kind, _)| *kind).collect();
    let count = |wanted: &[[u8; 4]]| kinds.iter().filter(|kind| wanted.contains(kind)).count();
    let place = |wanted: &[u8; 4]| kinds.iter().position(|kind| kind == wanted);
    count(&[*b"VP8 ", *b"VP8L"]) > 1
        || count(&[*b"ALPH"]) > 1
        || place(b"ALPH").is_some_and(|alpha| place(b"VP8 ").is_some_and(|picture| picture < alpha))
}
