//! ICC profiles (ICC.1): what one says of the pixels that it comes with, and the conversion to sRGB (IEC 61966-2-1).
//!
//! A profile that cannot be read, or that is for other channels than the pixels have, is ignored: the pixels are taken
//! for sRGB, as every browser does.

use std::sync::Arc;

use moxcms::{ColorProfile, DataColorSpace, RenderingIntent, TransformExecutor, TransformOptions};

use super::black_point::{Compensation, black_point};
use super::buffer::{Layout, Pixels};
use super::icc_tags::{has_color_table, with_needed_tags};
use crate::error::Result;
use crate::rules::ImageRules;

/// What a profile describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PixelKind {
    Pixels(Layout),
    /// CMYK, where 255 is full ink.
    Cmyk,
}

impl PixelKind {
    fn color_space(self) -> DataColorSpace {
        match self {
            Self::Pixels(Layout::Gray | Layout::GrayAlpha) => DataColorSpace::Gray,
            Self::Pixels(Layout::Rgb | Layout::Rgba) => DataColorSpace::Rgb,
            Self::Cmyk => DataColorSpace::Cmyk,
        }
    }

    fn channels(self) -> usize {
        match self {
            Self::Pixels(layout) => layout.channels(),
            Self::Cmyk => 4,
        }
    }
}

/// A profile that describes pixels of one layout.
pub(crate) struct Profile<'a> {
    bytes: &'a [u8],
    parsed: ColorProfile,
    kind: PixelKind,
}

impl<'a> Profile<'a> {
    /// Reads a profile; `None` where it is damaged or does not describe pixels of this layout.
    pub(crate) fn read(bytes: &'a [u8], layout: Layout) -> Option<Self> {
        Self::of(bytes, PixelKind::Pixels(layout))
    }

    /// Reads a profile of CMYK.
    pub(crate) fn read_cmyk(bytes: &'a [u8]) -> Option<Self> {
        Self::of(bytes, PixelKind::Cmyk)
    }

    fn of(bytes: &'a [u8], kind: PixelKind) -> Option<Self> {
        let parsed = ColorProfile::new_from_slice(&with_needed_tags(bytes)?).ok()?;
        (parsed.color_space == kind.color_space()).then_some(Self { bytes, parsed, kind })
    }

    /// The most memory that reading a profile and converting by it takes, in bytes: a copy with the needed tags; of a colour
    /// table four bytes for each of its values, which have one or two in the profile, and what the conversion makes of them;
    /// of curves their values. Measured with profiles of 4 MB by the tests of memory. However short it is, the conversion makes
    /// tables of its curves.
    pub(crate) fn memory_bytes(bytes: &[u8]) -> u64 {
        let copies = if has_color_table(bytes) { 6 } else { 3 };
        copies * bytes.len() as u64 + CURVE_TABLES_BYTES
    }

    /// The same for a profile of CMYK, of whose table the conversion makes one of 17^4 colours.
    pub(crate) fn cmyk_memory_bytes(bytes: &[u8]) -> u64 {
        Self::memory_bytes(bytes) + CMYK_TABLE_BYTES
    }

    /// The profile itself, to be written with pixels that were not converted.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether the profile still describes the pixels when they have this layout.
    pub(crate) fn describes(&self, layout: Layout) -> bool {
        self.parsed.color_space == PixelKind::Pixels(layout).color_space()
    }

