//! Uploads straight into the bucket: a `policy` says what is accepted, a `request` asks, the object gets its `key`,
//! and `issue` answers with a `ticket`: the URL and the headers to send.

mod issue;
mod key;
mod policy;
mod request;
mod ticket;

pub use issue::Uploads;
pub use policy::UploadPolicy;
pub use request::UploadRequest;
pub use ticket::UploadTicket;
