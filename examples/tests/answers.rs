//! Functions that answer with variants, end to end: events of a function URL and of CloudFront, real requests, a real S3 server in
//! this process that checks signatures.
#![allow(clippy::unwrap_used, missing_docs)]

use std::time::SystemTime;

use presize::{
    Bucket, Credentials, EdgeOptions, EdgeResizer, ErrorForm, GatewayOptions, GatewayResizer, ImageFormat, ImageRules,
    Presigner, RequestForm, UrlStyle, VariantPolicy, Variants, decode_data_uri, inspect,
};
use presize_examples::drive::{PATIENT, drive};
use presize_examples::http::Client;
use presize_examples::photo::{self, PhotoSize};
use presize_examples::store::EmbeddedS3;
use serde_json::{Value, json};

struct Place {
    store: EmbeddedS3,
    client: Client,
}

impl Place {
    /// With a photo that lies on its side and says where it was taken.
    fn new() -> Self {
        let store = EmbeddedS3::start("photos").unwrap();
        store.add_bucket("resized").unwrap();
        let place = Self { store, client: Client::new() };
        let file = photo::draw(PhotoSize { width: 600, height: 800 }).unwrap();
        let presigner = place.presigner("photos");
        let request = presigner.put("trip/blue marble.jpg").content_length(file.len() as u64);
        let request = request.sign(SystemTime::now()).unwrap();
        place.client.send_presigned(&request, &file).unwrap().into_success().unwrap();
        place
    }

    fn presigner(&self, name: &str) -> Presigner {
        let bucket = Bucket::custom(&self.store.endpoint(), "us-east-1", name, UrlStyle::Path).unwrap();
        let credentials = Credentials::new(self.store.access_key_id(), self.store.secret_access_key()).unwrap();
        Presigner::new(bucket, credentials)
    }

    /// The function behind an S3 website: sizes that are listed, results in a bucket of their own.
    fn on_miss(&self) -> GatewayResizer {
        let variants = Variants::new(VariantPolicy::default().sizes(&["300x300"])).unwrap();
        let options = GatewayOptions::default().request(RequestForm::Key).errors(ErrorForm::Message);
        let options = options.results_url("https://img.example.com");
        let (photos, resized) = (self.presigner("photos"), self.presigner("resized"));
        GatewayResizer::new(variants, photos, Some(resized), ImageRules::default(), options).unwrap()
    }

    fn ask(&self, key: &str) -> Value {
        let event = function_url("/resize", &format!("key={key}"));
        let mut answering = self.on_miss().answer(&event, SystemTime::now()).unwrap();
        serde_json::from_str(&drive(&mut answering, &self.client, PATIENT).unwrap()).unwrap()
    }
}

/// A request as a function URL hands it over.
fn function_url(path: &str, query: &str) -> String {
    let domain = "abc.lambda-url.us-east-1.on.aws";
    json!({"version": "2.0", "rawPath": path, "rawQueryString": query, "headers": {"host": domain, "accept": "image/*"},
        "requestContext": {"domainName": domain, "http": {"method": "GET", "path": path}}, "isBase64Encoded": false})
    .to_string()
}

#[test]
fn the_first_miss_is_stored_and_the_second_only_redirected() {
    let place = Place::new();
    for _ in 0..2 {
        let answer = place.ask("300x300/trip/blue%20marble.jpg");
        assert_eq!(answer["statusCode"], 307, "{answer}");
        assert_eq!(answer["headers"]["location"], "https://img.example.com/300x300/trip/blue%20marble.jpg");
        assert_eq!(answer["headers"]["cache-control"], "no-store");
    }
    let resized = place.presigner("resized");
    let request = resized.get("300x300/trip/blue marble.jpg").sign(SystemTime::now()).unwrap();
    let stored = place.client.send_presigned(&request, b"").unwrap().into_success().unwrap();
    let info = inspect(&stored.body).unwrap();
    assert_eq!((info.format, info.width, info.height, info.has_exif), (ImageFormat::Jpeg, 300, 300, false));
    assert_eq!(stored.headers["content-type"], "image/jpeg");
}

#[test]
fn several_first_misses_at_once_agree() {
    let place = Place::new();
    let answers: Vec<Value> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| place.ask("300x300/trip/blue%20marble.jpg"))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| answer["statusCode"] == 307), "{answers:?}");
}

#[test]
fn what_cannot_be_had_says_so() {
    let place = Place::new();
    let told = |key: &str| {
        let answer = place.ask(key);
        let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        (answer["statusCode"].as_u64().unwrap(), body["message"].as_str().unwrap().to_owned())
    };
    assert_eq!(told(""), (400, "Bad Request: Missing key query parameter".to_owned()));
    assert_eq!(told("marble.jpg"), (400, "Bad Request: Invalid key format".to_owned()));
    assert_eq!(told("301x300/trip/blue%20marble.jpg"), (403, "Forbidden: Resolution not allowed".to_owned()));
    assert_eq!(told("300x300/trip/red%20marble.jpg"), (404, "Not Found: Original image not found".to_owned()));
}

#[test]
fn an_origin_response_gets_the_variant_as_its_body() {
    let place = Place::new();
    let variants = Variants::new(VariantPolicy::default().widths(&[200]).heights(&[150])).unwrap();
    let resizer =
        EdgeResizer::new(variants, place.presigner("photos"), ImageRules::default(), EdgeOptions::default()).unwrap();
    let answer = |status: &str| -> Value {
        let request = json!({"uri": "/trip/blue%20marble.jpg", "querystring": "h=150&w=200&utm_source=x", "method": "GET",
            "headers": {}, "clientIp": "203.0.113.7"});
        let response = json!({"status": status, "statusDescription": "", "headers": {
            "content-length": [{"key": "Content-Length", "value": "5"}],
            "x-amz-meta-camera": [{"key": "x-amz-meta-camera", "value": "mine"}]}});
        let cf = json!({"config": {"eventType": "origin-response"}, "request": request, "response": response});
        let event = json!({ "Records": [{ "cf": cf }] }).to_string();
        let mut answering = resizer.answer(&event, SystemTime::now()).unwrap();
        serde_json::from_str(&drive(&mut answering, &place.client, PATIENT).unwrap()).unwrap()
    };
    let made = answer("200");
    assert_eq!((&made["status"], &made["bodyEncoding"]), (&json!("200"), &json!("base64")), "{made}");
    let uri = format!("data:image/jpeg;base64,{}", made["body"].as_str().unwrap());
    let info = inspect(&decode_data_uri(&uri, &ImageRules::default()).unwrap().bytes).unwrap();
    assert_eq!((info.width, info.height, info.has_exif), (200, 150, false));
    let headers = made["headers"].as_object().unwrap();
    assert!(headers.keys().all(|name| !name.starts_with("x-amz-meta-") && name != "content-length"), "{headers:?}");
    assert_eq!(headers["content-type"][0]["value"], "image/jpeg");
    let passed = answer("404");
    assert_eq!((&passed["status"], passed.get("body")), (&json!("404"), None));
}
