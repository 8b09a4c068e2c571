//! The npm package: it and the package of this platform are built, packed and installed into a folder below the target
//! folder, and everything is tested from there, as a user would have it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{cargo, program, root, target, works};
use crate::folder;
use crate::step::{self, Outcome, pass};

/// The most that both packages have together, in bytes.
const MAX_PACKED_BYTES: u64 = 8_000_000;

const PACKAGE: &str = "bindings-node";

/// The tests that run the conformance suite, as seen from the environment.
const VECTORS: &str = "test/vectors.test.js";

/// The environment of the tests, below the target folder.
const ENVIRONMENT: &str = "node";

/// In the tests the addon has the profile in which everything is built already; what is published is built by itself.
pub(crate) fn test() -> Outcome {
    suite("dev", ENVIRONMENT).into()
}

/// Some tests, without packing and without the check of types: arguments of `node --test`.
pub(crate) fn test_some(arguments: &[String]) -> Outcome {
    let run = || {
        let environment = update()?;
        copy_tests(&environment)?;
        run_tests(&environment, arguments)
    };
    run().into()
}

/// The packages in the environment of the tests as the sources are now, without packing.
pub(crate) fn develop() -> Outcome {
    let installed = update().map(|environment| println!("   {}", environment.join("node_modules/presize").display()));
    installed.into()
}

/// The packages as they are published, their size, and all tests with them in a new folder.
pub(crate) fn package() -> Outcome {
    let environment = target().join("node-package");
    if environment.exists()
        && let Err(error) = fs::remove_dir_all(&environment)
    {
        return Outcome::Failed(format!("{}: {error}", environment.display()));
    }
    suite("distribution", "node-package").into()
}

/// The first step that does not pass ends the suite: what follows needs it.
fn suite(profile: &str, environment: &str) -> Result<(), Outcome> {
    let environment = install(profile, environment)?;
    copy_tests(&environment)?;
    let types = environment.join("node_modules/typescript/bin/tsc");
    pass(with("node", &[&types.to_string_lossy(), "--project", "test/types"], &environment))?;
    run_tests(&environment, &[])
}

fn copy_tests(environment: &Path) -> io::Result<()> {
    let tests = environment.join("test");
    let _ = fs::remove_dir_all(&tests);
    folder::copy(&root().join(PACKAGE).join("test"), &tests)
}

/// All tests, or those that the arguments name or choose.
fn run_tests(environment: &Path, arguments: &[String]) -> Result<(), Outcome> {
    pass(cargo("build --quiet --locked --package presize-examples --bin s3-server"))?;
    // This reporter lists what failed once more at the end.
    let mut run = with("node", &["--test", "--test-reporter=spec"], environment);
    run.args(arguments);
    if step::has_case() {
        run.arg(VECTORS);
    } else if !arguments.iter().any(|argument| environment.join(argument).is_file()) {
        run.args(files(environment)?);
    }
    run.env("PRESIZE_VECTORS", root().join("core/tests/vectors"));
    run.env("PRESIZE_S3_SERVER", target().join("debug/s3-server"));
    pass(run)
}

/// Packs both packages and installs them, with what the tests need. Returns the folder that they are installed in.
fn install(profile: &str, environment: &str) -> Result<PathBuf, Outcome> {
    for tool in ["node", "npm"] {
        if !works(with(tool, &["--version"], &root())) {
            return Err(Outcome::Skipped("node and npm are missing: apt-get install nodejs npm".to_owned()));
        }
    }
    let environment = target().join(environment);
    let packages = pack(profile, &environment.join("packages"))?;
    install_packed(&environment, &packages)?;
    Ok(environment)
}

/// Replaces the installed packages by the sources and a build of cargo's own cache. They are packed only where they are not
/// installed yet, or where what the tests need has changed.
fn update() -> Result<PathBuf, Outcome> {
    let environment = target().join(ENVIRONMENT);
    let needs = root().join(PACKAGE).join("test/environment/package-lock.json");
    let modules = environment.join("node_modules");
    let is_installed = fs::read(environment.join("package-lock.json")).ok() == Some(fs::read(needs)?);
    if !is_installed || !modules.join("presize").is_dir() {
        return install("dev", ENVIRONMENT);
    }
    let script = root().join(PACKAGE).join("npm/build.mjs");
    pass(with("node", &[&script.to_string_lossy(), "dev", "--into", &modules.to_string_lossy()], &root()))?;
    Ok(environment)
}

/// The packed packages: presize and that of this platform.
fn pack(profile: &str, folder: &Path) -> Result<Vec<PathBuf>, Outcome> {
    // What a build before left would be installed in place of this one.
    let _ = fs::remove_dir_all(folder);
    let script = root().join(PACKAGE).join("npm/build.mjs");
    pass(with("node", &[&script.to_string_lossy(), profile, "--pack", &folder.to_string_lossy()], &root()))?;
    let packages: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    let bytes: u64 = packages.iter().map(|path| fs::metadata(path).map_or(0, |metadata| metadata.len())).sum();
    println!("   both packages: {bytes} bytes");
    // Without optimisation and with line tables the addon is several times as large.
    if profile == "distribution" && bytes > MAX_PACKED_BYTES {
        return Err(Outcome::Failed(format!("the packages have {bytes} bytes, more than {MAX_PACKED_BYTES}")));
    }
    Ok(packages)
}

/// What the tests need is installed when it has changed, the packages always. Nothing runs a script of its own.
fn install_packed(environment: &Path, packages: &[PathBuf]) -> Result<(), Outcome> {
    let needs = root().join(PACKAGE).join("test/environment");
    let lock = fs::read(needs.join("package-lock.json"))?;
    let installed = environment.join("package-lock.json");
    if fs::read(&installed).ok().as_ref() != Some(&lock) {
        folder::copy(&needs, environment)?;
        let outcome = pass(with("npm", &["ci", "--ignore-scripts", "--loglevel=error"], environment));
        if outcome.is_err() {
            let _ = fs::remove_file(installed);
            return outcome;
        }
    }
    // The version is that of the packages before: npm would think that it has them already.
    for before in ["node_modules/presize", "node_modules/@presize", "node_modules/.package-lock.json"] {
        let before = environment.join(before);
        let _ = fs::remove_dir_all(&before);
        let _ = fs::remove_file(&before);
    }
    let mut install = with("npm", &["install", "--no-save", "--ignore-scripts", "--loglevel=error"], environment);
    install.args(packages);
    pass(install)
}

/// Every file of tests, as seen from `environment`, in the order of their names, and those for pages after them.
fn files(environment: &Path) -> io::Result<Vec<String>> {
    let mut all = Vec::new();
    for folder in ["test", "test/browser"] {
        let entries = fs::read_dir(environment.join(folder))?.collect::<io::Result<Vec<_>>>()?;
        let is_test = |name: &String| name.ends_with(".test.js") || name.ends_with(".test.mjs");
        let named = entries.iter().map(|entry| format!("{folder}/{}", entry.file_name().to_string_lossy()));
        let mut files: Vec<_> = named.filter(is_test).collect();
        files.sort();
        all.append(&mut files);
    }
    Ok(all)
}

fn with(name: &str, arguments: &[&str], folder: &Path) -> Command {
    // On Windows npm is a script, which is not found without its ending.
    let mut command = program(if cfg!(windows) && name == "npm" { "npm.cmd" } else { name });
    command.args(arguments).current_dir(folder);
    command
}
