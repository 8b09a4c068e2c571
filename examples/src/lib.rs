//! wip
pub mod exif;
pub mod http;
mod noise;
pub mod photo;
pub mod store;
