//! `SrgbTables`: lookup tables that convert samples of a declared colorimetry to 8-bit sRGB.
//!
//! ```text
//! gray, primaries of sRGB   sample -> [table] -> sRGB, per channel                 gAMA 1.0: 128 -> 188
//! other primaries           sample -> [table] -> light -> matrix -> [table] -> sRGB
//! PQ and HLG                sample -> [table] -> light -> matrix to BT.2020 -> tone map -> matrix -> [table] -> sRGB
//!
//! Display P3      200, 100, 100 -> 0.578, 0.127, 0.127 -> 0.679, 0.109, 0.119 -> 215, 93, 97
//! ```

use super::buffer::{Layout, Pixels};
use super::colorimetry::{Colorimetry, Primaries, multiply};
use super::tone_map::ToneMap;
use super::transfer::{REFERENCE_WHITE_NITS, Transfer};
use crate::error::Result;
use crate::rules::ImageRules;

/// Single precision is plenty for 8 bits, and twice as fast.
type Matrix = [[f32; 3]; 3];

fn single(matrix: [[f64; 3]; 3]) -> Matrix {
    matrix.map(|row| row.map(|value| value as f32))
}

/// The conversion to sRGB for pixels of one layout.
pub(crate) struct SrgbTables {
    layout: Layout,
    steps: Steps,
}

enum Steps {
    /// One table: the sRGB level of each sample.
    PerChannel(Vec<u8>),
    Matrix(Box<MatrixSteps>),
}

/// The steps of a conversion that mixes channels.
struct MatrixSteps {
    /// The linear light of each sample.
    linear: Vec<f32>,
    hdr: Option<HdrLight>,
    to_srgb: Matrix,
    levels: SrgbLevels,
}

/// The most memory of all tables, in bytes: a float for each of 65,536 samples, [`SrgbLevels`], [`SystemGamma`] and a
/// [`ToneMap`].
pub(crate) const TABLE_BYTES: u64 = (4 << 16) + (1 << 16) + 2 * (5 << 10);

/// Pixels that are converted between two checks for cancellation.
const PIXELS_AT_ONCE: usize = 256 * 1024;

impl SrgbTables {
    /// The tables for samples of 8 or 16 bits. `None` if no colour changes by more than one level, and for primaries that lie on
    /// a line.
    pub(crate) fn new(colorimetry: &Colorimetry, layout: Layout, sample_bits: u8) -> Option<Self> {
        let tables = Self::of(colorimetry, layout, 8)?;
        if !tables.changes_colors() {
            return None;
        }
        if sample_bits == 16 { Self::of(colorimetry, layout, 16) } else { Some(tables) }
    }

    fn of(colorimetry: &Colorimetry, layout: Layout, sample_bits: u8) -> Option<Self> {
        let Colorimetry { primaries, transfer, .. } = *colorimetry;
        let hdr = if transfer.is_hdr() { Some(HdrLight::new(colorimetry)?) } else { None };
        let to_srgb = single(if hdr.is_some() { Primaries::BT2020 } else { primaries }.matrix_to(Primaries::SRGB)?);
        let levels = SrgbLevels::new();
        let brightest = (1_u32 << sample_bits) - 1;
        let light = (0..=brightest).map(|sample| colorimetry.to_linear(sample, sample_bits) as f32);
        let is_gray = matches!(layout, Layout::Gray | Layout::GrayAlpha);
        let steps = if is_gray || (hdr.is_none() && primaries.is_srgb()) {
            // Gray has the same light in all channels, in any primaries.
            let mapped = |light: f32| hdr.as_ref().map_or(light, |hdr| hdr.mapped([light; 3])[0]);
            Steps::PerChannel(light.map(|light| levels.of(mapped(light))).collect())
        } else {
            Steps::Matrix(Box::new(MatrixSteps { linear: light.collect(), hdr, to_srgb, levels }))
        };
        Some(Self { layout, steps })
    }

    /// Converts 8-bit pixels in place. Alpha is not changed.
    ///
    /// Error: `cancelled`.
    pub(crate) fn apply(&self, pixels: &mut Pixels, rules: &ImageRules) -> Result<()> {
        for pixels in pixels.data.chunks_mut(PIXELS_AT_ONCE * self.layout.channels()) {
            rules.check_cancelled()?;
            self.apply_to(pixels);
        }
        Ok(())
    }

    /// Converts rows of pixels in place.
    pub(crate) fn apply_to(&self, data: &mut [u8]) {
        for pixel in data.chunks_exact_mut(self.layout.channels()) {
            match pixel {
                [gray] | [gray, _] => *gray = self.gray(u16::from(*gray)),
                [r, g, b] | [r, g, b, _] => [*r, *g, *b] = self.rgb([*r, *g, *b].map(u16::from)),
                _ => {}
            }
        }
    }

