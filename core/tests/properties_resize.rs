//! Properties of resizing that hold for every policy, every event and every answer of a store.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report of a test")]

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use http::header::{CONTENT_LENGTH, ETAG};
use http::{HeaderMap, HeaderName, HeaderValue};
use presize::{
    Bucket, CreatedObject, Credentials, EventResizePolicy, EventResizer, ImageRules, OutputFormat, PixelImage,
    Presigner, Resized, SkippedReason, StoreAnswer, Transform, UrlStyle, encode,
};
use proptest::prelude::*;

const MARKER: HeaderName = HeaderName::from_static("x-amz-meta-presize-resized-from");
/// The original, and for each of two results five PUTs, one more without conditions, and two HEADs between them.
const MOST_REQUESTS: usize = 1 + 2 * (6 + 2 * 6);

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

fn picture() -> Vec<u8> {
    let image = PixelImage::new(2, 2, 3, vec![9; 12]).unwrap();
    encode(&image, &Transform::default().format(OutputFormat::Png), &ImageRules::default()).unwrap().bytes
}

fn presigner(name: &str, is_on_s3: bool) -> Presigner {
    let custom = || Bucket::custom("http://127.0.0.1:9000", "us-east-1", name, UrlStyle::Path);
    let bucket = if is_on_s3 { Bucket::s3("us-east-1", name) } else { custom() };
    Presigner::new(bucket.unwrap(), Credentials::new("AKIDEXAMPLE", "secret").unwrap())
}

/// Resizes an original of a store that answers well.
fn resize(resizer: &EventResizer, key: &str) -> Resized {
    let mut resizing = resizer.resize(&CreatedObject::new("photos", key));
    while let Some(request) = resizing.next_request(now()).unwrap() {
        let body = if request.method == "GET" { picture() } else { Vec::new() };
        let headers = [(ETAG, HeaderValue::from_static("\"a\""))].into_iter().collect();
        resizing.answer(StoreAnswer { status: 200, headers, body });
    }
    resizing.finish().unwrap()
}

