//! TypeScript: `lib/options.d.ts`, the fields of classes, the union of error codes.

use presize::error::CATALOGUE;
use presize::option_tables::ENUMS;
use presize::options::{EnumSpec, OptionKind, OptionSpec};

use crate::language::{Language, camel};
use crate::render;
use crate::surface::{self, Shape, TYPESCRIPT};
use crate::tables;
use crate::wrap::{WIDTH, columns, wrap};

const LANGUAGE: Language = Language::TypeScript;

const HEAD: &str = "\
// Written by `cargo xtask generate` from the tables of core; which types there are is in `.cargo/generate/src/surface.rs`.
import type { UploadEvent } from './event.js';
";

/// The whole of `lib/options.d.ts`.
pub(crate) fn options() -> Result<String, String> {
    let mut lines: Vec<_> = HEAD.lines().map(str::to_owned).collect();
    for spec in ENUMS {
        lines.push(String::new());
        lines.extend(literals(spec)?);
    }
    for shape in TYPESCRIPT {
        lines.push(String::new());
        lines.extend(interface(shape)?);
    }
    Ok(lines.join("\n") + "\n")
}

/// The type of the words of an enum, and that of the words as they may be given, where it is another one.
fn literals(spec: &EnumSpec) -> Result<Vec<String>, String> {
    let (about, listed) = render::enumeration(LANGUAGE, spec)?;
    let mut lines = comment(&about, &listed, "")?;
    lines.extend(union(spec.name, &spec.words.iter().map(|word| word.word).collect::<Vec<_>>()));
    let aliases: Vec<_> =
        spec.words.iter().flat_map(|word| word.aliases.iter().map(move |alias| (*alias, word.word))).collect();
    if !aliases.is_empty() {
        let read: Vec<_> =
            aliases.iter().map(|(alias, word)| format!("`\"{alias}\"` is read as `\"{word}\"`")).collect();
        lines.extend(comment(&format!("As it may be given: {}, and never written.", read.join(", ")), &[], "")?);
        let given: Vec<_> = aliases.iter().map(|(alias, _)| format!("'{alias}'")).collect();
        lines.push(format!("export type {0}Name = {0} | {1};", spec.name, given.join(" | ")));
    }
    Ok(lines)
}

fn interface(shape: &Shape) -> Result<Vec<String>, String> {
    let table = tables::table(shape.table)?;
    let mut lines = comment(&render::text(LANGUAGE, shape.doc, &[])?, &[], "")?;
    let bases = if shape.bases.is_empty() { String::new() } else { format!(" extends {}", shape.bases.join(", ")) };
    lines.push(format!("export interface {}{bases} {{", shape.name));
    for spec in tables::rows(shape, TYPESCRIPT)? {
        let is_required = shape.required.contains(&spec.name);
        lines.extend(comment(&render::option(LANGUAGE, table, spec, is_required)?, &[], "  ")?);
        lines.push(field(&camel(spec.name), &given(spec)?, is_required));
    }
    for extra in shape.extra {
        lines.extend(comment(&render::text(LANGUAGE, extra.doc, &[])?, &[], "  ")?);
        lines.push(field(extra.name, extra.typed, false));
    }
    lines.push("}".to_owned());
    Ok(lines)
}

/// The fields of a class that has a value for each row.
pub(crate) fn fields(table: &str) -> Result<Vec<String>, String> {
    let field = |spec: &OptionSpec| Ok(format!("  readonly {}: {};", camel(spec.name), shown(spec)?));
    tables::table(table)?.options.iter().map(field).collect()
}

/// The union of all codes.
pub(crate) fn error_codes() -> Vec<String> {
    let codes: Vec<_> = CATALOGUE.iter().map(|row| row.code).collect();
    let about = "/** Every code that there is. They are the same in Rust and Python, and are never renamed. */";
    [about.to_owned()].into_iter().chain(union("ErrorCode", &codes)).collect()
}

