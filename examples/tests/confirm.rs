//! The driver of a confirmation against a store that fails: what is tried again, what is not, and when it is enough.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use presize::{
    Bucket, ConfirmRequest, Confirmed, Credentials, ImageRules, Presigner, Result, UploadOutcome, UploadPolicy,
    Uploads, UrlStyle, Verify, strip_metadata,
};
use presize_examples::confirm::confirm_upload;
use presize_examples::drive::{PATIENT, Patience};
use presize_examples::http::Client;
use presize_examples::photo::{self, PhotoSize};

const KEY: &str = "uploads/user-7/1700000000000-0123456789abcdef.jpg";

/// What the store does with one request.
#[derive(Clone)]
enum Act {
    /// Answers with a status, headers and a body.
    Answer(u16, String, Vec<u8>),
    /// Closes the connection without a word.
    HangUp,
    /// Announces the whole body and sends half of it.
    Half(String, Vec<u8>),
    /// Says nothing for a long time.
    Sleep,
    /// Sends a byte now and then.
    Drip,
    /// Sends a body that has no end.
    Endless(String),
}

fn status(status: u16) -> Act {
    Act::Answer(status, "content-length: 0\r\n".to_owned(), Vec::new())
}

/// A store that does what it was told, request by request, and keeps a list of what it was asked.
struct Store {
    endpoint: String,
    asked: Arc<Mutex<Vec<String>>>,
    left: Arc<Mutex<VecDeque<Act>>>,
}

impl Store {
    fn start(acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let left = Arc::new(Mutex::new(VecDeque::from(acts)));
        let (given, kept) = (Arc::clone(&left), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (given, kept) = (Arc::clone(&given), Arc::clone(&kept));
                std::thread::spawn(move || serve(&stream.unwrap(), &given, &kept));
            }
        });
        Self { endpoint, asked, left }
    }

    fn confirm(&self, policy: UploadPolicy, patience: Patience) -> Result<Confirmed> {
        let bucket = Bucket::custom(&self.endpoint, "us-east-1", "photos", UrlStyle::Path).unwrap();
        let presigner = Presigner::new(bucket, Credentials::new("AKIDEXAMPLE", "secret").unwrap());
        let uploads = Uploads::new(presigner, policy).unwrap();
        let mut events = Vec::new();
        let request = ConfirmRequest::new("user-7", KEY);
        let result = confirm_upload(&uploads, &request, &Client::new(), patience, |event| events.push(event.clone()));
        assert_eq!(events.len(), 1, "one event, however it ends");
        assert_eq!(events[0].outcome == UploadOutcome::Confirmed, result.is_ok());
        assert_eq!(events[0].code, result.as_ref().err().map(presize::Error::code));
        if let Err(error) = &result {
            let told = format!("{error} {error:?} {:?}", events[0]);
            assert!(!told.contains("X-Amz-") && !told.contains("secret"), "{told}");
        }
        result
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn left(&self) -> usize {
        self.left.lock().unwrap().len()
    }
}

