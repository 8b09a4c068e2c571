//! The memory of the largest pictures that the default rules accept, of every format and kind: the bytes that presize counts,
//! and the resident size of a process. Linux only.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use presize::{ImageRules, OutputFormat, Transform};

use crate::memory::peak;
use crate::sources::{read, write};
use crate::work;

/// The calls that are measured for each picture, by name.
const ACTIONS: [&str; 4] = ["check", "320", "1920", "same size"];

const ABOUT: &str = "Pictures of 64 megapixels under the default rules. Each figure is of a fresh process that has read the file: what
it holds more at its peak than before, in MB of 10^6 bytes. In brackets is what was counted before anything was decoded, which
`max_memory_bytes` is held against (`Transform::explain`; `check` has no figure of its own). 320 and 1920 are the width of a
JPEG; \"same size\" is written in the format of the input, a GIF as a PNG. Names that end in \"turned\" have an EXIF orientation
that exchanges width and height.";

pub(crate) fn tables(is_wanted: &dyn Fn(&str) -> bool) -> Result<Vec<String>, String> {
    if peak(std::process::id()).is_err() {
        eprintln!("without the largest pictures: the system does not tell how much memory a process holds");
        return Ok(Vec::new());
    }
    let mut table = format!("| picture | bytes | {} |\n", ACTIONS.join(" | "));
    table.push_str("| --- | ---: | ---: | ---: | ---: | ---: |\n");
    let (mut counted_most, mut held_most) = (0.0_f64, 0.0_f64);
    for (name, bytes) in work::largest().into_iter().filter(|(name, _)| is_wanted(name)) {
        let file = env::temp_dir().join("presize-bench-largest");
        write(&file, &bytes)?;
        let mut line = format!("| {name} | {} |", bytes.len());
        for action in ACTIONS {
            let (held, counted) = in_child(&file, action)?;
            match held {
                Ok(held) => {
                    let _ = write!(line, " {held:.0}");
                    held_most = held_most.max(held);
                }
                Err(code) => {
                    let _ = write!(line, " {code}");
                }
            }
            if let Some(counted) = counted {
                let _ = write!(line, " ({counted:.0})");
                counted_most = counted_most.max(counted);
            }
            line.push_str(" |");
        }
        eprintln!("{line}");
        let _ = writeln!(table, "{line}");
    }
    let limit = ImageRules::default().max_memory_bytes as f64 / 1e6;
    let text = format!(
        "## Memory of the largest pictures\n\n{ABOUT}\n\n{table}\nThe most that was counted is {counted_most:.0} MB, the most that was held {held_most:.0} MB. \
         `max_memory_bytes` is {limit:.0} MB by default.\n"
    );
    println!("{text}");
    Ok(vec![text])
}

/// Megabytes that a process held, or the error, and megabytes that were counted.
type Measured = (Result<f64, String>, Option<f64>);

fn in_child(file: &Path, action: &str) -> Result<Measured, String> {
    let mut command = Command::new(env::current_exe().map_err(|error| error.to_string())?);
    command.args(["child", "largest"]).arg(file).arg(action);
    let output = command.output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut words = text.split_whitespace();
    let mut next = || words.next().map(str::to_owned).ok_or_else(|| format!("no answer for {action}"));
    let (held, counted) = (next()?, next()?);
    Ok((held.parse().map_err(|_| held), counted.parse().ok()))
}

/// In the child: says what it held, and what was counted.
pub(crate) fn child(file: &str, action: &str) -> Result<(), String> {
    let (bytes, rules) = (read(Path::new(file))?, ImageRules::default());
    let transform = match action {
        "check" => None,
        "same size" => {
            let format = presize::inspect(&bytes).map_err(|error| error.to_string())?.format;
            Some(Transform::default().lossless(format == presize::ImageFormat::Webp))
        }
        width => {
            let width = width.parse().map_err(|_| format!("not understood: {width}"))?;
            Some(Transform::default().width(width).format(OutputFormat::Jpeg))
        }
    };
    let counted = transform.as_ref().and_then(|transform| transform.explain(&bytes, &rules).ok());
    let counted = counted.map_or("none".to_owned(), |plan| (plan.memory_bytes as f64 / 1e6).to_string());
    let _ = fs::write("/proc/self/clear_refs", "5");
    let base = peak(std::process::id())?;
    let result = match &transform {
        None => presize::check(&bytes, None, &rules).map(drop),
        Some(transform) => presize::transform(&bytes, transform, &rules).map(drop),
    };
    let held = (peak(std::process::id())? - base) / 1e6;
    println!("{} {counted}", result.map_or_else(|error| error.code().to_owned(), |()| held.to_string()));
    Ok(())
}
