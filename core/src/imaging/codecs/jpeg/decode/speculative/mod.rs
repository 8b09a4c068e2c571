//! Speculative (parallel) Huffman decoding: one scan, decoded at four positions of its data at once.
//!
//! A Huffman code starts where the code before it ends, so a decoder of single codes waits for one table lookup after another.
//! Here four cursors advance in turn, each in its own section of the data, and the processor overlaps their lookups. Only the
//! first cursor starts at a known MCU boundary. The others start somewhere within a code, but sooner or later a wrong code ends
//! where a right one ends, and a wrong block where a right one ends, and from there on everything is right: Huffman codes
//! resynchronise by themselves (S. T. Klein and Y. Wiseman, "Parallel Huffman Decoding with Applications to JPEG Files", The
//! Computer Journal 46(5), 2003). With the codes 0, 10 and 11:
//!
//! ```text
//! bits                 1 0 1 1 0 1 0 0 1 1
//! from the first bit   10  11  0 10  0 11
//! from the second bit    0 11  0 10  0 11      wrong code 0, in step from the third bit on
//! ```
//!
//! Each cursor runs on for some MCUs past the start of the next section. If both cursors reach the same bit in the same
//! state, the later one has resynchronised, and its MCUs count from there on; otherwise they are discarded and decoded
//! again:
//!
//! ```text
//! data      |---- section 0 ----|---- section 1 ----|---- section 2 ----|
//! cursor 0   MCU MCU MCU MCU MCU|MCU MCU
//! cursor 1                       ???  ?? MCU MCU MCU|MCU ...       the second MCU of the overlap is found by both
//! ```
//!
//! So the MCUs are those that a single cursor would find, whatever the data is. Markers, invalid codes and the end of the data
//! are left to the decoder of single codes.

use crate::imaging::simd::Simd;

use super::entropy_decoder::HuffmanTables;
use super::segments::Scan;

mod cursor;
mod dequantise;
mod machine;
#[cfg(test)]
mod tests;
mod unstuff;

use cursor::{CURSORS, Cursor, INTERVAL_BYTES, INTERVAL_MCUS, VALUES, Values};
pub(super) use dequantise::dequantise;
pub(super) use machine::ComponentBlocks;
use machine::StateMachine;
use unstuff::UnstuffedBytes;

/// The shortest scan for which building the tables pays. Tests and fuzzing decode speculatively wherever they can.
const LEAST_BYTES: usize = if cfg!(any(test, fuzzing)) { 400 } else { 150_000 };
/// The memory of the tables, the values and the unstuffed bytes, in bytes.
pub(super) const MEMORY_BYTES: u64 = 960 * 1024;

/// The most values of an MCU: more than six full blocks do not fit into the caches.
const MAX_MCU_VALUES: usize = 400;
/// Values of one cursor.
const CURSOR_VALUES: usize = VALUES / CURSORS;
/// The most bytes of a section.
const MAX_SECTION_BYTES: u64 = 12 * 1024;
/// MCUs that a cursor decodes past the start of the next section. Of 400 starts in photographs half needed more than 3 MCUs
/// to resynchronise, and 3 in 100 more than 12.
const OVERLAP: u64 = 12;
/// The most intervals of one run.
const INTERVALS: usize = 1024;
/// How often cursors may be restarted within one run, after invalid codes.
const MAX_RESTARTS: usize = 32;
/// How often most of a run may be discarded before the rest is left to the decoder of single codes.
const RETRY_BUDGET: u32 = 8;

/// Whether a scan is decoded speculatively: it is long, has no restart markers, which reset the DC predictors, and does not end
/// in zeros that may replace lost data, since the exact end of the last MCU matters then, and cursors run past it.
pub(super) fn is_suitable(scan: &Scan<'_>) -> bool {
    scan.restart_interval == 0 && !scan.has_zero_tail && scan.data.len() >= LEAST_BYTES
}

