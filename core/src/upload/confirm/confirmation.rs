//! `Confirmation`: what a caller drives, one request to the store at a time.

use std::fmt;
use std::mem;
use std::time::SystemTime;

use crate::cancel::CancelToken;
use crate::error::{Error, ErrorKind, Result};
use crate::upload::event::{UploadAction, UploadEvent};

use super::confirmed::Confirmed;
use super::context::Context;
use super::step::Step;
use crate::store::{StoreAnswer, StoreRequest, unanswered};

/// The confirmation of one upload: a state machine without I/O. It hands out requests, your HTTP client sends them, and
/// it consumes the answers. [`Uploads::confirm`](crate::Uploads::confirm) begins one.
///
/// ```
/// # fn send(request: &presize::StoreRequest) -> presize::StoreAnswer { presize::StoreAnswer::default() }
/// # fn run(uploads: &presize::Uploads) -> presize::Result<()> {
/// use presize::ConfirmRequest;
/// use std::time::SystemTime;
///
/// let request = ConfirmRequest::new("user-7", "uploads/user-7/1700000000000-0123456789abcdef.jpg");
/// let mut confirmation = uploads.confirm(&request, SystemTime::now())?;
/// while let Some(request) = confirmation.next_request(SystemTime::now())? {
///     confirmation.answer(send(&request)); // your HTTP client; `fail` where it gives up
/// }
/// let confirmed = confirmation.finish()?;
/// println!("{} is {} x {}", confirmed.key, confirmed.width, confirmed.height);
/// # Ok(())
/// # }
/// ```
///
/// An upload that is bad (an error of status 4xx) is deleted, after one more look at the final key: if another confirmation
/// has confirmed the upload in the meantime, that is the answer. If the store refuses or fails (5xx), or the call is
/// cancelled, nothing is deleted, and the upload can be confirmed later. A confirmation can be repeated after an
/// interruption anywhere, and several can run at the same time: all of them answer with what the first one has put at the
/// final key. Once confirmed, that is never changed and never deleted. Nobody else may write there.
///
/// # What is written
///
/// The final key gets the file without its metadata, so without the GPS position
/// ([`originals`](crate::UploadPolicy::originals)), and metadata of its own that proves the confirmation:
/// `x-amz-meta-presize-confirmed` holds the length and the SHA-256 of its bytes, under a MAC whose key is derived from the
/// credentials. The object is created, never replaced (`If-None-Match: *`). Then the variants follow, each with the hash of
/// the object that it was made of: they are a function of it, and any later confirmation makes those that are missing. The
/// incoming object is deleted at the end.
///
/// An object that is found at the final key is read, and its bytes are compared with its proof. One without proof, or with
/// that of other credentials (temporary ones change), is checked like an upload; if it is bad, the error is
/// `store_response_invalid`, and it stays. If the bytes do not match the proof, the object is a copy that was interrupted
/// before it was compared: the upload is written over it.
///
/// # What a store must do
///
/// S3 and R2 document every condition that is sent. With other stores, HEAD of the final key comes right before each write
/// and right after it, and the bytes that were checked are written there, not copied
/// ([`promote`](crate::UploadPolicy::promote)). If a store answers a condition with 501, the request is repeated without
/// it.
///
/// | store | create-only ticket | create-only write | condition on a copy's source | left open |
/// | --- | --- | --- | --- | --- |
/// | S3 | kept | kept | kept | nothing |
/// | R2 | kept | kept | kept | nothing |
/// | s3s-fs 0.14 | kept, unless at once | kept, unless at once | kept | the window, but within the server: it looks, and then writes; with `copy` the window |
/// | Ceph RGW 16 | kept | kept | ignored | nothing with `auto`; with `copy` the window, and unchecked bytes for a moment |
/// | Garage 2.5 | ignored | ignored | kept | the window |
/// | any other | may be ignored | may be ignored | may be ignored | at most the window; with `copy` unchecked bytes for a moment |
///
/// *Kept, unless at once*: of several writes at the same time, more than one may be told that it has created the object. S3
/// and RGW let one of them win.
///
/// *The window*: two confirmations of the same key run while the client uploads another image, and the second one writes
/// after the first one has written, but has looked before that. Both images were checked, and the later one stays. Where
/// that matters, confirm an upload once, or let one process do it.
///
/// *Unchecked bytes for a moment*: only with `promote` of `copy`. What the client has uploaded since the check is at the
/// final key until the copy is compared and written over; if the program dies right there, until the next confirmation. No
/// confirmation ever answers with it. The copy is compared by its entity tag, in most stores an MD5 hash, for which two
/// files can be made that share it. With `write`, the very bytes that were checked are written.
///
/// # Without an incoming prefix
///
/// Uploads are at the final key before they are checked. A bad one is deleted there if it is still the one that was
/// checked: S3 gets a condition, other stores another HEAD right before. A ticket signs the policy's `cache_control`; what
/// a client adds without a signature (`Content-Disposition`, `Expires`, metadata and the like) is rewritten, and so is a
/// file that has metadata to be stripped. A file in which nothing has to be changed is left as it is, without a proof, and
/// is checked again each time. What other credentials have marked is never deleted. A ticket that is not
/// [`create_only`](crate::UploadPolicy::create_only) can replace what was confirmed until it expires. A write has the
/// condition that the upload is still the one that was checked; on a store other than S3 and R2, HEAD right before it says
/// the same, so that an upload that comes between the two is written over.
///
/// # Permissions
///
/// The credentials need to read, write and delete below both prefixes, and `s3:ListBucket`: without it S3 answers 403 for a
/// missing object, and the error is `store_refused` instead of `upload_not_found`. If HEAD is refused, GET of the same
/// object finds out why, and `store_refused` says what to check: credentials, permissions, the clock, the region. In a
/// bucket with versions, a deleted object stays as a version.
pub struct Confirmation {
    context: Context,
    step: Step,
    /// Whether a request was handed out that has no answer yet.
    is_asked: bool,
}

