//! The marker: metadata of an object that proves that a confirmation wrote it.
//!
//! ```text
//! x-amz-meta-presize-confirmed: 1.whole.48211.<SHA-256, 64 digits>.<MAC, 64 digits>
//! x-amz-meta-presize-variant-of: 1.<SHA-256 of the final object>.<MAC>
//! ```
//!
//! The MAC is HMAC-SHA256 over purpose, version, bucket, key and all fields before it, under a key that is derived from the
//! credentials. So a client cannot forge a marker, and cannot move it to another object. It can repeat one where it may write
//! to the final key itself, and a store may copy other bytes than those that were checked: the bytes are therefore always
//! compared with the hash. A marker is not secret: it tells the hash of a file that is public.

use std::fmt::Write as _;

use http::{HeaderMap, HeaderName};

use crate::error::Result;
use crate::presign::Presigner;
use crate::store::{CONFIRMED_METADATA, VARIANT_METADATA, metadata_header};

use super::fingerprint::Fingerprint;

const VERSION: &str = "1";

/// The marker of an object at a final key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marker {
    pub fingerprint: Fingerprint,
    /// Whether its MAC was made with our credentials. Temporary ones change.
    pub is_ours: bool,
}

impl Marker {
    /// Reads the marker from an answer's headers; `None` if there is none, or none that can be parsed.
    ///
    /// Error: `signing_failed`.
    pub(crate) fn read(headers: &HeaderMap, presigner: &Presigner, key: &str) -> Result<Option<Self>> {
        let Some((fingerprint, code)) = metadata(headers, CONFIRMED_METADATA).and_then(parse_marker) else {
            return Ok(None);
        };
        let message = message(presigner, key, &fields(&fingerprint));
        let is_ours = presigner.is_authentic(CONFIRMED_METADATA, &message, &code)?;
        Ok(Some(Self { fingerprint, is_ours }))
    }
}

/// The value of the marker for an object with these bytes at this final key.
///
/// Error: `signing_failed`.
pub(crate) fn confirmed_marker(fingerprint: &Fingerprint, presigner: &Presigner, key: &str) -> Result<String> {
    let fields = fields(fingerprint);
    let code = presigner.authenticate(CONFIRMED_METADATA, &message(presigner, key, &fields))?;
    Ok(format!("{fields}.{}", hex(&code)))
}

fn fields(fingerprint: &Fingerprint) -> String {
    let extent = if fingerprint.is_whole { "whole" } else { "head" };
    format!("{VERSION}.{extent}.{}.{}", fingerprint.bytes, hex(&fingerprint.sha256))
}

/// The value of the marker for a variant of the final object with this hash.
///
/// Error: `signing_failed`.
pub(crate) fn variant_marker(presigner: &Presigner, variant_key: &str, original: &[u8; 32]) -> Result<String> {
    let fields = format!("{VERSION}.{}", hex(original));
    let code = presigner.authenticate(VARIANT_METADATA, &message(presigner, variant_key, &fields))?;
    Ok(format!("{fields}.{}", hex(&code)))
}

/// Whether an answer's headers are those of a variant of the final object with this hash.
///
/// Error: `signing_failed`.
pub(crate) fn is_variant_of(
    headers: &HeaderMap,
    presigner: &Presigner,
    variant_key: &str,
    original: &[u8; 32],
) -> Result<bool> {
    let fields = format!("{VERSION}.{}", hex(original));
    let found = metadata(headers, VARIANT_METADATA).and_then(|text| text.strip_prefix(&fields)?.strip_prefix('.'));
    let Some(code) = found.and_then(parse_hex) else { return Ok(false) };
    presigner.is_authentic(VARIANT_METADATA, &message(presigner, variant_key, &fields), &code)
}

/// What the MAC covers. Neither a bucket nor a key can contain a line feed, so the fields cannot run into each other.
fn message(presigner: &Presigner, key: &str, fields: &str) -> Vec<u8> {
    [presigner.bucket().name(), key, fields].join("\n").into_bytes()
}

/// The value of this metadata, unless it is repeated with different values.
fn metadata<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let name = HeaderName::from_bytes(metadata_header(name).as_bytes()).ok()?;
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    if values.any(|value| value != first) { None } else { first.to_str().ok().map(str::trim) }
}

