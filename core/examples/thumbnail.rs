//! Makes a square thumbnail of a photo, turned upright and without its metadata:
//! `cargo run --release --example thumbnail -- photo.jpg small.jpg`

use std::env;
use std::error::Error;
use std::fs;

use presize::{Fit, ImageRules, Transform, transform};

fn main() -> Result<(), Box<dyn Error>> {
    let from = env::args().nth(1).ok_or("expected the photo")?;
    let to = env::args().nth(2).ok_or("expected where the thumbnail goes")?;

    // The limits come first: a file that decodes to more than 64 megapixels is refused by its header.
    let rules = ImageRules::default();
    let options = Transform::default().width(160).height(160).fit(Fit::Cover);
    let small = transform(&fs::read(from)?, &options, &rules)?;

    println!("{} x {} {}, {} bytes", small.width, small.height, small.format.as_str(), small.bytes.len());
    Ok(fs::write(to, small.bytes)?)
}
