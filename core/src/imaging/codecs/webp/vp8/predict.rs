//! Intra prediction (RFC 6386, section 12): a block is predicted from the pixels above it and to its left, before the loop
//! filter.
//!
//! ```text
//! top_left  top  ...            a macroblock at the upper or left edge of the frame has neighbours all the same: 127 above it,
//! left      p    ...            129 to its left; top_left is 127 in the first row, else 129 in the first column
//! ...
//! ```

/// The modes of luma and of chroma of a whole macroblock (RFC 6386, section 8.2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Mode {
    #[default]
    Dc,
    Vertical,
    Horizontal,
    /// Left plus top less top left (`TM_PRED`).
    TrueMotion,
}

/// The modes of a luma subblock (RFC 6386, section 8.3), in the order of the standard's enumeration, which is that of the tables of
/// probabilities.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum SubblockMode {
    #[default]
    Dc,
    TrueMotion,
    Vertical,
    Horizontal,
    LeftDown,
    RightDown,
    VerticalRight,
    VerticalLeft,
    HorizontalDown,
    HorizontalUp,
}

impl SubblockMode {
    /// By number.
    #[cfg(test)]
    pub(super) const ALL: [Self; 10] = [
        Self::Dc,
        Self::TrueMotion,
        Self::Vertical,
        Self::Horizontal,
        Self::LeftDown,
        Self::RightDown,
        Self::VerticalRight,
        Self::VerticalLeft,
        Self::HorizontalDown,
        Self::HorizontalUp,
    ];

    /// The mode of all subblocks that the mode of a whole macroblock implies as context (RFC 6386, section 11.3).
    pub(super) const fn of(mode: Mode) -> Self {
        match mode {
            Mode::Dc => Self::Dc,
            Mode::Vertical => Self::Vertical,
            Mode::Horizontal => Self::Horizontal,
            Mode::TrueMotion => Self::TrueMotion,
        }
    }
}

/// The pixels around a square of `SIDE` pixels: 16 of luma, 8 of chroma.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edges<const SIDE: usize> {
    pub top: [u8; SIDE],
    pub left: [u8; SIDE],
    pub top_left: u8,
    /// Whether they are pixels of the frame, which only the mode DC asks.
    pub has_top: bool,
    pub has_left: bool,
}

/// Predicts luma or one plane of chroma of a macroblock.
#[inline(always)]
pub(super) fn predict<const SIDE: usize>(mode: Mode, edges: &Edges<SIDE>) -> [[u8; SIDE]; SIDE] {
    match mode {
        Mode::Dc => [[dc(&edges.top, &edges.left, edges.has_top, edges.has_left); SIDE]; SIDE],
        Mode::Vertical => [edges.top; SIDE],
        Mode::Horizontal => edges.left.map(|left| [left; SIDE]),
        Mode::TrueMotion => {
            let slope = edges.top.map(|top| i16::from(top) - i16::from(edges.top_left));
            edges.left.map(|left| slope.map(|slope| (slope + i16::from(left)).clamp(0, 255) as u8))
        }
    }
}

/// The mean of the pixels of the frame above and to the left, or 128 where there are none.
#[inline(always)]
pub(super) fn dc<const SIDE: usize>(top: &[u8; SIDE], left: &[u8; SIDE], has_top: bool, has_left: bool) -> u8 {
    let sum = |pixels: &[u8; SIDE]| pixels.iter().map(|pixel| u32::from(*pixel)).sum::<u32>();
    let side = SIDE as u32;
    let mean = match (has_top, has_left) {
        (true, true) => (sum(top) + sum(left) + side) / (2 * side),
        (true, false) => (sum(top) + side / 2) / side,
        (false, true) => (sum(left) + side / 2) / side,
        (false, false) => 128,
    };
    mean as u8
}

/// The pixels around a subblock, from the lowest to the left over the corner to the last above and to the right:
///
/// ```text
/// 4 | 5 6 7 8 | 9 10 11 12
/// 3 | . . . .
/// 2 | . . . .
/// 1 | . . . .
/// 0 | . . . .
/// ```
pub(super) type SubblockEdge = [u8; 13];

