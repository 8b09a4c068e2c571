//! Uploads in parts.

use presize::{CompletedPart, PresignedRequest, complete_multipart_body, parse_upload_id};

use crate::changes::{change_last_digit, replaced, with};
use crate::ground::{BYTES, Ground, assert_accepted, assert_refused, signed};
use crate::objects::{MD5, SHA256};
use crate::server::Rule;

scenarios!(three_parts_become_one_object, an_upload_is_given_up, a_changed_request_on_an_upload_is_refused);

/// The least that a part other than the last may have, on S3 and on both servers.
const MIN_PART_BYTES: usize = 5 * 1024 * 1024;

/// Bytes that differ from part to part and are no short period of one another.
fn part(number: u8, length: usize) -> Vec<u8> {
    let mut state = u32::from(number);
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_le_bytes()
    };
    std::iter::repeat_with(next).flatten().take(length).collect()
}

fn begin(ground: &Ground, key: &str) -> String {
    let request = ground.presigner.create_multipart_upload(key).content_type("image/jpeg").metadata("owner", "user-7");
    let answer = ground.send(request.cache_control("no-store"), b"");
    assert_accepted(&answer, "create");
    parse_upload_id(std::str::from_utf8(&answer.body).unwrap()).unwrap()
}

fn three_parts_become_one_object(ground: &Ground) {
    let presigner = &ground.presigner;
    let key = "사진/large file.jpg";
    let id = begin(ground, key);
    let parts = [part(1, MIN_PART_BYTES), part(2, MIN_PART_BYTES), part(3, 1000)];
    let mut completed = Vec::new();
    // In another order than they have in the object: clients send them side by side.
    for number in [3, 1, 2] {
        let bytes = &parts[number - 1];
        let request = presigner.upload_part(key, &id, number as u64).content_length(bytes.len() as u64);
        let answer = ground.send(request, bytes);
        assert_accepted(&answer, "upload-part");
        completed.push((number, answer.headers["etag"].to_str().unwrap().to_owned()));
    }
    completed.sort();

    let answer = ground.send(presigner.list_parts(key, &id), b"");
    assert_accepted(&answer, "list-parts");
    assert_eq!(count(&answer.body, "<Part>"), 3);
    assert_eq!(count(&answer.body, &format!("<Size>{MIN_PART_BYTES}</Size>")), 2);
    let answer = ground.send(presigner.list_parts(key, &id).max_parts(1).part_number_marker(1), b"");
    assert_accepted(&answer, "list-parts");
    let is_short = count(&answer.body, "<Part>") == 1 && count(&answer.body, "<PartNumber>2</PartNumber>") == 1;
    ground.holds(Rule::ShortLists, is_short, &answer);
    assert!(!ground.is_stored(key), "not before it is complete");

    let completed: Vec<_> = completed.iter().map(|(number, etag)| CompletedPart::new(*number as u32, etag)).collect();
    let body = complete_multipart_body(&completed).unwrap();
    let answer = ground.send(presigner.complete_multipart_upload(key, &id), body.as_bytes());
    assert_accepted(&answer, "complete");

    let answer = ground.send(presigner.get(key), b"");
    assert_eq!(answer.status, 200);
    assert!(answer.body == parts.concat(), "{} bytes", answer.body.len());
    for (name, value) in [("content-type", "image/jpeg"), ("x-amz-meta-owner", "user-7"), ("cache-control", "no-store")]
    {
        assert_eq!(answer.headers[name], value, "{name}");
    }
}

