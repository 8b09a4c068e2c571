//! The orientation out of an EXIF block (CIPA DC-008, a TIFF structure), and nothing else of it.
//!
//! Bounded: one directory of at most 65,535 entries of 12 bytes, read once, inside the block given.

use crate::imaging::pixels::orient::Orientation;

const ORIENTATION_TAG: u16 = 0x0112;
const TYPE_SHORT: u16 = 3;
const TYPE_LONG: u16 = 4;

/// The orientation that an EXIF block states. `None` where the block is damaged, has none, or has a wrong value:
/// a picture that cannot be turned is still a picture. The `Exif\0\0` prefix of JPEG is skipped where it stands, since
/// some writers put it into WebP and PNG too.
pub(crate) fn orientation(block: &[u8]) -> Option<Orientation> {
    let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    let little = match tiff.get(..4)? {
        b"II\x2a\0" => true,
        b"MM\0\x2a" => false,
        _ => return None,
    };
    let reader = Reader { tiff, little };
    let directory = reader.long(4)? as usize;
    let count = usize::from(reader.short(directory)?);
    for index in 0..count {
        let entry = directory.checked_add(2 + 12 * index)?;
        if reader.short(entry)? != ORIENTATION_TAG {
            continue;
        }
        let value = match reader.short(entry + 2)? {
            TYPE_SHORT => reader.short(entry + 8)?,
            TYPE_LONG => u16::try_from(reader.long(entry + 8)?).ok()?,
            _ => continue,
        };
        if let Some(orientation) = Orientation::from_exif(value) {
            return Some(orientation);
        }
    }
    None
}

struct Reader<'a> {
    tiff: &'a [u8],
    little: bool,
}

impl Reader<'_> {
    fn short(&self, offset: usize) -> Option<u16> {
        let bytes = self.tiff.get(offset..)?.first_chunk::<2>()?;
        Some(if self.little { u16::from_le_bytes(*bytes) } else { u16::from_be_bytes(*bytes) })
    }

    fn long(&self, offset: usize) -> Option<u32> {
        let bytes = self.tiff.get(offset..)?.first_chunk::<4>()?;
        Some(if self.little { u32::from_le_bytes(*bytes) } else { u32::from_be_bytes(*bytes) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LITTLE: &[u8] = b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    const BIG: &[u8] = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";

    #[test]
    fn both_byte_orders_with_and_without_prefix() {
        for block in [LITTLE, BIG] {
            assert_eq!(orientation(block), Some(Orientation::Rotate90));
            assert_eq!(orientation(&[b"Exif\0\0", block].concat()), Some(Orientation::Rotate90));
        }
    }

    #[test]
    fn wrong_values_and_damage_give_none() {
        for value in [0, 9, 255] {
            let mut block = LITTLE.to_vec();
            block[18] = value;
            assert_eq!(orientation(&block), None);
        }
        let mut block = LITTLE.to_vec();
        block[4..8].fill(0xff);
        assert_eq!(orientation(&block), None, "the directory lies outside");
        for end in 0..20 {
            assert_eq!(orientation(&LITTLE[..end]), None, "cut at {end}");
        }
    }

    #[test]
    fn the_first_valid_entry_wins() {
        let mut block = b"II\x2a\0\x08\0\0\0\x02\0".to_vec();
        block.extend(b"\x12\x01\x03\0\x01\0\0\0\x63\0\0\0");
        block.extend(b"\x12\x01\x04\0\x01\0\0\0\x08\0\0\0");
        assert_eq!(orientation(&block), Some(Orientation::Rotate270));
    }
}
