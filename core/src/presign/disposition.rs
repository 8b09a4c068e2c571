//! `Content-Disposition` (RFC 6266) for any file name, those outside ASCII by RFC 8187.

use crate::error::{ErrorKind, Result};
use crate::options::option_enum;
use crate::presign::encode::push_attribute;
use crate::presign::key::has_control;

/// No file system has names as long as this.
const MAX_FILENAME_BYTES: usize = 1024;

option_enum! {
    /// What a browser does with a file.
    pub enum Disposition {
        /// Shows it.
        Inline = "inline",
        /// Saves it.
        Attachment = "attachment",
    }
}

/// The value of `Content-Disposition` for a file name of 1 to 1024 bytes without control characters. A name that all
/// clients read alike is written once, in quotes; any other name twice, with `_` for each unsafe character and in full:
///
/// ```
/// use presize::presign::{Disposition, content_disposition};
///
/// assert_eq!(content_disposition(Disposition::Inline, "cat.jpg")?, "inline; filename=\"cat.jpg\"");
/// assert_eq!(
///     content_disposition(Disposition::Attachment, "고양이.jpg")?,
///     "attachment; filename=\"___.jpg\"; filename*=UTF-8''%EA%B3%A0%EC%96%91%EC%9D%B4.jpg"
/// );
/// # Ok::<(), presize::Error>(())
/// ```
///
/// Error: `header_invalid`.
pub fn content_disposition(disposition: Disposition, filename: &str) -> Result<String> {
    let reason = if filename.is_empty() {
        "an empty file name"
    } else if filename.len() > MAX_FILENAME_BYTES {
        "a file name of more than 1024 bytes"
    } else if has_control(filename) {
        "a file name with a line end or another control character"
    } else {
        let mut value = format!("{disposition}; filename=\"");
        value.extend(filename.chars().map(|character| if is_plain(character) { character } else { '_' }));
        value.push('"');
        // A signed header has two spaces in a row collapsed into one.
        if !filename.chars().all(is_plain) || filename.contains("  ") {
            value.push_str("; filename*=UTF-8''");
            push_attribute(&mut value, filename);
        }
        return Ok(value);
    };
    Err(ErrorKind::HeaderInvalid { name: "content-disposition".to_owned(), reason }.into())
}

/// Whether all clients read a character in quotes alike: some decode `%41`, and some do not know `\"`.
fn is_plain(character: char) -> bool {
    (character.is_ascii_graphic() || character == ' ') && !matches!(character, '"' | '\\' | '%')
}
