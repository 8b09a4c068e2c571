//! The calls of `cloudfront.json`.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use presize::{
    CloudFrontKeyPair, CloudFrontKeyType, CloudFrontOptions, CloudFrontSigner, Result, SignedCookies, SignedUrl,
};
use serde_json::{Value, json};

use super::input;
use super::presign::{read_time, text, unix_seconds};

/// Runs a call of this file; `None` for any other call.
pub(crate) fn call(call: &str, input: &Value) -> Option<Result<Value>> {
    match call {
        "cloudfront_sign_url" => Some(sign(input, |signer, url, options, now| {
            let policy = signer.key_pair().prepare_url(url, options, now)?.message().to_vec();
            Ok(show_url(&signer.sign_url(url, options, now)?, &policy))
        })),
        "cloudfront_sign_cookies" => Some(sign(input, |signer, url, options, now| {
            let policy = signer.key_pair().prepare_cookies(url, options, now)?.message().to_vec();
            Ok(show_cookies(&signer.sign_cookies(url, options, now)?, &policy))
        })),
        "cloudfront_finish_url" => Some(finish_url(input)),
        "cloudfront_finish_cookies" => Some(finish_cookies(input)),
        _ => None,
    }
}

/// Signs in one step, with a private key in PEM, or with a signer that returns a given signature or fails.
fn sign(
    input: &Value,
    run: impl FnOnce(&CloudFrontSigner, &str, &CloudFrontOptions, SystemTime) -> Result<Value>,
) -> Result<Value> {
    let key = &input["key"];
    let id = text(input, "key_pair_id");
    let signer = if let Some(pem) = key["pem"].as_str() {
        CloudFrontSigner::from_pem(id, pem)?
    } else {
        let made = read_signature(key);
        CloudFrontSigner::with_signer(id, read_key_type(key), move |_, _| made.clone().ok_or("no answer".into()))?
    };
    let options = read_options(input)?;
    let mut shown = run(&signer, text(input, "url"), &options, read_time(&input["now"]))?;
    shown["hash"] = json!(options.hash.as_str());
    Ok(shown)
}

/// Signs in two steps, with a given signature.
fn finish_url(input: &Value) -> Result<Value> {
    let pair = CloudFrontKeyPair::new(text(input, "key_pair_id"), read_key_type(&input["key"]))?;
    let prepared = pair.prepare_url(text(input, "url"), &read_options(input)?, read_time(&input["now"]))?;
    let (message, hash) = (prepared.message().to_vec(), prepared.hash());
    assert_eq!(prepared.key_type(), pair.key_type());
    let mut shown = show_url(&prepared.finish(&read_signature(&input["key"]).expect("a signature"))?, &message);
    shown["hash"] = json!(hash.as_str());
    Ok(shown)
}

fn finish_cookies(input: &Value) -> Result<Value> {
    let pair = CloudFrontKeyPair::new(text(input, "key_pair_id"), read_key_type(&input["key"]))?;
    let prepared = pair.prepare_cookies(text(input, "url"), &read_options(input)?, read_time(&input["now"]))?;
    let (message, hash) = (prepared.message().to_vec(), prepared.hash());
    assert_eq!(prepared.key_type(), pair.key_type());
    let mut shown = show_cookies(&prepared.finish(&read_signature(&input["key"]).expect("a signature"))?, &message);
    shown["hash"] = json!(hash.as_str());
    Ok(shown)
}

fn show_url(signed: &SignedUrl, policy: &[u8]) -> Value {
    let mut shown = show_lifetime(signed.expires_in, signed.expires_at, policy);
    shown["url"] = json!(signed.url);
    shown
}

fn show_cookies(signed: &SignedCookies, policy: &[u8]) -> Value {
    let mut shown = show_lifetime(signed.expires_in, signed.expires_at, policy);
    shown["cookies"] = json!(signed.cookies);
    shown
}

fn show_lifetime(expires_in: Duration, expires_at: SystemTime, policy: &[u8]) -> Value {
    json!({
        "policy": str::from_utf8(policy).expect("ASCII"),
        "expires_in": expires_in.as_secs(),
        "expires_at": unix_seconds(expires_at),
    })
}

fn read_options(input: &Value) -> Result<CloudFrontOptions> {
    CloudFrontOptions::from_named(input::named(&input["options"]))
}

fn read_key_type(key: &Value) -> CloudFrontKeyType {
    CloudFrontKeyType::parse(text(key, "key_type")).expect("a kind of key")
}

fn read_signature(key: &Value) -> Option<Vec<u8>> {
    key["signature"].as_str().map(|made| STANDARD.decode(made).expect("base64"))
}
