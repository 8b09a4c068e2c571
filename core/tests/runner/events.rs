//! The calls of `events.json`.

use presize::{CreatedObject, IgnoredEvent, Result, parse_store_events, sqs_batch_response};
use serde_json::{Value, json};

use super::presign::text;

/// Runs a call of this part; `None` when the call is another part's.
pub(crate) fn call(call: &str, input: &Value) -> Option<Result<Value>> {
    Some(match call {
        "parse_store_events" => parse_store_events(text(input, "event")).map(|events| {
            json!({
                "objects": events.objects.iter().map(object).collect::<Vec<_>>(),
                "ignored": events.ignored.iter().map(ignored).collect::<Vec<_>>(),
            })
        }),
        "sqs_batch_response" => {
            let ids: Vec<&str> =
                input["failed_message_ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
            sqs_batch_response(&ids).map(|text| json!({ "text": text }))
        }
        _ => return None,
    })
}

fn object(object: &CreatedObject) -> Value {
    json!({
        "bucket": object.bucket,
        "key": object.key,
        "size_bytes": object.size_bytes,
        "entity_tag": object.entity_tag,
        "version_id": object.version_id,
        "sequencer": object.sequencer,
        "event_name": object.event_name,
        "event_time": object.event_time,
        "region": object.region,
        "message_id": object.message_id,
        "source": object.source.as_str(),
    })
}

fn ignored(event: &IgnoredEvent) -> Value {
    json!({
        "reason": event.reason.as_str(),
        "event_name": event.event_name,
        "bucket": event.bucket,
        "key": event.key,
        "message_id": event.message_id,
    })
}
