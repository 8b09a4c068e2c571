//! Encoding: pixels -> bytes. The same pixels and options give the same bytes.

use super::encoder_options::EncoderOptions;
use super::failure::{Failure, failed};
use super::jpeg::encode as jpeg;
use super::output_format::OutputFormat;
use super::output_limit::{OutputLimit, expected_lossless_bytes};
use super::plane_encoder::{PlaneEncoder, PlaneFormat};
use super::png::encode as png;
use super::webp::encode as webp;
use crate::error::Result;
use crate::imaging::pixels::alpha::without_opaque_alpha;
use crate::imaging::pixels::buffer::{Layout, Pixels};
use crate::imaging::pixels::canvas::Size;

/// An encoded picture.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncodedImage {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its format.
    pub format: OutputFormat,
    /// The width, in pixels.
    pub width: u32,
    /// The height, in pixels.
    pub height: u32,
}

impl std::fmt::Debug for EncodedImage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { bytes, format, width, height } = self;
        write!(f, "EncodedImage {{ {format}, {width}x{height}, {} bytes }}", bytes.len())
    }
}

/// Opens the encoder of a format for planes of this size, with an ICC profile if one is to be kept. A JPEG takes no alpha, and
/// lossless formats take packed pixels alone.
///
/// Pixels with alpha keep it, even where all of it is opaque: only a picture that is kept whole shows that before its first row
/// is written, as those that [`encode`] is given.
pub(crate) fn encoder(
    planes: PlaneFormat,
    size: Size,
    format: OutputFormat,
    options: EncoderOptions,
    icc: Option<&[u8]>,
    limit: OutputLimit,
) -> Result<Box<dyn PlaneEncoder>, Failure> {
    Ok(match (format, planes) {
        (OutputFormat::Jpeg, _) => Box::new(jpeg::RowEncoder::new(planes, size, options, icc, limit)?),
        (OutputFormat::Png, PlaneFormat::Packed(layout)) => Box::new(png::RowEncoder::new(layout, size, icc, limit)?),
        (OutputFormat::Webp, _) if !options.lossless => {
            Box::new(webp::LossyEncoder::new(planes, size, options, icc, limit)?)
        }
        (OutputFormat::Webp, PlaneFormat::Packed(layout)) => {
            Box::new(webp::LosslessEncoder::new(layout, size, icc, limit)?)
        }
        (_, PlaneFormat::YCbCr(_)) => return Err("planes of luma and chroma, which no lossless format takes".into()),
    })
}

/// Encodes pixels that are there as a whole, without their alpha if all of it is opaque.
pub(crate) fn encode(
    pixels: Pixels,
    format: OutputFormat,
    options: EncoderOptions,
    icc: Option<&[u8]>,
    limit: OutputLimit,
) -> Result<EncodedImage> {
    let Pixels { width, height, layout, data } = without_opaque_alpha(pixels);
    let opened = encoder(PlaneFormat::Packed(layout), Size { width, height }, format, options, icc, limit);
    let encoded = opened.and_then(|mut encoder| {
        encoder.push_whole(data)?;
        encoder.finish()
    });
    let bytes = encoded.map_err(|failure| failed(format, failure))?;
    Ok(EncodedImage { bytes, format, width, height })
}

/// The memory of encoding, in bytes, without the rows that are pushed: what the size and the options decide, and what a
/// photograph is expected to need beyond that ([`growing_bytes`]). A lossless WebP keeps all rows besides.
pub(crate) fn encoder_bytes(planes: PlaneFormat, size: Size, format: OutputFormat, options: EncoderOptions) -> u64 {
    let of_encoder = match format {
        OutputFormat::Jpeg => jpeg::memory_bytes(&jpeg::Settings::new(planes, size, options), planes),
        OutputFormat::Png => png::memory_bytes(size.width, layout_of(planes)),
        OutputFormat::Webp if options.lossless => webp::lossless_memory_bytes(size.width),
        OutputFormat::Webp => webp::memory_bytes(planes, size),
    };
    of_encoder.saturating_add(growing_bytes(planes, size, format, options))
}

/// The part of [`encoder_bytes`] that is in use once all rows are pushed, and not before: a lossy WebP is encoded then.
pub(crate) fn finishing_bytes(planes: PlaneFormat, size: Size, format: OutputFormat, options: EncoderOptions) -> u64 {
    match format {
        OutputFormat::Webp if !options.lossless => webp::finishing_bytes(planes, size, options),
        OutputFormat::Jpeg | OutputFormat::Png | OutputFormat::Webp => 0,
    }
}

/// What the file, and what is kept until it is written, are expected to take while it grows, in bytes. An [`OutputLimit`] holds
/// encoders to that and what is to spare.
pub(crate) fn growing_bytes(planes: PlaneFormat, size: Size, format: OutputFormat, options: EncoderOptions) -> u64 {
    let file_bytes = expected_file_bytes(planes, size, format, options);
    match format {
        OutputFormat::Jpeg => jpeg::growing_bytes(&jpeg::Settings::new(planes, size, options)),
        // It moves once, when an eighth is written.
        OutputFormat::Png => file_bytes + file_bytes / 4,
        // How long it becomes is known before it is written.
        OutputFormat::Webp if options.lossless => file_bytes,
        OutputFormat::Webp => webp::growing_bytes(planes, size, options),
    }
}

