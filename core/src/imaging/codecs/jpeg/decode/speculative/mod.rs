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

use super::entropy_decoder::Tables;
use super::segments::Scan;

mod dequantise;
mod lane;
mod machine;
#[cfg(test)]
mod tests;
mod unstuff;

pub(super) use dequantise::dequantise;
use lane::{LANES, Lane, STRETCH, STRETCH_UNITS, VALUES, Values};
use machine::Machine;
pub(super) use machine::Part;
use unstuff::Plain;

/// From so many bytes on lanes are worth their tables. Tests and fuzzing want them as often as can be.
const LEAST_BYTES: usize = if cfg!(any(test, fuzzing)) { 400 } else { 150_000 };
/// Memory that lanes take.
pub(super) const MEMORY_BYTES: u64 = 960 * 1024;

/// How many values a unit may have: units of more than six whole blocks are too many for the caches.
const MOST_VALUES: usize = 400;
/// Values of one lane.
const REGION: usize = VALUES / LANES;
/// Bytes of one lane.
const MOST_BYTES: u64 = 12 * 1024;
/// Units that a lane goes on for beyond the start of the next. Of 400 starts in photographs 3 in 100 took more than 12
/// units to be in step, half of them more than 3.
const OVERLAP: u64 = 12;
/// Stretches of steps.
const STRETCHES: usize = 1024;
/// How often lanes may start anew among so many stretches.
const STARTS: usize = 32;
/// How often most of the work may be thrown away before lanes are given up.
const PATIENCE: u32 = 8;

/// Whether a scan is for lanes: long, without restarts, after which they could not be in step, and without zeros at its
/// end, of which it matters where exactly the last unit ended: lanes go on decoding what follows it.
pub(super) fn suit(scan: &Scan<'_>) -> bool {
    scan.restart_interval == 0 && !scan.has_zero_tail && scan.data.len() >= LEAST_BYTES
}

/// The units of a scan that has no restarts.
pub(super) struct Lanes<'a> {
    data: &'a [u8],
    machine: Machine,
    values: Box<Values>,
    plain: Plain,
    tracks: Vec<Track>,
    /// Units that are decoded and not taken yet, the next at the end.
    ready: Vec<Ready>,
    /// Where those after them start in the data: the byte, and bits of it.
    next: (usize, u32),
    bits_per_unit: u64,
    patience: u32,
}

/// Units, in groups of some that are one behind the other.
pub(super) struct Units<'a> {
    values: &'a [i16],
    /// Values of a unit, and from one group to the next.
    each: usize,
    stride: usize,
    /// Units of a group, and the number of the first one in its group.
    group: usize,
    unit: usize,
    pub count: usize,
}

impl<'a> Units<'a> {
    /// The values of each: of each block the square that is kept, row by row.
    #[inline(always)]
    pub(super) fn iter(&self) -> impl Iterator<Item = &'a [i16]> {
        let (values, each, group) = (self.values, self.each, self.group);
        let gap = self.stride - each * group;
        let (mut at, mut unit) = (self.unit * each, self.unit);
        (0..self.count).map(
            #[inline(always)]
            move |_| {
                let found = values.get(at..at + each).unwrap_or_default();
                (at, unit) = (at + each, unit + 1);
                if unit == group {
                    (at, unit) = (at + gap, 0);
                }
                found
            },
        )
    }
}

/// Units of a lane.
#[derive(Clone, Copy)]
struct Ready {
    lane: usize,
    next: usize,
    end: usize,
}

/// Where a lane was before each stretch, and in the end.
type Track = Vec<Lane>;

impl<'a> Lanes<'a> {
    /// `None` where lanes are not worth it, or the scan has too many tables.
    pub(super) fn new(data: &'a [u8], units: u64, tables: &Tables, parts: &[Part]) -> Option<Self> {
        let machine = Machine::new(tables, parts).filter(|machine| machine.values <= MOST_VALUES)?;
        Some(Self {
            data,
            machine,
            values: vec![0; VALUES].try_into().ok()?,
            plain: Plain::new()?,
            tracks: vec![Vec::new(); LANES],
            ready: Vec::new(),
            next: (0, 0),
            bits_per_unit: 8 * data.len() as u64 / units.max(1),
            patience: PATIENCE,
        })
    }

