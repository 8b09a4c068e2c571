//! EXIF by hand: writes the segment that the drawn photo carries, and looks for one in any file.
//!
//! The looking is done here, and not with presize, so that "no metadata" is a second program's word.
//! CIPA DC-008 (EXIF) and TIFF 6.0 name the tags; the containers are those of JPEG, PNG and WebP.

use std::fmt;

const ORIENTATION: u16 = 0x0112;
const GPS_FOLDER: u16 = 0x8825;
const LATITUDE_REF: u16 = 1;
const LATITUDE: u16 = 2;
const LONGITUDE_REF: u16 = 3;
const LONGITUDE: u16 = 4;

/// Where a photo was taken, in degrees; north and east are positive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GpsPosition {
    /// -90 to 90.
    pub latitude: f64,
    /// -180 to 180.
    pub longitude: f64,
}

impl fmt::Display for GpsPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let north_south = if self.latitude < 0.0 { 'S' } else { 'N' };
        let east_west = if self.longitude < 0.0 { 'W' } else { 'E' };
        write!(f, "{:.4} {north_south} {:.4} {east_west}", self.latitude.abs(), self.longitude.abs())
    }
}

/// The payload of a JPEG APP1 segment that says how the picture must be turned and where it was taken.
pub fn write_segment(orientation: u16, position: GpsPosition) -> Vec<u8> {
    const SHORT: u16 = 3;
    const LONG: u16 = 4;
    const ASCII: u16 = 2;
    const RATIONAL: u16 = 5;
    const HEADER_BYTES: u32 = 8;
    const FOLDER_OF_2_BYTES: u32 = 2 + 2 * 12 + 4;
    const FOLDER_OF_4_BYTES: u32 = 2 + 4 * 12 + 4;
    let gps_folder = HEADER_BYTES + FOLDER_OF_2_BYTES;
    let latitude = gps_folder + FOLDER_OF_4_BYTES;
    let longitude = latitude + 24;

    let mut segment = b"Exif\0\0".to_vec();
    segment.extend(b"MM\0\x2a");
    segment.extend(HEADER_BYTES.to_be_bytes());
    write_folder(
        &mut segment,
        &[(ORIENTATION, SHORT, 1, u32::from(orientation) << 16), (GPS_FOLDER, LONG, 1, gps_folder)],
    );
    let letter = |negative: bool, letters: [u8; 2]| u32::from(letters[usize::from(negative)]) << 24;
    write_folder(
        &mut segment,
        &[
            (LATITUDE_REF, ASCII, 2, letter(position.latitude < 0.0, *b"NS")),
            (LATITUDE, RATIONAL, 3, latitude),
            (LONGITUDE_REF, ASCII, 2, letter(position.longitude < 0.0, *b"EW")),
            (LONGITUDE, RATIONAL, 3, longitude),
        ],
    );
    write_angle(&mut segment, position.latitude);
    write_angle(&mut segment, position.longitude);
    segment
}

/// One folder (IFD) of (tag, type, count, value or offset), and no next one.
fn write_folder(segment: &mut Vec<u8>, entries: &[(u16, u16, u32, u32)]) {
    segment.extend((entries.len() as u16).to_be_bytes());
    for (tag, kind, count, value) in entries {
        segment.extend(tag.to_be_bytes());
        segment.extend(kind.to_be_bytes());
        segment.extend(count.to_be_bytes());
        segment.extend(value.to_be_bytes());
    }
    segment.extend(0_u32.to_be_bytes());
}

/// Degrees, minutes and hundredths of seconds as three fractions.
fn write_angle(segment: &mut Vec<u8>, degrees: f64) {
    let hundredths = (degrees.abs() * 360_000.0).round() as u32;
    let parts = [(hundredths / 360_000, 1), (hundredths / 6_000 % 60, 1), (hundredths % 6_000, 100)];
    for (numerator, denominator) in parts {
        segment.extend(u32::to_be_bytes(numerator));
        segment.extend(u32::to_be_bytes(denominator));
    }
}

/// The EXIF data (a TIFF file) inside a JPEG, PNG or WebP; `None` where there is none.
pub fn find(file: &[u8]) -> Option<&[u8]> {
    match file {
        [0xff, 0xd8, rest @ ..] => find_in_jpeg(rest),
        [0x89, b'P', b'N', b'G', _, _, _, _, rest @ ..] => find_in_png(rest),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', rest @ ..] => find_in_webp(rest),
        _ => None,
    }
}

/// Segments: FF, marker, length (which counts itself); the first scan ends the search.
fn find_in_jpeg(mut rest: &[u8]) -> Option<&[u8]> {
    while let [0xff, marker, high, low, ..] = *rest {
        let end = 2 + usize::from(u16::from_be_bytes([high, low]));
        let payload = rest.get(4..end)?;
        match (marker, payload) {
            (0xe1, [b'E', b'x', b'i', b'f', 0, _, exif @ ..]) => return Some(exif),
            (0xda, _) => return None,
            _ => rest = rest.get(end..)?,
        }
    }
    None
}

