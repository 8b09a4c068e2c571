//! `Error`: a failure of this crate, one pointer wide.

use std::error::Error as StdError;
use std::fmt;

use super::catalogue::ErrorKind;
use super::detail::Detail;
use super::family::ErrorFamily;
use super::user_message::UserMessage;

/// What every fallible call of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure with a stable [`code`](Error::code), an HTTP status and details. Small: one pointer wide.
#[derive(thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Inner>);

#[derive(Debug, thiserror::Error)]
#[error("{}{kind}", place(kind, *index))]
struct Inner {
    kind: ErrorKind,
    index: Option<usize>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The beginning of a message on one image or key of a list.
fn place(kind: &ErrorKind, index: Option<usize>) -> String {
    index.map_or_else(String::new, |index| format!("{} {index}: ", kind.row().family.item()))
}

impl Error {
    /// The stable code, for programs: `"image_corrupt"`.
    pub fn code(&self) -> &'static str {
        self.0.kind.row().code
    }

    /// The HTTP status that a back end should answer with.
    pub fn http_status(&self) -> u16 {
        self.0.kind.row().http_status
    }

    /// Whether the same call may succeed later, so that a queue should hand its message over again: the store was not reachable or
    /// refused, the server was busy, the call was cancelled. What is wrong with an image or a request (4xx) stays wrong.
    pub fn is_worth_retry(&self) -> bool {
        self.http_status() >= 500 || matches!(self.0.kind, ErrorKind::Cancelled {})
    }

    /// The family of the code: the class of the error in Python.
    pub fn family(&self) -> ErrorFamily {
        self.0.kind.row().family
    }

    /// What went wrong, with typed fields.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The fields by name, for a JSON answer. They never hold a secret, a token, a signature or a presigned URL.
    pub fn details(&self) -> Vec<(&'static str, Detail)> {
        self.0.kind.details()
    }

    /// What went wrong in plain words and human units, for the people who use an app: "This picture has 150 megapixels; at
    /// most 64 are accepted." It has no technical words and says nothing of the back end, and not which image of a list is
    /// meant: [`index`](Self::index) does.
    pub fn user_message(&self) -> UserMessage {
        UserMessage::new(&self.0.kind)
    }

    /// The 0-based index of the image or key, when the call took a list.
    pub fn index(&self) -> Option<usize> {
        self.0.index
    }

    /// An option that is not as expected. Both texts are the ends of "expected ... for ..., received ...".
    pub(crate) fn option_invalid(name: &str, expected: &str, received: &str) -> Self {
        let (name, expected, received) = (name.to_owned(), expected.to_owned(), received.to_owned());
        ErrorKind::OptionInvalid { name, expected, received }.into()
    }

    /// A header that cannot be sent.
    pub(crate) fn header_invalid(name: &str, reason: &'static str) -> Self {
        ErrorKind::HeaderInvalid { name: name.to_owned(), reason }.into()
    }

    /// An argument or an option of a bucket that is not valid. `reason` ends "expected ..., received".
    pub(crate) fn bucket_invalid(name: &'static str, reason: &'static str) -> Self {
        ErrorKind::BucketInvalid { name, reason }.into()
    }

    /// The same error, said to be of the image or key at this 0-based index; but for `cancelled`, which is of none.
    #[must_use]
    pub fn at_index(mut self, index: usize) -> Self {
        if !matches!(self.0.kind, ErrorKind::Cancelled {}) {
            self.0.index = Some(index);
        }
        self
    }

    /// The same error, said of the call as a whole.
    #[must_use]
    pub(crate) fn without_index(mut self) -> Self {
        self.0.index = None;
        self
    }

    /// The same error with the failure beneath it.
    #[must_use]
    pub(crate) fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self(Box::new(Inner { kind, index: None, source: None }))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug.field("code", &self.code()).field("kind", &self.0.kind);
        if let Some(index) = self.0.index {
            debug.field("index", &index);
        }
        if let Some(source) = &self.0.source {
            debug.field("source", source);
        }
        debug.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_status_details_index_and_source_are_kept() {
        let error = Error::from(ErrorKind::ImageTooLarge { what: "pixels", received: 150_000_000, max: 64_000_000 })
            .at_index(3)
            .with_source("cause");
        assert_eq!(error.code(), "image_too_large");
        assert_eq!(error.http_status(), 413);
        assert_eq!(error.family(), ErrorFamily::Image);
        assert_eq!(error.index(), Some(3));
        assert_eq!(
            error.details(),
            [
                ("what", Detail::Text("pixels".into())),
                ("received", Detail::Integer(150_000_000)),
                ("max", Detail::Integer(64_000_000))
            ]
        );
        assert_eq!(error.to_string(), "image 3: expected at most 64000000 for pixels, received 150000000");
        assert_eq!(error.source().unwrap().to_string(), "cause");
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
