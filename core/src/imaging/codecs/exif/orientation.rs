//! The tag `Orientation` of an EXIF block.

use super::tiff::{LONG, SHORT, Tiff};
use crate::imaging::pixels::orient::Orientation;

const ORIENTATION: u16 = 0x0112;

/// The orientation of an EXIF block: that of the first entry with a valid value. `None` if the block is damaged, or has no such
/// entry: a picture is accepted all the same.
pub(crate) fn orientation(block: &[u8]) -> Option<Orientation> {
    let tiff = Tiff::parse(block)?;
    let entries = tiff.entries(tiff.first_ifd()?)?;
    let mut values = entries.filter(|entry| entry.tag == ORIENTATION).filter_map(|entry| match entry.field_type {
        SHORT => tiff.short(entry.value_at),
        LONG => u16::try_from(tiff.long(entry.value_at)?).ok(),
        _ => None,
    });
    values.find_map(Orientation::from_exif)
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
        assert_eq!(orientation(&block), None, "the IFD lies outside");
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
