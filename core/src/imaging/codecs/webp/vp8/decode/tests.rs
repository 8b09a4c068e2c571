//! Frames of random contents, and those of the vectors, decoded by `image-webp` too.
//!
//! Every value of every field is a frame, so random bytes after a random header are macroblocks of every mode next to each other
//! and at every edge, with coefficients of every size.

use std::io::Cursor;

use image_webp::WebPDecoder;
use image_webp::vp8::Vp8Decoder;

use super::super::token_probabilities::TOKEN_UPDATES;
use super::bool_decoder::tests::Encoder;
use super::decoder::{Decoder, check};
use super::rgb_rows::RgbRows;
use crate::error::Result;
use crate::imaging::codecs::memory_budget::MemoryBudget;
use crate::imaging::simd::Simd;
use crate::rules::ImageRules;

struct Random(u64);

impl Random {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32 % end
    }

    fn flag(&mut self) -> bool {
        self.below(2) == 1
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.below(256) as u8).collect()
    }
}

/// Writes the fields of a header.
struct Fields(Encoder);

impl Fields {
    fn put(&mut self, value: u32, bits: u32) {
        (0..bits).rev().for_each(|bit| self.0.put(value >> bit & 1 == 1, 128));
    }

    /// A number and its sign, or nothing.
    fn put_signed(&mut self, value: Option<i32>, bits: u32) {
        self.put(u32::from(value.is_some()), 1);
        if let Some(value) = value {
            self.put(value.unsigned_abs(), bits);
            self.put(u32::from(value < 0), 1);
        }
    }
}

/// A key frame. Its quantiser is fine, since `image-webp` has wider integers for coefficients that overflow.
fn frame(random: &mut Random) -> Vec<u8> {
    let (width, height) = (1 + random.below(70), 1 + random.below(70));
    let mut fields = Fields(Encoder::default());
    fields.put(0, 1);
    fields.put(random.below(2), 1); // clamping_type
    let (has_segments, has_map, has_levels) = (random.flag(), random.below(4) > 0, random.below(4) > 0);
    fields.put(has_segments.into(), 1);
    if has_segments {
        fields.put(has_map.into(), 1);
        fields.put(has_levels.into(), 1);
        if has_levels {
            fields.put(random.below(2), 1);
            for _ in 0..4 {
                let quantiser = random.below(5) as i32;
                fields.put_signed(random.flag().then_some(quantiser), 7);
            }
            for _ in 0..4 {
                let level = random.below(60) as i32 - 10;
                fields.put_signed(random.flag().then_some(level), 6);
            }
        }
        if has_map {
            (0..3).for_each(|_| fields.put(1 << 8 | random.below(256), 9));
        }
    }
    fields.put(random.below(4) / 3, 1); // filter_type
    fields.put(random.below(64) * random.below(4).min(1), 6);
    fields.put(random.below(8) * random.below(2), 3);
    let has_deltas = random.flag();
    fields.put(u32::from(has_deltas) * 3, 1 + u32::from(has_deltas));
    if has_deltas {
        for _ in 0..8 {
            let delta = random.below(60) as i32 - 30;
            fields.put_signed(random.flag().then_some(delta), 6);
        }
    }
    let partitions = random.below(4);
    fields.put(partitions, 2);
    fields.put(random.below(5), 7);
    for _ in 0..5 {
        let delta = random.below(5) as i32 - 2;
        fields.put_signed(random.flag().then_some(delta), 4);
    }
    fields.put(random.below(2), 1);
    for update in TOKEN_UPDATES.as_flattened().as_flattened().as_flattened() {
        let is_updated = random.below(50) == 0;
        fields.0.put(is_updated, *update);
        if is_updated {
            fields.put(random.below(256), 8);
        }
    }
    let has_skipped = random.flag();
    fields.put(has_skipped.into(), 1);
    if has_skipped {
        fields.put(random.below(256), 8);
    }
    let macroblocks = (width.div_ceil(16) * height.div_ceil(16)) as usize;
    (0..80 * macroblocks).for_each(|_| fields.put(random.below(2), 1));
    let first = fields.0.finish();
    let parts: Vec<Vec<u8>> = (0..1 << partitions)
        .map(|_| [vec![random.below(255) as u8], random.bytes(800 * macroblocks)].concat())
        .collect();
    let tag = 1 << 4 | random.below(4) << 1 | (first.len() as u32) << 5;
    let mut data = [&tag.to_le_bytes()[..3], &[0x9d, 0x01, 0x2a]].concat();
    data.extend([width, height].map(|side| (side as u16).to_le_bytes()).as_flattened());
    data.extend(first);
    for part in parts.iter().rev().skip(1) {
        data.extend(&(part.len() as u32).to_le_bytes()[..3]);
    }
    data.extend(parts.concat());
    data
}

