//! What is done with the bytes of an image, in reading order.

mod header;
mod inspect;
mod check;
mod decode;
mod exif;
mod jpeg;
mod png;
mod gif;
mod webp;
mod orient;
mod pixels;

pub use check::{CheckedImage, check};
pub use inspect::{ImageInfo, inspect};
pub use orient::Orientation;
