//! Pictures, in reading order: bytes -> header -> limits -> plan -> rows of pixels -> resize -> orientation -> sRGB ->
//! background -> bytes.
//!
//! A JPEG that becomes smaller goes a shorter way: bytes -> header -> limits -> plan -> planes, decoded and resized a few
//! rows at a time -> bytes, or pixels at the size of the result where something needs them (see `decode_plan`). Of other
//! pictures each channel is a plane, and is resized by the same code (see `pixel_rows`).
//!
//! Orientation and colours come after the resize because they are the same there and cost less: the plan is made for the
//! picture as displayed and mapped onto the pixels as stored.

mod header;
mod inspect;

mod check;
mod decode;
mod exif;
mod gif;
mod gif_input;
mod input;
mod jpeg;
mod memory_budget;
mod png;
mod png_animation;
mod png_checksum;
mod png_chunks;
mod png_color;
mod png_input;
mod png_samples;
mod webp;
mod weights;
mod work;

mod pixels;
mod request;

mod decode_plan;
mod explain;
mod geometry;
mod job;
mod output_limit;
mod pixel_image;
mod pixel_rows;
mod planes;
mod render;
mod source;
mod strip;
mod transform;

mod background;
mod black_point;
mod color;
mod color_tables;
mod colorimetry;
mod encode;
mod finish;
mod icc_tags;
mod orient;
mod resize;
mod simd;
mod tone_map;
mod transfer;

pub use background::Color;
pub use check::{CheckedImage, check};
pub(crate) use check::{check_head, check_list, check_owned};
pub use decode::catches_panics;
pub use decode_plan::TransformPath;
pub use encode::EncodedImage;
pub use exif::ExifSummary;
pub use explain::Explanation;
pub(crate) use inspect::inspect_head;
pub use inspect::{ImageInfo, inspect};
#[cfg(fuzzing)]
pub use jpeg::decode_every_way;
pub use orient::Orientation;
pub use pixel_image::{PixelImage, decode, encode};
pub use request::{ChromaSubsampling, Effort, Fit, OutputFormat, Position, Scaling, Transform};
#[doc(hidden)]
pub use strip::strip_work_pixels;
pub use strip::{MetadataKind, RemovedMetadata, StrippedImage, strip_metadata};
pub(crate) use transform::{check_and_transform, result_size};
pub use transform::{transform, transform_many};
pub(crate) use webp::is_lossless as is_lossless_webp;
pub use work::{check_totals, work_pixels};
