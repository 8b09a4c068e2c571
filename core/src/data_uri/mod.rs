//! Data URIs: text to media type and bytes, strictly, with every limit checked before a byte is decoded.
//!
//! The grammar is RFC 2397's with base64 required: `data:` type `/` subtype or nothing, any parameters, `;base64,` and the
//! data.
//!
//! ```text
//! data:image/png;name="a;b.png";base64,iVBORw0K%2Bg%3D%3D
//! ^^^^^                                                     scheme, in any case
//!      ^^^^^^^^^                                            media type, in any case; an empty one declares nothing
//!                ^^^^^^^^^^^^^^                             parameter: a semicolon in quotes is part of its value
//!                               ^^^^^^                      in any case, the last before the comma
//!                                     ^                     the first comma ends the header, even one in quotes
//!                                      ^^^^^^^^^^^^^^^^^^   payload: iVBORw0K+g== once the escapes are decoded
//! ```
//!
//! The payload is base64 (RFC 4648, section 4), canonical and padded. The three characters that `encodeURIComponent` escapes
//! (`+`, `/`, `=`) may be written as `%2B`, `%2F`, `%3D`. Missing padding, stray bits, other escapes and other alphabets are
//! errors; so is white space, unless `allow_whitespace` is set.
//!
//! The header ends at the first comma because browsers (WHATWG Fetch, data: URL processor), Python's `urllib` and npm's
//! `data-uri-to-buffer` end it there, and a text must not be one image here and another one there. RFC 2397 has a comma in a
//! parameter written as `%2C`.
//!
//! `decode` and `encode` are the calls. `header` and `payload` parse and measure; `base64` decodes the payload without its
//! `white_space`.

mod base64;
mod decode;
mod encode;
mod header;
mod payload;
mod white_space;

pub(crate) use self::base64::engine as base64_engine;
pub use decode::{decode_data_uri, decode_data_uris};
pub use encode::encode_data_uri;
