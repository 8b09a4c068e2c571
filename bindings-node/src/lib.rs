//! The addon beneath the npm package `presize`. It turns JavaScript's values into the core's and back; it has no rules, no
//! defaults and no messages of its own, and its callers are the modules in `lib/`, not programs.
//!
//! What keeps a call cheap: plain functions with an `External`, because the methods of a napi class take three times as
//! long to enter; options packed into one string (`wire.rs`), because every look into an object from here costs more
//! than a look in JavaScript; one string back, in Latin-1 where it is ASCII, because that is copied and not decoded.
#![deny(unsafe_code, reason = "napi's macros expand to some, so it cannot be forbidden")]
#![allow(missing_docs, reason = "the public documentation is that of index.d.ts")]
#![cfg_attr(test, allow(dead_code, reason = "in a build for tests, which there are none of, napi exports nothing"))]
#![allow(unreachable_pub, reason = "napi exports what is `pub`")]
#![allow(clippy::needless_pass_by_value, reason = "napi hands arguments over by value")]

mod cloudfront;
mod confirm;
mod convert;
mod error;
mod images;
mod input;
mod json_field;
mod json_scan;
mod panic_hook;
mod rules;
mod signing;
mod spelling;
mod tasks;
mod time;
mod uploads;
mod wire;

/// The version of the crate, which that of the package must equal.
#[napi_derive::napi]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
