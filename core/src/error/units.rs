//! Numbers and formats as people know them: "10 MB", "12.5", "WebP".
//!
//! ```text
//! at most 10485760 bytes                 -> 10 MB       10 * 2^20
//! at most 5000000 bytes                  -> 5 MB        5 * 10^6
//! at most 10502144 bytes                 -> 10 MB       10.0156 * 2^20, rounded down
//! 150000000 pixels, at most 64000000     -> 150 and 64
//! 64000001 pixels, at most 64000000      -> 64.000001 and 64: as many digits as it takes to tell them apart
//! ```

/// The units of file sizes, largest first: the binary one, the decimal one, and the name that people use for both.
const UNITS: [(u128, u128, &str); 3] =
    [(1 << 30, 1_000_000_000, "GB"), (1 << 20, 1_000_000, "MB"), (1 << 10, 1_000, "KB")];

/// Which way a file size is rounded that is no whole number of tenths of a unit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rounding {
    /// For an upper limit: what is shown is accepted.
    Down,
    /// For a lower limit.
    Up,
}

/// A number of bytes for people. A limit that is round in either kind of unit is shown as it was meant; any other one is
/// shown in binary units, which are those of most file managers.
pub(super) fn file_size(bytes: u64, rounding: Rounding) -> String {
    let tenths = u128::from(bytes) * 10;
    let smallest = (1 << 10, 1_000, "KB");
    let unit = UNITS.into_iter().find(|(binary, decimal, _)| {
        tenths >= binary * 10 || (tenths >= decimal * 10 && tenths.is_multiple_of(*decimal))
    });
    let (binary, decimal, name) = unit.unwrap_or(smallest);
    let divisor = if tenths.is_multiple_of(binary) || !tenths.is_multiple_of(decimal) { binary } else { decimal };
    let shown = match rounding {
        Rounding::Down => tenths / divisor,
        Rounding::Up => tenths.div_ceil(divisor),
    };
    format!("{} {name}", decimal_text(shown, 1))
}

/// Two numbers of pixels in megapixels, the greater one first, with as many digits as it takes to tell them apart.
pub(super) fn megapixels(greater: u64, smaller: u64) -> (String, String) {
    let rounded = |pixels: u64, digits: u32| {
        let unit = 10_u128.pow(6 - digits);
        (u128::from(pixels) + unit / 2) / unit
    };
    let digits = (1..6).find(|digits| rounded(greater, *digits) > rounded(smaller, *digits)).unwrap_or(6);
    let shown = |pixels| {
        let text = decimal_text(rounded(pixels, digits), digits);
        // "1.0 megapixels" is right where "1 megapixels" is not.
        if text == "1" { "1.0".to_owned() } else { text }
    };
    (shown(greater), shown(smaller))
}

/// A number of tenths, hundredths, ..., without zeros at its end.
fn decimal_text(number: u128, digits: u32) -> String {
    let unit = 10_u128.pow(digits);
    let fraction = format!("{:0width$}", number % unit, width = digits as usize);
    let text = format!("{}.{fraction}", number / unit);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The name that people know of a format or a media type; `None` for one that they would not.
pub(super) fn format_name(text: &str) -> Option<&'static str> {
    // The reason why a format cannot be decoded stands after its name, "jpeg with 12 bits", as parameters do after a type.
    let word = text.split([' ', ';']).next().unwrap_or_default().to_ascii_lowercase();
    let word = word.strip_prefix("image/").unwrap_or(&word);
    Some(match word {
        "jpeg" | "jpg" | "pjpeg" => "JPEG",
        "png" | "x-png" => "PNG",
        "webp" => "WebP",
        "gif" => "GIF",
        "heic" => "HEIC",
        "heif" => "HEIF",
        "avif" => "AVIF",
        "svg" | "svg+xml" => "SVG",
        "tiff" => "TIFF",
        "bmp" => "BMP",
        "ico" => "ICO",
        "jxl" => "JPEG XL",
        "jp2" => "JPEG 2000",
        "pdf" | "application/pdf" => "PDF",
        "zip" | "application/zip" => "ZIP",
        "mp4" | "video/mp4" => "MP4",
        _ => return None,
    })
}

/// The names of a list of formats or media types, as far as people know them.
pub(super) fn format_names(texts: &[String]) -> String {
    let mut names: Vec<_> = texts.iter().filter_map(|text| format_name(text)).collect();
    names.dedup();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_sizes() {
        for (bytes, down, up) in [
            (10_485_760, "10 MB", "10 MB"),
            (10_000_000, "10 MB", "10 MB"),
            (5_500_000, "5.5 MB", "5.5 MB"),
            (1_572_864, "1.5 MB", "1.5 MB"),
            (10_502_144, "10 MB", "10.1 MB"),
            (1_048_575, "1023.9 KB", "1024 KB"),
            (1_000_000, "1 MB", "1 MB"),
            (512_000, "500 KB", "500 KB"),
            (16_384, "16 KB", "16 KB"),
            (1_000, "1 KB", "1 KB"),
            (1, "0 KB", "0.1 KB"),
            (1 << 30, "1 GB", "1 GB"),
            (1_048_576_000, "1000 MB", "1000 MB"),
            (5_000_000_000, "5 GB", "5 GB"),
        ] {
            assert_eq!(file_size(bytes, Rounding::Down), down, "{bytes}");
            assert_eq!(file_size(bytes, Rounding::Up), up, "{bytes}");
        }
        assert!(file_size(u64::MAX, Rounding::Up).ends_with(" GB"));
    }

    #[test]
    fn megapixels_differ_wherever_pixels_do() {
        for (greater, smaller, expected) in [
            (150_000_000, 64_000_000, ("150", "64")),
            (12_780_000, 12_500_000, ("12.8", "12.5")),
            (64_030_000, 64_000_000, ("64.03", "64")),
            (64_000_001, 64_000_000, ("64.000001", "64")),
            (2_000_000, 1_000_000, ("2", "1.0")),
            (1_000_000, 500_000, ("1.0", "0.5")),
            (u64::MAX, 64_000_000, ("18446744073709.6", "64")),
        ] {
            let (greater, smaller) = megapixels(greater, smaller);
            assert_eq!((greater.as_str(), smaller.as_str()), expected);
        }
    }

    #[test]
    fn formats() {
        for (text, name) in [
            ("webp", Some("WebP")),
            ("image/jpg", Some("JPEG")),
            ("image/png; a=b", Some("PNG")),
            ("jpeg with arithmetic coding", Some("JPEG")),
            ("jxl", Some("JPEG XL")),
            ("text/html", None),
            ("", None),
        ] {
            assert_eq!(format_name(text), name, "{text}");
        }
        assert_eq!(format_names(&["image/jpeg".to_owned(), "jpeg".to_owned(), "png".to_owned()]), "JPEG, PNG");
    }
}
