//! Exchanges: a state machine is driven with the answers that a case has recorded, and every request that it makes is shown.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName};
use presize::{Confirmation, Confirmed, Resized, Resizing, Result, StoreAnswer, StoreRequest, inspect};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::input;
use super::presign::{read_time, show_headers};

/// What all state machines have.
pub(crate) trait Machine: Debug {
    type Outcome: Debug + PartialEq;

    fn next_request(&mut self, now: SystemTime) -> Result<Option<StoreRequest>>;
    fn answer(&mut self, answer: StoreAnswer);
    fn fail(&mut self, reason: &str);
    fn finish(&mut self) -> Result<Self::Outcome>;
}

macro_rules! machines {
    ($($machine:ident: $outcome:ident,)+) => {$(
        impl Machine for $machine {
            type Outcome = $outcome;

            fn next_request(&mut self, now: SystemTime) -> Result<Option<StoreRequest>> {
                $machine::next_request(self, now)
            }
            fn answer(&mut self, answer: StoreAnswer) {
                $machine::answer(self, answer);
            }
            fn fail(&mut self, reason: &str) {
                $machine::fail(self, reason);
            }
            fn finish(&mut self) -> Result<$outcome> {
                $machine::finish(self)
            }
        }
    )+};
}

machines! {
    Confirmation: Confirmed,
    Resizing: Resized,
}

/// Drives a machine with the `answers` of the input. Returns its requests and its outcome.
pub(crate) fn drive<M: Machine>(machine: &mut M, input: &Value) -> (Vec<Value>, Result<M::Outcome>) {
    let now = read_time(&input["now"]);
    machine.answer(odd_answer()); // to nothing
    let mut requests = Vec::new();
    let mut answers = input["answers"].as_array().expect("answers").iter();
    let can_expire = ["", "/source", "/destination"]
        .iter()
        .any(|place| input.pointer(&format!("{place}/credentials/expires_at")).is_some());
    let outcome = loop {
        let answer = answers.next();
        let clock = answer.and_then(|answer| answer.get("clock")).map_or(now, read_time);
        let request = match machine.next_request(clock) {
            Ok(Some(request)) => request,
            Ok(None) => break machine.finish(),
            Err(error) => {
                assert_eq!(error.code(), machine.finish().unwrap_err().code());
                break Err(error);
            }
        };
        assert!(!format!("{machine:?}").contains("X-Amz"));
        if requests.is_empty() {
            assert_eq!(machine.finish().unwrap_err().code(), "store_unavailable", "not at its end");
        }
        requests.push(show_request(&request));
        if !can_expire {
            later(machine, &request, clock);
        }
        again(machine, &request, clock); // last, since the store's clock is held against the last time
        match answer {
            None => break machine.finish(), // one request too many
            Some(answer) => match answer["fail"].as_str() {
                Some(reason) => machine.fail(reason),
                None => machine.answer(read_answer(answer)),
            },
        }
    };
    // Seen in the comparison, which names the case.
    requests.extend(answers.map(|_| json!("an answer that nobody asked for")));
    if let Err(error) = &outcome {
        let told = error.to_string();
        assert!(!told.contains("X-Amz") && !told.contains("AWS4"), "{told}");
    }
    (requests, outcome)
}

/// Asked again before it is answered, it is the same request.
fn again(machine: &mut impl Machine, request: &StoreRequest, clock: SystemTime) {
    let same = machine.next_request(clock).unwrap().unwrap();
    assert_eq!((&same.method, &same.url, &same.headers), (&request.method, &request.url, &request.headers));
    assert_eq!((&same.body, same.max_body_bytes), (&request.body, request.max_body_bytes));
}

/// And it is signed for its own moment.
fn later(machine: &mut impl Machine, request: &StoreRequest, clock: SystemTime) {
    let path = |url: &str| url.split('?').next().unwrap().to_owned();
    let later = machine.next_request(clock + Duration::from_secs(1)).unwrap().unwrap();
    assert_eq!((&later.method, path(&later.url)), (&request.method, path(&request.url)));
    assert_ne!(later.url, request.url);
}

/// At the end nothing changes the outcome any more.
pub(crate) fn after_the_end<M: Machine>(machine: &mut M, outcome: &Result<M::Outcome>, now: SystemTime) {
    machine.answer(odd_answer());
    machine.fail("too late");
    assert!(machine.next_request(now).unwrap().is_none());
    match (outcome, machine.finish()) {
        (Ok(outcome), Ok(again)) => assert_eq!(*outcome, again),
        (Err(error), Err(again)) => assert_eq!((error.code(), error.details()), (again.code(), again.details())),
        (outcome, again) => panic!("{outcome:?}, and then {again:?}"),
    }
}

/// One that would be good news in every step.
pub(crate) fn odd_answer() -> StoreAnswer {
    let headers = [("etag", "\"0\""), ("content-length", "1"), ("content-type", "image/jpeg")];
    let headers = headers.map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
    StoreAnswer { status: 200, headers: headers.into_iter().collect(), body: b"-".to_vec() }
}

pub(crate) fn read_answer(answer: &Value) -> StoreAnswer {
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

pub(crate) fn show_request(request: &StoreRequest) -> Value {
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
        "version_id": query.split('&').find_map(|pair| pair.strip_prefix("versionId=")),
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
