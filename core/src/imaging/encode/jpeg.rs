//! JPEG (ITU-T T.81) with JFIF header and optimised Huffman tables; colours averaged where they are subsampled.

use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};

use super::super::pixels::{Layout, Pixels};
use super::super::request::{ChromaSubsampling, Transform};
use super::Failure;

pub(super) fn encode(pixels: &Pixels, transform: &Transform, icc: Option<&[u8]>) -> Result<Vec<u8>, Failure> {
    let color = match pixels.layout {
        Layout::Gray => ColorType::Luma,
        Layout::Rgb => ColorType::Rgb,
        Layout::GrayAlpha | Layout::Rgba => return Err("alpha has not been flattened".into()),
    };
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, transform.quality);
    encoder.set_sampling_factor(match transform.chroma_subsampling {
        ChromaSubsampling::Quarter => SamplingFactor::R_4_2_0,
        ChromaSubsampling::Half => SamplingFactor::R_4_2_2,
        ChromaSubsampling::Full => SamplingFactor::R_4_4_4,
    });
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    encoder.set_optimized_huffman_tables(true);
    encoder.set_progressive(transform.progressive);
    if let Some(icc) = icc {
        encoder.add_icc_profile(icc)?;
    }
    encoder.encode(&pixels.data, pixels.width.try_into()?, pixels.height.try_into()?, color)?;
    Ok(bytes)
}
