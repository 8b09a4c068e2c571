//! GIFs with extensions of every kind anywhere.

use crate::TOKEN;
use crate::random::Random;

pub(crate) fn mix(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let (screen, mut blocks) = split(bytes);
    for _ in 0..=random.below(4) {
        let at = random.below(blocks.len() + 1);
        match random.below(8) {
            0 if !blocks.is_empty() => {
                let block = random.pick(&blocks);
                blocks.insert(at, block);
            }
            1 if blocks.len() > 1 => {
                let from = random.below(blocks.len());
                let block = blocks.remove(from);
                blocks.insert(at.min(blocks.len()), block);
            }
            2 => {
                let rounds = random.bytes(2);
                let name = random.pick(&[b"NETSCAPE2.0", b"ANIMEXTS1.0", b"NETSCAPE1.0"]);
                let rest: &[u8] = random.pick(&[&b"\0"[..], b"\x05\x02\0\0\x10\0\0", b"\x04\x01\0\0\x07\0", b""]);
                let planted = if random.once_in(3) {
                    sub_blocks(&[&b"\x01\x05\0"[..], TOKEN].concat(), 255)
                } else {
                    rest.to_vec()
                };
                blocks.insert(at, [b"\x21\xff\x0b", &name[..], b"\x03\x01", &rounds, &planted].concat());
            }
            3 => {
                // More sub-blocks than a control extension has, or fewer.
                let length = random.below(8) as u8;
                let mut data = random.bytes(usize::from(length));
                for byte in &mut data {
                    *byte &= 0x0d;
                }
                let more = if random.once_in(2) { sub_blocks(TOKEN, 255) } else { vec![0] };
                blocks.insert(at, [b"\x21\xf9", &[length][..], &data, &more].concat());
            }
            4 => {
                // XMP stands as it is, followed by its magic trailer.
                let length = random.below(300);
                let text = [TOKEN, &vec![b' '; length], TOKEN].concat();
                let trailer: Vec<u8> = [1].into_iter().chain((0..=255).rev()).chain([0]).collect();
                blocks.insert(at, [b"\x21\xff\x0bXMP DataXMP", &text[..], &trailer].concat());
            }
            5 => blocks.insert(
                at,
                random.pick(&[&b"\0"[..], b"\0\0\0", b"\x21\xfe\0", b"\x21\xf9\0", b"\x21\xff\0"]).to_vec(),
            ),
            _ => {
                let head: &[u8] = random.pick(&[
                    &b"\x21\xfe"[..],
                    b"\x21\x01",
                    b"\x21\x77",
                    b"\x21\xff\x0bMGKIPTC0000",
                    b"\x21\xff\x0bPICASA\0\0\0\0\0",
                    b"\x21\xff\x0bC2PA_GIF\x01\0\0",
                    b"\x21\xff\x05short",
                ]);
                let times = 1 + random.below(40);
                let longest = 1 + random.below(255);
                blocks.insert(at, [head, &sub_blocks(&TOKEN.repeat(times), longest.max(8))].concat());
            }
        }
    }
    let mut file = screen;
    file.extend(blocks.concat());
    match random.below(8) {
        0 => {}
        1 => file.extend([&b";"[..], TOKEN].concat()),
        2 => file.extend([&b"no block"[..], TOKEN].concat()),
        3 => file.truncate(file.len() - random.below(20)),
        _ => file.push(b';'),
    }
    file
}

fn sub_blocks(data: &[u8], longest: usize) -> Vec<u8> {
    let mut blocks = Vec::new();
    for part in data.chunks(longest) {
        blocks.push(part.len() as u8);
        blocks.extend(part);
    }
    blocks.push(0);
    blocks
}

/// The screen with its colours, and the whole blocks until the trailer.
fn split(bytes: &[u8]) -> (Vec<u8>, Vec<Vec<u8>>) {
    let colors = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let mut at = (13 + colors(bytes[10])).min(bytes.len());
    let screen = bytes[..at].to_vec();
    let mut blocks = Vec::new();
    while at < bytes.len() && bytes[at] != b';' {
        let start = at;
        match bytes[at] {
            0x21 => at += 2,
            0x2c => at += 11 + colors(bytes.get(at + 9).copied().unwrap_or_default()),
            _ => {
                at += 1;
                continue;
            }
        }
        while let Some(length) = bytes.get(at) {
            at += 1 + usize::from(*length);
            if *length == 0 {
                blocks.push(bytes[start..at].to_vec());
                break;
            }
        }
    }
    (screen, blocks)
}

/// Whether a file has a control extension of another form than the standard's, which the crate reads otherwise.
pub(crate) fn has_odd_control(bytes: &[u8]) -> bool {
    let (_, blocks) = split(bytes);
    blocks.iter().any(|block| block.starts_with(b"\x21\xf9") && (block.len(), block[2]) != (8, 4))
}
