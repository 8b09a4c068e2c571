//! Events of stores: what Lambda, a queue or a webhook is handed -> the objects that were created.
//!
//! ```text
//! S3 notification | in SQS | in SNS | in SNS in SQS      \
//! EventBridge | MinIO | R2, each in a queue or not       -> objects, and what was ignored with its reason
//! ```
//!
//! Events come at least once and in any order, and most of what is in them is for somebody else: nothing of that is an error.

mod batch;
mod created;
mod duplicates;
mod json;
mod parse;
mod record;
mod sequencer;
mod value;

pub use batch::sqs_batch_response;
pub use created::{CreatedObject, EventSource, IgnoredEvent, IgnoredReason, StoreEvents};
pub use parse::{parse_store_events, read_store_events};
pub(super) use sequencer::{compare_sequencers, is_sequencer};
pub use value::EventValue;
