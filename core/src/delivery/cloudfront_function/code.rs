//! The code of the function: a policy, and what reads requests by it.

use super::policy_json;
use super::squeeze::squeeze;
use crate::delivery::key::original_of_path;
use crate::delivery::variants::Variants;
use crate::error::{Error, Result};
use crate::options::quote;

const CODE: &str = include_str!("viewer_request.js");
/// CloudFront's quota is 10 KB, which both 10,000 and 10,240 bytes are called.
const MAX_BYTES: usize = 10_000;

impl Variants {
    /// The code of a CloudFront Function for the event `viewer-request` and the runtime `cloudfront-js-2.0`. It does what
    /// [`from_url`](Self::from_url) does, before CloudFront looks into its cache:
    ///
    /// - A GET or HEAD of an allowed variant goes on with the canonical query, `f=webp&fit=cover&h=150&q=90&w=200`, and the
    ///   canonical spelling of its path, so that one meaning has one entry in the cache. The format is chosen here, and `Accept`
    ///   becomes `*/*`.
    /// - Anything else is refused with the status, the `Cache-Control` and the error that `from_url` leads to.
    /// - A signed query goes on with its `e` and `s` for the origin to verify: secrets are no part of the code. Its format stays
    ///   `auto` where no other was signed, and `Accept` becomes `*/*` or the format that was chosen. What has expired is refused.
    /// - A query in which no name is ours goes on empty, unless the policy allows the original size: whether it is answered with
    ///   the original is for the origin to say.
    /// - Other methods go on as they are.
    ///
    /// `origin_path` is the path of the origin, percent-encoded as CloudFront has it, such as `/originals`; it is part of the
    /// key. Most origins have none: an empty text.
    ///
    /// ```
    /// use presize::{VariantPolicy, Variants};
    ///
    /// let code = Variants::new(VariantPolicy::default().widths(&[200, 400]))?.cloudfront_function("")?;
    /// assert!(code.len() <= 10_000 && code.contains("function handler(event)"));
    /// # Ok::<(), presize::Error>(())
    /// ```
    ///
    /// Error: `option_invalid` for an origin path that is no start of a key, and for a policy with which the function has more
    /// than 10,000 bytes; CloudFront takes 10 KB.
    pub fn cloudfront_function(&self, origin_path: &str) -> Result<String> {
        let policy = policy_json::write(self, &start_of_keys(origin_path)?);
        let version = env!("CARGO_PKG_VERSION");
        let head = format!("// Made by presize {version} for cloudfront-js-2.0, viewer-request.\n");
        let code = [head.as_str(), "var policy=", &policy, ";\n", &squeeze(CODE)].concat();
        if code.len() > MAX_BYTES {
            let expected = "one whose CloudFront function has at most 10000 bytes";
            return Err(Error::option_invalid("policy", expected, &format!("one of {}", code.len())));
        }
        Ok(code)
    }
}

/// The path of the origin as keys start with it: decoded, with a slash at its end alone.
fn start_of_keys(origin_path: &str) -> Result<String> {
    let path = origin_path.trim_matches('/');
    if path.is_empty() {
        return Ok(String::new());
    }
    let key = original_of_path(path);
    let key = key.map_err(|_| Error::option_invalid("origin_path", "a path like /originals", &quote(origin_path)))?;
    Ok(key + "/")
}
