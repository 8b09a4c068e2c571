//! `LambdaRequest`: the HTTP request of an event, whichever service wrote it.

use crate::delivery::percent::decode_path;
use crate::error::Result;

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
    /// A request of which only the headers are known: `values` gives those of a name. `domain` is the host where none is named.
    pub(super) fn of_headers<'a>(domain: Option<&str>, values: impl Fn(&str) -> Result<Vec<&'a str>>) -> Result<Self> {
        let if_none_match = values("if-none-match")?;
        Ok(Self {
            method: Method::Other,
            path: String::new(),
            query: String::new(),
            accept: values("accept")?.join(","),
            if_none_match: (!if_none_match.is_empty()).then(|| if_none_match.join(",")),
            has_range: !values("range")?.is_empty(),
            host: values("host")?.first().copied().or(domain).map(host_of),
            client_path: String::new(),
        })
    }

    /// Whether a URL, or a path on the same host, is the one that this request asked for, so that a redirect to it would lead in
    /// a circle. Schemes are not compared, since TLS may end before the function, and neither are queries: what a redirect
    /// drops is gone in the next round.
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
fn host_of(host: &str) -> String {
    let host = host.trim().to_ascii_lowercase();
    let bare = host.strip_suffix(":443").or_else(|| host.strip_suffix(":80"));
    bare.map(str::to_owned).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_to_the_request_itself_is_seen() {
        let request = LambdaRequest::of_headers(Some("Images.Example.com:443"), |_| Ok(Vec::new())).unwrap();
        let request = LambdaRequest { client_path: "/300x300/a%20b+c.jpg".to_owned(), ..request };
        for url in [
            "https://images.example.com/300x300/a%20b+c.jpg",
            "http://images.example.com:80/300x300/a%20b%2Bc.jpg",
            "https://IMAGES.example.com/300x300/a b+c.jpg?x=1#y",
            "/300x300/a%20b%2bc.jpg",
        ] {
            assert!(request.asked_for(url), "{url}");
        }
        for url in [
            "https://cdn.example.com/300x300/a%20b+c.jpg",
            "https://images.example.com:8443/300x300/a%20b+c.jpg",
            "https://images.example.com/300x300/a%2520b+c.jpg",
            "https://images.example.com",
            "/300x300/c.jpg",
            "",
        ] {
            assert!(!request.asked_for(url), "{url}");
        }
        let unknown = LambdaRequest { host: None, ..request };
        assert!(!unknown.asked_for("https:///300x300/a%20b+c.jpg"));
    }
}
