//! Confirmations that die between any two requests, and answers that get lost: the next confirmation gives the same result.

use presize::{Confirmed, Originals, Result, UploadPolicy, Uploads, Verify, inspect};

use crate::by_hand::ByHand;
use crate::confirmations::common;
use crate::files::{Content, Files};
use crate::ground::Ground;

scenarios!(a_confirmation_that_dies_can_be_repeated, an_answer_that_is_lost_changes_nothing);

fn policies() -> Vec<UploadPolicy> {
    vec![
        UploadPolicy::default(),
        UploadPolicy::default().variant_widths(&[40, 30]).record_origin(true).cache_control("max-age=60"),
        UploadPolicy::default().verify(Verify::Head),
        UploadPolicy::default().incoming_prefix("").cache_control("max-age=60"),
    ]
}

fn code(result: &Result<Confirmed>) -> &'static str {
    result.as_ref().map_or_else(presize::Error::code, |_| "confirmed")
}

/// Asserts what holds once an upload is confirmed, and that a further confirmation says the same.
#[track_caller]
fn assert_confirmed(ground: &Ground, uploads: &Uploads, files: &Files, confirmed: &Confirmed, what: &str) -> Content {
    let content = ground.content(&confirmed.key, files);
    assert!(matches!(content, Content::Photo(_)), "{what}: {content:?}");
    assert_eq!(ground.etag(&confirmed.key), confirmed.etag, "{what}");
    for variant in &confirmed.variants {
        let info = inspect(&ground.read(&variant.key)).unwrap();
        assert_eq!((info.width, info.height), (variant.width, variant.height), "{what}");
    }
    assert!(!ground.is_stored(&format!("incoming/{}", confirmed.key)), "{what}");
    let again = ByHand::begin(ground, uploads, &confirmed.key).finish();
    assert_eq!(again.unwrap(), common(confirmed), "{what}, again");
    content
}

fn a_confirmation_that_dies_can_be_repeated(ground: &Ground) {
    let files = Files::draw(Originals::Stripped);
    let replacements = [None, Some(&files.photos[1]), Some(&files.page), Some(&files.damaged)];
    for (number, policy) in policies().iter().enumerate() {
        let uploads = ground.uploads(policy.clone());
        let is_in_place = policy.incoming_prefix.is_empty();
        for (index, replacement) in replacements.iter().enumerate() {
            for count in 0.. {
                let what = format!("policy {number}, replacement {index}, dead after {count} requests");
                let ticket = ground.upload(&uploads, &files.photos[0]);
                let mut dying = ByHand::begin(ground, &uploads, &ticket.key);
                let is_over = !dying.steps(count);
                drop(dying);
                let before = ground.content(&ticket.key, &files);
                if !is_in_place {
                    assert!(!matches!(before, Content::Unchecked(_)), "{what}: {before:?}");
                }
                if let Some(file) = replacement {
                    ground.send_changed(&ticket.method, &ticket.url, &ticket.headers, file).into_success().unwrap();
                }
                let result = ByHand::begin(ground, &uploads, &ticket.key).finish();
                // A header is all that is looked at with `verify` of `head`: the damage is further on.
                let is_good = index < 2 || (index == 3 && policy.verify == Verify::Head);
                let is_confirmed = !is_in_place && before != Content::Missing;
                if !is_good && !is_confirmed {
                    assert!(result.as_ref().is_err_and(|error| error.http_status() < 500), "{what}: {}", code(&result));
                    assert_eq!(ground.content(&ticket.key, &files), Content::Missing, "{what}");
                } else if index != 3 {
                    let confirmed = result.unwrap_or_else(|error| panic!("{what}: {error}, {before:?}"));
                    let content = assert_confirmed(ground, &uploads, &files, &confirmed, &what);
                    assert!(!is_confirmed || content == before, "{what}: {before:?} became {content:?}");
                }
                if is_over {
                    break;
                }
            }
        }
    }
}

fn an_answer_that_is_lost_changes_nothing(ground: &Ground) {
    let files = Files::draw(Originals::Stripped);
    for (number, policy) in policies().iter().enumerate() {
        let uploads = ground.uploads(policy.clone());
        for is_overtaken in [false, true] {
            for count in 0.. {
                let what = format!("policy {number}, answer {count} lost, overtaken {is_overtaken}");
                let ticket = ground.upload(&uploads, &files.photos[0]);
                let mut confirmation = ByHand::begin(ground, &uploads, &ticket.key);
                if !confirmation.steps(count) || !confirmation.lose_answer() {
                    break;
                }
                let other = is_overtaken.then(|| ByHand::begin(ground, &uploads, &ticket.key).finish().unwrap());
                let confirmed = confirmation.finish().unwrap_or_else(|error| panic!("{what}: {error}"));
                assert!(other.is_none_or(|other| common(&other) == common(&confirmed)), "{what}");
                assert_confirmed(ground, &uploads, &files, &confirmed, &what);
            }
        }
        let ticket = ground.upload(&uploads, &files.photos[0]);
        let mut confirmation = ByHand::begin(ground, &uploads, &ticket.key);
        while confirmation.lose_answer() && confirmation.step() {}
        let confirmed = confirmation.finish().unwrap_or_else(|error| panic!("policy {number}, all lost: {error}"));
        assert_confirmed(ground, &uploads, &files, &confirmed, "all lost");
    }
}
