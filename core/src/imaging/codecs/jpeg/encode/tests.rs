//! What is encoded is decoded again, by the decoder of this crate.

use super::quantisation::QuantTable;
use super::{Encoder, RowEncoder, Settings, dct, growing_bytes, memory_bytes};
use crate::imaging::codecs::encoder_options::{ChromaSubsampling, Effort, EncoderOptions};
use crate::imaging::codecs::failure::Failure;
use crate::imaging::codecs::jpeg::Decoder;
use crate::imaging::codecs::jpeg::zigzag::NATURAL_ORDER;
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::codecs::plane_encoder::{PlaneEncoder, PlaneFormat};
use crate::imaging::pixels::buffer::{Layout, Pixels};
use crate::imaging::pixels::canvas::Size;
use crate::imaging::simd::Simd;
use crate::rules::ImageRules;

const SUBSAMPLINGS: [ChromaSubsampling; 3] =
    [ChromaSubsampling::Quarter, ChromaSubsampling::Half, ChromaSubsampling::Full];

/// Numbers that look random and are always the same.
struct Random(u32);

impl Random {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 16) % end
    }
}

/// Gentle slopes, with a little noise and an edge.
fn picture(width: u32, height: u32, layout: Layout) -> Pixels {
    let mut random = Random(width * 97 + height);
    let mut data = Vec::new();
    for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
        let edge = if x > 2 * y { 60 } else { 0 };
        let levels = [60 + 3 * x + edge + random.below(6), 40 + 2 * y + x + edge, 90 + x + y + edge];
        data.extend(levels.iter().take(layout.channels()).map(|level| (*level).min(255) as u8));
    }
    Pixels { width, height, layout, data }
}

/// All levels, in no order.
fn noise(width: u32, height: u32, layout: Layout) -> Pixels {
    let mut random = Random(5);
    let data = (0..(width * height) as usize * layout.channels()).map(|_| random.below(256) as u8).collect();
    Pixels { width, height, layout, data }
}

fn settings(pixels: &Pixels, subsampling: ChromaSubsampling) -> Settings<'static> {
    Settings {
        width: pixels.width,
        height: pixels.height,
        is_gray: pixels.layout == Layout::Gray,
        subsampling,
        quality: 90,
        progressive: false,
        effort: Effort::Normal,
        icc: None,
    }
}

/// Encodes a whole picture.
pub(in crate::imaging::codecs::jpeg) fn encode_pixels(
    pixels: &Pixels,
    settings: &Settings<'_>,
    limit: OutputLimit,
    simd: Simd,
) -> Result<Vec<u8>, Failure> {
    push_pixels(Encoder::new(settings, limit, simd)?, pixels, simd)
}

fn push_pixels(encoder: Encoder, pixels: &Pixels, simd: Simd) -> Result<Vec<u8>, Failure> {
    let mut encoder = Box::new(RowEncoder::over(encoder, PlaneFormat::Packed(pixels.layout), simd));
    encoder.push(&[&pixels.data])?;
    encoder.finish()
}

fn encoded(pixels: &Pixels, settings: &Settings<'_>) -> Vec<u8> {
    encode_pixels(pixels, settings, OutputLimit::NONE, Simd::detect()).unwrap()
}

fn decoded(bytes: &[u8]) -> Vec<u8> {
    let rules = ImageRules::default();
    let decoder = Decoder::new(bytes, &rules).unwrap();
    let (width, height) = decoder.size();
    let channels = decoder.color_space().channels();
    let mut pixels = vec![0; width as usize * height as usize * channels];
    let mut rows = decoder.rows().unwrap();
    pixels.chunks_exact_mut(width as usize * channels).try_for_each(|row| rows.read(row)).unwrap();
    pixels
}

/// The root of the mean square error.
fn error(ours: &[u8], theirs: &[u8]) -> f64 {
    assert_eq!(ours.len(), theirs.len());
    let squares = ours.iter().zip(theirs).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2));
    (squares.sum::<f64>() / ours.len() as f64).sqrt()
}

#[test]
fn every_size_is_read_as_it_was_and_one_scan_says_what_many_say() {
    for side in 1..=40 {
        for (width, height) in [(side, 41 - side), (side, side), (side, 17), (1, side)] {
            for layout in [Layout::Gray, Layout::Rgb] {
                let pixels = picture(width, height, layout);
                for subsampling in SUBSAMPLINGS {
                    let settings = settings(&pixels, subsampling);
                    let baseline = decoded(&encoded(&pixels, &settings));
                    let error = error(&baseline, &pixels.data);
                    assert!(error < 9.0, "{width}x{height} {layout:?} {subsampling}: {error:.1}");
                    let progressive = decoded(&encoded(&pixels, &Settings { progressive: true, ..settings }));
                    assert!(baseline == progressive, "{width}x{height} {layout:?} {subsampling}");
                }
            }
        }
    }
}

