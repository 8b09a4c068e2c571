//! The shape of the sources: what may lie at the top, which way imports go, what core does not do, how long a file is.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cargo::{output, program, root};
use crate::step::{Outcome, findings};

/// What may lie at the top besides dotfiles and licence texts.
const TOP_LEVEL: &[&str] =
    &["Cargo.toml", "Cargo.lock", "README.md", "core", "bindings-python", "bindings-node", "examples", "benches"];

/// Part of core (path below `core/src`), and what it must not name.
const DIRECTIONS: &[(&str, &[&str])] = &[
    (
        "error",
        &[
            "crate::cancel",
            "crate::options",
            "crate::format",
            "crate::rules",
            DATA_URI,
            IMAGING,
            PRESIGN,
            UPLOAD,
            DELIVERY,
        ],
    ),
    (
        "cancel.rs",
        &[
            "crate::error",
            "crate::options",
            "crate::format",
            "crate::rules",
            DATA_URI,
            IMAGING,
            PRESIGN,
            UPLOAD,
            DELIVERY,
        ],
    ),
    ("media_type.rs", &["crate::"]),
    ("options.rs", &["crate::cancel", "crate::format", "crate::rules", DATA_URI, IMAGING, PRESIGN, UPLOAD, DELIVERY]),
    ("format.rs", &["crate::rules", DATA_URI, IMAGING, PRESIGN, UPLOAD, DELIVERY]),
    ("rules.rs", &[DATA_URI, IMAGING, PRESIGN, UPLOAD, DELIVERY]),
    ("json_scan.rs", &["crate::cancel", "crate::format", "crate::rules", DATA_URI, IMAGING, PRESIGN, UPLOAD, DELIVERY]),
    ("data_uri.rs", &[PRESIGN, UPLOAD, DELIVERY]),
    ("imaging/", &[PRESIGN, UPLOAD, DELIVERY]),
    ("presign/", &[IMAGING, DATA_URI, UPLOAD, DELIVERY]),
    ("upload/", &[DELIVERY]),
];

const DATA_URI: &str = "crate::data_uri";
const IMAGING: &str = "crate::imaging";
const PRESIGN: &str = "crate::presign";
const UPLOAD: &str = "crate::upload";
const DELIVERY: &str = "crate::delivery";

/// What core leaves to its caller: time, files, network, threads, and output.
const NOT_IN_CORE: &[&str] = &[
    "SystemTime::now",
    "Instant::now",
    "std::fs",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "ToSocketAddrs",
    "std::thread",
    "std::process",
    "println!",
    "eprintln!",
    "static mut",
];

/// The only files that may name the crate.
const ONLY_IMPORTERS: &[(&str, &[&str])] = &[
    ("hmac::", &["presign/sign.rs", CLOUDFRONT_KEY]),
    ("ecdsa::", &[CLOUDFRONT_KEY]),
    ("p256::", &[CLOUDFRONT_KEY]),
    ("primeorder::", &[CLOUDFRONT_KEY]),
    ("rsa::", &[CLOUDFRONT_KEY]),
];
const CLOUDFRONT_KEY: &str = "presign/cloudfront/key.rs";

/// The most lines of a file of core, without its tests.
const MAX_LINES: usize = 400;

/// Files that may be longer: path below `core/src`, reason.
const LONGER: &[(&str, &str)] = &[("options.rs", "two macros and the types that they expand to belong on one page")];

pub(crate) fn check() -> Outcome {
    let mut found = top_level();
    let core = root().join("core/src");
    let files = match sources(&core) {
        Ok(files) => files,
        Err(error) => return Outcome::Failed(format!("core/src cannot be read: {error}")),
    };
    for file in &files {
        let name = file.strip_prefix(&core).unwrap_or(file).to_string_lossy().replace('\\', "/");
        match fs::read_to_string(file) {
            Ok(text) => found.extend(check_source(&name, &text)),
            Err(error) => found.push(format!("core/src/{name}: {error}")),
        }
    }
    println!("   {} files of core", files.len());
    findings(&found)
}

/// Only what git tracks counts: scratch files of a developer are nobody's business.
fn top_level() -> Vec<String> {
    let mut list = program("git");
    list.args(["ls-files", "-z"]);
    let Ok(tracked) = output(list) else {
        println!("   top level not checked: this is no git checkout");
        return Vec::new();
    };
    let mut names: Vec<_> = tracked.split('\0').filter_map(|path| path.split('/').next()).collect();
    names.dedup();
    names.retain(|name| !name.is_empty() && !is_at_home(name));
    names.iter().map(|name| format!("{name}: not part of the top level")).collect()
}

fn is_at_home(name: &str) -> bool {
    name.starts_with('.') || name.starts_with("LICENSE") || TOP_LEVEL.contains(&name)
}

fn check_source(name: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let forbidden = DIRECTIONS.iter().filter(|(part, _)| name.starts_with(part)).flat_map(|(_, words)| words.iter());
    let words: Vec<_> = forbidden.chain(NOT_IN_CORE).chain(foreign(name)).collect();
    let mut lines = 0;
    // A file ends with its tests, and tests may do more.
    for line in text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")) {
        lines += 1;
        if line.trim_start().starts_with("//") {
            continue;
        }
        for word in words.iter().filter(|word| line.contains(**word)) {
            found.push(format!("core/src/{name}:{lines}: {word} has no place here"));
        }
    }
    if lines > MAX_LINES && !LONGER.iter().any(|(longer, _)| *longer == name) {
        found.push(format!("core/src/{name}: {lines} lines without its tests, more than {MAX_LINES}"));
    }
    found
}

fn foreign(name: &str) -> impl Iterator<Item = &'static &'static str> {
    ONLY_IMPORTERS.iter().filter(move |(_, homes)| !homes.contains(&name)).map(|(word, _)| word)
}

fn sources(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_against_the_direction_is_found() {
        let found = check_source("imaging/resize.rs", "//! crate::presign in prose\nuse crate::presign::Bucket;\n");
        assert_eq!(found, ["core/src/imaging/resize.rs:2: crate::presign has no place here"]);
        assert!(check_source("upload/ticket.rs", "use crate::presign::Bucket;\n").is_empty());
        assert!(check_source("presign/sign.rs", "use hmac::Hmac;\n").is_empty());
        assert_eq!(check_source("presign/bucket.rs", "use hmac::Hmac;\n").len(), 1);
        assert!(check_source(CLOUDFRONT_KEY, "use rsa::RsaPrivateKey;\n").is_empty());
        assert_eq!(check_source("presign/cloudfront/signer.rs", "use p256::SecretKey;\n").len(), 1);
    }

    #[test]
    fn core_reads_no_clock_outside_its_tests() {
        assert_eq!(check_source("upload/key.rs", "let now = SystemTime::now();\n").len(), 1);
        assert!(check_source("upload/key.rs", "#[cfg(test)]\nmod tests { SystemTime::now(); }\n").is_empty());
    }

    #[test]
    fn a_file_that_grew_too_long_is_found() {
        assert_eq!(check_source("format.rs", &"\n".repeat(MAX_LINES + 1)).len(), 1);
        assert!(check_source("format.rs", &"\n".repeat(MAX_LINES)).is_empty());
    }

    #[test]
    fn the_top_level_is_fixed() {
        assert!(is_at_home("core") && is_at_home(".github") && is_at_home("LICENSE-MIT"));
        assert!(!is_at_home("CONTRIBUTING.md") && !is_at_home("scripts"));
    }
}
