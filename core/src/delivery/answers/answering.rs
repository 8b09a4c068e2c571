//! `Answering`: what a caller drives, one request to the store at a time.

use std::fmt;
use std::mem;
use std::sync::Arc;
use std::time::SystemTime;

use crate::cancel::CancelToken;
use crate::delivery::variants::Variants;
use crate::error::Error;
use crate::store::{StoreAnswer, StoreRequest, unanswered};

use super::caller::Caller;
use super::plan::Plan;
use super::step::{Next, Step};

/// The answer to one event: a state machine without I/O, as a [`Confirmation`](crate::Confirmation) is. It hands out requests
/// to the store, your HTTP client sends them, and it consumes their answers. [`EdgeResizer::answer`](crate::EdgeResizer::answer)
/// and [`GatewayResizer::answer`](crate::GatewayResizer::answer) begin one.
///
/// ```
/// # fn send(request: &presize::StoreRequest) -> presize::StoreAnswer { presize::StoreAnswer::default() }
/// # fn run(resizer: &presize::GatewayResizer, event: &str) -> presize::Result<String> {
/// use std::time::SystemTime;
///
/// let mut answering = resizer.answer(event, SystemTime::now())?;
/// while let Some(request) = answering.next_request(SystemTime::now()) {
///     answering.answer(send(&request)); // your HTTP client; `fail` where it gives up
/// }
/// if let Some(error) = answering.error() {
///     eprintln!("{}: {error}", error.code());
/// }
/// Ok(answering.finish()) // the JSON that the function returns
/// # }
/// ```
pub struct Answering(State);

enum State {
    Asking { plan: Box<Plan>, step: Step, is_asked: bool },
    Ended { returned: String, error: Option<Error> },
}

impl Answering {
    pub(super) fn new(plan: Plan) -> Self {
        let step = Step::first(&plan);
        Self(State::Asking { plan: Box::new(plan), step, is_asked: false })
    }

    /// One that needs nothing of the store.
    pub(super) fn ended(returned: String, error: Option<Error>) -> Self {
        Self(State::Ended { returned, error })
    }

    /// One for a request that is refused.
    pub(super) fn refused(caller: &Caller, variants: &Arc<Variants>, error: Error) -> Self {
        Self::ended(caller.refuse(&error, variants), Some(error))
    }

    /// The token that cancels it: the image work, and the requests after it. The answer is an error then, `cancelled`. Default:
    /// none.
    #[must_use]
    pub fn cancel_token(mut self, token: &CancelToken) -> Self {
        if let State::Asking { plan, .. } = &mut self.0 {
            plan.rules = plan.rules.clone().cancel_token(token);
        }
        self
    }

    /// The next request to send, signed as of `now` and valid for 5 minutes; `None` at the end. Asked again before the answer,
    /// for another attempt, it is the same request with a new signature. An error, such as expired credentials, is the end:
    /// an answer like all others.
    pub fn next_request(&mut self, now: SystemTime) -> Option<StoreRequest> {
        let State::Asking { plan, step, is_asked } = &mut self.0 else { return None };
        plan.asked_at = Some(now);
        match plan.rules.check_cancelled().and_then(|()| step.request(plan, now)) {
            Ok(request) => {
                *is_asked = true;
                Some(request)
            }
            Err(error) => {
                self.end(error);
                None
            }
        }
    }

    /// Consumes the store's answer to the last request. This is where images are made, which takes processor time. Never fails:
    /// what is wrong becomes the answer. An answer without a request is ignored.
    pub fn answer(&mut self, answer: StoreAnswer) {
        let State::Asking { plan, step, is_asked } = &mut self.0 else { return };
        if !mem::take(is_asked) {
            return;
        }
        match mem::replace(step, Step::Head).answered(plan, answer) {
            Ok(Next::Step(next)) => *step = next,
            Ok(Next::End(returned)) => *self = Self::ended(returned, None),
            Err(error) => self.end(error),
        }
    }

    /// Says that the last request has no answer, and why: no connection, or errors each time. The answer is then
    /// `store_unavailable`. URLs in the reason lose their queries.
    pub fn fail(&mut self, reason: &str) {
        self.end(unanswered(reason));
    }

    /// What the answer to the last request may cost besides the picture in its body: always 0.
    #[doc(hidden)]
    pub fn work_pixels(&self) -> u64 {
        0
    }

    /// The JSON that the function returns; the same however often it is called. Before the end it is the answer for
    /// `store_unavailable`.
    pub fn finish(&mut self) -> String {
        self.fail("the answer was not carried to its end");
        match &self.0 {
            State::Ended { returned, .. } => returned.clone(),
            State::Asking { .. } => String::new(),
        }
    }

    /// Why the answer is not the picture, for the log; also where CloudFront answers with the original instead.
    pub fn error(&self) -> Option<&Error> {
        match &self.0 {
            State::Ended { error, .. } => error.as_ref(),
            State::Asking { .. } => None,
        }
    }

    /// Ends it with an error, unless it has ended.
    fn end(&mut self, error: Error) {
        if let State::Asking { plan, .. } = &self.0 {
            *self = Self::ended(plan.caller.fail(&error, &plan.variants), Some(error));
        }
    }
}

/// Shows the key and where it stands.
impl fmt::Debug for Answering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Answering");
        match &self.0 {
            State::Asking { plan, step, .. } => shown.field("key", &plan.variant.key).field("step", &step.name()),
            State::Ended { error, .. } => {
                shown.field("step", &"ended").field("error", &error.as_ref().map(Error::code))
            }
        };
        shown.finish_non_exhaustive()
    }
}
