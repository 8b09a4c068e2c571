//! `LambdaRequest`: the HTTP request of an event, whichever service wrote it.

use crate::delivery::percent::decode_path;

/// The method of a request, as far as it decides on the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    /// Answered like GET, without a body.
    Head,
    Other,
}

impl Method {
    pub(super) fn parse(method: &str) -> Self {
        match method {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            _ => Self::Other,
        }
    }
}

/// The request of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LambdaRequest {
    pub(crate) method: Method,
    /// Percent-encoded, with the slash at its start; without the stage of API Gateway; with the path of CloudFront's origin
    /// before it, where the event has one.
    pub(crate) path: String,
    /// Percent-encoded, without the question mark.
    pub(crate) query: String,
    /// All `Accept` headers, joined with commas.
    pub(crate) accept: String,
    /// `If-None-Match`.
    pub(crate) if_none_match: Option<String>,
    /// Whether a part of the object is asked for (`Range`).
    pub(crate) has_range: bool,
    /// The host that the client named, in lower case, with its port if it is not that of the scheme.
    pub(crate) host: Option<String>,
    /// The path that the client asked that host for, percent-encoded: with the stage of API Gateway, without the origin's path.
    pub(crate) client_path: String,
}

impl LambdaRequest {
    /// Whether a URL, or a path on the same host, is the one that this request asked for, so that a redirect to it would lead in a circle. Schemes are not
    /// compared, since TLS may end before the function, and neither are queries: what a redirect drops is gone in the next
    /// round.
    pub(crate) fn asked_for(&self, url: &str) -> bool {
        let Some((_, rest)) = url.split_once("://") else { return is_same_path(&self.client_path, url) };
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        self.host.as_deref() == Some(host_of(host).as_str()) && is_same_path(&self.client_path, path)
    }
}

fn is_same_path(one: &str, other: &str) -> bool {
    match (decode_path(one), decode_path(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

/// A host as it is compared: in lower case, without the ports of `http` and `https`.
pub(super) fn host_of(host: &str) -> String {
    let host = host.trim().to_ascii_lowercase();
    let bare = host.strip_suffix(":443").or_else(|| host.strip_suffix(":80"));
    bare.map(str::to_owned).unwrap_or(host)
}