/// Predicts a subblock, plainly: what decoder and encoder do with vectors is held against it.
#[cfg(test)]
pub(super) fn predict_subblock(mode: SubblockMode, edge: &SubblockEdge) -> [[u8; 4]; 4] {
    let [l3, l2, l1, l0, corner, t0, t1, t2, t3, ..] = *edge;
    let (left, top) = ([l0, l1, l2, l3], [t0, t1, t2, t3]);
    // Means of two and of three neighbours along the edge; the outermost are repeated.
    let two = |at: usize| ((u16::from(edge[at]) + u16::from(edge[at + 1]) + 1) >> 1) as u8;
    let three = |at: usize| {
        let (before, after) = (edge[at.saturating_sub(1)], edge[(at + 1).min(12)]);
        ((u16::from(before) + 2 * u16::from(edge[at]) + u16::from(after) + 2) >> 2) as u8
    };
    match mode {
        SubblockMode::Dc => {
            let sum: u16 = left.iter().chain(&top).map(|pixel| u16::from(*pixel)).sum();
            [[((sum + 4) >> 3) as u8; 4]; 4]
        }
        SubblockMode::TrueMotion => {
            left.map(|left| top.map(|top| (i16::from(left) + i16::from(top) - i16::from(corner)).clamp(0, 255) as u8))
        }
        SubblockMode::Vertical => [[three(5), three(6), three(7), three(8)]; 4],
        SubblockMode::Horizontal => [[three(3); 4], [three(2); 4], [three(1); 4], [three(0); 4]],
        SubblockMode::LeftDown => {
            let diagonal = [6, 7, 8, 9, 10, 11, 12].map(three);
            [0, 1, 2, 3].map(|y| [0, 1, 2, 3].map(|x| diagonal[x + y]))
        }
        SubblockMode::RightDown => {
            let diagonal = [1, 2, 3, 4, 5, 6, 7].map(three);
            [0, 1, 2, 3].map(|y| [0, 1, 2, 3].map(|x| diagonal[3 + x - y]))
        }
        SubblockMode::VerticalRight => {
            let (upper, lower) = ([two(4), two(5), two(6), two(7)], [three(4), three(5), three(6), three(7)]);
            let shifted = |first, [a, b, c, _]: [u8; 4]| [first, a, b, c];
            [upper, lower, shifted(three(3), upper), shifted(three(2), lower)]
        }
        SubblockMode::VerticalLeft => {
            let (upper, lower) = ([two(5), two(6), two(7), two(8)], [three(6), three(7), three(8), three(9)]);
            let shifted = |[_, b, c, d]: [u8; 4], last| [b, c, d, last];
            [upper, lower, shifted(upper, three(10)), shifted(lower, three(11))]
        }
        SubblockMode::HorizontalDown => {
            let steps = [two(0), three(1), two(1), three(2), two(2), three(3), two(3), three(4), three(5), three(6)];
            [6, 4, 2, 0].map(|first: usize| [0, 1, 2, 3].map(|x| steps[first + x]))
        }
        SubblockMode::HorizontalUp => {
            let steps = [two(2), three(2), two(1), three(1), two(0), three(0), l3, l3, l3, l3];
            [0, 2, 4, 6].map(|first: usize| [0, 1, 2, 3].map(|x| steps[first + x]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_blocks() {
        let edges = Edges {
            top: [10, 20, 30, 40, 50, 60, 70, 80],
            left: [0, 100, 200, 255, 1, 2, 3, 4],
            top_left: 50,
            has_top: true,
            has_left: true,
        };
        let rows = |mode, edges: &Edges<8>| predict(mode, edges);
        assert_eq!(rows(Mode::Dc, &edges), [[58; 8]; 8], "925 / 16");
        assert_eq!(rows(Mode::Dc, &Edges { has_left: false, ..edges }), [[45; 8]; 8]);
        assert_eq!(rows(Mode::Dc, &Edges { has_top: false, ..edges }), [[71; 8]; 8], "565 / 8");
        assert_eq!(rows(Mode::Dc, &Edges { has_top: false, has_left: false, ..edges }), [[128; 8]; 8]);
        assert_eq!(rows(Mode::Vertical, &edges)[7], edges.top);
        assert_eq!(rows(Mode::Horizontal, &edges)[2], [200; 8]);
        assert_eq!(rows(Mode::TrueMotion, &edges)[0], [0, 0, 0, 0, 0, 10, 20, 30]);
        assert_eq!(rows(Mode::TrueMotion, &edges)[3], [215, 225, 235, 245, 255, 255, 255, 255]);
    }

    /// An edge with equal steps: means of neighbours are easy to see.
    #[test]
    fn subblocks() {
        let edge: SubblockEdge = std::array::from_fn(|at| 10 * at as u8);
        let of = |mode| predict_subblock(mode, &edge);
        assert_eq!(of(SubblockMode::Dc), [[40; 4]; 4], "(60 + 260 + 4) / 8");
        assert_eq!(
            of(SubblockMode::TrueMotion),
            [[40, 50, 60, 70], [30, 40, 50, 60], [20, 30, 40, 50], [10, 20, 30, 40]]
        );
        assert_eq!(of(SubblockMode::Vertical), [[50, 60, 70, 80]; 4]);
        assert_eq!(of(SubblockMode::Horizontal), [[30; 4], [20; 4], [10; 4], [3; 4]]);
        let falling = [[60, 70, 80, 90], [70, 80, 90, 100], [80, 90, 100, 110], [90, 100, 110, 118]];
        assert_eq!(of(SubblockMode::LeftDown), falling);
        assert_eq!(
            of(SubblockMode::RightDown),
            [[40, 50, 60, 70], [30, 40, 50, 60], [20, 30, 40, 50], [10, 20, 30, 40]]
        );
        let right = [[45, 55, 65, 75], [40, 50, 60, 70], [30, 45, 55, 65], [20, 40, 50, 60]];
        assert_eq!(of(SubblockMode::VerticalRight), right);
        let left = [[55, 65, 75, 85], [60, 70, 80, 90], [65, 75, 85, 100], [70, 80, 90, 110]];
        assert_eq!(of(SubblockMode::VerticalLeft), left);
        let down = [[35, 40, 50, 60], [25, 30, 35, 40], [15, 20, 25, 30], [5, 10, 15, 20]];
        assert_eq!(of(SubblockMode::HorizontalDown), down);
        assert_eq!(of(SubblockMode::HorizontalUp), [[25, 20, 15, 10], [15, 10, 5, 3], [5, 3, 0, 0], [0; 4]]);
    }
}
