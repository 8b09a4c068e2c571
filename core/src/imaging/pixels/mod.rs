//! Pixels in memory, and operations on them: conversion to sRGB, orientation, compositing.
//!
//! ```text
//! buffer canvas alpha          pixels, their layout and their size
//! color composite              colours, flattening and padding
//! orient                       the EXIF orientations
//! icc icc_tags black_point     from an ICC profile to sRGB
//! colorimetry transfer tone_map srgb_tables      from declared primaries and transfer functions to sRGB
//! ```

pub(super) mod alpha;
pub(super) mod buffer;
pub(super) mod canvas;
pub(super) mod color;
pub(super) mod composite;
pub(super) mod orient;

mod black_point;
pub(super) mod colorimetry;
pub(super) mod icc;
mod icc_tags;
pub(super) mod srgb_tables;
pub(super) mod tone_map;
pub(super) mod transfer;
