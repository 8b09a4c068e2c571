//! What a ticket binds the client to, and what becomes of that which it does not.

use std::time::SystemTime;

use presize::{ConfirmRequest, UploadPolicy, UploadRequest, UploadTicket, Uploads};
use presize_examples::confirm::confirm_upload;
use presize_examples::drive::PATIENT;

use crate::changes::{with, without};
use crate::confirmations::{jpeg, stripped};
use crate::ground::{Ground, assert_accepted, assert_refused};
use crate::server::Rule;

scenarios!(a_ticket_creates_once, a_promised_checksum_is_held, headers_that_a_client_adds_do_not_stay);

/// A photo, and the base64 of its hash by Python's `hashlib`.
const PHOTO: &[u8] = include_bytes!("../../../core/tests/vectors/images/gray.jpg");
const PHOTO_SHA256: &str = "G7rWWWHdr9Y2ikC0f0tubNhjiu2tFGkaYuJ/3VrHJfc=";

fn issue(uploads: &Uploads, request: &UploadRequest) -> UploadTicket {
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce).unwrap();
    uploads.issue(request, nonce, SystemTime::now()).unwrap()
}

fn a_ticket_creates_once(ground: &Ground) {
    let uploads = ground.uploads(UploadPolicy::default().create_only(true));
    let file = jpeg();
    let ticket = issue(&uploads, &UploadRequest::new("user-7", "image/jpeg", file.len() as u64));
    let headers = without(&ticket.headers, "if-none-match");
    assert_refused(&ground.send_changed(&ticket.method, &ticket.url, &headers, &file), "if-none-match left out");
    assert_accepted(&ground.client.upload(&ticket, &file).unwrap(), "the first");
    let answer = ground.client.upload(&ticket, &file).unwrap();
    ground.holds(Rule::CreateOnly, answer.status == 412, &answer);
    ground.confirm(&uploads, &ticket.key).unwrap();
}

/// A store that does not read the checksum takes other bytes; the confirmation does not.
fn a_promised_checksum_is_held(ground: &Ground) {
    let uploads = ground.uploads(UploadPolicy::default());
    let file = PHOTO.to_vec();
    let mut other = file.clone();
    *other.last_mut().unwrap() ^= 1;
    let request = UploadRequest::new("user-7", "image/jpeg", file.len() as u64).checksum_sha256(PHOTO_SHA256);
    let confirm = |key: &str| {
        let request = ConfirmRequest::new("user-7", key).checksum_sha256(PHOTO_SHA256);
        confirm_upload(&uploads, &request, &ground.client, PATIENT, |_| ())
    };
    let ticket = issue(&uploads, &request);
    let answer = ground.client.upload(&ticket, &other).unwrap();
    ground.holds(Rule::NewerChecksums, !answer.is_success(), &answer);
    if answer.is_success() {
        assert_eq!(confirm(&ticket.key).unwrap_err().code(), "upload_checksum_mismatch");
        assert!(!ground.is_stored(&ticket.key));
    }
    let ticket = issue(&uploads, &request);
    assert_accepted(&ground.client.upload(&ticket, &file).unwrap(), "the file that was promised");
    confirm(&ticket.key).unwrap();
    assert!(ground.read(&ticket.key) == stripped(&file));
}

/// A signature says which headers must be there, and not which must not.
fn headers_that_a_client_adds_do_not_stay(ground: &Ground) {
    for incoming_prefix in ["incoming", ""] {
        let policy = UploadPolicy::default().incoming_prefix(incoming_prefix).cache_control("max-age=60");
        let uploads = ground.uploads(policy);
        // With nothing to be stripped, the file could stay as it is.
        for file in [jpeg(), stripped(&jpeg())] {
            let ticket = issue(&uploads, &UploadRequest::new("user-7", "image/jpeg", file.len() as u64));
            let mut headers = ticket.headers.clone();
            for (name, value) in ADDED {
                headers = with(&headers, name, value);
            }
            assert_accepted(&ground.send_changed(&ticket.method, &ticket.url, &headers, &file), "PUT");
            for (name, value) in ADDED_AMZ {
                let headers = with(&headers, name, value);
                let answer = ground.send_changed(&ticket.method, &ticket.url, &headers, &file);
                ground.holds(Rule::UnsignedHeadersRefused, !answer.is_success(), &answer);
            }
            let confirmed = ground.confirm(&uploads, &ticket.key).unwrap();
            let answer = ground.send(ground.presigner.get(&ticket.key), b"").into_success().unwrap();
            assert!(answer.body == stripped(&file) && confirmed.bytes == answer.body.len() as u64);
            assert_eq!(answer.headers["cache-control"], "max-age=60");
            assert_eq!(answer.headers["content-type"], "image/jpeg");
            for (name, _) in ADDED.iter().chain(&ADDED_AMZ) {
                assert_eq!(answer.headers.get(*name), None, "{name} with {incoming_prefix:?}");
            }
        }
    }
}

const ADDED: [(&str, &str); 3] = [
    ("content-disposition", "attachment; filename=\"a.exe\""),
    ("content-language", "ko"),
    ("expires", "Thu, 01 Dec 2050 16:00:00 GMT"),
];
const ADDED_AMZ: [(&str, &str); 2] =
    [("x-amz-meta-app", "1"), ("x-amz-website-redirect-location", "https://example.com/")];
