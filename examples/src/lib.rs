//! The quickstart of presize: the whole upload path, from the ticket to the thumbnails, against a real S3 server that
//! runs in the same process. `cargo run` starts it; [`quickstart`] is the part to read and to copy from.
#![forbid(unsafe_code)]

pub mod bomb;
pub mod confirm;
pub mod contact_sheet;
pub mod drive;
pub mod exif;
pub mod http;
mod noise;
pub mod photo;
pub mod quickstart;
pub mod refusals;
pub mod report;
pub mod resize;
pub mod store;
pub mod table;
