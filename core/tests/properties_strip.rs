//! Stripping changes no pixel: what `check` accepts is stripped, is accepted with the same answer afterwards, looks the same,
//! and has nothing more to be stripped. Held over every image of the vectors, and over random damage, filler and segments.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is the failure report of a test")]

mod random;

use std::borrow::Cow;
use std::path::Path;

use presize::{ImageInfo, ImageRules, Orientation, PixelImage, Transform, check, decode, strip_metadata};
use random::Random;

fn images(extension: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/images");
    let mut images: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect();
    images.sort();
    images
}

fn pixels(bytes: &[u8], rules: &ImageRules) -> presize::Result<PixelImage<'static>> {
    decode(bytes, &Transform::default(), rules)
}

/// What must not change.
fn shown(info: &ImageInfo) -> (&str, u32, u32, Orientation, bool, bool, bool) {
    let ImageInfo { format, width, height, orientation, has_alpha, is_animated, has_icc_profile, .. } = info;
    (format.as_str(), *width, *height, *orientation, *has_alpha, *is_animated, *has_icc_profile)
}

/// Holds a file to it, and tells whether it is accepted at all. `what` describes it if it fails.
fn hold(what: &dyn Fn() -> String, bytes: &[u8], rules: &ImageRules) -> bool {
    let stripped = strip_metadata(bytes, rules);
    if let Ok(stripped) = &stripped {
        assert!(stripped.bytes.len() <= bytes.len() + 64, "{}", what());
    }
    let Ok(before) = check(bytes, None, rules) else { return false };
    let stripped = stripped.unwrap_or_else(|error| panic!("{}: {error}", what()));
    let after = check(&stripped.bytes, None, rules).unwrap_or_else(|error| panic!("{}: {error}", what()));
    assert_eq!((shown(&after.info), after.is_complete), (shown(&before.info), before.is_complete), "{}", what());
    let is_turned = after.info.orientation != Orientation::Normal;
    assert_eq!((after.info.has_exif, &after.info.exif_summary), (is_turned, &None), "{}", what());
    match (pixels(bytes, rules), pixels(&stripped.bytes, rules)) {
        (Ok(before), Ok(after)) => assert!(before == after, "{}: other pixels", what()),
        (Err(before), Err(after)) => assert_eq!(before.code(), after.code(), "{}", what()),
        (before, after) => panic!("{}: {:?}, then {:?}", what(), before.err(), after.err()),
    }
    let again = strip_metadata(&stripped.bytes, rules).unwrap();
    assert!(matches!(again.bytes, Cow::Borrowed(_)) && again.removed.is_empty(), "{}: {:?}", what(), again.removed);
    true
}

#[test]
fn images_look_the_same_afterwards() {
    let mut count = 0;
    for (name, bytes) in images("jpg") {
        for allow_truncated in [false, true] {
            let rules = ImageRules::default().allow_polyglots(true).allow_truncated(allow_truncated);
            count += usize::from(hold(&|| name.clone(), &bytes, &rules));
        }
    }
    assert!(count > 150, "{count} images");
}

/// The markers of a file, wherever one seems to stand.
fn markers(bytes: &[u8]) -> Vec<usize> {
    let is_marker = |at: &usize| bytes[*at] == 0xff && bytes[*at + 1] >= 0xc0 && bytes[*at + 1] != 0xff;
    (2..bytes.len().saturating_sub(1)).filter(is_marker).collect()
}

fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    [&[0xff, marker][..], &(data.len() as u16 + 2).to_be_bytes(), data].concat()
}

