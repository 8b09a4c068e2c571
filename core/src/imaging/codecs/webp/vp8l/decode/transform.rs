//! The inverse transforms (RFC 9649, section 4), row by row: the last transform of the bitstream is inverted first.
//!
//! ```text
//! subtract green   red 240, green 32, blue 240      red 240 + 32 = 16, blue 16, modulo 256
//! colour           green_to_red 0x20 is 1.0 in 3.5  red 5, green 32: red 5 + (32 * 32 >> 5) = 37
//!                  bits of fixed point
//! colour indexing  4 colours, 4 indices per pixel   green 0xe4 = 11 10 01 00: colours 0, 1, 2, 3
//! predictor        see predictor.rs
//! ```

use crate::error::Result;
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::memory_budget::MemoryBudget;
use crate::rules::ImageRules;

use super::bit_reader::BitReader;
use super::entropy_decoder::decode_image;
use super::predictor::Predictor;

/// A transform with its data.
#[derive(Debug)]
enum Transform {
    Predictor(Predictor),
    Color {
        /// The color transform elements `green_to_red`, `green_to_blue` and `red_to_blue` of each block.
        multipliers: Vec<[i8; 3]>,
        blocks_across: usize,
        block_bits: u32,
    },
    SubtractGreen,
    ColorIndexing {
        /// The colour table, filled up with transparent black.
        color_table: Box<[u32; 256]>,
        /// The width of a row after unpacking.
        width: usize,
        /// A pixel holds `1 << width_bits` indices.
        width_bits: u32,
    },
}

/// The transforms of an image, in the order of the bitstream.
#[derive(Debug)]
pub(super) struct Transforms {
    all: Vec<Transform>,
    /// The width of a row as coded.
    pub coded_width: usize,
}

impl Transforms {
    /// Reads the transforms, of which each type may occur once.
    ///
    /// Errors: `image_corrupt`, `image_too_large`.
    pub(super) fn read(
        reader: &mut BitReader<'_>,
        (width, height): (usize, usize),
        rules: &ImageRules,
        budget: &mut MemoryBudget,
    ) -> Result<Self> {
        let mut transforms = Self { all: Vec::with_capacity(4), coded_width: width };
        let mut seen = [false; 4];
        while reader.flag() {
            let transform_type = reader.read(2) as usize;
            if std::mem::replace(&mut seen[transform_type], true) {
                return Err(corrupt("a WebP with the same transform twice"));
            }
            transforms.read_one(transform_type, reader, height, rules, budget)?;
            if reader.is_past_end() {
                return Err(corrupt("a WebP whose VP8L data ends early"));
            }
        }
        Ok(transforms)
    }

    fn read_one(
        &mut self,
        transform_type: usize,
        reader: &mut BitReader<'_>,
        height: usize,
        rules: &ImageRules,
        budget: &mut MemoryBudget,
    ) -> Result<()> {
        let width = self.coded_width;
        self.all.push(match transform_type {
            0 | 1 => {
                let block_bits = 2 + reader.read(3);
                let blocks = (width.div_ceil(1 << block_bits), height.div_ceil(1 << block_bits));
                let pixels = decode_image(reader, blocks, rules, budget)?;
                let pixels_bytes = size_of_val(pixels.as_slice()) as u64;
                let transform = if transform_type == 0 {
                    let mut modes = budget.zeros(pixels.len())?;
                    modes.iter_mut().zip(&pixels).for_each(|(mode, pixel)| *mode = (pixel >> 8) as u8 & 15);
                    Transform::Predictor(Predictor::new(modes, blocks.0, block_bits, budget.zeros(width + 1)?))
                } else {
                    let mut multipliers = budget.zeros(pixels.len())?;
                    for (each, pixel) in multipliers.iter_mut().zip(&pixels) {
                        let [green_to_red, green_to_blue, red_to_blue, _] = pixel.to_le_bytes();
                        *each = [green_to_red as i8, green_to_blue as i8, red_to_blue as i8];
                    }
                    Transform::Color { multipliers, blocks_across: blocks.0, block_bits }
                };
                budget.give_back(pixels_bytes);
                transform
            }
            2 => Transform::SubtractGreen,
            _ => {
                let colors = 1 + reader.read(8) as usize;
                let width_bits = match colors {
                    ..=2 => 3,
                    3..=4 => 2,
                    5..=16 => 1,
                    _ => 0,
                };
                self.coded_width = width.div_ceil(1 << width_bits);
                let coded = decode_image(reader, (colors, 1), rules, budget)?;
                budget.give_back(size_of_val(coded.as_slice()) as u64);
                Transform::ColorIndexing { color_table: color_table(&coded), width, width_bits }
            }
        });
        Ok(())
    }

