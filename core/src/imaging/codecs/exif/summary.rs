//! `ExifSummary`: what apps keep of an EXIF block in their database after the block is stripped.

use std::ops::RangeInclusive;

use super::tiff::{Entry, IFD, LONG, Tiff};

/// Tags of the 0th IFD (CIPA DC-008, sections 4.6.3 and 4.6.4).
const MAKE: u16 = 0x010f;
const MODEL: u16 = 0x0110;
const SOFTWARE: u16 = 0x0131;
const ARTIST: u16 = 0x013b;
const COPYRIGHT: u16 = 0x8298;
const EXIF_IFD: u16 = 0x8769;
const GPS_IFD: u16 = 0x8825;
/// Tags of the Exif IFD (section 4.6.5): `DateTimeOriginal` and `DateTimeDigitized`, each with its offset from UTC.
const TAKEN: [(u16, u16); 2] = [(0x9003, 0x9011), (0x9004, 0x9012)];
/// Tags of the GPS IFD (section 4.6.6): latitude and longitude, and those of the destination.
const POSITION: [u16; 4] = [0x02, 0x04, 0x14, 0x16];

/// The longest text of a summary, in bytes.
const MAX_TEXT_BYTES: usize = 255;
/// The bytes of a text that are read.
const MAX_READ_BYTES: usize = 1024;

/// What an EXIF block says of the camera, the time and the author, for apps that want to keep it in their database.
///
/// All of it is what the file claims. A text is UTF-8 of at most 255 bytes on one line: bytes that are not UTF-8 and control
/// characters are left out, and an empty text is `None`. No value of the GPS position is here, only whether there is one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExifSummary {
    /// The manufacturer of the camera.
    pub make: Option<String>,
    /// The model of the camera.
    pub model: Option<String>,
    /// The program that wrote the file, or the firmware of the camera.
    pub software: Option<String>,
    /// When the picture was taken, or else digitised: `2026-11-30T16:03:55`, the camera's local time, with the offset from
    /// UTC where the file states it, as RFC 3339 has it: `2026-11-30T16:03:55+01:00`. `None` for a day or a time that
    /// does not exist.
    pub taken_at: Option<String>,
    /// The person who took the picture.
    pub artist: Option<String>,
    /// The copyright notice: the photographer's, or else the editor's.
    pub copyright: Option<String>,
    /// Whether there is a latitude or a longitude.
    pub has_gps: bool,
}

/// The summary of a block. `None` if the block is damaged or has none of these tags.
pub(in crate::imaging) fn summary(block: &[u8]) -> Option<ExifSummary> {
    let tiff = Tiff::parse(block)?;
    let first = Ifd { tiff: &tiff, at: tiff.first_ifd()? };
    let summary = ExifSummary {
        make: first.text(MAKE),
        model: first.text(MODEL),
        software: first.text(SOFTWARE),
        taken_at: first.ifd(EXIF_IFD).and_then(|exif| taken_at(&exif)),
        artist: first.text(ARTIST),
        copyright: first.copyright(),
        has_gps: first.ifd(GPS_IFD).is_some_and(|gps| POSITION.iter().any(|tag| gps.entry(*tag).is_some())),
    };
    (summary != ExifSummary::default()).then_some(summary)
}

/// An IFD. Of several entries with the same tag the first one counts.
struct Ifd<'a> {
    tiff: &'a Tiff<'a>,
    at: usize,
}

impl<'a> Ifd<'a> {
    fn entry(&self, tag: u16) -> Option<Entry> {
        self.tiff.entries(self.at)?.find(|entry| entry.tag == tag)
    }

    /// The IFD that an entry points to.
    fn ifd(&self, tag: u16) -> Option<Self> {
        let entry = self.entry(tag).filter(|entry| matches!(entry.field_type, LONG | IFD))?;
        Some(Self { tiff: self.tiff, at: self.tiff.long(entry.value_at)? as usize })
    }

