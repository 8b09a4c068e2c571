//! The inputs: those made with a thought, and others drawn at random.

use super::gif::{self, Gif};
use super::icc;
use super::jpeg::{Jpeg, Kind};
use super::png::{self, Data, Png};
use super::webp::Webp;
use super::webp_codes::{Codes, Groups};

/// A file, and what it is.
pub(super) struct Input {
    pub kind: String,
    pub bytes: Vec<u8>,
}

pub(super) const FULL: &[(u32, u32)] = &[(1, 1), (1, 1), (1, 1)];
pub(super) const INKS: &[(u32, u32)] = &[(1, 1), (1, 1), (1, 1), (1, 1)];

pub(super) fn all() -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut add = |kind: &str, bytes: Vec<u8>| inputs.push(Input { kind: kind.to_owned(), bytes });
    let jpeg = Jpeg::default;
    let full = |kind: Kind| Jpeg { components: FULL.to_vec(), kind, ..Jpeg::default() };
    add("jpeg baseline 4:2:0 empty", jpeg().file());
    add("jpeg baseline 4:2:0, a quarter full", Jpeg { full_percent: 27, ..jpeg() }.file());
    add("jpeg baseline 4:4:4", full(Kind::Baseline).file());
    add("jpeg baseline 4:4:4, 13% full", Jpeg { full_percent: 13, ..full(Kind::Baseline) }.file());
    add("jpeg baseline 4:4:4, long codes", Jpeg { code_bits: 12, ..full(Kind::Baseline) }.file());
    add("jpeg baseline 4:4:4, restarts", Jpeg { restart_interval: 1, ..full(Kind::Baseline) }.file());
    add("jpeg baseline 4:4:4 apart", full(Kind::Apart).file());
    add("jpeg baseline four inks", Jpeg { components: INKS.to_vec(), ..jpeg() }.file());
    add("jpeg progressive 4:2:0 common", Jpeg { kind: Kind::Common, ..jpeg() }.file());
    add("jpeg progressive 4:2:0 common, 15% full", Jpeg { kind: Kind::Common, full_percent: 15, ..jpeg() }.file());
    add("jpeg progressive 4:4:4 common", full(Kind::Common).file());
    add("jpeg progressive 4:2:0 most bands", Jpeg { kind: Kind::Most { bands: 22, bits: 0 }, ..jpeg() }.file());
    add("jpeg progressive 4:2:0 most bits", Jpeg { kind: Kind::Most { bands: 1, bits: 11 }, ..jpeg() }.file());
    add(
        "jpeg progressive 4:2:0 most bits, 2% full",
        Jpeg { kind: Kind::Most { bands: 1, bits: 11 }, full_percent: 2, ..jpeg() }.file(),
    );
    add("jpeg progressive 4:4:4 most bands", full(Kind::Most { bands: 22, bits: 0 }).file());
    add("jpeg of segments", Jpeg { width: 16, height: 16, segments: 2_500_000, ..jpeg() }.file());
    let png = Png::default;
    add("png rgba 8", png().file());
    add("png rgba 16", Png { depth: 16, ..png() }.file());
    add("png rgba 16 interlaced", Png { depth: 16, is_interlaced: true, ..png() }.file());
    add("png rgba 8 interlaced", Png { is_interlaced: true, ..png() }.file());
    add(
        "png rgb 16 interlaced with transparency",
        Png { depth: 16, color_type: 2, is_interlaced: true, transparency: true, ..png() }.file(),
    );
    add("png gray 1 interlaced", Png { depth: 1, color_type: 0, is_interlaced: true, ..png() }.file());
    add("png palette 8 with transparency", Png { color_type: 3, transparency: true, ..png() }.file());
    add(
        "png palette 1 interlaced",
        Png { depth: 1, color_type: 3, is_interlaced: true, transparency: true, ..png() }.file(),
    );
    add("png narrow interlaced", Png { width: 1, height: 16384, is_interlaced: true, ..png() }.file());
    add(
        "png of tiny blocks",
        Png { width: 1000, height: 850, color_type: 0, data: Data::TinyBlocks(1), ..png() }.file(),
    );
    add(
        "png of small blocks",
        Png { width: 4000, height: 3000, color_type: 0, data: Data::TinyBlocks(16), ..png() }.file(),
    );
    add("png of stored bytes", Png { width: 2000, height: 800, color_type: 0, data: Data::Stored(1), ..png() }.file());
    add("png of chunks of a byte", Png { chunk_bytes: 1, width: 8000, height: 8000, color_type: 0, ..png() }.file());
    add(
        "apng rgba 16 interlaced",
        Png { width: 4000, height: 4000, depth: 16, is_interlaced: true, frames: 4, ..png() }.file(),
    );
    add("apng of 1000 frames", Png { width: 250, height: 250, color_type: 0, depth: 1, frames: 1000, ..png() }.file());
    let gif = Gif::default;
    add("gif longest", gif().file());
    add("gif longest interlaced", Gif { is_interlaced: true, ..gif() }.file());
    add("gif pixels", Gif { width: 2500, height: 2500, codes: gif::Codes::Pixels, ..gif() }.file());
    add("gif clears", Gif { width: 2000, height: 2000, codes: gif::Codes::Clears, ..gif() }.file());
    add("gif sub-blocks of a byte", Gif { block_bytes: 1, ..gif() }.file());
    add(
        "gif pixels beyond the frame",
        Gif { width: 10, height: 10, codes: gif::Codes::Longest, beyond: 64_000_000, ..gif() }.file(),
    );
    add("gif 4 frames", Gif { width: 4000, height: 4000, frames: 4, ..gif() }.file());
    add("gif 1000 tiny frames", Gif { width: 7999, height: 8000, frames: 1000, frame_side: 1, ..gif() }.file());
    let webp = Webp::default;
    add("webp lossless", Webp { width: 5700, height: 5700, ..webp() }.file());
    add("webp lossless with transforms", Webp { width: 5700, height: 5700, has_transforms: true, ..webp() }.file());
    add(
        "webp lossless alpha",
        Webp { width: 7200, height: 7200, has_alpha: true, has_transforms: true, ..webp() }.file(),
    );
    add("webp lossless, a bit a pixel", Webp { is_coded: true, ..webp() }.file());
    add("webp lossless with transforms, a bit a pixel", Webp { is_coded: true, has_transforms: true, ..webp() }.file());
    add(
        "webp lossless with transforms, a bit a pixel, smaller",
        Webp { width: 5700, height: 5700, is_coded: true, has_transforms: true, ..webp() }.file(),
    );
    add("webp lossy", Webp { width: 6600, height: 6600, is_lossless: false, data_bytes: 3_000_000, ..webp() }.file());
    add(
        "webp lossy alpha",
        Webp { is_lossless: false, has_alpha: true, width: 4500, height: 4500, data_bytes: 3_000_000, ..webp() }.file(),
    );
    add("webp lossless 4 frames", Webp { width: 4000, height: 4000, frames: 4, has_transforms: true, ..webp() }.file());
    add(
        "webp lossy 4 frames",
        Webp {
            width: 3900,
            height: 3900,
            frames: 4,
            data_bytes: 1_000_000,
            is_lossless: false,
            has_alpha: true,
            ..webp()
        }
        .file(),
    );
    inputs.into_iter().chain(declared_colors()).chain(profiles()).chain(code_groups()).chain(storms()).collect()
}

