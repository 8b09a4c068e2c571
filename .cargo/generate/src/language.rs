//! The languages, and how each writes code and names.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    Python,
    TypeScript,
}

/// Code in a text: RST has two backticks.
pub(crate) fn code(language: Language, span: &str) -> String {
    if language == Language::Python { format!("``{span}``") } else { format!("`{span}`") }
}

/// A name as JavaScript has it: `maxBytes`.
pub(crate) fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut out, part| {
        let mut characters = part.chars();
        out.extend(characters.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(characters.as_str());
        out
    })
}
