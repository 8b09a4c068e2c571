//! The calls of `confirm.json`: every request that a confirmation makes, and how it ends.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName};
use presize::options::OptionValue;
use presize::{
    ConfirmRequest, Confirmation, Confirmed, Result, StoreAnswer, StoreRequest, UploadEvent, UploadPolicy, Uploads,
    inspect,
};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::image_check::show_summary;
use super::input::{self, named};
use super::presign::{read_presigner, read_time, show_headers};

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
    confirmation.answer(odd_answer()); // to nothing
    assert_eq!(confirmation.finish().unwrap_err().code(), "store_unavailable", "not at its end");
    assert!(!format!("{confirmation:?}").contains("X-Amz"));
    let mut requests = Vec::new();
    let mut answers = input["answers"].as_array().expect("answers").iter();
    let outcome = loop {
        let answer = answers.next();
        let clock = answer.and_then(|answer| answer.get("clock")).map_or(now, read_time);
        let request = match confirmation.next_request(clock) {
            Ok(Some(request)) => request,
            Ok(None) => break confirmation.finish(),
            Err(error) => {
                assert_eq!(error.code(), confirmation.finish().unwrap_err().code());
                break Err(error);
            }
        };
        requests.push(show_request(&request));
        if input["credentials"].get("expires_at").is_none() {
            later(&mut confirmation, &request, clock);
        }
        again(&mut confirmation, &request, clock); // last, since the store's clock is held against the last time
        match answer {
            None => break confirmation.finish(), // one request too many
            Some(answer) => match answer["fail"].as_str() {
                Some(reason) => confirmation.fail(reason),
                None => confirmation.answer(read_answer(answer)),
            },
        }
    };
    let event = show_event(&confirmation.event(now));
    // Seen in the comparison, which names the case.
    requests.extend(answers.map(|_| json!("an answer that nobody asked for")));
    after_the_end(&mut confirmation, &outcome, now);
    if let Err(error) = &outcome {
        let told = error.to_string();
        assert!(!told.contains("X-Amz") && !told.contains("AWS4"), "{told}");
    }
    Ok(Ran { requests, event, outcome })
}

/// Asked again before it is answered, it is the same request.
fn again(confirmation: &mut Confirmation, request: &StoreRequest, clock: SystemTime) {
    let same = confirmation.next_request(clock).unwrap().unwrap();
    assert_eq!((&same.method, &same.url, &same.headers), (&request.method, &request.url, &request.headers));
    assert_eq!((&same.body, same.max_body_bytes), (&request.body, request.max_body_bytes));
}

/// And it is signed for its own moment.
fn later(confirmation: &mut Confirmation, request: &StoreRequest, clock: SystemTime) {
    let path = |url: &str| url.split('?').next().unwrap().to_owned();
    let later = confirmation.next_request(clock + Duration::from_secs(1)).unwrap().unwrap();
    assert_eq!((&later.method, path(&later.url)), (&request.method, path(&request.url)));
    assert_ne!(later.url, request.url);
}

fn after_the_end(confirmation: &mut Confirmation, outcome: &Result<Confirmed>, now: SystemTime) {
    confirmation.answer(odd_answer());
    confirmation.fail("too late");
    assert!(confirmation.next_request(now).unwrap().is_none());
    match (outcome, confirmation.finish()) {
        (Ok(confirmed), Ok(again)) => assert_eq!(*confirmed, again),
        (Err(error), Err(again)) => assert_eq!((error.code(), error.details()), (again.code(), again.details())),
        (outcome, again) => panic!("{outcome:?}, and then {again:?}"),
    }
}

/// One that would be good news in every step.
fn odd_answer() -> StoreAnswer {
    let headers = [("etag", "\"0\""), ("content-length", "1"), ("content-type", "image/jpeg")];
    let headers = headers.map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
    StoreAnswer { status: 200, headers: headers.into_iter().collect(), body: b"-".to_vec() }
}

pub(super) fn read_answer(answer: &Value) -> StoreAnswer {
    let mut headers = HeaderMap::new();
    for (name, value) in answer["headers"].as_object().expect("headers") {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        for value in values {
            headers.append(&name, value.as_str().unwrap().parse().unwrap());
        }
    }
    let status = answer["status"].as_u64().expect("a status").try_into().unwrap();
    StoreAnswer { status, headers, body: answer.get("body").map(input::bytes).unwrap_or_default() }
}

pub(super) fn show_request(request: &StoreRequest) -> Value {
    assert!(!format!("{request:?}").contains("X-Amz"), "a presigned URL is a secret");
    let (before, query) = request.url.split_once('?').expect("a query");
    let (_, after) = before.split_once("://").expect("a scheme");
    let (host, path) = after.split_once('/').expect("a path");
    let parameter = |name: &str| {
        let found = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        found.unwrap_or_else(|| panic!("no {name} in the query")).replace("%3B", ";")
    };
    let signed = parameter("X-Amz-SignedHeaders");
    let told: BTreeSet<_> = request.headers.keys().map(HeaderName::as_str).filter(|name| *name != "range").collect();
    let names: BTreeSet<_> = signed.split(';').filter(|name| *name != "host").collect();
    assert_eq!(told, names, "headers are those that are signed, and range");
    json!({
        "method": request.method.as_str(),
        "host": host,
        "path": format!("/{path}"),
        "signed": signed,
        "expires": parameter("X-Amz-Expires"),
        "headers": show_headers(&request.headers),
        "max_body_bytes": request.max_body_bytes,
        "body": show_body(request),
    })
}

/// What is written, by what a reader sees: its bytes may be an encoder's. The final object has its own hash in its marker.
fn show_body(request: &StoreRequest) -> Value {
    if request.body.is_empty() {
        return Value::Null;
    }
    assert_eq!(request.headers["content-length"], request.body.len().to_string());
    let info = inspect(&request.body).expect("a picture");
    if let Some(marker) = request.headers.get("x-amz-meta-presize-confirmed") {
        let hash = Sha256::digest(request.body.as_slice());
        let hash = hash.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        let start = format!("1.whole.{}.{hash}.", request.body.len());
        assert!(marker.to_str().unwrap().starts_with(&start), "{marker:?} is not of {start}");
    } else {
        assert!(!info.has_exif && !info.has_icc_profile && info.orientation.exif() == 1);
    }
    json!({ "format": info.format.as_str(), "width": info.width, "height": info.height })
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
