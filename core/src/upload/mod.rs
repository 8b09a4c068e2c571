//! Uploads straight into the bucket: a `policy` says what is accepted, a `request` asks for an `owner`, the `key_template`
//! gives the object its key, and `issue` answers with a `ticket`: the URL and the headers or fields to send. Bucket and
//! credentials can come from the `environment`; what happened is an `event` for a log. What has arrived
//! is `confirm`ed.

mod confirm;
mod environment;
mod event;
mod issue;
mod key_template;
mod owner;
mod policy;
mod prefix;
mod request;
mod ticket;

pub use confirm::{ConfirmRequest, Confirmation, Confirmed, StoreAnswer, StoreRequest, Variant};
pub use event::{UploadAction, UploadEvent, UploadOutcome};
pub use issue::Uploads;
pub use policy::{Originals, Promote, UploadMethod, UploadPolicy, Verify};
pub use request::UploadRequest;
pub use ticket::UploadTicket;
