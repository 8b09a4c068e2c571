//! The upload compared with what the policy allows and what the client has promised: its size, its type, its hash.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::{ErrorKind, Result};
use crate::format::ImageFormat;
use crate::media_type::is_undeclared;
use crate::options::clip;

use super::context::Context;
use super::fingerprint::Fingerprint;

/// Errors: `upload_too_large`, `upload_too_small`, `upload_size_mismatch`, `image_too_large`.
pub(crate) fn check_size(size_bytes: u64, context: &Context) -> Result<()> {
    let (min_bytes, max_bytes) = (context.policy().min_bytes, context.policy().max_bytes);
    if size_bytes > max_bytes {
        return Err(ErrorKind::UploadTooLarge { size_bytes, max_bytes }.into());
    }
    if size_bytes < min_bytes {
        return Err(ErrorKind::UploadTooSmall { size_bytes, min_bytes }.into());
    }
    if let Some(promised_bytes) = context.request.size_bytes
        && promised_bytes != size_bytes
    {
        return Err(ErrorKind::UploadSizeMismatch { promised_bytes, received_bytes: size_bytes }.into());
    }
    context.rules.check_bytes(size_bytes)
}

/// Compares the `content-type` with the format of the key and with the type that was promised. A type that leaves the format
/// open (`application/octet-stream`) is no mismatch: the bytes are compared later.
///
/// Error: `image_format_mismatch`.
pub(crate) fn check_type(media_type: &str, content_encoding: &str, context: &Context) -> Result<()> {
    let mismatch = |declared: &str, detected: &str| {
        Err(ErrorKind::ImageFormatMismatch { declared: clip(declared), detected: clip(detected) }.into())
    };
    let is_of_key =
        |declared: &str| is_undeclared(declared) || ImageFormat::from_media_type(declared) == Some(context.format);
    if !is_of_key(media_type) {
        return mismatch(context.format.media_type(), media_type);
    }
    if let Some(promised) = context.request.content_type.as_deref().filter(|promised| !is_of_key(promised)) {
        return mismatch(promised, media_type);
    }
    // HTTP clients decode a content coding, so they would show other bytes than those that are checked here.
    if !["", "identity", "aws-chunked"].iter().any(|plain| content_encoding.eq_ignore_ascii_case(plain)) {
        return mismatch(context.format.media_type(), &format!("{media_type} in {content_encoding}"));
    }
    Ok(())
}

/// Compares all bytes with the SHA-256 that was promised.
///
/// Error: `upload_checksum_mismatch`.
pub(crate) fn check_sha256(bytes: &[u8], context: &Context) -> Result<()> {
    let Some(promised) = context.promised_sha256 else { return Ok(()) };
    let received = Fingerprint::whole(bytes).sha256;
    if promised == received {
        return Ok(());
    }
    let (promised_sha256, received_sha256) = (STANDARD.encode(promised), STANDARD.encode(received));
    Err(ErrorKind::UploadChecksumMismatch { promised_sha256, received_sha256 }.into())
}