/// Chunks: length, name, data, checksum.
fn find_in_png(mut rest: &[u8]) -> Option<&[u8]> {
    while let [a, b, c, d, ref name @ ..] = *rest {
        let end = 8_usize.checked_add(u32::from_be_bytes([a, b, c, d]) as usize)?;
        if name.starts_with(b"eXIf") {
            return rest.get(8..end);
        }
        rest = rest.get(end.checked_add(4)?..)?;
    }
    None
}

/// Chunks: name, length, data, padded to an even length.
fn find_in_webp(mut rest: &[u8]) -> Option<&[u8]> {
    while let [_, _, _, _, a, b, c, d, ..] = *rest {
        let length = u32::from_le_bytes([a, b, c, d]) as usize;
        let end = 8_usize.checked_add(length)?;
        if rest.starts_with(b"EXIF") {
            return rest.get(8..end);
        }
        rest = rest.get(end.checked_add(length % 2)?..)?;
    }
    None
}

/// The position in the EXIF data of a file, if it has any.
pub fn gps_position(file: &[u8]) -> Option<GpsPosition> {
    let tiff = Tiff::new(find(file)?)?;
    let folder = tiff.entry(tiff.long(4)?, GPS_FOLDER)?;
    let gps = tiff.long(folder)?;
    Some(GpsPosition {
        latitude: tiff.angle(gps, LATITUDE, LATITUDE_REF, b'S')?,
        longitude: tiff.angle(gps, LONGITUDE, LONGITUDE_REF, b'W')?,
    })
}

/// Reads numbers at offsets of a TIFF file, in its own byte order; everything outside the file is `None`.
struct Tiff<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

impl<'a> Tiff<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        match bytes {
            [b'M', b'M', ..] => Some(Self { bytes, big_endian: true }),
            [b'I', b'I', ..] => Some(Self { bytes, big_endian: false }),
            _ => None,
        }
    }

    fn short(&self, at: u32) -> Option<u16> {
        let bytes = *self.bytes.get(at as usize..)?.first_chunk()?;
        Some(if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn long(&self, at: u32) -> Option<u32> {
        let bytes = *self.bytes.get(at as usize..)?.first_chunk()?;
        Some(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    /// Where the value of a tag of a folder stands.
    fn entry(&self, folder: u32, tag: u16) -> Option<u32> {
        let count = u32::from(self.short(folder)?);
        (0..count).map_while(|index| folder.checked_add(2 + 12 * index)).find_map(|entry| {
            let found = self.short(entry)? == tag;
            if found { entry.checked_add(8) } else { None }
        })
    }

    /// Three fractions: degrees, minutes, seconds; with the letter that makes them negative.
    fn angle(&self, folder: u32, tag: u16, ref_tag: u16, negative: u8) -> Option<f64> {
        let at = self.long(self.entry(folder, tag)?)?;
        let mut degrees = 0.0;
        for (offset, unit) in [(0, 1.0), (8, 60.0), (16, 3600.0)] {
            let numerator = f64::from(self.long(at.checked_add(offset)?)?);
            let denominator = f64::from(self.long(at.checked_add(offset + 4)?)?);
            degrees += numerator / denominator.max(1.0) / unit;
        }
        let letter = *self.bytes.get(self.entry(folder, ref_tag)? as usize)?;
        Some(if letter == negative { -degrees } else { degrees })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_it_wrote_and_survives_every_cut() {
        for (latitude, longitude) in [(37.5665, 126.978), (-33.8688, -70.25)] {
            let segment = write_segment(6, GpsPosition { latitude, longitude });
            let mut jpeg = vec![0xff, 0xd8, 0xff, 0xe1];
            jpeg.extend((segment.len() as u16 + 2).to_be_bytes());
            jpeg.extend(&segment);
            let found = gps_position(&jpeg).unwrap();
            assert!((found.latitude - latitude).abs() < 1e-5 && (found.longitude - longitude).abs() < 1e-5);
            for end in 0..jpeg.len() {
                assert_eq!(gps_position(&jpeg[..end]), None, "{end}");
            }
        }
    }

    #[test]
    fn finds_exif_in_png_and_webp() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x01IDATx1234\0\0\0\x04eXIfMM\0*....";
        assert_eq!(find(png), Some(b"MM\0*".as_slice()));
        let webp = b"RIFF\0\0\0\0WEBPVP8X\x01\0\0\0x\0EXIF\x04\0\0\0II*\0";
        assert_eq!(find(webp), Some(b"II*\0".as_slice()));
        assert_eq!(find(b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIDAT"), None);
        assert_eq!(find(b"GIF89a"), None);
    }
}
