//! Progressive scans (T.81, G): a band of coefficients, some of their bits.

use crate::error::Result;

use super::bit_reader::Bits;
use super::coefficients::{Block, Coefficients};
use super::entropy_decoder::{Coder, Tables, bad_code, difference};
use super::frame::Frame;
use super::huffman::{Huffman, Symbol};
use super::segments::Scan;

/// A component of a scan, as the blocks are visited.
#[derive(Clone, Copy)]
pub(super) struct Visited {
    /// Its place in the scan.
    pub place: usize,
    /// Its place in the frame.
    pub component: usize,
}

/// Visits the blocks of a scan in their order (A.2) that belong to a row of MCUs, with the restarts between them.
#[inline(always)]
pub(super) fn for_each_block<'a>(
    frame: &Frame,
    scan: &Scan<'_>,
    row_of_units: usize,
    kept: &mut [Coefficients],
    coder: &mut Coder<'a>,
    visit: &mut impl FnMut(&mut Coder<'a>, Visited, Block<'_>) -> Result<()>,
) -> Result<()> {
    if coder.has_ended() {
        return Ok(());
    }
    if let [member] = scan.members.as_slice() {
        let Some(kept) = kept.get_mut(member.component) else { return Ok(()) };
        let visited = Visited { place: 0, component: member.component };
        // A component that comes alone has no block that is padding only.
        let rows = usize::from(frame.components[member.component].vertical);
        for row in 0..rows.min(kept.own.1.saturating_sub(row_of_units * rows)) {
            for column in 0..kept.own.0 {
                let begun = coder.begin_unit();
                let block = kept.block(column, row).ok_or_else(bad_code)?;
                if visit_if_there(coder, begun, visited, block, visit)? == Arrived::No {
                    return Ok(());
                }
            }
            coder.check()?;
        }
        return Ok(());
    }
    for unit in 0..frame.units().0 as usize {
        let mut begun = coder.begin_unit();
        for (place, member) in scan.members.iter().enumerate() {
            let visited = Visited { place, component: member.component };
            let factors = frame.components[member.component];
            let (horizontal, vertical) = (usize::from(factors.horizontal), usize::from(factors.vertical));
            let Some(kept) = kept.get_mut(member.component) else { continue };
            for row in 0..vertical {
                for column in 0..horizontal {
                    let block = kept.block(unit * horizontal + column, row).ok_or_else(bad_code)?;
                    let begun = std::mem::replace(&mut begun, Ok(()));
                    if visit_if_there(coder, begun, visited, block, visit)? == Arrived::No {
                        return Ok(());
                    }
                }
            }
        }
    }
    coder.check()
}

/// Whether the data of a block is there, of a file that may end early.
#[derive(PartialEq, Eq)]
enum Arrived {
    Yes,
    No,
}

/// Visits a block behind what had to be read before it.
#[inline(always)]
fn visit_if_there<'a>(
    coder: &mut Coder<'a>,
    begun: Result<()>,
    visited: Visited,
    block: Block<'_>,
    visit: &mut impl FnMut(&mut Coder<'a>, Visited, Block<'_>) -> Result<()>,
) -> Result<Arrived> {
    if coder.is_cut() {
        return visit_cut(coder, begun, visited, block, visit);
    }
    begun?;
    visit(coder, visited, block)?;
    Ok(Arrived::Yes)
}

/// Visits a block of which the data may end early. One that arrived in part only stays as it was.
#[cold]
#[inline(never)]
fn visit_cut<'a>(
    coder: &mut Coder<'a>,
    begun: Result<()>,
    visited: Visited,
    block: Block<'_>,
    visit: &mut impl FnMut(&mut Coder<'a>, Visited, Block<'_>) -> Result<()>,
) -> Result<Arrived> {
    let Block { places, values, present } = block;
    let mut before = [0; 64];
    before.iter_mut().zip(&*values).for_each(|(to, from)| *to = *from);
    let present_before = *present;
    let read =
        begun.and_then(|()| visit(coder, visited, Block { places, values: &mut *values, present: &mut *present }));
    if coder.is_over(&read) {
        values.iter_mut().zip(before).for_each(|(to, from)| *to = from);
        *present = present_before;
        return Ok(Arrived::No);
    }
    read.map(|()| Arrived::Yes)
}

