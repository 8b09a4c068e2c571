//! GET of the final key, which has an object: was it confirmed? Its marker says so, and its bytes have to agree. An object
//! without a marker of ours is checked as an upload is. If it is good, this confirmation goes on where the earlier one stopped,
//! and gives the same result.

use std::time::SystemTime;

use crate::error::{Error, ErrorKind, Result};
use crate::imaging::{ImageInfo, check, check_head, inspect_head};
use crate::store::{StoreAnswer, StoreRequest, StoredObject, response_invalid};
use crate::upload::confirm::confirmed::Confirmed;
use crate::upload::confirm::context::{Context, Mismatch};
use crate::upload::confirm::fetch::{Fetch, Fetched};
use crate::upload::confirm::marker::Marker;
use crate::upload::confirm::next::{IfUnconfirmed, Next};
use crate::upload::confirm::round_trip::RoundTrip;
use crate::upload::confirm::variant_lookup::VariantLookup;
use crate::upload::confirm::variants::expected_variants;
use crate::upload::policy::Verify as Depth;

/// GET of the final key.
pub(crate) struct Resume {
    pub fetch: Fetch,
    pub marker: Option<Marker>,
    pub if_unconfirmed: IfUnconfirmed,
}

impl RoundTrip for Resume {
    fn request(&self, context: &Context, now: SystemTime) -> Result<StoreRequest> {
        self.fetch.request(context, context.final_key(), now)
    }

    fn answered(self, context: &mut Context, answer: StoreAnswer) -> Result<Next> {
        let Self { fetch, marker, if_unconfirmed } = self;
        let bytes = match fetch.read(context, answer)? {
            Fetched::Bytes(bytes) => bytes,
            Fetched::Hidden(error) => return Err(error),
            Fetched::NotFound | Fetched::Replaced => return head_again(if_unconfirmed, context),
        };
        if let Some(marker) = marker.filter(|marker| !marker.fingerprint.matches(&bytes)) {
            context.mismatch = Some(Mismatch { etag: fetch.object.etag, marker });
            // Nothing is written without a HEAD right before it.
            return match if_unconfirmed {
                IfUnconfirmed::Write(_) => head_again(if_unconfirmed, context),
                _ => Ok(Next::Unconfirmed(if_unconfirmed)),
            };
        }
        let info = match marker {
            // The policy may have become stricter since: an upload that was confirmed stays confirmed.
            Some(Marker { is_ours: true, .. }) => inspect_head(&bytes, fetch.object.bytes),
            _ => check_as_upload(&bytes, fetch.object.bytes, context),
        };
        let Some(info) = info.map_err(unless_cancelled)? else {
            return Ok(Next::Resume { fetch: Fetch::whole(fetch.object), marker, if_unconfirmed });
        };
        if !context.format.admits(info.format) {
            return Err(not_the_image());
        }
        context.received_bytes = Some(fetch.object.bytes);
        Ok(already_confirmed(info, fetch.object, bytes, context))
    }
}

/// Error: `store_unavailable`, after too many attempts.
fn head_again(if_unconfirmed: IfUnconfirmed, context: &mut Context) -> Result<Next> {
    context.count_attempt()?;
    Ok(Next::HeadFinal(if_unconfirmed))
}

/// Checks the object as deeply as an upload; `None` if the head of the file does not contain its whole header.
fn check_as_upload(bytes: &[u8], total_bytes: u64, context: &Context) -> Result<Option<ImageInfo>> {
    let declared = Some(context.format.media_type());
    match context.policy().verify {
        Depth::Head => check_head(bytes, total_bytes, declared, &context.rules),
        _ => check(bytes, declared, &context.rules).map(|checked| Some(checked.info)),
    }
}

/// What is wrong with the object is no verdict on the upload, except that the caller has cancelled.
fn unless_cancelled(error: Error) -> Error {
    if matches!(error.kind(), ErrorKind::Cancelled {}) { error } else { not_the_image() }
}

fn not_the_image() -> Error {
    response_invalid("the confirmed image", "something else")
}

/// The result of the earlier confirmation. With variants, `bytes` are all of the object.
fn already_confirmed(info: ImageInfo, object: StoredObject, bytes: Vec<u8>, context: &Context) -> Next {
    let variants = match expected_variants(&info, context) {
        Ok(variants) => variants,
        // The upload is confirmed, so that nothing is deleted because of this error.
        Err(error) => return Next::End(Err(error)),
    };
    let confirmed = Confirmed {
        key: context.final_key().to_owned(),
        public_url: context.public_url(context.final_key()),
        format: info.format,
        width: info.width,
        height: info.height,
        exif: info.exif_summary,
        bytes: object.bytes,
        etag: object.etag,
        variants,
    };
    if confirmed.variants.is_empty() {
        return Next::Confirmed(confirmed);
    }
    Next::HeadVariants(Box::new(VariantLookup::new(confirmed, bytes, context)))
}
