//! Files that ask for as much memory as their formats let them, made here byte by byte.

/// All of them, by name.
pub(crate) fn files() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("65536 groups, 16 of them used", lossless(16, 16, &groups_of(16, 16, 65_535, 1))),
        ("65536 groups of 1x1", lossless(1, 1, &groups_of(1, 1, 65_535, 0))),
        ("65536 groups, all used", lossless(1024, 1024, &groups_of(1024, 1024, 65_535, 65_536))),
        ("65536 groups in alpha", with_alpha(&groups_of(16, 16, 65_535, 1))),
        ("the largest palette and entropy images", lossless(16_384, 3_900, &nested())),
        ("a first partition that says 512 KB", lossy(16, 16, 0x7_ffff, &[0; 64])),
        ("token partitions that say 16 MB", many_partitions()),
        ("an animation of the largest frames", animation(16_383, 3_900)),
        ("a GIF with 10 MB of extensions", gif_with_extensions(10 << 20)),
        ("a GIF of one large frame", gif_of(16_384, 3_900)),
        ("a PNG with 10 MB of text", png_with_chunk(*b"tEXt", &[b'a'; 10 << 20])),
        ("a PNG with 10 MB of EXIF", png_with_chunk(*b"eXIf", &[0; 10 << 20])),
        ("a PNG with 10 MB of frame control", png_with_chunk(*b"fcTL", &[0; 10 << 20])),
        ("a PNG with a text and 15 MB of image data", png_with_data(15 << 20)),
        ("a PNG with 600000 empty chunks of two kinds", png_with_empty_chunks(600_000)),
        ("a WebP with 800000 empty chunks", webp_with_empty_chunks(800_000)),
        ("a GIF with 1000000 loops and controls", gif_with_loops(1_000_000)),
        ("a PNG with 10 MB of ICC", png_with_chunk(*b"iCCP", &[b'a'; 10 << 20])),
        ("a colour profile with 100000 names of 1 MB", with_profile(&profile_of_names(2 << 20))),
        ("a colour profile with one table 100000 times", with_profile(&profile_of_tables(2 << 20, 100_000))),
        ("a colour profile with a table of 4 MB", with_profile(&profile_of_tables(4 << 20, 3))),
        ("a colour profile with curves of 4 MB", with_profile(&profile_of_curves(4 << 20))),
        ("a PNG that says 64 megapixels", png(8_000, 8_000, 6, 16, 1, &[0; 64])),
        ("a JPEG with 555000 empty parts of a profile", jpeg_with_empty_parts(555_000)),
        ("a JPEG with a profile of 4 MB", jpeg_with_profile()),
        ("a JPEG with 10 MB of segments", jpeg_with_segments(10 << 20)),
        ("a progressive JPEG of 64 megapixels", progressive_jpeg(8_000, 8_000)),
    ]
}

/// Bits, the low one first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    value: u64,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u64, count: u32) -> &mut Self {
        self.value |= value << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.value as u8);
            self.value >>= 8;
            self.count -= 8;
        }
        self
    }

    fn done(mut self) -> Vec<u8> {
        self.put(0, 7);
        self.bytes
    }

    /// A prefix code of one symbol, which takes no bits.
    fn only(&mut self, symbol: u64) -> &mut Self {
        self.put(0b101, 3).put(symbol, 8)
    }

    /// A code whose 256 first symbols have words of eight bits, said in as few bits as that takes.
    fn full(&mut self) -> &mut Self {
        // Code lengths are 17, 18, 0, ... 8 in their order: 4 bits say how many, three bits each.
        self.put(0, 1).put(12 - 4, 4);
        for symbol in [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8] {
            self.put(u64::from(symbol == 8), 3);
        }
        // 256 words: 2 + 254 in eight bits, 2 + 2 * 3.
        self.put(1, 1).put(3, 3).put(254, 8)
    }

    /// A code that takes a table of 256 entries: a word of seven bits, 254 of eight.
    fn uneven(&mut self) -> &mut Self {
        // The words of code lengths are 0 for 16, which repeats the one before 3 to 6 times, 10 for 7 and 11 for 8.
        self.put(0, 1).put(12 - 4, 4);
        for symbol in [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8] {
            self.put(
                match symbol {
                    16 => 1,
                    7 | 8 => 2,
                    _ => 0,
                },
                3,
            );
        }
        // 45 words in six bits, 2 + 2 * 2: 1 of length 7, 2 of length 8, 42 times six more.
        self.put(1, 1).put(2, 3).put(45 - 2, 6).put(0b01, 2).put(0b11, 2).put(0b11, 2);
        for _ in 0..42 {
            self.put(0, 1).put(3, 2);
        }
        self
    }
}

