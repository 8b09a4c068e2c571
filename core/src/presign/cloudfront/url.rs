//! Signed URLs: the URL as it was given, with the policy and its signature after it.

use std::fmt;
use std::time::{Duration, SystemTime};

use super::hash::CloudFrontHash;
use super::key::CloudFrontKeyType;
use super::policy::{Lifetime, query_base64};
use super::signer::Draft;
use crate::error::{ErrorKind, Result};
use crate::presign::endpoint::Endpoint;
use crate::presign::without_query;

/// The longest URL that CloudFront takes, with its query.
const MAX_URL_BYTES: usize = 8192;

/// The names that CloudFront takes out of the query.
const RESERVED: [&str; 5] = ["Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"];

/// A URL that anybody who holds it may use until it expires. It is as good as a password: `Debug` leaves its query out,
/// and it does not belong in a log.
#[derive(Clone)]
#[non_exhaustive]
pub struct SignedUrl {
    /// The URL with its signature.
    pub url: String,
    /// How long it holds from the whole second at which it was signed.
    pub expires_in: Duration,
    /// When it ceases to hold, by CloudFront's clock: a whole second.
    pub expires_at: SystemTime,
}

impl fmt::Debug for SignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedUrl")
            .field("url", &without_query(&self.url))
            .field("expires_in", &self.expires_in)
            .field("expires_at", &self.expires_at)
            .finish()
    }
}

/// A URL that waits for its signature: sign [`message`](Self::message), then call [`finish`](Self::finish).
#[derive(Clone)]
#[must_use = "nothing is signed before `finish`"]
pub struct PreparedUrl {
    url: String,
    draft: Draft,
}

impl PreparedUrl {
    pub(super) fn new(url: &str, draft: Draft) -> Self {
        Self { url: url.to_owned(), draft }
    }

    /// The bytes to sign: the policy.
    pub fn message(&self) -> &[u8] {
        self.draft.policy.text.as_bytes()
    }

    /// The hash to sign them with.
    pub fn hash(&self) -> CloudFrontHash {
        self.draft.hash
    }

    /// The kind of key to sign them with.
    pub fn key_type(&self) -> CloudFrontKeyType {
        self.draft.key_type
    }

    /// The signed URL, from the signature: for ECDSA its DER form (RFC 3279, section 2.2.3), for RSA 256, 384 or 512 bytes
    /// of PKCS#1 v1.5. That it belongs to the key is not checked here.
    ///
    /// Errors: `cloudfront_signature_invalid`, `cloudfront_url_invalid` (more than 8192 bytes when signed).
    pub fn finish(self, signature: &[u8]) -> Result<SignedUrl> {
        self.key_type().check_signature(signature)?;
        self.join(signature)
    }

    /// The same for a signature that was made here.
    pub(super) fn join(self, signature: &[u8]) -> Result<SignedUrl> {
        let Self { mut url, draft } = self;
        url.reserve(draft.policy.text.len() * 4 / 3 + signature.len() * 4 / 3 + 160);
        url.push(if url.contains('?') { '&' } else { '?' });
        if draft.policy.is_canned {
            url.push_str("Expires=");
            url.push_str(&draft.policy.expires_at_seconds.to_string());
        } else {
            url.push_str("Policy=");
            url.push_str(&query_base64(draft.policy.text.as_bytes()));
        }
        for (name, value) in [("&Signature=", &query_base64(signature)), ("&Key-Pair-Id=", &draft.key_pair_id)] {
            url.push_str(name);
            url.push_str(value);
        }
        if let Some(hash) = draft.hash.parameter() {
            url.push_str("&Hash-Algorithm=");
            url.push_str(hash);
        }
        if url.len() > MAX_URL_BYTES {
            return Err(ErrorKind::CloudFrontUrlInvalid { reason: "one of more than 8192 bytes when signed" }.into());
        }
        let Lifetime { expires_in, expires_at } = draft.policy.lifetime;
        Ok(SignedUrl { url, expires_in, expires_at })
    }
}

impl fmt::Debug for PreparedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedUrl").field("url", &without_query(&self.url)).field("draft", &self.draft).finish()
    }
}

