//! `Resizing`: what a caller drives, one request to the store at a time.

use std::fmt;
use std::mem;
use std::time::SystemTime;

use crate::cancel::CancelToken;
use crate::delivery::events::CreatedObject;
use crate::error::{Error, ErrorKind, Result};
use crate::store::{StoreAnswer, StoreRequest, unanswered};

use super::context::Context;
use super::resized::Resized;
use super::resizer::EventResizer;
use super::step::Step;

/// The resizing of one original: a state machine without I/O. It hands out requests, your HTTP client sends them, and it
/// consumes the answers. [`EventResizer::resize`] begins one.
///
/// ```
/// # fn send(request: &presize::StoreRequest) -> presize::StoreAnswer { presize::StoreAnswer::default() }
/// # fn run(resizer: &presize::EventResizer, event: &str) -> presize::Result<()> {
/// use std::time::SystemTime;
///
/// for object in &presize::parse_store_events(event)?.objects {
///     let mut resizing = resizer.resize(object);
///     while let Some(request) = resizing.next_request(SystemTime::now())? {
///         resizing.answer(send(&request)); // your HTTP client; `fail` where it gives up
///     }
///     let resized = resizing.finish()?;
///     println!("{} has {} results", resized.key, resized.outputs.len());
/// }
/// # Ok(())
/// # }
/// ```
///
/// It can be repeated after an interruption anywhere, and several of the same original can run at the same time.
pub struct Resizing {
    context: Context,
    step: Step,
    /// Whether a request was handed out that has no answer yet.
    is_asked: bool,
}

impl Resizing {
    pub(super) fn new(resizer: EventResizer, object: CreatedObject) -> Self {
        let rules = resizer.rules.clone();
        let context = Context { resizer, object, rules, refuses_conditions: false, asked_at: None };
        Self { step: Step::first(&context), context, is_asked: false }
    }

    /// The token that cancels it. Results that are stored already stay. Default: none.
    #[must_use]
    pub fn cancel_token(mut self, token: &CancelToken) -> Self {
        self.context.rules = self.context.rules.cancel_token(token);
        self
    }

    /// The next request to send, signed as of `now` and valid for 5 minutes; `None` at the end. Asked again before the
    /// answer, for another attempt, it is the same request with a new signature.
    ///
    /// An error is the end too: `upload_key_invalid`, `credentials_expired`, `signing_failed`, `header_invalid` (the version of
    /// the object), `image_too_large` (by the size in the event), `cancelled`.
    pub fn next_request(&mut self, now: SystemTime) -> Result<Option<StoreRequest>> {
        if matches!(self.step, Step::Ended(_)) {
            return Ok(None);
        }
        self.context.asked_at = Some(now);
        let goes_on = self.context.rules.check_cancelled();
        let request = goes_on.and_then(|()| self.step.request(&self.context, now));
        self.is_asked = matches!(request, Ok(Some(_)));
        if let Err(error) = &request {
            self.step = Step::Ended(Err(error.kind().clone().into()));
        }
        request
    }

    /// What the answer to the last request may cost besides the picture in its body, in weighted pixels as
    /// [`work_pixels`](crate::work_pixels) counts them: nothing.
    pub fn work_pixels(&self) -> u64 {
        0
    }

    /// Consumes the store's answer to the last request. This is where the original is checked and the results are made, which
    /// takes processor time. Never fails: what is wrong becomes a step or the error of [`finish`](Self::finish). An answer
    /// without a request is ignored.
    pub fn answer(&mut self, answer: StoreAnswer) {
        if !mem::take(&mut self.is_asked) {
            return;
        }
        let step = mem::replace(&mut self.step, Step::Ended(Err(unfinished())));
        self.step = step.advance(&mut self.context, answer);
    }

    /// Says that the last request has no answer, and why: no connection, or errors each time. The error of
    /// [`finish`](Self::finish) is `store_unavailable` then. URLs in the reason lose their queries.
    pub fn fail(&mut self, reason: &str) {
        self.is_asked = false;
        if !matches!(self.step, Step::Ended(_)) {
            self.step = Step::Ended(Err(unanswered(reason)));
        }
    }

    /// What was stored; the same however often it is called.
    ///
    /// Errors: `image_too_large`, `image_corrupt` and all others of [`check`](crate::check) and
    /// [`transform_many`](crate::transform_many), `bucket_not_found`, `credentials_expired`, `store_refused`,
    /// `store_response_invalid`, `store_unavailable` (also before the end, and if others write a result again and again), those of
    /// [`next_request`](Self::next_request). [`Error::is_worth_retry`] says whether the event should come again.
    pub fn finish(&mut self) -> Result<Resized> {
        match &mut self.step {
            Step::Ended(Ok(resized)) => Ok(resized.clone()),
            Step::Ended(Err(error)) => {
                // The cause cannot be cloned: only the first call returns it.
                let copy = Error::from(error.kind().clone());
                Err(mem::replace(error, copy))
            }
            _ => Err(unfinished()),
        }
    }
}

/// Shows the key and where it stands.
impl fmt::Debug for Resizing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, step) = (&self.context.object.key, self.step.name());
        f.debug_struct("Resizing").field("key", key).field("step", &step).finish_non_exhaustive()
    }
}

fn unfinished() -> Error {
    ErrorKind::StoreUnavailable { reason: "the resizing was not carried to its end".to_owned() }.into()
}
