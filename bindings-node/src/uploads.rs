//! Uploads: policy, request, ticket, and what happened as a line for a log.

use napi::bindgen_prelude::{External, Function};
use napi_derive::napi;
use presize::{Bucket, ImageRules, Presigner, UploadEvent, UploadPolicy, UploadRequest, Uploads};

use crate::convert::options;
use crate::error::Result;
use crate::signing::lasting;
use crate::time;
use crate::wire::{Packed, pack};

#[napi]
pub fn policy_new(packed: String) -> Result<External<UploadPolicy>> {
    let policy = options(&packed).parse(UploadPolicy::from_named)?;
    policy.validate()?;
    Ok(External::new(policy))
}

/// All options with their values.
#[napi]
pub fn policy_values(policy: &External<UploadPolicy>) -> String {
    pack(policy.to_named())
}

#[napi]
pub fn policy_rules(policy: &External<UploadPolicy>) -> External<ImageRules> {
    External::new(policy.rules())
}

#[napi]
pub fn uploads_new(presigner: &External<Presigner>, policy: &External<UploadPolicy>) -> Result<External<Uploads>> {
    Ok(External::new(Uploads::new((**presigner).clone(), (**policy).clone())?))
}

/// From a function that gives the value of a variable, or `null`. It does not throw.
#[napi]
pub fn uploads_from_vars(
    policy: &External<UploadPolicy>,
    read: Function<'_, String, Option<String>>,
) -> Result<External<Uploads>> {
    let read = |name: &str| read.call(name.to_owned()).ok().flatten();
    Ok(External::new(Uploads::from_vars((**policy).clone(), read)?))
}

#[napi]
pub fn uploads_policy(uploads: &External<Uploads>) -> External<UploadPolicy> {
    External::new(uploads.policy().clone())
}

#[napi]
pub fn uploads_presigner(uploads: &External<Uploads>) -> External<Presigner> {
    External::new(uploads.presigner().clone())
}

#[napi]
pub fn uploads_bucket(uploads: &External<Uploads>) -> External<Bucket> {
    External::new(uploads.presigner().bucket().clone())
}

/// What is told of an event, as a text; it does not throw.
pub(crate) type Tell<'f> = Option<Function<'f, String, ()>>;

/// Makes an event and tells it, where somebody wants to know.
pub(crate) fn tell(tell: &Tell<'_>, event: impl FnOnce() -> UploadEvent) {
    if let Some(tell) = tell {
        let _ = tell.call(pack(event().to_named()));
    }
}

/// Method, URL, key, lifetime, end, public URL or nothing, how many headers there are, names and values of the headers in
/// turn, and after them those of the form's fields. `nonce` is 16 random bytes.
#[napi]
pub fn issue(
    uploads: &External<Uploads>,
    packed: String,
    nonce: &[u8],
    now: f64,
    on_event: Tell<'_>,
) -> Result<String> {
    let request = options(&packed).parse(UploadRequest::from_named)?;
    let now = time::now(now)?;
    let mut drawn = [0; 16];
    drawn.iter_mut().zip(nonce).for_each(|(byte, random)| *byte = *random);
    let issued = uploads.issue(&request, drawn, now);
    tell(&on_event, || UploadEvent::issue(&request, &issued, now));
    let ticket = issued?;
    let shown = Packed::default().field(ticket.method.as_str()).field(&ticket.url).field(&ticket.key);
    let shown = lasting(shown, ticket.expires_in, ticket.expires_at);
    let shown = shown.field(ticket.public_url.as_deref().unwrap_or_default()).number(ticket.headers.len() as u64);
    let headers = ticket.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()));
    let fields = ticket.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    Ok(headers.chain(fields).fold(shown, |packed, (name, value)| packed.field(name).field(value)).text())
}
