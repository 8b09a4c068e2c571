//! `RoundTrip`: one request to the store, and what its answer means.

use std::time::SystemTime;

use crate::error::Result;

use super::context::Context;
use super::next::Next;
use crate::store::{StoreAnswer, StoreRequest};

/// A step of a confirmation.
pub(crate) trait RoundTrip {
    /// The request, signed as of `now`. A caller that retries asks for it again: nothing changes by that.
    fn request(&self, context: &Context, now: SystemTime) -> Result<StoreRequest>;

    /// Consumes the answer, and says what follows. An error is a verdict on the upload or a failure of the store; `Step`
    /// decides what is cleaned up then.
    fn answered(self, context: &mut Context, answer: StoreAnswer) -> Result<Next>;
}
