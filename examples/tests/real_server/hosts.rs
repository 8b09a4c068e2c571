//! Where a bucket is found: regions, virtual hosts, proxies.

use presize::{Bucket, BucketOptions, PresignedRequest, Presigner, UrlStyle};

use crate::changes::{replaced, with};
use crate::ground::{BYTES, Ground, assert_accepted, assert_refused, signed};
use crate::server::Rule;

scenarios!(another_region_is_refused, a_bucket_before_the_host, a_proxy_that_keeps_the_host, a_proxy_that_rewrites_it);

fn another_region_is_refused(ground: &Ground) {
    let bucket = Bucket::custom(&ground.server.endpoint, "eu-north-1", &ground.server.bucket, UrlStyle::Path).unwrap();
    let answer = ground.send(Presigner::new(bucket, ground.credentials()).get("mine.jpg"), b"");
    ground.holds(Rule::RegionChecked, matches!(answer.status, 400 | 403), &answer);
}

/// The name of the host leads nowhere here: the request goes to the server's address with that name in `Host`.
fn a_bucket_before_the_host(ground: &Ground) {
    let server = &ground.server;
    let endpoint = format!("http://{}", server.domain);
    let bucket = Bucket::custom(&endpoint, server.region, &server.bucket, UrlStyle::VirtualHost).unwrap();
    let host = bucket.host().to_owned();
    assert_eq!(host, format!("{}.{}", server.bucket, server.domain));
    let presigner = Presigner::new(bucket, ground.credentials());
    let origin = format!("http://{host}");
    let send = |request, host: &str, body: &[u8]| {
        let request: PresignedRequest = signed(request);
        let url = replaced(&request.url, &origin, &server.endpoint);
        ground.send_changed(&request.method, &url, &with(&request.headers, "host", host), body)
    };
    let answer = send(presigner.put("사진/a b.jpg").content_type("image/jpeg"), &host, BYTES);
    ground.holds(Rule::VirtualHosts, answer.is_success(), &answer);
    let answer = send(presigner.get("사진/a b.jpg"), &host, b"");
    ground.holds(Rule::VirtualHosts, answer.body == BYTES, &answer);
    let other = format!("others.{}", server.domain);
    assert_refused(&send(presigner.get("사진/a b.jpg"), &other, b""), "another bucket");
}

/// The public name leads nowhere here; the test is the proxy.
fn a_proxy_that_keeps_the_host(ground: &Ground) {
    let public = "https://files.example.com";
    let options = BucketOptions::default().public_endpoint(public);
    let bucket = ground.presigner.bucket().clone().with_options(&options).unwrap();
    let presigner = Presigner::new(bucket, ground.credentials());
    let put = signed(presigner.put("사진/a b.jpg").content_type("image/jpeg"));
    let url = replaced(&put.url, public, &ground.server.endpoint);
    assert_refused(&ground.send_changed(&put.method, &url, &put.headers, BYTES), "the server's own name in Host");
    let headers = with(&put.headers, "host", "files.example.com");
    let answer = ground.send_changed(&put.method, &url, &headers, BYTES);
    ground.holds(Rule::OtherHosts, answer.is_success(), &answer);
    ground.holds(Rule::OtherHosts, ground.is_stored("사진/a b.jpg"), &answer);
}

fn a_proxy_that_rewrites_it(ground: &Ground) {
    let public = "https://files.example.com/store";
    let options = BucketOptions::default().public_endpoint(public).proxy_rewrites_host(true);
    let bucket = ground.presigner.bucket().clone().with_options(&options).unwrap();
    let presigner = Presigner::new(bucket, ground.credentials());
    let put = signed(presigner.put("사진/a b.jpg").content_type("image/jpeg"));
    let url = replaced(&put.url, public, &ground.server.endpoint);
    let headers = with(&put.headers, "host", "files.example.com");
    assert_refused(&ground.send_changed(&put.method, &url, &headers, BYTES), "the public name in Host");
    assert_accepted(&ground.send_changed(&put.method, &url, &put.headers, BYTES), "PUT");
    assert!(ground.is_stored("사진/a b.jpg"));
    // The back end itself goes past the proxy.
    let internal = Presigner::new(presigner.bucket().internal(), ground.credentials());
    assert_accepted(&ground.send(internal.get("사진/a b.jpg"), b""), "GET");
}