/// The stream of a picture with an entropy image, whose groups have 5 KB of tables each: up to the number `highest`, `used` of
/// them used by a block each and the rest by none.
fn groups_of(width: u32, height: u32, highest: u64, used: u32) -> Vec<u8> {
    let mut bits = Bits::default();
    // No transform, no colour cache, an entropy image with the smallest blocks.
    bits.put(0, 1).put(0, 1).put(1, 1).put(0, 3);
    let blocks = width.div_ceil(4) * height.div_ceil(4);
    // The entropy image: no colour cache; green and red with eight bits a value, the others with none.
    bits.put(0, 1).full().full().only(0).only(0).only(0);
    for block in 0..blocks {
        let number = if block == 0 {
            highest
        } else if block < used {
            u64::from(block)
        } else {
            0
        };
        // Words are read from their high bit on.
        let word = |value: u64| u64::from((value as u8).reverse_bits());
        bits.put(word(number & 255), 8).put(word(number >> 8), 8);
    }
    for _ in 0..=highest {
        bits.uneven().uneven().uneven().uneven().only(0);
    }
    for _ in 0..width * height {
        bits.put(0, 32);
    }
    bits.done()
}

/// Every transform and an entropy image, each with the smallest blocks there are, of one value.
fn nested() -> Vec<u8> {
    let mut bits = Bits::default();
    let image = |bits: &mut Bits| {
        bits.put(1, 1).put(11, 4).only(0).only(0).only(0).only(0).only(0);
    };
    for kind in [0, 1] {
        bits.put(1, 1).put(kind, 2).put(0, 3);
        image(&mut bits);
    }
    bits.put(1, 1).put(2, 2).put(0, 1);
    // The picture: a colour cache of 2048, and an entropy image.
    bits.put(1, 1).put(11, 4).put(1, 1).put(0, 3);
    image(&mut bits);
    bits.only(0).only(0).only(0).only(0).only(0);
    bits.done()
}

