//! The `image` crate: full decode, its own Lanczos3, its own JPEG encoder.

use std::hint::black_box;
use std::sync::Arc;

use image::ImageFormat;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;

use crate::contest::Peer;

pub(crate) fn thumbnail(jpeg: Arc<Vec<u8>>, width: u32) -> impl Peer {
    move || {
        let picture =
            image::load_from_memory_with_format(&jpeg, ImageFormat::Jpeg).map_err(|error| error.to_string())?;
        let small = picture.resize(width, u32::MAX, FilterType::Lanczos3);
        let mut bytes = Vec::new();
        small.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 80)).map_err(|error| error.to_string())?;
        black_box(bytes);
        Ok(())
    }
}
