//! The project's task runner: `cargo xtask test | check | generate | dev | python | node | conformance | differential | bench | package | help`.
//!
//! It knows how to start things and how to report on them; it holds no product logic and has no dependencies.

mod cargo;
mod conformance;
mod dependencies;
mod differential;
mod folder;
mod imports;
mod layout;
mod licence;
mod node;
mod plan;
mod python;
mod rgw;
mod sources;
mod step;

use std::env;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <command>

  test       everything: formatting, lints, rules, licences, tests, quickstart, documentation, the bindings' suites
  check      formatting, lints, generated texts, and the rules of the sources: the tree, the imports, no I/O in core
  generate   what the other languages say of options and errors, from the tables of core: types, docstrings, tables of READMEs
  dev        both packages, built in place: no packing, no checks of style and types
  python     the wheel and its tests alone; with arguments (-- -k name) built in place, and pytest has the arguments
  node       the npm packages and their tests alone; with arguments (-- --test-name-pattern name) likewise
  conformance
             what is signed, sent to three S3 servers that others wrote, and uploads that are attacked on them while they are
             confirmed; one is compiled once (15 minutes), one comes from Debian's packages;
             and the model of a store, with two faults in each interleaving
  differential
             random requests and forms, signed by boto3 and by presize, 2000 of seed 1, and random JPEGs, decoded by Pillow
             and by presize, 400 of seed 1, or PRESIZE_CASES of PRESIZE_SEED
  bench      presize and its peers, in a release build; arguments go to the benches (try `cargo xtask bench --help`)
  package    what would be published: the crate's files, and the wheel and the npm packages, optimised, with all their tests
  help       this text

A step that needs something this machine has not is skipped, with one line on what is missing.
The last line counts the steps: `N passed, N failed, N skipped`. The exit code is 0 when none failed.
";

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let command = arguments.next();
    let rest: Vec<String> = arguments.collect();
    let steps = match (command.as_deref(), rest.as_slice()) {
        (Some("test" | "package"), _) if step::has_case() => {
            eprintln!("PRESIZE_CASE chooses one case of the vectors, and this command runs everything: unset it");
            return ExitCode::from(2);
        }
        (Some("test"), []) => plan::test(),
        (Some("check"), []) => plan::check(),
        (Some("generate"), []) => plan::generate(),
        (Some("python"), _) => vec![plan::python(passed_through(rest))],
        (Some("node"), _) => vec![plan::node(passed_through(rest))],
        (Some("dev"), []) => plan::dev(),
        (Some("conformance"), []) => conformance::steps(),
        (Some("differential"), []) => vec![plan::differential()],
        (Some("package"), []) => plan::package(),
        (Some("bench"), _) => plan::bench(&rest),
        (None | Some("help" | "-h" | "--help"), _) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("unknown command or argument\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    step::run_all(steps)
}

/// The arguments for the program that runs the tests, without the `--` before them.
fn passed_through(mut arguments: Vec<String>) -> Vec<String> {
    if arguments.first().is_some_and(|first| first == "--") {
        arguments.remove(0);
    }
    arguments
}
