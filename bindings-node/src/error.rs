//! Errors of the core on their way to JavaScript, where `lib/error.js` makes a `PresizeError` of each.

use napi::JsError;
use napi_derive::napi;
use presize::error::{Detail, Error, ErrorKind};

use crate::spelling;
use crate::wire::Packed;

/// What a fallible function of this crate returns.
pub(crate) type Result<T> = std::result::Result<T, Raised>;

/// An error of the core. It crosses as the message of an error of Node's: `presize`, code, HTTP status, index, message, the
/// message with the core's names where they differ, template and number of parameters of the words for users, these parameters
/// by name, and the details by name.
pub(crate) struct Raised(Error);

impl Raised {
    /// The same error, said to be of the item at this 0-based index.
    pub(crate) fn at_index(self, index: usize) -> Self {
        Self(self.0.at_index(index))
    }

    fn text(&self) -> String {
        let Self(error) = self;
        let index = error.index().map_or_else(String::new, |index| index.to_string());
        let packed = Packed::default().field("presize").field(error.code()).number(error.http_status().into());
        let (message, core_message) = (spelling::message(error), error.to_string());
        let other = if message == core_message { "" } else { &core_message };
        let words = error.user_message();
        let packed = packed.field(&index).field(&message).field(other).field(words.template());
        let packed = packed.number(words.parameters().len() as u64);
        let packed = words.parameters().iter().fold(packed, |packed, (name, text)| packed.field(name).field(text));
        let details = error.details();
        details.iter().fold(packed, |packed, (name, detail)| packed.field(name).detail(&as_given(name, detail))).text()
    }
}

/// The name of an option without the mark of `lib/packed.js`.
fn as_given(name: &str, detail: &Detail) -> Detail {
    match detail {
        Detail::Text(text) if name == "name" => {
            Detail::Text(text.strip_prefix(spelling::NO_OPTION).unwrap_or(text).to_owned())
        }
        other => other.clone(),
    }
}

impl From<Error> for Raised {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<ErrorKind> for Raised {
    fn from(kind: ErrorKind) -> Self {
        Self(kind.into())
    }
}

impl From<Raised> for napi::Error {
    fn from(raised: Raised) -> Self {
        Self::from_reason(raised.text())
    }
}

impl From<Raised> for JsError {
    fn from(raised: Raised) -> Self {
        Self::from(napi::Error::from(raised))
    }
}

/// `option_invalid`, as the core would say it of an option. A negative index stands for none.
#[napi]
pub fn option_invalid(name: String, expected: String, received: String, index: f64) -> String {
    let raised = Raised::from(ErrorKind::OptionInvalid { name, expected, received });
    if index < 0.0 { raised } else { raised.at_index(index as usize) }.text()
}

#[napi]
pub fn signing_failed() -> String {
    Raised::from(ErrorKind::SigningFailed { reason: "the caller's own signer failed" }).text()
}

#[napi]
pub fn request_malformed(expected: String, received: String) -> String {
    Raised::from(ErrorKind::RequestMalformed { expected, received }).text()
}

#[napi]
pub fn request_too_large(max_bytes: f64) -> String {
    Raised::from(ErrorKind::RequestTooLarge { max_bytes: max_bytes as u64 }).text()
}

#[napi]
pub fn request_type_unsupported(expected: String, received: String) -> String {
    Raised::from(ErrorKind::RequestTypeUnsupported { expected, received }).text()
}

#[napi]
pub fn server_busy(retry_after_seconds: f64) -> String {
    Raised::from(ErrorKind::ServerBusy { retry_after_seconds: retry_after_seconds as u64 }).text()
}

#[napi]
pub fn request_unauthenticated() -> String {
    Raised::from(ErrorKind::RequestUnauthenticated {}).text()
}
