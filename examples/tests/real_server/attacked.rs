//! Uploads that a client replaces all the time while several confirmations run, with a watcher at the final key.
//!
//! The watcher never reads bytes that were not checked. What is confirmed stays as it is, except on stores whose create-only
//! PUT is not atomic (Garage does not read the condition, s3s-fs looks and then writes): there, another confirmation may write
//! between the last look and the write. Such rounds are counted: 3 and 6 of 300 on Garage, none of 300 on s3s-fs.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use presize::{ConfirmRequest, Originals, UploadPolicy, Uploads};
use presize_examples::confirm::confirm_upload;
use presize_examples::drive::PATIENT;

use crate::by_hand::ByHand;
use crate::files::{Content, Files, VARIANT_WIDTH};
use crate::ground::Ground;
use crate::server::Rule;

scenarios!(nothing_unchecked_is_seen_and_nothing_confirmed_changes);

/// How many rounds; `PRESIZE_ROUNDS` says otherwise.
const ROUNDS: usize = 20;
const CONFIRMATIONS: usize = 3;
/// How often each of them is begun again when the upload is refused.
const ATTEMPTS: usize = 4;

/// What went wrong in a round.
#[derive(Debug, Default, PartialEq, Eq)]
struct Harm {
    /// Bytes that were not checked were seen.
    unchecked: usize,
    /// Something was confirmed, and was another file later.
    changed: usize,
    /// Something was confirmed, and was gone later.
    lost: usize,
}

fn nothing_unchecked_is_seen_and_nothing_confirmed_changes(ground: &Ground) {
    let rounds = std::env::var("PRESIZE_ROUNDS").map_or(ROUNDS, |text| text.parse().unwrap());
    let files = Files::draw(Originals::Stripped);
    let policies = [UploadPolicy::default(), UploadPolicy::default().variant_widths(&[VARIANT_WIDTH])];
    let uploads = policies.map(|policy| ground.uploads(policy));
    let (mut harm, mut confirmed) = (Harm::default(), 0);
    for round in 0..rounds {
        let (told, found) = attack(ground, &uploads[round % 2], &files, round);
        confirmed += told;
        harm = Harm {
            unchecked: harm.unchecked + usize::from(found.unchecked > 0),
            changed: harm.changed + usize::from(found.changed > 0),
            lost: harm.lost + usize::from(found.lost > 0),
        };
    }
    println!("{rounds} rounds, {confirmed} times confirmed under attack; rounds with harm: {harm:?}");
    assert!(confirmed > 0, "nothing was confirmed under attack");
    assert_eq!((harm.unchecked, harm.lost), (0, 0), "{harm:?}");
    if ground.keeps(Rule::AtomicCreateOnly) {
        assert_eq!(harm.changed, 0, "{harm:?}");
    }
}

/// How often it was confirmed, and what went wrong.
fn attack(ground: &Ground, uploads: &Uploads, files: &Files, round: usize) -> (usize, Harm) {
    let ticket = ground.upload(uploads, &files.photos[round % 2]);
    let is_over = AtomicBool::new(false);
    let put = |file: &[u8]| ground.send_changed(&ticket.method, &ticket.url, &ticket.headers, file);
    let client = || {
        let order = [&files.page, &files.photos[1], &files.damaged, &files.photos[0]];
        for number in round.. {
            if is_over.load(Ordering::Acquire) {
                break;
            }
            put(order[number % 4]).into_success().unwrap();
            // Not in step with the confirmations.
            thread::sleep(Duration::from_micros(700 * (number as u64 % 7)));
        }
    };
    let watcher = || {
        let mut seen = Vec::new();
        while !is_over.load(Ordering::Acquire) {
            let start = Instant::now();
            seen.push((start, ground.content(&ticket.key, files)));
        }
        seen
    };
    // One of them begins with one that is interrupted.
    let confirm = |number: usize| {
        if number == 0 {
            ByHand::begin(ground, uploads, &ticket.key).steps(round % 12);
        }
        let request = ConfirmRequest::new("user-7", &ticket.key).size_bytes(files.len());
        let once = |_| confirm_upload(uploads, &request, &ground.client, PATIENT, |_| ());
        let told = (0..ATTEMPTS).map(once).find_map(Result::ok)?;
        Some((Instant::now(), told.etag))
    };
    let (seen, told) = thread::scope(|scope| {
        let watcher = scope.spawn(watcher);
        let client = scope.spawn(client);
        let confirmations: Vec<_> = (0..CONFIRMATIONS).map(|number| scope.spawn(move || confirm(number))).collect();
        let told: Vec<_> = confirmations.into_iter().filter_map(|thread| thread.join().unwrap()).collect();
        is_over.store(true, Ordering::Release);
        client.join().unwrap();
        (watcher.join().unwrap(), told)
    });

    let end = ground.content(&ticket.key, files);
    let mut harm = Harm::default();
    let all = seen.iter().map(|(_, content)| content).chain([&end]);
    harm.unchecked = all.filter(|content| matches!(content, Content::Unchecked(_))).count();
    for (moment, etag) in &told {
        let later: Vec<_> = seen.iter().filter(|(start, _)| start > moment).map(|(_, content)| content).collect();
        let is_lost = end == Content::Missing || later.contains(&&Content::Missing);
        harm.lost += usize::from(is_lost);
        let is_kept = end != Content::Missing && ground.etag(&ticket.key) == *etag && later.iter().all(|c| **c == end);
        harm.changed += usize::from(!is_lost && !is_kept);
    }

    // The attack is over: whatever became of it, the upload can be confirmed.
    put(&files.photos[0]).into_success().unwrap();
    let request = ConfirmRequest::new("user-7", &ticket.key).size_bytes(files.len());
    let last = confirm_upload(uploads, &request, &ground.client, PATIENT, |_| ());
    let last = last.unwrap_or_else(|error| panic!("round {round}: {error}, {end:?}, {} times told", told.len()));
    assert_eq!(ground.etag(&ticket.key), last.etag);
    let content = ground.content(&ticket.key, files);
    assert!(matches!(content, Content::Photo(_)), "{content:?}");
    for variant in &last.variants {
        assert!(files.is_variant_of(&ground.read(&variant.key), &content), "{} of {content:?}", variant.key);
    }
    if !told.is_empty() && harm == Harm::default() {
        assert_eq!(content, end);
    }
    assert!(!ground.is_stored(&format!("incoming/{}", ticket.key)));
    (told.len(), harm)
}
