//! The sentences for the people who use an app: all of them are held by a case, and none has a word that only developers know.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report of a test")]

use std::collections::BTreeSet;

use presize::ImageFormat;
use presize::error::{CATALOGUE, Error, ErrorKind};
use serde_json::Value;

/// What no vector produces: the packages answer it.
fn by_the_packages() -> Vec<(ErrorKind, &'static str)> {
    let later = "The server could not do this. Please try again later.";
    let malformed = |expected: &str, received: &str| ErrorKind::RequestMalformed {
        expected: expected.to_owned(),
        received: received.to_owned(),
    };
    let reload = "This could not be done. Please reload the page and try again.";
    vec![
        (malformed("a file in the field photo", "none"), "No picture was chosen. Please choose one."),
        (malformed("one file in the field photo", "more"), "Too many pictures at once; the limit is 1."),
        (malformed("at most 10 files in the field photos", "more"), "Too many pictures at once; the limit is 10."),
        (malformed("a JSON object", "a list"), reload),
        (malformed("a list of data URIs in the field images", "none"), reload),
        (ErrorKind::Cancelled {}, "This was stopped before it was finished. Please try again."),
        (
            ErrorKind::RequestTooLarge { max_bytes: 16_384 },
            "This is more than can be sent at once; the limit is 16 KB.",
        ),
        (ErrorKind::RequestUnauthenticated {}, "Please log in first."),
        (
            ErrorKind::RequestInvalid {
                fields: vec!["title".to_owned()],
                codes: vec!["missing".to_owned()],
                reasons: vec!["Field required".to_owned()],
            },
            "Some of this is missing or cannot be accepted. Please check it and try again.",
        ),
        (ErrorKind::ServerBusy { retry_after_seconds: 119 }, "The server is busy. Please try again in a moment."),
        (ErrorKind::ServerBusy { retry_after_seconds: 121 }, "The server is busy. Please try again in 3 minutes."),
        (ErrorKind::EncodingFailed { format: "jpeg".to_owned() }, later),
    ]
}

/// What confirmations answer, and what no small file has.
fn of_uploads_and_large_images() -> Vec<(ErrorKind, &'static str)> {
    let too_large = |what, received, max| ErrorKind::ImageTooLarge { what, received, max };
    let unknown = ErrorKind::ImageFormatUnsupported { detected: "xyz".to_owned() };
    let not_allowed = ErrorKind::ImageFormatNotAllowed { detected: "xyz".to_owned(), allowed: vec!["webp".to_owned()] };
    let size_mismatch = ErrorKind::UploadSizeMismatch { promised_bytes: 2, received_bytes: 1 };
    vec![
        (ErrorKind::UploadNotFound {}, "The uploaded picture was not found. Please upload it again."),
        (ErrorKind::OriginalNotFound {}, "This picture was not found."),
        (ErrorKind::UploadReplaced {}, "This picture was replaced while it was being checked. Please upload it again."),
        (ErrorKind::UploadOwnerMismatch {}, "This picture was uploaded by somebody else."),
        (size_mismatch, "This picture did not arrive as it should. Please upload it again."),
        (
            too_large("total_pixels", 300_000_000, 128_000_000),
            "These pictures have 300 megapixels together; at most 128 are accepted.",
        ),
        (too_large("total_work_pixels", 2, 1), "These pictures are too much at once. Please send fewer of them."),
        (ErrorKind::ImageTooSmall { what: "else", received: 1, min: 2 }, "This picture is too small."),
        (unknown, "This file cannot be opened here. Please save it in another format, for example JPEG."),
        (not_allowed, "This kind of file is not accepted. Please choose one of these: WebP."),
        (ErrorKind::ImageTooSmall { what: "bytes", received: 1, min: 2_000_000 }, "This file is smaller than 2 MB."),
    ]
}

#[test]
fn every_sentence_is_held_by_a_case() {
    let cases: Value = serde_json::from_str(include_str!("vectors/user_messages.json")).unwrap();
    let mut held: BTreeSet<String> = cases["cases"].as_array().unwrap().iter().map(template_of).collect();
    for (kind, expected) in by_the_packages().into_iter().chain(of_uploads_and_large_images()) {
        let message = Error::from(kind).user_message();
        assert_eq!(message.to_string(), expected);
        held.insert(message.template().to_owned());
    }
    let all: BTreeSet<_> = CATALOGUE.iter().flat_map(|row| row.user_messages).map(|text| (*text).to_owned()).collect();
    let unheld: Vec<_> = all.difference(&held).collect();
    assert!(unheld.is_empty(), "no case holds {unheld:?}");
}

fn template_of(case: &Value) -> String {
    case["error"]["user_message_template"].as_str().unwrap().to_owned()
}

#[test]
fn sentences_are_plain_and_whole() {
    // Words, in lower case, that nobody knows who does not write programs.
    let technical = [
        "mime", "exif", "byte", "http", "header", "decode", "encod", "bucket", "request", "invalid", "json", "upload_",
        "uri",
    ];
    for row in CATALOGUE {
        assert!(!row.user_messages.is_empty(), "{}", row.code);
        for text in row.user_messages {
            assert!(text.starts_with(|first: char| first.is_uppercase() || first == '{'), "{text}");
            assert!(text.ends_with('.'), "{text}");
            let lower = text.to_lowercase();
            assert!(technical.iter().all(|word| !lower.contains(word)), "{text}");
            assert!(text.chars().count() <= 120, "{text}");
        }
        if row.http_status >= 500 && row.code != "server_busy" {
            assert_eq!(row.user_messages, ["The server could not do this. Please try again later."], "{}", row.code);
        }
    }
}

#[test]
fn people_know_every_format_by_a_name() {
    for format in ImageFormat::ALL {
        for detected in [format.as_str(), format.media_type()] {
            let kind = ErrorKind::ImageFormatUnsupported { detected: detected.to_owned() };
            let message = Error::from(kind).user_message();
            assert!(message.parameters().iter().any(|(name, _)| *name == "detected"), "{detected}: {message}");
        }
    }
}

#[test]
fn what_was_not_counted_beyond_its_limit_is_more_than_it() {
    for (what, received, expected) in [
        ("bytes", 1001, "more than 1000"),
        ("bytes", 1002, "1002"),
        ("scans", 1001, "more than 1000"),
        ("icc_bytes", 1001, "more than 1000"),
        ("memory_bytes", 5000, "at least 5000"),
        ("width", 1001, "1001"),
    ] {
        let error = Error::from(ErrorKind::ImageTooLarge { what, received, max: 1000 });
        assert_eq!(error.to_string(), format!("expected at most 1000 for {what}, received {expected}"));
    }
    let error = Error::from(ErrorKind::DataUriCountExceeded { received_count: 2, max_count: 1 });
    assert_eq!(error.to_string(), "expected at most 1 images, received more than 1");
}
