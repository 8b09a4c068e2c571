//! Which scans a progressive file has, and writing them one after the other, each with tables made for it.

use super::bits::BitWriter;
use super::huffman::Table;
use super::markers;
use super::scans::{Counter, Picture, Scan, Writer};

/// The scans of a picture: a coarse one that shows it all, then colours, then brightness, finer and finer.
pub(super) fn script(components: usize) -> Vec<Scan> {
    let band = |component, first, last, low| Scan::Band { component, first, last, low };
    let bits = |component, low| Scan::BandBits { component, first: 1, last: 63, low };
    if components == 1 {
        return vec![Scan::Means { low: 0 }, band(0, 1, 8, 2), band(0, 9, 63, 2), bits(0, 1), bits(0, 0)];
    }
    let mut scans = vec![Scan::Means { low: 0 }, band(0, 1, 8, 2), band(1, 1, 63, 1), band(2, 1, 63, 1)];
    scans.extend([band(0, 9, 63, 2), bits(0, 1), bits(2, 0), bits(1, 0), bits(0, 0)]);
    scans
}

impl Picture {
    /// Writes a scan behind what there is of a file.
    #[inline(always)]
    pub(super) fn write(&self, scan: Scan, mut bytes: Vec<u8>) -> Vec<u8> {
        let mut counter = Counter::new();
        self.walk(scan, &mut counter);
        let tables = counter.counts.each_ref().map(Table::new);
        let all: Vec<usize> = (0..self.components.len()).collect();
        let (components, band, bits, class) = match scan {
            Scan::Means { low } => (all, (0, 0), (0, low), 0x00),
            Scan::MeanBits { low } => (all, (0, 0), (low + 1, low), 0x00),
            Scan::Band { component, first, last, low } => (vec![component], (first, last), (0, low), 0x10),
            Scan::BandBits { component, first, last, low } => (vec![component], (first, last), (low + 1, low), 0x10),
        };
        let used = (0_u8..).zip(&tables).filter(|(_, table)| !table.symbols.is_empty());
        let used: Vec<(u8, &Table)> = used.map(|(number, table)| (class | number, table)).collect();
        markers::tables(&mut bytes, &used);
        markers::scan(&mut bytes, &components, band, bits);
        bytes.reserve((counter.bits(&tables) / 8) as usize + 64);
        let mut writer = Writer { tables: &tables, bits: BitWriter::new(bytes) };
        self.walk(scan, &mut writer);
        writer.bits.finish()
    }
}
