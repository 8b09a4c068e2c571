//! The suites of the Python and the Node package. Before a package exists, nothing is said about it.

use std::process::Command;

use crate::cargo::{program, root, works};
use crate::plan;
use crate::step::{self, Outcome, Step};

pub(crate) fn suites() -> Vec<Step> {
    let mut steps = Vec::new();
    if root().join("bindings-python/pyproject.toml").is_file() {
        steps.push(plan::python());
    }
    if root().join("bindings-node/package.json").is_file() {
        steps.push(Step::check("node", "the package, then its tests", node));
    }
    steps
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
