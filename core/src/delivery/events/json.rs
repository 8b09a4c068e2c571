//! The text of an event -> [`EventValue`]. It accepts what `serde_json` does, which also decodes the texts that have escapes.

use std::borrow::Cow;

use memchr::memchr2;

use super::value::EventValue;

/// Lists and objects within each other. `serde_json` stops here too.
const MAX_DEPTH: u8 = 127;

/// Parses a text. `None` for one that is no JSON, or that is nested too deep.
pub(super) fn parse_json(text: &str) -> Option<EventValue<'_>> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let value = reader.value(true)?;
    reader.skip_blanks();
    (reader.at == text.len()).then_some(value)
}

struct Reader<'a> {
    text: &'a str,
    /// The index of the next byte.
    at: usize,
    depth: u8,
}

impl<'a> Reader<'a> {
    /// Reads a value. One that is not kept is checked all the same, and has no fields and no items.
    fn value(&mut self, keep: bool) -> Option<EventValue<'a>> {
        match self.token()? {
            b'{' => self.object(keep),
            b'[' => self.list(keep),
            b'"' => self.text().map(EventValue::Text),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.number(),
        }
    }

    fn object(&mut self, keep: bool) -> Option<EventValue<'a>> {
        let mut fields = Vec::new();
        self.enter()?;
        if self.token()? != b'}' {
            loop {
                if self.token()? != b'"' {
                    return None;
                }
                let name = self.text()?;
                let name = if keep { EventValue::field_name(&name) } else { None };
                self.expect(b':')?;
                let value = self.value(name.is_some())?;
                if let Some(name) = name {
                    // Of a name that comes twice, the last counts.
                    fields.retain(|(known, _)| *known != name);
                    fields.push((name, value));
                }
                if self.token()? != b',' {
                    break;
                }
                self.at += 1;
            }
        }
        self.leave(b'}')?;
        Some(EventValue::Object(fields))
    }

    fn list(&mut self, keep: bool) -> Option<EventValue<'a>> {
        let mut items = Vec::new();
        self.enter()?;
        if self.token()? != b']' {
            loop {
                let item = self.value(keep)?;
                if keep {
                    items.push(item);
                }
                if self.token()? != b',' {
                    break;
                }
                self.at += 1;
            }
        }
        self.leave(b']')?;
        Some(EventValue::List(items))
    }

    /// Reads a text in quotes.
    fn text(&mut self) -> Option<Cow<'a, str>> {
        let start = self.at + 1;
        let mut end = start;
        let mut has_escapes = false;
        loop {
            end += memchr2(b'"', b'\\', self.text.as_bytes().get(end..)?)?;
            if self.text.as_bytes().get(end) == Some(&b'"') {
                break;
            }
            has_escapes = true;
            end += 2;
        }
        self.at = end + 1;
        let text = self.text.get(start..end)?;
        if has_escapes || text.bytes().any(|byte| byte < b' ') {
            return serde_json::from_str(self.text.get(start - 1..=end)?).ok().map(Cow::Owned);
        }
        Some(Cow::Borrowed(text))
    }

    fn number(&mut self) -> Option<EventValue<'a>> {
        let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
        let start = self.at;
        self.at += self.text.as_bytes().get(start..)?.iter().take_while(|byte| is_part(byte)).count();
        let number: serde_json::Number = serde_json::from_str(self.text.get(start..self.at)?).ok()?;
        Some(number.as_u64().map_or(EventValue::Other, EventValue::Integer))
    }

    fn word(&mut self, word: &str) -> Option<EventValue<'a>> {
        let found = self.text.as_bytes().get(self.at..)?.starts_with(word.as_bytes());
        self.at += word.len();
        found.then_some(EventValue::Other)
    }

    fn enter(&mut self) -> Option<()> {
        self.at += 1;
        self.depth += 1;
        (self.depth <= MAX_DEPTH).then_some(())
    }

    fn leave(&mut self, bracket: u8) -> Option<()> {
        self.depth -= 1;
        self.expect(bracket)
    }

    /// Reads this byte after any blanks.
    fn expect(&mut self, byte: u8) -> Option<()> {
        let found = self.token()? == byte;
        self.at += 1;
        found.then_some(())
    }

    /// The next byte after any blanks, which is not read yet.
    fn token(&mut self) -> Option<u8> {
        self.skip_blanks();
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.text.as_bytes().get(self.at) {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    /// What is left of the tree of `serde_json`.
    fn pruned(value: &Value) -> EventValue<'static> {
        match value {
            Value::String(text) => EventValue::Text(Cow::Owned(text.clone())),
            Value::Number(number) => number.as_u64().map_or(EventValue::Other, EventValue::Integer),
            Value::Array(items) => EventValue::List(items.iter().map(pruned).collect()),
            Value::Object(fields) => {
                let known =
                    fields.iter().filter_map(|(name, value)| Some((EventValue::field_name(name)?, pruned(value))));
                EventValue::Object(known.collect())
            }
            Value::Null | Value::Bool(_) => EventValue::Other,
        }
    }

    /// The fields in the order in which `serde_json` has them.
    fn sorted(value: EventValue<'_>) -> EventValue<'_> {
        match value {
            EventValue::List(items) => EventValue::List(items.into_iter().map(sorted).collect()),
            EventValue::Object(mut fields) => {
                fields.sort_by_key(|(name, _)| *name);
                EventValue::Object(fields.into_iter().map(|(name, value)| (name, sorted(value))).collect())
            }
            other => other,
        }
    }

    fn check(text: &str) {
        let expected = serde_json::from_str::<Value>(text).ok().map(|value| pruned(&value));
        assert_eq!(parse_json(text).map(sorted), expected, "{text}");
    }

    #[test]
    fn it_reads_what_serde_json_reads() {
        for text in [
            "",
            " ",
            "{}",
            "[]",
            " [ ] ",
            "{",
            "[",
            "[,]",
            "[1,]",
            "[1 2]",
            "{\"key\"}",
            "{\"key\":}",
            "{\"key\":1,}",
            "{\"key\":1 \"key\":2}",
            "{\"key\":1,\"key\":\"2\"}",
            "{\"k\\u0065y\":\"a\\n\\ud83d\\ude00\"}",
            "{key:1}",
            "{1:1}",
            "{}{}",
            "[]]",
            "[}",
            "true",
            "tru",
            "trues",
            "null",
            "falsE",
            "\"a",
            "\"a\\\"",
            "\"\\ud800\"",
            "[{\"x\":\"\\ud800\"}]",
            "[{\"x\":\"\\x\"}]",
            "\"\t\"",
            "\"\\\u{e9}\"",
            "\"\u{7f}\u{2028}\"",
            "\u{feff}{}",
            "\u{a0}{}",
            "0",
            "-0",
            "00",
            "01",
            "-",
            "+1",
            "1.",
            ".5",
            "1.0",
            "1e2",
            "1e999",
            "[1e999]",
            "[{\"x\":1e999}]",
            "18446744073709551615",
            "18446744073709551616",
            "1-2",
            "NaN",
            "Infinity",
        ] {
            check(text);
        }
        for depth in [126, 127, 128, 129, 300] {
            check(&format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
            check(&format!("{}1{}", "{\"x\":[".repeat(depth / 2), "]}".repeat(depth / 2)));
        }
    }

    proptest! {
        #[test]
        fn it_reads_any_text_as_serde_json_does(
            text in r#"([\[\]{},: ]|"(key|size|x|\\[nu"\\x]|0|[a-f]){0,3}"|[0-9.eE+-]{1,4}|true|null|\t){0,14}|\PC{0,20}"#,
        ) {
            check(&text);
        }

        #[test]
        fn it_reads_a_text_that_is_cut_off_as_serde_json_does(cut in 0_usize..120, at in 0_usize..120, byte in "[\\[\\]{},:\" 0\\\\x]") {
            let text = r#"{"Records": [{"s3": {"object": {"key": "a\u0020\\b", "size": 12, "x": [null, 1.5e3]}}}, true, {"body": ""}]}"#;
            check(text.get(..cut).unwrap_or(text));
            let changed: String = text.char_indices().map(|(index, old)| if index == at { byte.clone() } else { old.to_string() }).collect();
            check(&changed);
        }
    }
}
