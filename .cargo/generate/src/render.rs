//! The words of a documentation as one language has them: names, references, values.

use presize::options::{EnumSpec, OptionKind, OptionSpec, OptionTable, OptionValue, WordSpec};

use crate::doc::{Doc, paragraph};
use crate::language::{Language, camel, code};
use crate::surface;
use crate::tables;

/// Everything that is to be known of an option: what it is, its words, its range, its default.
pub(crate) fn option(
    language: Language,
    table: &OptionTable,
    spec: &OptionSpec,
    is_required: bool,
) -> Result<String, String> {
    let doc = Doc::parse(spec)?;
    let words = tables::words(table);
    let mut said = vec![text(language, &doc.text, &words)?];
    if spec.kind == OptionKind::Color {
        said.push(text(language, surface::COLORS, &words)?);
    }
    if let Some(note) = surface::note(language, table.name, spec.name) {
        said.push(note.to_owned());
    }
    if let Some(listed) = spec.words {
        said.extend(words_of(language, &listed, &words)?);
    }
    if let Some((min, max)) = spec.range {
        said.push(range(spec.name, min, max));
    }
    if !is_required {
        said.push(format!("Default: {}.", default(language, spec, &doc.default, &words)?));
    }
    Ok(said.join(" "))
}

/// The words that an option takes: each with what it means, or all in one sentence where they explain themselves.
fn words_of(language: Language, listed: &EnumSpec, words: &[&str]) -> Result<Vec<String>, String> {
    if !surface::SELF_EXPLAINING.contains(&listed.name) {
        return listed.words.iter().map(|word| meaning(language, word, words)).collect();
    }
    let quoted = |word: &str| code(language, &format!("\"{word}\""));
    let named = listed.words.iter().map(|word| {
        word.aliases.iter().fold(quoted(word.word), |said, alias| format!("{said} (or {})", quoted(alias)))
    });
    Ok(vec![format!("Words: {}.", named.collect::<Vec<_>>().join(", "))])
}

/// A word and what it means: `"fill"`: exactly the size of the box, distorted.
fn meaning(language: Language, word: &WordSpec, words: &[&str]) -> Result<String, String> {
    let meaning = text(language, &paragraph(word.doc), words)?;
    Ok(format!("{}: {}", code(language, &format!("\"{}\"", word.word)), lower_first(&meaning)))
}

/// What an enum is, and each of its words.
pub(crate) fn enumeration(language: Language, spec: &EnumSpec) -> Result<(String, Vec<String>), String> {
    let words: Vec<_> = spec.words.iter().map(|word| word.word).collect();
    let meanings = spec.words.iter().map(|word| meaning(language, word, &words)).collect::<Result<_, _>>()?;
    Ok((text(language, &paragraph(spec.doc), &words)?, meanings))
}

/// A text with its code and its links: `max_bytes`, `"cover"`, a function.
pub(crate) fn text(language: Language, text: &str, words: &[&str]) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('`') {
        let (before, after) = rest.split_at(at);
        let fault = || format!("code that does not end in: {text}");
        let (span, after) = after.get(1..).and_then(|after| after.split_once('`')).ok_or_else(fault)?;
        let link = after.strip_prefix("](").and_then(|after| after.split_once(')'));
        if let (Some(before), Some((target, after))) = (before.strip_suffix('['), link) {
            out.push_str(before);
            out.push_str(&reference(language, span, target));
            rest = after;
        } else {
            out.push_str(before);
            out.push_str(&span_of(language, span, words));
            rest = after;
        }
    }
    out.push_str(rest);
    Ok(out)
}

fn span_of(language: Language, span: &str, words: &[&str]) -> String {
    match (language, span) {
        (Language::Python, "true") => code(language, "True"),
        (Language::Python, "false") => code(language, "False"),
        (Language::Python | Language::TypeScript, word) if words.contains(&word) => {
            code(language, &format!("\"{word}\""))
        }
        (Language::TypeScript, name) if tables::is_name(name) => code(language, &camel(name)),
        _ => code(language, span),
    }
}

/// A link of rustdoc: to a function, a type, or a member of a type.
fn reference(language: Language, span: &str, target: &str) -> String {
    let target = surface::RETARGETED.iter().find(|(rust, _)| *rust == target).map_or(target, |(_, other)| *other);
    let path: Vec<_> = target.split("::").filter(|part| *part != "crate").collect();
    let is_type = |part: &&str| part.starts_with(|first: char| first.is_uppercase());
    let (owner, name) = match path.as_slice() {
        [.., owner, name] if is_type(owner) => (Some(*owner), *name),
        [.., name] => (None, *name),
        [] => (None, span),
    };
    match (language, owner) {
        (Language::Rust, _) => code(language, span),
        (Language::Python, Some(owner)) => format!(":meth:`presize.{owner}.{name}`"),
        (Language::Python, None) if is_type(&name) => format!(":class:`presize.{name}`"),
        (Language::Python, None) => format!(":func:`presize.{name}`"),
        (Language::TypeScript, Some(owner)) => code(language, &format!("{owner}.{}", camel(name))),
        (Language::TypeScript, None) => code(language, &camel(name)),
    }
}

