//! GET of the upload: its bytes are checked, and made into what is stored. They are fetched under the entity tag that HEAD has
//! given, and what is promoted is the object with this tag, or these very bytes: nobody can replace them in between.

use std::collections::VecDeque;
use std::time::SystemTime;

use crate::error::{ErrorKind, Result};
use crate::imaging::{ImageInfo, check_head};
use crate::store::{StoreAnswer, StoreRequest};
use crate::upload::confirm::checked_upload::CheckedUpload;
use crate::upload::confirm::context::Context;
use crate::upload::confirm::fetch::{Fetch, Fetched};
use crate::upload::confirm::fingerprint::Fingerprint;
use crate::upload::confirm::next::Next;
use crate::upload::confirm::original::{Original, original};
use crate::upload::confirm::pending_write::{PendingWrite, WriteMethod};
use crate::upload::confirm::promise::check_sha256;
use crate::upload::confirm::round_trip::RoundTrip;
use crate::upload::confirm::variants::{Pictures, check_and_render};
use crate::upload::policy::Verify as Depth;

/// GET of the upload, or of the head of the file.
pub(crate) struct Verify {
    pub fetch: Fetch,
}

impl RoundTrip for Verify {
    fn request(&self, context: &Context, now: SystemTime) -> Result<StoreRequest> {
        self.fetch.request(context, context.upload_key(), now)
    }

    fn answered(self, context: &mut Context, answer: StoreAnswer) -> Result<Next> {
        let bytes = match self.fetch.read(context, answer)? {
            Fetched::Bytes(bytes) => bytes,
            Fetched::Hidden(error) => return Ok(Next::refuse_unless_confirmed(error)),
            Fetched::NotFound => return Ok(Next::refuse_unless_confirmed(ErrorKind::UploadNotFound {})),
            Fetched::Replaced => return Ok(Next::refuse_unless_confirmed(ErrorKind::UploadReplaced {})),
        };
        let Fetch { object, is_whole } = self.fetch;
        check_sha256(&bytes, context)?;
        let Some((info, pictures)) = check(&bytes, object.bytes, context)? else {
            return Ok(Next::Verify(Fetch::whole(object)));
        };
        let (fingerprint, method) = if is_whole {
            let original = original(&bytes, pictures.reencoded, context)?;
            let fingerprint = Fingerprint::whole(original.bytes(&bytes));
            (fingerprint, method(original, bytes, &info, context))
        } else {
            let is_final = context.is_final_already(&info);
            let method = if is_final { None } else { Some(WriteMethod::Copy { fallback: None }) };
            (Fingerprint::head(&bytes, object.bytes), method)
        };
        let upload = CheckedUpload { info, source: object, fingerprint, variants: pictures.variants };
        Ok(match method {
            Some(method) => Next::Checked(Box::new(PendingWrite { upload, method })),
            None => Next::Promoted { etag: upload.source.etag.clone(), upload: Box::new(upload) },
        })
    }
}

/// Checks the upload as deeply as the policy says; `None` if the head of the file does not contain its whole header.
fn check(bytes: &[u8], total_bytes: u64, context: &Context) -> Result<Option<(ImageInfo, Pictures)>> {
    if context.policy().verify != Depth::Head {
        return check_and_render(bytes, context).map(Some);
    }
    // Policies that make pictures have `verify` of `full`.
    let no_pictures = Pictures { reencoded: None, variants: VecDeque::new() };
    let info = check_head(bytes, total_bytes, Some(context.format.media_type()), &context.rules)?;
    Ok(info.map(|info| (info, no_pictures)))
}

/// How the original gets to the final key; `None` if it is there already.
fn method(original: Original, uploaded: Vec<u8>, info: &ImageInfo, context: &Context) -> Option<WriteMethod> {
    match original {
        Original::Unchanged if context.is_final_already(info) => None,
        Original::Unchanged if context.copies() => {
            let may_copy_others = !context.honours_conditions();
            Some(WriteMethod::Copy { fallback: may_copy_others.then_some(uploaded) })
        }
        Original::Unchanged => Some(WriteMethod::Put(uploaded.into())),
        Original::Rewritten(bytes) => Some(WriteMethod::Put(bytes.into())),
    }
}
