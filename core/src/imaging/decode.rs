//! STAND-IN for the real decoders, which another branch brings.

use std::io::Cursor;

use super::header::Header;
use super::orient::Orientation;
use super::pixels::{Layout, Pixels};
use crate::error::{ErrorKind, Result};
use crate::format::ImageFormat;
use crate::rules::ImageRules;

pub(crate) struct Decoded {
    pub pixels: Pixels,
    pub orientation: Orientation,
    pub icc: Option<Vec<u8>>,
}

pub(crate) fn decode(bytes: &[u8], header: &Header, _rules: &ImageRules) -> Result<Decoded> {
    decode_any(bytes, header.format).ok_or_else(|| ErrorKind::ImageCorrupt { reason: "stand-in".to_owned() }.into())
}

pub(crate) fn decode_any(bytes: &[u8], format: ImageFormat) -> Option<Decoded> {
    match format {
        ImageFormat::Png => {
            let mut decoder = png::Decoder::new(Cursor::new(bytes));
            decoder.set_transformations(png::Transformations::normalize_to_color8());
            let mut reader = decoder.read_info().ok()?;
            let mut data = vec![0; reader.output_buffer_size()?];
            let info = reader.next_frame(&mut data).ok()?;
            data.truncate(info.buffer_size());
            let layout = match info.color_type {
                png::ColorType::Grayscale => Layout::Gray,
                png::ColorType::GrayscaleAlpha => Layout::GrayAlpha,
                png::ColorType::Rgb => Layout::Rgb,
                _ => Layout::Rgba,
            };
            let extra = reader.info();
            let orientation = extra.exif_metadata.as_deref().map_or(Orientation::Normal, exif_orientation);
            let icc = extra.icc_profile.as_deref().map(<[u8]>::to_vec);
            let pixels = Pixels { width: info.width, height: info.height, layout, data };
            Some(Decoded { pixels, orientation, icc })
        }
        ImageFormat::Jpeg => {
            use zune_jpeg::zune_core::bytestream::ZCursor;
            use zune_jpeg::zune_core::colorspace::ColorSpace;
            use zune_jpeg::zune_core::options::DecoderOptions;
            let mut decoder = zune_jpeg::JpegDecoder::new(ZCursor::new(bytes));
            decoder.decode_headers().ok()?;
            let gray = decoder.input_colorspace() == Some(ColorSpace::Luma);
            let to = if gray { ColorSpace::Luma } else { ColorSpace::RGB };
            decoder.set_options(DecoderOptions::default().jpeg_set_out_colorspace(to));
            let data = decoder.decode().ok()?;
            let (width, height) = decoder.dimensions()?;
            let orientation = decoder.exif().map_or(Orientation::Normal, |exif| exif_orientation(exif));
            let layout = if gray { Layout::Gray } else { Layout::Rgb };
            let pixels = Pixels { width: width as u32, height: height as u32, layout, data };
            Some(Decoded { pixels, orientation, icc: decoder.icc_profile() })
        }
        ImageFormat::Webp => {
            let mut decoder = image_webp::WebPDecoder::new(Cursor::new(bytes)).ok()?;
            let (width, height) = decoder.dimensions();
            let mut data = vec![0; decoder.output_buffer_size()?];
            decoder.read_image(&mut data).ok()?;
            let layout = if decoder.has_alpha() { Layout::Rgba } else { Layout::Rgb };
            let icc = decoder.icc_profile().ok()?;
            let pixels = Pixels { width, height, layout, data };
            Some(Decoded { pixels, orientation: Orientation::Normal, icc })
        }
        ImageFormat::Gif => {
            let mut options = gif::DecodeOptions::new();
            options.set_color_output(gif::ColorOutput::RGBA);
            let mut decoder = options.read_info(Cursor::new(bytes)).ok()?;
            let frame = decoder.read_next_frame().ok()??;
            let (width, height) = (frame.width.into(), frame.height.into());
            let pixels = Pixels { width, height, layout: Layout::Rgba, data: frame.buffer.to_vec() };
            Some(Decoded { pixels, orientation: Orientation::Normal, icc: None })
        }
        _ => None,
    }
}

fn exif_orientation(exif: &[u8]) -> Orientation {
    let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let big = exif.starts_with(b"MM");
    exif.windows(12)
        .find(|w| if big { w.starts_with(&[1, 0x12, 0, 3]) } else { w.starts_with(&[0x12, 1, 3, 0]) })
        .and_then(|w| Orientation::from_exif(u16::from(if big { w[9] } else { w[8] })))
        .unwrap_or(Orientation::Normal)
}
