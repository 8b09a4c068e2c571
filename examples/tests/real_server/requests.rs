//! The four requests on an object, and what becomes of them once they are changed, late, or signed by somebody else.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method};
use presize::{Credentials, UploadPolicy, UploadRequest, Uploads};

use crate::changes::{change_last_digit, replaced, with, without};
use crate::ground::{BYTES, Ground, assert_accepted, assert_refused, signed};
use crate::server::Rule;

scenarios!(
    put_head_get_delete_are_accepted,
    a_ticket_is_accepted_with_exactly_its_headers,
    a_changed_put_is_refused_and_stores_nothing,
    a_changed_get_head_or_delete_is_refused,
    an_expired_url_is_refused_and_one_that_holds_is_not,
    a_date_in_the_future_is_refused,
    another_secret_or_key_is_refused,
    a_session_token_is_signed,
);

fn put_head_get_delete_are_accepted(ground: &Ground) {
    let presigner = &ground.presigner;
    for key in ["cat.jpg", "a b/제주도 사진+1%20.jpg", "tilde~/(1)!*'@,;=&$#?.jpg", "a:b/c|d.jpg", "😀/고양이.jpg"]
    {
        assert_accepted(&ground.send(ground.put(key), BYTES), key);

        let answer = ground.send(presigner.head(key), b"");
        assert_eq!(answer.status, 200, "HEAD {key}");
        assert_eq!(answer.headers["content-length"], BYTES.len().to_string(), "HEAD {key}");
        assert!(answer.body.is_empty());

        let answer = ground.send(presigner.get(key), b"");
        assert_eq!((answer.status, answer.body.as_slice()), (200, BYTES), "GET {key}");
        assert_eq!(answer.headers["content-type"], "image/jpeg", "GET {key}");

        let answer = ground.send(presigner.delete(key), b"");
        assert_eq!(answer.status, 204, "DELETE {key}");
        assert!(!ground.is_stored(key), "{key}");
    }
}

fn a_ticket_is_accepted_with_exactly_its_headers(ground: &Ground) {
    let uploads = Uploads::new(ground.presigner.clone(), UploadPolicy::default()).unwrap();
    let request = UploadRequest::new("user-7", "image/jpeg", BYTES.len() as u64).filename("고양이.jpg");
    let ticket = uploads.issue(&request, [7; 16], SystemTime::now()).unwrap();
    assert_accepted(&ground.client.upload(&ticket, BYTES).unwrap(), "PUT");
    assert!(ground.is_stored(&format!("incoming/{}", ticket.key)) && !ground.is_stored(&ticket.key));
}

fn a_changed_put_is_refused_and_stores_nothing(ground: &Ground) {
    let put = signed(ground.put("mine.jpg").metadata("owner", "user-7").cache_control("no-store"));
    let (url, headers) = (put.url.as_str(), &put.headers);
    let longer = [BYTES, b"!"].concat();
    let same = || url.to_owned();
    let region = format!("%2F{}%2F", ground.server.region);
    let bucket = format!("/{}/", ground.server.bucket);
    let cases: Vec<(&str, Method, String, HeaderMap, &[u8])> = vec![
        ("key", Method::PUT, replaced(url, "mine.jpg", "yours.jpg"), headers.clone(), BYTES),
        ("bucket", Method::PUT, replaced(url, &bucket, "/others/"), headers.clone(), BYTES),
        ("region", Method::PUT, replaced(url, &region, "%2Feu-north-1%2F"), headers.clone(), BYTES),
        ("type", Method::PUT, same(), with(headers, "content-type", "text/html"), BYTES),
        ("no type", Method::PUT, same(), without(headers, "content-type"), BYTES),
        ("metadata", Method::PUT, same(), with(headers, "x-amz-meta-owner", "user-8"), BYTES),
        ("no metadata", Method::PUT, same(), without(headers, "x-amz-meta-owner"), BYTES),
        ("cache control", Method::PUT, same(), with(headers, "cache-control", "public"), BYTES),
        ("longer", Method::PUT, same(), with(headers, "content-length", &longer.len().to_string()), &longer),
        ("shorter", Method::PUT, same(), with(headers, "content-length", "3"), &BYTES[..3]),
        ("method", Method::DELETE, same(), without(headers, "content-length"), b""),
        ("expiry", Method::PUT, replaced(url, "X-Amz-Expires=900", "X-Amz-Expires=901"), headers.clone(), BYTES),
        ("date", Method::PUT, replaced(url, "X-Amz-Date=2", "X-Amz-Date=1"), headers.clone(), BYTES),
        ("signature", Method::PUT, change_last_digit(url), headers.clone(), BYTES),
        ("added parameter", Method::PUT, format!("{url}&x-id=PutObject"), headers.clone(), BYTES),
        ("no signature", Method::PUT, url.split_once('?').unwrap().0.to_owned(), headers.clone(), BYTES),
    ];
    for (what, method, changed, headers, body) in cases {
        assert!(changed != url || method != put.method || headers != put.headers, "{what}: nothing was changed");
        assert_refused(&ground.send_changed(&method, &changed, &headers, body), what);
    }
    assert!(!ground.is_stored("mine.jpg") && !ground.is_stored("yours.jpg"));

    let answer = ground.send_changed(&Method::PUT, url, &with(headers, "x-amz-meta-unsigned", "1"), BYTES);
    ground.holds(Rule::UnsignedHeadersRefused, !answer.is_success(), &answer);
    // The same request, untouched: what was refused above was refused for what was changed.
    assert_accepted(&ground.send_signed(&put, BYTES), "PUT");
}

