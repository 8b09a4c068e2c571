//! JPEG (ITU-T T.81): our own scanner of the markers, and behind it an engine that makes samples.
//!
//! The scanner alone sees the file. It settles size, colour, limits and work, and hands on a stream of nothing but
//! tables and scans; the engine (`decode.rs`, zune-jpeg for now) can be replaced without touching anything else.

mod color;
mod decode;
mod frame;
mod markers;
mod scans;

pub(crate) use decode::decode;
pub(crate) use markers::header;
