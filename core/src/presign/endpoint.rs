//! An `http` or `https` endpoint: scheme, host, port, path. Stricter than a URL parser: what two programs could read in two
//! ways (user info, escapes in the host, numbers that might be IP addresses) is refused and not normalised.

use std::net::{Ipv4Addr, Ipv6Addr};

const MAX_ENDPOINT_BYTES: usize = 2048;
const MAX_HOST_BYTES: usize = 253;
const MAX_LABEL_BYTES: usize = 63;

/// An endpoint in the form that is signed: host in lower case, no default port, no slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// `https` or `http`.
    pub(crate) scheme: &'static str,
    /// The host alone; an IPv6 address in its brackets.
    pub(crate) host: String,
    /// Empty, or `:` and a port that is not the scheme's own.
    pub(crate) port: String,
    /// Empty, or a path that starts with a slash and does not end with one.
    pub(crate) path: String,
    /// Whether the host is an IP address, which cannot have a bucket's name before it.
    pub(crate) is_ip_address: bool,
}

impl Endpoint {
    /// Parses an endpoint. The error is the reason, as the end of "expected ..., received".
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        if text.len() > MAX_ENDPOINT_BYTES {
            return Err("one of more than 2048 bytes");
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("one with spaces, control or non-ASCII characters");
        }
        let (scheme, rest) = text.split_once("://").ok_or("one without http:// or https://")?;
        let (scheme, default_port) = if scheme.eq_ignore_ascii_case("https") {
            ("https", 443)
        } else if scheme.eq_ignore_ascii_case("http") {
            ("http", 80)
        } else {
            return Err("one that is neither http nor https");
        };
        if rest.contains('?') {
            return Err("one with a query");
        }
        if rest.contains('#') {
            return Err("one with a fragment");
        }
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err("one with user info");
        }
        let (host, port) = split_port(authority)?;
        let host = host.to_ascii_lowercase();
        let is_ip_address = check_host(&host)?;
        let port = match port {
            Some(port) if port != default_port => format!(":{port}"),
            _ => String::new(),
        };
        Ok(Self { scheme, host, port, path: check_path(path)?.to_owned(), is_ip_address })
    }

    /// Scheme, host and port: `https://example.com:9000`.
    pub(crate) fn origin(&self) -> String {
        format!("{}://{}{}", self.scheme, self.host, self.port)
    }

    /// The same endpoint with a name before the host: `bucket.example.com`.
    pub(crate) fn with_subdomain(mut self, name: &str) -> Result<Self, &'static str> {
        if self.is_ip_address {
            return Err("an address in numbers, which has no virtual hosts");
        }
        self.host = format!("{name}.{}", self.host);
        if self.host.len() > MAX_HOST_BYTES {
            return Err("a host of more than 253 bytes");
        }
        Ok(self)
    }
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), &'static str> {
    let host_end = if authority.starts_with('[') {
        authority.find(']').ok_or("an IPv6 address without its closing bracket")? + 1
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (host, rest) = authority.split_at(host_end);
    if rest.is_empty() {
        return Ok((host, None));
    }
    let digits = rest.strip_prefix(':').ok_or("text after an IPv6 address")?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("a port that is not a number from 1 to 65535");
    }
    match digits.parse() {
        Ok(port) if port > 0 => Ok((host, Some(port))),
        _ => Err("a port that is not a number from 1 to 65535"),
    }
}

/// Checks a host in lower case; returns whether it is an IP address.
fn check_host(host: &str) -> Result<bool, &'static str> {
    if let Some(inner) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let address: Ipv6Addr = inner.parse().map_err(|_| "an invalid IPv6 address")?;
        // Clients write an address in its shortest form before they send it as `Host`. Of one that ends in an IPv4
        // address there are two such forms.
        if inner.contains('.') || address.to_string() != inner {
            return Err("an IPv6 address that is not in its shortest form (RFC 5952)");
        }
        return Ok(true);
    }
    if host.is_empty() {
        return Err("one without a host");
    }
    if host.len() > MAX_HOST_BYTES {
        return Err("a host of more than 253 bytes");
    }
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    let label_is_valid = |label: &str| {
        (1..=MAX_LABEL_BYTES).contains(&label.len())
            && label.bytes().all(allowed)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if !host.split('.').all(label_is_valid) {
        return Err("an invalid host");
    }
    // Browsers take a host whose last label is a number for an IPv4 address, in forms from `1` to `0x7f.1`.
    let last = host.rsplit('.').next().unwrap_or_default();
    let looks_numeric = last.bytes().all(|byte| byte.is_ascii_digit())
        || last.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if looks_numeric {
        return host.parse::<Ipv4Addr>().map(|_| true).map_err(|_| "an invalid IPv4 address");
    }
    Ok(false)
}

/// Checks a path and removes the slashes at its end.
fn check_path(path: &str) -> Result<&str, &'static str> {
    let path = path.trim_end_matches('/');
    if !path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte)) {
        return Err("a path with characters other than A-Z a-z 0-9 - _ . ~ /");
    }
    if path.contains("//") {
        return Err("a path with an empty segment");
    }
    if super::key::has_dot_segment(path) {
        return Err("a path with a segment that is . or ..");
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_form_for_each_address() {
        for (text, expected) in [
            ("https://example.com", "https://example.com"),
            ("HTTPS://Example.COM:443/", "https://example.com"),
            ("http://example.com:80", "http://example.com"),
            ("http://example.com:443", "http://example.com:443"),
            ("https://example.com:09000/s3/v1//", "https://example.com:9000/s3/v1"),
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
            ("http://[::1]:9000", "http://[::1]:9000"),
            ("https://[2001:DB8::1]", "https://[2001:db8::1]"),
            ("http://minio_1:9000", "http://minio_1:9000"),
        ] {
            let endpoint = Endpoint::parse(text).unwrap();
            assert_eq!(endpoint.origin() + &endpoint.path, expected, "{text}");
        }
    }

    #[test]
    fn what_programs_read_differently_is_refused() {
        for text in [
            "",
            "example.com",
            "ftp://example.com",
            "https://",
            "https://user:pass@example.com",
            "https://example.com?x=1",
            "https://example.com/#a",
            "https://exa mple.com",
            "https://ex%61mple.com",
            "https://사진.kr",
            "https://example.com.",
            "https://-example.com",
            "https://example.com:",
            "https://example.com:0",
            "https://example.com:65536",
            "https://example.com:+80",
            "https://[::1",
            "https://[::1]x",
            "https://[::1%25eth0]",
            "https://[0:0:0:0:0:0:0:1]",
            "https://[::ffff:1.2.3.4]",
            "https://[::ffff:102:304]",
            "https://[2001:db8::01]",
            "https://[127.0.0.1]",
            "http://1.2.3",
            "http://0x7f.1",
            "http://256.1.1.1",
            "https://example.com/a/../b",
            "https://example.com/a//b",
            "https://example.com/%61",
            "https://example.com\\@evil.com",
        ] {
            assert!(Endpoint::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_has_one_form(text in "(https?://)?[ -~]{0,40}") {
            if let Ok(endpoint) = Endpoint::parse(&text) {
                let normal = endpoint.origin() + &endpoint.path;
                prop_assert_eq!(Endpoint::parse(&normal), Ok(endpoint));
                prop_assert!(normal.parse::<http::Uri>().is_ok());
            }
        }
    }
}
