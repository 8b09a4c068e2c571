//! The files that the model's client uploads: gray JPEGs of 8 x 8 pixels, all of one length, as one ticket allows, and
//! what such a file becomes.

use presize::{ImageRules, Transform, decode, inspect};

/// What a client sends. `First` and `Second` are good, and a confirmation may put either at the final key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Upload {
    First,
    Second,
    /// A page of HTML.
    Page,
    /// The header of a JPEG, and after it no code of its Huffman table.
    Damaged,
}

/// What a file has besides its picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Metadata {
    /// EXIF that says where it was taken.
    Located,
    /// Nothing.
    Bare,
    /// A trailer, as of a motion photo, so long that the file is more than its head.
    Long,
}

/// The part of a file that is fetched first where the policy verifies heads.
pub(crate) const HEAD_BYTES: usize = 262_144;

const WIDTH: u32 = 8;

impl Upload {
    /// The level of gray, one the picture's own.
    fn gray(self) -> Option<u8> {
        match self {
            Self::First => Some(228),
            Self::Second => Some(198),
            Self::Page | Self::Damaged => None,
        }
    }

    /// The file as it is sent.
    pub(crate) fn bytes(self, metadata: Metadata) -> Vec<u8> {
        let length = jpeg(0, metadata).len();
        match self {
            Self::Page => {
                let mut page = b"<script>alert(1)</script>".to_vec();
                page.resize(length, b' ');
                page
            }
            // A first bit of 1 is no code of the table.
            Self::Damaged => jpeg(0x9000, metadata),
            // `0` and a difference of 7 bits, `0` for the end of the block, then ones.
            Self::First => jpeg(0b0110_0100_0111_1111, metadata),
            Self::Second => jpeg(0b0100_0110_0111_1111, metadata),
        }
    }

    /// The good upload whose picture this file shows.
    pub(crate) fn shown_by(file: &[u8]) -> Option<(Self, u32)> {
        let pixels = decode(file, &Transform::default(), &ImageRules::default()).ok()?;
        let is_gray = |gray: u8| pixels.bytes.iter().all(|level| level.abs_diff(gray) <= 3);
        let upload = [Self::First, Self::Second].into_iter().find(|upload| upload.gray().is_some_and(is_gray))?;
        Some((upload, pixels.width))
    }
}

/// Whether a file has its picture and no EXIF.
pub(crate) fn is_bare(file: &[u8]) -> bool {
    inspect(file).is_ok_and(|info| !info.has_exif && info.width == WIDTH)
}

/// A baseline JPEG of one block, without quantisation, whose DC table has one code, `0` for a difference of 7 bits, and
/// whose AC table has one, `0` for the end of the block (T.81, annexes B and F).
fn jpeg(scan: u16, metadata: Metadata) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    if metadata == Metadata::Located {
        segment(&mut file, 0xe1, &exif_with_gps());
    }
    segment(&mut file, 0xdb, &[&[0][..], &[8; 64]].concat());
    segment(&mut file, 0xc0, &[8, 0, 8, 0, 8, 1, 1, 0x11, 0]);
    let one_code = |class: u8, symbol: u8| [&[class, 1][..], &[0; 15], &[symbol]].concat();
    segment(&mut file, 0xc4, &one_code(0x00, 7));
    segment(&mut file, 0xc4, &one_code(0x10, 0));
    segment(&mut file, 0xda, &[1, 1, 0, 0, 63, 0]);
    file.extend(scan.to_be_bytes());
    file.extend([0xff, 0xd9]);
    if metadata == Metadata::Long {
        file.resize(HEAD_BYTES + 1000, 0);
    }
    file
}

fn segment(file: &mut Vec<u8>, marker: u8, content: &[u8]) {
    file.extend([0xff, marker]);
    file.extend((content.len() as u16 + 2).to_be_bytes());
    file.extend(content);
}

/// A TIFF header, one entry that points to the GPS directory, and in it the reference of a latitude: north.
fn exif_with_gps() -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08".to_vec();
    exif.extend(b"\0\x01\x88\x25\0\x04\0\0\0\x01\0\0\0\x1a\0\0\0\0");
    exif.extend(b"\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0\0\0\0\0");
    exif
}

#[test]
fn uploads_are_what_their_names_say() {
    for metadata in [Metadata::Located, Metadata::Bare, Metadata::Long] {
        let rules = ImageRules::default();
        let length = Upload::First.bytes(metadata).len();
        for upload in [Upload::First, Upload::Second] {
            let file = upload.bytes(metadata);
            assert_eq!(presize::check(&file, Some("image/jpeg"), &rules).unwrap().format.as_str(), "jpeg");
            assert_eq!((Upload::shown_by(&file), is_bare(&file)), (Some((upload, 8)), metadata != Metadata::Located));
        }
        for upload in [Upload::Page, Upload::Damaged] {
            let file = upload.bytes(metadata);
            assert_eq!((Upload::shown_by(&file), file.len()), (None, length), "{upload:?}");
            assert!(presize::check(&file, Some("image/jpeg"), &rules).is_err(), "{upload:?}");
        }
        assert!(inspect(&Upload::Damaged.bytes(metadata)).is_ok(), "only its pixels are damaged");
    }
}
