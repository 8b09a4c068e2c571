//! VP8L, the lossless bitstream of WebP (RFC 9649, section 3).

pub(super) mod decode;
pub(super) mod encode;
