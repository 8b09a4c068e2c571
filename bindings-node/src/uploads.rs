//! Uploads: policies, tickets, and events for the application's log.

use napi::bindgen_prelude::{External, Function};
use napi_derive::napi;
use presize::{Bucket, ImageRules, Presigner, UploadEvent, UploadPolicy, UploadRequest, Uploads};

use crate::arguments::NamedOptions;
use crate::error::Result;
use crate::signing::{write_headers, write_lifetime};
use crate::time;
use crate::wire::{WireWriter, encode_options};

#[napi]
pub fn policy_new(options: String) -> Result<External<UploadPolicy>> {
    let policy = NamedOptions::decode(&options).parse(UploadPolicy::from_named)?;
    policy.validate()?;
    Ok(External::new(policy))
}

/// Every option with its value.
#[napi]
pub fn policy_values(policy: &External<UploadPolicy>) -> String {
    encode_options(policy.to_named())
}

#[napi]
pub fn policy_rules(policy: &External<UploadPolicy>) -> External<ImageRules> {
    External::new(policy.rules())
}

#[napi]
pub fn uploads_new(presigner: &External<Presigner>, policy: &External<UploadPolicy>) -> Result<External<Uploads>> {
    Ok(External::new(Uploads::new((**presigner).clone(), (**policy).clone())?))
}

/// `read` returns the value of an environment variable, or `null`. It does not throw.
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

/// The callback for an event, which it receives encoded. It does not throw.
pub(crate) type OnEvent<'f> = Option<Function<'f, String, ()>>;

/// Calls the callback, if there is one, with the event that `event` makes.
pub(crate) fn emit(on_event: &OnEvent<'_>, event: impl FnOnce() -> UploadEvent) {
    if let Some(on_event) = on_event {
        let _ = on_event.call(encode_options(event().to_named()));
    }
}

/// Issues a ticket: method, URL, key, lifetime, expiry, public URL (or an empty text), number of headers, then the name and the
/// value of each header and of each field of the form. `nonce` is 16 random bytes.
#[napi]
pub fn issue(
    uploads: &External<Uploads>,
    options: String,
    nonce: &[u8],
    now: f64,
    on_event: OnEvent<'_>,
) -> Result<String> {
    let request = NamedOptions::decode(&options).parse(UploadRequest::from_named)?;
    let now = time::now(now)?;
    let mut random = [0; 16];
    random.iter_mut().zip(nonce).for_each(|(byte, drawn)| *byte = *drawn);
    let issued = uploads.issue(&request, random, now);
    emit(&on_event, || UploadEvent::issue(&request, &issued, now));
    let ticket = issued?;
    let writer = WireWriter::default().field(ticket.method.as_str()).field(&ticket.url).field(&ticket.key);
    let writer = write_lifetime(writer, ticket.expires_in, ticket.expires_at);
    let writer = writer.field(ticket.public_url.as_deref().unwrap_or_default()).number(ticket.headers.len() as u64);
    let fields = ticket.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    Ok(write_headers(writer, &ticket.headers).pairs(fields).finish())
}
