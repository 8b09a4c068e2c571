//! The write to the final key. Two confirmations of one upload can run at the same time, while its client uploads again, and
//! any answer can get lost. One rule makes all of that harmless: the final key is created, never replaced
//! (`If-None-Match: *`), and a confirmation that cannot create it answers with the object that is there.
//!
//! A and B confirm an upload, the photo 1; its client C sends the photo 2 after A has fetched the first one:
//!
//! ```text
//! A  HEAD F, HEAD I, GET I     404, 200, 200   photo 1 is good
//! C  PUT  I                    200             photo 2
//! B  HEAD F, HEAD I, GET I     404, 200, 200   photo 2 is good, too
//! A  PUT  F if-none-match *    200             photo 1 is created: this moment decides. The answer gets lost
//! B  PUT  F if-none-match *    412             somebody was faster
//! B  HEAD F, GET F             200, 200        marker and bytes of photo 1: B answers with photo 1
//! B  DELETE I                  204
//! A  PUT  F if-none-match *    412             the same request again; A cannot know that it was A who was faster
//! A  HEAD F, GET F             200, 200        marker and bytes of photo 1: A answers with photo 1, too
//! A  DELETE I                  204             it is gone already, which S3 does not mind
//! ```
//!
//! With the same order of writes a program may die anywhere. Before the PUT of F nothing has happened. After it, the next
//! confirmation finds F and goes on from there: variants are a function of F, so it makes those that are missing, and they
//! get the same bytes again. I is deleted last, because until F exists it is the only copy.
//!
//! A copy by the store has a second condition, that I is still the object that was checked
//! (`x-amz-copy-source-if-match`). Stores that may ignore conditions get HEAD of F before and after the write instead, and a
//! copy there is compared with what was checked if it has another entity tag. In place, I is F: the condition is that it still
//! has the upload that was checked.

use std::sync::Arc;
use std::time::SystemTime;

use crate::error::{ErrorKind, Result};
use crate::presign::{MetadataDirective, PresignBuilder};
use crate::store::{
    CopyResult, StoreAnswer, StoreRequest, etag, is_without_bucket, parse_copy_result, signed, write_condition,
};
use crate::upload::confirm::context::Context;
use crate::upload::confirm::next::{IfUnconfirmed, Next};
use crate::upload::confirm::pending_write::{PendingWrite, WriteMethod};
use crate::upload::confirm::round_trip::RoundTrip;

/// A copy of the upload to the final key, or PUT.
pub(crate) struct Promote {
    write: Box<PendingWrite>,
    /// The entity tag of the object that is replaced: its marker is not about its bytes, so it was never confirmed.
    replaces: Option<String>,
}

impl Promote {
    /// Error: `store_unavailable`, after too many attempts.
    pub(crate) fn new(write: Box<PendingWrite>, context: &mut Context) -> Result<Self> {
        context.count_attempt()?;
        let replaces = context.mismatch.as_ref().filter(|_| !context.is_in_place()).map(|known| known.etag.clone());
        let write = if replaces.is_some() { Box::new(write.into_put()?) } else { write };
        Ok(Self { write, replaces })
    }

    /// The condition on the final key: it has no object, or the one that is to be replaced.
    fn add_condition<'a>(&self, request: PresignBuilder<'a>, context: &Context) -> PresignBuilder<'a> {
        if context.refuses_conditions {
            return request;
        }
        match (&self.replaces, &self.write.method) {
            (Some(etag), _) => request.if_match(&write_condition(etag, context.presigner.bucket())),
            (None, _) if !context.is_in_place() => request.if_none_match("*"),
            // The source of a copy onto itself has a condition already.
            (None, WriteMethod::Copy { .. }) => request,
            (None, WriteMethod::Put(_)) => {
                request.if_match(&write_condition(&self.write.upload.source.etag, context.presigner.bucket()))
            }
        }
    }

    fn operation(&self) -> &'static str {
        match self.write.method {
            WriteMethod::Copy { .. } => "copy-object",
            WriteMethod::Put(_) => "put",
        }
    }
}

impl RoundTrip for Promote {
    fn request(&self, context: &Context, now: SystemTime) -> Result<StoreRequest> {
        let PendingWrite { upload, method } = &*self.write;
        let copy_source = context.presigner.bucket().copy_source(context.upload_key());
        let source_etag = upload.source.quoted_etag();
        let (request, body) = match method {
            WriteMethod::Copy { .. } => {
                let copy = context.presigner.copy(context.final_key(), &copy_source);
                let copy = copy.copy_source_if_match(&source_etag).metadata_directive(MetadataDirective::Replace);
                (copy, Arc::default())
            }
            WriteMethod::Put(bytes) => {
                let put = context.presigner.put(context.final_key()).content_length(bytes.len() as u64);
                (put, Arc::clone(bytes))
            }
        };
        let mut request = self.add_condition(request, context).content_type(upload.info.format.media_type());
        if let Some(cache_control) = &context.policy().cache_control {
            request = request.cache_control(cache_control);
        }
        for (name, value) in context.final_metadata(&upload.fingerprint)? {
            request = request.metadata(&name, &value);
        }
        Ok(StoreRequest { body, ..signed(request, now)? })
    }

    fn answered(self, context: &mut Context, answer: StoreAnswer) -> Result<Next> {
        let operation = self.operation();
        let is_copy = matches!(self.write.method, WriteMethod::Copy { .. });
        let result = match answer.status {
            200 if is_copy => parse_copy_result(&answer.body)?,
            200 => CopyResult::Copied(etag(&answer.headers)?),
            // Forbidden or missing, as with `Fetched::Hidden`.
            403 if is_copy => return Ok(Next::refuse_unless_confirmed(context.refusal(operation, &answer))),
            404 if is_without_bucket(&answer) => return Err(context.refusal(operation, &answer)),
            404 if is_copy => CopyResult::NotFound,
            // The object that was to be replaced is gone.
            404 if self.replaces.is_some() || context.is_in_place() => CopyResult::PreconditionFailed,
            409 => CopyResult::Conflict,
            412 => CopyResult::PreconditionFailed,
            501 if !context.refuses_conditions && !context.honours_conditions() => {
                context.refuses_conditions = true;
                return Ok(Next::Checked(self.write));
            }
            _ => return Err(context.refusal(operation, &answer)),
        };
        // A copy onto itself that was made on condition is right, even if the client has written to the key since.
        let is_guarded = context.is_in_place() && context.honours_conditions();
        match result {
            CopyResult::Copied(etag) if !is_copy || etag == self.write.upload.source.etag || is_guarded => {
                Ok(Next::Written { write: self.write, etag })
            }
            CopyResult::Copied(etag) => Ok(Next::CompareCopy { write: self.write, etag }),
            CopyResult::Failed => Err(context.refusal(operation, &answer)),
            CopyResult::NotFound => Ok(Next::refuse_unless_confirmed(ErrorKind::UploadNotFound {})),
            // Another confirmation was faster, or an earlier attempt of this one whose answer got lost; or the client has
            // uploaded again.
            CopyResult::PreconditionFailed if is_copy || context.is_in_place() => {
                Ok(Next::refuse_unless_confirmed(ErrorKind::UploadReplaced {}))
            }
            CopyResult::PreconditionFailed if self.replaces.is_some() => {
                Ok(Next::HeadFinal(IfUnconfirmed::Write(self.write)))
            }
            CopyResult::PreconditionFailed | CopyResult::Conflict => {
                let reason = format!("the store answered {operation} with {}", answer.status);
                Ok(Next::refuse_unless_confirmed(ErrorKind::StoreUnavailable { reason }))
            }
        }
    }
}
