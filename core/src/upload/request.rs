//! `UploadRequest`: the file that a client wants to upload, as it declares it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Error, Result};
use crate::options::{options, quote};
use crate::presign::key::has_control;

pub(super) const MAX_FILENAME_BYTES: usize = 255;

options! {
    /// What a client wants to upload. All of it but the owner comes from the client, and none of it is trusted.
    pub struct UploadRequest {
        /// Who uploads, as your program knows them (never as the client says): 1 to 128 of `A-Z a-z 0-9 - _ . ~ @ + = : |`.
        /// Default: empty, which is refused.
        owner: String = String::new();
        /// The media type of the file. One that leaves the format open (empty, `application/octet-stream`, `image/*`) is enough
        /// where the policy has one format, and refused elsewhere: the ticket signs a type. Default: empty.
        content_type: String = String::new();
        /// The exact size of the file, in bytes; 0, with a policy whose `method` is `post`, for a file of any size
        /// within the policy's bounds. Default: 0, which is refused with any other policy.
        size_bytes: u64 = 0;
        /// The name that the file has with the client, at most 255 bytes. It is never a part of the key. Default: unset.
        filename: Option<String> = None;
        /// The SHA-256 of the file, 32 bytes in base64, as S3 has it: signed, so that a store that reads it refuses other
        /// bytes; only with a policy whose `method` is `put`. Default: unset.
        checksum_sha256: Option<String> = None;
    }
}

impl UploadRequest {
    /// A request by this owner for a file of this media type and this exact size.
    pub fn new(owner: &str, content_type: &str, size_bytes: u64) -> Self {
        Self::default().owner(owner).content_type(content_type).size_bytes(size_bytes)
    }
}

/// Parses the SHA-256 of a file: 32 bytes in base64.
///
/// Error: `option_invalid`.
pub(super) fn parse_checksum(checksum: Option<&str>) -> Result<Option<[u8; 32]>> {
    let Some(text) = checksum else { return Ok(None) };
    let mut bytes = [0; 36]; // more than 32: the decoder may write whole groups before it reads the padding
    let length = STANDARD.decode_slice(text, &mut bytes);
    let hash = bytes.first_chunk::<32>().copied().filter(|_| length == Ok(32));
    hash.map(Some).ok_or_else(|| Error::option_invalid("checksum_sha256", "32 bytes in base64", &quote(text)))
}

/// Checks the name of a file, which is used in metadata alone.
///
/// Error: `option_invalid`.
pub(super) fn check_filename(filename: Option<&str>) -> Result<()> {
    let Some(filename) = filename else { return Ok(()) };
    let expected = "a name of at most 255 bytes without control characters";
    if filename.len() > MAX_FILENAME_BYTES {
        return Err(Error::option_invalid("filename", expected, &format!("one of {} bytes", filename.len())));
    }
    if has_control(filename) {
        return Err(Error::option_invalid("filename", expected, "one with a control character"));
    }
    Ok(())
}
