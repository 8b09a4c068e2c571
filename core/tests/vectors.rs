//! STAND-IN for the runner of the vectors, which the owner of main writes.

use serde_json::Value;

#[path = "runner/image_transform.rs"]
mod image_transform;

#[test]
fn vectors() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/transform.json");
    let document: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut failures = Vec::new();
    let mut worst = [0_usize; 300];
    for case in document["cases"].as_array().unwrap() {
        let result = image_transform::call(case["call"].as_str().unwrap(), &case["input"]).unwrap();
        let problem = match (&result, case.get("ok"), case.get("error")) {
            (Ok(result), Some(expected), None) => differs(result, expected, 0, "", &mut worst),
            (Err(error), None, Some(expected)) => {
                let mut problem = None;
                for (key, value) in expected.as_object().unwrap() {
                    let same = match key.as_str() {
                        "code" => value == error.code(),
                        "http_status" => *value == error.http_status(),
                        "message" => *value == error.kind().to_string(),
                        "index" => value.as_u64() == error.index().map(|index| index as u64),
                        _ => true,
                    };
                    if !same {
                        problem = Some(format!("{key}: {error:?}"));
                    }
                }
                problem
            }
            (result, ..) => Some(format!("{result:?}").chars().take(200).collect()),
        };
        if let Some(problem) = problem {
            failures.push(format!("{}: {problem}", case["name"]));
        }
    }
    println!("differences by level: {:?}", &worst[..12]);
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

fn differs(got: &Value, expected: &Value, within: u64, at: &str, worst: &mut [usize; 300]) -> Option<String> {
    match (got, expected) {
        (Value::Object(got), Value::Object(expected)) => expected.iter().find_map(|(key, value)| {
            let within = if key == "grid" { 3 } else { within };
            differs(got.get(key).unwrap_or(&Value::Null), value, within, &format!("{at}/{key}"), worst)
        }),
        (Value::Array(got), Value::Array(expected)) if got.len() == expected.len() => got
            .iter()
            .zip(expected)
            .enumerate()
            .find_map(|(i, (got, expected))| differs(got, expected, within, &format!("{at}/{i}"), worst)),
        (Value::Number(got), Value::Number(expected)) if within > 0 => {
            let difference = got.as_u64().unwrap().abs_diff(expected.as_u64().unwrap());
            worst[difference as usize] += 1;
            (difference > within).then(|| format!("{at}: {got} instead of {expected}"))
        }
        _ => (got != expected).then(|| format!("{at}: {got} instead of {expected}").chars().take(300).collect()),
    }
}
