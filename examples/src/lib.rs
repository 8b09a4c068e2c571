//! wip
pub mod store;
pub mod exif;
mod noise;
pub mod photo;
