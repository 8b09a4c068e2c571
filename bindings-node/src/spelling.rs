//! Error messages in which names are spelled as in JavaScript: `maxBytes` for the core's `max_bytes`.
//!
//! ```text
//! expected at most max_bytes, which is 5, for min_bytes, received 6
//! expected at most maxBytes, which is 5, for minBytes, received 6
//! ```
//!
//! Only presize's own words are respelled. Text of the caller is repeated unchanged: the name of an unknown option, quoted
//! text, and every field of an error that can hold such text. So are placeholders of templates, such as `{unix_ms}`.

use presize::Originals;
use presize::error::{Error, ErrorKind};

/// Marks a name that no option has, as `unknownName` of `lib/wire.js` does.
const UNKNOWN_NAME: char = '!';

/// The message of an error in JavaScript's spelling.
pub(crate) fn message(error: &Error) -> String {
    match error.kind() {
        ErrorKind::OptionInvalid { name, expected, received } => {
            // A single word may be the name of a class of the caller.
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
            let (own, received) = message.split_at(end);
            respell(own) + received
        }
        // These kinds hold no text of the caller.
        ErrorKind::ImageTooSmall { .. }
        | ErrorKind::ImageTooLarge { .. }
        | ErrorKind::EncodingUnsupported { .. }
        | ErrorKind::UploadTooLarge { .. }
        | ErrorKind::UploadTooSmall { .. }
        | ErrorKind::ExpiryOutOfRange { .. }
        | ErrorKind::BucketInvalid { .. }
        | ErrorKind::CredentialsInvalid { .. }
        | ErrorKind::CloudFrontKeyInvalid { .. }
        | ErrorKind::CloudFrontPolicyInvalid { .. }
        | ErrorKind::VariantPolicyOpen {} => respell(&error.to_string()),
        _ => error.to_string(),
    }
}

/// The name of an option of the core, without the mark that `lib/wire.js` puts before unknown names.
pub(crate) fn unmarked(name: &str) -> String {
    match preset_option(name) {
        Some((preset, option)) => {
            format!("presets.{preset}.{}", option.strip_prefix(UNKNOWN_NAME).unwrap_or(option))
        }
        None => name.strip_prefix(UNKNOWN_NAME).unwrap_or(name).to_owned(),
    }
}

/// The name of a preset and that of its option in `presets.avatar.width`.
fn preset_option(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix("presets.")?.split_once('.')
}

/// The name of an option as the caller spelled it, whether it is known or not.
fn option_name(name: &str) -> String {
    match preset_option(name) {
        Some((preset, option)) => format!("presets.{preset}.{}", plain_option_name(option)),
        None => plain_option_name(name),
    }
}

fn plain_option_name(name: &str) -> String {
    if let Some(unknown) = name.strip_prefix(UNKNOWN_NAME) {
        return unknown.to_owned();
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

/// Respells each name in a text, except those in quotes or braces.
fn respell(text: &str) -> String {
    let mut respelled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (end, is_word) = match first {
            '"' => (end_of_quoted(rest), false),
            '{' => (rest.find('}').map_or(rest.len(), |end| end + 1), false),
            _ if is_word_character(first) => (rest.find(|c| !is_word_character(c)).unwrap_or(rest.len()), true),
            _ => (first.len_utf8(), false),
        };
        let (part, after) = rest.split_at(end);
        respelled.push_str(&if is_word { camel_case(part) } else { part.to_owned() });
        rest = after;
    }
    respelled
}

/// The end of a quoted text, in which a backslash escapes the next character.
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

/// The characters of names, hosts, keys and media types. A name is respelled only if it stands between others.
fn is_word_character(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-' | '/' | '.' | ':' | '%')
}

/// `maxBytes` for `max_bytes`. Other words stay as they are, and so do values of options such as `as_is`.
fn camel_case(word: &str) -> String {
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