/// Pictures whose colours are declared by `cICP`, and converted before anything else.
fn declared_colors() -> Vec<Input> {
    let input = |(name, cicp)| {
        let png = Png { depth: 16, filter: 0, data: Data::Noise, cicp: Some(cicp), ..Png::default() };
        Input { kind: format!("png rgba 16 of noise in {name}"), bytes: png.file() }
    };
    [("Display P3", [12, 13, 0, 1]), ("PQ", [9, 16, 0, 1]), ("HLG", [9, 18, 0, 1])].map(input).into()
}

/// Pictures of 12 megapixels with colour profiles of up to 4 MB.
fn profiles() -> Vec<Input> {
    let input = |profile: icc::Profile| {
        let color_type = if profile.is_gray { 4 } else { 6 };
        let png = Png { width: 4000, height: 3000, color_type, filter: 1, data: Data::Noise, ..Png::default() };
        Input {
            kind: format!("png with a profile: {}", profile.kind),
            bytes: Png { profile: profile.bytes, ..png }.file(),
        }
    };
    icc::all().into_iter().map(input).collect()
}

/// Animations of WebP with as many prefix codes as there is room for.
fn code_groups() -> Vec<Input> {
    let input = |kind: &str, groups: Groups| Input { kind: format!("webp of codes: {kind}"), bytes: groups.file() };
    let groups = Groups::default;
    let used = || Groups { announced: 16_384, used: 16_384, ..groups() };
    vec![
        input("single, none used", groups()),
        input("single, all used", Groups { used: 65_536, ..groups() }),
        input("uniform, none used", Groups { codes: Codes::Uniform, ..groups() }),
        input("uniform, all used", Groups { codes: Codes::Uniform, ..used() }),
        input("repeats, none used", Groups { codes: Codes::Repeats, announced: 16_384, ..groups() }),
        input("repeats, all used", Groups { codes: Codes::Repeats, announced: 9216, used: 9216, ..groups() }),
        input("repeats, all used, no colour cache", Groups { codes: Codes::Repeats, has_cache: false, ..used() }),
        input("zeros, none used", Groups { codes: Codes::Zeros, ..groups() }),
        input("zeros, all used", Groups { codes: Codes::Zeros, ..used() }),
    ]
}

