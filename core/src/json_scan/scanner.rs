//! `JsonScanner`: the state machine and its counts.

use std::fmt;

use memchr::memchr2;

use crate::error::{Error, ErrorKind, Result};

use super::limits::JsonLimits;

/// Reads a JSON document in pieces as it arrives and refuses one that would cost a parser more than the limits allow.
///
/// It agrees with parsers on UTF-8 alone: refuse a request whose content type names another charset. A body that is
/// compressed is scanned after it is unpacked.
///
/// ```
/// use presize::{JsonLimits, JsonScanner};
///
/// let mut scanner = JsonScanner::new(&JsonLimits::default())?;
/// let refused = scanner.push("[],".repeat(30_000).as_bytes()).unwrap_err();
/// assert_eq!(refused.code(), "request_malformed");
/// assert_eq!(
///     refused.to_string(),
///     "expected JSON with at most 65536 bytes outside of strings for the request, received more",
/// );
/// # Ok::<(), presize::Error>(())
/// ```
#[derive(Clone)]
pub struct JsonScanner {
    limits: JsonLimits,
    state: State,
    /// How many of the first two bytes have been read: they tell the encoding.
    encoding_bytes: u8,
    structure_bytes: u64,
    depth: u32,
    data_uris: u32,
    escapes: u32,
    /// Why the document was refused: it stays refused.
    refused: Option<ErrorKind>,
}

/// The state before the next byte. It is copied with every step, and small: 8 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Outside of strings.
    Outside,
    /// In a string whose characters so far are the first `matched` ones of `data:`.
    Scheme { matched: u8 },
    /// After a backslash in such a string.
    SchemeEscape { matched: u8 },
    /// Among the four digits of `\u0064` in such a string: `digits` of them were read, and make `code`.
    SchemeDigits { matched: u8, digits: u8, code: u32 },
    /// In a string that is no data URI, or after the `data:` of one.
    InString,
    /// After a backslash in such a string.
    Escape,
}

const SCHEME: &[u8] = b"data:";

impl JsonScanner {
    /// A scanner for one document.
    ///
    /// Error: `option_invalid`.
    pub fn new(limits: &JsonLimits) -> Result<Self> {
        limits.validate()?;
        Ok(Self {
            limits: limits.clone(),
            state: State::Outside,
            encoding_bytes: 0,
            structure_bytes: 0,
            depth: 0,
            data_uris: 0,
            escapes: 0,
            refused: None,
        })
    }

    /// Reads the next piece of the document. Pieces may end anywhere; a document that was refused stays refused.
    ///
    /// Errors: `request_malformed` beyond a limit and for a text that is not in UTF-8, `data_uri_count_exceeded` beyond
    /// `max_data_uris` (`received_count` is where the scanner stopped).
    pub fn push(&mut self, piece: &[u8]) -> Result<()> {
        if self.refused.is_none() {
            self.refused = self.check_encoding(piece).and_then(|()| self.scan(piece)).err();
        }
        self.refused.clone().map_or(Ok(()), |kind| Err(kind.into()))
    }

    /// Ends the document. One that is cut off need not be parsed.
    ///
    /// Errors: those of [`push`](Self::push), `request_malformed` for a document that ends in a string, a list or an object.
    pub fn finish(&self) -> Result<()> {
        let is_complete = self.state == State::Outside && self.depth == 0;
        match &self.refused {
            Some(kind) => Err(kind.clone().into()),
            None if !is_complete => Err(Error::from(malformed("complete JSON".to_owned(), "a part of it"))),
            None => Ok(()),
        }
    }

    /// RFC 8259 (section 8.1) requires UTF-8. A parser that detects UTF-16 or UTF-32 by the first bytes would find strings in
    /// other places: in UTF-16 U+2230 has the byte of a quote. These encodings have a byte order mark or a NUL among the first
    /// two bytes.
    fn check_encoding(&mut self, piece: &[u8]) -> Result<(), ErrorKind> {
        for byte in piece.iter().take(usize::from(2_u8.saturating_sub(self.encoding_bytes))) {
            if *byte == 0 || (self.encoding_bytes == 0 && *byte >= 0xfe) {
                return Err(malformed("JSON in UTF-8".to_owned(), "another encoding"));
            }
            self.encoding_bytes += 1;
        }
        Ok(())
    }

