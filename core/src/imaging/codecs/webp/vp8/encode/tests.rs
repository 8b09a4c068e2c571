//! Frames compared with what the decoder of `image-webp` makes of them, whose output is that of libwebp.

use std::io::Cursor;

use image_webp::vp8::Vp8Decoder;

use super::super::decode::check;
use super::planes::Planes;
use super::settings::Settings;
use super::tokens::TokenBuffer;
use super::{encode_frame, frame};
use crate::imaging::codecs::encoder_options::Effort;
use crate::imaging::codecs::memory_budget::MemoryBudget;
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::pixels::buffer::Layout;
use crate::imaging::simd::Simd;
use crate::rules::ImageRules;

/// A linear congruential generator.
pub(super) struct Random(u32);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as usize % end
    }

    fn byte(&mut self) -> u8 {
        self.below(256) as u8
    }
}

/// Pixels of one of several kinds: noise, extreme contrast, one colour, gradients, chequered, a random walk.
fn pixels(random: &mut Random, width: usize, height: usize, channels: usize) -> Vec<u8> {
    let kind = random.below(6);
    let (a, b) = (1 + random.below(9), 1 + random.below(9));
    let mut level = 128_i32;
    let positions =
        (0..width * height * channels).map(|at| (at / channels % width, at / channels / width, at % channels));
    let sample = |(x, y, channel): (usize, usize, usize)| match kind {
        0 => random.byte(),
        1 => 255 * random.below(2) as u8,
        2 => (50 * channel) as u8,
        3 => (x * a + y * b + 30 * channel + random.below(a)) as u8,
        4 => 255 * ((x / a + y / b) % 2) as u8,
        _ => {
            level = (level + random.below(61) as i32 - 30).clamp(0, 255);
            level as u8
        }
    };
    positions.map(sample).collect()
}

fn planes(pixels: &[u8], width: usize, layout: Layout) -> Planes {
    let height = pixels.len() / layout.channels() / width;
    let mut planes = Planes::new(width as u32, height as u32);
    assert!(planes.push_pixels(pixels, layout));
    planes.complete().unwrap();
    planes
}

fn unfiltered(quality: u8) -> Settings {
    Settings { is_filtered: false, ..Settings::new(quality, Effort::Normal) }
}

fn encoded(planes: &mut Planes, settings: Settings) -> Vec<u8> {
    let mut data = Vec::new();
    encode_frame(planes, settings, OutputLimit::NONE, Simd::detect(), &mut data).unwrap();
    data
}

/// Encodes planes, and compares what they become with what the data is decoded to.
fn assert_decodes_to_reconstruction(mut planes: Planes, settings: Settings, name: &str) -> Vec<u8> {
    let data = encoded(&mut planes, settings);
    let frame = Vp8Decoder::decode_frame(Cursor::new(&data)).unwrap();
    assert!(frame.ybuf == planes.luma, "{name}: luma");
    assert!(frame.ubuf == planes.chroma[0] && frame.vbuf == planes.chroma[1], "{name}: chroma");
    let rules = ImageRules::default();
    check(&data, &rules, &mut MemoryBudget::new(&rules, 0).unwrap()).unwrap();
    data
}

#[test]
fn frames_decode_to_what_the_encoder_predicts_from() {
    let mut random = Random(7);
    for number in 0..2500 {
        let (width, height) = (1 + random.below(17), 1 + random.below(33));
        let layout = [Layout::Gray, Layout::GrayAlpha, Layout::Rgb, Layout::Rgba][random.below(4)];
        let quality = 1 + random.below(100) as u8;
        let settings = Settings { candidates: 1 + random.below(4), ..unfiltered(quality) };
        let name = format!("{number}: {layout:?} {width}x{height}, quality {quality}");
        let pixels = pixels(&mut random, width, height, layout.channels());
        assert_decodes_to_reconstruction(planes(&pixels, width, layout), settings, &name);
    }
}

#[test]
fn large_frames_of_every_quality_do_too() {
    let mut random = Random(99);
    for quality in 1..=100 {
        let (width, height) = (30 + random.below(200), 30 + random.below(200));
        let pixels = pixels(&mut random, width, height, 3);
        let name = format!("{width}x{height}, quality {quality}");
        assert_decodes_to_reconstruction(planes(&pixels, width, Layout::Rgb), unfiltered(quality), &name);
    }
    for (width, height) in [(16_383, 1), (1, 16_383)] {
        let pixels = pixels(&mut random, width, height, 3);
        assert_decodes_to_reconstruction(planes(&pixels, width, Layout::Rgb), unfiltered(80), "long");
    }
}

/// Frames so large that their modes would fill up the first partition are too slow to be drawn here: with less room it is the
/// same.
#[test]
fn modes_become_cheaper_where_room_is_short() {
    let mut random = Random(3);
    let pixels: Vec<u8> = (0..256 * 256 * 3).map(|_| random.byte() / 3).collect();
    let first_partition = |settings: Settings| {
        let data = assert_decodes_to_reconstruction(planes(&pixels, 256, Layout::Rgb), settings, "short");
        u64::from(u32::from_le_bytes([data[0], data[1], data[2], 0]) >> 5)
    };
    let rich = unfiltered(90);
    let full = first_partition(rich);
    let half = first_partition(Settings { most_mode_bits: 4 * full, ..rich });
    let few = first_partition(Settings { has_few_modes: true, ..rich });
    assert!(half <= full / 2 + 300 && few < 256 * 4 / 8 + 1000, "{full} {half} {few}");
}

/// Noise of full contrast at quality 100 has as many tokens as there can be.
#[test]
fn tokens_are_written_when_there_are_too_many_to_keep() {
    let mut random = Random(5);
    let pixels: Vec<u8> = (0..1500 * 1300 * 3).map(|_| if random.below(2) == 0 { 0 } else { 255 }).collect();
    let data = assert_decodes_to_reconstruction(planes(&pixels, 1500, Layout::Rgb), unfiltered(100), "noise");
    assert!(data.len() as u64 > TokenBuffer::memory_bytes(u64::MAX / 1000), "{}", data.len());
}

#[test]
fn every_processor_gives_the_same_bytes() {
    let mut random = Random(11);
    for quality in [5, 40, 80, 97] {
        let pixels = pixels(&mut random, 200, 120, 3);
        let [detected, target] = [Simd::detect(), Simd::TARGET].map(|simd| {
            let mut data = Vec::new();
            let mut planes = planes(&pixels, 200, Layout::Rgb);
            encode_frame(&mut planes, Settings::new(quality, Effort::Normal), OutputLimit::NONE, simd, &mut data)
                .unwrap();
            data
        });
        assert!(detected == target, "{quality}");
    }
}

#[test]
fn a_frame_beyond_its_limit_is_refused() {
    let mut random = Random(13);
    let pixels: Vec<u8> = (0..160 * 160 * 3).map(|_| random.byte()).collect();
    let needed = encoded(&mut planes(&pixels, 160, Layout::Rgb), unfiltered(90)).len() as u64;
    for bytes in [0, needed / 2, needed - 1] {
        let (mut planes, limit) = (planes(&pixels, 160, Layout::Rgb), OutputLimit::new(bytes, 0, bytes));
        let failure = encode_frame(&mut planes, unfiltered(90), limit, Simd::detect(), &mut Vec::new()).unwrap_err();
        assert_eq!(failure.downcast::<crate::Error>().unwrap().code(), "image_too_large", "{bytes}");
    }
    assert!(frame::frame_memory_bytes(160, 160) > 0);
}
