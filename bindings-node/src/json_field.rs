//! Data URIs in a JSON body, cut out of it where they are: what `JSON.parse` would find, without its strings and its objects.
//!
//! ```text
//! {"type": "id", "images": ["data:image/png;base64,iVBO...", "data:image\/jpeg;base64,\/9j\/..."]}
//!                           ^ borrowed from the body         ^ unescaped into a text of its own
//! ```
//!
//! As with `JSON.parse`, the whole body must be JSON (RFC 8259), and the last of several fields of one name counts.

use std::borrow::Cow;
use std::sync::{Arc, Weak};

use napi::bindgen_prelude::{External, Uint8Array};
use napi_derive::napi;
use presize::{ErrorKind, ImageRules};

use crate::images::weigh_texts;
use crate::tasks::{Cancel, Cost, Done, Load, Prepared, prepare};

/// Prepares what `decode_data_uris` does with the list in a field of a JSON object. The pieces of the body are copied once.
#[napi]
pub fn decode_data_uris_of_json(
    pieces: Vec<Uint8Array>,
    field: String,
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> External<Prepared> {
    let mut body = Vec::with_capacity(pieces.iter().map(|piece| piece.len()).sum());
    for piece in &pieces {
        body.extend_from_slice(piece);
    }
    let body = Arc::new(body);
    let load = Load { bytes: body.len(), work: weigh(&body, &field, rules) };
    prepare(rules, cancel, load, move |rules| {
        presize::decode_data_uris(&data_uris(&body, &field)?, rules).map(Done::AllChecked)
    })
}

fn weigh(body: &Arc<Vec<u8>>, field: &str, rules: &ImageRules) -> Cost {
    let (body, field, rules): (Weak<_>, _, _) = (Arc::downgrade(body), field.to_owned(), rules.clone());
    Cost::Unknown(Box::new(move || {
        let Some(body) = body.upgrade() else { return 0 };
        data_uris(&body, &field).map_or(0, |texts| weigh_texts(&texts, &rules))
    }))
}

/// The texts of the list in a field of an object.
///
/// Errors: `request_malformed`; `option_invalid` for a text that is none in Unicode, as `decode_data_uris` has it.
fn data_uris<'a>(body: &'a [u8], field: &str) -> presize::Result<Vec<Cow<'a, str>>> {
    let no_json = || malformed("a JSON object", "text that is no JSON");
    let text = std::str::from_utf8(body).map_err(|_| no_json())?;
    let found = Reader { text, at: 0 }.field_of_document(field).ok_or_else(no_json)?;
    let expected = format!("a list of data URIs in the field {field}");
    let items = match found {
        Found::NoObject(kind) => return Err(malformed("a JSON object", kind)),
        Found::NoField => return Err(malformed(&expected, "none")),
        Found::Field(Value::List(items)) => items,
        Found::Field(value) => return Err(malformed(&expected, value.kind())),
    };
    if let Some(other) = items.iter().find(|item| !matches!(item, Item::Text(_))) {
        return Err(malformed(&expected, &format!("{} in it", other.kind())));
    }
    let texts = items.into_iter().enumerate().map(|(index, item)| match item {
        Item::Text(Text::Unicode(text)) => Ok(text),
        _ => Err(presize::Error::from(ErrorKind::OptionInvalid {
            name: "text".to_owned(),
            expected: "a string".to_owned(),
            received: "one with half a surrogate pair".to_owned(),
        })
        .at_index(index)),
    });
    texts.collect()
}

fn malformed(expected: &str, received: &str) -> presize::Error {
    ErrorKind::RequestMalformed { expected: expected.to_owned(), received: received.to_owned() }.into()
}

enum Found<'a> {
    /// The document is no object, but this.
    NoObject(&'static str),
    NoField,
    Field(Value<'a>),
}

enum Value<'a> {
    List(Vec<Item<'a>>),
    Other(Item<'a>),
}

/// A value of which nothing is kept, unless it is a text.
enum Item<'a> {
    Text(Text<'a>),
    /// What it is called in an error.
    Other(&'static str),
}

/// A text as JSON can say it.
enum Text<'a> {
    Unicode(Cow<'a, str>),
    /// It has half a surrogate pair, which Unicode has not.
    Halved,
}

enum Escaped {
    Character(char),
    HalfPair,
}

impl Value<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::List(_) => "a list",
            Self::Other(item) => item.kind(),
        }
    }
}

impl Item<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Other(kind) => kind,
        }
    }
}

/// A strict parser of JSON, which builds nothing that is not asked for. `None` is text that is no JSON.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

/// The deepest nesting. `JsonScanner` has refused what is deeper than half of it.
const MAX_DEPTH: u32 = 64;

