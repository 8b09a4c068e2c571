//! `decode_data_uri` and `decode_data_uris`.

use crate::error::{ErrorKind, Result};
use crate::imaging::{CheckedImage, check_list, check_owned};
use crate::rules::ImageRules;

use super::payload::DataUri;

/// Decodes a data URI and checks the image in it as [`check`](crate::check) does; its media type is the declared one.
///
/// With `rules.allow_bare_base64`, text that does not start with `data:` is taken as the data alone; with
/// `rules.allow_whitespace`, line breaks and spaces within the data are left out.
///
/// Errors: `data_uri_malformed`, `data_uri_too_large` (found before decoding), `data_uri_base64_invalid` (with the
/// offset of the first bad byte of `text`), and those of [`check`](crate::check).
///
/// ```
/// use presize::{ImageRules, decode_data_uri};
///
/// let refused = decode_data_uri("data:image/jpeg;base64,/9j/4AA!", &ImageRules::default()).unwrap_err();
/// assert_eq!(refused.code(), "data_uri_base64_invalid");
/// assert_eq!(refused.to_string(), "expected base64 for the data, received a character outside its alphabet at offset 30");
/// ```
pub fn decode_data_uri(text: &str, rules: &ImageRules) -> Result<CheckedImage<'static>> {
    rules.check_cancelled()?;
    rules.validate()?;
    let uri = DataUri::parse(text, rules)?;
    rules.check_cancelled()?;
    check_owned(uri.decode()?, uri.media_type, rules)
}

/// Decodes a list of data URIs. The count and the sizes, one by one and together, are checked before any is decoded; the
/// headers of all images, and their pixels and their work together, before a pixel of any.
///
/// Errors: `data_uri_count_exceeded`, `data_uri_total_too_large`, `image_too_large` without an index for `total_pixels` and
/// `total_work_pixels`, and those of [`decode_data_uri`] with the 0-based
/// index of the first image that is refused.
pub fn decode_data_uris<T: AsRef<str>>(texts: &[T], rules: &ImageRules) -> Result<Vec<CheckedImage<'static>>> {
    rules.check_cancelled()?;
    rules.validate()?;
    let (received_count, max_count) = (texts.len() as u64, u64::from(rules.max_images));
    if received_count > max_count {
        return Err(ErrorKind::DataUriCountExceeded { received_count, max_count }.into());
    }
    let parsed = try_map(texts, |text| DataUri::parse(text.as_ref(), rules))?;
    let (received_bytes, max_bytes) = (parsed.iter().map(|uri| uri.decoded_bytes).sum(), rules.max_total_bytes);
    if received_bytes > max_bytes {
        return Err(ErrorKind::DataUriTotalTooLarge { received_bytes, max_bytes }.into());
    }
    let files = try_map(&parsed, |uri| {
        rules.check_cancelled()?;
        uri.decode()
    })?;
    let declared = |index: usize| parsed.get(index).and_then(|uri| uri.media_type);
    check_list(files, declared, rules)
}

/// Maps a list; the first error carries its index.
fn try_map<'a, T, U>(items: &'a [T], mut map: impl FnMut(&'a T) -> Result<U>) -> Result<Vec<U>> {
    items.iter().enumerate().map(|(index, item)| map(item).map_err(|error| error.at_index(index))).collect()
}
