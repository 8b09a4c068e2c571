//! How far the scans of a file have come (T.81, G.1.1.1): which bits of which coefficients there are.

use crate::error::Result;

use crate::imaging::codecs::failure::corrupt;

/// The lowest bit that each coefficient of each component has so far, in zigzag order.
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

/// What a scan header says of the coefficients of its components: the band, and the bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SpectralBand {
    /// The first and the last coefficient, in zigzag order. A baseline scan has all.
    pub first: u8,
    pub last: u8,
    /// The bit that comes before this scan's, 0 for none, and this scan's lowest bit (successive approximation).
    pub high: u8,
    pub low: u8,
}

impl SpectralBand {
    /// That of a sequential scan, whatever its header says, as in libjpeg: some encoders write zeros.
    pub(super) const WHOLE: Self = Self { first: 0, last: 63, high: 0, low: 0 };

    /// The band of a progressive scan of `components` components, from the last bytes of its header (B.2.3).
    pub(super) fn parse([first, last, bits]: [u8; 3], components: usize) -> Option<Self> {
        let (high, low) = (bits >> 4, bits & 15);
        let is_band = if first == 0 { last == 0 } else { first <= last && last <= 63 && components == 1 };
        let is_bit = low <= 13 && (high == 0 || high == low + 1);
        (is_band && is_bit).then_some(Self { first, last, high, low })
    }
}

impl Progression {
    /// Counts a scan of a component. Each coefficient comes once in a baseline file, and in a progressive one bit by bit.
    pub(super) fn add(&mut self, component: usize, band: SpectralBand) -> Result<()> {
        let Some(Lowest(lowest)) = self.lowest.get_mut(component) else { return Ok(()) };
        if lowest[0].is_none() && band.first > 0 {
            return Err(corrupt("a progressive JPEG with an AC scan before the DC scan"));
        }
        for bit in lowest.iter_mut().take(usize::from(band.last) + 1).skip(band.first.into()) {
            if bit.unwrap_or(0) != band.high || (bit.is_some() && band.high == 0) {
                return Err(corrupt("a JPEG whose scans are out of order"));
            }
            *bit = Some(band.low);
        }
        Ok(())
    }

    /// Whether the first `components` components have all coefficients, to the last bit.
    pub(super) fn is_complete(&self, components: usize) -> bool {
        self.lowest.iter().take(components).all(|Lowest(lowest)| lowest.iter().all(|bit| *bit == Some(0)))
    }

    /// Whether each of the first `components` components has its first DC scan: further scans only refine the picture.
    pub(super) fn has_every_dc(&self, components: usize) -> bool {
        self.lowest.iter().take(components).all(|Lowest(lowest)| lowest[0].is_some())
    }
}
