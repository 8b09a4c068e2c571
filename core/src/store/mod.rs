//! The S3 API for the state machines that ask a store: a `request` to send, the `answer` that comes back, and what its headers say
//! of an `object` and of its `provenance`. Errors and results of a copy are `xml`; a `refusal` becomes an error that says what to check.

mod answer;
mod copy_result;
mod headers;
mod object;
mod provenance;
mod refusal;
mod request;
mod stored_body;
mod unanswered;
mod xml;

pub use answer::StoreAnswer;
pub(crate) use copy_result::{CopyResult, parse_copy_result};
pub(crate) use headers::{check_content_range, content_length, etag, parse_etag, response_invalid, single_value};
pub(crate) use object::{StoredObject, quoted, write_condition};
pub(crate) use provenance::{
    CONFIRMED_METADATA, RESIZED_METADATA, RESULT_METADATA, VARIANT_METADATA, has_metadata, is_made_by_presize,
    metadata_header,
};
pub(crate) use refusal::{is_without_bucket, names_region, refusal};
pub use request::StoreRequest;
pub(crate) use request::signed;
pub(crate) use stored_body::StoredBody;
pub(crate) use unanswered::unanswered;
pub(crate) use xml::MAX_XML_BYTES;
