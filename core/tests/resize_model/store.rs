//! A store with one original and its results, which answers as S3 does.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use http::header::{CONTENT_LENGTH, ETAG, IF_MATCH, IF_NONE_MATCH};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use presize::{StoreAnswer, StoreRequest};

const MARKER: HeaderName = HeaderName::from_static("x-amz-meta-presize-resized-from");

/// What the store makes of the conditions of a PUT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conditions {
    Honoured,
    Ignored,
    /// It answers 501.
    Refused,
}

#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub bytes: Vec<u8>,
    pub marker: Option<HeaderValue>,
}

impl Object {
    /// Of its bytes, as S3 has it without encryption by KMS.
    pub(crate) fn etag(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.bytes.hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ETAG, format!("\"{}\"", self.etag()).parse().unwrap());
        headers.insert(CONTENT_LENGTH, self.bytes.len().into());
        headers.extend(self.marker.clone().map(|marker| (MARKER, marker)));
        headers
    }
}

pub(crate) struct Store {
    pub conditions: Conditions,
    /// The key of the original.
    pub key: &'static str,
    /// All versions of the original, the latest last.
    pub versions: Vec<Object>,
    pub results: BTreeMap<String, Object>,
}

impl Store {
    pub(crate) fn answer(&mut self, request: &StoreRequest) -> StoreAnswer {
        let (before, query) = request.url.split_once('?').unwrap();
        let (_, path) = before.split_once("://").unwrap().1.split_once('/').unwrap();
        let key = path.strip_prefix("results/").unwrap_or(path);
        let key = key.strip_prefix("originals/").unwrap_or(key);
        let condition = |name| request.headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap());
        if request.method == Method::PUT {
            return self.put(key, request, condition(IF_MATCH), condition(IF_NONE_MATCH));
        }
        let version = query.split('&').find_map(|pair| pair.strip_prefix("versionId="));
        let object = match version {
            Some(version) => self.versions.get(version.parse::<usize>().unwrap()),
            None if key == self.key => self.versions.last(),
            None => self.results.get(key),
        };
        let Some(object) = object else { return status(404) };
        if condition(IF_MATCH).is_some_and(|tag| tag.trim_matches('"') != object.etag()) {
            return status(412);
        }
        let body = if request.method == Method::GET { object.bytes.clone() } else { Vec::new() };
        StoreAnswer { status: 200, headers: object.headers(), body }
    }

    fn put(&mut self, key: &str, request: &StoreRequest, matches: Option<&str>, none: Option<&str>) -> StoreAnswer {
        assert_ne!(key, self.key, "an original is never written");
        let found = self.results.get(key);
        match self.conditions {
            Conditions::Refused if matches.is_some() || none.is_some() => return status(501),
            Conditions::Honoured if none.is_some() && found.is_some() => return status(412),
            Conditions::Honoured => match (matches, found) {
                (Some(_), None) => return status(404),
                (Some(tag), Some(found)) if tag.trim_matches('"') != found.etag() => return status(412),
                _ => {}
            },
            Conditions::Refused | Conditions::Ignored => {}
        }
        let object = Object { bytes: request.body.to_vec(), marker: request.headers.get(MARKER).cloned() };
        let headers = object.headers();
        self.results.insert(key.to_owned(), object);
        StoreAnswer { status: 200, headers, body: Vec::new() }
    }
}

fn status(status: u16) -> StoreAnswer {
    StoreAnswer { status, ..StoreAnswer::default() }
}
