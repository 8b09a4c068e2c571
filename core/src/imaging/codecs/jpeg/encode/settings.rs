//! The settings of an encoding, and the grid of blocks and MCUs that follows from them (T.81, A.1 and A.2).

use super::baseline::expected_tokens_bytes;
use crate::imaging::codecs::encoder_options::{ChromaSubsampling, Effort, EncoderOptions};
use crate::imaging::codecs::failure::Failure;
use crate::imaging::codecs::plane_encoder::PlaneFormat;
use crate::imaging::pixels::buffer::Layout;
use crate::imaging::pixels::canvas::Size;

/// How a picture is encoded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings<'a> {
    pub width: u32,
    pub height: u32,
    pub is_gray: bool,
    pub subsampling: ChromaSubsampling,
    /// 1 to 100.
    pub quality: u8,
    pub progressive: bool,
    pub effort: Effort,
    pub icc: Option<&'a [u8]>,
}

/// One component of the frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct EncodedComponent {
    /// Width and height in samples.
    pub size: (usize, usize),
    /// Sampling factors: blocks of an MCU, across and down.
    pub sampling_factors: (usize, usize),
    /// Blocks with at least one sample of the picture, across and down.
    pub blocks: (usize, usize),
}

impl Settings<'static> {
    /// The settings for planes of this size, without a profile. Planes of chroma are subsampled already.
    pub(crate) fn new(planes: PlaneFormat, size: Size, options: EncoderOptions) -> Self {
        let (is_gray, subsampling) = match planes {
            PlaneFormat::YCbCr(subsampling) => (false, subsampling),
            PlaneFormat::Packed(layout) => (layout == Layout::Gray, options.chroma_subsampling),
        };
        Self {
            width: size.width,
            height: size.height,
            is_gray,
            subsampling,
            quality: options.quality,
            progressive: options.progressive,
            effort: options.effort,
            icc: None,
        }
    }
}

impl Settings<'_> {
    /// The largest side of a frame (T.81, B.2.2).
    const MAX_SIDE: u32 = 65_535;

    pub(super) fn check(&self) -> Result<(), Failure> {
        let is_side = |side: u32| (1..=Self::MAX_SIDE).contains(&side);
        if is_side(self.width) && is_side(self.height) {
            Ok(())
        } else {
            Err("a side that is 0 or too long for JPEG".into())
        }
    }

    /// Whether the coefficients are written in several scans.
    pub(super) fn has_several_scans(&self) -> bool {
        self.progressive || self.effort == Effort::High
    }

    /// Luma samples per chroma sample, across and down.
    fn ratio(&self) -> (usize, usize) {
        match self.subsampling {
            _ if self.is_gray => (1, 1),
            ChromaSubsampling::Quarter => (2, 2),
            ChromaSubsampling::Half => (2, 1),
            ChromaSubsampling::Full => (1, 1),
        }
    }

    pub(super) fn components(&self) -> Vec<EncodedComponent> {
        let (across, down) = self.ratio();
        let component = |sampling_factors: (usize, usize)| {
            let size = (
                (self.width as usize * sampling_factors.0).div_ceil(across),
                (self.height as usize * sampling_factors.1).div_ceil(down),
            );
            EncodedComponent { size, sampling_factors, blocks: (size.0.div_ceil(8), size.1.div_ceil(8)) }
        };
        let mut components = vec![component((across, down))];
        if !self.is_gray {
            components.extend([component((1, 1)); 2]);
        }
        components
    }

    /// The expected size of the file, in bytes: a small picture may be noise; a sample of luma of a photograph takes about 1 bit at
    /// quality 80, and 2 at 95, and one of chroma half as much.
    pub(crate) fn expected_file_bytes(&self) -> u64 {
        const SMALL: u64 = 64 << 10;
        let samples = self.halved_chroma(|component| component.size.0 * component.size.1);
        let small = SMALL.min(samples);
        let of_photo = match self.quality {
            ..=85 => 6,
            86..=95 => 3,
            _ => 1,
        };
        small + small / 8 + (samples - small) / of_photo + (8 << 10)
    }

    /// The blocks of the picture, of which those of chroma count half: they have half as many tokens in a photograph.
    fn expected_blocks(&self) -> u64 {
        self.halved_chroma(|component| component.blocks.0 * component.blocks.1)
    }

    fn halved_chroma(&self, count: impl Fn(&EncodedComponent) -> usize) -> u64 {
        let components = self.components();
        let (luma, chroma) = components.split_at(1.min(components.len()));
        let sum = |components: &[EncodedComponent]| components.iter().map(&count).sum::<usize>() as u64;
        sum(luma) + sum(chroma) / 2
    }

    /// Blocks of an MCU, and MCUs in all.
    fn grid(&self) -> (u64, u64) {
        let (across, down) = self.mcus();
        let blocks =
            self.components().into_iter().map(|component| component.sampling_factors.0 * component.sampling_factors.1);
        (blocks.sum::<usize>() as u64, (across * down) as u64)
    }

    /// MCUs across and down.
    pub(super) fn mcus(&self) -> (usize, usize) {
        let (across, down) = self.ratio();
        ((self.width as usize).div_ceil(8 * across), (self.height as usize).div_ceil(8 * down))
    }
}

/// The memory of encoding that the picture has no influence on, in bytes: the coefficients, of all of it where there are several
/// scans and of a band otherwise, and samples of a band that wait to be encoded.
pub(crate) fn memory_bytes(settings: &Settings<'_>, planes: PlaneFormat) -> u64 {
    let (blocks_per_mcu, mcus) = settings.grid();
    let band = settings.mcus().0 as u64 * blocks_per_mcu;
    let kept = if settings.has_several_scans() { blocks_per_mcu * mcus } else { band };
    // Blocks have 64 coefficients of 2 bytes. A row of them is padded.
    let band_samples = 64 * band;
    // RGB waits with three samples for a pixel, and its colours are converted row by row before they are averaged.
    let converted = if planes == PlaneFormat::Packed(Layout::Rgb) { 3 * band_samples } else { 0 };
    let profile = settings.icc.map_or(0, <[u8]>::len) as u64;
    128 * (kept + 1) + 2 * band_samples + converted + 2 * profile + (64 << 10)
}

/// What a file, and the tokens that are kept until it is written, are expected to take, in bytes.
pub(crate) fn growing_bytes(settings: &Settings<'_>) -> u64 {
    let file_bytes = settings.expected_file_bytes();
    // With several scans a file moves while it grows; with one it is written once its length is known.
    if settings.has_several_scans() {
        2 * file_bytes
    } else {
        file_bytes + expected_tokens_bytes(settings.expected_blocks())
    }
}
