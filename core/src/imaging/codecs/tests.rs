//! Every format against what Pillow decodes.

use serde_json::Value;

use super::super::pixels::buffer::{Layout, Pixels};
use super::super::pixels::orient::orient;
use super::read_header;
use super::*;
use crate::format::{Sniffed, sniff};

fn vectors() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

/// All pixels as they are stored.
fn pixels(bytes: &[u8], header: &Header, rules: &ImageRules) -> Result<Pixels> {
    struct Collected(Pixels);
    impl RowSink for Collected {
        fn begin(&mut self, layout: Layout, _: Option<Vec<u8>>) -> Result<()> {
            self.0.layout = layout;
            Ok(())
        }
        fn row(&mut self, row: &[u8]) -> Result<()> {
            assert_eq!(row.len(), self.0.width as usize * self.0.layout.channels());
            self.0.data.extend_from_slice(row);
            self.0.height += 1;
            Ok(())
        }
    }
    let nothing = Pixels { width: header.width, height: 0, layout: Layout::Gray, data: Vec::new() };
    let mut collected = Collected(nothing);
    decode_rows(bytes, header, 8, rules, &mut collected)?;
    assert_eq!(collected.0.height, header.height);
    Ok(collected.0)
}

/// Size and RGBA as displayed.
fn displayed(name: &str) -> Result<(usize, usize, Vec<[u8; 4]>)> {
    let bytes = std::fs::read(vectors().join(name)).unwrap();
    let Sniffed::Image(format) = sniff(&bytes) else { panic!("{name} is no image") };
    let rules = ImageRules::default();
    let header = read_header(&bytes, format, &rules)?;
    let pixels = orient(pixels(&bytes, &header, &rules)?, header.orientation);
    let rgba = pixels.data.chunks_exact(pixels.layout.channels()).map(|pixel| match (pixels.layout, pixel) {
        (Layout::Gray, [gray]) => [*gray, *gray, *gray, 255],
        (Layout::GrayAlpha, [gray, alpha]) => [*gray, *gray, *gray, *alpha],
        (_, [red, green, blue]) => [*red, *green, *blue, 255],
        (_, [red, green, blue, alpha]) => [*red, *green, *blue, *alpha],
        _ => unreachable!(),
    });
    Ok((pixels.width as usize, pixels.height as usize, rgba.collect()))
}

fn grid(width: usize, height: usize, pixels: &[[u8; 4]]) -> Vec<[f64; 4]> {
    let mut cells = Vec::new();
    for row in 0..8 {
        for column in 0..8 {
            let (top, left) = (row * height / 8, column * width / 8);
            let (bottom, right) = (((row + 1) * height / 8).max(top + 1), ((column + 1) * width / 8).max(left + 1));
            let mut sum = [0.0; 4];
            for y in top..bottom {
                for pixel in &pixels[y * width + left..y * width + right] {
                    let alpha = f64::from(pixel[3]) / 255.0;
                    for channel in 0..3 {
                        sum[channel] += f64::from(pixel[channel]) * alpha;
                    }
                    sum[3] += f64::from(pixel[3]);
                }
            }
            cells.push(sum.map(|value| value / ((bottom - top) * (right - left)) as f64));
        }
    }
    cells
}

fn crc32(bytes: impl Iterator<Item = u8>) -> u32 {
    !bytes.fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

#[test]
fn pixels_are_those_of_pillow() {
    let text = std::fs::read_to_string(vectors().join("decode.json")).unwrap();
    let cases: Value = serde_json::from_str(&text).unwrap();
    let mut failures = Vec::new();
    for case in cases["cases"].as_array().unwrap() {
        let name = case["file"].as_str().unwrap();
        let (width, height, pixels) = match displayed(name) {
            Ok(displayed) => displayed,
            Err(error) => {
                failures.push(format!("{name}: {error}"));
                continue;
            }
        };
        let mut worst: f64 = 0.0;
        for (ours, theirs) in grid(width, height, &pixels).iter().zip(case["grid"].as_array().unwrap()) {
            for (ours, theirs) in ours.iter().zip(theirs.as_array().unwrap()) {
                worst = worst.max((ours - theirs.as_f64().unwrap()).abs());
            }
        }
        if worst > case["tolerance"].as_f64().unwrap_or(3.0) {
            failures.push(format!("{name}: a cell differs by {worst:.1}"));
        }
        if let Some(expected) = case["crc32"].as_u64()
            && u64::from(crc32(pixels.iter().flatten().copied())) != expected
        {
            failures.push(format!("{name}: not exact"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
