//! The state machine of the speculative Huffman decoder.
//!
//! A place is a block within the MCU and the zigzag index of its next coefficient; a state is a place and the kind of code
//! that comes there (DC, AC, AC that is skipped, or the bits of a value). One lookup by kind and the next 12 bits yields how
//! many bits to consume, the value to store, and how far the place moves; a second one, by the new place, yields where the
//! value goes and the next state. So a step has no data-dependent branch, which a processor would predict wrongly once or
//! twice in each block. With the AC table of luminance of T.81, annex K (`1100` is one zero and a size of 1, `01` is a size
//! of 2, `1010` the end of the block):
//!
//! ```text
//! state             next 12 bits     consumed   stored                next state
//! block 0, k = 1    1100 1 01 10..   5          coefficient 2 =  1    block 0, k = 3
//! block 0, k = 3    01 10 1010....   4          coefficient 3 =  2    block 0, k = 4
//! block 0, k = 4    1010........     4          nothing               block 1, DC
//! ```

use super::super::coefficients::ScaledDctSize;
use super::super::entropy_decoder::HuffmanTables;
use super::super::huffman::HuffmanTable;
use crate::imaging::codecs::jpeg::zigzag::NATURAL_ORDER;

/// Bits examined in each step.
pub(super) const LOOKAHEAD_BITS: u32 = 12;
/// Blocks that have places after the end of an MCU, since four steps are taken before a cursor is wrapped to the next one.
const BLOCKS_AFTER: usize = 4;
/// The most blocks that have places.
const BLOCKS: usize = 16;

/// Places of a block: one for each coefficient in zigzag order, where it is the next. A step adds one of the following
/// offsets where more has happened than a move to another coefficient.
const STATES_PER_BLOCK: usize = 1024;
/// More coefficients than a block can have: these places follow those of each offset.
const OVERRUN: usize = 64;
/// The block ends.
const END: usize = 128;
/// The code is longer than the lookahead.
const LONG: usize = 256;
/// The lookahead holds the code but not its value, of one of these sizes, which the next step reads. They are the sizes for
/// which this happens most often in photographs.
const SIZES: [u32; 5] = [6, 7, 5, 8, 4];
const VALUE_STATES: [usize; 5] = [384, 512, 640, 768, 896];

const KINDS: usize = 16;
/// The kind that escapes: the table cannot resolve this code, and the cursor decodes it bit by bit.
const ESCAPE: u32 = 15 << 12;

/// Which kind of code comes at a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A DC difference, by the number of its table.
    Difference(usize),
    /// An AC coefficient that is needed.
    Values(usize),
    /// AC coefficients that are not needed, so that several may be skipped at once.
    Passed(usize),
    /// No code, but the bits of a value of this size.
    Value(u32),
}

/// The blocks of a component in an MCU.
pub(in super::super) struct ComponentBlocks {
    pub blocks: usize,
    pub dct_size: ScaledDctSize,
    /// The numbers of its DC and its AC table.
    pub tables: (usize, usize),
}

impl ComponentBlocks {
    /// The side of the square of coefficients that is kept of a block: a power of two, for vector instructions.
    pub(in super::super) fn side(&self) -> usize {
        self.dct_size.across.max(self.dct_size.down).next_power_of_two()
    }

    fn values(&self) -> usize {
        self.side() * self.side()
    }

    /// Where a coefficient is among those that are kept of a block.
    fn offset(&self, k: usize) -> Option<usize> {
        let (x, y) = (usize::from(NATURAL_ORDER[k]) % 8, usize::from(NATURAL_ORDER[k]) / 8);
        (x < self.dct_size.across && y < self.dct_size.down).then_some(y * self.side() + x)
    }
}

pub(super) type Codes = [u32; 1 << 16];
pub(super) type Transitions = [u32; BLOCKS * STATES_PER_BLOCK];

