//! `cargo run` takes a photo of its own along the whole upload path; `cargo run -- cat.jpg dog.png` takes yours.
//! The path itself is in `quickstart.rs`.
#![forbid(unsafe_code)]

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use presize_examples::photo::PhotoSize;
use presize_examples::quickstart::{self, Input};
use presize_examples::report::Failure;
use presize_examples::table::Table;

const USAGE: &str = "\
usage: cargo run [-- FILE ...]

Runs the whole upload path of presize against an S3 server in this process: no keys, no network.
FILE is a JPEG, PNG, WebP or GIF of at most 25 MiB; without one, a 12-megapixel photo is drawn.
";

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        print!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let is_option = |argument: &&std::ffi::OsString| argument.to_string_lossy().starts_with('-');
    if let Some(unknown) = arguments.iter().find(is_option) {
        eprint!("unknown option {}\n\n{USAGE}", unknown.display());
        return ExitCode::from(2);
    }
    let input = if arguments.is_empty() {
        Input::Drawn(PhotoSize::TWELVE_MEGAPIXELS)
    } else {
        Input::Files(arguments.into_iter().map(PathBuf::from).collect())
    };
    match run(&input) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(input: &Input) -> Result<ExitCode, Failure> {
    let start = Instant::now();
    let mut out = std::io::stdout();
    let is_terminal = out.is_terminal();
    let report = quickstart::run(input, &output_folder()?, Table::new(&mut out, is_terminal))?;

    let sheet = report.contact_sheet();
    let seconds = start.elapsed().as_secs_f64();
    // A closed pipe is no reason to fail when all is done.
    let _ = writeln!(out, "\nDone in {seconds:.1} s. Pictures and contact sheet: {}", sheet.display());
    let missed = report.not_refused();
    for refusal in &missed {
        eprintln!("not refused as it must be: {}", refusal.attempt);
    }
    Ok(if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// `quickstart` in the target folder, which holds this program two levels down.
fn output_folder() -> Result<PathBuf, Failure> {
    let program = std::env::current_exe().map_err(|error| Failure::step("find the target folder", error))?;
    let target = program.ancestors().nth(2).map(PathBuf::from).unwrap_or_default();
    Ok(target.join("quickstart"))
}