/// Decodes the MCUs of a scan that has no restart markers.
pub(super) struct SpeculativeDecoder<'a> {
    data: &'a [u8],
    machine: StateMachine,
    values: Box<Values>,
    unstuffed: UnstuffedBytes,
    checkpoints: Vec<Checkpoints>,
    /// MCUs that are decoded and not taken yet, the next ones at the end.
    ready: Vec<ReadyMcus>,
    /// Where the MCUs after them start in the data: a byte, and how many of its bits are read.
    next: (usize, u32),
    /// The mean length of an MCU in the last run, in bits.
    bits_per_mcu: u64,
    /// How many further runs may be mostly discarded.
    retry_budget: u32,
}

/// Decoded MCUs, in groups that lie one after the other.
pub(super) struct Mcus<'a> {
    values: &'a [i16],
    /// Values of an MCU, and from one group to the next.
    each: usize,
    stride: usize,
    /// MCUs of a group, and the number of the first one in its group.
    group: usize,
    mcu: usize,
    pub count: usize,
}

impl<'a> Mcus<'a> {
    /// The values of each MCU: of each block the square of coefficients that is kept, row by row.
    #[inline(always)]
    pub(super) fn iter(&self) -> impl Iterator<Item = &'a [i16]> {
        let (values, each, group) = (self.values, self.each, self.group);
        let gap = self.stride - each * group;
        let (mut at, mut mcu) = (self.mcu * each, self.mcu);
        (0..self.count).map(
            #[inline(always)]
            move |_| {
                let found = values.get(at..at + each).unwrap_or_default();
                (at, mcu) = (at + each, mcu + 1);
                if mcu == group {
                    (at, mcu) = (at + gap, 0);
                }
                found
            },
        )
    }
}

/// Accepted MCUs of one cursor.
#[derive(Clone, Copy)]
struct ReadyMcus {
    cursor: usize,
    next: usize,
    end: usize,
}

/// The states of a cursor before each interval, and after the last one.
type Checkpoints = Vec<Cursor>;

impl<'a> SpeculativeDecoder<'a> {
    /// `None` if an MCU has too many values, or the scan too many tables.
    pub(super) fn new(
        data: &'a [u8],
        mcus: u64,
        tables: &HuffmanTables,
        components: &[ComponentBlocks],
    ) -> Option<Self> {
        let machine = StateMachine::new(tables, components).filter(|machine| machine.values <= MAX_MCU_VALUES)?;
        Some(Self {
            data,
            machine,
            values: vec![0; VALUES].try_into().ok()?,
            unstuffed: UnstuffedBytes::new()?,
            checkpoints: vec![Vec::new(); CURSORS],
            ready: Vec::new(),
            next: (0, 0),
            bits_per_mcu: 8 * data.len() as u64 / mcus.max(1),
            retry_budget: RETRY_BUDGET,
        })
    }

    /// Decodes more MCUs if none are ready. `false` if the rest is left to the decoder of single codes.
    #[inline(always)]
    pub(super) fn prepare(&mut self, tables: &HuffmanTables, simd: Simd) -> bool {
        while self.ready.last().is_some_and(|ready| ready.next == ready.end) {
            self.ready.pop();
        }
        !self.ready.is_empty() || self.decode(tables, simd).is_some()
    }

