use std::time::SystemTime;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::delivery::policy::VariantPolicy;
use crate::delivery::variants::Variants;
use crate::presign::{Bucket, Credentials, Presigner};
use crate::rules::ImageRules;
use crate::store::StoreAnswer;

use super::{
    Answering, EdgeOptions, EdgeResizer, ErrorForm, GatewayOptions, GatewayResizer, RedirectRule, RequestForm,
};

const NOW: SystemTime = SystemTime::UNIX_EPOCH;

fn presigner(name: &str) -> Presigner {
    Presigner::new(Bucket::s3("eu-west-1", name).unwrap(), Credentials::new("AKIDEXAMPLE", "secret").unwrap())
}

fn variants() -> Variants {
    Variants::new(VariantPolicy::default().widths(&[4]).sizes(&["4x4"])).unwrap()
}

fn gateway(options: GatewayOptions) -> GatewayResizer {
    let results = options.results_url.as_ref().map(|_| presigner("resized"));
    GatewayResizer::new(variants(), presigner("photos"), results, ImageRules::default(), options).unwrap()
}

fn on_miss() -> GatewayResizer {
    let options = GatewayOptions::default().request(RequestForm::Key).errors(ErrorForm::Message);
    gateway(options.results_url("https://img.example.com/"))
}

fn event(path: &str, query: &str) -> String {
    let context = json!({ "http": { "method": "GET" }, "domainName": "a.lambda-url.eu-west-1.on.aws" });
    let headers = json!({ "host": "a.lambda-url.eu-west-1.on.aws", "accept": "image/webp,*/*" });
    let event = json!({ "version": "2.0", "rawPath": path, "rawQueryString": query, "headers": headers, "requestContext": context });
    event.to_string()
}

fn png() -> Vec<u8> {
    let picture = crate::imaging::PixelImage::new(8, 8, 3, (0..192).collect::<Vec<u8>>()).unwrap();
    let options = crate::imaging::Transform::default().format(crate::imaging::OutputFormat::Png);
    crate::imaging::encode(&picture, &options, &ImageRules::default()).unwrap().bytes
}

fn answer(status: u16, body: Vec<u8>) -> StoreAnswer {
    let mut headers = http::HeaderMap::new();
    headers.insert("etag", "\"a\"".parse().unwrap());
    headers.insert("content-length", body.len().into());
    StoreAnswer { status, headers, body }
}

/// Drives it with these answers; returns the requests, and what the function returns.
fn drive(mut answering: Answering, answers: Vec<StoreAnswer>) -> (Vec<String>, Value) {
    let mut answers = answers.into_iter();
    let mut requests = Vec::new();
    while let Some(request) = answering.next_request(NOW) {
        let path = request.url.split('?').next().unwrap().split_once("amazonaws.com").unwrap();
        let bucket = request.url.split(['/', '.']).nth(2).unwrap();
        requests.push(format!("{} {bucket}{}", request.method, path.1));
        match answers.next() {
            Some(answer) => answering.answer(answer),
            None => answering.fail("connection refused"),
        }
    }
    (requests, serde_json::from_str(&answering.finish()).unwrap())
}

#[test]
fn the_first_miss_is_made_stored_and_redirected_to() {
    let answers = vec![answer(404, Vec::new()), answer(200, png()), answer(200, Vec::new())];
    let asked = on_miss().answer(&event("/resize", "key=4x4/blue%20marble.png"), NOW).unwrap();
    let (requests, returned) = drive(asked, answers);
    let expected =
        ["HEAD resized/4x4/blue%20marble.png", "GET photos/blue%20marble.png", "PUT resized/4x4/blue%20marble.png"];
    assert_eq!(requests, expected);
    assert_eq!(returned["statusCode"], 307);
    let location = "https://img.example.com/4x4/blue%20marble.png";
    assert_eq!(returned["headers"], json!({ "location": location, "cache-control": "no-store", "vary": "Accept" }));

    let asked = on_miss().answer(&event("/resize", "key=4x4/blue%20marble.png"), NOW).unwrap();
    let (requests, returned) = drive(asked, vec![answer(200, Vec::new())]);
    assert_eq!((requests.len(), &returned["statusCode"]), (1, &json!(307)));
}

#[test]
fn a_write_that_was_overtaken_or_refused_its_condition_is_none_that_failed() {
    for (answers, statuses) in
        [(vec![412], 307), (vec![501, 200], 307), (vec![409], 503), (vec![501, 501], 502), (vec![403], 502)]
    {
        let mut all = vec![answer(404, Vec::new()), answer(200, png())];
        all.extend(answers.iter().map(|status| answer(*status, Vec::new())));
        let (_, returned) = drive(on_miss().answer(&event("/", "key=4x4/a.png"), NOW).unwrap(), all);
        assert_eq!(returned["statusCode"], statuses, "{answers:?}");
    }
}

