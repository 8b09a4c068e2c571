#[path = "runner/image_check.rs"]
mod image_check;
use presize::error::Detail;
use serde_json::{Value, json};
#[test]
fn run() {
    let mut bad = vec![];
    for f in ["inspect", "check"] {
        let v: Value = serde_json::from_str(&std::fs::read_to_string(format!("{}/tests/vectors/{f}.json", env!("CARGO_MANIFEST_DIR"))).unwrap()).unwrap();
        for c in v["cases"].as_array().unwrap() {
            let name = &c["name"];
            let got = image_check::call(c["call"].as_str().unwrap(), &c["input"]).unwrap();
            let (want, got) = match got {
                Ok(v) => (&c["ok"], v),
                Err(e) => {
                    let d: serde_json::Map<String, Value> = e.details().into_iter().map(|(k, v)| (k.to_string(), match v {
                        Detail::Text(t) => json!(t), Detail::Integer(i) => json!(i), Detail::List(l) => json!(l), _ => json!(null) })).collect();
                    (&c["error"], json!({"code": e.code(), "http_status": e.http_status(), "message": e.to_string(), "details": d}))
                }
            };
            let ok = want.as_object().is_some_and(|w| w.iter().all(|(k, v)| got[k] == *v));
            if !ok { bad.push(format!("{f} {name}: want {want} got {got}")); }
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}
