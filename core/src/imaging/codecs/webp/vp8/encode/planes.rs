//! The planes of a frame: full macroblocks of Y, U and V in limited range (ITU-R BT.601), which are replaced by their
//! reconstruction while the frame is encoded.

/// Three planes of full macroblocks.
pub(super) struct Planes {
    /// Macroblocks across and down.
    pub columns: usize,
    pub rows: usize,
    pub luma: Vec<u8>,
    pub chroma: [Vec<u8>; 2],
}

impl Planes {
    /// The memory of the planes of a picture, in bytes.
    pub(super) fn memory_bytes(width: u32, height: u32) -> u64 {
        let side = |pixels: u32| u64::from(pixels.next_multiple_of(16));
        side(width) * side(height) * 3 / 2
    }

    pub(super) fn stride(&self) -> usize {
        16 * self.columns
    }

    /// Copies a square of samples at `x`, `y`.
    #[inline(always)]
    pub(super) fn square<const SIDE: usize>(plane: &[u8], stride: usize, x: usize, y: usize) -> [[u8; SIDE]; SIDE] {
        let mut square = [[0; SIDE]; SIDE];
        for (row, to) in square.iter_mut().enumerate() {
            let start = (y + row) * stride + x;
            if let Some(from) = plane.get(start..start + SIDE) {
                to.copy_from_slice(from);
            }
        }
        square
    }

    /// Replaces a square of samples at `x`, `y`.
    #[inline(always)]
    pub(super) fn put_square<const SIDE: usize>(
        plane: &mut [u8],
        stride: usize,
        x: usize,
        y: usize,
        square: &[[u8; SIDE]; SIDE],
    ) {
        for (row, from) in square.iter().enumerate() {
            let start = (y + row) * stride + x;
            if let Some(to) = plane.get_mut(start..start + SIDE) {
                to.copy_from_slice(from);
            }
        }
    }
}
