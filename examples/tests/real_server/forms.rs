//! Browser POST forms, sent as a browser sends them: the fields in their order, the file last.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue, Method};
use presize::{PostForm, PostFormBuilder, PostFormOptions};
use presize_examples::http::Answer;

use crate::changes::change_last_digit;
use crate::ground::{BYTES, Ground, assert_accepted, assert_refused};
use crate::server::Rule;

scenarios!(
    a_form_stores_its_file,
    a_form_says_what_comes_after,
    a_form_that_leaves_some_to_the_page,
    a_file_outside_the_range_is_refused,
    a_changed_form_is_refused,
    an_expired_form_is_refused,
);

/// What a browser adds after the fields of a form.
#[derive(Clone, Copy)]
struct File<'a> {
    name: &'a str,
    content_type: &'a str,
    bytes: &'a [u8],
}

const FILE: File<'static> = File { name: "고양이.jpg", content_type: "image/jpeg", bytes: BYTES };

type Fields = Vec<(String, String)>;

/// `multipart/form-data` as the HTML standard has browsers write it: UTF-8, quotation marks and line ends in names
/// percent-encoded, no `Content-Type` but for the file.
fn encoded(fields: &Fields, file: Option<File<'_>>, boundary: &str) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value.as_bytes());
        body.extend_from_slice(b"\r\n");
    }
    if let Some(file) = file {
        let (name, content_type) = (file.name.replace('"', "%22"), file.content_type);
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: {content_type}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file.bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    body
}

fn send_fields(ground: &Ground, url: &str, fields: &Fields, file: Option<File<'_>>) -> Answer {
    let boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW";
    let body = encoded(fields, file, boundary);
    let mut headers = HeaderMap::new();
    let content_type = format!("multipart/form-data; boundary={boundary}");
    headers.insert("content-type", HeaderValue::from_str(&content_type).unwrap());
    headers.insert("origin", HeaderValue::from_static("https://app.example.com"));
    headers.insert("content-length", body.len().into());
    ground.send_changed(&Method::POST, url, &headers, &body)
}

fn send(ground: &Ground, form: &PostForm) -> Answer {
    send_fields(ground, &form.url, &form.fields, Some(FILE))
}

fn signed(form: PostFormBuilder<'_>) -> PostForm {
    form.sign(SystemTime::now()).unwrap()
}

fn read(ground: &Ground, key: &str) -> Answer {
    let answer = ground.send(ground.presigner.get(key), b"");
    assert_eq!(answer.status, 200, "{key}: {:?}", answer.s3_code());
    answer
}

fn a_form_stores_its_file(ground: &Ground) {
    let options = PostFormOptions::default().max_bytes(1000).content_type("image/jpeg").cache_control("no-store");
    let options = options.metadata(&[("owner", "user 7")]);
    for key in ["mine.jpg", "사진/a b+1%20\"'&.jpg"] {
        let form = signed(ground.presigner.post_form(key).options(options.clone()));
        let answer = send(ground, &form);
        assert_accepted(&answer, key);
        assert_eq!(answer.status, 204, "what S3 answers unless it is told otherwise");
        let answer = read(ground, key);
        assert_eq!(answer.body, BYTES);
        for (name, value) in
            [("content-type", "image/jpeg"), ("cache-control", "no-store"), ("x-amz-meta-owner", "user 7")]
        {
            let is_stored = answer.headers.get(name).is_some_and(|stored| stored == value);
            match name {
                "cache-control" => ground.holds(Rule::FormHeaders, is_stored, &answer),
                _ => assert!(is_stored, "{name}"),
            }
        }
    }
}

fn a_form_says_what_comes_after(ground: &Ground) {
    let options = || PostFormOptions::default().max_bytes(1000);
    for status in [200, 201, 204] {
        let form = ground.presigner.post_form("mine.jpg").options(options().success_action_status(status));
        assert_eq!(u32::from(send(ground, &signed(form)).status), status);
    }
    let there = "https://app.example.com/done?id=7";
    let form = ground.presigner.post_form("mine.jpg").options(options().success_action_redirect(there));
    let answer = send(ground, &signed(form));
    assert_eq!(answer.status, 303);
    let location = answer.headers["location"].to_str().unwrap();
    assert!(location.starts_with(there) && location.contains("key=mine.jpg"), "{location}");
}

