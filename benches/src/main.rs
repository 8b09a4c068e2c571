//! presize beside its peers, in one run: `cargo xtask bench [--write] [--seconds N] [--only NAME] [part ...]`.
//!
//! A part is a module with a table of peers; a peer is one file below `peers/`. All peers of a table take turns, round
//! by round, so that what else the machine does meets them alike; a table shows medians and their ratios. Read the
//! ratios: absolute times belong to one machine on one day.

mod attack;
mod bindings;
mod child;
mod clock;
mod cold_start;
mod concurrent;
mod contest;
mod delivery;
mod images;
mod largest;
mod memory;
mod peers;
mod photo;
mod presign;
mod quality;
mod report;
mod scenario;
mod sources;
mod strip;
mod work;
mod workload;

use std::env;
use std::process::ExitCode;
use std::time::Duration;

use contest::Contest;

const HELP: &str = "\
cargo xtask bench [--write] [--seconds N] [--only NAME] [part ...]

  --write        also write benches/results/<date>.md
  --seconds N    time for each table and each workload, by default 20
  --only NAME    of images and memory one workload: W1 to W22, many, full, tiny; may be repeated
  part           presign, cold-start, images, delivery, strip, memory, concurrent, largest, quality, work,
                 attack; by default all

Peers in Python and JavaScript take part when they are there:
  python3 -m venv benches/python/.venv && benches/python/.venv/bin/pip install -r benches/python/requirements.txt
  npm --prefix benches/node ci
";

/// What is asked on the command line.
struct Wanted {
    /// For each table.
    time: Duration,
    write: bool,
    /// None means all.
    parts: Vec<String>,
    /// None means all.
    workloads: Vec<String>,
}

/// A group of tables: its name on the command line, and what makes them, as Markdown.
type Part = (&'static str, fn(&Wanted) -> Result<Vec<String>, String>);

const PARTS: &[Part] = &[
    ("presign", |wanted| run_all(presign::contests()?, wanted.time)),
    ("cold-start", |wanted| cold_start::tables(wanted.time)),
    ("images", |wanted| images::tables(wanted.time, &|name| wanted.has_workload(name))),
    ("delivery", |wanted| run_all(delivery::contests()?, wanted.time)),
    ("strip", |wanted| run_all(vec![strip::contest()?], wanted.time)),
    ("memory", |wanted| memory::tables(&|name| wanted.has_workload(name))),
    ("concurrent", |wanted| concurrent::tables(wanted.time)),
    ("largest", |wanted| largest::tables(&|name| wanted.has_input(name))),
    ("quality", |_| quality::tables()),
    ("work", |wanted| Ok(work::tables(wanted.time, &|name| wanted.has_input(name)))),
    ("attack", |wanted| attack::tables(wanted.time)),
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
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [first, rest @ ..] = arguments.as_slice()
        && first == "child"
    {
        return child::run(rest);
    }
    let Some(wanted) = Wanted::parse(arguments)? else {
        print!("{HELP}");
        return Ok(());
    };
    let mut tables: Vec<String> = Vec::new();
    for (name, make) in PARTS {
        if wanted.parts.is_empty() || wanted.parts.iter().any(|part| part == name) {
            tables.extend(make(&wanted)?);
        }
    }
    if wanted.write {
        println!("written: {}", report::write(&tables)?.display());
    }
    Ok(())
}

impl Wanted {
    /// `None` is a wish for help.
    fn parse(arguments: Vec<String>) -> Result<Option<Self>, String> {
        let mut wanted = Self { time: Duration::from_secs(20), write: false, parts: Vec::new(), workloads: Vec::new() };
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--help" | "-h" => return Ok(None),
                "--write" => wanted.write = true,
                "--seconds" => {
                    let value = arguments.next().and_then(|value| value.parse().ok()).filter(|value| *value > 0);
                    wanted.time =
                        value.map(Duration::from_secs).ok_or("expected a number of seconds after --seconds")?;
                }
                "--only" => wanted.workloads.push(arguments.next().ok_or("expected a workload after --only")?),
                part if PARTS.iter().any(|(name, _)| *name == part) => wanted.parts.push(part.to_owned()),
                other => return Err(format!("unknown argument {other}\n\n{HELP}")),
            }
        }
        Ok(Some(wanted))
    }

    fn has_input(&self, name: &str) -> bool {
        self.workloads.is_empty() || self.workloads.iter().any(|wanted| name.starts_with(wanted.as_str()))
    }

    fn has_workload(&self, name: &str) -> bool {
        self.workloads.is_empty() || self.workloads.iter().any(|wanted| wanted == name)
    }
}
