//! Reads a list of data URIs from a field of a JSON body, without the strings and objects that `JSON.parse` would make of it.
//!
//! ```text
//! {"type": "id", "images": ["data:image/png;base64,iVBO...", "data:image\/jpeg;base64,\/9j\/..."]}
//!                           ^ borrowed from the body          ^ has escapes: unescaped into a new text
//! ```
//!
//! As with `JSON.parse`, the whole body must be valid JSON (RFC 8259), and the last of several fields with one name counts.

use std::borrow::Cow;
use std::sync::{Arc, Weak};

use napi::bindgen_prelude::{External, Uint8Array};
use napi_derive::napi;
use presize::{ErrorKind, ImageRules};

use crate::images::weigh_texts;
use crate::results::CallResult;
use crate::tasks::{Cancel, Cost, Load, QueuedCall, prepare};

/// Prepares `decode_data_uris` of the list in a field of a JSON object. The pieces of the body are copied once.
#[napi]
pub fn decode_data_uris_of_json(
    pieces: Vec<Uint8Array>,
    field: String,
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> External<QueuedCall> {
    let mut body = Vec::with_capacity(pieces.iter().map(|piece| piece.len()).sum());
    for piece in &pieces {
        body.extend_from_slice(piece);
    }
    let body = Arc::new(body);
    let load = Load { bytes: body.len(), work: weigh(&body, &field, rules) };
    prepare(rules, cancel, load, move |rules| {
        presize::decode_data_uris(&data_uris(&body, &field)?, rules).map(CallResult::AllChecked)
    })
}

fn weigh(body: &Arc<Vec<u8>>, field: &str, rules: &ImageRules) -> Cost {
    let (body, field, rules): (Weak<_>, _, _) = (Arc::downgrade(body), field.to_owned(), rules.clone());
    Cost::Unknown(Box::new(move || {
        let Some(body) = body.upgrade() else { return 0 };
        data_uris(&body, &field).map_or(0, |texts| weigh_texts(&texts, &rules))
    }))
}

/// The data URIs of the list in a field of an object.
///
/// Errors: `request_malformed`; `option_invalid` for a string with a lone surrogate, as in `decode_data_uris`.
fn data_uris<'a>(body: &'a [u8], field: &str) -> presize::Result<Vec<Cow<'a, str>>> {
    let not_json = || malformed("a JSON object", "text that is no JSON");
    let text = std::str::from_utf8(body).map_err(|_| not_json())?;
    let found = JsonReader { text, at: 0 }.field_of_document(field).ok_or_else(not_json)?;
    let expected = format!("a list of data URIs in the field {field}");
    let items = match found {
        Lookup::NotAnObject(kind) => return Err(malformed("a JSON object", kind)),
        Lookup::Absent => return Err(malformed(&expected, "none")),
        Lookup::Found(Value::List(items)) => items,
        Lookup::Found(value) => return Err(malformed(&expected, value.kind())),
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

/// The result of looking a field up in a document.
enum Lookup<'a> {
    /// The document is another kind of value, which is named here.
    NotAnObject(&'static str),
    Absent,
    Found(Value<'a>),
}

enum Value<'a> {
    List(Vec<Item<'a>>),
    Other(Item<'a>),
}

/// A value, of which only the text of a string is kept.
enum Item<'a> {
    Text(Text<'a>),
    /// The kind of the value, for errors.
    Other(&'static str),
}

/// The text of a JSON string.
enum Text<'a> {
    Unicode(Cow<'a, str>),
    /// It has an escape for a lone surrogate, which is no Unicode text.
    LoneSurrogate,
}

enum Escape {
    Character(char),
    LoneSurrogate,
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

/// A strict JSON parser that builds only what is asked for. Its methods return `None` for text that is not JSON.
struct JsonReader<'a> {
    text: &'a str,
    at: usize,
}

/// The deepest nesting that is parsed. `JsonScanner` has already refused anything deeper than half of it.
const MAX_DEPTH: u32 = 64;

impl<'a> JsonReader<'a> {
    fn field_of_document(mut self, field: &str) -> Option<Lookup<'a>> {
        let found =
            if self.peek()? == b'{' { self.object(field)? } else { Lookup::NotAnObject(self.item(MAX_DEPTH)?.kind()) };
        self.skip_space();
        (self.at == self.text.len()).then_some(found)
    }

    /// Looks a field up in the object that begins here. The last field of that name counts.
    fn object(&mut self, field: &str) -> Option<Lookup<'a>> {
        let mut found = Lookup::Absent;
        self.members(b'}', |reader| {
            if matches!(reader.key()?, Text::Unicode(key) if key == field) {
                found = Lookup::Found(reader.value()?);
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

    /// Reads one value of any kind.
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

    /// Reads the members of the list or object whose opening bracket is here, separated by commas, up to the bracket `end`.
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

    /// Reads a key and its colon.
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

    /// Reads the string that begins here. Without escapes its text is borrowed.
    fn string(&mut self) -> Option<Text<'a>> {
        self.at += 1;
        let start = self.at;
        let plain = self.unescaped_run()?;
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
                    return Some(if is_whole { Text::Unicode(Cow::Owned(text)) } else { Text::LoneSurrogate });
                }
                _ => match self.escape()? {
                    Escape::Character(character) => text.push(character),
                    Escape::LoneSurrogate => is_whole = false,
                },
            }
            text.push_str(self.unescaped_run()?);
        }
    }

    /// Reads the text up to the next quote or backslash. It may not contain control characters.
    fn unescaped_run(&mut self) -> Option<&'a str> {
        let rest = self.text.get(self.at..)?;
        let length = rest.bytes().position(|byte| byte == b'"' || byte == b'\\' || byte < b' ')?;
        self.at += length;
        (*rest.as_bytes().get(length)? >= b' ').then(|| rest.get(..length)).flatten()
    }

    /// Reads the escape that begins here.
    fn escape(&mut self) -> Option<Escape> {
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
            b'u' => return self.unicode_escape(),
            _ => return None,
        };
        Some(Escape::Character(character))
    }

    /// Reads the digits of a `\u` escape, and those of a second one if together they are a surrogate pair.
    fn unicode_escape(&mut self) -> Option<Escape> {
        let first = self.hex_digits()?;
        if !(0xd800..0xdc00).contains(&first) {
            return Some(char::from_u32(first).map_or(Escape::LoneSurrogate, Escape::Character));
        }
        let here = self.at;
        if self.text.get(here..here + 2) == Some("\\u") {
            self.at += 2;
            let second = self.hex_digits()?;
            if (0xdc00..0xe000).contains(&second) {
                return char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)).map(Escape::Character);
            }
            // The second escape is a character of its own, or another lone surrogate.
            self.at = here;
        }
        Some(Escape::LoneSurrogate)
    }

    fn hex_digits(&mut self) -> Option<u32> {
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

    /// Reads one digit or more.
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

    /// The next byte after any white space.
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
