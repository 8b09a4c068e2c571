//! The scan script of a progressive file, and its scans, each with optimal Huffman tables.
//!
//! ```text
//! usual script of three components      Ss Se  Ah Al
//! DC of all                             0  0   0  0
//! Y                                     1  8   0  2      coarse
//! Cb                                    1  63  0  1
//! Cr                                    1  63  0  1
//! Y                                     9  63  0  2
//! Y                                     1  63  2  1      one bit finer
//! Cr, Cb, Y                             1  63  1  0      the last bit
//! ```

use super::bit_writer::BitWriter;
use super::huffman::HuffmanCode;
use super::markers;
use super::progressive_scans::{CoefficientImage, ProgressiveScan, SymbolCounter, SymbolWriter};
use crate::imaging::codecs::failure::Failure;
use crate::imaging::codecs::output_limit::OutputLimit;

/// How the AC coefficients of a component are split into scans: spectral selection and successive approximation.
#[derive(Debug, Clone, Copy)]
struct SpectralSplit {
    /// The last coefficient of the first of two bands; 63 for one band.
    split: u8,
    /// The number of low bits that later scans refine, one bit per scan.
    low: u8,
}

impl SpectralSplit {
    /// The first scans of its bands.
    fn first_scans(self, component: usize) -> impl Iterator<Item = ProgressiveScan> {
        let Self { split, low } = self;
        let bands = [(1, split), (split + 1, 63)].into_iter().filter(|(first, last)| first <= last);
        bands.map(move |(first, last)| ProgressiveScan::AcFirst { component, first, last, low })
    }

    /// The scan that refines bit `low`, if there is one.
    fn refinement(self, component: usize, low: u8) -> Option<ProgressiveScan> {
        (low < self.low).then_some(ProgressiveScan::AcRefinement { component, first: 1, last: 63, low })
    }
}

/// The scan script: DC, then the low frequencies of luma, chroma, the high frequencies of luma, and refinements.
fn script(splits: &[SpectralSplit]) -> Vec<ProgressiveScan> {
    let bands: Vec<Vec<ProgressiveScan>> = splits
        .iter()
        .enumerate()
        .map(|(component, spectral_split)| spectral_split.first_scans(component).collect())
        .collect();
    let mut scans = vec![ProgressiveScan::Dc];
    scans.extend(bands.iter().filter_map(|bands| bands.first()));
    scans.extend(bands.iter().rev().filter_map(|bands| bands.get(1)));
    for low in [1, 0] {
        // Chroma first, since its scans are small.
        let numbered = splits.iter().enumerate().rev();
        scans.extend(numbered.filter_map(|(component, spectral_split)| spectral_split.refinement(component, low)));
    }
    scans
}

/// The splits that suit most photographs.
fn usual_splits(components: usize) -> Vec<SpectralSplit> {
    let mut splits = vec![SpectralSplit { split: 63, low: 1 }; components];
    splits[..1].fill(SpectralSplit { split: 8, low: 2 });
    splits
}

/// Bytes of the segments of a scan, without the symbols of its DHT segment.
const SEGMENTS: u64 = 31;

/// Coefficients after which the search tries to split.
const SPLITS: [u8; 5] = [2, 5, 8, 12, 18];

impl CoefficientImage {
    /// The scan script, searched for this picture if `is_searched`.
    pub(super) fn script(&self, is_searched: bool) -> Vec<ProgressiveScan> {
        if !is_searched {
            return script(&usual_splits(self.components.len()));
        }
        let splits: Vec<SpectralSplit> =
            (0..self.components.len()).map(|component| self.best_split(component)).collect();
        script(&splits)
    }

    /// Searches how many bits to refine later, and then where to split.
    fn best_split(&self, component: usize) -> SpectralSplit {
        let mut refinement_cost = 0;
        let mut best = (u64::MAX, SpectralSplit { split: 63, low: 0 });
        for low in 0..=2 {
            let spectral_split = SpectralSplit { split: 63, low };
            refinement_cost += low
                .checked_sub(1)
                .and_then(|low| spectral_split.refinement(component, low))
                .map_or(0, |scan| self.cost(scan));
            let cost = refinement_cost + spectral_split.first_scans(component).map(|scan| self.cost(scan)).sum::<u64>();
            if cost < best.0 {
                best = (cost, spectral_split);
            }
        }
        let (mut best, low) = ((u64::MAX, best.1), best.1.low);
        for split in [63].into_iter().chain(SPLITS) {
            let spectral_split = SpectralSplit { split, low };
            let cost = spectral_split.first_scans(component).map(|scan| self.cost(scan)).sum();
            if cost < best.0 {
                best = (cost, spectral_split);
            }
        }
        best.1
    }

    /// The approximate size of a scan, in bits.
    fn cost(&self, scan: ProgressiveScan) -> u64 {
        let counter = self.count(scan);
        let tables = counter.counts.each_ref().map(HuffmanCode::new);
        let symbols: usize = tables.iter().map(|table| table.symbols.len()).sum();
        counter.bits(&tables) + 8 * (symbols as u64 + SEGMENTS)
    }

    /// Counts the symbols of a scan.
    fn count(&self, scan: ProgressiveScan) -> SymbolCounter {
        let mut counter = SymbolCounter::new();
        self.simd.run(
            #[inline(always)]
            || self.emit(scan, &mut counter),
        );
        counter
    }

    /// Appends a scan to a file.
    ///
    /// Error: `image_too_large`.
    pub(super) fn write(
        &self,
        scan: ProgressiveScan,
        mut bytes: Vec<u8>,
        limit: OutputLimit,
    ) -> Result<Vec<u8>, Failure> {
        let counter = self.count(scan);
        let tables = counter.counts.each_ref().map(HuffmanCode::new);
        let all: Vec<usize> = (0..self.components.len()).collect();
        let (components, spectral_selection, approximation, class) = match scan {
            ProgressiveScan::Dc => (all, (0, 0), (0, 0), 0x00),
            ProgressiveScan::AcFirst { component, first, last, low } => {
                (vec![component], (first, last), (0, low), 0x10)
            }
            ProgressiveScan::AcRefinement { component, first, last, low } => {
                (vec![component], (first, last), (low + 1, low), 0x10)
            }
        };
        let used = (0_u8..).zip(&tables).filter(|(_, table)| !table.symbols.is_empty());
        let used: Vec<(u8, &HuffmanCode)> = used.map(|(number, table)| (class | number, table)).collect();
        markers::tables(&mut bytes, &used);
        markers::scan(&mut bytes, &components, spectral_selection, approximation);
        limit.reserve(&mut bytes, (counter.bits(&tables) / 8) as usize * 129 / 128 + 1024)?;
        let mut writer = SymbolWriter { tables: &tables, bits: BitWriter::new(bytes) };
        self.simd.run(
            #[inline(always)]
            || self.emit(scan, &mut writer),
        );
        Ok(writer.bits.finish())
    }
}
