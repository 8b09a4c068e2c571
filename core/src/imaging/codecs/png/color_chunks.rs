//! The colour space chunks of a PNG (third edition, section 11.3.2).
//!
//! In order of precedence they are `cICP`, `iCCP`, `sRGB`, then `gAMA` with `cHRM`; a chunk with invalid contents counts as
//! absent. Where the standard leaves room, this follows Chromium and libpng:
//!
//! - `cICP` with reserved or unspecified code points, or with matrix coefficients other than 0 (RGB), is absent.
//! - `gAMA` within 5 % of 1/2.2 means the transfer function of sRGB, unless `cHRM` declares other primaries.
//! - `cHRM` alone is ignored, since the transfer function is unknown. If its primaries lie on a line, `gAMA` is ignored too.
//! - A chunk with a wrong CRC is absent, except `iCCP`, whose zlib data has a checksum of its own.
//!
//! ```text
//! gAMA 45455, no cHRM                    1/2.2: sRGB, nothing to convert
//! gAMA 100000                            linear light, primaries of sRGB
//! cICP 12 13 0 1, iCCP, gAMA             Display P3 with the transfer function of sRGB; the others are ignored
//! cICP 9 16 0 1, cLLI 400 cd/m2          BT.2020 with PQ, tone mapped from a peak of 400 cd/m2
//! ```

use crate::imaging::pixels::colorimetry::{Colorimetry, Primaries, Xy};
use crate::imaging::pixels::tone_map::USUAL_PEAK_NITS;
use crate::imaging::pixels::transfer::Transfer;

/// The length of each colour space chunk except `iCCP`, in bytes. A chunk of any other length is absent, as in libpng.
pub(in crate::imaging) const fn color_chunk_bytes(chunk_type: [u8; 4]) -> Option<usize> {
    match &chunk_type {
        b"cHRM" => Some(32),
        b"mDCV" => Some(24),
        b"cLLI" => Some(8),
        b"gAMA" | b"cICP" => Some(4),
        b"sRGB" => Some(1),
        _ => None,
    }
}

/// The colour space chunks before the image data, the first valid one of each type.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct ColorChunks<'a> {
    pub iccp: Option<&'a [u8]>,
    cicp: Option<&'a [u8]>,
    srgb: Option<&'a [u8]>,
    gama: Option<&'a [u8]>,
    chrm: Option<&'a [u8]>,
    clli: Option<&'a [u8]>,
    mdcv: Option<&'a [u8]>,
}

/// The declared colour space.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum DeclaredSpace<'a> {
    /// sRGB, or none.
    Srgb,
    /// The contents of `iCCP`: an ICC profile, compressed.
    Profile(&'a [u8]),
    /// Primaries and a transfer function.
    Colorimetry(Colorimetry),
}

impl<'a> ColorChunks<'a> {
    /// Takes the chunk if it is one of these. `is_intact` verifies its CRC, which is computed of short chunks only.
    pub(super) fn take(&mut self, chunk_type: [u8; 4], data: &'a [u8], is_intact: impl Fn() -> bool) {
        let kept = match &chunk_type {
            b"iCCP" => {
                self.iccp.get_or_insert(data);
                return;
            }
            b"cICP" => &mut self.cicp,
            b"sRGB" => &mut self.srgb,
            b"gAMA" => &mut self.gama,
            b"cHRM" => &mut self.chrm,
            b"cLLI" => &mut self.clli,
            b"mDCV" => &mut self.mdcv,
            _ => return,
        };
        if kept.is_none() && color_chunk_bytes(chunk_type) == Some(data.len()) && is_intact() {
            *kept = Some(data);
        }
    }

