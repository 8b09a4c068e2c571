//! What presize signs is accepted by a server that presize knows nothing of, and refused once anything is changed.
#![allow(clippy::unwrap_used, missing_docs)]

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue, Method};
use presize::{Bucket, Credentials, PresignedRequest, Presigner, UploadPolicy, UploadRequest, Uploads, UrlStyle};
use presize_examples::http::{Answer, Client};
use presize_examples::store::EmbeddedS3;

const BYTES: &[u8] = b"\xff\xd8\xff\xe0 any bytes will do for a store";

struct Ground {
    store: EmbeddedS3,
    presigner: Presigner,
    client: Client,
}

impl Ground {
    fn new() -> Self {
        let store = EmbeddedS3::start("photos").unwrap();
        let presigner = presigner(&store, store.secret_access_key());
        Self { store, presigner, client: Client::new() }
    }

    fn send(&self, request: &PresignedRequest, body: &[u8]) -> Answer {
        self.client.send_presigned(request, body).unwrap()
    }

    fn signed_put(&self, key: &str) -> PresignedRequest {
        let length = BYTES.len() as u64;
        self.presigner.put(key).content_type("image/jpeg").content_length(length).sign(SystemTime::now()).unwrap()
    }

    fn is_stored(&self, key: &str) -> bool {
        let answer = self.send(&self.presigner.get(key).sign(SystemTime::now()).unwrap(), b"");
        assert!(matches!(answer.status, 200 | 404), "{}", answer.status);
        answer.status == 200
    }
}

fn presigner(store: &EmbeddedS3, secret: &str) -> Presigner {
    let bucket = Bucket::custom(&store.endpoint(), "ap-northeast-2", "photos", UrlStyle::Path).unwrap();
    Presigner::new(bucket, Credentials::new(store.access_key_id(), secret).unwrap())
}

#[test]
fn put_head_get_delete_are_accepted() {
    let ground = Ground::new();
    let now = SystemTime::now();
    for key in ["cat.jpg", "a b/제주도 사진+1%20.jpg", "tilde~/(1)!*'@,;=&$#?.jpg", "a:b/c|d.jpg"] {
        let answer = ground.send(&ground.signed_put(key), BYTES);
        assert_eq!(answer.status, 200, "PUT {key}: {:?}", answer.s3_code());

        let answer = ground.send(&ground.presigner.head(key).sign(now).unwrap(), b"");
        assert_eq!(answer.status, 200, "HEAD {key}");
        assert_eq!(answer.headers["content-length"], BYTES.len().to_string(), "HEAD {key}");
        assert!(answer.body.is_empty());

        let answer = ground.send(&ground.presigner.get(key).sign(now).unwrap(), b"");
        assert_eq!((answer.status, answer.body.as_slice()), (200, BYTES), "GET {key}");
        assert_eq!(answer.headers["content-type"], "image/jpeg", "GET {key}");

        let answer = ground.send(&ground.presigner.delete(key).sign(now).unwrap(), b"");
        assert_eq!(answer.status, 204, "DELETE {key}");
        assert!(!ground.is_stored(key), "{key}");
    }
}

#[test]
fn a_ticket_is_accepted_with_exactly_its_headers() {
    let ground = Ground::new();
    let uploads = Uploads::new(ground.presigner.clone(), UploadPolicy::default()).unwrap();
    let request = UploadRequest::new("user-7", "image/jpeg", BYTES.len() as u64).filename("고양이.jpg");
    let ticket = uploads.issue(&request, [7; 8], SystemTime::now()).unwrap();
    assert_eq!(ground.client.upload(&ticket, BYTES).unwrap().status, 200);
    assert!(ground.is_stored(&ticket.key));
}

