//! The encoder: bands of planes in, a file out.

use super::baseline::{MOST_TOKENS, Tokens};
use super::bit_writer::BitWriter;
use super::block_row::BlockRow;
use super::huffman::HuffmanCode;
use super::progressive_scans::CoefficientImage;
use super::quantisation::QuantTable;
use super::settings::Settings;
use super::trellis::Trellis;
use super::{markers, trellis};
use crate::imaging::codecs::encoder_options::Effort;
use crate::imaging::codecs::failure::Failure;
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::codecs::plane_encoder::MORE_ROWS;
use crate::imaging::simd::Simd;

/// Encodes a picture whose planes are pushed band by band.
pub(super) struct Encoder {
    /// The start of the file.
    header: Vec<u8>,
    picture: CoefficientImage,
    /// Whether the coefficients of the whole picture are kept, or only those of the last band.
    keeps_all: bool,
    /// Whether the coefficients that are kept are not quantised yet.
    weighs_bits: bool,
    /// Of luma, and of chroma.
    quant_tables: [QuantTable; 2],
    block_row: BlockRow,
    /// Bands that were given.
    bands: usize,
    tokens: Tokens,
    /// What writes tokens, from the time on that there are too many to keep.
    token_writer: Option<Box<TokenWriter>>,
    most_tokens: usize,
    limit: OutputLimit,
    /// For each component the DC coefficient of its last block.
    dc_predictors: [i16; 3],
}

struct TokenWriter {
    tables: [[HuffmanCode; 2]; 2],
    /// For each block of an MCU whether it is luma or chroma.
    classes: Vec<usize>,
    bits: BitWriter,
}

/// A block that is as bright as the one before it.
static FLAT: [i16; 64] = [0; 64];

impl Encoder {
    pub(super) fn new(settings: &Settings<'_>, limit: OutputLimit, simd: Simd) -> Result<Self, Failure> {
        settings.check()?;
        let components = settings.components();
        let quant_tables = [QuantTable::luma(settings.quality), QuantTable::chroma(settings.quality)];
        let listed = quant_tables.each_ref().map(QuantTable::zigzag);
        let listed = if settings.is_gray { &listed[..1] } else { &listed };
        let keeps_all = settings.has_several_scans();
        let blocks = components.iter().map(|component| {
            let rows = if keeps_all { component.blocks.1 } else { component.sampling_factors.1 };
            // They come in pairs.
            Vec::with_capacity(rows * component.blocks.0 + 1)
        });
        Ok(Self {
            header: markers::header(settings, &components, listed)?,
            picture: CoefficientImage { simd, mcus: settings.mcus(), blocks: blocks.collect(), components },
            keeps_all,
            weighs_bits: settings.effort == Effort::High,
            quant_tables,
            block_row: BlockRow::new(),
            bands: 0,
            tokens: Tokens::new(),
            token_writer: None,
            most_tokens: MOST_TOKENS,
            limit,
            dc_predictors: [0; 3],
        })
    }

    /// Keeps fewer tokens than usual.
    #[cfg(test)]
    pub(super) fn keeping(mut self, most_tokens: usize) -> Self {
        self.most_tokens = most_tokens;
        self
    }

    /// How many components, each of them a plane, the file has: 1 or 3.
    pub(super) fn components(&self) -> usize {
        self.picture.components.len()
    }

    /// The width and height of a plane, in samples. Those of chroma are luma's divided by the factors and
    /// rounded up.
    pub(super) fn plane_size(&self, component: usize) -> (usize, usize) {
        self.picture.components.get(component).map_or((0, 0), |component| component.size)
    }

    /// Rows of a component that a band has, if it is not the last one.
    pub(super) fn band_rows(&self, component: usize) -> usize {
        self.picture.components.get(component).map_or(0, |component| 8 * component.sampling_factors.1)
    }

    /// Takes the next band from top to bottom: for each component its rows, tightly packed. The last band may have fewer
    /// rows. Samples at the edges are repeated where blocks jut out.
    ///
    /// Error: `image_too_large` for a file beyond the limit.
    pub(super) fn push(&mut self, band: &[&[u8]]) -> Result<(), Failure> {
        if self.bands == self.picture.mcus.1 {
            return Err(MORE_ROWS.into());
        }
        let simd = self.picture.simd;
        simd.run(
            #[inline(always)]
            || {
                self.transform(band);
                if !self.keeps_all {
                    self.tokenize();
                }
            },
        );
        self.bands += 1;
        if self.token_writer.is_some() || self.tokens.kept() > self.most_tokens {
            return self.write_tokens();
        }
        Ok(self.limit.check(self.tokens.memory_bytes())?)
    }

    /// Makes the coefficients of a band.
    #[inline(always)]
    fn transform(&mut self, band: &[&[u8]]) {
        for (number, (component, samples)) in self.picture.components.iter().zip(band).enumerate() {
            let blocks = &mut self.picture.blocks[number];
            if !self.keeps_all {
                blocks.clear();
            }
            let width = component.size.0;
            let quant_table = (!self.weighs_bits).then_some(&self.quant_tables[number.min(1)]);
            for rows in samples.chunks(8 * width).take(component.sampling_factors.1) {
                self.block_row.fill(rows, width);
                self.block_row.transform(quant_table, component.blocks.0, blocks);
            }
        }
    }

