//! The source of a copy as a header: `bucket/key`, percent-encoded, with its version.
//!
//! AWS, "CopyObject": <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>

use crate::error::{Error, Result};
use crate::options::quote;
use crate::presign::encode::{path_len, push_path};
use crate::presign::key::check_key;

const MAX_VERSION_BYTES: usize = 1024;

/// The value of `x-amz-copy-source`.
///
/// Error: `option_invalid`.
pub(super) fn copy_source_value(source: &str, version_id: Option<&str>) -> Result<String> {
    let separator = if source.starts_with("arn:") { "/object/" } else { "/" };
    let (bucket, key) = source.split_once(separator).unwrap_or_default();
    if check_key(bucket).is_err() || check_key(key).is_err() {
        return Err(Error::option_invalid("copy_source", "a bucket, a slash and a key", &quote(source)));
    }
    let mut value = String::with_capacity(path_len(source));
    push_path(&mut value, source);
    if let Some(version_id) = version_id {
        // AWS's own clients do not encode a version id either. S3 has none that would need it.
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/+=".contains(&byte);
        if version_id.is_empty() || version_id.len() > MAX_VERSION_BYTES || !version_id.bytes().all(allowed) {
            let expected = "1 to 1024 of A-Z a-z 0-9 - _ . ~ / + =";
            return Err(Error::option_invalid("copy_source_version_id", expected, &quote(version_id)));
        }
        value.push_str("?versionId=");
        value.push_str(version_id);
    }
    Ok(value)
}
