//! `ConfirmRequest`: which upload to confirm, and what was promised about it.

use crate::options::options;

options! {
    /// Which upload is to be confirmed. The key and the file's name come from the client, and neither is trusted.
    pub struct ConfirmRequest {
        /// Who confirms, as your program knows them (never as the client says): the owner that the ticket was issued for.
        /// Default: empty, which is refused.
        owner: String = String::new();
        /// The key of the ticket. Default: empty, which is refused.
        key: String = String::new();
        /// The name that the file has with the client, at most 255 bytes: kept with the object where the policy says
        /// `record_origin`. Default: unset.
        filename: Option<String> = None;
        /// The size that was promised, in bytes, where your program remembers it: an upload of another size is refused.
        /// Default: unset, so that any size within the policy is accepted.
        size_bytes: Option<u64> = None;
        /// The media type that was promised, where your program remembers it: an upload of another type is refused. One
        /// that leaves the format open promises nothing. Default: unset; the type is that of the key's extension in any
        /// case.
        content_type: Option<String> = None;
        /// The SHA-256 that was promised, 32 bytes in base64, where your program remembers it: an upload with other bytes is
        /// refused. It is that of the file as it was uploaded. The whole file is fetched for it, whatever the policy's
        /// `verify` says. Default: unset.
        checksum_sha256: Option<String> = None;
    }
}

impl ConfirmRequest {
    /// A request of this owner to confirm the upload under this key.
    pub fn new(owner: &str, key: &str) -> Self {
        Self::default().owner(owner).key(key)
    }
}
