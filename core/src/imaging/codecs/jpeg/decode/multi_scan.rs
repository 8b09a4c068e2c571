//! Decodes the scans of a file together: one MCU row of every scan, then the next row. Progressive files have several scans, and
//! so have sequential files with noninterleaved components.
//!
//! Each scan visits the whole picture once. The meaning of its bits depends on nothing but its earlier bits and, in a refinement,
//! on the coefficients that earlier scans gave to the same block (T.81, G.1.2.3). The whole file is in memory, so every scan has
//! its own entropy decoder, and they advance together:
//!
//! ```text
//!                      MCU row 0       row 1   row 2
//! scan 1  DC           1               5       9
//! scan 2  AC 1-5       2               6       10
//! scan 3  AC 6-63      3               7       11
//! scan 4  refines AC   4, samples      8, ...  12, ...
//! ```
//!
//! After the last scan the row is complete: its samples are computed, and its buffer is used for the next row. So the memory of
//! coefficients grows with the width of the picture, 0.4 MB for 8000 pixels of 4:4:4, not with its area, 400 MB for 64
//! megapixels.

use crate::error::Result;
use crate::imaging::simd::Simd;
use crate::rules::ImageRules;

use super::coefficients::{CoefficientBuffer, ScaledDctSize};
use super::entropy_decoder::{EntropyDecoder, HuffmanTables};
use super::frame::Frame;
use super::inverse_transform::fill;
use super::planes::Plane;
use super::segments::{ParsedJpeg, Scan};
use super::{baseline, huffman, progressive};
use crate::imaging::codecs::jpeg::zigzag::NATURAL_ORDER;

/// Blocks that are dequantised before they are transformed.
const BLOCKS: usize = 32;

/// The entropy decoder of one scan, positioned before an MCU row.
struct ScanDecoder<'a> {
    scan: Scan<'a>,
    tables: HuffmanTables,
    entropy: EntropyDecoder<'a>,
}

impl<'a> ScanDecoder<'a> {
    fn new(scan: Scan<'a>) -> Result<Self> {
        let (tables, entropy) = (HuffmanTables::build(&scan)?, EntropyDecoder::new(&scan));
        Ok(Self { scan, tables, entropy })
    }

    fn decode_row(&mut self, frame: &Frame, row: usize, buffers: &mut [CoefficientBuffer]) -> Result<()> {
        let Self { scan, tables, entropy } = self;
        let decode_row = if frame.is_progressive { progressive::decode_row } else { baseline::decode_row };
        decode_row(frame, scan, tables, entropy, row, buffers)
    }
}

/// The scans of a file, and the coefficients of one MCU row.
pub(super) struct MultiScan<'a> {
    frame: Frame,
    scans: Vec<ScanDecoder<'a>>,
    coefficients: Vec<CoefficientBuffer>,
    /// Quantisation tables in natural order.
    quant_table: Vec<[i16; 64]>,
    /// Whether the scans code all bits of all coefficients, and the data of the decoded scans is complete.
    is_complete: bool,
    simd: Simd,
}

impl<'a> MultiScan<'a> {
    /// Starts decoding at the scale of these planes. Scans that it does not need are left out, unless `is_whole` or the file has
    /// no end-of-image marker, in which case only decoding tells whether their data is complete.
    pub(super) fn new(parsed: ParsedJpeg<'a>, planes: &[Plane], simd: Simd, is_whole: bool) -> Result<Self> {
        let ParsedJpeg { frame, scans, quant_tables, is_complete, is_open, .. } = parsed;
        let is_whole = is_whole || is_open;
        let components = frame.components.iter().zip(planes);
        let coefficients =
            components.map(|(c, plane)| CoefficientBuffer::new(&frame, *c, ScaledDctSize::of(plane), is_whole));
        let coefficients: Vec<_> = coefficients.collect();
        let needed = progressive::needed(&scans, &coefficients);
        let chosen = scans.into_iter().zip(needed).filter(|(_, is_needed)| is_whole || *is_needed);
        let scans = chosen.map(|(scan, _)| ScanDecoder::new(scan)).collect::<Result<Vec<_>>>()?;
        let natural = |quant_table: &[u16; 64]| {
            let mut natural = [0; 64];
            for (place, quant) in NATURAL_ORDER.iter().zip(quant_table) {
                natural[usize::from(*place)] = *quant as i16;
            }
            natural
        };
        let quant_table = quant_tables.iter().map(natural).collect();
        Ok(Self { frame, scans, coefficients, quant_table, is_complete, simd })
    }

    /// The most memory, in bytes.
    pub(super) fn memory_bytes(parsed: &ParsedJpeg<'_>, planes: &[Plane]) -> u64 {
        let frame = &parsed.frame;
        let components = frame.components.iter().zip(planes);
        let bytes = |(c, plane)| CoefficientBuffer::memory_bytes(frame, c, ScaledDctSize::of(plane), parsed.is_open);
        let coefficients = components.map(|(c, plane)| bytes((*c, plane)));
        // A progressive scan has one table; a first DC scan has one per component, and there is one such scan per component. A
        // sequential scan has two tables per component.
        let tables = parsed.scans.len() as u64 + 2 * frame.components.len() as u64;
        coefficients.sum::<u64>() + tables * huffman::TABLE_BYTES
    }

    /// Decodes the next MCU row of every scan. Rows are decoded in order, from 0 on.
    pub(super) fn decode_row(&mut self, row: usize, is_last: bool, rules: &ImageRules) -> Result<()> {
        self.coefficients.iter_mut().for_each(CoefficientBuffer::clear);
        for scan in &mut self.scans {
            rules.check_cancelled()?;
            scan.decode_row(&self.frame, row, &mut self.coefficients)?;
            if is_last {
                self.is_complete &= scan.entropy.finish()?;
            }
        }
        Ok(())
    }

    /// Whether the data has the whole picture, after the last row.
    pub(super) fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// How many bytes of the data of the last scan its blocks take, after the last row. `None` if it ended early.
    pub(super) fn used_bytes(&self) -> Option<usize> {
        self.scans.last().and_then(|scan| scan.entropy.used_bytes())
    }

    /// Decodes all rows without computing samples.
    pub(super) fn check(&mut self, rules: &ImageRules) -> Result<()> {
        let rows = self.frame.mcus().1 as usize;
        for row in 0..rows {
            self.decode_row(row, row + 1 == rows, rules)?;
        }
        Ok(())
    }

    /// Computes the samples of the MCU row that was decoded last.
    pub(super) fn fill(&self, planes: &mut [Plane]) {
        let simd = self.simd;
        let (mut blocks, mut last_nonzero) = ([[0; 64]; BLOCKS], [0; BLOCKS]);
        for ((plane, buffer), quant_table) in planes.iter_mut().zip(&self.coefficients).zip(&self.quant_table) {
            let across = plane.stride / plane.across;
            for row in 0..plane.vertical {
                for first in (0..across).step_by(BLOCKS) {
                    let count = BLOCKS.min(across - first);
                    let (blocks, last_nonzero) = (&mut blocks[..count], &mut last_nonzero[..count]);
                    simd.run(
                        #[inline(always)]
                        || buffer.load(first, row, quant_table, blocks, last_nonzero),
                    );
                    fill(simd, plane, (row, first), blocks, last_nonzero);
                }
            }
        }
    }
}
