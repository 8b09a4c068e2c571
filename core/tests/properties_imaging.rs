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

/// Of a JPEG the end marker is no part of the picture. What follows the image data of a PNG or a GIF is not either, nor are
/// further frames: a quarter of a file with one frame is more than that.
#[test]
fn a_file_cut_anywhere_is_refused() {
    for name in SEEDS {
        let whole = image(name);
        assert!(check_within(&whole), "{name} is to be accepted whole");
        let (needed, is_exact) = match name.rsplit('.').next() {
            Some("jpg") => (whole.len() - 2, true),
            Some("png" | "gif") if name.starts_with("animated") => (0, false),
            Some("png" | "gif") => (whole.len() * 3 / 4, false),
            _ => (whole.len(), true),
        };
        for end in 0..if is_exact { whole.len() } else { needed } {
            let is_accepted = end >= needed;
            assert_eq!(check_within(&whole[..end]), is_accepted, "{name} cut at {end} of {}", whole.len());
        }
    }
}

/// What trails a JPEG without an end marker makes no difference: a cut one stays cut.
#[test]
fn a_jpeg_cut_anywhere_and_filled_up_is_refused() {
    for name in SEEDS.iter().filter(|name| name.ends_with(".jpg")) {
        let whole = image(name);
        let second = image("one_pixel.jpg");
        let third = [vec![0xff, 0xe1, 0, 4, 1, 2], second.clone()].concat();
        for filling in [vec![0; 4 * whole.len()], vec![0xff; 100], second, third] {
            // A scan of colour alone is so short, with blocks of as little as half a byte, that anything may complete it.
            let is_apart = name.contains("scans") && filling[0..2] != [0xff, 0xff];
            // What little the last bytes of a scan hold zeros may stand for as well.
            for end in first_scan(&whole)..if is_apart { 0 } else { whole.len() - 2 - 32 } {
                let filled = [&whole[..end], &filling].concat();
                assert!(!is_complete(&filled), "{name} cut at {end} of {}, then {:x?}", whole.len(), &filling[..4]);
            }
            let trailed = [&whole[..whole.len() - 2], &filling].concat();
            assert!(is_complete(&trailed) || name.contains("late_height"), "{name} with {:x?} after it", &filling[..4]);
        }
    }
}

fn is_complete(bytes: &[u8]) -> bool {
    let rules = ImageRules::default().allow_polyglots(true);
    check(bytes, None, &rules).is_ok_and(|checked| checked.is_complete)
}

/// A progressive one is accepted where whole scans are missing, which would only refine the picture, and says so.
#[test]
fn a_jpeg_cut_anywhere_and_closed_is_refused() {
    for name in SEEDS.iter().filter(|name| name.ends_with(".jpg")) {
        let whole = image(name);
        let scans: Vec<usize> = (0..whole.len()).filter(|at| whole[*at..].starts_with(&[0xff, 0xda])).collect();
        let mut accepted_between = vec![false; scans.len()];
        for end in 2..whole.len() - 2 {
            let closed = [&whole[..end], &[0xff, 0xd9]].concat();
            if check_within(&closed) {
                assert!(name.contains("progressive"), "{name} cut at {end} of {} and closed was accepted", whole.len());
                assert!(!is_complete(&closed), "{name} cut at {end} of {} is incomplete", whole.len());
                let scan = scans.partition_point(|start| *start < end);
                accepted_between[scan - 1] = true;
            }
        }
        if name.contains("progressive") {
            let first = accepted_between.iter().position(|accepted| *accepted).expect("scans that refine");
            assert!(
                accepted_between[first..scans.len() - 1].iter().all(|accepted| *accepted),
                "{name} after each scan"
            );
        }
    }
}

/// Whatever the bytes are, a rule that accepts more accepts all that is accepted without it, with the same pixels.
fn assert_truncated_is_no_stricter(bytes: &[u8]) {
    let strict = ImageRules::default().max_pixels(100_000).max_memory_bytes(4 << 20).allow_polyglots(true);
    let lenient = strict.clone().allow_truncated(true);
    if let Ok(checked) = check(bytes, None, &strict) {
        let allowed = check(bytes, None, &lenient).expect("accepted without the rule");
        assert_eq!((allowed.is_complete, allowed.info), (checked.is_complete, checked.info));
        for width in [checked.width, checked.width.div_ceil(8)] {
            let options = presize::Transform::default().width(width);
            let pixels = presize::decode(bytes, &options, &strict).expect("what is checked can be decoded");
            let allowed = presize::decode(bytes, &options, &lenient).expect("and under the rule as well");
            assert_eq!((pixels.width, pixels.height, &pixels.bytes), (allowed.width, allowed.height, &allowed.bytes));
        }
    }
}

