//! What must not work, tried: tampered requests at the store, hostile files at presize.

use std::error::Error as StdError;
use std::io;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue, Method, header};
use presize::{
    ConfirmRequest, Confirmation, Confirmed, ImageRules, Presigner, StoreRequest, UploadPolicy, UploadRequest,
    UploadTicket, Uploads, check,
};

use crate::bomb;
use crate::http::{Answer, Client};
use crate::report::Refusal;

type Result<T> = std::result::Result<T, Box<dyn StdError>>;

/// Tries requests that differ from what was signed. A store that takes a presigned PUT for what it is refuses them all.
pub fn try_store(presigner: &Presigner, client: &Client, file: &[u8]) -> Result<Vec<Refusal>> {
    let now = SystemTime::now();
    let length = file.len() as u64;
    let put = presigner.put("uploads/user-7/cat.jpg").content_type("image/jpeg").content_length(length).sign(now)?;

    let another_key = put.url.replace("user-7", "user-8");
    let tampered = client.send(&put.method, &another_key, &put.headers, file)?;

    let longer = [file, b"more"].concat();
    let headers = with_header(&put.headers, header::CONTENT_LENGTH, HeaderValue::from(longer.len()));
    let wrong_length = client.send(&put.method, &put.url, &headers, &longer)?;

    let headers = with_header(&put.headers, header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    let wrong_type = client.send(&put.method, &put.url, &headers, file)?;

    let an_hour_ago = now - Duration::from_hours(1);
    let expired = presigner.get("uploads/user-7/cat.jpg").expires_in(Duration::from_mins(5)).sign(an_hour_ago)?;
    let expired = client.send_presigned(&expired, b"")?;

    Ok(vec![
        by_store("a tampered URL: another user's key", &tampered),
        by_store("4 bytes more than the ticket says", &wrong_length),
        by_store("text/html instead of image/jpeg", &wrong_type),
        by_store("a URL that expired 55 minutes ago", &expired),
    ])
}

/// Tries requests for a ticket that the policy must not grant.
pub fn try_policy(presigner: &Presigner, policy: &UploadPolicy) -> Result<Vec<Refusal>> {
    let uploads = Uploads::new(presigner.clone(), policy.clone())?;
    let ask = |content_type, size_bytes| {
        let request = UploadRequest::new("user-7", content_type, size_bytes);
        uploads.issue(&request, [0; 16], SystemTime::now())
    };
    Ok(vec![
        by_presize("a ticket for one byte too many", 413, "upload_too_large", &ask("image/jpeg", policy.max_bytes + 1)),
        by_presize("a ticket for an SVG", 415, "upload_format_not_allowed", &ask("image/svg+xml", 1000)),
    ])
}

/// Tries uploads that are not what their tickets were for, or do not stay what they were.
pub fn try_uploads(uploads: &Uploads, client: &Client, jpeg: &[u8]) -> Result<Vec<Refusal>> {
    let page = b"<!DOCTYPE html><script>alert(document.cookie)</script>".as_slice();
    let mut lying = start(uploads, client, page)?;
    let lying = carry_on(&mut lying.0, client, |_| Ok(()))?;

    let (mut confirmation, ticket) = start(uploads, client, jpeg)?;
    let half = jpeg.get(..jpeg.len() / 2).unwrap_or_default();
    let other = [half, jpeg.get(..jpeg.len() - half.len()).unwrap_or_default()].concat();
    let replaced = carry_on(&mut confirmation, client, |request| {
        // The ticket still holds: another file comes when the first one has been looked at, and is about to be read.
        if request.method == Method::GET { client.upload(&ticket, &other)?.into_success().map(drop) } else { Ok(()) }
    })?;
    Ok(vec![
        by_presize("a page that says it is a JPEG, confirmed", 415, "image_format_not_allowed", &lying),
        by_presize("a file replaced while it is checked", 409, "upload_replaced", &replaced),
    ])
}

/// Uploads a file as a JPEG and begins to confirm it.
fn start(uploads: &Uploads, client: &Client, file: &[u8]) -> Result<(Confirmation, UploadTicket)> {
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce)?;
    let now = SystemTime::now();
    let ticket = uploads.issue(&UploadRequest::new("user-7", "image/jpeg", file.len() as u64), nonce, now)?;
    client.upload(&ticket, file)?.into_success()?;
    let confirmation = uploads.confirm(&ConfirmRequest::new("user-7", &ticket.key), now)?;
    Ok((confirmation, ticket))
}

/// Carries a confirmation to its end, with something happening before each request.
fn carry_on(
    confirmation: &mut Confirmation,
    client: &Client,
    before: impl Fn(&StoreRequest) -> io::Result<()>,
) -> Result<presize::Result<Confirmed>> {
    while let Some(request) = confirmation.next_request(SystemTime::now())? {
        before(&request)?;
        confirmation.answer(client.send_to_store(&request, Duration::from_mins(1))?);
    }
    Ok(confirmation.finish())
}

/// Tries files that look like images, or call themselves so, and must not be taken for one.
pub fn try_files(rules: &ImageRules, jpeg: &[u8]) -> Result<Vec<Refusal>> {
    let half = jpeg.get(..jpeg.len() / 2).unwrap_or_default();
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(document.cookie)</script></svg>"#;
    let bomb = bomb::draw()?;
    Ok(vec![
        by_presize("half a JPEG", 422, "image_corrupt", &check(half, Some("image/jpeg"), rules)),
        by_presize("an SVG with a script", 415, "image_format_not_allowed", &check(svg, None, rules)),
        by_presize("a 150-megapixel PNG of 18 kB", 413, "image_too_large", &check(&bomb, Some("image/png"), rules)),
        by_presize("a JPEG that says image/png", 415, "image_format_mismatch", &check(jpeg, Some("image/png"), rules)),
    ])
}

fn with_header(headers: &HeaderMap, name: header::HeaderName, value: HeaderValue) -> HeaderMap {
    let mut headers = headers.clone();
    headers.insert(name, value);
    headers
}

fn by_store(attempt: &'static str, answer: &Answer) -> Refusal {
    Refusal {
        attempt,
        by: "the store",
        expected_status: 403,
        expected_code: None,
        status: answer.status,
        code: answer.s3_code().unwrap_or_else(|| "not refused".to_owned()),
    }
}

fn by_presize<T>(attempt: &'static str, status: u16, code: &'static str, result: &presize::Result<T>) -> Refusal {
    let (expected_status, expected_code) = (status, Some(code));
    let (status, code) = match result {
        Ok(_) => (200, "not refused"),
        Err(error) => (error.http_status(), error.code()),
    };
    Refusal { attempt, by: "presize", expected_status, expected_code, status, code: code.to_owned() }
}
