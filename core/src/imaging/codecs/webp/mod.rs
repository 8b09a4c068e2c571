//! WebP (RFC 9649): a container parser, codecs of VP8L and of alpha and an encoder of VP8 of our own, and the `image-webp` crate for
//! the pixels of VP8 that is read.
//!
//! ```text
//! container  the RIFF chunks, parsed in one pass: canvas, first picture, frames, colour profile, EXIF
//! decode     the picture, or the first frame on its canvas
//! picture    one picture: VP8 with or without alpha, or VP8L
//! vp8/       VP8 key frames: decode/, which tells whether the data is complete, and encode/
//! yuv        the pixels of a VP8 frame: chroma upsampling and RGB
//! alpha      the ALPH chunk
//! vp8l/      the lossless bitstream: decode/ and encode/
//! encode/    files, lossless and lossy
//! ```

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
