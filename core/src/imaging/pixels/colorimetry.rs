//! Colorimetry: the primaries, the white point and the transfer function of samples that have no ICC profile.
//!
//! The matrix between two sets of primaries goes through XYZ, where the white point is adapted by Bradford:
//!
//! ```text
//! linear Display P3 (1, 0, 0) -> XYZ 0.4866 0.2290 0.0000 -> (D65 to D65: nothing to adapt) -> linear sRGB 1.2249 -0.0421 -0.0197
//! ```
//!
//! Its red lies outside sRGB, and is clipped to 255, 0, 0.

use std::ops::{Add, Mul};

use moxcms::{Matrix3d, Vector3d};

use super::transfer::Transfer;

/// A chromaticity: x and y of CIE 1931.
pub(crate) type Xy = [f64; 2];

/// The primaries and the white point of an RGB colour space.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Primaries {
    pub red: Xy,
    pub green: Xy,
    pub blue: Xy,
    pub white: Xy,
}

const D65: Xy = [0.3127, 0.3290];
const ILLUMINANT_C: Xy = [0.310, 0.316];

/// The Bradford matrix, from XYZ to the cone responses in which white points are adapted (ICC.1:2022, annex E).
const BRADFORD: Matrix3d =
    Matrix3d { v: [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]] };

impl Primaries {
    pub(crate) const SRGB: Self = Self::new([0.640, 0.330], [0.300, 0.600], [0.150, 0.060], D65);
    pub(crate) const BT2020: Self = Self::new([0.708, 0.292], [0.170, 0.797], [0.131, 0.046], D65);

    const fn new(red: Xy, green: Xy, blue: Xy, white: Xy) -> Self {
        Self { red, green, blue, white }
    }

    /// The primaries of a code point (ITU-T H.273, table 2). `None` if it is reserved or unspecified.
    pub(crate) const fn of_code_point(code_point: u8) -> Option<Self> {
        Some(match code_point {
            1 => Self::SRGB,
            4 => Self::new([0.67, 0.33], [0.21, 0.71], [0.14, 0.08], ILLUMINANT_C),
            5 => Self::new([0.64, 0.33], [0.29, 0.60], [0.15, 0.06], D65),
            6 | 7 => Self::new([0.630, 0.340], [0.310, 0.595], [0.155, 0.070], D65),
            8 => Self::new([0.681, 0.319], [0.243, 0.692], [0.145, 0.049], ILLUMINANT_C),
            9 => Self::BT2020,
            10 => Self::new([1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [1.0 / 3.0, 1.0 / 3.0]),
            11 => Self::new([0.680, 0.320], [0.265, 0.690], [0.150, 0.060], [0.314, 0.351]),
            12 => Self::new([0.680, 0.320], [0.265, 0.690], [0.150, 0.060], D65),
            22 => Self::new([0.630, 0.340], [0.295, 0.605], [0.155, 0.077], D65),
            _ => return None,
        })
    }

    /// Whether these are the primaries of sRGB, within the rounding of files.
    pub(crate) fn is_srgb(&self) -> bool {
        let flat = |primaries: &Self| [primaries.red, primaries.green, primaries.blue, primaries.white];
        let pairs = flat(self).into_iter().flatten().zip(flat(&Self::SRGB).into_iter().flatten());
        pairs.map(|(ours, theirs)| (ours - theirs).abs()).all(|difference| difference < 0.002)
    }

    /// The matrix from linear light to XYZ. `None` if the primaries lie on a line, or white is not a mixture of them.
    fn to_xyz(self) -> Option<Matrix3d> {
        let [red, green, blue] = [self.red, self.green, self.blue].map(|[x, y]| [x, y, 1.0 - x - y]);
        let white = white_xyz(self.white)?;
        let row = |axis: usize| [red[axis], green[axis], blue[axis]];
        let mixed = Matrix3d { v: [row(0), row(1), row(2)] };
        if mixed.determinant().is_none_or(|determinant| determinant.abs() < 1e-6) {
            return None;
        }
        let amounts = mixed.inverse().mul_vector(white).v;
        let is_mixture = amounts.iter().all(|amount| amount.is_finite() && *amount > 0.0);
        is_mixture.then(|| Matrix3d { v: mixed.v.map(|row| [0, 1, 2].map(|at| row[at] * amounts[at])) })
    }

    /// The matrix from linear light of these primaries to that of others, adapted so that white stays white.
    pub(crate) fn matrix_to(self, other: Self) -> Option<[[f64; 3]; 3]> {
        let (from, to) = (self.to_xyz()?, other.to_xyz()?);
        let response = |white: Xy| Some(BRADFORD.mul_vector(white_xyz(white)?).v);
        let (source, target) = (response(self.white)?, response(other.white)?);
        let mut scale = Matrix3d { v: [[0.0; 3]; 3] };
        for at in 0..3 {
            scale.v[at][at] = target[at] / source[at];
        }
        let adapted = BRADFORD.inverse().mat_mul(scale).mat_mul(BRADFORD).mat_mul(from);
        let matrix = to.inverse().mat_mul(adapted).v;
        matrix.iter().flatten().all(|value| value.is_finite()).then_some(matrix)
    }
}

/// The XYZ of a white point, with a luminance of 1.
fn white_xyz([x, y]: Xy) -> Option<Vector3d> {
    (y > 0.0).then(|| Vector3d { v: [x / y, 1.0, (1.0 - x - y) / y] })
}

/// A matrix times a vector.
pub(crate) fn multiply<T: Copy + Mul<Output = T> + Add<Output = T>>(matrix: &[[T; 3]; 3], [a, b, c]: [T; 3]) -> [T; 3] {
    matrix.map(|[x, y, z]| x * a + y * b + z * c)
}

/// The colour space of RGB or gray samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Colorimetry {
    pub primaries: Primaries,
    pub transfer: Transfer,
    /// Whether samples are in narrow range (video range): in 8 bits, 16 is black and 235 is white.
    pub is_narrow: bool,
    /// The peak luminance of the content, in cd/m², for HDR transfer functions.
    pub peak_nits: f64,
}

