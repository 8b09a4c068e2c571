//! A step of a run, and the run: headings, outcomes, the summary with its closing line.

use std::env;
use std::io;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

/// How a step ended.
pub(crate) enum Outcome {
    Passed,
    /// With the reason, in one line.
    Failed(String),
    /// With what is missing and how to get it, in one line.
    Skipped(String),
}

impl From<io::Error> for Outcome {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// The steps done so far; an error ends them early.
impl From<Result<(), Self>> for Outcome {
    fn from(result: Result<(), Self>) -> Self {
        result.err().unwrap_or(Self::Passed)
    }
}

/// One thing that a run does.
pub(crate) struct Step {
    name: &'static str,
    about: String,
    action: Box<dyn FnOnce() -> Outcome>,
}

impl Step {
    /// A step that starts a program; its output streams through.
    pub(crate) fn command(name: &'static str, command: Command) -> Self {
        Self { name, about: shown(&command), action: Box::new(move || run(command)) }
    }

    /// A step made of code.
    pub(crate) fn check(name: &'static str, about: &str, action: impl FnOnce() -> Outcome + 'static) -> Self {
        Self { name, about: about.to_owned(), action: Box::new(action) }
    }
}

/// Starts a program and waits for it.
pub(crate) fn run(mut command: Command) -> Outcome {
    match command.status() {
        Ok(status) if status.success() => Outcome::Passed,
        Ok(status) => Outcome::Failed(format!("{} ended with {status}", shown(&command))),
        Err(error) => Outcome::Failed(format!("{} did not start: {error}", shown(&command))),
    }
}

/// The same where what follows needs it: any other outcome than a pass ends it.
pub(crate) fn pass(command: Command) -> Result<(), Outcome> {
    match run(command) {
        Outcome::Passed => Ok(()),
        outcome => Err(outcome),
    }
}

/// Whether one case of the conformance suite is asked for: the runners of all languages look at the variable.
pub(crate) fn has_case() -> bool {
    env::var_os("PRESIZE_CASE").is_some()
}

/// The outcome of a check that collects what is wrong: each finding is printed, the reason counts them.
pub(crate) fn findings(found: &[String]) -> Outcome {
    if found.is_empty() {
        return Outcome::Passed;
    }
    for line in found {
        println!("  {line}");
    }
    Outcome::Failed(format!("{} found, listed above", found.len()))
}

/// Runs all steps in order. One that fails does not keep the others from running.
pub(crate) fn run_all(steps: Vec<Step>) -> ExitCode {
    let total = steps.len();
    let mut results = Vec::with_capacity(total);
    for (index, step) in steps.into_iter().enumerate() {
        println!("\n== {}/{total} {}: {}", index + 1, step.name, step.about);
        let start = Instant::now();
        let outcome = (step.action)();
        match &outcome {
            Outcome::Passed => {}
            Outcome::Failed(reason) => println!("-- failed: {reason}"),
            Outcome::Skipped(reason) => println!("-- skipped: {reason}"),
        }
        results.push((step.name, outcome, start.elapsed()));
    }
    summarise(&results)
}

fn summarise(results: &[(&'static str, Outcome, Duration)]) -> ExitCode {
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    println!("\n== summary");
    for (name, outcome, took) in results {
        let seconds = took.as_secs_f64();
        let (word, reason) = match outcome {
            Outcome::Passed => {
                passed += 1;
                ("passed", "")
            }
            Outcome::Failed(reason) => {
                failed += 1;
                ("FAILED", reason.as_str())
            }
            Outcome::Skipped(reason) => {
                skipped += 1;
                ("skipped", reason.as_str())
            }
        };
        println!("{}", format!("{word:<8}{seconds:>7.1} s  {name:<20}{reason}").trim_end());
    }
    println!("\n{passed} passed, {failed} failed, {skipped} skipped");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The longest command that is shown whole, in characters.
const MAX_SHOWN: usize = 200;

/// A command as one would type it, its end left out when it is long.
fn shown(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let mut line = program.rsplit(['/', '\\']).next().unwrap_or(&program).to_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    match line.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}
