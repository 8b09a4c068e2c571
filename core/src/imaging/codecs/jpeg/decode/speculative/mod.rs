//! Decodes a scan from several places at once.
//!
//! A code starts where the one before it ends, so that a processor waits for one table after the other. Here it has four
//! lanes to go on with meanwhile, each in a part of the data of its own. Only the first starts at a place that is known to
//! be the start of a unit. The others start in the middle of some code: but such a lane is in step after a few units, since
//! wrong codes and wrong blocks end at a right place sooner or later, and then all that follows is right (S. T. Klein and
//! Y. Wiseman, "Parallel Huffman Decoding with Applications to JPEG Files", The Computer Journal 46(5), 2003).
//!
//! A lane goes on for some units beyond the place where the next one started. If both were at the same bit and at the same
//! place of a unit, they are in step, and what the next lane made counts from there on; otherwise it is thrown away and
//! decoded again. So units are those that one lane alone would find, whatever the data is. Whatever is unusual (markers,
//! bits that are no code, the end of the data) is not for the lanes: they hand over to the decoder of single codes.

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

/// From so many bytes on lanes are worth their tables. Tests and fuzzing want them as often as can be.
const LEAST_BYTES: usize = if cfg!(any(test, fuzzing)) { 400 } else { 150_000 };
/// Memory that lanes take.
pub(super) const MEMORY_BYTES: u64 = 960 * 1024;

/// How many values a unit may have: units of more than six whole blocks are too many for the caches.
const MOST_VALUES: usize = 400;
/// Values of one lane.
const REGION: usize = VALUES / CURSORS;
/// Bytes of one lane.
const MOST_BYTES: u64 = 12 * 1024;
/// Units that a lane goes on for beyond the start of the next. Of 400 starts in photographs 3 in 100 took more than 12
/// units to be in step, half of them more than 3.
const OVERLAP: u64 = 12;
/// Stretches of steps.
const INTERVALS: usize = 1024;
/// How often lanes may start anew among so many stretches.
const RETRIES: usize = 32;
/// How often most of the work may be thrown away before lanes are given up.
const RETRY_BUDGET: u32 = 8;

/// Whether a scan is for lanes: long, without restarts, after which they could not be in step, and without zeros at its
/// end, of which it matters where exactly the last unit ended: lanes go on decoding what follows it.
pub(super) fn suit(scan: &Scan<'_>) -> bool {
    scan.restart_interval == 0 && !scan.has_zero_tail && scan.data.len() >= LEAST_BYTES
}

/// The units of a scan that has no restarts.
pub(super) struct SpeculativeDecoder<'a> {
    data: &'a [u8],
    machine: StateMachine,
    values: Box<Values>,
    unstuffed: UnstuffedBytes,
    checkpoints: Vec<Checkpoints>,
    /// Units that are decoded and not taken yet, the next at the end.
    ready: Vec<Ready>,
    /// Where those after them start in the data: the byte, and bits of it.
    next: (usize, u32),
    bits_per_mcu: u64,
    retry_budget: u32,
}

/// Units, in groups of some that are one behind the other.
pub(super) struct Mcus<'a> {
    values: &'a [i16],
    /// Values of a unit, and from one group to the next.
    each: usize,
    stride: usize,
    /// Units of a group, and the number of the first one in its group.
    group: usize,
    mcu: usize,
    pub count: usize,
}

impl<'a> Mcus<'a> {
    /// The values of each: of each block the square that is kept, row by row.
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

/// Units of a lane.
#[derive(Clone, Copy)]
struct Ready {
    cursor: usize,
    next: usize,
    end: usize,
}

/// Where a lane was before each stretch, and in the end.
type Checkpoints = Vec<Cursor>;

impl<'a> SpeculativeDecoder<'a> {
    /// `None` where lanes are not worth it, or the scan has too many tables.
    pub(super) fn new(data: &'a [u8], mcus: u64, tables: &HuffmanTables, parts: &[ComponentBlocks]) -> Option<Self> {
        let machine = StateMachine::new(tables, parts).filter(|machine| machine.values <= MOST_VALUES)?;
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

    /// Makes units ready if none are. `false` if that is not for lanes.
    #[inline(always)]
    pub(super) fn prepare(&mut self, tables: &HuffmanTables, simd: Simd) -> bool {
        while self.ready.last().is_some_and(|ready| ready.next == ready.end) {
            self.ready.pop();
        }
        !self.ready.is_empty() || self.decode(tables, simd).is_some()
    }

    /// The next units that are ready, up to so many.
    #[inline(always)]
    pub(super) fn take(&mut self, most: usize) -> Option<Mcus<'_>> {
        let ready = self.ready.last_mut()?;
        let StateMachine { mcus, values, stride, .. } = self.machine;
        let (group, mcu) = (ready.next / mcus, ready.next % mcus);
        let count = most.min(ready.end - ready.next);
        ready.next += count;
        let values_from = self.values.get(ready.cursor * REGION + group * stride..)?;
        Some(Mcus { values: values_from, each: values, mcu, group: mcus, stride, count })
    }

    /// Where the units start that are not ready: a byte of the data, and bits of it that were read. Units that are ready
    /// and were not taken lie before it.
    pub(super) fn hand_over(&self) -> (usize, u32) {
        self.next
    }

