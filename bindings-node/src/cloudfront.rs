//! Signed URLs and cookies for CloudFront. With a private key they are signed in one step. With a signer of the caller's, such as
//! a key management service, they are prepared here, signed in JavaScript and finished here.

use napi::bindgen_prelude::{Buffer, External};
use napi_derive::napi;
use presize::{CloudFrontKeyPair, CloudFrontKeyType, CloudFrontOptions, CloudFrontSigner};
use presize::{PreparedCookies, PreparedUrl, SignedCookies, SignedUrl};

use crate::arguments::{NamedOptions, argument};
use crate::error::Result;
use crate::signing::write_lifetime;
use crate::time;
use crate::wire::WireWriter;

#[napi]
pub fn signer_from_pem(key_pair_id: String, pem: String) -> Result<External<CloudFrontSigner>> {
    Ok(External::new(CloudFrontSigner::from_pem(argument::<String>("key_pair_id", &key_pair_id)?, &pem)?))
}

#[napi]
pub fn signer_key_pair(signer: &External<CloudFrontSigner>) -> External<CloudFrontKeyPair> {
    External::new(signer.key_pair().clone())
}

#[napi]
pub fn signer_url(signer: &External<CloudFrontSigner>, url: String, options: String, now: f64) -> Result<String> {
    let url = argument::<String>("url", &url)?;
    Ok(encode_url(&signer.sign_url(
        &url,
        &NamedOptions::decode(&options).parse(CloudFrontOptions::from_named)?,
        time::now(now)?,
    )?))
}

#[napi]
pub fn signer_cookies(signer: &External<CloudFrontSigner>, url: String, options: String, now: f64) -> Result<String> {
    let url = argument::<String>("url", &url)?;
    Ok(encode_cookies(&signer.sign_cookies(
        &url,
        &NamedOptions::decode(&options).parse(CloudFrontOptions::from_named)?,
        time::now(now)?,
    )?))
}

#[napi]
pub fn key_pair_new(id: String, key_type: String) -> Result<External<CloudFrontKeyPair>> {
    let id = argument::<String>("key_pair_id", &id)?;
    Ok(External::new(CloudFrontKeyPair::new(id, argument::<CloudFrontKeyType>("key_type", &key_type)?)?))
}

/// Id and key type.
#[napi]
pub fn key_pair_parts(pair: &External<CloudFrontKeyPair>) -> Vec<String> {
    vec![pair.id().to_owned(), pair.key_type().as_str().to_owned()]
}

/// A URL or cookies that wait for their signature. They can be finished more than once.
pub enum Prepared {
    Url(PreparedUrl),
    Cookies(PreparedCookies),
}

#[napi]
pub fn prepare_url(
    pair: &External<CloudFrontKeyPair>,
    url: String,
    options: String,
    now: f64,
) -> Result<External<Prepared>> {
    let url = argument::<String>("url", &url)?;
    let options = NamedOptions::decode(&options).parse(CloudFrontOptions::from_named)?;
    Ok(External::new(Prepared::Url(pair.prepare_url(&url, &options, time::now(now)?)?)))
}

#[napi]
pub fn prepare_cookies(
    pair: &External<CloudFrontKeyPair>,
    url: String,
    options: String,
    now: f64,
) -> Result<External<Prepared>> {
    let url = argument::<String>("url", &url)?;
    let options = NamedOptions::decode(&options).parse(CloudFrontOptions::from_named)?;
    Ok(External::new(Prepared::Cookies(pair.prepare_cookies(&url, &options, time::now(now)?)?)))
}

#[napi(object, object_from_js = false)]
pub struct JsPrepared {
    pub message: Buffer,
    pub hash: &'static str,
    pub key_type: &'static str,
}

#[napi]
pub fn prepared_parts(prepared: &External<Prepared>) -> JsPrepared {
    let (message, hash, key_type) = match &**prepared {
        Prepared::Url(prepared) => (prepared.message(), prepared.hash(), prepared.key_type()),
        Prepared::Cookies(prepared) => (prepared.message(), prepared.hash(), prepared.key_type()),
    };
    JsPrepared { message: message.to_vec().into(), hash: hash.as_str(), key_type: key_type.as_str() }
}

#[napi]
pub fn prepared_finish(prepared: &External<Prepared>, signature: &[u8]) -> Result<String> {
    Ok(match &**prepared {
        Prepared::Url(prepared) => encode_url(&prepared.clone().finish(signature)?),
        Prepared::Cookies(prepared) => encode_cookies(&prepared.clone().finish(signature)?),
    })
}

/// Lifetime, expiry, URL.
fn encode_url(signed: &SignedUrl) -> String {
    write_lifetime(WireWriter::default(), signed.expires_in, signed.expires_at).field(&signed.url).finish()
}

/// Lifetime, expiry, then the name and the value of each cookie.
fn encode_cookies(signed: &SignedCookies) -> String {
    let writer = write_lifetime(WireWriter::default(), signed.expires_in, signed.expires_at);
    writer.pairs(signed.cookies.iter().map(|(name, value)| (*name, value.as_str()))).finish()
}
