//! Full range to limited range: JFIF has 0 to 255 for black to white, VP8 16 to 235, and 16 to 240 for chroma. The matrix is the
//! same (ITU-R BT.601), so that planes need not become RGB in between.

/// Luma: 16 + 219 / 255 of the sample, rounded.
#[inline(always)]
pub(super) const fn limited_luma(sample: u8) -> u8 {
    const FACTOR: u32 = (219 * 65_536 + 127) / 255;
    (((16 << 16 | 1 << 15) + sample as u32 * FACTOR) >> 16) as u8
}

/// Chroma: 128 + 224 / 255 of the difference from 128, rounded.
#[inline(always)]
pub(super) const fn limited_chroma(sample: u8) -> u8 {
    const FACTOR: u32 = (224 * 65_536 + 127) / 255;
    (((128 << 16 | 1 << 15) + sample as u32 * FACTOR - 128 * FACTOR) >> 16) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_rounded_to_the_nearest() {
        for sample in 0..=255_u8 {
            let value = f64::from(sample);
            let expected = 16.0 + value * 219.0 / 255.0;
            assert!((f64::from(limited_luma(sample)) - expected).abs() <= 0.5 + 1e-9, "luma {sample}");
            let expected = 128.0 + (value - 128.0) * 224.0 / 255.0;
            assert!((f64::from(limited_chroma(sample)) - expected).abs() <= 0.5 + 1e-9, "chroma {sample}");
        }
    }
}
