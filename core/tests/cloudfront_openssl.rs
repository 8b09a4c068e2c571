//! Verifies every signature that is computed for `vectors/cloudfront.json` with OpenSSL's command line, which shares no code
//! with this crate. Without `openssl` on the PATH the test says that it was skipped.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is the failure report of a test")]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use presize::options::OptionValue;
use presize::{CloudFrontOptions, CloudFrontSigner};
use serde_json::Value;

#[test]
fn openssl_verifies_every_signature() {
    if !Command::new("openssl").arg("version").stdout(Stdio::null()).status().is_ok_and(|status| status.success()) {
        println!("skipped: there is no openssl on the PATH");
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cloudfront_openssl");
    fs::create_dir_all(&folder).unwrap();
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/cloudfront.json");
    let vectors: Value = serde_json::from_str(&fs::read_to_string(vectors).unwrap()).unwrap();
    let mut public_keys = HashMap::new();
    let (mut verified, mut without_feature) = (0, 0);
    for case in vectors["cases"].as_array().unwrap() {
        let (true, Some(pem)) = (case.get("ok").is_some(), case["input"]["key"]["pem"].as_str()) else { continue };
        if case.get("feature").is_some() && !cfg!(feature = "cloudfront-rsa") {
            without_feature += 1;
            continue;
        }
        let count = public_keys.len();
        let public_key = public_keys.entry(pem).or_insert_with(|| public_half(&folder.join(format!("{count}")), pem));
        let signed = sign(case, pem);
        assert!(verifies(&folder, public_key, &signed), "{}", case["name"]);

        let mut tampered = signed;
        *tampered.policy.last_mut().unwrap() ^= 1;
        assert!(!verifies(&folder, public_key, &tampered), "{}: a check that cannot fail", case["name"]);
        verified += 1;
    }
    println!("{verified} signatures verified, {without_feature} need the feature cloudfront-rsa");
    assert!(verified >= 10, "only {verified} signatures");
}

struct Signed {
    policy: Vec<u8>,
    signature: Vec<u8>,
    hash: &'static str,
}

fn sign(case: &Value, pem: &str) -> Signed {
    let input = &case["input"];
    let named = input["options"].as_object().unwrap().iter().map(|(name, value)| {
        let value = match value {
            Value::Number(number) => OptionValue::Number(number.as_f64().unwrap()),
            other => OptionValue::Text(other.as_str().unwrap().into()),
        };
        (name.as_str(), value)
    });
    let options = CloudFrontOptions::from_named(named).unwrap();
    let signer = CloudFrontSigner::from_pem(input["key_pair_id"].as_str().unwrap(), pem).unwrap();
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(input["now"].as_u64().unwrap());
    let url = input["url"].as_str().unwrap();
    let (policy, signature) = if case["call"] == "cloudfront_sign_cookies" {
        let policy = signer.key_pair().prepare_cookies(url, &options, now).unwrap().message().to_vec();
        let result = signer.sign_cookies(url, &options, now).unwrap();
        let (_, signature) = result.cookies.into_iter().find(|(name, _)| *name == "CloudFront-Signature").unwrap();
        (policy, signature)
    } else {
        let policy = signer.key_pair().prepare_url(url, &options, now).unwrap().message().to_vec();
        let result = signer.sign_url(url, &options, now).unwrap();
        let (_, signature) = result.url.split_once("&Signature=").unwrap();
        (policy, signature.split('&').next().unwrap().to_owned())
    };
    let signature = signature.replace('-', "+").replace('_', "=").replace('~', "/");
    Signed { policy, signature: STANDARD.decode(signature).unwrap(), hash: options.hash.as_str() }
}

fn public_half(path: &Path, pem: &str) -> PathBuf {
    let (private, public) = (path.with_extension("key"), path.with_extension("pub"));
    fs::write(&private, pem).unwrap();
    let status =
        Command::new("openssl").args(["pkey", "-pubout", "-in"]).arg(&private).arg("-out").arg(&public).status();
    assert!(status.unwrap().success());
    public
}

fn verifies(folder: &Path, public_key: &Path, signed: &Signed) -> bool {
    let (message, signature) = (folder.join("message"), folder.join("signature"));
    fs::write(&message, &signed.policy).unwrap();
    fs::write(&signature, &signed.signature).unwrap();
    let mut command = Command::new("openssl");
    command.arg("dgst").arg(format!("-{}", signed.hash)).arg("-verify").arg(public_key);
    command.arg("-signature").arg(&signature).arg(&message).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().unwrap().success()
}
