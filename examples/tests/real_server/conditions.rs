//! Requests that depend on what is stored: what a confirmation can rely on, server by server.
//!
//! ```text
//!                                        s3s-fs 0.14.1     Garage 2.5.0   RGW 16.2.15
//! PUT     If-None-Match: *               not atomically    unread         read
//! PUT     If-Match                       read              unread         read, without quotes
//! copy    x-amz-copy-source-if-match     read              read           unread
//! copy    If-None-Match: *               unread            unread         unread
//! GET     If-Match                       unread            read           read
//! DELETE  If-Match                       unread            unread         unread
//! ```
//!
//! Measured here, and held against the list of deviations in `server.rs`.

use std::sync::Barrier;

use presize::{MetadataDirective, PresignBuilder};
use presize_examples::http::Answer;

use crate::changes::{with, without};
use crate::ground::{BYTES, Ground, assert_accepted, assert_refused, signed};
use crate::server::Rule;

scenarios!(create_only, create_only_at_once, an_etag_is_matched, a_copy_on_condition, a_deletion_on_condition);

/// An entity tag that no object here has.
const OTHER: &str = "\"0123456789abcdef0123456789abcdef\"";

fn create_only(ground: &Ground) {
    let put = signed(ground.put("mine.jpg").if_none_match("*"));
    let answer = ground.send_changed(&put.method, &put.url, &without(&put.headers, "if-none-match"), BYTES);
    assert_refused(&answer, "if-none-match left out");
    assert_accepted(&ground.send_signed(&put, BYTES), "the first");
    let answer = ground.send_signed(&put, BYTES);
    ground.holds(Rule::CreateOnly, answer.status == 412, &answer);
}

/// A server that looks first and writes then lets several of them win.
fn create_only_at_once(ground: &Ground) {
    const RACES: usize = 100;
    const RUNNERS: usize = 4;
    let race = |race: usize| {
        let key = format!("{race}.jpg");
        let start = Barrier::new(RUNNERS);
        let run = || {
            let put = signed(ground.put(&key).if_none_match("*"));
            start.wait();
            ground.send_signed(&put, BYTES)
        };
        std::thread::scope(|scope| {
            let runners: Vec<_> = (0..RUNNERS).map(|_| scope.spawn(run)).collect();
            runners.into_iter().map(|runner| runner.join().unwrap()).collect::<Vec<_>>()
        })
    };
    let mut won_by_one = 0;
    let mut last = None;
    for number in 0..RACES {
        let answers = race(number);
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 409 | 412)), "{answers:?}");
        let winners = answers.iter().filter(|answer| answer.is_success()).count();
        assert!(winners > 0, "nobody wins");
        won_by_one += usize::from(winners == 1);
        last = answers.into_iter().next_back();
    }
    println!("{won_by_one} of {RACES} races of {RUNNERS} were won by one alone");
    ground.holds(Rule::AtomicCreateOnly, won_by_one == RACES, &last.unwrap());
}

fn etag(ground: &Ground, key: &str) -> String {
    ground.send(ground.presigner.head(key), b"").headers["etag"].to_str().unwrap().to_owned()
}

fn an_etag_is_matched(ground: &Ground) {
    ground.store("mine.jpg");
    let etag = etag(ground, "mine.jpg");
    let presigner = &ground.presigner;
    assert_accepted(&ground.send(presigner.get("mine.jpg").if_match(&etag), b""), "GET");
    let answer = ground.send(presigner.get("mine.jpg").if_match(OTHER), b"");
    ground.holds(Rule::ReadOnlyThis, answer.status == 412, &answer);
    let answer = ground.send(ground.put("mine.jpg").if_match(&etag), BYTES);
    ground.holds(Rule::QuotedTags, answer.is_success(), &answer);
    assert_accepted(&ground.send(ground.put("mine.jpg").if_match(etag.trim_matches('"')), BYTES), "without quotes");
    for other in [OTHER, OTHER.trim_matches('"')] {
        let answer = ground.send(ground.put("mine.jpg").if_match(other), BYTES);
        ground.holds(Rule::ReplaceOnlyThis, answer.status == 412, &answer);
    }
}

fn a_copy_on_condition(ground: &Ground) {
    ground.store("mine.jpg");
    let source = ground.presigner.bucket().copy_source("mine.jpg");
    let copy = |to: &'static str| ground.presigner.copy(to, &source).metadata_directive(MetadataDirective::Replace);
    let send = |request: PresignBuilder<'_>| ground.send(request, b"");
    let etag = etag(ground, "mine.jpg");
    for etag in [etag.as_str(), etag.trim_matches('"')] {
        assert_accepted(&send(copy("copy.jpg").copy_source_if_match(etag)), etag);
    }
    for to in ["copy.jpg", "other.jpg", "mine.jpg"] {
        let answer = send(copy(to).copy_source_if_match(OTHER));
        ground.holds(Rule::CopyOnlyThis, answer.status == 412, &answer);
    }
    let answer = send(copy("copy.jpg").if_none_match("*"));
    ground.holds(Rule::CopyCreateOnly, answer.status == 412, &answer);
}

fn a_deletion_on_condition(ground: &Ground) {
    ground.store("mine.jpg");
    // Not signed: an ordinary header need not be.
    let delete = signed(ground.presigner.delete("mine.jpg"));
    let delete = |etag: &str| -> Answer {
        ground.send_changed(&delete.method, &delete.url, &with(&delete.headers, "if-match", etag), b"")
    };
    let answer = delete(OTHER);
    ground.holds(Rule::DeleteOnlyThis, answer.status == 412 && ground.is_stored("mine.jpg"), &answer);
}