/// Small pictures among very many other things: chunks, segments and blocks of hardly a byte, and what a search for a second
/// type in the same file reads.
fn storms() -> Vec<Input> {
    const BYTES: usize = 10_000_000;
    let jpeg = Jpeg { width: 16, height: 16, ..Jpeg::default() }.file();
    let png = Png { width: 16, height: 16, ..Png::default() }.file();
    let gif = Gif { width: 16, height: 16, ..Gif::default() }.file();
    let webp = Webp { width: 16, height: 16, ..Webp::default() }.file();
    // Each is a file with something put into it again and again.
    let with = |file: &[u8], at: usize, part: &[u8]| {
        let (start, end) = file.split_at(at);
        [start, &part.repeat(BYTES / part.len()), end].concat()
    };
    let mut inputs = Vec::new();
    let mut add = |kind: &str, bytes: Vec<u8>| inputs.push(Input { kind: kind.to_owned(), bytes });
    let icc = [&b"\xff\xe2\0\x11ICC_PROFILE\0"[..], &[1, 1, 7]].concat();
    add("jpeg of parts of a profile", with(&jpeg, 2, &icc));
    let tables = [&b"\xff\xc4\0\x14\0"[..], &[1], &[0; 15], &[0]].concat();
    add("jpeg of Huffman tables", with(&jpeg, 2, &tables));
    add("jpeg of quantisation tables", with(&jpeg, 2, &[&b"\xff\xdb\0\x43\0"[..], &[1; 64]].concat()));
    add("jpeg of fill bytes", with(&jpeg, 2, b"\xff"));
    add("jpeg of bytes between segments", with(&jpeg, 2, b"\0"));
    add("jpeg of stuffed bytes", with(&jpeg, jpeg.len() - 2, b"\xff\0"));
    add("jpeg of restart markers", with(&jpeg, jpeg.len() - 2, b"\xff\xd0"));
    let mut empty = Vec::new();
    png::chunk(&mut empty, *b"abCd", &[]);
    add("png of chunks of nothing", with(&png, 33, &empty));
    let mut empty = Vec::new();
    png::chunk(&mut empty, *b"IDAT", &[]);
    add("png of IDAT of nothing", with(&png, png.len() - 12, &empty));
    add("gif of comments of nothing", with(&gif, 781, b"!\xfe\0"));
    add("gif of a comment in blocks of a byte", with(&[&gif[..781], b"!\xfe\0", &gif[781..]].concat(), 783, b"\x01x"));
    add("gif of zeros between blocks", with(&gif, 781, b"\0"));
    let mut chunks = with(&webp, webp.len(), b"abcd\0\0\0\0");
    let size = (chunks.len() as u32 - 8).to_le_bytes();
    chunks[4..8].copy_from_slice(&size);
    add("webp of chunks of nothing", chunks);
    for tail in ["<", "<!", "PK\x03", "%PD", "<scrip "] {
        add(&format!("jpeg before {tail:?} again and again"), with(&jpeg, jpeg.len(), tail.as_bytes()));
    }
    inputs
}

