//! The state machine of the speculative Huffman decoder.
//!
//! A position is a block within the MCU and the zigzag index of its next coefficient. A state is a position and the class of the
//! code there: DC, AC, AC that is skipped, or the bits of a value. One lookup by class and the next 12 bits yields how many bits
//! to consume, the value to store, and how far the position advances. A second lookup by the new position yields where the value
//! is stored, and the next state. So a step has no data-dependent branch, which a processor would mispredict once or twice per
//! block. With the AC table of luminance of T.81, annex K (`1100` is a run of 1 and a size of 1, `01` a size of 2, `1010` the end
//! of the block):
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
/// Blocks with positions after the end of a group, since a cursor takes four steps before it is wrapped to the next group.
const BLOCKS_AFTER: usize = 4;
/// The most blocks with positions.
const BLOCKS: usize = 16;

/// Positions of a block: one per coefficient in zigzag order, which is the next one, and copies of them at the following offsets,
/// which a step adds if it does more than advance to another coefficient.
const POSITIONS_PER_BLOCK: usize = 1024;
/// More coefficients than a block can have: these positions follow those of each offset.
const OVERRUN: usize = 64;
/// The end of the block.
const END: usize = 128;
/// A code that is longer than the lookahead.
const LONG: usize = 256;
/// A code within the lookahead whose value exceeds it, so that the next step reads the value. These are the sizes of values for
/// which this is most frequent in photographs.
const SIZES: [u32; 5] = [6, 7, 5, 8, 4];
const VALUE_OFFSETS: [usize; 5] = [384, 512, 640, 768, 896];

const CLASSES: usize = 16;
/// The class of an escape: the table cannot resolve this code, and the cursor decodes it bit by bit.
const ESCAPE: u32 = 15 << 12;

/// The class of the code at a position, with the index of its table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CodeClass {
    /// A DC difference.
    Dc(usize),
    /// An AC coefficient that is needed.
    Ac(usize),
    /// AC coefficients that are not needed, several of which may be skipped at once.
    SkippedAc(usize),
    /// Not a code, but the bits of a value of this size.
    Value(u32),
}

/// The blocks of a component in an MCU.
pub(in super::super) struct ComponentBlocks {
    pub blocks: usize,
    pub dct_size: ScaledDctSize,
    /// The indices of its DC and its AC table.
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

    /// The index of a coefficient among those that are kept of a block.
    fn offset(&self, k: usize) -> Option<usize> {
        let (x, y) = (usize::from(NATURAL_ORDER[k]) % 8, usize::from(NATURAL_ORDER[k]) / 8);
        (x < self.dct_size.across && y < self.dct_size.down).then_some(y * self.side() + x)
    }
}

pub(super) type Codes = [u32; 1 << 16];
pub(super) type Transitions = [u32; BLOCKS * POSITIONS_PER_BLOCK];

/// The tables of the state machine.
pub(super) struct StateMachine {
    /// By class (bits 12 to 15) and lookahead: how many bits to consume (bits 0 to 5), the value (6 to 21), and how far the
    /// position advances (22 to 31).
    pub codes: Box<Codes>,
    /// By position: where the value is stored (bits 0 to 11), and the next state: the class of the next code (12 to 15) and its
    /// position (16 to 31).
    pub transitions: Box<Transitions>,
    /// The state at the start of an MCU.
    pub start: u32,
    /// MCUs of a group, which is so long that the steps of a round do not pass it.
    pub mcus: usize,
    /// Values of an MCU; and of a group, with one more that receives the values that are not needed.
    pub values: usize,
    pub stride: usize,
    /// The position after an MCU, and after a group.
    pub mcu_end: u32,
    pub end: u32,
    /// The component that each block of an MCU belongs to.
    components: Vec<usize>,
}

