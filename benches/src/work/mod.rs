//! The work of hostile files: what the slowest inputs that the default rules accept cost.
//!
//! Every file is made here, by hand: as many pixels, frames, scans, tables and chunks as the rules allow, of as few bytes
//! or of bytes as slow as there are. Each is checked and transformed in a thread of its own whose CPU time is read.

mod bits;
mod deflate;
mod gif;
mod icc;
mod inputs;
mod jpeg;
mod png;
mod random;
mod webp;
mod webp_codes;

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use presize::{ImageRules, Transform};

use crate::clock::Clock;
use inputs::Input;

const ABOUT: &str = "Files made by hand to cost as much as they can under the default rules: as many pixels, frames, scans, tables and
chunks as those allow. CPU seconds of one thread, those of the system included. \"to 320\" is a transform to a JPEG 320 wide,
\"same size\" one in the format of the input. A weighted pixel is what `work_pixels` counts.";

/// What one input costs.
struct Row {
    input: String,
    bytes: usize,
    pixels: u64,
    work: u64,
    check: Result<Duration, String>,
    transform: Result<Duration, String>,
    copy: Result<Duration, String>,
}

/// Measures all inputs, and then others drawn at random for as long as there is time. `name` is part of the names wanted.
pub(crate) fn tables(time: Duration, wanted: &dyn Fn(&str) -> bool) -> Vec<String> {
    let rules = ImageRules::default();
    let mut rows = Vec::new();
    for input in inputs::all() {
        if !wanted(&input.kind) {
            continue;
        }
        let row = measure(&input, &rules);
        eprintln!("{}", row.line());
        rows.push(row);
    }
    let made = rows.len();
    let started = Instant::now();
    let mut draw = random::Random::new(SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |now| now.as_secs()));
    let (mut searched, mut found) = (0, Vec::new());
    while started.elapsed() < time {
        let input = random::random(&mut draw);
        if !wanted(&input.kind) {
            continue;
        }
        searched += 1;
        let row = measure(&input, &rules);
        if row.slowest() > Duration::from_secs(1) {
            eprintln!("{}", row.line());
        }
        found.push(row);
    }
    // Of those found the slowest ones.
    found.sort_by_key(|row| Reverse(row.slowest()));
    rows.extend(found.into_iter().take(8));
    let mut table = String::from(
        "| input | bytes | megapixels | weighted megapixels | check, s | ns for a weighted pixel | to 320, s | same size, s |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for row in &rows {
        let _ = writeln!(table, "{}", row.line());
    }
    let _ = writeln!(
        table,
        "\n{made} inputs made with a thought, and the slowest of {searched} drawn at random. \"memory\" is what the rules refuse for it\
         , before anything is decoded."
    );
    let lists = lists(&rules, wanted);
    let tables = format!("## The work of hostile files\n\n{ABOUT}\n\n{table}\n{lists}");
    println!("{tables}");
    vec![tables]
}

/// The files of all kinds that the default rules accept: their format, how long a check takes, and their bytes.
pub(crate) fn accepted() -> Vec<(&'static str, Duration, Vec<u8>)> {
    let rules = ImageRules::default();
    let timed = inputs::all().into_iter().filter_map(|Input { bytes, .. }| {
        let format = presize::inspect(&bytes).ok()?.format;
        let time = timed(|| presize::check(&bytes, None, &rules).map(drop)).ok()?;
        Some((format.extension().trim_start_matches('.'), time, bytes))
    });
    timed.collect()
}

/// The largest pictures that the default rules accept, of every format and kind, by name.
pub(crate) fn largest() -> Vec<(String, Vec<u8>)> {
    inputs::largest().into_iter().map(|Input { kind, bytes }| (kind, bytes)).collect()
}