/// The expected size of a file, in bytes.
pub(crate) fn expected_file_bytes(
    planes: PlaneFormat,
    size: Size,
    format: OutputFormat,
    options: EncoderOptions,
) -> u64 {
    match format {
        OutputFormat::Jpeg => jpeg::Settings::new(planes, size, options).expected_file_bytes(),
        OutputFormat::Webp if !options.lossless => webp::expected_file_bytes(planes, size, options),
        OutputFormat::Png | OutputFormat::Webp => expected_lossless_bytes(
            u64::from(size.width) * u64::from(size.height) * layout_of(planes).channels() as u64,
        ),
    }
}

fn layout_of(planes: PlaneFormat) -> Layout {
    match planes {
        PlaneFormat::YCbCr(_) => Layout::Rgb,
        PlaneFormat::Packed(layout) => layout,
    }
}

#[cfg(test)]
mod tests {
    use super::super::encoder_options::{ChromaSubsampling, Effort};
    use super::*;

    const SIZE: Size = Size { width: 61, height: 83 };
    const FORMATS: [OutputFormat; 3] = [OutputFormat::Jpeg, OutputFormat::Png, OutputFormat::Webp];
    const LAYOUTS: [Layout; 4] = [Layout::Gray, Layout::GrayAlpha, Layout::Rgb, Layout::Rgba];

    fn options(progressive: bool, effort: Effort) -> EncoderOptions {
        EncoderOptions {
            quality: 80,
            progressive,
            chroma_subsampling: ChromaSubsampling::Quarter,
            effort,
            lossless: true,
        }
    }

    fn opened(
        format: OutputFormat,
        layout: Layout,
        options: EncoderOptions,
        icc: Option<&[u8]>,
    ) -> Result<Box<dyn PlaneEncoder>, Failure> {
        encoder(PlaneFormat::Packed(layout), SIZE, format, options, icc, OutputLimit::NONE)
    }

    /// Waves, with noise in the lower half.
    fn pixels(layout: Layout) -> Vec<u8> {
        let row_bytes = SIZE.width as usize * layout.channels();
        let mut state = 9_u32;
        let mut noise = |at: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if at / row_bytes > 40 { (state >> 24) as u8 } else { 0 }
        };
        (0..row_bytes * SIZE.height as usize).map(|at| ((at * at / 900) as u8).wrapping_add(noise(at))).collect()
    }

    #[test]
    fn rows_may_be_pushed_in_any_number() {
        let profile = [7; 300];
        for (format, layout) in FORMATS.into_iter().flat_map(|format| LAYOUTS.map(|layout| (format, layout))) {
            if layout.has_alpha() && !format.has_alpha() {
                assert!(opened(format, layout, options(false, Effort::Normal), None).is_err());
                continue;
            }
            let pixels = pixels(layout);
            let row_bytes = SIZE.width as usize * layout.channels();
            for (progressive, effort) in [(false, Effort::Normal), (true, Effort::Normal), (false, Effort::High)] {
                for icc in [None, Some(&profile[..])] {
                    let open = || opened(format, layout, options(progressive, effort), icc).unwrap();
                    let mut whole = open();
                    whole.push_whole(pixels.clone()).unwrap();
                    let whole = whole.finish().unwrap();
                    for rows in [1, 5, 16, 48, 83] {
                        let mut encoder = open();
                        pixels.chunks(rows * row_bytes).for_each(|rows| encoder.push(&[rows]).unwrap());
                        assert!(encoder.finish().unwrap() == whole, "{format} {layout:?} {rows}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_picture_has_all_of_its_rows_and_no_more() {
        for format in FORMATS {
            let (pixels, row_bytes) = (pixels(Layout::Rgb), SIZE.width as usize * 3);
            let open = || opened(format, Layout::Rgb, options(false, Effort::Normal), None).unwrap();
            let mut short = open();
            short.push(&[&pixels[row_bytes..]]).unwrap();
            assert!(short.finish().is_err(), "{format}");
            let mut long = open();
            long.push_whole(pixels.clone()).unwrap();
            let refused = long.push(&[&pixels[..row_bytes]]);
            assert!(refused.is_err() || long.finish().is_err(), "{format}");
        }
    }

    #[test]
    fn only_jpeg_takes_planes_of_chroma() {
        let planes = PlaneFormat::YCbCr(ChromaSubsampling::Half);
        for format in FORMATS {
            let opened = encoder(planes, SIZE, format, options(false, Effort::Normal), None, OutputLimit::NONE);
            assert_eq!(opened.is_ok(), format == OutputFormat::Jpeg, "{format}");
        }
    }

    /// Beyond the limit the error is that of the rules, whatever the library of a format makes of it.
    #[test]
    fn a_file_is_refused_beyond_its_limit() {
        for format in FORMATS {
            let limit = OutputLimit::new(1000, 0, 1000);
            let options = options(false, Effort::Normal);
            let pixels = Pixels { width: 61, height: 83, layout: Layout::Rgb, data: pixels(Layout::Rgb) };
            let refused = encode(pixels, format, options, None, limit).unwrap_err();
            assert_eq!(refused.code(), "image_too_large", "{format}");
        }
    }
}
