//! An entropy-coded image (RFC 9649, section 3.6): literals, colours of the cache, and backward references, to pixels.
//!
//! ```text
//! green symbol    0..256      a literal: red, blue and alpha follow
//!                 256..280    a backward reference: the length's prefix; the distance follows
//!                 280..       a place in the colour cache
//! ```
//!
//! Lengths and distances are a prefix and extra bits: prefix 7 with the extra bits 10 is 2^2 * 3 + 2 + 1 = 15. A distance of
//! at most 120 is one of the pixels around: 1 is the one above, 2 the one to the left ([`NEIGHBOURS`]).

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

/// What the distances 1 to 120 stand for (RFC 9649, section 3.6.2.2): `row << 4 | 8 - column` for the pixel that is `row`
/// rows above and `column` columns to the left. 0x18 is the pixel above, 0x07 the one to the left.
const NEIGHBOURS: [u8; 120] = [
    0x18, 0x07, 0x17, 0x19, 0x28, 0x06, 0x27, 0x29, 0x16, 0x1a, 0x26, 0x2a, 0x38, 0x05, 0x37, 0x39, 0x15, 0x1b, 0x36,
    0x3a, 0x25, 0x2b, 0x48, 0x04, 0x47, 0x49, 0x14, 0x1c, 0x35, 0x3b, 0x46, 0x4a, 0x24, 0x2c, 0x58, 0x45, 0x4b, 0x34,
    0x3c, 0x03, 0x57, 0x59, 0x13, 0x1d, 0x56, 0x5a, 0x23, 0x2d, 0x44, 0x4c, 0x55, 0x5b, 0x33, 0x3d, 0x68, 0x02, 0x67,
    0x69, 0x12, 0x1e, 0x66, 0x6a, 0x22, 0x2e, 0x54, 0x5c, 0x43, 0x4d, 0x65, 0x6b, 0x32, 0x3e, 0x78, 0x01, 0x77, 0x79,
    0x53, 0x5d, 0x11, 0x1f, 0x64, 0x6c, 0x42, 0x4e, 0x76, 0x7a, 0x21, 0x2f, 0x75, 0x7b, 0x31, 0x3f, 0x63, 0x6d, 0x52,
    0x5e, 0x00, 0x74, 0x7c, 0x41, 0x4f, 0x10, 0x20, 0x62, 0x6e, 0x30, 0x73, 0x7d, 0x51, 0x5f, 0x40, 0x72, 0x7e, 0x61,
    0x6f, 0x50, 0x71, 0x7f, 0x60, 0x70,
];

/// Decodes an image, as far as it is asked to.
pub(super) struct EntropyDecoder {
    width: usize,
    groups: CodeGroups,
    cache: Option<ColorCache>,
    /// The position up to which pixels are in the cache.
    cached: usize,
    window: Window,
    /// Where the next pixel is.
    x: usize,
    y: usize,
}