    /// Counts the symbols of a band, MCU by MCU.
    #[inline(always)]
    fn tokenize(&mut self) {
        for mcu in 0..self.picture.mcus.0 {
            for (number, component) in self.picture.components.iter().enumerate() {
                let dc_predictor = &mut self.dc_predictors[number];
                let (across, down) = component.sampling_factors;
                for (row, column) in (0..down).flat_map(|row| (0..across).map(move |column| (row, column))) {
                    let column = mcu * across + column;
                    let own = (column < component.blocks.0).then(|| row * component.blocks.0 + column);
                    match own.and_then(|own| self.picture.blocks[number].get(own)) {
                        Some(block) => {
                            self.tokens.push(block, *dc_predictor, number.min(1));
                            *dc_predictor = block[0];
                        }
                        // A block without samples of the picture: the cheapest one.
                        None => self.tokens.push(&FLAT, 0, number.min(1)),
                    }
                }
            }
        }
    }

    /// Returns the file, when all bands are there.
    ///
    /// Error: `image_too_large` for a file beyond the limit.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, Failure> {
        let mut bytes = if self.keeps_all {
            self.write_scans()?
        } else {
            self.write_tokens()?;
            self.token_writer.map(|writer| writer.bits.finish()).unwrap_or_default()
        };
        markers::end(&mut bytes);
        Ok(bytes)
    }

    fn write_scans(&mut self) -> Result<Vec<u8>, Failure> {
        if self.weighs_bits {
            self.weigh();
        }
        let scans = self.picture.script(self.weighs_bits);
        let header = std::mem::take(&mut self.header);
        scans.into_iter().try_fold(header, |bytes, scan| self.picture.write(scan, bytes, self.limit))
    }

    /// Quantises all coefficients. How many bits symbols have is taken from those that there would be otherwise.
    fn weigh(&mut self) {
        let simd = self.picture.simd;
        let mut counts = [[0; 256]; 2];
        for (number, blocks) in self.picture.blocks.iter().enumerate() {
            let (quant_table, counts) = (&self.quant_tables[number.min(1)], &mut counts[number.min(1)]);
            simd.run(
                #[inline(always)]
                || blocks.iter().for_each(|block| trellis::count(block, quant_table, counts)),
            );
        }
        for (number, blocks) in self.picture.blocks.iter_mut().enumerate() {
            let trellis = Trellis::new(&self.quant_tables[number.min(1)], &counts[number.min(1)]);
            simd.run(
                #[inline(always)]
                || blocks.iter_mut().for_each(|block| trellis.quantize(block)),
            );
        }
    }

    /// Writes the tokens that are kept, at first with the tables before them.
    fn write_tokens(&mut self) -> Result<(), Failure> {
        match &mut self.token_writer {
            // A token has at most 16 bits of a code and 11 of a value, and a byte of ones is followed by a zero.
            Some(writer) => self.limit.reserve(writer.bits.bytes(), 8 * self.tokens.kept())?,
            None => self.begin_scan()?,
        }
        let Some(writer) = &mut self.token_writer else { return Ok(()) };
        let TokenWriter { tables, classes, bits } = &mut **writer;
        let tokens = &mut self.tokens;
        self.picture.simd.run(
            #[inline(always)]
            || tokens.write(tables, classes, bits),
        );
        Ok(())
    }

    /// Writes the tables, which are the best for the tokens so far, and the header of the scan.
    fn begin_scan(&mut self) -> Result<(), Failure> {
        let is_last = self.bands == self.picture.mcus.1;
        if !is_last {
            self.tokens.count_all_symbols();
        }
        let mut bytes = std::mem::take(&mut self.header);
        let tables = self.tokens.tables();
        let numbers: Vec<usize> = (0..self.picture.components.len()).collect();
        let places = [(0x00, &tables[0][0]), (0x10, &tables[0][1]), (0x01, &tables[1][0]), (0x11, &tables[1][1])];
        markers::tables(&mut bytes, if numbers.len() > 1 { &places } else { &places[..2] });
        markers::scan(&mut bytes, &numbers, (0, 63), (0, 0));
        let content = self.tokens.bytes(&tables);
        // Stuffed zeros are one byte in some hundred.
        let limit = self.limit.without(self.tokens.memory_bytes());
        limit.reserve(&mut bytes, content + content / 128 + 64)?;
        let mut classes = Vec::new();
        for (number, component) in self.picture.components.iter().enumerate() {
            classes.resize(classes.len() + component.sampling_factors.0 * component.sampling_factors.1, number.min(1));
        }
        self.token_writer = Some(Box::new(TokenWriter { tables, classes, bits: BitWriter::new(bytes) }));
        Ok(())
    }
}
