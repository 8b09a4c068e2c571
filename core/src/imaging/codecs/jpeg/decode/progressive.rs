//! Progressive scans (T.81, G): each codes a spectral band of coefficients, or the next bit of coefficients (successive
//! approximation). A scan that refines AC coefficients mixes correction bits of those that are nonzero already, in the order in
//! which they are passed, with codes for those that become nonzero:
//!
//! ```text
//! coefficients 1 to 5 so far               4   0   0  -2   0      bit 1 and above; this scan adds bit 0
//! symbol run 1, size 1, then bit 1: a new coefficient +1 after one zero
//!     correction bit 1                     5                      k = 1 is nonzero, so it has a correction bit
//!     no bit                                   0                  k = 2 is the zero of the run
//!     k = 3                                        1              the new coefficient
//! symbol EOB0: no new coefficient in this block
//!     correction bit 1                                -3          k = 4 moves away from zero
//! result                                   5   0   1  -3   0
//! ```
//!
//! An end-of-band symbol with a run of 4 and extra bits 0011 ends the band in 16 + 3 blocks, this one included. In a refining
//! scan the nonzero coefficients of those blocks still have correction bits.

use crate::error::Result;

use super::bit_reader::BitReader;
use super::coefficients::{BufferedBlock, CoefficientBuffer};
use super::entropy_decoder::{EntropyDecoder, HuffmanTables, difference, invalid_code};
use super::frame::Frame;
use super::huffman::{HuffmanTable, Symbol};
use super::segments::Scan;

/// The component of the current block.
#[derive(Clone, Copy)]
pub(super) struct BlockComponent {
    /// Its index among the components of the scan.
    pub scan_index: usize,
    /// Its index among the components of the frame.
    pub frame_index: usize,
}

/// Visits the blocks of a scan that belong to an MCU row, in the order of T.81, A.2, and handles the restarts between them.
#[inline(always)]
pub(super) fn for_each_block<'a>(
    frame: &Frame,
    scan: &Scan<'_>,
    mcu_row: usize,
    buffers: &mut [CoefficientBuffer],
    entropy: &mut EntropyDecoder<'a>,
    visit: &mut impl FnMut(&mut EntropyDecoder<'a>, BlockComponent, BufferedBlock<'_>) -> Result<()>,
) -> Result<()> {
    if entropy.has_ended() {
        return Ok(());
    }
    if let [component] = scan.components.as_slice() {
        let Some(buffer) = buffers.get_mut(component.index) else { return Ok(()) };
        let block_component = BlockComponent { scan_index: 0, frame_index: component.index };
        // A noninterleaved scan has no blocks that are padding only.
        let rows = usize::from(frame.components[component.index].vertical);
        for row in 0..rows.min(buffer.noninterleaved.1.saturating_sub(mcu_row * rows)) {
            for column in 0..buffer.noninterleaved.0 {
                let begun = entropy.begin_mcu();
                let block = buffer.block(column, row).ok_or_else(invalid_code)?;
                if visit_if_present(entropy, begun, block_component, block, visit)? == Present::No {
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
            let block_component = BlockComponent { scan_index, frame_index: component.index };
            let factors = frame.components[component.index];
            let (horizontal, vertical) = (usize::from(factors.horizontal), usize::from(factors.vertical));
            let Some(buffer) = buffers.get_mut(component.index) else { continue };
            for row in 0..vertical {
                for column in 0..horizontal {
                    let block = buffer.block(mcu * horizontal + column, row).ok_or_else(invalid_code)?;
                    let begun = std::mem::replace(&mut begun, Ok(()));
                    if visit_if_present(entropy, begun, block_component, block, visit)? == Present::No {
                        return Ok(());
                    }
                }
            }
        }
    }
    entropy.check()
}

/// Whether the data of a block is present, in a file that may be truncated.
#[derive(PartialEq, Eq)]
enum Present {
    Yes,
    No,
}

/// Visits a block. `begun` is the result of the restart before it.
#[inline(always)]
fn visit_if_present<'a>(
    entropy: &mut EntropyDecoder<'a>,
    begun: Result<()>,
    component: BlockComponent,
    block: BufferedBlock<'_>,
    visit: &mut impl FnMut(&mut EntropyDecoder<'a>, BlockComponent, BufferedBlock<'_>) -> Result<()>,
) -> Result<Present> {
    if entropy.is_cut() {
        return visit_cut(entropy, begun, component, block, visit);
    }
    begun?;
    visit(entropy, component, block)?;
    Ok(Present::Yes)
}

/// Visits a block of a truncated file. A block whose data is present only in part is left as it was.
#[cold]
#[inline(never)]
fn visit_cut<'a>(
    entropy: &mut EntropyDecoder<'a>,
    begun: Result<()>,
    component: BlockComponent,
    block: BufferedBlock<'_>,
    visit: &mut impl FnMut(&mut EntropyDecoder<'a>, BlockComponent, BufferedBlock<'_>) -> Result<()>,
) -> Result<Present> {
    let BufferedBlock { indices, values, nonzero } = block;
    let mut before = [0; 64];
    before.iter_mut().zip(&*values).for_each(|(to, from)| *to = *from);
    let nonzero_before = *nonzero;
    let read = begun.and_then(|()| {
        visit(entropy, component, BufferedBlock { indices, values: &mut *values, nonzero: &mut *nonzero })
    });
    if entropy.is_over(&read) {
        values.iter_mut().zip(before).for_each(|(to, from)| *to = from);
        *nonzero = nonzero_before;
        return Ok(Present::No);
    }
    read.map(|()| Present::Yes)
}

