//! The upload that was checked gets its final key, which is created and never replaced: who writes it first has confirmed
//! the upload, and all others answer with that. The store copies it only if it is still that one, or the bytes are written.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::SystemTime;

use crate::error::{ErrorKind, Result};
use crate::imaging::ImageInfo;
use crate::presign::{MetadataDirective, PresignBuilder};

use super::arrival::{Arrival, sign};
use super::compare::Compare;
use super::confirmed::Confirmed;
use super::copied::{Copied, read_copied};
use super::exchange::{StoreAnswer, StoreRequest};
use super::find::{Find, Otherwise};
use super::marker::Fingerprint;
use super::pictures::VariantFile;
use super::refusal::{is_without_bucket, refused};
use super::settle::Settle;
use super::step::Step;
use super::stored::{Stored, etag, invalid, quoted};
use super::write::Write;

/// An upload that is good, and what is made of it.
pub(super) struct Checked {
    pub info: ImageInfo,
    /// The upload as it was checked.
    pub source: Stored,
    /// That of the object at the final key.
    pub fingerprint: Fingerprint,
    pub content: Content,
    /// Written after the object itself.
    pub variants: VecDeque<VariantFile>,
}

/// How the object at the final key comes about.
pub(super) enum Content {
    /// The store copies the upload. Its bytes are kept where that can go wrong.
    Copied(Option<Vec<u8>>),
    /// These bytes are written.
    Written(Arc<Vec<u8>>),
    /// The upload is at its final key already, as it is to be.
    InPlace,
}

/// Copy of the incoming object to the final key, or PUT.
pub(super) struct Promote {
    checked: Box<Checked>,
    /// The entity tag of the unchecked object that is replaced.
    replaces: Option<String>,
}

impl Promote {
    /// The step, right after a look at the final key where the store needs one.
    ///
    /// Error: `store_unavailable`, after too many attempts.
    pub(super) fn step(checked: Checked, arrival: &mut Arrival) -> Result<Step> {
        arrival.count_attempt()?;
        let replaces = arrival.unchecked.as_ref().filter(|_| !arrival.is_in_place()).map(|known| known.etag.clone());
        // What was copied once, wrongly, would be so again.
        let checked = if replaces.is_some() { checked.into_written()? } else { Box::new(checked) };
        Ok(Step::Promote(Self { checked, replaces }))
    }

    pub(super) fn request(&self, arrival: &Arrival, now: SystemTime) -> Result<StoreRequest> {
        let Checked { info, source, fingerprint, content, .. } = &*self.checked;
        let copy_source = arrival.presigner.bucket().copy_source(arrival.key());
        let source_etag = source.quoted_etag();
        let mut request = match content {
            Content::Copied(_) | Content::InPlace => arrival
                .presigner
                .copy(arrival.final_key(), &copy_source)
                .copy_source_if_match(&source_etag)
                .metadata_directive(MetadataDirective::Replace),
            Content::Written(bytes) => arrival.presigner.put(arrival.final_key()).content_length(bytes.len() as u64),
        };
        request = self.conditions(request, arrival).content_type(info.format.media_type());
        if let Some(cache_control) = &arrival.policy().cache_control {
            request = request.cache_control(cache_control);
        }
        for (name, value) in arrival.proven_metadata(fingerprint)? {
            request = request.metadata(&name, &value);
        }
        let body = match content {
            Content::Copied(_) | Content::InPlace => Arc::default(),
            Content::Written(bytes) => Arc::clone(bytes),
        };
        Ok(StoreRequest { body, ..sign(request, now)? })
    }

