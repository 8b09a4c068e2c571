//! Delivery: a request for an image at another size -> a variant that the policy allows -> cache key, transform, headers.
//!
//! ```text
//! ?w=200&h=150&f=webp&q=90  | 300x300/cat.jpg | preset   -> what is asked for (query, path)
//!     + Accept                                           -> the format (accept)
//!     + VariantPolicy, signature                         -> allowed or not, before anything is fetched
//!     -> RequestedVariant: transform, canonical query, cache key, store key, response headers
//! ```
//!
//! `answers/` drives that for Lambda functions, whose events and answers are in `lambda/`: a state machine that hands out requests to
//! the store. `resize/` is another one, for images that are made as soon as their originals are stored, as `events/` of stores tell.
//! Nothing here fetches or stores anything.

mod accept;
mod allowed;
mod answers;
mod asked;
mod cache_key;
mod cloudfront_function;
mod events;
mod key;
mod lambda;
mod lighter;
mod negotiation;
mod not_modified;
mod path;
mod percent;
mod placeholder;
mod policy;
mod presets;
mod query;
mod refusal;
mod resize;
mod signature;
mod srcset;
mod variant;
mod variants;

pub use answers::{
    Answering, EdgeOptions, EdgeResizer, ErrorForm, GatewayOptions, GatewayResizer, RedirectRule, RequestForm,
};
pub use events::{
    CreatedObject, EventSource, IgnoredEvent, IgnoredReason, StoreEvents, parse_store_events, sqs_batch_response,
};
/// For the packages, whose callers have events that are parsed already.
#[doc(hidden)]
pub use events::{EventValue, read_store_events};
pub use placeholder::{Placeholder, PlaceholderOptions, placeholder};
pub use policy::{VariantPolicy, WidthSet};
pub use presets::Presets;
pub use resize::{EventResizePolicy, EventResizer, Resized, ResizedObject, Resizing, SkippedReason};
pub use signature::SigningKeys;
pub use srcset::{Srcset, SrcsetOptions};
pub use variant::{RenderedVariant, RequestedVariant, VariantFormat};
pub use variants::Variants;
