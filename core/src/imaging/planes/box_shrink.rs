//! Box shrink by two, one step of a pyramid: each sample is the mean of four.

use crate::imaging::simd::Simd;

/// Takes rows from top to bottom, and returns one for every two. An odd last row or column counts twice.
#[derive(Debug)]
pub(super) struct BoxShrink {
    simd: Simd,
    height: usize,
    received: usize,
    upper: Vec<u8>,
    row: Vec<u8>,
}

impl BoxShrink {
    pub(super) fn new(width: usize, height: usize, simd: Simd) -> Self {
        let room = width.next_multiple_of(2);
        Self { simd, height, received: 0, upper: vec![0; room], row: vec![0; room / 2] }
    }

    /// Takes the next row, and returns the mean of the last two when there are two.
    pub(super) fn push(&mut self, row: &[u8]) -> Option<&[u8]> {
        let (upper, halved) = (&mut self.upper, &mut self.row);
        self.received += 1;
        if self.received % 2 == 1 {
            upper.iter_mut().zip(row).for_each(|(upper, sample)| *upper = *sample);
            if let (false, [.., last, copy]) = (row.len().is_multiple_of(2), upper.as_mut_slice()) {
                *copy = *last;
            }
            if self.received < self.height {
                return None;
            }
        }
        let is_last = self.received % 2 == 1;
        let lower = if is_last { &[] } else { row };
        self.simd.run(
            #[inline(always)]
            || halve(upper, lower, halved),
        );
        Some(halved)
    }
}

/// `lower` is empty for a last row without one below it.
#[inline(always)]
fn halve(upper: &[u8], lower: &[u8], halved: &mut [u8]) {
    let mean =
        |[a, b]: [u8; 2], [c, d]: [u8; 2]| ((u16::from(a) + u16::from(b) + u16::from(c) + u16::from(d) + 2) >> 2) as u8;
    let upper = upper.as_chunks::<2>().0;
    let (pairs, rest) = lower.as_chunks::<2>();
    if lower.is_empty() {
        halved.iter_mut().zip(upper).for_each(|(to, pair)| *to = mean(*pair, *pair));
        return;
    }
    for ((to, above), below) in halved.iter_mut().zip(upper).zip(pairs) {
        *to = mean(*above, *below);
    }
    if let ([last], Some(to), Some(above)) = (rest, halved.last_mut(), upper.last()) {
        *to = mean(*above, [*last, *last]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_of_four_with_the_edges_repeated() {
        let mut box_shrink = BoxShrink::new(3, 3, Simd::detect());
        assert_eq!(box_shrink.push(&[0, 4, 9]), None);
        assert_eq!(box_shrink.push(&[8, 8, 11]), Some([5, 10].as_slice()));
        assert_eq!(box_shrink.push(&[1, 2, 255]), Some([2, 255].as_slice()));
    }

    #[test]
    fn both_copies_give_the_same() {
        let halved = |simd| {
            let mut box_shrink = BoxShrink::new(101, 2, simd);
            let row = |factor: u32| (0..101_u32).map(|at| (at * factor % 256) as u8).collect::<Vec<_>>();
            assert!(box_shrink.push(&row(77)).is_none());
            box_shrink.push(&row(91)).map(<[u8]>::to_vec)
        };
        assert_eq!(halved(Simd::detect()), halved(Simd::TARGET));
    }
}
