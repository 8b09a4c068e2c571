//! The text in which values cross between JavaScript and the addon: what `lib/packed.js` writes and reads.
//!
//! Fields end at a NUL. In a field NUL is written as U+0001 `0`, and U+0001 itself as U+0001 `1`. An item is one field, and
//! its first character says what it is:
//!
//! ```text
//! s text    n number    b0 b1    z null    o name of a type that no option has
//! l count   and as many items after it    m count   and as many pairs of a name and an item after it
//! ```
//!
//! Options are pairs of a name and an item. A name that begins with `!` is none of the core's, though it looks like one:
//! `max_bytes`, where JavaScript has `maxBytes`. Errors show it without the `!`.

use std::borrow::Cow;
use std::fmt::Write as _;

use presize::error::Detail;
use presize::options::OptionValue;

/// The fields of a packed text, in their order. An empty text has none; any other ends without a NUL.
pub(crate) struct Fields<'a>(Option<std::str::Split<'a, char>>);

impl<'a> Fields<'a> {
    pub(crate) fn new(packed: &'a str) -> Self {
        Self((!packed.is_empty()).then(|| packed.split('\0')))
    }

    pub(crate) fn next(&mut self) -> Option<Cow<'a, str>> {
        self.0.as_mut()?.next().map(unescape)
    }

    pub(crate) fn item(&mut self) -> Option<OptionValue<'a>> {
        let field = self.next()?;
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
            'l' => OptionValue::List((0..rest.parse().unwrap_or(0_usize)).map_while(|_| self.item()).collect()),
            'm' => {
                let entry = |_| Some((self.next()?, self.item()?));
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

/// Writes a packed text.
#[derive(Default)]
pub(crate) struct Packed(String);

impl Packed {
    pub(crate) fn field(mut self, field: &str) -> Self {
        self.push("", field);
        self
    }

    pub(crate) fn number(self, number: u64) -> Self {
        self.field(&number.to_string())
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
                return entries.iter().fold(self, |packed, (name, value)| packed.field(name).value(value));
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

    /// The text; each field of it ends with a NUL.
    pub(crate) fn text(self) -> String {
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

/// The options of a table, packed.
pub(crate) fn pack(options: Vec<(&'static str, OptionValue<'static>)>) -> String {
    options.iter().fold(Packed::default(), |packed, (name, value)| packed.field(name).value(value)).text()
}
