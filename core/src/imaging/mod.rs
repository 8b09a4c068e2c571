//! Pictures, in reading order: bytes -> header -> limits -> plan -> rows of pixels -> resize -> orientation -> sRGB ->
//! background -> bytes.
//!
//! A JPEG that becomes smaller goes a shorter way: bytes -> header -> limits -> plan -> planes, decoded and resized a few
//! rows at a time -> bytes, or pixels at the size of the result where something needs them (see `decode_plan`). Of other
//! pictures each channel is a plane, and is resized by the same code (see `pixel_rows`).
//!
//! Orientation and colours come after the resize because they are the same there and cost less: the plan is made for the
//! picture as displayed and mapped onto the pixels as stored.

mod check;
mod explain;
mod inspect;
mod open;
mod pixel_image;
mod transform;
mod transform_options;
mod work;

mod post_process;
mod render;
mod row_renderer;

mod plan;
mod planes;

mod codecs;
mod pixels;
mod simd;

pub use check::{CheckedImage, check};
pub(crate) use check::{check_head, check_list, check_owned};
pub use codecs::catch_panic::catches_panics;
pub use codecs::encode::EncodedImage;
pub use codecs::encoder_options::{ChromaSubsampling, Effort};
#[cfg(fuzzing)]
pub use codecs::jpeg::decode_every_way;
pub use codecs::output_format::OutputFormat;
pub use explain::Explanation;
pub(crate) use inspect::inspect_head;
pub use inspect::{ImageInfo, inspect};
pub use pixel_image::{PixelImage, decode, encode};
pub use pixels::color::Color;
pub use pixels::orient::Orientation;
pub use plan::path::TransformPath;
pub(crate) use transform::{check_and_transform, result_size};
pub use transform::{transform, transform_many};
pub use transform_options::{Fit, Position, Scaling, Transform};
pub use work::{check_totals, work_pixels};
