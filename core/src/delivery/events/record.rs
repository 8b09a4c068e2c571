//! One record: a notification of S3 or MinIO, an event of EventBridge, a notification of R2.
//!
//! The forms are those of
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html> and
//! <https://developers.cloudflare.com/r2/buckets/event-notifications/>. Keys are encoded as those of a form in notifications of
//! S3 and MinIO, and not at all elsewhere.

use std::borrow::Cow;

use crate::delivery::percent::decode_form;
use crate::options::clip;
use crate::presign::key::check_key;

use super::created::{CreatedObject, EventSource, IgnoredEvent, IgnoredReason, StoreEvents};
use super::value::EventValue;

/// What a record says.
pub(super) enum Record {
    Created(Box<CreatedObject>),
    Ignored(IgnoredEvent),
}

impl Record {
    pub(super) fn ignored(reason: IgnoredReason, event_name: Option<&str>) -> Self {
        let event_name = event_name.map(clip);
        Self::Ignored(IgnoredEvent { reason, event_name, bucket: None, key: None, message_id: None })
    }

    pub(super) fn add_to(self, found: &mut StoreEvents, message_id: Option<&str>) {
        let message_id = message_id.map(str::to_owned);
        match self {
            Self::Created(object) => found.objects.push(CreatedObject { message_id, ..*object }),
            Self::Ignored(ignored) => found.ignored.push(IgnoredEvent { message_id, ..ignored }),
        }
    }
}

/// A record of S3's `Records`, of the versions 2.x, or of a server that writes the same.
pub(super) fn read_notification(record: &EventValue<'_>, source: &str) -> Record {
    let name = record["eventName"].as_str().unwrap_or_default();
    // MinIO writes "s3:ObjectCreated:Put".
    let name = name.strip_prefix("s3:").unwrap_or(name);
    let source = match source {
        "aws:s3" => EventSource::S3,
        "minio:s3" => EventSource::Minio,
        _ => return Record::ignored(IgnoredReason::UnknownEvent, Some(name)),
    };
    // A version with another first number is of another form.
    if record["eventVersion"].as_str().is_some_and(|version| !version.starts_with("2.")) {
        return Record::ignored(IgnoredReason::UnknownEvent, Some(name));
    }
    let object = &record["s3"]["object"];
    let encoded = object["key"].as_str().unwrap_or_default();
    Fields {
        bucket: record["s3"]["bucket"]["name"].as_str(),
        encoded,
        key: decode_form(encoded),
        object,
        names: ["eTag", "versionId"],
        event_name: name,
        event_time: record["eventTime"].as_str(),
        region: record["awsRegion"].as_str(),
        source,
    }
    .read(name.starts_with("ObjectCreated:"))
}

/// An event of EventBridge.
pub(super) fn read_eventbridge(event: &EventValue<'_>) -> Record {
    let name = event["detail-type"].as_str().unwrap_or_default();
    if event["source"].as_str() != Some("aws.s3") {
        return Record::ignored(IgnoredReason::UnknownEvent, Some(name));
    }
    let object = &event["detail"]["object"];
    let key = object["key"].as_str().unwrap_or_default();
    Fields {
        bucket: event["detail"]["bucket"]["name"].as_str(),
        encoded: key,
        key: Some(Cow::Borrowed(key)),
        object,
        names: ["etag", "version-id"],
        event_name: event["detail"]["reason"].as_str().unwrap_or(name),
        event_time: event["time"].as_str(),
        region: event["region"].as_str(),
        source: EventSource::EventBridge,
    }
    .read(name == "Object Created")
}

/// A notification of R2.
pub(super) fn read_r2(event: &EventValue<'_>) -> Record {
    let name = event["action"].as_str().unwrap_or_default();
    let object = &event["object"];
    let key = object["key"].as_str().unwrap_or_default();
    Fields {
        bucket: event["bucket"].as_str(),
        encoded: key,
        key: Some(Cow::Borrowed(key)),
        object,
        names: ["eTag", "versionId"],
        event_name: name,
        event_time: event["eventTime"].as_str(),
        region: None,
        source: EventSource::R2,
    }
    .read(matches!(name, "PutObject" | "CopyObject" | "CompleteMultipartUpload"))
}

/// The places of a record where each service has what it says.
struct Fields<'a> {
    bucket: Option<&'a str>,
    /// The key as it stands in the record.
    encoded: &'a str,
    /// The key, decoded. `None` where that is not possible.
    key: Option<Cow<'a, str>>,
    object: &'a EventValue<'a>,
    /// The names of the entity tag and of the version.
    names: [&'a str; 2],
    event_name: &'a str,
    event_time: Option<&'a str>,
    region: Option<&'a str>,
    source: EventSource,
}

impl Fields<'_> {
    fn read(self, is_created: bool) -> Record {
        let bucket = self.bucket.filter(|bucket| !bucket.is_empty());
        let key = self.key.filter(|key| check_key(key).is_ok());
        let event_name = clip(self.event_name);
        let ignored = |reason, key: Option<&str>| {
            let key = Some(key.map_or_else(|| clip(self.encoded), str::to_owned)).filter(|key| !key.is_empty());
            let (event_name, bucket) = (Some(event_name.clone()), bucket.map(clip));
            Record::Ignored(IgnoredEvent { reason, event_name, bucket, key, message_id: None })
        };
        if !is_created {
            return ignored(IgnoredReason::NotCreated, key.as_deref());
        }
        let Some(bucket) = bucket else { return ignored(IgnoredReason::UnknownEvent, key.as_deref()) };
        let Some(key) = key else { return ignored(IgnoredReason::KeyInvalid, None) };
        let text = |value: &EventValue<'_>| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let [entity_tag, version] = self.names;
        Record::Created(Box::new(CreatedObject {
            bucket: bucket.to_owned(),
            key: key.into_owned(),
            size_bytes: self.object["size"].as_u64(),
            entity_tag: text(&self.object[entity_tag]).map(|tag| tag.trim_matches('"').to_owned()),
            version_id: text(&self.object[version]),
            sequencer: text(&self.object["sequencer"]),
            event_name,
            event_time: self.event_time.map(str::to_owned),
            region: self.region.filter(|region| !region.is_empty()).map(str::to_owned),
            message_id: None,
            source: self.source,
        }))
    }
}
