//! A bystander's latency while hostile clients attack an application: the files that they send are made here, and
//! `attack/attack.py` does the rest, with the packages as `cargo xtask package` or the tests of the languages have installed
//! them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, fs};

use crate::sources::{Source, folder, read, write};
use crate::work;

/// Of each format so many of the slowest files.
const FILES_PER_FORMAT: usize = 3;

const ABOUT: &str = "Applications as the READMEs have them, one process each, on loopback: every 50 ms a bystander asks for the health route \
or for a thumbnail of a photo of a megapixel, and every 2 s for a confirmation, while eight hostile clients do what \
`attack/hostile.py` says.";

pub(crate) fn tables(time: Duration) -> Result<Vec<String>, String> {
    let python = environment(&["python-package", "python"], "bin/python")?;
    let server = environment(&["release", "debug"], "s3-server")?;
    let files = make_files()?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("attack/attack.py");
    let mut attack = Command::new(python);
    attack.arg(script).arg("--files").arg(files).arg("--s3-server").arg(server);
    attack.arg("--seconds").arg(time.as_secs().to_string());
    match environment(&["node-package", "node"], "node_modules/presize/package.json") {
        Ok(package) => drop(attack.arg("--node").arg(package.ancestors().nth(3).unwrap_or(&package))),
        Err(reason) => eprintln!("without Express: {reason}"),
    }
    let output = attack.stderr(Stdio::inherit()).output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err("the attack did not run to its end".to_owned());
    }
    let table = format!("### Hostile clients\n\n{ABOUT}\n\n{}", String::from_utf8_lossy(&output.stdout));
    println!("{table}");
    Ok(vec![table])
}

/// A file in the first folder of the target folder that has it: packages as they are published before those of the tests.
fn environment(folders: &[&str], file: &str) -> Result<PathBuf, String> {
    let executable = env::current_exe().map_err(|error| error.to_string())?;
    let target = executable.ancestors().nth(2).unwrap_or(Path::new("target"));
    let found = folders.iter().map(|folder| target.join(folder).join(file)).find(|path| path.exists());
    found.ok_or_else(|| format!("{file} is missing below {}: cargo xtask package", target.display()))
}

/// The slowest files of each format that the default rules accept, and the bystander's photo, in a folder of their own.
fn make_files() -> Result<PathBuf, String> {
    let files = folder()?.join("attack");
    let _ = fs::remove_dir_all(&files);
    fs::create_dir_all(&files).map_err(|error| error.to_string())?;
    write(&files.join("bystander.jpg"), &read(&Source::PHOTO_1.file()?)?)?;
    let mut slowest = BTreeMap::<_, Vec<_>>::new();
    for (format, time, bytes) in work::accepted() {
        slowest.entry(format).or_default().push((time, bytes));
    }
    for (format, mut candidates) in slowest {
        candidates.sort_by(|(one, _), (other, _)| other.cmp(one));
        for (number, (_, bytes)) in candidates.iter().take(FILES_PER_FORMAT).enumerate() {
            write(&files.join(format!("hostile-{format}-{number}")), bytes)?;
        }
    }
    for (number, bytes) in work::accepted_ten_times().iter().enumerate() {
        write(&files.join(format!("list-{number}")), bytes)?;
    }
    Ok(files)
}
