//! The checksum of a PNG's chunk (PNG, third edition, section 5.3): CRC-32, a byte at a time.
//!
//! The `png` crate checks those of the chunks that it reads. Here are those that say whether a small chunk counts at all, and the
//! one of image data that is cut off, which is made anew.

const POLYNOMIAL: u32 = 0xedb8_8320;

const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ POLYNOMIAL } else { crc >> 1 };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};

/// The checksum of a chunk's type and data.
pub(in crate::imaging) fn checksum(kind: [u8; 4], data: &[u8]) -> u32 {
    let update = |crc: u32, byte: &u8| TABLE[usize::from(crc as u8 ^ byte)] ^ crc >> 8;
    !data.iter().fold(kind.iter().fold(u32::MAX, update), update)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From every PNG there is, and from the check value of CRC-32.
    #[test]
    fn known_values() {
        assert_eq!(checksum(*b"IEND", b""), 0xae42_6082);
        assert_eq!(checksum(*b"1234", b"56789"), 0xcbf4_3926);
    }
}
