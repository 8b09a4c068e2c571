//! Whether a part of a picture is scaled, or copied as it is.

use super::geometry::{Part, Size};

/// Whether `part` of a picture at `size` is a copy of its pixels, so that no filter touches them.
#[allow(clippy::float_cmp, reason = "whole numbers below 2^16 are exact")]
pub(crate) fn is_copy(part: Part, size: Size) -> bool {
    part.left.fract() == 0.0
        && part.top.fract() == 0.0
        && part.width == f64::from(size.width)
        && part.height == f64::from(size.height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_pixels_at_their_size_are_copied() {
        let part = Part { left: 1.0, top: 1.0, width: 2.0, height: 2.0 };
        assert!(is_copy(part, Size { width: 2, height: 2 }));
        assert!(!is_copy(part, Size { width: 2, height: 1 }));
        assert!(!is_copy(Part { left: 0.5, ..part }, Size { width: 2, height: 2 }));
    }
}