/// The tables.
pub(super) struct StateMachine {
    /// By kind (bits 12 to 15) and lookahead: how many bits to consume (bits 0 to 5), the value (6 to 21), and what to add to
    /// the place (22 to 31).
    pub codes: Box<Codes>,
    /// By place: where the value goes (bits 0 to 11), then the kind of the next code (12 to 15) and its place (16 to 31),
    /// which are the next state.
    pub places: Box<Transitions>,
    /// The state at the start of an MCU.
    pub start: u32,
    /// MCUs of a group, which is so long that a few steps do not pass it.
    pub mcus: usize,
    /// Values of an MCU; and of a group, with one value that collects what is not needed.
    pub values: usize,
    pub stride: usize,
    /// The place after an MCU, and after a group.
    pub mcu_end: u32,
    pub end: u32,
    /// The component that each block of an MCU belongs to.
    components: Vec<usize>,
}

impl StateMachine {
    /// `None` where the tables are too many.
    pub(super) fn new(tables: &HuffmanTables, components: &[ComponentBlocks]) -> Option<Self> {
        let blocks: Vec<usize> =
            (0..components.len()).flat_map(|n| std::iter::repeat_n(n, components[n].blocks)).collect();
        let mcus = BLOCKS_AFTER.div_ceil(blocks.len().max(1));
        let values: usize = components.iter().map(|component| component.blocks * component.values()).sum();
        if blocks.is_empty() || blocks.len() * mcus + BLOCKS_AFTER > BLOCKS {
            return None;
        }
        let mut machine = Self {
            codes: vec![0; 1 << 16].try_into().ok()?,
            places: vec![0; BLOCKS * STATES_PER_BLOCK].try_into().ok()?,
            start: 0,
            mcus,
            values,
            stride: values * mcus + 1,
            mcu_end: (blocks.len() * STATES_PER_BLOCK) as u32,
            end: (blocks.len() * mcus * STATES_PER_BLOCK) as u32,
            components: blocks,
        };
        let kinds = machine.fill_places(components)?;
        machine.fill_codes(tables, &kinds)?;
        Some(machine)
    }

    /// `None` where there are more kinds than numbers for them. Kinds are returned in the order of their numbers.
    fn fill_places(&mut self, components: &[ComponentBlocks]) -> Option<Vec<Kind>> {
        let component_of = |block: usize| &components[self.components[block % self.components.len()]];
        let mut kinds: Vec<Kind> = Vec::new();
        let mut add = |kind: Kind| (!kinds.contains(&kind)).then(|| kinds.push(kind));
        for component in components {
            add(Kind::Difference(component.tables.0));
            if component.dct_size.last() > 0 {
                add(Kind::Values(component.tables.1));
            }
            if component.dct_size.last() < 63 {
                add(Kind::Passed(component.tables.1));
            }
        }
        for size in SIZES {
            add(Kind::Value(size));
        }
        kinds.truncate(KINDS - 1);
        let number_of = |kind: Kind| kinds.iter().position(|other| *other == kind).map(|number| (number << 12) as u32);
        let unneeded = (self.stride - 1) as u32;
        let at = |place: usize| ((place % (BLOCKS * STATES_PER_BLOCK)) as u32) << 16;
        self.start = number_of(Kind::Difference(component_of(0).tables.0))?;
        let mut start = 0;
        for block in 0..self.components.len() * self.mcus + BLOCKS_AFTER {
            let component = component_of(block);
            let wanted = component.dct_size.last();
            let next_block =
                number_of(Kind::Difference(component_of(block + 1).tables.0))? | at((block + 1) * STATES_PER_BLOCK);
            for k in 0..64 {
                let place = block * STATES_PER_BLOCK + k;
                let next = match k + 1 {
                    64 => next_block,
                    k if k <= wanted => number_of(Kind::Values(component.tables.1))? | at(place + 1),
                    _ => number_of(Kind::Passed(component.tables.1))? | at(place + 1),
                };
                self.places[place] = next | component.offset(k).map_or(unneeded, |offset| start + offset as u32);
                self.places[place + END] = next_block | unneeded;
                self.places[place + LONG] = ESCAPE | at(place + LONG) | unneeded;
                for (size, values) in SIZES.into_iter().zip(VALUE_STATES) {
                    let value = number_of(Kind::Value(size)).unwrap_or(ESCAPE);
                    self.places[place + values] = value | at(place) | unneeded;
                }
                for zone in VALUE_STATES.into_iter().chain([0, END, LONG]) {
                    self.places[place + zone + OVERRUN] = ESCAPE | at(place + OVERRUN) | unneeded;
                }
            }
            start += component.values() as u32;
            if (block + 1) % (self.components.len() * self.mcus) == 0 {
                start += 1;
            }
        }
        Some(kinds)
    }

