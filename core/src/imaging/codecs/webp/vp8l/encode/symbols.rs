//! Differences as the symbols of five codes (RFC 9649, section 3.6): of each pixel its green, red, blue and alpha; or, among the
//! greens, how often the pixel before it comes again, with its distance of one pixel.

use super::bit_writer::BitWriter;
use super::prefix_code::PrefixCode;

/// 256 greens, and 24 prefixes of lengths.
const GREENS: usize = 256 + 24;
/// Prefixes of distances.
const DISTANCES: usize = 40;
/// The prefix of the distance of one pixel to the left, which is the second of those that are named by where they are.
const LEFT: usize = 1;
/// The longest copy.
const MOST: u32 = 4096;
/// The shortest copy that is written as one: the words of pixels that come again are short.
const LEAST: u32 = 3;

/// What rows of differences are given to.
pub(super) trait Sink {
    fn pixel(&mut self, argb: u32);
    /// The last pixel, `length` times more.
    fn copy(&mut self, length: u32);
}

/// Cuts rows into pixels and copies. Copies go on from one row to the next.
pub(super) struct Runs {
    last: Option<u32>,
    length: u32,
}

impl Runs {
    pub(super) fn new() -> Self {
        Self { last: None, length: 0 }
    }

    #[inline(always)]
    pub(super) fn push(&mut self, row: &[u32], sink: &mut impl Sink) {
        for argb in row {
            if self.last == Some(*argb) && self.length < MOST {
                self.length += 1;
                continue;
            }
            self.end(sink);
            if self.last == Some(*argb) {
                self.length = 1;
                continue;
            }
            sink.pixel(*argb);
            self.last = Some(*argb);
        }
    }

    /// Writes what has come again so far.
    #[inline(always)]
    pub(super) fn end(&mut self, sink: &mut impl Sink) {
        let length = std::mem::take(&mut self.length);
        if length >= LEAST {
            sink.copy(length);
        } else if let Some(last) = self.last {
            (0..length).for_each(|_| sink.pixel(last));
        }
    }
}

/// The prefix of a length, how many bits follow it, and these bits (RFC 9649, section 3.6.2.1).
///
/// ```text
/// length      1  2  3  4  5-6  7-8  9-12  13-16 ...
/// prefix      0  1  2  3  4    5    6     7
/// more bits   0  0  0  0  1    1    2     2
/// ```
fn length_prefix(length: u32) -> (usize, u32, u32) {
    let value = length.saturating_sub(1);
    if value < 2 {
        return (value as usize, 0, 0);
    }
    let highest = value.ilog2();
    let second = value >> (highest - 1) & 1;
    let more = highest - 1;
    ((2 * highest + second) as usize, more, value & ((1 << more) - 1))
}

/// How often each symbol occurs.
pub(super) struct Counts {
    /// Of green, red, blue, alpha and distance.
    symbols: [Vec<u32>; 5],
    /// Bits that follow prefixes.
    more_bits: u64,
}

impl Counts {
    pub(super) fn new() -> Self {
        let symbols = [GREENS, 256, 256, 256, DISTANCES].map(|count| vec![0; count]);
        Self { symbols, more_bits: 0 }
    }

    pub(super) fn codes(&self) -> [PrefixCode; 5] {
        self.symbols.each_ref().map(|counts| PrefixCode::new(counts))
    }

    /// How many bits all symbols take.
    pub(super) fn bits(&self, codes: &[PrefixCode; 5]) -> u64 {
        let symbols = codes.iter().zip(&self.symbols).map(|(code, counts)| code.bits(counts));
        symbols.sum::<u64>() + self.more_bits
    }

    #[inline(always)]
    fn count(&mut self, code: usize, symbol: usize) {
        if let Some(count) = self.symbols.get_mut(code).and_then(|counts| counts.get_mut(symbol)) {
            *count += 1;
        }
    }
}

impl Sink for Counts {
    #[inline(always)]
    fn pixel(&mut self, argb: u32) {
        let [blue, green, red, alpha] = argb.to_le_bytes().map(usize::from);
        self.count(0, green);
        self.count(1, red);
        self.count(2, blue);
        self.count(3, alpha);
    }

    #[inline(always)]
    fn copy(&mut self, length: u32) {
        let (prefix, more, _) = length_prefix(length);
        self.count(0, 256 + prefix);
        self.count(4, LEFT);
        self.more_bits += u64::from(more);
    }
}

/// Writes symbols.
pub(super) struct Writer<'w, 'f> {
    pub codes: &'w [PrefixCode; 5],
    pub bits: &'w mut BitWriter<'f>,
}

impl Sink for Writer<'_, '_> {
    #[inline(always)]
    fn pixel(&mut self, argb: u32) {
        let [blue, green, red, alpha] = argb.to_le_bytes().map(usize::from);
        let [greens, reds, blues, alphas, _] = self.codes;
        greens.put(green, self.bits);
        reds.put(red, self.bits);
        blues.put(blue, self.bits);
        alphas.put(alpha, self.bits);
    }

    #[inline(always)]
    fn copy(&mut self, length: u32) {
        let (prefix, more, value) = length_prefix(length);
        let [greens, .., distances] = self.codes;
        greens.put(256 + prefix, self.bits);
        self.bits.put(value, more);
        distances.put(LEFT, self.bits);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_the_prefixes_of_the_standard() {
        let prefixes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 4095, 4096].map(length_prefix);
        let expected = [
            (0, 0, 0),
            (1, 0, 0),
            (2, 0, 0),
            (3, 0, 0),
            (4, 1, 0),
            (4, 1, 1),
            (5, 1, 0),
            (5, 1, 1),
            (6, 2, 0),
            (6, 2, 3),
            (7, 2, 0),
            (23, 10, 1022),
            (23, 10, 1023),
        ];
        assert_eq!(prefixes, expected);
    }

    #[derive(Default)]
    struct Listed(Vec<(u32, u32)>);

    impl Sink for Listed {
        fn pixel(&mut self, argb: u32) {
            self.0.push((argb, 0));
        }
        fn copy(&mut self, length: u32) {
            self.0.push((0, length));
        }
    }

    #[test]
    fn what_comes_again_is_copied() {
        let (mut listed, mut runs) = (Listed::default(), Runs::new());
        runs.push(&[1, 2, 2, 2, 3, 3], &mut listed);
        runs.push(&[3, 3, 3], &mut listed);
        runs.push(&vec![4; 4098 + 2], &mut listed);
        runs.end(&mut listed);
        assert_eq!(listed.0, [(1, 0), (2, 0), (2, 0), (2, 0), (3, 0), (0, 4), (4, 0), (0, 4096), (0, 3)]);
    }
}
