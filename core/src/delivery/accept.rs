//! The `Accept` header (RFC 9110, section 12.5.1), as far as it decides on WebP and AVIF.
//!
//! ```text
//! Chrome   image/avif,image/webp,image/apng,image/*,*/*;q=0.8              WebP is named
//! old      image/png,image/*;q=0.8,*/*;q=0.5                               WebP is not: a wildcard promises nothing
//! odd      image/webp;q=0, image/*                                         the more specific range refuses it
//! ```
//!
//! Every browser sends `image/*`, those without WebP too, so that only a format's own name grants it. The weights are not
//! compared: by Firefox's, photos would be sent as PNG.

/// No browser's header comes near it. What is longer is not read, and grants nothing.
const MAX_BYTES: usize = 4096;

/// Whether the header names this media type with a weight above zero. Elements that are not well-formed are passed over.
pub(super) fn grants(accept: &str, media_type: &str) -> bool {
    accept.len() <= MAX_BYTES
        && accept.split(',').filter_map(range).any(|(name, weight)| weight && name.eq_ignore_ascii_case(media_type))
}

/// The name of a media range, and whether its weight is above zero.
fn range(element: &str) -> Option<(&str, bool)> {
    let mut parts = element.split(';').map(|part| part.trim_matches([' ', '\t']));
    let name = parts.next()?;
    let mut weight = true;
    for parameter in parts.filter(|parameter| !parameter.is_empty()) {
        let (attribute, value) = parameter.split_once('=')?;
        if attribute.eq_ignore_ascii_case("q") {
            weight = is_above_zero(value)?;
        }
    }
    Some((name, weight))
}

/// `qvalue`: 0 to 1 with at most three decimals. `None` for anything else.
fn is_above_zero(weight: &str) -> Option<bool> {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let is_zero = decimals.bytes().all(|byte| byte == b'0');
    match whole {
        "0" => Some(!is_zero),
        "1" if is_zero => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_name_itself_grants() {
        for (accept, granted) in [
            ("image/avif,image/webp,image/apng,image/*,*/*;q=0.8", true),
            ("image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", true),
            ("image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5", true),
            ("IMAGE/WebP ; Q=0.001", true),
            ("image/webp;level=1;q=1.000", true),
            ("image/webp;", true),
            ("image/*,*/*", false),
            ("*/*", false),
            ("", false),
            ("image/webp;q=0, image/*", false),
            ("image/webp;q=0.000", false),
            ("image/webp;q=0.0001", false),
            ("image/webp;q=1.5", false),
            ("image/webp;q=", false),
            ("image/webp;q=-1", false),
            ("image/webp;q", false),
            ("image/webpx, ximage/webp, image/web p", false),
            (",,;,;q=1,image/webp", true),
        ] {
            assert_eq!(grants(accept, "image/webp"), granted, "{accept}");
        }
        assert!(!grants(&format!("{}image/webp", ",".repeat(MAX_BYTES)), "image/webp"));
    }
}