    /// Fills the codes of all kinds. Those of the escape stay zero: no bit is consumed, and the place stays the same.
    fn fill_codes(&mut self, tables: &HuffmanTables, kinds: &[Kind]) -> Option<()> {
        for (kind, codes) in kinds.iter().zip(self.codes.as_chunks_mut::<{ 1 << LOOKAHEAD_BITS }>().0) {
            let symbols = match kind {
                Kind::Difference(table) | Kind::Values(table) | Kind::Passed(table) => {
                    Symbols::of(tables.numbered(*table)?)
                }
                Kind::Value(_) => Symbols(Vec::new()),
            };
            for (lookahead, code) in (0..).zip(codes) {
                *code = match kind {
                    Kind::Difference(_) => symbols.difference(lookahead),
                    Kind::Values(_) => symbols.value(lookahead),
                    Kind::Passed(_) => symbols.passed(lookahead),
                    Kind::Value(size) => code_of(*size, 0, value(lookahead, 0, *size)),
                };
            }
        }
        Some(())
    }

    /// The state of a place at which a code comes next.
    pub(super) fn state_at(&self, place: usize) -> u32 {
        let before = match (place, place % STATES_PER_BLOCK) {
            (0, _) => return self.start,
            (_, 0) => place - STATES_PER_BLOCK + 63,
            _ => place - 1,
        };
        self.places[before % (BLOCKS * STATES_PER_BLOCK)]
    }

    /// One step for any code, however long: the bits it consumes, the next state with where the value goes, and the value.
    /// `None` for bits that are no code, or make a block too long. The first of the bits is the highest; there are 32.
    pub(super) fn any_step(&self, tables: &HuffmanTables, state: u32, bits: u64) -> Option<(u32, u32, i16)> {
        let code = self.codes[(state & 0xf000 | (bits >> (64 - LOOKAHEAD_BITS)) as u32) as usize & 0xffff];
        let place = state as usize >> 16;
        let next = self.places[(place + (code >> 22) as usize) % (BLOCKS * STATES_PER_BLOCK)];
        if !is_escape(next) {
            return Some((code & 63, next, (code >> 6) as i16));
        }
        let (component, k) =
            (*self.components.get(place / STATES_PER_BLOCK % self.components.len())?, place % STATES_PER_BLOCK);
        let table = if k == 0 { tables.dc(component) } else { tables.ac(component) }.ok()?;
        let (symbol, length) = table.find_code((bits >> 48) as u32, 1)?;
        let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        let is_end = k > 0 && size == 0 && run < 15;
        if k + run > 63 && !is_end {
            return None;
        }
        let value = signed((((bits << length) >> 1) >> (63 - size)) as u32, size);
        Some((length + size, *self.places.get(place + if is_end { END } else { run })?, value as i16))
    }
}

#[inline(always)]
pub(super) fn is_escape(state: u32) -> bool {
    state & ESCAPE == ESCAPE
}

