//! The engine: zune-jpeg in strict mode, given nothing but the stream that the scanner made.

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use crate::error::Result;
use crate::rules::ImageRules;

use super::super::decode::{check_memory, icc_for};
use super::super::header::{Header, corrupt};
use super::super::pixels::{Layout, Pixels};
use super::color::{Color, cmyk_to_rgb, ycck_to_cmyk};
use super::scans::{Stream, scan};

pub(crate) fn decode(bytes: &[u8], header: &Header, rules: &ImageRules) -> Result<(Pixels, Option<Vec<u8>>)> {
    // The stream is at most as long as the file, apart from one segment; counted before it is made.
    check_memory(rules, &[bytes.len() as u64 + 64])?;
    let stream = scan(bytes, rules)?;
    let icc = stream.metadata.profile(rules)?;
    let icc_bytes = icc.as_ref().map_or(0, |profile| profile.len() as u64);
    check_memory(rules, &[memory_bytes(&stream), icc_bytes])?;
    let samples = run(&stream, rules)?;
    let (layout, data, icc) = match stream.color {
        Color::Gray => (Layout::Gray, samples, icc_for(*b"GRAY", icc)),
        Color::YCbCr | Color::Rgb => (Layout::Rgb, samples, icc_for(*b"RGB ", icc)),
        color @ (Color::Cmyk | Color::Ycck) => {
            let mut inks = samples;
            if color == Color::Ycck {
                ycck_to_cmyk(&mut inks);
            }
            (Layout::Rgb, cmyk_to_rgb(&mut inks, icc_for(*b"CMYK", icc).as_deref()), None)
        }
    };
    Ok((Pixels { width: header.width, height: header.height, layout, data }, icc))
}

/// What decoding takes, output included.
fn memory_bytes(stream: &Stream<'_>) -> u64 {
    let frame = &stream.frame;
    let channels = stream.color.channels() as u64;
    let pixels = u64::from(frame.width) * u64::from(frame.height);
    // Inks are there beside the RGB made of them.
    let output_bytes = pixels * if channels == 4 { 4 + 3 } else { channels };
    // 64 coefficients of 2 bytes a block.
    let coefficient_bytes = if stream.keeps_coefficients { frame.all_blocks() * 128 } else { 0 };
    // Rows of samples of 2 bytes, before and after they are brought to the size of the picture.
    let (widest, tallest) = frame.largest_factors();
    let row_bytes = u64::from(frame.width + 8 * u32::from(widest)) * 8 * u64::from(tallest) * channels * 2 * 3;
    output_bytes + coefficient_bytes + row_bytes + stream.bytes.len() as u64 + 64 * 1024
}

fn run(stream: &Stream<'_>, rules: &ImageRules) -> Result<Vec<u8>> {
    let output = match stream.color {
        Color::Gray => ColorSpace::Luma,
        Color::YCbCr | Color::Rgb => ColorSpace::RGB,
        Color::Cmyk | Color::Ycck => ColorSpace::CMYK,
    };
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_max_scans(rules.max_scans as usize)
        .jpeg_set_out_colorspace(output);
    // Not a reader that looks whether the call is cancelled: of whatever kind, it makes a progressive JPEG take a sixth longer.
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&stream.bytes), options);
    let damaged = |error: zune_jpeg::errors::DecodeErrors| corrupt(format!("jpeg: {error:?}"));
    decoder.decode_headers().map_err(damaged)?;
    let samples = stream.frame.width as usize * stream.frame.height as usize * stream.color.channels();
    if decoder.output_buffer_size() != Some(samples) {
        return Err(corrupt("its header is ambiguous"));
    }
    let mut data = vec![0; samples];
    decoder.decode_into(&mut data).map_err(damaged)?;
    Ok(data)
}
