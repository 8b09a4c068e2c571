//! Any key is refused with an error, or its URL is one that clients parse, and its path is the key again.
#![no_main]

use std::time::{Duration, SystemTime};

use libfuzzer_sys::fuzz_target;
use percent_encoding::percent_decode_str;
use presize::{Bucket, Credentials, Presigner, UrlStyle};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (key, content_type) = text.split_once('\n').unwrap_or((&text, "image/png"));
    let bucket = Bucket::custom("http://localhost:9000", "auto", "photos", UrlStyle::Path).expect("a fine bucket");
    let credentials = Credentials::new("AKIDEXAMPLE", "secret").expect("fine credentials");
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
    let put = Presigner::new(bucket, credentials).put(key).content_type(content_type).content_length(1).sign(now);
    if let Ok(request) = put {
        let url: http::Uri = request.url.parse().expect("a URL");
        let path = url.path().strip_prefix("/photos/").expect("the bucket comes first");
        assert_eq!(percent_decode_str(path).decode_utf8().expect("UTF-8"), key);
        // Spaces around and runs of spaces within a value are not kept: the signature does not cover them.
        let sent = request.headers["content-type"].to_str().expect("ASCII");
        assert!(sent.split_ascii_whitespace().eq(content_type.split_ascii_whitespace()));
    }
});