/// Accepts exactly what [`confirmed_marker`] writes.
fn parse_marker(text: &str) -> Option<(Fingerprint, [u8; 32])> {
    let mut fields = text.split('.');
    let mut next = || fields.next();
    let (version, extent, bytes, hash, code) = (next()?, next()?, next()?, next()?, next()?);
    let is_whole = match extent {
        "whole" => true,
        "head" => false,
        _ => return None,
    };
    // One value has one text: no sign, no leading zero.
    let is_canonical = bytes.bytes().all(|byte| byte.is_ascii_digit()) && (bytes == "0" || !bytes.starts_with('0'));
    if version != VERSION || !is_canonical || fields.next().is_some() {
        return None;
    }
    Some((Fingerprint { is_whole, bytes: bytes.parse().ok()?, sha256: parse_hex(hash)? }, parse_hex(code)?))
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Parses 64 hexadecimal digits in lower case.
fn parse_hex(text: &str) -> Option<[u8; 32]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        if let [high, low] = pair {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presign::{Bucket, Credentials};

    const KEY: &str = "uploads/user-7/1.jpg";

    fn presigner(bucket: &str, secret: &str) -> Presigner {
        Presigner::new(Bucket::s3("us-east-1", bucket).unwrap(), Credentials::new("AK", secret).unwrap())
    }

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        [(HeaderName::from_static(name), value.parse().unwrap())].into_iter().collect()
    }

    fn read(value: &str, presigner: &Presigner, key: &str) -> Option<Marker> {
        Marker::read(&headers("x-amz-meta-presize-confirmed", value), presigner, key).unwrap()
    }

    #[test]
    fn a_marker_is_of_one_object_and_one_set_of_credentials() {
        let ours = presigner("photos", "secret");
        for fingerprint in [Fingerprint::whole(b"abc"), Fingerprint::head(b"abc", 5_368_709_120)] {
            let marker = confirmed_marker(&fingerprint, &ours, KEY).unwrap();
            assert!(marker.len() <= crate::upload::policy::MAX_MARKER_BYTES, "{marker}");
            assert_eq!(read(&marker, &ours, KEY), Some(Marker { fingerprint, is_ours: true }));
            let foreign = Some(Marker { fingerprint, is_ours: false });
            assert_eq!(read(&marker, &ours, "uploads/user-7/2.jpg"), foreign);
            assert_eq!(read(&marker, &presigner("photos2", "secret"), KEY), foreign);
            assert_eq!(read(&marker, &presigner("photos", "other"), KEY), foreign);
        }
    }

    #[test]
    fn a_changed_marker_is_not_ours() {
        let ours = presigner("photos", "secret");
        let marker = confirmed_marker(&Fingerprint::whole(b"abc"), &ours, KEY).unwrap();
        for at in 0..marker.len() {
            for byte in [b'0', b'1', b'a', b'.', b'A', b' '] {
                let mut changed = marker.clone().into_bytes();
                if changed[at] == byte {
                    continue;
                }
                changed[at] = byte;
                let changed = String::from_utf8(changed).unwrap();
                assert!(read(changed.trim(), &ours, KEY).is_none_or(|read| !read.is_ours), "{changed}");
            }
        }
        for odd in
            ["", ".", "1.whole.3", "1.whole.03.a.b", &marker.to_uppercase(), &format!("{marker}.1"), &marker[1..]]
        {
            assert_eq!(read(odd, &ours, KEY), None, "{odd}");
        }
    }

    #[test]
    fn a_variant_is_of_one_original() {
        let ours = presigner("photos", "secret");
        let (original, other) = (Fingerprint::whole(b"abc").sha256, Fingerprint::whole(b"abd").sha256);
        let value = variant_marker(&ours, "a/20.jpg", &original).unwrap();
        let headers = headers("x-amz-meta-presize-variant-of", &value);
        assert!(is_variant_of(&headers, &ours, "a/20.jpg", &original).unwrap());
        assert!(!is_variant_of(&headers, &ours, "a/40.jpg", &original).unwrap());
        assert!(!is_variant_of(&headers, &ours, "a/20.jpg", &other).unwrap());
        assert!(!is_variant_of(&headers, &presigner("photos", "other"), "a/20.jpg", &original).unwrap());
        assert!(!is_variant_of(&HeaderMap::new(), &ours, "a/20.jpg", &original).unwrap());
    }
}
