//! Peak memory of a fresh process that makes a picture once, above what it held with the file read. Linux only.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use crate::contest::Peer;
use crate::peers::script::{self, Running};
use crate::workload::{WORKLOADS, Workload};

/// Processes for each figure, of which the median counts.
const RUNS: usize = 5;

pub(crate) fn tables(is_wanted: &dyn Fn(&str) -> bool) -> Result<Vec<String>, String> {
    if peak(std::process::id()).is_err() {
        eprintln!("without memory: the system does not tell it");
        return Ok(Vec::new());
    }
    let mut text = String::from(
        "### Pictures out of pictures: peak memory above the base, in MB\n\n\
         | | presize | at most | met | `best` | sharp | Pillow draft | Pillow `thumbnail` | Pillow plain |\n\
         | --- | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |\n",
    );
    let measured = WORKLOADS.iter().filter(|workload| workload.is_measured_for_memory());
    for workload in measured.filter(|workload| is_wanted(workload.name)) {
        eprintln!("memory of {} ...", workload.name);
        let file = workload.source.file()?;
        let fast = median(|| presize(workload, &file, "fast"))?;
        let pillow = |mode| median(|| script(&script::PILLOW, workload, &file, Some(mode))).ok();
        // Only a JPEG can be decoded at a reduced size.
        let reduced = workload.source.is_jpeg();
        let others = [
            reduced.then(|| median(|| presize(workload, &file, "best")).ok()).flatten(),
            median(|| script(&script::SHARP, workload, &file, None)).ok(),
            reduced.then(|| pillow("draft")).flatten(),
            reduced.then(|| pillow("thumbnail")).flatten(),
            pillow("plain"),
        ];
        let limit = workload.memory_limit.map(|limit| format!("{limit:.0}")).unwrap_or_default();
        let met = workload.memory_limit.map_or("", |limit| if fast <= limit { "yes" } else { "no" });
        let _ = write!(text, "| {} {} | {fast:.1} | {limit} | {met} |", workload.name, workload.title);
        for other in others {
            let _ = write!(text, " {} |", other.map(|megabytes| format!("{megabytes:.1}")).unwrap_or_default());
        }
        text.push('\n');
    }
    let _ =
        writeln!(text, "\nMedians of {RUNS} fresh processes, each once, after the file was read. 1 MB is 10^6 bytes.");
    println!("{text}");
    Ok(vec![text])
}

fn median(mut measure: impl FnMut() -> Result<f64, String>) -> Result<f64, String> {
    let mut samples = (0..RUNS).map(|_| measure()).collect::<Result<Vec<_>, _>>()?;
    samples.sort_by(f64::total_cmp);
    samples.get(RUNS / 2).copied().ok_or_else(|| "nothing measured".to_owned())
}

fn presize(workload: &Workload, file: &Path, scaling: &str) -> Result<f64, String> {
    let mut command = Command::new(env::current_exe().map_err(|error| error.to_string())?);
    command.args(["child", "work"]).arg(file).args([&workload.words(), scaling]);
    Running::start(command).and_then(|(_, child)| once(child))
}

fn script(script: &script::Script, workload: &Workload, file: &Path, mode: Option<&str>) -> Result<f64, String> {
    let words = workload.words();
    let mut arguments = vec![file.as_os_str(), words.as_ref()];
    arguments.extend(mode.map(OsStr::new));
    script.start(arguments).and_then(|(_, child)| once(child))
}

fn once(mut child: Running) -> Result<f64, String> {
    let process = child.id();
    Ok(added(process, || child.work(1))?.0)
}

/// Megabytes that a call adds to the most that a process holds, and the result of the call.
pub(crate) fn added<T>(process: u32, call: impl FnOnce() -> Result<T, String>) -> Result<(f64, T), String> {
    // What the start of an interpreter took for a moment is not its base.
    let _ = fs::write(format!("/proc/{process}/clear_refs"), "5");
    let base = peak(process)?;
    let result = call()?;
    Ok(((peak(process)? - base) / 1e6, result))
}

/// The most memory that a process held, in bytes.
pub(crate) fn peak(process: u32) -> Result<f64, String> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).map_err(|error| error.to_string())?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    let kibibytes: f64 = line.trim().trim_end_matches("kB").trim().parse().map_err(|_| "VmHWM is no number")?;
    Ok(kibibytes * 1024.0)
}
