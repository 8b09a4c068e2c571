//! Uploads: policy, request, ticket.

use napi::bindgen_prelude::External;
use napi_derive::napi;
use presize::{Presigner, UploadPolicy, UploadRequest, Uploads};

use crate::convert::{Packed, options, pack};
use crate::error::Result;
use crate::signing::{headers, lasting};
use crate::time;

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
pub fn uploads_new(presigner: &External<Presigner>, policy: &External<UploadPolicy>) -> Result<External<Uploads>> {
    Ok(External::new(Uploads::new((**presigner).clone(), (**policy).clone())?))
}

/// Method, URL, key, lifetime, end, public URL or nothing, and then names and values of the headers in turn. `nonce` is
/// 16 random bytes.
#[napi]
pub fn issue(uploads: &External<Uploads>, packed: String, nonce: &[u8], now: f64) -> Result<String> {
    let request = options(&packed).parse(UploadRequest::from_named)?;
    let mut drawn = [0; 16];
    drawn.iter_mut().zip(nonce).for_each(|(byte, random)| *byte = *random);
    let ticket = uploads.issue(&request, drawn, time::now(now)?)?;
    let shown = Packed::default().field(ticket.method.as_str()).field(&ticket.url).field(&ticket.key);
    let shown = lasting(shown, ticket.expires_in, ticket.expires_at);
    let shown = shown.field(ticket.public_url.as_deref().unwrap_or_default());
    Ok(headers(shown, &ticket.headers).text())
}
