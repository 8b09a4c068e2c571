//! Black point compensation: the darkest colour of a device becomes black (ISO 18619).
//!
//! The compensation scales XYZ so that white stays and the black point, taken as neutral, goes to zero. Neutral light is the
//! same amount of every linear channel, so that the scaling is one curve for each channel of linear sRGB:
//!
//! ```text
//! black point of luminance 0.02     channel 0.02 -> 0     0.51 -> 0.5     1 -> 1         (channel - 0.02) / 0.98
//! ```

use moxcms::{ColorProfile, Layout, ProfileVersion, RenderingIntent, ToneReprCurve, TransformOptions, Xyzd};

use super::color_tables::SrgbLevels;
use super::transfer::Transfer;

/// The black point of every table for perceptual rendering in a profile of version 4 (ICC.1:2022, section 6.3.4.3).
const VERSION_4_LUMINANCE: f64 = 0.003_473_1;
/// The luminance of a lightness of 50, above which no colour is taken for black (as Little CMS has it).
const MAX_LUMINANCE: f64 = 0.184_187;

/// The luminance of the darkest colour of a device, which has these samples; white is 1. 0 where there is nothing to
/// compensate.
pub(crate) fn black_luminance(
    profile: &ColorProfile,
    darkest: &[u16],
    layout: Layout,
    options: TransformOptions,
) -> f64 {
    let has_table = profile.lut_a_to_b_perceptual.is_some() || profile.lut_a_to_b_colorimetric.is_some();
    if !has_table && !has_lifted_curve(profile) {
        return 0.0;
    }
    let is_fixed = has_table && profile.version() >= ProfileVersion::V4_0;
    if is_fixed && options.rendering_intent == RenderingIntent::Perceptual {
        // Of RGB the conversion compensates it already.
        return if layout == Layout::Rgba && darkest.len() == 4 { VERSION_4_LUMINANCE } else { 0.0 };
    }
    let mut xyz = [0; 3];
    let transform = profile.create_transform_16bit(layout, &luminance_profile(), Layout::Rgb, options);
    match transform.and_then(|transform| transform.transform(darkest, &mut xyz)) {
        Ok(()) => (f64::from(xyz[1]) / 65_535.0).min(MAX_LUMINANCE),
        Err(_) => 0.0,
    }
}

/// Whether a curve says that the smallest sample has light.
fn has_lifted_curve(profile: &ColorProfile) -> bool {
    let curves = [&profile.red_trc, &profile.green_trc, &profile.blue_trc];
    curves.into_iter().flatten().any(|curve| match curve {
        ToneReprCurve::Lut(values) => values.len() > 1 && values.first().is_some_and(|first| *first > 0),
        ToneReprCurve::Parametric(_) => false,
    })
}

/// An RGB profile whose channels are X, Y and Z, each from black to the white of the connection space.
fn luminance_profile() -> ColorProfile {
    let mut profile = ColorProfile::new_srgb();
    profile.red_colorant = Xyzd { x: 0.9642, y: 0.0, z: 0.0 };
    profile.green_colorant = Xyzd { x: 0.0, y: 1.0, z: 0.0 };
    profile.blue_colorant = Xyzd { x: 0.0, y: 0.0, z: 0.8249 };
    let linear = Some(moxcms::curve_from_gamma(1.0));
    (profile.red_trc, profile.green_trc, profile.blue_trc) = (linear.clone(), linear.clone(), linear);
    profile.cicp = None;
    profile
}

/// The level of 8 bits for each sRGB sample of 16 bits, with a black point of this luminance compensated.
pub(crate) fn compensated_levels(luminance: f64) -> Vec<u8> {
    let levels = SrgbLevels::new();
    let light = (0..=u16::MAX).map(|sample| Transfer::Srgb.to_linear(f64::from(sample) / 65_535.0));
    light.map(|light| levels.of((light - luminance) / (1.0 - luminance))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_and_white_stay_apart() {
        let plain = compensated_levels(0.0);
        for sample in 0..=u16::MAX {
            let rounded = (f64::from(sample) / 257.0).round();
            assert!((f64::from(plain[usize::from(sample)]) - rounded).abs() <= 1.0, "{sample}");
        }
        let compensated = compensated_levels(0.02);
        let at = |light: f64| {
            let sample = (0..=u16::MAX).find(|s| Transfer::Srgb.to_linear(f64::from(*s) / 65_535.0) >= light).unwrap();
            compensated[usize::from(sample)]
        };
        assert_eq!([at(0.0), at(0.02), at(0.51), at(1.0)], [0, 0, 188, 255]);
    }

    #[test]
    fn profiles_of_a_matrix_have_no_black_point() {
        let mut p3 = ColorProfile::new_display_p3();
        let options = TransformOptions::default();
        assert_eq!(black_luminance(&p3, &[0; 3], Layout::Rgb, options), 0.0);
        let lifted: Vec<u16> = (0..256).map(|at| 655 + at * 254).collect();
        let curve = Some(ToneReprCurve::Lut(lifted));
        (p3.red_trc, p3.green_trc, p3.blue_trc) = (curve.clone(), curve.clone(), curve);
        let luminance = black_luminance(&p3, &[0; 3], Layout::Rgb, options);
        assert!((luminance - 0.01).abs() < 0.001, "{luminance}");
    }
}
