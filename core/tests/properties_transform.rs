//! What holds of `transform` for all pictures and all options: sizes, limits, no metadata, the same bytes twice, no panic.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report of a test")]

use std::borrow::Cow;
use std::path::Path;

use presize::{
    ChromaSubsampling, Color, EncodedImage, Fit, ImageRules, OutputFormat, PixelImage, Position, Transform, decode,
    encode, transform, transform_many,
};
use proptest::prelude::*;
use proptest::sample::select;

fn vector(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/images");
    std::fs::read(folder.join(format!("transform-{name}"))).unwrap()
}

/// A PNG of these pixels, 1 to 4 channels, with whatever the caller puts into its header.
fn png_of(width: u32, height: u32, channels: usize, data: &[u8], change: impl FnOnce(&mut png::Info<'_>)) -> Vec<u8> {
    let mut info = png::Info::with_size(width, height);
    info.bit_depth = png::BitDepth::Eight;
    info.color_type =
        [png::ColorType::Grayscale, png::ColorType::GrayscaleAlpha, png::ColorType::Rgb, png::ColorType::Rgba]
            [channels - 1];
    change(&mut info);
    let mut bytes = Vec::new();
    let mut writer = png::Encoder::with_info(&mut bytes, info).unwrap().write_header().unwrap();
    writer.write_image_data(data).unwrap();
    writer.finish().unwrap();
    bytes
}

/// A TIFF structure with nothing but the tag for the orientation.
fn exif_of(orientation: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif
}

fn pixels_of(image: &EncodedImage) -> Vec<u8> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(&image.bytes)).read_info().unwrap();
    let mut data = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut data).unwrap();
    data
}

#[derive(Debug, Clone)]
struct Picture {
    width: u32,
    height: u32,
    channels: usize,
    noise: Vec<u8>,
    orientation: u8,
}

impl Picture {
    fn data(&self) -> Vec<u8> {
        let count = self.width as usize * self.height as usize * self.channels;
        self.noise.iter().copied().cycle().take(count).collect()
    }

    fn bytes(&self) -> Vec<u8> {
        let exif = exif_of(self.orientation);
        png_of(self.width, self.height, self.channels, &self.data(), |info| {
            info.exif_metadata = Some(Cow::Owned(exif));
        })
    }

    fn displayed(&self) -> (u32, u32) {
        if self.orientation >= 5 { (self.height, self.width) } else { (self.width, self.height) }
    }
}

fn pictures() -> impl Strategy<Value = Picture> {
    let side = || prop_oneof![4 => 1_u32..40, 1 => 1_u32..3, 1 => 100_u32..300];
    (side(), side(), 1_usize..=4, prop::collection::vec(any::<u8>(), 1..97), 1_u8..=8).prop_map(
        |(width, height, channels, noise, orientation)| Picture { width, height, channels, noise, orientation },
    )
}

fn transforms() -> impl Strategy<Value = Transform> {
    let side = || prop::option::of(prop_oneof![5 => 1_u32..120, 1 => 1_u32..4, 1 => 120_u32..600]);
    let shape = (side(), side(), select(Fit::ALL), select(Position::ALL), any::<bool>());
    let color = prop::option::of(any::<[u8; 4]>().prop_map(|[r, g, b, a]| Color { r, g, b, a }));
    let format = select(vec![OutputFormat::Jpeg, OutputFormat::Png, OutputFormat::Webp]);
    let encoding = (format, 1_u8..=100, any::<bool>(), select(ChromaSubsampling::ALL), any::<bool>());
    (shape, color, encoding).prop_map(|(shape, color, (format, quality, progressive, chroma, keep_icc))| {
        let (width, height, fit, position, enlarge) = shape;
        let mut transform = Transform::default()
            .fit(fit)
            .position(position)
            .enlarge(enlarge)
            .format(format)
            .quality(quality)
            .progressive(progressive)
            .chroma_subsampling(chroma)
            .lossless(format == OutputFormat::Webp)
            .keep_icc(keep_icc);
        (transform.width, transform.height, transform.background) = (width, height, color);
        transform
    })
}

