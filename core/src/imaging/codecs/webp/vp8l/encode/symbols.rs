//! Residuals as symbols of the five prefix codes (RFC 9649, section 3.6): a literal of green, red, blue and alpha, or a backward
//! reference of distance 1, which repeats the last pixel.
//!
//! ```text
//! residuals   A B B B B B C C     literal A, literal B, length 4 at distance 1, literal C, literal C
//! ```

use super::bit_writer::BitWriter;
use super::prefix_code::PrefixCode;

/// The alphabet of green: 256 literals, and 24 length prefix codes.
const GREENS: usize = 256 + 24;
/// The alphabet of distance prefix codes.
const DISTANCES: usize = 40;
/// The prefix code of distance code 2: the pixel on the left.
const LEFT: usize = 1;
/// The longest backward reference.
const MAX_RUN: u32 = 4096;
/// The shortest run that is written as a backward reference, since the code words of repeated pixels are short.
const MIN_RUN: u32 = 3;

/// Takes symbols.
pub(super) trait SymbolSink {
    /// Takes a literal.
    fn literal(&mut self, argb: u32);
    /// Takes a backward reference that repeats the last pixel `length` times.
    fn repeat(&mut self, length: u32);
}

/// Divides residuals into literals and runs, which continue from one row to the next.
pub(super) struct Runs {
    last: Option<u32>,
    length: u32,
}

impl Runs {
    pub(super) fn new() -> Self {
        Self { last: None, length: 0 }
    }

    #[inline(always)]
    pub(super) fn push(&mut self, row: &[u32], sink: &mut impl SymbolSink) {
        for argb in row {
            if self.last == Some(*argb) && self.length < MAX_RUN {
                self.length += 1;
                continue;
            }
            self.end(sink);
            if self.last == Some(*argb) {
                self.length = 1;
                continue;
            }
            sink.literal(*argb);
            self.last = Some(*argb);
        }
    }

    /// Emits the current run.
    #[inline(always)]
    pub(super) fn end(&mut self, sink: &mut impl SymbolSink) {
        let length = std::mem::take(&mut self.length);
        if length >= MIN_RUN {
            sink.repeat(length);
        } else if let Some(last) = self.last {
            (0..length).for_each(|_| sink.literal(last));
        }
    }
}

/// The prefix code of a length, the number of extra bits, and these bits (RFC 9649, section 3.6.2.1).
///
/// ```text
/// length        1  2  3  4  5-6  7-8  9-12  13-16 ...
/// prefix code   0  1  2  3  4    5    6     7
/// extra bits    0  0  0  0  1    1    2     2
/// ```
fn length_prefix(length: u32) -> (usize, u32, u32) {
    let value = length.saturating_sub(1);
    if value < 2 {
        return (value as usize, 0, 0);
    }
    let highest = value.ilog2();
    let second = value >> (highest - 1) & 1;
    let extra_bits = highest - 1;
    ((2 * highest + second) as usize, extra_bits, value & ((1 << extra_bits) - 1))
}

/// How often each symbol occurs.
pub(super) struct Counts {
    /// Of the codes green, red, blue, alpha and distance.
    symbols: [Vec<u32>; 5],
    /// The extra bits of all lengths.
    extra_bits: u64,
}

impl Counts {
    pub(super) fn new() -> Self {
        let symbols = [GREENS, 256, 256, 256, DISTANCES].map(|count| vec![0; count]);
        Self { symbols, extra_bits: 0 }
    }

    /// The prefix codes for these counts.
    pub(super) fn codes(&self) -> [PrefixCode; 5] {
        self.symbols.each_ref().map(|counts| PrefixCode::new(counts))
    }

    /// The bits of all symbols.
    pub(super) fn bits(&self, codes: &[PrefixCode; 5]) -> u64 {
        let symbols = codes.iter().zip(&self.symbols).map(|(code, counts)| code.bits(counts));
        symbols.sum::<u64>() + self.extra_bits
    }

    #[inline(always)]
    fn count(&mut self, code: usize, symbol: usize) {
        if let Some(count) = self.symbols.get_mut(code).and_then(|counts| counts.get_mut(symbol)) {
            *count += 1;
        }
    }
}

impl SymbolSink for Counts {
    #[inline(always)]
    fn literal(&mut self, argb: u32) {
        let [blue, green, red, alpha] = argb.to_le_bytes().map(usize::from);
        self.count(0, green);
        self.count(1, red);
        self.count(2, blue);
        self.count(3, alpha);
    }

    #[inline(always)]
    fn repeat(&mut self, length: u32) {
        let (prefix, extra_bits, _) = length_prefix(length);
        self.count(0, 256 + prefix);
        self.count(4, LEFT);
        self.extra_bits += u64::from(extra_bits);
    }
}

/// Writes symbols.
pub(super) struct Writer<'w, 'f> {
    pub codes: &'w [PrefixCode; 5],
    pub bits: &'w mut BitWriter<'f>,
}

impl SymbolSink for Writer<'_, '_> {
    #[inline(always)]
    fn literal(&mut self, argb: u32) {
        let [blue, green, red, alpha] = argb.to_le_bytes().map(usize::from);
        let [greens, reds, blues, alphas, _] = self.codes;
        greens.put(green, self.bits);
        reds.put(red, self.bits);
        blues.put(blue, self.bits);
        alphas.put(alpha, self.bits);
    }

    #[inline(always)]
    fn repeat(&mut self, length: u32) {
        let (prefix, extra_bits, value) = length_prefix(length);
        let [greens, .., distances] = self.codes;
        greens.put(256 + prefix, self.bits);
        self.bits.put(value, extra_bits);
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

    impl SymbolSink for Listed {
        fn literal(&mut self, argb: u32) {
            self.0.push((argb, 0));
        }
        fn repeat(&mut self, length: u32) {
            self.0.push((0, length));
        }
    }

    #[test]
    fn repeated_pixels_are_runs() {
        let (mut listed, mut runs) = (Listed::default(), Runs::new());
        runs.push(&[1, 2, 2, 2, 3, 3], &mut listed);
        runs.push(&[3, 3, 3], &mut listed);
        runs.push(&vec![4; 4098 + 2], &mut listed);
        runs.end(&mut listed);
        assert_eq!(listed.0, [(1, 0), (2, 0), (2, 0), (2, 0), (3, 0), (0, 4), (4, 0), (0, 4096), (0, 3)]);
    }
}
