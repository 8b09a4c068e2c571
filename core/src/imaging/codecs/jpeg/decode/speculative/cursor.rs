//! `Cursor`: one of the positions in the data at which decoding advances, and its steps through the state machine.

use super::super::entropy_decoder::HuffmanTables;
use super::machine::{Codes, LOOKAHEAD_BITS, StateMachine, Transitions, escaped_at};
use super::unstuff::{Bytes, CAPACITY};

/// Coefficient values of all cursors.
pub(super) const VALUES: usize = 1 << 18;
pub(super) type Values = [i16; VALUES];

/// Cursors that run in turn: enough to hide the five cycles of a lookup in the L1 cache.
pub(super) const CURSORS: usize = 4;

/// The fewest valid bits in a bit buffer that has just been filled.
const FILLED: u32 = 57;
/// How often the bit buffer is filled in an interval.
const ROUNDS: usize = 8;
/// The most bytes that a cursor reads in an interval, with a bit buffer after them.
pub(super) const INTERVAL_BYTES: usize = 300;
/// The room that a cursor needs for the values of an interval, in groups of MCUs: the six codes of a round are at most three
/// blocks, and a group has at least four. A few more are for reaching the end of an MCU.
pub(super) const INTERVAL_MCUS: usize = ROUNDS * 3 / 4 + 6;

#[derive(Clone, Copy, Default)]
pub(super) struct Cursor {
    /// The bit buffer: the next bits, then a one, then a zero for each bit that was consumed since it was filled.
    buffer: u64,
    /// The position at which the buffer was filled, in bits.
    at: u64,
    /// The state: the position of the next code and its class, as [`StateMachine`] encodes them.
    pub state: u32,
    /// Where the values of the current group of MCUs go.
    pub base: u32,
}

impl Cursor {
    pub(super) fn new(at: u64, state: u32, base: u32) -> Self {
        Self { buffer: 1, at, state, base }
    }

    /// The position of the next bit.
    pub(super) fn at(&self) -> u64 {
        self.at + u64::from(self.buffer.trailing_zeros())
    }

    pub(super) fn position(&self) -> u32 {
        self.state >> 16
    }

    pub(super) fn class(&self) -> u32 {
        self.state & 0xf000
    }

    #[inline(always)]
    fn fill(&mut self, data: &Bytes) {
        self.at += u64::from(self.buffer.trailing_zeros());
        self.buffer = filled_buffer(data, self.at);
    }

    /// Moves to the next group of MCUs if this one is complete.
    #[inline(always)]
    fn wrap(&mut self, end: u32, stride: u32) {
        let mask = u32::from(self.state >= end << 16).wrapping_neg();
        self.state = self.state.wrapping_sub(end << 16 & mask);
        self.base = self.base.wrapping_add(stride & mask);
    }

    #[inline(always)]
    fn step(&mut self, codes: &Codes, transitions: &Transitions, values: &mut Values) {
        let lookahead = (self.buffer >> (64 - LOOKAHEAD_BITS)) as usize;
        let code = codes[((self.state & 0xf000) as usize | lookahead) & 0xffff];
        self.buffer <<= code & 63;
        self.state = transitions[((self.state >> 16) + (code >> 22)) as usize & (transitions.len() - 1)];
        values[(self.base.wrapping_add(self.state & 0xfff)) as usize & (VALUES - 1)] = (code >> 6) as i16;
    }

    /// Nonzero if more bits were consumed than the buffer had, or if a step has escaped.
    #[inline(always)]
    fn trouble(&self) -> u32 {
        FILLED.wrapping_sub(self.buffer.trailing_zeros()) >> 31 | (self.class() + (1 << 12)) >> 16
    }

    /// Decodes the next code, of any length. `None` for an invalid code.
    pub(super) fn take(
        mut self,
        machine: &StateMachine,
        tables: &HuffmanTables,
        data: &Bytes,
        values: &mut Values,
    ) -> Option<Self> {
        let at = self.at();
        let (bits, state, value) = machine.any_step(tables, self.state, filled_buffer(data, at))?;
        self = Self { buffer: 1, at: at + u64::from(bits), state, ..self };
        values[(self.base.wrapping_add(state & 0xfff)) as usize & (VALUES - 1)] = value;
        self.wrap(machine.end, machine.stride as u32);
        Some(self)
    }

    /// Resolves the trouble of a cursor, whose state before this round was `before`.
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
        if let Some(position) = escaped_at(self.state).filter(|_| self.buffer.trailing_zeros() <= FILLED) {
            self.state = machine.state_at(position);
            self.wrap(machine.end, machine.stride as u32);
            return self.take(machine, tables, data, values);
        }
        (0..6).try_fold(before, |cursor, _| cursor.take(machine, tables, data, values))
    }
}

/// A bit buffer filled at this position: at least 57 bits, and a one after the last.
#[inline(always)]
fn filled_buffer(data: &Bytes, at: u64) -> u64 {
    let bytes = data.get((at >> 3) as usize & (CAPACITY - 1)..).and_then(<[u8]>::first_chunk::<8>);
    u64::from_be_bytes(bytes.copied().unwrap_or_default()) << (at & 7) | 1
}

/// Runs all cursors for an interval, for which each needs [`INTERVAL_BYTES`] bytes. The error is the number of a cursor that
/// found an invalid code; the positions of later cursors are unspecified then.
#[inline(always)]
pub(super) fn run(
    cursors: &mut [Cursor; CURSORS],
    machine: &StateMachine,
    tables: &HuffmanTables,
    data: &Bytes,
    values: &mut Values,
) -> Result<(), usize> {
    let [mut a, mut b, mut c, mut d] = *cursors;
    // Locals, since the compiler cannot rule out that a write of a value changes the machine.
    let (codes, transitions) = (&*machine.codes, &*machine.transitions);
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
        // A filled buffer nearly always has the bits of four steps; `trouble` tells when it has not.
        each!(cursor => cursor.step(codes, transitions, values));
        each!(cursor => cursor.step(codes, transitions, values));
        each!(cursor => cursor.step(codes, transitions, values));
        each!(cursor => cursor.step(codes, transitions, values));
        if a.trouble() | b.trouble() | c.trouble() | d.trouble() != 0 {
            macro_rules! mend {
                ($cursor:ident, $number:literal) => {
                    if $cursor.trouble() != 0 {
                        let before = Cursor { buffer: 1, state: before[$number], ..$cursor };
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