/// The ways that are quick, and leave out what a size does not need, accept and refuse what a check does, where a file has
/// no end: scans that are not needed are read then as well.
fn assert_cut_is_found_at_every_size(bytes: &[u8]) {
    let rules = ImageRules::default().max_pixels(100_000).max_memory_bytes(4 << 20).allow_polyglots(true);
    let is_accepted = check(bytes, None, &rules).is_ok();
    for width in [1, 6, 12, 24, 47] {
        let options = presize::Transform::default().width(width).format(presize::OutputFormat::Jpeg);
        let made = presize::transform(bytes, &options, &rules).map(|image| image.width);
        assert_eq!(made.is_ok(), is_accepted, "{width} pixels across: {:?}", made.err());
    }
}

#[test]
fn a_jpeg_that_is_cut_is_so_at_every_size() {
    for name in SEEDS.iter().filter(|name| name.ends_with(".jpg")) {
        let whole = image(name);
        for end in (2..whole.len()).rev().take(200) {
            assert_cut_is_found_at_every_size(&whole[..end]);
        }
    }
}

/// Filler bytes before restart markers, of all kinds, change no pixel.
#[test]
fn filler_before_restarts_is_skipped() {
    for name in ["restart.jpg", "own_mixed_restart.jpg", "own_444_restart_progressive.jpg", "restart_progressive.jpg"] {
        let whole = image(name);
        let expected = rows(&whole).expect(name);
        let fillers: [&[u8]; 6] =
            [&[0xff, 0], &[0xff, 0xff], &[0], &[0; 40], &[1, 2, 0xff, 0, 3], &[0xff, 0x30, 0xff, 0x01, 0xff]];
        for filler in fillers {
            let mut filled = Vec::new();
            for (at, byte) in whole.iter().enumerate() {
                let is_restart = at > first_scan(&whole) && matches!(whole[at..], [0xff, 0xd0..=0xd7, ..]);
                filled.extend_from_slice(if is_restart { filler } else { &[] });
                filled.push(*byte);
            }
            assert!(filled.len() > whole.len());
            assert!(check_within(&filled), "{name} with {filler:x?}");
            assert_eq!(rows(&filled).expect(name), expected, "{name} with {filler:x?}");
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
            // An MCU row, of up to 16 rows, may be there in part; the rows at its edges are mixed with it.
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

    #[test]
    fn what_is_accepted_is_so_if_more_is_allowed(
        name in prop::sample::select(SEEDS),
        at in any::<prop::sample::Index>(),
        taken in 0_usize..40,
        put in prop::sample::select(vec![
            b"".as_slice(), b"\xff\xd9", b"\xff\0\xff\xd0", b"\xff\xd1", b"\xff\xfe\0\x01", b"\xff\xe5\0\0", b"\0\0\0\0\0\0\0\0",
            b"\xff\xda", b"\xff\xff\xff", b"\xff\xdd\0\x04\0\x01", b"\xff\xdc\0\x04\0\x07", b"\xff\x30\0\x02",
        ]),
        ends in prop::sample::select(vec![0_usize, 1, 2, 2, 2, 3, 5, 20]),
        trailer in prop::sample::select(vec![b"".as_slice(), b"\0", b"\xff", b"\xff\xd9", b"\xff\xd9\xff\xd9", b"a trailer", b"\xff\xd8\xff\xe0\0\x10"]),
    ) {
        let mut bytes = image(name);
        bytes.truncate(bytes.len() - ends);
        let at = at.index(bytes.len());
        let end = (at + taken / 4).min(bytes.len());
        bytes.splice(at..end, put.iter().copied());
        bytes.extend_from_slice(trailer);
        check_within(&bytes);
        assert_truncated_is_no_stricter(&bytes);
    }
}
