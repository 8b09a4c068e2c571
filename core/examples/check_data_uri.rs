//! Checks the picture of a data URI, as it arrives in a JSON body, and says what a back end would answer:
//! `cargo run --example check_data_uri < body.txt`

use std::error::Error;
use std::io::{Read, stdin};

use presize::{ImageRules, decode_data_uri};

fn main() -> Result<(), Box<dyn Error>> {
    // One byte more than the rules allow is enough to see that a text is too long.
    let rules = ImageRules::default().max_bytes(5_000_000);
    let mut text = String::new();
    stdin().take(7_000_000).read_to_string(&mut text)?;

    match decode_data_uri(text.trim_end(), &rules) {
        Ok(image) => println!("200 {} {} x {}", image.info.format.as_str(), image.info.width, image.info.height),
        Err(error) => println!("{} {}: {}", error.http_status(), error.code(), error.user_message()),
    }
    Ok(())
}
