//! Sequential scans (T.81, F.2): whole blocks one after the other.

use crate::error::Result;

use crate::imaging::simd::Simd;

use super::bit_reader::Bits;
use super::coefficients::{Coefficients, Corner};
use super::entropy_decoder::{Coder, Tables, bad_code, difference};
use super::frame::Frame;
use super::huffman::{Huffman, Symbol};
use super::idct::Block;
use super::inverse_transform::fill;
use super::planes::Plane;
use super::progressive::for_each_block;
use super::scan_component::{Member, Take, UNITS, in_square};
use super::segments::{Scan, Stream};
use super::speculative;
use super::speculative::Lanes;
use crate::imaging::codecs::jpeg::zigzag::NATURAL;

/// Decodes the one scan of a file row by row, straight to samples.
pub(super) struct Baseline<'a> {
    simd: Simd,
    coder: Coder<'a>,
    tables: Tables,
    members: Vec<Member>,
    units_across: usize,
    /// The blocks of a few units, by component, row and column, and where each has its last coefficient.
    blocks: Vec<Block>,
    lasts: Vec<u8>,
    /// Decodes ahead, as long as nothing unusual comes.
    lanes: Option<Box<Lanes<'a>>>,
    data_bytes: usize,
    /// Whether all of the picture was there, once its last row is decoded.
    pub is_complete: bool,
}

/// From so many blocks on it pays to have tables for passing over symbols.
const MANY_BLOCKS: u64 = 8_000;

/// Lanes leave the end of the data to the decoder of single codes. So many bytes are not their end.
const WORTH_SKIPS: usize = 150_000;

impl<'a> Baseline<'a> {
    pub(super) fn new(
        stream: &Stream<'a>,
        scan: &Scan<'a>,
        planes: &[Plane],
        simd: Simd,
        uses_lanes: bool,
    ) -> Result<Self> {
        let mut members = Vec::with_capacity(scan.members.len());
        let mut parts = Vec::with_capacity(scan.members.len());
        let mut start = 0;
        let mut tables = Tables::build(scan)?;
        for (number, member) in scan.members.iter().enumerate() {
            let (Some(plane), Some(steps)) = (planes.get(member.component), stream.quantization.get(member.component))
            else {
                continue;
            };
            let (horizontal, vertical) = (plane.horizontal, plane.vertical);
            // 16 bits are kept of a product, so that the sign of a factor means nothing.
            let steps = steps.map(|step| step as i16);
            let corner = Corner::of(plane);
            let tables = tables.numbers(number).unwrap_or_default();
            let part = speculative::Part { blocks: horizontal * vertical, corner, tables };
            members.push(Member {
                component: member.component,
                steps,
                square_steps: in_square(&steps, part.side()),
                wanted: corner.last(),
                horizontal,
                vertical,
                start,
                side: part.side(),
            });
            parts.push(part);
            start += UNITS * horizontal * vertical;
        }
        let lanes = if uses_lanes {
            let (across, down) = stream.frame.units();
            Lanes::new(scan.data, u64::from(across) * u64::from(down), &tables, &parts).map(Box::new)
        } else {
            None
        };
        if lanes.is_none() && members.iter().any(|member| member.wanted < 63) && stream.frame.all_blocks() > MANY_BLOCKS
        {
            tables.build_skips();
        }
        Ok(Self {
            simd,
            coder: Coder::new(scan),
            tables,
            members,
            units_across: stream.frame.units().0 as usize,
            blocks: vec![[0; 64]; start],
            lasts: vec![0; start],
            lanes,
            data_bytes: scan.data.len(),
            is_complete: false,
        })
    }

    /// Decodes a row of units into the newest band of the planes.
    pub(super) fn decode_row(&mut self, planes: &mut [Plane], is_last: bool) -> Result<()> {
        let simd = self.simd;
        for first in (0..self.units_across).step_by(UNITS) {
            let count = UNITS.min(self.units_across - first);
            let arrived = simd.run(
                #[inline(always)]
                || self.decode_units(count),
            )?;
            self.blank_units(arrived..count);
            for member in &self.members {
                let Some(plane) = planes.get_mut(member.component) else { continue };
                for row in 0..member.vertical {
                    let part = member.place(0, row, 0)..member.place(count, row, 0);
                    if let (Some(blocks), Some(lasts)) = (self.blocks.get(part.clone()), self.lasts.get(part)) {
                        fill(simd, plane, (row, first * member.horizontal), blocks, lasts);
                    }
                }
            }
        }
        if is_last {
            self.hand_over();
            self.is_complete = self.coder.finish()?;
            Ok(())
        } else {
            self.coder.check()
        }
    }

    /// Decodes so many units, and tells how many were there.
    #[inline(always)]
    fn decode_units(&mut self, count: usize) -> Result<usize> {
        for unit in self.take_units(count)..count {
            let decoded = self.decode_unit(unit);
            if self.coder.is_cut() && self.coder.is_over(&decoded) {
                return Ok(unit);
            }
            decoded?;
        }
        Ok(count)
    }

    /// Takes so many units from the lanes, or those that they have, and tells how many.
    #[inline(always)]
    fn take_units(&mut self, count: usize) -> usize {
        let mut first = 0;
        while first < count {
            let Some(lanes) = &mut self.lanes else { return first };
            let is_ready = lanes.prepare(&self.tables, self.simd);
            let Some(units) = lanes.take(count - first).filter(|_| is_ready) else {
                self.hand_over();
                return first;
            };
            let mut offset = 0;
            for member in &self.members {
                macro_rules! take {
                    ($side:literal) => {
                        self.simd.run_kernel(Take::<$side> {
                            member,
                            units: &units,
                            offset,
                            first,
                            prediction: &mut self.coder.predictions[member.component & 3],
                            blocks: &mut self.blocks,
                            lasts: &mut self.lasts,
                        })
                    };
                }
                match member.side {
                    1 => take!(1),
                    2 => take!(2),
                    4 => take!(4),
                    _ => take!(8),
                }
                offset += member.side * member.side * member.horizontal * member.vertical;
            }
            first += units.count;
        }
        count
    }

