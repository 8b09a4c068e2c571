//! JPEGs that presize does not write: of four inks, turned, with a profile.

use std::fs;
use std::path::Path;

use crate::random::Random;

/// Four components in one baseline scan, without chroma subsampling, of coefficients drawn at random: texture of a few levels.
pub(crate) fn four_inks(width: u32, height: u32) -> Vec<u8> {
    let side = |side: u32| (side as u16).to_be_bytes();
    let components: Vec<u8> = (1..=4).flat_map(|id| [id, 0x11, 0]).collect();
    let frame = [&[8][..], &side(height), &side(width), &[4], &components].concat();
    // Three codes: 0, 10 and 110.
    let codes = [&[1, 1, 1][..], &[0; 13]].concat();
    let selectors: Vec<u8> = (1..=4).flat_map(|id| [id, 0]).collect();
    let mut file = [
        &[0xff, 0xd8][..],
        &segment(0xdb, &[&[0][..], &[16; 64]].concat()),
        &segment(0xc0, &frame),
        &segment(0xc4, &[&[0x00][..], &codes, &[2, 3, 0]].concat()),
        &segment(0xc4, &[&[0x10][..], &codes, &[0x01, 0x00, 0x11]].concat()),
        &segment(0xda, &[&[4][..], &selectors, &[0, 63, 0]].concat()),
    ]
    .concat();
    let mut random = Random::new(4);
    let mut bits = Bits { bytes: Vec::new(), value: 0, count: 0 };
    let mut levels = [0_i32; 4];
    for _ in 0..width.div_ceil(8) * height.div_ceil(8) {
        for level in &mut levels {
            // A difference of 2 or 3 as two bits, whose first is 1 where it is positive; back to the middle.
            let more = random.below(2) as u32;
            let (value, difference) =
                if *level > 0 { (1 - more, -2 - more as i32) } else { (2 + more, 2 + more as i32) };
            *level += difference;
            bits.put(0b0, 1);
            bits.put(value, 2);
            for _ in 0..random.below(14) {
                let (code, length) = random.pick(&[(0b0, 1), (0b0, 1), (0b110, 3)]);
                bits.put(code, length);
                bits.put(random.below(2) as u32, 1);
            }
            bits.put(0b10, 2);
        }
    }
    bits.put(0x7f, 7);
    file.extend(bits.bytes);
    file.extend([0xff, 0xd9]);
    file
}

/// The bits of a scan, the high one first.
struct Bits {
    bytes: Vec<u8>,
    value: u32,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        self.value = self.value << count | value;
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            let byte = (self.value >> self.count) as u8;
            self.bytes.push(byte);
            self.bytes.extend((byte == 0xff).then_some(0));
        }
        self.value &= (1 << self.count) - 1;
    }
}

fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    [&[0xff, marker][..], &(data.len() as u16 + 2).to_be_bytes(), data].concat()
}

/// The same with an EXIF orientation of 6.
pub(crate) fn turned(file: &[u8]) -> Vec<u8> {
    [&[0xff, 0xd8][..], &segment(0xe1, &[b"Exif\0\0", &super::png::EXIF_TURNED[..]].concat()), &file[2..]].concat()
}

/// The same with the profile of an image of the vectors.
pub(crate) fn with_profile(file: &[u8], name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/images");
    let other = fs::read(folder.join(name)).unwrap();
    let mut segments = Vec::new();
    let mut rest = &other[2..];
    while rest[1] != 0xda {
        let (segment, after) = rest.split_at(2 + usize::from(u16::from_be_bytes([rest[2], rest[3]])));
        if segment[1] == 0xe2 && segment[4..].starts_with(b"ICC_PROFILE\0") {
            segments.extend(segment);
        }
        rest = after;
    }
    assert!(!segments.is_empty(), "{name} has no profile");
    [&[0xff, 0xd8][..], &segments, &file[2..]].concat()
}
