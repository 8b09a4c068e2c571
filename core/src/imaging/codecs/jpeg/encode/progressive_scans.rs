//! Progressive scans (T.81, G.1.2): each goes through the coefficients of the whole picture twice, to count its symbols and to
//! write them. How a refining scan mixes symbols and correction bits is shown in `decode/progressive.rs`.

use super::bit_writer::BitWriter;
use super::blocks::{nonzero, size_and_bits, value};
use super::huffman::{HuffmanCode, SymbolCounts};
use super::settings::EncodedComponent;
use crate::imaging::simd::Simd;

/// One scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProgressiveScan {
    /// The DC coefficients of all components.
    Dc,
    /// The first scan of a spectral band of one component, without its `low` lowest bits.
    AcFirst { component: usize, first: u8, last: u8, low: u8 },
    /// A refining scan of a spectral band: its bit `low` (successive approximation).
    AcRefinement { component: usize, first: u8, last: u8, low: u8 },
}

/// The quantised coefficients of a picture.
pub(super) struct CoefficientImage {
    pub simd: Simd,
    pub components: Vec<EncodedComponent>,
    pub mcus: (usize, usize),
    /// The blocks of each component, row by row.
    pub blocks: Vec<Vec<[i16; 64]>>,
}

/// Takes symbols. `class` is 0 for luma and 1 for chroma.
pub(super) trait SymbolSink {
    /// Takes a symbol, and the bits after its code.
    fn symbol(&mut self, class: usize, symbol: u32, bits: u32, count: u32);
    /// Takes bits without a symbol, at most 32.
    fn bits(&mut self, bits: u32, count: u32);
}

/// Counts symbols.
pub(super) struct SymbolCounter {
    pub counts: [SymbolCounts; 2],
    /// Bits other than those of codes.
    pub other_bits: u64,
}

impl SymbolCounter {
    pub(super) fn new() -> Self {
        Self { counts: [[0; 256]; 2], other_bits: 0 }
    }

    /// The size of the scan with these tables, in bits.
    pub(super) fn bits(&self, tables: &[HuffmanCode; 2]) -> u64 {
        let symbols = self.counts.iter().zip(tables).map(|(counts, table)| table.bits(counts));
        self.other_bits + symbols.sum::<u64>()
    }
}

impl SymbolSink for SymbolCounter {
    #[inline(always)]
    fn symbol(&mut self, class: usize, symbol: u32, _: u32, count: u32) {
        self.counts[class & 1][symbol as usize & 0xff] += 1;
        self.other_bits += u64::from(count);
    }

    #[inline(always)]
    fn bits(&mut self, _: u32, count: u32) {
        self.other_bits += u64::from(count);
    }
}

/// Writes symbols.
pub(super) struct SymbolWriter<'a> {
    pub tables: &'a [HuffmanCode; 2],
    pub bits: BitWriter,
}

impl SymbolSink for SymbolWriter<'_> {
    #[inline(always)]
    fn symbol(&mut self, class: usize, symbol: u32, bits: u32, count: u32) {
        self.bits.put_code(self.tables[class & 1].codes[symbol as usize & 0xff], bits, count);
    }

    #[inline(always)]
    fn bits(&mut self, bits: u32, count: u32) {
        self.bits.put(bits, count);
    }
}

impl CoefficientImage {
    /// Emits all symbols of a scan to a sink.
    #[inline(always)]
    pub(super) fn emit(&self, scan: ProgressiveScan, sink: &mut impl SymbolSink) {
        match scan {
            ProgressiveScan::Dc => self.emit_dc(sink),
            ProgressiveScan::AcFirst { component, first, last, low } => {
                let mut encoder = AcScanEncoder::new(component, first, last, low);
                self.blocks.get(component).into_iter().flatten().for_each(|block| encoder.first(block, sink));
                encoder.end_run(sink);
            }
            ProgressiveScan::AcRefinement { component, first, last, low } => {
                let mut encoder = AcScanEncoder::new(component, first, last, low);
                self.blocks.get(component).into_iter().flatten().for_each(|block| encoder.refine(block, sink));
                encoder.end_run(sink);
            }
        }
    }

    /// Emits the DC coefficients in the order of an interleaved scan, MCU by MCU, or block by block if there is only one
    /// component.
    #[inline(always)]
    fn emit_dc(&self, sink: &mut impl SymbolSink) {
        let mut dc_predictors = [0_i16; 4];
        for row in 0..self.mcus.1 {
            for column in 0..self.mcus.0 {
                for (number, (component, blocks)) in self.components.iter().zip(&self.blocks).enumerate() {
                    let (across, down) = component.sampling_factors;
                    for (y, x) in (0..down).flat_map(|y| (0..across).map(move |x| (y, x))) {
                        let (x, y) = (column * across + x, row * down + y);
                        let own = (x < component.blocks.0).then(|| y * component.blocks.0 + x);
                        let dc_predictor = &mut dc_predictors[number & 3];
                        // A padding block repeats the DC coefficient of the block before it.
                        let dc = own.and_then(|own| blocks.get(own)).map_or(*dc_predictor, |block| block[0]);
                        let (size, bits) = size_and_bits(dc.wrapping_sub(*dc_predictor));
                        sink.symbol(number.min(1), size, bits, size);
                        *dc_predictor = dc;
                    }
                }
            }
        }
    }
}