    /// The chunk that takes precedence.
    pub(super) fn declared(&self) -> DeclaredSpace<'a> {
        if let Some(colorimetry) = self.code_points() {
            return DeclaredSpace::Colorimetry(colorimetry);
        }
        self.iccp.map_or_else(|| self.without_profile(), DeclaredSpace::Profile)
    }

    /// Whether the pixels must be converted to sRGB, other than by a profile.
    pub(super) fn are_converted(&self) -> bool {
        let is_srgb = |colors: Colorimetry| colors.transfer == Transfer::Srgb && colors.primaries.is_srgb();
        matches!(self.declared(), DeclaredSpace::Colorimetry(colors) if colors.is_narrow || !is_srgb(colors))
    }

    /// The chunk that takes precedence if there is no profile, or only one that cannot be used.
    pub(super) fn without_profile(&self) -> DeclaredSpace<'a> {
        if matches!(self.srgb, Some([0..=3])) {
            return DeclaredSpace::Srgb;
        }
        self.gamma().map_or(DeclaredSpace::Srgb, DeclaredSpace::Colorimetry)
    }

    /// `cICP`: colour primaries, transfer function, matrix coefficients, full-range flag.
    fn code_points(&self) -> Option<Colorimetry> {
        let Some([primaries, transfer, 0, full_range @ (0 | 1)]) = self.cicp else { return None };
        let primaries = Primaries::of_code_point(*primaries)?;
        let transfer = Transfer::of_code_point(*transfer)?;
        Some(Colorimetry { primaries, transfer, is_narrow: *full_range == 0, peak_nits: self.peak_nits() })
    }

    /// The peak luminance of the content: `MaxCLL` of `cLLI`, or else the maximum of the mastering display of `mDCV`.
    fn peak_nits(&self) -> f64 {
        let content = self.clli.and_then(|data| data.first_chunk());
        let display = self.mdcv.and_then(|data| data.get(16..)?.first_chunk());
        let declared = [content, display].into_iter().flatten().map(|nits| u32::from_be_bytes(*nits));
        // Both are in units of 0.0001 cd/m², and 0 means unknown.
        declared.filter(|nits| *nits > 0).map(|nits| f64::from(nits) / 10_000.0).next().unwrap_or(USUAL_PEAK_NITS)
    }

    /// `gAMA`, with the primaries of `cHRM` or those of sRGB.
    fn gamma(&self) -> Option<Colorimetry> {
        let gama = u32::from_be_bytes(*self.gama?.as_array()?);
        // The range that libpng accepts.
        if !(16..=625_000_000).contains(&gama) {
            return None;
        }
        let primaries = self.chrm.and_then(chromaticities).unwrap_or(Primaries::SRGB);
        let encoding = f64::from(gama) / 100_000.0;
        let is_usual = (encoding * 2.2 - 1.0).abs() <= 0.05;
        let transfer = if is_usual && primaries.is_srgb() { Transfer::Srgb } else { Transfer::Power(1.0 / encoding) };
        Some(Colorimetry { primaries, transfer, is_narrow: false, peak_nits: USUAL_PEAK_NITS })
    }
}

/// `cHRM`: x and y of white, red, green and blue in units of 0.00001.
fn chromaticities(data: &[u8]) -> Option<Primaries> {
    let (values, []) = data.as_chunks::<4>() else { return None };
    let [wx, wy, rx, ry, gx, gy, bx, by] = *values.as_array()?;
    let xy = |x, y| -> Xy { [x, y].map(|value| f64::from(u32::from_be_bytes(value)) / 100_000.0) };
    Some(Primaries { white: xy(wx, wy), red: xy(rx, ry), green: xy(gx, gy), blue: xy(bx, by) })
}

#[cfg(test)]
mod tests {
    use super::*;

    type Chunk = (&'static [u8; 4], &'static [u8]);

