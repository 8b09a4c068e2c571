//! boto3 and Pillow in an environment of their own, for the tests that hold presize against them request by request and
//! picture by picture.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{cargo, program, target, works};
use crate::step::{self, Outcome};

/// The versions that the committed vectors were made with too: of boto3 for requests, of the others for JPEGs.
const PACKAGES: [&str; 4] = ["boto3==1.44.5", "botocore==1.44.5", "pillow==13.0.0", "numpy==2.4.6"];

pub(crate) fn check() -> Outcome {
    let interpreter = match environment() {
        Ok(interpreter) => interpreter,
        Err(missing) => return Outcome::Skipped(missing),
    };
    let mut test = cargo("test --locked --test vectors -- --ignored --nocapture");
    test.env("PRESIZE_PYTHON", interpreter);
    step::run(test)
}

/// The interpreter of an environment below the target folder that has the packages; made where it is not there yet.
fn environment() -> Result<PathBuf, String> {
    let folder = target().join("differential");
    let interpreter = folder.join("bin/python");
    if has_packages(&interpreter) {
        return Ok(interpreter);
    }
    let mut create = program("python3");
    create.args(["-m", "venv"]).arg(&folder);
    if !works(create) {
        return Err("python3 with venv is missing: apt-get install python3-venv".to_owned());
    }
    let mut install = python(&interpreter);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(PACKAGES);
    if works(install) && has_packages(&interpreter) {
        Ok(interpreter)
    } else {
        Err(format!("pip could not install {}", PACKAGES.join(" ")))
    }
}

fn has_packages(interpreter: &Path) -> bool {
    let mut ask = python(interpreter);
    ask.args([
        "-c",
        "import sys; from importlib.metadata import version; \
         sys.exit(any(version(name) != wanted for name, wanted in (text.split('==') for text in sys.argv[1:])))",
    ]);
    ask.args(PACKAGES);
    works(ask)
}

fn python(interpreter: &Path) -> Command {
    program(&interpreter.to_string_lossy())
}
