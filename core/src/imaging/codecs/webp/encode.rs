//! WebP without loss (RFC 9649): a container with one `VP8L` chunk, and a profile before it if there is one. An opaque alpha is
//! dropped.

use super::vp8l::encode as vp8l;
use crate::imaging::codecs::failure::Failure;
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::pixels::buffer::Pixels;

pub(in crate::imaging::codecs) use super::vp8l::encode::memory_bytes;

/// The flags of `VP8X`.
const HAS_PROFILE: u8 = 0b10_0000;
const HAS_ALPHA: u8 = 0b1_0000;

pub(in crate::imaging::codecs) fn encode(
    pixels: &Pixels,
    icc: Option<&[u8]>,
    limit: OutputLimit,
) -> Result<Vec<u8>, Failure> {
    let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
    if let Some(icc) = icc {
        limit.reserve(&mut file, icc.len() + 64)?;
        let flags = HAS_PROFILE | if pixels.layout.has_alpha() { HAS_ALPHA } else { 0 };
        let [w0, w1, w2, _] = (pixels.width - 1).to_le_bytes();
        let [h0, h1, h2, _] = (pixels.height - 1).to_le_bytes();
        write_chunk(&mut file, *b"VP8X", &[flags, 0, 0, 0, w0, w1, w2, h0, h1, h2])?;
        write_chunk(&mut file, *b"ICCP", icc)?;
    }
    file.extend(b"VP8L\0\0\0\0");
    let start = file.len();
    vp8l::encode(pixels, limit, &mut file)?;
    let length = file.len() - start;
    put_size(&mut file, start - 4, length)?;
    pad(&mut file);
    let length = file.len() - 8;
    put_size(&mut file, 4, length)?;
    Ok(file)
}

fn write_chunk(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) -> Result<(), Failure> {
    file.extend(kind);
    file.extend(u32::try_from(data.len())?.to_le_bytes());
    file.extend_from_slice(data);
    pad(file);
    Ok(())
}

/// Chunks have an even number of bytes, which their size does not count.
fn pad(file: &mut Vec<u8>) {
    file.extend((file.len() % 2 == 1).then_some(0));
}

fn put_size(file: &mut [u8], at: usize, size: usize) -> Result<(), Failure> {
    let size = u32::try_from(size)?.to_le_bytes();
    file.get_mut(at..at + 4).ok_or("a chunk without a size")?.copy_from_slice(&size);
    Ok(())
}
