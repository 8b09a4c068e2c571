//! Confirming.

mod checked_upload;
mod confirmation;
mod confirmed;
mod context;
mod fetch;
mod fingerprint;
mod marker;
mod next;
mod original;
mod pending_write;
mod promise;
mod request;
mod round_trip;
mod served_headers;
mod start;
mod step;
mod steps;
mod store;
mod variant_lookup;
mod variants;

pub use confirmation::Confirmation;
pub use confirmed::{Confirmed, Variant};
pub use request::ConfirmRequest;
pub use store::{StoreAnswer, StoreRequest};