/// What the documentation of `Fit` and `enlarge` promises of a size.
fn keeps_its_promise(picture: (u32, u32), transform: &Transform, result: (u32, u32)) -> Result<(), TestCaseError> {
    let (width, height) = result;
    let (own_width, own_height) = picture;
    let near_aspect = |aspect: f64| {
        // A rounded side is off by half a pixel at most, unless it was lifted to 1.
        let (exact_height, exact_width) = (f64::from(width) / aspect, f64::from(height) * aspect);
        (exact_height - f64::from(height)).abs() <= 0.5 + 1e-9
            || (exact_width - f64::from(width)).abs() <= 0.5 + 1e-9
            || width == 1
            || height == 1
    };
    let own_aspect = f64::from(own_width) / f64::from(own_height);
    let padded = transform.fit == Fit::Contain && transform.width.is_some() && transform.height.is_some();
    if !transform.enlarge && !padded {
        prop_assert!(width <= own_width && height <= own_height);
    }
    let (Some(box_width), Some(box_height)) = (transform.width, transform.height) else {
        prop_assert!(near_aspect(own_aspect));
        if transform.enlarge {
            prop_assert!(transform.width.is_none_or(|asked| asked == width));
            prop_assert!(transform.height.is_none_or(|asked| asked == height));
        }
        return Ok(());
    };
    match transform.fit {
        Fit::Contain => prop_assert_eq!(result, (box_width, box_height)),
        Fit::Fill if transform.enlarge => prop_assert_eq!(result, (box_width, box_height)),
        Fit::Fill => prop_assert_eq!(result, (box_width.min(own_width), box_height.min(own_height))),
        Fit::Cover if transform.enlarge => prop_assert_eq!(result, (box_width, box_height)),
        Fit::Cover => {
            prop_assert!(width <= box_width && height <= box_height);
            prop_assert!(near_aspect(f64::from(box_width) / f64::from(box_height)));
            let is_full = (width, height) == (box_width, box_height) || width == own_width || height == own_height;
            prop_assert!(is_full, "the largest that fits");
        }
        Fit::Inside => {
            prop_assert!(width <= box_width && height <= box_height && near_aspect(own_aspect));
            prop_assert!(width == box_width || height == box_height || result == picture);
        }
        Fit::Outside => {
            prop_assert!((width >= box_width && height >= box_height) || result == picture);
            prop_assert!(near_aspect(own_aspect));
        }
        _ => prop_assert!(false, "a fit without a promise"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sizes_are_as_promised(picture in pictures(), options in transforms()) {
        let bytes = picture.bytes();
        match transform(&bytes, &options, &ImageRules::default()) {
            Ok(image) => {
                keeps_its_promise(picture.displayed(), &options, (image.width, image.height))?;
                prop_assert!(image.width <= 16_384 && image.height <= 16_384);
                prop_assert_eq!(Some(image.format), options.format);
                let info = parts(&image.bytes, image.format);
                prop_assert!(info.is_ok(), "{:?}", info);
                let again = transform(&bytes, &options, &ImageRules::default()).unwrap();
                prop_assert_eq!(image.bytes, again.bytes);
            }
            // Enlarging a long thin picture may go too far.
            Err(error) => prop_assert!(error.code() == "image_too_large" && options.enlarge, "{:?}", error),
        }
    }

    #[test]
    fn many_are_as_one_by_one(picture in pictures(), list in prop::collection::vec(transforms(), 0..4)) {
        let bytes = picture.bytes();
        let list: Vec<_> = list.into_iter().map(|options| options.enlarge(false)).collect();
        let together = transform_many(&bytes, &list, &ImageRules::default()).unwrap();
        prop_assert_eq!(together.len(), list.len());
        for (image, options) in together.iter().zip(&list) {
            prop_assert_eq!(image, &transform(&bytes, options, &ImageRules::default()).unwrap());
        }
    }

    /// Decoding is all of `transform` but its encoder, so that the two halves after each other are the whole.
    #[test]
    fn decoding_and_encoding_are_a_transform(picture in pictures(), options in transforms()) {
        let bytes = picture.bytes();
        let mut options = options.enlarge(false).keep_icc(false);
        if options.format == Some(OutputFormat::Jpeg) {
            options.background = None; // would be laid below twice, which shows where it is translucent
        }
        let mut drawn = Transform::default().fit(options.fit).position(options.position);
        (drawn.width, drawn.height, drawn.background) = (options.width, options.height, options.background);
        let mut encoded = options.clone();
        (encoded.width, encoded.height, encoded.background) = (None, None, None);

        let rules = ImageRules::default();
        let whole = transform(&bytes, &options, &rules).unwrap();
        let pixels = decode(&bytes, &drawn, &rules).unwrap();
        prop_assert_eq!((pixels.width, pixels.height), (whole.width, whole.height));
        let count = pixels.width as usize * pixels.height as usize * usize::from(pixels.channels);
        prop_assert_eq!(pixels.bytes.len(), count);
        prop_assert!(usize::from(pixels.channels) >= picture.channels, "no channel is lost");
        prop_assert_eq!(encode(&pixels, &encoded, &rules).unwrap(), whole);
    }

    #[test]
    fn pixels_are_encoded_as_if_they_came_from_a_file(picture in pictures(), options in transforms()) {
        let picture = Picture { orientation: 1, ..picture };
        let rules = ImageRules::default();
        let pixels = PixelImage::new(picture.width, picture.height, picture.channels as u8, picture.data()).unwrap();
        match (encode(&pixels, &options, &rules), transform(&picture.bytes(), &options, &rules)) {
            (Ok(ours), Ok(theirs)) => prop_assert_eq!(ours, theirs),
            (Err(ours), Err(theirs)) => prop_assert_eq!(ours.to_string(), theirs.to_string()),
            (ours, theirs) => prop_assert!(false, "{:?} {:?}", ours, theirs),
        }
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(
        head in select(vec![&b""[..], b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"GIF89a", b"RIFF\x40\0\0\0WEBPVP8 "]),
        tail in prop::collection::vec(any::<u8>(), 0..200),
        options in transforms(),
    ) {
        let _ = transform(&[head, &tail].concat(), &options, &ImageRules::default());
    }

    #[test]
    fn damaged_files_and_profiles_do_not_panic(
        name in select(vec!["exif6-p3.jpg", "gray.jpg", "photo.webp", "alpha.webp", "photo.gif"]),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let mut bytes = vector(name);
        for (index, value) in damage {
            let at = index.index(bytes.len());
            bytes[at] = value;
        }
        let small = Transform::default().width(16).height(16).format(OutputFormat::Png);
        let _ = transform(&bytes, &small, &ImageRules::default());
    }

    /// The pixels are sound, so that every damaged profile is really read and tried.
    #[test]
    fn damaged_profiles_do_not_panic(
        gray in any::<bool>(),
        damage in prop::collection::vec((0_usize..600, any::<u8>()), 1..8),
    ) {
        let mut profile = icc_of(if gray { "gray-icc.png" } else { "adobe.png" });
        for (at, value) in damage {
            let at = at % profile.len();
            profile[at] = value;
        }
        let channels = if gray { 1 } else { 3 };
        let data: Vec<u8> = (0..64 * channels).map(|i| (i * 7 % 256) as u8).collect();
        let bytes = png_of(8, 8, channels, &data, |info| info.icc_profile = Some(Cow::Owned(profile)));
        let image = transform(&bytes, &Transform::default().width(4), &ImageRules::default()).unwrap();
        prop_assert_eq!((image.width, image.height), (4, 4));
    }
}

fn icc_of(name: &str) -> Vec<u8> {
    png_profile(&vector(name)).unwrap()
}

fn png_profile(bytes: &[u8]) -> Option<Vec<u8>> {
    let reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    reader.info().icc_profile.as_deref().map(<[u8]>::to_vec)
}

/// The names of the parts of a file; an error names one that a picture without metadata has no need of.
fn parts(bytes: &[u8], format: OutputFormat) -> Result<Vec<String>, String> {
    let (names, needed): (Vec<String>, &[&str]) = match format {
        OutputFormat::Png => (png_chunks(bytes), &["IHDR", "IDAT", "IEND"]),
        OutputFormat::Jpeg => (jpeg_segments(bytes), &["e0", "db", "c0", "c2", "c4", "da", "d9"]),
        OutputFormat::Webp => (webp_chunks(bytes), &["VP8L"]),
        other => return Err(format!("no parser for {other}")),
    };
    match names.iter().find(|name| !needed.contains(&name.as_str())) {
        Some(name) => Err(name.clone()),
        None => Ok(names),
    }
}

fn png_chunks(bytes: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = &bytes[8..];
    while !rest.is_empty() {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        names.push(String::from_utf8(rest[4..8].to_vec()).unwrap());
        rest = &rest[12 + length..];
    }
    names
}

/// Segments by the second byte of their marker; entropy-coded data is passed over.
fn jpeg_segments(bytes: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut at = 2;
    while at < bytes.len() {
        assert_eq!(bytes[at], 0xff);
        let marker = bytes[at + 1];
        names.push(format!("{marker:x}"));
        at += 2;
        if marker == 0xd9 {
            break;
        }
        at += usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]]));
        if marker == 0xda {
            while bytes[at] != 0xff || bytes[at + 1] == 0 {
                at += 1;
            }
        }
    }
    assert_eq!(at, bytes.len(), "nothing after the end");
    names
}

