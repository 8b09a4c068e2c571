//! Pictures out of pictures: CPU time beside sharp and Pillow, one table for all workloads, and what decoding alone takes.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use presize::Scaling;

use crate::contest::{Contest, Table, shown};
use crate::peers::{presize_images, script};
use crate::sources::Source;
use crate::workload::{FULL_PIXELS, PILLOW_LIMIT, WORKLOADS, Workload, words};

const FAST: &str = "presize, fast";
const BEST: &str = "presize, best";
const SHARP: &str = "sharp";
/// As their scripts call themselves, from `PILLOW_NAME` on.
const PILLOW_MODES: [&str; 3] = ["draft", "thumbnail", "plain"];

/// The table of all workloads that are wanted, then a table for each way of decoding alone.
pub(crate) fn tables(time: Duration, is_wanted: &dyn Fn(&str) -> bool) -> Result<Vec<String>, String> {
    let mut rows = Vec::new();
    for workload in WORKLOADS.iter().filter(|workload| is_wanted(workload.name)) {
        eprintln!("{} {} ...", workload.name, workload.title);
        match contest(workload) {
            Ok((contest, pillow)) => {
                let row = Row { workload, table: contest.run(time)?, pillow };
                eprintln!("{}", row.table);
                rows.push(row);
            }
            Err(reason) => eprintln!("  without it: {reason}"),
        }
    }
    let mut tables = Vec::new();
    if !rows.is_empty() {
        tables.push(summary(&rows));
    }
    for (name, decoding) in [("full", decoding_full as fn() -> Result<Contest, String>), ("tiny", decoding_tiny)] {
        if is_wanted(name) {
            eprintln!("decoding, {name} ...");
            tables.push(decoding()?.run(time)?.to_string());
        }
    }
    for table in &tables {
        println!("{table}");
    }
    Ok(tables)
}

struct Row {
    workload: &'static Workload,
    table: Table,
    /// The names of those of `PILLOW_MODES` that take part.
    pillow: [Option<String>; 3],
}

fn contest(workload: &'static Workload) -> Result<(Contest, [Option<String>; 3]), String> {
    let file = workload.source.file()?;
    let bytes = Arc::new(workload.source.bytes()?);
    let megabytes = bytes.len() as f64 / 1e6;
    let mut contest = Contest::new(&format!("{} {} ({megabytes:.1} MB)", workload.name, workload.title))
        .peer(FAST, presize_images::work(Arc::clone(&bytes), workload.outputs, Scaling::Fast));
    if workload.source.is_jpeg() {
        contest = contest.peer(BEST, presize_images::work(bytes, workload.outputs, Scaling::Best));
    }
    contest = with_script(contest, &script::SHARP, &file, &workload.words(), "").0;
    let mut pillow = [None, None, None];
    for (name, mode) in pillow.iter_mut().zip(PILLOW_MODES) {
        // Only a JPEG can be decoded at a reduced size.
        if workload.source.is_jpeg() || mode == "plain" {
            (contest, *name) = with_script(contest, &script::PILLOW, &file, &workload.words(), mode);
        }
    }
    Ok((contest, pillow))
}

/// The contest with one more peer, and its name, if it is there.
fn with_script(
    contest: Contest,
    script: &script::Script,
    file: &Path,
    outputs: &str,
    mode: &str,
) -> (Contest, Option<String>) {
    let mut arguments = vec![file.as_os_str(), outputs.as_ref()];
    if !mode.is_empty() {
        arguments.push(mode.as_ref());
    }
    match script.start(arguments) {
        Ok((name, peer)) => (contest.peer(name.clone(), peer), Some(name)),
        Err(reason) => {
            eprintln!("  without {}: {reason}", script.name);
            (contest, None)
        }
    }
}

fn summary(rows: &[Row]) -> String {
    let mut text = String::from(
        "### Pictures out of pictures: CPU time, as a part of sharp's\n\n\
         | | sharp | presize | at most | `best` | at most | Pillow draft | presize to it | at most | Pillow `thumbnail` | Pillow plain | all met |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n",
    );
    for row in rows {
        let _ = writeln!(text, "{}", row.shown());
    }
    let rounds: Vec<_> = rows.iter().map(|row| row.table.rounds).collect();
    let (fewest, most) = (rounds.iter().min().unwrap_or(&0), rounds.iter().max().unwrap_or(&0));
    let _ = writeln!(
        text,
        "\nMedians of {fewest} to {most} rounds; sharp at concurrency 1, Pillow in one thread. \
         \\* presize has no lossy WebP: decoded and scaled, without the encoder, beside the whole of the others."
    );
    text
}

impl Row {
    fn shown(&self) -> String {
        let median = |name: &str| self.table.median(name);
        let pillow = |mode: usize| self.pillow.get(mode).and_then(Option::as_deref).and_then(median);
        let to = |row: Option<f64>, other: Option<f64>| row.zip(other).map(|(row, other)| row / other);
        let (fast, best, sharp) = (median(FAST), median(BEST), median(SHARP));
        let draft_limit = pillow(0).filter(|_| self.workload.shrinks()).map(|_| PILLOW_LIMIT);
        let goals = [
            (to(fast, sharp), self.workload.fast_limit),
            (to(best, sharp), self.workload.best_limit),
            (to(fast, pillow(0)), draft_limit),
        ];
        let wanted = || goals.iter().filter_map(|(reached, limit)| limit.map(|limit| (*reached, limit)));
        let met = match wanted().count() {
            0 => "",
            _ if wanted().any(|(reached, _)| reached.is_none()) => "not measured",
            _ if wanted().all(|(reached, limit)| reached <= Some(limit)) => "yes",
            _ => "no",
        };
        let ratio = |ratio: Option<f64>| ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
        let [(fast, fast_limit), (best, best_limit), (to_draft, draft_limit)] = goals;
        let mut cells = vec![format!("{} {}", self.workload.name, self.workload.title)];
        cells.push(sharp.map(shown).unwrap_or_default());
        cells.extend([fast, fast_limit, best, best_limit, to(pillow(0), sharp), to_draft, draft_limit].map(ratio));
        cells.extend([1, 2].map(|mode| ratio(to(pillow(mode), sharp))));
        cells.push(met.to_owned());
        format!("| {} |", cells.join(" | "))
    }
}

/// Nothing but decoding, at full size, to RGB. Pillow is C libjpeg-turbo and little else.
fn decoding_full() -> Result<Contest, String> {
    let contest = decoding("Decode a 12 MP JPEG to RGB", Source::PHOTO_12, "plain")?;
    Ok(contest.at_most("presize", "Pillow", 1.0))
}

/// So little that tables and headers are most of it.
fn decoding_tiny() -> Result<Contest, String> {
    let contest = decoding("Decode an 80 x 60 JPEG to RGB", Source::TINY, "decoder")?;
    let file = Source::TINY.file()?;
    let contest = with_script(contest, &script::PILLOW, &file, &words(&[FULL_PIXELS]), "overhead").0;
    Ok(contest.at_most_less("presize", "Pillow", OVERHEAD, 1.5))
}

const OVERHEAD: &str = "Pillow's overhead";

fn decoding(title: &str, source: Source, pillow: &str) -> Result<Contest, String> {
    let (file, bytes) = (source.file()?, Arc::new(source.bytes()?));
    let outputs = [FULL_PIXELS];
    let contest = Contest::new(title).peer("presize", presize_images::work(bytes, &outputs, Scaling::Fast));
    let contest = with_script(contest, &script::PILLOW, &file, &words(&outputs), pillow).0;
    Ok(with_script(contest, &script::SHARP, &file, &words(&outputs), "").0)
}
