//! Stripping of PNG, WebP and GIF, whose files are chains of chunks or blocks: whatever stands where in a file that `check`
//! accepts, it is accepted stripped, shows the same in every frame, and holds nothing of what was planted into it.
//!
//! Files are taken apart, mixed and put together again by the tests' own writers; frames are those of the crates `png`, `gif` and
//! `image-webp`, which do not know what stripping does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is the failure report of a test")]

mod random;

mod properties_strip_containers {
    pub(crate) mod frames;
    pub(crate) mod gif;
    pub(crate) mod png;
    pub(crate) mod webp;
}

use std::path::Path;

use presize::{ImageFormat, ImageInfo, ImageRules, Transform, check, decode, inspect, sniff, strip_metadata};
use properties_strip_containers::{frames, gif, png, webp};
use random::Random;

/// What is planted into metadata, and must be nowhere afterwards.
const TOKEN: &[u8] = b"47.3686N-8.5391E";

/// How many files are made of each format, and which: `PRESIZE_CASES` and `PRESIZE_SEED` ask for more of them and for others.
fn cases_and_seed() -> (usize, u64) {
    let number = |name: &str, default| std::env::var(name).map_or(default, |text| text.parse().unwrap());
    (number("PRESIZE_CASES", 1_500) as usize, number("PRESIZE_SEED", 1))
}

fn rules() -> ImageRules {
    ImageRules::default().allow_polyglots(true)
}

/// All images of the vectors and of the fuzz corpus that are no JPEGs.
fn images() -> Vec<(String, Vec<u8>)> {
    let core = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut images = Vec::new();
    for folder in ["tests/vectors/images", "fuzz/seeds"] {
        for entry in std::fs::read_dir(core.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            if matches!(sniff(&bytes), presize::Sniffed::Image(ImageFormat::Png | ImageFormat::Webp | ImageFormat::Gif))
            {
                images.push((path.file_name().unwrap().to_string_lossy().into_owned(), bytes));
            }
        }
    }
    images.sort();
    assert!(images.len() > 200, "{} images", images.len());
    images
}

/// Those of a format that are small enough to be decoded thousands of times.
fn small_images(format: ImageFormat) -> Vec<(String, Vec<u8>)> {
    let mut images = images();
    images.retain(|(_, bytes)| {
        sniff(bytes) == presize::Sniffed::Image(format)
            && bytes.len() < 8_000
            && inspect(bytes).is_ok_and(|info| info.width * info.height < 10_000)
    });
    assert!(images.len() > 20, "{} images", images.len());
    images
}

/// What an image is but for its metadata.
fn shown(info: &ImageInfo) -> (ImageFormat, u32, u32, u8, [bool; 3]) {
    let flags = [info.has_alpha, info.is_animated, info.has_icc_profile];
    (info.format, info.width, info.height, info.orientation.exif(), flags)
}

/// A file that is written to the system's folder for temporary files if the test ends within it.
struct Shown<'a>(&'a str, &'a [u8]);

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let path = std::env::temp_dir().join(format!("presize {}", self.0));
            let written = std::fs::write(&path, self.1);
            println!("the file: {} ({written:?})", path.display());
        }
    }
}