fn webp_chunks(bytes: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = &bytes[12..];
    while !rest.is_empty() {
        let length = u32::from_le_bytes(rest[4..8].try_into().unwrap()) as usize;
        names.push(String::from_utf8(rest[..4].to_vec()).unwrap());
        rest = &rest[8 + length + length % 2..];
    }
    names
}

/// The source has a description and a GPS position in its EXIF, and an ICC profile. The names show what would be found.
#[test]
fn metadata_is_gone_and_the_profile_kept_on_request() {
    let source = vector("exif6-p3.jpg");
    assert!(jpeg_segments(&source).contains(&"e1".to_owned()) && jpeg_segments(&source).contains(&"e2".to_owned()));
    for (format, part) in [(OutputFormat::Jpeg, "e2"), (OutputFormat::Png, "iCCP"), (OutputFormat::Webp, "VP8X")] {
        let options = Transform::default().format(format).lossless(format == OutputFormat::Webp);
        for options in [options.clone(), options.clone().width(20), options.clone().progressive(true)] {
            let image = transform(&source, &options, &ImageRules::default()).unwrap();
            parts(&image.bytes, format).unwrap();
            let text = String::from_utf8_lossy(&image.bytes);
            assert!(!text.contains("secret") && !text.contains("Exif"), "{format}");
        }
        let kept = transform(&source, &options.keep_icc(true), &ImageRules::default()).unwrap();
        assert_eq!(parts(&kept.bytes, format).unwrap_err(), part);
    }
}

