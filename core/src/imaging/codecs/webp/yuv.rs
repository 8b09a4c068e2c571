//! The pixels of a VP8 frame: chroma brought to the size of luma, and both to RGB, a row at a time.
//!
//! A sample of chroma lies in the middle of four pixels. Each pixel takes nine parts of the sample that it is nearest to, three
//! of the next one beside it, three of the next one above or below, and one of that beside both; at the edges samples are
//! repeated. This is what libwebp calls fancy upsampling, and what every browser shows.
//!
//! ```text
//! chroma      a     b      pixels of one row near a     9a + 3b + 3c + d, all / 16, rounded
//!               o o
//!               o o                                     = (3 (3a + c) + (3b + d) + 8) >> 4
//!             c     d
//! ```

use image_webp::vp8::Frame;

/// A frame whose rows are asked for from the top down.
pub(super) struct YuvRows<'f> {
    frame: &'f Frame,
    width: usize,
    height: usize,
    /// Samples from one row of luma to the next in memory.
    stride: usize,
    /// Three parts of the nearer row of chroma and one of the other.
    blended: Vec<u16>,
    blue: Vec<u8>,
    red: Vec<u8>,
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
            blue: vec![0; width],
            red: vec![0; width],
        }
    }

    /// Writes the pixels of a row, `CHANNELS` bytes each, of which the first three are red, green and blue.
    pub(super) fn fill<const CHANNELS: usize>(&mut self, y: usize, row: &mut [u8]) {
        let Self { frame, width, height, stride, blended, blue, red } = self;
        let rows = height.div_ceil(2);
        let near = (y / 2).min(rows.saturating_sub(1));
        let far = if y.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(rows.saturating_sub(1)) };
        for (plane, full) in [(&frame.ubuf, &mut *blue), (&frame.vbuf, &mut *red)] {
            let samples = |row: usize| plane.get(row * *stride / 2..).unwrap_or_default().iter();
            for ((to, near), far) in blended.iter_mut().zip(samples(near)).zip(samples(far)) {
                *to = 3 * u16::from(*near) + u16::from(*far);
            }
            widen(blended, full);
        }
        let luma = frame.ybuf.get(y * *stride..y * *stride + *width).unwrap_or_default();
        let samples = luma.iter().zip(&*blue).zip(&*red);
        for (pixel, ((luma, blue), red)) in row.as_chunks_mut::<CHANNELS>().0.iter_mut().zip(samples) {
            let rgb = to_rgb(*luma, *blue, *red);
            pixel.iter_mut().zip(rgb).for_each(|(to, from)| *to = from);
        }
    }
}

/// Two pixels of each sample: three parts of it and one of its neighbour.
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

/// ITU-R BT.601 from limited range, in the fixed point that libwebp has: products lose their lowest 8 bits, sums 6 more.
#[inline]
fn to_rgb(luma: u8, blue: u8, red: u8) -> [u8; 3] {
    let product = |sample: u8, factor: i32| (i32::from(sample) * factor) >> 8;
    let luma = product(luma, 19_077);
    let level = |sum: i32| (sum >> 6).clamp(0, 255) as u8;
    [
        level(luma + product(red, 26_149) - 14_234),
        level(luma - product(blue, 6_419) - product(red, 13_320) + 8_708),
        level(luma + product(blue, 33_050) - 17_685),
    ]
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image_webp::WebPDecoder;
    use image_webp::vp8::Vp8Decoder;

    use super::*;

    /// Against the library's own rows, which are libwebp's.
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
