//! Groups of five prefix codes, and the entropy image that says which group each block of pixels is coded with
//! (RFC 9649, section 3.7.2.2).
//!
//! A group's number is a pixel of the entropy image, of 16 bits, and the stream has the codes of all groups up to the
//! highest number, whether a pixel has it or not. A stream can so announce 65,536 groups with one pixel. Tables are made
//! only of those that a pixel has; the lengths of the others are read and dropped.

use crate::error::Result;
use crate::imaging::codecs::memory_budget::MemoryBudget;
use crate::rules::ImageRules;

use super::bit_reader::BitReader;
use super::prefix_code::{CodeLengths, Entry, read_symbol};

/// The codes of a group: green with lengths and the colour cache, red, blue, alpha, distances.
const CODES: usize = 5;
/// How many symbols each has, without those of a colour cache.
const SYMBOLS: [usize; CODES] = [256 + 24, 256, 256, 256, 40];
/// How many groups are read before the call is asked whether it goes on.
const GROUPS_AT_ONCE: usize = 64;

/// `starts` of a code whose words all have the same length.
const NO_TABLE: u32 = u32::MAX;

/// Five prefix codes.
pub(super) struct CodeGroup {
    /// The tables of all five, one after the other.
    entries: Box<[Entry]>,
    /// [`NO_TABLE`] for a code that has none.
    starts: [u32; CODES],
    masks: [u64; CODES],
    /// What red, blue and alpha are, where none of them takes a bit.
    pub constant: Option<u32>,
    /// The pixel that every symbol is, where no literal takes a bit.
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

    /// Reads the five codes of a group.
    fn read(
        reader: &mut BitReader<'_>,
        Workspace { lengths, entries }: &mut Workspace,
        cache_symbols: usize,
        budget: &mut MemoryBudget,
    ) -> Result<Self> {
        entries.clear();
        let (mut starts, mut masks) = ([0; CODES], [0; CODES]);
        for (index, symbols) in SYMBOLS.iter().enumerate() {
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

    /// What these tables take, with what the allocator adds.
    fn memory_bytes(entries: &[Entry]) -> u64 {
        (size_of_val(entries) + 16) as u64
    }

    /// Finds what takes no bits.
    fn with_constants(mut self) -> Self {
        let only = |code: Code<'_>| (code.mask == 0).then(|| code.first());
        let (red, blue, alpha) = (only(self.red()), only(self.blue()), only(self.alpha()));
        if let (Some(red), Some(blue), Some(alpha)) = (red, blue, alpha) {
            let constant = alpha << 24 | red << 16 | blue;
            self.constant = Some(constant);
            self.only_pixel = only(self.green()).filter(|green| *green < 256).map(|green| constant | green << 8);
        }
        self
    }
}

/// What reading groups takes, one after the other.
struct Workspace {
    lengths: CodeLengths,
    /// The tables of the group that is being read.
    entries: Vec<Entry>,
}

impl Workspace {
    /// The most entries of a group. A second table of 128 entries has at least eight symbols. Green, with the symbols of a
    /// colour cache, can have such a table for each of its first 256 entries; every other code can have 32.
    const MAX_ENTRIES: usize = 256 + 256 * 128 + 4 * (256 + 32 * 128);

    /// In bytes.
    const MEMORY_BYTES: u64 = CodeLengths::MEMORY_BYTES + (Self::MAX_ENTRIES * size_of::<Entry>()) as u64;

    fn new() -> Self {
        Self { lengths: CodeLengths::new(), entries: Vec::with_capacity(Self::MAX_ENTRIES) }
    }
}

/// One of the codes of a group.
#[derive(Clone, Copy)]
pub(super) struct Code<'a> {
    table: &'a [Entry],
    mask: u64,
}

impl Code<'_> {
    /// The next symbol. There must be 15 bits in the reader.
    #[inline(always)]
    pub(super) fn read(self, reader: &mut BitReader<'_>) -> usize {
        read_symbol(self.table, self.mask, reader)
    }

