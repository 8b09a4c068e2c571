//! Upsampling of components with fewer samples than pixels, as in libjpeg: by a factor of 2 with weights of 3/4 and 1/4 (fancy
//! upsampling), by any other factor by repetition.
//!
//! ```text
//! samples of a row  10            20                40
//! pixels            10     13     17     25     35     40      (3 * 10 + 20 + 2) / 4 = 13, (3 * 20 + 10 + 1) / 4 = 17
//! ```

use crate::imaging::simd::Simd;

use super::planes::Plane;

/// How the samples of a component become those of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Upsampling {
    None,
    Across,
    Down,
    Both,
    Repeat { across: usize, down: usize },
}

impl Upsampling {
    /// The upsampling of a component with one sample for `across` times `down` pixels.
    pub(super) fn of(plane: &Plane, across: usize, down: usize, scale: usize) -> Self {
        match (across, down) {
            (1, 1) => Self::None,
            _ if scale == 1 || !is_smooth(plane.width, across, down) => Self::Repeat { across, down },
            (2, 1) => Self::Across,
            (1, 2) => Self::Down,
            _ => Self::Both,
        }
    }

    /// The samples of row `y` of the picture; `buffer` holds them.
    pub(super) fn row<'a>(self, simd: Simd, plane: &'a Plane, y: usize, buffer: &'a mut UpsampleBuffer) -> &'a [u8] {
        // The row of the component, and its neighbour on the side of the row of the picture.
        let near = (y / 2) as isize;
        let far = if y.is_multiple_of(2) { near - 1 } else { near + 1 };
        let to = &mut buffer.samples;
        match self {
            Self::None => return plane.row(y as isize),
            Self::Across => simd.run(
                #[inline(always)]
                || across(plane.row(y as isize), to),
            ),
            Self::Down => simd.run(
                #[inline(always)]
                || down(plane.row(near), plane.row(far), 1 + (y % 2) as u16, to),
            ),
            Self::Both => simd.run(
                #[inline(always)]
                || both(plane.row(near), plane.row(far), &mut buffer.sums, to),
            ),
            Self::Repeat { across, down } => repeat(plane.row((y / down) as isize), across, to),
        }
        &buffer.samples
    }
}

/// Whether libjpeg interpolates a component of this width with one sample for `across` times `down` pixels, instead of repeating
/// its samples.
pub(in crate::imaging) fn is_smooth(width: usize, across: usize, down: usize) -> bool {
    match (across, down) {
        (2, 1 | 2) => width > 2,
        (1, 2) => true,
        _ => false,
    }
}

/// Room for a row.
#[derive(Default)]
pub(super) struct UpsampleBuffer {
    samples: Vec<u8>,
    sums: Vec<u16>,
}

#[inline(always)]
fn across(from: &[u8], to: &mut Vec<u8>) {
    to.resize(2 * from.len(), 0);
    widen(
        from,
        to,
        |this, left| ((3 * u16::from(this) + u16::from(left) + 1) >> 2) as u8,
        |this, right| ((3 * u16::from(this) + u16::from(right) + 2) >> 2) as u8,
    );
    if let ([first, .., last], [to_first, .., to_last]) = (from, to.as_mut_slice()) {
        (*to_first, *to_last) = (*first, *last);
    }
}

#[inline(always)]
fn both(near: &[u8], far: &[u8], sums: &mut Vec<u16>, to: &mut Vec<u8>) {
    sums.resize(near.len(), 0);
    to.resize(2 * near.len(), 0);
    for ((sum, near), far) in sums.iter_mut().zip(near).zip(far) {
        *sum = 3 * u16::from(*near) + u16::from(*far);
    }
    widen(sums, to, |this, left| ((3 * this + left + 8) >> 4) as u8, |this, right| ((3 * this + right + 7) >> 4) as u8);
}

/// Two samples of each one, with its neighbours; at the edges it is its own neighbour.
#[inline(always)]
fn widen<T: Copy>(from: &[T], to: &mut [u8], to_left: impl Fn(T, T) -> u8, to_right: impl Fn(T, T) -> u8) {
    let (pairs, _) = to.as_chunks_mut::<2>();
    if let ([first, second, ..], [pair, ..]) = (from, &mut *pairs) {
        *pair = [to_left(*first, *first), to_right(*first, *second)];
    }
    if let ([.., before, last], [.., pair]) = (from, &mut *pairs) {
        *pair = [to_left(*last, *before), to_right(*last, *last)];
    }
    let (left, this, right) = (from, from.get(1..).unwrap_or_default(), from.get(2..).unwrap_or_default());
    let pairs = pairs.get_mut(1..).unwrap_or_default();
    for (((pair, left), this), right) in pairs.iter_mut().zip(left).zip(this).zip(right) {
        // As one number, of which compilers make better vector code than of two bytes.
        *pair = (u16::from(to_left(*this, *left)) | u16::from(to_right(*this, *right)) << 8).to_le_bytes();
    }
}

#[inline(always)]
fn down(near: &[u8], far: &[u8], rounding: u16, to: &mut Vec<u8>) {
    to.resize(near.len(), 0);
    for ((to, near), far) in to.iter_mut().zip(near).zip(far) {
        *to = ((3 * u16::from(*near) + u16::from(*far) + rounding) >> 2) as u8;
    }
}

fn repeat(from: &[u8], times: usize, to: &mut Vec<u8>) {
    to.clear();
    to.extend(from.iter().flat_map(|sample| std::iter::repeat_n(*sample, times)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_and_rounding_are_those_of_libjpeg() {
        let mut to = Vec::new();
        across(&[10, 20, 40], &mut to);
        assert_eq!(to, [10, (30 + 20 + 2) / 4, (60 + 10 + 1) / 4, (60 + 40 + 2) / 4, (120 + 20 + 1) / 4, 40]);
        down(&[10, 20], &[0, 100], 1, &mut to);
        assert_eq!(to, [31 / 4, 161 / 4]);
        both(&[10, 20, 100], &[10, 20, 100], &mut Vec::new(), &mut to);
        assert_eq!(to, [10, 12, 18, 40, 80, 100], "sixteenths of 168, 207, 288, 647, 1288, 1607");
        repeat(&[1, 2], 3, &mut to);
        assert_eq!(to, [1, 1, 1, 2, 2, 2]);
    }
}