    fn text_bytes(&self, tag: u16) -> Option<&'a [u8]> {
        let bytes = self.tiff.text_bytes(&self.entry(tag)?)?;
        Some(bytes.get(..MAX_READ_BYTES).unwrap_or(bytes))
    }

    /// A text up to the NUL that ends it.
    fn text(&self, tag: u16) -> Option<String> {
        self.text_bytes(tag)?.split(|byte| *byte == 0).next().and_then(clean)
    }

    /// The copyright notice of the photographer, or else of the editor. Each ends with a NUL; if only the editor has one, that of
    /// the photographer is a blank.
    fn copyright(&self) -> Option<String> {
        self.text_bytes(COPYRIGHT)?.split(|byte| *byte == 0).take(2).find_map(clean)
    }
}

/// Brings a text onto one line: runs of blanks and control characters become one space, bytes that are not UTF-8 are dropped.
fn clean(bytes: &[u8]) -> Option<String> {
    let mut text = String::new();
    let characters = bytes.utf8_chunks().flat_map(|chunk| chunk.valid().chars());
    let mut is_after_blank = false;
    for character in characters {
        if character.is_whitespace() || character.is_control() {
            is_after_blank = !text.is_empty();
            continue;
        }
        let blank = usize::from(is_after_blank);
        if text.len() + blank + character.len_utf8() > MAX_TEXT_BYTES {
            break;
        }
        if is_after_blank {
            text.push(' ');
        }
        is_after_blank = false;
        text.push(character);
    }
    (!text.is_empty()).then_some(text)
}

fn taken_at(exif: &Ifd<'_>) -> Option<String> {
    TAKEN.iter().find_map(|(time, offset)| {
        let mut text = date_time(exif.text_bytes(*time)?)?;
        text.push_str(&exif.text_bytes(*offset).and_then(utc_offset).unwrap_or_default());
        Some(text)
    })
}

/// Converts `2026:11:30 16:03:55` to the form of RFC 3339. `None` for a day or a time that does not exist. Some writers put `-`
/// into the date.
fn date_time(text: &[u8]) -> Option<String> {
    let [y0, y1, y2, y3, b':' | b'-', m0, m1, b':' | b'-', d0, d1, b' ' | b'T', time @ ..] = text else {
        return None;
    };
    let [h0, h1, b':', n0, n1, b':', s0, s1, ..] = time else { return None };
    let year = number(&[*y0, *y1, *y2, *y3], 1..=9999)?;
    let month = number(&[*m0, *m1], 1..=12)?;
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let day = number(&[*d0, *d1], 1..=days)?;
    let (hour, minute) = (number(&[*h0, *h1], 0..=23)?, number(&[*n0, *n1], 0..=59)?);
    let second = number(&[*s0, *s1], 0..=59)?;
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"))
}

/// The offset from UTC, such as `+01:00`, if it is valid.
fn utc_offset(text: &[u8]) -> Option<String> {
    let [sign @ (b'+' | b'-'), h0, h1, b':', m0, m1, ..] = text else {
        return text.starts_with(b"Z").then(|| "+00:00".to_owned());
    };
    let (hours, minutes) = (number(&[*h0, *h1], 0..=23)?, number(&[*m0, *m1], 0..=59)?);
    Some(format!("{}{hours:02}:{minutes:02}", char::from(*sign)))
}

