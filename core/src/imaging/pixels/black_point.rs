//! Black point compensation (ISO 18619): maps the darkest colour of a device to black.
//!
//! X, Y and Z are each scaled so that white stays and the black point becomes zero, as in Little CMS. Linear sRGB is a linear
//! function of XYZ, so that for it the compensation is a matrix and an offset:
//!
//! ```text
//! black point 0.02 of white in X, Y and Z:     linear sRGB (v - 0.02) / 0.98
//! ink that is not quite black   0.02 -> 0      sRGB  39 -> 0
//! middle gray                   0.51 -> 0.5    sRGB 189 -> 188
//! white                         1    -> 1      sRGB 255 -> 255
//! ```

use moxcms::{ColorProfile, Layout, Matrix3d, ProfileVersion, RenderingIntent, ToneReprCurve, TransformOptions, Xyzd};

use super::colorimetry::multiply;
use super::srgb_tables::SrgbLevels;
use super::transfer::Transfer;

/// A black point: X, Y and Z as fractions of those of white.
type BlackPoint = [f64; 3];

/// The white point of the PCS, D50.
const WHITE: [f64; 3] = [0.9642, 1.0, 0.8249];
/// The black point of the perceptual intent in profiles of version 4 (ICC.1:2022, section 6.3.4.3).
const PERCEPTUAL_V4: BlackPoint = [0.00336 / WHITE[0], 0.003_473_1, 0.00287 / WHITE[2]];
/// The largest lightness L* of a black point.
const MAX_LIGHTNESS: f64 = 50.0;
/// A black point below this needs no compensation.
const LEAST: f64 = 1e-4;

/// The black point of a profile for its rendering intent. `None` if there is nothing to compensate.
pub(crate) fn black_point(profile: &ColorProfile, options: TransformOptions) -> Option<BlackPoint> {
    let has_clut = profile.lut_a_to_b_perceptual.is_some() || profile.lut_a_to_b_colorimetric.is_some();
    let (layout, darkest): (_, &[u16]) = match profile.color_space {
        moxcms::DataColorSpace::Cmyk => (Layout::Rgba, &[u16::MAX; 4]),
        moxcms::DataColorSpace::Rgb if has_clut || has_lifted_curve(profile) => (Layout::Rgb, &[0; 3]),
        _ => return None,
    };
    let is_perceptual = options.rendering_intent == RenderingIntent::Perceptual;
    if has_clut && is_perceptual && profile.version() >= ProfileVersion::V4_0 {
        // `moxcms` compensates it for RGB.
        return (layout == Layout::Rgba).then_some(PERCEPTUAL_V4);
    }
    let mut xyz = [0; 3];
    let to_xyz = profile.create_transform_16bit(layout, &xyz_profile(), Layout::Rgb, options).ok()?;
    to_xyz.transform(darkest, &mut xyz).ok()?;
    let black = limited(xyz.map(|value| f64::from(value) / 65_535.0));
    black.iter().any(|value| *value > LEAST).then_some(black)
}

/// Whether a TRC maps the smallest sample to light above zero.
fn has_lifted_curve(profile: &ColorProfile) -> bool {
    let curves = [&profile.red_trc, &profile.green_trc, &profile.blue_trc];
    curves.into_iter().flatten().any(|curve| match curve {
        ToneReprCurve::Lut(values) => values.len() > 1 && values.first().is_some_and(|first| *first > 0),
        ToneReprCurve::Parametric(_) => false,
    })
}

/// An RGB profile whose channels are X, Y and Z, each from 0 to that of white.
fn xyz_profile() -> ColorProfile {
    let [x, y, z] = WHITE;
    let mut profile = ColorProfile::new_srgb();
    profile.red_colorant = Xyzd { x, y: 0.0, z: 0.0 };
    profile.green_colorant = Xyzd { x: 0.0, y, z: 0.0 };
    profile.blue_colorant = Xyzd { x: 0.0, y: 0.0, z };
    let linear = Some(moxcms::curve_from_gamma(1.0));
    (profile.red_trc, profile.green_trc, profile.blue_trc) = (linear.clone(), linear.clone(), linear);
    profile.cicp = None;
    profile
}