/// The files that the default rules accept ten times in a list.
pub(crate) fn accepted_ten_times() -> Vec<Vec<u8>> {
    let rules = ImageRules::default();
    let files = inputs::for_lists().into_iter().map(|Input { bytes, .. }| bytes);
    files.filter(|bytes| presize::check_totals(&[bytes.as_slice(); 10], &rules).is_ok()).collect()
}

fn measure(input: &Input, rules: &ImageRules) -> Row {
    let bytes = &input.bytes;
    let small = Transform::default().width(320).format(presize::OutputFormat::Jpeg);
    let copy = Transform::default().lossless(input.kind.starts_with("webp"));
    Row {
        input: input.kind.clone(),
        bytes: bytes.len(),
        pixels: presize::inspect(bytes).map_or(0, |info| u64::from(info.width) * u64::from(info.height)),
        work: presize::work_pixels(bytes, rules).unwrap_or(0),
        check: timed(|| presize::check(bytes, None, rules).map(drop)),
        transform: timed(|| presize::transform(bytes, &small, rules).map(drop)),
        copy: timed(|| presize::transform(bytes, &copy, rules).map(drop)),
    }
}

fn timed(run: impl FnOnce() -> presize::Result<()>) -> Result<Duration, String> {
    let clock = Clock::start();
    let result = run();
    let time = clock.read();
    result.map(|()| time).map_err(|error| match error.details().first() {
        Some((_, presize::error::Detail::Text(what))) if what == "memory_bytes" => "memory".to_owned(),
        Some((_, presize::error::Detail::Text(what))) if error.code() == "image_too_large" => {
            format!("{what} in {:.2}", time.as_secs_f64())
        }
        _ => format!("{} in {:.2}", error.code(), time.as_secs_f64()),
    })
}

/// Lists of ten, each of one of the inputs, as data URIs.
fn lists(rules: &ImageRules, wanted: &dyn Fn(&str) -> bool) -> String {
    let mut text = String::from("| ten of | bytes | seconds |\n| --- | ---: | ---: |\n");
    let listed = inputs::for_lists().into_iter();
    for input in listed.filter(|input| wanted(&input.kind)) {
        let format = presize::inspect(&input.bytes).map(|info| info.format);
        let Ok(format) = format else { continue };
        let uri = presize::encode_data_uri(&input.bytes, format);
        let uris = vec![uri.as_str(); 10];
        let time = timed(|| presize::decode_data_uris(&uris, rules).map(drop));
        let line = format!("| {} | {} | {} |", input.kind, input.bytes.len() * 10, shown(&time));
        eprintln!("{line}");
        let _ = writeln!(text, "{line}");
    }
    // The longest text that there can be: three characters for each symbol of base64.
    if wanted("escapes") {
        let data = format!("data:image/png;base64,{}", "%2B".repeat(4_470_000));
        let uris = vec![data.as_str(); 10];
        let time = timed(|| presize::decode_data_uris(&uris, rules).map(drop));
        let _ = writeln!(text, "| escapes | {} | {} |", 10 * data.len(), shown(&time));
    }
    text
}

fn shown(time: &Result<Duration, String>) -> String {
    match time {
        Ok(time) => format!("{:.2}", time.as_secs_f64()),
        Err(error) => error.clone(),
    }
}

impl Row {
    fn slowest(&self) -> Duration {
        [&self.check, &self.transform, &self.copy].into_iter().flatten().max().copied().unwrap_or_default()
    }

    fn line(&self) -> String {
        let Self { input, bytes, pixels, work, check, transform, copy } = self;
        let weighted = match check {
            Ok(time) if *work > 0 => format!("{:.1}", time.as_nanos() as f64 / *work as f64),
            _ => String::new(),
        };
        let mega = |pixels: &u64| *pixels as f64 / 1e6;
        format!(
            "| {input} | {bytes} | {:.1} | {:.1} | {} | {weighted} | {} | {} |",
            mega(pixels),
            mega(work),
            shown(check),
            shown(transform),
            shown(copy)
        )
    }
}
