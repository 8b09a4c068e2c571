//! Whatever the bytes are: no panic, no result beyond the limits, and no file that ends early is accepted, unless a JPEG
//! by those who ask for it.
#![allow(clippy::expect_used, reason = "a panic is the failure report of a test")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "our own file names")]

use std::path::Path;

use presize::{ErrorKind, ImageRules, check, inspect};
use proptest::prelude::*;

fn image(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/images").join(name)).expect(name)
}

/// Small files of every format and of every way through the decoders.
const SEEDS: &[&str] = &[
    "baseline_420.jpg",
    "progressive_420.jpg",
    "restart.jpg",
    "gray.jpg",
    "cmyk_adobe.jpg",
    "ycck_420.jpg",
    "icc_two_parts.jpg",
    "own_420_scans.jpg",
    "own_mixed_restart.jpg",
    "own_441_progressive.jpg",
    "restart_progressive.jpg",
    "late_height.jpg",
    "orientation_6.jpg",
    "rgb.png",
    "palette_4_trns.png",
    "rgb_adam7.png",
    "icc_p3.png",
    "animated.png",
    "static.gif",
    "interlaced.gif",
    "animated.gif",
    "offset.gif",
    "lossy.webp",
    "lossy_alpha.webp",
    "lossless_alpha.webp",
    "animated_lossy_alpha.webp",
    "offset.webp",
];

/// Checks under small limits; what is accepted must be within them.
fn check_within(bytes: &[u8]) -> bool {
    let rules = ImageRules::default()
        .max_pixels(100_000)
        .max_frames(20)
        .max_frame_pixels(1_000_000)
        .max_memory_bytes(4 << 20)
        .allow_polyglots(true);
    let _ = inspect(bytes);
    match check(bytes, None, &rules) {
        Ok(checked) => {
            assert!(u64::from(checked.width) * u64::from(checked.height) <= rules.max_pixels);
            assert_eq!((checked.info.width, checked.info.height), (checked.width, checked.height));
            assert_eq!(inspect(bytes).expect("what is checked can be inspected"), checked.info);
            true
        }
        Err(error) => {
            if let ErrorKind::ImageTooLarge { received, max, .. } = error.kind() {
                assert!(received > max);
            }
            false
        }
    }
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    for name in SEEDS {
        let whole = image(name);
        assert!(check_within(&whole), "{name} is to be accepted whole");
        for end in 0..whole.len() {
            assert!(!check_within(&whole[..end]), "{name} cut at {end} of {} was accepted", whole.len());
        }
    }
}

/// Also a progressive one, whose missing scans would only refine the picture.
#[test]
fn a_jpeg_cut_anywhere_and_closed_is_refused() {
    for name in SEEDS.iter().filter(|name| name.ends_with(".jpg")) {
        let whole = image(name);
        for end in 2..whole.len() - 2 {
            let closed = [&whole[..end], &[0xff, 0xd9]].concat();
            assert!(!check_within(&closed), "{name} cut at {end} of {} and closed was accepted", whole.len());
        }
    }
}

/// Where the header of the first scan ends.
fn first_scan(jpeg: &[u8]) -> usize {
    let mut at = 2;
    loop {
        let end = at + 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        if jpeg[at + 1] == 0xda {
            return end;
        }
        at = end;
    }
}

/// The rows of the pixels of a JPEG, however much of it there is.
fn rows(bytes: &[u8]) -> presize::Result<Vec<Vec<u8>>> {
    let rules = ImageRules::default().allow_truncated(true).allow_polyglots(true);
    let pixels = presize::decode(bytes, &presize::Transform::default(), &rules)?;
    Ok(pixels.bytes.chunks(pixels.width as usize * usize::from(pixels.channels)).map(<[u8]>::to_vec).collect())
}

#[test]
fn a_jpeg_cut_anywhere_is_accepted_once_a_scan_has_begun() {
    for name in SEEDS.iter().filter(|name| name.ends_with(".jpg") && !name.contains("late_height")) {
        let whole = image(name);
        let expected = rows(&whole).expect(name);
        let begin = first_scan(&whole);
        for end in 0..begin {
            assert!(rows(&whole[..end]).is_err(), "{name} cut at {end} was accepted");
        }
        for end in begin..whole.len() {
            assert_eq!(
                rows(&whole[..end]).map_err(|error| format!("{name} cut at {end}: {error}")).map(|rows| rows.len()),
                Ok(expected.len())
            );
        }
        assert_eq!(rows(&whole[..whole.len() - 2]).expect(name), expected, "{name} lacks nothing but its end marker");
    }
}

