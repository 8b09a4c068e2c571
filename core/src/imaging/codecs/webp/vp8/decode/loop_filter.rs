//! The loop filter (RFC 6386, section 15): smooths the edges of macroblocks and of subblocks, 16 pixels along an edge at once.
//!
//! Across an edge lie four pixels on either side. They are changed where the edge is less sharp than a limit, since a sharper one
//! is likely to be in the picture, and where no two neighbours differ by more than another one:
//!
//! ```text
//! p3 p2 p1 p0 | q0 q1 q2 q3       |p0 - q0| * 2 + |p1 - q1| / 2 <= limit
//!
//! edge of a macroblock            p2 to q2 change; where the variance is high, p0 and q0 alone
//! edge of a subblock              p1 to q1 change; where the variance is high, p0 and q0 alone
//! simple filter                   p0 and q0 of luma change
//! ```
//!
//! The order is fixed, since an edge sees what others have changed: macroblocks in the order of the file, and of each the left
//! edge, the vertical ones within, the upper edge, the horizontal ones within.

use fearless_simd::prelude::*;
use fearless_simd::{Simd, i8x16, i16x8, u8x16, u32x4};

use super::filter_strength::FilterStrength;
use super::lines::{load, store};
use super::macroblock::Macroblock;
use crate::imaging::simd::Kernel;

/// Filters a row of macroblocks, and the lowest pixels of the row above.
pub(super) struct FilterRow<'a> {
    /// Empty for the first row.
    pub above: &'a mut [Macroblock],
    pub row: &'a mut [Macroblock],
    pub strengths: &'a [FilterStrength],
    pub is_simple: bool,
}

impl Kernel for FilterRow<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, vectors: S) {
        let Self { above, row, strengths, is_simple } = self;
        let mut above = above.iter_mut();
        for (x, strength) in strengths.iter().enumerate() {
            let above = above.next();
            if strength.subblock_limit == 0 {
                continue;
            }
            let Some((before, rest)) = row.split_at_mut_checked(x) else { return };
            let Some(this) = rest.first_mut() else { return };
            let thresholds = Thresholds::new(vectors, *strength, is_simple);
            filter(vectors, before.last_mut(), above, this, &thresholds);
        }
    }
}

/// The thresholds of a macroblock, in every lane.
struct Thresholds<S: Simd> {
    macroblock_limit: u8x16<S>,
    subblock_limit: u8x16<S>,
    interior_limit: u8x16<S>,
    high_variance: u8x16<S>,
    is_inner: bool,
    is_simple: bool,
}

impl<S: Simd> Thresholds<S> {
    #[inline(always)]
    fn new(simd: S, strength: FilterStrength, is_simple: bool) -> Self {
        Self {
            macroblock_limit: u8x16::splat(simd, strength.macroblock_limit),
            subblock_limit: u8x16::splat(simd, strength.subblock_limit),
            interior_limit: u8x16::splat(simd, strength.interior_limit),
            high_variance: u8x16::splat(simd, strength.high_variance),
            is_inner: strength.is_inner,
            is_simple,
        }
    }
}

