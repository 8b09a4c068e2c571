//! Errors: the catalogue has the only home of a code, its HTTP status and its message.
//!
//! A failure is an [`Error`]: an [`ErrorKind`] (what went wrong, with typed fields), the 0-based [`index`](Error::index)
//! of the image or key when the call took a list, and the underlying cause as [`source`](std::error::Error::source).
//! Codes are stable; they are the same in Rust, Python and JavaScript. `4xx` is the sender's fault, `5xx` ours.
//!
//! In reading order: a `family` and the `detail`s of a kind, text of others as it is `shown`; the kinds in the `catalogue`; what
//! users are told in a `user_message`, with numbers in `units` of theirs; `rows` list it all; a `failure` is what calls return.

mod catalogue;
mod detail;
mod failure;
mod family;
mod rows;
mod shown;
mod units;
mod user_message;

pub use catalogue::ErrorKind;
pub use detail::Detail;
pub use failure::{Error, Result};
pub use family::ErrorFamily;
pub use rows::{CATALOGUE, CatalogueRow};
pub(crate) use shown::{push_shown, shown};
pub use user_message::UserMessage;