fn riff(chunks: &[([u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (kind, data) in chunks {
        body.extend(kind);
        body.extend((data.len() as u32).to_le_bytes());
        body.extend(*data);
        body.extend((data.len() % 2 == 1).then_some(0));
    }
    [b"RIFF", &(body.len() as u32).to_le_bytes()[..], &body].concat()
}

fn vp8l(width: u32, height: u32, stream: &[u8]) -> Vec<u8> {
    let header = (width - 1) | (height - 1) << 14 | 1 << 28;
    [&[0x2f], &header.to_le_bytes()[..], stream].concat()
}

fn lossless(width: u32, height: u32, stream: &[u8]) -> Vec<u8> {
    riff(&[(*b"VP8L", &vp8l(width, height, stream))])
}

/// A key frame with this data, whose tag says that the first partition has `first_partition` bytes.
fn vp8(width: u16, height: u16, first_partition: u32, data: &[u8]) -> Vec<u8> {
    let tag = (first_partition << 5 | 1 << 4).to_le_bytes();
    let size = [width.to_le_bytes(), height.to_le_bytes()].concat();
    [&tag[..3], &[0x9d, 0x01, 0x2a], &size, data].concat()
}

fn lossy(width: u16, height: u16, first_partition: u32, data: &[u8]) -> Vec<u8> {
    riff(&[(*b"VP8 ", &vp8(width, height, first_partition, data))])
}

/// Eight token partitions, each of which says that it has 16 MB. The 15th and 16th decision of the header, which say how many
/// there are, are the lowest bits of its second byte: each of those before takes a bit.
fn many_partitions() -> Vec<u8> {
    let mut data = [0; 32];
    data[1] = 3;
    lossy(16, 16, 32, &[&data[..], &[0xff; 64]].concat())
}

fn with_alpha(stream: &[u8]) -> Vec<u8> {
    let canvas = [16, 0, 0, 0, 15, 0, 0, 15, 0, 0];
    let alpha = [&[1], stream].concat();
    riff(&[(*b"VP8X", &canvas), (*b"ALPH", &alpha), (*b"VP8 ", &vp8(16, 16, 32, &[0; 64]))])
}

fn animation(width: u32, height: u32) -> Vec<u8> {
    let [w0, w1, w2, _] = (width - 1).to_le_bytes();
    let [h0, h1, h2, _] = (height - 1).to_le_bytes();
    let picture = vp8l(width, height, &nested());
    let mut frame = vec![0, 0, 0, 0, 0, 0, w0, w1, w2, h0, h1, h2, 0, 0, 0, 0];
    frame.extend(&riff(&[(*b"VP8L", &picture)])[12..]);
    riff(&[
        (*b"VP8X", &[2, 0, 0, 0, w0, w1, w2, h0, h1, h2]),
        (*b"ANIM", &[0; 6]),
        (*b"ANMF", &frame),
        (*b"ANMF", &frame),
    ])
}

fn gif_start(width: u16, height: u16) -> Vec<u8> {
    [b"GIF89a", &width.to_le_bytes()[..], &height.to_le_bytes(), &[0x80, 0, 0], &[0, 0, 0, 255, 255, 255]].concat()
}

/// A frame of one colour, in as few bytes as LZW takes: each code is the longest string that there is, until the table is full.
fn gif_of(width: u16, height: u16) -> Vec<u8> {
    let mut file = gif_start(width, height);
    file.push(0x2c);
    file.extend([0; 4]);
    file.extend([width.to_le_bytes(), height.to_le_bytes()].concat());
    file.extend([0, 2]);
    let (clear, end) = (4_u64, 5_u64);
    let mut bits = Bits::default();
    let mut left = u64::from(width) * u64::from(height);
    while left > 0 {
        bits.put(clear, 3).put(0, 3);
        left -= 1;
        // The code that is not in the table yet is the string before it and one pixel more.
        let mut code = end + 1;
        while left > code - end && code < 4095 {
            bits.put(code, code.ilog2() + 1);
            left -= code - end + 1;
            code += 1;
        }
        if left > code - end {
            bits.put(clear, 12);
            continue;
        }
        // A string that is as long as what is left.
        if left > 0 {
            bits.put(if left == 1 { 0 } else { end + left - 1 }, code.ilog2() + 1);
            code += 1;
            left = 0;
        }
        bits.put(end, code.ilog2() + 1);
    }
    for block in bits.done().chunks(255) {
        file.push(block.len() as u8);
        file.extend(block);
    }
    file.extend([0, 0x3b]);
    file
}

fn gif_with_extensions(length: usize) -> Vec<u8> {
    let mut file = gif_start(4, 4);
    for (label, start) in
        [(0xfe, &b""[..]), (0xff, b"\x0bNETSCAPE2.0"), (0xff, b"\x0bXMP DataXMP"), (0xff, b"\x0bICCRGBG1012")]
    {
        file.extend([0x21, label]);
        file.extend(start);
        for _ in 0..length / 4 / 256 {
            file.push(255);
            file.extend([b'a'; 255]);
        }
        file.push(0);
    }
    let picture = gif_of(4, 4);
    file.extend(&picture[gif_start(4, 4).len()..]);
    file
}

fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut table = [0_u32; 256];
    for (byte, entry) in (0_u32..).zip(&mut table) {
        *entry = (0..8).fold(byte, |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 });
    }
    let bytes = kind.iter().chain(data);
    let crc = !bytes.fold(u32::MAX, |crc, byte| crc >> 8 ^ table[((crc ^ u32::from(*byte)) & 255) as usize]);
    [&(data.len() as u32).to_be_bytes()[..], &kind, data, &crc.to_be_bytes()].concat()
}

fn png(width: u32, height: u32, color: u8, depth: u8, interlaced: u8, data: &[u8]) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, color, 0, 0, interlaced]].concat();
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(*b"IHDR", &header), chunk(*b"IDAT", data), chunk(*b"IEND", &[])].concat()
}

