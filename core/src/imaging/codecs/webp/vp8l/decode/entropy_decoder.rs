//! Decodes an entropy-coded image (RFC 9649, section 3.6): literals, colour cache codes and backward references (LZ77).
//!
//! ```text
//! green symbol    0..256      a literal: red, blue and alpha follow
//!                 256..280    a length prefix code: its extra bits and the distance follow
//!                 280..       a colour cache code: the index in the cache
//!
//! width 4         pixels so far   A B C D
//!                                 A B
//! symbol 261      length prefix 5, extra bit 1: offset 3 << 1 = 6, length 6 + 1 + 1 = 8
//! distance        prefix 0: distance code 1, the pixel above: 4 back. Copies C D A B and, as they are written, C D A B again
//! result          A B C D / A B C D / A B C D / A B
//! ```
//!
//! Lengths and distances are a prefix code and extra bits. Distance codes up to 120 name a pixel near the current one: 1 is the
//! one above, 2 the one to the left ([`NEIGHBOURS`]); any other is 120 more than the distance in pixels.

use crate::error::Result;
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::memory_budget::MemoryBudget;
use crate::rules::ImageRules;

use super::bit_reader::BitReader;
use super::code_groups::{CodeGroup, CodeGroups, EntropyImage};
use super::color_cache::ColorCache;
use super::window::Window;

const LITERALS: usize = 256;
const LENGTH_PREFIXES: usize = 24;

/// The pixels that the distance codes 1 to 120 name (RFC 9649, section 3.6.2.2): `dy << 4 | 8 - dx` for the pixel that is `dy`
/// rows above and `dx` columns to the left. 0x18 is the pixel above, 0x07 the one to the left.
const NEIGHBOURS: [u8; 120] = [
    0x18, 0x07, 0x17, 0x19, 0x28, 0x06, 0x27, 0x29, 0x16, 0x1a, 0x26, 0x2a, 0x38, 0x05, 0x37, 0x39, 0x15, 0x1b, 0x36,
    0x3a, 0x25, 0x2b, 0x48, 0x04, 0x47, 0x49, 0x14, 0x1c, 0x35, 0x3b, 0x46, 0x4a, 0x24, 0x2c, 0x58, 0x45, 0x4b, 0x34,
    0x3c, 0x03, 0x57, 0x59, 0x13, 0x1d, 0x56, 0x5a, 0x23, 0x2d, 0x44, 0x4c, 0x55, 0x5b, 0x33, 0x3d, 0x68, 0x02, 0x67,
    0x69, 0x12, 0x1e, 0x66, 0x6a, 0x22, 0x2e, 0x54, 0x5c, 0x43, 0x4d, 0x65, 0x6b, 0x32, 0x3e, 0x78, 0x01, 0x77, 0x79,
    0x53, 0x5d, 0x11, 0x1f, 0x64, 0x6c, 0x42, 0x4e, 0x76, 0x7a, 0x21, 0x2f, 0x75, 0x7b, 0x31, 0x3f, 0x63, 0x6d, 0x52,
    0x5e, 0x00, 0x74, 0x7c, 0x41, 0x4f, 0x10, 0x20, 0x62, 0x6e, 0x30, 0x73, 0x7d, 0x51, 0x5f, 0x40, 0x72, 0x7e, 0x61,
    0x6f, 0x50, 0x71, 0x7f, 0x60, 0x70,
];

/// The decoder of an entropy-coded image, which advances as many rows as its caller asks for.
pub(super) struct EntropyDecoder {
    width: usize,
    groups: CodeGroups,
    cache: Option<ColorCache>,
    /// The position up to which pixels are inserted in the cache.
    cached: usize,
    window: Window,
    /// Column and row of the next pixel.
    x: usize,
    y: usize,
}

