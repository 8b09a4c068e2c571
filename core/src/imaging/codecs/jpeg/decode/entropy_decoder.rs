//! The entropy decoder: state shared by baseline and progressive scans, and the Huffman tables of a scan.

use crate::error::{Error, Result};

use super::bit_reader::BitReader;
use super::huffman::{DhtTable, HuffmanTable, Symbol};
use super::segments::Scan;
use crate::imaging::codecs::failure::corrupt;

/// The state of a scan: bit reader, DC predictors, end-of-band run, restart interval.
pub(super) struct EntropyDecoder<'a> {
    pub bits: BitReader<'a>,
    /// The DC coefficient of the last block of each component of the frame, from which the next one differs (T.81, F.2.1.3.1).
    pub dc_predictors: [i32; 4],
    /// Blocks left in the current end-of-band run (T.81, G.1.2.2).
    pub eob_run: u32,
    interval: u32,
    until_restart: u32,
    restarts: u8,
    /// Whether the data may end early.
    is_cut: bool,
    /// Whether the data has ended early.
    is_over: bool,
    /// Whether it ends in zeros that may stand for lost data.
    has_zero_tail: bool,
}

impl<'a> EntropyDecoder<'a> {
    pub(super) fn new(scan: &Scan<'a>) -> Self {
        Self {
            bits: BitReader::new(scan.data),
            dc_predictors: [0; 4],
            eob_run: 0,
            interval: scan.restart_interval,
            until_restart: scan.restart_interval,
            restarts: 0,
            is_cut: scan.is_cut,
            is_over: false,
            has_zero_tail: scan.has_zero_tail,
        }
    }

    /// Before each MCU: a restart, where one is due.
    #[inline(always)]
    pub(super) fn begin_mcu(&mut self) -> Result<()> {
        if self.interval == 0 {
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
        if !self.bits.restart(self.restarts) {
            return Err(corrupt("a JPEG with data missing between its restart markers"));
        }
        self.restarts = (self.restarts + 1) % 8;
        self.until_restart = self.interval;
        self.dc_predictors = [0; 4];
        self.eob_run = 0;
        Ok(())
    }

    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Whether the data, where it may end early, ended before or within what was just read with this result. Nothing is left
    /// to decode then.
    pub(super) fn is_over(&mut self, result: &Result<()>) -> bool {
        self.is_over |= self.is_cut && self.bits.is_spent(result.is_err());
        self.is_over
    }

    /// Whether the data ended early, so that nothing is left to decode.
    pub(super) fn has_ended(&self) -> bool {
        self.is_over
    }

    /// How many bytes of the data its blocks take, after the last row. `None` where it ended early.
    pub(super) fn used_bytes(&self) -> Option<usize> {
        (!self.is_over).then(|| self.bits.used_bytes())
    }

    /// After each row: whether everything that was read was in the data.
    pub(super) fn check(&self) -> Result<()> {
        if self.is_over {
            return Ok(());
        }
        if self.bits.has_overrun() { Err(corrupt("a JPEG whose data ends early")) } else { Ok(()) }
    }

    /// After the last row: whether all blocks of the scan were in the data. Data after them is ignored.
    pub(super) fn finish(&self) -> Result<bool> {
        self.check()?;
        if self.has_zero_tail && self.bits.ends_in_zero_fill() {
            return Err(corrupt("a JPEG whose data ends early and is filled up with zeros"));
        }
        Ok(!self.is_over)
    }
}

/// Reads a DC difference; `None` for bits that are no code.
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
    /// For each component of the scan the index of its DC and of its AC table.
    places: Vec<(usize, usize)>,
}

impl HuffmanTables {
    /// Builds the tables that the scan reads, and no others.
    pub(super) fn build(scan: &Scan<'_>) -> Result<Self> {
        let reads_differences = scan.band.first == 0 && scan.band.high == 0;
        let reads_bands = scan.band.last > 0;
        let mut tables = Self { tables: Vec::new(), places: Vec::new() };
        let mut built: Vec<(DhtTable<'_>, bool)> = Vec::new();
        for component in &scan.components {
            let dc = tables.place(&mut built, component.dc, true, reads_differences)?;
            let ac = tables.place(&mut built, component.ac, false, reads_bands)?;
            tables.places.push((dc, ac));
        }
        Ok(tables)
    }

    fn place<'a>(
        &mut self,
        built: &mut Vec<(DhtTable<'a>, bool)>,
        listed: Option<DhtTable<'a>>,
        is_dc: bool,
        is_needed: bool,
    ) -> Result<usize> {
        if !is_needed {
            return Ok(usize::MAX);
        }
        let listed = listed.ok_or_else(|| corrupt("a JPEG without a Huffman table that its data needs"))?;
        if let Some(place) = built.iter().position(|other| *other == (listed, is_dc)) {
            return Ok(place);
        }
        let table =
            HuffmanTable::build(&listed, is_dc).ok_or_else(|| corrupt("a JPEG with an invalid Huffman table"))?;
        self.tables.push(table);
        built.push((listed, is_dc));
        Ok(self.tables.len() - 1)
    }

    /// Prepares the AC tables for skipping several symbols at once.
    pub(super) fn build_skips(&mut self) {
        for (place, table) in self.tables.iter_mut().enumerate() {
            if self.places.iter().any(|(_, ac)| *ac == place) {
                table.build_skips();
            }
        }
    }

    /// The indices of the DC and the AC table of a component of the scan.
    pub(super) fn numbers(&self, component: usize) -> Option<(usize, usize)> {
        self.places.get(component).copied()
    }

    pub(super) fn numbered(&self, number: usize) -> Option<&HuffmanTable> {
        self.tables.get(number)
    }

    /// The DC table of a component of the scan.
    pub(super) fn dc(&self, component: usize) -> Result<&HuffmanTable> {
        self.places.get(component).and_then(|(dc, _)| self.tables.get(*dc)).ok_or_else(invalid_code)
    }

    /// The AC table of a component of the scan.
    pub(super) fn ac(&self, component: usize) -> Result<&HuffmanTable> {
        self.places.get(component).and_then(|(_, ac)| self.tables.get(*ac)).ok_or_else(invalid_code)
    }
}
