//! Colours that a PNG declares (third edition, section 11.3.2).
//!
//! The first of these that says something counts: `cICP`, `iCCP`, `sRGB`, then `gAMA` with `cHRM`. A chunk that means
//! nothing to us is as if it were absent. Where the edition leaves room, this follows Chromium and libpng:
//!
//! - `cICP` with reserved or unspecified code points, or with another matrix than that of RGB, is absent.
//! - `gAMA` within 5 % of 1/2.2 means the curve of sRGB, unless `cHRM` declares other primaries.
//! - `cHRM` alone says nothing, since the curve is unknown. One whose primaries span nothing makes `gAMA` void too.
//! - A chunk with a wrong checksum is absent, but for `iCCP`, whose zlib stream has a checksum of its own.

use crate::imaging::pixels::colorimetry::{Colorimetry, Primaries, Xy};
use crate::imaging::pixels::tone_map::USUAL_PEAK_NITS;
use crate::imaging::pixels::transfer::Transfer;

/// How long the chunks on colours are but for `iCCP`, in bytes. One of another length is absent, as libpng has it.
pub(in crate::imaging) const fn color_chunk_bytes(kind: [u8; 4]) -> Option<usize> {
    match &kind {
        b"cHRM" => Some(32),
        b"mDCV" => Some(24),
        b"cLLI" => Some(8),
        b"gAMA" | b"cICP" => Some(4),
        b"sRGB" => Some(1),
        _ => None,
    }
}

/// The chunks on colours that come before the picture, the first of each kind.
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

/// What is said of the colours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Declared<'a> {
    /// Nothing, or that they are sRGB.
    Srgb,
    /// An ICC profile, as `iCCP` holds it.
    Profile(&'a [u8]),
    Colorimetry(Colorimetry),
}

impl<'a> ColorChunks<'a> {
    /// Keeps the chunk if it is about colours. `is_intact` compares its checksum, which is made for short chunks only.
    pub(super) fn read(&mut self, kind: [u8; 4], data: &'a [u8], is_intact: impl Fn() -> bool) {
        let kept = match &kind {
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
        if kept.is_none() && color_chunk_bytes(kind) == Some(data.len()) && is_intact() {
            *kept = Some(data);
        }
    }

    /// What counts.
    pub(super) fn declared(&self) -> Declared<'a> {
        if let Some(colorimetry) = self.code_points() {
            return Declared::Colorimetry(colorimetry);
        }
        self.iccp.map_or_else(|| self.without_profile(), Declared::Profile)
    }

    /// Whether samples are converted by tables.
    pub(super) fn are_converted(&self) -> bool {
        let is_srgb = |colors: Colorimetry| colors.transfer == Transfer::Srgb && colors.primaries.is_srgb();
        matches!(self.declared(), Declared::Colorimetry(colors) if colors.is_narrow || !is_srgb(colors))
    }

    /// What counts where there is no profile, or only one that cannot be used.
    pub(super) fn without_profile(&self) -> Declared<'a> {
        if matches!(self.srgb, Some([0..=3])) {
            return Declared::Srgb;
        }
        self.gamma().map_or(Declared::Srgb, Declared::Colorimetry)
    }

    /// `cICP`: primaries, transfer function, matrix, full range.
    fn code_points(&self) -> Option<Colorimetry> {
        let Some([primaries, transfer, 0, full_range @ (0 | 1)]) = self.cicp else { return None };
        let primaries = Primaries::of_code_point(*primaries)?;
        let transfer = Transfer::of_code_point(*transfer)?;
        Some(Colorimetry { primaries, transfer, is_narrow: *full_range == 0, peak_nits: self.peak_nits() })
    }

    /// The brightest light of the content by `cLLI`, or else that of the display it was made on by `mDCV`.
    fn peak_nits(&self) -> f64 {
        let content = self.clli.and_then(|data| data.first_chunk());
        let display = self.mdcv.and_then(|data| data.get(16..)?.first_chunk());
        let declared = [content, display].into_iter().flatten().map(|nits| u32::from_be_bytes(*nits));
        // Both count in units of 0.0001 cd/m², and 0 is unknown.
        declared.filter(|nits| *nits > 0).map(|nits| f64::from(nits) / 10_000.0).next().unwrap_or(USUAL_PEAK_NITS)
    }

    /// `gAMA`, with the primaries of `cHRM` or those of sRGB.
    fn gamma(&self) -> Option<Colorimetry> {
        let gama = u32::from_be_bytes(*self.gama?.as_array()?);
        // The range of libpng.
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

/// `cHRM`: white, red, green and blue in units of 0.00001.
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

    fn read(chunks: &[Chunk]) -> ColorChunks<'static> {
        let mut read = ColorChunks::default();
        for (kind, data) in chunks {
            read.read(**kind, data, || true);
        }
        read
    }

    fn declared(chunks: &[Chunk]) -> Declared<'static> {
        read(chunks).declared()
    }

    const P3: Chunk = (b"cICP", &[12, 13, 0, 1]);
    const LINEAR: Chunk = (b"gAMA", &[0, 1, 0x86, 0xa0]);

    fn transfer(chunks: &[Chunk]) -> Option<Transfer> {
        match declared(chunks) {
            Declared::Colorimetry(colorimetry) => Some(colorimetry.transfer),
            _ => None,
        }
    }

    #[test]
    fn the_first_in_rank_counts() {
        let (profile, srgb): (Chunk, Chunk) = ((b"iCCP", b"p"), (b"sRGB", &[0]));
        assert_eq!(transfer(&[LINEAR, srgb, profile, P3]), Some(Transfer::Srgb));
        assert_eq!(declared(&[LINEAR, srgb, profile]), Declared::Profile(b"p"));
        assert_eq!(declared(&[LINEAR, srgb]), Declared::Srgb);
        assert_eq!(transfer(&[LINEAR]), Some(Transfer::Power(1.0)));
        assert_eq!(transfer(&[LINEAR, (b"gAMA", &[0, 0, 0xb1, 0x8f])]), Some(Transfer::Power(1.0)), "the first of two");
        assert_eq!(declared(&[]), Declared::Srgb);
    }

    #[test]
    fn a_chunk_with_a_wrong_checksum_is_absent() {
        let mut chunks = ColorChunks::default();
        chunks.read(*b"gAMA", &[0, 3, 0x0d, 0x40], || false);
        assert_eq!(chunks.declared(), Declared::Srgb);
        chunks.read(*LINEAR.0, LINEAR.1, || true);
        let Declared::Colorimetry(colors) = chunks.declared() else { panic!("the intact one after it counts") };
        assert_eq!(colors.transfer, Transfer::Power(1.0));
        chunks.read(*b"iCCP", b"p", || false);
        assert_eq!(chunks.declared(), Declared::Profile(b"p"));
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
            assert_eq!(declared(&[(b"gAMA", gama)]), Declared::Srgb, "{gama:?}");
        }
        assert_eq!(transfer(&[LINEAR, (b"cHRM", &[1; 31])]), Some(Transfer::Power(1.0)));
        assert_eq!(transfer(&[LINEAR, (b"sRGB", &[4])]), Some(Transfer::Power(1.0)), "an intent that there is not");
        assert_eq!(transfer(&[(b"gAMA", &[0; 5]), LINEAR]), Some(Transfer::Power(1.0)), "the next one counts");
    }

    #[test]
    fn the_brightest_light_is_that_of_the_content_before_that_of_the_display() {
        let peak = |chunks: &[Chunk]| read(chunks).peak_nits();
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
