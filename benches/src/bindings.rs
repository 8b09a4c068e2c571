//! presize for Python and Node, built as they are published: the pip package in the environment of its peers, and the npm
//! package in its folder.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Builds both. What cannot be built is announced, and its peers are then left out.
pub(crate) fn build() {
    announced("presize for Python", python);
    build_node();
}

/// The same for Node alone.
pub(crate) fn build_node() {
    announced("presize for Node", node);
}

fn announced(name: &str, build: fn() -> Result<(), String>) {
    eprintln!("building {name} ...");
    if let Err(reason) = build() {
        eprintln!("  without it: {reason}");
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
    succeed(Command::new("node").arg(here().join("../bindings-node/npm/build.mjs")))
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let status = command.stdout(Stdio::null()).status().map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err("it does not build".to_owned()) }
}
