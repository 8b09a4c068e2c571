//! The quantiser (RFC 6386, sections 9.6 and 14.1): from an index of 0 to 127 to the factors of coefficients.

/// `dc_qlookup` of RFC 6386, section 14.1.
const DC_FACTORS: [u8; 128] = [
    4, 5, 6, 7, 8, 9, 10, 10, 11, 12, 13, 14, 15, 16, 17, 17, 18, 19, 20, 20, 21, 21, 22, 22, 23, 23, 24, 25, 25, 26,
    27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 46, 47, 48, 49, 50, 51, 52, 53,
    54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 76, 77, 78, 79, 80, 81,
    82, 83, 84, 85, 86, 87, 88, 89, 91, 93, 95, 96, 98, 100, 101, 102, 104, 106, 108, 110, 112, 114, 116, 118, 122,
    124, 126, 128, 130, 132, 134, 136, 138, 140, 143, 145, 148, 151, 154, 157,
];

/// `ac_qlookup` of RFC 6386, section 14.1.
const AC_FACTORS: [u16; 128] = [
    4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33,
    34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 60, 62, 64, 66,
    68, 70, 72, 74, 76, 78, 80, 82, 84, 86, 88, 90, 92, 94, 96, 98, 100, 102, 104, 106, 108, 110, 112, 114, 116, 119,
    122, 125, 128, 131, 134, 137, 140, 143, 146, 149, 152, 155, 158, 161, 164, 167, 170, 173, 177, 181, 185, 189, 193,
    197, 201, 205, 209, 213, 217, 221, 225, 229, 234, 239, 245, 249, 254, 259, 264, 269, 274, 279, 284,
];

/// The differences that a frame header adds to the index, each from -15 to 15.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct QuantiserDeltas {
    pub y1_dc: i32,
    pub y2_dc: i32,
    pub y2_ac: i32,
    pub chroma_dc: i32,
    pub chroma_ac: i32,
}

/// The factors of a segment, of the DC and of the AC coefficients of each kind of block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Factors {
    pub y1: [i16; 2],
    pub y2: [i16; 2],
    pub chroma: [i16; 2],
}

impl Factors {
    /// For an index, which may be out of range.
    pub(super) fn new(index: i32, deltas: QuantiserDeltas) -> Self {
        let at = |delta: i32, most: i32| (index + delta).clamp(0, most) as usize;
        let dc = |at: usize| i16::from(DC_FACTORS[at]);
        let ac = |at: usize| AC_FACTORS[at] as i16;
        Self {
            y1: [dc(at(deltas.y1_dc, 127)), ac(at(0, 127))],
            y2: [2 * dc(at(deltas.y2_dc, 127)), (i32::from(ac(at(deltas.y2_ac, 127))) * 155 / 100).max(8) as i16],
            chroma: [dc(at(deltas.chroma_dc, 117)), ac(at(deltas.chroma_ac, 127))],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_the_tables() {
        let least = Factors { y1: [4, 4], y2: [8, 8], chroma: [4, 4] };
        assert_eq!(Factors::new(-3, QuantiserDeltas::default()), least);
        let most = Factors { y1: [157, 284], y2: [314, 440], chroma: [132, 284] };
        assert_eq!(Factors::new(127, QuantiserDeltas { y1_dc: 15, ..QuantiserDeltas::default() }), most);
    }
}
