//! The colour space of a JPEG, and CMYK to RGB.

use super::frame::Frame;
use super::markers::Metadata;
use crate::error::Result;
use crate::imaging::pixels::icc::{Conversion, Profile};
use crate::rules::ImageRules;

/// The colour space of the components, libjpeg's `J_COLOR_SPACE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::imaging::codecs::jpeg) enum ColorSpace {
    Gray,
    YCbCr,
    Rgb,
    Cmyk,
    Ycck,
}

impl ColorSpace {
    /// The rule of libjpeg, the reference of other decoders: JFIF means YCbCr, whatever else the file says; then the Adobe
    /// segment counts; then components with the identifiers R, G and B.
    pub(super) fn of(frame: &Frame, metadata: &Metadata<'_>) -> Self {
        let names: Vec<u8> = frame.components.iter().map(|component| component.id).collect();
        match (frame.components.len(), metadata.adobe_transform) {
            (1, _) => Self::Gray,
            (3, _) if metadata.has_jfif => Self::YCbCr,
            (3, Some(0)) => Self::Rgb,
            (3, None) if names == b"RGB" => Self::Rgb,
            (3, _) => Self::YCbCr,
            (_, None | Some(0)) => Self::Cmyk,
            _ => Self::Ycck,
        }
    }

    /// The number of components, which is that of bytes in a decoded pixel.
    pub(in crate::imaging::codecs::jpeg) const fn channels(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::YCbCr | Self::Rgb => 3,
            Self::Cmyk | Self::Ycck => 4,
        }
    }
}

/// YCCK to CMYK, in place: RGB by the equations of JFIF, then its complement; K as it is (Adobe technical note 5116).
pub(super) fn ycck_to_cmyk(pixels: &mut [u8]) {
    for pixel in pixels.as_chunks_mut::<4>().0 {
        let [y, cb, cr, _] = pixel.map(i32::from);
        let (cb, cr) = (cb - 128, cr - 128);
        // 16 fractional bits: 1.402, 0.344136, 0.714136, 1.772.
        let red = y + ((91_881 * cr + 32_768) >> 16);
        let green = y + ((-22_554 * cb - 46_802 * cr + 32_768) >> 16);
        let blue = y + ((116_130 * cb + 32_768) >> 16);
        for (to, from) in pixel.iter_mut().zip([red, green, blue]) {
            *to = 255 - from.clamp(0, 255) as u8;
        }
    }
}

/// Converts CMYK to RGB. Samples are complements of ink, as Adobe writes them; Pillow and browsers read files without an Adobe
/// segment in the same way. A CMYK profile is applied.
pub(super) struct CmykToRgb {
    conversion: Option<Conversion>,
}

impl CmykToRgb {
    /// A profile that cannot be used is ignored.
    pub(super) fn new(profile: Option<&[u8]>) -> Self {
        Self { conversion: profile.and_then(Profile::read_cmyk).and_then(|profile| profile.conversion()) }
    }

    /// Converts pixels, and uses `cmyk` as scratch space.
    ///
    /// Error: `cancelled`.
    pub(super) fn to_rgb(&self, cmyk: &mut [u8], rgb: &mut [u8], rules: &ImageRules) -> Result<()> {
        if let Some(conversion) = &self.conversion {
            for value in cmyk.iter_mut() {
                *value = 255 - *value;
            }
            return conversion.convert(cmyk, rgb, rules);
        }
        for (rgb, cmyk) in rgb.as_chunks_mut::<3>().0.iter_mut().zip(cmyk.as_chunks::<4>().0) {
            let [c, m, y, k] = cmyk.map(u16::from);
            // The complement of ink is light that comes through: both are fractions of 255.
            *rgb = [c, m, y].map(|light| ((light * k + 127) / 255) as u8);
        }
        Ok(())
    }
}
