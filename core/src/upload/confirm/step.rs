//! `Step`: where a confirmation stands, and which step follows from what an answer means.

use std::collections::VecDeque;
use std::time::SystemTime;

use crate::error::{Error, ErrorKind, Result};

use super::checked_upload::CheckedUpload;
use super::confirmed::Confirmed;
use super::context::Context;
use super::next::{IfUnconfirmed, Next};
use super::round_trip::RoundTrip;
use super::steps::{
    CompareCopy, DeleteUpload, Diagnose, HeadFinal, HeadIncoming, HeadVariants, Promote, PutVariants, ReadBack, Resume,
    Verify,
};
use super::variants::VariantFile;
use crate::store::{StoreAnswer, StoreRequest};

/// Where a confirmation stands: at a request whose answer is awaited, or at the end.
pub(crate) enum Step {
    HeadFinal(HeadFinal),
    HeadIncoming(HeadIncoming),
    Diagnose(Diagnose),
    Resume(Resume),
    Verify(Verify),
    Promote(Promote),
    CompareCopy(CompareCopy),
    ReadBack(ReadBack),
    HeadVariants(HeadVariants),
    PutVariants(PutVariants),
    DeleteUpload(DeleteUpload),
    Ended(Result<Confirmed>),
}

impl Step {
    /// The step that every confirmation begins with.
    pub(crate) fn first() -> Self {
        Self::HeadFinal(HeadFinal { if_unconfirmed: IfUnconfirmed::CheckUpload })
    }

    /// The request of this step; `None` at the end.
    pub(crate) fn request(&self, context: &Context, now: SystemTime) -> Result<Option<StoreRequest>> {
        match self {
            Self::HeadFinal(step) => step.request(context, now),
            Self::HeadIncoming(step) => step.request(context, now),
            Self::Diagnose(step) => step.request(context, now),
            Self::Resume(step) => step.request(context, now),
            Self::Verify(step) => step.request(context, now),
            Self::Promote(step) => step.request(context, now),
            Self::CompareCopy(step) => step.request(context, now),
            Self::ReadBack(step) => step.request(context, now),
            Self::HeadVariants(step) => step.request(context, now),
            Self::PutVariants(step) => step.request(context, now),
            Self::DeleteUpload(step) => step.request(context, now),
            Self::Ended(_) => return Ok(None),
        }
        .map(Some)
    }

    /// Advances the confirmation by the store's answer. After an error the confirmation cannot succeed any more, but a last
    /// HEAD and a DELETE may follow.
    pub(crate) fn advance(self, context: &mut Context, answer: StoreAnswer) -> Self {
        let next = self.answered(context, answer).and_then(|next| Self::enter(next, context));
        next.unwrap_or_else(|error| Self::refuse(error, context))
    }

    fn answered(self, context: &mut Context, answer: StoreAnswer) -> Result<Next> {
        match self {
            Self::HeadFinal(step) => step.answered(context, answer),
            Self::HeadIncoming(step) => step.answered(context, answer),
            Self::Diagnose(step) => step.answered(context, answer),
            Self::Resume(step) => step.answered(context, answer),
            Self::Verify(step) => step.answered(context, answer),
            Self::Promote(step) => step.answered(context, answer),
            Self::CompareCopy(step) => step.answered(context, answer),
            Self::ReadBack(step) => step.answered(context, answer),
            Self::HeadVariants(step) => step.answered(context, answer),
            Self::PutVariants(step) => step.answered(context, answer),
            Self::DeleteUpload(step) => step.answered(context, answer),
            Self::Ended(outcome) => Ok(Next::End(outcome)),
        }
    }

    /// Turns what follows into the step that does it.
    fn enter(next: Next, context: &mut Context) -> Result<Self> {
        Ok(match next {
            Next::HeadFinal(if_unconfirmed) => Self::HeadFinal(HeadFinal { if_unconfirmed }),
            Next::Unconfirmed(IfUnconfirmed::CheckUpload) => Self::HeadIncoming(HeadIncoming),
            Next::Unconfirmed(IfUnconfirmed::Refuse { error, .. }) => {
                context.has_rechecked_final = true;
                return Err(error);
            }
            Next::Unconfirmed(IfUnconfirmed::Write(write)) => Self::Promote(Promote::new(write, context)?),
            Next::UploadHead(answer) => {
                let next = HeadIncoming.answered(context, answer)?;
                return Self::enter(next, context);
            }
            Next::Diagnose(error) => Self::Diagnose(Diagnose { error }),
            Next::Resume { fetch, marker, if_unconfirmed } => Self::Resume(Resume { fetch, marker, if_unconfirmed }),
            Next::Verify(fetch) => Self::Verify(Verify { fetch }),
            Next::Checked(write) if context.needs_head_before_write() => {
                Self::HeadFinal(HeadFinal { if_unconfirmed: IfUnconfirmed::Write(write) })
            }
            Next::Checked(write) => Self::Promote(Promote::new(write, context)?),
            Next::CompareCopy { write, etag } => Self::CompareCopy(CompareCopy::new(write, etag)),
            Next::Written { write, etag } if context.needs_head_after_write() => {
                Self::ReadBack(ReadBack { write, etag })
            }
            Next::Written { write, etag } => Self::promoted(write.upload, etag, context),
            Next::Promoted { upload, etag } => Self::promoted(*upload, etag, context),
            Next::HeadVariants(mut lookup) => match lookup.pending.pop_front() {
                Some((key, width)) => Self::HeadVariants(HeadVariants { lookup, key, width }),
                None => Self::confirmed(lookup.confirmed, context),
            },
            Next::PutVariants { confirmed, sha256, files } => Self::put_variants(confirmed, sha256, files, context),
            Next::Confirmed(confirmed) => Self::confirmed(confirmed, context),
            Next::End(outcome) => Self::Ended(outcome),
        })
    }