#[test]
fn errors_in_the_words_of_the_first_miss() {
    let message = |query: &str, answers| {
        let (_, returned) = drive(on_miss().answer(&event("/", query), NOW).unwrap(), answers);
        let body: Value = serde_json::from_str(returned["body"].as_str().unwrap()).unwrap();
        (returned["statusCode"].as_u64().unwrap(), body["message"].as_str().unwrap().to_owned())
    };
    let told = |status, text: &str| (status, text.to_owned());
    assert_eq!(message("", vec![]), told(400, "Bad Request: Missing key query parameter"));
    assert_eq!(message("key=", vec![]), told(400, "Bad Request: Missing key query parameter"));
    assert_eq!(message("key=big/a.png", vec![]), told(400, "Bad Request: Invalid key format"));
    assert_eq!(message("key=4x4/../a.png", vec![]), told(400, "Bad Request: Invalid key format"));
    assert_eq!(message("key=5x5/a.png", vec![]), told(403, "Forbidden: Resolution not allowed"));
    let missing = vec![answer(404, Vec::new()), answer(404, Vec::new())];
    assert_eq!(message("key=4x4/a.png", missing), told(404, "Not Found: Original image not found"));
}

#[test]
fn a_redirect_never_leads_back() {
    let options = GatewayOptions::default().request(RequestForm::Path);
    let resizer = gateway(options.results_url("https://a.lambda-url.eu-west-1.on.aws"));
    let (requests, returned) = drive(resizer.answer(&event("/4x4/a.png", ""), NOW).unwrap(), vec![]);
    assert_eq!((requests.len(), &returned["statusCode"]), (0, &json!(500)));
}

#[test]
fn without_results_the_picture_is_the_answer() {
    let asked = gateway(GatewayOptions::default()).answer(&event("/a.png", "w=4"), NOW).unwrap();
    let (requests, returned) = drive(asked, vec![answer(200, png())]);
    assert_eq!(requests, ["GET photos/a.png"]);
    assert_eq!((&returned["statusCode"], &returned["isBase64Encoded"]), (&json!(200), &json!(true)));
    let headers = &returned["headers"];
    assert_eq!((&headers["content-type"], &headers["vary"]), (&json!("image/jpeg"), &json!("Accept")));
    assert!(headers["etag"].as_str().unwrap().starts_with("W/\""));
}

#[test]
fn a_large_result_is_stored_where_small_ones_are_answered() {
    let options = GatewayOptions::default().results_url("/results").redirect(RedirectRule::Large);
    let asked = gateway(options).answer(&event("/a.png", "w=4"), NOW).unwrap();
    let (_, returned) = drive(asked, vec![answer(404, Vec::new()), answer(200, png())]);
    assert_eq!(returned["statusCode"], 200);
}

proptest! {
    /// Whatever a store answers, it ends after a few requests, and what is no picture is no success.
    #[test]
    fn it_always_ends(
        statuses in prop::collection::vec(prop_oneof![Just(200_u16), Just(404), Just(412), Just(501), 100_u16..600], 0..6),
        bodies in prop::collection::vec(any::<bool>(), 6),
        query in "(key=4x4/a|w=4|key=[0-9]x4/a)&?.{0,8}",
        form in 0_usize..3, stores in any::<bool>(), originals in any::<bool>(), kind in 0_usize..3,
    ) {
        let form = [RequestForm::Url, RequestForm::Path, RequestForm::Key][form];
        let options = GatewayOptions::default().request(form);
        let options = if stores { options.results_url("https://img.example.com") } else { options };
        let answering = if kind == 0 {
            gateway(options).answer(&event("/4x4/a", &query), NOW).unwrap()
        } else {
            let options = EdgeOptions::default().originals(originals);
            let resizer = EdgeResizer::new(variants(), presigner("photos"), ImageRules::default(), options).unwrap();
            let request = json!({ "uri": "/a", "querystring": query, "method": "GET", "headers": {} });
            let kinds = ["", "origin-request", "origin-response"];
            let mut cf = json!({ "config": { "eventType": kinds[kind] }, "request": request });
            if kind == 2 {
                cf["response"] = json!({ "status": "200", "statusDescription": "OK", "headers": {} });
            }
            resizer.answer(&json!({ "Records": [{ "cf": cf }] }).to_string(), NOW).unwrap()
        };
        let made = |(status, is_picture): (&u16, &bool)| answer(*status, if *is_picture { png() } else { vec![1, 2, 3] });
        let was_given = statuses.iter().zip(&bodies).any(|(status, is_picture)| *status == 200 && *is_picture);
        let (requests, returned) = drive(answering, statuses.iter().zip(&bodies).map(made).collect());
        prop_assert!(requests.len() <= 4);
        if returned["statusCode"] == 200 {
            prop_assert!(was_given);
        }
        if kind == 2 && !originals && returned["status"] == "200" {
            prop_assert!(was_given && returned["body"].is_string());
        }
    }
}