#[test]
fn every_quality_can_be_read_whatever_the_pixels_are() {
    for quality in [1, 2, 10, 49, 50, 75, 94, 100] {
        for layout in [Layout::Gray, Layout::Rgb] {
            let mut random = Random(quality.into());
            let extremes = (0..50 * 33 * layout.channels()).map(|_| (random.below(2) * 255) as u8).collect();
            let extremes = Pixels { width: 50, height: 33, layout, data: extremes };
            for pixels in [picture(50, 33, layout), noise(50, 33, layout), extremes] {
                for subsampling in SUBSAMPLINGS {
                    let settings = Settings { quality, ..settings(&pixels, subsampling) };
                    let baseline = encoded(&pixels, &settings);
                    let progressive = encoded(&pixels, &Settings { progressive: true, ..settings });
                    assert!(decoded(&baseline) == decoded(&progressive), "{quality} {layout:?} {subsampling}");
                    let small = encoded(&pixels, &Settings { effort: Effort::High, ..settings });
                    assert_eq!(decoded(&small).len(), pixels.data.len());
                    for bytes in [baseline, progressive, small] {
                        assert!((bytes.len() as u64) < growing_bytes(&settings));
                    }
                }
            }
        }
    }
}

/// A sample by the definition of the inverse transform (T.81, A.3.3).
fn sample(block: &[i16; 64], x: usize, y: usize) -> f64 {
    let wave = |at: usize, frequency: usize| {
        let norm = if frequency == 0 { 0.5_f64.sqrt() } else { 1.0 };
        norm * ((2 * at + 1) as f64 * frequency as f64 * std::f64::consts::PI / 16.0).cos()
    };
    let waves = block.iter().enumerate().map(|(at, value)| f64::from(*value) * wave(x, at % 8) * wave(y, at / 8));
    (waves.sum::<f64>() / 4.0 + 128.0).clamp(0.0, 255.0)
}

/// Between the samples and what is decoded lie the transform and the quantisation, and nothing else.
#[test]
fn samples_are_those_of_the_coefficients() {
    for quality in [20, 80, 100] {
        let pixels = noise(64, 48, Layout::Gray);
        let settings = Settings { quality, ..settings(&pixels, ChromaSubsampling::Full) };
        let ours = decoded(&encoded(&pixels, &settings));
        let quant_table = QuantTable::luma(quality);
        for (y, x) in (0..48).step_by(8).flat_map(|y| (0..64).step_by(16).map(move |x| (y, x))) {
            let row = |from: usize| pixels.data[(y + from) * 64 + x..].first_chunk().unwrap();
            for (half, mut block) in dct::coefficients(std::array::from_fn(row)).into_iter().enumerate() {
                quant_table.quantize(&mut block);
                block.iter_mut().zip(quant_table.values).for_each(|(value, quant)| *value *= i16::from(quant));
                for at in 0..64 {
                    let ours = f64::from(ours[(y + at / 8) * 64 + x + 8 * half + at % 8]);
                    assert!((ours - sample(&block, at % 8, at / 8)).abs() < 1.0, "{quality}");
                }
            }
        }
    }
}

#[test]
fn every_processor_writes_the_same_bytes() {
    for pixels in [picture(67, 45, Layout::Rgb), noise(40, 70, Layout::Rgb), picture(90, 33, Layout::Gray)] {
        for subsampling in SUBSAMPLINGS {
            for (progressive, effort) in [(false, Effort::Normal), (true, Effort::Normal), (true, Effort::High)] {
                let settings = Settings { progressive, effort, ..settings(&pixels, subsampling) };
                let plain = encode_pixels(&pixels, &settings, OutputLimit::NONE, Simd::TARGET).unwrap();
                assert!(encoded(&pixels, &settings) == plain, "{subsampling} {progressive} {effort}");
            }
        }
    }
}

