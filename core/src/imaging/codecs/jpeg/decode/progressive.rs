//! Progressive scans (T.81, G): a spectral band of coefficients, and some of their bits (successive approximation).

use crate::error::Result;

use super::bit_reader::BitReader;
use super::coefficients::{BufferedBlock, CoefficientBuffer};
use super::entropy_decoder::{EntropyDecoder, HuffmanTables, difference, invalid_code};
use super::frame::Frame;
use super::huffman::{HuffmanTable, Symbol};
use super::segments::Scan;

/// The component of a block that is visited.
#[derive(Clone, Copy)]
pub(super) struct Visited {
    /// Its index among the components of the scan.
    pub scan_index: usize,
    /// Its index among the components of the frame.
    pub frame_index: usize,
}

/// Visits the blocks of a scan in their order (A.2) that belong to a row of MCUs, with the restarts between them.
#[inline(always)]
pub(super) fn for_each_block<'a>(
    frame: &Frame,
    scan: &Scan<'_>,
    mcu_row: usize,
    buffers: &mut [CoefficientBuffer],
    entropy: &mut EntropyDecoder<'a>,
    visit: &mut impl FnMut(&mut EntropyDecoder<'a>, Visited, BufferedBlock<'_>) -> Result<()>,
) -> Result<()> {
    if entropy.has_ended() {
        return Ok(());
    }
    if let [component] = scan.components.as_slice() {
        let Some(buffer) = buffers.get_mut(component.index) else { return Ok(()) };
        let visited = Visited { scan_index: 0, frame_index: component.index };
        // A component that comes alone has no block that is padding only.
        let rows = usize::from(frame.components[component.index].vertical);
        for row in 0..rows.min(buffer.own.1.saturating_sub(mcu_row * rows)) {
            for column in 0..buffer.own.0 {
                let begun = entropy.begin_mcu();
                let block = buffer.block(column, row).ok_or_else(invalid_code)?;
                if visit_if_there(entropy, begun, visited, block, visit)? == Arrived::No {
                    return Ok(());
                }
            }
            entropy.check()?;
        }
        return Ok(());
    }
    for mcu in 0..frame.mcus().0 as usize {
        let mut begun = entropy.begin_mcu();
        for (scan_index, component) in scan.components.iter().enumerate() {
            let visited = Visited { scan_index, frame_index: component.index };
            let factors = frame.components[component.index];
            let (horizontal, vertical) = (usize::from(factors.horizontal), usize::from(factors.vertical));
            let Some(buffer) = buffers.get_mut(component.index) else { continue };
            for row in 0..vertical {
                for column in 0..horizontal {
                    let block = buffer.block(mcu * horizontal + column, row).ok_or_else(invalid_code)?;
                    let begun = std::mem::replace(&mut begun, Ok(()));
                    if visit_if_there(entropy, begun, visited, block, visit)? == Arrived::No {
                        return Ok(());
                    }
                }
            }
        }
    }
    entropy.check()
}

/// Whether the data of a block is there, of a file that may end early.
#[derive(PartialEq, Eq)]
enum Arrived {
    Yes,
    No,
}

/// Visits a block, after what had to be read before it.
#[inline(always)]
fn visit_if_there<'a>(
    entropy: &mut EntropyDecoder<'a>,
    begun: Result<()>,
    visited: Visited,
    block: BufferedBlock<'_>,
    visit: &mut impl FnMut(&mut EntropyDecoder<'a>, Visited, BufferedBlock<'_>) -> Result<()>,
) -> Result<Arrived> {
    if entropy.is_cut() {
        return visit_cut(entropy, begun, visited, block, visit);
    }
    begun?;
    visit(entropy, visited, block)?;
    Ok(Arrived::Yes)
}

/// Visits a block of which the data may end early. One that arrived in part only stays as it was.
#[cold]
#[inline(never)]
fn visit_cut<'a>(
    entropy: &mut EntropyDecoder<'a>,
    begun: Result<()>,
    visited: Visited,
    block: BufferedBlock<'_>,
    visit: &mut impl FnMut(&mut EntropyDecoder<'a>, Visited, BufferedBlock<'_>) -> Result<()>,
) -> Result<Arrived> {
    let BufferedBlock { places, values, nonzero } = block;
    let mut before = [0; 64];
    before.iter_mut().zip(&*values).for_each(|(to, from)| *to = *from);
    let nonzero_before = *nonzero;
    let read = begun
        .and_then(|()| visit(entropy, visited, BufferedBlock { places, values: &mut *values, nonzero: &mut *nonzero }));
    if entropy.is_over(&read) {
        values.iter_mut().zip(before).for_each(|(to, from)| *to = from);
        *nonzero = nonzero_before;
        return Ok(Arrived::No);
    }
    read.map(|()| Arrived::Yes)
}

