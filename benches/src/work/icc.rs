//! Colour profiles (ICC.1:2022) made by hand: as much in them as the rules accept, of each kind of tag that colours are
//! computed with.

/// The most bytes of a profile under the default rules.
const MAX_BYTES: usize = 4 << 20;
/// The most values of a curve that the reader of profiles accepts.
const MAX_CURVE: usize = 40_000;

/// What a profile is for, and what it is made of.
pub(super) struct Profile {
    pub kind: &'static str,
    pub is_gray: bool,
    pub bytes: Vec<u8>,
}

pub(super) fn all() -> Vec<Profile> {
    let rgb = |kind, bytes| Profile { kind, is_gray: false, bytes };
    let gray = |kind, bytes| Profile { kind, is_gray: true, bytes };
    let matrix = |data: &[u8]| profile(*b"RGB ", *b"XYZ ", &matrix_tags(data));
    let table = |space: &[u8; 4], data| profile(*space, *b"Lab ", &[(b"A2B0", data)]);
    vec![
        rgb("a curve of 1024 values", matrix(&curve(1024))),
        rgb("curves of 4 MB", matrix(&curve((MAX_BYTES - 1024) / 2))),
        rgb("curves of 40000 values", matrix(&curve(MAX_CURVE))),
        rgb("parametric curves", matrix(&parametric())),
        rgb("mft1, a table of 111^3", table(b"RGB ", mft1(3, 111))),
        rgb("mft2, a table of 88^3", table(b"RGB ", mft2(3, 88, 4096))),
        rgb("mAB, a table of 110^3 of 8 bits", table(b"RGB ", mab(3, [110; 3], 1, &parametric()))),
        rgb("mAB, a table of 88^3 of 16 bits", table(b"RGB ", mab(3, [88; 3], 2, &parametric()))),
        rgb("mAB, a table of 255 x 255 x 20", table(b"RGB ", mab(3, [255, 255, 20], 1, &parametric()))),
        rgb("mAB, curves of 40000 values", table(b"RGB ", mab(3, [88, 88, 70], 2, &curve(MAX_CURVE)))),
        // The reader of profiles joins curves and table where curves only rise.
        rgb("mft2, a table of 88^3, curves up and down", table(b"RGB ", zigzag(mft2(3, 88, 4096)))),
        rgb("mAB, a table of 88^3, curves up and down", table(b"RGB ", mab(3, [88; 3], 2, &zigzag(curve(4096))))),
        rgb("four inks, mft1, a table of 34^4", table(b"CMYK", mft1(4, 34))),
        gray("gray, a curve of 4 MB", profile(*b"GRAY", *b"XYZ ", &[(b"kTRC", curve((MAX_BYTES - 1024) / 2))])),
        gray("gray, a curve of 40000 values", profile(*b"GRAY", *b"XYZ ", &[(b"kTRC", curve(MAX_CURVE))])),
        gray("gray, a parametric curve", profile(*b"GRAY", *b"XYZ ", &[(b"kTRC", parametric())])),
        gray("gray, mft2, a table of 255", table(b"GRAY", mft2(1, 255, 4096))),
    ]
}

/// A profile of these tags. Tags of the same data have it once.
fn profile(space: [u8; 4], connection: [u8; 4], tags: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut profile = vec![0; 128];
    profile[8] = 4;
    profile[12..16].copy_from_slice(b"mntr");
    profile[16..20].copy_from_slice(&space);
    profile[20..24].copy_from_slice(&connection);
    profile[36..40].copy_from_slice(b"acsp");
    profile[68..80].copy_from_slice(&[0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d]);
    profile.extend((tags.len() as u32).to_be_bytes());
    let (mut data, mut places): (Vec<u8>, Vec<(&[u8], usize)>) = (Vec::new(), Vec::new());
    let start = 132 + 12 * tags.len();
    for (name, content) in tags {
        let known = places.iter().find(|(other, _)| other == content).map(|(_, offset)| *offset);
        let offset = known.unwrap_or_else(|| {
            let offset = start + data.len();
            data.extend(content);
            data.resize(data.len().next_multiple_of(4), 0);
            places.push((content, offset));
            offset
        });
        profile.extend(*name);
        profile.extend((offset as u32).to_be_bytes());
        profile.extend((content.len() as u32).to_be_bytes());
    }
    profile.extend(data);
    assert!(profile.len() <= MAX_BYTES, "a profile of {} bytes", profile.len());
    let bytes = (profile.len() as u32).to_be_bytes();
    profile[..4].copy_from_slice(&bytes);
    profile
}

