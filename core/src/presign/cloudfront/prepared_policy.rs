//! `PreparedPolicy`: what signed URLs and signed cookies have in common before there is a signature.

use std::fmt;

use super::hash::CloudFrontHash;
use super::key::CloudFrontKeyType;
use super::policy::Policy;

/// A policy, and the key and hash that it is to be signed with.
#[derive(Clone)]
pub(super) struct PreparedPolicy {
    pub(super) policy: Policy,
    pub(super) key_pair_id: String,
    pub(super) key_type: CloudFrontKeyType,
    pub(super) hash: CloudFrontHash,
}

/// Leaves the policy's text out: the query of a URL may be confidential.
impl fmt::Debug for PreparedPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedPolicy")
            .field("key_pair_id", &self.key_pair_id)
            .field("key_type", &self.key_type)
            .field("hash", &self.hash)
            .field("is_canned", &self.policy.is_canned)
            .field("expires_at", &self.policy.lifetime.expires_at)
            .finish_non_exhaustive()
    }
}
