//! The calls of `confirm.json`: every request that a confirmation makes, and how it ends.

use presize::options::OptionValue;
use presize::{ConfirmRequest, Confirmed, Result, UploadEvent, UploadPolicy, Uploads};
use serde_json::{Map, Value, json};

use super::exchange::{after_the_end, drive};
use super::image_check::show_summary;
use super::input::named;
use super::presign::{read_presigner, read_time};

/// Runs a call of this part; `None` when the call is another part's.
pub(crate) fn call(call: &str, input: &Value) -> Option<Result<Value>> {
    (call == "confirm").then(|| {
        let Ran { requests, event, outcome } = run(input)?;
        outcome.map(|confirmed| json!({ "confirmed": show(&confirmed), "requests": requests, "event": event }))
    })
}

/// What there is to compare beside an error: the requests that led to it, and the event.
pub(crate) fn beside_error(input: &Value) -> Value {
    run(input).map_or(Value::Null, |ran| json!({ "requests": ran.requests, "event": ran.event }))
}

struct Ran {
    requests: Vec<Value>,
    event: Value,
    outcome: Result<Confirmed>,
}

/// The error is one that comes before there is a confirmation or a request for one.
fn run(input: &Value) -> Result<Ran> {
    let policy = UploadPolicy::from_named(named(&input["policy"]))?;
    let uploads = Uploads::new(read_presigner(input)?, policy)?;
    let request = ConfirmRequest::from_named(named(&input["request"]))?;
    let now = read_time(&input["now"]);
    let mut confirmation = match uploads.confirm(&request, now) {
        Ok(confirmation) => confirmation,
        Err(error) => {
            let outcome = Err(error);
            let event = show_event(&UploadEvent::confirm(&request, &outcome, now));
            return Ok(Ran { requests: Vec::new(), event, outcome });
        }
    };
    let (requests, outcome) = drive(&mut confirmation, input);
    let event = show_event(&confirmation.event(now));
    after_the_end(&mut confirmation, &outcome, now);
    Ok(Ran { requests, event, outcome })
}

fn show(confirmed: &Confirmed) -> Value {
    let variants = confirmed.variants.iter().map(|variant| {
        json!({
            "key": variant.key, "public_url": variant.public_url, "format": variant.format.as_str(),
            "width": variant.width, "height": variant.height,
        })
    });
    json!({
        "key": confirmed.key, "public_url": confirmed.public_url, "format": confirmed.format.as_str(),
        "width": confirmed.width, "height": confirmed.height, "exif": confirmed.exif.as_ref().map(show_summary), "bytes": confirmed.bytes, "etag": confirmed.etag,
        "variants": variants.collect::<Vec<_>>(),
    })
}

fn show_event(event: &UploadEvent) -> Value {
    let shown = |value: OptionValue<'_>| match value {
        OptionValue::Null => Value::Null,
        OptionValue::Number(number) => json!(number),
        OptionValue::Text(text) => json!(text),
        other => panic!("an event with {other:?}"),
    };
    Value::Object(
        event.to_named().into_iter().map(|(name, value)| (name.to_owned(), shown(value))).collect::<Map<_, _>>(),
    )
}
