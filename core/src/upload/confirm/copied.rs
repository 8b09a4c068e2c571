//! What the store says of a copy: XML, also where it fails after a status of success.

use crate::error::Result;
use crate::presign::unescape_xml;

use super::arrival::MAX_ANSWER_BYTES;
use super::refusal::element;
use super::stored::{invalid, parse_etag};

/// What the store says of a copy.
pub(super) enum Copied {
    /// With the entity tag of the new object.
    Done(String),
    Gone,
    /// Another one is there to be copied, or one is where the copy was to be.
    Replaced,
    /// Somebody else writes there at this moment.
    Conflict,
    /// After all, with the status of a success.
    Failed,
}

/// Reads the XML that answers a copy. S3 can begin its answer with status 200 and then fail: only a `CopyObjectResult`
/// means that there is a copy.
///
/// Error: `store_response_invalid`.
pub(super) fn read_copied(body: &[u8]) -> Result<Copied> {
    let wrong = |reason| invalid("a CopyObjectResult", reason);
    let is_short = body.len() as u64 <= MAX_ANSWER_BYTES;
    let text = std::str::from_utf8(body).ok().filter(|_| is_short).ok_or_else(|| wrong("an unreadable answer"))?;
    if text.contains("<Error>") || text.contains("<Error ") {
        return Ok(match element(text, "Code") {
            Some("PreconditionFailed") => Copied::Replaced,
            Some("ConditionalRequestConflict" | "OperationAborted") => Copied::Conflict,
            Some("NoSuchKey") => Copied::Gone,
            _ => Copied::Failed,
        });
    }
    if !text.contains("<CopyObjectResult") || !text.contains("</CopyObjectResult>") {
        return Err(wrong("another answer"));
    }
    let etag = element(text, "ETag").ok_or_else(|| wrong("one without an ETag"))?;
    let etag = unescape_xml(etag).and_then(|etag| parse_etag(&etag));
    etag.map(Copied::Done).ok_or_else(|| wrong("one with an unreadable ETag"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_result_means_a_copy() {
        for body in [
            "",
            "<?xml version=\"1.0\"?>",
            "<CopyObjectResult>",
            "<CopyObjectResult></CopyObjectResult>",
            "<CopyObjectResult><ETag></ETag></CopyObjectResult>",
            "<CopyObjectResult><ETag>\"a\"",
            "<CopyObjectResult><ETag>&evil;</ETag></CopyObjectResult>",
            "<CopyObjectResult><ETag>a b</ETag></CopyObjectResult>",
            "<html>200 OK</html>",
        ] {
            assert!(read_copied(body.as_bytes()).is_err(), "{body}");
        }
        assert!(read_copied(b"\xff\xfe").is_err());
        let long = format!("<CopyObjectResult><ETag>a</ETag>{}</CopyObjectResult>", " ".repeat(65_536));
        assert!(read_copied(long.as_bytes()).is_err());
        for body in [
            "<CopyObjectResult><ETag>&quot;a-2&quot;</ETag></CopyObjectResult>",
            "<?xml version=\"1.0\"?>\n<CopyObjectResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
             <LastModified>2026</LastModified><ETag>\"a-2\"</ETag></CopyObjectResult>",
        ] {
            assert!(matches!(read_copied(body.as_bytes()), Ok(Copied::Done(etag)) if etag == "a-2"), "{body}");
        }
        let failed = "<CopyObjectResult><ETag>\"a\"</ETag></CopyObjectResult><Error><Code>InternalError</Code></Error>";
        assert!(matches!(read_copied(failed.as_bytes()), Ok(Copied::Failed)));
        let replaced = b"<Error><Code>PreconditionFailed</Code></Error>";
        assert!(matches!(read_copied(replaced), Ok(Copied::Replaced)));
        assert!(matches!(read_copied(b"<Error><Code>NoSuchKey</Code></Error>"), Ok(Copied::Gone)));
    }
}