    fn first(self) -> u32 {
        read_symbol(self.table, 0, &mut BitReader::new(&[])) as u32
    }
}

/// The groups of an image.
pub(super) struct CodeGroups {
    groups: Vec<CodeGroup>,
    /// Which group each block has, row by row; empty where there is one group.
    entropy_image: Vec<u16>,
    blocks_across: usize,
    /// A block is `1 << block_bits` pixels wide and high.
    block_bits: u32,
}

/// An entropy image as it was decoded: the group of each block in the middle 16 bits.
pub(super) struct EntropyImage {
    pub pixels: Vec<u32>,
    pub blocks_across: usize,
    pub block_bits: u32,
}

/// `entropy_image` of a group that no pixel has.
const UNUSED: u16 = u16::MAX;

impl CodeGroups {
    /// Reads the codes of an image that has one group.
    pub(super) fn read_one(
        reader: &mut BitReader<'_>,
        cache_symbols: usize,
        budget: &mut MemoryBudget,
    ) -> Result<Self> {
        budget.take(size_of::<CodeGroup>() as u64)?;
        budget.take(Workspace::MEMORY_BYTES)?;
        let group = CodeGroup::read(reader, &mut Workspace::new(), cache_symbols, budget)?;
        budget.give_back(Workspace::MEMORY_BYTES);
        Ok(Self { groups: vec![group], entropy_image: Vec::new(), blocks_across: 1, block_bits: 31 })
    }

    /// Reads the codes of the groups that an entropy image speaks of. Its memory is given back here.
    pub(super) fn read(
        reader: &mut BitReader<'_>,
        image: EntropyImage,
        cache_symbols: usize,
        rules: &ImageRules,
        budget: &mut MemoryBudget,
    ) -> Result<Self> {
        let EntropyImage { pixels, blocks_across, block_bits } = image;
        let number = |pixel: u32| (pixel >> 8) as usize & 0xffff;
        let announced = 1 + pixels.iter().map(|pixel| number(*pixel)).max().unwrap_or_default();

        // Numbers of the stream -> numbers without gaps, in the order of the stream.
        let mut dense = budget.zeros::<u16>(announced)?;
        dense.fill(UNUSED);
        for pixel in &pixels {
            dense[number(*pixel)] = 0;
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
                for (code, symbols) in SYMBOLS.iter().enumerate() {
                    workspace.lengths.read(reader, symbols + if code == 0 { cache_symbols } else { 0 })?;
                }
            } else {
                *number = groups.len() as u16;
                groups.push(CodeGroup::read(reader, &mut workspace, cache_symbols, budget)?);
            }
        }
        drop(workspace);
        budget.give_back(Workspace::MEMORY_BYTES);

        let mut entropy_image = budget.zeros::<u16>(pixels.len())?;
        for (group, pixel) in entropy_image.iter_mut().zip(&pixels) {
            *group = dense[number(*pixel)];
        }
        budget.give_back(size_of_val(pixels.as_slice()) as u64);
        budget.give_back(size_of_val(dense.as_slice()) as u64);
        Ok(Self { groups, entropy_image, blocks_across, block_bits })
    }

    /// What the groups take, as it was counted.
    pub(super) fn memory_bytes(&self) -> u64 {
        let groups: u64 = self.groups.iter().map(|group| CodeGroup::memory_bytes(&group.entries)).sum();
        groups + (size_of_val(self.groups.as_slice()) + size_of_val(self.entropy_image.as_slice())) as u64
    }

    /// The group of the block that a pixel is in.
    #[inline(always)]
    pub(super) fn at(&self, x: usize, y: usize) -> Option<&CodeGroup> {
        let block = (y >> self.block_bits) * self.blocks_across + (x >> self.block_bits);
        self.groups.get(self.entropy_image.get(block).map_or(0, |group| usize::from(*group)))
    }

    /// How many pixels of the row, from `x` on, have the same group.
    #[inline(always)]
    pub(super) fn pixels_of_block(&self, x: usize) -> usize {
        let side = 1_usize << self.block_bits;
        side - (x & (side - 1))
    }
}
