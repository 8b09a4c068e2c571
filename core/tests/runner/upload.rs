//! The calls of `upload.json`.

use presize::options::OptionValue;
use presize::{Result, UploadEvent, UploadPolicy, UploadRequest, UploadTicket, Uploads};
use serde_json::{Map, Value, json};

use super::api::value;
use super::input::named;
use super::presign::{read_presigner, read_time, show_headers, text, unix_seconds};

/// Runs a call of this file; `None` for any other call.
pub(crate) fn call(call: &str, input: &Value) -> Option<Result<Value>> {
    Some(match call {
        "issue" => from_presigner(input).and_then(|uploads| issue(&uploads, input)),
        "issue_from_vars" => from_vars(input).and_then(|uploads| issue(&uploads, input)),
        "issue_event" => from_presigner(input).and_then(|uploads| event(&uploads, input)),
        "policy_rules" => policy(input).map(|policy| json!({ "rules": show(&policy.rules().to_named()) })),
        _ => return None,
    })
}

fn policy(input: &Value) -> Result<UploadPolicy> {
    UploadPolicy::from_named(named(&input["policy"]))
}

fn from_presigner(input: &Value) -> Result<Uploads> {
    Uploads::new(read_presigner(input)?, policy(input)?)
}

fn from_vars(input: &Value) -> Result<Uploads> {
    Uploads::from_vars(policy(input)?, |name| input["vars"][name].as_str().map(str::to_owned))
}

fn request(input: &Value) -> Result<UploadRequest> {
    UploadRequest::from_named(named(&input["request"]))
}

fn ticket(uploads: &Uploads, request: &UploadRequest, input: &Value) -> Result<UploadTicket> {
    let nonce = u128::from_str_radix(text(input, "nonce"), 16).expect("32 hexadecimal digits").to_be_bytes();
    uploads.issue(request, nonce, read_time(&input["now"]))
}

fn issue(uploads: &Uploads, input: &Value) -> Result<Value> {
    let ticket = ticket(uploads, &request(input)?, input)?;
    Ok(json!({
        "method": ticket.method.as_str(),
        "url": ticket.url,
        "headers": show_headers(&ticket.headers),
        "fields": ticket.fields,
        "key": ticket.key,
        "public_url": ticket.public_url,
        "expires_in": ticket.expires_in.as_secs(),
        "expires_at": unix_seconds(ticket.expires_at),
    }))
}

fn event(uploads: &Uploads, input: &Value) -> Result<Value> {
    let request = request(input)?;
    let event = UploadEvent::issue(&request, &ticket(uploads, &request, input), read_time(&input["now"]));
    Ok(show(&event.to_named()))
}

fn show(values: &[(&str, OptionValue<'_>)]) -> Value {
    Value::Object(values.iter().map(|(name, shown)| ((*name).to_owned(), value(shown))).collect::<Map<_, _>>())
}
