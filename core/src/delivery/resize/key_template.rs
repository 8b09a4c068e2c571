//! `KeyTemplate`: the keys of results.
//!
//! ```text
//! {width}/{key}{ext}    photos/cat.png, 80, jpeg   ->   80/photos/cat.png.jpg
//!                       before {key}: 80/          after it: .jpg
//! ```

use crate::imaging::OutputFormat;
use crate::presign::key::check_key;

/// What a template takes of the 1024 bytes of a key.
const MAX_TEMPLATE_BYTES: usize = 512;

/// A parsed template. It has `{key}` once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyTemplate {
    before_key: Vec<Part>,
    after_key: Vec<Part>,
}

/// A part of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    /// The width, or the name of the preset.
    Width,
    /// The extension of the format, with its dot.
    Extension,
}

impl KeyTemplate {
    /// Parses a template. The error is what was expected of it.
    pub(super) fn parse(template: &str) -> Result<Self, &'static str> {
        if template.len() > MAX_TEMPLATE_BYTES {
            return Err("at most 512 bytes");
        }
        let (before, after) = template.split_once("{key}").ok_or("a template with {key}")?;
        let parsed = Self { before_key: parse_parts(before)?, after_key: parse_parts(after)? };
        let sample = parsed.key("80", "photo", OutputFormat::Jpeg);
        if check_key(&sample).is_err() || sample.split('/').any(str::is_empty) {
            return Err("a template of keys: no control characters, no empty, . or .. segment");
        }
        Ok(parsed)
    }

    /// The key of a result.
    pub(super) fn key(&self, name: &str, original: &str, format: OutputFormat) -> String {
        [&self.before_key(name, format), original, &self.after_key(name, format)].concat()
    }

    /// What is before the key of the original.
    pub(super) fn before_key(&self, name: &str, format: OutputFormat) -> String {
        write_parts(&self.before_key, name, format)
    }

    /// What is after the key of the original.
    pub(super) fn after_key(&self, name: &str, format: OutputFormat) -> String {
        write_parts(&self.after_key, name, format)
    }

    /// The file name extension that all keys end with, without its dot, if the template spells one out.
    pub(super) fn literal_extension(&self) -> Option<&str> {
        let Some(Part::Literal(text)) = self.after_key.last() else { return None };
        let (_, extension) = text.rsplit_once('.')?;
        (!extension.contains('/')).then_some(extension)
    }
}

/// Parses what is before or after `{key}`.
fn parse_parts(text: &str) -> Result<Vec<Part>, &'static str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((literal, after)) = rest.split_once('{') {
        push_literal(&mut parts, literal)?;
        if literal.ends_with('.') && after.starts_with("ext}") {
            return Err("{ext} without a dot before it: it has one");
        }
        let (name, after) = after.split_once('}').ok_or("a } for each {")?;
        parts.push(match name {
            "width" => Part::Width,
            "ext" => Part::Extension,
            "key" => return Err("a template with {key} once"),
            _ => return Err("a template of {key}, {width} and {ext}"),
        });
        rest = after;
    }
    push_literal(&mut parts, rest)?;
    Ok(parts)
}

fn push_literal(parts: &mut Vec<Part>, literal: &str) -> Result<(), &'static str> {
    if literal.contains('}') {
        return Err("a { for each }");
    }
    if !literal.is_empty() {
        parts.push(Part::Literal(literal.to_owned()));
    }
    Ok(())
}

fn write_parts(parts: &[Part], name: &str, format: OutputFormat) -> String {
    let text = |part: &Part| match part {
        Part::Literal(text) => text.clone(),
        Part::Width => name.to_owned(),
        Part::Extension => format.extension().to_owned(),
    };
    parts.iter().map(text).collect()
}
