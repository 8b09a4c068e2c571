//! How true the pictures are, and how small: a script in Python measures both, on what all make of the same files.

use std::env;

use crate::peers::script::{self, Script};
use crate::sources::{self, Source};

const SCRIPT: Script = script::python("quality", "python/quality.py");

pub(crate) fn tables() -> Result<Vec<String>, String> {
    eprintln!("quality ...");
    let me = env::current_exe().map_err(|error| error.to_string())?;
    let mut command = SCRIPT.command();
    command.arg(me).arg(sources::folder()?).args([Source::PHOTO_6.file()?, Source::PHOTO_12.file()?]);
    let output = command.output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        eprintln!("  without it: {}", String::from_utf8_lossy(&output.stderr));
        return Ok(Vec::new());
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    println!("{text}");
    Ok(vec![text])
}
