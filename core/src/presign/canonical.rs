//! The canonical request of Signature Version 4 and the URL, written in one pass: the path and most of the query are the same
//! bytes in both.
//!
//! AWS's published example ("Authenticating Requests: Using Query Parameters"), a GET of `test.txt` in `examplebucket` that
//! holds for a day from 2013-05-24, in us-east-1. The canonical request:
//!
//! ```text
//! GET                                                               method
//! /test.txt                                                         path, percent-encoded
//! X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request
//!   &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host      query, sorted by name (one line)
//! host:examplebucket.s3.amazonaws.com                               canonical headers, one a line
//!                                                                   an empty line ends them
//! host                                                              signed headers: the names alone
//! UNSIGNED-PAYLOAD                                                  hash of the body, which the signer has not seen
//! ```
//!
//! `sign` hashes it into the string to sign and signs that:
//!
//! ```text
//! AWS4-HMAC-SHA256
//! 20130524T000000Z
//! 20130524/us-east-1/s3/aws4_request
//! 3bfa292879f6447bbcda7001decf97f4a54dc650c8942174ae0a9121cf58ad04  SHA-256 of the canonical request
//!
//! aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404  the signature: the URL's last parameter
//! ```
//!
//! The URL's query has botocore's order: the parameters of the operation, then those of the signature, with the session token
//! after the signed headers. The query of the canonical request is sorted by name.

use std::borrow::Cow;
use std::ops::Range;

use crate::presign::encode::{encoded_query, path_len, push_path, push_query};
use crate::presign::headers::CanonicalHeaders;
use crate::presign::sign::Signer;
use crate::presign::timestamp::Timestamp;

/// Takes the place of the payload's hash: the body is not part of the signature.
pub(super) const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// Every parameter of the signature begins with this, so that they are neighbours in the sorted query.
const SIGNATURE_PARAMETERS: &str = "X-Amz-";

/// A request to be signed.
pub(super) struct RequestToSign<'a> {
    pub(super) method: &'a str,
    /// Scheme, host and port.
    pub(super) origin: &'a str,
    /// The path of the URL up to the slash before the key, percent-encoded.
    pub(super) url_path: &'a str,
    /// The same part of the path as the store receives it: it differs from `url_path` where a proxy rewrites requests.
    pub(super) signed_path: &'a str,
    /// The object key, not encoded.
    pub(super) key: &'a str,
    /// The operation's own parameters, in the order of the URL.
    pub(super) parameters: &'a [QueryParameter<'a>],
    pub(super) headers: &'a CanonicalHeaders,
    pub(super) payload_hash: &'a str,
    pub(super) time: &'a Timestamp,
    pub(super) expires_in_seconds: u64,
}

/// A parameter of the query, not encoded.
#[derive(Debug)]
pub(super) struct QueryParameter<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) value: Cow<'a, str>,
}

/// A URL that lacks its signature, and the canonical request that the signature is of.
pub(super) struct UnsignedRequest {
    pub(super) url: String,
    pub(super) canonical_request: String,
}

