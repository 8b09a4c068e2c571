//! The encoder: bands of planes in, a file out.

use super::baseline::Tokens;
use super::bits::BitWriter;
use super::markers;
use super::scans::Picture;
use super::settings::Settings;
use super::steps::Steps;
use super::strip::Strip;
use super::trellis::{self, Trellis};
use crate::imaging::encode::Failure;
use crate::imaging::request::Effort;
use crate::imaging::simd::Simd;

/// Writes a picture whose planes are given band by band.
pub(crate) struct Encoder {
    /// The start of the file.
    header: Vec<u8>,
    picture: Picture,
    /// Whether the coefficients of the whole picture are kept, or only those of the last band.
    keeps_all: bool,
    /// Whether the coefficients that are kept are not quantised yet.
    weighs_bits: bool,
    /// Of luma, and of chroma.
    steps: [Steps; 2],
    strip: Strip,
    /// Bands that were given.
    bands: usize,
    tokens: Tokens,
    /// For each component the DC coefficient of its last block.
    predictions: [i16; 3],
}

/// A block that is as bright as the one before it.
static FLAT: [i16; 64] = [0; 64];

impl Encoder {
    pub(crate) fn new(settings: &Settings<'_>, simd: Simd) -> Result<Self, Failure> {
        settings.check()?;
        let components = settings.components();
        let steps = [Steps::luma(settings.quality), Steps::chroma(settings.quality)];
        let listed = steps.each_ref().map(Steps::zigzag);
        let listed = if settings.is_gray { &listed[..1] } else { &listed };
        Ok(Self {
            header: markers::header(settings, &components, listed)?,
            picture: Picture { simd, units: settings.units(), blocks: vec![Vec::new(); components.len()], components },
            keeps_all: settings.has_several_scans(),
            weighs_bits: settings.effort == Effort::High,
            steps,
            strip: Strip::new(),
            bands: 0,
            tokens: Tokens::new(),
            predictions: [0; 3],
        })
    }

    /// The width and height of a plane, in samples: 1 plane or 3. Those of chroma are luma's divided by the factors and
    /// rounded up.
    pub(crate) fn plane_size(&self, component: usize) -> (usize, usize) {
        self.picture.components.get(component).map_or((0, 0), |component| component.size)
    }

    /// Rows of a component that a band has, if it is not the last one.
    pub(crate) fn band_rows(&self, component: usize) -> usize {
        self.picture.components.get(component).map_or(0, |component| 8 * component.factors.1)
    }

    /// Takes the next band from top to bottom: for each component its rows, tightly packed. The last band may have fewer
    /// rows. Samples at the edges are repeated where blocks jut out.
    pub(crate) fn push(&mut self, band: &[&[u8]]) {
        if self.bands == self.picture.units.1 {
            return;
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
            let steps = (!self.weighs_bits).then_some(&self.steps[number.min(1)]);
            for rows in samples.chunks(8 * width).take(component.factors.1) {
                self.strip.fill(rows, width);
                self.strip.transform(steps, component.blocks.0, blocks);
            }
        }
    }

    /// Counts the symbols of a band, unit by unit.
    #[inline(always)]
    fn tokenize(&mut self) {
        for unit in 0..self.picture.units.0 {
            for (number, component) in self.picture.components.iter().enumerate() {
                let prediction = &mut self.predictions[number];
                let (across, down) = component.factors;
                for (row, column) in (0..down).flat_map(|row| (0..across).map(move |column| (row, column))) {
                    let column = unit * across + column;
                    let own = (column < component.blocks.0).then(|| row * component.blocks.0 + column);
                    match own.and_then(|own| self.picture.blocks[number].get(own)) {
                        Some(block) => {
                            self.tokens.push(block, *prediction, number.min(1));
                            *prediction = block[0];
                        }
                        // A block without samples of the picture: the cheapest one.
                        None => self.tokens.push(&FLAT, 0, number.min(1)),
                    }
                }
            }
        }
    }

    /// The file, when all bands are there.
    pub(crate) fn finish(self) -> Vec<u8> {
        let mut bytes = if self.keeps_all { self.write_scans() } else { self.write_tokens() };
        markers::end(&mut bytes);
        bytes
    }

    fn write_scans(mut self) -> Vec<u8> {
        if self.weighs_bits {
            self.weigh();
        }
        let scans = self.picture.script(self.weighs_bits);
        scans.into_iter().fold(self.header, |bytes, scan| self.picture.write(scan, bytes))
    }

    /// Quantises all coefficients. How many bits symbols have is taken from those that there would be otherwise.
    fn weigh(&mut self) {
        let simd = self.picture.simd;
        let mut counts = [[0; 256]; 2];
        for (number, blocks) in self.picture.blocks.iter().enumerate() {
            let (steps, counts) = (&self.steps[number.min(1)], &mut counts[number.min(1)]);
            simd.run(
                #[inline(always)]
                || blocks.iter().for_each(|block| trellis::count(block, steps, counts)),
            );
        }
        for (number, blocks) in self.picture.blocks.iter_mut().enumerate() {
            let trellis = Trellis::new(&self.steps[number.min(1)], &counts[number.min(1)]);
            simd.run(
                #[inline(always)]
                || blocks.iter_mut().for_each(|block| trellis.quantize(block)),
            );
        }
    }

    fn write_tokens(self) -> Vec<u8> {
        let mut bytes = self.header;
        let tables = self.tokens.tables();
        let numbers: Vec<usize> = (0..self.picture.components.len()).collect();
        let places = [(0x00, &tables[0][0]), (0x10, &tables[0][1]), (0x01, &tables[1][0]), (0x11, &tables[1][1])];
        markers::tables(&mut bytes, if numbers.len() > 1 { &places } else { &places[..2] });
        markers::scan(&mut bytes, &numbers, (0, 63), (0, 0));
        let content = self.tokens.bytes(&tables);
        // Zeros behind bytes of ones are one in some hundred.
        bytes.reserve_exact(content + content / 128 + 64);
        let mut classes = Vec::new();
        for (number, component) in self.picture.components.iter().enumerate() {
            classes.resize(classes.len() + component.factors.0 * component.factors.1, number.min(1));
        }
        let mut writer = BitWriter::new(bytes);
        let tokens = self.tokens;
        self.picture.simd.run(
            #[inline(always)]
            || tokens.write(&tables, &classes, &mut writer),
        );
        writer.finish()
    }
}
