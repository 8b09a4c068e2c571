//! Colours under transparent pixels: nobody sees them, so they become what costs the fewest bits.
//!
//! A square that is transparent everywhere continues the one to the left, or the one above. In one that is visible in places, the
//! rest becomes the mean of what is visible.

/// The side of a square of luma.
const SIDE: usize = 8;

/// Replaces the samples of transparent pixels, in planes of full macroblocks of a picture of this size.
pub(super) fn flatten_transparent(
    luma: &mut [u8],
    chroma: &mut [Vec<u8>; 2],
    stride: usize,
    (width, height): (usize, usize),
    alpha: &[u8],
) {
    let is_visible = |x: usize, y: usize| {
        // Beyond the picture the edge is repeated.
        let at = y.min(height.max(1) - 1) * width + x.min(width.max(1) - 1);
        alpha.get(at).is_none_or(|alpha| *alpha > 0)
    };
    for y in (0..luma.len() / stride.max(1)).step_by(SIDE) {
        for x in (0..stride).step_by(SIDE) {
            flatten::<SIDE>(luma, stride, (x, y), is_visible);
            for plane in chroma.iter_mut() {
                flatten::<{ SIDE / 2 }>(plane, stride / 2, (x / 2, y / 2), |x, y| {
                    [(0, 0), (1, 0), (0, 1), (1, 1)].iter().any(|(right, down)| is_visible(2 * x + right, 2 * y + down))
                });
            }
        }
    }
}

/// Flattens a square of a plane.
fn flatten<const SIDE: usize>(
    plane: &mut [u8],
    stride: usize,
    (left, top): (usize, usize),
    is_visible: impl Fn(usize, usize) -> bool,
) {
    let (mut sum, mut count) = (0, 0);
    let positions = || (0..SIDE * SIDE).map(|at| (left + at % SIDE, top + at / SIDE));
    for (x, y) in positions().filter(|(x, y)| is_visible(*x, *y)) {
        sum += plane.get(y * stride + x).copied().map_or(0, u32::from);
        count += 1;
    }
    if count == (SIDE * SIDE) as u32 {
        return;
    }
    let neighbour =
        if left > 0 { Some(top * stride + left - 1) } else { top.checked_sub(1).map(|above| above * stride) };
    let level = match (sum + count / 2).checked_div(count) {
        Some(mean) => mean as u8,
        None => neighbour.and_then(|at| plane.get(at).copied()).unwrap_or(128),
    };
    for (x, y) in positions().filter(|(x, y)| !is_visible(*x, *y)) {
        if let Some(sample) = plane.get_mut(y * stride + x) {
            *sample = level;
        }
    }
}
