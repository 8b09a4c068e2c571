//! Intra prediction (RFC 6386, section 12): a square of samples from those above and to the left.

/// The modes of a whole macroblock, by their number in the tree of chroma (RFC 6386, section 8.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Mode {
    #[default]
    Dc = 0,
    Vertical = 1,
    Horizontal = 2,
    TrueMotion = 3,
}

impl Mode {
    pub(super) const ALL: [Self; 4] = [Self::Dc, Self::Vertical, Self::Horizontal, Self::TrueMotion];

    /// The mode of subblocks that it implies for its neighbours (RFC 6386, section 11.3), by its number in the standard.
    pub(super) const fn of_subblocks(self) -> u8 {
        match self {
            Self::Dc => 0,
            Self::TrueMotion => 1,
            Self::Vertical => 2,
            Self::Horizontal => 3,
        }
    }
}

/// The samples around a square. Beyond the picture they are 127 above and 129 to the left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edges<const SIDE: usize> {
    pub above: [u8; SIDE],
    pub left: [u8; SIDE],
    pub corner: u8,
    pub has_above: bool,
    pub has_left: bool,
}

impl<const SIDE: usize> Edges<SIDE> {
    /// The edges of a square whose top left sample is at `x`, `y` of a plane.
    #[inline(always)]
    pub(super) fn of(plane: &[u8], stride: usize, x: usize, y: usize) -> Self {
        let (has_above, has_left) = (y > 0, x > 0);
        let mut edges = Self {
            above: [127; SIDE],
            left: [129; SIDE],
            corner: if has_above { 129 } else { 127 },
            has_above,
            has_left,
        };
        if let (true, Some(above)) = (has_above, plane.get((y.max(1) - 1) * stride + x..)) {
            edges.above.iter_mut().zip(above).for_each(|(to, from)| *to = *from);
        }
        if has_left {
            let column = plane.get(y * stride + x - 1..).unwrap_or_default().iter().step_by(stride.max(1));
            edges.left.iter_mut().zip(column).for_each(|(to, from)| *to = *from);
            if has_above {
                edges.corner = plane.get((y - 1) * stride + x - 1).copied().unwrap_or(129);
            }
        }
        edges
    }

    /// Predicts the square, in rows.
    #[inline(always)]
    pub(super) fn predict(&self, mode: Mode, rows: &mut [[u8; SIDE]; SIDE]) {
        match mode {
            Mode::Dc => *rows = [[self.mean(); SIDE]; SIDE],
            Mode::Vertical => *rows = [self.above; SIDE],
            Mode::Horizontal => rows.iter_mut().zip(self.left).for_each(|(row, left)| *row = [left; SIDE]),
            Mode::TrueMotion => {
                for (row, left) in rows.iter_mut().zip(self.left) {
                    let step = i16::from(left) - i16::from(self.corner);
                    for (to, above) in row.iter_mut().zip(self.above) {
                        *to = (i16::from(above) + step).clamp(0, 255) as u8;
                    }
                }
            }
        }
    }

    /// The mean of the edges that lie in the picture.
    #[inline(always)]
    fn mean(&self) -> u8 {
        let sum = |samples: &[u8; SIDE]| samples.iter().map(|sample| u32::from(*sample)).sum::<u32>();
        let side = SIDE as u32;
        let mean = match (self.has_above, self.has_left) {
            (true, true) => (sum(&self.above) + sum(&self.left) + side) / (2 * side),
            (true, false) => (sum(&self.above) + side / 2) / side,
            (false, true) => (sum(&self.left) + side / 2) / side,
            (false, false) => 128,
        };
        mean as u8
    }
}

/// The number of modes of a subblock.
pub(super) const SUBBLOCK_MODES: usize = 10;

/// The thirteen samples around a subblock: the left ones from the bottom up, the corner, and eight above.
pub(super) type SubblockEdge = [u8; 13];

/// All predictions of a subblock, by the number of the mode, each in rows of four. Each row of most modes is four samples in
/// sequence of the edge, smoothed.
#[inline(always)]
pub(super) fn predict_subblock(edge: &SubblockEdge) -> [[[u8; 4]; 4]; SUBBLOCK_MODES] {
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
