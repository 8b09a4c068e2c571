//! WebP (RFC 9649): a container parser, and codecs of VP8, VP8L and alpha.
//!
//! ```text
//! container  the RIFF chunks, parsed in one pass: canvas, first picture, frames, colour profile, EXIF
//! decode     the picture, or the first frame on its canvas
//! picture    one picture: VP8 with or without alpha, or VP8L
//! vp8/       the lossy bitstream: VP8 key frames
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

pub(crate) use container::is_lossless;
pub(in crate::imaging) use container::{
    Chunk, HAS_EXIF, HAS_ICC, HAS_XMP, IS_ANIMATED, announces_exif, header, split_chunk,
};
pub(in crate::imaging::codecs) use decode::WebpDecoder;
#[cfg(fuzzing)]
pub use vp8::decode_lossy_planes;