fn number(digits: &[u8], range: RangeInclusive<u32>) -> Option<u32> {
    let value = digits
        .iter()
        .try_fold(0, |value, digit| digit.is_ascii_digit().then(|| 10 * value + u32::from(digit - b'0')))?;
    range.contains(&value).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entries as `(tag, type, count, value)`, the values that are longer than four bytes placed after their directory.
    type Entries<'a> = &'a [(u16, u16, &'a [u8])];

    const TEXT: u16 = 2;
    const RATIONAL: u16 = 5;

    /// A block in one of the byte orders with IFD0, an Exif directory and a GPS directory.
    fn block(is_little: bool, first: Entries<'_>, exif: Entries<'_>, gps: Entries<'_>) -> Vec<u8> {
        let short = |value: usize| {
            let value = value as u16;
            if is_little { value.to_le_bytes() } else { value.to_be_bytes() }
        };
        let long = |value: usize| {
            let value = value as u32;
            if is_little { value.to_le_bytes() } else { value.to_be_bytes() }
        };
        let directory = |at: usize, entries: Entries<'_>, pointers: &[(u16, usize)]| {
            let count = entries.len() + pointers.len();
            let mut values: Vec<u8> = Vec::new();
            let mut bytes = short(count).to_vec();
            let values_at = at + 2 + 12 * count + 4;
            for (tag, kind, value) in entries {
                let count = value.len() / if *kind == RATIONAL { 8 } else { 1 };
                bytes.extend([&short((*tag).into())[..], &short((*kind).into()), &long(count)].concat());
                if value.len() <= 4 {
                    bytes.extend(value.iter().chain([0; 4].iter()).take(4));
                } else {
                    bytes.extend(long(values_at + values.len()));
                    values.extend(*value);
                }
            }
            for (tag, to) in pointers {
                bytes.extend([&short((*tag).into())[..], &short(4), &long(1), &long(*to)].concat());
            }
            bytes.extend(long(0));
            bytes.extend(values);
            bytes
        };
        let length = directory(8, first, &[(EXIF_IFD, 0), (GPS_IFD, 0)]).len();
        let exif_bytes = directory(8 + length, exif, &[]);
        let gps_at = 8 + length + exif_bytes.len();
        let head = if is_little { b"II\x2a\0" } else { b"MM\0\x2a" };
        let pointers = [(EXIF_IFD, 8 + length), (GPS_IFD, gps_at)];
        [&head[..], &long(8), &directory(8, first, &pointers), &exif_bytes, &directory(gps_at, gps, &[])].concat()
    }

    fn text(value: &str) -> Option<String> {
        (!value.is_empty()).then(|| value.to_owned())
    }

    #[test]
    fn everything_in_both_byte_orders() {
        for is_little in [true, false] {
            let block = block(
                is_little,
                &[
                    (MAKE, TEXT, b"ACME\0"),
                    (MODEL, TEXT, b" Model  7 \0"),
                    (SOFTWARE, TEXT, b"1.0\0"),
                    (ARTIST, 129, "Zo\u{eb} \u{5199}\0".as_bytes()),
                    (COPYRIGHT, TEXT, b" \0The editor\0"),
                ],
                &[(0x9003, TEXT, b"2024:02:29 23:59:58\0"), (0x9011, TEXT, b"-03:30\0")],
                &[(0x02, RATIONAL, &[0; 24]), (0x04, RATIONAL, &[0; 24])],
            );
            let expected = ExifSummary {
                make: text("ACME"),
                model: text("Model 7"),
                software: text("1.0"),
                taken_at: text("2024-02-29T23:59:58-03:30"),
                artist: text("Zo\u{eb} \u{5199}"),
                copyright: text("The editor"),
                has_gps: true,
            };
            assert_eq!(summary(&block), Some(expected.clone()));
            assert_eq!(summary(&[b"Exif\0\0", &block[..]].concat()), Some(expected.clone()));
            // Cut anywhere it says less, and nothing else.
            for end in 0..block.len() {
                let Some(cut) = summary(&block[..end]) else { continue };
                let starts = |cut: &Option<String>, whole: &Option<String>| {
                    cut.as_ref().is_none_or(|cut| whole.as_ref().is_some_and(|whole| whole.starts_with(cut.as_str())))
                };
                assert!(starts(&cut.make, &expected.make) && starts(&cut.model, &expected.model), "{end}");
                assert!(starts(&cut.taken_at, &expected.taken_at), "{end}: {cut:?}");
            }
        }
    }

    #[test]
    fn a_directory_is_found_by_either_type_of_pointer() {
        let mut block = block(true, &[], &[], &[(0x02, RATIONAL, &[0; 24])]);
        for at in 0..block.len() - 4 {
            if [EXIF_IFD, GPS_IFD]
                .iter()
                .any(|tag| block[at..].starts_with(&[&tag.to_le_bytes()[..], &[4, 0]].concat()))
            {
                block[at + 2] = 13;
            }
        }
        assert!(summary(&block).is_some_and(|summary| summary.has_gps));
    }

    #[test]
    fn nothing_to_say_is_none() {
        assert_eq!(summary(&block(true, &[(0x0112, 3, &[6, 0])], &[], &[])), None);
        assert_eq!(summary(&block(false, &[(MAKE, TEXT, b"  \0"), (MODEL, 7, b"undefined")], &[], &[])), None);
        assert_eq!(summary(b""), None);
        let only_version = block(true, &[], &[], &[(0, 1, &[2, 3, 0, 0])]);
        assert_eq!(summary(&only_version), None, "a version of the GPS directory is no position");
    }

    #[test]
    fn texts_are_text_and_short() {
        let make = |value: &[u8]| summary(&block(true, &[(MAKE, TEXT, value)], &[], &[])).and_then(|found| found.make);
        assert_eq!(make(b"a\r\n\tb\x1b[31mc\0hidden"), text("a b [31mc"));
        assert_eq!(make(b"\xa9 2026 Someone\0"), text("2026 Someone"), "Latin-1 is not UTF-8");
        assert_eq!(make(b"\xff\xfe\0\0\0\0"), None);
        let long = "\u{e9}".repeat(400);
        assert_eq!(make(long.as_bytes()), Some("\u{e9}".repeat(127)), "254 bytes, no half character");
        assert_eq!(make(" ".repeat(60_000).as_bytes()), None);
    }

    #[test]
    fn times_that_do_not_exist_are_left_out() {
        let taken = |time: &str, offset: &str| {
            let exif = [(0x9003, TEXT, time.as_bytes()), (0x9011, TEXT, offset.as_bytes())];
            summary(&block(false, &[], &exif, &[])).and_then(|found| found.taken_at)
        };
        assert_eq!(taken("2026:11:30 16:03:55\0", "       "), text("2026-11-30T16:03:55"));
        assert_eq!(taken("2026:11:30 16:03:55", "+14:00\0"), text("2026-11-30T16:03:55+14:00"));
        assert_eq!(taken("2026-11-30T16:03:55", "Z     "), text("2026-11-30T16:03:55+00:00"));
        assert_eq!(taken("2000:02:29 00:00:00\0", "+25:00\0"), text("2000-02-29T00:00:00"));
        for time in [
            "0000:00:00 00:00:00\0",
            "    :  :     :  :  \0",
            "1900:02:29 00:00:00\0",
            "2026:13:01 00:00:00\0",
            "2026:04:31 00:00:00\0",
            "2026:04:30 24:00:00\0",
            "2026:04:30 23:60:00\0",
            "2026:04:30 23:59:60\0",
            "2026:04:30 23:59:5\0",
            "2026:04:30",
        ] {
            assert_eq!(taken(time, "+01:00\0"), None, "{time}");
        }
    }

    #[test]
    fn the_time_of_digitising_stands_in_with_its_own_offset() {
        let exif: Entries<'_> = &[
            (0x9003, TEXT, b"0000:00:00 00:00:00\0"),
            (0x9004, TEXT, b"2026:11:30 16:03:55\0"),
            (0x9011, TEXT, b"+01:00\0"),
            (0x9012, TEXT, b"+02:00\0"),
        ];
        let found = summary(&block(true, &[], exif, &[])).unwrap();
        assert_eq!(found.taken_at, text("2026-11-30T16:03:55+02:00"));
    }

    #[test]
    fn damage_never_stops_it() {
        let whole = block(true, &[(MAKE, TEXT, b"ACME\0")], &[(0x9003, TEXT, b"2026:11:30 16:03:55\0")], &[]);
        for at in 0..whole.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut damaged = whole.clone();
                damaged[at] = value;
                let _ = summary(&damaged);
            }
        }
    }
}
