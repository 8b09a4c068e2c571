//! Where a scenario takes place: a server, a presigner for its bucket, a client.

use std::io;
use std::time::SystemTime;

use http::{HeaderMap, Method};
use presize::{Bucket, Credentials, PresignBuilder, PresignedRequest, Presigner, UrlStyle};
use presize_examples::http::{Answer, Client};

use crate::server::{Rule, Server};

/// What is uploaded where the content does not matter.
pub(crate) const BYTES: &[u8] = b"\xff\xd8\xff\xe0 any bytes will do for a store";

/// How often a request is sent to a server that hangs up.
const ATTEMPTS: usize = 10;

pub(crate) struct Ground {
    pub(crate) server: Server,
    pub(crate) presigner: Presigner,
    pub(crate) client: Client,
}

impl Ground {
    pub(crate) fn on_s3s_fs() -> Self {
        Self::on(Server::s3s_fs())
    }

    pub(crate) fn on_garage() -> Self {
        Self::on(Server::garage())
    }

    pub(crate) fn on_rgw() -> Self {
        Self::on(Server::rgw())
    }

    fn on(server: Server) -> Self {
        let presigner = Presigner::new(bucket(&server), credentials(&server));
        Self { server, presigner, client: Client::new() }
    }

    /// Those that the server knows.
    pub(crate) fn credentials(&self) -> Credentials {
        credentials(&self.server)
    }

    /// Somebody else's presigner for the same bucket.
    pub(crate) fn presigner_with(&self, credentials: Credentials) -> Presigner {
        Presigner::new(bucket(&self.server), credentials)
    }

    /// Signs as of now and sends.
    pub(crate) fn send(&self, request: PresignBuilder<'_>, body: &[u8]) -> Answer {
        self.send_signed(&signed(request), body)
    }

    pub(crate) fn send_signed(&self, request: &PresignedRequest, body: &[u8]) -> Answer {
        self.send_changed(&request.method, &request.url, &request.headers, body)
    }

    /// Sends something else than what was signed; once more where the server hangs up.
    pub(crate) fn send_changed(&self, method: &Method, url: &str, headers: &HeaderMap, body: &[u8]) -> Answer {
        for _ in 0..ATTEMPTS {
            match self.client.send(method, url, headers, body) {
                Ok(answer) => return answer,
                Err(error) => assert!(is_hung_up(&error), "{method}: {error:?}"),
            }
        }
        panic!("{method}: the server hung up {ATTEMPTS} times")
    }

    /// A PUT of [`BYTES`] with their type and length.
    pub(crate) fn put<'a>(&'a self, key: &'a str) -> PresignBuilder<'a> {
        self.presigner.put(key).content_type("image/jpeg").content_length(BYTES.len() as u64)
    }

    /// Stores [`BYTES`] and gives the answer.
    pub(crate) fn store(&self, key: &str) -> Answer {
        self.send(self.put(key), BYTES).into_success().unwrap()
    }

    pub(crate) fn is_stored(&self, key: &str) -> bool {
        let answer = self.send(self.presigner.get(key), b"");
        assert!(matches!(answer.status, 200 | 404), "{}", answer.status);
        answer.status == 200
    }

    /// Whether the server is known to do as S3 does.
    pub(crate) fn keeps(&self, rule: Rule) -> bool {
        self.server.deviations.iter().all(|(known, _)| *known != rule)
    }

    /// Whether the server does as S3 does; one with a known deviation must deviate.
    #[track_caller]
    pub(crate) fn holds(&self, rule: Rule, is_kept: bool, answer: &Answer) {
        let found = format!("{} {}", answer.status, answer.s3_code().unwrap_or_default());
        match self.server.deviations.iter().find(|(known, _)| *known == rule) {
            Some((_, why)) => assert!(!is_kept, "{rule:?} holds now ({found}), strike it off the list: {why}"),
            None => assert!(is_kept, "{rule:?}: {found}"),
        }
    }
}

fn bucket(server: &Server) -> Bucket {
    Bucket::custom(&server.endpoint, server.region, &server.bucket, UrlStyle::Path).unwrap()
}

fn credentials(server: &Server) -> Credentials {
    Credentials::new(server.access_key_id.as_str(), server.secret_access_key.as_str()).unwrap()
}

/// Signed as of now.
pub(crate) fn signed(request: PresignBuilder<'_>) -> PresignedRequest {
    request.sign(SystemTime::now()).unwrap()
}

/// Answers of 400 that are refusals of what was signed, where a server looks at something else before the signature:
/// the scope, the form's fields and policy, a header that is signed and missing, the content.
const REFUSALS: [&str; 10] = [
    "AuthorizationHeaderMalformed",
    "BadDigest",
    "EntityTooLarge",
    "EntityTooSmall",
    "InvalidArgument",
    "InvalidBucketName",
    "InvalidDigest",
    "InvalidPolicyDocument",
    "InvalidRequest",
    "MalformedPOSTRequest",
];

/// A refusal is 403 or one of [`REFUSALS`]. Nothing else counts: no error of the server, no missing object. An answer to
/// HEAD has no code.
#[track_caller]
pub(crate) fn assert_refused(answer: &Answer, what: &str) {
    let code = answer.s3_code();
    let is_known = code.as_deref().is_none_or(|code| REFUSALS.contains(&code));
    assert!(answer.status == 403 || (answer.status == 400 && is_known), "{what}: {} {code:?}", answer.status);
}

/// Whether the other side hung up. A server that refuses an upload from its headers alone does so with the body still on
/// its way, and whether the client then sees the refusal or a broken connection is chance.
fn is_hung_up(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
}

#[track_caller]
pub(crate) fn assert_accepted(answer: &Answer, what: &str) {
    assert!(answer.is_success(), "{what}: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
    // S3 can answer the completion of an upload with 200 and then an error.
    assert_eq!(answer.s3_code(), None, "{what}");
}
