//! Checks of resources: a URL as a client sends it, or a pattern that matches many URLs.

use crate::error::{ErrorKind, Result};
use crate::presign::endpoint::Endpoint;

/// The longest URL that CloudFront accepts, with its query, in bytes.
pub(super) const MAX_URL_BYTES: usize = 8192;

/// The query parameters that CloudFront reserves.
const RESERVED: [&str; 5] = ["Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"];

/// Checks a URL that is signed as it is. A URL that clients change before they send it, which would break the signature, is
/// refused and not normalised.
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

/// Whether a URL matches other URLs once it is the resource of its own policy, where `*` matches any characters and `?` any
/// one.
///
/// That matters for canned policies too, although CloudFront compares those character by character: the same text with the
/// same signature is a valid custom policy. The holder of the signed URL can send it as `Policy=` in place of `Expires=`, and
/// its resource is then a pattern.
///
/// The first `?` is accepted where `name=value` without a slash follows, since otherwise no URL could have a query. The URL
/// `/a.jpg?w=2` then also matches `/a.jpgXw=2`: a name of the same length that begins with the signed path and ends with the
/// text of its query, which no file has. Other queries could be the end of an existing name: `/u/7?.jpg` would match
/// `/u/70.jpg`, and `/u?7/secret.jpg` would match `/u/7/secret.jpg`, since `?` matches a slash too.
pub(super) fn has_wildcard(url: &str) -> bool {
    let Some((path, query)) = url.split_once('?') else { return url.contains('*') };
    let first = query.split('&').next().unwrap_or_default();
    let is_parameter = first.find('=').is_some_and(|name_end| name_end > 0);
    let has_slash = query.contains('/') || query.to_ascii_lowercase().contains("%2f");
    path.contains('*') || query.contains(['*', '?']) || !is_parameter || has_slash
}

/// Checks the resource of a policy: a URL, or a pattern that matches many URLs.
///
/// Error: `cloudfront_policy_invalid`.
pub(super) fn check_resource(resource: &str) -> Result<()> {
    let reason = if resource.len() > MAX_URL_BYTES {
        "one of more than 8192 bytes"
    } else if !["http://", "https://", "*", "http*"].iter().any(|start| resource.starts_with(start)) {
        "one that does not start with http://, https://, http* or *"
    } else {
        match check_characters(resource) {
            Ok(()) if has_dot_segment(resource) => DOT_SEGMENT,
            Ok(()) => return Ok(()),
            Err(reason) => reason,
        }
    };
    Err(ErrorKind::CloudFrontPolicyInvalid { name: "resource", reason }.into())
}

/// Checks that a text has only the characters of URLs (RFC 3986), and no fragment. The error is the reason.
fn check_characters(text: &str) -> Result<(), &'static str> {
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

const DOT_SEGMENT: &str = "one with a segment that is . or ..";

/// Whether a segment is `.` or `..` for some server on the way, also with escaped dots (`%2e%2E`) or between escaped slashes
/// or backslashes. The `?` before a query ends a segment too, since it matches a slash once the URL is a resource:
/// `/a.jpg?../b` would match `/a.jpg/../b`.
fn has_dot_segment(text: &str) -> bool {
    // The number of dots while the segment has nothing else; `None` from the first other character on.
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

/// Whether a name with valid escapes decodes to `plain`.
fn decodes_to(name: &str, plain: &str) -> bool {
    decoded(name).eq(plain.bytes())
}

/// Decodes a text with valid escapes.
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
    fn dot_segments_are_found_in_escapes() {
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
    fn reserved_names_are_found_in_escapes() {
        for url in ["?Expires=1", "?a=1&%50olicy=x", "?Key%2DPair%2dId", "?Signature", "?Hash-Algorithm=SHA256"] {
            assert!(check_url(&format!("https://d111.cloudfront.net/a{url}")).is_err(), "{url}");
        }
        for url in ["?expires=1", "?a=Policy", "?Policy2=x", "?%25xpires=1", "?a[]=1&b=%41", "/Policy=1", "?a=b"] {
            assert!(check_url(&format!("https://d111.cloudfront.net/a{url}")).is_ok(), "{url}");
        }
    }
}
