//! What may be said about a signed URL or a set of signed cookies.

use super::hash::CloudFrontHash;
use crate::options::options;

options! {
    /// The options of signed URLs and signed cookies.
    ///
    /// With no more than an expiry the policy is a *canned* one: the shorter form, which names one file and which
    /// CloudFront rebuilds from the request; the URL must have no wildcards then. `starts_at`, `ip_range` or `resource` make it a *custom* one, which travels
    /// with the request.
    pub struct CloudFrontOptions {
        /// How long the URL or the cookies hold, in seconds from `now`, from 1 to 315360000 (3650 days). CloudFront itself
        /// knows no limit; ten years is beyond the life of any key, and keeps a moment or a number of milliseconds from
        /// being taken for a lifetime. Default: 900 (15 minutes).
        expires_in: u64 = 900;
        /// The moment before which nothing is served, in seconds since 1970, before the expiry. Default: unset, so that it
        /// holds at once.
        starts_at: Option<u64> = None, in 1..=253_402_300_799;
        /// The only addresses served: an IPv4 address, or a range of them as `192.0.2.0/24` (RFC 4632). CloudFront takes one
        /// range, and no IPv6: the distribution must not answer over IPv6 then. Default: unset, so that every address is
        /// served.
        ip_range: Option<String> = None;
        /// What is opened, where that is more than the URL itself: `*` stands for any number of characters, `?` for one. It
        /// starts with `http://`, `https://`, `http*` or `*`. That the URL fits it is the caller's to see to. Default: unset, which is the URL itself.
        resource: Option<String> = None;
        /// The hash that is signed. SHA-1 is what every distribution, every emulator and botocore take; it is broken against
        /// chosen collisions, not against forging a signature over a policy that is written here. `sha256` is understood by
        /// CloudFront since April 2026, and needed where the signer refuses SHA-1, as a KMS does. Default: sha1.
        hash: CloudFrontHash = CloudFrontHash::Sha1;
    }
}