    fn scan(&mut self, mut rest: &[u8]) -> Result<(), ErrorKind> {
        loop {
            // Most bytes of a body are skipped here, many at a time.
            let skipped = match self.state {
                State::InString => memchr2(b'"', b'\\', rest),
                State::Outside => rest.iter().position(|byte| !is_white_space(*byte)),
                _ => Some(0),
            };
            rest = skipped.and_then(|bytes| rest.get(bytes..)).unwrap_or_default();
            let Some((byte, tail)) = rest.split_first() else { return Ok(()) };
            rest = tail;
            self.step(*byte)?;
        }
    }

    fn step(&mut self, byte: u8) -> Result<(), ErrorKind> {
        self.state = match (self.state, byte) {
            (State::Outside, _) => return self.step_outside(byte),
            (State::Scheme { .. } | State::InString, b'"') => {
                self.count_structure()?;
                State::Outside
            }
            (State::Scheme { matched }, b'\\') => {
                self.count_escape()?;
                State::SchemeEscape { matched }
            }
            (State::Scheme { matched }, _) => self.match_scheme(matched, byte.into())?,
            // No other escape is a character of the scheme.
            (State::SchemeEscape { matched }, b'u') => State::SchemeDigits { matched, digits: 0, code: 0 },
            (State::SchemeDigits { matched, digits, code }, _) => match char::from(byte).to_digit(16) {
                Some(digit) if digits == 3 => self.match_scheme(matched, code * 16 + digit)?,
                Some(digit) => State::SchemeDigits { matched, digits: digits + 1, code: code * 16 + digit },
                // This is not JSON. The string goes on, and this byte may end it.
                None => {
                    self.state = State::InString;
                    return self.step(byte);
                }
            },
            (State::InString, b'\\') => {
                self.count_escape()?;
                State::Escape
            }
            (State::InString | State::Escape | State::SchemeEscape { .. }, _) => State::InString,
        };
        Ok(())
    }

