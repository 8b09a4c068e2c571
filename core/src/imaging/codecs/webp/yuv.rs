//! Chroma upsampling and YUV to RGB of a decoded VP8 frame, a row at a time.
//!
//! A chroma sample lies in the middle of four pixels. A pixel is a bilinear mixture of the four nearest samples, with the weights
//! 9, 3, 3 and 1 over 16; at the edges samples are repeated. libwebp calls this fancy upsampling, and every browser shows it.
//!
//! ```text
//! chroma      a     b      the pixel next to a     (9a + 3b + 3c + d + 8) >> 4
//!               o o                                = (3 (3a + c) + (3b + d) + 8) >> 4
//!               o o        a 100, b 120, c 60, d 40: (3 * 360 + 400 + 8) >> 4 = 93
//!             c     d
//! ```

use image_webp::vp8::Frame;

/// Converts rows of a frame.
pub(super) struct YuvRows<'f> {
    frame: &'f Frame,
    width: usize,
    height: usize,
    /// Luma samples from one row to the next in memory.
    stride: usize,
    /// Three times the nearer chroma row plus the farther one.
    blended: Vec<u16>,
    /// A row of U (Cb) and V (Cr) at the width of the picture.
    u: Vec<u8>,
    v: Vec<u8>,
}

impl<'f> YuvRows<'f> {
    pub(super) fn new(frame: &'f Frame) -> Self {
        let (width, height) = (usize::from(frame.width), usize::from(frame.height));
        Self {
            frame,
            width,
            height,
            stride: width.next_multiple_of(16),
            blended: vec![0; width.div_ceil(2)],
            u: vec![0; width],
            v: vec![0; width],
        }
    }

    /// Writes row `y`: `CHANNELS` bytes per pixel, the first three of which are red, green and blue.
    pub(super) fn fill<const CHANNELS: usize>(&mut self, y: usize, row: &mut [u8]) {
        let Self { frame, width, height, stride, blended, u, v } = self;
        let rows = height.div_ceil(2);
        let near = (y / 2).min(rows.saturating_sub(1));
        let far = if y.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(rows.saturating_sub(1)) };
        for (plane, full) in [(&frame.ubuf, &mut *u), (&frame.vbuf, &mut *v)] {
            let samples = |row: usize| plane.get(row * *stride / 2..).unwrap_or_default().iter();
            for ((to, near), far) in blended.iter_mut().zip(samples(near)).zip(samples(far)) {
                *to = 3 * u16::from(*near) + u16::from(*far);
            }
            widen(blended, full);
        }
        let luma = frame.ybuf.get(y * *stride..y * *stride + *width).unwrap_or_default();
        let samples = luma.iter().zip(&*u).zip(&*v);
        for (pixel, ((luma, u), v)) in row.as_chunks_mut::<CHANNELS>().0.iter_mut().zip(samples) {
            let rgb = to_rgb(*luma, *u, *v);
            pixel.iter_mut().zip(rgb).for_each(|(to, from)| *to = from);
        }
    }
}

/// Doubles a row: each sample becomes two pixels, with a weight of 3 for the sample and 1 for its neighbour.
fn widen(blended: &[u16], full: &mut [u8]) {
    let mix = |near: u16, far: u16| ((3 * near + far + 8) >> 4) as u8;
    if let (Some(first), Some(to)) = (blended.first(), full.first_mut()) {
        *to = mix(*first, *first);
    }
    let pairs = full.get_mut(1..).unwrap_or_default().as_chunks_mut::<2>().0;
    for ([left, right], [near, next]) in pairs.iter_mut().zip(blended.array_windows::<2>()) {
        (*left, *right) = (mix(*near, *next), mix(*next, *near));
    }
    if let (true, Some(last), Some(to)) = (full.len().is_multiple_of(2), blended.last(), full.last_mut()) {
        *to = mix(*last, *last);
    }
}

/// YUV to RGB by ITU-R BT.601, limited range, in the fixed point of libwebp: products drop their lowest 8 bits, sums 6 more.
#[inline]
fn to_rgb(luma: u8, u: u8, v: u8) -> [u8; 3] {
    let product = |sample: u8, factor: i32| (i32::from(sample) * factor) >> 8;
    let luma = product(luma, 19_077);
    let level = |sum: i32| (sum >> 6).clamp(0, 255) as u8;
    [
        level(luma + product(v, 26_149) - 14_234),
        level(luma - product(u, 6_419) - product(v, 13_320) + 8_708),
        level(luma + product(u, 33_050) - 17_685),
    ]
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image_webp::WebPDecoder;
    use image_webp::vp8::Vp8Decoder;

    use super::*;

    /// Compared with the rows of the library, which are those of libwebp.
    #[test]
    fn rows_are_those_of_the_library() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/images");
        let mut compared = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            let Some(data) = bytes.get(20..).filter(|_| bytes.get(8..16) == Some(b"WEBPVP8 ")) else { continue };
            let Ok(frame) = Vp8Decoder::decode_frame(Cursor::new(data)) else { continue };
            let Ok(mut decoder) = WebPDecoder::new(Cursor::new(&bytes)) else { continue };
            let mut expected = vec![0; decoder.output_buffer_size().unwrap()];
            if decoder.has_alpha() || decoder.read_image(&mut expected).is_err() {
                continue;
            }
            let mut rows = YuvRows::new(&frame);
            let mut row = vec![0; 3 * usize::from(frame.width)];
            for (y, expected) in expected.chunks_exact(row.len()).enumerate() {
                rows.fill::<3>(y, &mut row);
                assert!(row == expected, "{}x{}, row {y}", frame.width, frame.height);
            }
            compared += 1;
        }
        assert!(compared > 2, "{compared}");
    }
}
