//! Prefix code groups, and the entropy image that chooses the group of each block of pixels (RFC 9649, section 3.7.2.2).
//!
//! A group has five codes: green with length prefixes and colour cache codes, red, blue, alpha, and distance prefixes. A pixel of
//! the entropy image holds, in red and green, the meta prefix code of its block: the number of its group. The bitstream has the
//! codes of all groups up to the highest number, used or not:
//!
//! ```text
//! a picture of 100 x 60 pixels, block_bits 5: blocks of 32 x 32, an entropy image of 4 x 2
//! entropy image     0 0 7 7     groups 0 to 7 are in the bitstream; tables are built of 0, 2 and 7 alone,
//!                   0 2 2 7     which are renumbered 0, 1, 2
//! pixel (70, 10)    block (2, 0): group 7
//! ```
//!
//! One pixel of the entropy image can so announce 65,536 groups. The code lengths of unused groups are read and dropped.

use crate::error::Result;
use crate::imaging::codecs::memory_budget::MemoryBudget;
use crate::rules::ImageRules;

use super::bit_reader::BitReader;
use super::prefix_code::{CodeLengths, Entry, read_symbol};

/// Prefix codes of a group: green, red, blue, alpha, distance.
const CODES: usize = 5;
/// The alphabet size of each, without colour cache codes.
const ALPHABETS: [usize; CODES] = [256 + 24, 256, 256, 256, 40];
/// Groups that are read between two checks for cancellation.
const GROUPS_AT_ONCE: usize = 64;

/// `starts` of a code whose code words all have the same length, which needs no table.
const NO_TABLE: u32 = u32::MAX;

/// A prefix code group.
pub(super) struct CodeGroup {
    /// The lookup tables of all five codes, one after the other.
    entries: Box<[Entry]>,
    /// Where the table of each code starts, or [`NO_TABLE`].
    starts: [u32; CODES],
    /// Masks of the lookahead of each code.
    masks: [u64; CODES],
    /// Red, blue and alpha, if each of these codes has one symbol and takes no bits.
    pub constant: Option<u32>,
    /// The only pixel that the group can code, if green has one symbol too, a literal.
    pub only_pixel: Option<u32>,
}

impl CodeGroup {
    pub(super) fn green(&self) -> Code<'_> {
        self.code(0)
    }

    pub(super) fn red(&self) -> Code<'_> {
        self.code(1)
    }

    pub(super) fn blue(&self) -> Code<'_> {
        self.code(2)
    }

    pub(super) fn alpha(&self) -> Code<'_> {
        self.code(3)
    }

    pub(super) fn distance(&self) -> Code<'_> {
        self.code(4)
    }

    #[inline(always)]
    fn code(&self, index: usize) -> Code<'_> {
        let table = self.entries.get(self.starts[index] as usize..).unwrap_or_default();
        Code { table, mask: self.masks[index] }
    }

    /// Reads the five codes and builds their tables.
    fn read(
        reader: &mut BitReader<'_>,
        Workspace { lengths, entries }: &mut Workspace,
        cache_symbols: usize,
        budget: &mut MemoryBudget,
    ) -> Result<Self> {
        entries.clear();
        let (mut starts, mut masks) = ([0; CODES], [0; CODES]);
        for (index, symbols) in ALPHABETS.iter().enumerate() {
            let cache_symbols = if index == 0 { cache_symbols } else { 0 };
            lengths.read(reader, symbols + cache_symbols)?;
            let shape = lengths.shape();
            let start = entries.len();
            starts[index] = if shape.entries == 0 { NO_TABLE } else { start as u32 };
            masks[index] = (1 << shape.root_bits) - 1;
            entries.resize(start + shape.entries, Entry::default());
            lengths.fill(shape, entries.get_mut(start..).unwrap_or_default());
        }
        budget.take(Self::memory_bytes(entries))?;
        let entries = entries.as_slice().into();
        Ok(Self { entries, starts, masks, constant: None, only_pixel: None }.with_constants())
    }

    /// The memory of tables with the overhead of an allocation, in bytes.
    fn memory_bytes(entries: &[Entry]) -> u64 {
        (size_of_val(entries) + 16) as u64
    }

    /// Finds the channels that take no bits.
    fn with_constants(mut self) -> Self {
        let only = |code: Code<'_>| (code.mask == 0).then(|| code.only_symbol());
        let (red, blue, alpha) = (only(self.red()), only(self.blue()), only(self.alpha()));
        if let (Some(red), Some(blue), Some(alpha)) = (red, blue, alpha) {
            let constant = alpha << 24 | red << 16 | blue;
            self.constant = Some(constant);
            self.only_pixel = only(self.green()).filter(|green| *green < 256).map(|green| constant | green << 8);
        }
        self
    }
}

/// Scratch memory for reading one group after the other.
struct Workspace {
    lengths: CodeLengths,
    /// The tables of the current group.
    entries: Vec<Entry>,
}

impl Workspace {
    /// The most entries of a group. A second-level table of 128 entries has at least eight symbols. Green, with colour cache
    /// codes, can have such a table for each of its 256 root entries; every other code can have 32.
    const MAX_ENTRIES: usize = 256 + 256 * 128 + 4 * (256 + 32 * 128);

    /// Memory, in bytes.
    const MEMORY_BYTES: u64 = CodeLengths::MEMORY_BYTES + (Self::MAX_ENTRIES * size_of::<Entry>()) as u64;

