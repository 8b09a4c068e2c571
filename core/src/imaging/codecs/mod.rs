//! Pixels out of bytes: the limits, the format's own decoder, and a wall around it.

pub(super) mod cancel_reader;
pub(super) mod encode;
pub(super) mod exif;
pub(super) mod header;
pub(super) mod memory_budget;
pub(super) mod output_limit;
pub(super) mod work_weights;

pub(super) mod gif;
pub(super) mod jpeg;
pub(super) mod png;
pub(super) mod webp;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::{ErrorKind, Result};
use crate::format::ImageFormat;
use crate::rules::ImageRules;

use self::header::{Header, corrupt};
use super::row_renderer::RowSink;

/// Decodes the first frame within all limits of the rules, and gives its rows as they are stored: to so many eighths of the
/// size for a JPEG; other formats are decoded in full.
///
/// Errors: `image_too_large`, `image_too_small`, `image_corrupt`, `image_format_unsupported`, and those of the sink.
pub(crate) fn decode_rows(
    bytes: &[u8],
    header: &Header,
    eighths: u8,
    rules: &ImageRules,
    sink: &mut dyn RowSink,
) -> Result<()> {
    let (width, height) = header.displayed();
    rules.check_dimensions(width, height)?;
    if header.format != ImageFormat::Jpeg {
        rules.check_work(header.still_work_pixels())?;
    }
    guarded(rules, || match header.format {
        ImageFormat::Jpeg => jpeg::decode::decode_rows(bytes, eighths, rules, sink),
        ImageFormat::Png => png::decode_rows(bytes, header, rules, sink),
        ImageFormat::Gif => gif::decode_rows(bytes, header, rules, sink),
        ImageFormat::Webp => webp::decode_rows(bytes, header, rules, sink),
        other => Err(ErrorKind::ImageFormatUnsupported { detected: other.as_str().to_owned() }.into()),
    })
}

/// A side at so many eighths.
pub(crate) fn scaled(side: u32, eighths: u8) -> u32 {
    (side * u32::from(eighths)).div_ceil(8)
}

/// Decodes the whole file, every frame of an animation included, and keeps nothing: where a format allows it, no more than
/// a row is in memory, and nothing is done that only pixels for display need. Tells whether all of the picture is there.
pub(crate) fn decode_every_frame(bytes: &[u8], header: &Header, rules: &ImageRules) -> Result<bool> {
    check_frames(header, rules)?;
    match header.format {
        ImageFormat::Jpeg => return guarded(rules, || jpeg::decode::check(bytes, rules)),
        ImageFormat::Png => guarded(rules, || png::check(bytes, rules)),
        ImageFormat::Gif => guarded(rules, || gif::check(bytes, rules)),
        ImageFormat::Webp => guarded(rules, || webp::check_frames(bytes, rules)),
        other => Err(ErrorKind::ImageFormatUnsupported { detected: other.as_str().to_owned() }.into()),
    }?;
    Ok(true)
}

/// Checks the frames of an animation, and the work of every frame. The scans of a JPEG are counted when they are read.
pub(crate) fn check_frames(header: &Header, rules: &ImageRules) -> Result<()> {
    if header.is_animated {
        rules.check_frames(header.frames, header.frame_pixels)?;
    }
    if header.format == ImageFormat::Jpeg { Ok(()) } else { rules.check_work(header.work_pixels()) }
}

/// Decodes what [`decode_rows`] leaves of a file, the further frames, so that both together decode all of it.
pub(crate) fn decode_further_frames(bytes: &[u8], header: &Header, rules: &ImageRules) -> Result<()> {
    if !header.is_animated {
        return Ok(());
    }
    guarded(rules, || match header.format {
        ImageFormat::Png => png::check(bytes, rules),
        ImageFormat::Gif => gif::check(bytes, rules),
        ImageFormat::Webp => webp::check_further_frames(bytes, rules),
        _ => Ok(()),
    })
}

/// Runs a decoder that others wrote. A panic in it is a damaged file to the caller, not the end of his program; a file
/// that ends for it because the call is cancelled is not damaged.
pub(super) fn guarded<T>(rules: &ImageRules, run: impl FnOnce() -> Result<T>) -> Result<T> {
    let before = IS_CAUGHT.replace(true);
    let result = catch_unwind(AssertUnwindSafe(run));
    IS_CAUGHT.set(before);
    rules.check_cancelled()?;
    result.unwrap_or_else(|_| Err(corrupt("the decoder gave up on it")))
}

thread_local! {
    static IS_CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread would be caught by presize and become `image_corrupt`, since a decoder is running. A panic
/// hook may then stay silent, as those of the packages for Python and Node do: one damaged file is nothing for the log of a
/// server.
///
/// ```
/// let print = std::panic::take_hook();
/// std::panic::set_hook(Box::new(move |panic| {
///     if !presize::catches_panics() {
///         print(panic);
///     }
/// }));
/// ```
pub fn catches_panics() -> bool {
    IS_CAUGHT.get()
}

/// The most memory that decoding a picture to rows takes as far as its header tells, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decoding {
    /// Before the first row.
    pub start_bytes: u64,
    /// While rows are given, beside what is made of them.
    pub rows_bytes: u64,
    /// Whether all pixels are among these, and are given away with the last row.
    pub keeps_pixels: bool,
}

impl Decoding {
    /// As much from the beginning to the end.
    pub(crate) fn of(bytes: u64) -> Self {
        Self { start_bytes: bytes, rows_bytes: bytes, keeps_pixels: false }
    }
}

/// What decoding a picture of another format than JPEG takes, whose decoder counts for itself.
pub(crate) fn decoding_bytes(bytes: &[u8], header: &Header) -> Decoding {
    let decoding = match header.format {
        ImageFormat::Png => png::decoding(bytes),
        ImageFormat::Gif => gif::memory_bytes(bytes, header).map(Decoding::of),
        ImageFormat::Webp => webp::decoding(bytes, header),
        _ => Ok(Decoding::of(0)),
    };
    decoding.unwrap_or(Decoding::of(u64::MAX))
}

/// What decoding takes, checked before any of it is taken.
pub(crate) fn check_memory(rules: &ImageRules, parts: &[u64]) -> Result<()> {
    rules.check_memory(parts.iter().fold(0, |sum, part| sum.saturating_add(*part)))
}

/// `image_too_large` for a colour profile that the rules do not allow.
pub(crate) fn check_icc_bytes(rules: &ImageRules, received: u64) -> Result<()> {
    crate::rules::at_most("icc_bytes", received, rules.max_icc_bytes)
}

/// The profile, if it is one for pixels of this kind; a profile for another colour space cannot describe them.
pub(crate) fn icc_for(space: [u8; 4], profile: Option<Vec<u8>>) -> Option<Vec<u8>> {
    profile.filter(|profile| profile.len() >= 128 && profile.get(16..20) == Some(space.as_slice()))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::pixels::buffer::{Layout, Pixels};
    use super::super::pixels::orient::orient;
    use super::header::read_header;
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
    fn a_hook_can_tell_which_panics_are_caught() {
        let rules = ImageRules::default();
        assert!(!catches_panics());
        let error = guarded(&rules, || {
            assert!(catches_panics());
            guarded(&rules, || Ok(()))?;
            assert!(catches_panics(), "still within the outer one");
            std::panic::resume_unwind(Box::new("a decoder's own mistake")) // without the hook
        });
        assert_eq!(error.map_err(|error| error.code()), Err::<(), _>("image_corrupt"));
        assert!(!catches_panics());
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
}
