//! A cursor: one of the places in the data at which decoding goes on, and its steps through the state machine.

use super::super::entropy_decoder::HuffmanTables;
use super::machine::{Codes, LOOKAHEAD_BITS, StateMachine, Transitions, escaped_at};
use super::unstuff::{Bytes, CAPACITY};

/// Coefficient values of all cursors.
pub(super) const VALUES: usize = 1 << 18;
pub(super) type Values = [i16; VALUES];

/// Cursors that run in turn: as many as hide the five cycles of a lookup in the nearest cache.
pub(super) const CURSORS: usize = 4;

/// The fewest bits in a window that has just been filled.
const FILLED: u32 = 57;
/// How often windows are filled in an interval.
const ROUNDS: usize = 8;
/// The most bytes that a cursor reads in an interval, and a window after them.
pub(super) const INTERVAL_BYTES: usize = 300;
/// Room that a cursor needs for the values of an interval, in groups of MCUs: the six codes of a round are at most three
/// blocks, and a group has at least four. A few more are for reaching the end of an MCU.
pub(super) const INTERVAL_MCUS: usize = ROUNDS * 3 / 4 + 6;

#[derive(Clone, Copy, Default)]
pub(super) struct Cursor {
    /// The next bits, then a one, then a zero for each bit that was read since the window was filled.
    window: u64,
    /// Where the window was filled, in bits.
    at: u64,
    /// The state: the kind of the next code and its place, as [`StateMachine`] encodes them.
    pub state: u32,
    /// Where the values of the current group of MCUs go.
    pub base: u32,
}

impl Cursor {
    pub(super) fn new(at: u64, state: u32, base: u32) -> Self {
        Self { window: 1, at, state, base }
    }

    /// The bit that is next.
    pub(super) fn at(&self) -> u64 {
        self.at + u64::from(self.window.trailing_zeros())
    }

    pub(super) fn place(&self) -> u32 {
        self.state >> 16
    }

    pub(super) fn kind(&self) -> u32 {
        self.state & 0xf000
    }

    #[inline(always)]
    fn fill(&mut self, data: &Bytes) {
        self.at += u64::from(self.window.trailing_zeros());
        self.window = window(data, self.at);
    }

    /// Goes on to the next group of MCUs if this one is done.
    #[inline(always)]
    fn wrap(&mut self, end: u32, stride: u32) {
        let mask = u32::from(self.state >= end << 16).wrapping_neg();
        self.state = self.state.wrapping_sub(end << 16 & mask);
        self.base = self.base.wrapping_add(stride & mask);
    }

    #[inline(always)]
    fn step(&mut self, codes: &Codes, places: &Transitions, values: &mut Values) {
        let lookahead = (self.window >> (64 - LOOKAHEAD_BITS)) as usize;
        let code = codes[((self.state & 0xf000) as usize | lookahead) & 0xffff];
        self.window <<= code & 63;
        self.state = places[((self.state >> 16) + (code >> 22)) as usize & (places.len() - 1)];
        values[(self.base.wrapping_add(self.state & 0xfff)) as usize & (VALUES - 1)] = (code >> 6) as i16;
    }

    /// Whether more bits were read than there were, or a step has escaped.
    #[inline(always)]
    fn trouble(&self) -> u32 {
        FILLED.wrapping_sub(self.window.trailing_zeros()) >> 31 | (self.kind() + (1 << 12)) >> 16
    }

    /// Decodes the next code, however long it is. `None` for bits that are no code.
    pub(super) fn take(
        mut self,
        machine: &StateMachine,
        tables: &HuffmanTables,
        data: &Bytes,
        values: &mut Values,
    ) -> Option<Self> {
        let at = self.at();
        let (bits, state, value) = machine.any_step(tables, self.state, window(data, at))?;
        self = Self { window: 1, at: at + u64::from(bits), state, ..self };
        values[(self.base.wrapping_add(state & 0xfff)) as usize & (VALUES - 1)] = value;
        self.wrap(machine.end, machine.stride as u32);
        Some(self)
    }

    /// Repairs a cursor in trouble, whose state before this round was `before`.
    #[cold]
    #[inline(never)]
    fn mend(
        mut self,
        before: Self,
        machine: &StateMachine,
        tables: &HuffmanTables,
        data: &Bytes,
        values: &mut Values,
    ) -> Option<Self> {
        if let Some(place) = escaped_at(self.state).filter(|_| self.window.trailing_zeros() <= FILLED) {
            self.state = machine.state_at(place);
            self.wrap(machine.end, machine.stride as u32);
            return self.take(machine, tables, data, values);
        }
        (0..6).try_fold(before, |cursor, _| cursor.take(machine, tables, data, values))
    }
}

/// At least 57 bits from a bit on, and a one after the last.
#[inline(always)]
fn window(data: &Bytes, at: u64) -> u64 {
    let bytes = data.get((at >> 3) as usize & (CAPACITY - 1)..).and_then(<[u8]>::first_chunk::<8>);
    u64::from_be_bytes(bytes.copied().unwrap_or_default()) << (at & 7) | 1
}

/// Runs all cursors for an interval, for which each needs [`INTERVAL_BYTES`] bytes. The error is the number of a cursor that
/// met bits that are no code; later cursors may be anywhere then.
#[inline(always)]
pub(super) fn run(
    cursors: &mut [Cursor; CURSORS],
    machine: &StateMachine,
    tables: &HuffmanTables,
    data: &Bytes,
    values: &mut Values,
) -> Result<(), usize> {
    let [mut a, mut b, mut c, mut d] = *cursors;
    // Locals, since the compiler must assume that a value it writes could be part of the machine.
    let (codes, places) = (&*machine.codes, &*machine.places);
    let (end, stride) = (machine.end, machine.stride as u32);
    for _ in 0..ROUNDS {
        macro_rules! each {
            ($cursor:ident => $what:expr) => {{
                let $cursor = &mut a;
                $what;
                let $cursor = &mut b;
                $what;
                let $cursor = &mut c;
                $what;
                let $cursor = &mut d;
                $what;
            }};
        }
        each!(cursor => {
            cursor.fill(data);
            cursor.wrap(end, stride);
        });
        let before = [a.state, b.state, c.state, d.state];
        // As many steps as a window has bits for.
        each!(cursor => cursor.step(codes, places, values));
        each!(cursor => cursor.step(codes, places, values));
        each!(cursor => cursor.step(codes, places, values));
        each!(cursor => cursor.step(codes, places, values));
        if a.trouble() | b.trouble() | c.trouble() | d.trouble() != 0 {
            macro_rules! mend {
                ($cursor:ident, $number:literal) => {
                    if $cursor.trouble() != 0 {
                        let before = Cursor { window: 1, state: before[$number], ..$cursor };
                        $cursor = $cursor.mend(before, machine, tables, data, values).ok_or($number)?;
                    }
                };
            }
            mend!(a, 0_usize);
            mend!(b, 1_usize);
            mend!(c, 2_usize);
            mend!(d, 3_usize);
        }
    }
    *cursors = [a, b, c, d];
    Ok(())
}
