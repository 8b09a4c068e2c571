//! PNGs of every kind.

use std::fs;
use std::path::Path;

use png::{BitDepth, ColorType, Encoder};
use presize::PixelImage;

/// A TIFF directory whose only entry is the orientation 6.
pub(crate) const EXIF_TURNED: [u8; 26] =
    [b'I', b'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];

pub(crate) fn eight_bits(image: &PixelImage<'_>) -> Vec<u8> {
    written(image, color_type(image), BitDepth::Eight, &image.bytes, |_| {})
}

pub(crate) fn sixteen_bits(image: &PixelImage<'_>) -> Vec<u8> {
    written(image, color_type(image), BitDepth::Sixteen, &doubled(&image.bytes), |_| {})
}

/// Of gray pixels, whose levels are the indices of colours.
pub(crate) fn palette(image: &PixelImage<'_>, has_transparency: bool) -> Vec<u8> {
    let colors: Vec<u8> = (0..=255_u8).flat_map(|index| [index, index, 255 - index / 2]).collect();
    written(image, ColorType::Indexed, BitDepth::Eight, &image.bytes, |encoder| {
        encoder.set_palette(colors);
        if has_transparency {
            encoder.set_trns((0..200).collect::<Vec<u8>>());
        }
    })
}

fn color_type(image: &PixelImage<'_>) -> ColorType {
    match image.channels {
        1 => ColorType::Grayscale,
        3 => ColorType::Rgb,
        _ => ColorType::Rgba,
    }
}

/// Samples of 16 bits.
fn doubled(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|byte| [*byte, byte.wrapping_mul(7)]).collect()
}

fn written(
    image: &PixelImage<'_>,
    color: ColorType,
    depth: BitDepth,
    bytes: &[u8],
    set: impl FnOnce(&mut Encoder<'_, &mut Vec<u8>>),
) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, image.width, image.height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    encoder.set_compression(png::Compression::Fast);
    set(&mut encoder);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(bytes).unwrap();
    drop(writer);
    file
}

/// Adam7, each row without a filter.
pub(crate) fn interlaced(image: &PixelImage<'_>, depth: u8) -> Vec<u8> {
    let passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
    let (width, height) = (image.width as usize, image.height as usize);
    let pixel_bytes = usize::from(image.channels) * usize::from(depth) / 8;
    let samples = if depth == 16 { doubled(&image.bytes) } else { image.bytes.to_vec() };
    let mut rows = Vec::with_capacity(samples.len() + 4 * height);
    for (left, top, across, down) in passes {
        for y in (top..height).step_by(down) {
            rows.push(0);
            for x in (left..width).step_by(across) {
                rows.extend(&samples[(y * width + x) * pixel_bytes..][..pixel_bytes]);
            }
        }
    }
    let color = color_type(image) as u8;
    let size = [image.width.to_be_bytes(), image.height.to_be_bytes()].concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(*b"IHDR", &[&size[..], &[depth, color, 0, 0, 1]].concat()),
        chunk(*b"IDAT", &fdeflate::compress_to_vec(&rows)),
        chunk(*b"IEND", &[]),
    ]
    .concat()
}

fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut table = [0_u32; 256];
    for (byte, entry) in (0_u32..).zip(&mut table) {
        *entry = (0..8).fold(byte, |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 });
    }
    let bytes = kind.iter().chain(data);
    let crc = !bytes.fold(u32::MAX, |crc, byte| crc >> 8 ^ table[((crc ^ u32::from(*byte)) & 255) as usize]);
    [&(data.len() as u32).to_be_bytes()[..], &kind, data, &crc.to_be_bytes()].concat()
}

/// The signature and `IHDR`, after which other chunks may stand.
const HEAD_BYTES: usize = 33;

/// The same with an EXIF orientation of 6.
pub(crate) fn turned(file: &[u8]) -> Vec<u8> {
    [&file[..HEAD_BYTES], &chunk(*b"eXIf", &EXIF_TURNED), &file[HEAD_BYTES..]].concat()
}

/// The same with the profile of an image of the vectors.
pub(crate) fn with_profile(file: &[u8]) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/images");
    let other = fs::read(folder.join("icc_p3.png")).unwrap();
    let at = other.windows(4).position(|kind| kind == b"iCCP").unwrap() - 4;
    let length = u32::from_be_bytes(*other[at..].first_chunk().unwrap()) as usize;
    [&file[..HEAD_BYTES], &other[at..at + length + 12], &file[HEAD_BYTES..]].concat()
}
