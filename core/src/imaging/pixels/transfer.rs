//! Transfer functions: from a sample to linear light (ITU-T H.273, table 3).
//!
//! ```text
//! sRGB   128 / 255  -> 0.2159 of diffuse white
//! PQ     148 / 255  -> 202 cd/m2, which is diffuse white (203 cd/m2): 1
//!        165 / 255  -> 380 cd/m2: 1.87
//! HLG    191 / 255  -> 0.264 of the brightest light of the scene
//! ```

/// A transfer function, which decodes samples to linear light.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Transfer {
    /// IEC 61966-2-1.
    Srgb,
    /// A pure power function with this exponent.
    Power(f64),
    /// SMPTE ST 240.
    St240,
    /// SMPTE ST 428-1.
    St428,
    /// The perceptual quantizer of SMPTE ST 2084. Its light is display light, in absolute units.
    Pq,
    /// The hybrid log-gamma of ITU-R BT.2100. Its light is scene light.
    Hlg,
}

/// The luminance of HDR reference white, which diffuse white is shown with, in cd/m² (ITU-R BT.2408, section 2.1).
pub(crate) const REFERENCE_WHITE_NITS: f64 = 203.0;

impl Transfer {
    /// The function of a code point. BT.709, BT.601 and BT.2020 define the opto-electronic function of a camera; a display
    /// decodes it by a power of 2.4 (ITU-R BT.1886), and so do browsers. `None` if the code point is reserved or unspecified, and
    /// for the three functions that browsers do not implement either: the logarithmic ones and that of BT.1361.
    pub(crate) const fn of_code_point(code_point: u8) -> Option<Self> {
        Some(match code_point {
            1 | 6 | 11 | 14 | 15 => Self::Power(2.4),
            4 => Self::Power(2.2),
            5 => Self::Power(2.8),
            7 => Self::St240,
            8 => Self::Power(1.0),
            13 => Self::Srgb,
            16 => Self::Pq,
            17 => Self::St428,
            18 => Self::Hlg,
            _ => return None,
        })
    }

    /// Whether its light exceeds diffuse white, so that it must be tone mapped.
    pub(crate) const fn is_hdr(self) -> bool {
        matches!(self, Self::Pq | Self::Hlg)
    }

    /// The linear light of a sample from 0 to 1, where 1 is diffuse white; for HLG, 1 is the brightest light of the scene.
    pub(crate) fn to_linear(self, sample: f64) -> f64 {
        match self {
            Self::Srgb if sample <= 0.04045 => sample / 12.92,
            Self::Srgb => ((sample + 0.055) / 1.055).powf(2.4),
            Self::Power(exponent) => sample.powf(exponent),
            Self::St240 if sample < 4.0 * 0.0228 => sample / 4.0,
            Self::St240 => ((sample + 0.1115) / 1.1115).powf(1.0 / 0.45),
            Self::St428 => sample.powf(2.6) * 52.37 / 48.0,
            Self::Pq => pq_nits(sample) / REFERENCE_WHITE_NITS,
            Self::Hlg if sample <= 0.5 => sample * sample / 3.0,
            Self::Hlg => (((sample - 0.559_910_73) / 0.178_832_77).exp() + 0.284_668_92) / 12.0,
        }
    }
}

/// The luminance of a PQ sample, in cd/m² (SMPTE ST 2084, equation 5.1).
fn pq_nits(sample: f64) -> f64 {
    const M1: f64 = 2610.0 / 16384.0;
    const M2: f64 = 2523.0 / 4096.0 * 128.0;
    const C1: f64 = 3424.0 / 4096.0;
    const C2: f64 = 2413.0 / 4096.0 * 32.0;
    const C3: f64 = 2392.0 / 4096.0 * 32.0;
    let power = sample.powf(1.0 / M2);
    10_000.0 * ((power - C1).max(0.0) / (C2 - C3 * power)).powf(1.0 / M1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values that the standards state.
    #[test]
    fn curves_go_through_published_points() {
        let close = |transfer: Transfer, sample: f64, expected: f64| {
            let linear = transfer.to_linear(sample);
            assert!((linear - expected).abs() < 1e-3 * expected.max(0.01), "{transfer:?} at {sample}: {linear}");
        };
        for code_point in 0..=255 {
            let Some(transfer) = Transfer::of_code_point(code_point) else { continue };
            assert!(transfer.to_linear(0.0).abs() < 1e-9, "{transfer:?} has no black");
            if !matches!(transfer, Transfer::Pq | Transfer::St428) {
                close(transfer, 1.0, 1.0);
            }
        }
        // BT.2408, table 1: diffuse white is 58 % of PQ and 75 % of HLG, whose scene light is then 0.265 of the brightest.
        close(Transfer::Pq, 0.580_7, 1.0);
        close(Transfer::Hlg, 0.75, 0.265);
        // BT.2100, table 4: PQ reaches 10,000 cd/m².
        close(Transfer::Pq, 1.0, 10_000.0 / 203.0);
        // BT.1886 without black lift.
        assert_eq!(Transfer::of_code_point(1), Some(Transfer::Power(2.4)));
    }
}
