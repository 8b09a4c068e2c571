//! The errors of a request: it cannot be read, or the policy does not allow it.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind};
use crate::options::clip;

/// The error for a part of a request that cannot be read.
pub(super) fn malformed(name: &str, expected: &str, received: impl Into<Cow<'static, str>>) -> Error {
    let (name, expected, received) = (name.to_owned(), expected.to_owned(), received.into().into_owned());
    ErrorKind::VariantMalformed { name, expected, received }.into()
}

/// The error for a part of a request that the policy does not allow.
pub(super) fn not_allowed(name: &str, received: &str) -> Error {
    ErrorKind::VariantNotAllowed { name: name.to_owned(), received: clip(received) }.into()
}