fn an_upload_is_given_up(ground: &Ground) {
    let presigner = &ground.presigner;
    let id = begin(ground, "mine.jpg");
    assert_accepted(&ground.send(presigner.upload_part("mine.jpg", &id, 1), BYTES), "upload-part");
    let answer = ground.send(presigner.abort_multipart_upload("mine.jpg", &id), b"");
    assert_eq!(answer.status, 204, "{:?}", answer.s3_code());
    let answer = ground.send(presigner.upload_part("mine.jpg", &id, 2), BYTES);
    ground.holds(Rule::UnknownUpload, answer.status == 404, &answer);
    let body = complete_multipart_body(&[CompletedPart::new(1, "\"0123456789abcdef0123456789abcdef\"")]).unwrap();
    let answer = ground.send(presigner.complete_multipart_upload("mine.jpg", &id), body.as_bytes());
    assert!(!answer.is_success() || answer.s3_code().is_some());
    assert!(!ground.is_stored("mine.jpg"));
}

fn a_changed_request_on_an_upload_is_refused(ground: &Ground) {
    let presigner = &ground.presigner;
    let (id, other_id) = (begin(ground, "mine.jpg"), begin(ground, "mine.jpg"));
    assert_ne!(id, other_id);
    let length = BYTES.len() as u64;
    let part = signed(presigner.upload_part("mine.jpg", &id, 1).content_length(length));
    let send = |request: &PresignedRequest, url: &str, body: &[u8]| {
        let headers = match request.headers.get("content-length") {
            Some(_) => with(&request.headers, "content-length", &body.len().to_string()),
            None => request.headers.clone(),
        };
        ground.send_changed(&request.method, url, &headers, body)
    };
    for (what, url, body) in [
        ("part number", replaced(&part.url, "partNumber=1", "partNumber=2"), BYTES),
        ("upload id", replaced(&part.url, &id, &other_id), BYTES),
        ("key", replaced(&part.url, "mine.jpg", "yours.jpg"), BYTES),
        ("signature", change_last_digit(&part.url), BYTES),
        ("length", part.url.clone(), &BYTES[1..]),
        ("no upload", replaced(&part.url, &format!("uploadId={id}&partNumber=1&"), ""), BYTES),
    ] {
        assert_refused(&send(&part, &url, body), what);
    }

    let md5 = presigner.upload_part("mine.jpg", &id, 1).content_md5(MD5);
    let sha256 = presigner.upload_part("mine.jpg", &id, 1).checksum_sha256(SHA256);
    for (request, rule) in [(md5, Rule::PartChecksums), (sha256, Rule::NewerPartChecksums)] {
        let answer = ground.send(request.clone(), &vec![b'x'; BYTES.len()]);
        ground.holds(rule, !answer.is_success(), &answer);
        assert_accepted(&ground.send(request, BYTES), "upload-part");
    }

    let accepted = send(&part, &part.url, BYTES);
    assert_accepted(&accepted, "upload-part");
    let etag = accepted.headers["etag"].to_str().unwrap();
    let body = complete_multipart_body(&[CompletedPart::new(1, etag)]).unwrap();
    for request in [
        presigner.list_parts("mine.jpg", &id),
        presigner.abort_multipart_upload("mine.jpg", &id),
        presigner.complete_multipart_upload("mine.jpg", &id),
    ] {
        let request = signed(request);
        for url in [
            replaced(&request.url, &id, &other_id),
            replaced(&request.url, "mine.jpg", "yours.jpg"),
            change_last_digit(&request.url),
        ] {
            assert_refused(&send(&request, &url, body.as_bytes()), request.method.as_str());
        }
    }
    let create = signed(presigner.create_multipart_upload("mine.jpg").content_type("image/jpeg"));
    let headers = with(&create.headers, "content-type", "text/html");
    assert_refused(&ground.send_changed(&create.method, &create.url, &headers, b""), "another type");
    let changed = replaced(&create.url, "mine.jpg", "yours.jpg");
    assert_refused(&send(&create, &changed, b""), "another key");

    // Untouched by all of that.
    assert_accepted(&ground.send(presigner.complete_multipart_upload("mine.jpg", &id), body.as_bytes()), "complete");
    assert_eq!(ground.send(presigner.get("mine.jpg"), b"").body, BYTES);
    assert!(!ground.is_stored("yours.jpg"));
}

fn count(body: &[u8], what: &str) -> usize {
    String::from_utf8_lossy(body).matches(what).count()
}
