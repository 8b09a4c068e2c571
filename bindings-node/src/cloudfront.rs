//! CloudFront: signed URLs and cookies, in one step or in two. A caller's own signer is called in JavaScript, between the
//! two.

use napi::bindgen_prelude::{Buffer, External};
use napi_derive::napi;
use presize::{CloudFrontKeyPair, CloudFrontKeyType, CloudFrontOptions, CloudFrontSigner};
use presize::{PreparedCookies, PreparedUrl, SignedCookies, SignedUrl};

use crate::convert::{argument, options};
use crate::error::Result;
use crate::signing::lasting;
use crate::time;
use crate::wire::Packed;

#[napi]
pub fn signer_from_pem(key_pair_id: String, pem: String) -> Result<External<CloudFrontSigner>> {
    Ok(External::new(CloudFrontSigner::from_pem(argument::<String>("key_pair_id", &key_pair_id)?, &pem)?))
}

#[napi]
pub fn signer_key_pair(signer: &External<CloudFrontSigner>) -> External<CloudFrontKeyPair> {
    External::new(signer.key_pair().clone())
}

#[napi]
pub fn signer_url(signer: &External<CloudFrontSigner>, url: String, packed: String, now: f64) -> Result<String> {
    let url = argument::<String>("url", &url)?;
    Ok(show_url(&signer.sign_url(&url, &options(&packed).parse(CloudFrontOptions::from_named)?, time::now(now)?)?))
}

#[napi]
pub fn signer_cookies(signer: &External<CloudFrontSigner>, url: String, packed: String, now: f64) -> Result<String> {
    let url = argument::<String>("url", &url)?;
    Ok(show_cookies(&signer.sign_cookies(
        &url,
        &options(&packed).parse(CloudFrontOptions::from_named)?,
        time::now(now)?,
    )?))
}

#[napi]
pub fn key_pair_new(id: String, key_type: String) -> Result<External<CloudFrontKeyPair>> {
    let id = argument::<String>("key_pair_id", &id)?;
    Ok(External::new(CloudFrontKeyPair::new(id, argument::<CloudFrontKeyType>("key_type", &key_type)?)?))
}

/// Id, kind of key.
#[napi]
pub fn key_pair_parts(pair: &External<CloudFrontKeyPair>) -> Vec<String> {
    vec![pair.id().to_owned(), pair.key_type().as_str().to_owned()]
}

/// What waits for a signature. It can be finished more than once.
pub enum Draft {
    Url(PreparedUrl),
    Cookies(PreparedCookies),
}

#[napi]
pub fn prepare_url(
    pair: &External<CloudFrontKeyPair>,
    url: String,
    packed: String,
    now: f64,
) -> Result<External<Draft>> {
    let url = argument::<String>("url", &url)?;
    let options = options(&packed).parse(CloudFrontOptions::from_named)?;
    Ok(External::new(Draft::Url(pair.prepare_url(&url, &options, time::now(now)?)?)))
}

#[napi]
pub fn prepare_cookies(
    pair: &External<CloudFrontKeyPair>,
    url: String,
    packed: String,
    now: f64,
) -> Result<External<Draft>> {
    let url = argument::<String>("url", &url)?;
    let options = options(&packed).parse(CloudFrontOptions::from_named)?;
    Ok(External::new(Draft::Cookies(pair.prepare_cookies(&url, &options, time::now(now)?)?)))
}

#[napi(object, object_from_js = false)]
pub struct Waiting {
    pub message: Buffer,
    pub hash: &'static str,
    pub key_type: &'static str,
}

#[napi]
pub fn draft_parts(draft: &External<Draft>) -> Waiting {
    let (message, hash, key_type) = match &**draft {
        Draft::Url(prepared) => (prepared.message(), prepared.hash(), prepared.key_type()),
        Draft::Cookies(prepared) => (prepared.message(), prepared.hash(), prepared.key_type()),
    };
    Waiting { message: message.to_vec().into(), hash: hash.as_str(), key_type: key_type.as_str() }
}

#[napi]
pub fn draft_finish(draft: &External<Draft>, signature: &[u8]) -> Result<String> {
    Ok(match &**draft {
        Draft::Url(prepared) => show_url(&prepared.clone().finish(signature)?),
        Draft::Cookies(prepared) => show_cookies(&prepared.clone().finish(signature)?),
    })
}

/// Lifetime, end, URL.
fn show_url(signed: &SignedUrl) -> String {
    lasting(Packed::default(), signed.expires_in, signed.expires_at).field(&signed.url).text()
}

/// Lifetime, end, and then names and values in turn.
fn show_cookies(signed: &SignedCookies) -> String {
    let start = lasting(Packed::default(), signed.expires_in, signed.expires_at);
    signed.cookies.iter().fold(start, |packed, (name, value)| packed.field(name).field(value)).text()
}
