//! Which scans a progressive file has, and writing them one after the other, each with tables made for it.

use super::bit_writer::BitWriter;
use super::huffman::Table;
use super::markers;
use super::scans::{Counter, Picture, Scan, Writer};
use crate::imaging::codecs::failure::Failure;
use crate::imaging::codecs::output_limit::OutputLimit;

/// How the AC coefficients of a component are cut into scans.
#[derive(Debug, Clone, Copy)]
struct Cut {
    /// The last coefficient of the first of two bands; 63 for one band.
    split: u8,
    /// The bits that come later, one scan for each.
    low: u8,
}

impl Cut {
    /// The scans that come first.
    fn bands(self, component: usize) -> impl Iterator<Item = Scan> {
        let Self { split, low } = self;
        let bands = [(1, split), (split + 1, 63)].into_iter().filter(|(first, last)| first <= last);
        bands.map(move |(first, last)| Scan::Band { component, first, last, low })
    }

    /// The scan of a bit that comes later, if this one does.
    fn bits(self, component: usize, low: u8) -> Option<Scan> {
        (low < self.low).then_some(Scan::BandBits { component, first: 1, last: 63, low })
    }
}

/// The scans of a picture: a coarse one that shows it all, then the low frequencies of brightness, then colours, then the
/// rest, finer and finer.
fn script(cuts: &[Cut]) -> Vec<Scan> {
    let bands: Vec<Vec<Scan>> =
        cuts.iter().enumerate().map(|(component, cut)| cut.bands(component).collect()).collect();
    let mut scans = vec![Scan::Means];
    scans.extend(bands.iter().filter_map(|bands| bands.first()));
    scans.extend(bands.iter().rev().filter_map(|bands| bands.get(1)));
    for low in [1, 0] {
        // Colours first, as they are small.
        let numbered = cuts.iter().enumerate().rev();
        scans.extend(numbered.filter_map(|(component, cut)| cut.bits(component, low)));
    }
    scans
}

/// What suits most photographs.
fn usual_cuts(components: usize) -> Vec<Cut> {
    let mut cuts = vec![Cut { split: 63, low: 1 }; components];
    cuts[..1].fill(Cut { split: 8, low: 2 });
    cuts
}

/// Bytes of the segments of a scan, without the symbols that they list.
const SEGMENTS: u64 = 31;

/// Places that a band may be split at.
const SPLITS: [u8; 5] = [2, 5, 8, 12, 18];

impl Picture {
    /// The scans to write.
    pub(super) fn script(&self, is_searched: bool) -> Vec<Scan> {
        if !is_searched {
            return script(&usual_cuts(self.components.len()));
        }
        let cuts: Vec<Cut> = (0..self.components.len()).map(|component| self.best_cut(component)).collect();
        script(&cuts)
    }

    /// Tries how many bits come later, and then where to split.
    fn best_cut(&self, component: usize) -> Cut {
        let mut bits_later = 0;
        let mut best = (u64::MAX, Cut { split: 63, low: 0 });
        for low in 0..=2 {
            let cut = Cut { split: 63, low };
            bits_later += low.checked_sub(1).and_then(|low| cut.bits(component, low)).map_or(0, |scan| self.cost(scan));
            let cost = bits_later + cut.bands(component).map(|scan| self.cost(scan)).sum::<u64>();
            if cost < best.0 {
                best = (cost, cut);
            }
        }
        let (mut best, low) = ((u64::MAX, best.1), best.1.low);
        for split in [63].into_iter().chain(SPLITS) {
            let cut = Cut { split, low };
            let cost = cut.bands(component).map(|scan| self.cost(scan)).sum();
            if cost < best.0 {
                best = (cost, cut);
            }
        }
        best.1
    }

    /// The bits that a scan takes, about.
    fn cost(&self, scan: Scan) -> u64 {
        let counter = self.count(scan);
        let tables = counter.counts.each_ref().map(Table::new);
        let symbols: usize = tables.iter().map(|table| table.symbols.len()).sum();
        counter.bits(&tables) + 8 * (symbols as u64 + SEGMENTS)
    }

    /// Counts the symbols of a scan.
    fn count(&self, scan: Scan) -> Counter {
        let mut counter = Counter::new();
        self.simd.run(
            #[inline(always)]
            || self.walk(scan, &mut counter),
        );
        counter
    }

    /// Writes a scan behind what there is of a file.
    ///
    /// Error: `image_too_large`.
    pub(super) fn write(&self, scan: Scan, mut bytes: Vec<u8>, limit: OutputLimit) -> Result<Vec<u8>, Failure> {
        let counter = self.count(scan);
        let tables = counter.counts.each_ref().map(Table::new);
        let all: Vec<usize> = (0..self.components.len()).collect();
        let (components, band, bits, class) = match scan {
            Scan::Means => (all, (0, 0), (0, 0), 0x00),
            Scan::Band { component, first, last, low } => (vec![component], (first, last), (0, low), 0x10),
            Scan::BandBits { component, first, last, low } => (vec![component], (first, last), (low + 1, low), 0x10),
        };
        let used = (0_u8..).zip(&tables).filter(|(_, table)| !table.symbols.is_empty());
        let used: Vec<(u8, &Table)> = used.map(|(number, table)| (class | number, table)).collect();
        markers::tables(&mut bytes, &used);
        markers::scan(&mut bytes, &components, band, bits);
        limit.reserve(&mut bytes, (counter.bits(&tables) / 8) as usize * 129 / 128 + 1024)?;
        let mut writer = Writer { tables: &tables, bits: BitWriter::new(bytes) };
        self.simd.run(
            #[inline(always)]
            || self.walk(scan, &mut writer),
        );
        Ok(writer.bits.finish())
    }
}
