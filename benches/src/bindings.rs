//! presize for Python and Node: the pip package in the environment of its peers, and the binding in `node/binding`, which the
//! package for Node will replace. Both are built here, because the workspace does not build them as they are published.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// Builds both. What cannot be built is announced, and its peers are then left out.
pub(crate) fn build() {
    for (name, build) in [("presize for Python", python as fn() -> Result<(), String>), ("presize for Node", node)] {
        eprintln!("building {name} ...");
        if let Err(reason) = build() {
            eprintln!("  without it: {reason}");
        }
    }
}

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn python() -> Result<(), String> {
    let python = here().join("python/.venv/bin/python");
    if !python.exists() {
        return Err("benches/python/.venv is missing".to_owned());
    }
    let mut install = Command::new(python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--force-reinstall"]);
    succeed(install.arg(here().join("../bindings-python")))
}

fn node() -> Result<(), String> {
    let folder = here().join("node/binding");
    let target = here().join("../target/bench-bindings");
    let mut compile = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    compile.args(["build", "--release", "--locked", "--quiet", "--manifest-path"]).arg(folder.join("Cargo.toml"));
    succeed(compile.arg("--target-dir").arg(&target))?;
    let (prefix, suffix) = (env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
    let built = target.join("release").join(format!("{prefix}presize_bench_node{suffix}"));
    replace(&built, &folder.join("presize_bench.node"))
}

/// A module that some process has loaded must not change under it.
fn replace(built: &Path, module: &Path) -> Result<(), String> {
    let _ = fs::remove_file(module);
    fs::copy(built, module).map(drop).map_err(|error| format!("{}: {error}", built.display()))
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let status = command.stdout(Stdio::null()).status().map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err("it does not build".to_owned()) }
}
