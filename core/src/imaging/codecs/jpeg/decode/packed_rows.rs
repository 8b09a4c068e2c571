//! `PackedRows`: rows of pixels: upsamples the components and converts YCbCr to RGB.

use crate::error::Result;

use super::color_space::{ColorSpace, ycck_to_cmyk};
use super::decoder::{Bands, Decoder};
use super::upsample::{UpsampleBuffer, Upsampling};
use super::ycbcr::ycbcr_to_rgb;
use crate::imaging::codecs::failure::corrupt;

/// The rows of a picture, from top to bottom: gray, RGB, or CMYK as it is stored.
pub(crate) struct PackedRows<'a> {
    bands: Bands<'a>,
    color: ColorSpace,
    upsamplings: Vec<Upsampling>,
    buffers: Vec<UpsampleBuffer>,
    height: usize,
    /// The next row.
    y: usize,
    /// Rows up to this one have all samples that they need.
    ready: usize,
    band_height: usize,
    /// How many rows at the end of a band need the next band.
    open_height: usize,
}

impl<'a> Decoder<'a> {
    /// Starts to decode rows of pixels.
    pub(crate) fn rows(self) -> Result<PackedRows<'a>> {
        let (color, scale) = (self.color_space(), self.scale_num());
        let height = self.size().1 as usize;
        let bands = self.bands()?;
        let widest = bands.planes().iter().map(|plane| plane.horizontal * plane.across).max().unwrap_or(1);
        let tallest = bands.planes().iter().map(|plane| plane.vertical * plane.down).max().unwrap_or(1);
        let ratio = |plane: &super::planes::Plane| {
            (widest / (plane.horizontal * plane.across), tallest / (plane.vertical * plane.down))
        };
        let upsampling = bands.planes().iter().map(|plane| {
            let (across, down) = ratio(plane);
            Upsampling::of(plane, across, down, scale)
        });
        Ok(PackedRows {
            color,
            upsamplings: upsampling.collect(),
            buffers: bands.planes().iter().map(|_| UpsampleBuffer::default()).collect(),
            height,
            y: 0,
            ready: 0,
            band_height: tallest,
            open_height: bands.planes().iter().map(|plane| ratio(plane).1).max().unwrap_or(1),
            bands,
        })
    }
}

impl PackedRows<'_> {
    /// Writes the next row, which must have as many bytes as its pixels.
    pub(crate) fn read(&mut self, row: &mut [u8]) -> Result<()> {
        while self.y >= self.ready {
            if !self.bands.advance()? {
                return Err(corrupt("a JPEG with fewer rows than its header says"));
            }
            let decoded = self.bands.decoded() * self.band_height;
            self.ready = if self.bands.is_finished() { self.height } else { decoded - self.open_height };
        }
        let y = self.y;
        self.y += 1;
        let parts = self.upsamplings.iter().zip(self.bands.planes()).zip(&mut self.buffers);
        let simd = self.bands.simd();
        let mut parts = parts.map(|((upsampling, plane), buffer)| upsampling.row(simd, plane, y, buffer));
        let mut next = || parts.next().unwrap_or_default();
        match self.color {
            ColorSpace::Gray => {
                let samples = next();
                row.iter_mut().zip(samples).for_each(|(to, from)| *to = *from);
            }
            ColorSpace::YCbCr => {
                let (luma, blue, red) = (next(), next(), next());
                simd.run(
                    #[inline(always)]
                    || ycbcr_to_rgb(luma, blue, red, row),
                );
            }
            ColorSpace::Rgb => interleave([next(), next(), next()], row),
            ColorSpace::Cmyk => interleave([next(), next(), next(), next()], row),
            ColorSpace::Ycck => {
                interleave([next(), next(), next(), next()], row);
                ycck_to_cmyk(row);
            }
        }
        Ok(())
    }
}

fn interleave<const CHANNELS: usize>(parts: [&[u8]; CHANNELS], row: &mut [u8]) {
    for (channel, part) in parts.into_iter().enumerate() {
        for (pixel, sample) in row.as_chunks_mut::<CHANNELS>().0.iter_mut().zip(part) {
            pixel[channel] = *sample;
        }
    }
}
