//! The answer to a copy: XML, which can report a failure after a status of success.

use crate::error::Result;
use crate::presign::unescape_xml;

use super::headers::{parse_etag, response_invalid};
use super::xml::{document, element, is_error};

/// How a copy ended.
pub(crate) enum CopyResult {
    /// There is a copy, with this entity tag.
    Copied(String),
    /// The source is missing.
    NotFound,
    /// A condition did not hold: the source is another object, or the destination exists.
    PreconditionFailed,
    /// Another request is writing to the destination.
    Conflict,
    /// The copy failed, although the status was that of a success.
    Failed,
}

/// Parses the body of an answer with status 200. S3 can send the status before it has copied anything, and then fail: only a
/// `CopyObjectResult` means that there is a copy.
///
/// Error: `store_response_invalid`.
pub(crate) fn parse_copy_result(body: &[u8]) -> Result<CopyResult> {
    let wrong = |reason| response_invalid("a CopyObjectResult", reason);
    let text = document(body).ok_or_else(|| wrong("an unreadable answer"))?;
    if is_error(text) {
        return Ok(match element(text, "Code") {
            Some("PreconditionFailed") => CopyResult::PreconditionFailed,
            Some("ConditionalRequestConflict" | "OperationAborted") => CopyResult::Conflict,
            Some("NoSuchKey") => CopyResult::NotFound,
            _ => CopyResult::Failed,
        });
    }
    if !text.contains("<CopyObjectResult") || !text.contains("</CopyObjectResult>") {
        return Err(wrong("another answer"));
    }
    let etag = element(text, "ETag").ok_or_else(|| wrong("one without an ETag"))?;
    let etag = unescape_xml(etag).and_then(|etag| parse_etag(&etag));
    etag.map(CopyResult::Copied).ok_or_else(|| wrong("one with an unreadable ETag"))
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
            assert!(parse_copy_result(body.as_bytes()).is_err(), "{body}");
        }
        assert!(parse_copy_result(b"\xff\xfe").is_err());
        let long = format!("<CopyObjectResult><ETag>a</ETag>{}</CopyObjectResult>", " ".repeat(65_536));
        assert!(parse_copy_result(long.as_bytes()).is_err());
        for body in [
            "<CopyObjectResult><ETag>&quot;a-2&quot;</ETag></CopyObjectResult>",
            "<?xml version=\"1.0\"?>\n<CopyObjectResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
             <LastModified>2026</LastModified><ETag>\"a-2\"</ETag></CopyObjectResult>",
        ] {
            assert!(
                matches!(parse_copy_result(body.as_bytes()), Ok(CopyResult::Copied(etag)) if etag == "a-2"),
                "{body}"
            );
        }
        let failed = "<CopyObjectResult><ETag>\"a\"</ETag></CopyObjectResult><Error><Code>InternalError</Code></Error>";
        assert!(matches!(parse_copy_result(failed.as_bytes()), Ok(CopyResult::Failed)));
        let replaced = b"<Error><Code>PreconditionFailed</Code></Error>";
        assert!(matches!(parse_copy_result(replaced), Ok(CopyResult::PreconditionFailed)));
        assert!(matches!(parse_copy_result(b"<Error><Code>NoSuchKey</Code></Error>"), Ok(CopyResult::NotFound)));
    }
}
