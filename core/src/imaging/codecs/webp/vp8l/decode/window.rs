//! `Window`: the sliding window of LZ77, the last pixels, which backward references copy from.
//!
//! A distance is at most 2^20 pixels (RFC 9649, section 3.6.2.2: prefix code 39 has 18 extra bits). So a window of 2^21 pixels is
//! enough for any picture: the half that a reference can reach, and the half that is being decoded.
//!
//! ```text
//! position     0 ......... 1,048,576 ......... 2,097,152 .........
//! in memory    [ reach of a reference | being decoded ]         when it is full, the second half moves to the front
//! ```

use crate::error::Result;
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::memory_budget::MemoryBudget;

/// The longest distance of a backward reference, in pixels. No row is longer.
const MAX_DISTANCE: usize = 1 << 20;
/// The longest backward reference, in pixels.
pub(super) const MAX_LENGTH: usize = 4096;

/// Pixels at positions counted from the start of the image.
pub(super) struct Window {
    pixels: Vec<u32>,
    /// The position of the first pixel in memory.
    first: usize,
    /// The position of the next pixel.
    end: usize,
    /// The pixels of the whole image.
    total: usize,
}

impl Window {
    /// The window of an image of `total` pixels.
    pub(super) fn new(total: usize, budget: &mut MemoryBudget) -> Result<Self> {
        let pixels = budget.zeros(total.min(2 * MAX_DISTANCE))?;
        Ok(Self { pixels, first: 0, end: 0, total })
    }

    pub(super) fn memory_bytes(&self) -> u64 {
        size_of_val(self.pixels.as_slice()) as u64
    }

    /// The position of the next pixel.
    #[inline(always)]
    pub(super) fn end(&self) -> usize {
        self.end
    }

    /// Whether all pixels of the image are decoded.
    pub(super) fn is_full(&self) -> bool {
        self.end == self.total
    }

    /// Moves the window if needed, and returns the position up to which pixels can be decoded, however long the references are:
    /// at most `wanted`, and beyond the end while pixels are missing.
    pub(super) fn make_room(&mut self, wanted: usize) -> usize {
        let capacity = self.first + self.pixels.len();
        if capacity < self.total && self.end + MAX_LENGTH > capacity {
            let kept = self.end - MAX_DISTANCE;
            self.pixels.copy_within(kept - self.first..self.end - self.first, 0);
            self.first = kept;
        }
        let capacity = self.first + self.pixels.len();
        let room = if capacity < self.total { capacity + 1 - MAX_LENGTH } else { self.total };
        room.min(wanted)
    }

    /// Appends a pixel.
    #[inline(always)]
    pub(super) fn push(&mut self, pixel: u32) {
        if let Some(place) = self.pixels.get_mut(self.end - self.first) {
            *place = pixel;
            self.end += 1;
        }
    }

    /// Appends a pixel `count` times.
    pub(super) fn push_run(&mut self, pixel: u32, count: usize) {
        let start = self.end - self.first;
        if let Some(places) = self.pixels.get_mut(start..start + count) {
            places.fill(pixel);
            self.end += count;
        }
    }

    /// Appends a copy of the `length` pixels that start `distance` pixels before the end. The copy may overlap itself: with a
    /// distance of 1, it repeats the last pixel.
    ///
    /// Error: `image_corrupt` if it starts before the image or ends after it.
    #[inline]
    pub(super) fn copy(&mut self, distance: usize, length: usize) -> Result<()> {
        if distance == 0 || distance > self.end || length > self.total - self.end {
            return Err(corrupt("a WebP with a backward reference that leaves the picture"));
        }
        let to = self.end - self.first;
        let Some(from) = to.checked_sub(distance).filter(|_| to + length <= self.pixels.len()) else {
            return Err(corrupt("a WebP with a backward reference that is too long"));
        };
        if distance >= length {
            self.pixels.copy_within(from..from + length, to);
        } else if distance == 1 {
            let pixel = self.pixels[from];
            self.pixels[to..to + length].fill(pixel);
        } else {
            // Each step doubles what the next one can copy.
            let mut copied = 0;
            while copied < length {
                let step = (distance + copied).min(length - copied);
                self.pixels.copy_within(from..from + step, to + copied);
                copied += step;
            }
        }
        self.end += length;
        Ok(())
    }

    /// The pixels between two positions, both still in memory.
    #[inline]
    pub(super) fn range(&self, from: usize, to: usize) -> &[u32] {
        self.pixels.get(from.saturating_sub(self.first)..to.saturating_sub(self.first)).unwrap_or_default()
    }
}

/// The memory of the window of a picture of this many pixels, in bytes.
pub(in crate::imaging::codecs::webp) fn window_bytes(pixels: u64) -> u64 {
    pixels.min(2 * MAX_DISTANCE as u64) * size_of::<u32>() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::ImageRules;

    /// Compared with a picture that is kept whole.
    #[test]
    fn what_is_kept_is_enough() {
        let total = 5 * MAX_DISTANCE + 12_345;
        let mut budget = MemoryBudget::new(&ImageRules::default(), 0).unwrap();
        let mut window = Window::new(total, &mut budget).unwrap();
        let mut whole: Vec<u32> = Vec::with_capacity(total);
        let mut state = 1_u32;
        let mut random = |below: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 4) as usize % below
        };
        while !window.is_full() {
            let until = window.make_room(window.end() + 1 + random(40_000));
            assert!(until > window.end());
            while window.end() < until {
                if whole.is_empty() || random(4) == 0 {
                    let pixel = random(1 << 24) as u32;
                    window.push(pixel);
                    whole.push(pixel);
                } else {
                    let distance = 1 + if random(3) == 0 { random(8) } else { random(MAX_DISTANCE) };
                    let length = 1 + random(MAX_LENGTH).min(total - whole.len() - 1);
                    let distance = distance.min(whole.len());
                    window.copy(distance, length).unwrap();
                    for _ in 0..length {
                        whole.push(whole[whole.len() - distance]);
                    }
                }
            }
            let seen = window.end().saturating_sub(20_000);
            assert_eq!(window.range(seen, window.end()), &whole[seen..]);
        }
        assert!(window.copy(1, 1).is_err());
    }

    #[test]
    fn references_stay_within_the_picture() {
        let mut budget = MemoryBudget::new(&ImageRules::default(), 0).unwrap();
        let mut window = Window::new(10, &mut budget).unwrap();
        assert!(window.copy(1, 1).is_err(), "there is nothing before it");
        window.push(7);
        assert!(window.copy(2, 1).is_err());
        assert!(window.copy(1, 10).is_err(), "one pixel too many");
        window.copy(1, 9).unwrap();
        assert_eq!(window.range(0, 10), [7; 10]);
    }
}
