//! Confirming an upload: what was sent is looked at, and only what was looked at is served.
//!
//! In reading order: a `request` names the upload, and `start` checks that the owner may ask for it. The `confirmation`
//! hands out one request to the store at a time and takes its answer (`exchange`); it does no I/O by itself. What all
//! steps know is the `arrival`, what an answer says of an object is `stored`, and the `marker` of an object proves that a
//! confirmation wrote it. The steps:
//!
//! ```text
//! find       HEAD  F   confirmed before? -> recognise
//! look       HEAD  I   as promised? (explain: why the store has refused)
//! verify     GET   I   fetched, checked; `original` and `pictures` are made of it
//! find       HEAD  F   again, where the store does not promise to read conditions
//! promote    PUT   F   created, never replaced: a copy by the store (`copied`), or the bytes
//! compare    GET   F   a copy that looks different
//! settle     HEAD  F   still ours? where the store does not promise to read conditions
//! write      PUT   V   the variants
//! remove     DELETE I
//!
//! recognise  GET   F   held against its marker
//! survey     HEAD  V   are all variants there? what is missing is written
//! ```
//!
//! F is the final key, I the incoming one, V those of variants. The presence of F decides which confirmation has won; the
//! variants are a function of it. So a confirmation that was interrupted anywhere can be repeated, by anybody. What comes
//! out is `confirmed`; what a store says when it refuses is read by `refusal`.

mod arrival;
mod compare;
mod confirmation;
mod confirmed;
mod copied;
mod exchange;
mod explain;
mod fetch;
mod find;
mod look;
mod marker;
mod original;
mod pictures;
mod promote;
mod recognise;
mod refusal;
mod remove;
mod request;
mod settle;
mod start;
mod step;
mod stored;
mod survey;
mod verify;
mod write;

pub use confirmation::Confirmation;
pub use confirmed::{Confirmed, Variant};
pub use exchange::{StoreAnswer, StoreRequest};
pub use request::ConfirmRequest;
