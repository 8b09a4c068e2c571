//! The alpha of a lossy picture: an `ALPH` chunk (RFC 9649, section 2.7.1.2).

use crate::error::Result;
use crate::imaging::header::corrupt;
use crate::imaging::memory_budget::MemoryBudget;
use crate::rules::ImageRules;

use super::vp8l::Decoder;

/// How each value was coded as its difference from an expected one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filter {
    None,
    Horizontal,
    Vertical,
    Gradient,
}

/// An alpha chunk that is read up to its values.
pub(super) struct Alpha<'a> {
    filter: Filter,
    is_compressed: bool,
    data: &'a [u8],
    size: (u32, u32),
}

impl<'a> Alpha<'a> {
    /// Error: `image_corrupt`.
    pub(super) fn parse(chunk: &'a [u8], size: (u32, u32)) -> Result<Self> {
        let (info, data) = chunk.split_first().ok_or_else(|| corrupt("its alpha chunk is empty"))?;
        let filter = match info >> 2 & 3 {
            0 => Filter::None,
            1 => Filter::Horizontal,
            2 => Filter::Vertical,
            _ => Filter::Gradient,
        };
        let (preprocessing, compression) = (info >> 4 & 3, info & 3);
        // The highest two bits are reserved, and libwebp refuses what sets them.
        if preprocessing > 1 || compression > 1 || info >> 6 != 0 {
            return Err(corrupt("its alpha chunk is of a kind that there is not"));
        }
        let alpha = Self { filter, is_compressed: compression == 1, data, size };
        if !alpha.is_compressed && data.len() < alpha.length() {
            return Err(corrupt("its alpha chunk ends early"));
        }
        Ok(alpha)
    }

    fn length(&self) -> usize {
        self.size.0 as usize * self.size.1 as usize
    }

    /// Decodes everything and keeps nothing.
    ///
    /// Errors: `image_corrupt`, `image_too_large`, `cancelled`.
    pub(super) fn check(&self, rules: &ImageRules, budget: &mut MemoryBudget) -> Result<()> {
        if self.is_compressed { Decoder::of_alpha(self.data, self.size, rules, budget)?.check() } else { Ok(()) }
    }

    /// The alpha of each pixel, row by row.
    ///
    /// Errors: `image_corrupt`, `image_too_large`, `cancelled`.
    pub(super) fn decode(&self, rules: &ImageRules, budget: &mut MemoryBudget) -> Result<Vec<u8>> {
        budget.take(self.length() as u64)?;
        let mut values = Vec::with_capacity(self.length());
        if self.is_compressed {
            let decoder = Decoder::of_alpha(self.data, self.size, rules, budget)?;
            // The values are the green of a picture.
            decoder.rows(|row| values.extend(row.iter().map(|pixel| (pixel >> 8) as u8)))?;
        } else {
            values.extend(self.data.iter().take(self.length()));
        }
        unfilter(self.filter, &mut values, self.size.0 as usize);
        Ok(values)
    }
}

/// Adds to each value what was expected of it. The first row is always filtered horizontally, and the first value of any
/// other row vertically.
fn unfilter(filter: Filter, values: &mut [u8], width: usize) {
    if filter == Filter::None {
        return;
    }
    let mut above: Option<&[u8]> = None;
    for row in values.chunks_exact_mut(width.max(1)) {
        match above {
            None => undo(row, 0, |left, _| left, std::iter::repeat((0, 0))),
            Some(above) => {
                let first = above.first().copied().unwrap_or_default();
                let tops = above.iter().copied().zip(above.iter().copied().skip(1));
                match filter {
                    Filter::Horizontal => undo(row, first, |left, _| left, tops),
                    Filter::Vertical => undo(row, first, |_, (_, top)| top, tops),
                    _ => undo(row, first, |left, (top_left, top)| gradient(left, top, top_left), tops),
                }
            }
        }
        above = Some(row);
    }
}

/// `tops` has the values above to the left and above, from the second pixel on.
fn undo(row: &mut [u8], first: u8, expect: impl Fn(u8, (u8, u8)) -> u8, tops: impl Iterator<Item = (u8, u8)>) {
    let Some((start, rest)) = row.split_first_mut() else { return };
    *start = start.wrapping_add(first);
    let mut left = *start;
    for (value, tops) in rest.iter_mut().zip(tops) {
        left = value.wrapping_add(expect(left, tops));
        *value = left;
    }
}

fn gradient(left: u8, top: u8, top_left: u8) -> u8 {
    (i16::from(left) + i16::from(top) - i16::from(top_left)).clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unfiltered(filter: Filter, coded: [u8; 6]) -> [u8; 6] {
        let mut values = coded;
        unfilter(filter, &mut values, 3);
        values
    }

    /// By hand, after RFC 9649, section 2.7.1.2.
    #[test]
    fn every_filter() {
        let coded = [10, 1, 1, 5, 250, 2];
        assert_eq!(unfiltered(Filter::None, coded), coded);
        assert_eq!(unfiltered(Filter::Horizontal, coded), [10, 11, 12, 15, 9, 11]);
        assert_eq!(unfiltered(Filter::Vertical, coded), [10, 11, 12, 15, 5, 14]);
        assert_eq!(unfiltered(Filter::Gradient, coded), [10, 11, 12, 15, 10, 13]);
    }

    #[test]
    fn kinds_that_there_are_not() {
        for (info, is_ok) in
            [(0, true), (0b01_00, true), (0b01_1100, true), (0b10, false), (0b10_0000, false), (0x40, false)]
        {
            assert_eq!(Alpha::parse(&[info, 0, 0, 0, 0], (2, 2)).is_ok(), is_ok, "{info:b}");
        }
        assert!(Alpha::parse(&[0, 0, 0, 0], (2, 2)).is_err(), "a value is missing");
        assert!(Alpha::parse(&[], (2, 2)).is_err());
    }
}