/// The black point with its lightness limited to [`MAX_LIGHTNESS`], and its tint kept.
fn limited(black: BlackPoint) -> BlackPoint {
    // The function f of CIE L*a*b*: a cube root, with a line for dark colours.
    let f = |value: f64| if value > 216.0 / 24_389.0 { value.cbrt() } else { (value * 24_389.0 / 27.0 + 16.0) / 116.0 };
    let excess = f(black[1]) - (MAX_LIGHTNESS + 16.0) / 116.0;
    if excess <= 0.0 { black } else { black.map(|value| (f(value) - excess).max(0.0).powi(3)) }
}

/// The compensation, as a function of sRGB samples.
pub(crate) struct Compensation {
    /// The linear light of each 16-bit sample.
    linear: Vec<f32>,
    matrix: [[f64; 3]; 3],
    offset: [f64; 3],
    levels: SrgbLevels,
}

impl Compensation {
    pub(crate) fn new(black: BlackPoint) -> Self {
        // From linear sRGB to fractions of white, and back.
        let colorants = ColorProfile::new_srgb().rgb_to_xyz_matrix();
        let mut to_xyz = colorants;
        for (row, white) in to_xyz.v.iter_mut().zip(WHITE) {
            *row = row.map(|value| value / white);
        }
        let from_xyz = to_xyz.inverse();
        let scaled = |at: usize| to_xyz.v[at].map(|value| value / (1.0 - black[at]));
        let matrix = from_xyz.mat_mul(Matrix3d { v: [scaled(0), scaled(1), scaled(2)] }).v;
        let offset = multiply(&from_xyz.v, black.map(|value| -value / (1.0 - value)));
        let linear = (0..=u16::MAX).map(|sample| Transfer::Srgb.to_linear(f64::from(sample) / 65_535.0) as f32);
        Self { linear: linear.collect(), matrix, offset, levels: SrgbLevels::new() }
    }

    /// Compensates a pixel of 16-bit samples, and returns 8-bit levels.
    pub(crate) fn apply(&self, samples: [u16; 3]) -> [u8; 3] {
        let light = samples.map(|sample| self.linear.get(usize::from(sample)).map_or(0.0, |light| f64::from(*light)));
        let [r, g, b] = multiply(&self.matrix, light);
        let [r0, g0, b0] = self.offset;
        [r + r0, g + g0, b + b0].map(|light| self.levels.of(light as f32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_becomes_black_and_white_stays() {
        let sample =
            |light: f64| (0..=u16::MAX).find(|s| Transfer::Srgb.to_linear(f64::from(*s) / 65_535.0) >= light).unwrap();
        let compensation = Compensation::new([0.02; 3]);
        let at = |light: f64| compensation.apply([sample(light); 3]);
        assert_eq!([at(0.0), at(0.02), at(0.51), at(1.0)], [[0; 3], [0; 3], [188; 3], [255; 3]]);
        let tinted = Compensation::new([0.03, 0.02, 0.01]);
        assert_eq!(tinted.apply([u16::MAX; 3]), [255; 3]);
        assert_ne!(tinted.apply([sample(0.02); 3]), [0; 3]);
    }

    #[test]
    fn profiles_of_a_matrix_have_no_black_point() {
        let mut p3 = ColorProfile::new_display_p3();
        p3.cicp = None;
        let options = TransformOptions::default();
        assert_eq!(black_point(&p3, options), None);
        let lifted: Vec<u16> = (0..256).map(|at| 655 + at * 254).collect();
        let curve = Some(ToneReprCurve::Lut(lifted));
        (p3.red_trc, p3.green_trc, p3.blue_trc) = (curve.clone(), curve.clone(), curve);
        for part in black_point(&p3, options).unwrap() {
            assert!((part - 0.01).abs() < 0.001, "{part}");
        }
    }

    #[test]
    fn a_black_point_is_no_lighter_than_the_middle() {
        for (black, expected) in [(0.1, 0.1), (0.5, 0.184_187)] {
            for part in limited([black; 3]) {
                assert!((part - expected).abs() < 1e-5, "{part}");
            }
        }
    }
}
