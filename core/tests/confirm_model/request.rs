//! A request as the model's store reads it: what to do with which object, and under which conditions.

use std::collections::BTreeMap;

use http::{HeaderMap, Method};
use presize::{StoreRequest, UploadTicket};

use super::objects::{FileId, HeadersId, Objects};

/// Where an object can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Place {
    Incoming,
    Final,
    Variant,
}

/// The keys of one upload. `incoming` is the final key where the policy has no incoming prefix.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    pub(crate) incoming: String,
    pub(crate) last: String,
}

impl Keys {
    /// The place of a path, whether the bucket is a part of it or not.
    fn place(&self, path: &str) -> Place {
        let stem = self.last.strip_suffix(".jpg").expect("a key of a JPEG");
        let is_key = |key: &str| path.strip_suffix(key).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        if is_key(&self.last) && !(self.incoming != self.last && is_key(&self.incoming)) {
            Place::Final
        } else if is_key(&self.incoming) {
            Place::Incoming
        } else if is_key(&format!("{stem}/4.jpg")) {
            Place::Variant
        } else {
            panic!("a request for the key {path}, which is none of this upload")
        }
    }
}

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Head,
    Get,
    Put,
    Copy,
    Delete,
}

/// A request without its signature.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) verb: Verb,
    pub(crate) place: Place,
    /// The source of a copy.
    pub(crate) source: Option<Place>,
    /// `If-Match`: an entity tag without quotes.
    pub(crate) if_match: Option<String>,
    /// `If-None-Match: *`, on a copy R2's header for the same.
    pub(crate) creates_only: bool,
    /// `x-amz-copy-source-if-match`: an entity tag without quotes.
    pub(crate) source_if_match: Option<String>,
    /// The first byte and the last one.
    pub(crate) range: Option<(usize, usize)>,
    /// The body of a PUT.
    pub(crate) file: Option<FileId>,
    /// What a written object is served with.
    pub(crate) headers: HeadersId,
}

impl Request {
    /// Whether it asks what is at the final key.
    pub(crate) fn is_look(&self) -> bool {
        matches!(self.verb, Verb::Head | Verb::Get) && self.place == Place::Final
    }

    /// Reads a request of a confirmation.
    pub(crate) fn read(request: &StoreRequest, keys: &Keys, objects: &mut Objects) -> Self {
        let (mut read, headers) = Self::parse(&request.method, &request.url, &request.headers, keys);
        read.headers = objects.headers(&headers);
        if read.verb == Verb::Put {
            read.file = Some(objects.file(&request.body, None));
        } else {
            assert!(request.body.is_empty(), "{read:?} has a body");
        }
        read
    }

    /// Reads the PUT that a ticket allows, without its body, and the headers that it stores an object with.
    pub(crate) fn of_ticket(ticket: &UploadTicket, keys: &Keys) -> (Self, BTreeMap<String, String>) {
        Self::parse(&ticket.method, &ticket.url, &ticket.headers, keys)
    }

    fn parse(method: &Method, url: &str, headers: &HeaderMap, keys: &Keys) -> (Self, BTreeMap<String, String>) {
        let path = url.split('?').next().expect("a path").replace("%3A", ":");
        let mut read = Self {
            verb: match *method {
                Method::HEAD => Verb::Head,
                Method::GET => Verb::Get,
                Method::PUT if headers.contains_key("x-amz-copy-source") => Verb::Copy,
                Method::PUT => Verb::Put,
                Method::DELETE => Verb::Delete,
                _ => panic!("a request by {method}"),
            },
            place: keys.place(&path),
            source: None,
            if_match: None,
            creates_only: false,
            source_if_match: None,
            range: None,
            file: None,
            headers: 0,
        };
        let mut stored = BTreeMap::new();
        for (name, value) in headers {
            let value = value.to_str().expect("a header in ASCII");
            if !read.header(name.as_str(), value, keys) {
                stored.insert(name.as_str().to_owned(), value.to_owned());
            }
        }
        (read, stored)
    }

    /// Reads a header; `false` for one that is stored with the object. A header that the model does not know is a panic: it
    /// would be a condition that is never tried.
    fn header(&mut self, name: &str, value: &str, keys: &Keys) -> bool {
        let etag = || Some(value.trim_matches('"').to_owned());
        match name {
            "if-match" if self.verb != Verb::Copy => self.if_match = etag(),
            "if-none-match" | "cf-copy-destination-if-none-match" if value == "*" => self.creates_only = true,
            "if-match" | "cf-copy-destination-if-match" => self.if_match = etag(),
            "x-amz-copy-source" => self.source = Some(keys.place(value)),
            "x-amz-copy-source-if-match" => self.source_if_match = etag(),
            "x-amz-metadata-directive" => assert_eq!(value, "REPLACE"),
            "range" => {
                let (first, last) =
                    value.strip_prefix("bytes=").and_then(|text| text.split_once('-')).expect("a range");
                self.range = Some((first.parse().expect("a number"), last.parse().expect("a number")));
            }
            "content-length" => {}
            "content-type" | "cache-control" => return false,
            _ if name.starts_with("x-amz-meta-") => return false,
            _ => panic!("the header {name}: {value}"),
        }
        true
    }

    /// Whether it changes what is stored.
    pub(crate) fn is_write(&self) -> bool {
        !matches!(self.verb, Verb::Head | Verb::Get)
    }

    /// Whether the store is asked to look before it writes.
    pub(crate) fn is_conditional_write(&self) -> bool {
        self.is_write() && (self.creates_only || self.if_match.is_some())
    }
}
