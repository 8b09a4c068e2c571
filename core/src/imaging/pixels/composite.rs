//! Compositing: flattens alpha onto a background, and pads a picture to a canvas.

use super::alpha::narrow;
use super::buffer::{Layout, Pixels};
use super::canvas::Canvas;
use super::color::{Color, composite};

/// Flattens alpha onto an opaque colour, in place. A gray picture becomes RGB if the colour is not gray, in new memory.
pub(crate) fn flatten(pixels: Pixels, color: Color) -> Pixels {
    let Pixels { width, height, layout, mut data } = pixels;
    let below = [color.r, color.g, color.b];
    let layout = match layout {
        Layout::Gray | Layout::Rgb => layout,
        Layout::GrayAlpha if color.is_gray() => {
            narrow::<2, 1>(&mut data, |[gray, alpha]| [composite(gray, color.r, alpha)]);
            Layout::Gray
        }
        Layout::GrayAlpha => {
            let (pixels, _) = data.as_chunks::<2>();
            let mut colors = Vec::with_capacity(3 * pixels.len());
            for [gray, alpha] in pixels {
                colors.extend(below.map(|below| composite(*gray, below, *alpha)));
            }
            data = colors;
            Layout::Rgb
        }
        Layout::Rgba => {
            narrow::<4, 3>(&mut data, |[r, g, b, alpha]| {
                let composite = |above, below| composite(above, below, alpha);
                [composite(r, below[0]), composite(g, below[1]), composite(b, below[2])]
            });
            Layout::Rgb
        }
    };
    Pixels { width, height, layout, data }
}

/// The layout of a picture on a canvas of this colour: with alpha if either has alpha, and RGB if either is not gray.
pub(crate) fn padded_layout(layout: Layout, color: Color) -> Layout {
    let has_colors = matches!(layout, Layout::Rgb | Layout::Rgba) || !color.is_gray();
    match (has_colors, layout.has_alpha() || color.a < 255) {
        (false, false) => Layout::Gray,
        (false, true) => Layout::GrayAlpha,
        (true, false) => Layout::Rgb,
        (true, true) => Layout::Rgba,
    }
}

/// Places a picture on a canvas of this colour. The alpha of the picture is kept: the colour does not show through it.
pub(crate) fn pad(pixels: &Pixels, canvas: Canvas, color: Color) -> Pixels {
    let layout = padded_layout(pixels.layout, color);
    let (pixel, channels) = color.pixel(layout);
    let row_bytes = canvas.size.width as usize * channels;
    let mut data = pixel[..channels].repeat(canvas.size.width as usize * canvas.size.height as usize);
    let source_rows = pixels.data.chunks_exact((pixels.width as usize * pixels.layout.channels()).max(1));
    let rows = data.chunks_exact_mut(row_bytes.max(1)).skip(canvas.top as usize);
    for (row, source) in rows.zip(source_rows) {
        let (_, row) = row.split_at_mut((canvas.left as usize * channels).min(row_bytes));
        copy_row(row, layout, source, pixels.layout);
    }
    Pixels { width: canvas.size.width, height: canvas.size.height, layout, data }
}

/// Copies a row of pixels into a layout that has at least their channels.
fn copy_row(row: &mut [u8], layout: Layout, source: &[u8], source_layout: Layout) {
    if layout == source_layout {
        for (to, from) in row.iter_mut().zip(source) {
            *to = *from;
        }
        return;
    }
    let targets = row.chunks_exact_mut(layout.channels());
    for (to, from) in targets.zip(source.chunks_exact(source_layout.channels())) {
        let (r, g, b, a) = match *from {
            [gray] => (gray, gray, gray, 255),
            [gray, a] => (gray, gray, gray, a),
            [r, g, b] => (r, g, b, 255),
            [r, g, b, a] => (r, g, b, a),
            _ => continue, // no layout has another count
        };
        let (bytes, _) = Color { r, g, b, a }.pixel(layout);
        for (to, from) in to.iter_mut().zip(bytes) {
            *to = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::canvas::Size;
    use super::*;

    #[test]
    fn alpha_is_composited() {
        let pixels = |layout, data: &[u8]| Pixels { width: 2, height: 1, layout, data: data.to_vec() };
        let orange = Color { r: 255, g: 128, b: 0, a: 255 };
        let rgba = pixels(Layout::Rgba, &[10, 20, 30, 255, 0, 0, 255, 128]);
        assert_eq!(flatten(rgba, orange), pixels(Layout::Rgb, &[10, 20, 30, 127, 64, 128]));
        let gray = pixels(Layout::GrayAlpha, &[100, 255, 100, 0]);
        assert_eq!(flatten(gray.clone(), Color::WHITE), pixels(Layout::Gray, &[100, 255]));
        assert_eq!(flatten(gray, orange), pixels(Layout::Rgb, &[100, 100, 100, 255, 128, 0]));
        assert_eq!(Color { a: 0, ..orange }.over(Color::WHITE), Color::WHITE);
        assert_eq!(Color { a: 51, ..Color::BLACK }.over(Color::WHITE), Color { r: 204, g: 204, b: 204, a: 255 });
    }

    #[test]
    fn padding_gains_the_channels_it_needs() {
        let canvas = Canvas { size: Size { width: 3, height: 2 }, left: 1, top: 1 };
        let gray = Pixels { width: 1, height: 1, layout: Layout::Gray, data: vec![9] };
        assert_eq!(pad(&gray, canvas, Color::WHITE).data, [255, 255, 255, 255, 9, 255]);
        let clear = pad(&gray, canvas, Color::TRANSPARENT);
        assert_eq!((clear.layout, &clear.data[6..]), (Layout::GrayAlpha, [0, 0, 9, 255, 0, 0].as_slice()));
        let red = Color { r: 255, g: 0, b: 0, a: 128 };
        let rgba = pad(&gray, canvas, red);
        assert_eq!(rgba.layout, Layout::Rgba);
        assert_eq!(rgba.data[12..], [255, 0, 0, 128, 9, 9, 9, 255, 255, 0, 0, 128]);
    }
}
