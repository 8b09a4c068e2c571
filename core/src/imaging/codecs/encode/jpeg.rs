//! JPEG: what a transform asks for, to the encoder of this crate.

use crate::imaging::codecs::encode::Failure;
use crate::imaging::codecs::jpeg::encode::{Settings, encode_pixels};
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::pixels::buffer::{Layout, Pixels};
use crate::imaging::simd::Simd;
use crate::imaging::transform_options::Transform;

pub(super) fn encode(
    pixels: &Pixels,
    transform: &Transform,
    icc: Option<&[u8]>,
    limit: OutputLimit,
) -> Result<Vec<u8>, Failure> {
    let settings = settings(pixels.width, pixels.height, pixels.layout, transform);
    encode_pixels(pixels, &Settings { icc, ..settings }, limit, Simd::detect())
}

/// How a picture is written as the transform asks, without a profile.
pub(in crate::imaging) fn settings(
    width: u32,
    height: u32,
    layout: Layout,
    transform: &Transform,
) -> Settings<'static> {
    Settings {
        width,
        height,
        is_gray: layout == Layout::Gray,
        subsampling: transform.chroma_subsampling,
        quality: transform.quality,
        progressive: transform.progressive,
        effort: transform.effort,
        icc: None,
    }
}
