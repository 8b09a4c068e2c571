//! No decoder panics, whatever it is given: a panic would be caught and become an error, but its text would stand in the log of
//! a server. Held for every image of the vectors, for the committed fuzz corpus, and for damaged copies of small files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is the failure report of a test")]

use std::fs;
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use presize::{ImageRules, OutputFormat, Transform, check, inspect, transform};

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { paths.extend(files(&path)) } else { paths.push(path) }
    }
    paths.sort();
    paths
}

#[test]
fn nothing_panics() {
    let panics = Arc::new(Mutex::new(Vec::new()));
    let before = panic::take_hook();
    let seen = Arc::clone(&panics);
    panic::set_hook(Box::new(move |info| {
        if presize::catches_panics() {
            seen.lock().unwrap().push(info.to_string());
        } else {
            before(info);
        }
    }));
    let rules = ImageRules::default().allow_polyglots(true).max_pixels(1_000_000);
    let small = Transform::default().width(20).format(OutputFormat::Png);
    let mut state = 0x9e37_79b9_u32;
    let mut draw = |below: usize| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as usize % below.max(1)
    };
    let core = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for path in files(&core.join("tests/vectors/images")).into_iter().chain(files(&core.join("fuzz/seeds"))) {
        let bytes = fs::read(&path).unwrap();
        let damaged = (0..if bytes.len() < 2_000 { 10 } else { 1 }).map(|_| {
            let mut copy = bytes.clone();
            for _ in 0..=draw(3) {
                let at = draw(copy.len());
                if let Some(byte) = copy.get_mut(at) {
                    *byte = draw(256) as u8;
                }
            }
            copy
        });
        for bytes in damaged.chain([bytes.clone()]).collect::<Vec<_>>() {
            let _ = inspect(&bytes);
            let _ = check(&bytes, None, &rules);
            let _ = transform(&bytes, &small, &rules);
            found.extend(panics.lock().unwrap().drain(..).map(|text| format!("{}: {text}", path.display())));
        }
    }
    drop(panic::take_hook());
    assert!(found.is_empty(), "{} panics:\n{}", found.len(), found.join("\n"));
}