#[test]
fn a_tampered_put_is_refused_and_stores_nothing() {
    let ground = Ground::new();
    let signed = ground.signed_put("mine.jpg");
    let (url, headers) = (signed.url.as_str(), &signed.headers);
    let longer = [BYTES, b"!"].concat();
    let cases: Vec<(&str, Method, String, HeaderMap, &[u8])> = vec![
        ("key", Method::PUT, url.replace("mine.jpg", "yours.jpg"), headers.clone(), BYTES),
        ("bucket", Method::PUT, url.replace("/photos/", "/others/"), headers.clone(), BYTES),
        ("type", Method::PUT, url.to_owned(), with(headers, "content-type", "text/html"), BYTES),
        ("no type", Method::PUT, url.to_owned(), without(headers, "content-type"), BYTES),
        ("longer", Method::PUT, url.to_owned(), with(headers, "content-length", &longer.len().to_string()), &longer),
        ("shorter", Method::PUT, url.to_owned(), with(headers, "content-length", "3"), &BYTES[..3]),
        ("method", Method::DELETE, url.to_owned(), without(headers, "content-length"), b""),
        ("expiry", Method::PUT, url.replace("X-Amz-Expires=900", "X-Amz-Expires=901"), headers.clone(), BYTES),
        ("signature", Method::PUT, change_last_digit(url), headers.clone(), BYTES),
        ("added parameter", Method::PUT, format!("{url}&x-id=PutObject"), headers.clone(), BYTES),
        ("no signature", Method::PUT, url.split_once('?').unwrap().0.to_owned(), headers.clone(), BYTES),
    ];
    for (what, method, tampered, headers, body) in cases {
        assert!(tampered != url || method != signed.method || headers != signed.headers, "{what}: nothing was changed");
        let answer = ground.client.send(&method, &tampered, &headers, body).unwrap();
        assert_eq!(answer.status, 403, "{what}: {:?}", answer.s3_code());
    }
    assert!(!ground.is_stored("mine.jpg") && !ground.is_stored("yours.jpg"));
    // The same request, untouched: what was refused above was refused for what was changed.
    assert_eq!(ground.send(&signed, BYTES).status, 200);
}

#[test]
fn a_tampered_get_head_or_delete_is_refused() {
    let ground = Ground::new();
    ground.send(&ground.signed_put("mine.jpg"), BYTES).into_success().unwrap();
    ground.send(&ground.signed_put("other.jpg"), BYTES).into_success().unwrap();
    let now = SystemTime::now();
    let presigner = &ground.presigner;
    for signed in [presigner.get("mine.jpg"), presigner.head("mine.jpg"), presigner.delete("mine.jpg")] {
        let signed = signed.sign(now).unwrap();
        for tampered in [
            signed.url.replace("mine.jpg", "other.jpg"),
            signed.url.replace("X-Amz-Expires=900", "X-Amz-Expires=604800"),
            signed.url.replace("ap-northeast-2", "us-east-1"),
            change_last_digit(&signed.url),
        ] {
            assert_ne!(tampered, signed.url);
            let answer = ground.client.send(&signed.method, &tampered, &signed.headers, b"").unwrap();
            assert_eq!(answer.status, 403, "{} {:?}", signed.method, answer.s3_code());
        }
        for method in [Method::GET, Method::HEAD, Method::DELETE] {
            if method != signed.method {
                let answer = ground.client.send(&method, &signed.url, &signed.headers, b"").unwrap();
                assert_eq!(answer.status, 403, "{} sent as {method}", signed.method);
            }
        }
    }
    assert!(ground.is_stored("mine.jpg") && ground.is_stored("other.jpg"));
}

#[test]
fn an_expired_url_is_refused_and_one_that_holds_is_not() {
    let ground = Ground::new();
    ground.send(&ground.signed_put("mine.jpg"), BYTES).into_success().unwrap();
    let signed_before = |age: u64| {
        let then = SystemTime::now() - Duration::from_secs(age);
        ground.presigner.get("mine.jpg").expires_in(Duration::from_mins(1)).sign(then).unwrap()
    };
    assert_eq!(ground.send(&signed_before(30), b"").status, 200);
    let expired = ground.send(&signed_before(62), b"");
    assert_eq!((expired.status, expired.s3_code().as_deref()), (403, Some("AccessDenied")));
}

#[test]
fn another_secret_is_refused() {
    let ground = Ground::new();
    let forger = presigner(&ground.store, "not-the-secret-of-the-server");
    let answer = ground.send(&forger.get("mine.jpg").sign(SystemTime::now()).unwrap(), b"");
    assert_eq!((answer.status, answer.s3_code().as_deref()), (403, Some("SignatureDoesNotMatch")));
}

fn with(headers: &HeaderMap, name: &'static str, value: &str) -> HeaderMap {
    let mut headers = headers.clone();
    headers.insert(name, HeaderValue::from_str(value).unwrap());
    headers
}

fn without(headers: &HeaderMap, name: &str) -> HeaderMap {
    let mut headers = headers.clone();
    headers.remove(name);
    headers
}

/// The signature is the last parameter of the URL; its last hexadecimal digit becomes another one.
fn change_last_digit(url: &str) -> String {
    let (rest, last) = url.split_at(url.len() - 1);
    assert!(rest.contains("X-Amz-Signature=") && !rest.ends_with('='));
    format!("{rest}{}", if last == "0" { "1" } else { "0" })
}
