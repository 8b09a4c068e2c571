//! The calls `inspect`, `check`, `check_totals` and `work_pixels`.

use presize::{ExifSummary, ImageInfo, Result, check, check_totals, inspect, work_pixels};
use serde_json::{Value, json};

use super::input;

pub(crate) fn call(call: &str, input: &Value) -> Option<Result<Value>> {
    match call {
        "inspect" => Some(inspect(&input::bytes(input)).map(|info| show(&info))),
        "check" => Some(check_case(input)),
        "check_totals" => Some(input::rules(input).and_then(|rules| {
            let files = input["files"].as_array().map(Vec::as_slice).unwrap_or_default();
            let files: Vec<_> = files.iter().map(input::bytes).collect();
            check_totals(&files, &rules).map(|()| json!({}))
        })),
        "work_pixels" => Some(
            input::rules(input)
                .and_then(|rules| work_pixels(&input::bytes(input), &rules).map(|work| json!({ "work_pixels": work }))),
        ),
        _ => None,
    }
}

fn check_case(input: &Value) -> Result<Value> {
    let rules = input::rules(input)?;
    let bytes = input::bytes(input);
    let checked = check(&bytes, input["declared"].as_str(), &rules)?;
    assert_eq!(
        (checked.format, checked.width, checked.height),
        (checked.info.format, checked.info.width, checked.info.height)
    );
    let mut shown = show(&checked.info);
    shown["is_complete"] = json!(checked.is_complete);
    Ok(shown)
}

fn show(info: &ImageInfo) -> Value {
    json!({
        "format": info.format.as_str(), "width": info.width, "height": info.height,
        "orientation": info.orientation.exif(), "has_alpha": info.has_alpha, "is_animated": info.is_animated,
        "has_icc_profile": info.has_icc_profile, "has_exif": info.has_exif,
        "exif_summary": info.exif_summary.as_ref().map(show_summary),
    })
}

pub(super) fn show_summary(summary: &ExifSummary) -> Value {
    json!({
        "make": summary.make, "model": summary.model, "software": summary.software, "taken_at": summary.taken_at,
        "artist": summary.artist, "copyright": summary.copyright, "has_gps": summary.has_gps,
    })
}
