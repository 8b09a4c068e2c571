//! The calls of `post_form.json`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use presize::{PostForm, PostFormOptions, Result};
use serde_json::{Value, json};

use super::input::{named, same};
use super::presign::{read_presigner, read_time, text, unix_seconds};

/// Runs a call of this file; `None` for any other call.
pub(crate) fn call(call: &str, input: &Value) -> Option<Result<Value>> {
    (call == "post_form").then(|| post_form(input))
}

fn post_form(input: &Value) -> Result<Value> {
    let presigner = read_presigner(input)?;
    let (builder, now) = (|| presigner.post_form(text(input, "key")), read_time(&input["now"]));
    let values = || named(&input["options"]);
    let by_name = builder().named(values()).and_then(|builder| builder.sign(now));
    let at_once = PostFormOptions::from_named(values()).and_then(|options| builder().options(options).sign(now));
    same(by_name.map(|form| show(&form)), &at_once.map(|form| show(&form)))
}

/// The form with its fields in order, and the decoded policy, so that a difference can be read.
fn show(form: &PostForm) -> Value {
    let policy =
        form.fields.iter().find(|(name, _)| name == "policy").map(|(_, policy)| STANDARD.decode(policy).unwrap());
    json!({
        "url": form.url,
        "fields": form.fields,
        "policy": String::from_utf8(policy.expect("a policy")).unwrap(),
        "expires_in": form.expires_in.as_secs(),
        "expires_at": unix_seconds(form.expires_at),
    })
}