#[inline(always)]
fn filter<S: Simd>(
    simd: S,
    mut left: Option<&mut Macroblock>,
    mut above: Option<&mut Macroblock>,
    this: &mut Macroblock,
    thresholds: &Thresholds<S>,
) {
    let none = u8x16::splat(simd, 0);
    let left_luma = left.as_mut().map(|left| &mut left.luma);
    if thresholds.is_inner {
        let mut lines = [none; 20];
        lines[4..].copy_from_slice(&rotated::<S, 16, 4>(load(simd, &this.luma)));
        match left_luma {
            Some(left) => {
                lines[..4].copy_from_slice(&luma_columns::<S, 12>(simd, left));
                filter_lines(&mut lines, true, thresholds);
                put_luma_columns::<S, 12>([lines[0], lines[1], lines[2], lines[3]], left);
            }
            None => filter_lines(&mut lines, false, thresholds),
        }
        if let Some(columns) = lines.last_chunk::<16>() {
            store(&rotated::<S, 16, 4>(*columns), &mut this.luma);
        }
    } else if let Some(left) = left_luma {
        let [p3, p2, p1, p0] = luma_columns::<S, 12>(simd, left);
        let [q0, q1, q2, q3] = luma_columns::<S, 0>(simd, &this.luma);
        let mut lines = [p3, p2, p1, p0, q0, q1, q2, q3];
        filter_lines(&mut lines, true, thresholds);
        let [p3, p2, p1, p0, q0, q1, q2, q3] = lines;
        put_luma_columns::<S, 12>([p3, p2, p1, p0], left);
        put_luma_columns::<S, 0>([q0, q1, q2, q3], &mut this.luma);
    }
    let above_luma = above.as_mut().and_then(|above| above.luma.last_chunk_mut::<4>());
    filter_rows::<S, 16, 20>(simd, above_luma, &mut this.luma, thresholds);
    if thresholds.is_simple {
        return;
    }

    let left_chroma = left.map(|left| &mut left.chroma);
    if thresholds.is_inner {
        let mut lines = [none; 12];
        lines[4..].copy_from_slice(&rotated::<S, 8, 4>(load(simd, &this.chroma)));
        match left_chroma {
            Some(left) => {
                lines[..4].copy_from_slice(&chroma_columns::<S, 4>(simd, left));
                filter_lines(&mut lines, true, thresholds);
                put_chroma_columns::<S, 4>([lines[0], lines[1], lines[2], lines[3]], left);
            }
            None => filter_lines(&mut lines, false, thresholds),
        }
        if let Some(columns) = lines.last_chunk::<8>() {
            store(&rotated::<S, 8, 3>(*columns), &mut this.chroma);
        }
    } else if let Some(left) = left_chroma {
        let [p3, p2, p1, p0] = chroma_columns::<S, 4>(simd, left);
        let [q0, q1, q2, q3] = chroma_columns::<S, 0>(simd, &this.chroma);
        let mut lines = [p3, p2, p1, p0, q0, q1, q2, q3];
        filter_lines(&mut lines, true, thresholds);
        let [p3, p2, p1, p0, q0, q1, q2, q3] = lines;
        put_chroma_columns::<S, 4>([p3, p2, p1, p0], left);
        put_chroma_columns::<S, 0>([q0, q1, q2, q3], &mut this.chroma);
    }
    let above_chroma = above.and_then(|above| above.chroma.last_chunk_mut::<4>());
    filter_rows::<S, 8, 12>(simd, above_chroma, &mut this.chroma, thresholds);
}

/// Filters the horizontal edges of `ROWS` rows, and the one between them and the four rows above.
#[inline(always)]
fn filter_rows<S: Simd, const ROWS: usize, const LINES: usize>(
    simd: S,
    above: Option<&mut [[u8; 16]; 4]>,
    rows: &mut [[u8; 16]; ROWS],
    thresholds: &Thresholds<S>,
) {
    let none = u8x16::splat(simd, 0);
    if thresholds.is_inner {
        let mut lines = [none; LINES];
        lines[4..].copy_from_slice(&load(simd, rows));
        match above {
            Some(above) => {
                lines[..4].copy_from_slice(&load(simd, above));
                filter_lines(&mut lines, true, thresholds);
                store(&[lines[0], lines[1], lines[2], lines[3]], above);
            }
            None => filter_lines(&mut lines, false, thresholds),
        }
        if let Some(lines) = lines.last_chunk::<ROWS>() {
            store(lines, rows);
        }
    } else if let (Some(above), Some(rows)) = (above, rows.first_chunk_mut::<4>()) {
        let ([p3, p2, p1, p0], [q0, q1, q2, q3]) = (load(simd, above), load(simd, rows));
        let mut lines = [p3, p2, p1, p0, q0, q1, q2, q3];
        filter_lines(&mut lines, true, thresholds);
        let [p3, p2, p1, p0, q0, q1, q2, q3] = lines;
        store(&[p3, p2, p1, p0], above);
        store(&[q0, q1, q2, q3], rows);
    }
}

/// One byte of a vector is found by the number of its vector, in as many bits as it takes, followed by four bits for its place.
/// This rotates all of these numbers to the left by `BITS`: by four, and rows of 16 pixels become columns, since
///
/// ```text
/// row, four bits | column, four bits      ->  column | row
/// row, three bits | plane, column         ->  column | row, plane      chroma: three bits of a column, one of a plane
/// row, two bits | row, column of two bits ->  column | row             four columns of 16 rows
/// ```
#[inline(always)]
fn rotated<S: Simd, const COUNT: usize, const BITS: usize>(mut lines: [u8x16<S>; COUNT]) -> [u8x16<S>; COUNT] {
    for _ in 0..BITS {
        let before = lines;
        for at in 0..COUNT / 2 {
            lines[2 * at] = before[at].zip_low(before[at + COUNT / 2]);
            lines[2 * at + 1] = before[at].zip_high(before[at + COUNT / 2]);
        }
    }
    lines
}