    /// A byte outside of strings.
    fn step_outside(&mut self, byte: u8) -> Result<(), ErrorKind> {
        self.count_structure()?;
        match byte {
            b'"' => self.state = State::Scheme { matched: 0 },
            b'[' | b'{' if self.depth == self.limits.max_depth => {
                return Err(malformed(format!("JSON nested at most {} deep", self.limits.max_depth), "a deeper one"));
            }
            b'[' | b'{' => self.depth += 1,
            // A bracket too many is left to the parser, which stops there.
            b']' | b'}' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        Ok(())
    }

    /// The state after one more character at the start of a string.
    fn match_scheme(&mut self, matched: u8, character: u32) -> Result<State, ErrorKind> {
        let is_next = SCHEME.get(usize::from(matched)).is_some_and(|expected| {
            char::from_u32(character).is_some_and(|character| character.eq_ignore_ascii_case(&char::from(*expected)))
        });
        if !is_next {
            return Ok(State::InString);
        }
        if usize::from(matched) + 1 < SCHEME.len() {
            return Ok(State::Scheme { matched: matched + 1 });
        }
        self.data_uris = self.data_uris.saturating_add(1);
        match self.limits.max_data_uris {
            Some(max) if self.data_uris > max => {
                Err(ErrorKind::DataUriCountExceeded { received_count: self.data_uris.into(), max_count: max.into() })
            }
            _ => Ok(State::InString),
        }
    }

    fn count_structure(&mut self) -> Result<(), ErrorKind> {
        let max = self.limits.max_structure_bytes;
        if self.structure_bytes == max {
            return Err(malformed(format!("JSON with at most {max} bytes outside of strings"), "more"));
        }
        self.structure_bytes += 1;
        Ok(())
    }

    fn count_escape(&mut self) -> Result<(), ErrorKind> {
        let max = self.limits.max_escapes;
        if self.escapes == max {
            return Err(malformed(format!("JSON with at most {max} escapes in its strings"), "more"));
        }
        self.escapes += 1;
        Ok(())
    }
}

impl fmt::Debug for JsonScanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonScanner").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// RFC 8259, section 2.
fn is_white_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn malformed(expected: String, received: &str) -> ErrorKind {
    ErrorKind::RequestMalformed { expected, received: received.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A slow count of what a document costs, as an oracle: strings are unescaped whole, and no limit ends the count.
    #[derive(Debug, Default, PartialEq)]
    struct Counted {
        structure_bytes: u64,
        deepest: u32,
        data_uris: u32,
        escapes: u32,
        is_complete: bool,
    }

    fn count(document: &[u8]) -> Counted {
        let mut counted = Counted::default();
        let (mut at, mut depth) = (0, 0_u32);
        counted.is_complete = true;
        while at < document.len() {
            match document[at] {
                b' ' | b'\t' | b'\n' | b'\r' => {}
                b'"' => {
                    counted.structure_bytes += 1;
                    let mut characters = Vec::new();
                    at += 1;
                    while at < document.len() && document[at] != b'"' {
                        if document[at] == b'\\' {
                            counted.escapes += 1;
                            let digits = document.get(at + 2..at + 6).and_then(|hex| std::str::from_utf8(hex).ok());
                            let code = digits.filter(|hex| hex.bytes().all(|digit| digit.is_ascii_hexdigit()));
                            match (document.get(at + 1), code.and_then(|hex| u32::from_str_radix(hex, 16).ok())) {
                                (Some(b'u'), Some(code)) => {
                                    characters.push(code);
                                    at += 4;
                                }
                                _ => characters.push(u32::MAX),
                            }
                            at += 1;
                        } else {
                            characters.push(u32::from(document[at]));
                        }
                        at += 1;
                    }
                    let start: String = characters.iter().take(5).map_while(|code| char::from_u32(*code)).collect();
                    counted.data_uris += u32::from(start.eq_ignore_ascii_case("data:"));
                    if at >= document.len() {
                        counted.is_complete = false;
                    } else {
                        counted.structure_bytes += 1;
                    }
                }
                byte => {
                    counted.structure_bytes += 1;
                    match byte {
                        b'[' | b'{' => depth += 1,
                        b']' | b'}' => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    counted.deepest = counted.deepest.max(depth);
                }
            }
            at += 1;
        }
        counted.is_complete &= depth == 0;
        counted
    }

    fn scan(limits: &JsonLimits, pieces: &[&[u8]]) -> Result<()> {
        let mut scanner = JsonScanner::new(limits).unwrap();
        pieces.iter().try_for_each(|piece| scanner.push(piece))?;
        scanner.finish()
    }

    fn outcome(limits: &JsonLimits, pieces: &[&[u8]]) -> Option<String> {
        scan(limits, pieces).err().map(|error| error.to_string())
    }

    /// Documents of words and bytes that change the scanner's state.
    fn documents() -> impl Strategy<Value = Vec<u8>> {
        let words = prop::sample::select(vec![
            "[",
            "]",
            "{",
            "}",
            "\"",
            "\"",
            "\"",
            "\\",
            "\\\"",
            "\\\\",
            "\\u0064",
            "\\u0041",
            "\\u003A",
            "\\n",
            "u",
            "data:",
            "\"DaTa:",
            "d",
            "a",
            "t",
            ":",
            ",",
            "1",
            " ",
            "\n",
            "\u{ac00}",
            "\u{1f600}",
            "0064",
            "iVBORw0KGgo",
        ]);
        let word = prop_oneof![8 => words.prop_map(|word: &str| word.as_bytes().to_vec()), 1 => any::<u8>().prop_map(|byte| vec![byte])];
        prop::collection::vec(word, 0..60).prop_map(|words| words.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn limits_agree_with_the_slow_count(document in documents()) {
            prop_assume!(!document.iter().take(2).any(|byte| *byte == 0) && document.first().is_none_or(|byte| *byte < 0xfe));
            let counted = count(&document);
            let at_most = JsonLimits::default()
                .max_structure_bytes(counted.structure_bytes.max(1))
                .max_depth(counted.deepest.max(1))
                .max_data_uris(counted.data_uris)
                .max_escapes(counted.escapes);
            let mut scanner = JsonScanner::new(&at_most).unwrap();
            prop_assert!(scanner.push(&document).is_ok(), "{:?}", scanner.push(&document));
            prop_assert_eq!(scanner.finish().is_ok(), counted.is_complete);
            if counted.structure_bytes > 1 {
                let less = at_most.clone().max_structure_bytes(counted.structure_bytes - 1);
                prop_assert_eq!(scan(&less, &[&document]).unwrap_err().code(), "request_malformed");
            }
            if counted.deepest > 1 {
                prop_assert!(scan(&at_most.clone().max_depth(counted.deepest - 1), &[&document]).is_err());
            }
            if counted.data_uris > 0 {
                let less = at_most.clone().max_data_uris(counted.data_uris - 1);
                prop_assert_eq!(scan(&less, &[&document]).unwrap_err().code(), "data_uri_count_exceeded");
            }
            if counted.escapes > 0 {
                prop_assert!(scan(&at_most.max_escapes(counted.escapes - 1), &[&document]).is_err());
            }
        }

        #[test]
        fn pieces_make_no_difference(
            document in documents(),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
            (structure, depth, data_uris, escapes) in (1..40_u64, 1..5_u32, 0..3_u32, 0..6_u32),
        ) {
            let limits = JsonLimits::default()
                .max_structure_bytes(structure)
                .max_depth(depth)
                .max_data_uris(data_uris)
                .max_escapes(escapes);
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(document.len() + 1)).collect();
            cuts.extend([0, document.len()]);
            cuts.sort_unstable();
            let pieces: Vec<_> = cuts.windows(2).map(|pair| &document[pair[0]..pair[1]]).collect();
            let whole = outcome(&limits, &[&document]);
            prop_assert_eq!(&outcome(&limits, &pieces), &whole);
            let bytes: Vec<_> = document.chunks(1).collect();
            prop_assert_eq!(&outcome(&limits, &bytes), &whole);
        }
    }

    #[test]
    fn a_refused_document_stays_refused() {
        let mut scanner = JsonScanner::new(&JsonLimits::default().max_structure_bytes(1)).unwrap();
        assert!(scanner.finish().is_ok());
        let refused = scanner.push(b"[]").unwrap_err().to_string();
        assert_eq!(scanner.push(b" ").unwrap_err().to_string(), refused);
        assert_eq!(scanner.finish().unwrap_err().to_string(), refused);
    }

    #[test]
    fn other_encodings_are_refused() {
        let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let mut marked = vec![0xff, 0xfe];
        marked.extend(utf_16("[\"\u{2230}\"]"));
        let big: Vec<_> = "[1]".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for document in [utf_16("[1]"), utf_16("\"\u{2230}\""), marked, big, vec![0xfe, 0xff, 0, b'1'], vec![0]] {
            let whole = scan(&JsonLimits::default(), &[&document]).unwrap_err();
            assert_eq!(whole.to_string(), "expected JSON in UTF-8 for the request, received another encoding");
            let bytes: Vec<_> = document.chunks(1).collect();
            assert_eq!(outcome(&JsonLimits::default(), &bytes), Some(whole.to_string()));
        }
        let mark = [b"\xef\xbb\xbf".as_slice(), b"[1]"].concat();
        assert!(scan(&JsonLimits::default(), &[&mark]).is_ok());
    }

    #[test]
    fn limits_are_options() {
        let invalid = JsonScanner::new(&JsonLimits::default().max_depth(0)).unwrap_err();
        assert_eq!(invalid.to_string(), "expected an integer from 1 to 1000 for max_depth, received 0");
    }
}
