//! The policy document of a POST form: JSON in the one form in which Python's `json.dumps` writes it, so that it can be
//! held against boto3 byte for byte.
//!
//! AWS, "POST Policy": <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::presign::timestamp::Timestamp;

/// What a form must meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition<'a> {
    /// The field has exactly this value.
    Exact(Cow<'a, str>, Cow<'a, str>),
    /// The field starts with this.
    StartsWith(Cow<'a, str>, Cow<'a, str>),
    /// The file's size in bytes, both ends included.
    Bytes(u64, u64),
}

impl<'a> Condition<'a> {
    pub(super) fn exact(name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        Self::Exact(name.into(), value.into())
    }

    pub(super) fn starts_with(name: impl Into<Cow<'a, str>>, prefix: impl Into<Cow<'a, str>>) -> Self {
        Self::StartsWith(name.into(), prefix.into())
    }

    /// The field that meets the condition, where there is only one way to meet it.
    pub(super) fn field(&self) -> Option<(String, String)> {
        match self {
            Self::Exact(name, value) => Some((name.to_string(), value.to_string())),
            Self::StartsWith(..) | Self::Bytes(..) => None,
        }
    }

    /// The name of the field that it is about.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Exact(name, _) | Self::StartsWith(name, _) => Some(name),
            Self::Bytes(..) => None,
        }
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Exact(name, value) => {
                out.push('{');
                push_text(out, name);
                out.push_str(": ");
                push_text(out, value);
                out.push('}');
            }
            Self::StartsWith(name, prefix) => {
                out.push_str("[\"starts-with\", ");
                push_text(out, &format!("${name}"));
                out.push_str(", ");
                push_text(out, prefix);
                out.push(']');
            }
            Self::Bytes(min, max) => {
                let _ = write!(out, "[\"content-length-range\", {min}, {max}]");
            }
        }
    }
}

/// The document as it is encoded and signed.
pub(super) fn write_policy(expiration: &Timestamp, conditions: &[Condition<'_>]) -> String {
    let mut out = String::with_capacity(96 * (conditions.len() + 1));
    let _ = write!(out, "{{\"expiration\": \"{}\", \"conditions\": [", expiration.extended());
    for (number, condition) in conditions.iter().enumerate() {
        if number > 0 {
            out.push_str(", ");
        }
        condition.write(&mut out);
    }
    out.push_str("]}");
    out
}

/// A string of JSON in ASCII (RFC 8259, section 7).
fn push_text(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            ' '..='~' => out.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::SystemTime;

    #[test]
    fn the_document_is_that_of_json_dumps() {
        let conditions = [
            Condition::exact("acl", "private"),
            Condition::starts_with("key", "사진/\"\\"),
            Condition::Bytes(1, 5),
            Condition::exact("x-amz-meta-face", "😀\u{7f}"),
        ];
        let expected = concat!(
            r#"{"expiration": "1970-01-01T00:00:00Z", "conditions": [{"acl": "private"}, "#,
            r#"["starts-with", "$key", "\uc0ac\uc9c4/\"\\"], ["content-length-range", 1, 5], "#,
            r#"{"x-amz-meta-face": "\ud83d\ude00\u007f"}]}"#
        );
        let epoch = Timestamp::from_system_time(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(write_policy(&epoch, &conditions), expected);
    }

    proptest! {
        #[test]
        fn any_text_is_read_back(text in any::<String>()) {
            let mut written = String::new();
            push_text(&mut written, &text);
            prop_assert!(written.is_ascii());
            prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        }
    }
}
