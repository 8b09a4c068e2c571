//! Spectral selection and successive approximation (T.81, G.1.1.1): which bits of which coefficients the scans have coded so far.
//!
//! ```text
//! scan                       Ss Se Ah Al    lowest bit coded of  DC    1 to 5   6 to 63
//! 1 DC of all components     0  0  0  1                          1     none     none
//! 2 Y, a band                1  5  0  2                          1     2        none
//! 3 Y, the rest              6  63 0  2                          1     2        2
//! 4 Y, refined by a bit      1  63 2  1                          1     1        1
//! 5 DC refined               0  0  1  0                          0     1        1
//! 6 Y, refined               1  63 1  0                          0     0        0         complete
//! ```

use crate::error::Result;

use crate::imaging::codecs::failure::corrupt;

/// The lowest bit that is coded so far of each coefficient, by component and in zigzag order.
#[derive(Default)]
pub(super) struct Progression {
    lowest: [Lowest; 4],
}

#[derive(Clone, Copy)]
struct Lowest([Option<u8>; 64]);

impl Default for Lowest {
    fn default() -> Self {
        Self([None; 64])
    }
}

/// The spectral selection and successive approximation of a scan header (B.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SpectralBand {
    /// The first and the last coefficient of the spectral band, in zigzag order (`Ss` and `Se`). A baseline scan has all.
    pub first: u8,
    pub last: u8,
    /// The lowest bit that earlier scans have coded, 0 for none (`Ah`), and the lowest bit of this scan (`Al`).
    pub high: u8,
    pub low: u8,
}

impl SpectralBand {
    /// Those of a sequential scan, whose header is ignored, as by libjpeg: some encoders write zeros.
    pub(super) const WHOLE: Self = Self { first: 0, last: 63, high: 0, low: 0 };

    /// Parses the last bytes of the header of a progressive scan of `components` components. `None` for invalid values.
    pub(super) fn parse([first, last, bits]: [u8; 3], components: usize) -> Option<Self> {
        let (high, low) = (bits >> 4, bits & 15);
        let is_band = if first == 0 { last == 0 } else { first <= last && last <= 63 && components == 1 };
        let is_bit = low <= 13 && (high == 0 || high == low + 1);
        (is_band && is_bit).then_some(Self { first, last, high, low })
    }
}

impl Progression {
    /// Counts a scan of a component. A sequential file codes each coefficient once, a progressive one bit by bit.
    pub(super) fn add(&mut self, component: usize, spectral_band: SpectralBand) -> Result<()> {
        let Some(Lowest(lowest)) = self.lowest.get_mut(component) else { return Ok(()) };
        if lowest[0].is_none() && spectral_band.first > 0 {
            return Err(corrupt("a progressive JPEG with an AC scan before the DC scan"));
        }
        for bit in lowest.iter_mut().take(usize::from(spectral_band.last) + 1).skip(spectral_band.first.into()) {
            if bit.unwrap_or(0) != spectral_band.high || (bit.is_some() && spectral_band.high == 0) {
                return Err(corrupt("a JPEG whose scans are out of order"));
            }
            *bit = Some(spectral_band.low);
        }
        Ok(())
    }

    /// Whether all coefficients of the first `components` components are coded to the last bit.
    pub(super) fn is_complete(&self, components: usize) -> bool {
        self.lowest.iter().take(components).all(|Lowest(lowest)| lowest.iter().all(|bit| *bit == Some(0)))
    }

    /// Whether each of the first `components` components has its first DC scan; further scans add detail.
    pub(super) fn has_every_dc(&self, components: usize) -> bool {
        self.lowest.iter().take(components).all(|Lowest(lowest)| lowest[0].is_some())
    }
}
