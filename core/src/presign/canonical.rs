//! The canonical request of Signature Version 4, and beside it the URL: both are written in one pass, because the path
//! and most of the query are the same bytes in both.
//!
//! The URL's parameters come in botocore's order (the operation's own first, the token after the signed headers), the
//! canonical request's in the order of their names.

use std::borrow::Cow;
use std::ops::Range;

use crate::presign::encode::{path_len, push_path, push_query, query};
use crate::presign::headers::SignedHeaders;
use crate::presign::sign::Signer;
use crate::presign::timestamp::Timestamp;

/// S3's mark for "the body is not part of the signature": the one who signs has not seen it yet.
pub(super) const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// What all of our own parameters start with; where they stand among the operation's own when sorted.
const OUR_PARAMETERS: &str = "X-Amz-";

/// What is signed.
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    /// Scheme, host and port.
    pub(super) origin: &'a str,
    /// The `Host` that the client will send.
    pub(super) host: &'a str,
    /// What stands before the slash of the key in the URL, encoded.
    pub(super) url_path: &'a str,
    /// What stands there when the request reaches the store: the same, unless a proxy rewrites it.
    pub(super) base_path: &'a str,
    /// The object key, not encoded.
    pub(super) key: &'a str,
    /// The operation's own parameters, in the order of the URL.
    pub(super) parameters: &'a [Parameter<'a>],
    pub(super) headers: &'a SignedHeaders<'a>,
    pub(super) payload_hash: &'a str,
    pub(super) time: &'a Timestamp,
    pub(super) expires_in_seconds: u64,
}

/// A parameter of the query, not encoded.
#[derive(Debug)]
pub(super) struct Parameter<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) value: Cow<'a, str>,
}

/// A URL without its signature, and the canonical request to be signed.
pub(super) struct Draft {
    pub(super) url: String,
    pub(super) canonical: String,
}

impl Request<'_> {
    pub(super) fn draft(&self, signer: &Signer) -> Draft {
        let mut url = String::with_capacity(self.url_bytes(signer));
        let key = self.write_path(&mut url);
        self.write_parameters(&mut url);
        let ours = self.write_ours(&mut url, signer);
        url.push_str("&X-Amz-SignedHeaders=");
        self.write_header_names(&mut url, "%3B");
        url.push_str(signer.token_parameter());

        // The string to sign will be appended to it, which is why there is more room than the request needs.
        let mut canonical = String::with_capacity(2 * url.len() + self.header_bytes() + 256);
        canonical.push_str(self.method);
        canonical.push('\n');
        canonical.push_str(self.base_path);
        canonical.push_str(url.get(key).unwrap_or_default());
        canonical.push('\n');
        self.write_canonical_query(&mut canonical, url.get(ours).unwrap_or_default(), signer.token_parameter());
        canonical.push('\n');
        self.write_headers(&mut canonical);
        canonical.push('\n');
        self.write_header_names(&mut canonical, ";");
        canonical.push('\n');
        canonical.push_str(self.payload_hash);
        Draft { url, canonical }
    }

    /// Room for the whole URL, its signature included, so that it is one allocation.
    fn url_bytes(&self, signer: &Signer) -> usize {
        let parameters: usize = self.parameters.iter().map(|p| 3 * (p.name.len() + p.value.len()) + 2).sum();
        let names: usize = self.headers.iter().map(|(name, _)| name.len() + 3).sum();
        self.origin.len()
            + self.url_path.len()
            + path_len(self.key)
            + parameters
            + names
            + signer.algorithm_and_key_id().len()
            + signer.encoded_scope().len()
            + signer.token_parameter().len()
            + 192 // the date twice, the names of our parameters, and the signature
    }

    fn header_bytes(&self) -> usize {
        self.headers.iter().map(|(name, value)| 2 * name.len() + value.len() + 3).sum::<usize>() + self.host.len()
    }

    /// Where the key is, with the slash before it.
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

    /// Those of our parameters that stand together in both orders.
    fn write_ours(&self, url: &mut String, signer: &Signer) -> Range<usize> {
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

    fn write_canonical_query(&self, out: &mut String, ours: &str, token: &str) {
        let mut sorted: Vec<_> = self.parameters.iter().map(|p| (query(&p.name), query(&p.value))).collect();
        sorted.sort_unstable();
        let (before, after) = sorted.split_at(sorted.partition_point(|(name, _)| &**name < OUR_PARAMETERS));
        for (name, value) in before {
            for part in [name, "=", value, "&"] {
                out.push_str(part);
            }
        }
        out.push_str(ours);
        out.push_str(token);
        out.push_str("&X-Amz-SignedHeaders=");
        self.write_header_names(out, "%3B");
        for (name, value) in after {
            for part in ["&", name, "=", value] {
                out.push_str(part);
            }
        }
    }

    fn write_headers(&self, out: &mut String) {
        for (name, value) in self.headers_with_host() {
            out.push_str(name);
            out.push(':');
            out.push_str(value);
            out.push('\n');
        }
    }

    fn write_header_names(&self, out: &mut String, separator: &str) {
        for (number, (name, _)) in self.headers_with_host().enumerate() {
            if number > 0 {
                out.push_str(separator);
            }
            out.push_str(name);
        }
    }

    /// The signed headers by name, `host` among them.
    fn headers_with_host(&self) -> impl Iterator<Item = (&str, &str)> {
        let before = self.headers.iter().take_while(|(name, _)| *name < "host");
        let after = self.headers.iter().skip_while(|(name, _)| *name < "host");
        before.chain(std::iter::once(("host", self.host))).chain(after)
    }
}

impl Parameter<'_> {
    fn write(&self, out: &mut String) {
        push_query(out, &self.name);
        out.push('=');
        push_query(out, &self.value);
    }
}

/// `format!` takes longer than the rest of a URL's numbers together.
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
    //! AWS's signing test suite, read from the sources of `aws-sigv4`, which ship it.

    use super::*;
    use crate::presign::credentials::Credentials;
    use std::fmt::Write as _;
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::time::{Duration, SystemTime};

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

    /// Where the suite is: Cargo knows where it keeps the sources of a dependency.
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
            .map(|(name, value)| Parameter { name: decoded(name).into(), value: decoded(value).into() })
            .collect();
        let values = header_values(header_lines);
        let mut headers = SignedHeaders::default();
        for (name, value) in values.iter().filter(|(name, _)| name != "host") {
            headers.insert(name.clone(), value.as_str()).unwrap();
        }
        let signed_body = if context["sign_body"] == true { body } else { "" };
        let mut payload_hash = String::new();
        for byte in Sha256::digest(signed_body.as_bytes()) {
            let _ = write!(payload_hash, "{byte:02x}");
        }

        let signer = Signer::new(credentials, "us-east-1", "service");
        let time = Timestamp::from_system_time(SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)).unwrap();
        let mut draft = Request {
            method,
            origin: "https://example.amazonaws.com",
            host: "example.amazonaws.com",
            url_path: "",
            base_path: "",
            key: decoded(path).strip_prefix('/').unwrap(),
            parameters: &parameters,
            headers: &headers,
            payload_hash: &payload_hash,
            time: &time,
            expires_in_seconds: 3600,
        }
        .draft(&signer);
        let (at, signature) = signer.sign(&mut draft.canonical, &time).unwrap();
        let (canonical, string_to_sign) = draft.canonical.split_at(at);
        [canonical.to_owned(), string_to_sign.to_owned(), signature.as_str().to_owned()]
    }

    /// Names in lower case, each once: repeated ones joined by commas, continued lines to their first. Our own callers
    /// can give neither, so that this is the reader's work and not the signer's.
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
