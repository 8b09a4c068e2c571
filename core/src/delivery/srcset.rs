//! `srcset`: the attributes of an `<img>` whose browser chooses the width (HTML, section 4.8.4).
//!
//! ```text
//! an original of 1000 x 750, widths 320, 640, 1280, 1920
//!
//!     srcset="/photos/cat.jpg?w=320 320w, /photos/cat.jpg?w=640 640w, /photos/cat.jpg?w=1280 1000w"
//! ```
//!
//! No variant is larger than its original, so that 1280 gives all 1000 pixels there are, and 1920 the same again: the first
//! says so, and the second is left out.

use std::fmt::Write as _;

use crate::error::{Error, Result};
use crate::options::{options, quote};
use crate::presign::encode::push_path;
use crate::presign::key::has_control;

use super::key::original;
use super::variants::Variants;

/// The most bytes of a text that goes into an attribute as it is.
const MAX_TEXT_BYTES: usize = 1024;

options! {
    /// How an image is put on a page.
    pub struct SrcsetOptions {
        /// What stands before the key: an origin, a path, or both, without a query and without a slash at its end. Default:
        /// empty, so that URLs start with the slash before the key.
        base_url: String = String::new();
        /// The widest that the image is shown, in CSS pixels: wider screens show it as wide as that, and the
        /// candidates end at twice as many pixels. Default: unset, for an image as wide as the screen.
        max_width: Option<u32> = None, in 1..=16_384;
        /// The `sizes` attribute, where the layout is another. Default: `100vw`, or with `max_width` of 600
        /// `(min-width: 600px) 600px, 100vw`.
        sizes: Option<String> = None;
    }
}

/// The attributes of an `<img>`, not escaped for HTML: no character in them needs it in double quotes but `&`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Srcset {
    /// The URL for browsers that do not know `srcset`: the widest candidate.
    pub src: String,
    /// The candidates, each a URL with its width, from narrow to wide.
    pub srcset: String,
    /// How wide the image is shown.
    pub sizes: String,
    /// The width attribute, in pixels: with `height` it keeps the place for the image.
    pub width: u32,
    /// The height attribute.
    pub height: u32,
}

impl Variants {
    /// The attributes of an `<img>` that shows the image under a key, of which the size is known: the widths that the policy
    /// allows, none of them above the original's.
    ///
    /// Errors: `variant_malformed` for the key, `variant_not_allowed`, `option_invalid`, also for a policy without widths.
    pub fn srcset(&self, key: &str, width: u32, height: u32, options: &SrcsetOptions) -> Result<Srcset> {
        options.validate()?;
        let key = original(key)?;
        self.check_key(key)?;
        for (name, side) in [("width", width), ("height", height)] {
            if side == 0 {
                return Err(Error::option_invalid(name, "the side of the original, in pixels", "0"));
            }
        }
        check_text("base_url", &options.base_url, "?#,")?;
        let sizes = match (&options.sizes, options.max_width) {
            (Some(sizes), _) => {
                check_text("sizes", sizes, "")?;
                sizes.clone()
            }
            (None, Some(max_width)) => format!("(min-width: {max_width}px) {max_width}px, 100vw"),
            (None, None) => "100vw".to_owned(),
        };
        let mut url = options.base_url.trim_end_matches('/').to_owned();
        url.push('/');
        push_path(&mut url, key);
        let most = options.max_width.map_or(u32::MAX, |max_width| max_width.saturating_mul(2));
        let candidates = candidates(&self.widths, width, most);
        let Some((widest, _)) = candidates.last() else {
            return Err(Error::option_invalid("widths", "widths in the policy", "none"));
        };
        let src = format!("{url}?w={widest}");
        let mut srcset = String::new();
        for (asked, shown) in &candidates {
            let comma = if srcset.is_empty() { "" } else { ", " };
            let _ = write!(srcset, "{comma}{url}?w={asked} {shown}w");
        }
        let shown = options.max_width.map_or(width, |max_width| width.min(max_width));
        Ok(Srcset { src, srcset, sizes, width: shown, height: scaled(height, shown, width) })
    }
}

/// The widths to ask for, each with the width that comes of it: up to the first that gives all that there is, or that is wide
/// enough.
fn candidates(widths: &[u32], original: u32, most: u32) -> Vec<(u32, u32)> {
    let enough = original.min(most);
    let until = widths.iter().position(|width| *width >= enough).map_or(widths.len(), |at| at + 1);
    widths.iter().take(until).map(|width| (*width, (*width).min(original))).collect()
}

/// `side * to / from`, rounded, at least 1.
fn scaled(side: u32, to: u32, from: u32) -> u32 {
    let (side, to, from) = (u64::from(side), u64::from(to), u64::from(from).max(1));
    u32::try_from(((2 * side * to + from) / (2 * from)).max(1)).unwrap_or(u32::MAX)
}

/// Checks a text that becomes part of an attribute: nothing in it ends the attribute, the tag or the candidate.
fn check_text(name: &str, text: &str, refused: &str) -> Result<()> {
    let is_refused = |character: char| "\"'<>`\\".contains(character) || refused.contains(character);
    let has_space = !refused.is_empty() && text.contains(char::is_whitespace);
    if text.len() <= MAX_TEXT_BYTES && !has_space && !has_control(text) && !text.contains(is_refused) {
        return Ok(());
    }
    Err(Error::option_invalid(name, "a text that can stand in an attribute of HTML", &quote(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::VariantPolicy;

    #[test]
    fn no_candidate_is_above_the_original() {
        for (widths, original, most, expected) in [
            (&[320, 640, 1280, 1920][..], 1000, u32::MAX, &[(320, 320), (640, 640), (1280, 1000)][..]),
            (&[320, 640, 1280], 640, u32::MAX, &[(320, 320), (640, 640)]),
            (&[320, 640], 4000, u32::MAX, &[(320, 320), (640, 640)]),
            (&[320, 640], 100, u32::MAX, &[(320, 100)]),
            (&[320, 640, 1280, 1920], 4000, 1200, &[(320, 320), (640, 640), (1280, 1280)]),
            (&[], 100, u32::MAX, &[]),
        ] {
            assert_eq!(candidates(widths, original, most), expected);
        }
        assert_eq!((scaled(750, 500, 1000), scaled(1, 1, 9999), scaled(3, 1, 2)), (375, 1, 2));
    }

    #[test]
    fn nothing_ends_the_attribute_or_the_candidate() {
        let variants = Variants::new(VariantPolicy::default().widths(&[320, 64])).unwrap();
        let options = SrcsetOptions::default().base_url("https://img.example.com/").max_width(100);
        let made = variants.srcset("a, b\"c.jpg", 400, 300, &options).unwrap();
        let url = "https://img.example.com/a%2C%20b%22c.jpg";
        assert_eq!(made.srcset, format!("{url}?w=64 64w, {url}?w=320 320w"));
        assert_eq!((made.src, made.sizes.as_str()), (format!("{url}?w=320"), "(min-width: 100px) 100px, 100vw"));
        assert_eq!((made.width, made.height), (100, 75));
        for options in [
            SrcsetOptions::default().base_url("https://a/?x"),
            SrcsetOptions::default().base_url("/a b"),
            SrcsetOptions::default().base_url("\"onerror=1"),
            SrcsetOptions::default().sizes("\">"),
        ] {
            assert_eq!(variants.srcset("a", 1, 1, &options).unwrap_err().code(), "option_invalid");
        }
        assert!(variants.srcset("a", 0, 1, &SrcsetOptions::default()).is_err());
    }
}
