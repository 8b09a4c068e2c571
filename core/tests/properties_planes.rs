//! What holds of a JPEG made of a JPEG: whether planes or pixels were scaled does not show, nor how many are made at once.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report of a test")]

use std::path::Path;

use presize::{
    ChromaSubsampling, Effort, Fit, ImageRules, OutputFormat, PixelImage, Position, Scaling, Transform, TransformPath,
    decode, transform, transform_many,
};
use proptest::prelude::*;
use proptest::sample::select;

const FILES: [&str; 20] = [
    "transform-photo.jpg",
    "transform-exif1.jpg",
    "transform-exif2.jpg",
    "transform-exif3.jpg",
    "transform-exif4.jpg",
    "transform-exif5.jpg",
    "transform-exif6.jpg",
    "transform-exif7.jpg",
    "transform-exif8.jpg",
    "transform-exif6-p3.jpg",
    "transform-gray.jpg",
    "baseline_420.jpg",
    "baseline_422.jpg",
    "progressive_420.jpg",
    "progressive_444.jpg",
    "gray_progressive.jpg",
    "odd_size.jpg",
    "own_440.jpg",
    "adobe_0.jpg",
    "cmyk_adobe.jpg",
];

fn file(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/images").join(name)).unwrap()
}

fn transforms() -> impl Strategy<Value = Transform> {
    let side = || prop_oneof![Just(None), (1_u32..300).prop_map(Some)];
    let fit = select(vec![Fit::Cover, Fit::Fill, Fit::Inside, Fit::Outside]);
    let position = select(vec![Position::Center, Position::TopLeft, Position::BottomRight]);
    let scaling = select(vec![Scaling::Fast, Scaling::Best]);
    (side(), side(), fit, position, scaling, any::<bool>()).prop_map(
        |(width, height, fit, position, scaling, enlarge)| {
            let mut transform = Transform::default().fit(fit).position(position).scaling(scaling).enlarge(enlarge);
            (transform.width, transform.height) = (width, height);
            transform
        },
    )
}

fn encodings() -> impl Strategy<Value = (ChromaSubsampling, bool, Effort)> {
    let subsampling = select(vec![ChromaSubsampling::Quarter, ChromaSubsampling::Half, ChromaSubsampling::Full]);
    (subsampling, any::<bool>(), select(vec![Effort::Normal, Effort::High]))
}

/// How far two pictures are apart, in the mean over all samples of brightness: coarse colours are no difference.
fn difference(one: &PixelImage<'_>, other: &PixelImage<'_>) -> f64 {
    let brightness = |image: &PixelImage<'_>| {
        let channels = usize::from(image.channels);
        let pixels = image.bytes.chunks_exact(channels).map(move |pixel| match pixel {
            [r, g, b, ..] => 0.299 * f64::from(*r) + 0.587 * f64::from(*g) + 0.114 * f64::from(*b),
            _ => f64::from(pixel[0]),
        });
        pixels.collect::<Vec<_>>()
    };
    let (one, other) = (brightness(one), brightness(other));
    one.iter().zip(&other).map(|(one, other)| (one - other).abs()).sum::<f64>() / one.len() as f64
}

/// Chroma of which the result has more than the file is interpolated as in decoding at full size, which is that of libjpeg byte
/// by byte, whether it is scaled as planes or as pixels.
#[test]
fn enlarged_chroma_is_that_of_decoding_at_full_size() {
    let rules = ImageRules::default();
    let mean = |one: &PixelImage<'_>, other: &PixelImage<'_>| {
        assert_eq!((one.width, one.height), (other.width, other.height));
        let total: u64 = one.bytes.iter().zip(other.bytes.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        total as f64 / one.bytes.len() as f64
    };
    let files =
        ["transform-photo.jpg", "baseline_420.jpg", "baseline_422.jpg", "own_440.jpg", "own_411.jpg", "odd_size.jpg"];
    for name in files {
        let bytes = file(name);
        let whole = decode(&bytes, &Transform::default(), &rules).unwrap();
        let full = Transform::default().format(OutputFormat::Jpeg).quality(100);
        let full = full.chroma_subsampling(ChromaSubsampling::Full);
        let written = transform(&bytes, &full, &rules).unwrap();
        let apart = mean(&decode(&written.bytes, &Transform::default(), &rules).unwrap(), &whole);
        assert!(apart < 0.8, "{name} written again: {apart} levels");
        let png = presize::encode(&whole, &Transform::default().format(OutputFormat::Png), &rules).unwrap().bytes;
        for share in [0.7, 0.9, 1.5] {
            let width = (f64::from(whole.width) * share).round() as u32;
            let options = Transform::default().width(width).enlarge(true);
            let apart = mean(&decode(&bytes, &options, &rules).unwrap(), &decode(&png, &options, &rules).unwrap());
            assert!(apart < 0.8, "{name} at {share} of its width: {apart} levels");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn planes_give_what_pixels_give(name in select(FILES.to_vec()), geometry in transforms(), encoding in encodings()) {
        let (bytes, rules) = (file(name), ImageRules::default());
        let (subsampling, progressive, effort) = encoding;
        let options = geometry.clone().format(OutputFormat::Jpeg).quality(98);
        let options = options.chroma_subsampling(subsampling).progressive(progressive).effort(effort);
        let Ok(written) = transform(&bytes, &options, &rules) else {
            // A side that is too long, for both.
            prop_assert!(decode(&bytes, &geometry, &rules).is_err());
            return Ok(());
        };
        let expected = decode(&bytes, &geometry, &rules).unwrap();
        let seen = decode(&written.bytes, &Transform::default(), &rules).unwrap();
        prop_assert_eq!((seen.width, seen.height), (expected.width, expected.height));
        let apart = difference(&seen, &expected);
        prop_assert!(apart < 3.0, "{} levels apart", apart);
    }

    /// Drawn together, from what the largest needs: within a few levels of each alone.
    #[test]
    fn many_at_once_are_as_each_alone(name in select(FILES.to_vec()), list in prop::collection::vec(transforms(), 1..4)) {
        let (bytes, rules) = (file(name), ImageRules::default());
        let list: Vec<Transform> = list.into_iter().map(|options| options.format(OutputFormat::Png)).collect();
        let Ok(images) = transform_many(&bytes, &list, &rules) else { return Ok(()) };
        for (image, options) in images.iter().zip(&list) {
            let alone = transform(&bytes, options, &rules).unwrap();
            let pixels = |bytes: &[u8]| decode(bytes, &Transform::default(), &rules).unwrap();
            let apart = difference(&pixels(&image.bytes), &pixels(&alone.bytes));
            prop_assert!(apart < 6.0, "{} levels apart", apart);
        }
    }

    #[test]
    fn what_is_explained_is_what_is_made(name in select(FILES.to_vec()), options in transforms()) {
        let (bytes, rules) = (file(name), ImageRules::default());
        let Ok(plan) = options.explain(&bytes, &rules) else { return Ok(()) };
        let image = transform(&bytes, &options, &rules).unwrap();
        prop_assert_eq!((plan.format, plan.width, plan.height), (image.format, image.width, image.height));
        prop_assert!((1..=8).contains(&plan.decode_eighths));
        let is_inks = name.starts_with("cmyk");
        prop_assert!(plan.path != TransformPath::Pixels || is_inks || plan.decode_eighths == 8, "{:?}", plan);
    }
}