/// Widths of which one begins and ends as the other, a preset, prefixes and templates of few letters.
fn policy() -> impl Strategy<Value = EventResizePolicy> {
    let part = prop::sample::select(vec!["a", "1", "/", "-", "{width}", "{width}", "{ext}", "p"]);
    let parts = (prop::collection::vec(part.clone(), 0..4), prop::collection::vec(part, 0..4));
    let widths = prop::sample::select(vec![&[1, 11][..], &[1], &[11, 21], &[]]);
    let preset = prop::option::of(prop::sample::select(vec!["a", "1", "p-1"]));
    (parts, widths, preset, "(a|1|p|a/a|1/1|aa|a/1)?").prop_map(|((before, after), widths, preset, prefix)| {
        let key = [before.concat(), "{key}".to_owned(), after.concat()].concat();
        let transform = Transform::default().width(1);
        let presets: Vec<_> = preset.iter().map(|name| (*name, transform.clone())).collect();
        EventResizePolicy::default().widths(widths).presets(&presets).key(&key).prefix(&prefix)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    /// In one bucket, no result of a policy that is accepted is an original, and no two results have one key.
    #[test]
    fn an_accepted_policy_never_loops(policy in policy()) {
        let prefix = policy.prefix.clone();
        let folder = format!("{prefix}/");
        let template = policy.key.clone();
        let here = || presigner("photos", true);
        match EventResizer::new(policy, here(), here(), ImageRules::default()) {
            Ok(resizer) => {
                let mut originals = BTreeMap::new();
                for name in ["a", "1", "a/1", "a1", "11", "1/a/a", "a-1", "a.png"] {
                    let original = format!("{folder}{name}");
                    let resized = resize(&resizer, &original);
                    prop_assert_eq!(resized.skipped, None);
                    for output in resized.outputs {
                        let mut next = resizer.resize(&CreatedObject::new("photos", &output.key));
                        prop_assert!(next.next_request(now()).unwrap().is_none(), "{}", output.key);
                        prop_assert_eq!(next.finish().unwrap().skipped, Some(SkippedReason::OtherPrefix));
                        let other = originals.insert(output.key.clone(), original.clone());
                        prop_assert!(other.is_none(), "{} is a result of {other:?} and {original}", output.key);
                    }
                }
            }
            Err(error) if error.code() == "resize_loop" && !prefix.is_empty() => {
                // Not refused for nothing: the template leads back with one of these.
                let names = ["1", "11", "21", "a", "p-1"];
                let formats = OutputFormat::ALL.iter().map(|format| format.extension());
                let lead_back = formats.flat_map(|extension| names.map(|name| {
                    template.replace("{width}", name).replace("{ext}", extension).replace("{key}", &format!("{folder}a"))
                }));
                prop_assert!(lead_back.into_iter().any(|key| key.starts_with(&folder)), "{template}, {folder}");
            }
            Err(error) => prop_assert!(matches!(error.code(), "option_invalid" | "resize_loop"), "{error}"),
        }
    }
}

/// An answer of any kind; `None` where there is none.
fn answer() -> impl Strategy<Value = Option<StoreAnswer>> {
    let status = prop::sample::select(vec![200, 200, 200, 200, 404, 404, 409, 412, 412, 501, 206, 301, 403, 503]);
    let etag = prop::sample::select(vec!["\"a\"", "\"b\"", "a", "", "W/\"a\"", "\"a"]);
    let marker = prop::sample::select(vec!["", "1/01/a", "1/02/a", "1/03/b", "1//b", "1/02/b", "2/3/4", "x", "1/"]);
    let body = prop::sample::select(vec![
        picture(),
        picture(),
        picture()[..40].to_vec(),
        b"<Error><Code>NoSuchBucket</Code></Error>".to_vec(),
        b"<Error><Code>NoSuchKey</Code></Error>".to_vec(),
        Vec::new(),
    ]);
    let length = prop::option::of(prop::sample::select(vec![0_i64, 0, 0, 1, -1]));
    (status, etag, marker, body, length, 0..20_u8).prop_map(|(status, etag, marker, body, length, chance)| {
        let mut headers = HeaderMap::new();
        if !etag.is_empty() {
            headers.insert(ETAG, etag.parse().unwrap());
        }
        if !marker.is_empty() {
            headers.insert(MARKER, marker.parse().unwrap());
        }
        if let Some(difference) = length {
            headers.insert(CONTENT_LENGTH, (body.len() as i64 + difference).into());
        }
        (chance > 0).then_some(StoreAnswer { status, headers, body })
    })
}

fn object() -> impl Strategy<Value = CreatedObject> {
    let text = || prop::option::of(prop_oneof!["0[1-3]", "[ab]", "\\PC{0,4}"]);
    let key = prop_oneof![Just("cat.jpg".to_owned()), "\\PC{0,4}", "\\PC{1015,1030}"];
    (key, text(), text(), text(), prop::option::of(0..200_u64)).prop_map(|(key, etag, version, sequencer, size)| {
        let mut object = CreatedObject::new("photos", &key);
        object.entity_tag = etag;
        object.version_id = version;
        object.sequencer = sequencer;
        object.size_bytes = size;
        object
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Whatever a store answers, it ends, after a bounded number of requests, and its end is its end.
    #[test]
    fn every_exchange_ends(object in object(), answers in prop::collection::vec(answer(), 1..12), is_on_s3 in any::<bool>()) {
        let policy = EventResizePolicy::default().widths(&[1, 2]);
        let (source, destination) = (presigner("photos", true), presigner("results", is_on_s3));
        let resizer = EventResizer::new(policy, source, destination, ImageRules::default()).unwrap();
        let mut resizing = resizer.resize(&object);
        let mut answers = answers.iter().cycle();
        let mut count = 0;
        while let Ok(Some(request)) = resizing.next_request(now()) {
            count += 1;
            prop_assert!(count <= MOST_REQUESTS);
            let is_read = request.method == "GET" || request.method == "HEAD";
            prop_assert!(is_read == request.body.is_empty());
            match answers.next().unwrap() {
                Some(answer) => resizing.answer(answer.clone()),
                None => resizing.fail("https://photos.example.com/cat.jpg?X-Amz-Signature=secret"),
            }
        }
        let outcome = resizing.finish();
        prop_assert!(resizing.next_request(now()).unwrap().is_none());
        resizing.answer(StoreAnswer::default());
        match (outcome, resizing.finish()) {
            (Ok(resized), Ok(again)) => {
                prop_assert_eq!(resized.outputs.len() == 2, resized.skipped.is_none());
                prop_assert_eq!(resized, again);
            }
            (Err(error), Err(again)) => {
                prop_assert_eq!(error.code(), again.code());
                prop_assert!(!error.to_string().contains("secret"), "{error}");
                prop_assert_eq!(error.is_worth_retry(), error.http_status() >= 500);
            }
            (outcome, again) => prop_assert!(false, "{outcome:?}, and then {again:?}"),
        }
    }
}
