//! The neighbours of squares in the planes, and all predictions of a subblock at once.

use super::super::predict::{Edges, Mode, SubblockEdge};

/// The edges of a square whose top left sample is at `x`, `y` of a plane. Beyond the picture they are 127 above and 129 to the left.
#[inline(always)]
pub(super) fn edges_of<const SIDE: usize>(plane: &[u8], stride: usize, x: usize, y: usize) -> Edges<SIDE> {
    let (has_top, has_left) = (y > 0, x > 0);
    let top_left = if has_top { 129 } else { 127 };
    let mut edges = Edges { top: [127; SIDE], left: [129; SIDE], top_left, has_top, has_left };
    if let (true, Some(top)) = (has_top, plane.get((y.max(1) - 1) * stride + x..)) {
        edges.top.iter_mut().zip(top).for_each(|(to, from)| *to = *from);
    }
    if has_left {
        let column = plane.get(y * stride + x - 1..).unwrap_or_default().iter().step_by(stride.max(1));
        edges.left.iter_mut().zip(column).for_each(|(to, from)| *to = *from);
        if has_top {
            edges.top_left = plane.get((y - 1) * stride + x - 1).copied().unwrap_or(129);
        }
    }
    edges
}

/// The modes of a whole macroblock.
pub(super) const MODES: [Mode; 4] = [Mode::Dc, Mode::Vertical, Mode::Horizontal, Mode::TrueMotion];

/// The number of modes of a subblock.
pub(super) const SUBBLOCK_MODES: usize = 10;

/// All predictions of a subblock, by the number of the mode, each in rows of four. Each row of most modes is four samples in
/// sequence of the edge, smoothed.
#[inline(always)]
pub(super) fn predict_all(edge: &SubblockEdge) -> [[[u8; 4]; 4]; SUBBLOCK_MODES] {
    let wide = |a: u8, b: u8, c: u8| ((u16::from(a) + 2 * u16::from(b) + u16::from(c) + 2) >> 2) as u8;
    let mut t3 = [0; 12];
    for (to, [a, b, c]) in t3.iter_mut().zip(edge.array_windows::<3>()) {
        *to = wide(*a, *b, *c);
    }
    t3[11] = wide(edge[11], edge[12], edge[12]);
    let mut t2 = [0; 12];
    for (to, [a, b]) in t2.iter_mut().zip(edge.array_windows::<2>()) {
        *to = ((u16::from(*a) + u16::from(*b) + 1) >> 1) as u8;
    }
    let lowest = wide(edge[1], edge[0], edge[0]);
    let [l3, l2, l1, l0, corner, a0, a1, a2, a3, ..] = *edge;
    let sum: u16 = [l3, l2, l1, l0, a0, a1, a2, a3].into_iter().map(u16::from).sum();
    let mean = ((sum + 4) >> 3) as u8;
    let true_motion = |left: u8| {
        let step = i16::from(left) - i16::from(corner);
        [a0, a1, a2, a3].map(|above| (i16::from(above) + step).clamp(0, 255) as u8)
    };
    let three = |at: usize| [t3[at], t3[at + 1], t3[at + 2], t3[at + 3]];
    let two = |at: usize| [t2[at], t2[at + 1], t2[at + 2], t2[at + 3]];
    [
        [[mean; 4]; 4],
        [true_motion(l0), true_motion(l1), true_motion(l2), true_motion(l3)],
        [three(4); 4],
        [[t3[2]; 4], [t3[1]; 4], [t3[0]; 4], [lowest; 4]],
        [three(5), three(6), three(7), three(8)],
        [three(3), three(2), three(1), three(0)],
        [two(4), three(3), [t3[2], t2[4], t2[5], t2[6]], [t3[1], t3[3], t3[4], t3[5]]],
        [two(5), three(5), [t2[6], t2[7], t2[8], t3[9]], [t3[6], t3[7], t3[8], t3[10]]],
        [
            [t2[3], t3[3], t3[4], t3[5]],
            [t2[2], t3[2], t2[3], t3[3]],
            [t2[1], t3[1], t2[2], t3[2]],
            [t2[0], t3[0], t2[1], t3[1]],
        ],
        [[t2[2], t3[1], t2[1], t3[0]], [t2[1], t3[0], t2[0], lowest], [t2[0], lowest, l3, l3], [l3; 4]],
    ]
}

#[cfg(test)]
mod tests {
    use super::super::super::predict::{SubblockMode, predict_subblock};
    use super::*;

    /// By their number in the standard.
    const IN_ORDER: [SubblockMode; 10] = [
        SubblockMode::Dc,
        SubblockMode::TrueMotion,
        SubblockMode::Vertical,
        SubblockMode::Horizontal,
        SubblockMode::LeftDown,
        SubblockMode::RightDown,
        SubblockMode::VerticalRight,
        SubblockMode::VerticalLeft,
        SubblockMode::HorizontalDown,
        SubblockMode::HorizontalUp,
    ];

    #[test]
    fn all_predictions_are_those_of_each_mode() {
        let mut state = 7_u32;
        for _ in 0..200 {
            let edge: SubblockEdge = std::array::from_fn(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            });
            assert_eq!(predict_all(&edge), IN_ORDER.map(|mode| predict_subblock(mode, &edge)));
        }
    }
}
