//! What the lanes step through: by its place in a unit and the next bits, what a lane passes and which place is next.
//!
//! A place is a block of the unit and the coefficient that is next in it. All that decoding decides is in two tables, so
//! that a step has no branch, which processors guess wrong once or twice in each block.

use super::super::coder::Tables;
use super::super::coefficients::{Corner, NATURAL};
use super::super::huffman::Huffman;

/// Bits that a step looks at.
pub(super) const SIGHT: u32 = 12;
/// Steps are taken without a look at whether blocks go on behind the unit: so many places are there behind its end.
const STEPS: usize = 4;
/// Blocks that there are places for.
const BLOCKS: usize = 16;

/// Places of a block: for each coefficient in zigzag order the one where it is next, and the same three times more,
/// where it was met in a way that needs another treatment.
const ROOM: usize = 256;
/// Added to a place: the block would have more coefficients than it can.
const OVERRUN: usize = 64;
/// Added to a place: the block ends.
const END: usize = 128;
/// Added to a place: a code, or a value behind it, is out of sight.
const LONG: usize = 192;

/// The bit of a state from which no step leads on, and the kind of code that it has.
pub(super) const STUCK: u32 = 0x8000;
const KINDS: usize = 8;

/// Which codes come at a place, by the number of their table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Difference(usize),
    /// With coefficients that are needed.
    Values(usize),
    /// With none, so that several may be passed at once.
    Passed(usize),
}

/// The blocks that a component has in a unit.
pub(in super::super) struct Part {
    pub blocks: usize,
    pub corner: Corner,
    /// The numbers of its DC and its AC table.
    pub tables: (usize, usize),
}

impl Part {
    /// The side of the square that is kept of a block, so that rows are where powers of two are.
    pub(in super::super) fn side(&self) -> usize {
        self.corner.across.max(self.corner.down).next_power_of_two()
    }

    fn values(&self) -> usize {
        self.side() * self.side()
    }

    /// Where a coefficient is among those kept of a block.
    fn offset(&self, k: usize) -> Option<usize> {
        let (x, y) = (usize::from(NATURAL[k]) % 8, usize::from(NATURAL[k]) / 8);
        (x < self.corner.across && y < self.corner.down).then_some(y * self.side() + x)
    }
}

pub(super) type Codes = [u32; 1 << 16];
pub(super) type Places = [u32; BLOCKS * ROOM];

/// The tables.
pub(super) struct Machine {
    /// By kind (bits 12 to 15) and sight: how many bits to pass (bits 0 to 7), what to add to the place (8 to 15), and the
    /// value (16 to 31).
    pub codes: Box<Codes>,
    /// By place: the next place (bits 0 to 11) and its kind (12 to 15), which is a lane's state, and where the value of
    /// this one goes (16 to 31).
    pub places: Box<Places>,
    /// The state at the start of a unit.
    pub start: u32,
    /// Units that are taken as one, so that a few steps do not pass it.
    pub units: usize,
    /// Values of a unit, and of those taken as one with a value that nobody needs.
    pub values: usize,
    pub stride: usize,
    /// The place behind a unit, and behind those taken as one.
    pub unit_end: u32,
    pub end: u32,
    /// The part that each block of a unit belongs to.
    parts: Vec<usize>,
}

impl Machine {
    /// `None` where the tables are too many.
    pub(super) fn new(tables: &Tables, parts: &[Part]) -> Option<Self> {
        let blocks: Vec<usize> = (0..parts.len()).flat_map(|n| std::iter::repeat_n(n, parts[n].blocks)).collect();
        let units = STEPS.div_ceil(blocks.len().max(1));
        let values: usize = parts.iter().map(|part| part.blocks * part.values()).sum();
        if blocks.is_empty() || blocks.len() * units + STEPS > BLOCKS {
            return None;
        }
        let mut machine = Self {
            codes: vec![0; 1 << 16].try_into().ok()?,
            places: vec![0; BLOCKS * ROOM].try_into().ok()?,
            start: 0,
            units,
            values,
            stride: values * units + 1,
            unit_end: (blocks.len() * ROOM) as u32,
            end: (blocks.len() * units * ROOM) as u32,
            parts: blocks,
        };
        let mut kinds = Vec::new();
        machine.fill_places(parts, &mut kinds);
        machine.fill_codes(tables, &kinds)?;
        Some(machine)
    }