impl RequestToSign<'_> {
    pub(super) fn write(&self, signer: &Signer) -> UnsignedRequest {
        let mut url = String::with_capacity(self.url_bytes(signer));
        let key_path = self.write_path(&mut url);
        self.write_parameters(&mut url);
        let signature_parameters = self.write_signature_parameters(&mut url, signer);
        url.push_str("&X-Amz-SignedHeaders=");
        url.push_str(&self.headers.encoded_names);
        url.push_str(signer.token_parameter());

        // `Signer::sign` appends the string to sign, which is at most 256 bytes long.
        let mut canonical = String::with_capacity(
            url.len() + self.signed_path.len() + self.headers.lines.len() + self.headers.names.len() + 256,
        );
        canonical.push_str(self.method);
        canonical.push('\n');
        canonical.push_str(self.signed_path);
        canonical.push_str(url.get(key_path).unwrap_or_default());
        canonical.push('\n');
        let signature_parameters = url.get(signature_parameters).unwrap_or_default();
        self.write_canonical_query(&mut canonical, signature_parameters, signer.token_parameter());
        canonical.push('\n');
        for text in [&self.headers.lines, "\n", &self.headers.names, "\n"] {
            canonical.push_str(text);
        }
        canonical.push_str(self.payload_hash);
        UnsignedRequest { url, canonical_request: canonical }
    }

    /// The length of the whole URL with its signature, or a little more, so that the URL is allocated once.
    fn url_bytes(&self, signer: &Signer) -> usize {
        let parameters: usize = self.parameters.iter().map(|p| 3 * (p.name.len() + p.value.len()) + 2).sum();
        self.origin.len()
            + self.url_path.len()
            + path_len(self.key)
            + parameters
            + self.headers.encoded_names.len()
            + signer.algorithm_and_key_id().len()
            + signer.encoded_scope().len()
            + signer.token_parameter().len()
            + 192 // the date twice, the names of the X-Amz- parameters, and the signature
    }

    /// Writes origin and path, and returns where the key is in the URL, with the slash before it.
    fn write_path(&self, url: &mut String) -> Range<usize> {
        url.push_str(self.origin);
        url.push_str(self.url_path);
        let start = url.len();
        url.push('/');
        push_path(url, self.key);
        start..url.len()
    }

    fn write_parameters(&self, url: &mut String) {
        url.push('?');
        for parameter in self.parameters {
            parameter.write(url);
            url.push('&');
        }
    }

    /// Writes `X-Amz-Algorithm` to `X-Amz-Expires`, which are neighbours in the URL and in the canonical request, and
    /// returns where they are in the URL.
    fn write_signature_parameters(&self, url: &mut String, signer: &Signer) -> Range<usize> {
        let start = url.len();
        url.push_str(signer.algorithm_and_key_id());
        url.push_str(self.time.date());
        url.push_str(signer.encoded_scope());
        url.push_str("&X-Amz-Date=");
        url.push_str(self.time.date_time());
        url.push_str("&X-Amz-Expires=");
        push_decimal(url, self.expires_in_seconds);
        start..url.len()
    }

    /// The query in the order of the encoded names.
    fn write_canonical_query(&self, out: &mut String, signature_parameters: &str, token_parameter: &str) {
        let mut sorted: Vec<_> =
            self.parameters.iter().map(|p| (encoded_query(&p.name), encoded_query(&p.value))).collect();
        sorted.sort_unstable();
        let (before, after) = sorted.split_at(sorted.partition_point(|(name, _)| &**name < SIGNATURE_PARAMETERS));
        for (name, value) in before {
            for text in [name, "=", value, "&"] {
                out.push_str(text);
            }
        }
        out.push_str(signature_parameters);
        out.push_str(token_parameter);
        out.push_str("&X-Amz-SignedHeaders=");
        out.push_str(&self.headers.encoded_names);
        for (name, value) in after {
            for text in ["&", name, "=", value] {
                out.push_str(text);
            }
        }
    }
}

impl QueryParameter<'_> {
    fn write(&self, out: &mut String) {
        push_query(out, &self.name);
        out.push('=');
        push_query(out, &self.value);
    }
}

/// Appends a number. `format!` would take longer than everything else that is written into a URL.
fn push_decimal(out: &mut String, number: u64) {
    let mut divisor = 1;
    while number / divisor >= 10 {
        divisor *= 10;
    }
    while divisor > 0 {
        out.push(char::from(b'0' + (number / divisor % 10) as u8));
        divisor /= 10;
    }
}

#[cfg(test)]
mod tests {
    //! AWS's signing test suite, which the sources of `aws-sigv4` include.

    use super::*;
    use crate::presign::credentials::Credentials;
    use crate::presign::headers::HeadersToSign;
    use std::fmt::Write as _;
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::time::{Duration, SystemTime};

    use http::HeaderName;
    use serde_json::Value;
    use sha2::{Digest, Sha256};

    /// Cases that normalise the path, which S3 does not.
    const NOT_S3: [&str; 6] = [
        "get-relative-normalized",
        "get-relative-relative-normalized",
        "get-slash-dot-slash-normalized",
        "get-slash-normalized",
        "get-slash-pointless-dot-normalized",
        "get-slashes-normalized",
    ];
    /// 2015-08-30T12:36:00Z, the time of every case.
    const NOW: u64 = 1_440_938_160;

