//! The suites of the Python and the Node package. Before a package exists, nothing is said about it.

use std::process::Command;

use crate::cargo::{program, root, target, works};
use crate::step::{self, Outcome, Step};

pub(crate) fn suites() -> Vec<Step> {
    let mut steps = Vec::new();
    if root().join("bindings-python/pyproject.toml").is_file() {
        steps.push(Step::check("python", "the package in its own environment, then its tests", python));
    }
    if root().join("bindings-node/package.json").is_file() {
        steps.push(Step::check("node", "the package, then its tests", node));
    }
    steps
}

/// The package and its `test` extra are installed into an environment below the target folder.
fn python() -> Outcome {
    let environment = target().join("python");
    let mut create = program("python3");
    create.args(["-m", "venv"]).arg(&environment);
    if !works(create) {
        return Outcome::Skipped("python3 with venv is missing: apt-get install python3-venv".to_owned());
    }
    let interpreter = environment.join("bin/python");
    let interpreter = interpreter.to_string_lossy();
    in_order([
        with(program(&interpreter), &["-m", "pip", "install", "--quiet", "./bindings-python[test]"]),
        with(program(&interpreter), &["-m", "pytest", "bindings-python"]),
    ])
}

/// No package of the tree may run a script of its own at installation; the build is one of ours.
fn node() -> Outcome {
    if !works(with(program("npm"), &["--version"])) {
        return Outcome::Skipped("node and npm are missing: apt-get install nodejs npm".to_owned());
    }
    in_order([
        with(program("npm"), &["--prefix", "bindings-node", "ci", "--ignore-scripts"]),
        with(program("npm"), &["--prefix", "bindings-node", "run", "build", "--if-present"]),
        with(program("npm"), &["--prefix", "bindings-node", "test"]),
    ])
}

fn in_order<const N: usize>(commands: [Command; N]) -> Outcome {
    for command in commands {
        let outcome = step::run(command);
        if !matches!(outcome, Outcome::Passed) {
            return outcome;
        }
    }
    Outcome::Passed
}

fn with(mut command: Command, arguments: &[&str]) -> Command {
    command.args(arguments);
    command
}
