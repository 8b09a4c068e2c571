//! The calls of `resize.json`: every request that the resizing of an object makes, and how it ends.

use presize::{CreatedObject, EventResizePolicy, EventResizer, Resized, Result, SkippedReason};
use serde_json::{Value, json};

use super::exchange::{after_the_end, drive};
use super::input::{named, rules};
use super::presign::{read_presigner, read_time, text};

/// Runs a call of this part; `None` when the call is another part's.
pub(crate) fn call(call: &str, input: &Value) -> Option<Result<Value>> {
    (call == "resize_object").then(|| {
        let Ran { requests, outcome } = run(input)?;
        outcome.map(|resized| json!({ "resized": show(&resized), "requests": requests }))
    })
}

/// What there is to compare beside an error: the requests that led to it, and whether the event should come again.
pub(crate) fn beside_error(input: &Value) -> Value {
    let ran = run(input).unwrap_or_else(|error| Ran { requests: Vec::new(), outcome: Err(error) });
    let is_worth_retry = ran.outcome.is_err_and(|error| error.is_worth_retry());
    json!({ "requests": ran.requests, "is_worth_retry": is_worth_retry })
}

struct Ran {
    requests: Vec<Value>,
    outcome: Result<Resized>,
}

/// The error is one that comes before anything is resized.
fn run(input: &Value) -> Result<Ran> {
    let policy = EventResizePolicy::from_named(named(&input["policy"]))?;
    let (source, destination) = (read_presigner(&input["source"])?, read_presigner(&input["destination"])?);
    let resizer = EventResizer::new(policy, source, destination, rules(input)?)?;
    let mut resizing = resizer.resize(&read_object(&input["object"]));
    let (requests, outcome) = drive(&mut resizing, input);
    after_the_end(&mut resizing, &outcome, read_time(&input["now"]));
    Ok(Ran { requests, outcome })
}

fn read_object(object: &Value) -> CreatedObject {
    let optional = |name: &str| object[name].as_str().map(str::to_owned);
    let mut read = CreatedObject::new(text(object, "bucket"), text(object, "key"));
    read.size_bytes = object["size_bytes"].as_u64();
    read.entity_tag = optional("entity_tag");
    read.version_id = optional("version_id");
    read.sequencer = optional("sequencer");
    read
}

fn show(resized: &Resized) -> Value {
    let outputs = resized.outputs.iter().map(|output| {
        json!({
            "key": output.key, "format": output.format.as_str(), "width": output.width, "height": output.height,
            "bytes": output.bytes, "is_new": output.is_new,
        })
    });
    json!({
        "key": resized.key,
        "outputs": outputs.collect::<Vec<_>>(),
        "skipped": resized.skipped.map(SkippedReason::as_str),
    })
}
