//! Images are resized as soon as they are stored, end to end: events as S3 writes them, real requests, a real S3 server in this
//! process that checks signatures.
#![allow(clippy::unwrap_used, missing_docs)]

use std::time::SystemTime;

use presize::{
    Bucket, CreatedObject, Credentials, EventResizePolicy, EventResizer, ImageFormat, ImageRules, Presigner, Resized,
    Result, SkippedReason, UrlStyle, inspect,
};
use presize_examples::drive::{PATIENT, drive};
use presize_examples::http::Client;
use presize_examples::photo::{self, PhotoSize};
use presize_examples::resize::work_off;
use presize_examples::store::EmbeddedS3;
use serde_json::json;

struct Place {
    store: EmbeddedS3,
    originals: Presigner,
    results: Presigner,
    client: Client,
}

impl Place {
    fn new() -> Self {
        let store = EmbeddedS3::start("photos").unwrap();
        store.add_bucket("photos-resized").unwrap();
        let presigner = |name| presigner(&store, name);
        Self { originals: presigner("photos"), results: presigner("photos-resized"), store, client: Client::new() }
    }

    /// Widths 80 and 500, JPEG of quality 80, `{width}/{key}.jpg` in another bucket.
    fn resizer(&self) -> EventResizer {
        let policy = EventResizePolicy::default().widths(&[80, 500]).key("{width}/{key}.jpg");
        EventResizer::new(policy, self.originals.clone(), self.results.clone(), ImageRules::default()).unwrap()
    }

    /// Stores an original, and gives the object of its event.
    fn upload(&self, key: &str, file: &[u8], sequencer: &str) -> CreatedObject {
        let request = self.originals.put(key).content_type("image/jpeg").content_length(file.len() as u64);
        let answer = self.client.send_presigned(&request.sign(SystemTime::now()).unwrap(), file).unwrap();
        let answer = answer.into_success().unwrap();
        let mut object = CreatedObject::new("photos", key);
        object.size_bytes = Some(file.len() as u64);
        object.entity_tag = Some(answer.headers["etag"].to_str().unwrap().trim_matches('"').to_owned());
        object.sequencer = Some(sequencer.to_owned());
        object
    }

    fn delete(&self, key: &str) {
        let request = self.originals.delete(key).sign(SystemTime::now()).unwrap();
        self.client.send_presigned(&request, b"").unwrap().into_success().unwrap();
    }

    fn read(&self, key: &str) -> Option<presize_examples::http::Answer> {
        let request = self.results.get(key).sign(SystemTime::now()).unwrap();
        let answer = self.client.send_presigned(&request, b"").unwrap();
        assert!(matches!(answer.status, 200 | 404), "{}", answer.status);
        (answer.status == 200).then_some(answer)
    }

    fn resize(&self, object: &CreatedObject) -> Result<Resized> {
        drive(&mut self.resizer().resize(object), &self.client, PATIENT)
    }
}

fn presigner(store: &EmbeddedS3, name: &str) -> Presigner {
    let bucket = Bucket::custom(&store.endpoint(), "us-east-1", name, UrlStyle::Path).unwrap();
    Presigner::new(bucket, Credentials::new(store.access_key_id(), store.secret_access_key()).unwrap())
}

/// A photo on its side, with a GPS position.
fn photo(width: u16, height: u16) -> Vec<u8> {
    photo::draw(PhotoSize { width, height }).unwrap()
}

/// A notification as S3 writes it, the key encoded as in a form.
fn notification(object: &CreatedObject) -> serde_json::Value {
    let key = object.key.replace('+', "%2B").replace(' ', "+").replace('é', "%C3%A9");
    json!({"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1", "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": object.bucket}, "object": {"key": key, "size": object.size_bytes,
            "eTag": object.entity_tag, "sequencer": object.sequencer}}})
}

#[test]
fn two_widths_in_another_bucket() {
    let place = Place::new();
    let object = place.upload("cafés/cat + dog.jpg", &photo(600, 800), "01");
    let event = json!({ "Records": [notification(&object)] }).to_string();
    let worked_off = work_off(&place.resizer(), &event, &place.client).unwrap();
    assert!(worked_off.failed.is_empty(), "{:?}", worked_off.failed);
    let outputs = &worked_off.resized[0].outputs;
    let sizes: Vec<_> = outputs.iter().map(|output| (output.key.as_str(), output.width, output.height)).collect();
    assert_eq!(sizes, [("80/cafés/cat + dog.jpg.jpg", 80, 107), ("500/cafés/cat + dog.jpg.jpg", 500, 667)]);
    for output in outputs {
        assert!(output.is_new);
        let stored = place.read(&output.key).unwrap();
        assert_eq!(stored.headers["content-type"], "image/jpeg");
        let marker = format!("1/01/{}", object.entity_tag.as_ref().unwrap());
        assert_eq!(stored.headers["x-amz-meta-presize-resized-from"], marker);
        assert_eq!(stored.body.len() as u64, output.bytes);
        let info = inspect(&stored.body).unwrap();
        assert_eq!((info.format, info.width, info.height), (ImageFormat::Jpeg, output.width, output.height));
        assert!(!info.has_exif && !info.has_icc_profile, "no GPS position");
    }
    // The event comes again.
    let again = work_off(&place.resizer(), &event, &place.client).unwrap();
    assert!(again.resized[0].outputs.iter().all(|output| !output.is_new), "{again:?}");
}

