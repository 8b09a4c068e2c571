//! `RowEncoder`: the encoder as the pipeline has it, which takes rows of planes, or of pixels that become planes band by band.

use super::bands::BandBuffer;
use super::encoder::Encoder;
use super::from_pixels::PlaneBand;
use super::settings::Settings;
use crate::imaging::codecs::encoder_options::EncoderOptions;
use crate::imaging::codecs::failure::Failure;
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::codecs::plane_encoder::{PlaneEncoder, PlaneFormat};
use crate::imaging::pixels::buffer::Layout;
use crate::imaging::pixels::canvas::Size;
use crate::imaging::simd::Simd;

/// An encoder of rows in any number.
pub(in crate::imaging::codecs) struct RowEncoder {
    encoder: Encoder,
    waiting: BandBuffer,
    /// Makes planes of a band of RGB.
    converted: Option<Box<PlaneBand>>,
    simd: Simd,
}

impl RowEncoder {
    pub(in crate::imaging::codecs) fn new(
        planes: PlaneFormat,
        size: Size,
        options: EncoderOptions,
        icc: Option<&[u8]>,
        limit: OutputLimit,
    ) -> Result<Self, Failure> {
        if matches!(planes, PlaneFormat::Packed(Layout::GrayAlpha | Layout::Rgba)) {
            return Err("pixels with alpha, which JPEG does not have".into());
        }
        let simd = Simd::detect();
        let settings = Settings { icc, ..Settings::new(planes, size, options) };
        Ok(Self::over(Encoder::new(&settings, limit, simd)?, planes, simd))
    }

    /// The same over an encoder whose components are those of the planes.
    pub(super) fn over(encoder: Encoder, planes: PlaneFormat, simd: Simd) -> Self {
        let bytes = |plane: usize| {
            let (width, height) = encoder.plane_size(plane);
            (encoder.band_rows(plane) * width, height * width)
        };
        let (waiting, converted) = if planes == PlaneFormat::Packed(Layout::Rgb) {
            let (band, whole) = bytes(0);
            (BandBuffer::new([(3 * band, 3 * whole)].into_iter()), Some(Box::new(PlaneBand::new(&encoder))))
        } else {
            (BandBuffer::new((0..encoder.components()).map(bytes)), None)
        };
        Self { encoder, waiting, converted, simd }
    }
}

impl PlaneEncoder for RowEncoder {
    fn push(&mut self, rows: &[&[u8]]) -> Result<(), Failure> {
        let Self { encoder, waiting, converted, simd } = self;
        waiting.push(rows, &mut |band| encode(encoder, converted.as_deref_mut(), *simd, band))
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Failure> {
        let Self { mut encoder, waiting, mut converted, simd } = *self;
        waiting.finish(&mut |band| encode(&mut encoder, converted.as_deref_mut(), simd, band))?;
        encoder.finish()
    }
}

fn encode(encoder: &mut Encoder, converted: Option<&mut PlaneBand>, simd: Simd, band: &[&[u8]]) -> Result<(), Failure> {
    match (converted, band) {
        (Some(planes), [pixels]) => {
            simd.run(
                #[inline(always)]
                || planes.fill(pixels),
            );
            encoder.push(&planes.rows())
        }
        _ => encoder.push(band),
    }
}
