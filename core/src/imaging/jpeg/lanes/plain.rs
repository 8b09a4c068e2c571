//! A part of entropy-coded data without the zeros that are stuffed behind 0xff (T.81, F.1.2.3).

use super::super::markers::prefix_in;

#[derive(Default)]
pub(super) struct Plain {
    pub bytes: Vec<u8>,
    /// Where the first of them is in the data.
    start: usize,
    /// Which of them had a zero behind them.
    stuffed: Vec<usize>,
}

impl Plain {
    /// Takes up to so many bytes from `start` on; fewer where a marker or the end comes before.
    #[inline(always)]
    pub(super) fn fill(&mut self, data: &[u8], start: usize, most: usize) {
        self.start = start;
        self.bytes.clear();
        self.stuffed.clear();
        let mut rest = data.get(start..).unwrap_or_default();
        while self.bytes.len() < most {
            let part = rest.get(..most - self.bytes.len()).unwrap_or(rest);
            let Some(prefix) = prefix_in(part) else {
                self.bytes.extend_from_slice(part);
                return;
            };
            self.bytes.extend_from_slice(&part[..prefix]);
            if rest.get(prefix + 1) != Some(&0) {
                return;
            }
            self.stuffed.push(self.bytes.len());
            self.bytes.push(0xff);
            rest = &rest[prefix + 2..];
        }
    }

    /// Where a byte is in the data.
    pub(super) fn place_of(&self, byte: usize) -> usize {
        self.start + byte + self.stuffed.partition_point(|stuffed| *stuffed < byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_where_they_were_in_the_data() {
        let data = [7, 1, 0xff, 0, 2, 3, 0xff, 0, 0xff, 0, 4, 5, 0xff, 0xd9, 6];
        for most in 0..20 {
            let mut plain = Plain::default();
            plain.fill(&data, 1, most);
            let all = [1, 0xff, 2, 3, 0xff, 0xff, 4, 5];
            assert_eq!(plain.bytes, all[..most.min(all.len())]);
            for (byte, value) in plain.bytes.iter().enumerate() {
                assert_eq!(data[plain.place_of(byte)], *value, "{byte} of {most}");
            }
        }
    }
}
