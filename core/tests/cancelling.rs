//! What a caller sees of a cancelled call: `cancelled`, whatever else is wrong with it. Where in a call it is noticed is
//! tested in `src/cancel.rs`.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report of a test")]

use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue};
use presize::{
    Bucket, CancelToken, ConfirmRequest, Credentials, Error, ImageRules, PixelImage, Presigner, StoreAnswer, Transform,
    UploadPolicy, Uploads, check, decode, decode_data_uri, decode_data_uris, encode, transform, transform_many,
};
use proptest::prelude::*;

/// The errors of all calls that have rules.
fn errors(bytes: &[u8], text: &str, options: &Transform, pixels: &PixelImage<'_>, rules: &ImageRules) -> Vec<Error> {
    vec![
        check(bytes, Some(text), rules).unwrap_err(),
        transform(bytes, options, rules).unwrap_err(),
        transform_many(bytes, std::slice::from_ref(options), rules).unwrap_err(),
        transform_many(bytes, &[], rules).unwrap_err(),
        decode(bytes, options, rules).unwrap_err(),
        encode(pixels, options, rules).unwrap_err(),
        decode_data_uri(text, rules).unwrap_err(),
        decode_data_uris(&[text, text], rules).unwrap_err(),
        decode_data_uris(&[] as &[&str], rules).unwrap_err(),
    ]
}

fn photo() -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/images");
    std::fs::read(folder.join("transform-photo.jpg")).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_call_that_is_cancelled_before_it_begins_says_nothing_else(
        bytes in prop_oneof![Just(photo()), prop::collection::vec(any::<u8>(), 0..64)],
        text in prop_oneof![any::<String>(), Just("data:image/png;base64,AAAA".to_owned())],
        width in 0_u32..20_000,
        max_bytes in 0_u64..100_000,
        channels in 0_u8..6,
    ) {
        let token = CancelToken::new();
        let mut pixels = PixelImage::new(1, 1, 1, vec![0]).unwrap();
        pixels.channels = channels;
        let rules = ImageRules::default().max_bytes(max_bytes).cancel_token(&token);
        token.cancel();
        for error in errors(&bytes, &text, &Transform::default().width(width), &pixels, &rules) {
            prop_assert_eq!((error.code(), error.http_status(), error.index()), ("cancelled", 499, None));
            prop_assert_eq!(error.to_string(), "cancelled by the caller");
            prop_assert!(error.details().is_empty());
        }
    }
}

#[test]
fn a_token_that_is_not_cancelled_changes_nothing() {
    let (photo, small, rules) = (photo(), Transform::default().width(20), ImageRules::default());
    let token = CancelToken::new();
    let watched = rules.clone().cancel_token(&token);
    assert_eq!(transform(&photo, &small, &watched).unwrap(), transform(&photo, &small, &rules).unwrap());
    token.cancel();
    assert!(transform(&photo, &small, &watched).is_err() && transform(&photo, &small, &rules).is_ok());
}

/// The call runs until another thread stops it; without a token that works it would run for a minute and fail.
#[test]
fn another_thread_stops_a_call() {
    let token = CancelToken::new();
    let rules = ImageRules::default().cancel_token(&token);
    let photo = photo();
    let error = std::thread::scope(|scope| {
        let call = scope.spawn(|| {
            let start = Instant::now();
            while start.elapsed() < Duration::from_mins(1) {
                if let Err(error) = check(&photo, None, &rules) {
                    return Some(error);
                }
            }
            None
        });
        std::thread::sleep(Duration::from_millis(20));
        assert!(!call.is_finished());
        token.cancel();
        call.join().unwrap()
    });
    assert_eq!(error.unwrap().code(), "cancelled");
}

/// A confirmation that is stopped deletes nothing; one that has its object at the final key goes on to its end.
#[test]
fn a_confirmation_stops_until_the_upload_is_in_its_place() {
    let presigner = Presigner::new(
        Bucket::s3("ap-northeast-2", "photos").unwrap(),
        Credentials::new("AKIDEXAMPLE", "secret").unwrap(),
    );
    let uploads = Uploads::new(presigner, UploadPolicy::default()).unwrap();
    let file = photo();
    let length = file.len().to_string();
    let headers = [("etag", "\"0\""), ("content-length", length.as_str()), ("content-type", "image/jpeg")];
    let headers: HeaderMap = headers
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()))
        .into_iter()
        .collect();
    let copied = b"<CopyObjectResult><ETag>\"0\"</ETag></CopyObjectResult>".to_vec();
    let answers = [
        StoreAnswer { status: 404, ..StoreAnswer::default() },
        StoreAnswer { status: 200, headers: headers.clone(), body: Vec::new() },
        StoreAnswer { status: 200, headers, body: file },
        StoreAnswer { status: 200, headers: HeaderMap::new(), body: copied },
        StoreAnswer { status: 204, ..StoreAnswer::default() },
    ];
    let request = ConfirmRequest::new("user-7", "uploads/user-7/1-0123456789abcdef.jpg");
    for stopped_before in 0..=answers.len() {
        // Before a request is handed out, and between a request and its answer.
        for is_asked in [false, true] {
            let token = CancelToken::new();
            let mut confirmation = uploads.confirm(&request, SystemTime::now()).unwrap().cancel_token(&token);
            let mut sent = 0;
            let mut error = None;
            loop {
                if sent == stopped_before && !is_asked {
                    token.cancel();
                }
                match confirmation.next_request(SystemTime::now()) {
                    Ok(Some(request)) => assert!(request.method != "DELETE" || sent == 4, "{sent}: {request:?}"),
                    Ok(None) => break,
                    Err(stopped) => {
                        error = Some(stopped.code());
                        break;
                    }
                }
                if sent == stopped_before {
                    token.cancel();
                }
                confirmation.answer(answers[sent].clone());
                sent += 1;
            }
            let finished = confirmation.finish().map_err(|error| error.code());
            let is_in_time = stopped_before < 3 || (stopped_before == 3 && !is_asked);
            assert_eq!(finished.is_err(), is_in_time, "{stopped_before} {is_asked}: {finished:?}");
            if is_in_time {
                assert_eq!(finished.unwrap_err(), "cancelled");
                assert!(error.is_none_or(|code| code == "cancelled"));
            }
        }
    }
}
