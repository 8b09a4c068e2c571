//! Entropy-coded data without the zero bytes that are stuffed after each 0xff (T.81, F.1.2.3).

use memchr::memchr;

/// The most bytes that are unstuffed at a time.
pub(super) const CAPACITY: usize = 1 << 16;
/// With room for a bit buffer after the last byte.
pub(super) type Bytes = [u8; CAPACITY + 8];

pub(super) struct UnstuffedBytes {
    pub bytes: Box<Bytes>,
    /// How many of the bytes are valid.
    pub count: usize,
    /// The offset of the first byte in the data.
    start: usize,
    /// The indices of the bytes that had a stuffed zero after them.
    stuffed: Vec<usize>,
}

impl UnstuffedBytes {
    pub(super) fn new() -> Option<Self> {
        Some(Self { bytes: vec![0; CAPACITY + 8].try_into().ok()?, count: 0, start: 0, stuffed: Vec::new() })
    }

    /// Unstuffs at most `most` bytes from `start` on, up to a marker or the end of the data.
    pub(super) fn fill(&mut self, data: &[u8], start: usize, most: usize) {
        (self.start, self.count) = (start, 0);
        self.stuffed.clear();
        let mut rest = data.get(start..).unwrap_or_default();
        while let Some(room) = self.bytes.get_mut(self.count..most.min(CAPACITY)).filter(|room| !room.is_empty()) {
            let plain = rest.get(..room.len()).unwrap_or(rest);
            let prefix = memchr(0xff, plain);
            let plain = &plain[..prefix.unwrap_or(plain.len())];
            room[..plain.len()].copy_from_slice(plain);
            self.count += plain.len();
            if prefix.is_none() || rest.get(plain.len() + 1) != Some(&0) {
                return;
            }
            self.stuffed.push(self.count);
            self.bytes[self.count] = 0xff;
            self.count += 1;
            rest = &rest[plain.len() + 2..];
        }
    }

    /// The offset of a byte in the data.
    pub(super) fn offset_of(&self, byte: usize) -> usize {
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
            let mut unstuffed = UnstuffedBytes::new().unwrap();
            unstuffed.fill(&data, 1, most);
            let all = [1, 0xff, 2, 3, 0xff, 0xff, 4, 5];
            assert_eq!(unstuffed.bytes[..unstuffed.count], all[..most.min(all.len())]);
            for (byte, value) in unstuffed.bytes[..unstuffed.count].iter().enumerate() {
                assert_eq!(data[unstuffed.offset_of(byte)], *value, "{byte} of {most}");
            }
        }
    }
}
