//! RGW, the object gateway of Ceph, from Debian's packages: fetched and unpacked, not installed, which takes no rights.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{output, program, works};
use crate::step::Outcome;

/// The version that the list of deviations in `examples/tests/real_server/server.rs` is of: that of Debian 12.
const VERSION: &str = "16.2.15";

/// Names a folder with the unpacked packages, or a gateway that runs: `http://ACCESS_KEY_ID:SECRET_ACCESS_KEY@HOST:PORT`.
pub(crate) const VARIABLE: &str = "PRESIZE_RGW";

const PROGRAM: &str = "usr/bin/radosgw";

/// What [`VARIABLE`] is to be for the tests; `None` where there is no gateway.
pub(crate) fn place(folder: &Path) -> Option<OsString> {
    let unpacked = folder.join("rgw");
    env::var_os(VARIABLE).or_else(|| unpacked.join(PROGRAM).is_file().then(|| unpacked.into_os_string()))
}

/// Below `folder`.
pub(crate) fn unpack(folder: &Path) -> Outcome {
    if let Some(place) = place(folder) {
        println!("   {}", without_keys(&place.to_string_lossy()));
        return Outcome::Passed;
    }
    let simulated = ["--simulate", "--no-install-recommends", "install", "radosgw", "ceph-mon", "ceph-osd"];
    if !works(command("apt-get", &simulated)) || !works(command("dpkg", &["--version"])) {
        let reason = format!("RGW comes from Debian's packages (apt-get update); {VARIABLE} can name one that runs");
        return Outcome::Skipped(reason);
    }
    let plan = match output(command("apt-get", &simulated)) {
        Ok(plan) => plan,
        Err(reason) => return Outcome::Failed(reason),
    };
    // Inst radosgw (16.2.15+ds-0+deb12u2 Debian:12.11/stable [amd64])
    let planned = || plan.lines().filter_map(|line| line.strip_prefix("Inst ")?.split_once(' '));
    if !planned().any(|(name, rest)| name == "radosgw" && rest.trim_start_matches('(').starts_with(VERSION)) {
        return Outcome::Skipped(format!("apt-get has no RGW {VERSION} to fetch, which the tests know"));
    }
    let names: Vec<_> = planned().map(|(name, _)| name).collect();
    println!("   {} packages, 70 MB, are fetched and unpacked, not installed", names.len());
    match fetch(folder, &names) {
        Ok(outcome) => outcome,
        Err(error) => Outcome::Failed(format!("{}: {error}", folder.display())),
    }
}

/// Into a folder that gets its name when it is complete.
fn fetch(folder: &Path, names: &[&str]) -> io::Result<Outcome> {
    let (packages, unpacked) = (folder.join("packages"), folder.join("rgw.part"));
    for part in [&packages, &unpacked] {
        if part.exists() {
            fs::remove_dir_all(part)?;
        }
        fs::create_dir_all(part)?;
    }
    let mut download = command("apt-get", &["--quiet", "--quiet", "download"]);
    download.args(names).current_dir(&packages);
    if !works(download) {
        return Ok(Outcome::Skipped("Debian's packages cannot be fetched".to_owned()));
    }
    for package in files(&packages)? {
        let mut unpack = command("dpkg", &["--extract"]);
        unpack.arg(&package).arg(&unpacked);
        if !works(unpack) {
            return Ok(Outcome::Failed(format!("{} cannot be unpacked", package.display())));
        }
    }
    fs::remove_dir_all(packages)?;
    fs::rename(unpacked, folder.join("rgw"))?;
    Ok(Outcome::Passed)
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect()
}

fn command(name: &str, arguments: &[&str]) -> Command {
    let mut command = program(name);
    command.args(arguments);
    command
}

fn without_keys(place: &str) -> &str {
    place.rsplit_once('@').map_or(place, |(_, address)| address)
}
