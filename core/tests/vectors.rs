//! Runs the conformance suite in `tests/vectors/`, which Python and JavaScript run too.
//!
//! A case is `{name, why, call, input, ok | error}`, with `feature` where it needs one of the crate. What a call means is in `runner/`; nothing here knows a case.
//! Everything named in `ok` and `error` must be in the result and be equal (numbers under `grid` within 3).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is the failure report of a test")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "our own file names")]

mod runner;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// Files that are held against the API as a whole, not run case by case.
const NOT_CASES: [&str; 4] = ["api.json", "errors.json", "decode.json", "frameworks.json"];

/// Codes that no input can produce through the public calls, with the reason.
const UNREACHABLE: [(&str, &str); 7] = [
    ("encoding_failed", "an encoder that refuses a valid picture is a defect"),
    ("cancelled", "its input is a caller that stops the call while it runs: tests/cancelling.rs"),
    ("request_too_large", "answered by the framework modules of the packages"),
    ("request_unauthenticated", "answered by the framework modules of the packages"),
    ("request_type_unsupported", "answered by the framework modules of the packages"),
    ("request_invalid", "answered by the framework modules of the packages"),
    ("server_busy", "answered by the queues of the packages"),
];

fn vectors_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

fn read(name: &str) -> Value {
    let path = vectors_folder().join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn case_files() -> Vec<String> {
    let names = fs::read_dir(vectors_folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> =
        names.filter(|name| name.ends_with(".json") && !NOT_CASES.contains(&name.as_str())).collect();
    names.sort();
    names
}

/// `PRESIZE_CASE` names the only case to run, in whichever file it is.
#[test]
fn every_case_holds() {
    let only = std::env::var("PRESIZE_CASE").ok();
    let mut count = 0;
    let mut failures = Vec::new();
    for file in case_files() {
        let mut names = BTreeSet::new();
        for case in read(&file)["cases"].as_array().unwrap_or_else(|| panic!("{file} has no cases")) {
            let name = case["name"].as_str().unwrap_or_else(|| panic!("a case of {file} has no name"));
            assert!(names.insert(name), "{file}: two cases are called {name}");
            assert!(case["why"].is_string(), "{file}: {name} does not say why it is there");
            if only.as_deref().is_some_and(|only| only != name) {
                continue;
            }
            count += 1;
            if let Err(difference) = run(case) {
                failures.push(format!("{file}: {name}: {difference}"));
            }
        }
    }
    println!("{count} cases");
    assert!(count > 0, "no case found{}", only.map(|only| format!(" that is called {only}")).unwrap_or_default());
    assert!(failures.is_empty(), "{} of {count} cases failed:\n{}", failures.len(), failures.join("\n"));
}

/// Requests and forms drawn at random, signed by boto3 in a process of its own, must be equal byte for byte.
#[test]
#[ignore = "needs boto3: cargo xtask test"]
fn boto3_makes_the_same_of_random_requests() {
    same_for_random_cases("random_requests.py", 2000);
}

/// JPEGs drawn at random, decoded by Pillow in a process of its own, must be equal byte for byte.
#[test]
#[ignore = "needs Pillow: cargo xtask test"]
fn pillow_makes_the_same_of_random_jpegs() {
    same_for_random_cases("random_jpegs.py", 400);
}

/// Lossless pictures and alpha of WebP drawn at random, likewise.
#[test]
#[ignore = "needs Pillow: cargo xtask test"]
fn pillow_makes_the_same_of_random_webps() {
    same_for_random_cases("random_webps.py", 400);
}

/// Runs the cases that a script prints, `PRESIZE_CASES` of them with `PRESIZE_SEED`.
fn same_for_random_cases(script: &str, count: usize) {
    let variable = |name: &str, default: &str| std::env::var(name).unwrap_or_else(|_| default.to_owned());
    let (count, seed) = (variable("PRESIZE_CASES", &count.to_string()), variable("PRESIZE_SEED", "1"));
    let output = Command::new(variable("PRESIZE_PYTHON", "python3"))
        .arg(vectors_folder().join(script))
        .args([&count, &seed])
        // No compiled modules beside the committed scripts.
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stderr(Stdio::inherit())
        .output()
        .unwrap_or_else(|error| panic!("PRESIZE_PYTHON does not start: {error}"));
    assert!(output.status.success(), "{script} ended with {}", output.status);
    let cases: Vec<Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(cases.len().to_string(), count, "cases made by {script}");
    let failures: Vec<_> = cases.iter().filter_map(|case| Some(format!("{}\n  {case}", run(case).err()?))).collect();
    let shown = failures.iter().take(3).map(|failure| failure.chars().take(2000).collect::<String>());
    let shown = shown.collect::<Vec<_>>().join("\n");
    assert!(failures.is_empty(), "{} of {count} cases of seed {seed} failed:\n{shown}", failures.len());
    println!("{script}: {count} cases of seed {seed}");
}

fn run(case: &Value) -> Result<(), String> {
    let call = case["call"].as_str().ok_or("no call")?;
    let result = runner::call(call, &case["input"]).ok_or_else(|| format!("unknown call {call}"))?;
    if let Some(feature) = case["feature"].as_str().filter(|feature| !runner::has_feature(feature)) {
        return refused_for_feature(feature, result);
    }
    match (case.get("ok"), case.get("error"), result) {
        (Some(expected), None, Ok(received)) => compare("ok", expected, &received, 0.0),
        (None, Some(expected), Err(error)) => {
            let mut received = error_to_json(&error);
            let beside = runner::beside_error(call, &case["input"]);
            let beside = beside.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone()));
            received.as_object_mut().unwrap().extend(beside);
            compare("error", expected, &received, 0.0)
        }
        (Some(_), None, Err(error)) => Err(format!("refused: {}: {error}", error.code())),
        (None, Some(expected), Ok(received)) => Err(format!("accepted {received}, expected {expected}")),
        _ => Err("a case has either ok or error".to_owned()),
    }
}

