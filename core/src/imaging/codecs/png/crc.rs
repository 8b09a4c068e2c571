//! The CRC of a chunk (PNG, third edition, section 5.5): CRC-32 of its type and data, a byte at a time.
//!
//! The `png` crate verifies the CRC of the chunks that it reads. This one tells whether an ancillary chunk counts, and ends image
//! data that is cut off.

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

/// The CRC of a chunk.
pub(in crate::imaging) fn crc(chunk_type: [u8; 4], data: &[u8]) -> u32 {
    let update = |crc: u32, byte: &u8| TABLE[usize::from(crc as u8 ^ byte)] ^ crc >> 8;
    !data.iter().fold(chunk_type.iter().fold(u32::MAX, update), update)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The CRC of every `IEND`, and the check value of CRC-32.
    #[test]
    fn known_values() {
        assert_eq!(crc(*b"IEND", b""), 0xae42_6082);
        assert_eq!(crc(*b"1234", b"56789"), 0xcbf4_3926);
    }
}
