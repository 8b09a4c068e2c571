//! WebP (RFC 9649): our own walk over the chunks, our own decoder and encoder of lossless data, our own decoder of alpha, our own
//! pass over lossy data, and the `image-webp` crate for lossy pixels.

mod alpha;
mod container;
mod picture;
mod vp8;
mod vp8l;
pub(super) mod vp8l_encode;
mod yuv;

pub(crate) use container::{
    Chunk, HAS_EXIF, HAS_ICC, HAS_XMP, IS_ANIMATED, announces_exif, check_frames, check_further_frames, decode_rows,
    decoding, header, is_lossless, split_chunk,
};