fn a_form_that_leaves_some_to_the_page(ground: &Ground) {
    let form = ground.presigner.post_form("uploads/user-7/${filename}").max_bytes(1000);
    let form = signed(form.content_type_starts_with("image/"));
    let with_type = |content_type: &str| {
        let mut fields = form.fields.clone();
        fields.push(("Content-Type".to_owned(), content_type.to_owned()));
        send_fields(ground, &form.url, &fields, Some(FILE))
    };
    assert_refused(&with_type("text/html"), "another type");
    assert_refused(&with_type("Image/png"), "a type in other letters");
    let answer = with_type("image/png");
    ground.holds(Rule::FileNames, ground.is_stored("uploads/user-7/고양이.jpg"), &answer);
    assert_accepted(&answer, "image/png");

    let form = signed(ground.presigner.post_form("mine.jpg").max_bytes(1000).content_type_starts_with("image/"));
    let mut fields = form.fields.clone();
    fields.push(("Content-Type".to_owned(), "image/webp".to_owned()));
    assert_accepted(&send_fields(ground, &form.url, &fields, Some(FILE)), "image/webp");
    assert_eq!(read(ground, "mine.jpg").headers["content-type"], "image/webp");
}

fn a_file_outside_the_range_is_refused(ground: &Ground) {
    let options = PostFormOptions::default().min_bytes(10).max_bytes(20).content_type("image/jpeg");
    let form = signed(ground.presigner.post_form("mine.jpg").options(options));
    let send = |length: usize| {
        let bytes = vec![b'x'; length];
        send_fields(ground, &form.url, &form.fields, Some(File { bytes: &bytes, ..FILE }))
    };
    for length in [0, 9, 21, 100_000] {
        assert_refused(&send(length), &format!("{length} bytes"));
        assert!(!ground.is_stored("mine.jpg"), "{length} bytes");
    }
    for length in [10, 20] {
        assert_accepted(&send(length), &format!("{length} bytes"));
        assert_eq!(read(ground, "mine.jpg").body.len(), length);
    }
}

fn a_changed_form_is_refused(ground: &Ground) {
    let options = PostFormOptions::default().max_bytes(1000).content_type("image/jpeg").success_action_status(201);
    let form = signed(ground.presigner.post_form("mine.jpg").options(options));
    let looser = signed(ground.presigner.post_form("mine.jpg").max_bytes(1_000_000));
    let value_of = |form: &PostForm, name: &str| {
        let (_, value) = form.fields.iter().find(|(field, _)| field == name).unwrap();
        value.clone()
    };
    let signature = value_of(&form, "x-amz-signature");
    let last = change_last_digit(&format!("X-Amz-Signature={signature}"));
    let other_signature = last.split_once('=').unwrap().1;
    for (name, value) in [
        ("key", "yours.jpg"),
        ("Content-Type", "text/html"),
        ("success_action_status", "200"),
        ("policy", &value_of(&looser, "policy")),
        ("x-amz-signature", other_signature),
        ("x-amz-date", "20200101T000000Z"),
        ("x-amz-credential", "AKSTRANGER/20200101/us-east-1/s3/aws4_request"),
    ] {
        let mut fields = form.fields.clone();
        let field = fields.iter_mut().find(|(field, _)| field == name).unwrap();
        assert_ne!(field.1, value, "{name}: nothing was changed");
        value.clone_into(&mut field.1);
        refused(ground, &send_fields(ground, &form.url, &fields, Some(FILE)), &format!("another {name}"));
    }
    for (name, _) in &form.fields {
        let mut fields = form.fields.clone();
        fields.retain(|(field, _)| field != name);
        refused(ground, &send_fields(ground, &form.url, &fields, Some(FILE)), &format!("no {name}"));
    }
    let mut fields = form.fields.clone();
    fields.push(("x-amz-meta-owner".to_owned(), "me".to_owned()));
    refused(ground, &send_fields(ground, &form.url, &fields, Some(FILE)), "a field that is in no condition");
    let answer = send_fields(ground, &form.url, &form.fields, None);
    ground.holds(Rule::FileDemanded, !answer.is_success(), &answer);
    ground.send(ground.presigner.delete("mine.jpg"), b"");
    let others = form.url.replace(&ground.server.bucket, "others");
    assert_ne!(others, form.url);
    let answer = send_fields(ground, &others, &form.fields, Some(FILE));
    assert!(matches!(answer.status, 400 | 403 | 404), "another bucket: {}", answer.status);
    assert!(!ground.is_stored("mine.jpg") && !ground.is_stored("yours.jpg"));
    // Untouched.
    assert_eq!(send(ground, &form).status, 201);
    assert!(ground.is_stored("mine.jpg"));
}

#[track_caller]
fn refused(ground: &Ground, answer: &Answer, what: &str) {
    assert_refused(answer, what);
    assert!(!ground.is_stored("mine.jpg"), "{what}");
}

fn an_expired_form_is_refused(ground: &Ground) {
    let form = |age: u64| {
        let form = ground.presigner.post_form("mine.jpg").max_bytes(1000).expires_in(Duration::from_mins(1));
        form.sign(SystemTime::now() - Duration::from_secs(age)).unwrap()
    };
    assert_refused(&send(ground, &form(62)), "62 s old");
    assert!(!ground.is_stored("mine.jpg"));
    assert_accepted(&send(ground, &form(30)), "30 s old");
}
