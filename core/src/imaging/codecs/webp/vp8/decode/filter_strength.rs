//! How strongly the edges of a macroblock are filtered (RFC 6386, sections 9.6 and 15.2).

use super::header::FrameHeader;
use super::modes::MacroblockModes;

/// The thresholds of the loop filter, of one macroblock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct FilterStrength {
    /// The most that an edge of the macroblock, and one within it, may be sharp to be filtered. Without a filter both are 0.
    pub macroblock_limit: u8,
    pub subblock_limit: u8,
    /// The most that neighbours on either side may differ.
    pub interior_limit: u8,
    /// Beyond this difference next to an edge it has a high variance, and few pixels are changed.
    pub high_variance: u8,
    /// Whether edges within the macroblock are filtered.
    pub is_inner: bool,
}

/// The strengths of a frame: by segment, without and with modes of subblocks. `None` if nothing is filtered.
#[derive(Debug)]
pub(super) struct FilterStrengths([[FilterStrength; 2]; 4]);

impl FilterStrengths {
    pub(super) fn new(header: &FrameHeader) -> Option<Self> {
        let filter = &header.filter;
        let of_level = |level: i32| {
            [level, level + filter.subblocks_delta].map(|level| {
                let level = (level + filter.intra_delta).clamp(0, 63);
                FilterStrength::new(level as u8, filter.sharpness as u8)
            })
        };
        // As in libwebp a level of 0 turns the filter off, even where segments have levels of their own.
        (filter.level > 0).then(|| Self(header.filter_levels().map(of_level)))
    }

    /// Of a macroblock with these modes.
    #[inline(always)]
    pub(super) fn of(&self, modes: &MacroblockModes, has_coefficients: bool) -> FilterStrength {
        let by_kind = &self.0[usize::from(modes.segment & 3)];
        let strength = by_kind[usize::from(modes.has_subblocks())];
        FilterStrength { is_inner: modes.has_subblocks() || has_coefficients, ..strength }
    }
}

impl FilterStrength {
    /// For a level of 0 to 63 and a sharpness of 0 to 7.
    fn new(level: u8, sharpness: u8) -> Self {
        if level == 0 {
            return Self::default();
        }
        let interior = level >> (u8::from(sharpness > 0) + u8::from(sharpness > 4));
        let interior = if sharpness > 0 { interior.min(9 - sharpness) } else { interior };
        let interior_limit = interior.max(1);
        let subblock_limit = 2 * level + interior_limit;
        Self {
            macroblock_limit: subblock_limit + 4,
            subblock_limit,
            interior_limit,
            high_variance: u8::from(level >= 15) + u8::from(level >= 40),
            is_inner: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sharpness_lowers_the_limits() {
        let of = |level, sharpness| {
            let FilterStrength { macroblock_limit, subblock_limit, interior_limit, high_variance, .. } =
                FilterStrength::new(level, sharpness);
            (macroblock_limit, subblock_limit, interior_limit, high_variance)
        };
        assert_eq!(of(0, 0), (0, 0, 0, 0));
        assert_eq!(of(63, 0), (193, 189, 63, 2));
        assert_eq!(of(63, 3), (136, 132, 6, 2));
        assert_eq!(of(20, 7), (46, 42, 2, 1));
        assert_eq!(of(1, 5), (7, 3, 1, 0));
    }
}