fn png_with_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    // One gray pixel, stored.
    let pixel = [0x78, 0x01, 0x01, 2, 0, 0xfd, 0xff, 0, 0, 0, 2, 0, 1];
    let file = png(1, 1, 0, 8, 0, &pixel);
    let (start, rest) = file.split_at(33);
    [start, &chunk(kind, data), rest].concat()
}

fn png_with_data(length: usize) -> Vec<u8> {
    let file = png_with_chunk(*b"tEXt", b"Comment\0a");
    let (start, end) = file.split_at(file.len() - 12);
    [start, &chunk(*b"IDAT", &vec![0; length]), end].concat()
}

fn png_with_empty_chunks(count: usize) -> Vec<u8> {
    let file = png_with_chunk(*b"tEXt", b"");
    let (start, end) = file.split_at(file.len() - 12);
    let pair = [chunk(*b"IDAT", &[]), chunk(*b"tIME", &[])].concat();
    [start, &pair.repeat(count / 2), end].concat()
}

fn webp_with_empty_chunks(count: usize) -> Vec<u8> {
    let picture = vp8(16, 16, 32, &[0; 64]);
    let mut chunks: Vec<([u8; 4], &[u8])> = vec![(*b"VP8X", &[4, 0, 0, 0, 15, 0, 0, 15, 0, 0]), (*b"VP8 ", &picture)];
    chunks.extend((0..count).map(|_| (*b"XMP ", &[] as &[u8])));
    riff(&chunks)
}

/// Loops of four bytes, each in a sub-block that is a byte too long, and control extensions that are too.
fn gif_with_loops(count: usize) -> Vec<u8> {
    let picture = gif_of(4, 4);
    let (start, rest) = picture.split_at(gif_start(4, 4).len());
    let loops = b"\x04\x01\0\0\0".repeat(count);
    let controls = b"\x21\xf9\x05\0\0\0\0\0\0".repeat(count);
    [start, b"\x21\xff\x0bNETSCAPE2.0", &loops, &[0], &controls, rest].concat()
}

fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    [&[0xff, marker][..], &(data.len() as u16 + 2).to_be_bytes(), data].concat()
}

fn jpeg_with_segments(length: usize) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    let parts = length / 65_533;
    for part in 0..parts {
        let icc = [b"ICC_PROFILE\0", &[(part + 1) as u8, parts as u8][..], &vec![0; 65_519]].concat();
        file.extend(segment(if part % 2 == 0 { 0xe2 } else { 0xe1 }, &icc));
    }
    file.extend(&progressive_jpeg(16, 16)[2..]);
    file
}

fn jpeg_with_empty_parts(count: usize) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    for _ in 0..count {
        file.extend(segment(0xe2, b"ICC_PROFILE\0\x01\x02"));
    }
    file.extend(&progressive_jpeg(16, 16)[2..]);
    file
}

fn jpeg_with_profile() -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    for part in 1..=64 {
        file.extend(segment(0xe2, &[b"ICC_PROFILE\0", &[part, 64][..], &vec![0; 65_519]].concat()));
    }
    file.extend(&progressive_jpeg(16, 16)[2..]);
    file
}

