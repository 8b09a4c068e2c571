//! Messages of errors with names as JavaScript spells them: `maxBytes` for the core's `max_bytes`.
//!
//! ```text
//! expected at most max_bytes, which is 5, for min_bytes, received 6
//! expected at most maxBytes, which is 5, for minBytes, received 6
//! ```
//!
//! Only presize's own words are respelled. What the caller gave is repeated as it is: the name of an unknown option, quoted text,
//! and every field of an error that can hold the caller's text. So are placeholders of templates, such as `{unix_ms}`.

use presize::Originals;
use presize::error::{Error, ErrorKind};

/// The mark of a name that is no option's, as `lib/packed.js` writes it.
pub(crate) const NO_OPTION: char = '!';

/// The message of an error.
pub(crate) fn message(error: &Error) -> String {
    match error.kind() {
        ErrorKind::OptionInvalid { name, expected, received } => {
            // A single word may be the name of the caller's own class.
            let is_sentence = received.contains(' ');
            let kind = ErrorKind::OptionInvalid {
                name: option_name(name),
                expected: respell(expected),
                received: if is_sentence { respell(received) } else { received.clone() },
            };
            let respelled = Error::from(kind);
            match error.index() {
                Some(index) => respelled.at_index(index).to_string(),
                None => respelled.to_string(),
            }
        }
        ErrorKind::UploadFormatNotAllowed { .. } => {
            let message = error.to_string();
            let end = message.find(", received ").unwrap_or(message.len());
            let (own, given) = message.split_at(end);
            respell(own) + given
        }
        // All texts of these are the core's own.
        ErrorKind::ImageTooSmall { .. }
        | ErrorKind::ImageTooLarge { .. }
        | ErrorKind::EncodingUnsupported { .. }
        | ErrorKind::UploadTooLarge { .. }
        | ErrorKind::UploadTooSmall { .. }
        | ErrorKind::ExpiryOutOfRange { .. }
        | ErrorKind::BucketInvalid { .. }
        | ErrorKind::CredentialsInvalid { .. }
        | ErrorKind::CloudFrontKeyInvalid { .. }
        | ErrorKind::CloudFrontPolicyInvalid { .. } => respell(&error.to_string()),
        _ => error.to_string(),
    }
}

/// The name of an option as the caller spelled it, also of one that is unknown.
fn option_name(name: &str) -> String {
    if let Some(given) = name.strip_prefix(NO_OPTION) {
        return given.to_owned();
    }
    let mut spelled = String::with_capacity(name.len());
    let mut characters = name.chars().peekable();
    while let Some(character) = characters.next() {
        match characters.next_if(|next| character == '_' && next.is_ascii_lowercase()) {
            Some(letter) => spelled.push(letter.to_ascii_uppercase()),
            None => spelled.push(character),
        }
    }
    spelled
}

/// Respells each name of a text that is neither in quotes nor in braces.
fn respell(text: &str) -> String {
    let mut respelled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (end, is_word) = match first {
            '"' => (end_of_quoted(rest), false),
            '{' => (rest.find('}').map_or(rest.len(), |end| end + 1), false),
            _ if is_of_word(first) => (rest.find(|c| !is_of_word(c)).unwrap_or(rest.len()), true),
            _ => (first.len_utf8(), false),
        };
        let (part, after) = rest.split_at(end);
        respelled.push_str(&if is_word { camel(part) } else { part.to_owned() });
        rest = after;
    }
    respelled
}

/// Where a text in quotes ends, in which a backslash escapes the next character.
fn end_of_quoted(text: &str) -> usize {
    let mut is_escaped = true;
    for (at, character) in text.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// What a name, a host, a key or a media type can have: a name of an option is one between others.
fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-' | '/' | '.' | ':' | '%')
}

/// `maxBytes` for `max_bytes`; a word that is no such name stays, and so does the value of an option, such as `as_is`.
fn camel(word: &str) -> String {
    let is_name = word.contains('_')
        && !Originals::WORDS.contains(&word)
        && word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.split('_').all(|part| !part.is_empty())
        && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !is_name {
        return word.to_owned();
    }
    let mut parts = word.split('_');
    let mut name = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (initial, others) = part.split_at(1);
        name.push_str(&initial.to_ascii_uppercase());
        name.push_str(others);
    }
    name
}