    /// The folder of the suite: Cargo knows where the sources of a dependency are.
    fn suite() -> PathBuf {
        let output = Command::new(std::env::var_os("CARGO").expect("tests run under Cargo"))
            .args(["metadata", "--format-version", "1", "--locked"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
        let packages = metadata["packages"].as_array().unwrap();
        let package = packages.iter().find(|package| package["name"] == "aws-sigv4").unwrap();
        Path::new(package["manifest_path"].as_str().unwrap()).with_file_name("aws-signing-test-suite").join("v4")
    }

    #[test]
    fn aws_signing_test_suite() {
        let suite = suite();
        let mut passed = 0;
        for entry in suite.read_dir().unwrap() {
            let folder = entry.unwrap().path();
            let name = folder.file_name().unwrap().to_str().unwrap();
            if NOT_S3.contains(&name) || !folder.join("query-signature.txt").exists() {
                continue;
            }
            let expected = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap();
            let [canonical, string_to_sign, signature] = sign_case(&folder);
            assert_eq!(canonical, expected("query-canonical-request.txt"), "{name}");
            assert_eq!(string_to_sign, expected("query-string-to-sign.txt"), "{name}");
            assert_eq!(signature, expected("query-signature.txt"), "{name}");
            passed += 1;
        }
        assert_eq!(passed, 32);
    }

    fn sign_case(folder: &Path) -> [String; 3] {
        let context: Value = serde_json::from_slice(&std::fs::read(folder.join("context.json")).unwrap()).unwrap();
        assert_eq!((&context["region"], &context["service"]), (&"us-east-1".into(), &"service".into()));
        let text = |name: &str| context["credentials"][name].as_str().unwrap_or_default().to_owned();
        let mut credentials = Credentials::new(text("access_key_id"), text("secret_access_key")).unwrap();
        if context["credentials"]["token"].is_string() && context["omit_session_token"] != true {
            credentials = credentials.session_token(text("token")).unwrap();
        }
        let request = std::fs::read_to_string(folder.join("request.txt")).unwrap();
        let (head, body) = request.split_once("\n\n").unwrap_or((&request, ""));
        let (first, header_lines) = head.split_once('\n').unwrap();
        let (method, target) = first.strip_suffix(" HTTP/1.1").unwrap().split_once(' ').unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let parameters: Vec<_> = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| QueryParameter { name: decoded(name).into(), value: decoded(value).into() })
            .collect();
        let values = header_values(header_lines);
        let mut headers = HeadersToSign::default();
        for (name, value) in values.iter().filter(|(name, _)| name != "host") {
            headers.insert(HeaderName::from_bytes(name.as_bytes()).unwrap(), value.as_str()).unwrap();
        }
        let signed_body = if context["sign_body"] == true { body } else { "" };
        let mut payload_hash = String::new();
        for byte in Sha256::digest(signed_body.as_bytes()) {
            let _ = write!(payload_hash, "{byte:02x}");
        }

        let signer = Signer::new(credentials, "us-east-1", "service");
        let time = Timestamp::from_system_time(SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)).unwrap();
        let mut unsigned = RequestToSign {
            method,
            origin: "https://example.amazonaws.com",
            url_path: "",
            signed_path: "",
            key: decoded(path).strip_prefix('/').unwrap(),
            parameters: &parameters,
            headers: &CanonicalHeaders::new(&headers, "example.amazonaws.com"),
            payload_hash: &payload_hash,
            time: &time,
            expires_in_seconds: 3600,
        }
        .write(&signer);
        let (at, signature) = signer.sign(&mut unsigned.canonical_request, &time).unwrap();
        let (canonical, string_to_sign) = unsigned.canonical_request.split_at(at);
        [canonical.to_owned(), string_to_sign.to_owned(), signature.as_str().to_owned()]
    }

    /// Names in lower case, each once: repeated headers are joined by commas, continuation lines by a space. Callers of the
    /// signer cannot give either, so that the test joins them.
    fn header_values(lines: &str) -> Vec<(String, String)> {
        let mut values: Vec<(String, String)> = Vec::new();
        for line in lines.lines() {
            if let (true, Some((_, value))) = (line.starts_with(' '), values.last_mut()) {
                value.push(' ');
                value.push_str(line.trim());
                continue;
            }
            let (name, value) = line.split_once(':').unwrap();
            let name = name.to_ascii_lowercase();
            match values.iter_mut().find(|(other, _)| *other == name) {
                Some((_, joined)) => *joined = format!("{joined},{value}"),
                None => values.push((name, value.to_owned())),
            }
        }
        values
    }

    fn decoded(text: &str) -> String {
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes();
        while let [first, after @ ..] = rest {
            if *first == b'%' {
                bytes.push(u8::from_str_radix(std::str::from_utf8(&after[..2]).unwrap(), 16).unwrap());
                rest = &after[2..];
            } else {
                bytes.push(*first);
                rest = after;
            }
        }
        String::from_utf8(bytes).unwrap()
    }
}
