//! Options by name: one table gives a struct, its defaults, its ranges, its setters, its parser and its documentation.
//!
//! Rust callers use the setters and never meet this module. The bindings hand over raw names and values
//! ([`OptionValue`]) and get the same struct, or the same error, as a Rust caller: a negative number, a fraction, a NaN,
//! a null, a wrong word or an unknown name is `option_invalid`, never coerced and never ignored.
//!
//! A table is written once, with `options!`, in the module that the options belong to. `cargo xtask generate` writes the
//! types and texts of the other languages from it.

mod enums;
mod kind;
mod shown;
mod spec;
mod table;
mod types;
mod value;
mod words;

pub(crate) use enums::option_enum;
pub use kind::OptionKind;
pub(crate) use shown::{clip, quote};
pub use spec::{OptionSpec, OptionTable, parse_argument};
pub(crate) use spec::{row, unknown};
pub(crate) use table::options;
pub use types::OptionType;
pub use value::OptionValue;
pub use words::{EnumSpec, WordSpec};