    /// Decodes the next parts of the data, one in each lane.
    fn decode(&mut self, tables: &HuffmanTables, simd: Simd) -> Option<()> {
        let (first, skipped) = self.next;
        let room = (REGION - self.machine.stride * INTERVAL_MCUS) / self.machine.stride * self.machine.mcus;
        let overlap = OVERLAP * self.bits_per_mcu;
        let left = 8 * self.data.len().saturating_sub(first) as u64;
        let most = (left / (CURSORS as u64 + 1)).min(8 * MOST_BYTES).min(room as u64 * self.bits_per_mcu * 3 / 4);
        let part = most.saturating_sub(overlap) & !7;
        if part < overlap.max(128) || self.retry_budget == 0 {
            return None;
        }
        let mut cursors: [Cursor; CURSORS] = std::array::from_fn(|number| {
            let at = if number == 0 { u64::from(skipped) } else { number as u64 * part };
            Cursor::new(at, self.machine.start, (number * REGION) as u32)
        });
        simd.run(
            #[inline(always)]
            || {
                self.unstuffed.fill(
                    self.data,
                    first,
                    part as usize / 8 * (2 * CURSORS + 1) / 2 + 2 * INTERVAL_BYTES + overlap as usize / 8,
                );
                self.run(tables, &mut cursors, part + overlap, part);
            },
        );
        let accepted = self.accept(tables)?;
        let bits = accepted.saturating_sub(skipped.into());
        let mcus: usize = self.ready.iter().map(|ready| ready.end - ready.next).sum();
        self.bits_per_mcu = (bits / mcus.max(1) as u64).max(1);
        self.retry_budget =
            if bits < part / 2 { self.retry_budget - 1 } else { RETRY_BUDGET.min(self.retry_budget + 1) };
        self.next = (self.unstuffed.place_of((accepted / 8) as usize), (accepted % 8) as u32);
        (mcus > 0).then_some(())
    }

    /// Runs all lanes until each is so far behind its start as it has to be.
    #[inline(always)]
    fn run(&mut self, tables: &HuffmanTables, cursors: &mut [Cursor; CURSORS], length: u64, part: u64) {
        for (number, checkpoints) in self.checkpoints.iter_mut().enumerate() {
            // What the track says was used, and what may have been used behind it.
            let first = number * REGION;
            let used =
                checkpoints.last().map_or(0, |cursor| cursor.base as usize + INTERVAL_MCUS * self.machine.stride);
            self.values[first.min(used)..used.min(first + REGION)].fill(0);
            checkpoints.clear();
        }
        let last = (self.unstuffed.count.saturating_sub(INTERVAL_BYTES) * 8) as u64;
        let limit = (REGION - INTERVAL_MCUS * self.machine.stride) as u32;
        let mut retries = 0;
        for _ in 0..INTERVALS {
            let (mut is_done, mut is_full) = (true, false);
            for (number, (cursor, checkpoints)) in cursors.iter().zip(&mut self.checkpoints).enumerate() {
                checkpoints.push(*cursor);
                let at = cursor.at();
                is_done &= number == CURSORS - 1 || at >= number as u64 * part + length;
                is_full |= at >= last || cursor.base - (number * REGION) as u32 >= limit;
            }
            if is_done || is_full {
                return;
            }
            match cursor::run(cursors, &self.machine, tables, &self.unstuffed.bytes, &mut self.values) {
                Ok(()) => {}
                Err(number) if number > 0 && retries < RETRIES => {
                    // Not in step yet, most likely: another start, a byte further, with values that were not touched.
                    retries += 1;
                    let cursor = &mut cursors[number];
                    let base = cursor.base + (INTERVAL_MCUS * self.machine.stride) as u32;
                    *cursor = Cursor::new((cursor.at() & !7) + 8, self.machine.start, base);
                    self.checkpoints[number] = vec![*cursor];
                }
                Err(_) => return,
            }
        }
    }

    /// Puts together what lanes made that are in step, and tells the bit behind it. `None` if the first lane does not come
    /// to the end of a unit.
    fn accept(&mut self, tables: &HuffmanTables) -> Option<u64> {
        let (mut cursor, mut next) = (0, 0);
        while cursor + 1 < CURSORS {
            let Some((end, start)) = self.resynchronise(tables, cursor).filter(|(end, _)| *end >= next) else { break };
            self.ready.push(Ready { cursor, next, end });
            (cursor, next) = (cursor + 1, start);
        }
        let Some(end) = self.end(tables, cursor, next) else {
            self.ready.clear();
            return None;
        };
        self.ready.push(Ready { cursor, next, end: self.mcus(cursor, &end) });
        self.ready.reverse();
        Some(end.at())
    }

    /// Whole units of a lane, up to a state of it.
    fn mcus(&self, number: usize, cursor: &Cursor) -> usize {
        let all = (cursor.base as usize - number * REGION) / self.machine.stride;
        all * self.machine.mcus + (cursor.place() / self.machine.mcu_end) as usize
    }

    /// A lane at the next end of a unit, `least` units behind its start or more.
    fn end(&mut self, tables: &HuffmanTables, number: usize, least: usize) -> Option<Cursor> {
        let mut cursor = *self.checkpoints.get(number)?.last()?;
        let is_start = |cursor: &Cursor| {
            cursor.place().is_multiple_of(self.machine.mcu_end) && cursor.kind() == self.machine.start
        };
        while !is_start(&cursor) || self.mcus(number, &cursor) < least {
            cursor = cursor.take(&self.machine, tables, &self.unstuffed.bytes, &mut self.values)?;
        }
        (cursor.at() <= 8 * self.unstuffed.count as u64).then_some(cursor)
    }

    /// Looks for a place where a lane and the next are in step: how many units there are of the one up to the end of the
    /// unit that holds it, and with which number the other goes on.
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
            let in_mcu = |cursor: &Cursor| (cursor.place() % self.machine.mcu_end, cursor.kind());
            if cursor.at() == ours.at() && in_mcu(&cursor) == in_mcu(&ours) {
                return Some((self.mcus(number, &ours) + 1, self.mcus(number + 1, &cursor) + 1));
            }
        }
        None
    }
}
