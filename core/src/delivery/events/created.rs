//! `CreatedObject` and `IgnoredEvent`: what an event says, as plain data.

use crate::options::option_enum;

option_enum! {
    /// Which service wrote the event.
    pub enum EventSource {
        /// A notification of S3.
        S3 = "s3",
        /// An event of S3 through EventBridge.
        EventBridge = "eventbridge",
        /// A notification of MinIO.
        Minio = "minio",
        /// A notification of Cloudflare R2.
        R2 = "r2",
    }
}

option_enum! {
    /// Why nothing follows from an event.
    pub enum IgnoredReason {
        /// The store tells that its notifications are switched on.
        TestEvent = "test_event",
        /// SNS asks for its subscription to be confirmed, or tells that it has ended.
        Subscription = "subscription",
        /// No object was created: one was deleted, restored, tagged or copied elsewhere.
        NotCreated = "not_created",
        /// The key cannot be decoded, or is one that is not signed.
        KeyInvalid = "key_invalid",
        /// The same event came twice.
        Duplicate = "duplicate",
        /// A later event tells of the same key.
        Superseded = "superseded",
        /// A message of another service, or of a form that is not known.
        UnknownEvent = "unknown_event",
    }
}

/// An object that was created.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CreatedObject {
    /// The bucket.
    pub bucket: String,
    /// The key, decoded.
    pub key: String,
    /// The size, in bytes.
    pub size_bytes: Option<u64>,
    /// The entity tag, without quotes.
    pub entity_tag: Option<String>,
    /// The version, in a bucket that has versions: it is the one to be read.
    pub version_id: Option<String>,
    /// Orders the events of a key.
    pub sequencer: Option<String>,
    /// What created it: `ObjectCreated:Put`, `PutObject`.
    pub event_name: String,
    /// When, as the store writes it (RFC 3339).
    pub event_time: Option<String>,
    /// The region of the bucket.
    pub region: Option<String>,
    /// The message of SQS that the event came in, for a partial batch answer.
    pub message_id: Option<String>,
    /// Which service wrote the event.
    pub source: EventSource,
}

/// An event that nothing follows from. It is to be acknowledged like one that was worked off.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IgnoredEvent {
    /// Why.
    pub reason: IgnoredReason,
    /// What the event tells of, where it says so.
    pub event_name: Option<String>,
    /// The bucket, where it is known.
    pub bucket: Option<String>,
    /// The key, where it is known: decoded, or as it stands in the event where that is not possible.
    pub key: Option<String>,
    /// The message of SQS that the event came in.
    pub message_id: Option<String>,
}

/// What an event says: every record of it is in one of the two lists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct StoreEvents {
    /// The objects that were created, in the order of their records.
    pub objects: Vec<CreatedObject>,
    /// What nothing follows from.
    pub ignored: Vec<IgnoredEvent>,
}

impl CreatedObject {
    /// An object that no event tells of, for example one that is older than the notifications. All other fields are unset,
    /// and can be set.
    pub fn new(bucket: &str, key: &str) -> Self {
        Self {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            size_bytes: None,
            entity_tag: None,
            version_id: None,
            sequencer: None,
            event_name: String::new(),
            event_time: None,
            region: None,
            message_id: None,
            source: EventSource::S3,
        }
    }

    pub(super) fn ignored(self, reason: IgnoredReason) -> IgnoredEvent {
        let Self { bucket, key, event_name, message_id, .. } = self;
        IgnoredEvent { reason, event_name: Some(event_name), bucket: Some(bucket), key: Some(key), message_id }
    }
}
