//! What presize signs and confirms, against three S3 servers that others wrote: s3s-fs, which every test run starts in its
//! own process, Garage, which is compiled from crates.io once, and Ceph's object gateway from Debian's packages.
//!
//! Garage is under the AGPL, Ceph under the LGPL: programs that the tests start, never a dependency of anything here.

use std::env;
use std::fs;
use std::path::PathBuf;

use crate::cargo::{cargo, root, target, works};
use crate::rgw;
use crate::step::{self, Outcome, Step};

const VERSION: &str = "2.5.0";

/// Names a Garage that is there already, for those who do not want to compile one.
const VARIABLE: &str = "PRESIZE_GARAGE";

/// How many uploads are attacked on each server, unless this variable is set already.
const ROUNDS: (&str, &str) = ("PRESIZE_ROUNDS", "300");

pub(crate) fn steps() -> Vec<Step> {
    vec![
        Step::check("garage", "an S3 server of another make, compiled once", install),
        Step::check("rgw", "Ceph's object gateway, fetched once", || rgw::unpack(&folder())),
        Step::check("servers", "the same scenarios on s3s-fs and on Garage", run),
        Step::check("gateway", "and on Ceph's object gateway", run_gateway),
        Step::check("model", "confirmations on a model of a store, with two faults in each interleaving", model),
        Step::check("python", "uploads through FastAPI and Django on both", python),
        Step::check("node", "uploads confirmed by the npm package on both", node),
    ]
}

fn install() -> Outcome {
    let program = garage();
    if program.is_file() {
        println!("   {}", program.display());
        return Outcome::Passed;
    }
    if env::var_os(VARIABLE).is_some() {
        return Outcome::Failed(format!("{VARIABLE} names no file"));
    }
    let mut compiler = crate::cargo::program("cc");
    compiler.arg("--version");
    if !works(compiler) {
        return Outcome::Skipped("Garage needs a C compiler: apt-get install gcc".to_owned());
    }
    println!("   about 15 minutes on 2 cores; {VARIABLE} can name a program that is there already");
    let mut install = cargo("install --locked --no-default-features --features bundled-libs,sqlite");
    install.arg(format!("garage@{VERSION}")).arg("--root").arg(folder());
    // An interrupted build goes on from here; 800 MB that are of no use once it is installed.
    let build = folder().join("build");
    install.env("CARGO_TARGET_DIR", &build);
    let outcome = step::run(install);
    if matches!(outcome, Outcome::Passed) {
        let _ = fs::remove_dir_all(build);
    }
    outcome
}

fn run() -> Outcome {
    let program = garage();
    if !program.is_file() {
        return Outcome::Skipped("Garage is not installed".to_owned());
    }
    let mut test = cargo("test --locked --test real_server -- --show-output --include-ignored --skip on_rgw");
    test.env(VARIABLE, program).envs(rounds());
    step::run(test)
}

fn run_gateway() -> Outcome {
    let Some(place) = rgw::place(&folder()) else {
        return Outcome::Skipped("there is no gateway".to_owned());
    };
    let mut test = cargo("test --locked --test real_server -- --show-output --include-ignored on_rgw");
    test.env(rgw::VARIABLE, place).envs(rounds());
    step::run(test)
}

fn rounds() -> Option<(&'static str, &'static str)> {
    env::var_os(ROUNDS.0).is_none().then_some(ROUNDS)
}

/// Deeper than every test run goes, and optimised.
fn model() -> Outcome {
    let mut test = cargo("test --locked --release -p presize --test confirm_model -- --nocapture");
    test.env("PRESIZE_FAULTS", "2");
    step::run(test)
}

/// With the package as the last run of its tests has left it.
fn python() -> Outcome {
    let program = garage();
    if !program.is_file() {
        return Outcome::Skipped("Garage is not installed".to_owned());
    }
    let python = target().join("python/bin/python");
    if !python.is_file() {
        return Outcome::Skipped("the package is not installed: cargo xtask python".to_owned());
    }
    let mut test = crate::cargo::program(&python.to_string_lossy());
    test.args(["-m", "pytest", "--quiet", "bindings-python/tests/test_uploads_end_to_end.py"]);
    test.current_dir(root()).env(VARIABLE, program);
    step::run(test)
}

/// With the packages as the last run of their tests has left them.
fn node() -> Outcome {
    let program = garage();
    if !program.is_file() {
        return Outcome::Skipped("Garage is not installed".to_owned());
    }
    let environment = target().join("node");
    if !environment.join("node_modules/presize").is_dir() {
        return Outcome::Skipped("the packages are not installed: cargo xtask node".to_owned());
    }
    let mut test = crate::cargo::program("node");
    test.args(["--test", "--test-reporter=spec", "test/confirm_store.test.js"]).current_dir(environment);
    test.env(VARIABLE, program);
    test.env("PRESIZE_VECTORS", root().join("core/tests/vectors"));
    step::run(test)
}

fn garage() -> PathBuf {
    let name = format!("garage{}", env::consts::EXE_SUFFIX);
    env::var_os(VARIABLE).map_or_else(|| folder().join("bin").join(name), PathBuf::from)
}

fn folder() -> PathBuf {
    target().join("conformance")
}
