//! Speculative decoding gives what decoding code by code gives, whatever the data is.

use super::super::super::encode::{Settings, tests::encode_pixels};
use super::super::coefficients::ScaledDctSize;
use super::super::decoder::Decoder;
use super::super::entropy_decoder::HuffmanTables;
use super::super::segments::parse;
use super::{ComponentBlocks, SpeculativeDecoder};
use crate::imaging::codecs::encoder_options::{ChromaSubsampling, Effort};
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::pixels::buffer::{Layout, Pixels};
use crate::imaging::simd::Simd;
use crate::rules::ImageRules;

struct Random(u32);

impl Random {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) % end
    }
}

/// Waves, flat parts and noise, so that blocks are of all lengths; in bands where the picture is narrow, so that some cursors
/// have many more blocks than others.
fn file((width, height): (u32, u32), layout: Layout, subsampling: ChromaSubsampling, quality: u8) -> Vec<u8> {
    let mut random = Random(u32::from(quality) + width);
    let mut data = Vec::new();
    for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
        let wave = ((f64::from(x * x) / 900.0).sin() * 50.0 + (f64::from(y) / 7.0).cos() * 40.0) as i32;
        let rough = match (if width < 300 { 0 } else { x / 96 } + y / 64) % 4 {
            0 => 0,
            1 => 8,
            2 => 60,
            _ => 160,
        };
        for channel in 0..layout.channels() as i32 {
            let level = if rough == 0 { 140 } else { 120 + wave / (channel + 1) + random.below(rough) as i32 - 20 };
            data.push(level.clamp(0, 255) as u8);
        }
    }
    let is_gray = layout == Layout::Gray;
    let settings = Settings {
        width,
        height,
        is_gray,
        subsampling,
        quality,
        progressive: false,
        effort: Effort::Normal,
        icc: None,
    };
    encode_pixels(&Pixels { width, height, layout, data }, &settings, OutputLimit::NONE, Simd::detect()).unwrap()
}

fn files() -> Vec<Vec<u8>> {
    use ChromaSubsampling::{Full, Half, Quarter};
    vec![
        file((640, 480), Layout::Rgb, Quarter, 85),
        file((500, 333), Layout::Rgb, Half, 50),
        file((400, 300), Layout::Rgb, Full, 97),
        file((640, 400), Layout::Gray, Quarter, 90),
        file((600, 300), Layout::Rgb, Quarter, 100),
        file((256, 1024), Layout::Rgb, Quarter, 90),
        file((200, 1500), Layout::Gray, Quarter, 80),
    ]
}

type Decoded = Result<Vec<u8>, String>;

fn decoded(bytes: &[u8], scale_num: u8, is_speculative: bool, rules: &ImageRules) -> Decoded {
    let decode = || {
        let decoder = Decoder::new(bytes, rules)?.scale(scale_num);
        let decoder = if is_speculative { decoder } else { decoder.without_speculation() };
        let (width, height) = decoder.size();
        let row = width as usize * decoder.color_space().channels();
        let mut pixels = vec![0; row * height as usize];
        let mut rows = decoder.rows()?;
        pixels.chunks_exact_mut(row).try_for_each(|row| rows.read(row))?;
        Ok(pixels)
    };
    decode().map_err(|error: crate::Error| error.to_string())
}

#[test]
fn all_scales_are_as_code_by_code() {
    let rules = ImageRules::default();
    for (number, bytes) in files().iter().enumerate() {
        for scale_num in 1..=8 {
            let alone = decoded(bytes, scale_num, false, &rules);
            assert!(alone.is_ok());
            assert!(decoded(bytes, scale_num, true, &rules) == alone, "file {number} at {scale_num}/8");
        }
    }
}