    fn new() -> Self {
        Self { lengths: CodeLengths::new(), entries: Vec::with_capacity(Self::MAX_ENTRIES) }
    }
}

/// One prefix code of a group.
#[derive(Clone, Copy)]
pub(super) struct Code<'a> {
    table: &'a [Entry],
    mask: u64,
}

impl Code<'_> {
    /// Decodes the next symbol. The bit buffer must hold 15 bits.
    #[inline(always)]
    pub(super) fn read(self, reader: &mut BitReader<'_>) -> usize {
        read_symbol(self.table, self.mask, reader)
    }

    /// The symbol of a code that has only one.
    fn only_symbol(self) -> u32 {
        read_symbol(self.table, 0, &mut BitReader::new(&[])) as u32
    }
}

/// The prefix code groups of an image.
pub(super) struct CodeGroups {
    groups: Vec<CodeGroup>,
    /// The group of each block, row by row; empty if there is one group.
    group_of_block: Vec<u16>,
    blocks_across: usize,
    /// A block has `1 << block_bits` pixels across and down.
    block_bits: u32,
}

/// A decoded entropy image: the meta prefix code of each block in red and green, the middle 16 bits of its pixels.
pub(super) struct EntropyImage {
    pub pixels: Vec<u32>,
    pub blocks_across: usize,
    pub block_bits: u32,
}

/// The new number of a group that no block uses.
const UNUSED: u16 = u16::MAX;

impl CodeGroups {
    /// Reads the codes of an image with one group.
    pub(super) fn read_one(
        reader: &mut BitReader<'_>,
        cache_symbols: usize,
        budget: &mut MemoryBudget,
    ) -> Result<Self> {
        budget.take(size_of::<CodeGroup>() as u64)?;
        budget.take(Workspace::MEMORY_BYTES)?;
        let group = CodeGroup::read(reader, &mut Workspace::new(), cache_symbols, budget)?;
        budget.give_back(Workspace::MEMORY_BYTES);
        Ok(Self { groups: vec![group], group_of_block: Vec::new(), blocks_across: 1, block_bits: 31 })
    }

    /// Reads the codes of all groups of an entropy image, whose memory is given back here.
    pub(super) fn read(
        reader: &mut BitReader<'_>,
        image: EntropyImage,
        cache_symbols: usize,
        rules: &ImageRules,
        budget: &mut MemoryBudget,
    ) -> Result<Self> {
        let EntropyImage { pixels, blocks_across, block_bits } = image;
        let meta_prefix_code = |pixel: u32| (pixel >> 8) as usize & 0xffff;
        let announced = 1 + pixels.iter().map(|pixel| meta_prefix_code(*pixel)).max().unwrap_or_default();

        // Meta prefix codes -> numbers without gaps, in the order of the bitstream.
        let mut dense = budget.zeros::<u16>(announced)?;
        dense.fill(UNUSED);
        for pixel in &pixels {
            dense[meta_prefix_code(*pixel)] = 0;
        }
        let used = dense.iter().filter(|number| **number != UNUSED).count();
        budget.take((used * size_of::<CodeGroup>()) as u64)?;
        let mut groups = Vec::with_capacity(used);
        budget.take(Workspace::MEMORY_BYTES)?;
        let mut workspace = Workspace::new();
        for (index, number) in dense.iter_mut().enumerate() {
            if index % GROUPS_AT_ONCE == 0 {
                rules.check_cancelled()?;
            }
            if *number == UNUSED {
                for (code, symbols) in ALPHABETS.iter().enumerate() {
                    workspace.lengths.read(reader, symbols + if code == 0 { cache_symbols } else { 0 })?;
                }
            } else {
                *number = groups.len() as u16;
                groups.push(CodeGroup::read(reader, &mut workspace, cache_symbols, budget)?);
            }
        }
        drop(workspace);
        budget.give_back(Workspace::MEMORY_BYTES);

        let mut group_of_block = budget.zeros::<u16>(pixels.len())?;
        for (group, pixel) in group_of_block.iter_mut().zip(&pixels) {
            *group = dense[meta_prefix_code(*pixel)];
        }
        budget.give_back(size_of_val(pixels.as_slice()) as u64);
        budget.give_back(size_of_val(dense.as_slice()) as u64);
        Ok(Self { groups, group_of_block, blocks_across, block_bits })
    }

    /// The memory that was counted for the groups, in bytes.
    pub(super) fn memory_bytes(&self) -> u64 {
        let groups: u64 = self.groups.iter().map(|group| CodeGroup::memory_bytes(&group.entries)).sum();
        groups + (size_of_val(self.groups.as_slice()) + size_of_val(self.group_of_block.as_slice())) as u64
    }

    /// The group of the block that a pixel lies in.
    #[inline(always)]
    pub(super) fn at(&self, x: usize, y: usize) -> Option<&CodeGroup> {
        let block = (y >> self.block_bits) * self.blocks_across + (x >> self.block_bits);
        self.groups.get(self.group_of_block.get(block).map_or(0, |group| usize::from(*group)))
    }

    /// How many pixels of the row, from `x` on, lie in the same block.
    #[inline(always)]
    pub(super) fn pixels_of_block(&self, x: usize) -> usize {
        let side = 1_usize << self.block_bits;
        side - (x & (side - 1))
    }
}