/// Four columns of luma, from the one at `AT` on.
#[inline(always)]
fn luma_columns<S: Simd, const AT: usize>(simd: S, rows: &[[u8; 16]; 16]) -> [u8x16<S>; 4] {
    let four =
        |row: usize| u32::from_le_bytes([rows[row][AT], rows[row][AT + 1], rows[row][AT + 2], rows[row][AT + 3]]);
    let quarter = |row: usize| -> u8x16<S> {
        u32x4::load_array(simd, [four(row), four(row + 1), four(row + 2), four(row + 3)]).bitcast()
    };
    rotated::<S, 4, 4>([quarter(0), quarter(4), quarter(8), quarter(12)])
}

#[inline(always)]
fn put_luma_columns<S: Simd, const AT: usize>(columns: [u8x16<S>; 4], rows: &mut [[u8; 16]; 16]) {
    let quarters = rotated::<S, 4, 2>(columns);
    for (rows, quarter) in rows.as_chunks_mut::<4>().0.iter_mut().zip(quarters) {
        let quarter: u32x4<S> = quarter.bitcast();
        for (row, four) in rows.iter_mut().zip(quarter.as_slice()) {
            row[AT..AT + 4].copy_from_slice(&four.to_le_bytes());
        }
    }
}

/// The same of chroma, with pixels of both planes in turns.
#[inline(always)]
fn chroma_columns<S: Simd, const AT: usize>(simd: S, rows: &[[u8; 16]; 8]) -> [u8x16<S>; 4] {
    let mut lines = [u8x16::splat(simd, 0); 4];
    for (line, [a, b]) in lines.iter_mut().zip(rows.as_chunks::<2>().0) {
        let fours = [four(a, AT), four(a, AT + 8), four(b, AT), four(b, AT + 8)];
        *line = u32x4::load_array(simd, fours).bitcast();
    }
    rotated::<S, 4, 4>(lines)
}

/// Four pixels of a row.
#[inline(always)]
fn four(row: &[u8; 16], at: usize) -> u32 {
    u32::from_le_bytes([row[at], row[at + 1], row[at + 2], row[at + 3]])
}

#[inline(always)]
fn put_chroma_columns<S: Simd, const AT: usize>(columns: [u8x16<S>; 4], rows: &mut [[u8; 16]; 8]) {
    let quarters = rotated::<S, 4, 2>(columns);
    for (rows, quarter) in rows.as_chunks_mut::<2>().0.iter_mut().zip(quarters) {
        let quarter: u32x4<S> = quarter.bitcast();
        for (row, [u, v]) in rows.iter_mut().zip(quarter.as_slice().as_chunks::<2>().0) {
            row[AT..AT + 4].copy_from_slice(&u.to_le_bytes());
            row[AT + 8..AT + 12].copy_from_slice(&v.to_le_bytes());
        }
    }
}

/// Filters the edge between the fourth and the fifth line, which is that of a macroblock, if `has_first`, and then those after
/// every further four lines.
#[inline(always)]
fn filter_lines<S: Simd, const LINES: usize>(
    lines: &mut [u8x16<S>; LINES],
    has_first: bool,
    thresholds: &Thresholds<S>,
) {
    for at in (0..LINES - 4).step_by(4) {
        let Some(edge) = lines[at..].first_chunk_mut::<8>() else { return };
        match (at, thresholds.is_simple) {
            (0, _) if !has_first => {}
            (0, true) => filter_simple(edge, thresholds.macroblock_limit),
            (_, true) => filter_simple(edge, thresholds.subblock_limit),
            (0, false) => filter_macroblock_edge(edge, thresholds),
            (_, false) => filter_subblock_edge(edge, thresholds),
        }
    }
}

type Lines<S> = [u8x16<S>; 8];

#[inline(always)]
fn difference<S: Simd>(a: u8x16<S>, b: u8x16<S>) -> u8x16<S> {
    a.saturating_sub(b) | b.saturating_sub(a)
}

/// Where an edge is not too sharp, as -1.
#[inline(always)]
fn is_soft<S: Simd>([_, _, p1, p0, q0, q1, ..]: Lines<S>, limit: u8x16<S>) -> i8x16<S> {
    let near = difference(p0, q0);
    let sum = near.saturating_add(near).saturating_add(difference(p1, q1) >> 1);
    sum.simd_le(limit).to_vector()
}