    fn promoted(upload: CheckedUpload, etag: String, context: &Context) -> Self {
        let sha256 = upload.fingerprint.sha256;
        let (confirmed, files) = upload.into_confirmed(etag, context);
        Self::put_variants(confirmed, sha256, files, context)
    }

    fn put_variants(
        confirmed: Confirmed,
        sha256: [u8; 32],
        mut files: VecDeque<VariantFile>,
        context: &Context,
    ) -> Self {
        match files.pop_front() {
            Some(file) => Self::PutVariants(PutVariants { confirmed, sha256, file, pending: files }),
            None => Self::confirmed(confirmed, context),
        }
    }

    fn confirmed(confirmed: Confirmed, context: &Context) -> Self {
        if context.is_in_place() {
            return Self::Ended(Ok(confirmed));
        }
        Self::DeleteUpload(DeleteUpload { outcome: Ok(confirmed) })
    }

    /// What follows an error. A bad upload is deleted; if the store or the back end is at fault, it is kept and can be
    /// confirmed later. What is at the final key is never deleted, unless it is the upload itself.
    ///
    /// While this confirmation was checking what its client has sent since, another one may have confirmed the upload. So the
    /// final key is asked for once more before anything is deleted, and an object that is there decides.
    fn refuse(error: Error, context: &Context) -> Self {
        let is_bad = error.http_status() < 500 && !matches!(error.kind(), ErrorKind::Cancelled {});
        let is_missing = matches!(error.kind(), ErrorKind::UploadNotFound {});
        // In place, what has replaced the upload was not checked: another confirmation may have written it.
        let is_unchecked = context.is_in_place() && matches!(error.kind(), ErrorKind::UploadReplaced {});
        if !is_bad || is_missing || is_unchecked {
            return Self::Ended(Err(error));
        }
        if !context.has_rechecked_final {
            let if_unconfirmed = IfUnconfirmed::Refuse { error, is_diagnosed: true };
            return Self::HeadFinal(HeadFinal { if_unconfirmed });
        }
        Self::DeleteUpload(DeleteUpload { outcome: Err(error) })
    }

    /// The outcome if the request of this step cannot be sent or has no answer, for this reason.
    pub(crate) fn give_up(self, context: &Context, error: Error) -> Result<Confirmed> {
        match self {
            Self::DeleteUpload(step) => step.give_up(context, error),
            Self::Ended(outcome) => outcome,
            _ => Err(error),
        }
    }

    /// Whether the outcome is known already, unless a bad upload in place cannot be deleted.
    pub(crate) fn is_decided(&self) -> bool {
        matches!(self, Self::DeleteUpload(_) | Self::Ended(_))
    }

    /// Whether a caller that cancels stops it here. Between a write to the final key and the look at what it has done, and
    /// after the outcome is known, it does not.
    pub(crate) fn can_be_cancelled(&self) -> bool {
        !self.is_decided() && !matches!(self, Self::CompareCopy(_) | Self::ReadBack(_))
    }

    /// What the answer may cost besides the check of an image in its body, in weighted pixels.
    pub(crate) fn work_pixels(&self) -> u64 {
        match self {
            Self::HeadVariants(step) => step.work_pixels(),
            _ => 0,
        }
    }

    /// Its name, for `Debug`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::HeadFinal(_) => "head_final",
            Self::HeadIncoming(_) => "head_incoming",
            Self::Diagnose(_) => "diagnose",
            Self::Resume(_) => "resume",
            Self::Verify(_) => "verify",
            Self::Promote(_) => "promote",
            Self::CompareCopy(_) => "compare_copy",
            Self::ReadBack(_) => "read_back",
            Self::HeadVariants(_) => "head_variants",
            Self::PutVariants(_) => "put_variants",
            Self::DeleteUpload(_) => "delete_upload",
            Self::Ended(_) => "ended",
        }
    }
}
