//! Requests that depend on what is stored: what a confirmation can rely on, server by server.
//!
//! ```text
//!                                        s3s-fs 0.14.1   Garage 2.5.0   RGW 16.2.15
//! PUT    If-None-Match: *
//! ```

use http::{HeaderMap, Method};
use presize::MetadataDirective;
use presize_examples::http::Answer;

use crate::changes::{with, without};
use crate::ground::{BYTES, Ground, assert_accepted, assert_refused, signed};
use crate::server::Rule;

scenarios!(create_only, facts);

fn create_only(ground: &Ground) {
    let put = signed(ground.put("mine.jpg").if_none_match("*"));
    let answer = ground.send_changed(&put.method, &put.url, &without(&put.headers, "if-none-match"), BYTES);
    assert_refused(&answer, "if-none-match left out");
    assert_accepted(&ground.send_signed(&put, BYTES), "the first");
    let answer = ground.send_signed(&put, BYTES);
    ground.holds(Rule::CreateOnly, answer.status == 412, &answer);
}

fn facts(ground: &Ground) {
    let other = "\"0123456789abcdef0123456789abcdef\"";
    let presigner = &ground.presigner;
    let say = |what: &str, answer: &Answer| {
        println!("FACT {what:55} {} {}", answer.status, answer.s3_code().unwrap_or_default());
    };
    let etag = || ground.send(presigner.head("mine.jpg"), b"").headers["etag"].to_str().unwrap().to_owned();
    ground.store("mine.jpg");
    println!("etag {}", etag());
    say("PUT If-None-Match: * (there)", &ground.send(ground.put("mine.jpg").if_none_match("*"), BYTES));
    let p = signed(ground.put("mine.jpg"));
    say("PUT If-None-Match: * unsigned (there)", &ground.send_changed(&p.method, &p.url, &with(&p.headers, "if-none-match", "*"), BYTES));
    say("PUT If-Match good quoted", &ground.send(ground.put("mine.jpg").if_match(&etag()), BYTES));
    say("PUT If-Match good unquoted", &ground.send(ground.put("mine.jpg").if_match(etag().trim_matches('"')), BYTES));
    say("PUT If-Match bad quoted", &ground.send(ground.put("mine.jpg").if_match(other), BYTES));
    say("PUT If-Match bad unquoted", &ground.send(ground.put("mine.jpg").if_match(other.trim_matches('"')), BYTES));
    say("PUT If-Match on a missing one", &ground.send(ground.put("missing.jpg").if_match(other), BYTES));
    ground.send(presigner.delete("missing.jpg"), b"");
    say("GET If-Match good quoted", &ground.send(presigner.get("mine.jpg").if_match(&etag()), b""));
    say("GET If-Match bad quoted", &ground.send(presigner.get("mine.jpg").if_match(other), b""));
    let p = signed(presigner.head("mine.jpg"));
    say("HEAD If-Match bad", &ground.send_changed(&p.method, &p.url, &with(&p.headers, "if-match", other), b""));
    let source = presigner.bucket().copy_source("mine.jpg");
    let copy = |to, condition: &str| {
        let p = presigner.copy(to, &source).metadata_directive(MetadataDirective::Replace).content_type("image/jpeg");
        if condition.is_empty() { p } else { p.copy_source_if_match(condition) }
    };
    say("copy", &ground.send(copy("a.jpg", ""), b""));
    say("copy source-if-match good", &ground.send(copy("a.jpg", &etag()), b""));
    say("copy source-if-match good unquoted", &ground.send(copy("a.jpg", etag().trim_matches('"')), b""));
    say("copy source-if-match bad", &ground.send(copy("a.jpg", other), b""));
    say("copy source-if-match bad unquoted", &ground.send(copy("a.jpg", other.trim_matches('"')), b""));
    let changed = |p: &presize::PresignedRequest, name: &str, value: &str| {
        ground.send_changed(&p.method, &p.url, &with(&p.headers, name, value), b"")
    };
    say("copy if-none-match * (there)", &changed(&signed(copy("a.jpg", "")), "if-none-match", "*"));
    say("copy if-none-match * (missing)", &changed(&signed(copy("b.jpg", "")), "if-none-match", "*"));
    say("copy if-match bad (there)", &changed(&signed(copy("a.jpg", "")), "if-match", other));
    say("copy cf-copy-destination-if-none-match (there)", &changed(&signed(copy("a.jpg", "")), "cf-copy-destination-if-none-match", "*"));
    say("copy onto itself REPLACE", &ground.send(copy("mine.jpg", ""), b""));
    say("copy onto itself REPLACE, source-if-match bad", &ground.send(copy("mine.jpg", other), b""));
    say("DELETE if-match bad", &changed(&signed(presigner.delete("a.jpg")), "if-match", other));
    say("is still there", &ground.send(presigner.head("a.jpg"), b""));
    say("DELETE if-match good", &changed(&signed(presigner.delete("mine.jpg")), "if-match", &etag()));
    say("DELETE if-match missing", &changed(&signed(presigner.delete("mine.jpg")), "if-match", other));
    ground.store("mine.jpg");
    // Unsigned headers.
    for (name, value) in [("cache-control", "max-age=7"), ("content-disposition", "attachment"), ("content-language", "ko"), ("expires", "Thu, 01 Dec 2050 16:00:00 GMT"), ("content-encoding", "gzip"), ("x-amz-meta-a", "b"), ("x-amz-website-redirect-location", "/evil"), ("x-amz-storage-class", "STANDARD")] {
        let p = signed(ground.put("mine.jpg"));
        let answer = ground.send_changed(&p.method, &p.url, &with(&p.headers, name, value), BYTES);
        let head = ground.send(presigner.head("mine.jpg"), b"");
        println!("FACT unsigned {name:30} {} {} kept {:?}", answer.status, answer.s3_code().unwrap_or_default(), head.headers.get(name));
    }
    let put = ground.put("meta.jpg").metadata("presize-confirmed", &"a".repeat(1500)).if_none_match("*");
    say("long metadata", &ground.send(put, BYTES));
    println!("FACT back {:?}", ground.send(presigner.head("meta.jpg"), b"").headers.get("x-amz-meta-presize-confirmed").map(|v| v.len()));
    let mut wins = [0; 6];
    let mut codes = std::collections::BTreeMap::<u16, usize>::new();
    for pair in 0..100 {
        let key = format!("race-{pair}.jpg");
        let barrier = std::sync::Barrier::new(4);
        let won: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    let (key, barrier) = (&key, &barrier);
                    scope.spawn(move || {
                        let put = signed(ground.put(key).if_none_match("*"));
                        barrier.wait();
                        ground.send_signed(&put, BYTES).status
                    })
                })
                .collect();
            threads.into_iter().map(|thread| { let s = thread.join().unwrap(); *codes.entry(s).or_default() += 1; usize::from(s == 200) }).sum()
        });
        wins[won] += 1;
    }
    println!("FACT of 100 races of 4, so many have 0, 1, 2... winners: {wins:?} {codes:?}");
    let _ = (Method::GET, HeaderMap::new());
}
