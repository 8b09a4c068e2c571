//! `RoundTrip`: one request to the store, and what its answer means.

use std::time::SystemTime;

use crate::error::Result;
use crate::store::{StoreAnswer, StoreRequest};

use super::context::Context;
use super::next::Next;

/// A step of a resizing.
pub(super) trait RoundTrip {
    /// The request, signed as of `now`. A caller that retries asks for it again: nothing changes by that.
    fn request(&self, context: &Context, now: SystemTime) -> Result<StoreRequest>;

    /// Consumes the answer, and says what follows. An error ends the resizing.
    fn answered(self, context: &mut Context, answer: StoreAnswer) -> Result<Next>;
}
