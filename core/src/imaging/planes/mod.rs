//! Scales planes while they are decoded, a few rows at a time, for any number of results at once: the planes of a JPEG or of a
//! lossy WebP, and the channels of packed pixels. In reading order:
//!
//! ```text
//! request         a job on its path, and its result
//! group           jobs that share one decoding, and the scale that serves all of them
//! group_renderer  the sink of that decoding: copies rows, splits packed rows into channels
//! feed, pyramid   each row to all renderers that read its plane, at the level of the pyramid that they read
//! renderer        one result: a resampler (filter, vertical) for each plane, then a JPEG encoder, or pixels (interleave)
//! pixel_rows      rows of pixels, into the encoder or into a picture
//! ```

#![allow(clippy::inline_always, reason = "a kernel is compiled for the processor only where it is inlined")]

mod box_shrink;
mod feed;
mod filter;
mod group;
mod group_renderer;
mod interleave;
mod pixel_rows;
mod pyramid;
mod renderer;
mod request;
mod resampler;
mod row_copy;
mod vertical;

pub(super) use group::{DecodeExtent, DecodingGroup, only_whole_copy};
pub(super) use group_renderer::GroupRenderer;
pub(super) use request::{PlaneOutput, PlaneRequest, ResultKind};
