//! The alpha of a lossy picture: an `ALPH` chunk (RFC 9649, section 2.7.1.2). Its values are raw or the green of a VP8L image,
//! and each may be filtered: coded as its difference from a prediction.
//!
//! ```text
//! filter gradient: value = residual + clamp(left + top - top_left), modulo 256
//! residuals  10   1   1         values  10  11  12      the first row is filtered horizontally
//!             5 250   2                 15  10  13      15 = 5 + 10 above; 10 = 250 + (15 + 11 - 10) - 256
//! ```

use crate::error::Result;
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::memory_budget::MemoryBudget;
use crate::rules::ImageRules;

use super::vp8l::decode::Decoder;

/// How the prediction of a value is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filter {
    None,
    Horizontal,
    Vertical,
    Gradient,
}

/// A parsed alpha chunk.
pub(super) struct Alpha<'a> {
    filter: Filter,
    is_compressed: bool,
    data: &'a [u8],
    size: (u32, u32),
}

impl<'a> Alpha<'a> {
    /// Parses the header of the chunk.
    ///
    /// Error: `image_corrupt`.
    pub(super) fn parse(chunk: &'a [u8], size: (u32, u32)) -> Result<Self> {
        let (info, data) = chunk.split_first().ok_or_else(|| corrupt("a WebP with an empty alpha chunk"))?;
        let filter = match info >> 2 & 3 {
            0 => Filter::None,
            1 => Filter::Horizontal,
            2 => Filter::Vertical,
            _ => Filter::Gradient,
        };
        let (preprocessing, compression) = (info >> 4 & 3, info & 3);
        // The highest two bits are reserved; libwebp refuses a chunk that sets them.
        if preprocessing > 1 || compression > 1 || info >> 6 != 0 {
            return Err(corrupt("a WebP whose alpha chunk has invalid flags"));
        }
        let alpha = Self { filter, is_compressed: compression == 1, data, size };
        if !alpha.is_compressed && data.len() < alpha.length() {
            return Err(corrupt("a WebP whose alpha chunk ends early"));
        }
        Ok(alpha)
    }

    /// The number of values.
    fn length(&self) -> usize {
        self.size.0 as usize * self.size.1 as usize
    }

    /// Decodes all values and keeps none.
    ///
    /// Errors: `image_corrupt`, `image_too_large`, `cancelled`.
    pub(super) fn check(&self, rules: &ImageRules, budget: &mut MemoryBudget) -> Result<()> {
        if self.is_compressed { Decoder::of_alpha(self.data, self.size, rules, budget)?.check() } else { Ok(()) }
    }

    /// Passes the values of each row to `take_row`, from top to bottom.
    ///
    /// Errors: `image_corrupt`, `image_too_large`, `cancelled`, and those of `take_row`.
    pub(super) fn rows(
        &self,
        rules: &ImageRules,
        budget: &mut MemoryBudget,
        mut take_row: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let width = self.size.0 as usize;
        let (mut row, mut above) = (budget.zeros::<u8>(width)?, budget.zeros::<u8>(width)?);
        let mut is_first = true;
        let mut finish_row = |row: &mut Vec<u8>| {
            unfilter(self.filter, (!is_first).then_some(above.as_slice()), row);
            is_first = false;
            take_row(row)?;
            std::mem::swap(row, &mut above);
            Ok(())
        };
        if self.is_compressed {
            return Decoder::of_alpha(self.data, self.size, rules, budget)?.rows(|pixels| {
                row.iter_mut().zip(pixels).for_each(|(to, pixel)| *to = (pixel >> 8) as u8);
                finish_row(&mut row)
            });
        }
        for values in self.data.chunks_exact(width.max(1)).take(self.size.1 as usize) {
            rules.check_cancelled()?;
            row.copy_from_slice(values);
            finish_row(&mut row)?;
        }
        Ok(())
    }
}

/// Adds the predictions to the residuals of a row. The first row is always filtered horizontally, and the first value of any
/// other row vertically.
fn unfilter(filter: Filter, above: Option<&[u8]>, row: &mut [u8]) {
    if filter == Filter::None {
        return;
    }
    let Some(above) = above else { return add_predictions(row, 0, |left, _| left, std::iter::repeat((0, 0))) };
    let first = above.first().copied().unwrap_or_default();
    let tops = above.iter().copied().zip(above.iter().copied().skip(1));
    match filter {
        Filter::Horizontal => add_predictions(row, first, |left, _| left, tops),
        Filter::Vertical => add_predictions(row, first, |_, (_, top)| top, tops),
        _ => add_predictions(row, first, |left, (top_left, top)| gradient(left, top, top_left), tops),
    }
}

/// Adds predictions. `first` is that of the first value; `tops` has top left and top of the others.
fn add_predictions(
    row: &mut [u8],
    first: u8,
    predict: impl Fn(u8, (u8, u8)) -> u8,
    tops: impl Iterator<Item = (u8, u8)>,
) {
    let Some((start, rest)) = row.split_first_mut() else { return };
    *start = start.wrapping_add(first);
    let mut left = *start;
    for (value, tops) in rest.iter_mut().zip(tops) {
        left = value.wrapping_add(predict(left, tops));
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
        let (first, second) = values.split_at_mut(3);
        unfilter(filter, None, first);
        unfilter(filter, Some(first), second);
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
    fn reserved_methods_are_refused() {
        for (info, is_ok) in
            [(0, true), (0b01_00, true), (0b01_1100, true), (0b10, false), (0b10_0000, false), (0x40, false)]
        {
            assert_eq!(Alpha::parse(&[info, 0, 0, 0, 0], (2, 2)).is_ok(), is_ok, "{info:b}");
        }
        assert!(Alpha::parse(&[0, 0, 0, 0], (2, 2)).is_err(), "a value is missing");
        assert!(Alpha::parse(&[], (2, 2)).is_err());
    }
}
