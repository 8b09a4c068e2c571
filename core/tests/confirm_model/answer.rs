//! The answers of the model's store: small values to explore with, and the HTTP that a confirmation reads.

use http::{HeaderMap, HeaderName};
use presize::StoreAnswer;

use super::objects::{ObjectId, Objects};
use super::request::{Request, Verb};

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Answer {
    /// To HEAD.
    Described(ObjectId),
    /// To GET.
    Read(ObjectId),
    /// To PUT.
    Stored(ObjectId),
    /// To a copy.
    Copied(ObjectId),
    Deleted,
    /// 404.
    Missing,
    /// 403 for an object that is missing.
    Hidden,
    /// 412.
    Precondition,
    /// 409: another request for the same key was under way.
    Conflict,
    /// 501.
    Unimplemented,
    /// 500.
    Broken,
    /// There is none, and the program gives up.
    Silence,
}

impl Answer {
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::Described(_) | Self::Read(_) | Self::Stored(_) | Self::Copied(_) => 200,
            Self::Deleted => 204,
            Self::Missing => 404,
            Self::Hidden => 403,
            Self::Precondition => 412,
            Self::Conflict => 409,
            Self::Unimplemented => 501,
            Self::Broken => 500,
            Self::Silence => 0,
        }
    }

    /// Whether it says nothing of the object.
    pub(crate) fn is_failure(self) -> bool {
        matches!(self, Self::Conflict | Self::Unimplemented | Self::Broken | Self::Silence)
    }

    /// The object that the answer is about.
    pub(crate) fn object(self) -> Option<ObjectId> {
        match self {
            Self::Described(object) | Self::Read(object) | Self::Stored(object) | Self::Copied(object) => Some(object),
            _ => None,
        }
    }

    /// The answer as HTTP has it; `None` where there is none.
    pub(crate) fn to_http(self, request: &Request, objects: &Objects) -> Option<StoreAnswer> {
        if self == Self::Silence {
            return None;
        }
        let mut answer = StoreAnswer { status: self.status(), ..StoreAnswer::default() };
        match self {
            Self::Described(object) | Self::Read(object) => describe(&mut answer.headers, object, objects),
            Self::Stored(object) => insert(&mut answer.headers, "etag", &quoted(object, objects)),
            Self::Copied(object) => {
                let etag = quoted(object, objects);
                answer.body = format!("<CopyObjectResult><ETag>{etag}</ETag></CopyObjectResult>").into_bytes();
            }
            _ => {}
        }
        if let Self::Read(object) = self {
            let bytes = &objects.file_of(object).bytes;
            answer.body.clone_from(bytes);
            if let Some((first, last)) = request.range {
                let last = last.min(bytes.len() - 1);
                answer.status = 206;
                answer.body = bytes[first..=last].to_vec();
                insert(&mut answer.headers, "content-length", &answer.body.len().to_string());
                insert(&mut answer.headers, "content-range", &format!("bytes {first}-{last}/{}", bytes.len()));
            }
        }
        let code = match self {
            Self::Missing => "NoSuchKey",
            Self::Hidden => "AccessDenied",
            Self::Precondition => "PreconditionFailed",
            Self::Conflict => "ConditionalRequestConflict",
            Self::Unimplemented => "NotImplemented",
            Self::Broken => "InternalError",
            _ => "",
        };
        if !code.is_empty() && request.verb != Verb::Head {
            answer.body = format!("<Error><Code>{code}</Code></Error>").into_bytes();
        }
        Some(answer)
    }
}

fn quoted(object: ObjectId, objects: &Objects) -> String {
    format!("\"{}\"", objects.get(object).etag)
}

fn describe(headers: &mut HeaderMap, object: ObjectId, objects: &Objects) {
    insert(headers, "etag", &quoted(object, objects));
    insert(headers, "content-length", &objects.file_of(object).bytes.len().to_string());
    for (name, value) in &objects.get(object).headers {
        insert(headers, name, value);
    }
}

fn insert(headers: &mut HeaderMap, name: &str, value: &str) {
    let name = HeaderName::from_bytes(name.as_bytes()).expect("the name of a header");
    headers.insert(name, value.parse().expect("the value of a header"));
}
