//! Baseline scans (T.81, F.2), in which each block is coded whole.
//!
//! ```text
//! table of annex K, DC predictor 12
//! 011 10                 DC: size 2, value 2            DC = 12 + 2 = 14
//! 1100 1                 AC: run 1, size 1, value 1     coefficient 2 = 1, in zigzag order
//! 1010                   end of block                   the rest is 0
//! quantisation table 16 11 12 ..., in zigzag order too  14 * 16 = 224 at natural position 0, 1 * 12 at 8
//! ```

use crate::error::Result;

use crate::imaging::simd::Simd;

use super::baseline_component::{BaselineComponent, MCUS_AT_ONCE, StoreBlocks, in_square};
use super::bit_reader::BitReader;
use super::coefficients::{CoefficientBuffer, ScaledDctSize};
use super::entropy_decoder::{EntropyDecoder, HuffmanTables, difference, invalid_code};
use super::frame::Frame;
use super::huffman::{HuffmanTable, Symbol};
use super::idct::Block;
use super::inverse_transform::fill;
use super::planes::Plane;
use super::progressive::for_each_block;
use super::segments::{ParsedJpeg, Scan};
use super::speculative;
use super::speculative::SpeculativeDecoder;
use crate::imaging::codecs::jpeg::zigzag::NATURAL_ORDER;

/// Decodes the only scan of a file to samples, MCU row by MCU row.
pub(super) struct Baseline<'a> {
    simd: Simd,
    entropy: EntropyDecoder<'a>,
    tables: HuffmanTables,
    components: Vec<BaselineComponent>,
    mcus_across: usize,
    /// The blocks of a few MCUs, by component, row and column, and the zigzag index of the last nonzero coefficient of each
    /// block.
    blocks: Vec<Block>,
    last_nonzero: Vec<u8>,
    /// Decodes ahead, up to data that only the decoder of single codes handles.
    speculative_decoder: Option<Box<SpeculativeDecoder<'a>>>,
    data_bytes: usize,
    /// Whether the data has the whole picture, after the last row.
    pub is_complete: bool,
}

/// The fewest blocks for which building the tables for skipping symbols pays.
const MANY_BLOCKS: u64 = 8_000;

/// Speculative decoding leaves the end of the data to the decoder of single codes. If more bytes than this are left, it gave up
/// early, and tables for skipping symbols pay.
const WORTH_SKIPS: usize = 150_000;

