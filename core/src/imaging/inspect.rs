//! `inspect`: what the header of an image says.

use crate::error::{ErrorKind, Result};
use crate::format::{ImageFormat, Sniffed, sniff};
use crate::rules::ImageRules;

use super::codecs::exif::ExifSummary;
use super::codecs::header::Header;
use super::codecs::{png, read_header, webp};
use super::pixels::orient::Orientation;

/// What the header of an image says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(clippy::struct_excessive_bools, reason = "independent facts, not a state")]
pub struct ImageInfo {
    /// The format, by its bytes.
    pub format: ImageFormat,
    /// Width in pixels, as displayed.
    pub width: u32,
    /// Height in pixels, as displayed.
    pub height: u32,
    /// How the stored pixels are turned for display. Width and height have this applied.
    pub orientation: Orientation,
    /// Whether the picture may have transparent pixels. Of an animation, the first frame.
    pub has_alpha: bool,
    /// Whether there is more than one frame.
    pub is_animated: bool,
    /// Whether a colour profile is embedded.
    pub has_icc_profile: bool,
    /// Whether an EXIF block is embedded. It may hold a GPS position.
    pub has_exif: bool,
    /// What the EXIF block says of the camera, the time and the author. `None` where there is no block, or none of this in it.
    pub exif_summary: Option<ExifSummary>,
}

impl From<&Header> for ImageInfo {
    fn from(header: &Header) -> Self {
        let (width, height) = header.displayed();
        Self {
            format: header.format,
            width,
            height,
            orientation: header.orientation,
            has_alpha: header.has_alpha,
            is_animated: header.is_animated,
            has_icc_profile: header.has_icc_profile,
            has_exif: header.has_exif,
            exif_summary: header.exif_summary.clone(),
        }
    }
}

/// Reads the header of an image. Allocates no pixels, so it tells the size of a picture that [`check`](crate::check) would
/// refuse. A file that is cut off after its header is not noticed.
///
/// Errors: `image_format_unknown`, `image_format_not_allowed` (markup and other types that are no images here),
/// `image_format_unsupported` (HEIC, HEIF, AVIF), `image_corrupt`, `image_too_small` for no bytes at all.
pub fn inspect(bytes: &[u8]) -> Result<ImageInfo> {
    Ok(ImageInfo::from(&inspect_header(bytes)?))
}

/// The same for the start of a file of `total_bytes`. `None` if the start is too short to tell.
pub(crate) fn inspect_head(head: &[u8], total_bytes: u64) -> Result<Option<ImageInfo>> {
    unless_cut_off(head, total_bytes, inspect_header(head))
}

fn inspect_header(bytes: &[u8]) -> Result<Header> {
    let rules = ImageRules::default();
    if bytes.is_empty() {
        rules.check_bytes(0)?;
    }
    let format = detect(bytes, &rules)?;
    read_header(bytes, format)
}

