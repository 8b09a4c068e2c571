//! What needs no engine; the tests of the npm package run the function.

use crate::delivery::{VariantPolicy, Variants, WidthSet};
use crate::error::Error;
use crate::imaging::{Fit, OutputFormat, Transform};

const SECRET: &str = "a secret that nobody may ever see: 46 bytes...";

fn code_of(policy: VariantPolicy) -> Result<String, Error> {
    Variants::new(policy)?.cloudfront_function("")
}

/// A site with all of Next.js' widths and a dozen presets.
fn realistic() -> VariantPolicy {
    let names = [
        "avatar",
        "avatar-2x",
        "card",
        "card-2x",
        "hero",
        "hero-wide",
        "thumb",
        "og",
        "icon",
        "logo",
        "banner",
        "tile",
    ];
    let transform = |lossless| Transform::default().width(64).height(64).lossless(lossless);
    let presets: Vec<_> = names.iter().map(|name| (*name, transform(*name == "icon"))).collect();
    VariantPolicy::default()
        .width_set(WidthSet::Next)
        .heights(&[150, 300, 600])
        .sizes(&["80x80", "300x300", "600x315"])
        .formats(&[OutputFormat::Webp, OutputFormat::Jpeg, OutputFormat::Png])
        .qualities(&[50, 75, 90])
        .fits(&[Fit::Inside, Fit::Contain])
        .key_prefixes(&["photos", "products/images", "users"])
        .signing_keys(&[SECRET])
        .presets(&presets)
}

#[test]
fn a_realistic_policy_fits_into_the_quota() {
    let code = code_of(realistic()).unwrap();
    assert!(code.len() <= 9000, "{} bytes: little is left for longer policies", code.len());
    assert!(code.is_ascii());
    assert!(!code.contains(SECRET) && !code.contains("secret"));
}

#[test]
fn the_largest_policy_is_refused() {
    let names: Vec<_> = (0..300).map(|number| format!("preset-{number}")).collect();
    let presets: Vec<_> = names.iter().map(|name| (name.as_str(), Transform::default().width(64))).collect();
    let error = code_of(VariantPolicy::default().presets(&presets)).unwrap_err();
    assert_eq!(error.code(), "option_invalid");
    assert!(
        error
            .to_string()
            .starts_with("expected one whose CloudFront function has at most 10000 bytes for policy, received one of "),
        "{error}"
    );
}

#[test]
fn text_of_the_policy_is_data() {
    let prefixes = ["a</script><script>", "b\u{2028}c", "d'\"\\e", "\u{1F600}`${f}", "*/h", "};\u{2029}throw"];
    let plain = Transform::default().width(8);
    let policy = VariantPolicy::default().widths(&[200]).key_prefixes(&prefixes).presets(&[("__proto__", plain)]);
    let code = code_of(policy).unwrap();
    assert!(code.is_ascii());
    assert!(!code.contains("<script") && !code.contains("</"));
    let line = code.lines().find_map(|line| line.strip_prefix("var policy=")?.strip_suffix(';')).unwrap();
    let policy: serde_json::Value = serde_json::from_str(line).unwrap();
    let written: Vec<_> =
        policy["keyPrefixes"].as_array().unwrap().iter().map(|prefix| prefix.as_str().unwrap()).collect();
    assert_eq!(written, prefixes);
    assert_eq!(policy["presets"][0]["name"], "__proto__");
}

/// What the runtime refuses or lacks, or is not in ECMAScript 5.1, but for arrow functions: modules, code made of text, classes,
/// block scope, template literals, destructuring, spread, `?.`, `??`, `**`, and methods that came later.
#[test]
fn the_language_is_that_of_the_runtime() {
    let code = code_of(realistic()).unwrap();
    let code = code.split_once("};\n").unwrap().1;
    let code: String = code.split('\'').step_by(2).collect::<Vec<_>>().join("''");
    for word in code.split(|character: char| !character.is_ascii_alphanumeric()) {
        let refused = [
            "import",
            "export",
            "require",
            "eval",
            "Function",
            "class",
            "let",
            "const",
            "async",
            "await",
            "yield",
            "of",
            "Symbol",
            "Map",
            "Set",
            "Promise",
            "Proxy",
            "Reflect",
            "Intl",
            "setTimeout",
            "fetch",
            "console",
            "includes",
            "startsWith",
            "find",
            "assign",
            "entries",
            "values",
            "fromEntries",
            "padStart",
            "repeat",
            "flat",
            "matchAll",
            "replaceAll",
            "at",
        ];
        assert!(!refused.contains(&word), "{word}");
    }
    for text in ["...", "??", "?.", "`", "**", "var{", "var[", "(?<", "{name,"] {
        assert!(!code.contains(text), "{text}");
    }
    assert!(code.contains("function handler(event){"));
}

#[test]
fn a_media_type_is_that_of_the_format() {
    for format in OutputFormat::ALL {
        assert_eq!(format.media_type(), format!("image/{}", format.as_str()), "the function composes it");
    }
}

#[test]
fn an_origin_path_is_a_start_of_keys() {
    let variants = Variants::new(VariantPolicy::default().widths(&[200])).unwrap();
    for (path, start) in [("", ""), ("/", ""), ("/originals", "originals/"), ("a%20b/c/", "a b/c/")] {
        let code = variants.cloudfront_function(path).unwrap();
        assert!(code.contains(&format!("\"originPath\":\"{start}\"")), "{path}");
    }
    for path in ["a//b", "/../a", "%", "a%00", "%2F"] {
        let error = variants.cloudfront_function(path).unwrap_err();
        assert!(
            error.to_string().starts_with("expected a path like /originals for origin_path, received \""),
            "{error}"
        );
    }
}
