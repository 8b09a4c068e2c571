//! Confirming an upload: what was sent is looked at, and only what was looked at is served.
//!
//! In reading order: a `request` names the upload, and `start` checks that the owner may ask for it. The `confirmation`
//! hands out one request to the store at a time and takes its answer (`exchange`); it does no I/O by itself. What all
//! steps know is the `arrival`, what an answer says of an object is `stored`. The steps: `find` whether the upload was
//! confirmed before (then `recognise` it); `look` at what has arrived, or have the store `explain` why not (`refusal`); `fetch` it and `verify` it; write its `pictures`
//! beside it; `promote` it to its final key, and `compare` a copy that looks different; `remove` what is not needed any
//! more. What comes out is `confirmed`.

mod arrival;
mod compare;
mod confirmation;
mod confirmed;
mod exchange;
mod explain;
mod fetch;
mod find;
mod look;
mod marker;
mod pictures;
mod promote;
mod recognise;
mod refusal;
mod remove;
mod request;
mod start;
mod step;
mod stored;
mod verify;

pub use confirmation::Confirmation;
pub use confirmed::{Confirmed, Variant};
pub use exchange::{StoreAnswer, StoreRequest};
pub use request::ConfirmRequest;
