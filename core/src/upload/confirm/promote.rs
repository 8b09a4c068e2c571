//! Step 4, second half: the upload that was checked gets its final key. The store copies it only if it is still that one.

use std::time::SystemTime;

use crate::error::{ErrorKind, Result};
use crate::imaging::ImageInfo;
use crate::presign::{MetadataDirective, unescaped};

use super::arrival::{Arrival, MAX_ANSWER_BYTES, sign};
use super::compare::{Compare, Seen};
use super::confirmed::{Confirmed, Variant};
use super::exchange::{StoreAnswer, StoreRequest};
use super::refusal::{element, is_without_bucket, refused};
use super::remove::Remove;
use super::step::Step;
use super::stored::{Stored, invalid, parse_etag};

/// What is known of the upload when it is good.
pub(super) struct Checked {
    pub info: ImageInfo,
    pub stored: Stored,
    pub seen: Seen,
    /// Those that have been written.
    pub variants: Vec<Variant>,
}

/// Copy of the incoming object to the final key.
pub(super) struct Promote(Checked);

impl Promote {
    /// The step, or what follows it where the upload is in its place already.
    pub(super) fn step(checked: Checked, arrival: &Arrival) -> Step {
        let is_in_place = arrival.incoming_key.is_none();
        if is_in_place && arrival.policy().cache_control.is_none() && arrival.metadata().is_empty() {
            let Stored { etag, bytes } = checked.stored.clone();
            return checked.promoted(arrival, etag, bytes);
        }
        Step::Promote(Self(checked))
    }

    pub(super) fn request(&self, arrival: &Arrival, now: SystemTime) -> Result<StoreRequest> {
        let Checked { info, stored, .. } = &self.0;
        let source = arrival.presigner.bucket().copy_source(arrival.key());
        let mut request = arrival
            .presigner
            .copy(arrival.final_key(), &source)
            .copy_source_if_match(&stored.quoted_etag())
            .metadata_directive(MetadataDirective::Replace)
            .content_type(info.format.media_type());
        if let Some(cache_control) = &arrival.policy().cache_control {
            request = request.cache_control(cache_control);
        }
        for (name, value) in arrival.metadata() {
            request = request.metadata(&name, &value);
        }
        sign(request, now)
    }

    pub(super) fn answered(self, arrival: &mut Arrival, answer: &StoreAnswer) -> Result<Step> {
        let copied = match answer.status {
            200 => read_copied(&answer.body)?,
            // Or it is gone, as in `Fetched::Hidden`.
            403 => return arrival.unless_confirmed(refused(arrival, "copy-object", answer)),
            404 if !is_without_bucket(answer) => Copied::Gone,
            412 => Copied::Replaced,
            _ => return Err(refused(arrival, "copy-object", answer)),
        };
        match copied {
            Copied::Done(etag) if etag == self.0.stored.etag || arrival.incoming_key.is_none() => {
                let bytes = self.0.stored.bytes;
                Ok(self.0.promoted(arrival, etag, bytes))
            }
            Copied::Done(etag) => Ok(Compare::step(self.0, etag)),
            Copied::Failed => Err(refused(arrival, "copy-object", answer)),
            Copied::Gone => arrival.unless_confirmed(ErrorKind::UploadNotFound {}),
            Copied::Replaced => arrival.unless_confirmed(ErrorKind::UploadReplaced {}),
        }
    }
}

impl Checked {
    /// The upload is at its final key: only the incoming object is left to remove.
    pub(super) fn promoted(self, arrival: &Arrival, etag: String, bytes: u64) -> Step {
        let confirmed = Confirmed {
            key: arrival.final_key().to_owned(),
            public_url: arrival.public_url(arrival.final_key()),
            format: self.info.format,
            width: self.info.width,
            height: self.info.height,
            bytes,
            etag,
            variants: self.variants,
        };
        Remove::step(arrival.incoming_key.clone(), Ok(confirmed))
    }
}

/// What the store says of a copy.
enum Copied {
    /// With the entity tag of the new object.
    Done(String),
    Gone,
    Replaced,
    /// After all, with the status of a success.
    Failed,
}

/// Reads the XML that answers a copy. S3 can begin its answer with status 200 and then fail: only a `CopyObjectResult`
/// means that there is a copy.
///
/// Error: `store_response_invalid`.
fn read_copied(body: &[u8]) -> Result<Copied> {
    let wrong = |reason| invalid("a CopyObjectResult", reason);
    let is_short = body.len() as u64 <= MAX_ANSWER_BYTES;
    let text = std::str::from_utf8(body).ok().filter(|_| is_short).ok_or_else(|| wrong("an unreadable answer"))?;
    if text.contains("<Error>") || text.contains("<Error ") {
        return Ok(match element(text, "Code") {
            Some("PreconditionFailed") => Copied::Replaced,
            Some("NoSuchKey") => Copied::Gone,
            _ => Copied::Failed,
        });
    }
    if !text.contains("<CopyObjectResult") || !text.contains("</CopyObjectResult>") {
        return Err(wrong("another answer"));
    }
    let etag = element(text, "ETag").ok_or_else(|| wrong("one without an ETag"))?;
    let etag = unescaped(etag).and_then(|etag| parse_etag(&etag));
    etag.map(Copied::Done).ok_or_else(|| wrong("one with an unreadable ETag"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_result_means_a_copy() {
        for body in [
            "",
            "<?xml version=\"1.0\"?>",
            "<CopyObjectResult>",
            "<CopyObjectResult></CopyObjectResult>",
            "<CopyObjectResult><ETag></ETag></CopyObjectResult>",
            "<CopyObjectResult><ETag>\"a\"",
            "<CopyObjectResult><ETag>&evil;</ETag></CopyObjectResult>",
            "<CopyObjectResult><ETag>a b</ETag></CopyObjectResult>",
            "<html>200 OK</html>",
        ] {
            assert!(read_copied(body.as_bytes()).is_err(), "{body}");
        }
        assert!(read_copied(b"\xff\xfe").is_err());
        let long = format!("<CopyObjectResult><ETag>a</ETag>{}</CopyObjectResult>", " ".repeat(65_536));
        assert!(read_copied(long.as_bytes()).is_err());
        for body in [
            "<CopyObjectResult><ETag>&quot;a-2&quot;</ETag></CopyObjectResult>",
            "<?xml version=\"1.0\"?>\n<CopyObjectResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
             <LastModified>2026</LastModified><ETag>\"a-2\"</ETag></CopyObjectResult>",
        ] {
            assert!(matches!(read_copied(body.as_bytes()), Ok(Copied::Done(etag)) if etag == "a-2"), "{body}");
        }
        let failed = "<CopyObjectResult><ETag>\"a\"</ETag></CopyObjectResult><Error><Code>InternalError</Code></Error>";
        assert!(matches!(read_copied(failed.as_bytes()), Ok(Copied::Failed)));
        let replaced = b"<Error><Code>PreconditionFailed</Code></Error>";
        assert!(matches!(read_copied(replaced), Ok(Copied::Replaced)));
        assert!(matches!(read_copied(b"<Error><Code>NoSuchKey</Code></Error>"), Ok(Copied::Gone)));
    }
}
