//! presize beside its peers, in one run: `cargo xtask bench [--write] [--seconds N] [part ...]`.
//!
//! A part is a module with a table of peers; a peer is one file below `peers/`. All peers of a table take turns, round
//! by round, so that what else the machine does meets them alike; a table shows medians and their ratios. Read the
//! ratios: absolute times belong to one machine on one day.

mod bindings;
mod clock;
mod cold_start;
mod contest;
mod peers;
mod photo;
mod presign;
mod report;
mod transform;

use std::env;
use std::process::ExitCode;
use std::time::Duration;

use contest::Contest;

const HELP: &str = "\
cargo xtask bench [--write] [--seconds N] [part ...]

  --write        also write benches/results/<date>.md
  --seconds N    time for each table, by default 20
  part           presign, cold-start, transform; by default all

Peers in Python and JavaScript take part when they are there:
  python3 -m venv benches/python/.venv && benches/python/.venv/bin/pip install -r benches/python/requirements.txt
  npm --prefix benches/node ci
";

/// A group of tables: its name on the command line, and what makes them, each in about that time, as Markdown.
type Part = (&'static str, fn(Duration) -> Result<Vec<String>, String>);

const PARTS: &[Part] = &[
    ("presign", |time| run_all(presign::contests()?, time)),
    ("cold-start", cold_start::tables),
    ("transform", |time| run_all(transform::contests()?, time)),
];

fn run_all(contests: Vec<Contest>, time: Duration) -> Result<Vec<String>, String> {
    let run = |contest: Contest| {
        eprintln!("{} ...", contest.title);
        let table = contest.run(time)?.to_string();
        println!("{table}");
        Ok(table)
    };
    contests.into_iter().map(run).collect()
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut seconds = 20;
    let mut write = false;
    let mut wanted = Vec::new();
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--help" | "-h" => {
                print!("{HELP}");
                return Ok(());
            }
            "--write" => write = true,
            "--seconds" => {
                let value = arguments.next().and_then(|value| value.parse().ok()).filter(|value| *value > 0);
                seconds = value.ok_or("expected a number of seconds after --seconds")?;
            }
            part if PARTS.iter().any(|(name, _)| *name == part) => wanted.push(part.to_owned()),
            other => return Err(format!("unknown argument {other}\n\n{HELP}")),
        }
    }
    let mut tables: Vec<String> = Vec::new();
    for (name, make) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|part| part == name) {
            tables.extend(make(Duration::from_secs(seconds))?);
        }
    }
    if write {
        println!("written: {}", report::write(&tables)?.display());
    }
    Ok(())
}
