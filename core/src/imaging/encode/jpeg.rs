//! JPEG: what a transform asks for, to the encoder of this crate.

use super::super::jpeg::encode::{Settings, encode_pixels};
use super::super::output_limit::OutputLimit;
use super::super::pixels::{Layout, Pixels};
use super::super::request::Transform;
use super::super::simd::Simd;
use super::Failure;

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
