//! A decompression bomb: a small PNG that says it is a huge picture, and is.

use std::io::Write;

use png::{BitDepth, ColorType, Compression, Encoder, EncodingError, Filter};

/// 15,000 x 10,000 black pixels at one bit each. Every row is zeros, so the file is about a thousandth of them;
/// as RGBA in memory it would be 600 MB.
pub const WIDTH: u32 = 15_000;
/// See [`WIDTH`].
pub const HEIGHT: u32 = 10_000;

/// A valid PNG of 150 megapixels in some 18 kB.
pub fn draw() -> Result<Vec<u8>, EncodingError> {
    draw_sized(WIDTH, HEIGHT)
}

/// A valid black PNG of any size in pixels.
pub fn draw_sized(width: u32, height: u32) -> Result<Vec<u8>, EncodingError> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    encoder.set_compression(Compression::High);
    encoder.set_filter(Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    let mut rows = writer.stream_writer()?;
    let row = vec![0; width.div_ceil(8) as usize];
    for _ in 0..height {
        rows.write_all(&row)?;
    }
    rows.finish()?;
    writer.finish()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    #[test]
    fn is_small_and_says_that_it_is_huge() {
        let file = super::draw().unwrap();
        assert!(file.len() < 25_000, "{} bytes", file.len());
        assert_eq!(file[16..24], [15_000_u32.to_be_bytes(), 10_000_u32.to_be_bytes()].concat());
    }
}
