//! The marker: metadata of a final object that proves that a confirmation wrote it.
//!
//! ```text
//! x-amz-meta-presize-confirmed: 1.whole.48211.<SHA-256, 64 digits>.<MAC, 64 digits>
//! x-amz-meta-presize-variant-of: 1.<SHA-256 of the final object>.<MAC>
//! ```
//!
//! The MAC is HMAC-SHA256 under a key that is derived from the credentials, over purpose, version, bucket, key and all fields
//! before it: no client can make one, and none is good for another object. Where a client can write to the final key
//! itself it can repeat one, and a store may copy other bytes than those that were checked: so the bytes are always held
//! against the hash. Anybody may read a marker; it says nothing but the hash of a public file.

use std::fmt::Write as _;

use http::{HeaderMap, HeaderName};
use sha2::{Digest as _, Sha256};

use crate::error::Result;
use crate::presign::Presigner;
use crate::upload::policy::{CONFIRMED_METADATA, VARIANT_METADATA};

use super::stored::HEAD_BYTES;

const VERSION: &str = "1";
const METADATA_PREFIX: &str = "x-amz-meta-";

/// The bytes of a final object: how many there are, and the hash of all of them or of their head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fingerprint {
    /// Whether the hash is of all bytes, not of the first [`HEAD_BYTES`].
    pub is_whole: bool,
    pub bytes: u64,
    pub hash: [u8; 32],
}

impl Fingerprint {
    /// That of a whole file.
    pub(super) fn whole(file: &[u8]) -> Self {
        Self { is_whole: true, bytes: file.len() as u64, hash: Sha256::digest(file).into() }
    }

    /// That of the head of a file of `bytes`. A server that leaves the range unread sends all of it.
    pub(super) fn head(head: &[u8], bytes: u64) -> Self {
        let head = head.get(..HEAD_BYTES as usize).unwrap_or(head);
        Self { is_whole: false, bytes, hash: Sha256::digest(head).into() }
    }

    /// Whether these bytes of a file, all or its head, are those of the fingerprint.
    pub(super) fn is_of(&self, bytes: &[u8]) -> bool {
        *self == if self.is_whole { Self::whole(bytes) } else { Self::head(bytes, self.bytes) }
    }

    /// The marker's value for the object under this key.
    ///
    /// Error: `signing_failed`.
    pub(super) fn marker(&self, presigner: &Presigner, key: &str) -> Result<String> {
        let fields = self.fields();
        let code = presigner.authenticate(CONFIRMED_METADATA, &message(presigner, key, &fields))?;
        Ok(format!("{fields}.{}", hex(&code)))
    }

    fn fields(&self) -> String {
        let extent = if self.is_whole { "whole" } else { "head" };
        format!("{VERSION}.{extent}.{}.{}", self.bytes, hex(&self.hash))
    }
}

/// A marker as an object has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marker {
    pub fingerprint: Fingerprint,
    /// Whether it was made with our credentials. Temporary ones change.
    pub is_ours: bool,
}

impl Marker {
    /// The marker among an answer's headers; `None` where there is none that can be read.
    ///
    /// Error: `signing_failed`.
    pub(super) fn read(headers: &HeaderMap, presigner: &Presigner, key: &str) -> Result<Option<Self>> {
        let Some((fingerprint, code)) = metadata(headers, CONFIRMED_METADATA).and_then(parse_marker) else {
            return Ok(None);
        };
        let message = message(presigner, key, &fingerprint.fields());
        let is_ours = presigner.is_authentic(CONFIRMED_METADATA, &message, &code)?;
        Ok(Some(Self { fingerprint, is_ours }))
    }
}

/// The value that says which object a variant was made of, by the hash of its bytes.
///
/// Error: `signing_failed`.
pub(super) fn variant_marker(presigner: &Presigner, variant_key: &str, original: &[u8; 32]) -> Result<String> {
    let fields = format!("{VERSION}.{}", hex(original));
    let code = presigner.authenticate(VARIANT_METADATA, &message(presigner, variant_key, &fields))?;
    Ok(format!("{fields}.{}", hex(&code)))
}

/// Whether an answer's headers are those of a variant that was made of this object.
///
/// Error: `signing_failed`.
pub(super) fn is_variant_of(
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

/// Neither buckets nor keys have line ends.
fn message(presigner: &Presigner, key: &str, fields: &str) -> Vec<u8> {
    [presigner.bucket().name(), key, fields].join("\n").into_bytes()
}

fn metadata<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let name = HeaderName::from_bytes(format!("{METADATA_PREFIX}{name}").as_bytes()).ok()?;
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    if values.any(|value| value != first) { None } else { first.to_str().ok().map(str::trim) }
}

fn parse_marker(text: &str) -> Option<(Fingerprint, [u8; 32])> {
    let mut fields = text.split('.');
    let mut next = || fields.next();
    let (version, extent, bytes, hash, code) = (next()?, next()?, next()?, next()?, next()?);
    let is_whole = match extent {
        "whole" => true,
        "head" => false,
        _ => return None,
    };
    let is_canonical = bytes.bytes().all(|byte| byte.is_ascii_digit()) && (bytes == "0" || !bytes.starts_with('0'));
    if version != VERSION || !is_canonical || fields.next().is_some() {
        return None;
    }
    Some((Fingerprint { is_whole, bytes: bytes.parse().ok()?, hash: parse_hex(hash)? }, parse_hex(code)?))
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// 64 digits, in lower case.
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
            let marker = fingerprint.marker(&ours, KEY).unwrap();
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
        let marker = Fingerprint::whole(b"abc").marker(&ours, KEY).unwrap();
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
        let (original, other) = (Fingerprint::whole(b"abc").hash, Fingerprint::whole(b"abd").hash);
        let value = variant_marker(&ours, "a/20.jpg", &original).unwrap();
        let headers = headers("x-amz-meta-presize-variant-of", &value);
        assert!(is_variant_of(&headers, &ours, "a/20.jpg", &original).unwrap());
        assert!(!is_variant_of(&headers, &ours, "a/40.jpg", &original).unwrap());
        assert!(!is_variant_of(&headers, &ours, "a/20.jpg", &other).unwrap());
        assert!(!is_variant_of(&headers, &presigner("photos", "other"), "a/20.jpg", &original).unwrap());
        assert!(!is_variant_of(&HeaderMap::new(), &ours, "a/20.jpg", &original).unwrap());
    }

    #[test]
    fn a_head_is_compared_with_a_head() {
        let file = vec![7; HEAD_BYTES as usize + 1];
        let head = Fingerprint::head(&file[..HEAD_BYTES as usize], file.len() as u64);
        assert!(head.is_of(&file) && head.is_of(&file[..HEAD_BYTES as usize]));
        assert!(!head.is_of(&file[1..HEAD_BYTES as usize]));
        assert!(Fingerprint::whole(&file).is_of(&file) && !Fingerprint::whole(&file).is_of(&file[1..]));
    }
}
