//! The little XML of S3 that a confirmation reads: short documents of which one element counts.

/// The longest document that is read, in bytes. Real ones have a few hundred.
pub(crate) const MAX_XML_BYTES: u64 = 65_536;

/// The text of a body, unless it is too long or not UTF-8.
pub(super) fn document(body: &[u8]) -> Option<&str> {
    std::str::from_utf8(body).ok().filter(|text| text.len() as u64 <= MAX_XML_BYTES)
}

/// The text of a body that is an error document.
pub(super) fn error_document(body: &[u8]) -> Option<&str> {
    document(body).filter(|text| is_error(text))
}

/// Whether a document says that the request failed.
pub(super) fn is_error(text: &str) -> bool {
    text.contains("<Error>") || text.contains("<Error ")
}

/// The text of the first element with this name.
pub(super) fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(text, _)| text)
}
