//! Events of stores.

use napi_derive::napi;
use presize::StoreEvents;
use presize::error::ErrorKind;

use crate::error::Result;
use crate::wire::WireWriter;

/// Reads the JSON of an event. `null` stands for a text with half a surrogate pair.
#[napi]
pub fn parse_store_events(text: Option<String>) -> Result<String> {
    Ok(encode(&presize::parse_store_events(&event_text(text)?)?))
}

/// The same for JSON in bytes.
#[napi]
pub fn parse_store_events_in_bytes(bytes: &[u8]) -> Result<String> {
    let text = std::str::from_utf8(bytes).map_err(|_| not_utf_8())?;
    Ok(encode(&presize::parse_store_events(text)?))
}

/// The text of an event; `null` stands for one that is no UTF-8.
pub(crate) fn event_text(text: Option<String>) -> Result<String> {
    Ok(text.ok_or_else(not_utf_8)?)
}

fn not_utf_8() -> ErrorKind {
    ErrorKind::EventMalformed { received: "text that is no UTF-8" }
}

/// The number of objects, then the fields of each object and of each ignored event, in the order of their declarations.
fn encode(events: &StoreEvents) -> String {
    let mut writer = WireWriter::default().number(events.objects.len() as u64);
    for object in &events.objects {
        writer = writer.field(&object.bucket).field(&object.key);
        writer = optional(writer, object.size_bytes.map(|bytes| bytes.to_string()).as_deref());
        for text in [&object.entity_tag, &object.version_id, &object.sequencer] {
            writer = optional(writer, text.as_deref());
        }
        writer = writer.field(&object.event_name);
        for text in [&object.event_time, &object.region, &object.message_id] {
            writer = optional(writer, text.as_deref());
        }
        writer = writer.field(object.source.as_str());
    }
    for event in &events.ignored {
        writer = writer.field(event.reason.as_str());
        for text in [&event.event_name, &event.bucket, &event.key, &event.message_id] {
            writer = optional(writer, text.as_deref());
        }
    }
    writer.finish()
}

/// A text after `s`, or an empty field.
fn optional(writer: WireWriter, text: Option<&str>) -> WireWriter {
    match text {
        Some(text) => writer.field(&format!("s{text}")),
        None => writer.field(""),
    }
}

#[napi]
pub fn sqs_batch_response(failed_message_ids: Vec<String>) -> Result<String> {
    let ids: Vec<&str> = failed_message_ids.iter().map(String::as_str).collect();
    Ok(presize::sqs_batch_response(&ids)?)
}
