//! The S3 server as a program: what other languages' test suites rely on.
#![allow(clippy::unwrap_used, missing_docs)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::SystemTime;

use presize::{Bucket, Credentials, Presigner, UrlStyle};
use presize_examples::http::Client;
use serde_json::Value;

fn start(arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_s3-server"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn a_line_of_json_and_the_end_of_its_input() {
    let mut server = start(&["photos"]);
    let mut out = BufReader::new(server.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let said: Value = serde_json::from_str(&line).unwrap();
    let text = |name: &str| said[name].as_str().unwrap();

    assert_eq!(text("bucket"), "photos");
    let bucket = Bucket::custom(text("endpoint"), text("region"), "photos", UrlStyle::Path).unwrap();
    let (client, now) = (Client::new(), SystemTime::now());
    for (secret, status) in [(text("secret_access_key"), 200), ("another", 403)] {
        let credentials = Credentials::new(text("access_key_id"), secret).unwrap();
        let request = Presigner::new(bucket.clone(), credentials).put("cat.jpg").sign(now).unwrap();
        assert_eq!(client.send_presigned(&request, b"miaow").unwrap().status, status);
    }

    drop(server.stdin.take());
    assert!(server.wait().unwrap().success());
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "", "one line is all that it says");
}

#[test]
fn a_wrong_command_line_ends_at_once() {
    for arguments in [&[][..], &["photos", "../more"], &["../photos"], &["--help"]] {
        let output = start(arguments).wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("usage: s3-server BUCKET"), "{arguments:?}");
    }
}