impl EntropyDecoder {
    /// Reads the start of an image: the size of its colour cache, its entropy image if it may have one, and its prefix codes.
    pub(super) fn new(
        reader: &mut BitReader<'_>,
        (width, height): (usize, usize),
        has_entropy_image: bool,
        rules: &ImageRules,
        budget: &mut MemoryBudget,
    ) -> Result<Self> {
        let cache = if reader.flag() {
            let code_bits = reader.read(4);
            if !(1..=11).contains(&code_bits) {
                return Err(corrupt("a WebP with a colour cache of an invalid size"));
            }
            Some(ColorCache::new(code_bits, budget)?)
        } else {
            None
        };
        let cache_symbols = cache.as_ref().map_or(0, ColorCache::symbols);
        let groups = if has_entropy_image && reader.flag() {
            let block_bits = 2 + reader.read(3);
            let blocks = (width.div_ceil(1 << block_bits), height.div_ceil(1 << block_bits));
            let pixels = decode_image(reader, blocks, rules, budget)?;
            let image = EntropyImage { pixels, blocks_across: blocks.0, block_bits };
            CodeGroups::read(reader, image, cache_symbols, rules, budget)?
        } else {
            CodeGroups::read_one(reader, cache_symbols, budget)?
        };
        let window = Window::new(width * height, budget)?;
        Ok(Self { width, groups, cache, cached: 0, window, x: 0, y: 0 })
    }

    /// Whether all pixels are decoded.
    pub(super) fn is_finished(&self) -> bool {
        self.window.is_full()
    }

    /// How many rows are complete.
    pub(super) fn rows(&self) -> usize {
        self.y
    }

    fn memory_bytes(&self) -> u64 {
        let cache = self.cache.as_ref().map_or(0, ColorCache::memory_bytes);
        self.window.memory_bytes() + cache + self.groups.memory_bytes()
    }

    /// The pixels of a row that is still in the window.
    pub(super) fn row(&self, y: usize) -> &[u32] {
        self.window.range(y * self.width, (y + 1) * self.width)
    }

    /// Decodes until about `rows` rows are complete, and at least one pixel.
    ///
    /// Error: `image_corrupt`.
    pub(super) fn advance(&mut self, reader: &mut BitReader<'_>, rows: usize) -> Result<()> {
        let until = self.window.make_room(rows.saturating_mul(self.width));
        while self.window.end() < until {
            let Some(group) = self.groups.at(self.x, self.y) else {
                return Err(corrupt("a WebP with a block that has no prefix codes"));
            };
            let start = self.window.end();
            let in_row = (self.width - self.x).min(self.groups.pixels_of_block(self.x));
            let block_end = (start + in_row).min(until);
            if let Some(pixel) = group.only_pixel {
                self.window.push_run(pixel, block_end - start);
            } else {
                let mut block = BlockDecoder {
                    reader: &mut *reader,
                    group,
                    cache: self.cache.as_mut(),
                    cached: &mut self.cached,
                    window: &mut self.window,
                    width: self.width,
                };
                while block.window.end() < block_end {
                    block.next()?;
                }
            }
            // A backward reference may copy beyond the block and beyond the row.
            self.x += self.window.end() - start;
            while self.x >= self.width {
                self.x -= self.width;
                self.y += 1;
            }
            if reader.is_past_end() {
                return Err(corrupt("a WebP whose VP8L data ends early"));
            }
        }
        // The window may drop these pixels before the cache is read again.
        if let Some(cache) = &mut self.cache {
            cache.insert(self.window.range(self.cached, self.window.end()));
            self.cached = self.window.end();
        }
        Ok(())
    }
}

