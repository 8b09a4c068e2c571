//! `ErrorForm`: the body of an answer with an error.

use serde_json::json;

use crate::error::{Error, ErrorKind};
use crate::options::option_enum;

/// What a request without a key has received, in the error for it.
pub(super) const NO_KEY: &str = "none";

option_enum! {
    /// The body of an answer with an error.
    pub enum ErrorForm {
        /// `{"error": {"code": "variant_not_allowed", "message": "..."}}`.
        Presize = "presize",
        /// `{"message": "Forbidden: Resolution not allowed"}`: for front ends of the many functions that answer so.
        Message = "message",
    }
}

impl ErrorForm {
    pub(super) fn body(self, error: &Error) -> String {
        match self {
            Self::Presize => json!({ "error": { "code": error.code(), "message": error.to_string() } }),
            Self::Message => json!({ "message": message(error) }),
        }
        .to_string()
    }
}

/// An error in the words that functions which resize on the first miss have answered with for years.
fn message(error: &Error) -> String {
    let reason = match error.http_status() {
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Internal Server Error",
    };
    match error.kind() {
        ErrorKind::VariantMalformed { name, received, .. } if name == "key" && received == NO_KEY => {
            format!("{reason}: Missing key query parameter")
        }
        ErrorKind::VariantMalformed { .. } => format!("{reason}: Invalid key format"),
        ErrorKind::VariantNotAllowed { name, .. } if name == "size" => format!("{reason}: Resolution not allowed"),
        ErrorKind::OriginalNotFound {} => format!("{reason}: Original image not found"),
        _ => format!("{reason}: {error}"),
    }
}
