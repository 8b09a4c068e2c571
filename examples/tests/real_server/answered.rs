//! Variants are made on their first miss: stored once, however many ask for them.

use std::time::SystemTime;

use presize::{GatewayOptions, GatewayResizer, ImageRules, RequestForm, VariantPolicy, Variants, inspect};
use presize_examples::drive::{PATIENT, drive};
use presize_examples::photo::{self, PhotoSize};
use serde_json::{Value, json};

use crate::ground::Ground;

scenarios!(a_first_miss_is_stored_once, first_misses_at_once_agree, a_missing_original_is_not_found);

const STORED: &str = "90x90/photos/cat 고양이.jpg";

impl Ground {
    fn put_photo(&self) {
        let file = photo::draw(PhotoSize { width: 120, height: 160 }).unwrap();
        let request = self.presigner.put("photos/cat 고양이.jpg").content_length(file.len() as u64);
        self.send(request, &file).into_success().unwrap();
    }

    fn ask(&self) -> Value {
        let variants = Variants::new(VariantPolicy::default().sizes(&["90x90"]).key_prefixes(&["photos"])).unwrap();
        let options = GatewayOptions::default().request(RequestForm::Path).results_url("https://img.example.com");
        let presigner = || self.presigner.clone();
        let resizer =
            GatewayResizer::new(variants, presigner(), Some(presigner()), ImageRules::default(), options).unwrap();
        let path = "/90x90/photos/cat%20%EA%B3%A0%EC%96%91%EC%9D%B4.jpg";
        let event = json!({"version": "2.0", "rawPath": path, "rawQueryString": "", "headers": {},
            "requestContext": {"domainName": "abc.lambda-url.us-east-1.on.aws", "http": {"method": "GET"}}});
        let mut answering = resizer.answer(&event.to_string(), SystemTime::now()).unwrap();
        serde_json::from_str(&drive(&mut answering, &self.client, PATIENT).unwrap()).unwrap()
    }
}

fn a_first_miss_is_stored_once(ground: &Ground) {
    ground.put_photo();
    assert_eq!(ground.ask()["statusCode"], 307);
    let stored = ground.send(ground.presigner.get(STORED), b"").into_success().unwrap();
    let info = inspect(&stored.body).unwrap();
    assert_eq!((info.width, info.height, info.has_exif), (90, 90, false));
    assert_eq!(ground.ask()["statusCode"], 307);
    let again = ground.send(ground.presigner.head(STORED), b"").into_success().unwrap();
    assert_eq!(again.headers["last-modified"], stored.headers["last-modified"]);
}

fn first_misses_at_once_agree(ground: &Ground) {
    ground.put_photo();
    let answers: Vec<Value> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| ground.ask())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| answer["statusCode"] == 307), "{answers:?}");
    assert!(inspect(&ground.read(STORED)).is_ok());
}

fn a_missing_original_is_not_found(ground: &Ground) {
    let answer = ground.ask();
    assert_eq!(
        (&answer["statusCode"], &answer["headers"]["cache-control"]),
        (&json!(404), &json!("public, max-age=10"))
    );
}
