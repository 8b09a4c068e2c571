//! `LambdaAnswer`: the plain answer of a function, and how its body gets into the JSON.

use base64::Engine as _;
use http::StatusCode;
use serde_json::{Map, Value};

use crate::data_uri::base64_engine;

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LambdaAnswer {
    pub(crate) status: u16,
    /// Names in lower case. A name that comes twice is written as one header with both values.
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Body {
    /// Of an answer to HEAD, or of a redirect.
    None,
    Text(String),
    /// Written in base64.
    Bytes(Vec<u8>),
}

impl Body {
    /// The length as a string of JSON, with its quotes, in bytes.
    fn encoded_len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Text(text) => Value::from(text.as_str()).to_string().len(),
            Self::Bytes(bytes) => bytes.len().div_ceil(3) * 4 + 2,
        }
    }
}

/// Before the body. The members are never none.
const BODY: &str = ",\"body\":";

/// The JSON of an answer whose members but for the body are given. The body is encoded once, straight into the text.
pub(super) fn write_json(members: Map<String, Value>, body: &Body) -> String {
    let mut json = Value::Object(members).to_string();
    if *body == Body::None {
        return json;
    }
    json.pop();
    json.reserve_exact(BODY.len() + body.encoded_len() + 1);
    json.push_str(BODY);
    match body {
        Body::None => {}
        Body::Text(text) => json.push_str(&Value::from(text.as_str()).to_string()),
        Body::Bytes(bytes) => {
            json.push('"');
            base64_engine().encode_string(bytes, &mut json);
            json.push('"');
        }
    }
    json.push('}');
    json
}

/// The length of what [`write_json`] writes.
pub(super) fn json_len(members: Map<String, Value>, body: &Body) -> usize {
    let members = Value::Object(members).to_string().len();
    if *body == Body::None { members } else { members.saturating_add(BODY.len() + body.encoded_len()) }
}

/// The reason phrase of a status. 499 is what servers log for a call that was cancelled; it has no standard name.
pub(super) fn reason_phrase(status: u16) -> &'static str {
    match StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()) {
        Some(reason) => reason,
        None if status == 499 => "Client Closed Request",
        None => "Unknown",
    }
}