/// The place at which a state has escaped, where no bit of the code is consumed that was longer than the lookahead.
pub(super) fn escaped_at(state: u32) -> Option<usize> {
    let place = state as usize >> 16;
    (is_escape(state) && (LONG..LONG + OVERRUN).contains(&(place % STATES_PER_BLOCK))).then(|| place - LONG)
}

/// An entry of [`StateMachine::codes`].
fn code_of(bits: u32, places: usize, value: i32) -> u32 {
    bits | u32::from(value as u16) << 6 | (places as u32) << 22
}

/// A number with a sign from its bits (T.81, F.2.2.1).
fn signed(bits: u32, size: u32) -> i32 {
    let is_negative = size > 0 && bits >> (size - 1) == 0;
    bits as i32 + if is_negative { 1 - (1 << size) } else { 0 }
}

/// By lookahead the symbol of its first code, and the length of the code in bits; 0 where the code is longer.
struct Symbols(Vec<(u8, u8)>);

impl Symbols {
    fn of(table: &HuffmanTable) -> Self {
        let found = |lookahead: u32| {
            table.find_code(lookahead << (16 - LOOKAHEAD_BITS), 1).filter(|(_, length)| *length <= LOOKAHEAD_BITS)
        };
        let found = |lookahead: u32| found(lookahead).map_or((0, 0), |(symbol, length)| (symbol, length as u8));
        Self((0..1 << LOOKAHEAD_BITS).map(found).collect())
    }

    /// The symbol after some bits: its run of zeros, the length of its code, and the size of its value.
    fn behind(&self, lookahead: u32, bits: u32) -> (usize, u32, u32) {
        let (symbol, length) = self.0[(lookahead << bits & ((1 << LOOKAHEAD_BITS) - 1)) as usize];
        (usize::from(symbol >> 4), u32::from(length), u32::from(symbol & 15))
    }

    fn difference(&self, lookahead: u32) -> u32 {
        match self.behind(lookahead, 0) {
            (_, 0, _) => code_of(0, LONG, 0),
            (_, length, size) => with_value(lookahead, 0, length, size),
        }
    }

    fn value(&self, lookahead: u32) -> u32 {
        match self.behind(lookahead, 0) {
            (_, 0, _) => code_of(0, LONG, 0),
            (run, length, 0) if run < 15 => code_of(length, END, 0),
            (run, length, size) => with_value(lookahead, run, length, size),
        }
    }

    /// As many symbols as the lookahead holds, and no more coefficients than a block has.
    fn passed(&self, lookahead: u32) -> u32 {
        let (mut bits, mut coefficients) = (0, 0);
        loop {
            let (run, length, size) = self.behind(lookahead, bits);
            let is_resolved = length > 0 && bits + length + size <= LOOKAHEAD_BITS;
            if bits == 0 && length > 0 && !is_resolved {
                // The bits of a value that is not needed are only counted.
                return code_of(length + size, run, 0);
            }
            if !is_resolved || coefficients + run + 1 > 63 {
                return if bits == 0 { code_of(0, LONG, 0) } else { code_of(bits, coefficients - 1, 0) };
            }
            bits += length + size;
            if size == 0 && run < 15 {
                return code_of(bits, END + coefficients, 0);
            }
            coefficients += run + 1;
        }
    }
}

/// A code with its value where the lookahead holds both; otherwise the value is left to the next step.
fn with_value(lookahead: u32, run: usize, length: u32, size: u32) -> u32 {
    if length + size <= LOOKAHEAD_BITS {
        code_of(length + size, run, value(lookahead, length, size))
    } else if let Some(number) = SIZES.iter().position(|other| *other == size) {
        code_of(length, VALUE_STATES[number] + run, 0)
    } else {
        code_of(0, LONG, 0)
    }
}

fn value(lookahead: u32, length: u32, size: u32) -> i32 {
    signed(lookahead >> (LOOKAHEAD_BITS - length - size) & ((1 << size) - 1), size)
}