/// Decodes the next row of MCUs of a scan.
pub(super) fn decode_row(
    frame: &Frame,
    scan: &Scan<'_>,
    tables: &HuffmanTables,
    entropy: &mut EntropyDecoder<'_>,
    row: usize,
    buffers: &mut [CoefficientBuffer],
) -> Result<()> {
    let band = scan.band;
    let (first, last, low) = (usize::from(band.first), usize::from(band.last), u32::from(band.low));
    match (band.first, band.high) {
        (0, 0) => for_each_block(frame, scan, row, buffers, entropy, &mut |entropy, visited, block| {
            let difference = difference(&mut entropy.bits, tables.dc(visited.scan_index)?).ok_or_else(invalid_code)?;
            let dc_predictor = &mut entropy.dc_predictors[visited.frame_index & 3];
            *dc_predictor = dc_predictor.wrapping_add(difference);
            block.values[0] = dc_predictor.wrapping_shl(low) as i16;
            *block.nonzero |= 1;
            Ok(())
        }),
        (0, _) => for_each_block(frame, scan, row, buffers, entropy, &mut |entropy, _, block| {
            block.values[0] |= i16::from(entropy.bits.take_bit()) << low;
            Ok(())
        }),
        (_, 0) => {
            let table = tables.ac(0)?;
            for_each_block(frame, scan, row, buffers, entropy, &mut |entropy, _, mut block| {
                if entropy.eob_run > 0 {
                    entropy.eob_run -= 1;
                    return Ok(());
                }
                let mut bits = entropy.bits; // held here, so that it can be held in registers
                let empty = first_bits(&mut bits, table, first..=last, low, &mut block);
                entropy.bits = bits;
                entropy.eob_run = empty.ok_or_else(invalid_code)?.saturating_sub(1);
                Ok(())
            })
        }
        _ => {
            let table = tables.ac(0)?;
            for_each_block(frame, scan, row, buffers, entropy, &mut |entropy, _, mut block| {
                let (mut bits, mut empty) = (entropy.bits, entropy.eob_run);
                let refined = refine(&mut bits, table, first..=last, low, &mut block, &mut empty);
                (entropy.bits, entropy.eob_run) = (bits, empty);
                refined.ok_or_else(invalid_code)
            })
        }
    }
}

type BandRange = std::ops::RangeInclusive<usize>;

/// Decodes the upper bits of a band of a block (G.1.2.2). Returns the length of the end-of-band run from this block on, 0 for
/// none.
#[inline(always)]
fn first_bits(
    bits: &mut BitReader<'_>,
    table: &HuffmanTable,
    band: BandRange,
    low: u32,
    block: &mut BufferedBlock<'_>,
) -> Option<u32> {
    let (mut k, last) = band.into_inner();
    while k <= last {
        bits.refill();
        let value = match table.decode_symbol(bits)? {
            Symbol::Value { run, value } => {
                k += run as usize;
                value
            }
            Symbol::RunSize(symbol) => {
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
        *block.nonzero |= 1 << k;
        k += 1;
    }
    Some(0)
}

/// Refines a band of a block by one bit (G.1.2.3): a correction bit for each coefficient that is not zero, and new
/// coefficients between them.
#[inline(always)]
fn refine(
    bits: &mut BitReader<'_>,
    table: &HuffmanTable,
    band: BandRange,
    low: u32,
    block: &mut BufferedBlock<'_>,
    eob_run: &mut u32,
) -> Option<()> {
    let (mut k, last) = band.into_inner();
    while *eob_run == 0 && k <= last {
        bits.refill();
        let (mut zeros, value) = match table.decode_symbol(bits)? {
            Symbol::Value { run, value: value @ (-1 | 1) } => (run, value),
            Symbol::Value { .. } => return None,
            Symbol::RunSize(symbol) => {
                let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
                match (size, run) {
                    (0, 15) => (15, 0),
                    (0, _) => {
                        *eob_run = (1 << run) + bits.take(run);
                        break;
                    }
                    (1, _) => (run, bits.take_signed(1)),
                    _ => return None,
                }
            }
        };
        // Skips the run of coefficients that stay zero; each nonzero one on the way has a correction bit.
        while k <= last {
            if *block.nonzero >> k & 1 == 1 {
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
            *block.nonzero |= 1 << k;
        }
        k += 1;
    }
    if *eob_run > 0 {
        let mut nonzero = if k <= last { *block.nonzero >> k << k & (u64::MAX >> (63 - last)) } else { 0 };
        while nonzero != 0 {
            correct(bits, low, nonzero.trailing_zeros() as usize, block);
            nonzero &= nonzero - 1;
        }
        *eob_run -= 1;
    }
    Some(())
}

#[inline(always)]
fn correct(bits: &mut BitReader<'_>, low: u32, k: usize, block: &mut BufferedBlock<'_>) {
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
pub(super) fn needed(scans: &[Scan<'_>], buffers: &[CoefficientBuffer]) -> Vec<bool> {
    let mut wanted: Vec<u64> = buffers.iter().map(CoefficientBuffer::wanted).collect();
    let mut needed: Vec<bool> = (scans.iter().rev())
        .map(|scan| {
            let band = u64::MAX >> (63 - scan.band.last) & u64::MAX << scan.band.first;
            let mut is_needed = false;
            for component in &scan.components {
                if let Some(wanted) = wanted.get_mut(component.index).filter(|wanted| **wanted & band != 0) {
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