#[test]
fn planes_are_taken_band_by_band() {
    let gray = picture(53, 37, Layout::Gray);
    for subsampling in SUBSAMPLINGS {
        // Gray as RGB has its own levels as luma, and colours in the middle.
        let data = gray.data.iter().flat_map(|level| [*level; 3]).collect();
        let pixels = Pixels { layout: Layout::Rgb, data, ..gray.clone() };
        for (progressive, effort) in [(false, Effort::Normal), (true, Effort::Normal), (false, Effort::High)] {
            let settings = Settings { progressive, effort, ..settings(&pixels, subsampling) };
            let mut encoder = Encoder::new(&settings, OutputLimit::NONE, Simd::detect()).unwrap();
            let (across, down) = encoder.plane_size(1);
            let colors = vec![128; across * down];
            let rows = [0, 1, 2].map(|component| encoder.band_rows(component) * encoder.plane_size(component).0);
            for (luma, colors) in gray.data.chunks(rows[0]).zip(colors.chunks(rows[1])) {
                encoder.push(&[luma, colors, colors]).unwrap();
            }
            // There is no room for more.
            assert!(encoder.push(&[&gray.data[..rows[0]], &colors[..rows[1]], &colors[..rows[2]]]).is_err());
            assert!(encoder.finish().unwrap() == encoded(&pixels, &settings), "{subsampling} {progressive} {effort}");
        }
    }
}

#[test]
fn planes_may_be_ahead_of_each_other() {
    let (width, height) = (53, 71);
    for subsampling in SUBSAMPLINGS {
        let settings = settings(&picture(width, height, Layout::Rgb), subsampling);
        let encoder = || {
            let encoder = Encoder::new(&settings, OutputLimit::NONE, Simd::detect()).unwrap();
            Box::new(RowEncoder::over(encoder, PlaneFormat::YCbCr(subsampling), Simd::detect()))
        };
        let sizes =
            [0, 1, 2].map(|plane| Encoder::new(&settings, OutputLimit::NONE, Simd::TARGET).unwrap().plane_size(plane));
        let mut random = Random(3);
        let planes =
            sizes.map(|(across, down)| (0..across * down).map(|_| random.below(256) as u8).collect::<Vec<u8>>());
        let mut whole = encoder();
        whole.push(&[&planes[0], &planes[1], &planes[2]]).unwrap();
        let whole = whole.finish().unwrap();
        for most in [1, 3, 9, 40] {
            let (mut pieces, mut starts) = (encoder(), [0; 3]);
            while (0..3).any(|plane| starts[plane] < planes[plane].len()) {
                let rows = [0, 1, 2].map(|plane: usize| {
                    let start = starts[plane];
                    let bytes = random.below(most + 1) as usize * sizes[plane].0;
                    starts[plane] = (start + bytes).min(planes[plane].len());
                    &planes[plane][start..starts[plane]]
                });
                pieces.push(&rows).unwrap();
            }
            assert!(pieces.finish().unwrap() == whole, "{subsampling} {most}");
        }
        let mut short = encoder();
        short.push(&[&planes[0], &planes[1][..sizes[1].0], &planes[2]]).unwrap();
        assert!(short.finish().is_err());
    }
}

#[test]
fn effort_makes_files_smaller_and_little_worse() {
    let pixels = picture(200, 160, Layout::Rgb);
    for quality in [60, 80, 95] {
        let settings = Settings { quality, progressive: true, ..settings(&pixels, ChromaSubsampling::Quarter) };
        let normal = encoded(&pixels, &settings);
        let high = encoded(&pixels, &Settings { effort: Effort::High, ..settings });
        assert!(high.len() < normal.len() * 97 / 100, "{quality}: {} {}", high.len(), normal.len());
        let errors = [&normal, &high].map(|bytes| error(&decoded(bytes), &pixels.data));
        assert!(errors[1] < errors[0] * 1.2, "{quality}: {errors:?}");
    }
}

#[test]
fn a_profile_is_written_in_as_many_segments_as_it_needs() {
    let pixels = picture(9, 9, Layout::Rgb);
    let rules = ImageRules::default();
    for length in [1, 65_519, 65_520, 200_000] {
        let mut profile: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        // Enough of a header for a reader that looks at it.
        if let Some(size) = profile.first_chunk_mut() {
            *size = (length as u32).to_be_bytes();
        }
        let settings = Settings { icc: Some(&profile), ..settings(&pixels, ChromaSubsampling::Quarter) };
        let bytes = encoded(&pixels, &settings);
        let read = Decoder::new(&bytes, &rules).unwrap().profile().unwrap();
        assert!(read.as_deref() == Some(&profile), "{length}");
        let counted = memory_bytes(&settings, PlaneFormat::Packed(Layout::Rgb)) + growing_bytes(&settings);
        assert!((bytes.len() as u64) < counted);
    }
    let longest = vec![0; 255 * 65_519];
    let settings = |icc| Settings { icc: Some(icc), ..settings(&pixels, ChromaSubsampling::Quarter) };
    assert!(Encoder::new(&settings(&longest), OutputLimit::NONE, Simd::TARGET).is_ok());
    let too_long = vec![0; 255 * 65_519 + 1];
    assert!(Encoder::new(&settings(&too_long), OutputLimit::NONE, Simd::TARGET).is_err());
}

