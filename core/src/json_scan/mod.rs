//! `JsonScanner`: bounds what a JSON parser will build from a body, before the parser sees it.
//!
//! A parser turns two bytes into a value: 32 MB of `[],[],[]` become ten million lists and gigabytes of memory. The scanner
//! reads the same bytes as they arrive, without allocating, and refuses a document as soon as it exceeds one of its `limits`:
//!
//! ```text
//! {"user": 7, "photo": "data:image/png;base64,iVBO..."}
//! ^^    ^^ ^^ ^     ^^ ^                             ^^    structure bytes: outside strings, quotes included, no white space
//! ```
//!
//! Every value, key and level of nesting takes at least one structure byte, so the limit bounds their number, while the text of
//! a data URI is free. The scanner does not validate: the parser decides about everything that it accepts. It only has to agree
//! with the parser on where strings begin and end, and it does for every text that is JSON.
//!
//! It is a state machine with a step per byte. At the start of a string it also matches `data:`, in any case and through
//! `\u` escapes:
//!
//! ```text
//! bytes      state afterwards                           counted
//! {          Outside                                    structure byte, depth 1
//! "          Scheme { matched: 0 }                      structure byte
//! p          InString: no data URI starts with p
//! hoto       InString, found by memchr as a whole
//! "          Outside                                    structure byte
//! :          Outside                                    structure byte
//! "          Scheme { matched: 0 }                      structure byte
//! D          Scheme { matched: 1 }
//! \          SchemeEscape { matched: 1 }                escape
//! u006       SchemeDigits { matched: 1, digits: 3, code: 0x006 }
//! 1          Scheme { matched: 2 }: the escape is an a
//! ta         Scheme { matched: 4 }
//! :          InString                                   data URI
//! "          Outside                                    structure byte
//! }          Outside                                    structure byte, depth 0
//! ```

mod limits;
mod scanner;

pub use limits::JsonLimits;
pub use scanner::JsonScanner;
