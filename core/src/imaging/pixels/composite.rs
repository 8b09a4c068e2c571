//! `Color`, and what it is for: flattening a picture with alpha, and the space that `contain` leaves around one.

use super::buffer::{Layout, Pixels};
use crate::imaging::plan::geometry::Canvas;
use crate::options::{OptionKind, OptionType, OptionValue};

/// A colour in sRGB with straight alpha, 0 to 255 each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Color {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
    /// Alpha: 0 is transparent, 255 opaque.
    pub a: u8,
}

impl Color {
    /// `#ffffff`.
    pub const WHITE: Self = Self { r: 255, g: 255, b: 255, a: 255 };
    /// `#000000`.
    pub const BLACK: Self = Self { r: 0, g: 0, b: 0, a: 255 };
    /// `#00000000`.
    pub const TRANSPARENT: Self = Self { r: 0, g: 0, b: 0, a: 0 };

    /// The colour of a text in CSS's hexadecimal notation (CSS Color Module Level 4, section 5.2): `#rgb`, `#rgba`,
    /// `#rrggbb` or `#rrggbbaa` in any case, or one of the words `white`, `black` and `transparent`. `None` for any
    /// other text.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "white" => return Some(Self::WHITE),
            "black" => return Some(Self::BLACK),
            "transparent" => return Some(Self::TRANSPARENT),
            _ => {}
        }
        let digits = text.strip_prefix('#')?.bytes().map(hex_digit).collect::<Option<Vec<u8>>>()?;
        Some(match digits[..] {
            [r, g, b] => Self { r: r * 17, g: g * 17, b: b * 17, a: 255 },
            [r, g, b, a] => Self { r: r * 17, g: g * 17, b: b * 17, a: a * 17 },
            [r1, r0, g1, g0, b1, b0] => Self { r: r1 * 16 + r0, g: g1 * 16 + g0, b: b1 * 16 + b0, a: 255 },
            [r1, r0, g1, g0, b1, b0, a1, a0] => {
                Self { r: r1 * 16 + r0, g: g1 * 16 + g0, b: b1 * 16 + b0, a: a1 * 16 + a0 }
            }
            _ => return None,
        })
    }

    /// Whether a layout without colour can hold it.
    pub(crate) const fn is_gray(self) -> bool {
        self.r == self.g && self.g == self.b
    }

    /// The colour that is seen where this one lies on an opaque one.
    pub(crate) fn over(self, below: Self) -> Self {
        let blend = |above, below| composite(above, below, self.a);
        Self { r: blend(self.r, below.r), g: blend(self.g, below.g), b: blend(self.b, below.b), a: 255 }
    }

    /// The bytes of a pixel of this colour; of its red channel where the layout has no colours.
    fn pixel(self, layout: Layout) -> ([u8; 4], usize) {
        let bytes = match layout {
            Layout::Gray => [self.r, 0, 0, 0],
            Layout::GrayAlpha => [self.r, self.a, 0, 0],
            Layout::Rgb | Layout::Rgba => [self.r, self.g, self.b, self.a],
        };
        (bytes, layout.channels())
    }
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

impl OptionType for Color {
    const KIND: OptionKind = OptionKind::Color;
    type Set<'a> = Color;
    fn from_set(value: Color) -> Self {
        value
    }
    fn from_value(value: &OptionValue<'_>) -> Option<Self> {
        match value {
            OptionValue::Text(text) => Self::parse(text),
            _ => None,
        }
    }
    fn to_value(&self) -> OptionValue<'static> {
        OptionValue::Text(format!("#{:02x}{:02x}{:02x}{:02x}", self.r, self.g, self.b, self.a).into())
    }
}

/// `above * alpha + below * (1 - alpha)`, rounded.
fn composite(above: u8, below: u8, alpha: u8) -> u8 {
    let alpha = u32::from(alpha);
    ((u32::from(above) * alpha + u32::from(below) * (255 - alpha) + 127) / 255) as u8
}

/// Lays a picture with alpha on an opaque colour, in place. A gray one stays gray where the colour is gray, and is written
/// anew where it is not.
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

/// Replaces pixels by others of fewer channels, in the same memory.
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

/// The layout of a picture on a canvas of this colour: with alpha where either has it, with colours likewise.
pub(crate) fn padded_layout(layout: Layout, color: Color) -> Layout {
    let has_colors = matches!(layout, Layout::Rgb | Layout::Rgba) || !color.is_gray();
    match (has_colors, layout.has_alpha() || color.a < 255) {
        (false, false) => Layout::Gray,
        (false, true) => Layout::GrayAlpha,
        (true, false) => Layout::Rgb,
        (true, true) => Layout::Rgba,
    }
}

/// Lays a picture on a canvas of this colour. Its own alpha stays: the colour does not shine through it.
pub(crate) fn pad(pixels: &Pixels, canvas: Canvas, color: Color) -> Pixels {
    let layout = padded_layout(pixels.layout, color);
    let (pixel, channels) = color.pixel(layout);
    let row_bytes = canvas.size.width as usize * channels;
    let mut data = pixel[..channels].repeat(canvas.size.width as usize * canvas.size.height as usize);
    let source_rows = pixels.data.chunks_exact((pixels.width as usize * pixels.layout.channels()).max(1));
    let rows = data.chunks_exact_mut(row_bytes.max(1)).skip(canvas.top as usize);
    for (row, source) in rows.zip(source_rows) {
        let (_, row) = row.split_at_mut((canvas.left as usize * channels).min(row_bytes));
        lay(row, layout, source, pixels.layout);
    }
    Pixels { width: canvas.size.width, height: canvas.size.height, layout, data }
}

/// Copies pixels into a layout that has all of their channels, and maybe more.
fn lay(row: &mut [u8], layout: Layout, source: &[u8], source_layout: Layout) {
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
    use super::*;
    use crate::imaging::plan::geometry::Size;

    #[test]
    fn colours_are_parsed_as_css_writes_them() {
        for (text, expected) in [
            ("#fff", Some(Color::WHITE)),
            ("#1a2", Some(Color { r: 0x11, g: 0xaa, b: 0x22, a: 255 })),
            ("#1A28", Some(Color { r: 0x11, g: 0xaa, b: 0x22, a: 0x88 })),
            ("#102030", Some(Color { r: 16, g: 32, b: 48, a: 255 })),
            ("#10203040", Some(Color { r: 16, g: 32, b: 48, a: 64 })),
            ("transparent", Some(Color::TRANSPARENT)),
            ("black", Some(Color::BLACK)),
            ("White", None),
            ("fff", None),
            ("#ff", None),
            ("#fffff", None),
            ("#ggg", None),
            ("#+12", None),
            ("#１23", None),
            ("#123456789", None),
            ("", None),
        ] {
            assert_eq!(Color::parse(text), expected, "{text}");
        }
    }

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
