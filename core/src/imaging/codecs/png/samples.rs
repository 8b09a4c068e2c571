//! 16-bit samples, reduced to 8 bits while they are read: by rounding, or by the tables that convert them to sRGB.

use std::io::{BufRead, Seek};

use ::png::{DecodingError, InterlaceInfo, Reader, expand_interlaced_row};

use crate::imaging::pixels::buffer::Layout;
use crate::imaging::pixels::srgb_tables::SrgbTables;

/// Reads all passes of an interlaced picture with 16-bit samples, expanded to this layout, and puts the samples in their places.
pub(super) fn read_interlaced<R: BufRead + Seek>(
    reader: &mut Reader<R>,
    layout: Layout,
    tables: Option<&SrgbTables>,
    data: &mut [u8],
) -> Result<(), DecodingError> {
    let row_bytes = reader.info().width as usize * layout.channels();
    let mut narrow = vec![0; row_bytes];
    while let Some(row) = reader.next_interlaced_row()? {
        let InterlaceInfo::Adam7(place) = row.interlace() else { break };
        let Some(out) = narrow.get_mut(..row.data().len() / 2) else { break };
        convert_row(row.data(), layout, tables, out);
        expand_interlaced_row(data, row_bytes, out, place, 8 * layout.channels() as u8);
    }
    Ok(())
}

/// Reduces a row of 16-bit samples to 8 bits, by the tables or by rounding.
pub(super) fn convert_row(row: &[u8], layout: Layout, tables: Option<&SrgbTables>, out: &mut [u8]) {
    let samples = row.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair));
    let Some(tables) = tables else {
        out.iter_mut().zip(samples).for_each(|(out, sample)| *out = rounded(sample));
        return;
    };
    let sample = |bytes: [u8; 2]| u16::from_be_bytes(bytes);
    let pixels = row.chunks_exact(2 * layout.channels()).zip(out.chunks_exact_mut(layout.channels()));
    for (stored, out) in pixels {
        match (stored.as_chunks::<2>().0, out) {
            ([gray], [out]) => *out = tables.gray(sample(*gray)),
            ([gray, alpha], [out, out_alpha]) => {
                (*out, *out_alpha) = (tables.gray(sample(*gray)), rounded(sample(*alpha)));
            }
            ([r, g, b], out) => out.copy_from_slice(&tables.rgb([*r, *g, *b].map(sample))),
            ([r, g, b, alpha], [out @ .., out_alpha]) => {
                out.copy_from_slice(&tables.rgb([*r, *g, *b].map(sample)));
                *out_alpha = rounded(sample(*alpha));
            }
            _ => {}
        }
    }
}

/// Rounds a sample to 8 bits as libpng does (`png_set_scale_16`): sample / 257, rounded.
fn rounded(sample: u16) -> u8 {
    ((u32::from(sample) * 255 + 32_895) >> 16) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_becomes_the_nearest_level() {
        for sample in 0..=u16::MAX {
            assert_eq!(u16::from(rounded(sample)), sample / 257 + u16::from(sample % 257 > 128), "{sample}");
        }
    }
}
