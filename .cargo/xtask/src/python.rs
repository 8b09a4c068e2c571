//! The pip package: its wheel is built and installed into an environment below the target folder, and everything is tested
//! from there, as a user would have it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{cargo, program, root, target, works};
use crate::step::{self, Outcome};

/// The largest wheel, in bytes.
const MAX_WHEEL_BYTES: u64 = 8_000_000;

/// What the style and the types of are looked at, besides the package, and by which settings.
const OURS: [&str; 2] = ["bindings-python", "examples/python"];
const SETTINGS: &str = "bindings-python/pyproject.toml";

/// In the tests the wheel has the profile in which everything is built already; what is published is built by itself.
pub(crate) fn test() -> Outcome {
    suite("dev", "python").unwrap_or_else(|outcome| outcome)
}

/// The wheel as it is published, its size, and all tests with it in a new environment.
pub(crate) fn package() -> Outcome {
    let environment = target().join("python-package");
    if environment.exists()
        && let Err(error) = fs::remove_dir_all(&environment)
    {
        return Outcome::Failed(format!("{}: {error}", environment.display()));
    }
    suite("distribution", "python-package").unwrap_or_else(|outcome| outcome)
}

/// The first step that does not pass ends the suite: what follows needs it.
fn suite(profile: &str, environment: &str) -> Result<Outcome, Outcome> {
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
    // The version is that of the wheel before: pip would think that it has it already.
    let wheel = wheel.to_string_lossy();
    pass(with(&python, &["-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall", &wheel]))?;

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
    pass(cargo("build --quiet --locked --package presize-examples --bin s3-server"))?;
    let mut tests = with(&python, &["-m", "pytest", "--quiet", "bindings-python"]);
    tests.env("PRESIZE_S3_SERVER", target().join("debug/s3-server"));
    pass(tests)?;
    Ok(Outcome::Passed)
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

fn pass(command: Command) -> Result<(), Outcome> {
    match step::run(command) {
        Outcome::Passed => Ok(()),
        outcome => Err(outcome),
    }
}

fn with(python: &Path, arguments: &[&str]) -> Command {
    let mut command = program(&python.to_string_lossy());
    command.args(arguments).current_dir(root());
    command
}
