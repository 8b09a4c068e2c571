//! WebP with loss: a container with a `VP8 ` chunk, an `ALPH` chunk before it if there is alpha (RFC 9649, section 2.7.1.2), and a
//! profile if there is one.

use super::super::vp8::encode::{Planes, Settings, encode_frame, frame_memory_bytes};
use super::super::vp8l::encode as vp8l;
use super::file::WebpFile;
use crate::imaging::codecs::encoder_options::{ChromaSubsampling, EncoderOptions};
use crate::imaging::codecs::failure::Failure;
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::codecs::plane_encoder::{FEWER_ROWS, MORE_ROWS, PlaneEncoder, PlaneFormat};
use crate::imaging::pixels::buffer::{Layout, Pixels};
use crate::imaging::pixels::canvas::Size;
use crate::imaging::simd::Simd;

/// An encoder that keeps the planes of the picture, in the range and the subsampling of VP8, until all rows are there: the
/// segments, which the first macroblock states, are clusters of all of them.
pub(in crate::imaging::codecs) struct RowEncoder {
    file: WebpFile,
    size: Size,
    format: PlaneFormat,
    planes: Planes,
    settings: Settings,
    limit: OutputLimit,
    simd: Simd,
}

impl RowEncoder {
    pub(in crate::imaging::codecs) fn new(
        format: PlaneFormat,
        size: Size,
        options: EncoderOptions,
        icc: Option<&[u8]>,
        limit: OutputLimit,
    ) -> Result<Self, Failure> {
        if matches!(format, PlaneFormat::YCbCr(ChromaSubsampling::Half | ChromaSubsampling::Full)) {
            return Err("planes of chroma that are not halved, which VP8 does not have".into());
        }
        let has_alpha = has_alpha(format);
        Ok(Self {
            file: WebpFile::begin(size, icc, (has_alpha, has_alpha), limit)?,
            size,
            format,
            planes: Planes::new(size.width, size.height),
            settings: Settings::new(options.quality, options.effort),
            limit,
            simd: Simd::detect(),
        })
    }
}

impl PlaneEncoder for RowEncoder {
    fn push(&mut self, rows: &[&[u8]]) -> Result<(), Failure> {
        let Self { planes, format, simd, .. } = self;
        let are_taken = simd.run(
            #[inline(always)]
            || match (format, rows) {
                // A renderer has three slices, whatever the number of planes is.
                (PlaneFormat::Packed(layout), [pixels, ..]) => planes.push_pixels(pixels, *layout),
                (_, rows) => rows.iter().enumerate().all(|(component, rows)| planes.push_samples(component, rows)),
            },
        );
        if are_taken { Ok(()) } else { Err(MORE_ROWS.into()) }
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Failure> {
        let Self { mut file, size: Size { width, height }, mut planes, settings, limit, simd, .. } = *self;
        let alpha = planes.complete().ok_or(FEWER_ROWS)?;
        if !alpha.is_empty() {
            file.begin_chunk(*b"ALPH");
            write_alpha(&Pixels { width, height, layout: Layout::Gray, data: alpha }, limit, &mut file)?;
            file.end_chunk()?;
        }
        file.begin_chunk(*b"VP8 ");
        encode_frame(&mut planes, settings, limit, simd, file.bytes())?;
        file.end_chunk()?;
        file.finish()
    }
}

/// Appends alpha as the green channel of VP8L data without its header, whose predictors do what filters are for.
fn write_alpha(alpha: &Pixels, limit: OutputLimit, file: &mut WebpFile) -> Result<(), Failure> {
    /// No preprocessing, no filter, compressed without loss.
    const LOSSLESS: u8 = 1;
    /// The signature and the size, which the chunk leaves out.
    const HEADER_BYTES: usize = 5;
    vp8l::encode(alpha, limit, file.bytes())?;
    let start = file.data_start();
    file.bytes().drain(start..start + HEADER_BYTES - 1);
    if let Some(byte) = file.bytes().get_mut(start) {
        *byte = LOSSLESS;
    }
    Ok(())
}

fn has_alpha(format: PlaneFormat) -> bool {
    matches!(format, PlaneFormat::Packed(layout) if layout.has_alpha())
}

/// The memory of encoding, without the file and the tokens, in bytes.
pub(in crate::imaging::codecs) fn memory_bytes(format: PlaneFormat, Size { width, height }: Size) -> u64 {
    let alpha = if has_alpha(format) { vp8l::memory_bytes(width) } else { 0 };
    Planes::memory_bytes(width, height, has_alpha(format)) + frame_memory_bytes(width, height) + alpha
}

/// The part of the memory that only the frame and the file take, once all rows are there, in bytes.
pub(in crate::imaging::codecs) fn finishing_bytes(format: PlaneFormat, size: Size, options: EncoderOptions) -> u64 {
    frame_memory_bytes(size.width, size.height) + growing_bytes(format, size, options)
}

/// What a file and its parts are expected to take while they are put together, in bytes: the partitions are written by themselves,
/// and then appended.
pub(in crate::imaging::codecs) fn growing_bytes(format: PlaneFormat, size: Size, options: EncoderOptions) -> u64 {
    let frame_bytes = expected_frame_bytes(size, options);
    expected_file_bytes(format, size, options) + frame_bytes + frame_bytes / 16
}

/// The expected size of the file, in bytes.
pub(in crate::imaging::codecs) fn expected_file_bytes(format: PlaneFormat, size: Size, options: EncoderOptions) -> u64 {
    let alpha = if has_alpha(format) { expected_alpha_bytes(size) } else { 0 };
    expected_frame_bytes(size, options) + (8 << 10) + alpha
}

/// The expected size of alpha: that of a picture with soft edges everywhere takes a bit for each pixel.
fn expected_alpha_bytes(Size { width, height }: Size) -> u64 {
    const SMALL: u64 = 64 << 10;
    let pixels = u64::from(width) * u64::from(height);
    let small = SMALL.min(pixels);
    small + small / 8 + (pixels - small) / 8
}

/// The expected size of the frame, in bytes: a small picture may be noise; a pixel of a photograph takes about 1 bit at quality 80,
/// and 3 at 95.
fn expected_frame_bytes(size: Size, options: EncoderOptions) -> u64 {
    const SMALL: u64 = 64 << 10;
    let pixels = u64::from(size.width) * u64::from(size.height);
    let samples = pixels + pixels / 2;
    let small = SMALL.min(samples);
    let of_photo = match options.quality {
        ..=85 => 6,
        86..=95 => 3,
        _ => 1,
    };
    small + small / 8 + (samples - small) / of_photo
}
