//! Nothing of what is planted in a JPEG is left in it: names and positions in every place that can hold them, in both byte orders,
//! and in wide characters. What is left is the file without them, byte for byte, but for the orientation.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is the failure report of a test")]

mod random;

use std::collections::HashSet;
use std::path::Path;

use presize::{ImageRules, check, inspect, strip_metadata};
use random::Random;

/// How many bytes of a token make a part of it: chance leaves four of them in a file of some kilobytes once in 2^20 cases.
const WINDOW: usize = 5;
/// The same where every other byte is zero.
const WIDE_WINDOW: usize = 10;

/// What is planted, as the bytes of which no part must be found.
#[derive(Default)]
struct Tokens(Vec<Vec<u8>>);

impl Tokens {
    /// A name of 16 letters, which no two places share.
    fn name(&mut self, random: &mut Random) -> Vec<u8> {
        let name: Vec<u8> = (0..16).map(|_| b'A' + random.below(58) as u8).collect();
        let wide: Vec<u8> = name.iter().flat_map(|letter| [*letter, 0]).collect();
        self.0.extend([name.clone(), name.iter().rev().copied().collect(), wide]);
        for size in [2, 4] {
            self.0.push(name.chunks(size).flat_map(|word| word.iter().rev().copied()).collect());
        }
        name
    }

    /// The six numbers of a latitude.
    fn position(&mut self, random: &mut Random) -> [u32; 6] {
        let position = std::array::from_fn(|_| random.next() as u32 | 0x0101_0101);
        self.0.push(position.iter().flat_map(|number| number.to_le_bytes()).collect());
        self.0.push(position.iter().flat_map(|number| number.to_be_bytes()).collect());
        position
    }

    /// The first of them of which a part is there.
    fn found_in(&self, bytes: &[u8]) -> Option<&[u8]> {
        let [parts, wide_parts] = [WINDOW, WIDE_WINDOW].map(|length| bytes.windows(length).collect::<HashSet<_>>());
        let is_found = |token: &&Vec<u8>| {
            let is_wide = token.get(1) == Some(&0) && token.get(3) == Some(&0);
            let (length, parts) = if is_wide { (WIDE_WINDOW, &wide_parts) } else { (WINDOW, &parts) };
            token.windows(length).any(|part| parts.contains(part))
        };
        self.0.iter().find(is_found).map(Vec::as_slice)
    }
}

fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    [&[0xff, marker][..], &(data.len() as u16 + 2).to_be_bytes(), data].concat()
}

/// A block with an orientation, a name in IFD0, a name in a maker note, and a position.
fn exif(orientation: u16, tokens: &mut Tokens, random: &mut Random) -> Vec<u8> {
    let is_little = random.below(2) == 0;
    let short = |value: u16| if is_little { value.to_le_bytes() } else { value.to_be_bytes() };
    let long = |value: u32| if is_little { value.to_le_bytes() } else { value.to_be_bytes() };
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&short(tag)[..], &short(kind), &long(count), &value].concat()
    };
    let [o0, o1] = short(orientation);
    // IFD0 at 8 with four entries, its values at 62; the Exif directory at 78, its values at 96; the GPS directory at 112.
    let parts = [
        if is_little { b"II\x2a\0".to_vec() } else { b"MM\0\x2a".to_vec() },
        long(8).to_vec(),
        short(4).to_vec(),
        entry(0x0112, 3, 1, [o0, o1, 0, 0]),
        entry(0x013b, 2, 16, long(62)),
        entry(0x8769, 4, 1, long(78)),
        entry(0x8825, 4, 1, long(112)),
        long(0).to_vec(),
        tokens.name(random),
        short(1).to_vec(),
        entry(0x927c, 7, 16, long(96)),
        long(0).to_vec(),
        tokens.name(random),
        short(1).to_vec(),
        entry(2, 5, 3, long(130)),
        long(0).to_vec(),
        tokens.position(random).iter().flat_map(|number| long(*number)).collect(),
        tokens.name(random),
    ];
    parts.concat()
}

/// A segment with something planted, for any place between others.
fn planted(tokens: &mut Tokens, random: &mut Random) -> Vec<u8> {
    let name = tokens.name(random);
    let with = |prefix: &[u8]| [prefix, &name].concat();
    match random.below(17) {
        0 => segment(0xe1, &with(b"http://ns.adobe.com/xap/1.0/\0")),
        1 => segment(0xe1, &with(b"http://ns.adobe.com/xmp/extension/\0")),
        2 => segment(0xe1, &with(b"Exif")),
        3 => segment(0xe2, &with(b"MPF\0")),
        4 => segment(0xe2, &with(b"FPXR\0")),
        5 => segment(0xe2, &with(b"urn:iso:std:iso:ts:21496:-1\0")),
        6 => segment(0xeb, &with(b"JP\0\x01\0\0\0\x01\0\0\0\x20jumb")),
        7 => segment(0xed, &with(b"Photoshop 3.0\0")),
        8 => segment(0xe0, &with(b"JFXX\0\x10")),
        9 => segment(0xe0, &with(b"AVI1")),
        10 => segment(0xfe, &name),
        11 => segment(0xdc, &name),
        12 => segment(0xc8, &name),
        13 => segment(0xf0 + random.below(14) as u8, &name),
        14 => [&[0xff, 0xfe, 0, random.below(2) as u8][..], &[0xff, 0xfe], &18_u16.to_be_bytes(), &name].concat(),
        _ => segment(0xe1 + random.below(13) as u8, &name),
    }
}

