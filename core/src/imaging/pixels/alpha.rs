//! Drops alpha that is opaque everywhere.

use super::buffer::{Layout, Pixels};

/// Drops the alpha, in place, if all pixels are opaque.
pub(crate) fn without_opaque_alpha(pixels: Pixels) -> Pixels {
    let Pixels { width, height, layout, mut data } = pixels;
    let layout = match layout {
        Layout::GrayAlpha if data.as_chunks::<2>().0.iter().all(|[_, alpha]| *alpha == 255) => {
            narrow::<2, 1>(&mut data, |[gray, _]| [gray]);
            Layout::Gray
        }
        Layout::Rgba if data.as_chunks::<4>().0.iter().all(|[_, _, _, alpha]| *alpha == 255) => {
            narrow::<4, 3>(&mut data, |[r, g, b, _]| [r, g, b]);
            Layout::Rgb
        }
        layout => layout,
    };
    Pixels { width, height, layout, data }
}

/// Replaces each pixel by one of fewer channels, in place.
pub(crate) fn narrow<const FROM: usize, const TO: usize>(data: &mut Vec<u8>, change: impl Fn([u8; FROM]) -> [u8; TO]) {
    let count = data.len() / FROM;
    for at in 0..count {
        let pixel = data.get(at * FROM..).and_then(<[u8]>::first_chunk).copied();
        if let (Some(pixel), Some(to)) = (pixel, data.get_mut(at * TO..(at + 1) * TO)) {
            to.copy_from_slice(&change(pixel));
        }
    }
    data.truncate(count * TO);
}