/// Bytes changed, left out and put in, and the end cut off: the same pixels, or the same error.
#[test]
fn damage_is_found_as_code_by_code() {
    let mut random = Random(1);
    let (mut good, mut bad) = (0, 0);
    for bytes in files() {
        let header = bytes.len() - parse(&bytes, &ImageRules::default()).unwrap().scans[0].data.len() - 2;
        for round in 0..60 {
            let mut bytes = bytes.clone();
            let at = header + random.below((bytes.len() - header) as u32) as usize;
            match round % 4 {
                0 => bytes[at] ^= 1 << random.below(8),
                1 => drop(bytes.splice(at..at, [0xff, 0xd0 + random.below(10) as u8])),
                2 => drop(bytes.splice(at..(at + 40).min(bytes.len() - 2), [])),
                _ => bytes.truncate(at),
            }
            let rules = ImageRules::default().allow_truncated(round % 3 == 0);
            let scale_num = [1, 2, 4][round % 3];
            let alone = decoded(&bytes, scale_num, false, &rules);
            *(if alone.is_ok() { &mut good } else { &mut bad }) += 1;
            assert!(
                decoded(&bytes, scale_num, true, &rules) == alone,
                "round {round} at {scale_num}/8: {:?}",
                alone.err()
            );
        }
    }
    assert!(good > 50 && bad > 50, "{good} pictures, {bad} errors");
}

/// Without an end marker, before trailers of all classes: the same pixels, or the same error. Zeros that follow the picture are
/// nothing; those that stand for the end of it are found.
#[test]
fn trailers_change_nothing() {
    let rules = ImageRules::default();
    for (number, whole) in files().iter().enumerate() {
        let expected = decoded(whole, 8, false, &rules);
        let noise: Vec<u8> = (0..5_000_u32).map(|at| (at * at / 7 % 251) as u8).collect();
        for trailer in [vec![], vec![0; 10], vec![0; 100_000], vec![0xff; 20], noise, whole.clone()] {
            let trailed = [&whole[..whole.len() - 2], &trailer].concat();
            assert!(decoded(&trailed, 8, true, &rules) == expected, "file {number}, {} bytes", trailer.len());
            assert!(decoded(&trailed, 8, false, &rules) == expected, "file {number}, {} bytes", trailer.len());
        }
        let filled = [&whole[..whole.len() - 1_000], &vec![0; 100_000]].concat();
        for is_speculative in [true, false] {
            for scale_num in [1, 8] {
                let error = decoded(&filled, scale_num, is_speculative, &rules).err();
                assert!(error.is_some_and(|error| error.contains("ends early")), "file {number}, {scale_num}/8");
            }
        }
    }
}

/// Most MCUs are decoded speculatively, and by more than the first cursor: the others do resynchronise.
#[test]
fn most_mcus_are_decoded_speculatively() {
    let (mut joined, mut windows) = (0, 0);
    for (number, bytes) in files().iter().enumerate() {
        let rules = ImageRules::default();
        let parsed = parse(bytes, &rules).unwrap();
        let scan = parsed.only_scan().unwrap();
        let tables = HuffmanTables::build(scan).unwrap();
        let part = |(number, component): (usize, &super::super::frame::Component)| ComponentBlocks {
            blocks: usize::from(component.horizontal * component.vertical),
            dct_size: ScaledDctSize { across: 2, down: 2 },
            tables: tables.indices(number).unwrap(),
        };
        let parts: Vec<ComponentBlocks> = parsed.frame.components.iter().enumerate().map(part).collect();
        let (across, down) = parsed.frame.mcus();
        let all = (across * down) as usize;
        let mut decoder = SpeculativeDecoder::new(scan.data, all as u64, &tables, &parts).unwrap();
        let mut mcus = 0;
        while decoder.prepare(&tables, Simd::detect()) {
            (joined, windows) = (joined + decoder.ready.len(), windows + 1);
            while decoder.ready.iter().any(|ready| ready.next < ready.end) {
                decoder.prepare(&tables, Simd::detect());
                mcus += decoder.take(usize::MAX).unwrap().count;
            }
        }
        assert!(mcus <= all && mcus > all * 2 / 3, "file {number}: {mcus} MCUs of {all}");
    }
    assert!(joined >= 2 * windows, "{joined} cursors in {windows} windows");
}
