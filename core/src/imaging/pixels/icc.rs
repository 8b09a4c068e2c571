//! ICC profiles (ICC.1), and the conversion from their device colours to sRGB (IEC 61966-2-1).
//!
//! A matrix/TRC profile has a tone reproduction curve (TRC) per channel, and a matrix of the colorants to the profile connection
//! space (PCS), XYZ of D50. A pixel of Display P3:
//!
//! ```text
//! device      200       100       100
//! TRC         0.5776    0.1274    0.1274        linear light
//! PCS XYZ     0.3548    0.2360    0.1047        times the columns rXYZ, gXYZ, bXYZ
//! sRGB light  0.6788    0.1085    0.1186        times the inverse matrix of sRGB
//! sRGB        215       93        97
//! ```
//!
//! A profile of CMYK, or of a printer or scanner, has a multi-dimensional lookup table (CLUT) instead, the tag `A2B0`
//! (perceptual) or `A2B1` (colorimetric): input curves, a grid of, say, 9^4 nodes that are interpolated, output curves, and a PCS
//! of Lab or XYZ. `moxcms` evaluates both; for CMYK it resamples the CLUT to 17^4 nodes.
//!
//! A profile that cannot be read, or whose colour space is not that of the pixels, is ignored: the pixels are taken for sRGB, as
//! by every browser.

use std::sync::Arc;

use moxcms::{ColorProfile, DataColorSpace, RenderingIntent, TransformExecutor, TransformOptions};

use super::black_point::{Compensation, black_point};
use super::buffer::{Layout, Pixels};
use super::icc_tags::{has_clut, with_needed_tags};
use crate::error::Result;
use crate::rules::ImageRules;

/// The pixels that a profile describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DevicePixels {
    Layout(Layout),
    /// CMYK, where 255 is full ink.
    Cmyk,
}

impl DevicePixels {
    fn color_space(self) -> DataColorSpace {
        match self {
            Self::Layout(Layout::Gray | Layout::GrayAlpha) => DataColorSpace::Gray,
            Self::Layout(Layout::Rgb | Layout::Rgba) => DataColorSpace::Rgb,
            Self::Cmyk => DataColorSpace::Cmyk,
        }
    }

    fn channels(self) -> usize {
        match self {
            Self::Layout(layout) => layout.channels(),
            Self::Cmyk => 4,
        }
    }
}

/// A parsed profile whose colour space is that of the pixels.
pub(crate) struct Profile<'a> {
    bytes: &'a [u8],
    parsed: ColorProfile,
    device: DevicePixels,
}

impl<'a> Profile<'a> {
    /// Parses a profile. `None` if it is damaged or does not describe pixels of this layout.
    pub(crate) fn read(bytes: &'a [u8], layout: Layout) -> Option<Self> {
        Self::parse(bytes, DevicePixels::Layout(layout))
    }

    /// Parses a profile of CMYK.
    pub(crate) fn read_cmyk(bytes: &'a [u8]) -> Option<Self> {
        Self::parse(bytes, DevicePixels::Cmyk)
    }

    fn parse(bytes: &'a [u8], device: DevicePixels) -> Option<Self> {
        let parsed = ColorProfile::new_from_slice(&with_needed_tags(bytes)?).ok()?;
        (parsed.color_space == device.color_space()).then_some(Self { bytes, parsed, device })
    }

    /// The most memory of parsing a profile and converting by it, in bytes: a copy with the needed tags; of a CLUT four bytes per
    /// value, which has one or two in the profile, and the tables of the conversion; of curves their values. Measured with
    /// profiles of 4 MB by the tests of memory. However short it is, the conversion makes tables of its curves.
    pub(crate) fn memory_bytes(bytes: &[u8]) -> u64 {
        let copies = if has_clut(bytes) { 6 } else { 3 };
        copies * bytes.len() as u64 + CURVE_TABLES_BYTES
    }

    /// The same for a profile of CMYK, whose CLUT is resampled to 17^4 nodes.
    pub(crate) fn cmyk_memory_bytes(bytes: &[u8]) -> u64 {
        Self::memory_bytes(bytes) + CMYK_CLUT_BYTES
    }

    /// The bytes of the profile, to be embedded with pixels that were not converted.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether the profile describes pixels of this layout.
    pub(crate) fn describes(&self, layout: Layout) -> bool {
        self.parsed.color_space == DevicePixels::Layout(layout).color_space()
    }

