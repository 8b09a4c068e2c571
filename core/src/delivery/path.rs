//! The path of a variant: `300x200/photos/cat.jpg`, `300x/photos/cat.jpg`, `x200/photos/cat.jpg`.

use crate::error::Result;
use crate::options::quote;

use super::asked::Asked;
use super::key::check_original;
use super::query::side;
use super::refusal::malformed;

const EXPECTED: &str = "a size and a key, like 300x300/photo.jpg";

/// Parses a path that is decoded already: the box, and the key of the original.
///
/// Error: `variant_malformed`.
pub(super) fn parse_path(path: &str) -> Result<(Asked, &str)> {
    let path = path.strip_prefix('/').unwrap_or(path);
    if path.is_empty() {
        return Err(malformed("key", EXPECTED, "none"));
    }
    let refused = || malformed("key", EXPECTED, quote(path));
    let (size, key) = path.split_once('/').ok_or_else(refused)?;
    let (width, height) = parse_size(size).ok_or_else(refused)?;
    let key = check_original(key)?;
    // A variant of a variant: what was stored is asked for as an original, again and again.
    if key.split('/').next().and_then(parse_size).is_some() {
        return Err(malformed("key", EXPECTED, "a size before another size"));
    }
    Ok((Asked { width, height, ..Asked::default() }, key))
}

/// `300x200`, `300x` or `x200`.
pub(super) fn parse_size(text: &str) -> Option<(Option<u32>, Option<u32>)> {
    let (width, height) = text.split_once('x')?;
    let optional = |text: &str| if text.is_empty() { Some(None) } else { side(text).map(Some) };
    let size = (optional(width)?, optional(height)?);
    (size != (None, None)).then_some(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_and_a_key() {
        let parsed = |path| parse_path(path).map(|(asked, key)| (asked.width, asked.height, key.to_owned()));
        assert_eq!(parsed("300x300/blue_marble.jpg").unwrap(), (Some(300), Some(300), "blue_marble.jpg".to_owned()));
        assert_eq!(parsed("/80x/a/b.jpg").unwrap(), (Some(80), None, "a/b.jpg".to_owned()));
        assert_eq!(parsed("x80/a").unwrap(), (None, Some(80), "a".to_owned()));
        for path in [
            "",
            "/",
            "300x300",
            "300x300/",
            "x/a",
            "300X300/a",
            "300x300x3/a",
            "0x1/a",
            "01x1/a",
            "1x1/../a",
            "1x1//a",
            "1x1/2x2/a",
            "1x1/2x2",
            "a/b.jpg",
            "300x300/a\n",
            "100000x1/a",
        ] {
            assert_eq!(parsed(path).unwrap_err().code(), "variant_malformed", "{path}");
        }
    }
}
