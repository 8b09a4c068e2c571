//! The commands: which steps each of them runs, in order.

use std::process::Command;

use crate::cargo::{cargo, works};
use crate::step::{self, Outcome, Step};
use crate::{dependencies, differential, imports, layout, node, python};

/// All features of the crate. Not all of the workspace: one of the benches' builds a peer of a hundred crates.
const FEATURES: &str = "--features presize/cloudfront-rsa";

pub(crate) fn check() -> Vec<Step> {
    vec![
        Step::check("source rules", "the tree, no I/O in core, the length of files", layout::check),
        Step::check("imports", "no circles between files, one direction in core", imports::check),
        Step::command("generated", generator("check")),
        Step::command("formatting", cargo("fmt --all --check")),
        // Clippy reports the compiler's own warnings too. Denying them here and nowhere else keeps one build cache for
        // all steps: `RUSTFLAGS` would build every dependency a second time.
        // The crate's feature is on, here and in the tests: what it adds is held to the same rules.
        Step::command("lints", cargo(&format!("clippy --workspace --all-targets {FEATURES} --locked -- -D warnings"))),
    ]
}

pub(crate) fn test() -> Vec<Step> {
    let mut steps = check();
    steps.extend([
        Step::check("native code", "no C build in the tree of presize", dependencies::check_native),
        Step::check("licences", "permissive ones only", dependencies::check_licences),
        Step::check("cargo-deny", "licences, bans and sources once more", || deny("check licenses bans sources")),
        Step::check("advisories", "known vulnerabilities, by cargo-deny", check_advisories),
        Step::command("tests", cargo(&format!("test --workspace {FEATURES} --locked --no-fail-fast"))),
        // What is built without asking for anything: the members that the quickstart is built from, so that it finds them.
        Step::command("default features", cargo("test --locked --test vectors")),
        differential(),
        Step::command("quickstart", cargo("run --locked")),
        Step::command(
            "documentation",
            with_env(cargo(&format!("doc --workspace {FEATURES} --no-deps --locked")), "RUSTDOCFLAGS", "-D warnings"),
        ),
        python(Vec::new()),
        node(Vec::new()),
    ]);
    steps
}

/// What the other languages say of options and errors, and what the runners of the conformance suite hold them against.
pub(crate) fn generate() -> Vec<Step> {
    let vectors = cargo("test --quiet --locked --package presize --test vectors -- json_equals_the");
    vec![
        Step::command("generate", generator("write")),
        Step::command("vectors", with_env(vectors, "PRESIZE_WRITE_VECTORS", "1")),
    ]
}

fn generator(mode: &str) -> Command {
    cargo(&format!("run --quiet --locked --package presize-generate -- {mode}"))
}

pub(crate) fn differential() -> Step {
    Step::check(
        "differential",
        "random requests, forms and JPEGs, by boto3 or Pillow and by presize",
        differential::check,
    )
}

pub(crate) fn python(arguments: Vec<String>) -> Step {
    if arguments.is_empty() && !step::has_case() {
        return Step::check("python", "the wheel in an environment of its own, then its tests", python::test);
    }
    Step::check("python", "the tests that were asked for", move || python::test_some(&arguments))
}

pub(crate) fn node(arguments: Vec<String>) -> Step {
    if arguments.is_empty() && !step::has_case() {
        return Step::check("node", "the npm packages in a folder of their own, then their tests", node::test);
    }
    Step::check("node", "the tests that were asked for", move || node::test_some(&arguments))
}

/// Both packages as the sources are now, where their tests find them.
pub(crate) fn dev() -> Vec<Step> {
    vec![
        Step::check("python", "the package, built in place", python::develop),
        Step::check("node", "the packages, built in place", node::develop),
    ]
}

pub(crate) fn package() -> Vec<Step> {
    vec![
        Step::command("files", cargo("package --package presize --allow-dirty --list")),
        Step::command("package", cargo("package --package presize --allow-dirty --no-verify")),
        Step::check("wheel", "as it is published: its size, then its tests in a new environment", python::package),
        Step::check("npm", "as they are published: their size, then their tests in a new folder", node::package),
    ]
}

pub(crate) fn bench(arguments: &[String]) -> Vec<Step> {
    let mut command = cargo("run --release --locked --package presize-benches --features aws-sdk --");
    command.args(arguments);
    vec![Step::command("benches", command)]
}

fn deny(arguments: &str) -> Outcome {
    if !works(cargo("deny --version")) {
        return Outcome::Skipped("cargo-deny is not installed: cargo install cargo-deny --locked".to_owned());
    }
    step::run(cargo(&format!("deny --workspace --all-features {arguments}")))
}

/// The advisory database lies on a git host, which a build machine need not reach; the other checks of cargo-deny do
/// not wait for it.
fn check_advisories() -> Outcome {
    if works(cargo("deny --version")) && !works(cargo("deny fetch db")) {
        return Outcome::Skipped(
            "the advisory database cannot be fetched: run this step where git hosts are reached".to_owned(),
        );
    }
    deny("check --disable-fetch advisories")
}

fn with_env(mut command: Command, name: &str, value: &str) -> Command {
    command.env(name, value);
    command
}
