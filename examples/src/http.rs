//! The HTTP client: sends a method, a URL and exactly the headers it is given.
//!
//! A presigned URL is the only S3 client that a program needs, and this is all that sending one takes. A browser would
//! do `fetch(ticket.url, {method: ticket.method, headers: ticket.headers, body: file})`.

use std::io::{self, Read};
use std::time::Duration;

use http::{HeaderMap, Method, Request};
use presize::{PresignedRequest, StoreAnswer, StoreRequest, UploadTicket};
use ureq::RequestExt as _;

/// The longest answer that is read, in bytes.
const MAX_ANSWER_BYTES: u64 = 256 * 1024 * 1024;

/// A client with its pool of connections.
#[derive(Debug)]
pub struct Client {
    agent: ureq::Agent,
}

/// What a server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, whole.
    pub body: Vec<u8>,
}

impl Answer {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The `<Code>` of an S3 error document, for example `SignatureDoesNotMatch`. An answer to HEAD has none.
    pub fn s3_code(&self) -> Option<String> {
        let text = String::from_utf8_lossy(&self.body);
        let (_, rest) = text.split_once("<Code>")?;
        let (code, _) = rest.split_once("</Code>")?;
        Some(code.to_owned())
    }

    /// The answer if it is a success, otherwise an error that names the status and the server's code.
    pub fn into_success(self) -> io::Result<Self> {
        if self.is_success() {
            return Ok(self);
        }
        let code = self.s3_code().unwrap_or_default();
        Err(io::Error::other(format!("the server answered {} {code}", self.status)))
    }
}

impl Client {
    /// A client that reports every status as an [`Answer`], follows no redirect, knows no proxy and adds no header that
    /// HTTP/1.1 does not demand.
    pub fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .user_agent("")
            .accept("")
            .accept_encoding("")
            .timeout_global(Some(Duration::from_mins(1)));
        Self { agent: config.build().into() }
    }

    /// Uploads a file as its ticket says.
    pub fn upload(&self, ticket: &UploadTicket, file: &[u8]) -> io::Result<Answer> {
        self.send(&ticket.method, &ticket.url, &ticket.headers, file)
    }

    /// Sends a presigned request; `body` is empty unless it is a PUT or a POST.
    pub fn send_presigned(&self, request: &PresignedRequest, body: &[u8]) -> io::Result<Answer> {
        self.send(&request.method, &request.url, &request.headers, body)
    }

    /// Sends what a state machine of presize asks for, and reads no more of the answer than it wants.
    pub fn send_to_store(&self, request: &StoreRequest, timeout: Duration) -> io::Result<StoreAnswer> {
        let mut sent =
            Request::builder().method(&request.method).uri(&request.url).body(()).map_err(io::Error::other)?;
        sent.headers_mut().extend(request.headers.clone());
        let answer = if request.method == Method::PUT {
            let sent = sent.map(|()| request.body.as_ref());
            sent.with_agent(&self.agent).configure().timeout_global(Some(timeout)).run()
        } else {
            sent.with_agent(&self.agent).configure().timeout_global(Some(timeout)).run()
        };
        let (head, body) = answer.map_err(ureq::Error::into_io)?.into_parts();
        let mut bytes = Vec::new();
        body.into_reader().take(request.max_body_bytes).read_to_end(&mut bytes)?;
        Ok(StoreAnswer { status: head.status.as_u16(), headers: head.headers, body: bytes })
    }

    /// Sends any request, also one that somebody has tampered with.
    pub fn send(&self, method: &Method, url: &str, headers: &HeaderMap, body: &[u8]) -> io::Result<Answer> {
        let mut request = Request::builder().method(method).uri(url).body(()).map_err(io::Error::other)?;
        request.headers_mut().extend(headers.clone());
        let has_body = method == Method::PUT || method == Method::POST;
        let answer = if has_body { self.agent.run(request.map(|()| body)) } else { self.agent.run(request) };
        let (head, mut body) = answer.map_err(ureq::Error::into_io)?.into_parts();
        let body = body.with_config().limit(MAX_ANSWER_BYTES).read_to_vec().map_err(ureq::Error::into_io)?;
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
    }
}

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}