/// The primaries of Display P3, and this curve for each.
fn matrix_tags(data: &[u8]) -> Vec<(&'static [u8; 4], Vec<u8>)> {
    let xyz = |values: [f64; 3]| {
        let numbers = values.map(|value| ((value * 65_536.0) as i32).to_be_bytes()).concat();
        [b"XYZ \0\0\0\0", &numbers[..]].concat()
    };
    vec![
        (b"rXYZ", xyz([0.515, 0.241, -0.001])),
        (b"gXYZ", xyz([0.292, 0.692, 0.042])),
        (b"bXYZ", xyz([0.157, 0.067, 0.784])),
        (b"rTRC", data.to_vec()),
        (b"gTRC", data.to_vec()),
        (b"bTRC", data.to_vec()),
    ]
}

fn curve(values: usize) -> Vec<u8> {
    let mut data = [b"curv\0\0\0\0", &(values as u32).to_be_bytes()[..]].concat();
    for value in 0..values {
        let position = value as f64 / (values - 1) as f64;
        data.extend(((position.powf(1.8) * 65_535.0) as u16).to_be_bytes());
    }
    data
}

/// Makes the first curve go up and down: the values from byte 100 to byte 2000 the other way round.
fn zigzag(mut curve: Vec<u8>) -> Vec<u8> {
    if let Some(values) = curve.get_mut(100..2000) {
        values.reverse();
    }
    curve
}

/// The curve of sRGB with another exponent: all of its seven parameters (ICC.1:2022, table 68).
fn parametric() -> Vec<u8> {
    let parameters: [f64; 7] = [1.9, 0.9479, 0.0521, 0.0774, 0.0405, 0.0, 0.0];
    let numbers: Vec<u8> = parameters.iter().flat_map(|value| ((value * 65_536.0) as i32).to_be_bytes()).collect();
    [&b"para\0\0\0\0\0\x04\0\0"[..], &numbers].concat()
}

/// A colour table of 8 bits, with curves of 256 entries (ICC.1:2022, 10.11).
fn mft1(inputs: u8, side: u8) -> Vec<u8> {
    let mut data = [&b"mft1\0\0\0\0"[..], &[inputs, 3, side, 0], &identity()].concat();
    data.extend((0..inputs).flat_map(|_| 0..=255_u8));
    data.extend(values(usize::from(side).pow(inputs.into()) * 3));
    data.extend((0..3).flat_map(|_| 0..=255_u8));
    data
}

/// The same of 16 bits, with curves of this many entries (ICC.1:2022, 10.10).
fn mft2(inputs: u8, side: u8, entries: u16) -> Vec<u8> {
    let mut data = [&b"mft2\0\0\0\0"[..], &[inputs, 3, side, 0], &identity()].concat();
    data.extend(entries.to_be_bytes());
    data.extend(entries.to_be_bytes());
    let curve =
        || (0..entries).flat_map(|entry| ((u32::from(entry) * 65_535 / u32::from(entries - 1)) as u16).to_be_bytes());
    data.extend((0..inputs).flat_map(|_| curve()));
    data.extend(values(usize::from(side).pow(inputs.into()) * 3 * 2));
    data.extend((0..3).flat_map(|_| curve()));
    data
}

/// A colour table with three sets of curves and a matrix (ICC.1:2022, 10.12).
fn mab(inputs: u8, sides: [u8; 3], value_bytes: usize, curve: &[u8]) -> Vec<u8> {
    let curves = |count: u8| curve.repeat(count.into());
    let (b, m, a) = (curves(3), curves(3), curves(inputs));
    let matrix: Vec<u8> =
        [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0].iter().flat_map(|value: &i32| (value * 65_536).to_be_bytes()).collect();
    let mut table = vec![0; 16];
    table[..3].copy_from_slice(&sides);
    table.extend([value_bytes as u8, 0, 0, 0]);
    table.extend(values(sides.iter().map(|side| usize::from(*side)).product::<usize>() * 3 * value_bytes));
    table.resize(table.len().next_multiple_of(4), 0);
    let mut data = [&b"mAB \0\0\0\0"[..], &[inputs, 3, 0, 0]].concat();
    let mut offset = 32;
    for part in [&b, &matrix, &m, &table, &a] {
        data.extend((offset as u32).to_be_bytes());
        offset += part.len();
    }
    for part in [b, matrix, m, table, a] {
        data.extend(part);
    }
    data
}

fn identity() -> Vec<u8> {
    [1, 0, 0, 0, 1, 0, 0, 0, 1].iter().flat_map(|value: &i32| (value * 65_536).to_be_bytes()).collect()
}

fn values(count: usize) -> impl Iterator<Item = u8> {
    (0..count).map(|place| (place * 7) as u8)
}