#[test]
fn a_replaced_original_gets_new_results_in_any_order() {
    let (old, new) = (photo(600, 800), photo(800, 600));
    for is_late in [false, true] {
        let place = Place::new();
        let first = place.upload("cat.jpg", &old, "01");
        if !is_late {
            assert_eq!(place.resize(&first).unwrap().outputs.len(), 2);
        }
        let second = place.upload("cat.jpg", &new, "02");
        let resized = place.resize(&second).unwrap();
        assert!(resized.outputs.iter().all(|output| output.is_new), "{resized:?}");
        let late = place.resize(&first).unwrap();
        assert_eq!((late.skipped, late.outputs.len()), (Some(SkippedReason::Superseded), 0));
        let result = inspect(&place.read("500/cat.jpg.jpg").unwrap().body).unwrap();
        assert_eq!((result.width, result.height), (500, 375));
    }
}

#[test]
fn results_are_not_resized() {
    let place = Place::new();
    // A mistake in how two resizers are set up: each has the results of the other for originals.
    let policy = EventResizePolicy::default().widths(&[80]);
    let back =
        EventResizer::new(policy, place.results.clone(), place.originals.clone(), ImageRules::default()).unwrap();
    let object = place.upload("cat.jpg", &photo(600, 800), "01");
    let resized = place.resize(&object).unwrap();
    let result = CreatedObject::new("photos-resized", &resized.outputs[0].key);
    let looped = drive(&mut back.resize(&result), &place.client, PATIENT).unwrap();
    assert_eq!(looped.skipped, Some(SkippedReason::OwnResult));

    let policy = EventResizePolicy::default().widths(&[80]);
    let same = EventResizer::new(policy, place.originals.clone(), place.originals.clone(), ImageRules::default());
    assert_eq!(same.unwrap_err().code(), "resize_loop");
}

#[test]
fn what_is_missing_or_elsewhere_is_skipped() {
    let place = Place::new();
    let object = place.upload("cat.jpg", &photo(60, 80), "01");
    place.delete("cat.jpg");
    assert_eq!(place.resize(&object).unwrap().skipped, Some(SkippedReason::Missing));
    let elsewhere = CreatedObject::new("other", "cat.jpg");
    assert_eq!(place.resize(&elsewhere).unwrap().skipped, Some(SkippedReason::OtherBucket));
    assert!(place.read("80/cat.jpg.jpg").is_none());
}

/// A batch of three messages: one good, one damaged, one whose results cannot be stored. Only the last comes again.
#[test]
fn only_what_may_pass_later_comes_again() {
    let place = Place::new();
    let file = photo(600, 800);
    let objects = [
        place.upload("good.jpg", &file, "01"),
        place.upload("damaged.jpg", &file[..file.len() / 2], "02"),
        place.upload("later.jpg", &file, "03"),
    ];
    let message = |(index, object): (usize, &CreatedObject)| {
        let body = json!({ "Records": [notification(object)] }).to_string();
        json!({"messageId": format!("message-{index}"), "eventSource": "aws:sqs", "body": body})
    };
    let batch = |objects: &[CreatedObject]| {
        json!({ "Records": objects.iter().enumerate().map(message).collect::<Vec<_>>() }).to_string()
    };
    let worked_off = work_off(&place.resizer(), &batch(&objects[..2]), &place.client).unwrap();
    assert_eq!(worked_off.failed[0].1.code(), "image_corrupt");
    assert_eq!(worked_off.batch_response().unwrap(), r#"{"batchItemFailures":[]}"#);
    assert!(place.read("80/good.jpg.jpg").is_some() && place.read("80/damaged.jpg.jpg").is_none());

    let policy = EventResizePolicy::default().widths(&[80]);
    let stranger = Presigner::new(place.results.bucket().clone(), Credentials::new("STRANGER", "secret").unwrap());
    let resizer = EventResizer::new(policy, place.originals.clone(), stranger, ImageRules::default()).unwrap();
    let worked_off = work_off(&resizer, &batch(&objects[1..]), &place.client).unwrap();
    let codes: Vec<_> = worked_off.failed.iter().map(|(_, error)| error.code()).collect();
    assert_eq!(codes, ["image_corrupt", "store_refused"]);
    assert_eq!(worked_off.batch_response().unwrap(), r#"{"batchItemFailures":[{"itemIdentifier":"message-1"}]}"#);
    assert!(place.store.endpoint().starts_with("http://127.0.0.1:"));
}