    /// Makes units ready if none are. `false` if that is not for lanes.
    #[inline(always)]
    pub(super) fn prepare(&mut self, tables: &Tables, simd: Simd) -> bool {
        while self.ready.last().is_some_and(|ready| ready.next == ready.end) {
            self.ready.pop();
        }
        !self.ready.is_empty() || self.decode(tables, simd).is_some()
    }

    /// The next units that are ready, up to so many.
    #[inline(always)]
    pub(super) fn take(&mut self, most: usize) -> Option<Units<'_>> {
        let ready = self.ready.last_mut()?;
        let Machine { units, values, stride, .. } = self.machine;
        let (group, unit) = (ready.next / units, ready.next % units);
        let count = most.min(ready.end - ready.next);
        ready.next += count;
        let values_from = self.values.get(ready.lane * REGION + group * stride..)?;
        Some(Units { values: values_from, each: values, unit, group: units, stride, count })
    }

    /// Where the units start that are not ready: a byte of the data, and bits of it that were read. Units that are ready
    /// and were not taken lie before it.
    pub(super) fn hand_over(&self) -> (usize, u32) {
        self.next
    }

    /// Decodes the next parts of the data, one in each lane.
    fn decode(&mut self, tables: &Tables, simd: Simd) -> Option<()> {
        let (first, skipped) = self.next;
        let room = (REGION - self.machine.stride * STRETCH_UNITS) / self.machine.stride * self.machine.units;
        let overlap = OVERLAP * self.bits_per_unit;
        let left = 8 * self.data.len().saturating_sub(first) as u64;
        let most = (left / (LANES as u64 + 1)).min(8 * MOST_BYTES).min(room as u64 * self.bits_per_unit * 3 / 4);
        let part = most.saturating_sub(overlap) & !7;
        if part < overlap.max(128) || self.patience == 0 {
            return None;
        }
        let mut lanes: [Lane; LANES] = std::array::from_fn(|number| {
            let at = if number == 0 { u64::from(skipped) } else { number as u64 * part };
            Lane::new(at, self.machine.start, (number * REGION) as u32)
        });
        simd.run(
            #[inline(always)]
            || {
                self.plain.fill(
                    self.data,
                    first,
                    part as usize / 8 * (2 * LANES + 1) / 2 + 2 * STRETCH + overlap as usize / 8,
                );
                self.run(tables, &mut lanes, part + overlap, part);
            },
        );
        let accepted = self.accept(tables)?;
        let bits = accepted.saturating_sub(skipped.into());
        let units: usize = self.ready.iter().map(|ready| ready.end - ready.next).sum();
        self.bits_per_unit = (bits / units.max(1) as u64).max(1);
        self.patience = if bits < part / 2 { self.patience - 1 } else { PATIENCE.min(self.patience + 1) };
        self.next = (self.plain.place_of((accepted / 8) as usize), (accepted % 8) as u32);
        (units > 0).then_some(())
    }

    /// Runs all lanes until each is so far behind its start as it has to be.
    #[inline(always)]
    fn run(&mut self, tables: &Tables, lanes: &mut [Lane; LANES], length: u64, part: u64) {
        for (number, track) in self.tracks.iter_mut().enumerate() {
            // What the track says was used, and what may have been used behind it.
            let first = number * REGION;
            let used = track.last().map_or(0, |lane| lane.base as usize + STRETCH_UNITS * self.machine.stride);
            self.values[first.min(used)..used.min(first + REGION)].fill(0);
            track.clear();
        }
        let last = (self.plain.count.saturating_sub(STRETCH) * 8) as u64;
        let limit = (REGION - STRETCH_UNITS * self.machine.stride) as u32;
        let mut starts = 0;
        for _ in 0..STRETCHES {
            let (mut is_done, mut is_full) = (true, false);
            for (number, (lane, track)) in lanes.iter().zip(&mut self.tracks).enumerate() {
                track.push(*lane);
                let at = lane.at();
                is_done &= number == LANES - 1 || at >= number as u64 * part + length;
                is_full |= at >= last || lane.base - (number * REGION) as u32 >= limit;
            }
            if is_done || is_full {
                return;
            }
            match lane::run(lanes, &self.machine, tables, &self.plain.bytes, &mut self.values) {
                Ok(()) => {}
                Err(number) if number > 0 && starts < STARTS => {
                    // Not in step yet, most likely: another start, a byte further, with values that were not touched.
                    starts += 1;
                    let lane = &mut lanes[number];
                    let base = lane.base + (STRETCH_UNITS * self.machine.stride) as u32;
                    *lane = Lane::new((lane.at() & !7) + 8, self.machine.start, base);
                    self.tracks[number] = vec![*lane];
                }
                Err(_) => return,
            }
        }
    }

    /// Puts together what lanes made that are in step, and tells the bit behind it. `None` if the first lane does not come
    /// to the end of a unit.
    fn accept(&mut self, tables: &Tables) -> Option<u64> {
        let (mut lane, mut next) = (0, 0);
        while lane + 1 < LANES {
            let Some((end, start)) = self.join(tables, lane).filter(|(end, _)| *end >= next) else { break };
            self.ready.push(Ready { lane, next, end });
            (lane, next) = (lane + 1, start);
        }
        let Some(end) = self.end(tables, lane, next) else {
            self.ready.clear();
            return None;
        };
        self.ready.push(Ready { lane, next, end: self.units(lane, &end) });
        self.ready.reverse();
        Some(end.at())
    }

    /// Whole units of a lane, up to a state of it.
    fn units(&self, number: usize, lane: &Lane) -> usize {
        let all = (lane.base as usize - number * REGION) / self.machine.stride;
        all * self.machine.units + (lane.place() / self.machine.unit_end) as usize
    }

    /// A lane at the next end of a unit, `least` units behind its start or more.
    fn end(&mut self, tables: &Tables, number: usize, least: usize) -> Option<Lane> {
        let mut lane = *self.tracks.get(number)?.last()?;
        let is_start =
            |lane: &Lane| lane.place().is_multiple_of(self.machine.unit_end) && lane.kind() == self.machine.start;
        while !is_start(&lane) || self.units(number, &lane) < least {
            lane = lane.take(&self.machine, tables, &self.plain.bytes, &mut self.values)?;
        }
        (lane.at() <= 8 * self.plain.count as u64).then_some(lane)
    }

    /// Looks for a place where a lane and the next are in step: how many units there are of the one up to the end of the
    /// unit that holds it, and with which number the other goes on.
    fn join(&mut self, tables: &Tables, number: usize) -> Option<(usize, usize)> {
        let whole = self.units(number, self.tracks.get(number)?.last()?);
        let theirs_end = self.tracks.get(number + 1)?.last()?.at();
        for back in 0..4 {
            let candidates = self.tracks.get(number)?.iter().rev();
            let is_in_both = |lane: &&Lane| self.units(number, lane) < whole && lane.at() <= theirs_end;
            let ours = *candidates.filter(is_in_both).nth(back)?;
            let theirs = self.tracks.get(number + 1)?;
            let before = theirs.partition_point(|lane| lane.at() <= ours.at()).checked_sub(1)?;
            let mut lane = *theirs.get(before)?;
            while lane.at() < ours.at() {
                lane = lane.take(&self.machine, tables, &self.plain.bytes, &mut self.values)?;
            }
            let in_unit = |lane: &Lane| (lane.place() % self.machine.unit_end, lane.kind());
            if lane.at() == ours.at() && in_unit(&lane) == in_unit(&ours) {
                return Some((self.units(number, &ours) + 1, self.units(number + 1, &lane) + 1));
            }
        }
        None
    }
}
