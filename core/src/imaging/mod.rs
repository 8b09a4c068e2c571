//! What is done with the bytes of an image, in reading order.

mod check;
mod decode;
mod exif;
mod gif;
mod header;
mod inspect;
mod jpeg;
mod orient;
mod pixels;
mod png;
mod webp;

pub use check::{CheckedImage, check};
pub use inspect::{ImageInfo, inspect};
pub use orient::Orientation;