impl<'a> Baseline<'a> {
    pub(super) fn new(
        parsed: &ParsedJpeg<'a>,
        scan: &Scan<'a>,
        planes: &[Plane],
        simd: Simd,
        is_speculative: bool,
    ) -> Result<Self> {
        let mut components = Vec::with_capacity(scan.components.len());
        let mut component_blocks = Vec::with_capacity(scan.components.len());
        let mut start = 0;
        let mut tables = HuffmanTables::build(scan)?;
        for (number, component) in scan.components.iter().enumerate() {
            let (Some(plane), Some(quant_table)) =
                (planes.get(component.index), parsed.quant_tables.get(component.index))
            else {
                continue;
            };
            let (horizontal, vertical) = (plane.horizontal, plane.vertical);
            // Products are taken modulo 2^16, so that it does not matter whether factors are signed.
            let quant_table = quant_table.map(|quant| quant as i16);
            let dct_size = ScaledDctSize::of(plane);
            let tables = tables.indices(number).unwrap_or_default();
            let blocks_of_component = speculative::ComponentBlocks { blocks: horizontal * vertical, dct_size, tables };
            components.push(BaselineComponent {
                index: component.index,
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
            && components.iter().any(|component| component.wanted < 63)
            && parsed.frame.all_blocks() > MANY_BLOCKS
        {
            tables.build_skips();
        }
        Ok(Self {
            simd,
            entropy: EntropyDecoder::new(scan),
            tables,
            components,
            mcus_across: parsed.frame.mcus().0 as usize,
            blocks: vec![[0; 64]; start],
            last_nonzero: vec![0; start],
            speculative_decoder,
            data_bytes: scan.data.len(),
            is_complete: false,
        })
    }

    /// How many bytes of the data the MCUs take, after the last row. `None` if it ended early.
    pub(super) fn used_bytes(&self) -> Option<usize> {
        self.entropy.used_bytes()
    }

    /// Decodes an MCU row into the newest band of the planes.
    pub(super) fn decode_row(&mut self, planes: &mut [Plane], is_last: bool) -> Result<()> {
        let simd = self.simd;
        for first in (0..self.mcus_across).step_by(MCUS_AT_ONCE) {
            let count = MCUS_AT_ONCE.min(self.mcus_across - first);
            let decoded = simd.run(
                #[inline(always)]
                || self.decode_mcus(count),
            )?;
            self.blank_mcus(decoded..count);
            for component in &self.components {
                let Some(plane) = planes.get_mut(component.index) else { continue };
                for row in 0..component.vertical {
                    let row_of_blocks = component.place(0, row, 0)..component.place(count, row, 0);
                    if let (Some(blocks), Some(last_nonzero)) =
                        (self.blocks.get(row_of_blocks.clone()), self.last_nonzero.get(row_of_blocks))
                    {
                        fill(simd, plane, (row, first * component.horizontal), blocks, last_nonzero);
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

    /// Decodes up to `count` MCUs, and returns how many the data has.
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

    /// Takes up to `count` MCUs from the speculative decoder, and returns how many.
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
            for component in &self.components {
                macro_rules! store {
                    ($side:literal) => {
                        self.simd.run_kernel(StoreBlocks::<$side> {
                            component,
                            mcus: &mcus,
                            offset,
                            first,
                            dc_predictor: &mut self.entropy.dc_predictors[component.index & 3],
                            blocks: &mut self.blocks,
                            last_nonzero: &mut self.last_nonzero,
                        })
                    };
                }
                match component.side {
                    1 => store!(1),
                    2 => store!(2),
                    4 => store!(4),
                    _ => store!(8),
                }
                offset += component.side * component.side * component.horizontal * component.vertical;
            }
            first += mcus.count;
        }
        count
    }

    /// Continues code by code at the position where the speculative decoder stopped.
    fn hand_over(&mut self) {
        if let Some(speculative_decoder) = self.speculative_decoder.take() {
            let (byte, bits) = speculative_decoder.hand_over();
            self.entropy.bits.go_to(byte, bits);
            if self.data_bytes.saturating_sub(byte) > WORTH_SKIPS {
                self.tables.build_skips();
            }
        }
    }

    /// Decodes an MCU code by code.
    #[inline(always)]
    fn decode_mcu(&mut self, mcu: usize) -> Result<()> {
        self.entropy.begin_mcu()?;
        for (number, component) in self.components.iter().enumerate() {
            let tables = (self.tables.dc(number)?, self.tables.ac(number)?);
            let dc_predictor = &mut self.entropy.dc_predictors[component.index & 3];
            for row in 0..component.vertical {
                for column in 0..component.horizontal {
                    let place = component.place(mcu, row, column);
                    let (Some(block), Some(last)) = (self.blocks.get_mut(place), self.last_nonzero.get_mut(place))
                    else {
                        continue;
                    };
                    *block = [0; 64];
                    let bits = &mut self.entropy.bits;
                    let found = if component.wanted == 63 {
                        decode_block::<false>(bits, tables, &component.quant_table, 63, dc_predictor, block)
                    } else {
                        decode_block::<true>(
                            bits,
                            tables,
                            &component.quant_table,
                            component.wanted,
                            dc_predictor,
                            block,
                        )
                    };
                    *last = found.ok_or_else(invalid_code)? as u8;
                }
            }
        }
        Ok(())
    }

    /// Makes MCUs gray whose data is missing.
    fn blank_mcus(&mut self, mcus: std::ops::Range<usize>) {
        for component in self.components.iter().filter(|_| !mcus.is_empty()) {
            for row in 0..component.vertical {
                let places = component.place(mcus.start, row, 0)..component.place(mcus.end, row, 0);
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

/// Decodes a block into natural order, dequantised, and returns the zigzag index of its last nonzero coefficient. `None` for an
/// invalid code. If `IS_SCALED`, coefficients after `wanted` are skipped.
#[inline(always)]
pub(super) fn decode_block<const IS_SCALED: bool>(
    bits: &mut BitReader<'_>,
    (dc, ac): (&HuffmanTable, &HuffmanTable),
    quant_table: &[i16; 64],
    wanted: usize,
    dc_predictor: &mut i32,
    block: &mut [i16; 64],
) -> Option<usize> {
    // A local, which the compiler keeps in registers.
    let mut local = *bits;
    let last = decode_block_local::<IS_SCALED>(&mut local, (dc, ac), quant_table, wanted, dc_predictor, block);
    *bits = local;
    last
}

#[inline(always)]
fn decode_block_local<const IS_SCALED: bool>(
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
        // The bit buffer holds three short codes; it is refilled after a long one.
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
            block[usize::from(NATURAL_ORDER[k]) & 63] = (value as i16).wrapping_mul(quant_table[k]);
            last = k;
            k += 1;
            if !is_short {
                break;
            }
        }
    }
}

/// Decodes the next MCU row of one of several scans, without dequantising.
pub(super) fn decode_row(
    frame: &Frame,
    scan: &Scan<'_>,
    tables: &HuffmanTables,
    entropy: &mut EntropyDecoder<'_>,
    row: usize,
    buffers: &mut [CoefficientBuffer],
) -> Result<()> {
    for_each_block(frame, scan, row, buffers, entropy, &mut |entropy, component, mut block| {
        let mut whole = [0; 64];
        let both = (tables.dc(component.scan_index)?, tables.ac(component.scan_index)?);
        let dc_predictor = &mut entropy.dc_predictors[component.frame_index & 3];
        decode_block::<false>(&mut entropy.bits, both, &[1; 64], 63, dc_predictor, &mut whole)
            .ok_or_else(invalid_code)?;
        for (k, natural) in NATURAL_ORDER.iter().enumerate() {
            let value = whole[usize::from(*natural)];
            *block.nonzero |= u64::from(value != 0) << k;
            if let Some(to) = block.value(k) {
                *to = value;
            }
        }
        Ok(())
    })
}