impl StateMachine {
    /// `None` if the scan has too many blocks or tables.
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
            transitions: vec![0; BLOCKS * POSITIONS_PER_BLOCK].try_into().ok()?,
            start: 0,
            mcus,
            values,
            stride: values * mcus + 1,
            mcu_end: (blocks.len() * POSITIONS_PER_BLOCK) as u32,
            end: (blocks.len() * mcus * POSITIONS_PER_BLOCK) as u32,
            components: blocks,
        };
        let classes = machine.fill_transitions(components)?;
        machine.fill_codes(tables, &classes)?;
        Some(machine)
    }

    /// Fills the transitions, and returns the classes in the order of their numbers. `None` if there are too many classes.
    fn fill_transitions(&mut self, components: &[ComponentBlocks]) -> Option<Vec<CodeClass>> {
        let component_of = |block: usize| &components[self.components[block % self.components.len()]];
        let mut classes: Vec<CodeClass> = Vec::new();
        let mut add = |class: CodeClass| (!classes.contains(&class)).then(|| classes.push(class));
        for component in components {
            add(CodeClass::Dc(component.tables.0));
            if component.dct_size.last() > 0 {
                add(CodeClass::Ac(component.tables.1));
            }
            if component.dct_size.last() < 63 {
                add(CodeClass::SkippedAc(component.tables.1));
            }
        }
        for size in SIZES {
            add(CodeClass::Value(size));
        }
        classes.truncate(CLASSES - 1);
        let number_of =
            |class: CodeClass| classes.iter().position(|other| *other == class).map(|number| (number << 12) as u32);
        let unneeded = (self.stride - 1) as u32;
        let at = |position: usize| ((position % (BLOCKS * POSITIONS_PER_BLOCK)) as u32) << 16;
        self.start = number_of(CodeClass::Dc(component_of(0).tables.0))?;
        let mut start = 0;
        for block in 0..self.components.len() * self.mcus + BLOCKS_AFTER {
            let component = component_of(block);
            let wanted = component.dct_size.last();
            let next_block =
                number_of(CodeClass::Dc(component_of(block + 1).tables.0))? | at((block + 1) * POSITIONS_PER_BLOCK);
            for k in 0..64 {
                let position = block * POSITIONS_PER_BLOCK + k;
                let next = match k + 1 {
                    64 => next_block,
                    k if k <= wanted => number_of(CodeClass::Ac(component.tables.1))? | at(position + 1),
                    _ => number_of(CodeClass::SkippedAc(component.tables.1))? | at(position + 1),
                };
                self.transitions[position] =
                    next | component.offset(k).map_or(unneeded, |offset| start + offset as u32);
                self.transitions[position + END] = next_block | unneeded;
                self.transitions[position + LONG] = ESCAPE | at(position + LONG) | unneeded;
                for (size, values) in SIZES.into_iter().zip(VALUE_OFFSETS) {
                    let value = number_of(CodeClass::Value(size)).unwrap_or(ESCAPE);
                    self.transitions[position + values] = value | at(position) | unneeded;
                }
                for zone in VALUE_OFFSETS.into_iter().chain([0, END, LONG]) {
                    self.transitions[position + zone + OVERRUN] = ESCAPE | at(position + OVERRUN) | unneeded;
                }
            }
            start += component.values() as u32;
            if (block + 1) % (self.components.len() * self.mcus) == 0 {
                start += 1;
            }
        }
        Some(classes)
    }

    /// Fills the codes of all classes. Those of the escape stay zero: no bit is consumed, and the position does not change.
    fn fill_codes(&mut self, tables: &HuffmanTables, classes: &[CodeClass]) -> Option<()> {
        for (class, codes) in classes.iter().zip(self.codes.as_chunks_mut::<{ 1 << LOOKAHEAD_BITS }>().0) {
            let symbols = match class {
                CodeClass::Dc(table) | CodeClass::Ac(table) | CodeClass::SkippedAc(table) => {
                    Symbols::of(tables.table(*table)?)
                }
                CodeClass::Value(_) => Symbols(Vec::new()),
            };
            for (lookahead, code) in (0..).zip(codes) {
                *code = match class {
                    CodeClass::Dc(_) => symbols.dc(lookahead),
                    CodeClass::Ac(_) => symbols.ac(lookahead),
                    CodeClass::SkippedAc(_) => symbols.skipped_ac(lookahead),
                    CodeClass::Value(size) => code_of(*size, 0, value(lookahead, 0, *size)),
                };
            }
        }
        Some(())
    }

    /// The state at a position before a code.
    pub(super) fn state_at(&self, position: usize) -> u32 {
        let before = match (position, position % POSITIONS_PER_BLOCK) {
            (0, _) => return self.start,
            (_, 0) => position - POSITIONS_PER_BLOCK + 63,
            _ => position - 1,
        };
        self.transitions[before % (BLOCKS * POSITIONS_PER_BLOCK)]
    }

    /// A step for a code of any length: how many bits it consumes, the transition, and the value. `None` for an invalid code, or
    /// one that makes a block too long. The next bit is the highest; there must be 32.
    pub(super) fn any_step(&self, tables: &HuffmanTables, state: u32, bits: u64) -> Option<(u32, u32, i16)> {
        let code = self.codes[(state & 0xf000 | (bits >> (64 - LOOKAHEAD_BITS)) as u32) as usize & 0xffff];
        let position = state as usize >> 16;
        let next = self.transitions[(position + (code >> 22) as usize) % (BLOCKS * POSITIONS_PER_BLOCK)];
        if !is_escape(next) {
            return Some((code & 63, next, (code >> 6) as i16));
        }
        let (component, k) = (
            *self.components.get(position / POSITIONS_PER_BLOCK % self.components.len())?,
            position % POSITIONS_PER_BLOCK,
        );
        let table = if k == 0 { tables.dc(component) } else { tables.ac(component) }.ok()?;
        let (symbol, length) = table.find_code((bits >> 48) as u32, 1)?;
        let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        let is_end = k > 0 && size == 0 && run < 15;
        if k + run > 63 && !is_end {
            return None;
        }
        let value = signed((((bits << length) >> 1) >> (63 - size)) as u32, size);
        Some((length + size, *self.transitions.get(position + if is_end { END } else { run })?, value as i16))
    }
}