fn a_changed_get_head_or_delete_is_refused(ground: &Ground) {
    ground.store("mine.jpg");
    ground.store("other.jpg");
    let presigner = &ground.presigner;
    let region = format!("%2F{}%2F", ground.server.region);
    for request in [presigner.get("mine.jpg"), presigner.head("mine.jpg"), presigner.delete("mine.jpg")] {
        let request = signed(request);
        for changed in [
            replaced(&request.url, "mine.jpg", "other.jpg"),
            replaced(&request.url, "X-Amz-Expires=900", "X-Amz-Expires=604800"),
            replaced(&request.url, &region, "%2Fus-east-1%2F"),
            format!("{}&response-content-type=text%2Fhtml", request.url),
            change_last_digit(&request.url),
        ] {
            let answer = ground.send_changed(&request.method, &changed, &request.headers, b"");
            assert_refused(&answer, request.method.as_str());
        }
        for method in [Method::GET, Method::HEAD, Method::DELETE] {
            if method != request.method {
                let answer = ground.send_changed(&method, &request.url, &request.headers, b"");
                assert_refused(&answer, &format!("{} sent as {method}", request.method));
            }
        }
    }
    assert!(ground.is_stored("mine.jpg") && ground.is_stored("other.jpg"));
}

fn an_expired_url_is_refused_and_one_that_holds_is_not(ground: &Ground) {
    ground.store("mine.jpg");
    let signed_before = |age: u64| {
        let then = SystemTime::now() - Duration::from_secs(age);
        ground.presigner.get("mine.jpg").expires_in(Duration::from_mins(1)).sign(then).unwrap()
    };
    assert_accepted(&ground.send_signed(&signed_before(30), b""), "30 s old");
    assert_refused(&ground.send_signed(&signed_before(62), b""), "62 s old");
    let longest = ground.presigner.get("mine.jpg").expires_in(Duration::from_hours(168));
    let then = SystemTime::now() - Duration::from_mins(10_079);
    assert_accepted(&ground.send_signed(&longest.clone().sign(then).unwrap(), b""), "7 days less a minute");
    let then = SystemTime::now() - Duration::from_secs(604_802);
    assert_refused(&ground.send_signed(&longest.sign(then).unwrap(), b""), "7 days and 2 seconds");
}

fn a_date_in_the_future_is_refused(ground: &Ground) {
    ground.store("mine.jpg");
    let later = SystemTime::now() + Duration::from_hours(1);
    let answer = ground.send_signed(&ground.presigner.get("mine.jpg").sign(later).unwrap(), b"");
    ground.holds(Rule::FutureRefused, !answer.is_success(), &answer);
}

fn another_secret_or_key_is_refused(ground: &Ground) {
    ground.store("mine.jpg");
    let forger = Credentials::new(ground.server.access_key_id.as_str(), "not-the-secret-of-the-server").unwrap();
    let stranger = Credentials::new("AKSTRANGER", ground.server.secret_access_key.as_str()).unwrap();
    for (credentials, what) in [(forger, "another secret"), (stranger, "another key")] {
        let presigner = ground.presigner_with(credentials);
        assert_refused(&ground.send(presigner.get("mine.jpg"), b""), what);
        assert_refused(&ground.send(presigner.put("new.jpg"), BYTES), what);
    }
    assert!(!ground.is_stored("new.jpg"));
}

/// Neither server knows temporary credentials, but both verify a signature over the token's parameter.
fn a_session_token_is_signed(ground: &Ground) {
    let presigner = ground.presigner_with(ground.credentials().session_token("token/with+signs==").unwrap());
    let put = signed(presigner.put("mine.jpg").content_type("image/jpeg"));
    assert_accepted(&ground.send_signed(&put, BYTES), "PUT");
    let changed = replaced(&put.url, "token%2Fwith", "token%2Fwithout");
    assert_refused(&ground.send_changed(&put.method, &changed, &put.headers, BYTES), "another token");
}