impl<'a> Reader<'a> {
    fn field_of_document(mut self, field: &str) -> Option<Found<'a>> {
        let found =
            if self.peek()? == b'{' { self.object(field)? } else { Found::NoObject(self.item(MAX_DEPTH)?.kind()) };
        self.skip_space();
        (self.at == self.text.len()).then_some(found)
    }

    /// The last field of this name in the object that begins here.
    fn object(&mut self, field: &str) -> Option<Found<'a>> {
        let mut found = Found::NoField;
        self.members(b'}', |reader| {
            if matches!(reader.key()?, Text::Unicode(key) if key == field) {
                found = Found::Field(reader.value()?);
            } else {
                reader.item(MAX_DEPTH)?;
            }
            Some(())
        })?;
        Some(found)
    }

    fn value(&mut self) -> Option<Value<'a>> {
        if self.peek()? != b'[' {
            return Some(Value::Other(self.item(MAX_DEPTH)?));
        }
        let mut items = Vec::new();
        self.members(b']', |reader| {
            items.push(reader.item(MAX_DEPTH)?);
            Some(())
        })?;
        Some(Value::List(items))
    }

    /// Reads any value.
    fn item(&mut self, depth: u32) -> Option<Item<'a>> {
        let within = depth.checked_sub(1)?;
        match self.peek()? {
            b'"' => Some(Item::Text(self.string()?)),
            b'{' => {
                self.members(b'}', |reader| {
                    reader.key()?;
                    reader.item(within).map(|_| ())
                })?;
                Some(Item::Other("an object"))
            }
            b'[' => {
                self.members(b']', |reader| reader.item(within).map(|_| ()))?;
                Some(Item::Other("a list"))
            }
            b't' => self.word("true", "a boolean"),
            b'f' => self.word("false", "a boolean"),
            b'n' => self.word("null", "null"),
            _ => self.number(),
        }
    }

    /// What is between brackets, the first of which is here, separated by commas.
    fn members(&mut self, end: u8, mut read: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        if self.peek()? == end {
            self.at += 1;
            return Some(());
        }
        loop {
            read(self)?;
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b',' => {}
                _ if byte == end => return Some(()),
                _ => return None,
            }
        }
    }

    /// A key with its colon.
    fn key(&mut self) -> Option<Text<'a>> {
        if self.peek()? != b'"' {
            return None;
        }
        let key = self.string()?;
        if self.peek()? != b':' {
            return None;
        }
        self.at += 1;
        Some(key)
    }

    /// The string that begins here: borrowed where it has no escapes.
    fn string(&mut self) -> Option<Text<'a>> {
        self.at += 1;
        let start = self.at;
        let plain = self.run_of_text()?;
        if self.byte() == Some(b'"') {
            self.at += 1;
            return Some(Text::Unicode(Cow::Borrowed(self.text.get(start..start + plain.len())?)));
        }
        let mut text = plain.to_owned();
        let mut is_whole = true;
        loop {
            match self.byte()? {
                b'"' => {
                    self.at += 1;
                    return Some(if is_whole { Text::Unicode(Cow::Owned(text)) } else { Text::Halved });
                }
                _ => match self.escape()? {
                    Escaped::Character(character) => text.push(character),
                    Escaped::HalfPair => is_whole = false,
                },
            }
            text.push_str(self.run_of_text()?);
        }
    }

    /// The text up to the next quote or backslash. JSON has no control characters in it.
    fn run_of_text(&mut self) -> Option<&'a str> {
        let rest = self.text.get(self.at..)?;
        let length = rest.bytes().position(|byte| byte == b'"' || byte == b'\\' || byte < b' ')?;
        self.at += length;
        (*rest.as_bytes().get(length)? >= b' ').then(|| rest.get(..length)).flatten()
    }

    /// The escape that begins here.
    fn escape(&mut self) -> Option<Escaped> {
        self.at += 1;
        let byte = self.byte()?;
        self.at += 1;
        let character = match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.code(),
            _ => return None,
        };
        Some(Escaped::Character(character))
    }

    fn code(&mut self) -> Option<Escaped> {
        let first = self.digits()?;
        if !(0xd800..0xdc00).contains(&first) {
            return Some(char::from_u32(first).map_or(Escaped::HalfPair, Escaped::Character));
        }
        let here = self.at;
        if self.text.get(here..here + 2) == Some("\\u") {
            self.at += 2;
            let second = self.digits()?;
            if (0xdc00..0xe000).contains(&second) {
                return char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)).map(Escaped::Character);
            }
            // It is a character of its own, or half a pair likewise.
            self.at = here;
        }
        Some(Escaped::HalfPair)
    }

    fn digits(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    fn word(&mut self, word: &str, kind: &'static str) -> Option<Item<'a>> {
        let end = self.at + word.len();
        (self.text.get(self.at..end)? == word).then(|| self.at = end)?;
        Some(Item::Other(kind))
    }

    fn number(&mut self) -> Option<Item<'a>> {
        self.at += usize::from(self.byte() == Some(b'-'));
        match self.byte()? {
            b'0' => self.at += 1,
            _ => self.decimal_digits()?,
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.decimal_digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(), Some(b'+' | b'-')));
            self.decimal_digits()?;
        }
        Some(Item::Other("a number"))
    }

    /// One digit or more.
    fn decimal_digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        self.skip_space();
        self.byte()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.byte() {
            self.at += 1;
        }
    }
}
