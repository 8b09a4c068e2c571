//! `Output`: one of the results that each original gets; and the rules of their keys.

use crate::format::ImageFormat;
use crate::imaging::{OutputFormat, Transform};

use super::key_template::KeyTemplate;

/// One of the results that each original gets.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Output {
    /// The width, or the name of the preset.
    pub name: String,
    pub transform: Transform,
}

impl Output {
    /// The formats that the result can have: without one in the transform it depends on the original.
    pub(super) fn formats(&self) -> &[OutputFormat] {
        self.transform.format.as_ref().map_or(OutputFormat::ALL, std::slice::from_ref)
    }
}

/// Checks the keys of all results together. The error is what was expected of the template.
pub(super) fn check_keys(template: &KeyTemplate, outputs: &[Output]) -> Result<(), &'static str> {
    if let Some(expected) = template.literal_extension().and_then(format_of_extension) {
        let fits = |output: &Output| output.formats().iter().all(|format| format.image_format() == expected);
        if !outputs.iter().all(fits) {
            return Err("the extension of the format, or {ext}");
        }
    }
    let affixes: Vec<Vec<(String, String)>> = outputs.iter().map(|output| affixes(template, output)).collect();
    let mut pairs =
        affixes.iter().enumerate().flat_map(|(at, one)| affixes.iter().skip(at + 1).map(move |other| (one, other)));
    if pairs.any(|(one, other)| one.iter().any(|one| other.iter().any(|other| can_be_equal(one, other)))) {
        return Err("a template with which no two results can have the same key: with {width}, set apart from {key}");
    }
    Ok(())
}

/// What is before and after the key of the original in the keys of an output, for each format that it can have.
fn affixes(template: &KeyTemplate, output: &Output) -> Vec<(String, String)> {
    let of_format =
        |format: &OutputFormat| (template.before_key(&output.name, *format), template.after_key(&output.name, *format));
    output.formats().iter().map(of_format).collect()
}

/// Whether two outputs can have the same key, of the same original or of two: `{key}{width}` is `a180` for a and 180, and for
/// a1 and 80.
fn can_be_equal((before, after): &(String, String), (other_before, other_after): &(String, String)) -> bool {
    let is_start = before.starts_with(other_before.as_str()) || other_before.starts_with(before.as_str());
    let is_end = after.ends_with(other_after.as_str()) || other_after.ends_with(after.as_str());
    is_start && is_end
}

/// The format that a file name extension stands for, in any case.
fn format_of_extension(extension: &str) -> Option<ImageFormat> {
    let extension = extension.to_ascii_lowercase();
    if extension == "jpeg" {
        return Some(ImageFormat::Jpeg);
    }
    ImageFormat::ALL.iter().copied().find(|format| format.extension().trim_start_matches('.') == extension)
}
