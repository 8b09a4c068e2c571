//! Image formats: names, media types, extensions, and sniffing by magic bytes. Nothing here decodes.
//!
//! The signatures are those of the WHATWG MIME Sniffing Standard (JPEG, PNG, GIF, WebP), extended where the formats
//! require more bytes than that standard compares, and ISO/IEC 14496-12 and 23008-12 (`ftyp` brands of HEIF and AVIF).

use crate::media_type::essence;
use crate::options::option_enum;

option_enum! {
    /// An image format that presize knows by its bytes.
    pub enum ImageFormat {
        /// JPEG (ITU-T T.81).
        Jpeg = "jpeg" | "jpg",
        /// PNG (W3C), the first frame of APNG included.
        Png = "png",
        /// WebP (RFC 9649): lossy, lossless, animated.
        Webp = "webp",
        /// GIF 87a and 89a.
        Gif = "gif",
        /// HEIF with HEVC: the photos of phones. Recognised; this build has no decoder.
        Heic = "heic",
        /// HEIF with a codec that its brands do not tell. Recognised; this build has no decoder.
        Heif = "heif",
        /// AVIF. Recognised; this build has no decoder.
        Avif = "avif",
    }
}

impl ImageFormat {
    /// The registered media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            Self::Heic => "image/heic",
            Self::Heif => "image/heif",
            Self::Avif => "image/avif",
        }
    }

    /// The file name extension that presize writes, with its dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => ".jpg",
            Self::Png => ".png",
            Self::Webp => ".webp",
            Self::Gif => ".gif",
            Self::Heic => ".heic",
            Self::Heif => ".heif",
            Self::Avif => ".avif",
        }
    }

    /// The format of a media type, in any case, parameters ignored. The unregistered names that clients send are understood:
    /// `image/jpg`, `image/pjpeg` and `image/x-png` (Internet Explorer and what copied it), `image/x-citrix-jpeg` and
    /// `image/x-citrix-png`. `None` for any other type.
    pub fn from_media_type(media_type: &str) -> Option<Self> {
        let essence = essence(media_type);
        let known = |name: &&Self| essence.eq_ignore_ascii_case(name.media_type());
        if let Some(format) = Self::ALL.iter().find(known) {
            return Some(*format);
        }
        match essence.to_ascii_lowercase().as_str() {
            "image/jpg" | "image/pjpeg" | "image/x-citrix-jpeg" => Some(Self::Jpeg),
            "image/x-png" | "image/x-citrix-png" | "image/apng" => Some(Self::Png),
            "image/heic-sequence" => Some(Self::Heic),
            "image/heif-sequence" => Some(Self::Heif),
            _ => None,
        }
    }

    /// Whether this build can decode the format.
    pub const fn can_decode(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp | Self::Gif)
    }

    /// Whether bytes that are `detected` agree with a declaration of `self`. HEIC and HEIF agree: they differ in brands alone,
    /// and clients declare either for the other.
    pub(crate) fn admits(self, detected: Self) -> bool {
        self == detected
            || (self == Self::Heif && detected == Self::Heic)
            || (self == Self::Heic && detected == Self::Heif)
    }
}

/// The format that the first bytes of a file have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sniffed {
    /// An image format that presize knows.
    Image(ImageFormat),
    /// Another format, which is recognised so that an error can name it: `svg`, `html`, `xml`, `gzip`,
    /// `pdf`, `zip`, `tiff`, `bmp`, `ico`, `jxl`, `jp2`, `mp4`.
    Other(&'static str),
    /// No known signature.
    Unknown,
}

/// The format of a file by its first bytes: 4096 are enough, fewer may suffice.
pub fn sniff(bytes: &[u8]) -> Sniffed {
    use ImageFormat::{Gif, Jpeg, Png, Webp};
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Sniffed::Image(Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Sniffed::Image(Png),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Sniffed::Image(Gif),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', b'V', b'P', b'8', b' ' | b'L' | b'X', ..] => {
            Sniffed::Image(Webp)
        }
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => sniff_ftyp(bytes),
        [0xff, 0x0a, ..] | [0, 0, 0, 0x0c, b'J', b'X', b'L', b' ', ..] => Sniffed::Other("jxl"),
        [0, 0, 0, 0x0c, b'j', b'P', b' ', b' ', ..] => Sniffed::Other("jp2"),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Sniffed::Other("tiff"),
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Sniffed::Other("bmp"),
        [0, 0, 1 | 2, 0, ..] => Sniffed::Other("ico"),
        [b'%', b'P', b'D', b'F', b'-', ..] => Sniffed::Other("pdf"),
        [b'P', b'K', 3, 4, ..] => Sniffed::Other("zip"),
        [0x1f, 0x8b, ..] => Sniffed::Other("gzip"),
        _ => sniff_markup(bytes).map_or(Sniffed::Unknown, Sniffed::Other),
    }
}