/// A case that needs a feature of the crate is not left out without it: it is refused, by an error that names the feature.
fn refused_for_feature(feature: &str, result: presize::Result<Value>) -> Result<(), String> {
    match result {
        Err(error) if error.to_string().contains(feature) => Ok(()),
        Err(error) => Err(format!("refused, but not for want of {feature}: {}: {error}", error.code())),
        Ok(received) => Err(format!("accepted {received} without {feature}")),
    }
}

fn error_to_json(error: &presize::Error) -> Value {
    let details: serde_json::Map<_, _> = error
        .details()
        .into_iter()
        .map(|(name, detail)| {
            let value = match detail {
                presize::error::Detail::Text(text) => json!(text),
                presize::error::Detail::Integer(number) => json!(number),
                presize::error::Detail::List(list) => json!(list),
                other => panic!("a detail of an unknown kind: {other:?}"),
            };
            (name.to_owned(), value)
        })
        .collect();
    let words = error.user_message();
    json!({
        "code": error.code(),
        "http_status": error.http_status(),
        "message": error.to_string(),
        "user_message": words.to_string(),
        "user_message_template": words.template(),
        "user_message_parameters": words.parameters().iter().cloned().collect::<BTreeMap<_, _>>(),
        "index": error.index(),
        "details": details,
    })
}

/// Everything in `expected` is in `received`; lists have the same length; numbers differ by at most `tolerance`.
fn compare(place: &str, expected: &Value, received: &Value, tolerance: f64) -> Result<(), String> {
    match (expected, received) {
        (Value::Object(expected), Value::Object(received)) => expected.iter().try_for_each(|(key, value)| {
            let place = format!("{place}.{key}");
            let received = received.get(key).ok_or_else(|| format!("{place} is missing"))?;
            compare(&place, value, received, if key == "grid" { 3.0 } else { tolerance })
        }),
        (Value::Array(expected), Value::Array(received)) if expected.len() == received.len() => {
            (expected.iter()).zip(received).enumerate().try_for_each(|(index, (expected, received))| {
                compare(&format!("{place}[{index}]"), expected, received, tolerance)
            })
        }
        (Value::Number(expected), Value::Number(received)) => {
            let (expected, received) = (expected.as_f64().unwrap(), received.as_f64().unwrap());
            let is_near = (expected - received).abs() <= tolerance;
            if is_near { Ok(()) } else { Err(format!("{place}: expected {expected}, received {received}")) }
        }
        _ if expected == received => Ok(()),
        _ => Err(format!("{place}: expected {expected}, received {received}")),
    }
}

#[test]
fn errors_json_equals_the_catalogue() {
    let catalogue: Vec<_> = presize::error::CATALOGUE
        .iter()
        .map(|row| {
            json!({
                "code": row.code,
                "http_status": row.http_status,
                "family": row.family.as_str(),
                "details": row.details,
                "user_messages": row.user_messages,
            })
        })
        .collect();
    same_or_write("errors.json", &json!({ "errors": catalogue }));
}

#[test]
fn every_code_is_produced_by_a_case() {
    let mut produced = BTreeSet::new();
    for file in case_files() {
        for case in read(&file)["cases"].as_array().unwrap() {
            // The error of an answer to a Lambda function is part of what the call gives.
            let codes = [&case["error"]["code"], &case["ok"]["code"]];
            if let Some(code) = codes.into_iter().find_map(|code| code.as_str()) {
                produced.insert(code.to_owned());
            }
        }
    }
    for (code, reason) in UNREACHABLE {
        assert!(!produced.contains(code), "{code} is produced after all ({reason})");
        produced.insert(code.to_owned());
    }
    let catalogue: BTreeSet<_> = presize::error::CATALOGUE.iter().map(|row| row.code.to_owned()).collect();
    assert_eq!(produced, catalogue);
}

#[test]
fn api_json_equals_the_tables() {
    same_or_write("api.json", &runner::api::describe());
}

/// Compares a committed file with what the code says. `PRESIZE_WRITE_VECTORS=1` writes it instead, for a change that
/// is meant; the difference is then there to be reviewed.
fn same_or_write(name: &str, described: &Value) {
    if std::env::var_os("PRESIZE_WRITE_VECTORS").is_some() {
        let text = format!("{}\n", serde_json::to_string_pretty(described).unwrap());
        fs::write(vectors_folder().join(name), text).unwrap();
    }
    let committed = read(name);
    assert!(&committed == described, "{name} and the code differ; see CONTRIBUTING on changing the API");
}
