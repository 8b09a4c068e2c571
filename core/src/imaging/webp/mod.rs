//! WebP (RFC 9649): our own walk over the chunks, our own decoder of lossless data and of alpha, our own pass over lossy data,
//! and the `image-webp` crate for lossy pixels.

mod alpha;
mod container;
mod picture;
mod vp8;
mod vp8l;

pub(crate) use container::{announces_exif, check_frames, check_further_frames, decode, header, memory_bytes};