/// Checks a URL that is to be signed as it stands: what a client would change before it sends it, so that the signature
/// no longer fits, is refused and not mended.
///
/// Error: `cloudfront_url_invalid`.
pub(super) fn check_url(url: &str) -> Result<()> {
    let refuse = |reason| Err(ErrorKind::CloudFrontUrlInvalid { reason }.into());
    if url.len() > MAX_URL_BYTES {
        return refuse("one of more than 8192 bytes");
    }
    if let Err(reason) = check_characters(url) {
        return refuse(reason);
    }
    let Some(path_at) =
        url.find("://").and_then(|scheme_end| Some(scheme_end + 3 + url.get(scheme_end + 3..)?.find('/')?))
    else {
        return refuse("one without http:// or https://, a host and a path");
    };
    let (origin, path_and_query) = url.split_at(path_at);
    match Endpoint::parse(origin) {
        Ok(endpoint) if endpoint.origin() == origin => {}
        Ok(_) => return refuse("one whose host is not in lower case, or that names the scheme's own port"),
        Err(reason) => return refuse(reason),
    }
    if has_dot_segment(path_and_query) {
        return refuse(DOT_SEGMENT);
    }
    let Some((_, query)) = path_and_query.split_once('?') else { return Ok(()) };
    if query.is_empty() || query.ends_with('&') {
        return refuse("one whose query ends without a parameter");
    }
    let name_of = |parameter: &str| parameter.split('=').next().unwrap_or_default().to_owned();
    if query.split('&').any(|parameter| RESERVED.iter().any(|name| decodes_to(&name_of(parameter), name))) {
        return refuse("one with a parameter that CloudFront reserves, or that is signed already");
    }
    Ok(())
}

/// Checks that a text has only characters of URLs (RFC 3986), and no fragment. The error is the reason.
pub(super) fn check_characters(text: &str) -> Result<(), &'static str> {
    let bytes = text.as_bytes();
    if !bytes.iter().all(u8::is_ascii_graphic) {
        return Err("one with spaces, control or non-ASCII characters");
    }
    if bytes.contains(&b'#') {
        return Err("one with a fragment");
    }
    if bytes.iter().any(|byte| b"\"<>\\^`{|}".contains(byte)) {
        return Err("one with characters that must be percent-encoded");
    }
    let mut escapes = text.split('%').skip(1);
    if !escapes.all(|rest| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit())) {
        return Err("one with a percent sign that starts no escape");
    }
    Ok(())
}

pub(super) const DOT_SEGMENT: &str = "one with a segment that is . or ..";

/// Whether a segment is `.` or `..` for some server on the way: with escaped dots (`%2e%2E`), or between escaped slashes
/// or backslashes. The `?` before a query ends a segment too, because it matches a slash once the URL is a resource:
/// `/a.jpg?../b` would open `/a.jpg/../b`.
pub(super) fn has_dot_segment(text: &str) -> bool {
    // How many dots the segment consists of so far; `None` once it has another character.
    let mut dots = Some(0);
    for byte in decoded(text).chain([b'/']) {
        dots = match (byte, dots) {
            (b'/' | b'\\' | b'?', Some(1 | 2)) => return true,
            (b'/' | b'\\' | b'?', _) => Some(0),
            (b'.', Some(count @ ..2)) => Some(count + 1),
            _ => None,
        };
    }
    false
}

/// Whether a name with valid escapes means another one.
fn decodes_to(name: &str, plain: &str) -> bool {
    decoded(name).eq(plain.bytes())
}

/// The bytes that a text with valid escapes stands for.
fn decoded(text: &str) -> impl Iterator<Item = u8> {
    let mut bytes = text.bytes();
    std::iter::from_fn(move || {
        let byte = bytes.next()?;
        if byte != b'%' {
            return Some(byte);
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        Some((digit()? << 4 | digit()?) as u8)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dot_segments_are_found_behind_escapes() {
        for text in [
            "/a/../b",
            "/./a",
            "/a/..",
            "/a/.",
            "/%2e%2e/a",
            "/%2E./a",
            "/.%2e",
            "/a/%2e",
            "/a%2f..%2Fb",
            "/a%5c..%5cb",
            "/a/..%2fb",
            "/a.jpg?../b",
            "/a.jpg?b/%2e%2e/c",
            "/a?.",
            "/a?b%2F..",
        ] {
            assert!(has_dot_segment(text), "{text}");
        }
        for text in [
            "/",
            "/a//b",
            "/...",
            "/.a",
            "/a.",
            "/..a/b",
            "/%252e%252e/",
            "/a?b=..",
            "/a?..&b",
            "/a%2eb",
            "/.../",
            "/..;/a",
        ] {
            assert!(!has_dot_segment(text), "{text}");
        }
    }

    #[test]
    fn reserved_names_are_found_behind_escapes() {
        for url in ["?Expires=1", "?a=1&%50olicy=x", "?Key%2DPair%2dId", "?Signature", "?Hash-Algorithm=SHA256"] {
            assert!(check_url(&format!("https://d111.cloudfront.net/a{url}")).is_err(), "{url}");
        }
        for url in ["?expires=1", "?a=Policy", "?Policy2=x", "?%25xpires=1", "?a[]=1&b=%41", "/Policy=1", "?a=b"] {
            assert!(check_url(&format!("https://d111.cloudfront.net/a{url}")).is_ok(), "{url}");
        }
    }
}
