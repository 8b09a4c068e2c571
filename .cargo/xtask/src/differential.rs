//! boto3 in an environment of its own, for the test that holds presize against it request by request.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{cargo, program, target, works};
use crate::step::{self, Outcome};

/// The version that the committed vectors were made with too.
const PACKAGES: [&str; 2] = ["boto3==1.44.5", "botocore==1.44.5"];

pub(crate) fn check() -> Outcome {
    let interpreter = match environment() {
        Ok(interpreter) => interpreter,
        Err(missing) => return Outcome::Skipped(missing),
    };
    let mut test = cargo("test --locked --test vectors -- --ignored --nocapture");
    test.env("PRESIZE_PYTHON", interpreter);
    step::run(test)
}

/// The interpreter of an environment below the target folder that has boto3; made where it is not there yet.
fn environment() -> Result<PathBuf, String> {
    let folder = target().join("boto3");
    let interpreter = folder.join("bin/python");
    if has_boto3(&interpreter) {
        return Ok(interpreter);
    }
    let mut create = program("python3");
    create.args(["-m", "venv"]).arg(&folder);
    if !works(create) {
        return Err("python3 with venv is missing: apt-get install python3-venv".to_owned());
    }
    let mut install = python(&interpreter);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(PACKAGES);
    if works(install) && has_boto3(&interpreter) {
        Ok(interpreter)
    } else {
        Err(format!("pip could not install {}", PACKAGES.join(" ")))
    }
}

fn has_boto3(interpreter: &Path) -> bool {
    let mut ask = python(interpreter);
    let wanted: Vec<_> = PACKAGES.iter().map(|package| package.rsplit('=').next().unwrap_or_default()).collect();
    let (boto3, botocore) = (wanted.first().copied(), wanted.last().copied());
    ask.args([
        "-c",
        "import sys, boto3, botocore; sys.exit([boto3.__version__, botocore.__version__] != sys.argv[1:])",
    ]);
    ask.args(boto3).args(botocore);
    works(ask)
}

fn python(interpreter: &Path) -> Command {
    program(&interpreter.to_string_lossy())
}
