//! The codecs, one folder for each format: what they share, and the choice among them by the format.
//!
//! A codec knows neither the others nor what its pixels are for: no options of a transform, no plan, no renderer.

pub(super) mod cancel_reader;
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
pub(super) mod row_sink;
pub(super) mod work_weights;

pub(super) mod gif;
pub(super) mod jpeg;
pub(super) mod png;
pub(super) mod webp;

use self::catch_panic::catch_panic;
use self::header::Header;
use self::limits::{Decoding, check_frames};
use self::row_sink::RowSink;
use crate::error::{ErrorKind, Result};
use crate::format::ImageFormat;
use crate::rules::ImageRules;

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
    catch_panic(rules, || match header.format {
        ImageFormat::Jpeg => jpeg::decode::decode_rows(bytes, eighths, rules, sink),
        ImageFormat::Png => png::decode_rows(bytes, header, rules, sink),
        ImageFormat::Gif => gif::decode_rows(bytes, header, rules, sink),
        ImageFormat::Webp => webp::decode_rows(bytes, header, rules, sink),
        other => Err(ErrorKind::ImageFormatUnsupported { detected: other.as_str().to_owned() }.into()),
    })
}

/// Decodes the whole file, every frame of an animation included, and keeps nothing: where a format allows it, no more than
/// a row is in memory, and nothing is done that only pixels for display need. Tells whether all of the picture is there.
pub(crate) fn decode_every_frame(bytes: &[u8], header: &Header, rules: &ImageRules) -> Result<bool> {
    check_frames(header, rules)?;
    match header.format {
        ImageFormat::Jpeg => return catch_panic(rules, || jpeg::decode::check(bytes, rules)),
        ImageFormat::Png => catch_panic(rules, || png::check(bytes, rules)),
        ImageFormat::Gif => catch_panic(rules, || gif::check(bytes, rules)),
        ImageFormat::Webp => catch_panic(rules, || webp::check_frames(bytes, rules)),
        other => Err(ErrorKind::ImageFormatUnsupported { detected: other.as_str().to_owned() }.into()),
    }?;
    Ok(true)
}

/// Decodes what [`decode_rows`] leaves of a file, the further frames, so that both together decode all of it.
pub(crate) fn decode_further_frames(bytes: &[u8], header: &Header, rules: &ImageRules) -> Result<()> {
    if !header.is_animated {
        return Ok(());
    }
    catch_panic(rules, || match header.format {
        ImageFormat::Png => png::check(bytes, rules),
        ImageFormat::Gif => gif::check(bytes, rules),
        ImageFormat::Webp => webp::check_further_frames(bytes, rules),
        _ => Ok(()),
    })
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

/// Reads the header. The rules bound what reading may cost; the size of the picture is not judged here.
///
/// Errors: `image_corrupt`, `image_format_unsupported`.
pub(crate) fn read_header(bytes: &[u8], format: ImageFormat, _rules: &ImageRules) -> Result<Header> {
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

/// The work of a file whose header is read.
pub(crate) fn work_of(bytes: &[u8], header: &Header) -> u64 {
    match header.format {
        ImageFormat::Jpeg => jpeg::decode::work_pixels(bytes),
        _ => header.work_pixels(),
    }
}

#[cfg(test)]
mod tests;