/// What the start of a file says. `None` if it lacks something that the rest of the file may have: the end of the header, the
/// metadata of a PNG, which may be anywhere before its image data, or the orientation of a WebP, whose EXIF chunk follows the
/// picture.
pub(super) fn unless_cut_off(head: &[u8], total_bytes: u64, header: Result<Header>) -> Result<Option<ImageInfo>> {
    let is_cut_off = (head.len() as u64) < total_bytes;
    match header {
        Ok(header) if is_cut_off && !header.has_exif && webp::announces_exif(head) => Ok(None),
        Ok(header) if is_cut_off && header.format == ImageFormat::Png && png::ends_before_data(head) => Ok(None),
        Ok(header) => Ok(Some(ImageInfo::from(&header))),
        Err(error) if is_cut_off && matches!(error.kind(), ErrorKind::ImageCorrupt { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The image format of the bytes, or an error that names what they are instead.
pub(crate) fn detect(bytes: &[u8], rules: &ImageRules) -> Result<ImageFormat> {
    match sniff(bytes) {
        Sniffed::Image(format) => Ok(format),
        Sniffed::Other(name) => Err(rules.format_not_allowed(name).into()),
        Sniffed::Unknown => Err(ErrorKind::ImageFormatUnknown {}.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::transform_options::Transform;
    use super::*;
    use crate::imaging::check::{check, check_head};
    use crate::imaging::pixel_image::decode;

    fn image(name: &str) -> Vec<u8> {
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/images").join(name)).unwrap()
    }

    /// All calls agree on a file, and so does every start of it that is long enough to tell.
    fn one_answer(name: &str, bytes: &[u8]) -> Option<Orientation> {
        let rules = ImageRules::default().allow_polyglots(true);
        let checked = check(bytes, None, &rules).ok()?;
        let inspected = inspect(bytes).unwrap();
        assert_eq!(inspected, checked.info, "{name}");
        let pixels = decode(bytes, &Transform::default(), &rules).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((pixels.width, pixels.height), (inspected.width, inspected.height), "{name}");
        let total = bytes.len();
        for length in (0..total.min(600)).chain((600..total).step_by(total / 50 + 1)) {
            let head = bytes.get(..length).unwrap();
            let answers = [inspect_head(head, total as u64), check_head(head, total as u64, None, &rules)];
            for info in answers.into_iter().flatten().flatten() {
                let shown = |info: &ImageInfo| {
                    (info.width, info.height, info.orientation, info.has_exif, info.exif_summary.clone())
                };
                assert_eq!(shown(&info), shown(&inspected), "{name}, {length} of {total} bytes");
            }
        }
        Some(inspected.orientation)
    }

    #[test]
    fn every_image_has_one_answer() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/images");
        let mut count = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let is_small = inspect(&bytes).is_ok_and(|info| info.width * info.height < 100_000);
            if is_small && one_answer(&path.to_string_lossy(), &bytes).is_some() {
                count += 1;
            }
        }
        assert!(count > 150, "{count} images");
    }

    /// An EXIF block with one entry.
    fn exif(value: u32, kind: u16, is_little: bool) -> Vec<u8> {
        let short = |value: u16| if is_little { value.to_le_bytes() } else { value.to_be_bytes() };
        let long = |value: u32| if is_little { value.to_le_bytes() } else { value.to_be_bytes() };
        let head = if is_little { b"II\x2a\0" } else { b"MM\0\x2a" };
        let value = if kind == 3 { [short(value as u16), [0, 0]].concat() } else { long(value).to_vec() };
        [&head[..], &long(8), &short(1), &short(0x0112), &short(kind), &long(1), &value, &[0; 4]].concat()
    }

    fn segment(block: &[u8]) -> Vec<u8> {
        [&b"\xff\xe1"[..], &(block.len() as u16 + 8).to_be_bytes(), b"Exif\0\0", block].concat()
    }

    fn png_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
        let checksum = png::crc(kind, data);
        [&(data.len() as u32).to_be_bytes()[..], &kind, data, &checksum.to_be_bytes()].concat()
    }

    fn riff(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut body = b"WEBP".to_vec();
        for (kind, data) in chunks {
            body.extend([&kind[..], &(data.len() as u32).to_le_bytes(), data].concat());
            body.extend((data.len() & 1 == 1).then_some(0));
        }
        [&b"RIFF"[..], &(body.len() as u32).to_le_bytes(), &body].concat()
    }

    /// A file of each format with blocks wherever they may stand. What is expected follows from the standards: the first block
    /// of a JPEG before its scan, of a PNG before its image data, and of a WebP that announces it.
    fn files(first: &[u8], second: &[u8]) -> Vec<(&'static str, Vec<u8>, bool)> {
        let (jpeg, png, webp) = (image("baseline_420.jpg"), image("rgb.png"), image("lossy.webp"));
        let at = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|window| window == what).unwrap();
        let insert = |bytes: &[u8], at: usize, more: &[u8]| [&bytes[..at], more, &bytes[at..]].concat();
        let (frame, scan) = (at(&jpeg, b"\xff\xc0"), at(&jpeg, b"\xff\xda"));
        let two = [segment(first), segment(second)].concat();
        let in_scan = jpeg.len() - 2;
        let (data, end) = (at(&png, b"IDAT") - 4, at(&png, b"IEND") - 4);
        let (one, other) = (png_chunk(*b"eXIf", first), png_chunk(*b"eXIf", second));
        let length = u32::from_le_bytes(*webp[16..].first_chunk().unwrap()) as usize;
        let picture = &webp[20..20 + length];
        let info = inspect(&webp).unwrap();
        let canvas = |flags: u8| {
            let side = |side: u32| (side - 1).to_le_bytes()[..3].to_vec();
            [vec![flags, 0, 0, 0], side(info.width), side(info.height)].concat()
        };
        vec![
            ("JPEG", insert(&jpeg, 2, &segment(first)), true),
            ("JPEG, two", insert(&jpeg, 2, &two), true),
            ("JPEG, before the frame", insert(&jpeg, frame, &segment(first)), true),
            ("JPEG, after the frame", insert(&jpeg, scan, &segment(first)), true),
            ("JPEG, at the end", insert(&jpeg, in_scan, &segment(first)), false),
            ("PNG", insert(&png, 33, &one), true),
            ("PNG, two", insert(&png, 33, &[&one[..], &other].concat()), true),
            ("PNG, before and after", insert(&insert(&png, end, &other), data, &one), true),
            ("PNG, at the end", insert(&png, end, &one), false),
            ("WebP", riff(&[(b"VP8X", &canvas(8)), (b"VP8 ", picture), (b"EXIF", first)]), true),
            ("WebP, before", riff(&[(b"VP8X", &canvas(8)), (b"EXIF", first), (b"VP8 ", picture)]), true),
            (
                "WebP, two",
                riff(&[(b"VP8X", &canvas(8)), (b"EXIF", first), (b"VP8 ", picture), (b"EXIF", second)]),
                true,
            ),
            ("WebP, silent", riff(&[(b"VP8X", &canvas(0)), (b"VP8 ", picture), (b"EXIF", first)]), false),
            ("WebP, simple", riff(&[(b"VP8 ", picture), (b"EXIF", first)]), false),
        ]
    }

    #[test]
    fn wherever_metadata_stands_there_is_one_answer() {
        for is_little in [true, false] {
            for kind in [3, 4, 2] {
                for value in [0, 1, 3, 6, 8, 9, 0x0001_0006] {
                    let (block, other) = (exif(value, kind, is_little), exif(5, 3, true));
                    let is_known = kind != 2 && (1..9).contains(&if kind == 3 { value & 0xffff } else { value });
                    let said = if is_known { Orientation::from_exif(value as u16) } else { None };
                    for (name, bytes, counts) in files(&block, &other) {
                        let expected = said.filter(|_| counts).unwrap_or_default();
                        let what = format!("{name}, {value} of type {kind}, {is_little}");
                        assert_eq!(one_answer(&what, &bytes), Some(expected), "{what}");
                    }
                }
            }
        }
        for broken in [&b""[..], b"II\x2a\0\xff\xff\xff\xff", b"no block", &exif(6, 3, true)[..12]] {
            for (name, bytes, _) in files(broken, &exif(6, 3, true)) {
                assert_eq!(one_answer(name, &bytes), Some(Orientation::Normal), "{name}, broken");
            }
        }
    }
}