    /// The object is created, or replaces the very one that is meant.
    fn conditions<'a>(&self, request: PresignBuilder<'a>, arrival: &Arrival) -> PresignBuilder<'a> {
        if arrival.refuses_conditions {
            return request;
        }
        match (&self.replaces, &self.checked.content) {
            (Some(etag), _) => request.if_match(&tag_to_replace(etag, arrival)),
            (None, _) if !arrival.is_in_place() => request.if_none_match("*"),
            // A copy onto itself has the condition on its source.
            (None, Content::Copied(_) | Content::InPlace) => request,
            (None, Content::Written(_)) => request.if_match(&tag_to_replace(&self.checked.source.etag, arrival)),
        }
    }

    pub(super) fn answered(self, arrival: &mut Arrival, answer: &StoreAnswer) -> Result<Step> {
        let operation = self.operation();
        let is_copy = matches!(self.checked.content, Content::Copied(_));
        // What a client puts there after a copy onto itself is not the copy's: its condition is enough, where it is read.
        let is_kept = arrival.is_in_place() && arrival.presigner.bucket().honours_conditions();
        let copied = match answer.status {
            200 if is_copy => read_copied(&answer.body)?,
            200 => Copied::Done(etag(&answer.headers)?),
            // Or it is gone, as in `Fetched::Hidden`.
            403 if is_copy => return Ok(Find::unless_confirmed(refused(arrival, operation, answer))),
            404 if is_without_bucket(answer) => return Err(refused(arrival, operation, answer)),
            404 if is_copy => Copied::Gone,
            // Nothing is there that could be replaced.
            404 if self.replaces.is_some() || arrival.is_in_place() => Copied::Replaced,
            409 => Copied::Conflict,
            412 => Copied::Replaced,
            501 if !arrival.refuses_conditions && !arrival.presigner.bucket().honours_conditions() => {
                arrival.refuses_conditions = true;
                return self.checked.find_or_promote(arrival);
            }
            _ => return Err(refused(arrival, operation, answer)),
        };
        match copied {
            Copied::Done(etag) if !is_copy || etag == self.checked.source.etag || is_kept => {
                Ok(self.checked.settle(arrival, etag))
            }
            Copied::Done(etag) => Ok(Compare::step(self.checked, etag)),
            Copied::Failed => Err(refused(arrival, operation, answer)),
            Copied::Gone => Ok(Find::unless_confirmed(ErrorKind::UploadNotFound {})),
            // Another confirmation was faster, or this one was, with an earlier attempt whose answer was lost. Or the upload
            // was replaced.
            Copied::Replaced if is_copy || arrival.is_in_place() => {
                Ok(Find::unless_confirmed(ErrorKind::UploadReplaced {}))
            }
            Copied::Replaced if self.replaces.is_some() => Ok(self.checked.find()),
            Copied::Replaced | Copied::Conflict => {
                let reason = format!("the store answered {operation} with {}", answer.status);
                Ok(Find::unless_confirmed(ErrorKind::StoreUnavailable { reason }))
            }
        }
    }

    fn operation(&self) -> &'static str {
        match self.checked.content {
            Content::Copied(_) | Content::InPlace => "copy-object",
            Content::Written(_) => "put",
        }
    }
}

/// The entity tag of an object that may be replaced. Ceph's gateway compares the condition of a PUT, quotes and all, with the
/// bare tag, so that it never holds with them; other stores take both.
fn tag_to_replace(etag: &str, arrival: &Arrival) -> String {
    if arrival.presigner.bucket().honours_conditions() { quoted(etag) } else { etag.to_owned() }
}

impl Checked {
    /// What follows the check.
    ///
    /// Error: `store_unavailable`, after too many attempts.
    pub(super) fn step(self, arrival: &mut Arrival) -> Result<Step> {
        if matches!(self.content, Content::InPlace) {
            let etag = self.source.etag.clone();
            return Ok(self.promoted(arrival, etag));
        }
        Box::new(self).find_or_promote(arrival)
    }

    /// The write, after a look at the final key where the store does not promise to make it only if nothing is there.
    fn find_or_promote(self: Box<Self>, arrival: &mut Arrival) -> Result<Step> {
        if arrival.is_in_place() || arrival.presigner.bucket().honours_conditions() {
            return Promote::step(*self, arrival);
        }
        Ok(self.find())
    }

    /// Another look at the final key, and the write where no confirmed object is there.
    pub(super) fn find(self: Box<Self>) -> Step {
        Step::Find(Find { otherwise: Otherwise::Promote(self) })
    }

    /// The same upload, whose bytes are written instead of being copied.
    ///
    /// Error: `store_response_invalid`, where they are not at hand: a store that documents its conditions has not kept one.
    pub(super) fn into_written(self) -> Result<Box<Self>> {
        let content = match self.content {
            Content::Copied(Some(bytes)) => Content::Written(bytes.into()),
            Content::Written(bytes) => Content::Written(bytes),
            Content::Copied(None) | Content::InPlace => return Err(invalid("a copy of what was checked", "another")),
        };
        Ok(Box::new(Self { content, ..self }))
    }

    /// The write has been answered: a last look where the store does not promise that it stays.
    pub(super) fn settle(self: Box<Self>, arrival: &Arrival, etag: String) -> Step {
        if arrival.is_in_place() || arrival.presigner.bucket().honours_conditions() {
            return self.promoted(arrival, etag);
        }
        Step::Settle(Settle { checked: self, etag })
    }

    /// The upload is at its final key.
    pub(super) fn promoted(self, arrival: &Arrival, etag: String) -> Step {
        let confirmed = Confirmed {
            key: arrival.final_key().to_owned(),
            public_url: arrival.public_url(arrival.final_key()),
            format: self.info.format,
            width: self.info.width,
            height: self.info.height,
            exif: self.info.exif_summary,
            bytes: self.fingerprint.bytes,
            etag,
            variants: self.variants.iter().map(|file| file.variant.clone()).collect(),
        };
        Write::step(confirmed, self.fingerprint.hash, self.variants, arrival)
    }
}
