//! Encodes a whole VP8L bitstream (RFC 9649, section 3.4 onwards): header, two transforms, one prefix code group, all pixels.

use super::bit_writer::BitWriter;
use super::prefix_code::PrefixCode;
use super::residuals::{Mode, Residuals};
use super::symbols::{Counts, Runs, Writer};
use crate::error::Result;
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::pixels::buffer::Pixels;

const SIGNATURE: u32 = 0x2f;
/// The block size of the predictor transform: the largest, 512 pixels, since all blocks have the same mode.
const BLOCK_BITS: u32 = 9;
/// The approximate number of rows that are sampled to choose the mode, each with the row above it.
const SAMPLED_ROWS: usize = 128;

/// The memory of encoding, without the pixels and the result, in bytes: three rows of pixels, and the counts and codes of
/// symbols.
pub(in crate::imaging) fn memory_bytes(width: u32) -> u64 {
    12 * u64::from(width) + 64 * 1024
}

/// Appends the bitstream of a picture to a file.
///
/// Error: `image_too_large` beyond the limit.
pub(in crate::imaging) fn encode(pixels: &Pixels, limit: OutputLimit, file: &mut Vec<u8>) -> Result<()> {
    let mode = best_mode(pixels);
    let (mut counts, mut runs) = (Counts::new(), Runs::new());
    let mut rows = Residuals::new(pixels, mode);
    while let Some(row) = rows.next_row() {
        runs.push(row, &mut counts);
    }
    runs.end(&mut counts);
    let codes = counts.codes();
    // The header and the code lengths are at most 1000 symbols of 7 bits, with 7 extra bits each.
    limit.reserve(file, (counts.bits(&codes) / 8) as usize + 2048)?;
    let mut bits = BitWriter::new(file);
    write_header(pixels, mode, &mut bits);
    for code in &codes {
        code.write(&mut bits);
    }
    let mut writer = Writer { codes: &codes, bits: &mut bits };
    let mut runs = Runs::new();
    let mut rows = Residuals::new(pixels, mode);
    while let Some(row) = rows.next_row() {
        runs.push(row, &mut writer);
    }
    runs.end(&mut writer);
    bits.finish();
    Ok(())
}

/// The predictor mode with the fewest bits for a sample of the rows.
fn best_mode(pixels: &Pixels) -> Mode {
    let height = pixels.height.max(1) as usize;
    let cost = |mode: Mode| {
        let (mut counts, mut runs) = (Counts::new(), Runs::new());
        for y in (1..height.max(2)).step_by((height / SAMPLED_ROWS).max(1)) {
            if let Some(row) = Residuals::from(pixels, mode, y.min(height - 1)).next_row() {
                runs.push(row, &mut counts);
            }
        }
        runs.end(&mut counts);
        counts.bits(&counts.codes())
    };
    Mode::ALL.into_iter().min_by_key(|mode| cost(*mode)).unwrap_or(Mode::Top)
}

fn write_header(pixels: &Pixels, mode: Mode, bits: &mut BitWriter<'_>) {
    bits.put(SIGNATURE, 8);
    bits.put(pixels.width - 1, 14);
    bits.put(pixels.height - 1, 14);
    bits.put(u32::from(pixels.layout.has_alpha()), 1);
    bits.put(0, 3); // version
    // A flag and the type of each transform: subtract green (2), which is inverted last, then predictor (0).
    bits.put(1, 1);
    bits.put(2, 2);
    bits.put(1, 1);
    bits.put(0, 2);
    bits.put(BLOCK_BITS - 2, 3);
    // The predictor image, whose green is the mode: no colour cache, and codes of one symbol each.
    bits.put(0, 1);
    for symbol in [mode as usize, 0, 0, 0, 0] {
        let mut counts = vec![0; 256];
        if let Some(count) = counts.get_mut(symbol) {
            *count = 1;
        }
        PrefixCode::new(&counts).write(bits);
    }
    bits.put(0, 1); // no more transforms
    bits.put(0, 1); // no colour cache
    bits.put(0, 1); // no entropy image: one prefix code group
}

#[cfg(test)]
mod tests {
    use super::super::super::decode::Decoder;
    use super::*;
    use crate::imaging::codecs::memory_budget::MemoryBudget;
    use crate::imaging::pixels::buffer::Layout;
    use crate::rules::ImageRules;

    fn encoded(pixels: &Pixels) -> Vec<u8> {
        let mut file = Vec::new();
        encode(pixels, OutputLimit::NONE, &mut file).unwrap();
        file
    }

