//! Pixels out of bytes: the limits, the format's own decoder, and a wall around it.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::{ErrorKind, Result};
use crate::format::ImageFormat;
use crate::rules::ImageRules;

use super::header::{Header, corrupt};
use super::pixels::Pixels;
use super::{gif, jpeg, png, webp};

/// A decoded picture: the first frame, as stored.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub pixels: Pixels,
    /// The ICC profile that describes `pixels`. `None` is sRGB.
    pub icc: Option<Vec<u8>>,
    /// How much of the size was decoded; 8 is all.
    pub eighths: u8,
}

/// Decodes the first frame within all limits of the rules, to so many eighths of the size for a JPEG; other formats are
/// decoded in full.
///
/// Errors: `image_too_large`, `image_too_small`, `image_corrupt`, `image_format_unsupported`.
pub(crate) fn decode_at(bytes: &[u8], header: &Header, eighths: u8, rules: &ImageRules) -> Result<Decoded> {
    let (width, height) = header.displayed();
    rules.check_dimensions(width, height)?;
    if header.format != ImageFormat::Jpeg {
        rules.check_work(header.still_work_pixels())?;
    }
    let eighths = if header.format == ImageFormat::Jpeg { eighths } else { 8 };
    let (pixels, icc) = guarded(rules, || match header.format {
        ImageFormat::Jpeg => jpeg::decode(bytes, eighths, rules),
        ImageFormat::Png => png::decode(bytes, header, rules),
        ImageFormat::Gif => gif::decode(bytes, header, rules),
        ImageFormat::Webp => webp::decode(bytes, header, rules),
        other => Err(ErrorKind::ImageFormatUnsupported { detected: other.as_str().to_owned() }.into()),
    })?;
    let size = (scaled(header.width, eighths), scaled(header.height, eighths));
    let expected = u64::from(size.0) * u64::from(size.1) * pixels.layout.channels() as u64;
    if (pixels.width, pixels.height) != size || pixels.data.len() as u64 != expected {
        return Err(corrupt("its header and its data differ in size"));
    }
    Ok(Decoded { pixels, icc, eighths })
}

/// A side at so many eighths.
pub(crate) fn scaled(side: u32, eighths: u8) -> u32 {
    (side * u32::from(eighths)).div_ceil(8)
}

/// Decodes the whole file, every frame of an animation included, and keeps nothing: where a format allows it, no more than
/// a row is in memory, and nothing is done that only pixels for display need.
pub(crate) fn decode_every_frame(bytes: &[u8], header: &Header, rules: &ImageRules) -> Result<()> {
    check_frames(header, rules)?;
    match header.format {
        ImageFormat::Jpeg => guarded(rules, || jpeg::check(bytes, rules)),
        ImageFormat::Png => guarded(rules, || png::check(bytes, rules)),
        ImageFormat::Gif => guarded(rules, || gif::check(bytes, rules)),
        ImageFormat::Webp => guarded(rules, || webp::check_frames(bytes, rules)),
        other => Err(ErrorKind::ImageFormatUnsupported { detected: other.as_str().to_owned() }.into()),
    }
}

/// Checks the frames of an animation, and the work of every frame. The scans of a JPEG are counted when they are read.
pub(crate) fn check_frames(header: &Header, rules: &ImageRules) -> Result<()> {
    if header.is_animated {
        rules.check_frames(header.frames, header.frame_pixels)?;
    }
    if header.format == ImageFormat::Jpeg { Ok(()) } else { rules.check_work(header.work_pixels()) }
}

/// Decodes what [`decode_at`] leaves of a file, the further frames, so that both together decode all of it.
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

/// The most memory that decoding a whole picture takes as far as its header tells, in bytes, with the pixels.
pub(crate) fn decoding_bytes(bytes: &[u8], header: &Header) -> u64 {
    match header.format {
        ImageFormat::Png => png::memory_bytes(bytes, header).unwrap_or(u64::MAX),
        ImageFormat::Gif => gif::memory_bytes(bytes, header).unwrap_or(u64::MAX),
        ImageFormat::Webp => webp::memory_bytes(bytes, header).unwrap_or(u64::MAX),
        // A JPEG's decoder counts what it takes itself.
        _ => 0,
    }
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

    use super::*;
    use crate::format::{Sniffed, sniff};
    use crate::imaging::header::read_header;
    use crate::imaging::orient::orient;
    use crate::imaging::pixels::Layout;

    fn vectors() -> std::path::PathBuf {
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
    }

    /// Size and RGBA as displayed.
    fn displayed(name: &str) -> Result<(usize, usize, Vec<[u8; 4]>)> {
        let bytes = std::fs::read(vectors().join(name)).unwrap();
        let Sniffed::Image(format) = sniff(&bytes) else { panic!("{name} is no image") };
        let rules = ImageRules::default();
        let header = read_header(&bytes, format, &rules)?;
        let pixels = orient(decode_at(&bytes, &header, 8, &rules)?.pixels, header.orientation);
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
        assert_eq!(error.map(|()| ()).unwrap_err().code(), "image_corrupt");
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