fn exif(random: &mut Random) -> Vec<u8> {
    let value = random.below(10) as u8;
    let block = if random.below(2) == 0 {
        [&b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"[..], &[value, 0, 0, 0, 0, 0, 0, 0]].concat()
    } else {
        [&b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01"[..], &[0, value, 0, 0, 0, 0, 0, 0]].concat()
    };
    [&b"Exif\0\0"[..], &block, &random.bytes_up_to(40)].concat()
}

/// A segment of a kind that decoders read, or of any.
fn any_segment(random: &mut Random) -> Vec<u8> {
    let more = random.bytes_up_to(30);
    match random.below(13) {
        0 => segment(0xe0, &[&b"JFIF\0\x01\x01\0\0\x01\0\x01"[..], &more].concat()),
        1 => segment(0xe0, &[&b"JFIF\0"[..], &random.bytes_up_to(8)].concat()),
        2 => segment(0xee, &[&b"Adobe\0\x64\0\0\0\0"[..], &[random.below(3) as u8], &more].concat()),
        3 => segment(0xee, &[&b"Adobe"[..], &random.bytes_up_to(9)].concat()),
        4 => segment(0xe2, &[&b"ICC_PROFILE\0"[..], &more].concat()),
        5 | 6 => segment(0xe1, &exif(random)),
        7 => segment(0xfe, &more),
        8 => segment(0xdc, &random.bytes_up_to(3)),
        9 => segment(random.pick(&[0xdd, 0xdb, 0xc4, 0xda, 0xc0, 0xc8, 0xf0]), &more),
        10 => vec![0xff, random.pick(&[0x01, 0xd8, 0xd9, 0xd0, 0xd5, 0x02, 0xbf])],
        11 => vec![0xff, random.pick(&[0xe1, 0xfe, 0xdc, 0xe5]), 0, random.below(2) as u8],
        _ => segment(0xe0 + random.below(16) as u8, &more),
    }
}

/// Changes a JPEG in one of the ways in which real and hostile ones differ from the standard.
fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    let places = markers(bytes);
    let place = if places.is_empty() { bytes.len() } else { random.pick(&places) };
    let insert = |bytes: &mut Vec<u8>, more: Vec<u8>| drop(bytes.splice(place..place, more));
    match random.below(12) {
        0..=3 => insert(bytes, any_segment(random)),
        4 => insert(bytes, vec![0xff; 1 + random.below(4)]),
        5 => {
            let filler = random.bytes_up_to(6);
            insert(bytes, filler);
        }
        6 => {
            if let [.., at] = places.as_slice() {
                bytes.truncate(*at);
            }
            let more = match random.below(5) {
                0 => vec![0; random.below(20)],
                1 => b"2026-11-30 camera 7".to_vec(),
                2 => vec![0xff; random.below(4)],
                3 => any_segment(random),
                _ => random.bytes_up_to(40),
            };
            bytes.extend(more);
        }
        7 => bytes.truncate(bytes.len() - random.below(bytes.len() / 2)),
        8 => {
            let more = random.bytes_up_to(40);
            bytes.extend(more);
        }
        9 => bytes.extend(bytes.clone()),
        10 => {
            let (from, length) = (random.below(bytes.len()), random.below(40));
            let to = (from + length).min(bytes.len());
            bytes.drain(from..to);
        }
        _ => {
            let at = random.below(bytes.len());
            bytes[at] = random.next() as u8;
        }
    }
    if bytes.len() < 4 {
        bytes.extend([0xff, 0xd9, 0, 0]);
    }
}

/// `PRESIZE_CASES` and `PRESIZE_SEED` ask for more of them and for others.
#[test]
fn changed_jpegs_look_the_same_afterwards() {
    let number = |name: &str, default| std::env::var(name).map_or(default, |text| text.parse().unwrap());
    let (cases, seed) = (number("PRESIZE_CASES", 6_000), number("PRESIZE_SEED", 1));
    let images: Vec<_> = images("jpg").into_iter().filter(|(_, bytes)| bytes.len() < 20_000).collect();
    let mut random = Random::new(seed);
    let mut accepted = 0;
    for case in 0..cases {
        let (name, bytes) = &images[random.below(images.len())];
        let mut bytes = bytes.clone();
        for _ in 0..=random.below(4) {
            mutate(&mut bytes, &mut random);
        }
        let allow_truncated = random.below(2) == 0;
        let rules = ImageRules::default().allow_polyglots(true).allow_truncated(allow_truncated).max_pixels(200_000);
        let what = || {
            let path = std::env::temp_dir().join(format!("strip-{case}.jpg"));
            let kept =
                std::fs::write(&path, &bytes).map_or_else(|error| error.to_string(), |()| path.display().to_string());
            format!("case {case}, {name} changed, allow_truncated({allow_truncated}), {kept}")
        };
        accepted += u64::from(hold(&what, &bytes, &rules));
    }
    assert!(accepted > cases / 5, "{accepted} of {cases} were accepted");
}
