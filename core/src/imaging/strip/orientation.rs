//! An EXIF block that holds the orientation alone.

use crate::imaging::pixels::orient::Orientation;

/// A TIFF structure (CIPA DC-008, section 4.5) of one IFD with one entry, without the prefix of JPEG.
pub(super) fn exif_block(orientation: Orientation) -> [u8; 26] {
    let mut block = *b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
    block[19] = orientation.exif();
    block
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::codecs::exif;

    #[test]
    fn an_orientation_is_read_again() {
        for value in 1..9 {
            let orientation = Orientation::from_exif(value).unwrap();
            assert_eq!(exif::orientation(&exif_block(orientation)), Some(orientation));
        }
    }
}
