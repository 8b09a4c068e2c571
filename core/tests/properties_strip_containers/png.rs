//! PNGs with chunks of every kind anywhere.

use crate::TOKEN;
use crate::random::Random;

type Chunk = ([u8; 4], Vec<u8>);

/// Chunks on how the picture is shown, with lengths that they may have, or not.
const SHOWN: &[(&[u8; 4], &[usize])] = &[
    (b"gAMA", &[4, 4, 3]),
    (b"cHRM", &[32, 32, 31]),
    (b"sRGB", &[1, 1, 2]),
    (b"cICP", &[4, 4, 5]),
    (b"mDCV", &[24, 23]),
    (b"cLLI", &[8, 7]),
    (b"sBIT", &[1, 2, 3, 4, 5]),
    (b"bKGD", &[1, 2, 6, 7]),
    (b"pHYs", &[9, 8]),
    (b"PLTE", &[3, 6, 48]),
    (b"tRNS", &[1, 2, 6, 7]),
    (b"acTL", &[8]),
    (b"fcTL", &[26]),
    (b"IEND", &[0]),
    (b"IDAT", &[0]),
];

/// Kinds whose data is planted.
const PLANTED: &[&[u8; 4]] = &[
    b"tEXt",
    b"zTXt",
    b"iTXt",
    b"tIME",
    b"eXIf",
    b"sPLT",
    b"hIST",
    b"caBX",
    b"iDOT",
    b"vpAg",
    b"prVt",
    b"ABCD",
    b"gdAT",
    b"oFFs",
    b"sCAL",
    b"gAMA",
    b"bKGD",
    b"pHYs",
    b"acTL",
    b"\0\0\0\0",
    b"fdAT",
];

pub(crate) fn mix(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut chunks = split(bytes);
    for _ in 0..=random.below(4) {
        let at = random.below(chunks.len() + 1).max(random.below(2));
        match random.below(8) {
            0 => {
                let chunk = random.pick(&chunks);
                chunks.insert(at.min(chunks.len()), chunk);
            }
            1 if chunks.len() > 2 => {
                let from = 1 + random.below(chunks.len() - 1);
                let chunk = chunks.remove(from);
                chunks.insert(at.clamp(1, chunks.len()), chunk);
            }
            2 => {
                let (kind, lengths) = random.pick(SHOWN);
                let length = random.pick(lengths);
                let mut data = random.bytes(length);
                for byte in &mut data {
                    *byte &= 0x0f;
                }
                chunks.insert(at.min(chunks.len()), (*kind, data));
            }
            3 => {
                let orientation = (1 + random.below(8)) as u8;
                let block =
                    [b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", &[orientation, 0][..], &[0; 6], TOKEN];
                chunks.insert(at.min(chunks.len()), (*b"eXIf", block.concat()));
            }
            _ => {
                let kind = *random.pick(PLANTED);
                let name: &[u8] = random.pick(&[&b"Comment\0"[..], b"XML:com.adobe.xmp\0\0\0\0\0", b""]);
                let length = random.below(40);
                let data = [name, TOKEN, TOKEN, &random.bytes(length)].concat();
                chunks.insert(at.min(chunks.len()), (kind, data));
            }
        }
    }
    let mut file = bytes[..8].to_vec();
    for (kind, data) in &chunks {
        let mut checksum = png_checksum(*kind, data);
        checksum ^= u32::from(random.once_in(12));
        file.extend([&(data.len() as u32).to_be_bytes()[..], kind, data, &checksum.to_be_bytes()].concat());
    }
    match random.below(8) {
        0 => file.extend(TOKEN),
        1 => file.truncate(file.len() - random.below(20)),
        _ => {}
    }
    file
}

fn split(bytes: &[u8]) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut rest = &bytes[8..];
    while rest.len() >= 12 {
        let length = u32::from_be_bytes(*rest.first_chunk().unwrap()) as usize;
        let data = rest.get(8..8 + length).unwrap_or(&rest[8..]);
        chunks.push((*rest[4..].first_chunk().unwrap(), data.to_vec()));
        rest = rest.get(12 + length..).unwrap_or_default();
    }
    chunks
}

/// Whether a still picture has parts of an animation, or image data in more than one place, of which the crate reads the first.
pub(crate) fn has_odd_parts(bytes: &[u8], is_animated: bool) -> bool {
    let mut kinds: Vec<[u8; 4]> = split(bytes).iter().map(|(kind, _)| *kind).collect();
    let is_part = |kind: &[u8; 4]| [*b"acTL", *b"fcTL", *b"fdAT"].contains(kind);
    let has_parts = kinds.iter().any(is_part);
    kinds.dedup();
    has_parts != is_animated || kinds.iter().filter(|kind| *kind == b"IDAT").count() > 1
}

fn png_checksum(kind: [u8; 4], data: &[u8]) -> u32 {
    !kind.iter().chain(data).fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}
