//! No call takes more memory than its rules allow, whatever the file asks for: measured by an allocator that counts.
//!
//! Rust ends the process when an allocation fails, and no `catch_unwind` helps. So what is held here, for every image of the
//! vectors, for the committed fuzz corpus, and for files made to ask for as much as they can, is that the most that a call has
//! in use at once stays within `max_memory_bytes` x 1.2 + 2 MB: an allocator that fails above that never would.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is the failure report of a test")]

mod memory {
    pub(crate) mod counting;
    pub(crate) mod hostile;
}

use std::fs;
use std::path::{Path, PathBuf};

use memory::counting::peak_of;
use memory::hostile;
use presize::{
    Fit, ImageRules, OutputFormat, Result, Transform, check, decode, inspect, strip_metadata, transform, transform_many,
};

/// The budgets that every file is tried with, in bytes: the least that there is, small ones, and the default.
const BUDGETS: [u64; 5] = [1 << 20, 5_000_000, 8_000_000, 16_000_000, 384 << 20];

fn allowed_bytes(budget: u64) -> u64 {
    budget + budget / 5 + 2_000_000
}

type Call = fn(&[u8], &ImageRules) -> Result<()>;

/// The calls that read files, by name.
const CALLS: [(&str, Call); 9] = [
    ("inspect", |bytes, _| inspect(bytes).map(drop)),
    ("check", |bytes, rules| check(bytes, None, rules).map(drop)),
    ("strip", |bytes, rules| strip_metadata(bytes, rules).map(drop)),
    ("decode", |bytes, rules| decode(bytes, &Transform::default(), rules).map(drop)),
    ("to a JPEG of 320", |bytes, rules| transform(bytes, &to(OutputFormat::Jpeg).width(320), rules).map(drop)),
    ("to a PNG on a square", |bytes, rules| {
        transform(bytes, &to(OutputFormat::Png).width(64).height(64).fit(Fit::Contain), rules).map(drop)
    }),
    ("to a lossless WebP of its size", |bytes, rules| {
        transform(bytes, &to(OutputFormat::Webp).lossless(true), rules).map(drop)
    }),
    ("to a WebP of its size", |bytes, rules| transform(bytes, &to(OutputFormat::Webp), rules).map(drop)),
    ("to three sizes", |bytes, rules| {
        let sizes = [800, 320, 80].map(|width| to(OutputFormat::Jpeg).width(width));
        transform_many(bytes, &sizes, rules).map(drop)
    }),
];

fn to(format: OutputFormat) -> Transform {
    Transform::default().format(format)
}

/// Tries calls with all budgets. What exceeds its budget is listed.
fn exceeding(name: &str, bytes: &[u8], calls: &[(&str, Call)]) -> Vec<String> {
    let mut found = Vec::new();
    for (call, run) in calls {
        for budget in BUDGETS {
            let rules = ImageRules::default().max_memory_bytes(budget).max_bytes(64 << 20).allow_polyglots(true);
            let (peak, result) = peak_of(|| run(bytes, &rules));
            if peak > allowed_bytes(budget) {
                let outcome = result.map_or_else(|error| error.code().to_owned(), |()| "ok".to_owned());
                found.push(format!("{name}: {call} with {budget} bytes: {peak} bytes at once, {outcome}"));
            }
        }
    }
    found
}

/// One test for all, so that nothing else allocates while something is measured.
#[test]
fn no_call_takes_more_than_its_rules_allow() {
    let core = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut count = 0;
    for path in files(&core.join("tests/vectors/images")).into_iter().chain(files(&core.join("fuzz/seeds"))) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        found.extend(exceeding(&name, &fs::read(&path).unwrap(), &CALLS));
        count += 1;
    }
    assert!(count > 200, "{count} files");
    for (name, bytes) in hostile::files() {
        found.extend(exceeding(name, &bytes, &CALLS[1..5]));
        // These are what they say: with fewer groups that are used all tables are made, with all of them there is no room.
        let rules = ImageRules::default().max_memory_bytes(256 << 20);
        let outcome = check(&bytes, None, &rules).map(drop).map_err(|error| error.code());
        match name {
            "65536 groups, 16 of them used" => assert_eq!(outcome, Ok(())),
            "65536 groups, all used" => assert_eq!(outcome, Err("image_too_large")),
            _ => {}
        }
    }
    assert!(found.is_empty(), "{} exceed their budget:\n{}", found.len(), found.join("\n"));
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { paths.extend(files(&path)) } else { paths.push(path) }
    }
    paths.sort();
    paths
}
