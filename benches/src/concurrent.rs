//! Many thumbnails at once in one process of Node, as a server makes them: how long all of them take, how much memory the
//! process holds, and how late its event loop is for everything else.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::bindings;
use crate::memory::added;
use crate::peers::script::{self, Script};
use crate::sources::Source;

const SCRIPT: Script = script::node("Node", "node/concurrent.mjs");
/// The peers, as the script names them, with the number of threads that each has by default.
const PEERS: [&str; 2] = ["presize", "sharp"];
const PICTURES: u32 = 160;
const AT_ONCE: u32 = 16;
const OUTPUT: &str = "320x0:jpeg:80";
const MIN_ROUNDS: usize = 3;

/// What a fresh process was like.
struct Sample {
    wall_seconds: f64,
    cpu_seconds: f64,
    /// Of the event loop, in milliseconds: the 99th of a hundred, and the longest.
    late_p99: f64,
    late_most: f64,
    /// Above what the process held with the file read; 0 where the system does not tell it.
    megabytes: f64,
}

struct Entry {
    name: String,
    peer: &'static str,
    samples: Vec<Sample>,
}

/// The peers take turns, each time in a fresh process.
pub(crate) fn tables(time: Duration) -> Result<Vec<String>, String> {
    bindings::build_node();
    eprintln!("{PICTURES} pictures, {AT_ONCE} at once ...");
    let mut entries = Vec::new();
    for peer in PEERS {
        match run(peer) {
            Ok((name, sample)) => entries.push(Entry { name, peer, samples: vec![sample] }),
            Err(reason) => eprintln!("  without {peer}: {reason}"),
        }
    }
    let (start, mut rounds) = (Instant::now(), 1);
    while rounds < MIN_ROUNDS || start.elapsed() < time {
        for entry in &mut entries {
            entry.samples.push(run(entry.peer)?.1);
        }
        rounds += 1;
    }
    let mut text = format!(
        "### {PICTURES} x 12 MP JPEG to 320 JPEG in Node, {AT_ONCE} at once\n\n\
         | | wall, s | CPU, s | memory above the base, MB | event loop late, p99, ms | at most, ms |\n\
         | --- | ---: | ---: | ---: | ---: | ---: |\n"
    );
    for Entry { name, samples, .. } in &entries {
        let of = |figure: fn(&Sample) -> f64| median(samples.iter().map(figure).collect());
        let (wall, cpu) = (of(|sample| sample.wall_seconds), of(|sample| sample.cpu_seconds));
        let (p99, most) = (of(|sample| sample.late_p99), of(|sample| sample.late_most));
        let megabytes = of(|sample| sample.megabytes);
        let _ = writeln!(text, "| {name} | {wall:.2} | {cpu:.2} | {megabytes:.0} | {p99:.1} | {most:.1} |");
    }
    let _ = writeln!(
        text,
        "\nMedians of {rounds} rounds, each in a fresh process, with the pool of threads that Node has by default."
    );
    println!("{text}");
    Ok(vec![text])
}

/// A peer's name, and what its process was like.
fn run(peer: &str) -> Result<(String, Sample), String> {
    let file = Source::PHOTO_12.file()?;
    let (name, mut child) = SCRIPT.start([peer.as_ref(), file.as_os_str(), OUTPUT.as_ref()])?;
    let question = format!("{PICTURES} {AT_ONCE}");
    let process = child.id();
    let (megabytes, line) = match added(process, || child.ask(&question)) {
        Ok(measured) => measured,
        Err(_) => (0.0, child.ask(&question)?),
    };
    let figures: Vec<f64> = line.split_whitespace().filter_map(|figure| figure.parse().ok()).collect();
    let [wall_seconds, cpu_seconds, late_p99, late_most] = figures[..] else {
        return Err(format!("expected four figures, received {line}"));
    };
    Ok((name, Sample { wall_seconds, cpu_seconds, late_p99, late_most, megabytes }))
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