#[test]
fn what_a_jpeg_cannot_have_is_refused() {
    let pixels = picture(9, 9, Layout::Rgb);
    let settings = settings(&pixels, ChromaSubsampling::Quarter);
    for (width, height) in [(0, 9), (9, 0), (65_536, 9), (9, 65_536)] {
        assert!(Encoder::new(&Settings { width, height, ..settings }, OutputLimit::NONE, Simd::TARGET).is_err());
    }
    for (layout, is_taken) in
        [(Layout::Gray, true), (Layout::GrayAlpha, false), (Layout::Rgb, true), (Layout::Rgba, false)]
    {
        let options = EncoderOptions {
            quality: 90,
            progressive: false,
            chroma_subsampling: settings.subsampling,
            effort: settings.effort,
            lossless: false,
        };
        let size = Size { width: 9, height: 9 };
        let opened = RowEncoder::new(PlaneFormat::Packed(layout), size, options, None, OutputLimit::NONE);
        assert_eq!(opened.is_ok(), is_taken, "{layout:?}");
    }
}

/// A picture with more tokens than are kept is the same picture, in a file that is a little longer.
#[test]
fn tables_that_are_made_early_have_codes_for_all_that_comes_later() {
    let (above, below) = (picture(64, 64, Layout::Rgb), noise(64, 160, Layout::Rgb));
    let data = [above.data, below.data].concat();
    let pixels = Pixels { width: 64, height: 224, layout: Layout::Rgb, data };
    for (subsampling, quality) in SUBSAMPLINGS.iter().flat_map(|subsampling| [20, 90, 100].map(|q| (*subsampling, q))) {
        let settings = Settings { quality, ..settings(&pixels, subsampling) };
        let whole = encoded(&pixels, &settings);
        for most in [0, 1000, 20_000] {
            let early = encode_keeping(&pixels, &settings, most);
            assert!(decoded(&early) == decoded(&whole), "{subsampling} {quality} {most}");
            assert!(early.len() >= whole.len() && early.len() < 2 * whole.len(), "{} {}", early.len(), whole.len());
        }
        assert!(encode_keeping(&pixels, &settings, usize::MAX) == whole);
    }
}

fn encode_keeping(pixels: &Pixels, settings: &Settings<'_>, most_tokens: usize) -> Vec<u8> {
    let encoder = Encoder::new(settings, OutputLimit::NONE, Simd::detect()).unwrap().keeping(most_tokens);
    push_pixels(encoder, pixels, Simd::detect()).unwrap()
}

#[test]
fn a_file_is_refused_beyond_its_limit() {
    let pixels = noise(64, 64, Layout::Rgb);
    for (progressive, effort) in [(false, Effort::Normal), (true, Effort::Normal), (false, Effort::High)] {
        let settings = Settings { progressive, effort, ..settings(&pixels, ChromaSubsampling::Full) };
        let length = encoded(&pixels, &settings).len() as u64;
        let encode = |bytes| encode_pixels(&pixels, &settings, OutputLimit::new(bytes, 0, bytes), Simd::detect());
        // Tokens are kept in chunks of 64 KB.
        assert!(encode(4 * length + (128 << 10)).is_ok());
        let refused = encode(length / 2).unwrap_err().downcast::<crate::Error>().unwrap();
        assert_eq!(refused.code(), "image_too_large");
    }
}

/// The order of coefficients in a file goes through all of them.
#[test]
fn a_table_is_listed_in_zigzag_order() {
    let pixels = picture(8, 8, Layout::Gray);
    let bytes = encoded(&pixels, &settings(&pixels, ChromaSubsampling::Full));
    let table = bytes.windows(4).position(|bytes| bytes == [0xff, 0xdb, 0, 67]).unwrap() + 5;
    for (place, quant) in NATURAL_ORDER.iter().zip(&bytes[table..table + 64]) {
        assert_eq!(QuantTable::luma(90).values[usize::from(*place)], *quant);
    }
}