/// The state of a scan of AC coefficients.
struct AcScanEncoder {
    class: usize,
    last: u32,
    low: u32,
    /// A mask of the coefficients of the scan, in zigzag order.
    mask: u64,
    /// The end-of-band run that is not written yet, in blocks.
    eob_run: u32,
    /// The correction bits of these blocks, in each word after a leading one.
    corrections: Vec<u64>,
}

/// The most blocks with correction bits in an end-of-band run.
const MOST_CORRECTIONS: usize = 4096;

impl AcScanEncoder {
    fn new(component: usize, first: u8, last: u8, low: u8) -> Self {
        let mask = u64::MAX << first & u64::MAX >> (63 - last);
        Self { class: component.min(1), last: last.into(), low: low.into(), mask, eob_run: 0, corrections: Vec::new() }
    }

    /// Emits the end-of-band run, and the correction bits of its blocks.
    #[inline(always)]
    fn end_run(&mut self, sink: &mut impl SymbolSink) {
        if self.eob_run == 0 {
            return;
        }
        let size = self.eob_run.ilog2();
        sink.symbol(self.class, size << 4, self.eob_run & ((1 << size) - 1), size);
        self.eob_run = 0;
        for corrections in self.corrections.drain(..) {
            put_corrections(corrections, sink);
        }
    }

    /// Adds a block to the end-of-band run.
    #[inline(always)]
    fn grow_run(&mut self, sink: &mut impl SymbolSink) {
        self.eob_run += 1;
        // The longest run that a symbol can express.
        if self.eob_run == 0x7fff || self.corrections.len() >= MOST_CORRECTIONS {
            self.end_run(sink);
        }
    }

    /// Emits a block of a first scan.
    #[inline(always)]
    fn first(&mut self, block: &[i16; 64], sink: &mut impl SymbolSink) {
        let mut rest = nonzero(block, self.low) & self.mask;
        let mut next = self.mask.trailing_zeros();
        if rest != 0 {
            self.end_run(sink);
        }
        while rest != 0 {
            let k = rest.trailing_zeros();
            rest &= rest - 1;
            let mut run = k - next;
            next = k + 1;
            while run > 15 {
                sink.symbol(self.class, 0xf0, 0, 0);
                run -= 16;
            }
            // The point transform rounds towards zero (T.81, G.1.2.1).
            let value = value(block, k);
            let magnitude = (value.unsigned_abs() >> self.low) as i16;
            let (size, bits) = size_and_bits(if value < 0 { -magnitude } else { magnitude });
            sink.symbol(self.class, run << 4 | size, bits, size);
        }
        if next <= self.last {
            self.grow_run(sink);
        }
    }

    /// Emits a block of a refining scan (T.81, G.1.2.3): a symbol per coefficient that becomes nonzero in this bit, and
    /// correction bits of those that are nonzero already.
    #[inline(always)]
    fn refine(&mut self, block: &[i16; 64], sink: &mut impl SymbolSink) {
        let old = nonzero(block, self.low + 1) & self.mask;
        let new = nonzero(block, self.low) & self.mask & !old;
        let mut rest = old | new;
        let mut next = self.mask.trailing_zeros();
        let mut run = 0;
        let mut corrections = 1_u64;
        while rest != 0 {
            let k = rest.trailing_zeros();
            rest &= rest - 1;
            run += k - next;
            next = k + 1;
            // A run of sixteen zeros is written only before a new coefficient.
            while run > 15 && new >> k != 0 {
                self.end_run(sink);
                sink.symbol(self.class, 0xf0, 0, 0);
                put_corrections(corrections, sink);
                corrections = 1;
                run -= 16;
            }
            let value = value(block, k);
            if old >> k & 1 == 1 {
                corrections = corrections << 1 | u64::from(value.unsigned_abs() >> self.low & 1);
                continue;
            }
            self.end_run(sink);
            sink.symbol(self.class, run << 4 | 1, u32::from(value > 0), 1);
            put_corrections(corrections, sink);
            corrections = 1;
            run = 0;
        }
        if run > 0 || next <= self.last || corrections > 1 {
            if corrections > 1 {
                self.corrections.push(corrections);
            }
            self.grow_run(sink);
        }
    }
}

#[inline(always)]
fn put_corrections(corrections: u64, sink: &mut impl SymbolSink) {
    let count = corrections.ilog2();
    let (upper, lower) = (count.saturating_sub(32), count.min(32));
    // Removes the leading one.
    let bits = corrections ^ 1 << count;
    sink.bits((bits >> lower) as u32, upper);
    sink.bits((bits & u64::from(u32::MAX)) as u32, lower);
}