    /// The conversion to sRGB. `None` if it changes no colour by more than one level, or if `moxcms` cannot make it.
    ///
    /// The black point is compensated as in Little CMS, so that black stays black.
    pub(crate) fn conversion(&self) -> Option<Conversion> {
        let (from, to, target) = match self.device {
            DevicePixels::Layout(Layout::Gray) => (moxcms::Layout::Gray, moxcms::Layout::Gray, srgb_gray()),
            DevicePixels::Layout(Layout::GrayAlpha) => {
                (moxcms::Layout::GrayAlpha, moxcms::Layout::GrayAlpha, srgb_gray())
            }
            DevicePixels::Layout(Layout::Rgb) => (moxcms::Layout::Rgb, moxcms::Layout::Rgb, ColorProfile::new_srgb()),
            DevicePixels::Layout(Layout::Rgba) => {
                (moxcms::Layout::Rgba, moxcms::Layout::Rgba, ColorProfile::new_srgb())
            }
            DevicePixels::Cmyk => (moxcms::Layout::Rgba, moxcms::Layout::Rgb, ColorProfile::new_srgb()),
        };
        // The perceptual intent suits photos; a matrix/TRC profile has no other.
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
        let (from, to) =
            (self.device.channels(), if self.device == DevicePixels::Cmyk { 3 } else { self.device.channels() });
        let conversion = Conversion { executor, from, to };
        match self.device {
            DevicePixels::Layout(layout) => conversion.changes_colors(layout).then_some(conversion),
            DevicePixels::Cmyk => Some(conversion),
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
    /// Through 16 bits, since the compensation expands dark colours.
    Compensated(Arc<dyn TransformExecutor<u16> + Send + Sync>, Box<Compensation>),
}

/// The tables of three curves to linear light, and back for those of sRGB, in bytes.
const CURVE_TABLES_BYTES: u64 = 72 << 10;
/// The memory of converting CMYK, without the profile, in bytes: 17^4 nodes of four floats, and their colours of three floats.
const CMYK_CLUT_BYTES: u64 = 17 * 17 * 17 * 17 * 4 * (4 + 3);
/// Pixels that are converted at a time.
const CHUNK_PIXELS: usize = 4096;
/// Chunks that are converted between two checks for cancellation.
const CHUNKS_AT_ONCE: usize = 64;

impl Conversion {
    /// Converts pixels in place.
    ///
    /// Error: `cancelled`.
    pub(crate) fn apply(&self, pixels: &mut Pixels, rules: &ImageRules) -> Result<()> {
        for pixels in pixels.data.chunks_mut(CHUNKS_AT_ONCE * CHUNK_PIXELS * self.from) {
            rules.check_cancelled()?;
            self.apply_to(pixels);
        }
        Ok(())
    }

    /// Converts CMYK to RGB.
    ///
    /// Error: `cancelled`.
    pub(crate) fn convert(&self, cmyk: &[u8], rgb: &mut [u8], rules: &ImageRules) -> Result<()> {
        let chunks = cmyk.chunks(CHUNKS_AT_ONCE * CHUNK_PIXELS * self.from);
        for (cmyk, rgb) in chunks.zip(rgb.chunks_mut(CHUNKS_AT_ONCE * CHUNK_PIXELS * self.to)) {
            rules.check_cancelled()?;
            let chunks = cmyk.chunks(CHUNK_PIXELS * self.from).zip(rgb.chunks_mut(CHUNK_PIXELS * self.to));
            chunks.for_each(|(cmyk, rgb)| self.convert_chunk(cmyk, rgb));
        }
        Ok(())
    }

    fn apply_to(&self, data: &mut [u8]) {
        let mut source = vec![0; (CHUNK_PIXELS * self.from).min(data.len())];
        for chunk in data.chunks_mut(CHUNK_PIXELS * self.from) {
            let Some(source) = source.get_mut(..chunk.len()) else { return };
            source.copy_from_slice(chunk);
            self.convert_chunk(source, chunk);
        }
    }

    /// Converts up to [`CHUNK_PIXELS`] pixels. An executor fails only for lengths that do not match; these do.
    fn convert_chunk(&self, source: &[u8], target: &mut [u8]) {
        match &self.executor {
            Executor::Plain(executor) => {
                let _ = executor.transform(source, target);
            }
            Executor::Compensated(executor, compensation) => {
                let wide: Vec<u16> = source.iter().map(|sample| u16::from(*sample) * 257).collect();
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

    /// Tries the conversion on a grid of colours: the many profiles of sRGB differ in their bytes, but not in their effect.
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

/// A gray profile with the TRC of sRGB.
fn srgb_gray() -> ColorProfile {
    let mut gray = ColorProfile::new_gray_with_gamma(2.2);
    gray.gray_trc = ColorProfile::new_srgb().red_trc;
    gray
}

/// The profile, if the colour space in its header (ICC.1:2022, section 7.2.6) is that of the pixels.
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