/// Pictures of 64 megapixels, of every kind that decoders keep memory for.
pub(super) fn largest() -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut add = |kind: &str, bytes: Vec<u8>| inputs.push(Input { kind: kind.to_owned(), bytes });
    let jpeg =
        |components: &[(u32, u32)], kind: Kind| Jpeg { components: components.to_vec(), kind, ..Jpeg::default() };
    let quarter = &[(2, 2), (1, 1), (1, 1)];
    add("jpeg baseline 4:2:0, a quarter full", Jpeg { full_percent: 27, ..Jpeg::default() }.file());
    add("jpeg baseline 4:4:4", jpeg(FULL, Kind::Baseline).file());
    add("jpeg baseline 4:4:4 in three scans", jpeg(FULL, Kind::Apart).file());
    add("jpeg baseline four inks", jpeg(INKS, Kind::Baseline).file());
    add("jpeg progressive 4:2:0", jpeg(quarter, Kind::Common).file());
    let progressive = jpeg(FULL, Kind::Common).file();
    add("jpeg progressive 4:4:4", progressive.clone());
    // EXIF with nothing but an orientation of 6.
    let exif = b"\xff\xe1\0\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let turned = |file: &[u8]| [&file[..2], exif, &file[2..]].concat();
    add("jpeg progressive 4:4:4, turned", turned(&progressive));
    add("jpeg baseline four inks, turned", turned(&jpeg(INKS, Kind::Baseline).file()));
    let png = Png::default;
    add("png rgba 8", png().file());
    add("png rgba 16", Png { depth: 16, ..png() }.file());
    add("png rgba 8 interlaced", Png { is_interlaced: true, ..png() }.file());
    add("png rgba 16 interlaced", Png { depth: 16, is_interlaced: true, ..png() }.file());
    add("png palette 8 with transparency", Png { color_type: 3, transparency: true, ..png() }.file());
    add("png gray 1 interlaced", Png { depth: 1, color_type: 0, is_interlaced: true, ..png() }.file());
    add("gif", Gif::default().file());
    add("gif interlaced", Gif { is_interlaced: true, ..Gif::default() }.file());
    let webp = Webp { is_coded: true, has_transforms: true, ..Webp::default() };
    add("webp lossless", webp.clone().file());
    add("webp lossless with alpha", Webp { has_alpha: true, ..webp.clone() }.file());
    let lossy = Webp { is_lossless: false, data_bytes: 3_000_000, ..webp };
    add("webp lossy", lossy.clone().file());
    add("webp lossy with alpha", Webp { has_alpha: true, data_bytes: 2_300_000, ..lossy }.file());
    inputs
}

/// Those of which ten are about as much as a list may be.
pub(super) fn for_lists() -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut add = |kind: &str, bytes: Vec<u8>| inputs.push(Input { kind: kind.to_owned(), bytes });
    let (width, height) = (8000, 6000);
    let jpeg = Jpeg { width, height, ..Jpeg::default() };
    add("jpeg 48 megapixels", jpeg.clone().file());
    add("jpeg 48 megapixels, 12% full", Jpeg { full_percent: 11, ..jpeg.clone() }.file());
    add("jpeg progressive 48 megapixels", Jpeg { kind: Kind::Common, ..jpeg.clone() }.file());
    add(
        "jpeg progressive, most bands",
        Jpeg { width: 6000, height: 5000, kind: Kind::Most { bands: 22, bits: 0 }, ..jpeg }.file(),
    );
    let png = Png { width: 6400, height: 6400, ..Png::default() };
    add("png rgba 8", png.clone().file());
    add(
        "png rgba 16 interlaced",
        Png { width: 4800, height: 4800, depth: 16, is_interlaced: true, ..png.clone() }.file(),
    );
    add(
        "png of small blocks",
        Png { width: 2000, height: 2000, color_type: 0, data: Data::TinyBlocks(16), ..png.clone() }.file(),
    );
    add(
        "png of small blocks interlaced",
        Png { width: 1000, height: 550, depth: 16, data: Data::TinyBlocks(24), is_interlaced: true, ..png }.file(),
    );
    add("gif", Gif { width: 7100, height: 7100, ..Gif::default() }.file());
    add("gif of clears", Gif { width: 1200, height: 1200, codes: gif::Codes::Clears, ..Gif::default() }.file());
    let webp = Webp { width: 4600, height: 4600, has_transforms: true, ..Webp::default() };
    add("webp lossless", webp.clone().file());
    add("webp lossless, a bit a pixel", Webp { is_coded: true, ..webp.clone() }.file());
    add("webp lossless 4 frames", Webp { width: 1600, height: 1600, frames: 4, ..webp.clone() }.file());
    add("webp lossy", Webp { is_lossless: false, data_bytes: 3_000_000, ..webp }.file());
    inputs
}