    /// Decodes a bitstream to RGBA by the decoder of this crate, which other tests compare with libwebp.
    fn decoded(stream: &[u8], size: (u32, u32)) -> Vec<[u8; 4]> {
        let rules = ImageRules::default();
        let mut budget = MemoryBudget::new(&rules, 0).unwrap();
        let decoder = Decoder::new(stream, size, &rules, &mut budget).unwrap();
        let mut pixels = Vec::new();
        let rgba = |argb: &u32| {
            let [blue, green, red, alpha] = argb.to_le_bytes();
            [red, green, blue, alpha]
        };
        decoder
            .rows(|row| {
                pixels.extend(row.iter().map(rgba));
                Ok(())
            })
            .unwrap();
        pixels
    }

    /// The same by `image-webp`, whose output is that of libwebp.
    fn decoded_by_library(stream: &[u8]) -> Vec<u8> {
        let size = (stream.len() as u32).to_le_bytes();
        let padding = vec![0; stream.len() % 2];
        let whole = (stream.len() + padding.len() + 12) as u32;
        let file = [&b"RIFF"[..], &whole.to_le_bytes(), b"WEBPVP8L", &size, stream, &padding].concat();
        let mut decoder = image_webp::WebPDecoder::new(std::io::Cursor::new(file)).unwrap();
        let mut pixels = vec![0; decoder.output_buffer_size().unwrap()];
        decoder.read_image(&mut pixels).unwrap();
        pixels
    }

    fn pictures() -> Vec<Pixels> {
        let mut state = 7_u32;
        let mut random = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let mut pictures = Vec::new();
        for layout in [Layout::Gray, Layout::GrayAlpha, Layout::Rgb, Layout::Rgba] {
            for (width, height) in [(1, 1), (2, 1), (1, 9), (37, 23), (600, 3), (5, 700)] {
                let count = width as usize * height as usize * layout.channels();
                let mut add = |data: Vec<u8>| pictures.push(Pixels { width, height, layout, data });
                add((0..count).map(|_| random()).collect());
                add(vec![200; count]);
                add((0..count).map(|at| ((at / layout.channels() / 3) as u8).wrapping_add(random() & 3)).collect());
                add((0..count).map(|at| if at / 1000 % 2 == 0 { 9 } else { random() & 1 }).collect());
            }
        }
        pictures
    }

    #[test]
    fn pixels_survive_a_round_trip_through_both_decoders() {
        for pixels in pictures() {
            let stream = encoded(&pixels);
            let ours = decoded(&stream, (pixels.width, pixels.height));
            let expected: Vec<[u8; 4]> = pixels
                .data
                .chunks_exact(pixels.layout.channels())
                .map(|pixel| match *pixel {
                    [gray] => [gray, gray, gray, 255],
                    [gray, alpha] => [gray, gray, gray, alpha],
                    [red, green, blue] => [red, green, blue, 255],
                    [red, green, blue, alpha] => [red, green, blue, alpha],
                    _ => unreachable!(),
                })
                .collect();
            let name = format!("{:?} {}x{}", pixels.layout, pixels.width, pixels.height);
            assert!(ours == expected, "{name}");
            let channels = if pixels.layout.has_alpha() { 4 } else { 3 };
            let expected: Vec<u8> = expected.iter().flat_map(|pixel| pixel[..channels].to_vec()).collect();
            assert!(decoded_by_library(&stream) == expected, "{name}");
        }
    }

    /// Compared with the encoder of `image-webp`.
    #[test]
    fn files_are_about_as_long_as_those_of_the_library_or_shorter() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/images");
        let photo = std::fs::read(folder.join("transform-photo.jpg")).unwrap();
        let photo = crate::decode(&photo, &crate::Transform::default(), &ImageRules::default()).unwrap();
        let (width, height) = (photo.width, photo.height);
        let pixels = Pixels { width, height, layout: Layout::Rgb, data: photo.bytes.into_owned() };
        let mut theirs = Vec::new();
        let encoder = image_webp::WebPEncoder::new(&mut theirs);
        encoder.encode(&pixels.data, pixels.width, pixels.height, image_webp::ColorType::Rgb8).unwrap();
        let ours = encoded(&pixels).len();
        assert!(100 * ours <= 101 * theirs.len(), "{ours} {}", theirs.len());
    }

    #[test]
    fn a_stream_is_refused_beyond_its_limit() {
        let data = (0..64 * 64 * 3_u32).map(|at| ((at * at) >> 3) as u8).collect();
        let pixels = Pixels { width: 64, height: 64, layout: Layout::Rgb, data };
        let refused = encode(&pixels, OutputLimit::new(1000, 0, 1000), &mut Vec::new()).unwrap_err();
        assert_eq!(refused.code(), "image_too_large");
    }
}
