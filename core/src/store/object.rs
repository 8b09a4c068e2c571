//! `StoredObject`: one version of an object.

use http::HeaderMap;

use crate::error::Result;
use crate::presign::Bucket;

use super::headers::{content_length, etag, response_invalid};

/// An object as the store describes it. Another entity tag means another object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredObject {
    /// The entity tag, without quotes.
    pub etag: String,
    /// The size, in bytes.
    pub bytes: u64,
}

impl StoredObject {
    /// Reads the headers of an answer to HEAD.
    ///
    /// Error: `store_response_invalid`.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Self> {
        let bytes = content_length(headers)?.ok_or_else(|| response_invalid("a content-length", "none"))?;
        Ok(Self { etag: etag(headers)?, bytes })
    }

    /// The entity tag in quotes, as a condition needs it.
    pub(crate) fn quoted_etag(&self) -> String {
        quoted(&self.etag)
    }
}

/// An entity tag in quotes, as a condition needs it.
pub(crate) fn quoted(etag: &str) -> String {
    format!("\"{etag}\"")
}

/// The condition on an object that is replaced. Ceph's gateway compares it with the bare tag, so that one in quotes never holds
/// there; other stores accept both.
pub(crate) fn write_condition(etag: &str, bucket: &Bucket) -> String {
    if bucket.honours_conditions() { quoted(etag) } else { etag.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderName;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn odd_headers_are_refused() {
        for pairs in [
            &[("content-length", "5")][..],
            &[("etag", "\"a\"")],
            &[("etag", ""), ("content-length", "5")],
            &[("etag", "\"\""), ("content-length", "5")],
            &[("etag", "W/\"a\""), ("content-length", "5")],
            &[("etag", "\"a b\""), ("content-length", "5")],
            &[("etag", "\"a"), ("content-length", "5")],
            &[("etag", "\"a\""), ("etag", "\"b\""), ("content-length", "5")],
            &[("etag", "\"a\""), ("content-length", "5"), ("content-length", "6")],
            &[("etag", "\"a\""), ("content-length", "+5")],
            &[("etag", "\"a\""), ("content-length", "-5")],
            &[("etag", "\"a\""), ("content-length", "5, 5")],
            &[("etag", "\"a\""), ("content-length", "99999999999999999999")],
        ] {
            let error = StoredObject::read(&headers(pairs)).unwrap_err();
            assert_eq!(error.code(), "store_response_invalid", "{pairs:?}");
        }
        let twice = headers(&[("etag", "a-2"), ("content-length", "5"), ("content-length", "5")]);
        assert_eq!(StoredObject::read(&twice).unwrap(), StoredObject { etag: "a-2".to_owned(), bytes: 5 });
    }
}