/// Turning and converting the small picture gives what turning and converting the large one gives. Turning does to two
/// levels (the passes of the filter change places). Converting does too, but for a few pixels at hard edges between colours of which one lies outside of
/// sRGB: there it matters whether a mean is taken before or after the conversion cuts colours off.
#[test]
fn the_order_of_the_stages_does_not_show() {
    let whole = Transform::default().format(OutputFormat::Png);
    for (name, worst_level, share_beyond_two) in [("photo.jpg", 2, 0.0), ("p3.jpg", 10, 0.01)] {
        let source = vector(name);
        let kept = transform(&source, &whole.clone().keep_icc(true), &ImageRules::default()).unwrap();
        let profile = png_profile(&kept.bytes);
        for orientation in 1..=8 {
            let stored = png_of(kept.width, kept.height, 3, &pixels_of(&kept), |info| {
                info.exif_metadata = Some(Cow::Owned(exif_of(orientation)));
                info.icc_profile = profile.clone().map(Cow::Owned);
            });
            let done_first = transform(&stored, &whole, &ImageRules::default()).unwrap();
            for options in [
                whole.clone().width(37),
                whole.clone().width(31).height(17).position(Position::BottomLeft),
                whole.clone().width(64).height(64).fit(Fit::Contain).background(Color::BLACK),
                whole.clone().width(150).height(200).fit(Fit::Fill).enlarge(true),
            ] {
                let ours = transform(&stored, &options, &ImageRules::default()).unwrap();
                let theirs = transform(&done_first.bytes, &options, &ImageRules::default()).unwrap();
                assert_eq!((ours.width, ours.height), (theirs.width, theirs.height));
                let (ours, theirs) = (pixels_of(&ours), pixels_of(&theirs));
                let levels: Vec<u8> = ours.iter().zip(&theirs).map(|(ours, theirs)| ours.abs_diff(*theirs)).collect();
                let worst = levels.iter().max().copied().unwrap();
                let beyond = levels.iter().filter(|level| **level > 2).count() as f64 / levels.len() as f64;
                println!("{name}, orientation {orientation}: at most {worst} levels, {beyond:.4} of all beyond 2");
                assert!(worst <= worst_level && beyond <= share_beyond_two, "{name}, {orientation}, {options:?}");
            }
        }
    }
}