impl Confirmation {
    pub(super) fn new(context: Context) -> Self {
        Self { context, step: Step::first(), is_asked: false }
    }

    /// The token that cancels it: the check of the image, and the requests after it. An upload that is at its final key
    /// already is confirmed all the same, unless variants are still to be written: the next confirmation writes them.
    /// Default: none.
    #[must_use]
    pub fn cancel_token(mut self, token: &CancelToken) -> Self {
        self.context.rules = self.context.rules.cancel_token(token);
        self
    }

    /// The next request to send, signed as of `now` and valid for 5 minutes; `None` at the end. Asked again before the
    /// answer, for another attempt, it is the same request with a new signature.
    ///
    /// An error is the end too: `credentials_expired`, `signing_failed`, `header_invalid` (metadata of the policy),
    /// `cancelled`.
    pub fn next_request(&mut self, now: SystemTime) -> Result<Option<StoreRequest>> {
        let goes_on = if self.step.can_be_cancelled() { self.context.rules.check_cancelled() } else { Ok(()) };
        self.context.asked_at = Some(now);
        let request = goes_on.and_then(|()| self.step.request(&self.context, now));
        self.is_asked = matches!(request, Ok(Some(_)));
        match request {
            Err(_) if self.step.is_decided() => {
                self.give_up(unfinished()); // a DELETE that cannot be signed changes nothing about the outcome
                Ok(None)
            }
            Err(error) => {
                self.give_up(error.kind().clone().into());
                Err(error)
            }
            request => request,
        }
    }

    /// What the answer to the last request may cost besides the picture in its body, in weighted pixels as
    /// [`work_pixels`](crate::work_pixels) counts them: variants that an interrupted confirmation has left out are made once
    /// it is known which of them are missing. 0 for every other answer.
    pub fn work_pixels(&self) -> u64 {
        self.step.work_pixels()
    }

    /// Consumes the store's answer to the last request. This is where images are checked and made, which takes processor
    /// time. Never fails: what is wrong becomes a step or the error of [`finish`](Self::finish). An answer without a request
    /// is ignored.
    pub fn answer(&mut self, answer: StoreAnswer) {
        if !mem::take(&mut self.is_asked) {
            return;
        }
        let step = mem::replace(&mut self.step, Step::Ended(Err(unfinished())));
        self.step = step.advance(&mut self.context, answer);
    }

    /// Says that the last request has no answer, and why: no connection, or errors each time. The error of
    /// [`finish`](Self::finish) is `store_unavailable` then, unless the outcome was known already. URLs in the reason lose
    /// their queries.
    pub fn fail(&mut self, reason: &str) {
        self.is_asked = false;
        let error = match &self.step {
            // It would only have said more about this error.
            Step::Diagnose(step) => step.error.kind().clone().into(),
            _ => unanswered(reason),
        };
        self.give_up(error);
    }

    /// Ends it: with the outcome if there is one already, otherwise with this error.
    fn give_up(&mut self, error: Error) {
        let step = mem::replace(&mut self.step, Step::Ended(Err(unfinished())));
        self.step = Step::Ended(step.give_up(&self.context, error));
    }

    /// The result; the same however often it is called.
    ///
    /// Errors: `upload_not_found`, `upload_replaced`, `upload_too_large`, `upload_too_small`, `upload_size_mismatch`,
    /// `upload_checksum_mismatch`, `image_format_mismatch` and all others of [`check`](crate::check) and
    /// [`transform_many`](crate::transform_many), `bucket_not_found`, `credentials_expired`, `store_refused`,
    /// `store_response_invalid`, `store_unavailable` (also before the end, if others write to the final key again and again, and
    /// if a bad upload in place could not be deleted), those of [`next_request`](Self::next_request).
    pub fn finish(&mut self) -> Result<Confirmed> {
        match &mut self.step {
            Step::Ended(Ok(confirmed)) => Ok(confirmed.clone()),
            Step::Ended(Err(error)) => {
                // The cause cannot be cloned: only the first call returns it.
                let copy = Error::from(error.kind().clone());
                Err(mem::replace(error, copy))
            }
            _ => Err(unfinished()),
        }
    }

    /// What happened, for a log: without secrets and URLs. Before the end it is `failed`.
    pub fn event(&self, now: SystemTime) -> UploadEvent {
        let Context { request, received_bytes, .. } = &self.context;
        let unfinished = unfinished();
        let (bytes, error) = match &self.step {
            Step::Ended(Ok(confirmed)) => (Some(confirmed.bytes), None),
            Step::Ended(Err(error)) => (*received_bytes, Some(error)),
            _ => (*received_bytes, Some(&unfinished)),
        };
        UploadEvent::new(UploadAction::Confirm, &request.owner, Some(&request.key), bytes, error, now)
    }
}

/// Shows the key and where it stands.
impl fmt::Debug for Confirmation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, step) = (&self.context.request.key, self.step.name());
        f.debug_struct("Confirmation").field("key", key).field("step", &step).finish_non_exhaustive()
    }
}

fn unfinished() -> Error {
    ErrorKind::StoreUnavailable { reason: "the confirmation was not carried to its end".to_owned() }.into()
}
