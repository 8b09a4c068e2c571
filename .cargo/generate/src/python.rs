//! Python: `presize/options.py`, the attributes of classes, the lists of options in docstrings.

use presize::option_tables::ENUMS;
use presize::options::{EnumSpec, OptionKind, OptionSpec};

use crate::language::Language;
use crate::render::{self, lower_first};
use crate::surface::{self, Listed, PYTHON, Shape};
use crate::tables;
use crate::wrap::{WIDTH, columns, wrap};

const LANGUAGE: Language = Language::Python;

const HEAD: &str = r#""""The options by name and type, for type checkers. Nothing here is checked when a program runs: the core's tables
decide what a name, a word and a range are, and answer ``option_invalid`` for anything else.

An option that is not given keeps its default. There is no ``None`` for "default": leave the option out.
"""

# Written by `cargo xtask generate` from the tables of core; which types there are is in `.cargo/generate/src/surface.rs`.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict
"#;

/// The whole of `presize/options.py`.
pub(crate) fn options() -> Result<String, String> {
    let mut lines: Vec<_> = HEAD.lines().map(str::to_owned).collect();
    let mut public: Vec<_> = PYTHON.iter().map(|shape| shape.name).filter(|name| !name.starts_with('_')).collect();
    public.sort_unstable();
    lines.extend([String::new(), "__all__ = [".to_owned()]);
    lines.extend(public.iter().map(|name| format!("    \"{name}\",")));
    lines.extend(["]".to_owned(), String::new()]);
    for spec in ENUMS {
        lines.extend(literal(spec)?);
        lines.push(String::new());
    }
    for shape in PYTHON {
        lines.push(String::new());
        lines.extend(typed_dict(shape)?);
        lines.push(String::new());
    }
    Ok(lines.join("\n"))
}

/// The type of the words of an enum, and that of the words as they may be given, where it is another one.
fn literal(spec: &EnumSpec) -> Result<Vec<String>, String> {
    let quoted: Vec<_> = spec.words.iter().map(|word| format!("\"{}\"", word.word)).collect();
    let line = format!("{} = Literal[{}]", spec.name, quoted.join(", "));
    let mut lines = vec![line];
    if lines.iter().any(|line| columns(line) > WIDTH) {
        lines = vec![format!("{} = Literal[", spec.name)];
        lines.extend(quoted.iter().map(|word| format!("    {word},")));
        lines.push("]".to_owned());
    }
    let (about, listed) = render::enumeration(LANGUAGE, spec)?;
    lines.extend(wrap(&escaped(&about), "\"\"\"", ""));
    lines.push(String::new());
    lines.extend(listed.iter().flat_map(|word| wrap(&escaped(word), "- ", "  ")));
    lines.push("\"\"\"".to_owned());
    let aliases: Vec<_> =
        spec.words.iter().flat_map(|word| word.aliases.iter().map(move |alias| (*alias, word.word))).collect();
    if !aliases.is_empty() {
        let given: Vec<_> = aliases.iter().map(|(alias, _)| format!("\"{alias}\"")).collect();
        let read: Vec<_> =
            aliases.iter().map(|(alias, word)| format!("``\"{alias}\"`` is read as ``\"{word}\"``")).collect();
        lines.push(format!("{0}Name = {0} | Literal[{1}]", spec.name, given.join(", ")));
        lines.extend(docstring(&format!("As it may be given: {}, and never written.", read.join(", ")), ""));
    }
    Ok(lines)
}

fn typed_dict(shape: &Shape) -> Result<Vec<String>, String> {
    let bases = if shape.bases.is_empty() { "TypedDict".to_owned() } else { shape.bases.join(", ") };
    let mut lines = vec![format!("class {}({bases}, total=False):", shape.name)];
    let table = tables::table(shape.table)?;
    lines.extend(docstring(&render::text(LANGUAGE, shape.doc, &[])?, "    "));
    lines.push(String::new());
    for spec in tables::rows(shape, PYTHON)? {
        lines.push(format!("    {}: {}", spec.name, given(spec)?));
        lines.extend(docstring(&render::option(LANGUAGE, table, spec, false)?, "    "));
    }
    Ok(lines)
}

/// The attributes of a class that has a value for each row.
pub(crate) fn attributes(table: &str) -> Result<Vec<String>, String> {
    let attribute = |spec: &OptionSpec| Ok(format!("    {}: {}", spec.name, shown(spec)?));
    tables::table(table)?.options.iter().map(attribute).collect()
}

/// The items of a list in a docstring.
pub(crate) fn items(listed: &Listed) -> Result<Vec<(String, String)>, String> {
    let table = tables::table(listed.table)?;
    let item = |spec: &'static OptionSpec| {
        let said = render::option(LANGUAGE, table, spec, listed.required.contains(&spec.name))?;
        Ok((spec.name.to_owned(), lower_first(&said)))
    };
    tables::chosen(table, &listed.rows, &[])?.into_iter().map(item).collect()
}

/// An item as it stands in a docstring.
pub(crate) fn item(indent: &str, name: &str, said: &str) -> Vec<String> {
    wrap(&escaped(said), &format!("{indent}- ``{name}``: "), &format!("{indent}  "))
}

/// The quotes at the end are part of the last word.
fn docstring(text: &str, indent: &str) -> Vec<String> {
    wrap(&format!("{}\"\"\"", escaped(text)), &format!("{indent}\"\"\""), indent)
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
}

/// The type of an option that is given.
fn given(spec: &OptionSpec) -> Result<String, String> {
    if let Some(narrowed) = surface::narrowed(LANGUAGE, spec.name) {
        return Ok(narrowed.to_owned());
    }
    let name = || {
        let listed = spec.words.ok_or_else(|| format!("the words of {} have no name", spec.name))?;
        let has_alias = listed.words.iter().any(|word| !word.aliases.is_empty());
        Ok::<_, String>(if has_alias { format!("{}Name", listed.name) } else { listed.name.to_owned() })
    };
    Ok(match spec.kind {
        OptionKind::Integer => "int".to_owned(),
        OptionKind::Boolean => "bool".to_owned(),
        OptionKind::Text | OptionKind::Color => "str".to_owned(),
        OptionKind::Enum(_) => name()?,
        OptionKind::EnumList(_) => format!("Sequence[{}]", name()?),
        OptionKind::IntegerList => "Sequence[int]".to_owned(),
        OptionKind::TextList => "Sequence[str]".to_owned(),
        OptionKind::TextMap => "Mapping[str, str]".to_owned(),
        OptionKind::Presets => "Mapping[str, TransformOptions]".to_owned(),
        _ => return Err(format!("Python has no type for {}", spec.name)),
    })
}

/// The type of an option that a value shows.
fn shown(spec: &OptionSpec) -> Result<String, String> {
    let name = spec.words.map_or("str", |listed| listed.name);
    let bare = match spec.kind {
        OptionKind::Enum(_) => name.to_owned(),
        OptionKind::EnumList(_) => format!("tuple[{name}, ...]"),
        OptionKind::IntegerList => "tuple[int, ...]".to_owned(),
        OptionKind::TextList => "tuple[str, ...]".to_owned(),
        _ => given(spec)?,
    };
    Ok(if spec.optional { format!("{bare} | None") } else { bare })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backslash_stays_one_in_a_docstring() {
        assert_eq!(item("    ", "a", "`\\n`."), ["    - ``a``: `\\\\n`."]);
        assert_eq!(docstring("`\\n`.", "  "), ["  \"\"\"`\\\\n`.\"\"\""]);
    }

    #[test]
    fn an_option_is_given_in_more_ways_than_it_is_shown() {
        let formats = tables::row(&presize::ImageRules::TABLE, "formats").unwrap();
        assert_eq!(given(formats).unwrap(), "Sequence[ImageFormatName]");
        assert_eq!(shown(formats).unwrap(), "tuple[ImageFormat, ...]");
        let longest = tables::row(&presize::ImageRules::TABLE, "max_data_uri_bytes").unwrap();
        assert_eq!((given(longest).unwrap(), shown(longest).unwrap()), ("int".to_owned(), "int | None".to_owned()));
    }
}
