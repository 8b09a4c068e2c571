//! Runs the programs of `examples/`, which `cargo test` has built, as a reader of them would.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is the failure report of a test")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings, UriPathNormalizationMode,
    sign,
};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::client::identity::Identity;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// An example, with none of the variables that its environment may hold.
fn example(name: &str) -> Command {
    let own = std::env::current_exe().unwrap();
    let folder = own.ancestors().nth(2).unwrap().join("examples");
    let program = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(program.is_file(), "{} is not built: cargo build --package presize --examples", program.display());
    let mut command = Command::new(program);
    for (variable, _) in std::env::vars_os() {
        let variable = variable.to_string_lossy().into_owned();
        if variable.starts_with("AWS_") || variable.starts_with("R2_") {
            command.env_remove(variable);
        }
    }
    command
}

fn run(mut command: Command, input: &str) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that does not read what it is given has closed the pipe.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn image(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/images").join(name)
}

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// The signature that AWS's own code gives to the PUT.
fn signature_by_aws(url: &str, headers: &[(&str, &str)], now: SystemTime) -> String {
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(Duration::from_mins(5));
    settings.excluded_headers = None;
    let identity: Identity = Credentials::new("AKIDEXAMPLE", SECRET, None, None, "test").into();
    let params = SigningParams::builder().identity(&identity).region("eu-central-1").name("s3").time(now);
    let params = params.settings(settings).build().unwrap().into();
    let request = SignableRequest::new("PUT", url, headers.iter().copied(), SignableBody::UnsignedPayload).unwrap();
    sign(request, &params).unwrap().into_parts().1
}

#[test]
fn sign_put_prints_a_request_with_the_signature_of_aws() {
    let before = SystemTime::now();
    let mut command = example("sign_put");
    command.args(["cats/1.webp", "48211"]);
    for (name, value) in [
        ("AWS_REGION", "eu-central-1"),
        ("AWS_BUCKET_NAME", "photos"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
    ] {
        command.env(name, value);
    }
    let output = run(command, "");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let lines: Vec<&str> = text(&output.stdout).lines().map(|line| line.trim_matches([' ', '\\'])).collect();
    let (url, headers) = lines.split_last().map(|(url, rest)| (url.trim_matches('\''), &rest[1..])).unwrap();
    assert_eq!(lines[0], "curl --request PUT --upload-file cats/1.webp");
    let headers: Vec<_> = headers
        .iter()
        .map(|line| line.strip_prefix("--header '").and_then(|line| line.strip_suffix('\'')?.split_once(": ")).unwrap())
        .collect();
    assert!(headers.contains(&("content-type", "image/webp")) && headers.contains(&("content-length", "48211")));

    let (address, query) = url.split_once('?').unwrap();
    assert_eq!(address, "https://photos.s3.eu-central-1.amazonaws.com/cats/1.webp");
    let received = query.split('&').find_map(|pair| pair.strip_prefix("X-Amz-Signature=")).unwrap();
    // It was signed in one of the seconds that it ran in.
    let seconds = before.elapsed().unwrap().as_secs() + 1;
    let mut times = (0..=seconds).map(|second| before + Duration::from_secs(second));
    assert!(times.any(|now| signature_by_aws(address, &headers, now) == received), "{url}");
}

#[test]
fn sign_put_names_the_variables_that_are_missing() {
    let mut command = example("sign_put");
    command.args(["cats/1.webp", "48211"]);
    let output = run(command, "");
    assert!(!output.status.success() && text(&output.stderr).contains("AWS_ACCESS_KEY_ID"), "{output:?}");
}

#[test]
fn thumbnail_writes_a_square_that_the_png_crate_reads() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let small = folder.join("thumbnail.png");
    let mut command = example("thumbnail");
    command.args([&image("large.png"), &small]);
    let output = run(command, "");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let file = fs::read(small).unwrap();
    assert_eq!(text(&output.stdout).trim_end(), format!("160 x 160 png, {} bytes", file.len()));
    let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((frame.width, frame.height), (160, 160));
}

#[test]
fn check_data_uri_answers_as_a_back_end_would() {
    let uri = |media_type: &str, bytes: &[u8]| format!("data:{media_type};base64,{}\n", STANDARD.encode(bytes));
    let photo = fs::read(image("large.jpg")).unwrap();
    for (body, expected) in [
        (uri("image/jpeg", &photo), "200 jpeg 800 x 700"),
        (uri("image/jpeg", &photo[..photo.len() / 2]), "422 image_corrupt: "),
        (uri("image/png", &photo), "415 image_format_mismatch: "),
        (uri("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "415 image_format_not_allowed: "),
        ("hello".to_owned(), "400 data_uri_malformed: "),
        ("a".repeat(8_000_000), "400 data_uri_malformed: "),
        (format!("data:image/jpeg;base64,{}", "A".repeat(8_000_000)), "413 data_uri_too_large: "),
    ] {
        let output = run(example("check_data_uri"), &body);
        assert!(text(&output.stdout).starts_with(expected), "{expected}: {output:?}");
        assert!(output.status.success() && output.stderr.is_empty());
    }
}
