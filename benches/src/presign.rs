//! Signing one URL: a GET of a key, and a PUT with four signed headers (type, length, two of metadata), in Rust, from
//! Python and from Node.

use crate::bindings;
use crate::contest::Contest;
#[cfg(feature = "aws-sdk")]
use crate::peers::aws_sdk_s3;
use crate::peers::script::{self, Script};
use crate::peers::{aws_sigv4, presize, rusty_s3, sha256};

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
    for (language, (script, signers), rival, get_goal) in
        [("Python", &PYTHON, "boto3", 200.0), ("Node", &NODE, "@aws-sdk", 250.0)]
    {
        let url = presize::presign_get()?;
        let title = format!("Presign a GET, from {language}");
        let contest = in_script(&title, script, signers.iter(), "get", &url)?;
        contests.push(contest.at_least(rival, "presize", get_goal));
        let title = format!("Presign a PUT with four headers, from {language}");
        let signers = signers.iter().filter(|signer| signer.has_put);
        let contest = in_script(&title, script, signers, "put", &presize::presign_put()?)?;
        contests.push(contest.at_least(rival, "presize", 100.0));
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
    same_request(&url, &aws_sdk_s3::get()?)?;
    #[cfg(feature = "aws-sdk")]
    let contest = contest.peer("aws-sdk-s3 1, which adds a parameter", || aws_sdk_s3::get().map(drop));
    Ok(contest
        .at_most("presize", "floor", 2.2)
        .at_least("aws-sigv4", "presize", 5.0)
        .at_least("rusty-s3", "presize", 5.0))
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
    same_request(&url, &aws_sdk_s3::put()?)?;
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
) -> Result<Contest, String> {
    let mut contest = Contest::new(title);
    for signer in signers {
        // Who is not there is left out; who is there and signs something else ends the run.
        let (name, mut peer) = match script.start([signer.name, operation]) {
            Ok(started) => started,
            Err(reason) => {
                eprintln!("  {operation} without {}: {reason}", signer.name);
                continue;
            }
        };
        let compare = if signer.is_exact { same_signature } else { same_request };
        peer.url().and_then(|theirs| compare(url, &theirs)).map_err(|reason| format!("{name}: {reason}"))?;
        contest = contest.peer(name, peer);
    }
    Ok(contest)
}

/// Who is measured must be right: all signers, one signature.
fn same_signature(ours: &str, theirs: &str) -> Result<(), String> {
    let (ours, theirs) = (signature(ours), signature(theirs));
    if ours.is_empty() || ours != theirs {
        return Err(format!("the signatures differ: {ours}, {theirs}"));
    }
    Ok(())
}

/// For signers that add a parameter of their own: all but the signature is the same, the signed headers among it.
fn same_request(ours: &str, theirs: &str) -> Result<(), String> {
    let place = |url: &str| url.split('?').next().map(str::to_owned);
    let parts = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders"];
    let different = parts.into_iter().find(|name| parameter(ours, name) != parameter(theirs, name));
    if place(ours) != place(theirs) || different.is_some() || signature(theirs).len() != 64 {
        return Err(format!("it signs another request: {}", different.unwrap_or("the object")));
    }
    Ok(())
}

fn signature(url: &str) -> &str {
    parameter(url, "X-Amz-Signature")
}

fn parameter<'a>(url: &'a str, name: &str) -> &'a str {
    let value = |pair: &'a str| pair.strip_prefix(name)?.strip_prefix('=');
    url.split(['?', '&']).find_map(value).unwrap_or_default()
}