/// The default: a value of the language, and what the documentation says of it.
fn default(language: Language, spec: &OptionSpec, said: &str, words: &[&str]) -> Result<String, String> {
    let shown = match (language, (spec.default)()) {
        (Language::Python, OptionValue::Bool(value)) => {
            Some((value.to_string(), code(language, if value { "True" } else { "False" })))
        }
        (Language::Python | Language::TypeScript, OptionValue::Text(word)) if spec.words.is_some() => {
            Some((word.clone().into_owned(), code(language, &format!("\"{word}\""))))
        }
        _ => None,
    };
    let (value, rest) = match shown {
        Some((plain, shown)) => (shown, said.strip_prefix(plain.as_str()).unwrap_or(said)),
        None => (String::new(), said),
    };
    Ok(value + &text(language, rest, words)?)
}

/// `Range: 1 to 5368709120 (5 GiB).` Bytes have their round unit, and other numbers that nobody can read at a glance a power.
pub(crate) fn range(name: &str, min: u64, max: u64) -> String {
    let shown = |number: u64| match number {
        1_000_000_000_000 => "10^12".to_owned(),
        _ if name.ends_with("_bytes") => format!("{number}{}", unit(number)),
        _ => number.to_string(),
    };
    format!("Range: {} to {}.", shown(min), shown(max))
}

fn unit(bytes: u64) -> String {
    for (size, name) in [(1 << 30, "GiB"), (1 << 20, "MiB")] {
        if bytes > 0 && bytes.is_multiple_of(size) {
            return format!(" ({} {name})", bytes / size);
        }
    }
    String::new()
}

/// A sentence as it goes on after a colon: `The` becomes `the`, but `S3`, `HTTP` and code stay.
pub(crate) fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    let word = text.split(' ').next().unwrap_or_default().trim_end_matches([':', ',', '.']);
    match characters.next() {
        Some(first) if word.chars().skip(1).all(char::is_lowercase) => first.to_lowercase().chain(characters).collect(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "At most `max_bytes`, with `verify` of `full`, `true`: [`work_pixels`](crate::work_pixels), [`k`](crate::Bucket::copy_source).";

    #[test]
    fn code_is_that_of_the_language() {
        let shown = |language| text(language, TEXT, &["full"]).unwrap();
        assert_eq!(
            shown(Language::Python),
            "At most ``max_bytes``, with ``verify`` of ``\"full\"``, ``True``: :func:`presize.work_pixels`, :meth:`presize.Bucket.copy_source`."
        );
        assert_eq!(
            shown(Language::TypeScript),
            "At most `maxBytes`, with `verify` of `\"full\"`, `true`: `workPixels`, `Bucket.copySource`."
        );
        assert_eq!(shown(Language::Rust), "At most `max_bytes`, with `verify` of `full`, `true`: `work_pixels`, `k`.");
        assert!(text(Language::Rust, "a `b", &[]).is_err());
    }

    #[test]
    fn an_option_says_its_words_range_and_default() {
        let shown = |language, table: OptionTable, name| {
            let spec = table.options.iter().find(|spec| spec.name == name).unwrap();
            option(language, &table, spec, false).unwrap()
        };
        let rules = presize::ImageRules::TABLE;
        assert_eq!(
            shown(Language::TypeScript, rules, "max_icc_bytes"),
            "The largest ICC profile, in bytes when unpacked. Range: 0 to 67108864 (64 MiB). Default: 4194304 (4 MiB)."
        );
        assert!(shown(Language::Python, rules, "allow_polyglots").ends_with(" Default: ``False``."));
        let scaling = shown(Language::Python, presize::Transform::TABLE, "scaling");
        let position = shown(Language::TypeScript, presize::Transform::TABLE, "position");
        assert!(position.contains(" Words: `\"center\"`, `\"top\"`, "), "{position}");
        let format = shown(Language::Python, presize::Transform::TABLE, "format");
        assert!(format.contains(" Words: ``\"jpeg\"`` (or ``\"jpg\"``), "), "{format}");
        assert!(scaling.contains(" ``\"best\"``: decoded at "), "{scaling}");
        assert!(scaling.ends_with(" Default: ``\"fast\"``."), "{scaling}");
    }

    #[test]
    fn only_words_of_the_dictionary_lose_their_capital() {
        for (text, expected) in [
            ("The a", "the a"),
            ("Alone.", "alone."),
            ("S3: a", "S3: a"),
            ("WebP", "WebP"),
            ("JPEG.", "JPEG."),
            ("`A`", "`A`"),
        ] {
            assert_eq!(lower_first(text), expected);
        }
    }
}
