//! Uploads straight into the bucket, from the first request to the confirmed object.
//!
//! ```text
//! policy        which files are accepted, and where they go: prefix, key_template, owner
//! request       what a client wants to upload
//! issue         request and policy -> key -> ticket: the URL and the headers or form fields to send
//! confirm       what has arrived is checked, and stored under its final key
//! event         a line for the program's log
//! environment   bucket and credentials from environment variables
//! ```

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

pub use confirm::{ConfirmRequest, Confirmation, Confirmed, Variant};
pub use event::{UploadAction, UploadEvent, UploadOutcome};
pub use issue::Uploads;
pub use policy::{Originals, Promote, UploadMethod, UploadPolicy, Verify};
pub use request::UploadRequest;
pub use ticket::UploadTicket;