/// Decodes the next MCU row of a scan.
pub(super) fn decode_row(
    frame: &Frame,
    scan: &Scan<'_>,
    tables: &HuffmanTables,
    entropy: &mut EntropyDecoder<'_>,
    row: usize,
    buffers: &mut [CoefficientBuffer],
) -> Result<()> {
    let spectral_band = scan.spectral_band;
    let (first, last) = (usize::from(spectral_band.first), usize::from(spectral_band.last));
    let low = u32::from(spectral_band.low);
    match (spectral_band.first, spectral_band.high) {
        (0, 0) => for_each_block(frame, scan, row, buffers, entropy, &mut |entropy, component, block| {
            let difference =
                difference(&mut entropy.bits, tables.dc(component.scan_index)?).ok_or_else(invalid_code)?;
            let dc_predictor = &mut entropy.dc_predictors[component.frame_index & 3];
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
                let mut bits = entropy.bits; // a local, which the compiler keeps in registers
                let eob_run = first_bits(&mut bits, table, first..=last, low, &mut block);
                entropy.bits = bits;
                entropy.eob_run = eob_run.ok_or_else(invalid_code)?.saturating_sub(1);
                Ok(())
            })
        }
        _ => {
            let table = tables.ac(0)?;
            for_each_block(frame, scan, row, buffers, entropy, &mut |entropy, _, mut block| {
                let (mut bits, mut eob_run) = (entropy.bits, entropy.eob_run);
                let refined = refine(&mut bits, table, first..=last, low, &mut block, &mut eob_run);
                (entropy.bits, entropy.eob_run) = (bits, eob_run);
                refined.ok_or_else(invalid_code)
            })
        }
    }
}

type BandRange = std::ops::RangeInclusive<usize>;

/// Decodes a block of the first scan of a band (G.1.2.2). Returns the length of the end-of-band run that starts with this block,
/// 0 for none.
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

/// Decodes a block of a scan that refines a band by one bit (G.1.2.3).
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
        // Skips the run of coefficients that stay zero, and corrects the nonzero ones among them.
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

/// Reads the correction bit of a nonzero coefficient, which a 1 moves away from zero.
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

/// Which scans must be decoded for the coefficients that are kept: those that code any of them, and the earlier ones of the same
/// band, on which the meaning of their bits depends.
pub(super) fn needed(scans: &[Scan<'_>], buffers: &[CoefficientBuffer]) -> Vec<bool> {
    let mut wanted: Vec<u64> = buffers.iter().map(CoefficientBuffer::wanted).collect();
    let mut needed: Vec<bool> = (scans.iter().rev())
        .map(|scan| {
            let in_scan = u64::MAX >> (63 - scan.spectral_band.last) & u64::MAX << scan.spectral_band.first;
            let mut is_needed = false;
            for component in &scan.components {
                if let Some(wanted) = wanted.get_mut(component.index).filter(|wanted| **wanted & in_scan != 0) {
                    *wanted |= in_scan;
                    is_needed = true;
                }
            }
            is_needed
        })
        .collect();
    needed.reverse();
    needed
}
