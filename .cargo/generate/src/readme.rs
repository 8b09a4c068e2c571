//! The tables of the READMEs: options with their defaults, codes with their statuses.

use presize::error::CATALOGUE;
use presize::options::OptionSpec;

use crate::doc::{Doc, paragraph, sentence};
use crate::language::Language;
use crate::render::{self, lower_first};
use crate::surface;
use crate::tables;

/// The options of a table: name, default, range, and the first sentence of what they and their words are.
pub(crate) fn options(table: &str) -> Result<Vec<String>, String> {
    let mut lines = vec!["| option | default | range | what |".to_owned(), "| --- | --- | --- | --- |".to_owned()];
    for spec in tables::table(table)?.options {
        lines.push(option_row(spec)?);
    }
    Ok(lines)
}

fn option_row(spec: &OptionSpec) -> Result<String, String> {
    let doc = Doc::parse(spec)?;
    let text = |said: &str| render::text(Language::Rust, said, &[]).map(|said| cell(&said));
    let listed = spec.words.filter(|listed| !surface::SELF_EXPLAINING.contains(&listed.name));
    let mut what = vec![text(sentence(&doc.text))?];
    for word in listed.iter().flat_map(|listed| listed.words) {
        what.push(format!("`{}`: {}", word.word, lower_first(&text(sentence(&paragraph(word.doc)))?)));
    }
    let range = spec.range.map(|(min, max)| render::range(spec.name, min, max)).unwrap_or_default();
    let range = range.trim_start_matches("Range: ").trim_end_matches('.');
    let row = format!("| `{}` | {} | {range} | {} |", spec.name, text(&doc.default)?, what.join("; "));
    Ok(row.replace("|  |", "| |"))
}

/// The codes of all errors: family, status, and when they are the answer.
pub(crate) fn errors() -> Result<Vec<String>, String> {
    let mut lines = vec!["| code | status | family | when |".to_owned(), "| --- | --- | --- | --- |".to_owned()];
    for row in CATALOGUE {
        let when = render::text(Language::Rust, sentence(&paragraph(row.doc)), &[])?;
        lines.push(format!("| `{}` | {} | {} | {} |", row.code, row.http_status, row.family.as_str(), cell(&when)));
    }
    Ok(lines)
}

/// A bar would end the cell, in code too.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