/// Decodes a whole image that describes a larger one: an entropy image, the data of a transform, a colour table.
///
/// Errors: `image_corrupt`, `image_too_large`.
pub(super) fn decode_image(
    reader: &mut BitReader<'_>,
    size: (usize, usize),
    rules: &ImageRules,
    budget: &mut MemoryBudget,
) -> Result<Vec<u32>> {
    let total = size.0 * size.1;
    let mut decoder = EntropyDecoder::new(reader, size, false, rules, budget)?;
    let mut pixels = Vec::new();
    budget.take(total as u64 * 4)?;
    pixels.reserve_exact(total);
    let mut taken = 0;
    while !decoder.is_finished() {
        rules.check_cancelled()?;
        let rows = decoder.rows() + ROWS_AT_ONCE;
        decoder.advance(reader, rows)?;
        pixels.extend_from_slice(decoder.window.range(taken, decoder.window.end()));
        taken = decoder.window.end();
    }
    budget.give_back(decoder.memory_bytes());
    Ok(pixels)
}

/// Rows that are decoded between two checks for cancellation.
pub(super) const ROWS_AT_ONCE: usize = 16;

/// The decoder within one block, whose pixels share a prefix code group.
struct BlockDecoder<'a, 'b> {
    reader: &'a mut BitReader<'b>,
    group: &'a CodeGroup,
    cache: Option<&'a mut ColorCache>,
    cached: &'a mut usize,
    window: &'a mut Window,
    width: usize,
}

impl BlockDecoder<'_, '_> {
    /// Decodes the next symbol of green and what follows it: one pixel, or a copy.
    #[inline(always)]
    fn next(&mut self) -> Result<()> {
        self.reader.refill();
        let green = self.group.green().read(self.reader);
        if green < LITERALS {
            let pixel = self.literal(green as u32);
            self.window.push(pixel);
            return Ok(());
        }
        if green < LITERALS + LENGTH_PREFIXES {
            return self.backward_reference(green - LITERALS);
        }
        let pixel = self.cached_color(green - LITERALS - LENGTH_PREFIXES)?;
        self.window.push(pixel);
        Ok(())
    }

    #[inline(always)]
    fn literal(&mut self, green: u32) -> u32 {
        if let Some(constant) = self.group.constant {
            return constant | green << 8;
        }
        // Green, red and blue take at most 45 of the 56 bits.
        let red = self.group.red().read(self.reader) as u32;
        let blue = self.group.blue().read(self.reader) as u32;
        self.reader.refill();
        let alpha = self.group.alpha().read(self.reader) as u32;
        alpha << 24 | red << 16 | green << 8 | blue
    }

    fn backward_reference(&mut self, length_prefix: usize) -> Result<()> {
        let length = prefix_coded(self.reader, length_prefix);
        self.reader.refill();
        let distance_prefix = self.group.distance().read(self.reader);
        let distance_code = prefix_coded(self.reader, distance_prefix);
        self.window.copy(distance(distance_code, self.width), length)
    }

    fn cached_color(&mut self, index: usize) -> Result<u32> {
        let Some(cache) = &mut self.cache else {
            return Err(corrupt("a WebP that reads a colour cache it does not have"));
        };
        cache.insert(self.window.range(*self.cached, self.window.end()));
        *self.cached = self.window.end();
        Ok(cache.color(index))
    }
}

/// Decodes a length or a distance code from its prefix code and the extra bits that follow (RFC 9649, section 3.6.2.1): prefix 7
/// with the extra bits 10 is `(2 + 1) << 2`, plus 2, plus 1 = 15.
#[inline]
fn prefix_coded(reader: &mut BitReader<'_>, prefix: usize) -> usize {
    if prefix < 4 {
        return prefix + 1;
    }
    let extra_bits = (prefix as u32 - 2) >> 1;
    let offset = (2 + (prefix & 1)) << extra_bits;
    offset + reader.read(extra_bits) as usize + 1
}

/// The distance in pixels that a distance code stands for.
fn distance(distance_code: usize, width: usize) -> usize {
    match NEIGHBOURS.get(distance_code.wrapping_sub(1)) {
        Some(neighbour) => {
            let row = usize::from(neighbour >> 4) * width;
            (row + 8).saturating_sub(usize::from(neighbour & 15)).max(1)
        }
        None => distance_code - NEIGHBOURS.len(),
    }
}
