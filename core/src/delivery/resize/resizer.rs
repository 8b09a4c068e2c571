//! `EventResizer`: a policy that is checked, and the buckets of originals and results.

use std::sync::Arc;

use crate::error::Result;
use crate::presign::{Operation, Presigner};
use crate::rules::ImageRules;

use super::key_template::KeyTemplate;
use super::loop_guard::check_loop;
use super::outputs::Output;
use super::policy::EventResizePolicy;

/// Resizes images as soon as they are stored. Make it once and share it.
///
/// ```
/// use presize::{Bucket, Credentials, EventResizePolicy, EventResizer, ImageRules, Presigner};
///
/// let credentials = || Credentials::new("AKIDEXAMPLE", "secret");
/// let originals = Presigner::new(Bucket::s3("ap-northeast-2", "photos")?, credentials()?);
/// let results = Presigner::new(Bucket::s3("ap-northeast-2", "photos-resized")?, credentials()?);
/// let policy = EventResizePolicy::default().widths(&[80, 500]).key("{width}/{key}.jpg");
/// let resizer = EventResizer::new(policy.clone(), originals.clone(), results, ImageRules::default())?;
///
/// // Results in the bucket of the originals would have events of their own, and be resized again and again.
/// let looping = EventResizer::new(policy, originals.clone(), originals, ImageRules::default());
/// assert_eq!(looping.unwrap_err().code(), "resize_loop");
/// # Ok::<(), presize::Error>(())
/// ```
///
/// # Late, twice, in any order
///
/// Events come at least once and in any order, and originals are replaced. A result is created (`If-None-Match: *`), or
/// replaced on the condition that nobody has written it in between (`If-Match`), and its metadata names the original that it
/// was made of (`x-amz-meta-presize-resized-from`). Where there is a result already, the sequencers of both events say which
/// original is newer; where they do not, the newer one is that which is stored now. So in the end there are the results of the
/// newest original, however often and in whatever order its events are handed in.
///
/// S3 and R2 document every condition that is sent. Another store is asked for the result right before it is written; if it
/// ignores conditions, of two calls that write the same result between these two requests the later one stays. With conditions, too,
/// one thing is left open: if an original is replaced and then uploaded again with the bytes that it had at first, all of that
/// while the calls of the three events run, the results of the one in between may stay. Entity tags are hashes, and nothing tells
/// the two uploads of the same bytes apart.
///
/// # Permissions
///
/// Of the originals `s3:GetObject`, with versions `s3:GetObjectVersion`, and `s3:ListBucket`, without which S3 answers 403 for an
/// object that was deleted: the error is `store_refused` then, and nothing is skipped as missing. Of the results `s3:PutObject`,
/// `s3:GetObject` and `s3:ListBucket`.
#[derive(Debug, Clone)]
pub struct EventResizer {
    policy: Arc<EventResizePolicy>,
    pub(super) template: Arc<KeyTemplate>,
    pub(super) outputs: Arc<[Output]>,
    /// Both sign for the addresses at which the back end reaches the buckets.
    pub(super) source: Presigner,
    pub(super) destination: Presigner,
    pub(super) rules: ImageRules,
}

impl EventResizer {
    /// Resizes the images of the bucket of `source`, and stores the results in that of `destination`. `rules` say which images
    /// are accepted.
    ///
    /// Errors: `option_invalid`, when the policy or the rules make no sense; `encoding_unsupported`; `header_invalid`, when its
    /// `cache_control` cannot be sent; `resize_loop`, when results could be taken for originals.
    #[expect(clippy::needless_pass_by_value, reason = "a presigner is handed over, as to `Uploads::new`")]
    pub fn new(
        policy: EventResizePolicy,
        source: Presigner,
        destination: Presigner,
        rules: ImageRules,
    ) -> Result<Self> {
        rules.validate()?;
        let (template, outputs) = policy.check()?;
        destination.check_options(Operation::Put, &policy.longest_headers())?;
        check_loop(source.bucket(), destination.bucket(), &policy.prefix, &template, &outputs)?;
        Ok(Self {
            policy: Arc::new(policy),
            template: Arc::new(template),
            outputs: outputs.into(),
            source: source.internal(),
            destination: destination.internal(),
            rules,
        })
    }

    /// The policy.
    pub fn policy(&self) -> &EventResizePolicy {
        &self.policy
    }
}
