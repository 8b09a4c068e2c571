//! Pixels in memory, and what is done to them: colours to sRGB, turning, laying on a background.

pub(super) mod alpha;
pub(super) mod buffer;
pub(super) mod canvas;
pub(super) mod color;
pub(super) mod composite;
pub(super) mod orient;

mod black_point;
pub(super) mod color_tables;
pub(super) mod colorimetry;
pub(super) mod icc;
mod icc_tags;
pub(super) mod tone_map;
pub(super) mod transfer;
