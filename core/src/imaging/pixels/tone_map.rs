//! Tone mapping: compresses HDR light into the range of a display without headroom.
//!
//! This is the reference white tone mapping of SMPTE ST 2094-50, which Chromium applies to PQ and HLG on such a display. Up to
//! diffuse white (203 cd/m²) light is scaled; above, a quadratic Bézier curve leads to display white at the peak of the content.
//! The gain of a pixel is that of its largest channel, so that hues stay.
//!
//! ```text
//! content with a peak of 1000 cd/m², a pixel of 406, 203, 0 cd/m²
//! relative to diffuse white     2.0      1.0      0
//! largest channel               2.0 -> 0.745, a gain of 0.3726
//! mapped                        0.745    0.373    0       sRGB 224, 164, 0
//!
//! gray of that content          0 -> 0   101 -> 0.25   203 -> 0.5   600 -> 0.86   1000 -> 1
//! ```

use super::transfer::REFERENCE_WHITE_NITS;

/// The peak luminance of content that does not state it, in cd/m² (ITU-R BT.2408, section 2).
pub(crate) const USUAL_PEAK_NITS: f64 = 1000.0;

/// The tone curve for content of one peak, as a table of gains: in a picture of noise, a branch at diffuse white would cost more
/// than everything else.
#[derive(Debug, Clone)]
pub(crate) struct ToneMap {
    /// The peak of the content, where 1 is diffuse white.
    peak: f32,
    /// The gains at equal steps of light from black to the peak, interpolated linearly. Empty if light is not changed.
    gains: Vec<f32>,
}

impl ToneMap {
    const LAST: usize = 1 << 10;

    pub(crate) fn new(peak_nits: f64) -> Self {
        let curve = Curve::new(peak_nits);
        if curve.peak <= 1.0 {
            return Self { peak: 1.0, gains: Vec::new() };
        }
        let gain = |entry: usize| {
            let light = curve.peak * entry.clamp(1, Self::LAST) as f64 / Self::LAST as f64;
            (curve.at(light) / light) as f32
        };
        // One entry more, so that the last one has a neighbour to interpolate with.
        Self { peak: curve.peak as f32, gains: (0..=Self::LAST + 1).map(gain).collect() }
    }

    /// Maps the light of a pixel. Content whose peak is not above diffuse white is not changed.
    pub(crate) fn apply(&self, light: [f32; 3]) -> [f32; 3] {
        let brightest = light.into_iter().fold(0.0, f32::max);
        let place = brightest.min(self.peak) * (Self::LAST as f32 / self.peak);
        let entry = place as u16;
        let Some([low, high, ..]) = self.gains.get(usize::from(entry)..) else { return light };
        // All light beyond the peak becomes white.
        let gain = (low + (high - low) * (place - f32::from(entry))) * (self.peak / brightest.max(self.peak));
        light.map(|channel| channel * gain)
    }
}

/// The tone curve.
struct Curve {
    peak: f64,
    /// The light that diffuse white is mapped to.
    white: f64,
}

impl Curve {
    fn new(peak_nits: f64) -> Self {
        let peak = (peak_nits / REFERENCE_WHITE_NITS).max(1.0);
        let usual_headroom = (USUAL_PEAK_NITS / REFERENCE_WHITE_NITS).log2();
        Self { peak, white: 1.0 - 0.5 * (peak.log2() / usual_headroom).min(1.0) }
    }

    fn at(&self, light: f64) -> f64 {
        let Self { peak, white } = *self;
        if light <= 1.0 {
            return light * white;
        }
        if light >= peak {
            return 1.0;
        }
        // From (1, white) to (peak, 1). The control point lies on the line from black through the start, 65 % of the way
        // to where that line reaches 1.
        let control = (0.35 + 0.65 / white, 0.35 * white + 0.65);
        let (square, linear) = (1.0 - 2.0 * control.0 + peak, 2.0 * (control.0 - 1.0));
        let t = 2.0 * (light - 1.0) / (linear + (linear * linear + 4.0 * square * (light - 1.0)).max(0.0).sqrt());
        (1.0 - t) * (1.0 - t) * white + 2.0 * t * (1.0 - t) * control.1 + t * t
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_rises_from_black_to_white_without_a_jump() {
        for peak_nits in [0.0, 203.0, 204.0, 300.0, 1000.0, 4000.0, 10_000.0] {
            let curve = Curve::new(peak_nits);
            let mut last = 0.0;
            for step in 0..=20_000 {
                let mapped = curve.at(curve.peak * f64::from(step) / 20_000.0);
                assert!(mapped >= last && mapped - last < 0.02, "{peak_nits}: {last} then {mapped}");
                last = mapped;
            }
            assert!((last - 1.0).abs() < 1e-9, "{peak_nits}: {last}");
        }
        let usual = Curve::new(USUAL_PEAK_NITS);
        assert!((usual.at(1.0) - 0.5).abs() < 1e-9);
        assert!((usual.at(600.0 / 203.0) - 0.859).abs() < 0.001);
    }

    #[test]
    fn pixels_are_scaled_as_their_largest_channel() {
        let close = |ours: [f32; 3], expected: [f32; 3]| {
            assert!(ours.iter().zip(expected).all(|(ours, expected)| (ours - expected).abs() < 1e-5), "{ours:?}");
        };
        close(ToneMap::new(203.0).apply([0.0, 0.5, 3.0]), [0.0, 0.5, 3.0]);
        let usual = ToneMap::new(USUAL_PEAK_NITS);
        close(usual.apply([0.0, 0.5, 1.0]), [0.0, 0.25, 0.5]);
        close(usual.apply([0.0; 3]), [0.0; 3]);
        close(usual.apply([5.0, 10.0, 20.0]), [0.25, 0.5, 1.0]);
        let curve = Curve::new(USUAL_PEAK_NITS);
        for step in 1..=2000_u16 {
            let light = 5.0 * f32::from(step) / 2000.0;
            close(usual.apply([0.0, 0.0, light]), [0.0, 0.0, curve.at(f64::from(light)) as f32]);
        }
    }
}