/// ISO base media files: the first brand that is known, the major brand first, then the compatible ones.
fn sniff_ftyp(bytes: &[u8]) -> Sniffed {
    let size = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize;
    let end = size.min(bytes.len()).min(256);
    if size < 16 || end < 12 {
        return Sniffed::Unknown;
    }
    let compatible = bytes.get(16..end).unwrap_or_default().chunks_exact(4);
    let mut generic = false;
    for brand in std::iter::once(&bytes[8..12]).chain(compatible) {
        match brand {
            b"avif" | b"avis" => return Sniffed::Image(ImageFormat::Avif),
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"hevm" | b"hevs" => {
                return Sniffed::Image(ImageFormat::Heic);
            }
            b"mif1" | b"msf1" | b"mif2" => generic = true,
            _ => {}
        }
    }
    if generic { Sniffed::Image(ImageFormat::Heif) } else { Sniffed::Other("mp4") }
}

/// How far into a file markup is searched, in characters. Browsers sniff 512 bytes, old ones 1024.
const MARKUP_WINDOW: usize = 1024;

/// Markup that a browser could run if the file were served under its own origin.
fn sniff_markup(bytes: &[u8]) -> Option<&'static str> {
    let text = ascii_lower(bytes, 4 * MARKUP_WINDOW);
    let mut rest = text.trim_ascii_start();
    // Comments may precede the root element. The text is bounded, and with it this loop.
    while let Some(comment) = rest.strip_prefix(b"<!--") {
        let end = find(comment, b"-->")?;
        rest = comment[end + 3..].trim_ascii_start();
    }
    if !rest.starts_with(b"<") {
        return None;
    }
    if find(rest, b"<svg").is_some() || rest.starts_with(b"<!doctype svg") {
        return Some("svg");
    }
    if rest.starts_with(b"<?xml") { Some("xml") } else { Some("html") }
}

/// The start of a text in lower case, without byte order mark and without the zero bytes of UTF-16.
fn ascii_lower(bytes: &[u8], limit: usize) -> Vec<u8> {
    let window = &bytes[..bytes.len().min(limit)];
    let text = match window {
        [0xef, 0xbb, 0xbf, rest @ ..] | [0xff, 0xfe, rest @ ..] | [0xfe, 0xff, rest @ ..] => rest,
        _ => window,
    };
    text.iter().filter(|byte| **byte != 0).map(u8::to_ascii_lowercase).collect()
}

/// Detects a polyglot: a file that one program reads as an image and another as a page, a script, a document or an archive.
/// Returns the other type. `None` is no guarantee: only re-encoding removes what a sniffer cannot see, and stored images are
/// best served with `X-Content-Type-Options: nosniff`.
pub fn polyglot(bytes: &[u8]) -> Option<&'static str> {
    // `GIF89a/*` and `GIF89a=1` are GIFs of 10,799 and 12,605 pixels width, and also the start of a script.
    if matches!(
        bytes,
        [b'G', b'I', b'F', b'8', _, b'a', b'/', b'*', ..] | [b'G', b'I', b'F', b'8', _, b'a', b'=', b' '..=b'~', ..]
    ) {
        return Some("javascript");
    }
    let head = ascii_lower(bytes, MARKUP_WINDOW);
    for (mark, name) in [
        (b"<script".as_slice(), "html"),
        (b"<html", "html"),
        (b"<!doctype", "html"),
        (b"<body", "html"),
        (b"<iframe", "html"),
        (b"<svg", "svg"),
        (b"<?php", "php"),
        (b"%pdf-", "pdf"),
    ] {
        if find(&head, mark).is_some() {
            return Some(name);
        }
    }
    ends_as_zip(bytes).then_some("zip")
}

