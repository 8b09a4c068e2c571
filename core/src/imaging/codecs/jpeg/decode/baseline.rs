//! Sequential scans (T.81, F.2): whole blocks one after the other.

use crate::error::Result;

use crate::imaging::simd::Simd;

use super::bit_reader::BitReader;
use super::coefficients::{CoefficientBuffer, ScaledDctSize};
use super::entropy_decoder::{EntropyDecoder, HuffmanTables, difference, invalid_code};
use super::frame::Frame;
use super::huffman::{HuffmanTable, Symbol};
use super::idct::Block;
use super::inverse_transform::fill;
use super::planes::Plane;
use super::progressive::for_each_block;
use super::scan_component::{MCUS_AT_ONCE, Member, Take, in_square};
use super::segments::{ParsedJpeg, Scan};
use super::speculative;
use super::speculative::SpeculativeDecoder;
use crate::imaging::codecs::jpeg::zigzag::NATURAL;

/// Decodes the one scan of a file row by row, straight to samples.
pub(super) struct Baseline<'a> {
    simd: Simd,
    entropy: EntropyDecoder<'a>,
    tables: HuffmanTables,
    members: Vec<Member>,
    mcus_across: usize,
    /// The blocks of a few units, by component, row and column, and where each has its last coefficient.
    blocks: Vec<Block>,
    last_nonzero: Vec<u8>,
    /// Decodes ahead, as long as nothing unusual comes.
    speculative_decoder: Option<Box<SpeculativeDecoder<'a>>>,
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
        parsed: &ParsedJpeg<'a>,
        scan: &Scan<'a>,
        planes: &[Plane],
        simd: Simd,
        is_speculative: bool,
    ) -> Result<Self> {
        let mut members = Vec::with_capacity(scan.members.len());
        let mut component_blocks = Vec::with_capacity(scan.members.len());
        let mut start = 0;
        let mut tables = HuffmanTables::build(scan)?;
        for (number, member) in scan.members.iter().enumerate() {
            let (Some(plane), Some(quant_table)) =
                (planes.get(member.component), parsed.quant_tables.get(member.component))
            else {
                continue;
            };
            let (horizontal, vertical) = (plane.horizontal, plane.vertical);
            // 16 bits are kept of a product, so that the sign of a factor means nothing.
            let quant_table = quant_table.map(|quant| quant as i16);
            let dct_size = ScaledDctSize::of(plane);
            let tables = tables.numbers(number).unwrap_or_default();
            let blocks_of_component = speculative::ComponentBlocks { blocks: horizontal * vertical, dct_size, tables };
            members.push(Member {
                component: member.component,
                quant_table,
                square_quant_table: in_square(&quant_table, blocks_of_component.side()),
                wanted: dct_size.last(),
                horizontal,
                vertical,
                start,
                side: blocks_of_component.side(),
            });
            component_blocks.push(blocks_of_component);
            start += MCUS_AT_ONCE * horizontal * vertical;
        }
        let speculative_decoder = if is_speculative {
            let (across, down) = parsed.frame.mcus();
            SpeculativeDecoder::new(scan.data, u64::from(across) * u64::from(down), &tables, &component_blocks)
                .map(Box::new)
        } else {
            None
        };
        if speculative_decoder.is_none()
            && members.iter().any(|member| member.wanted < 63)
            && parsed.frame.all_blocks() > MANY_BLOCKS
        {
            tables.build_skips();
        }
        Ok(Self {
            simd,
            entropy: EntropyDecoder::new(scan),
            tables,
            members,
            mcus_across: parsed.frame.mcus().0 as usize,
            blocks: vec![[0; 64]; start],
            last_nonzero: vec![0; start],
            speculative_decoder,
            data_bytes: scan.data.len(),
            is_complete: false,
        })
    }

    /// Decodes a row of units into the newest band of the planes.
    pub(super) fn decode_row(&mut self, planes: &mut [Plane], is_last: bool) -> Result<()> {
        let simd = self.simd;
        for first in (0..self.mcus_across).step_by(MCUS_AT_ONCE) {
            let count = MCUS_AT_ONCE.min(self.mcus_across - first);
            let arrived = simd.run(
                #[inline(always)]
                || self.decode_mcus(count),
            )?;
            self.blank_mcus(arrived..count);
            for member in &self.members {
                let Some(plane) = planes.get_mut(member.component) else { continue };
                for row in 0..member.vertical {
                    let blocks_of_component = member.place(0, row, 0)..member.place(count, row, 0);
                    if let (Some(blocks), Some(last_nonzero)) =
                        (self.blocks.get(blocks_of_component.clone()), self.last_nonzero.get(blocks_of_component))
                    {
                        fill(simd, plane, (row, first * member.horizontal), blocks, last_nonzero);
                    }
                }
            }
        }
        if is_last {
            self.hand_over();
            self.is_complete = self.entropy.finish()?;
            Ok(())
        } else {
            self.entropy.check()
        }
    }

    /// Decodes so many units, and tells how many were there.
    #[inline(always)]
    fn decode_mcus(&mut self, count: usize) -> Result<usize> {
        for mcu in self.take_mcus(count)..count {
            let decoded = self.decode_mcu(mcu);
            if self.entropy.is_cut() && self.entropy.is_over(&decoded) {
                return Ok(mcu);
            }
            decoded?;
        }
        Ok(count)
    }

    /// Takes so many units from the lanes, or those that they have, and tells how many.
    #[inline(always)]
    fn take_mcus(&mut self, count: usize) -> usize {
        let mut first = 0;
        while first < count {
            let Some(speculative_decoder) = &mut self.speculative_decoder else { return first };
            let is_ready = speculative_decoder.prepare(&self.tables, self.simd);
            let Some(mcus) = speculative_decoder.take(count - first).filter(|_| is_ready) else {
                self.hand_over();
                return first;
            };
            let mut offset = 0;
            for member in &self.members {
                macro_rules! take {
                    ($side:literal) => {
                        self.simd.run_kernel(Take::<$side> {
                            member,
                            mcus: &mcus,
                            offset,
                            first,
                            dc_predictor: &mut self.entropy.dc_predictors[member.component & 3],
                            blocks: &mut self.blocks,
                            last_nonzero: &mut self.last_nonzero,
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
            first += mcus.count;
        }
        count
    }

    /// Goes on code by code where the lanes are.
    fn hand_over(&mut self) {
        if let Some(speculative_decoder) = self.speculative_decoder.take() {
            let (byte, bits) = speculative_decoder.hand_over();
            self.entropy.bits.go_to(byte, bits);
            if self.data_bytes.saturating_sub(byte) > WORTH_SKIPS {
                self.tables.build_skips();
            }
        }
    }

    #[inline(always)]
    fn decode_mcu(&mut self, mcu: usize) -> Result<()> {
        self.entropy.begin_mcu()?;
        for (number, member) in self.members.iter().enumerate() {
            let tables = (self.tables.dc(number)?, self.tables.ac(number)?);
            let dc_predictor = &mut self.entropy.dc_predictors[member.component & 3];
            for row in 0..member.vertical {
                for column in 0..member.horizontal {
                    let place = member.place(mcu, row, column);
                    let (Some(block), Some(last)) = (self.blocks.get_mut(place), self.last_nonzero.get_mut(place))
                    else {
                        continue;
                    };
                    *block = [0; 64];
                    let bits = &mut self.entropy.bits;
                    let found = if member.wanted == 63 {
                        decode_block::<false>(bits, tables, &member.quant_table, 63, dc_predictor, block)
                    } else {
                        decode_block::<true>(bits, tables, &member.quant_table, member.wanted, dc_predictor, block)
                    };
                    *last = found.ok_or_else(invalid_code)? as u8;
                }
            }
        }
        Ok(())
    }

    /// Makes units gray that did not arrive.
    fn blank_mcus(&mut self, mcus: std::ops::Range<usize>) {
        for member in self.members.iter().filter(|_| !mcus.is_empty()) {
            for row in 0..member.vertical {
                let places = member.place(mcus.start, row, 0)..member.place(mcus.end, row, 0);
                if let (Some(blocks), Some(last_nonzero)) =
                    (self.blocks.get_mut(places.clone()), self.last_nonzero.get_mut(places))
                {
                    blocks.fill([0; 64]);
                    last_nonzero.fill(0);
                }
            }
        }
    }
}

/// Decodes one block to natural order, dequantised, and tells the last coefficient in zigzag order that is not zero;
/// `None` for bits that are no code. Coefficients behind `wanted` are passed over where `IS_SCALED`.
#[inline(always)]
pub(super) fn decode_block<const IS_SCALED: bool>(
    bits: &mut BitReader<'_>,
    (dc, ac): (&HuffmanTable, &HuffmanTable),
    quant_table: &[i16; 64],
    wanted: usize,
    dc_predictor: &mut i32,
    block: &mut [i16; 64],
) -> Option<usize> {
    // Held here until the end, so that it can be held in registers.
    let mut held = *bits;
    let last = decode_held::<IS_SCALED>(&mut held, (dc, ac), quant_table, wanted, dc_predictor, block);
    *bits = held;
    last
}

#[inline(always)]
fn decode_held<const IS_SCALED: bool>(
    bits: &mut BitReader<'_>,
    (dc, ac): (&HuffmanTable, &HuffmanTable),
    quant_table: &[i16; 64],
    wanted: usize,
    dc_predictor: &mut i32,
    block: &mut [i16; 64],
) -> Option<usize> {
    *dc_predictor = dc_predictor.wrapping_add(difference(bits, dc)?);
    block[0] = (*dc_predictor as i16).wrapping_mul(quant_table[0]);
    let (mut last, mut k) = (0, 1);
    loop {
        bits.refill_more();
        // Three times, for which there are bits, unless one is of those that may be long.
        for _ in 0..3 {
            if k > 63 {
                return Some(last);
            }
            if IS_SCALED && k > wanted {
                ac.skip_rest_of_block(bits, k)?;
                return Some(last);
            }
            let (value, is_short) = match ac.decode_symbol(bits)? {
                Symbol::Value { run, value } => {
                    k += run as usize;
                    (value, true)
                }
                Symbol::RunSize(symbol) => {
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
            block[usize::from(NATURAL[k]) & 63] = (value as i16).wrapping_mul(quant_table[k]);
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
    tables: &HuffmanTables,
    entropy: &mut EntropyDecoder<'_>,
    row: usize,
    buffers: &mut [CoefficientBuffer],
) -> Result<()> {
    for_each_block(frame, scan, row, buffers, entropy, &mut |entropy, member, mut block| {
        let mut whole = [0; 64];
        let both = (tables.dc(member.place)?, tables.ac(member.place)?);
        let dc_predictor = &mut entropy.dc_predictors[member.component & 3];
        decode_block::<false>(&mut entropy.bits, both, &[1; 64], 63, dc_predictor, &mut whole)
            .ok_or_else(invalid_code)?;
        for (k, natural) in NATURAL.iter().enumerate() {
            let value = whole[usize::from(*natural)];
            *block.nonzero |= u64::from(value != 0) << k;
            if let Some(to) = block.value(k) {
                *to = value;
            }
        }
        Ok(())
    })
}
