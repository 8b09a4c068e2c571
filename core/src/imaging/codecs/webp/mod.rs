//! WebP (RFC 9649): our own walk over the chunks, our own decoder and encoder of lossless data, our own decoder of alpha, our own
//! pass over lossy data, and the `image-webp` crate for lossy pixels.

mod alpha;
mod container;
mod decode;
pub(super) mod encode;
mod picture;
mod vp8;
mod vp8l;
mod yuv;

pub(crate) use container::is_lossless;
pub(in crate::imaging) use container::{
    Chunk, HAS_EXIF, HAS_ICC, HAS_XMP, IS_ANIMATED, announces_exif, header, split_chunk,
};
pub(in crate::imaging::codecs) use decode::WebpDecoder;