/// Lossy files that libwebp wrote.
const FILES: [&[u8]; 3] = [
    include_bytes!("../../../../../../tests/vectors/images/lossy.webp"),
    include_bytes!("../../../../../../tests/vectors/images/lossy_odd.webp"),
    include_bytes!("../../../../../../tests/vectors/images/large_lossy.webp"),
];

/// The data of their pictures.
fn frames_of_libwebp() -> Vec<Vec<u8>> {
    FILES.into_iter().map(|file| file[20..].to_vec()).collect()
}

fn decoder<'a>(data: &'a [u8], rules: &'a ImageRules) -> Result<Decoder<'a>> {
    Decoder::new(data, rules, &mut MemoryBudget::new(rules, 0).unwrap())
}

/// Y, U and V as they are stored, of full macroblocks.
fn planes(data: &[u8], simd: Simd) -> Result<[Vec<u8>; 3]> {
    let rules = ImageRules::default();
    let mut decoder = decoder(data, &rules)?.with_simd(simd);
    let [mut luma, mut u, mut v] = [const { Vec::new() }; 3];
    while let Some(row) = decoder.next_row()? {
        (0..16).for_each(|y| row.iter().for_each(|macroblock| luma.extend(macroblock.luma[y])));
        for (y, macroblock) in (0..8).flat_map(|y| row.iter().map(move |macroblock| (y, macroblock))) {
            u.extend(&macroblock.chroma[y][..8]);
            v.extend(&macroblock.chroma[y][8..]);
        }
    }
    Ok([luma, u, v])
}

#[test]
fn planes_are_those_of_image_webp() {
    let mut random = Random(1);
    let frames = (0..400).map(|_| frame(&mut random)).chain(frames_of_libwebp());
    let mut compared = 0;
    for (number, data) in frames.enumerate() {
        let ours = planes(&data, Simd::detect());
        assert!(ours.as_ref().ok() == planes(&data, Simd::TARGET).as_ref().ok(), "{number}: the instructions differ");
        if let (Ok([luma, u, v]), Ok(theirs)) = (ours, Vp8Decoder::decode_frame(Cursor::new(&data))) {
            assert!(theirs.ybuf == luma, "luma of {number}: {}x{}", theirs.width, theirs.height);
            assert!((theirs.ubuf, theirs.vbuf) == (u, v), "chroma of {number}: {}x{}", theirs.width, theirs.height);
            compared += 1;
        }
    }
    assert!(compared > 402, "{compared}");
}

#[test]
fn pixels_are_those_of_image_webp() {
    let mut random = Random(2);
    for data in (0..100).map(|_| frame(&mut random)).chain(frames_of_libwebp()) {
        let rules = ImageRules::default();
        let Ok(decoder) = decoder(&data, &rules) else { continue };
        let (width, height) = decoder.size();
        let size = |bytes: usize| (bytes as u32).to_le_bytes();
        let file = [b"RIFF", &size(data.len() + 12)[..], b"WEBPVP8 ", &size(data.len()), &data].concat();
        let mut theirs = vec![0; 3 * width * height];
        if WebPDecoder::new(Cursor::new(&file)).and_then(|mut webp| webp.read_image(&mut theirs)).is_err() {
            continue;
        }
        let mut rows = RgbRows::new(decoder);
        let mut row = vec![0; 3 * width];
        for (y, expected) in theirs.chunks_exact(3 * width).enumerate() {
            if rows.fill::<3>(&mut row).is_err() {
                break; // image-webp does not notice that data ends early
            }
            assert!(row == expected, "{width}x{height}, row {y}");
        }
    }
}

/// Of a picture that libwebp wrote not even two bytes are spare.
#[test]
fn every_shorter_frame_is_refused() {
    let file = FILES[0];
    let length = u32::from_le_bytes([file[16], file[17], file[18], file[19]]) as usize;
    let data = &file[20..20 + length];
    let rules = ImageRules::default();
    for kept in 0..=data.len() {
        let data = &data[..kept];
        let checked = check(data, &rules, &mut MemoryBudget::new(&rules, 0).unwrap());
        let decoded = planes(data, Simd::detect());
        assert_eq!(checked.is_ok(), decoded.is_ok(), "{kept} of {length} bytes");
        assert!(checked.is_err() || kept + 2 > length, "{kept} of {length} bytes");
        assert!(checked.err().is_none_or(|error| error.code() == "image_corrupt"));
    }
}
