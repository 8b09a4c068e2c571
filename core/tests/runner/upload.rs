//! The calls of `upload.json`.

use presize::{Result, UploadPolicy, UploadRequest, Uploads};
use serde_json::{Value, json};

use super::input::named;
use super::presign::{read_presigner, read_time, show_headers, text, unix_seconds};

/// Runs a call of this part; `None` when the call is another part's.
pub(crate) fn call(call: &str, input: &Value) -> Option<Result<Value>> {
    (call == "issue").then(|| issue(input))
}

fn issue(input: &Value) -> Result<Value> {
    let policy = UploadPolicy::from_named(named(&input["policy"]))?;
    let uploads = Uploads::new(read_presigner(input)?, policy)?;
    let request = UploadRequest::from_named(named(&input["request"]))?;
    let nonce = u128::from_str_radix(text(input, "nonce"), 16).expect("32 hexadecimal digits").to_be_bytes();
    let ticket = uploads.issue(&request, nonce, read_time(&input["now"]))?;
    Ok(json!({
        "method": ticket.method.as_str(),
        "url": ticket.url,
        "headers": show_headers(&ticket.headers),
        "fields": ticket.fields,
        "key": ticket.key,
        "public_url": ticket.public_url,
        "expires_in": ticket.expires_in.as_secs(),
        "expires_at": unix_seconds(ticket.expires_at),
    }))
}
