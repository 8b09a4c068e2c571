//! The items of a template: literal text and placeholders. Each one is written into a key, and consumed from a key.

use std::fmt::Write as _;
use std::time::SystemTime;

use crate::error::Result;
use crate::format::ImageFormat;
use crate::presign::timestamp::{Timestamp, since_epoch};
use crate::upload::owner::MAX_OWNER_BYTES;

use super::uuid::{UUID_BYTES, is_uuid, push_uuid};

/// Milliseconds until the year 9999.
const MAX_UNIX_MS_DIGITS: usize = 15;
/// The longest of `ImageFormat::extension`.
pub(super) const MAX_EXTENSION_BYTES: usize = 5;
const HEX16_BYTES: usize = 16;

/// A literal or a placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TemplateItem {
    Literal(String),
    /// `{owner}`: who uploads.
    Owner,
    /// `{unix_ms}`: when the ticket was issued, in milliseconds since 1970.
    UnixMs,
    /// `{hex16}`: 16 random hexadecimal digits.
    Hex16,
    /// `{uuid}`: a random UUID.
    Uuid,
    /// `{year}`: the year of the ticket in UTC, 4 digits.
    Year,
    /// `{month}`: 2 digits.
    Month,
    /// `{day}`: 2 digits.
    Day,
    /// `{ext}`: the file name extension of the declared type, with its dot.
    Extension,
}

/// The values that placeholders are replaced with.
pub(super) struct KeyValues<'a> {
    owner: &'a str,
    format: ImageFormat,
    nonce: [u8; 16],
    unix_ms: u128,
    time: Timestamp,
}

impl<'a> KeyValues<'a> {
    /// Error: `signing_failed` for a clock before 1970 or after 9999.
    pub(super) fn new(owner: &'a str, format: ImageFormat, nonce: [u8; 16], now: SystemTime) -> Result<Self> {
        let unix_ms = since_epoch(now)?.as_millis();
        Ok(Self { owner, format, nonce, unix_ms, time: Timestamp::from_system_time(now)? })
    }
}

impl TemplateItem {
    /// The placeholder of this name. The error is what was expected.
    pub(super) fn placeholder(name: &str) -> std::result::Result<Self, &'static str> {
        Ok(match name {
            "owner" => Self::Owner,
            "unix_ms" => Self::UnixMs,
            "hex16" => Self::Hex16,
            "uuid" => Self::Uuid,
            "year" => Self::Year,
            "month" => Self::Month,
            "day" => Self::Day,
            "ext" => Self::Extension,
            "prefix" => return Err("{prefix}/ once, at the start"),
            _ => return Err("only {prefix}, {owner}, {unix_ms}, {hex16}, {uuid}, {year}, {month}, {day} and {ext}"),
        })
    }

    /// Whether the text of the item can begin with a digit.
    pub(super) fn begins_with_digit(&self) -> bool {
        match self {
            Self::Literal(literal) => literal.starts_with(|character: char| character.is_ascii_digit()),
            Self::Extension => false,
            _ => true,
        }
    }

    /// The longest text of the item, in bytes.
    pub(super) fn max_bytes(&self) -> usize {
        match self {
            Self::Literal(text) => text.len(),
            Self::Owner => MAX_OWNER_BYTES,
            Self::UnixMs => MAX_UNIX_MS_DIGITS,
            Self::Hex16 => HEX16_BYTES,
            Self::Uuid => UUID_BYTES,
            Self::Year => 4,
            Self::Month | Self::Day => 2,
            Self::Extension => MAX_EXTENSION_BYTES,
        }
    }

    /// Appends the item to a key.
    pub(super) fn write(&self, key: &mut String, values: &KeyValues<'_>) {
        let date = values.time.date();
        match self {
            Self::Literal(text) => key.push_str(text),
            Self::Owner => key.push_str(values.owner),
            Self::UnixMs => _ = write!(key, "{}", values.unix_ms),
            Self::Hex16 => _ = write!(key, "{:016x}", u128::from_be_bytes(values.nonce) >> 64),
            Self::Uuid => push_uuid(key, values.nonce),
            Self::Year => key.push_str(date.get(..4).unwrap_or_default()),
            Self::Month => key.push_str(date.get(4..6).unwrap_or_default()),
            Self::Day => key.push_str(date.get(6..).unwrap_or_default()),
            Self::Extension => key.push_str(values.format.extension()),
        }
    }

    /// Consumes the item from the start of `text` and returns the rest; `None` where the text does not begin with it. An
    /// extension consumes nothing: it is the last item, and the rest is compared with the extensions that are accepted.
    pub(super) fn strip<'a>(&self, text: &'a str, owner: &str) -> Option<&'a str> {
        match self {
            Self::Literal(literal) => text.strip_prefix(literal.as_str()),
            Self::Owner => text.strip_prefix(owner),
            Self::UnixMs => strip_unix_ms(text),
            Self::Hex16 => strip_fixed(text, HEX16_BYTES, is_lower_hex),
            Self::Uuid => strip_fixed(text, UUID_BYTES, is_uuid),
            Self::Year => strip_fixed(text, 4, is_decimal),
            Self::Month => strip_fixed(text, 2, |month| is_decimal(month) && ("01"..="12").contains(&month)),
            Self::Day => strip_fixed(text, 2, |day| is_decimal(day) && ("01"..="31").contains(&day)),
            Self::Extension => Some(text),
        }
    }
}

/// A number as it is written: 1 to 15 digits, without leading zeros.
fn strip_unix_ms(text: &str) -> Option<&str> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let has_leading_zero = digits > 1 && text.starts_with('0');
    let is_canonical = (1..=MAX_UNIX_MS_DIGITS).contains(&digits) && !has_leading_zero;
    text.get(digits..).filter(|_| is_canonical)
}

/// Consumes exactly this many bytes, if they are valid.
fn strip_fixed(text: &str, bytes: usize, is_valid: impl Fn(&str) -> bool) -> Option<&str> {
    let (first, rest) = text.split_at_checked(bytes)?;
    is_valid(first).then_some(rest)
}

fn is_decimal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_lower_hex(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