    /// The part of the block that a place is in, and the coefficient that is next.
    pub(super) fn part(&self, place: u32) -> (usize, usize) {
        let part = self.parts.get(place as usize / ROOM % self.parts.len()).copied().unwrap_or_default();
        (part, place as usize % 64)
    }

    fn fill_places(&mut self, parts: &[Part], kinds: &mut Vec<Kind>) {
        let mut kind_of = |kind: Kind| {
            let number = kinds.iter().position(|other| *other == kind).unwrap_or_else(|| {
                kinds.push(kind);
                kinds.len() - 1
            });
            (number << 12) as u32
        };
        let part_of = |block: usize| &parts[self.parts[block % self.parts.len()]];
        let unneeded = self.stride - 1;
        let mut start = 0;
        for block in 0..BLOCKS {
            let (part, next_part) = (part_of(block), part_of(block + 1));
            let wanted = part.corner.last();
            let next_block = kind_of(Kind::Difference(next_part.tables.0)) | ((block + 1) * ROOM % (BLOCKS * ROOM)) as u32;
            for k in 0..64 {
                let place = block * ROOM + k;
                let next = match k + 1 {
                    64 => next_block,
                    k if k <= wanted => kind_of(Kind::Values(part.tables.1)) | (place + 1) as u32,
                    _ => kind_of(Kind::Passed(part.tables.1)) | (place + 1) as u32,
                };
                let offset = part.offset(k).map_or(unneeded, |offset| start + offset);
                self.places[place] = (offset as u32) << 16 | next;
                self.places[place + END] = (unneeded as u32) << 16 | next_block;
                for stuck in [place + OVERRUN, place + LONG] {
                    self.places[stuck] = (unneeded as u32) << 16 | STUCK | stuck as u32;
                }
            }
            start += part.values();
            if (block + 1) % (self.parts.len() * self.units) == 0 {
                start += 1;
            }
        }
        self.start = kind_of(Kind::Difference(part_of(0).tables.0));
    }

    /// The codes of all kinds. Those of states that are stuck stay zero, which leads nowhere.
    fn fill_codes(&mut self, tables: &Tables, kinds: &[Kind]) -> Option<()> {
        if kinds.len() > KINDS {
            return None;
        }
        for (kind, codes) in kinds.iter().zip(self.codes.as_chunks_mut::<{ 1 << SIGHT }>().0) {
            let (Kind::Difference(table) | Kind::Values(table) | Kind::Passed(table)) = *kind;
            let symbols = Symbols::of(tables.numbered(table)?);
            for (sight, code) in (0..).zip(codes) {
                *code = match kind {
                    Kind::Difference(_) => symbols.difference(sight),
                    Kind::Values(_) => symbols.value(sight),
                    Kind::Passed(_) => symbols.passed(sight),
                };
            }
        }
        Some(())
    }

    /// The state of a place.
    fn state_at(&self, place: usize) -> u32 {
        let before = match (place, place % ROOM) {
            (0, _) => return self.start,
            (_, 0) => place - ROOM + 63,
            _ => place - 1,
        };
        self.places[before % (BLOCKS * ROOM)] & 0xffff
    }

    /// What [`Self::any_code`] tells, of a code in sight whose value is not.
    #[inline]
    pub(super) fn long_code(&self, place: u32, bits: u64) -> Option<(u32, u32, i32)> {
        let kind = self.state_at(place as usize) & 0xf000;
        let code = self.codes[(kind as usize | (bits >> (64 - SIGHT)) as usize) & 0xffff];
        let (length, size, run) = (code >> 16 & 31, code >> 21 & 15, code as usize >> 25 & 15);
        if code >> 8 & 0xff != LONG as u32 || length == 0 || place as usize % 64 + run > 63 {
            return None;
        }
        let value = signed((((bits << length) >> 1) >> (63 - size)) as u32, size);
        Some((length + size, self.places[(place as usize + run) % (BLOCKS * ROOM)], value))
    }