    fn take(chunks: &[Chunk]) -> ColorChunks<'static> {
        let mut taken = ColorChunks::default();
        for (chunk_type, data) in chunks {
            taken.take(**chunk_type, data, || true);
        }
        taken
    }

    fn declared(chunks: &[Chunk]) -> DeclaredSpace<'static> {
        take(chunks).declared()
    }

    const P3: Chunk = (b"cICP", &[12, 13, 0, 1]);
    const LINEAR: Chunk = (b"gAMA", &[0, 1, 0x86, 0xa0]);

    fn transfer(chunks: &[Chunk]) -> Option<Transfer> {
        match declared(chunks) {
            DeclaredSpace::Colorimetry(colorimetry) => Some(colorimetry.transfer),
            _ => None,
        }
    }

    #[test]
    fn the_first_in_rank_counts() {
        let (profile, srgb): (Chunk, Chunk) = ((b"iCCP", b"p"), (b"sRGB", &[0]));
        assert_eq!(transfer(&[LINEAR, srgb, profile, P3]), Some(Transfer::Srgb));
        assert_eq!(declared(&[LINEAR, srgb, profile]), DeclaredSpace::Profile(b"p"));
        assert_eq!(declared(&[LINEAR, srgb]), DeclaredSpace::Srgb);
        assert_eq!(transfer(&[LINEAR]), Some(Transfer::Power(1.0)));
        assert_eq!(transfer(&[LINEAR, (b"gAMA", &[0, 0, 0xb1, 0x8f])]), Some(Transfer::Power(1.0)), "the first of two");
        assert_eq!(declared(&[]), DeclaredSpace::Srgb);
    }

    #[test]
    fn a_chunk_with_a_wrong_checksum_is_absent() {
        let mut chunks = ColorChunks::default();
        chunks.take(*b"gAMA", &[0, 3, 0x0d, 0x40], || false);
        assert_eq!(chunks.declared(), DeclaredSpace::Srgb);
        chunks.take(*LINEAR.0, LINEAR.1, || true);
        let DeclaredSpace::Colorimetry(colors) = chunks.declared() else { panic!("the intact one after it counts") };
        assert_eq!(colors.transfer, Transfer::Power(1.0));
        chunks.take(*b"iCCP", b"p", || false);
        assert_eq!(chunks.declared(), DeclaredSpace::Profile(b"p"));
    }

    #[test]
    fn what_means_nothing_is_absent() {
        let values: [&[u8]; 9] = [
            &[],
            &[12],
            &[12, 13, 0],
            &[12, 13, 0, 1, 0],
            &[2, 13, 0, 1],
            &[12, 2, 0, 1],
            &[12, 13, 1, 1],
            &[12, 13, 0, 2],
            &[255; 4],
        ];
        for cicp in values {
            assert_eq!(transfer(&[(b"cICP", cicp), LINEAR]), Some(Transfer::Power(1.0)), "{cicp:?}");
        }
        for gama in [&[] as &[u8], &[0, 0, 0, 0], &[0, 0, 0, 15], &[255; 4], &[0, 1, 0x86], &[0; 5]] {
            assert_eq!(declared(&[(b"gAMA", gama)]), DeclaredSpace::Srgb, "{gama:?}");
        }
        assert_eq!(transfer(&[LINEAR, (b"cHRM", &[1; 31])]), Some(Transfer::Power(1.0)));
        assert_eq!(transfer(&[LINEAR, (b"sRGB", &[4])]), Some(Transfer::Power(1.0)), "an intent that there is not");
        assert_eq!(transfer(&[(b"gAMA", &[0; 5]), LINEAR]), Some(Transfer::Power(1.0)), "the next one counts");
    }

    #[test]
    fn the_brightest_light_is_that_of_the_content_before_that_of_the_display() {
        let peak = |chunks: &[Chunk]| take(chunks).peak_nits();
        let content: Chunk = (b"cLLI", &[0, 0x3d, 0x09, 0, 0, 0, 0, 0]);
        let unknown: Chunk = (b"cLLI", &[0; 8]);
        let display: Chunk = (b"mDCV", &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x62, 0x5a, 0, 0, 0, 0, 0]);
        let close = |ours: f64, expected: f64| assert!((ours - expected).abs() < 1e-6, "{ours}, not {expected}");
        close(peak(&[]), 1000.0);
        close(peak(&[display, content]), 400.0);
        close(peak(&[display, unknown]), 4000.0);
        close(peak(&[(b"mDCV", &[0; 20]), (b"cLLI", &[1])]), 1000.0);
    }
}
