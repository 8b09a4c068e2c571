//! Signing one URL: a GET of a key, and a PUT with four signed headers (type, length, two of metadata), in Rust, from
//! Python and from Node.

use std::time::{Duration, SystemTime};

use crate::bindings;
use crate::contest::Contest;
#[cfg(feature = "aws-sdk")]
use crate::peers::aws_sdk_s3;
use crate::peers::script::{self, Script};
use crate::peers::{aws_sigv4, presize, rusty_s3, sha256};

pub(crate) const HOST: &str = "photos.s3.eu-central-1.amazonaws.com";
pub(crate) const BUCKET: &str = "photos";
pub(crate) const REGION: &str = "eu-central-1";
pub(crate) const KEY: &str = "uploads/user-42/1767225600000-9f86d081884c7d65.jpg";
pub(crate) const ACCESS_KEY_ID: &str = "AKIDEXAMPLE";
pub(crate) const SECRET_ACCESS_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub(crate) const EXPIRES_IN: Duration = Duration::from_mins(5);
pub(crate) const CONTENT_TYPE: &str = "image/jpeg";
pub(crate) const CONTENT_LENGTH: u64 = 3_481_220;
pub(crate) const METADATA: [(&str, &str); 2] = [("user", "42"), ("kind", "avatar")];

/// 2026-01-01T00:00:00Z
pub(crate) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_hours(490_896)
}

/// A signer in another language.
struct Signer {
    /// In the scripts.
    name: &'static str,
    /// Whether it signs the same request byte for byte, and adds no parameters of its own.
    is_exact: bool,
    /// Whether it signs headers of a PUT, and one URL at a time.
    has_put: bool,
}

const fn signer(name: &'static str, is_exact: bool, has_put: bool) -> Signer {
    Signer { name, is_exact, has_put }
}

const PYTHON: (Script, [Signer; 4]) = (
    script::python("signers of Python", "python/presign.py"),
    [
        signer("presize", true, true),
        signer("presize-many", true, false),
        signer("boto3", true, true),
        signer("minio", true, false),
    ],
);
const NODE: (Script, [Signer; 4]) = (
    script::node("signers of JavaScript", "node/presign.mjs"),
    [
        signer("presize", true, true),
        signer("presize-many", true, false),
        signer("aws-sdk", false, true),
        signer("aws4fetch", true, true),
    ],
);

pub(crate) fn contests() -> Result<Vec<Contest>, String> {
    bindings::build();
    let mut contests = vec![get_in_rust()?, put_in_rust()?];
    for (language, (script, signers)) in [("Python", &PYTHON), ("Node", &NODE)] {
        let url = presize::presign_get()?;
        contests.push(in_script(&format!("Presign a GET, from {language}"), script, signers.iter(), "get", &url));
        let title = format!("Presign a PUT with four headers, from {language}");
        let signers = signers.iter().filter(|signer| signer.has_put);
        contests.push(in_script(&title, script, signers, "put", &presize::presign_put()?));
    }
    Ok(contests)
}

fn get_in_rust() -> Result<Contest, String> {
    let url = presize::presign_get()?;
    same_signature(&url, &aws_sigv4::get()?)?;
    same_signature(&url, &rusty_s3::get()?)?;
    let contest = Contest::new("Presign a GET, in Rust")
        .peer("presize", || presize::presign_get().map(drop))
        .peer("floor: the SHA-256 blocks alone", sha256::blocks(presize::lengths(false)?))
        .peer("aws-sigv4 1.6, as it comes", || aws_sigv4::get().map(drop))
        .peer("rusty-s3 0.11", || rusty_s3::get().map(drop));
    #[cfg(feature = "aws-sdk")]
    let contest = contest.peer("aws-sdk-s3 1, which adds a parameter", || aws_sdk_s3::get().map(drop));
    Ok(contest)
}

fn put_in_rust() -> Result<Contest, String> {
    let url = presize::presign_put()?;
    same_signature(&url, &aws_sigv4::put()?)?;
    same_signature(&url, &rusty_s3::put()?)?;
    let contest = Contest::new("Presign a PUT with four headers, in Rust")
        .peer("presize", || presize::presign_put().map(drop))
        .peer("floor: the SHA-256 blocks alone", sha256::blocks(presize::lengths(true)?))
        .peer("aws-sigv4 1.6, as it comes", || aws_sigv4::put().map(drop))
        .peer("rusty-s3 0.11", || rusty_s3::put().map(drop));
    #[cfg(feature = "aws-sdk")]
    let contest = contest.peer("aws-sdk-s3 1, which adds a parameter", || aws_sdk_s3::put().map(drop));
    Ok(contest)
}

fn in_script<'a>(
    title: &str,
    script: &Script,
    signers: impl Iterator<Item = &'a Signer>,
    operation: &str,
    url: &str,
) -> Contest {
    let mut contest = Contest::new(title);
    for signer in signers {
        let started = script.start([signer.name, operation]).and_then(|(name, mut peer)| {
            let theirs = peer.url()?;
            if signer.is_exact {
                same_signature(url, &theirs)?;
            } else {
                same_object(&theirs)?;
            }
            Ok((name, peer))
        });
        match started {
            Ok((name, peer)) => contest = contest.peer(name, peer),
            Err(reason) => eprintln!("  {operation} without {}: {reason}", signer.name),
        }
    }
    contest
}

/// Who is measured must be right: all signers, one signature.
fn same_signature(ours: &str, theirs: &str) -> Result<(), String> {
    let (ours, theirs) = (signature(ours), signature(theirs));
    if ours.is_empty() || ours != theirs {
        return Err(format!("the signatures differ: {ours}, {theirs}"));
    }
    Ok(())
}

/// At least the same object, key pair, day and region.
fn same_object(theirs: &str) -> Result<(), String> {
    let scope = format!("X-Amz-Credential={ACCESS_KEY_ID}%2F20260101%2F{REGION}%2Fs3%2Faws4_request");
    let is_same = theirs.starts_with(&format!("https://{HOST}/{KEY}?"))
        && theirs.contains(&scope)
        && theirs.contains("X-Amz-Expires=300")
        && signature(theirs).len() == 64;
    if is_same { Ok(()) } else { Err("it signs another request".to_owned()) }
}

fn signature(url: &str) -> &str {
    url.split(['?', '&']).find_map(|pair| pair.strip_prefix("X-Amz-Signature=")).unwrap_or_default()
}
