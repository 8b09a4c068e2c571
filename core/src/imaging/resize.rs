//! Scaling: Lanczos with three lobes, widened when shrinking, alpha premultiplied (the method of Pillow's `resize`).

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x3, U8x4};
use fast_image_resize::{FilterType, MulDiv, PixelTrait, ResizeAlg, ResizeOptions, Resizer};

use super::geometry::{Part, Size};
use super::pixels::{Layout, Pixels};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Whether `part` of a picture at `size` is a copy of its pixels, so that no filter touches them.
#[allow(clippy::float_cmp, reason = "whole numbers below 2^16 are exact")]
pub(crate) fn is_copy(part: Part, size: Size) -> bool {
    part.left.fract() == 0.0
        && part.top.fract() == 0.0
        && part.width == f64::from(size.width)
        && part.height == f64::from(size.height)
}

/// Cuts out a part whose edges are whole pixels.
pub(crate) fn cut_out(source: &Pixels, part: Part) -> Pixels {
    let channels = source.layout.channels();
    let (left, width) = (part.left as usize * channels, part.width as usize * channels);
    let rows = source.data.chunks_exact((source.width as usize * channels).max(1));
    let kept = rows.skip(part.top as usize).take(part.height as usize);
    let data = kept.filter_map(|row| row.get(left..left + width)).flatten().copied().collect();
    Pixels { width: part.width as u32, height: part.height as u32, layout: source.layout, data }
}

/// Multiplies the colours by their alpha, once for all scalings that follow.
pub(crate) fn premultiply(source: &mut Pixels) -> Result<(), Failure> {
    match source.layout {
        Layout::Gray | Layout::Rgb => {}
        Layout::GrayAlpha => {
            for [gray, alpha] in source.data.as_chunks_mut::<2>().0 {
                *gray = ((u32::from(*gray) * u32::from(*alpha) + 127) / 255) as u8;
            }
        }
        Layout::Rgba => {
            let mut image = TypedImage::<U8x4>::from_buffer(source.width, source.height, &mut source.data)?;
            MulDiv::new().multiply_alpha_inplace_typed(&mut image)?;
        }
    }
    Ok(())
}

/// Scales a part of premultiplied pixels; the result is straight again.
pub(crate) fn resize(source: &Pixels, part: Part, size: Size) -> Result<Pixels, Failure> {
    // The last bits of a fraction may reach beyond the edge, which the library refuses.
    let left = part.left.clamp(0.0, f64::from(source.width));
    let top = part.top.clamp(0.0, f64::from(source.height));
    let width = part.width.min(f64::from(source.width) - left);
    let height = part.height.min(f64::from(source.height) - top);
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .use_alpha(false)
        .crop(left, top, width, height);
    // By name for each layout: the library's choice at run time would compile nine more kinds of pixel, for minutes. The
    // rare gray with alpha is scaled as two gray pictures for the same reason.
    let (width, height) = (size.width, size.height);
    let data = match source.layout {
        Layout::Gray => resize_as::<U8>(source, size, &options)?,
        Layout::Rgb => resize_as::<U8x3>(source, size, &options)?,
        Layout::Rgba => resize_as::<U8x4>(source, size, &options)?,
        Layout::GrayAlpha => {
            let plane = |channel: usize| {
                let data = source.data.iter().skip(channel).step_by(2).copied().collect();
                resize_as::<U8>(&Pixels { layout: Layout::Gray, data, ..*source }, size, &options)
            };
            let (gray, alpha) = (plane(0)?, plane(1)?);
            gray.into_iter().zip(alpha).flat_map(|(gray, alpha)| [divide_by_alpha(gray, alpha), alpha]).collect()
        }
    };
    Ok(Pixels { width, height, layout: source.layout, data })
}

/// A colour that was multiplied by its alpha, straight again.
fn divide_by_alpha(color: u8, alpha: u8) -> u8 {
    let (color, alpha) = (u32::from(color), u32::from(alpha));
    ((color * 255 + alpha / 2).checked_div(alpha).unwrap_or(0)).min(255) as u8
}

fn resize_as<P: PixelTrait>(source: &Pixels, size: Size, options: &ResizeOptions) -> Result<Vec<u8>, Failure> {
    let view = TypedImageRef::<P>::from_buffer(source.width, source.height, &source.data)?;
    let mut data = vec![0; size.width as usize * size.height as usize * source.layout.channels()];
    let mut image = TypedImage::<P>::from_buffer(size.width, size.height, &mut data)?;
    Resizer::new().resize_typed(&view, &mut image, options)?;
    if source.layout.has_alpha() {
        MulDiv::new().divide_alpha_inplace_typed(&mut image)?;
    }
    Ok(data)
}

/// The most memory that scaling takes, in bytes: the result, and the columns of the part at the result's height.
pub(crate) fn resize_bytes(part: Part, size: Size, layout: Layout) -> u64 {
    let width = part.width.ceil() as u64 + u64::from(size.width);
    width * u64::from(size.height) * layout.channels() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(width: u32, height: u32) -> Part {
        Part { left: 0.0, top: 0.0, width: f64::from(width), height: f64::from(height) }
    }

    /// Shrinking red beside a transparent green gives red: the green counts for nothing.
    #[test]
    fn transparent_colours_do_not_bleed() {
        let data = [[255, 0, 0, 255], [0, 255, 0, 0]].repeat(64).concat();
        let mut source = Pixels { width: 16, height: 8, layout: Layout::Rgba, data };
        premultiply(&mut source).unwrap();
        let small = resize(&source, whole(16, 8), Size { width: 4, height: 4 }).unwrap();
        for pixel in small.data.chunks_exact(4) {
            assert_eq!(pixel[..3], [255, 0, 0]);
            assert!(pixel[3].abs_diff(128) <= 12, "{pixel:?}");
        }
    }

    #[test]
    fn every_layout_keeps_a_flat_colour() {
        for layout in [Layout::Gray, Layout::GrayAlpha, Layout::Rgb, Layout::Rgba] {
            let pixel = &[200, 255, 255, 255][4 - layout.channels()..];
            let mut source = Pixels { width: 31, height: 17, layout, data: pixel.repeat(31 * 17) };
            premultiply(&mut source).unwrap();
            for (width, height) in [(1, 1), (7, 40), (62, 3), (31, 16)] {
                let scaled = resize(&source, whole(31, 17), Size { width, height }).unwrap();
                assert_eq!(scaled.data, pixel.repeat((width * height) as usize), "{layout:?} {width}x{height}");
            }
        }
    }

    #[test]
    fn cutting_out_copies_rows() {
        let source = Pixels { width: 4, height: 3, layout: Layout::GrayAlpha, data: (0..24).collect() };
        let part = Part { left: 1.0, top: 1.0, width: 2.0, height: 2.0 };
        assert!(is_copy(part, Size { width: 2, height: 2 }));
        assert!(!is_copy(part, Size { width: 2, height: 1 }));
        assert_eq!(cut_out(&source, part).data, [10, 11, 12, 13, 18, 19, 20, 21]);
    }
}
