//! Images: bytes -> header -> limits -> plan -> rows of planes -> resample -> orientation -> sRGB -> background -> bytes.
//!
//! ```text
//! transform check inspect explain pixel_image strip/ work   the public verbs
//! transform_options                                    the option table of a transform
//! open                                                 first bytes and header, against the rules
//! plan/                                                numbers only: geometry, path, shrink-on-load, jobs
//! render                                               one decoding, all results
//! cost                                                 the memory of a call
//! planes/                                              planes, resampled a few rows at a time
//! post_process                                         sRGB and background, at the size of the result
//! codecs/                                              one folder for each format, and what they share
//! pixels/                                              buffers, colours, orientation, compositing
//! simd                                                 the same kernels for each processor
//! ```
//!
//! Every decoder gives rows of planes (see `codecs::plane_decoder`), and every encoder takes them (see `codecs::plane_encoder`).
//! A JPEG that becomes smaller is decoded to planes at a fraction of its size, which are resampled and encoded as they are; RGB
//! is made of them only where something needs it, at the size of the result (see `plan::path`). So are the planes of a lossy WebP
//! without alpha, at full size. Other pictures give one plane of packed pixels, each channel of which is resampled as a plane. Where nothing needs the whole result, its rows are encoded while
//! they are made.
//!
//! Orientation and colours come after resampling because the result is the same and costs less: the plan is made for the
//! picture as displayed, and mapped onto the axes of the stored pixels.

mod check;
mod explain;
mod inspect;
mod open;
mod pixel_image;
mod strip;
mod transform;
mod transform_options;
mod work;

mod cost;
mod post_process;
mod render;

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
pub use codecs::exif::ExifSummary;
#[cfg(fuzzing)]
pub use codecs::jpeg::decode_every_way;
pub use codecs::output_format::OutputFormat;
#[cfg(fuzzing)]
pub use codecs::webp::decode_lossy_planes;
pub(crate) use codecs::webp::is_lossless as is_lossless_webp;
pub use explain::Explanation;
pub(crate) use inspect::inspect_head;
pub use inspect::{ImageInfo, inspect};
pub(crate) use open::open;
pub use pixel_image::{PixelImage, decode, encode};
pub use pixels::color::Color;
pub use pixels::orient::Orientation;
pub use plan::path::TransformPath;
#[doc(hidden)]
pub use strip::strip_work_pixels;
pub use strip::{MetadataKind, RemovedMetadata, StrippedImage, strip_metadata};
pub(crate) use transform::{check_and_transform, result_size};
pub use transform::{transform, transform_many};
pub use transform_options::{Fit, Position, Scaling, Transform};
pub use work::{check_totals, work_pixels};
