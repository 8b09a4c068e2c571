//! The token tree (RFC 6386, section 13.2): where tokens stand, their classes, and the bools of each.

use super::logarithm::log2;

/// The block types, by their number in the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockType {
    LumaWithoutDc = 0,
    Y2 = 1,
    Chroma = 2,
    LumaWithDc = 3,
}

impl BlockType {
    /// The position of the first coefficient that is coded.
    pub(super) const fn first(self) -> usize {
        if matches!(self, Self::LumaWithoutDc) { 1 } else { 0 }
    }
}

/// The band of each coefficient position (RFC 6386, section 13.3). The last one is never used.
pub(super) const BANDS: [u8; 17] = [0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0];
/// The context of a token after a zero. Its probabilities are those of context 0, without the first node of the tree.
pub(super) const AFTER_ZERO: usize = 3;
/// Block types, bands and contexts.
pub(super) const SLOTS: usize = 4 * 8 * 4;

/// Where a token stands.
#[inline(always)]
pub(super) const fn slot(block_type: BlockType, position: usize, context: usize) -> usize {
    (block_type as usize * 8 + BANDS[position] as usize) * 4 + context
}

/// The classes of tokens.
pub(super) const CLASSES: usize = 12;
pub(super) const END_OF_BLOCK: usize = 11;

/// The nodes of the token tree on the way to each class, and the bools there (RFC 6386, section 13.2).
pub(super) const PATHS: [&[(usize, bool)]; CLASSES] = [
    &[(0, true), (1, false)],
    &[(0, true), (1, true), (2, false)],
    &[(0, true), (1, true), (2, true), (3, false), (4, false)],
    &[(0, true), (1, true), (2, true), (3, false), (4, true), (5, false)],
    &[(0, true), (1, true), (2, true), (3, false), (4, true), (5, true)],
    &[(0, true), (1, true), (2, true), (3, true), (6, false), (7, false)],
    &[(0, true), (1, true), (2, true), (3, true), (6, false), (7, true)],
    &[(0, true), (1, true), (2, true), (3, true), (6, true), (8, false), (9, false)],
    &[(0, true), (1, true), (2, true), (3, true), (6, true), (8, false), (9, true)],
    &[(0, true), (1, true), (2, true), (3, true), (6, true), (8, true), (10, false)],
    &[(0, true), (1, true), (2, true), (3, true), (6, true), (8, true), (10, true)],
    &[(0, false)],
];

/// The first level of each of the classes 5 to 10, and the probabilities of its extra bits (RFC 6386, section 13.2).
pub(super) const CATEGORIES: [(u16, &[u8]); 6] = [
    (5, &[159]),
    (7, &[165, 145]),
    (11, &[173, 148, 140]),
    (19, &[176, 155, 140, 135]),
    (35, &[180, 157, 141, 134, 130]),
    (67, &[254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129]),
];
pub(super) const FIRST_CATEGORY: usize = 5;
/// The first class whose extra bits have a word of their own.
pub(super) const FIRST_LONG_CLASS: usize = 9;

/// The class of the level of a coefficient, which is not negative.
pub(super) const fn class_of(level: u16) -> usize {
    let mut class = CLASSES - 2;
    while class > FIRST_CATEGORY && level < CATEGORIES[class - FIRST_CATEGORY].0 {
        class -= 1;
    }
    if level < CATEGORIES[0].0 { level as usize } else { class }
}

/// The class of each level up to the first one of the last class.
pub(super) static CLASS_OF: [u8; 68] = {
    let mut classes = [0; 68];
    let mut level = 0;
    while level < 68 {
        classes[level] = class_of(level as u16) as u8;
        level += 1;
    }
    classes
};

#[inline(always)]
pub(super) fn class(level: u16) -> usize {
    usize::from(CLASS_OF[usize::from(level).min(67)])
}

/// The cost of a bool that is 0, in 256ths of a bit, by the probability of that in 256ths.
pub(super) const BOOL_COSTS: [u16; 257] = {
    let mut costs = [8 * 256; 257];
    let mut probability = 1;
    while probability <= 256 {
        // 8 bits less the logarithm, with 8 instead of 16 fractional bits.
        costs[probability] = (((8 << 16) - log2(probability as u64) + 128) >> 8) as u16;
        probability += 1;
    }
    costs
};

/// The cost of a bool, in 256ths of a bit.
pub(super) const fn bool_cost(bit: bool, probability: u8) -> u16 {
    BOOL_COSTS[if bit { 256 - probability as usize } else { probability as usize }]
}
