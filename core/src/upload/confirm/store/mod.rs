//! The S3 API as a confirmation uses it: a `request` to send, the `answer` that comes back, and what its headers say of an
//! `object`. Errors and results of a copy are `xml`; a `refusal` becomes an error that says what to check.

mod answer;
mod copy_result;
mod headers;
mod object;
mod refusal;
mod request;
mod xml;

pub use answer::StoreAnswer;
pub(super) use copy_result::{CopyResult, parse_copy_result};
pub(super) use headers::{check_content_range, content_length, etag, response_invalid, single_value};
pub(super) use object::{StoredObject, quoted};
pub(super) use refusal::{is_without_bucket, names_region, refusal};
pub use request::StoreRequest;
pub(super) use xml::MAX_XML_BYTES;