    /// The sRGB level of a gray sample.
    pub(crate) fn gray(&self, sample: u16) -> u8 {
        match &self.steps {
            Steps::PerChannel(table) => table.get(usize::from(sample)).copied().unwrap_or(0),
            Steps::Matrix(_) => 0, // gray has no matrix
        }
    }

    /// The sRGB levels of a pixel.
    pub(crate) fn rgb(&self, samples: [u16; 3]) -> [u8; 3] {
        match &self.steps {
            Steps::PerChannel(_) => samples.map(|sample| self.gray(sample)),
            Steps::Matrix(matrix) => matrix.convert(samples),
        }
    }

    /// Tries the conversion on a grid of colours: the declared colorimetry may be that of sRGB.
    fn changes_colors(&self) -> bool {
        const LEVELS: [u16; 9] = [0, 16, 48, 80, 112, 144, 176, 216, 255];
        let differs = |before: u16, after: u8| before.abs_diff(u16::from(after)) > 1;
        match &self.steps {
            Steps::PerChannel(table) => (0..).zip(table).any(|(before, after)| differs(before, *after)),
            Steps::Matrix(matrix) => LEVELS.iter().any(|r| {
                let pairs = LEVELS.iter().flat_map(|g| LEVELS.iter().map(move |b| [*r, *g, *b]));
                let mut pixels = pairs.map(|before| (before, matrix.convert(before)));
                pixels
                    .any(|(before, after)| before.into_iter().zip(after).any(|(before, after)| differs(before, after)))
            }),
        }
    }
}

impl MatrixSteps {
    fn convert(&self, samples: [u16; 3]) -> [u8; 3] {
        let mut light = samples.map(|sample| self.linear.get(usize::from(sample)).copied().unwrap_or(0.0));
        if let Some(hdr) = &self.hdr {
            light = hdr.mapped(multiply(&hdr.to_bt2020, light));
        }
        multiply(&self.to_srgb, light).map(|light| self.levels.of(light))
    }
}

/// From PQ or HLG light to the light of a display without headroom.
struct HdrLight {
    to_bt2020: Matrix,
    /// Of HLG.
    system_gamma: Option<SystemGamma>,
    tone_map: ToneMap,
}

/// The peak luminance of the display that HLG is rendered for, in cd/m², and its system gamma (ITU-R BT.2100, table 5).
const HLG_PEAK_NITS: f64 = 1000.0;
const HLG_SYSTEM_GAMMA: f64 = 1.2;

impl HdrLight {
    fn new(colorimetry: &Colorimetry) -> Option<Self> {
        Some(Self {
            to_bt2020: single(colorimetry.primaries.matrix_to(Primaries::BT2020)?),
            system_gamma: (colorimetry.transfer == Transfer::Hlg).then(SystemGamma::new),
            tone_map: ToneMap::new(colorimetry.peak_nits),
        })
    }

    /// Maps light in BT.2020 to display light.
    fn mapped(&self, light: [f32; 3]) -> [f32; 3] {
        self.tone_map.apply(self.system_gamma.as_ref().map_or(light, |gamma| gamma.apply(light)))
    }
}

/// The opto-optical transfer function (OOTF) of HLG: from scene light to display light, where 1 is diffuse white.
///
/// Each channel is scaled by a power of the luminance. The table of that power is indexed by the square root of the luminance,
/// which spreads the dark end where the curve is steep, and interpolated linearly.
struct SystemGamma(Vec<f32>);

impl SystemGamma {
    const LAST: usize = 1 << 10;

    fn new() -> Self {
        let scale = |entry: usize| {
            let luminance = (entry as f64 / Self::LAST as f64).powi(2);
            HLG_PEAK_NITS / REFERENCE_WHITE_NITS * luminance.powf(HLG_SYSTEM_GAMMA - 1.0)
        };
        // One entry more, so that the last one has a neighbour to interpolate with.
        Self((0..=Self::LAST + 1).map(|entry| scale(entry.min(Self::LAST)) as f32).collect())
    }

    fn apply(&self, [r, g, b]: [f32; 3]) -> [f32; 3] {
        let luminance = (0.2627 * r + 0.6780 * g + 0.0593 * b).clamp(0.0, 1.0);
        let place = luminance.sqrt() * Self::LAST as f32;
        let entry = place as u16;
        let scale = match self.0.get(usize::from(entry)..) {
            Some([low, high, ..]) => low + (high - low) * (place - f32::from(entry)),
            _ => 0.0,
        };
        [r, g, b].map(|channel| channel * scale)
    }
}

