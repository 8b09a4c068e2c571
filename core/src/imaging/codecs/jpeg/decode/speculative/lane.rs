//! A lane: a place in the data where decoding is going on, and its steps.

use super::super::entropy_decoder::Tables;
use super::machine::{Codes, Machine, Places, SIGHT, stuck_at};
use super::unstuff::{Bytes, ROOM};

/// Values of coefficients, of all lanes.
pub(super) const VALUES: usize = 1 << 18;
pub(super) type Values = [i16; VALUES];

/// Lanes that run side by side: as many as keep a processor busy whose tables answer after five cycles.
pub(super) const LANES: usize = 4;

/// Bits that a lane has at least when its window is filled.
const FILLED: u32 = 57;
/// How often windows are filled before anything is asked.
const ROUNDS: usize = 8;
/// Bytes that a lane reads at most until then, and a window behind them.
pub(super) const STRETCH: usize = 300;
/// Room that a lane needs for the values of a stretch, in units that are taken as one: six codes in a round are three blocks
/// at most, and there are four in those units at least. A few more are for coming to the end of a unit.
pub(super) const STRETCH_UNITS: usize = ROUNDS * 3 / 4 + 6;

#[derive(Clone, Copy, Default)]
pub(super) struct Lane {
    /// The next bits, then a one, then as many zeros as bits were read since it was filled.
    window: u64,
    /// Where the window starts, in bits.
    at: u64,
    /// The kind of code that is next and its place, as the machine has them.
    pub state: u32,
    /// Where the values of the units go that are at work.
    pub base: u32,
}

impl Lane {
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
    fn step(&mut self, codes: &Codes, places: &Places, values: &mut Values) {
        let sight = (self.window >> (64 - SIGHT)) as usize;
        let code = codes[((self.state & 0xf000) as usize | sight) & 0xffff];
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
        machine: &Machine,
        tables: &Tables,
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
        machine: &Machine,
        tables: &Tables,
        data: &Bytes,
        values: &mut Values,
    ) -> Option<Self> {
        if let Some(place) = stuck_at(self.state).filter(|_| self.window.trailing_zeros() <= FILLED) {
            self.state = machine.state_at(place);
            self.wrap(machine.end, machine.stride as u32);
            return self.take(machine, tables, data, values);
        }
        (0..6).try_fold(before, |lane, _| lane.take(machine, tables, data, values))
    }
}

/// 57 bits and more from a bit on, and a one behind the last.
#[inline(always)]
fn window(data: &Bytes, at: u64) -> u64 {
    let bytes = data.get((at >> 3) as usize & (ROOM - 1)..).and_then(<[u8]>::first_chunk::<8>);
    u64::from_be_bytes(bytes.copied().unwrap_or_default()) << (at & 7) | 1
}

/// Runs all lanes for a stretch, which needs [`STRETCH`] bytes in front of each. The number of a lane that met bits that
/// are no code, after which those behind it mean nothing.
#[inline(always)]
pub(super) fn run(
    lanes: &mut [Lane; LANES],
    machine: &Machine,
    tables: &Tables,
    data: &Bytes,
    values: &mut Values,
) -> Result<(), usize> {
    let [mut a, mut b, mut c, mut d] = *lanes;
    // Held here, since a value that is written could be part of the machine for all that a compiler knows.
    let (codes, places) = (&*machine.codes, &*machine.places);
    let (end, stride) = (machine.end, machine.stride as u32);
    for _ in 0..ROUNDS {
        macro_rules! each {
            ($lane:ident => $what:expr) => {{
                let $lane = &mut a;
                $what;
                let $lane = &mut b;
                $what;
                let $lane = &mut c;
                $what;
                let $lane = &mut d;
                $what;
            }};
        }
        each!(lane => {
            lane.fill(data);
            lane.wrap(end, stride);
        });
        let before = [a.state, b.state, c.state, d.state];
        // As many as there are bits for.
        each!(lane => lane.step(codes, places, values));
        each!(lane => lane.step(codes, places, values));
        each!(lane => lane.step(codes, places, values));
        each!(lane => lane.step(codes, places, values));
        if a.trouble() | b.trouble() | c.trouble() | d.trouble() != 0 {
            macro_rules! mend {
                ($lane:ident, $number:literal) => {
                    if $lane.trouble() != 0 {
                        let before = Lane { window: 1, state: before[$number], ..$lane };
                        $lane = $lane.mend(before, machine, tables, data, values).ok_or($number)?;
                    }
                };
            }
            mend!(a, 0_usize);
            mend!(b, 1_usize);
            mend!(c, 2_usize);
            mend!(d, 3_usize);
        }
    }
    *lanes = [a, b, c, d];
    Ok(())
}
