//! Writes what the other languages say of options and errors from the tables of core: `cargo xtask generate`.
//!
//! ```text
//! options! { /// The largest file, in bytes. Default: 10485760 (10 MiB).
//!            max_bytes: u64 = 10 * 1024 * 1024, in 1..=4_294_967_295; }
//!
//! row -> doc (text, operations, default) -> render (code, names, words of one language) -> python | typescript | readme
//!     -> files: whole ones, blocks between markers, lists in docstrings
//! ```
//!
//! `check` writes nothing and fails where a file differs from what would be written. What the tables cannot say, which types
//! there are and what a language takes beyond them, is in `surface.rs`.

mod doc;
mod files;
mod language;
mod python;
mod readme;
mod render;
mod splice;
mod surface;
mod tables;
mod typescript;
mod wrap;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["write"] => files::write(),
        ["check"] => files::check(),
        _ => Err("presize-generate write | check".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}
