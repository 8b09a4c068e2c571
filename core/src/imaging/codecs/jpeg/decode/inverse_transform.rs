//! The inverse DCT of adjacent blocks, at the size that the scale of their plane needs.

use fearless_simd::Simd as Vectors;

use crate::imaging::simd::{Kernel, Simd};

use super::idct::{Block, few_samples, flat, mean, samples};
use super::planes::Plane;

/// Transforms adjacent blocks and writes their samples into the newest band of a plane, `row` blocks below its top, from block
/// `column` on. `last_nonzero` has the zigzag index of the last nonzero coefficient of each block.
pub(super) fn fill(
    simd: Simd,
    plane: &mut Plane,
    (row, column): (usize, usize),
    blocks: &[Block],
    last_nonzero: &[u8],
) {
    let at = (row, column);
    macro_rules! of {
        ($across:literal, $down:literal) => {
            simd.run_kernel(Fill::<$across, $down> { plane, at, blocks, last_nonzero })
        };
    }
    match (plane.across, plane.down) {
        (8, 8) => of!(8, 8),
        // Equal sampling factors, or 4:2:0.
        (1, 1) => of!(1, 1),
        (2, 2) => of!(2, 2),
        (3, 3) => of!(3, 3),
        (4, 4) => of!(4, 4),
        (5, 5) => of!(5, 5),
        (6, 6) => of!(6, 6),
        (7, 7) => of!(7, 7),
        // 4:2:2 and 4:4:0.
        (2, 1) => of!(2, 1),
        (4, 2) => of!(4, 2),
        (6, 3) => of!(6, 3),
        (8, 4) => of!(8, 4),
        (1, 2) => of!(1, 2),
        (2, 4) => of!(2, 4),
        (3, 6) => of!(3, 6),
        (4, 8) => of!(4, 8),
        // 4:1:1, and the like.
        (4, 1) => of!(4, 1),
        (8, 2) => of!(8, 2),
        (8, 1) => of!(8, 1),
        (1, 4) => of!(1, 4),
        (2, 8) => of!(2, 8),
        _ => of!(1, 8),
    }
}

struct Fill<'a, const ACROSS: usize, const DOWN: usize> {
    plane: &'a mut Plane,
    at: (usize, usize),
    blocks: &'a [Block],
    last_nonzero: &'a [u8],
}

impl<const ACROSS: usize, const DOWN: usize> Kernel for Fill<'_, ACROSS, DOWN> {
    #[inline(always)]
    fn run<S: Vectors>(self, vectors: S) {
        let mut rows = self.plane.strip::<DOWN>(self.at.0, self.at.1, self.blocks.len());
        for (place, (block, last)) in self.blocks.iter().zip(self.last_nonzero).enumerate() {
            if (ACROSS, DOWN) == (1, 1) {
                put::<ACROSS, 1>(&mut rows, place, &[[mean(block)]]);
            } else if *last == 0 {
                put::<ACROSS, 8>(&mut rows, place, &[[flat::<ACROSS, DOWN>(block); 8]; DOWN]);
            } else if ACROSS <= 4 && DOWN <= 4 {
                put::<ACROSS, 4>(&mut rows, place, &few_samples::<S, ACROSS, DOWN>(vectors, block));
            } else {
                put::<ACROSS, 8>(&mut rows, place, &samples::<S, ACROSS, DOWN>(vectors, block));
            }
        }
    }
}

#[inline(always)]
fn put<const ACROSS: usize, const ROOM: usize>(rows: &mut [&mut [u8]], place: usize, samples: &[[u8; ROOM]]) {
    for (row, samples) in rows.iter_mut().zip(samples) {
        let to = row.get_mut(place * ACROSS..(place + 1) * ACROSS);
        if let (Some(to), Some(samples)) = (to, samples.get(..ACROSS)) {
            to.copy_from_slice(samples);
        }
    }
}