    /// Goes on code by code where the lanes are.
    fn hand_over(&mut self) {
        if let Some(lanes) = self.lanes.take() {
            let (byte, bits) = lanes.hand_over();
            self.coder.bits.go_to(byte, bits);
            if self.data_bytes.saturating_sub(byte) > WORTH_SKIPS {
                self.tables.build_skips();
            }
        }
    }

    #[inline(always)]
    fn decode_unit(&mut self, unit: usize) -> Result<()> {
        self.coder.begin_unit()?;
        for (number, member) in self.members.iter().enumerate() {
            let tables = (self.tables.dc(number)?, self.tables.ac(number)?);
            let prediction = &mut self.coder.predictions[member.component & 3];
            for row in 0..member.vertical {
                for column in 0..member.horizontal {
                    let place = member.place(unit, row, column);
                    let (Some(block), Some(last)) = (self.blocks.get_mut(place), self.lasts.get_mut(place)) else {
                        continue;
                    };
                    *block = [0; 64];
                    let bits = &mut self.coder.bits;
                    let found = if member.wanted == 63 {
                        decode_block::<false>(bits, tables, &member.steps, 63, prediction, block)
                    } else {
                        decode_block::<true>(bits, tables, &member.steps, member.wanted, prediction, block)
                    };
                    *last = found.ok_or_else(bad_code)? as u8;
                }
            }
        }
        Ok(())
    }

    /// Makes units gray that did not arrive.
    fn blank_units(&mut self, units: std::ops::Range<usize>) {
        for member in self.members.iter().filter(|_| !units.is_empty()) {
            for row in 0..member.vertical {
                let places = member.place(units.start, row, 0)..member.place(units.end, row, 0);
                if let (Some(blocks), Some(lasts)) = (self.blocks.get_mut(places.clone()), self.lasts.get_mut(places)) {
                    blocks.fill([0; 64]);
                    lasts.fill(0);
                }
            }
        }
    }
}

/// Decodes one block to natural order, dequantised, and tells the last coefficient in zigzag order that is not zero;
/// `None` for bits that are no code. Coefficients behind `wanted` are passed over where `IS_SCALED`.
#[inline(always)]
pub(super) fn decode_block<const IS_SCALED: bool>(
    bits: &mut Bits<'_>,
    (dc, ac): (&Huffman, &Huffman),
    steps: &[i16; 64],
    wanted: usize,
    prediction: &mut i32,
    block: &mut [i16; 64],
) -> Option<usize> {
    // Held here until the end, so that it can be held in registers.
    let mut held = *bits;
    let last = decode_held::<IS_SCALED>(&mut held, (dc, ac), steps, wanted, prediction, block);
    *bits = held;
    last
}

#[inline(always)]
fn decode_held<const IS_SCALED: bool>(
    bits: &mut Bits<'_>,
    (dc, ac): (&Huffman, &Huffman),
    steps: &[i16; 64],
    wanted: usize,
    prediction: &mut i32,
    block: &mut [i16; 64],
) -> Option<usize> {
    *prediction = prediction.wrapping_add(difference(bits, dc)?);
    block[0] = (*prediction as i16).wrapping_mul(steps[0]);
    let (mut last, mut k) = (0, 1);
    loop {
        bits.refill_more();
        // Three times, for which there are bits, unless one is of those that may be long.
        for _ in 0..3 {
            if k > 63 {
                return Some(last);
            }
            if IS_SCALED && k > wanted {
                ac.pass_over(bits, k)?;
                return Some(last);
            }
            let (value, is_short) = match ac.look(bits)? {
                Symbol::Value { run, value } => {
                    k += run as usize;
                    (value, true)
                }
                Symbol::Plain(symbol) => {
                    let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
                    if size == 0 {
                        if run < 15 {
                            return Some(last);
                        }
                        k += 16;
                        break;
                    }
                    k += run;
                    (bits.take_signed(size), false)
                }
            };
            if k > 63 {
                return None;
            }
            block[usize::from(NATURAL[k]) & 63] = (value as i16).wrapping_mul(steps[k]);
            last = k;
            k += 1;
            if !is_short {
                break;
            }
        }
    }
}

/// Decodes the next row of MCUs of a scan of a file that has several, unquantised.
pub(super) fn decode_row(
    frame: &Frame,
    scan: &Scan<'_>,
    tables: &Tables,
    coder: &mut Coder<'_>,
    row: usize,
    kept: &mut [Coefficients],
) -> Result<()> {
    for_each_block(frame, scan, row, kept, coder, &mut |coder, member, mut block| {
        let mut whole = [0; 64];
        let both = (tables.dc(member.place)?, tables.ac(member.place)?);
        let prediction = &mut coder.predictions[member.component & 3];
        decode_block::<false>(&mut coder.bits, both, &[1; 64], 63, prediction, &mut whole).ok_or_else(bad_code)?;
        for (k, natural) in NATURAL.iter().enumerate() {
            let value = whole[usize::from(*natural)];
            *block.present |= u64::from(value != 0) << k;
            if let Some(to) = block.value(k) {
                *to = value;
            }
        }
        Ok(())
    })
}