fn field(name: &str, typed: &str, is_required: bool) -> String {
    let (mark, unset) = if is_required { ("", "") } else { ("?", " | undefined") };
    format!("  {name}{mark}: {typed}{unset};")
}

fn union(name: &str, words: &[&str]) -> Vec<String> {
    let line = format!("export type {name} = '{}';", words.join("' | '"));
    if columns(&line) <= WIDTH {
        return vec![line];
    }
    let listed = words.iter().enumerate().map(|(at, word)| {
        let end = if at + 1 == words.len() { ";" } else { "" };
        format!("  | '{word}'{end}")
    });
    [format!("export type {name} =")].into_iter().chain(listed).collect()
}

/// A comment, on one line where it fits, with a list after it.
fn comment(text: &str, items: &[String], indent: &str) -> Result<Vec<String>, String> {
    if items.iter().map(String::as_str).chain([text]).any(|said| said.contains("*/")) {
        return Err(format!("a comment would end in the middle of: {text}"));
    }
    let line = format!("{indent}/** {text} */");
    if items.is_empty() && columns(&line) <= WIDTH {
        return Ok(vec![line]);
    }
    let star = format!("{indent} * ");
    let mut lines = vec![format!("{indent}/**")];
    lines.extend(wrap(text, &star, &star));
    lines.extend(items.iter().flat_map(|item| wrap(item, &format!("{star}- "), &format!("{star}  "))));
    lines.push(format!("{indent} */"));
    Ok(lines)
}

/// The type of an option that is given.
fn given(spec: &OptionSpec) -> Result<String, String> {
    if let Some(narrowed) = surface::narrowed(LANGUAGE, spec.name) {
        return Ok(narrowed.to_owned());
    }
    let has_alias = spec.words.is_some_and(|listed| listed.words.iter().any(|word| !word.aliases.is_empty()));
    typed(spec, if has_alias { "Name" } else { "" })
}

/// The type of an option that a value shows.
fn shown(spec: &OptionSpec) -> Result<String, String> {
    let bare = typed(spec, "")?;
    Ok(if spec.optional { format!("{bare} | undefined") } else { bare })
}

fn typed(spec: &OptionSpec, suffix: &str) -> Result<String, String> {
    let name = spec.words.map(|listed| format!("{}{suffix}", listed.name)).unwrap_or_default();
    Ok(match spec.kind {
        OptionKind::Integer => "number".to_owned(),
        OptionKind::Boolean => "boolean".to_owned(),
        OptionKind::Text | OptionKind::Color => "string".to_owned(),
        OptionKind::Enum(_) => name,
        OptionKind::EnumList(_) => format!("readonly {name}[]"),
        OptionKind::IntegerList => "readonly number[]".to_owned(),
        OptionKind::TextList => "readonly string[]".to_owned(),
        OptionKind::TextMap => "Readonly<Record<string, string>>".to_owned(),
        OptionKind::Presets => "Readonly<Record<string, TransformOptions>>".to_owned(),
        _ => return Err(format!("TypeScript has no type for {}", spec.name)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_a_line_or_a_block() {
        assert_eq!(comment("Short.", &[], "  ").unwrap(), ["  /** Short. */"]);
        let long = "word ".repeat(30);
        let block = comment(long.trim(), &["an item".to_owned()], "").unwrap();
        assert_eq!((block.first().unwrap().as_str(), block.last().unwrap().as_str()), ("/**", " */"));
        assert!(block.iter().all(|line| columns(line) <= WIDTH) && block.contains(&" * - an item".to_owned()));
        assert!(comment("any of `*/*`", &[], "").is_err());
    }

    #[test]
    fn a_union_that_is_too_long_for_a_line_has_one_for_each_word() {
        assert_eq!(union("A", &["b", "c"]), ["export type A = 'b' | 'c';"]);
        let long = union("A", &["b"; 30]);
        assert_eq!((long.len(), long.last().unwrap().as_str()), (31, "  | 'b';"));
    }
}
