//! The scan script of a progressive file, and its scans, each with optimal Huffman tables.

use super::bit_writer::BitWriter;
use super::huffman::HuffmanCode;
use super::markers;
use super::scans::{CoefficientImage, ProgressiveScan, SymbolCounter, SymbolWriter};
use crate::imaging::codecs::failure::Failure;
use crate::imaging::codecs::output_limit::OutputLimit;

/// How the AC coefficients of a component are split into scans: spectral selection and successive approximation.
#[derive(Debug, Clone, Copy)]
struct SpectralSplit {
    /// The last coefficient of the first of two bands; 63 for one band.
    split: u8,
    /// The low bits that are refined later, one scan for each.
    low: u8,
}

impl SpectralSplit {
    /// The scans that come first.
    fn bands(self, component: usize) -> impl Iterator<Item = ProgressiveScan> {
        let Self { split, low } = self;
        let bands = [(1, split), (split + 1, 63)].into_iter().filter(|(first, last)| first <= last);
        bands.map(move |(first, last)| ProgressiveScan::Band { component, first, last, low })
    }

    /// The scan of a bit that comes later, if this one does.
    fn bits(self, component: usize, low: u8) -> Option<ProgressiveScan> {
        (low < self.low).then_some(ProgressiveScan::Refinement { component, first: 1, last: 63, low })
    }
}

/// The scans of a picture: a coarse one that shows it all, then the low frequencies of brightness, then colours, then the
/// rest, finer and finer.
fn script(splits: &[SpectralSplit]) -> Vec<ProgressiveScan> {
    let bands: Vec<Vec<ProgressiveScan>> = splits
        .iter()
        .enumerate()
        .map(|(component, spectral_split)| spectral_split.bands(component).collect())
        .collect();
    let mut scans = vec![ProgressiveScan::Dc];
    scans.extend(bands.iter().filter_map(|bands| bands.first()));
    scans.extend(bands.iter().rev().filter_map(|bands| bands.get(1)));
    for low in [1, 0] {
        // Colours first, as they are small.
        let numbered = splits.iter().enumerate().rev();
        scans.extend(numbered.filter_map(|(component, spectral_split)| spectral_split.bits(component, low)));
    }
    scans
}

/// What suits most photographs.
fn usual_splits(components: usize) -> Vec<SpectralSplit> {
    let mut splits = vec![SpectralSplit { split: 63, low: 1 }; components];
    splits[..1].fill(SpectralSplit { split: 8, low: 2 });
    splits
}

/// Bytes of the segments of a scan, without the symbols that they list.
const SEGMENTS: u64 = 31;

/// Places that a band may be split at.
const SPLITS: [u8; 5] = [2, 5, 8, 12, 18];

impl CoefficientImage {
    /// The scans to write.
    pub(super) fn script(&self, is_searched: bool) -> Vec<ProgressiveScan> {
        if !is_searched {
            return script(&usual_splits(self.components.len()));
        }
        let splits: Vec<SpectralSplit> =
            (0..self.components.len()).map(|component| self.best_split(component)).collect();
        script(&splits)
    }

    /// Tries how many bits come later, and then where to split.
    fn best_split(&self, component: usize) -> SpectralSplit {
        let mut bits_later = 0;
        let mut best = (u64::MAX, SpectralSplit { split: 63, low: 0 });
        for low in 0..=2 {
            let spectral_split = SpectralSplit { split: 63, low };
            bits_later += low
                .checked_sub(1)
                .and_then(|low| spectral_split.bits(component, low))
                .map_or(0, |scan| self.cost(scan));
            let cost = bits_later + spectral_split.bands(component).map(|scan| self.cost(scan)).sum::<u64>();
            if cost < best.0 {
                best = (cost, spectral_split);
            }
        }
        let (mut best, low) = ((u64::MAX, best.1), best.1.low);
        for split in [63].into_iter().chain(SPLITS) {
            let spectral_split = SpectralSplit { split, low };
            let cost = spectral_split.bands(component).map(|scan| self.cost(scan)).sum();
            if cost < best.0 {
                best = (cost, spectral_split);
            }
        }
        best.1
    }

    /// The bits that a scan takes, about.
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
        let (components, band, bits, class) = match scan {
            ProgressiveScan::Dc => (all, (0, 0), (0, 0), 0x00),
            ProgressiveScan::Band { component, first, last, low } => (vec![component], (first, last), (0, low), 0x10),
            ProgressiveScan::Refinement { component, first, last, low } => {
                (vec![component], (first, last), (low + 1, low), 0x10)
            }
        };
        let used = (0_u8..).zip(&tables).filter(|(_, table)| !table.symbols.is_empty());
        let used: Vec<(u8, &HuffmanCode)> = used.map(|(number, table)| (class | number, table)).collect();
        markers::tables(&mut bytes, &used);
        markers::scan(&mut bytes, &components, band, bits);
        limit.reserve(&mut bytes, (counter.bits(&tables) / 8) as usize * 129 / 128 + 1024)?;
        let mut writer = SymbolWriter { tables: &tables, bits: BitWriter::new(bytes) };
        self.simd.run(
            #[inline(always)]
            || self.emit(scan, &mut writer),
        );
        Ok(writer.bits.finish())
    }
}
