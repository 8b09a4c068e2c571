//! A lane: a place in the data where decoding is going on, and its steps.

use super::super::entropy_decoder::HuffmanTables;
use super::machine::{Codes, LOOKAHEAD_BITS, StateMachine, Transitions, escaped_at};
use super::unstuff::{Bytes, CAPACITY};

/// Values of coefficients, of all lanes.
pub(super) const VALUES: usize = 1 << 18;
pub(super) type Values = [i16; VALUES];

/// Lanes that run side by side: as many as keep a processor busy whose tables answer after five cycles.
pub(super) const CURSORS: usize = 4;

/// Bits that a lane has at least when its window is filled.
const FILLED: u32 = 57;
/// How often windows are filled before anything is asked.
const ROUNDS: usize = 8;
/// Bytes that a lane reads at most until then, and a window behind them.
pub(super) const INTERVAL_BYTES: usize = 300;
/// Room that a lane needs for the values of a stretch, in units that are taken as one: six codes in a round are three blocks
/// at most, and there are four in those units at least. A few more are for coming to the end of a unit.
pub(super) const INTERVAL_MCUS: usize = ROUNDS * 3 / 4 + 6;

#[derive(Clone, Copy, Default)]
pub(super) struct Cursor {
    /// The next bits, then a one, then as many zeros as bits were read since it was filled.
    window: u64,
    /// Where the window starts, in bits.
    at: u64,
    /// The kind of code that is next and its place, as the machine has them.
    pub state: u32,
    /// Where the values of the units go that are at work.
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

    /// Goes on to the next units if these are done.
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

    /// Whether more was read than there was, or a step led nowhere.
    #[inline(always)]
    fn trouble(&self) -> u32 {
        FILLED.wrapping_sub(self.window.trailing_zeros()) >> 31 | (self.kind() + (1 << 12)) >> 16
    }

    /// Takes the code that is next, however long. `None` if it is none.
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

    /// Sets a lane right that is in trouble, after it was in order at `before`.
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

/// 57 bits and more from a bit on, and a one behind the last.
#[inline(always)]
fn window(data: &Bytes, at: u64) -> u64 {
    let bytes = data.get((at >> 3) as usize & (CAPACITY - 1)..).and_then(<[u8]>::first_chunk::<8>);
    u64::from_be_bytes(bytes.copied().unwrap_or_default()) << (at & 7) | 1
}

/// Runs all lanes for a stretch, which needs [`STRETCH`] bytes in front of each. The number of a lane that met bits that
/// are no code, after which those behind it mean nothing.
#[inline(always)]
pub(super) fn run(
    cursors: &mut [Cursor; CURSORS],
    machine: &StateMachine,
    tables: &HuffmanTables,
    data: &Bytes,
    values: &mut Values,
) -> Result<(), usize> {
    let [mut a, mut b, mut c, mut d] = *cursors;
    // Held here, since a value that is written could be part of the machine for all that a compiler knows.
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
        // As many as there are bits for.
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
