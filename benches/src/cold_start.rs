//! From the start of a process to its first URL, above what the bare interpreter takes.

use std::fmt::Write as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::bindings;
use crate::peers::script::{self, Script};

const MIN_ROUNDS: usize = 15;
/// Less than this between two processes is noise: presize counts as no less, so that no ratio is made of noise.
const RESOLVED_MS: f64 = 0.5;

const PYTHON: (Script, &[&str]) =
    (script::python("Python", "python/cold_start.py"), &["bare", "presize", "boto3", "minio"]);
const NODE: (Script, &[&str]) =
    (script::node("Node", "node/cold_start.mjs"), &["bare", "presize", "aws-sdk", "aws4fetch"]);

/// A table for each language. Its peers start in turns; the figures are wall time.
pub(crate) fn tables(time: Duration) -> Result<Vec<String>, String> {
    bindings::build();
    [("Python", PYTHON), ("Node", NODE)]
        .map(|(language, (script, peers))| table(language, &script, peers, time))
        .into_iter()
        .collect()
}

fn table(language: &str, script: &Script, peers: &[&str], time: Duration) -> Result<String, String> {
    eprintln!("Cold start, {language} ...");
    let mut running: Vec<(&str, Vec<f64>)> = Vec::new();
    for peer in peers {
        match start(script, peer) {
            Ok(_) => running.push((peer, Vec::new())),
            Err(reason) => eprintln!("  without {peer}: {reason}"),
        }
    }
    let begin = Instant::now();
    let mut rounds = 0;
    while rounds < MIN_ROUNDS || begin.elapsed() < time {
        for (peer, samples) in &mut running {
            samples.push(start(script, peer)?);
        }
        rounds += 1;
    }
    let medians: Vec<_> = running.into_iter().map(|(peer, samples)| (peer, median(samples))).collect();
    let of = |name: &str| medians.iter().find(|(peer, _)| *peer == name).map_or(f64::NAN, |(_, median)| *median);
    let ours = (of("presize") - of("bare")).max(RESOLVED_MS);
    let mut text = format!("### Cold start: a fresh {language} process to its first URL\n\n");
    text.push_str("| | median | above the bare interpreter | times presize |\n| --- | ---: | ---: | ---: |\n");
    for (peer, median) in &medians {
        let above = median - of("bare");
        let _ = writeln!(text, "| {peer} | {median:.1} ms | {above:.1} ms | {:.1} |", above / ours);
    }
    let _ = writeln!(
        text,
        "\n{rounds} rounds of wall time; presize counts as at least {RESOLVED_MS} ms. Goal: boto3 and the AWS SDK take at least 10 times presize."
    );
    println!("{text}");
    Ok(text)
}

/// Milliseconds of one process.
fn start(script: &Script, peer: &str) -> Result<f64, String> {
    let begin = Instant::now();
    let status = script.command().arg(peer).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let took = begin.elapsed().as_secs_f64() * 1e3;
    match status {
        Ok(status) if status.success() => Ok(took),
        Ok(_) => Err("not installed, see --help".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied().unwrap_or(f64::NAN)
}