    /// Inverts all transforms of row `y`: turns its coded pixels into those of the picture.
    pub(super) fn inverse(&mut self, row: &mut Vec<u32>, y: usize) {
        for transform in self.all.iter_mut().rev() {
            match transform {
                Transform::Predictor(predictor) => predictor.inverse(row, y),
                Transform::Color { multipliers, blocks_across, block_bits } => {
                    let blocks = multipliers.get((y >> *block_bits) * *blocks_across..).unwrap_or_default();
                    for (pixels, block) in row.chunks_mut(1 << *block_bits).zip(blocks) {
                        inverse_color(pixels, *block);
                    }
                }
                Transform::SubtractGreen => inverse_subtract_green(row),
                Transform::ColorIndexing { color_table, width, width_bits } => {
                    inverse_color_indexing(row, color_table, *width, *width_bits);
                }
            }
        }
    }
}

/// The colour table, in which each colour was coded as its difference from the one before.
fn color_table(coded: &[u32]) -> Box<[u32; 256]> {
    let mut table = Box::new([0; 256]);
    let mut before = [0_u8; 4];
    for (color, difference) in table.iter_mut().zip(coded) {
        before
            .iter_mut()
            .zip(difference.to_le_bytes())
            .for_each(|(channel, more)| *channel = channel.wrapping_add(more));
        *color = u32::from_le_bytes(before);
    }
    table
}

/// The inverse color transform: adds the shares of green, and then of red, to red and blue (`ColorTransformDelta`).
fn inverse_color(pixels: &mut [u32], [green_to_red, green_to_blue, red_to_blue]: [i8; 3]) {
    let delta = |multiplier: i8, channel: u8| ((i32::from(multiplier) * i32::from(channel as i8)) >> 5) as u8;
    for pixel in pixels {
        let [blue, green, red, alpha] = pixel.to_le_bytes();
        let red = red.wrapping_add(delta(green_to_red, green));
        let blue = blue.wrapping_add(delta(green_to_blue, green)).wrapping_add(delta(red_to_blue, red));
        *pixel = u32::from_le_bytes([blue, green, red, alpha]);
    }
}

/// The inverse subtract-green transform: adds green to red and blue.
fn inverse_subtract_green(pixels: &mut [u32]) {
    for pixel in pixels {
        let green = *pixel >> 8 & 0xff;
        let red_and_blue = (*pixel & 0x00ff_00ff).wrapping_add(green << 16 | green) & 0x00ff_00ff;
        *pixel = *pixel & 0xff00_ff00 | red_and_blue;
    }
}

/// The inverse color-indexing transform: unpacks the indices, which are in green, the lowest bits first, and looks up their
/// colours.
fn inverse_color_indexing(row: &mut Vec<u32>, color_table: &[u32; 256], width: usize, width_bits: u32) {
    let index_bits = 8 >> width_bits;
    let mask = (1_u32 << index_bits) - 1;
    let coded = row.len();
    row.resize(width.max(coded), 0);
    // From the end, so that no index is overwritten before it is read.
    for x in (0..width).rev() {
        let green = row.get(x >> width_bits).copied().unwrap_or_default() >> 8 & 0xff;
        let within = x as u32 & ((1 << width_bits) - 1);
        row[x] = color_table[(green >> (within * index_bits) & mask) as usize];
    }
    row.truncate(width);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_are_unpacked_from_the_low_bits() {
        let mut colors = Box::new([0; 256]);
        colors.iter_mut().enumerate().for_each(|(index, color)| *color = index as u32);
        let mut row = vec![0x0000_e400, 0x0000_1b00];
        inverse_color_indexing(&mut row, &colors, 7, 2);
        assert_eq!(row, [0, 1, 2, 3, 3, 2, 1]);
        let mut row = vec![0x0000_0500];
        inverse_color_indexing(&mut row, &colors, 4, 3);
        assert_eq!(row, [1, 0, 1, 0]);
        let mut row = vec![0x1234_5678];
        inverse_color_indexing(&mut row, &colors, 1, 0);
        assert_eq!(row, [0x56]);
    }

    #[test]
    fn green_is_added_to_red_and_blue_alone() {
        let mut pixels = [0x80f0_20f0];
        inverse_subtract_green(&mut pixels);
        assert_eq!(pixels, [0x8010_2010]);
    }

    /// 0x20 is one: `32 * 32 >> 5`. Multipliers and channels are signed.
    #[test]
    fn red_and_blue_follow_green_and_red() {
        let mut pixels = [0xff05_2007];
        inverse_color(&mut pixels, [0x20, -0x20, 0]);
        assert_eq!(pixels, [0xff25_20e7]);
        let mut pixels = [0xff05_f007];
        inverse_color(&mut pixels, [0x20, 0, 0x20]);
        assert_eq!(pixels, [0xfff5_f0fc], "0xf0 is -16");
    }
}