    /// Takes up to `most` MCUs that are ready.
    #[inline(always)]
    pub(super) fn take(&mut self, most: usize) -> Option<Mcus<'_>> {
        let ready = self.ready.last_mut()?;
        let StateMachine { mcus, values, stride, .. } = self.machine;
        let (group, mcu) = (ready.next / mcus, ready.next % mcus);
        let count = most.min(ready.end - ready.next);
        ready.next += count;
        let values_from = self.values.get(ready.cursor * CURSOR_VALUES + group * stride..)?;
        Some(Mcus { values: values_from, each: values, mcu, group: mcus, stride, count })
    }

    /// Where the decoder of single codes continues: a byte of the data, and how many of its bits are read. MCUs that are ready
    /// and were not taken lie before it.
    pub(super) fn hand_over(&self) -> (usize, u32) {
        self.next
    }

    /// Decodes the next sections of the data, one with each cursor.
    fn decode(&mut self, tables: &HuffmanTables, simd: Simd) -> Option<()> {
        let (first, skipped) = self.next;
        let room = (CURSOR_VALUES - self.machine.stride * INTERVAL_MCUS) / self.machine.stride * self.machine.mcus;
        let overlap = OVERLAP * self.bits_per_mcu;
        let left = 8 * self.data.len().saturating_sub(first) as u64;
        let most =
            (left / (CURSORS as u64 + 1)).min(8 * MAX_SECTION_BYTES).min(room as u64 * self.bits_per_mcu * 3 / 4);
        let section = most.saturating_sub(overlap) & !7;
        if section < overlap.max(128) || self.retry_budget == 0 {
            return None;
        }
        let mut cursors: [Cursor; CURSORS] = std::array::from_fn(|number| {
            let at = if number == 0 { u64::from(skipped) } else { number as u64 * section };
            Cursor::new(at, self.machine.start, (number * CURSOR_VALUES) as u32)
        });
        simd.run(
            #[inline(always)]
            || {
                self.unstuffed.fill(
                    self.data,
                    first,
                    section as usize / 8 * (2 * CURSORS + 1) / 2 + 2 * INTERVAL_BYTES + overlap as usize / 8,
                );
                self.run(tables, &mut cursors, section + overlap, section);
            },
        );
        let accepted = self.accept(tables)?;
        let bits = accepted.saturating_sub(skipped.into());
        let mcus: usize = self.ready.iter().map(|ready| ready.end - ready.next).sum();
        self.bits_per_mcu = (bits / mcus.max(1) as u64).max(1);
        self.retry_budget =
            if bits < section / 2 { self.retry_budget - 1 } else { RETRY_BUDGET.min(self.retry_budget + 1) };
        self.next = (self.unstuffed.offset_of((accepted / 8) as usize), (accepted % 8) as u32);
        (mcus > 0).then_some(())
    }

    /// Runs all cursors until each has passed `length` bits from its start. Sections are `section` bits long.
    #[inline(always)]
    fn run(&mut self, tables: &HuffmanTables, cursors: &mut [Cursor; CURSORS], length: u64, section: u64) {
        for (number, checkpoints) in self.checkpoints.iter_mut().enumerate() {
            // Clears the values up to the last checkpoint, and those of the interval after it, which may have been written.
            let first = number * CURSOR_VALUES;
            let used =
                checkpoints.last().map_or(0, |cursor| cursor.base as usize + INTERVAL_MCUS * self.machine.stride);
            self.values[first.min(used)..used.min(first + CURSOR_VALUES)].fill(0);
            checkpoints.clear();
        }
        let last = (self.unstuffed.count.saturating_sub(INTERVAL_BYTES) * 8) as u64;
        let limit = (CURSOR_VALUES - INTERVAL_MCUS * self.machine.stride) as u32;
        let mut restarts = 0;
        for _ in 0..INTERVALS {
            let (mut is_done, mut is_full) = (true, false);
            for (number, (cursor, checkpoints)) in cursors.iter().zip(&mut self.checkpoints).enumerate() {
                checkpoints.push(*cursor);
                let at = cursor.at();
                is_done &= number == CURSORS - 1 || at >= number as u64 * section + length;
                is_full |= at >= last || cursor.base - (number * CURSOR_VALUES) as u32 >= limit;
            }
            if is_done || is_full {
                return;
            }
            match cursor::run(cursors, &self.machine, tables, &self.unstuffed.bytes, &mut self.values) {
                Ok(()) => {}
                Err(number) if number > 0 && restarts < MAX_RESTARTS => {
                    // Probably not resynchronised yet: starts again a byte later, with values that are still zero.
                    restarts += 1;
                    let cursor = &mut cursors[number];
                    let base = cursor.base + (INTERVAL_MCUS * self.machine.stride) as u32;
                    *cursor = Cursor::new((cursor.at() & !7) + 8, self.machine.start, base);
                    self.checkpoints[number] = vec![*cursor];
                }
                Err(_) => return,
            }
        }
    }

    /// Accepts the MCUs of the cursors that have resynchronised, and returns the position of the bit after the last one. `None`
    /// if the first cursor does not reach the end of an MCU.
    fn accept(&mut self, tables: &HuffmanTables) -> Option<u64> {
        let (mut cursor, mut next) = (0, 0);
        while cursor + 1 < CURSORS {
            let Some((end, start)) = self.resynchronise(tables, cursor).filter(|(end, _)| *end >= next) else { break };
            self.ready.push(ReadyMcus { cursor, next, end });
            (cursor, next) = (cursor + 1, start);
        }
        let Some(end) = self.end(tables, cursor, next) else {
            self.ready.clear();
            return None;
        };
        self.ready.push(ReadyMcus { cursor, next, end: self.mcus(cursor, &end) });
        self.ready.reverse();
        Some(end.at())
    }

    /// How many MCUs a cursor has completed in one of its states.
    fn mcus(&self, number: usize, cursor: &Cursor) -> usize {
        let all = (cursor.base as usize - number * CURSOR_VALUES) / self.machine.stride;
        all * self.machine.mcus + (cursor.position() / self.machine.mcu_end) as usize
    }

    /// The cursor at its next MCU boundary, at least `least` MCUs after its start.
    fn end(&mut self, tables: &HuffmanTables, number: usize, least: usize) -> Option<Cursor> {
        let mut cursor = *self.checkpoints.get(number)?.last()?;
        let is_start = |cursor: &Cursor| {
            cursor.position().is_multiple_of(self.machine.mcu_end) && cursor.class() == self.machine.start
        };
        while !is_start(&cursor) || self.mcus(number, &cursor) < least {
            cursor = cursor.take(&self.machine, tables, &self.unstuffed.bytes, &mut self.values)?;
        }
        (cursor.at() <= 8 * self.unstuffed.count as u64).then_some(cursor)
    }

    /// Finds where the next cursor has resynchronised with this one, by stepping it from one of its checkpoints to a checkpoint
    /// of this one. Returns how many MCUs of this cursor count, and the MCU of the next cursor that follows them.
    fn resynchronise(&mut self, tables: &HuffmanTables, number: usize) -> Option<(usize, usize)> {
        let whole = self.mcus(number, self.checkpoints.get(number)?.last()?);
        let theirs_end = self.checkpoints.get(number + 1)?.last()?.at();
        for back in 0..4 {
            let candidates = self.checkpoints.get(number)?.iter().rev();
            let is_in_both = |cursor: &&Cursor| self.mcus(number, cursor) < whole && cursor.at() <= theirs_end;
            let ours = *candidates.filter(is_in_both).nth(back)?;
            let theirs = self.checkpoints.get(number + 1)?;
            let before = theirs.partition_point(|cursor| cursor.at() <= ours.at()).checked_sub(1)?;
            let mut cursor = *theirs.get(before)?;
            while cursor.at() < ours.at() {
                cursor = cursor.take(&self.machine, tables, &self.unstuffed.bytes, &mut self.values)?;
            }
            let in_mcu = |cursor: &Cursor| (cursor.position() % self.machine.mcu_end, cursor.class());
            if cursor.at() == ours.at() && in_mcu(&cursor) == in_mcu(&ours) {
                return Some((self.mcus(number, &ours) + 1, self.mcus(number + 1, &cursor) + 1));
            }
        }
        None
    }
}