/// Whether the file ends with a ZIP end-of-central-directory record, whose comment length must fit exactly.
fn ends_as_zip(bytes: &[u8]) -> bool {
    const RECORD: usize = 22;
    const LONGEST_COMMENT: usize = 65_535;
    let tail = &bytes[bytes.len().saturating_sub(RECORD + LONGEST_COMMENT)..];
    let Some(last_start) = tail.len().checked_sub(RECORD) else { return false };
    (0..=last_start).any(|start| {
        let record = &tail[start..];
        record.starts_with(b"PK\x05\x06")
            && usize::from(u16::from_le_bytes([record[20], record[21]])) == record.len() - RECORD
    })
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_clients_send() {
        for name in ["image/jpg", "image/pjpeg", "Image/JPG; q=1", "image/x-citrix-jpeg"] {
            assert_eq!(ImageFormat::from_media_type(name), Some(ImageFormat::Jpeg), "{name}");
        }
        for name in ["image/x-png", "image/x-citrix-png", "image/apng"] {
            assert_eq!(ImageFormat::from_media_type(name), Some(ImageFormat::Png), "{name}");
        }
        assert_eq!(ImageFormat::parse("jpg"), Some(ImageFormat::Jpeg));
        assert_eq!(ImageFormat::parse("JPG"), None);
    }

    #[test]
    fn signatures() {
        for (bytes, expected) in [
            (b"\xff\xd8\xff\xe0".as_slice(), Sniffed::Image(ImageFormat::Jpeg)),
            (b"\x89PNG\r\n\x1a\n", Sniffed::Image(ImageFormat::Png)),
            (b"GIF89a", Sniffed::Image(ImageFormat::Gif)),
            (b"GIF99z", Sniffed::Unknown),
            (b"RIFF\0\0\0\0WEBPVP8X", Sniffed::Image(ImageFormat::Webp)),
            (b"RIFF\0\0\0\0WEBPVP9 ", Sniffed::Unknown),
            (b"RIFF\0\0\0\0WAVEfmt ", Sniffed::Unknown),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Sniffed::Image(ImageFormat::Heic)),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", Sniffed::Image(ImageFormat::Avif)),
            (b"\0\0\0\x14ftypmif1\0\0\0\0mif1", Sniffed::Image(ImageFormat::Heif)),
            (b"\0\0\0\x14ftypisom\0\0\0\0mp41", Sniffed::Other("mp4")),
            (b"\0\0\0\0ftyp", Sniffed::Unknown),
            (b"<svg xmlns='http://www.w3.org/2000/svg'>", Sniffed::Other("svg")),
            (b"\xef\xbb\xbf <?xml version='1.0'?><!-- a --><SVG>", Sniffed::Other("svg")),
            (b"\xff\xfe<\0s\0v\0g\0>\0", Sniffed::Other("svg")),
            (b"<!-- <p> --> <svg/>", Sniffed::Other("svg")),
            (b"<?xml version='1.0'?><rss/>", Sniffed::Other("xml")),
            (b"<!DOCTYPE html>", Sniffed::Other("html")),
            (b"BMW is a car", Sniffed::Unknown),
            (b"", Sniffed::Unknown),
        ] {
            assert_eq!(sniff(bytes), expected, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn polyglots() {
        assert_eq!(polyglot(b"GIF89a/*\x01\x00"), Some("javascript"));
        assert_eq!(polyglot(b"GIF89a=1;alert()"), Some("javascript"));
        assert_eq!(polyglot(b"GIF89a=\x00\x01\x00"), None, "61 pixels wide");
        assert_eq!(polyglot(b"GIF89a\x01\x00\x01\x00<ScRiPt>"), Some("html"));
        assert_eq!(polyglot(b"\xff\xd8\xff%PDF-1.4"), Some("pdf"));
        let mut zip = b"\xff\xd8\xff\xd9PK\x05\x06".to_vec();
        zip.extend([0; 16]);
        zip.extend([3, 0]);
        zip.extend(b"abc");
        assert_eq!(polyglot(&zip), Some("zip"));
        zip.push(b'd');
        assert_eq!(polyglot(&zip), None);
        assert_eq!(polyglot(b"GIF8"), None);
    }

    #[test]
    fn media_types() {
        assert_eq!(ImageFormat::from_media_type("IMAGE/JPEG; q=1"), Some(ImageFormat::Jpeg));
        assert_eq!(ImageFormat::from_media_type("image/jpg"), Some(ImageFormat::Jpeg));
        assert_eq!(ImageFormat::from_media_type("image/svg+xml"), None);
        for format in ImageFormat::ALL {
            assert_eq!(ImageFormat::from_media_type(format.media_type()), Some(*format));
        }
    }
}