/// The sRGB encoding: the 8-bit level, rounded, of each of 65,536 amounts of linear light.
pub(crate) struct SrgbLevels(Vec<u8>);

impl SrgbLevels {
    const LAST: u16 = u16::MAX;

    pub(crate) fn new() -> Self {
        let mut table = Vec::with_capacity(1 << 16);
        for level in 0..=255_u8 {
            // The light from which the next level is nearer.
            let end = Transfer::Srgb.to_linear((f64::from(level) + 0.5) / 255.0) * f64::from(Self::LAST);
            let end = if level == 255 { 1 << 16 } else { end.ceil() as usize };
            table.resize(end, level);
        }
        Self(table)
    }

    /// The level of linear light, which is clipped to 0 to 1.
    pub(crate) fn of(&self, light: f32) -> u8 {
        // The conversion to an integer saturates, and turns NaN into 0.
        let place = (light * f32::from(Self::LAST) + 0.5) as u16;
        self.0.get(usize::from(place)).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tone_map::USUAL_PEAK_NITS;
    use super::*;

    fn tables(primaries: u8, transfer: u8, layout: Layout, bits: u8) -> Option<SrgbTables> {
        let primaries = Primaries::of_code_point(primaries).unwrap();
        let transfer = Transfer::of_code_point(transfer).unwrap();
        let colorimetry = Colorimetry { primaries, transfer, is_narrow: false, peak_nits: USUAL_PEAK_NITS };
        SrgbTables::new(&colorimetry, layout, bits)
    }

    #[test]
    fn srgb_changes_nothing() {
        for layout in [Layout::Gray, Layout::GrayAlpha, Layout::Rgb, Layout::Rgba] {
            assert!(tables(1, 13, layout, 8).is_none() && tables(1, 13, layout, 16).is_none());
            assert!(tables(12, 13, layout, 8).is_some() == (layout.channels() > 2), "gray is gray in all primaries");
        }
        let levels = SrgbLevels::new();
        assert_eq!(levels.0.len(), 1 << 16);
        for level in 0..=255_u8 {
            assert_eq!(levels.of(Transfer::Srgb.to_linear(f64::from(level) / 255.0) as f32), level);
        }
        assert_eq!([levels.of(-0.1), levels.of(1.1), levels.of(f32::NAN)], [0, 255, 0]);
    }

    /// The colours that Chromium 148 shows on an sRGB display.
    #[test]
    fn colours_are_those_of_a_browser() {
        let cases: [(u8, u8, [[u8; 3]; 3]); 9] = [
            (12, 13, [[215, 93, 97], [7, 20, 31], [128; 3]]),
            (9, 14, [[238, 63, 88], [0, 8, 19], [121; 3]]),
            (1, 8, [[229, 168, 168], [56, 79, 96], [188; 3]]),
            (1, 7, [[206, 115, 115], [25, 38, 48], [141; 3]]),
            (1, 17, [[200, 87, 87], [1, 5, 13], [118; 3]]),
            (11, 13, [[211, 93, 97], [8, 20, 31], [128; 3]]),
            (10, 13, [[255, 0, 110], [0, 27, 31], [128; 3]]),
            (9, 16, [[255, 0, 14], [0, 2, 4], [132; 3]]),
            (9, 18, [[230, 48, 77], [0, 5, 11], [99; 3]]),
        ];
        for (primaries, transfer, expected) in cases {
            let [narrow, wide] = [8, 16].map(|bits| tables(primaries, transfer, Layout::Rgb, bits).unwrap());
            for (samples, expected) in [[200, 100, 100], [10, 20, 30], [128; 3]].into_iter().zip(expected) {
                let near = |ours: [u8; 3]| ours.iter().zip(expected).all(|(ours, theirs)| ours.abs_diff(theirs) <= 1);
                let ours = [narrow.rgb(samples), wide.rgb(samples.map(|sample| sample * 257))];
                assert!(ours.into_iter().all(near), "{primaries}, {transfer}: {ours:?}, not {expected:?}");
            }
        }
    }

    #[test]
    fn alpha_stays() {
        let linear = tables(1, 8, Layout::GrayAlpha, 8).unwrap();
        let mut pixels = Pixels { width: 2, height: 1, layout: Layout::GrayAlpha, data: vec![128, 7, 0, 200] };
        linear.apply(&mut pixels, &ImageRules::default()).unwrap();
        assert_eq!(pixels.data, [188, 7, 0, 200]);
    }
}
