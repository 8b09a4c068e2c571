//! Errors of the core on their way to JavaScript, where `lib/error.js` turns each into a `PresizeError`.

use napi::JsError;
use napi_derive::napi;
use presize::error::{Detail, Error, ErrorKind};

use crate::spelling;
use crate::wire::WireWriter;

/// The result of a fallible function of this crate.
pub(crate) type Result<T> = std::result::Result<T, BindingError>;

/// An error of the core. It crosses as the message of a Node.js error, in the encoding of `wire.rs`: `presize`, code, HTTP
/// status, index, whether a retry is worthwhile (`1` or an empty text), message, the message with the core's spelling of names where it differs, template and number of parameters of
/// the message for users, these parameters by name, and the details by name.
pub(crate) struct BindingError(Error);

impl BindingError {
    /// Adds the 0-based index of the item that the error is about.
    pub(crate) fn at_index(self, index: usize) -> Self {
        Self(self.0.at_index(index))
    }

    fn encode(&self) -> String {
        encode(&self.0)
    }
}

/// The encoding of an error, which `decodeError` of `lib/error.js` reads.
pub(crate) fn encode(error: &Error) -> String {
    let index = error.index().map_or_else(String::new, |index| index.to_string());
    let (message, core_message) = (spelling::message(error), error.to_string());
    let other_spelling = if message == core_message { "" } else { &core_message };
    let words = error.user_message();
    let writer = WireWriter::default().field("presize").field(error.code()).number(error.http_status().into());
    let is_worth_retry = if error.is_worth_retry() { "1" } else { "" };
    let writer = writer.field(&index).field(is_worth_retry).field(&message).field(other_spelling);
    let writer = writer.field(words.template()).number(words.parameters().len() as u64);
    let writer = words.parameters().iter().fold(writer, |writer, (name, text)| writer.field(name).field(text));
    let details = error.details();
    let detail =
        |writer: WireWriter, (name, detail): &(&str, Detail)| writer.field(name).detail(&unmarked(name, detail));
    details.iter().fold(writer, detail).finish()
}

/// A detail without the mark that `lib/wire.js` puts before unknown names.
fn unmarked(name: &str, detail: &Detail) -> Detail {
    match detail {
        Detail::Text(text) if name == "name" => Detail::Text(spelling::unmarked(text)),
        other => other.clone(),
    }
}

impl From<Error> for BindingError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<ErrorKind> for BindingError {
    fn from(kind: ErrorKind) -> Self {
        Self(kind.into())
    }
}

impl From<BindingError> for napi::Error {
    fn from(error: BindingError) -> Self {
        Self::from_reason(error.encode())
    }
}

impl From<BindingError> for JsError {
    fn from(error: BindingError) -> Self {
        Self::from(napi::Error::from(error))
    }
}

/// The error `option_invalid`, for checks that `lib/` makes. A negative index stands for none.
#[napi]
pub fn option_invalid(name: String, expected: String, received: String, index: f64) -> String {
    let error = BindingError::from(ErrorKind::OptionInvalid { name, expected, received });
    if index < 0.0 { error } else { error.at_index(index as usize) }.encode()
}

#[napi]
pub fn signing_failed() -> String {
    BindingError::from(ErrorKind::SigningFailed { reason: "the caller's own signer failed" }).encode()
}

#[napi]
pub fn request_malformed(expected: String, received: String) -> String {
    BindingError::from(ErrorKind::RequestMalformed { expected, received }).encode()
}

#[napi]
pub fn request_too_large(max_bytes: f64) -> String {
    BindingError::from(ErrorKind::RequestTooLarge { max_bytes: max_bytes as u64 }).encode()
}

#[napi]
pub fn request_type_unsupported(expected: String, received: String) -> String {
    BindingError::from(ErrorKind::RequestTypeUnsupported { expected, received }).encode()
}

#[napi]
pub fn server_busy(retry_after_seconds: f64) -> String {
    BindingError::from(ErrorKind::ServerBusy { retry_after_seconds: retry_after_seconds as u64 }).encode()
}

#[napi]
pub fn request_unauthenticated() -> String {
    BindingError::from(ErrorKind::RequestUnauthenticated {}).encode()
}