/// One scan from top to bottom: what arrived is as in the whole file, and all below is gray.
#[test]
fn a_jpeg_that_is_cut_has_its_upper_rows() {
    for name in ["baseline_420.jpg", "baseline_444.jpg", "restart.jpg", "gray.jpg", "own_440.jpg"] {
        let whole = image(name);
        let expected = rows(&whole).expect(name);
        let mut arrived_before = 0;
        for end in first_scan(&whole)..whole.len() {
            let cut = rows(&whole[..end]).expect(name);
            let arrived = cut.iter().zip(&expected).take_while(|(ours, all)| ours == all).count();
            assert!(arrived >= arrived_before, "{name} cut at {end}: {arrived} rows, fewer than before");
            arrived_before = arrived;
            // A row of units, of up to 16 rows, may be there in part; the rows at its edges are mixed with it.
            for (y, row) in cut.iter().enumerate().skip(arrived + 18) {
                assert!(row.iter().all(|sample| *sample == 128), "{name} cut at {end}: row {y} is not gray");
            }
        }
        assert_eq!(arrived_before, expected.len());
    }
}

#[test]
fn what_is_damaged_is_refused_whatever_is_missing() {
    let lenient = ImageRules::default().allow_truncated(true).allow_polyglots(true);
    let whole = image("restart.jpg");
    let begin = first_scan(&whole);
    // Closed by an end marker, it is not the transfer that ended early.
    for end in [begin, usize::midpoint(begin, whole.len())] {
        let closed = [&whole[..end], &[0xff, 0xd9]].concat();
        assert!(check(&closed, None, &lenient).is_err(), "closed at {end}");
    }
    // A restart marker out of its turn.
    let place = (begin..whole.len()).find(|at| whole[*at] == 0xff && (0xd0..0xd8).contains(&whole[at + 1]));
    let place = place.expect("a restart");
    let mut damaged = whole.clone();
    damaged[place + 1] ^= 1;
    assert!(check(&damaged[..whole.len() - 2], None, &lenient).is_err(), "restart");
    // Too large is too large.
    let tiny = lenient.clone().max_pixels(10);
    assert_eq!(check(&whole[..whole.len() - 20], None, &tiny).expect_err("a limit").code(), "image_too_large");
}

#[test]
fn what_follows_the_end_is_not_looked_at() {
    for name in ["baseline_420.jpg", "rgb.png", "static.gif", "lossy.webp"] {
        let longer = [image(name), vec![0; 100]].concat();
        assert!(check_within(&longer), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        check_within(&bytes);
    }

    #[test]
    fn arbitrary_bytes_after_a_signature(
        start in prop::sample::select(vec![
            b"\xff\xd8\xff".as_slice(), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"GIF89a", b"RIFF\xff\0\0\0WEBPVP8 ", b"RIFF\xff\0\0\0WEBPVP8L",
            b"RIFF\xff\0\0\0WEBPVP8X\x0a\0\0\0", b"\0\0\0\x18ftyp", b"<svg", b"II\x2a\0",
        ]),
        rest in proptest::collection::vec(any::<u8>(), 0..512),
    ) {
        check_within(&[start, &rest].concat());
    }

    #[test]
    fn a_few_bytes_changed(
        name in prop::sample::select(SEEDS),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = image(name);
        for (index, value) in changes {
            let place = index.index(bytes.len());
            bytes[place] = value;
        }
        check_within(&bytes);
    }

    #[test]
    fn bytes_of_the_header_changed(
        name in prop::sample::select(SEEDS),
        changes in proptest::collection::vec((0_usize..64, any::<u8>()), 1..3),
    ) {
        let mut bytes = image(name);
        for (place, value) in changes {
            let place = place.min(bytes.len() - 1);
            bytes[place] = value;
        }
        check_within(&bytes);
    }

    #[test]
    fn a_piece_taken_out(name in prop::sample::select(SEEDS), at in any::<prop::sample::Index>(), length in 1_usize..64) {
        let bytes = image(name);
        let at = at.index(bytes.len());
        let end = (at + length).min(bytes.len());
        check_within(&[&bytes[..at], &bytes[end..]].concat());
    }
}
