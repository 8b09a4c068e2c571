//! The text encoding in which options and results cross between JavaScript and the addon. `lib/wire.js` is the other end.
//!
//! A text is a sequence of fields, each of which ends with a NUL. (The last NUL of a text from JavaScript is left out.) In a
//! field, NUL is written as U+0001 `0`, and U+0001 itself as U+0001 `1`. A value takes one field, whose first character is its
//! type; the items of a list and the entries of a map follow it as fields of their own:
//!
//! ```text
//! s<text>    n<number>    b0 | b1    z (null)    o<name of a type that no option has>
//! l<count>   then <count> values         m<count>   then <count> pairs of a name and a value
//! ```
//!
//! Options are pairs of a name and a value. `{maxBytes: 5, formats: ['jpeg', 'png'], alt: 'a\0b'}` is, with `·` for a NUL and
//! `^` for U+0001:
//!
//! ```text
//! max_bytes·n5·formats·l2·sjpeg·spng·alt·sa^0b
//! ```
//!
//! A name that begins with `!` was spelled in a way that JavaScript does not have: `!max_bytes`, where it would be `maxBytes`.
//! No table knows it, and errors show it without the `!`.

use std::borrow::Cow;
use std::fmt::Write as _;

use presize::error::Detail;
use presize::options::OptionValue;

/// Reads the fields of a text in order. An empty text has no fields.
pub(crate) struct WireReader<'a>(Option<std::str::Split<'a, char>>);

impl<'a> WireReader<'a> {
    pub(crate) fn new(encoded: &'a str) -> Self {
        Self((!encoded.is_empty()).then(|| encoded.split('\0')))
    }

    pub(crate) fn field(&mut self) -> Option<Cow<'a, str>> {
        self.0.as_mut()?.next().map(unescape)
    }

    pub(crate) fn value(&mut self) -> Option<OptionValue<'a>> {
        let field = self.field()?;
        let mut characters = field.chars();
        let tag = characters.next()?;
        let rest = characters.as_str().len();
        let rest = match field {
            Cow::Borrowed(field) => Cow::Borrowed(&field[field.len() - rest..]),
            Cow::Owned(field) => Cow::Owned(field[field.len() - rest..].to_owned()),
        };
        Some(match tag {
            's' => OptionValue::Text(rest),
            'n' => OptionValue::Number(rest.parse().unwrap_or(f64::NAN)),
            'b' => OptionValue::Bool(rest == "1"),
            'l' => OptionValue::List((0..rest.parse().unwrap_or(0_usize)).map_while(|_| self.value()).collect()),
            'm' => {
                let entry = |_| Some((self.field()?, self.value()?));
                OptionValue::Map((0..rest.parse().unwrap_or(0_usize)).map_while(entry).collect())
            }
            'o' => OptionValue::Other(rest),
            _ => OptionValue::Null,
        })
    }
}

fn unescape(field: &str) -> Cow<'_, str> {
    if field.contains('\u{1}') {
        Cow::Owned(field.replace("\u{1}0", "\0").replace("\u{1}1", "\u{1}"))
    } else {
        Cow::Borrowed(field)
    }
}

/// Writes a text field by field.
#[derive(Default)]
pub(crate) struct WireWriter(String);

impl WireWriter {
    pub(crate) fn field(mut self, field: &str) -> Self {
        self.push("", field);
        self
    }

    pub(crate) fn number(self, number: u64) -> Self {
        self.field(&number.to_string())
    }

    /// Pairs of a name and a text, as `decodePairs` of `lib/wire.js` reads them.
    pub(crate) fn pairs<'a>(self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        pairs.into_iter().fold(self, |writer, (name, text)| writer.field(name).field(text))
    }

    pub(crate) fn value(mut self, value: &OptionValue<'_>) -> Self {
        match value {
            OptionValue::Bool(flag) => self.push("b", if *flag { "1" } else { "0" }),
            OptionValue::Number(number) => self.push("n", &number.to_string()),
            OptionValue::Text(text) => self.push("s", text),
            OptionValue::List(items) => {
                self.push("l", &items.len().to_string());
                return items.iter().fold(self, Self::value);
            }
            OptionValue::Map(entries) => {
                self.push("m", &entries.len().to_string());
                return entries.iter().fold(self, |writer, (name, value)| writer.field(name).value(value));
            }
            _ => self.push("z", ""),
        }
        self
    }

    pub(crate) fn detail(mut self, detail: &Detail) -> Self {
        match detail {
            Detail::Text(text) => self.push("s", text),
            Detail::Integer(number) => self.push("n", &number.to_string()),
            Detail::List(list) => {
                self.push("l", &list.len().to_string());
                for text in list {
                    self.push("s", text);
                }
            }
            other => self.push("s", &format!("{other:?}")),
        }
        self
    }

    pub(crate) fn finish(self) -> String {
        self.0
    }

    fn push(&mut self, tag: &str, field: &str) {
        self.0.push_str(tag);
        if field.contains(['\0', '\u{1}']) {
            self.0.push_str(&field.replace('\u{1}', "\u{1}1").replace('\0', "\u{1}0"));
        } else {
            let _ = self.0.write_str(field);
        }
        self.0.push('\0');
    }
}

/// Encodes the options of a table.
pub(crate) fn encode_options(options: Vec<(&'static str, OptionValue<'static>)>) -> String {
    options.iter().fold(WireWriter::default(), |writer, (name, value)| writer.field(name).value(value)).finish()
}
