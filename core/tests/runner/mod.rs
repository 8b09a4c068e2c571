//! What each call of the conformance suite means in Rust, one file a part.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is the failure report of a test")]

mod answers;
pub(crate) mod api;
mod cloudfront;
mod confirm;
mod data_uri;
mod delivery;
mod events;
mod exchange;
mod image_check;
mod image_transform;
mod input;
mod json_scan;
mod pixels;
mod placeholder;
mod post_form;
mod presign;
mod resize;
mod strip;
mod upload;

use serde_json::Value;

/// Runs a call; `None` if no part knows it.
pub(crate) fn call(call: &str, input: &Value) -> Option<presize::Result<Value>> {
    data_uri::call(call, input)
        .or_else(|| answers::call(call, input))
        .or_else(|| cloudfront::call(call, input))
        .or_else(|| confirm::call(call, input))
        .or_else(|| delivery::call(call, input))
        .or_else(|| events::call(call, input))
        .or_else(|| image_check::call(call, input))
        .or_else(|| image_transform::call(call, input))
        .or_else(|| json_scan::call(call, input))
        .or_else(|| pixels::call(call, input))
        .or_else(|| placeholder::call(call, input))
        .or_else(|| post_form::call(call, input))
        .or_else(|| presign::call(call, input))
        .or_else(|| resize::call(call, input))
        .or_else(|| strip::call(call, input))
        .or_else(|| upload::call(call, input))
}

/// What a call gives beside its error.
pub(crate) fn beside_error(call: &str, input: &Value) -> Value {
    match call {
        "confirm" => confirm::beside_error(input),
        "resize_object" => resize::beside_error(input),
        _ => Value::Null,
    }
}

/// Whether the crate is built with one of its features, by the name that a case gives.
pub(crate) fn has_feature(name: &str) -> bool {
    match name {
        "cloudfront-rsa" => cfg!(feature = "cloudfront-rsa"),
        other => panic!("unknown feature {other}"),
    }
}