    /// One code, however long, at a place: the bits it has, the next state with where the value goes, and the value.
    /// `None` for bits that are no code or make a block too long. The first bit is the highest; there are 32.
    #[cold]
    pub(super) fn any_code(&self, tables: &Tables, place: u32, bits: u64) -> Option<(u32, u32, i32)> {
        let (part, k) = self.part(place);
        let table = if k == 0 { tables.dc(part) } else { tables.ac(part) }.ok()?;
        let (symbol, length) = table.found((bits >> 48) as u32, 1)?;
        let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        let is_end = k > 0 && size == 0 && run < 15;
        if k + run > 63 && !is_end {
            return None;
        }
        let place = place as usize + if is_end { END } else { run };
        let value = signed((((bits << length) >> 1) >> (63 - size)) as u32, size);
        Some((length + size, *self.places.get(place)?, value))
    }
}

/// The place that a stuck state was at, where it has seen nothing yet of the code that was too long for it.
pub(super) fn stuck_at(state: u32) -> Option<u32> {
    (state as usize % ROOM >= LONG).then(|| (state & 0xfff) - LONG as u32)
}

/// An entry of a table of codes.
fn code(bits: u32, places: usize, value: i32) -> u32 {
    bits | (places as u32) << 8 | (value as u32) << 16
}

/// An entry for a code whose value is not in sight, or of which nothing is known, for which the length is zero.
fn long(length: u32, size: u32, run: usize) -> u32 {
    code(0, LONG, if length == 0 { 0 } else { (length | size << 5 | (run as u32) << 9) as i32 })
}

/// A number with a sign from its bits (T.81, F.2.2.1).
fn signed(bits: u32, size: u32) -> i32 {
    let is_negative = size > 0 && bits >> (size - 1) == 0;
    bits as i32 + if is_negative { 1 - (1 << size) } else { 0 }
}

/// By sight the symbol that it starts with, and how many bits its code has; 0 where it is out of sight.
struct Symbols(Vec<(u8, u32)>);

impl Symbols {
    fn of(table: &Huffman) -> Self {
        let found = |sight: u32| table.found(sight << (16 - SIGHT), 1).filter(|(_, length)| *length <= SIGHT);
        Self((0..1 << SIGHT).map(|sight| found(sight).unwrap_or_default()).collect())
    }

    /// The symbol behind some bits: how many zeros it stands for, how many bits it has in front of its value and in it.
    fn behind(&self, sight: u32, bits: u32) -> (usize, u32, u32) {
        let (symbol, length) = self.0[(sight << bits & ((1 << SIGHT) - 1)) as usize];
        (usize::from(symbol >> 4), length, u32::from(symbol & 15))
    }

    fn difference(&self, sight: u32) -> u32 {
        match self.behind(sight, 0) {
            (_, length, size) if length > 0 && length + size <= SIGHT => code(length + size, 0, value(sight, length, size)),
            (_, length, size) => long(length, size, 0),
        }
    }

    fn value(&self, sight: u32) -> u32 {
        match self.behind(sight, 0) {
            (run, length, 0) if length > 0 && run < 15 => code(length, END, 0),
            (run, length, size) if length > 0 && length + size <= SIGHT => {
                code(length + size, run, value(sight, length, size))
            }
            (run, length, size) => long(length, size, run),
        }
    }

    /// As many symbols as are in sight, and no more coefficients than a block has.
    fn passed(&self, sight: u32) -> u32 {
        let (mut bits, mut coefficients) = (0, 0);
        loop {
            let (run, length, size) = self.behind(sight, bits);
            let is_in_sight = length > 0 && bits + length + size <= SIGHT;
            if bits == 0 && length > 0 && !is_in_sight {
                // Of a value that nobody needs the length is enough.
                return code(length + size, run, 0);
            }
            if !is_in_sight || coefficients + run + 1 > 63 {
                return if bits == 0 { long(0, 0, 0) } else { code(bits, coefficients - 1, 0) };
            }
            bits += length + size;
            if size == 0 && run < 15 {
                return code(bits, END, 0);
            }
            coefficients += run + 1;
        }
    }
}

fn value(sight: u32, length: u32, size: u32) -> i32 {
    signed(sight >> (SIGHT - length - size) & ((1 << size) - 1), size)
}
