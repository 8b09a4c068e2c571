//! Object keys: written from a policy's template when a ticket is issued, and matched against it when the upload is
//! confirmed.
//!
//! ```text
//! template    {prefix}/{owner}/{unix_ms}-{hex16}{ext}
//! parse       prefix "uploads", then one list of items for each segment: [Owner] [UnixMs, Literal("-"), Hex16, Extension]
//! write       uploads/user-7/1700000000250-0123456789abcdef.jpg      for the owner user-7, a JPEG
//!
//! match_key   uploads/user-7/1700000000250-0123456789abcdef.jpg      as user-7 -> Jpeg
//!             uploads/user-8/1700000000250-0123456789abcdef.jpg      as user-7 -> upload_owner_mismatch
//!             uploads/user-7/cat.jpg                                 as user-7 -> upload_key_unknown
//! ```
//!
//! Matching goes segment by segment and, within a segment, item by item from left to right without backtracking: `parse`
//! refuses every template that could be read in two ways. The time makes keys of one owner sort by age, the random digits
//! make them impossible to guess, and the extension is that of the declared type. The file's own name is never part of a key.
//!
//! A `template` consists of `item`s, which `parse` finds in its text; a `uuid` is one of them.

mod item;
mod parse;
mod template;
mod uuid;

pub(super) use template::KeyTemplate;
