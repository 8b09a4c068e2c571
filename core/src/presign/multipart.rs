//! The XML of multipart uploads: the upload id in the store's response, and the body of `CompleteMultipartUpload`.
//!
//! ```text
//! create-multipart-upload    -> <UploadId>VXBsb2Fk</UploadId> in the response: parse_upload_id
//! upload-part, for each part -> an ETag in the response: CompletedPart::new(1, etag)
//! complete-multipart-upload  <- <Part><PartNumber>1</PartNumber><ETag>"..."</ETag></Part>...: complete_multipart_body
//! ```

use std::fmt::Write as _;

use crate::error::{Error, ErrorKind, Result};
use crate::options::quote;
use crate::presign::sign_options::ChecksumAlgorithm;

/// S3's limit for one upload.
const MAX_PARTS: u32 = 10_000;
/// The longest response that is read; real ones have a few hundred bytes.
const MAX_RESPONSE_BYTES: usize = 64 * 1024;
const MAX_UPLOAD_ID_BYTES: usize = 2048;

/// A part that has been uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletedPart {
    number: u32,
    etag: String,
    checksum: Option<(ChecksumAlgorithm, String)>,
}

impl CompletedPart {
    /// A part by its number, from 1 to 10000, and by the `ETag` of the answer to its upload, with its quotes or without.
    pub fn new(number: u32, etag: &str) -> Self {
        Self { number, etag: etag.to_owned(), checksum: None }
    }

    /// The same with the checksum that it was uploaded with, in base64. S3 demands it when the upload was created with
    /// `checksum_algorithm`.
    #[must_use]
    pub fn checksum(mut self, algorithm: ChecksumAlgorithm, base64: &str) -> Self {
        self.checksum = Some((algorithm, base64.to_owned()));
        self
    }
}

/// The body of a `complete-multipart-upload` request, XML as S3 reads it. The parts are in the order of their numbers.
///
/// Error: `option_invalid` for no part, more than 10000, a number out of range or out of order, or an `ETag` or checksum
/// that is none.
pub fn complete_multipart_body(parts: &[CompletedPart]) -> Result<String> {
    let mut body = String::from("<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
    let mut last = 0;
    for part in parts {
        if part.number <= last || part.number > MAX_PARTS {
            return Err(Error::option_invalid(
                "parts",
                "numbers from 1 to 10000 in rising order",
                &part.number.to_string(),
            ));
        }
        last = part.number;
        let _ = write!(body, "<Part><PartNumber>{}</PartNumber><ETag>", part.number);
        let etag = part.etag.strip_prefix('"').and_then(|etag| etag.strip_suffix('"')).unwrap_or(&part.etag);
        body.push('"');
        push_opaque(&mut body, "etag", etag)?;
        body.push_str("\"</ETag>");
        if let Some((algorithm, checksum)) = &part.checksum {
            let name = algorithm.header_value();
            let _ = write!(body, "<Checksum{name}>");
            push_opaque(&mut body, "checksum", checksum)?;
            let _ = write!(body, "</Checksum{name}>");
        }
        body.push_str("</Part>");
    }
    if parts.is_empty() {
        return Err(Error::option_invalid("parts", "at least one part", "none"));
    }
    body.push_str("</CompleteMultipartUpload>");
    Ok(body)
}

/// Appends an entity tag or a checksum: printable ASCII without the characters of XML markup, so that nothing is escaped.
///
/// Error: `option_invalid`.
fn push_opaque(body: &mut String, name: &str, text: &str) -> Result<()> {
    if text.is_empty() || text.len() > 256 || !text.bytes().all(|b| b.is_ascii_graphic() && !b"\"<>&'".contains(&b)) {
        return Err(Error::option_invalid(name, "one as the store gave it", &quote(text)));
    }
    body.push_str(text);
    Ok(())
}

/// The `UploadId` in the XML that answers a `create-multipart-upload` request.
///
/// Error: `store_response_invalid`.
pub fn parse_upload_id(answer: &str) -> Result<String> {
    let wrong = |reason| Error::from(ErrorKind::StoreResponseInvalid { expected: "an UploadId", reason });
    if answer.len() > MAX_RESPONSE_BYTES {
        return Err(wrong("more than 65536 bytes"));
    }
    let (_, rest) = answer.split_once("<UploadId>").ok_or_else(|| wrong("none"))?;
    let (text, _) = rest.split_once("</UploadId>").ok_or_else(|| wrong("half of one"))?;
    let id = unescape_xml(text.trim()).filter(|id| is_upload_id(id));
    id.ok_or_else(|| wrong("an unreadable one"))
}

/// Whether a text can be an upload id. S3 documents no form: the id is opaque.
pub(super) fn is_upload_id(id: &str) -> bool {
    (1..=MAX_UPLOAD_ID_BYTES).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Resolves the entities of XML, `&amp;` and `&#38;` alike; `None` for any other entity and for markup.
pub(crate) fn unescape_xml(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<']) {
        let (text, entity) = rest.split_at(at);
        out.push_str(text);
        let (name, after) = entity.strip_prefix('&')?.split_once(';')?;
        out.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            reference => character_reference(reference)?,
        });
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// `#38` or `#x26`: both are `&`.
fn character_reference(reference: &str) -> Option<char> {
    let digits = reference.strip_prefix('#')?;
    let code = match digits.strip_prefix('x') {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => digits.parse(),
    };
    char::from_u32(code.ok()?)
}
