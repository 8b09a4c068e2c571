//! The encoders of WebP: rows of planes or of pixels -> a bitstream -> a file.
//!
//! ```text
//! lossless   packed pixels -> VP8L
//! lossy      planes of luma and chroma, or packed pixels -> VP8, with alpha as VP8L beside it
//! file       the RIFF container
//! ```

mod file;
mod lossless;
mod lossy;

pub(in crate::imaging::codecs) use lossless::RowEncoder as LosslessEncoder;
pub(in crate::imaging::codecs) use lossless::memory_bytes as lossless_memory_bytes;
pub(in crate::imaging::codecs) use lossy::{
    RowEncoder as LossyEncoder, expected_file_bytes, finishing_bytes, growing_bytes, memory_bytes,
};
