//! The encoder of VP8 key frames.

#![allow(clippy::inline_always, reason = "code that runs per block, which is compiled for each processor")]

mod bool_writer;
mod chroma;
mod frame;
mod frame_header;
mod logarithm;
mod macroblock;
mod mode_costs;
mod planes;
mod predict;
mod quantiser;
mod rounding;
mod segments;
mod subblocks;
mod tokens;
mod transform;
mod whole_luma;

#[inline(always)]
const fn tune(_name: &str, default: i64) -> i64 {
    default
}
