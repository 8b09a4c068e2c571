//! Decoded pixels as a `bytes` object, without a moment at which there are two of them.
//!
//! The object is filled from its end, and the pixels are cut there as they are copied:
//!
//! ```text
//! pixels  [0 1 2 3 4 5 6 7]    [0 1 2 3 4 5 6]    [0 1 2 3 4 5]    ...    []
//! bytes   [. . . . . . . .]    [. . . . . . . 7]  [. . . . . . 6 7]       [0 1 2 3 4 5 6 7]
//! ```
//!
//! Python hands out zeros that take no memory until they are written (`bytes(n)`), and `io.BytesIO` writes to an object
//! that nobody else has, and returns it as it is. Were either otherwise, this would take more memory and be as right.

use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// Below this, two of them are no matter.
const LEAST_BYTES: usize = 4 << 20;
/// What is written at once, which is copied once more on its way.
const PIECE_BYTES: usize = 1 << 20;
/// An allocator that copies what it cuts does so this many times at most.
const CUTS: usize = 8;

/// The pixels as `bytes`.
pub(crate) fn into_bytes(py: Python<'_>, mut pixels: Vec<u8>) -> PyResult<Bound<'_, PyBytes>> {
    let length = pixels.len();
    if length < LEAST_BYTES {
        return Ok(PyBytes::new(py, &pixels));
    }
    let zeros = py.get_type::<PyBytes>().call1((length,))?;
    let file = py.import("io")?.getattr("BytesIO")?.call1((zeros,))?;
    while !pixels.is_empty() {
        let rest = pixels.len().saturating_sub(length.div_ceil(CUTS));
        file.call_method1("seek", (rest,))?;
        for piece in pixels.get(rest..).unwrap_or_default().chunks(PIECE_BYTES) {
            file.call_method1("write", (PyBytes::new(py, piece),))?;
        }
        pixels.truncate(rest);
        pixels.shrink_to_fit();
    }
    Ok(file.call_method0("getvalue")?.cast_into()?)
}
