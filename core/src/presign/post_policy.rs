//! The policy document of a POST form.
//!
//! ```text
//! Exact("acl", "private")                {"acl": "private"}                     the field has this value
//! StartsWith("key", "user/7/")           ["starts-with", "$key", "user/7/"]     the field starts with this
//! ContentLengthRange(1, 5000000)         ["content-length-range", 1, 5000000]   the file has this many bytes
//!
//! {"expiration": "2026-01-01T00:15:00Z", "conditions": [{"acl": "private"}, ...]}
//! ```
//!
//! The JSON is written byte for byte as Python's `json.dumps` writes it, so that tests compare it with boto3's.
//!
//! AWS, "POST Policy": <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::presign::timestamp::Timestamp;

/// A condition that a form must meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition<'a> {
    /// The field has exactly this value.
    Exact(Cow<'a, str>, Cow<'a, str>),
    /// The field starts with this prefix.
    StartsWith(Cow<'a, str>, Cow<'a, str>),
    /// The smallest and the largest size of the file, in bytes.
    ContentLengthRange(u64, u64),
}

impl<'a> Condition<'a> {
    pub(super) fn exact(name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        Self::Exact(name.into(), value.into())
    }

    pub(super) fn starts_with(name: impl Into<Cow<'a, str>>, prefix: impl Into<Cow<'a, str>>) -> Self {
        Self::StartsWith(name.into(), prefix.into())
    }

    /// The form field that meets the condition, if there is only one.
    pub(super) fn field(&self) -> Option<(String, String)> {
        match self {
            Self::Exact(name, value) => Some((name.to_string(), value.to_string())),
            Self::StartsWith(..) | Self::ContentLengthRange(..) => None,
        }
    }

    /// The name of the field that the condition is on.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Exact(name, _) | Self::StartsWith(name, _) => Some(name),
            Self::ContentLengthRange(..) => None,
        }
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Exact(name, value) => {
                out.push('{');
                push_json_string(out, name);
                out.push_str(": ");
                push_json_string(out, value);
                out.push('}');
            }
            Self::StartsWith(name, prefix) => {
                out.push_str("[\"starts-with\", ");
                push_json_string(out, &format!("${name}"));
                out.push_str(", ");
                push_json_string(out, prefix);
                out.push(']');
            }
            Self::ContentLengthRange(min, max) => {
                let _ = write!(out, "[\"content-length-range\", {min}, {max}]");
            }
        }
    }
}

/// The document, before it is encoded in base64 and signed.
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

/// Appends a JSON string in ASCII (RFC 8259, section 7).
fn push_json_string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            ' '..='~' => out.push(character),
            _ => {
                for code_unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{code_unit:04x}");
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
            Condition::ContentLengthRange(1, 5),
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
            push_json_string(&mut written, &text);
            prop_assert!(written.is_ascii());
            prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        }
    }
}
