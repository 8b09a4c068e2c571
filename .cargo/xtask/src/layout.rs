//! The shape of the sources: what may lie at the top, what core does not do, how long a file is.

use crate::cargo::{output, program, root};
use crate::sources;
use crate::step::{Outcome, findings};

/// What may lie at the top besides dotfiles and licence texts.
const TOP_LEVEL: &[&str] =
    &["Cargo.toml", "Cargo.lock", "README.md", "core", "bindings-python", "bindings-node", "examples", "benches"];

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
    ("hmac::", &["presign/sign.rs", CLOUDFRONT_KEY, "delivery/signature.rs"]),
    ("ecdsa::", &[CLOUDFRONT_KEY]),
    ("p256::", &[CLOUDFRONT_KEY]),
    ("primeorder::", &[CLOUDFRONT_KEY]),
    ("rsa::", &[CLOUDFRONT_KEY]),
];
const CLOUDFRONT_KEY: &str = "presign/cloudfront/key.rs";

/// The most lines of a file of core, without its tests.
const MAX_LINES: usize = 400;

pub(crate) fn check() -> Outcome {
    let mut found = top_level();
    let files = match sources::read(&root().join("core/src")) {
        Ok(files) => files,
        Err(error) => return Outcome::Failed(format!("core/src cannot be read: {error}")),
    };
    found.extend(files.iter().flat_map(|(name, text)| check_source(name, text)));
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
    let words: Vec<_> = NOT_IN_CORE.iter().chain(foreign(name)).collect();
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
    if lines > MAX_LINES {
        found.push(format!("core/src/{name}: {lines} lines without its tests, more than {MAX_LINES}"));
    }
    found
}

fn foreign(name: &str) -> impl Iterator<Item = &'static &'static str> {
    ONLY_IMPORTERS.iter().filter(move |(_, homes)| !homes.contains(&name)).map(|(word, _)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_keys_meet_their_crates_in_one_place() {
        let found = check_source("presign/url.rs", "//! hmac:: in prose\nuse hmac::Hmac;\n");
        assert_eq!(found, ["core/src/presign/url.rs:2: hmac:: has no place here"]);
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
