//! Planes, scaled while they are decoded, a few rows at a time, for any number of results at once: those of a JPEG as they
//! are, and the channels of pixels.

#![allow(clippy::inline_always, reason = "kernels are compiled for the processor only where they are inlined")]

mod box_shrink;
mod feed;
mod filter;
mod from_decoder;
mod from_pixels;
mod pixel_output;
mod pyramid;
mod renderer;
mod request;
mod resampler;
mod vertical;

pub(super) use from_decoder::{plane_memory_bytes, render_planes, set_scale};
pub(super) use from_pixels::PixelFeed;
pub(super) use request::{PlaneOutput, PlaneRequest};
