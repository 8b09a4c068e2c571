//! `Color`: an sRGB colour with alpha, its CSS notation, and compositing.

use super::buffer::Layout;
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

    /// Whether red, green and blue are equal, so that a gray layout can hold it.
    pub(crate) const fn is_gray(self) -> bool {
        self.r == self.g && self.g == self.b
    }

    /// This colour composited over an opaque one.
    pub(crate) fn over(self, below: Self) -> Self {
        let blend = |above, below| composite(above, below, self.a);
        Self { r: blend(self.r, below.r), g: blend(self.g, below.g), b: blend(self.b, below.b), a: 255 }
    }

    /// The bytes of a pixel of this colour, and how many of them the layout has. A gray layout takes the red channel.
    pub(super) fn pixel(self, layout: Layout) -> ([u8; 4], usize) {
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

/// Source-over of one channel: `above * alpha + below * (1 - alpha)`, rounded.
pub(super) fn composite(above: u8, below: u8, alpha: u8) -> u8 {
    let alpha = u32::from(alpha);
    ((u32::from(above) * alpha + u32::from(below) * (255 - alpha) + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