/// Where pixels are changed, and where the variance is high, as -1.
#[inline(always)]
fn masks<S: Simd>(lines: Lines<S>, limit: u8x16<S>, thresholds: &Thresholds<S>) -> (i8x16<S>, i8x16<S>) {
    let [p3, p2, p1, p0, q0, q1, q2, q3] = lines;
    let next = difference(p1, p0).max(difference(q1, q0));
    let far = difference(p3, p2).max(difference(p2, p1)).max(difference(q3, q2)).max(difference(q2, q1));
    let is_even = next.max(far).simd_le(thresholds.interior_limit).to_vector();
    let is_low = next.simd_le(thresholds.high_variance).to_vector();
    (is_soft(lines, limit) & is_even, !is_low)
}

#[inline(always)]
fn signed<S: Simd>(pixels: u8x16<S>) -> i8x16<S> {
    (pixels ^ 0x80).bitcast()
}

#[inline(always)]
fn unsigned<S: Simd>(pixels: i8x16<S>) -> u8x16<S> {
    pixels.bitcast::<u8x16<S>>() ^ 0x80
}

/// `outer` and three times the step across the edge.
#[inline(always)]
fn step<S: Simd>(outer: i8x16<S>, p0: i8x16<S>, q0: i8x16<S>) -> i8x16<S> {
    let across = q0.saturating_sub(p0);
    outer.saturating_add(across).saturating_add(across).saturating_add(across)
}

/// Changes `p0` and `q0` by an eighth of a step, and returns the change of `q0`.
#[inline(always)]
fn change_nearest<S: Simd>(step: i8x16<S>, p0: &mut i8x16<S>, q0: &mut i8x16<S>) -> i8x16<S> {
    let change = step.saturating_add(4) >> 3;
    *q0 = q0.saturating_sub(change);
    *p0 = p0.saturating_add(step.saturating_add(3) >> 3);
    change
}

#[inline(always)]
fn filter_simple<S: Simd>(lines: &mut Lines<S>, limit: u8x16<S>) {
    let [_, _, p1, p0, q0, q1, ..] = *lines;
    let (p1, mut p0, mut q0, q1) = (signed(p1), signed(p0), signed(q0), signed(q1));
    let step = step(p1.saturating_sub(q1), p0, q0) & is_soft(*lines, limit);
    change_nearest(step, &mut p0, &mut q0);
    (lines[3], lines[4]) = (unsigned(p0), unsigned(q0));
}

#[inline(always)]
fn filter_subblock_edge<S: Simd>(lines: &mut Lines<S>, thresholds: &Thresholds<S>) {
    let (is_changed, is_high) = masks(*lines, thresholds.subblock_limit, thresholds);
    let [_, _, p1, p0, q0, q1, ..] = *lines;
    let (p1, mut p0, mut q0, q1) = (signed(p1), signed(p0), signed(q0), signed(q1));
    let step = step(p1.saturating_sub(q1) & is_high, p0, q0) & is_changed;
    let change = change_nearest(step, &mut p0, &mut q0);
    let half = (change.saturating_add(1) >> 1) & !is_high;
    lines[2] = unsigned(p1.saturating_add(half));
    (lines[3], lines[4]) = (unsigned(p0), unsigned(q0));
    lines[5] = unsigned(q1.saturating_sub(half));
}

#[inline(always)]
fn filter_macroblock_edge<S: Simd>(lines: &mut Lines<S>, thresholds: &Thresholds<S>) {
    let (is_changed, is_high) = masks(*lines, thresholds.macroblock_limit, thresholds);
    let [_, p2, p1, p0, q0, q1, q2, _] = *lines;
    let (p2, p1, mut p0) = (signed(p2), signed(p1), signed(p0));
    let (mut q0, q1, q2) = (signed(q0), signed(q1), signed(q2));
    let step = step(p1.saturating_sub(q1), p0, q0) & is_changed;
    change_nearest(step & is_high, &mut p0, &mut q0);
    // 9, 18 and 27 of 128 parts of the step.
    let (low, high) = (step & !is_high).widen();
    let (low, high) = (low * 9, high * 9);
    let far = part(low, high);
    let middle = part(low + low, high + high);
    let near = part(low + low + low, high + high + high);
    lines[1] = unsigned(p2.saturating_add(far));
    lines[2] = unsigned(p1.saturating_add(middle));
    (lines[3], lines[4]) = (unsigned(p0.saturating_add(near)), unsigned(q0.saturating_sub(near)));
    lines[5] = unsigned(q1.saturating_sub(middle));
    lines[6] = unsigned(q2.saturating_sub(far));
}

/// A 128th, rounded.
#[inline(always)]
fn part<S: Simd>(low: i16x8<S>, high: i16x8<S>) -> i8x16<S> {
    ((low + 63) >> 7).saturating_narrow((high + 63) >> 7)
}
