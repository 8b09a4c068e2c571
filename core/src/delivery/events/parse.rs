//! From the text of an event to its records, through the envelopes of SQS and SNS.

use crate::error::{ErrorKind, Result};

use super::created::{IgnoredEvent, IgnoredReason, StoreEvents};
use super::duplicates::without_duplicates;
use super::json::parse_json;
use super::record::{Record, read_eventbridge, read_notification, read_r2};
use super::value::EventValue;

/// Lambda's own limit of an event is 6 MB, and its payload may be JSON in JSON in JSON.
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// SQS hands over at most 10,000 messages at once.
const MAX_RECORDS: usize = 10_000;
/// Messages in messages: SNS in SQS has a notification at the third.
const MAX_DEPTH: usize = 4;

/// Reads an event of a store: a notification of S3, MinIO or R2 or an event of EventBridge, by itself, in messages of SQS, in a
/// message of SNS, or both. Keys are decoded once, by the rule of the service; events that came twice are left out.
///
/// ```
/// let event = r#"{"Records": [{"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
///     "s3": {"bucket": {"name": "photos"}, "object": {"key": "my+cat%2B1.jpg", "size": 48211}}}]}"#;
/// let events = presize::parse_store_events(event)?;
/// assert_eq!((events.objects[0].bucket.as_str(), events.objects[0].key.as_str()), ("photos", "my cat+1.jpg"));
/// # Ok::<(), presize::Error>(())
/// ```
///
/// Error: `event_malformed` for a text that is no JSON, is too large, or is no event at all.
pub fn parse_store_events(text: &str) -> Result<StoreEvents> {
    if text.len() > MAX_BYTES {
        return Err(malformed("more than 8 MiB"));
    }
    let event = parse_json(text).ok_or_else(|| malformed("text that is no JSON"))?;
    read_store_events(&event)
}

/// The same for an event that is parsed already.
///
/// Error: `event_malformed`.
pub fn read_store_events(event: &EventValue<'_>) -> Result<StoreEvents> {
    let mut found = StoreEvents::default();
    if !read(event, None, 0, &mut found)? {
        return Err(malformed("JSON of another form"));
    }
    Ok(without_duplicates(found))
}

/// Reads an event or an envelope of others. Returns whether it is one.
fn read(event: &EventValue<'_>, message_id: Option<&str>, depth: usize, found: &mut StoreEvents) -> Result<bool> {
    if depth == MAX_DEPTH {
        return Ok(false);
    }
    if let Some(records) = event["Records"].as_list() {
        for record in records {
            read_record(record, message_id, depth, found)?;
        }
        return Ok(true);
    }
    if let Some(kind) = event["Type"].as_str() {
        return read_sns(event, kind, message_id, depth, found);
    }
    let record = if event["Event"].as_str() == Some("s3:TestEvent") {
        Record::ignored(IgnoredReason::TestEvent, event["Event"].as_str())
    } else if event["detail-type"].as_str().is_some() {
        read_eventbridge(event)
    } else if event["action"].as_str().is_some() && event["bucket"].as_str().is_some() {
        read_r2(event)
    } else {
        return Ok(false);
    };
    record.add_to(found, message_id);
    Ok(true)
}

/// Reads one of `Records`: a message of SQS or SNS, or a notification.
fn read_record(record: &EventValue<'_>, message_id: Option<&str>, depth: usize, found: &mut StoreEvents) -> Result<()> {
    if found.objects.len() + found.ignored.len() >= MAX_RECORDS {
        return Err(malformed("more than 10000 records"));
    }
    let known = match (record["eventSource"].as_str(), record["EventSource"].as_str()) {
        (Some("aws:sqs"), _) => {
            let message_id = record["messageId"].as_str();
            return read_message(record["body"].as_str(), message_id, depth, found);
        }
        (_, Some("aws:sns")) => return read_message(record["Sns"]["Message"].as_str(), message_id, depth, found),
        (Some(source), _) => read_notification(record, source),
        _ => Record::ignored(IgnoredReason::UnknownEvent, None),
    };
    known.add_to(found, message_id);
    Ok(())
}

/// Reads a message of SNS as a webhook or a queue gets it.
fn read_sns(
    event: &EventValue<'_>,
    kind: &str,
    message_id: Option<&str>,
    depth: usize,
    found: &mut StoreEvents,
) -> Result<bool> {
    match kind {
        "Notification" => read_message(event["Message"].as_str(), message_id, depth, found)?,
        "SubscriptionConfirmation" | "UnsubscribeConfirmation" => {
            Record::ignored(IgnoredReason::Subscription, Some(kind)).add_to(found, message_id);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Reads the text of a message. One that is no event is ignored: it would come again and again.
fn read_message(text: Option<&str>, message_id: Option<&str>, depth: usize, found: &mut StoreEvents) -> Result<()> {
    if text.is_some_and(|text| text.len() > MAX_BYTES) {
        return Err(malformed("more than 8 MiB"));
    }
    let is_known = match text.and_then(parse_json) {
        Some(event) => read(&event, message_id, depth + 1, found)?,
        None => false,
    };
    if !is_known {
        let message_id = message_id.map(str::to_owned);
        let reason = IgnoredReason::UnknownEvent;
        found.ignored.push(IgnoredEvent { reason, event_name: None, bucket: None, key: None, message_id });
    }
    Ok(())
}

fn malformed(received: &'static str) -> crate::Error {
    ErrorKind::EventMalformed { received }.into()
}