/// The places before the segments of a file: those before its first scan, between scans, and before its end marker.
fn places(jpeg: &[u8]) -> (Vec<usize>, Vec<usize>) {
    let (mut before, mut later) = (Vec::new(), Vec::new());
    let mut at = 2;
    let mut is_before = true;
    while jpeg[at + 1] != 0xd9 {
        let places = if is_before { &mut before } else { &mut later };
        places.push(at);
        let is_scan = jpeg[at + 1] == 0xda;
        at += 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        if is_scan {
            is_before = false;
            while jpeg[at] != 0xff || jpeg[at + 1] == 0 || (0xd0..0xd8).contains(&jpeg[at + 1]) {
                at += 1;
            }
        }
    }
    later.push(at);
    (before, later)
}

#[test]
fn nothing_that_is_planted_is_left() {
    let rules = ImageRules::default().allow_polyglots(true);
    let names =
        ["baseline_420.jpg", "progressive_444.jpg", "restart.jpg", "gray.jpg", "cmyk_adobe.jpg", "ycck_420.jpg"];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/images");
    let images = names.map(|name| std::fs::read(folder.join(name)).unwrap());
    let mut random = Random::new(0x9e37_79b9_7f4a_7c15);
    for case in 0..1_500 {
        let clean = strip_metadata(&images[random.below(images.len())], &rules).unwrap().bytes.into_owned();
        let mut tokens = Tokens::default();
        let (before, later) = places(&clean);
        let mut file = clean.clone();
        // From the end, so that the places before it stay.
        let has_end = random.below(4) > 0;
        if !has_end {
            file.truncate(file.len() - 2);
        }
        if random.below(2) == 0 || !has_end {
            let trailer =
                [&tokens.name(&mut random)[..], b"\xff\xd8\xff\xe1\0\x12", &tokens.name(&mut random)].concat();
            file.extend(trailer);
        }
        for at in later.into_iter().rev() {
            // Without an end marker the trailer comes first.
            if random.below(3) == 0 && (has_end || at + 2 < clean.len()) {
                file.splice(at..at, planted(&mut tokens, &mut random));
            }
        }
        for at in before.iter().rev() {
            if random.below(3) == 0 {
                file.splice(at..at, planted(&mut tokens, &mut random));
            }
            if random.below(12) == 0 {
                // A reserved marker, which is data after a scan header.
                let marker = 0x02 + random.below(0xbe) as u8;
                file.splice(at..at, segment(marker, &tokens.name(&mut random)));
            }
            if random.below(12) == 0 {
                let filler = [&tokens.name(&mut random)[..], &[0xff, 0xff]].concat();
                file.splice(at..at, filler);
            }
        }
        let orientation = 1 + random.below(8) as u16;
        for value in [orientation % 8 + 1, orientation] {
            let block = [b"Exif\0\0".to_vec(), exif(value, &mut tokens, &mut random)].concat();
            file.splice(2..2, segment(0xe1, &block));
        }
        let info = inspect(&file).unwrap();
        assert_eq!(u16::from(info.orientation.exif()), orientation, "case {case}");
        assert!(info.exif_summary.is_some_and(|summary| summary.has_gps && summary.artist.is_some()), "case {case}");
        assert!(tokens.found_in(&file).is_some(), "case {case}: what is planted is found before");
        check(&file, None, &rules).unwrap_or_else(|error| panic!("case {case}: {error}"));

        let stripped = strip_metadata(&file, &rules).unwrap();
        assert_eq!(tokens.found_in(&stripped.bytes), None, "case {case}");
        let turned = if orientation == 1 { 0 } else { 36 };
        let (head, rest) = stripped.bytes.split_at(2 + turned);
        assert!(
            head.starts_with(&clean[..2]) && rest == &clean[2..],
            "case {case}: it is not the file without them: has_end {has_end}, {} and {}",
            rest.len(),
            clean.len() - 2
        );
        assert_eq!(u16::from(inspect(&stripped.bytes).unwrap().orientation.exif()), orientation, "case {case}");
        let removed: u64 = stripped.removed.iter().map(|removed| removed.bytes).sum();
        let ended = if has_end { 0 } else { 2 };
        assert_eq!(
            removed as usize + stripped.bytes.len(),
            file.len() + turned + ended,
            "case {case}: {:?}",
            stripped.removed
        );
    }
}