    /// The conversion to sRGB; `None` where it changes no colour by more than one level, or cannot be made.
    ///
    /// Black points are compensated as Little CMS does on the way to its sRGB, so that black stays black.
    pub(crate) fn conversion(&self) -> Option<Conversion> {
        let (from, to, target) = match self.kind {
            PixelKind::Pixels(Layout::Gray) => (moxcms::Layout::Gray, moxcms::Layout::Gray, srgb_gray()),
            PixelKind::Pixels(Layout::GrayAlpha) => (moxcms::Layout::GrayAlpha, moxcms::Layout::GrayAlpha, srgb_gray()),
            PixelKind::Pixels(Layout::Rgb) => (moxcms::Layout::Rgb, moxcms::Layout::Rgb, ColorProfile::new_srgb()),
            PixelKind::Pixels(Layout::Rgba) => (moxcms::Layout::Rgba, moxcms::Layout::Rgba, ColorProfile::new_srgb()),
            PixelKind::Cmyk => (moxcms::Layout::Rgba, moxcms::Layout::Rgb, ColorProfile::new_srgb()),
        };
        // Photos are converted perceptually where a profile has a table for that; one with a matrix has a single way.
        let only_colorimetric =
            self.parsed.lut_a_to_b_perceptual.is_none() && self.parsed.lut_a_to_b_colorimetric.is_some();
        let rendering_intent =
            if only_colorimetric { RenderingIntent::RelativeColorimetric } else { RenderingIntent::Perceptual };
        let options = TransformOptions { rendering_intent, ..TransformOptions::default() };
        let executor = if let Some(black) = black_point(&self.parsed, options) {
            let executor = self.parsed.create_transform_16bit(from, &target, to, options).ok()?;
            Executor::Compensated(executor, Box::new(Compensation::new(black)))
        } else {
            Executor::Plain(self.parsed.create_transform_8bit(from, &target, to, options).ok()?)
        };
        let (from, to) = (self.kind.channels(), if self.kind == PixelKind::Cmyk { 3 } else { self.kind.channels() });
        let conversion = Conversion { executor, from, to };
        match self.kind {
            PixelKind::Pixels(layout) => conversion.changes_colors(layout).then_some(conversion),
            PixelKind::Cmyk => Some(conversion),
        }
    }
}

/// A conversion to sRGB for pixels of one layout.
pub(crate) struct Conversion {
    executor: Executor,
    /// Channels of a pixel before and after.
    from: usize,
    to: usize,
}

enum Executor {
    Plain(Arc<dyn TransformExecutor<u8> + Send + Sync>),
    /// Through 16 bits, since the compensation spreads dark colours.
    Compensated(Arc<dyn TransformExecutor<u16> + Send + Sync>, Box<Compensation>),
}

/// The tables of three curves to linear light, and back for those of sRGB, in bytes.
const CURVE_TABLES_BYTES: u64 = 72 << 10;
/// The memory of converting CMYK, without the profile, in bytes: 17^4 nodes of four floats, and their colours, of three.
const CMYK_TABLE_BYTES: u64 = 17 * 17 * 17 * 17 * 4 * (4 + 3);
/// Pixels that are converted at a time.
const BAND_PIXELS: usize = 4096;
/// Bands that are converted before the next look at whether the call is cancelled.
const BANDS_AT_ONCE: usize = 64;

impl Conversion {
    /// Converts pixels in place.
    ///
    /// Error: `cancelled`.
    pub(crate) fn apply(&self, pixels: &mut Pixels, rules: &ImageRules) -> Result<()> {
        for bands in pixels.data.chunks_mut(BANDS_AT_ONCE * BAND_PIXELS * self.from) {
            rules.check_cancelled()?;
            self.apply_to(bands);
        }
        Ok(())
    }

    /// Converts CMYK to RGB.
    ///
    /// Error: `cancelled`.
    pub(crate) fn convert(&self, cmyk: &[u8], rgb: &mut [u8], rules: &ImageRules) -> Result<()> {
        let bands = cmyk.chunks(BANDS_AT_ONCE * BAND_PIXELS * self.from);
        for (cmyk, rgb) in bands.zip(rgb.chunks_mut(BANDS_AT_ONCE * BAND_PIXELS * self.to)) {
            rules.check_cancelled()?;
            let bands = cmyk.chunks(BAND_PIXELS * self.from).zip(rgb.chunks_mut(BAND_PIXELS * self.to));
            bands.for_each(|(cmyk, rgb)| self.convert_band(cmyk, rgb));
        }
        Ok(())
    }

    fn apply_to(&self, data: &mut [u8]) {
        let mut kind = vec![0; (BAND_PIXELS * self.from).min(data.len())];
        for band in data.chunks_mut(BAND_PIXELS * self.from) {
            let Some(kind) = kind.get_mut(..band.len()) else { return };
            kind.copy_from_slice(band);
            self.convert_band(kind, band);
        }
    }

