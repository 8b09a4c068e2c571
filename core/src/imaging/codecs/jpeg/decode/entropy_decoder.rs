//! The entropy decoder: state shared by baseline and progressive scans, and the Huffman tables of a scan.

use crate::error::{Error, Result};

use super::bit_reader::BitReader;
use super::huffman::{DhtTable, HuffmanTable, Symbol};
use super::segments::Scan;
use crate::imaging::codecs::failure::corrupt;

/// The state of a scan: bit reader, DC predictors, end-of-band run, restart interval.
pub(super) struct EntropyDecoder<'a> {
    pub bits: BitReader<'a>,
    /// The DC predictors (T.81, F.2.1.3.1): the DC coefficient of the last block of each component of the frame.
    pub dc_predictors: [i32; 4],
    /// Blocks left in the current end-of-band run (T.81, G.1.2.2).
    pub eob_run: u32,
    /// MCUs between restart markers; 0 for none.
    restart_interval: u32,
    /// MCUs before the next restart marker.
    until_restart: u32,
    /// The number of the next restart marker, 0 to 7.
    next_restart: u8,
    /// Whether the data may end early.
    is_cut: bool,
    /// Whether the data has ended early.
    is_over: bool,
    /// Whether the data ends in zero bytes that may replace lost data.
    has_zero_tail: bool,
}

impl<'a> EntropyDecoder<'a> {
    pub(super) fn new(scan: &Scan<'a>) -> Self {
        Self {
            bits: BitReader::new(scan.data),
            dc_predictors: [0; 4],
            eob_run: 0,
            restart_interval: scan.restart_interval,
            until_restart: scan.restart_interval,
            next_restart: 0,
            is_cut: scan.is_cut,
            is_over: false,
            has_zero_tail: scan.has_zero_tail,
        }
    }

    /// Called before each MCU: restarts if a restart marker is due.
    #[inline(always)]
    pub(super) fn begin_mcu(&mut self) -> Result<()> {
        if self.restart_interval == 0 {
            return Ok(());
        }
        if self.until_restart == 0 {
            self.restart()?;
        }
        self.until_restart -= 1;
        Ok(())
    }

    #[cold]
    fn restart(&mut self) -> Result<()> {
        if !self.bits.restart(self.next_restart) {
            return Err(corrupt("a JPEG with data missing between its restart markers"));
        }
        self.next_restart = (self.next_restart + 1) % 8;
        self.until_restart = self.restart_interval;
        self.dc_predictors = [0; 4];
        self.eob_run = 0;
        Ok(())
    }

    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Whether data that may end early has ended, before or within the read with this result. Then nothing is left to decode.
    pub(super) fn is_over(&mut self, result: &Result<()>) -> bool {
        self.is_over |= self.is_cut && self.bits.is_spent(result.is_err());
        self.is_over
    }

    /// Whether the data has ended early, so that nothing is left to decode.
    pub(super) fn has_ended(&self) -> bool {
        self.is_over
    }

    /// How many bytes of the data the blocks take, after the last row. `None` if it ended early.
    pub(super) fn used_bytes(&self) -> Option<usize> {
        (!self.is_over).then(|| self.bits.used_bytes())
    }

    /// Called after each row: checks that the data has all bits that were read.
    pub(super) fn check(&self) -> Result<()> {
        if self.is_over {
            return Ok(());
        }
        if self.bits.has_overrun() { Err(corrupt("a JPEG whose data ends early")) } else { Ok(()) }
    }

    /// Called after the last row: returns whether the data has all blocks of the scan. Data after them is ignored.
    pub(super) fn finish(&self) -> Result<bool> {
        self.check()?;
        if self.has_zero_tail && self.bits.ends_in_zero_fill() {
            return Err(corrupt("a JPEG whose data ends early and is filled up with zeros"));
        }
        Ok(!self.is_over)
    }
}

/// Decodes a DC difference. `None` for an invalid code.
#[inline(always)]
pub(super) fn difference(bits: &mut BitReader<'_>, table: &HuffmanTable) -> Option<i32> {
    bits.refill();
    Some(match table.decode_symbol(bits)? {
        Symbol::Value { value, .. } => value,
        Symbol::RunSize(size) => bits.take_signed(u32::from(size & 15)),
    })
}

#[cold]
pub(super) fn invalid_code() -> Error {
    corrupt("a JPEG whose compressed data is damaged")
}

/// The Huffman tables of a scan, each built once.
pub(super) struct HuffmanTables {
    tables: Vec<HuffmanTable>,
    /// The indices of the DC and the AC table of each component of the scan.
    indices: Vec<(usize, usize)>,
}

impl HuffmanTables {
    /// Builds the tables that the scan reads, and no others.
    pub(super) fn build(scan: &Scan<'_>) -> Result<Self> {
        let reads_differences = scan.spectral_band.first == 0 && scan.spectral_band.high == 0;
        let reads_bands = scan.spectral_band.last > 0;
        let mut tables = Self { tables: Vec::new(), indices: Vec::new() };
        let mut built: Vec<(DhtTable<'_>, bool)> = Vec::new();
        for component in &scan.components {
            let dc = tables.index_of(&mut built, component.dc, true, reads_differences)?;
            let ac = tables.index_of(&mut built, component.ac, false, reads_bands)?;
            tables.indices.push((dc, ac));
        }
        Ok(tables)
    }

    /// The index of a table, which is built first if no component before has it.
    fn index_of<'a>(
        &mut self,
        built: &mut Vec<(DhtTable<'a>, bool)>,
        dht: Option<DhtTable<'a>>,
        is_dc: bool,
        is_needed: bool,
    ) -> Result<usize> {
        if !is_needed {
            return Ok(usize::MAX);
        }
        let dht = dht.ok_or_else(|| corrupt("a JPEG without a Huffman table that its data needs"))?;
        if let Some(index) = built.iter().position(|other| *other == (dht, is_dc)) {
            return Ok(index);
        }
        let table = HuffmanTable::build(&dht, is_dc).ok_or_else(|| corrupt("a JPEG with an invalid Huffman table"))?;
        self.tables.push(table);
        built.push((dht, is_dc));
        Ok(self.tables.len() - 1)
    }

    /// Builds the tables of all AC tables for skipping several symbols at once.
    pub(super) fn build_skips(&mut self) {
        for (index, table) in self.tables.iter_mut().enumerate() {
            if self.indices.iter().any(|(_, ac)| *ac == index) {
                table.build_skips();
            }
        }
    }

    /// The indices of the DC and the AC table of a component of the scan.
    pub(super) fn indices(&self, component: usize) -> Option<(usize, usize)> {
        self.indices.get(component).copied()
    }

    /// The table with an index.
    pub(super) fn table(&self, index: usize) -> Option<&HuffmanTable> {
        self.tables.get(index)
    }

    /// The DC table of a component of the scan.
    pub(super) fn dc(&self, component: usize) -> Result<&HuffmanTable> {
        self.indices.get(component).and_then(|(dc, _)| self.tables.get(*dc)).ok_or_else(invalid_code)
    }

    /// The AC table of a component of the scan.
    pub(super) fn ac(&self, component: usize) -> Result<&HuffmanTable> {
        self.indices.get(component).and_then(|(_, ac)| self.tables.get(*ac)).ok_or_else(invalid_code)
    }
}
