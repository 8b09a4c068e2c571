//! The codecs, one folder per format: what they share, and the choice of a codec by the format.
//!
//! A codec knows neither the other codecs nor what its pixels are used for: no options of a transform, no plan, no renderer.

pub(super) mod catch_panic;
pub(super) mod encode;
pub(super) mod encoder_options;
pub(super) mod exif;
pub(super) mod failure;
pub(super) mod header;
pub(super) mod limits;
pub(super) mod memory_budget;
pub(super) mod output_format;
pub(super) mod output_limit;
pub(super) mod plane_decoder;
pub(super) mod plane_encoder;
pub(super) mod work_weights;

pub(super) mod gif;
pub(super) mod jpeg;
pub(super) mod png;
pub(super) mod webp;

use self::catch_panic::catch_panic;
use self::header::Header;
use self::limits::check_frames;
use self::plane_decoder::{Frames, PlaneDecoder};
use crate::error::{ErrorKind, Result};
use crate::format::ImageFormat;
use crate::rules::ImageRules;

/// Opens the decoder of a file whose header is read.
///
/// Errors: `image_too_large`, `image_corrupt`, `image_format_unsupported`.
pub(crate) fn open_decoder<'a>(
    bytes: &'a [u8],
    header: &'a Header,
    rules: &'a ImageRules,
) -> Result<Box<dyn PlaneDecoder + 'a>> {
    catch_panic(rules, || {
        Ok(match header.format {
            ImageFormat::Jpeg => Box::new(jpeg::Decoder::new(bytes, rules)?) as Box<dyn PlaneDecoder + 'a>,
            ImageFormat::Png => Box::new(png::PngDecoder::new(bytes, rules)?),
            ImageFormat::Gif => Box::new(gif::GifDecoder::new(bytes, header, rules)?),
            ImageFormat::Webp => Box::new(webp::WebpDecoder::new(bytes, rules)?),
            other => return Err(ErrorKind::ImageFormatUnsupported { detected: other.as_str().to_owned() }.into()),
        })
    })
}

/// Decodes the whole file, including every frame of an animation, without keeping pixels: where the format allows it, only a row
/// is in memory. Returns whether the picture is complete.
pub(crate) fn check_every_frame(bytes: &[u8], header: &Header, rules: &ImageRules) -> Result<bool> {
    check_frames(header, rules)?;
    let decoder = open_decoder(bytes, header, rules)?;
    catch_panic(rules, || decoder.check(Frames::All))
}

/// The same for the frames after the first one, which is decoded already.
pub(crate) fn check_further_frames(bytes: &[u8], header: &Header, rules: &ImageRules) -> Result<()> {
    if !header.is_animated {
        return Ok(());
    }
    let decoder = open_decoder(bytes, header, rules)?;
    catch_panic(rules, || decoder.check(Frames::AfterFirst)).map(drop)
}

/// Reads the header. The size of the picture is not checked here.
///
/// Errors: `image_corrupt`, `image_format_unsupported`.
pub(crate) fn read_header(bytes: &[u8], format: ImageFormat) -> Result<Header> {
    match format {
        ImageFormat::Jpeg => jpeg::decode::header(bytes),
        ImageFormat::Png => png::header(bytes),
        ImageFormat::Gif => gif::header(bytes),
        ImageFormat::Webp => webp::header(bytes),
        ImageFormat::Heic | ImageFormat::Heif | ImageFormat::Avif => {
            Err(ErrorKind::ImageFormatUnsupported { detected: format.as_str().to_owned() }.into())
        }
    }
}

/// The work of decoding a file whose header is read, in weighted pixels.
pub(crate) fn work_of(bytes: &[u8], header: &Header) -> u64 {
    match header.format {
        ImageFormat::Jpeg => jpeg::decode::work_pixels(bytes),
        _ => header.work_pixels(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::pixels::buffer::{Layout, Pixels};
    use super::super::pixels::orient::orient;
    use super::plane_decoder::PlaneSink;
    use super::read_header;
    use super::*;
    use crate::format::{Sniffed, sniff};

    fn vectors() -> std::path::PathBuf {
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
    }

    /// All pixels as they are stored.
    fn pixels(bytes: &[u8], header: &Header, rules: &ImageRules) -> Result<Pixels> {
        struct Rows {
            row_bytes: usize,
            data: Vec<u8>,
        }
        impl PlaneSink for Rows {
            fn row(&mut self, plane: usize, row: &[u8]) -> Result<()> {
                assert_eq!((plane, row.len()), (0, self.row_bytes));
                self.data.extend_from_slice(row);
                Ok(())
            }
        }
        let mut decoder = open_decoder(bytes, header, rules)?;
        decoder.set_packed();
        let layout = decoder.format().layout();
        let (width, height) = (header.width, header.height);
        let mut rows = Rows { row_bytes: width as usize * layout.channels(), data: Vec::new() };
        decoder.decode(0, &mut rows)?;
        assert_eq!(rows.data.len(), height as usize * rows.row_bytes);
        Ok(Pixels { width, height, layout, data: rows.data })
    }

    /// Size and RGBA as displayed.
    fn displayed(name: &str) -> Result<(usize, usize, Vec<[u8; 4]>)> {
        let bytes = std::fs::read(vectors().join(name)).unwrap();
        let Sniffed::Image(format) = sniff(&bytes) else { panic!("{name} is no image") };
        let rules = ImageRules::default();
        let header = read_header(&bytes, format)?;
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
}
