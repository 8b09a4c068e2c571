//! Requests that depend on what is stored.

use crate::changes::without;
use crate::ground::{BYTES, Ground, assert_accepted, assert_refused, signed};
use crate::server::Rule;

scenarios!(create_only, an_etag_is_matched);

fn create_only(ground: &Ground) {
    let put = signed(ground.put("mine.jpg").if_none_match("*"));
    let answer = ground.send_changed(&put.method, &put.url, &without(&put.headers, "if-none-match"), BYTES);
    assert_refused(&answer, "if-none-match left out");
    assert_accepted(&ground.send_signed(&put, BYTES), "the first");
    let answer = ground.send_signed(&put, BYTES);
    ground.holds(Rule::CreateOnly, answer.status == 412, &answer);
}

fn an_etag_is_matched(ground: &Ground) {
    let etag = ground.store("mine.jpg").headers["etag"].to_str().unwrap().to_owned();
    let other = "\"0123456789abcdef0123456789abcdef\"";
    let presigner = &ground.presigner;
    assert_accepted(&ground.send(presigner.get("mine.jpg").if_match(&etag), b""), "GET");
    let answer = ground.send(presigner.get("mine.jpg").if_match(other), b"");
    ground.holds(Rule::ReadOnlyThis, answer.status == 412, &answer);
    assert_accepted(&ground.send(ground.put("mine.jpg").if_match(&etag), BYTES), "PUT");
    let answer = ground.send(ground.put("mine.jpg").if_match(other), BYTES);
    ground.holds(Rule::ReplaceOnlyThis, answer.status == 412, &answer);
}
