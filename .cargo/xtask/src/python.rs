//! The pip package: its wheel is built and installed into an environment below the target folder, and everything is tested
//! from there, as a user would have it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{cargo, output, program, root, target, works};
use crate::folder;
use crate::step::{self, Outcome, pass};

/// The largest wheel, in bytes.
const MAX_WHEEL_BYTES: u64 = 8_000_000;

/// The folders whose style and types are checked, in addition to the package, and the settings for that.
const OURS: [&str; 2] = ["bindings-python", "examples/python"];
const SETTINGS: &str = "bindings-python/pyproject.toml";

/// The tests, and those of them that run the conformance suite.
const TESTS: &str = "bindings-python";
const VECTORS: &str = "bindings-python/tests/test_vectors.py";

/// The environment of the tests, below the target folder.
const ENVIRONMENT: &str = "python";

/// In the tests the wheel has the profile in which everything is built already; what is published is built by itself.
pub(crate) fn test() -> Outcome {
    suite("dev", ENVIRONMENT).into()
}

/// Some tests, without packing and without the checks of style and types: arguments of pytest.
pub(crate) fn test_some(arguments: &[String]) -> Outcome {
    let run = || {
        let python = update()?;
        run_tests(&python, arguments)
    };
    run().into()
}

/// The package in the environment of the tests as the sources are now, without packing.
pub(crate) fn develop() -> Outcome {
    let installed = update().map(|python| println!("   {}", python.display()));
    installed.into()
}

/// The wheel as it is published, its size, and all tests with it in a new environment.
pub(crate) fn package() -> Outcome {
    let environment = target().join("python-package");
    if environment.exists()
        && let Err(error) = fs::remove_dir_all(&environment)
    {
        return Outcome::Failed(format!("{}: {error}", environment.display()));
    }
    suite("distribution", "python-package").into()
}

/// The first step that does not pass ends the suite: what follows needs it.
fn suite(profile: &str, environment: &str) -> Result<(), Outcome> {
    let python = install(profile, environment)?;
    for mode in [["format", "--check"], ["check", "--no-fix"]] {
        let mut style = with(&python, &["-m", "ruff"]);
        style.args(mode).args(["--quiet", "--config", SETTINGS]).args(OURS);
        pass(style)?;
    }
    for checked in [["--package", "presize"], OURS] {
        let mut types = with(&python, &["-m", "mypy", "--config-file", SETTINGS]);
        types.args(checked);
        pass(types)?;
    }
    pass(with(&python, &["-m", "mypy.stubtest", "--concise", "presize._native"]))?;
    run_tests(&python, &[])
}

/// All tests, or those that the arguments name or choose.
fn run_tests(python: &Path, arguments: &[String]) -> Result<(), Outcome> {
    pass(cargo("build --quiet --locked --package presize-examples --bin s3-server"))?;
    let mut tests = with(python, &["-m", "pytest", "--quiet"]);
    tests.args(arguments).env("PRESIZE_S3_SERVER", target().join("debug/s3-server"));
    let names_file = |argument: &String| root().join(argument.split("::").next().unwrap_or_default()).exists();
    if !arguments.iter().any(names_file) {
        tests.arg(if step::has_case() { VECTORS } else { TESTS });
    }
    pass(tests)
}

/// Builds the wheel and installs it, with what the tests need. Returns the interpreter of the environment.
fn install(profile: &str, environment: &str) -> Result<PathBuf, Outcome> {
    let environment = target().join(environment);
    let python = environment.join("bin/python");
    if !works(with(&python, &["--version"])) {
        let mut create = program("python3");
        create.args(["-m", "venv"]).arg(&environment);
        if !works(create) {
            return Err(Outcome::Skipped("python3 with venv is missing: apt-get install python3-venv".to_owned()));
        }
    }
    let wheel = wheel(&python, profile)?;
    let installed = format!("{}[test]", wheel.display());
    pass(with(&python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", &installed]))?;
    // What `update` has put there would outlive its source: pip removes only what it has installed.
    let _ = fs::remove_dir_all(package_folder(&python)?);
    // The version is that of the wheel before: pip would think that it has it already.
    let wheel = wheel.to_string_lossy();
    pass(with(&python, &["-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall", &wheel]))?;
    fs::copy(root().join(SETTINGS), environment.join("pyproject.toml"))?;
    Ok(python)
}

/// Replaces the installed package by the sources and a build of cargo's own cache. The wheel is built only where there is no
/// environment yet, or where what the tests need may have changed.
fn update() -> Result<PathBuf, Outcome> {
    let environment = target().join(ENVIRONMENT);
    let python = environment.join("bin/python");
    let settings = fs::read(root().join(SETTINGS))?;
    if fs::read(environment.join("pyproject.toml")).ok().as_ref() != Some(&settings) {
        return install("dev", ENVIRONMENT);
    }
    pass(cargo("build --quiet --locked --package presize-python"))?;
    let folder = package_folder(&python)?;
    let _ = fs::remove_dir_all(&folder);
    folder::copy(&root().join("bindings-python/python/presize"), &folder)?;
    let library = format!("debug/{}_native{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
    let extension = if cfg!(windows) { "_native.pyd" } else { "_native.abi3.so" };
    fs::copy(target().join(library), folder.join(extension))?;
    Ok(python)
}

/// Where the package is installed.
fn package_folder(python: &Path) -> Result<PathBuf, Outcome> {
    let asked = output(with(python, &["-c", "import sysconfig; print(sysconfig.get_path('platlib'))"]));
    asked.map(|folder| Path::new(folder.trim()).join("presize")).map_err(Outcome::Failed)
}

fn wheel(python: &Path, profile: &str) -> Result<PathBuf, Outcome> {
    let folder = target().join("wheels").join(profile);
    // What a build before left would be installed in place of this one.
    let _ = fs::remove_dir_all(&folder);
    let setting = format!("--config-settings=build-args=--profile={profile}");
    let mut pack = with(python, &["-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]);
    pack.arg(setting).arg("--wheel-dir").arg(&folder).arg("./bindings-python");
    pass(pack)?;
    let built = fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let Some(wheel) = built.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "whl"))
    else {
        return Err(Outcome::Failed(format!("no wheel in {}", folder.display())));
    };
    let bytes = fs::metadata(&wheel).map_or(0, |metadata| metadata.len());
    println!("   {}: {bytes} bytes", wheel.display());
    if bytes > MAX_WHEEL_BYTES {
        return Err(Outcome::Failed(format!("the wheel has {bytes} bytes, more than {MAX_WHEEL_BYTES}")));
    }
    Ok(wheel)
}

fn with(python: &Path, arguments: &[&str]) -> Command {
    let mut command = program(&python.to_string_lossy());
    command.args(arguments).current_dir(root());
    command
}
