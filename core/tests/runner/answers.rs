//! The calls of `edge.json` and `gateway.json`: every request that an answer makes to the store, and what the function returns.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use presize::{
    Answering, EdgeOptions, EdgeResizer, GatewayOptions, GatewayResizer, Result, VariantPolicy, Variants, inspect,
};
use serde_json::{Value, json};

use super::exchange::{odd_answer, read_answer, show_request};
use super::input::{named, rules};
use super::presign::{read_presigner, read_time};

/// Runs a call of this part; `None` when the call is another part's.
pub(crate) fn call(call: &str, input: &Value) -> Option<Result<Value>> {
    Some(match call {
        "answer_edge" => edge(input).map(|answering| run(answering, input)),
        "answer_gateway" => gateway(input).map(|answering| run(answering, input)),
        _ => return None,
    })
}

fn edge(input: &Value) -> Result<Answering> {
    let options = EdgeOptions::from_named(named(&input["options"]))?;
    let resizer = EdgeResizer::new(variants(input)?, read_presigner(&input["source"])?, rules(input)?, options)?;
    resizer.answer(&event(input), read_time(&input["now"]))
}

fn gateway(input: &Value) -> Result<Answering> {
    let options = GatewayOptions::from_named(named(&input["options"]))?;
    let source = read_presigner(&input["source"])?;
    let results = input.get("results").map(read_presigner).transpose()?;
    let resizer = GatewayResizer::new(variants(input)?, source, results, rules(input)?, options)?;
    resizer.answer(&event(input), read_time(&input["now"]))
}

fn variants(input: &Value) -> Result<Variants> {
    Variants::new(VariantPolicy::from_named(named(&input["policy"]))?)
}

/// An event is JSON, or a text that may be none.
fn event(input: &Value) -> String {
    input["event"].as_str().map_or_else(|| input["event"].to_string(), str::to_owned)
}

fn run(mut answering: Answering, input: &Value) -> Value {
    let now = read_time(&input["now"]);
    let mut answers = input["answers"].as_array().into_iter().flatten();
    let mut requests = Vec::new();
    answering.answer(odd_answer()); // to nothing
    while let Some(request) = answering.next_request(now) {
        requests.push(show_request(&request));
        assert!(!format!("{answering:?}").contains("X-Amz"));
        let again = answering.next_request(now).expect("the same request again");
        assert_eq!((&again.method, &again.url, &again.headers), (&request.method, &request.url, &request.headers));
        let Some(answer) = answers.next() else { break }; // one request too many
        match answer["fail"].as_str() {
            Some(reason) => answering.fail(reason),
            None => answering.answer(read_answer(answer)),
        }
    }
    // Seen in the comparison, which names the case.
    requests.extend(answers.map(|_| json!("an answer that nobody asked for")));
    let returned = answering.finish();
    after_the_end(&mut answering, &returned, now);
    if let Some(error) = answering.error() {
        assert!(!error.to_string().contains("X-Amz") && !returned.contains("X-Amz"), "{error}");
    }
    json!({ "requests": requests, "returned": show(&returned), "code": answering.error().map(presize::Error::code) })
}

fn after_the_end(answering: &mut Answering, returned: &str, now: SystemTime) {
    answering.answer(odd_answer());
    answering.fail("too late");
    assert!(answering.next_request(now + Duration::from_secs(1)).is_none());
    assert_eq!(answering.finish(), returned);
}

/// What the function returns. A body in base64 is told as the picture that it is, JSON as what it says. `members` and
/// `header_names` are there because a case is equal to what it names, and names nothing that must be missing.
fn show(returned: &str) -> Value {
    let mut shown: Value = serde_json::from_str(returned).expect("JSON");
    let names = |value: &Value| value.as_object().map(|object| object.keys().cloned().collect::<Vec<_>>());
    let members = names(&shown);
    let headers = shown.get("headers").or_else(|| shown.get("multiValueHeaders")).and_then(names);
    if let Some(body) = shown["body"].as_str() {
        let is_base64 = shown["bodyEncoding"] == "base64" || shown["isBase64Encoded"] == true;
        shown["body"] =
            if is_base64 { picture(body) } else { serde_json::from_str(body).unwrap_or_else(|_| body.into()) };
    }
    shown["members"] = json!(members);
    shown["header_names"] = json!(headers);
    shown
}

fn picture(body: &str) -> Value {
    let bytes = base64::engine::general_purpose::STANDARD.decode(body).expect("base64");
    let info = inspect(&bytes).expect("a picture");
    assert!(!info.has_exif && !info.has_icc_profile && info.orientation.exif() == 1);
    json!({ "format": info.format.as_str(), "width": info.width, "height": info.height })
}
