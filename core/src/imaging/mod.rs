//! Pictures: bytes -> header -> limits -> pixels -> plan -> resize -> orientation -> sRGB -> background -> bytes.
//!
//! Orientation and colours come after the resize because they are the same there and cost less: the plan is made for the
//! picture as displayed and mapped onto the pixels as stored.

mod background;
mod color;
mod decode;
mod encode;
mod geometry;
mod header;
mod job;
mod orient;
mod pixels;
mod request;
mod resize;
mod transform;

pub use background::Color;
pub use encode::EncodedImage;
pub use orient::Orientation;
pub use request::{ChromaSubsampling, Fit, OutputFormat, Position, Transform};
pub use transform::{transform, transform_many};