/// One request for each connection.
fn serve(mut stream: &TcpStream, acts: &Mutex<VecDeque<Act>>, asked: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream);
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    let path = line.split(['?', ' ']).take(2).collect::<Vec<_>>().join(" ");
    let mut length = 0;
    loop {
        let mut header = String::new();
        lines.read_line(&mut header).unwrap();
        if header.trim().is_empty() {
            break;
        }
        if let Some(text) = header.to_lowercase().strip_prefix("content-length:") {
            length = text.trim().parse().unwrap();
        }
    }
    lines.take(length).read_to_end(&mut Vec::new()).unwrap();
    asked.lock().unwrap().push(path);
    let act = acts.lock().unwrap().pop_front().unwrap_or_else(|| status(418));
    // Who gives up closes the connection: what cannot be written is none of our business.
    let mut send = |bytes: &[u8]| stream.write_all(bytes).is_ok();
    let start = |status: u16, headers: &str| format!("HTTP/1.1 {status} -\r\nconnection: close\r\n{headers}\r\n");
    match act {
        Act::Answer(status, headers, body) => _ = send(start(status, &headers).as_bytes()) && send(&body),
        Act::HangUp => {}
        Act::Half(headers, body) => _ = send(start(200, &headers).as_bytes()) && send(&body[..body.len() / 2]),
        Act::Sleep => std::thread::sleep(Duration::from_secs(20)),
        Act::Drip => {
            let mut rest = b"HTTP/1.1 200 -\r\nx-slow: ".iter().chain(std::iter::repeat(&b'a'));
            while send(&[*rest.next().unwrap()]) {
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        Act::Endless(headers) => {
            let mut goes_on = send(start(200, &headers).as_bytes());
            while goes_on {
                goes_on = send(&[b'-'; 8_192]);
            }
        }
    }
}

fn jpeg() -> Vec<u8> {
    photo::draw(PhotoSize { width: 60, height: 80 }).unwrap()
}

fn object(bytes: usize) -> String {
    format!("etag: \"0123\"\r\ncontent-type: image/jpeg\r\ncontent-length: {bytes}\r\n")
}

/// What is written: the photo without its metadata.
fn stripped() -> Vec<u8> {
    strip_metadata(&jpeg(), &ImageRules::default()).unwrap().bytes.into_owned()
}

/// The main path on a server that does not promise to read conditions. It keeps no metadata, so that what was written is read
/// again.
fn good() -> Vec<Act> {
    let (file, stripped) = (jpeg(), stripped());
    vec![
        status(404),
        Act::Answer(200, object(file.len()), Vec::new()),
        Act::Answer(200, object(file.len()), file),
        status(404),
        Act::Answer(200, "etag: \"0123\"\r\ncontent-length: 0\r\n".to_owned(), Vec::new()),
        Act::Answer(200, object(stripped.len()), Vec::new()),
        Act::Answer(200, object(stripped.len()), stripped),
        status(204),
    ]
}

fn path() -> Vec<String> {
    let incoming = "incoming/";
    [
        ("HEAD", ""),
        ("HEAD", incoming),
        ("GET", incoming),
        ("HEAD", ""),
        ("PUT", ""),
        ("HEAD", ""),
        ("GET", ""),
        ("DELETE", incoming),
    ]
    .map(|(method, start)| format!("{method} /photos/{start}{KEY}"))
    .to_vec()
}

const SHORT: Patience = Patience { timeout: Duration::from_millis(700), retries: 3 };

#[test]
fn each_request_is_tried_again() {
    let file = jpeg();
    for (number, expected) in path().into_iter().enumerate() {
        for act in [Act::HangUp, status(429), status(500), status(503), Act::Half(object(file.len()), file.clone())] {
            let is_get = expected.starts_with("GET");
            if matches!(act, Act::Half(..)) && !is_get {
                continue;
            }
            let mut acts = good();
            acts.insert(number, act);
            let store = Store::start(acts);
            let start = Instant::now();
            let confirmed = store.confirm(UploadPolicy::default(), PATIENT).unwrap();
            assert_eq!((confirmed.width, confirmed.height, confirmed.etag.as_str()), (60, 80, "0123"));
            assert!(start.elapsed() >= Duration::from_millis(200), "not at once");
            let mut asked = path();
            asked.insert(number, expected.clone());
            assert_eq!((store.asked(), store.left()), (asked, 0));
        }
    }
}

#[test]
fn after_three_times_it_is_enough() {
    let store = Store::start(vec![status(404), status(503), Act::HangUp, status(500), status(503), status(503)]);
    let start = Instant::now();
    let error = store.confirm(UploadPolicy::default(), PATIENT).unwrap_err();
    assert_eq!(error.code(), "store_unavailable");
    assert!(error.to_string().contains("503"), "{error}");
    let elapsed = start.elapsed();
    assert!(elapsed >= Duration::from_millis(1400) && elapsed < Duration::from_secs(10), "{elapsed:?}");
    let path = path();
    assert_eq!(store.asked(), [&path[..2], &vec![path[1].clone(); 3]].concat(), "and nothing is deleted");
}

#[test]
fn an_overloaded_store_is_named() {
    let document = b"<Error><Code>SlowDown</Code><Message>AKIDEXAMPLE</Message></Error>".to_vec();
    let mut acts = good();
    acts[2] = Act::Answer(503, format!("content-length: {}\r\n", document.len()), document);
    let patience = Patience { retries: 0, ..PATIENT };
    let error = Store::start(acts).confirm(UploadPolicy::default(), patience).unwrap_err();
    assert_eq!(error.to_string(), "expected an answer of the store, received none: the store answered 503 (SlowDown)");
}

#[test]
fn what_is_done_stays_done() {
    let mut acts = good();
    acts.truncate(7);
    acts.extend([status(500), status(500), status(500), status(500)]);
    let store = Store::start(acts);
    assert_eq!(store.confirm(UploadPolicy::default(), PATIENT).unwrap().width, 60, "the incoming object is left over");
    assert_eq!((store.asked().len(), store.left()), (11, 0));
}

#[test]
fn a_status_that_will_not_change_is_not_tried_again() {
    for (status, headers) in
        [(400, ""), (401, ""), (409, ""), (501, ""), (301, "location: /elsewhere\r\n"), (307, "location: /\r\n")]
    {
        let store = Store::start(vec![Act::Answer(status, format!("content-length: 0\r\n{headers}"), Vec::new())]);
        assert_eq!(store.confirm(UploadPolicy::default(), PATIENT).unwrap_err().code(), "store_refused");
        // What 400 to HEAD means is said by the answer to GET.
        let asked = if status == 400 { vec![path()[0].clone(), path()[2].clone()] } else { path()[..1].to_vec() };
        assert_eq!(store.asked(), asked, "{status}");
    }
}

#[test]
fn it_ends_in_time() {
    let stuck = [vec![Act::Sleep], vec![Act::Drip], vec![status(503), status(503), Act::Sleep]];
    for acts in stuck.into_iter().chain([vec![status(404), Act::Sleep]]) {
        let store = Store::start(acts);
        let start = Instant::now();
        assert_eq!(store.confirm(UploadPolicy::default(), SHORT).unwrap_err().code(), "store_unavailable");
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }
    let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let store = Store { endpoint: format!("http://{nobody}"), ..Store::start(Vec::new()) };
    assert_eq!(store.confirm(UploadPolicy::default(), SHORT).unwrap_err().code(), "store_unavailable");
}

#[test]
fn no_more_is_read_than_was_asked_for() {
    let mut acts = good();
    acts[1] = Act::Answer(200, object(1_000_000), Vec::new());
    acts[2] = Act::Endless(object(1_000_000));
    let store = Store::start(acts);
    let error = store.confirm(UploadPolicy::default().verify(Verify::Head), PATIENT).unwrap_err();
    assert_eq!(error.code(), "image_format_unknown");
    let path = path();
    assert_eq!(store.asked(), [&path[..4], &path[7..]].concat(), "what is refused is deleted, after a last look");
}