/// Holds what must be true of stripping a file; whether the file is one that `check` accepts.
fn assert_stripped(name: &str, bytes: &[u8]) -> bool {
    let _shown = Shown(name, bytes);
    let rules = rules();
    let stripped = strip_metadata(bytes, &rules);
    let Ok(before) = check(bytes, None, &rules) else {
        // Whatever it is, there is an answer, and what comes of it is no longer than it may be.
        assert!(!stripped.is_ok_and(|stripped| stripped.bytes.len() > bytes.len() + 64), "{name}");
        return false;
    };
    let stripped = stripped.unwrap_or_else(|error| panic!("{name} was accepted, and cannot be stripped: {error}"));
    assert!(stripped.bytes.len() <= bytes.len() + 64, "{name}");
    assert_eq!(stripped.removed.is_empty(), *stripped.bytes == *bytes, "{name}: what is said and what is done");
    let after = check(&stripped.bytes, None, &rules)
        .unwrap_or_else(|error| panic!("{name} was accepted, and is not stripped: {error}"));
    assert_eq!(shown(&after.info), shown(&before.info), "{name}");
    assert_eq!(
        after.info.has_exif,
        after.info.orientation.exif() != 1,
        "{name}: EXIF is there for the orientation alone"
    );
    assert_eq!(inspect(&stripped.bytes).unwrap(), after.info, "{name}");
    let pixels = |bytes: &[u8]| {
        let pixels = decode(bytes, &Transform::default(), &rules).unwrap_or_else(|error| panic!("{name}: {error}"));
        (pixels.width, pixels.height, pixels.channels, pixels.bytes.into_owned())
    };
    assert!(pixels(&stripped.bytes) == pixels(bytes), "{name}: other pixels");
    // The crates refuse some of what is accepted.
    if let Some(expected) = frames::of(bytes, before.info.is_animated) {
        let ours = frames::of(&stripped.bytes, before.info.is_animated);
        let ours = ours.unwrap_or_else(|| panic!("{name}: frames are lost"));
        assert_eq!(ours.len(), expected.len(), "{name}: frames");
        for (index, (frame, expected)) in ours.iter().zip(&expected).enumerate() {
            assert_eq!(frame.0, expected.0, "{name}: frame {index}");
            assert!(frame.1 == expected.1, "{name}: other pixels in frame {index}");
        }
    }
    let again = strip_metadata(&stripped.bytes, &rules).unwrap();
    assert!(again.removed.is_empty(), "{name}: there is more to strip: {:?}", again.removed);
    assert!(*again.bytes == *stripped.bytes, "{name}: another file the second time");
    true
}

#[test]
fn every_image_looks_the_same() {
    let accepted = images().iter().filter(|(name, bytes)| assert_stripped(name, bytes)).count();
    assert!(accepted > 140, "{accepted} were accepted");
}

/// Of a file that is cut anywhere, what is accepted is accepted stripped.
#[test]
fn cut_files_look_the_same() {
    for format in [ImageFormat::Png, ImageFormat::Webp, ImageFormat::Gif] {
        for (name, bytes) in small_images(format) {
            for end in (0..bytes.len()).rev().take(80) {
                assert_stripped(&format!("{name} cut at {end}"), &bytes[..end]);
            }
        }
    }
}

/// Bytes that are changed anywhere.
#[test]
fn damaged_files_look_the_same() {
    let (cases, seed) = cases_and_seed();
    let mut random = Random::new(seed);
    for format in [ImageFormat::Png, ImageFormat::Webp, ImageFormat::Gif] {
        let images = small_images(format);
        let mut accepted = 0;
        for index in 0..cases {
            let (name, mut bytes) = random.pick(&images);
            for _ in 0..=random.below(3) {
                let at =
                    if random.below(2) == 0 { random.below(bytes.len().min(64)) } else { random.below(bytes.len()) };
                bytes[at] = random.next() as u8;
            }
            accepted += usize::from(assert_stripped(&format!("{name}, damaged, {index}"), &bytes));
        }
        assert!(accepted > cases / 20, "{format}: {accepted} were accepted");
    }
}

/// Mixes files of a format; `mix` plants tokens where metadata may stand.
fn mixed(format: ImageFormat, mix: impl Fn(&[u8], &mut Random) -> Vec<u8>) {
    let (cases, seed) = cases_and_seed();
    let mut random = Random::new(seed);
    let images = small_images(format);
    let (mut accepted, mut planted) = (0, 0);
    for index in 0..cases {
        let (name, bytes) = random.pick(&images);
        let bytes = mix(&bytes, &mut random);
        let name = format!("{name}, mixed, {index}");
        if assert_stripped(&name, &bytes) {
            let stripped = strip_metadata(&bytes, &rules()).unwrap();
            assert!(!holds_token(&stripped.bytes), "{name}: a token is left");
            accepted += 1;
            planted += usize::from(holds_token(&bytes));
        }
    }
    assert!(accepted > cases / 4, "{format}: {accepted} were accepted");
    assert!(planted > accepted / 2, "{format}: {planted} of {accepted} held a token");
}

fn holds_token(bytes: &[u8]) -> bool {
    bytes.windows(8).any(|window| TOKEN.windows(8).any(|part| part == window))
}

#[test]
fn mixed_pngs_look_the_same() {
    mixed(ImageFormat::Png, png::mix);
}

#[test]
fn mixed_webps_look_the_same() {
    mixed(ImageFormat::Webp, webp::mix);
}

#[test]
fn mixed_gifs_look_the_same() {
    mixed(ImageFormat::Gif, gif::mix);
}