/// Decodes the next row of MCUs of a scan.
pub(super) fn decode_row(
    frame: &Frame,
    scan: &Scan<'_>,
    tables: &Tables,
    coder: &mut Coder<'_>,
    row: usize,
    kept: &mut [Coefficients],
) -> Result<()> {
    let band = scan.band;
    let (first, last, low) = (usize::from(band.first), usize::from(band.last), u32::from(band.low));
    match (band.first, band.high) {
        (0, 0) => for_each_block(frame, scan, row, kept, coder, &mut |coder, member, block| {
            let difference = difference(&mut coder.bits, tables.dc(member.place)?).ok_or_else(bad_code)?;
            let prediction = &mut coder.predictions[member.component & 3];
            *prediction = prediction.wrapping_add(difference);
            block.values[0] = prediction.wrapping_shl(low) as i16;
            *block.present |= 1;
            Ok(())
        }),
        (0, _) => for_each_block(frame, scan, row, kept, coder, &mut |coder, _, block| {
            block.values[0] |= i16::from(coder.bits.take_bit()) << low;
            Ok(())
        }),
        (_, 0) => {
            let table = tables.ac(0)?;
            for_each_block(frame, scan, row, kept, coder, &mut |coder, _, mut block| {
                if coder.empty_blocks > 0 {
                    coder.empty_blocks -= 1;
                    return Ok(());
                }
                let mut bits = coder.bits; // held here, so that it can be held in registers
                let empty = first_bits(&mut bits, table, first..=last, low, &mut block);
                coder.bits = bits;
                coder.empty_blocks = empty.ok_or_else(bad_code)?.saturating_sub(1);
                Ok(())
            })
        }
        _ => {
            let table = tables.ac(0)?;
            for_each_block(frame, scan, row, kept, coder, &mut |coder, _, mut block| {
                let (mut bits, mut empty) = (coder.bits, coder.empty_blocks);
                let refined = refine(&mut bits, table, first..=last, low, &mut block, &mut empty);
                (coder.bits, coder.empty_blocks) = (bits, empty);
                refined.ok_or_else(bad_code)
            })
        }
    }
}

type Band = std::ops::RangeInclusive<usize>;

/// The upper bits of a band of a block (G.1.2.2). Tells how many blocks from this one on end here.
#[inline(always)]
fn first_bits(bits: &mut Bits<'_>, table: &Huffman, band: Band, low: u32, block: &mut Block<'_>) -> Option<u32> {
    let (mut k, last) = band.into_inner();
    while k <= last {
        bits.refill();
        let value = match table.look(bits)? {
            Symbol::Value { run, value } => {
                k += run as usize;
                value
            }
            Symbol::Plain(symbol) => {
                let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
                if size == 0 {
                    if run < 15 {
                        return Some((1 << run) + bits.take(run));
                    }
                    k += 16;
                    continue;
                }
                k += run as usize;
                bits.take_signed(size)
            }
        };
        if k > last {
            return None;
        }
        if let Some(to) = block.value(k) {
            *to = value.wrapping_shl(low) as i16;
        }
        *block.present |= 1 << k;
        k += 1;
    }
    Some(0)
}

/// One more bit of a band of a block (G.1.2.3): of those that are not zero already, and of new ones between them.
#[inline(always)]
fn refine(
    bits: &mut Bits<'_>,
    table: &Huffman,
    band: Band,
    low: u32,
    block: &mut Block<'_>,
    empty_blocks: &mut u32,
) -> Option<()> {
    let (mut k, last) = band.into_inner();
    while *empty_blocks == 0 && k <= last {
        bits.refill();
        let (mut zeros, value) = match table.look(bits)? {
            Symbol::Value { run, value: value @ (-1 | 1) } => (run, value),
            Symbol::Value { .. } => return None,
            Symbol::Plain(symbol) => {
                let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
                match (size, run) {
                    (0, 15) => (15, 0),
                    (0, _) => {
                        *empty_blocks = (1 << run) + bits.take(run);
                        break;
                    }
                    (1, _) => (run, bits.take_signed(1)),
                    _ => return None,
                }
            }
        };
        // Past so many coefficients that stay zero; those that are not zero have a bit each on the way.
        while k <= last {
            if *block.present >> k & 1 == 1 {
                correct(bits, low, k, block);
            } else if zeros == 0 {
                break;
            } else {
                zeros -= 1;
            }
            k += 1;
        }
        if value != 0 {
            if k > last {
                return None;
            }
            if let Some(to) = block.value(k) {
                *to = (value << low) as i16;
            }
            *block.present |= 1 << k;
        }
        k += 1;
    }
    if *empty_blocks > 0 {
        let mut present = if k <= last { *block.present >> k << k & (u64::MAX >> (63 - last)) } else { 0 };
        while present != 0 {
            correct(bits, low, present.trailing_zeros() as usize, block);
            present &= present - 1;
        }
        *empty_blocks -= 1;
    }
    Some(())
}

#[inline(always)]
fn correct(bits: &mut Bits<'_>, low: u32, k: usize, block: &mut Block<'_>) {
    if !bits.take_bit() {
        return;
    }
    if let Some(to) = block.value(k) {
        let bit = 1 << low;
        if *to & bit == 0 {
            *to = to.wrapping_add(if *to < 0 { -bit } else { bit });
        }
    }
}

/// Which scans have to be decoded for the coefficients that are kept: those of which any is kept, and those before
/// them that decide what their bits mean.
pub(super) fn needed(scans: &[Scan<'_>], kept: &[Coefficients]) -> Vec<bool> {
    let mut wanted: Vec<u64> = kept.iter().map(Coefficients::wanted).collect();
    let mut needed: Vec<bool> = (scans.iter().rev())
        .map(|scan| {
            let band = u64::MAX >> (63 - scan.band.last) & u64::MAX << scan.band.first;
            let mut is_needed = false;
            for member in &scan.members {
                if let Some(wanted) = wanted.get_mut(member.component).filter(|wanted| **wanted & band != 0) {
                    *wanted |= band;
                    is_needed = true;
                }
            }
            is_needed
        })
        .collect();
    needed.reverse();
    needed
}