impl Colorimetry {
    /// The linear light of a sample of 8 or 16 bits.
    pub(crate) fn to_linear(self, sample: u32, sample_bits: u8) -> f64 {
        if !self.is_narrow {
            return self.transfer.to_linear(f64::from(sample) / f64::from((1_u32 << sample_bits) - 1));
        }
        let [black, white] = [16_u32, 235].map(|level| f64::from(level << (sample_bits - 8)));
        let signal = ((f64::from(sample) - black) / (white - black)).min(1.0);
        // Below black the transfer function is mirrored (PNG, third edition, section 11.3.2.6).
        self.transfer.to_linear(signal.abs()).copysign(signal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(ours: [[f64; 3]; 3], theirs: [[f64; 3]; 3]) {
        for (ours, theirs) in ours.iter().flatten().zip(theirs.iter().flatten()) {
            assert!((ours - theirs).abs() < 2e-4, "{ours} is not {theirs}");
        }
    }

    #[test]
    fn matrices_are_those_that_are_published() {
        // ITU-R BT.2087, section 2, from BT.709 to BT.2020.
        let wide = Primaries::SRGB.matrix_to(Primaries::BT2020).unwrap();
        assert_close(wide, [[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]]);
        // CSS Color Module Level 4, section 18: sRGB and Display P3 to XYZ.
        let xyz = [[0.41239, 0.35758, 0.18048], [0.21264, 0.71517, 0.07219], [0.01933, 0.11919, 0.95053]];
        assert_close(Primaries::SRGB.to_xyz().unwrap().v, xyz);
        let p3 = Primaries::of_code_point(12).unwrap();
        let xyz = [[0.48657, 0.26567, 0.19822], [0.22897, 0.69174, 0.07929], [0.0, 0.04511, 1.04394]];
        assert_close(p3.to_xyz().unwrap().v, xyz);
    }

    #[test]
    fn white_becomes_white() {
        for primaries in (0..=255).filter_map(Primaries::of_code_point) {
            let matrix = primaries.matrix_to(Primaries::SRGB).unwrap();
            for channel in multiply(&matrix, [1.0; 3]) {
                assert!((channel - 1.0).abs() < 1e-9, "{primaries:?}: {channel}");
            }
        }
    }

    #[test]
    fn degenerate_primaries_have_no_matrix() {
        let point = [0.3, 0.3];
        let with = |red, white| Primaries { red, white, ..Primaries::SRGB };
        assert!(Primaries::new(point, point, point, D65).to_xyz().is_none());
        assert!(with([0.225, 0.33], D65).to_xyz().is_none(), "on a line");
        assert!(with([0.64, 0.33], [0.7, 0.25]).to_xyz().is_none(), "a white outside");
        assert!(with([0.64, 0.33], [0.3, 0.0]).to_xyz().is_none(), "a white without light");
        assert!(with([0.64, 0.33], D65).is_srgb() && !Primaries::of_code_point(5).unwrap().is_srgb());
    }
}