#[inline(always)]
pub(super) fn is_escape(state: u32) -> bool {
    state & ESCAPE == ESCAPE
}

/// The position at which a state has escaped from a code that was longer than the lookahead, none of whose bits are consumed.
pub(super) fn escaped_at(state: u32) -> Option<usize> {
    let position = state as usize >> 16;
    (is_escape(state) && (LONG..LONG + OVERRUN).contains(&(position % POSITIONS_PER_BLOCK))).then(|| position - LONG)
}

/// An entry of [`StateMachine::codes`].
fn code_of(bits: u32, advance: usize, value: i32) -> u32 {
    bits | u32::from(value as u16) << 6 | (advance as u32) << 22
}

/// `EXTEND` (T.81, F.2.2.1): a signed number from its bits.
fn signed(bits: u32, size: u32) -> i32 {
    let is_negative = size > 0 && bits >> (size - 1) == 0;
    bits as i32 + if is_negative { 1 - (1 << size) } else { 0 }
}

/// By lookahead the symbol of its first code, and the length of the code in bits; 0 if the code is longer than the lookahead.
struct Symbols(Vec<(u8, u8)>);

impl Symbols {
    fn of(table: &HuffmanTable) -> Self {
        let found = |lookahead: u32| {
            table.find_code(lookahead << (16 - LOOKAHEAD_BITS), 1).filter(|(_, length)| *length <= LOOKAHEAD_BITS)
        };
        let found = |lookahead: u32| found(lookahead).map_or((0, 0), |(symbol, length)| (symbol, length as u8));
        Self((0..1 << LOOKAHEAD_BITS).map(found).collect())
    }

    /// The symbol after `bits` bits of the lookahead: its run of zeros, the length of its code, and the size of its value.
    fn after(&self, lookahead: u32, bits: u32) -> (usize, u32, u32) {
        let (symbol, length) = self.0[(lookahead << bits & ((1 << LOOKAHEAD_BITS) - 1)) as usize];
        (usize::from(symbol >> 4), u32::from(length), u32::from(symbol & 15))
    }

    fn dc(&self, lookahead: u32) -> u32 {
        match self.after(lookahead, 0) {
            (_, 0, _) => code_of(0, LONG, 0),
            (_, length, size) => with_value(lookahead, 0, length, size),
        }
    }

    fn ac(&self, lookahead: u32) -> u32 {
        match self.after(lookahead, 0) {
            (_, 0, _) => code_of(0, LONG, 0),
            (run, length, 0) if run < 15 => code_of(length, END, 0),
            (run, length, size) => with_value(lookahead, run, length, size),
        }
    }

    /// As many symbols as the lookahead holds, but no more coefficients than a block has.
    fn skipped_ac(&self, lookahead: u32) -> u32 {
        let (mut bits, mut coefficients) = (0, 0);
        loop {
            let (run, length, size) = self.after(lookahead, bits);
            let is_resolved = length > 0 && bits + length + size <= LOOKAHEAD_BITS;
            if bits == 0 && length > 0 && !is_resolved {
                // The bits of a value that is not needed are skipped, even beyond the lookahead.
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

/// The entry of a code with its value, if the lookahead holds both; otherwise the next step reads the value.
fn with_value(lookahead: u32, run: usize, length: u32, size: u32) -> u32 {
    if length + size <= LOOKAHEAD_BITS {
        code_of(length + size, run, value(lookahead, length, size))
    } else if let Some(number) = SIZES.iter().position(|other| *other == size) {
        code_of(length, VALUE_OFFSETS[number] + run, 0)
    } else {
        code_of(0, LONG, 0)
    }
}

fn value(lookahead: u32, length: u32, size: u32) -> i32 {
    signed(lookahead >> (LOOKAHEAD_BITS - length - size) & ((1 << size) - 1), size)
}
