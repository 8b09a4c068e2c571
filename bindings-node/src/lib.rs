//! The native addon of the npm package `presize`. It converts values between JavaScript and the core. It has no rules, defaults
//! or messages of its own, and is called only by the modules in `lib/`.
//!
//! Three choices keep calls cheap. Functions take an `External`, because methods of a napi class take three times as long to
//! enter. Options cross as one string (`wire.rs`), because every property that is read from here costs a call into V8. A result
//! in ASCII is returned as a Latin-1 string, which V8 copies without decoding.
#![deny(unsafe_code, reason = "napi's macros expand to some, so it cannot be forbidden")]
#![allow(missing_docs, reason = "the public documentation is in index.d.ts")]
#![cfg_attr(test, allow(dead_code, reason = "in a build for tests, which there are none of, napi exports nothing"))]
#![allow(unreachable_pub, reason = "napi exports what is `pub`")]
#![allow(clippy::needless_pass_by_value, reason = "napi hands arguments over by value")]

mod answers;
mod arguments;
mod cloudfront;
mod confirm;
mod delivery;
mod error;
mod exchange;
mod images;
mod input;
mod json_field;
mod json_scan;
mod panic_hook;
mod resize;
mod results;
mod rules;
mod signing;
mod spelling;
mod store_events;
mod tasks;
mod time;
mod uploads;
mod wire;

/// The version of the crate, which must equal that of the package.
#[napi_derive::napi]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