impl EntropyDecoder {
    /// Reads what an image begins with: its colour cache and its codes, before them the entropy image where it may have one.
    pub(super) fn new(
        reader: &mut BitReader<'_>,
        (width, height): (usize, usize),
        has_entropy_image: bool,
        rules: &ImageRules,
        budget: &mut MemoryBudget,
    ) -> Result<Self> {
        let cache = if reader.flag() {
            let bits = reader.read(4);
            if !(1..=11).contains(&bits) {
                return Err(corrupt("a WebP with a colour cache of an invalid size"));
            }
            Some(ColorCache::new(bits, budget)?)
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

    /// How many rows are decoded to their end.
    pub(super) fn rows(&self) -> usize {
        self.y
    }

    fn memory_bytes(&self) -> u64 {
        let cache = self.cache.as_ref().map_or(0, ColorCache::memory_bytes);
        self.window.memory_bytes() + cache + self.groups.memory_bytes()
    }

    /// The pixels of a row that has been decoded lately.
    pub(super) fn row(&self, y: usize) -> &[u32] {
        self.window.range(y * self.width, (y + 1) * self.width)
    }

    /// Decodes on until this row is there, or nearly so, but at least one pixel.
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
                let mut decoding = Decoding {
                    reader: &mut *reader,
                    group,
                    cache: self.cache.as_mut(),
                    cached: &mut self.cached,
                    window: &mut self.window,
                    width: self.width,
                };
                while decoding.window.end() < block_end {
                    decoding.next()?;
                }
            }
            // A reference may copy beyond the block, and beyond the row.
            self.x += self.window.end() - start;
            while self.x >= self.width {
                self.x -= self.width;
                self.y += 1;
            }
            if reader.is_past_end() {
                return Err(corrupt("a WebP whose VP8L data ends early"));
            }
        }
        // The window may drop these pixels before the cache is used again.
        if let Some(cache) = &mut self.cache {
            cache.insert(self.window.range(self.cached, self.window.end()));
            self.cached = self.window.end();
        }
        Ok(())
    }
}

/// Decodes an image that is small, and part of what describes a larger one.
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
    let mut given = 0;
    while !decoder.is_finished() {
        rules.check_cancelled()?;
        let rows = decoder.rows() + ROWS_AT_ONCE;
        decoder.advance(reader, rows)?;
        pixels.extend_from_slice(decoder.window.range(given, decoder.window.end()));
        given = decoder.window.end();
    }
    budget.give_back(decoder.memory_bytes());
    Ok(pixels)
}

/// How many rows are decoded before the call is asked whether it goes on.
pub(super) const ROWS_AT_ONCE: usize = 16;

/// The parts of the decoder that the pixels of one block need.
struct Decoding<'a, 'b> {
    reader: &'a mut BitReader<'b>,
    group: &'a CodeGroup,
    cache: Option<&'a mut ColorCache>,
    cached: &'a mut usize,
    window: &'a mut Window,
    width: usize,
}

impl Decoding<'_, '_> {
    /// Decodes the next green symbol, and what follows it.
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
            return self.reference(green - LITERALS);
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
        // Green, red and blue are at most 45 of the 56 bits.
        let red = self.group.red().read(self.reader) as u32;
        let blue = self.group.blue().read(self.reader) as u32;
        self.reader.refill();
        let alpha = self.group.alpha().read(self.reader) as u32;
        alpha << 24 | red << 16 | green << 8 | blue
    }

    fn reference(&mut self, length_prefix: usize) -> Result<()> {
        let length = prefixed(self.reader, length_prefix);
        self.reader.refill();
        let prefix = self.group.distance().read(self.reader);
        let code = prefixed(self.reader, prefix);
        self.window.copy(distance(code, self.width), length)
    }

    fn cached_color(&mut self, place: usize) -> Result<u32> {
        let Some(cache) = &mut self.cache else {
            return Err(corrupt("a WebP that reads a colour cache it does not have"));
        };
        cache.insert(self.window.range(*self.cached, self.window.end()));
        *self.cached = self.window.end();
        Ok(cache.color(place))
    }
}

/// A length or a distance: its prefix, and the extra bits that follow.
#[inline]
fn prefixed(reader: &mut BitReader<'_>, prefix: usize) -> usize {
    if prefix < 4 {
        return prefix + 1;
    }
    let extra_bits = (prefix as u32 - 2) >> 1;
    let offset = (2 + (prefix & 1)) << extra_bits;
    offset + reader.read(extra_bits) as usize + 1
}

/// A distance in pixels, from one as it is coded.
fn distance(code: usize, width: usize) -> usize {
    match NEIGHBOURS.get(code.wrapping_sub(1)) {
        Some(neighbour) => {
            let row = usize::from(neighbour >> 4) * width;
            (row + 8).saturating_sub(usize::from(neighbour & 15)).max(1)
        }
        None => code - NEIGHBOURS.len(),
    }
}