/// A progressive picture in three colours at full size, of one colour: a bit for each block in each of its four scans.
fn progressive_jpeg(width: u16, height: u16) -> Vec<u8> {
    let size = [height.to_be_bytes(), width.to_be_bytes()].concat();
    let frame = [&[8], &size[..], &[3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]].concat();
    let mut file = vec![0xff, 0xd8];
    file.extend(segment(0xdb, &[[0].as_slice(), &[1; 64]].concat()));
    file.extend(segment(0xc2, &frame));
    for class in [0x00, 0x10] {
        file.extend(segment(0xc4, &[[class].as_slice(), &[1], &[0; 15], &[0]].concat()));
    }
    let blocks = usize::from(width / 8) * usize::from(height / 8);
    let mut scan = |header: &[u8], bits: usize| {
        file.extend(segment(0xda, header));
        file.extend(vec![0; bits.div_ceil(8)]);
    };
    scan(&[3, 1, 0, 2, 0, 3, 0, 0, 0, 0], 3 * blocks);
    for component in 1..=3 {
        scan(&[1, component, 0, 1, 63, 0], blocks);
    }
    file.extend([0xff, 0xd9]);
    file
}

/// One transparent pixel with this colour profile.
fn with_profile(profile: &[u8]) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.put(0, 3).only(0).only(0).only(0).only(0).only(0);
    riff(&[(*b"VP8X", &[0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0]), (*b"ICCP", profile), (*b"VP8L", &vp8l(1, 1, &bits.done()))])
}

/// A profile of RGB with these tags, all of which have this data.
fn profile(length: usize, tags: &[[u8; 4]], data: &[u8]) -> Vec<u8> {
    let mut profile = vec![0; 128];
    profile[8] = 4;
    profile[12..24].copy_from_slice(b"mntrRGB XYZ ");
    profile[36..40].copy_from_slice(b"acsp");
    profile[68..80].copy_from_slice(&[0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d]);
    profile.extend((tags.len() as u32).to_be_bytes());
    let offset = (132 + 12 * tags.len()) as u32;
    for tag in tags {
        profile.extend(tag);
        profile.extend(offset.to_be_bytes());
        profile.extend((data.len() as u32).to_be_bytes());
    }
    profile.extend(data);
    profile.resize(length.max(profile.len()), 0);
    let bytes = (profile.len() as u32).to_be_bytes();
    profile[..4].copy_from_slice(&bytes);
    profile
}

/// Half of it is a table of names in as many languages as have room, the other half is the name of each.
fn profile_of_names(length: usize) -> Vec<u8> {
    let names = length as u32 / 24;
    let mut data = [b"mluc\0\0\0\0", &names.to_be_bytes()[..], &12_u32.to_be_bytes()].concat();
    for _ in 0..names {
        data.extend(b"enUS");
        data.extend((length as u32 / 2).to_be_bytes());
        data.extend((16 + 12 * names).to_be_bytes());
    }
    data.resize(data.len() + length / 2, 0);
    profile(length, &[*b"desc", *b"cprt", *b"dmnd", *b"dmdd"], &data)
}

/// A table from RGB to the connection space as large as it gets, each tag for one of the ways to use it.
fn profile_of_tables(length: usize, tags: usize) -> Vec<u8> {
    let room = length - 132 - 12 * tags.min(length / 24) - 2048;
    let side = (1..=255_usize).rev().find(|side| side * side * side * 3 <= room).unwrap();
    let mut data = [b"mft1\0\0\0\0", &[3, 3, side as u8, 0][..]].concat();
    for place in 0..9 {
        data.extend(if place % 4 == 0 { [0, 1, 0, 0] } else { [0; 4] });
    }
    data.extend((0..3).flat_map(|_| 0..=255_u8));
    data.extend((0..side * side * side * 3).map(|place| (place * 7) as u8));
    data.extend((0..3).flat_map(|_| 0..=255_u8));
    let kinds = [*b"A2B0", *b"A2B1", *b"A2B2", *b"B2A0", *b"B2A1", *b"B2A2"];
    let tags: Vec<_> = kinds.into_iter().cycle().take(tags.min(length / 24)).collect();
    profile(length, &tags, &data)
}

fn profile_of_curves(length: usize) -> Vec<u8> {
    let values = (length - 512) as u32 / 2;
    let mut data = [b"curv\0\0\0\0", &values.to_be_bytes()[..]].concat();
    data.extend((0..values).flat_map(|value| ((value / 40) as u16).to_be_bytes()));
    profile(length, &[*b"rTRC", *b"gTRC", *b"bTRC", *b"rXYZ", *b"gXYZ", *b"bXYZ"], &data)
}