    /// Converts up to [`BAND_PIXELS`] pixels. An executor fails only for lengths that do not match; these do.
    fn convert_band(&self, kind: &[u8], target: &mut [u8]) {
        match &self.executor {
            Executor::Plain(executor) => {
                let _ = executor.transform(kind, target);
            }
            Executor::Compensated(executor, compensation) => {
                let wide: Vec<u16> = kind.iter().map(|sample| u16::from(*sample) * 257).collect();
                let mut converted = vec![0; target.len()];
                let _ = executor.transform(&wide, &mut converted);
                let pixels = target.chunks_exact_mut(self.to).zip(converted.chunks_exact(self.to));
                for (pixel, converted) in pixels {
                    if let (Some((colors, alpha)), Some((samples, stored))) =
                        (pixel.split_first_chunk_mut(), converted.split_first_chunk())
                    {
                        *colors = compensation.apply(*samples);
                        alpha.iter_mut().zip(stored).for_each(|(alpha, stored)| *alpha = (*stored >> 8) as u8);
                    }
                }
            }
        }
    }

    /// Tries the conversion on a lattice of colours. Profiles of sRGB differ in their bytes but not in what they do.
    fn changes_colors(&self, layout: Layout) -> bool {
        const LEVELS: [u8; 9] = [0, 16, 48, 80, 112, 144, 176, 216, 255];
        let mut before = Vec::new();
        match layout {
            Layout::Gray => before.extend(0..=255),
            Layout::GrayAlpha => before.extend((0..=255).flat_map(|gray| [gray, 255])),
            Layout::Rgb | Layout::Rgba => {
                for (r, g) in LEVELS.iter().flat_map(|r| LEVELS.iter().map(move |g| (*r, *g))) {
                    for b in LEVELS {
                        before.extend_from_slice(&[r, g, b, 255][..layout.channels()]);
                    }
                }
            }
        }
        let mut after = before.clone();
        self.apply_to(&mut after);
        before.iter().zip(&after).any(|(before, after)| before.abs_diff(*after) > 1)
    }
}

/// Gray with the tone curve of sRGB.
fn srgb_gray() -> ColorProfile {
    let mut gray = ColorProfile::new_gray_with_gamma(2.2);
    gray.gray_trc = ColorProfile::new_srgb().red_trc;
    gray
}

/// The profile, if it is one for pixels of this kind; a profile for another colour space cannot describe them.
pub(crate) fn icc_for(space: [u8; 4], profile: Option<Vec<u8>>) -> Option<Vec<u8>> {
    profile.filter(|profile| profile.len() >= 128 && profile.get(16..20) == Some(space.as_slice()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_of_srgb_change_nothing() {
        let srgb = ColorProfile::new_srgb().encode().unwrap();
        for layout in [Layout::Rgb, Layout::Rgba] {
            assert!(Profile::read(&srgb, layout).unwrap().conversion().is_none());
        }
        let gray = srgb_gray().encode().unwrap();
        assert!(Profile::read(&gray, Layout::Gray).unwrap().conversion().is_none());
        let linear = ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
        assert!(Profile::read(&linear, Layout::GrayAlpha).unwrap().conversion().is_some());
    }

    /// 255, 0, 0 of Display P3 lies outside sRGB; 128 gray is the same in both.
    #[test]
    fn display_p3_is_converted() {
        let p3 = ColorProfile::new_display_p3().encode().unwrap();
        let profile = Profile::read(&p3, Layout::Rgba).unwrap();
        let conversion = profile.conversion().unwrap();
        let data = vec![128, 128, 128, 7, 200, 100, 100, 255];
        let mut pixels = Pixels { width: 2, height: 1, layout: Layout::Rgba, data };
        conversion.apply(&mut pixels, &ImageRules::default()).unwrap();
        assert_eq!(pixels.data[..4], [128, 128, 128, 7], "alpha is untouched");
        // By the matrices of CSS Color Module Level 4: 200 100 100 in P3 is 214.9 92.6 96.6 in sRGB.
        for (channel, expected) in pixels.data[4..7].iter().zip([214.9, 92.6, 96.6]) {
            assert!((f64::from(*channel) - expected).abs() <= 1.5, "{:?}", &pixels.data[4..]);
        }
    }

    #[test]
    fn what_does_not_fit_is_ignored() {
        let p3 = ColorProfile::new_display_p3().encode().unwrap();
        assert!(Profile::read(&p3, Layout::Gray).is_none());
        assert!(Profile::read(b"not a profile", Layout::Rgb).is_none());
        assert!(Profile::read(&[], Layout::Rgb).is_none());
        for end in 0..p3.len() {
            // Cut off anywhere: read or not, but no panic.
            let _ = Profile::read(&p3[..end], Layout::Rgb).and_then(|profile| profile.conversion());
        }
    }
}
