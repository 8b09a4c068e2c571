//! A URL or cookies that wait for their signature: what is signed, and by whom.

use std::fmt;

use super::hash::CloudFrontHash;
use super::key::CloudFrontKeyType;
use super::policy::Policy;

/// Everything but the signature.
#[derive(Clone)]
pub(super) struct Draft {
    pub(super) policy: Policy,
    pub(super) key_pair_id: String,
    pub(super) key_type: CloudFrontKeyType,
    pub(super) hash: CloudFrontHash,
}

/// Leaves the policy out: a query of the caller's may be confidential.
impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft")
            .field("key_pair_id", &self.key_pair_id)
            .field("key_type", &self.key_type)
            .field("hash", &self.hash)
            .field("is_canned", &self.policy.is_canned)
            .field("expires_at", &self.policy.lifetime.expires_at)
            .finish_non_exhaustive()
    }
}
