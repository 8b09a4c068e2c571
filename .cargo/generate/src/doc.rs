//! Parses the doc comment of an option: its text and its default.

use presize::options::{OptionSpec, OptionValue};

/// ```text
/// The MD5 of the body, 16 bytes in base64. Operations: bodies. Default: unset.
/// text                                                         default
/// ```
///
/// The operations of a presigned request that have the option are left out: types are one for each operation.
#[derive(Debug)]
pub(crate) struct Doc {
    pub(crate) text: String,
    /// What follows `Default: `, without the full stop at its end.
    pub(crate) default: String,
}

impl Doc {
    /// Reads the documentation of an option. The default that it states must be that of the table.
    pub(crate) fn parse(spec: &OptionSpec) -> Result<Self, String> {
        let fault = |what: &str| format!("the documentation of the option {} {what}", spec.name);
        let whole = paragraph(spec.doc);
        let (said, default) = whole.rsplit_once("Default: ").ok_or_else(|| fault("does not end in `Default: ...`"))?;
        let default = default.strip_suffix('.').ok_or_else(|| fault("does not end in a full stop"))?.to_owned();
        let text = said.split_once("Operations: ").map_or(said, |(text, _)| text);
        if !is_default(&default, &(spec.default)()) {
            return Err(fault(&format!("says `Default: {default}`, which is not what the table has")));
        }
        Ok(Self { text: text.trim().to_owned(), default })
    }
}

/// The first paragraph of a documentation, on one line.
pub(crate) fn paragraph(doc: &str) -> String {
    let lines = doc.lines().map(str::trim).skip_while(|line| line.is_empty());
    lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The first sentence of a text: it ends in a full stop before a capital letter, a number, code or the end.
pub(crate) fn sentence(text: &str) -> &str {
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find(". ")) {
        let end = from + found;
        let (said, rest) = (text.get(..end).unwrap_or(text), text.get(end + 2..).unwrap_or_default());
        let is_in_code = said.matches('`').count() % 2 == 1;
        if !is_in_code
            && rest.starts_with(|first: char| first.is_uppercase() || first.is_ascii_digit() || "`[".contains(first))
        {
            return said;
        }
        from = end + 2;
    }
    text.strip_suffix('.').unwrap_or(text)
}

/// Whether a text says this default. An option that is unset or empty has words for what that means.
fn is_default(said: &str, default: &OptionValue<'_>) -> bool {
    let begins = |value: &str| {
        said.strip_prefix(value)
            .is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
    };
    match default {
        OptionValue::Bool(value) => begins(&value.to_string()),
        OptionValue::Number(value) => begins(&value.to_string()),
        OptionValue::Text(text) if text.is_empty() => true,
        OptionValue::Text(text) => begins(text) || begins(&format!("`\"{text}\"`")),
        OptionValue::List(values) => {
            values.iter().all(|value| matches!(value, OptionValue::Text(word) if said.contains(word.as_ref())))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_documentation_is_taken_apart() {
        let options = presize::SignOptions::OPTIONS;
        let md5 = options.iter().find(|spec| spec.name == "content_md5").unwrap();
        let doc = Doc::parse(md5).unwrap();
        assert_eq!(doc.text, "The MD5 of the body, 16 bytes in base64 (RFC 1864).");
        assert_eq!(doc.default, "unset");
    }

    #[test]
    fn a_default_that_the_table_does_not_have_is_found() {
        let mut spec = *presize::ImageRules::OPTIONS.iter().find(|spec| spec.name == "max_scans").unwrap();
        assert!(Doc::parse(&spec).is_ok());
        for (doc, found) in [
            ("The most scans. Default: 10.", "says `Default: 10`"),
            ("The most scans. Default: 1000.", "says `Default: 1000`"),
            ("The most scans. Default: 100", "full stop"),
            ("The most scans.", "does not end in `Default"),
        ] {
            spec.doc = doc;
            let reason = Doc::parse(&spec).unwrap_err();
            assert!(reason.contains("max_scans") && reason.contains(found), "{reason}");
        }
    }

    #[test]
    fn a_sentence_ends_where_the_next_begins() {
        assert_eq!(sentence("One of `a. B`, and this. Two."), "One of `a. B`, and this");
        assert_eq!(sentence("Only one."), "Only one");
        assert_eq!(sentence("One. `two` follows."), "One");
    }
}
