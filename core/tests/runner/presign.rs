//! The calls of `presign.json`.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use presize::presign::Explained;
use presize::{
    Bucket, BucketOptions, ChecksumAlgorithm, CompletedPart, Credentials, Disposition, Operation, PresignedRequest,
    Presigner, Result, SignOptions, UrlStyle, complete_multipart_body, content_disposition, parse_upload_id,
};
use serde_json::{Map, Value, json};

use super::input;

/// Runs a call of this file; `None` for any other call.
pub(crate) fn call(call: &str, input: &Value) -> Option<Result<Value>> {
    Some(match call {
        "presign" => presign(input),
        "sign_many" => sign_many(input),
        "content_disposition" => disposition(input),
        "complete_multipart_body" => complete_body(input),
        "parse_upload_id" => parse_upload_id(text(input, "answer")).map(|id| json!({ "upload_id": id })),
        _ => return None,
    })
}

fn presign(input: &Value) -> Result<Value> {
    let presigner = read_presigner(input)?;
    let operation = Operation::parse(text(input, "operation")).expect("an operation");
    let (builder, now) = (|| presigner.request(operation, text(input, "key")), read_time(&input["now"]));
    let values = || input::named(&input["options"]);
    let by_name = builder().named(values()).and_then(|builder| builder.explain(now));
    let at_once = SignOptions::from_named(values()).and_then(|options| builder().options(options).explain(now));
    input::same(by_name.map(show_stages), &at_once.map(show_stages))
}

fn show_stages(explained: Explained) -> Value {
    let request = explained.request;
    only_what_is_signed(&request);
    json!({
        "method": request.method.as_str(),
        "url": request.url,
        "headers": show_headers(&request.headers),
        "expires_in": request.expires_in.as_secs(),
        "expires_at": unix_seconds(request.expires_at),
        "canonical_request": explained.canonical_request,
        "string_to_sign": explained.string_to_sign,
        "signature": explained.signature,
    })
}

/// Checks that the headers that the client is told to send are exactly the signed ones.
fn only_what_is_signed(request: &PresignedRequest) {
    let (_, names) = request.url.split_once("X-Amz-SignedHeaders=").expect("signed headers");
    let names = names.split('&').next().unwrap().replace("%3B", ";");
    let names: BTreeSet<_> = names.split(';').collect();
    // Names that the query encodes are only counted.
    let told: BTreeSet<_> = request.headers.keys().map(http::HeaderName::as_str).chain(["host"]).collect();
    assert_eq!(names.len(), told.len(), "{names:?} {told:?}");
    assert!(names.iter().all(|name| name.contains('%') || told.contains(name)), "{names:?} {told:?}");
}

fn sign_many(input: &Value) -> Result<Value> {
    let presigner = read_presigner(input)?;
    let operation = Operation::parse(text(input, "operation")).expect("an operation");
    let options = SignOptions::from_named(input::named(&input["options"]))?;
    let keys: Vec<_> = input["keys"].as_array().expect("keys").iter().map(|key| key.as_str().expect("a key")).collect();
    let signed = presigner.sign_many(operation, keys, &options, read_time(&input["now"]))?;
    let shown = signed.iter().map(|request| json!({ "url": request.url, "headers": show_headers(&request.headers) }));
    Ok(json!({ "requests": shown.collect::<Vec<_>>() }))
}

fn disposition(input: &Value) -> Result<Value> {
    let disposition = Disposition::parse(text(input, "disposition")).expect("a disposition");
    Ok(json!({ "value": content_disposition(disposition, text(input, "filename"))? }))
}

fn complete_body(input: &Value) -> Result<Value> {
    let read = |part: &Value| {
        let number = u32::try_from(part["part_number"].as_u64().expect("a number")).expect("a small number");
        let completed = CompletedPart::new(number, text(part, "etag"));
        match part.get("checksum") {
            Some(checksum) => {
                let algorithm = ChecksumAlgorithm::parse(text(checksum, "algorithm")).expect("an algorithm");
                completed.checksum(algorithm, text(checksum, "value"))
            }
            None => completed,
        }
    };
    let parts: Vec<_> = input["parts"].as_array().expect("parts").iter().map(read).collect();
    Ok(json!({ "body": complete_multipart_body(&parts)? }))
}

pub(crate) fn read_presigner(input: &Value) -> Result<Presigner> {
    Ok(Presigner::new(read_bucket(&input["bucket"])?, read_credentials(&input["credentials"])?))
}

fn read_bucket(value: &Value) -> Result<Bucket> {
    let name = || text(value, "name");
    let mut bucket = match text(value, "kind") {
        "s3" => Bucket::s3(text(value, "region"), name()),
        "access_point" => Bucket::access_point(text(value, "arn")),
        "r2" => Bucket::r2(text(value, "account"), name()),
        "custom" => {
            let style = UrlStyle::parse(text(value, "style")).expect("a style");
            Bucket::custom(text(value, "endpoint"), text(value, "region"), name(), style)
        }
        other => panic!("unknown kind of bucket {other}"),
    }?;
    if let Some(options) = value.get("options") {
        bucket = bucket.with_options(&BucketOptions::from_named(input::named(options))?)?;
    }
    Ok(if value["internal"] == true { bucket.internal() } else { bucket })
}

fn read_credentials(value: &Value) -> Result<Credentials> {
    if let Some(variables) = value.get("vars") {
        return Credentials::from_vars(|name| variables[name].as_str().map(str::to_owned));
    }
    let mut credentials = Credentials::new(text(value, "access_key_id"), text(value, "secret_access_key"))?;
    if let Some(token) = value.get("session_token") {
        credentials = credentials.session_token(token.as_str().expect("a token"))?;
    }
    if let Some(time) = value.get("expires_at") {
        credentials = credentials.expires_at(read_time(time));
    }
    Ok(credentials)
}

/// Seconds since 1970, with a fraction or below zero where a case needs that.
pub(crate) fn read_time(value: &Value) -> SystemTime {
    let seconds = value.as_f64().expect("a time");
    let distance = Duration::from_secs_f64(seconds.abs());
    if seconds < 0.0 { SystemTime::UNIX_EPOCH - distance } else { SystemTime::UNIX_EPOCH + distance }
}

pub(crate) fn unix_seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).expect("a time after 1970").as_secs()
}

pub(crate) fn show_headers(headers: &http::HeaderMap) -> Value {
    let shown = headers.iter().map(|(name, value)| (name.as_str().to_owned(), json!(value.to_str().expect("ASCII"))));
    Value::Object(shown.collect::<Map<_, _>>())
}

pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} must be a string"))
}
