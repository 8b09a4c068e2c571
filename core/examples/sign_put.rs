//! Signs an upload of one WebP, as the variables `AWS_*` or `R2_*` say, and prints the command that sends it:
//! `cargo run --example sign_put -- cats/1.webp 48211`

use std::env;
use std::error::Error;
use std::time::{Duration, SystemTime};

use presize::Presigner;

fn main() -> Result<(), Box<dyn Error>> {
    let key = env::args().nth(1).ok_or("expected the object's key")?;
    let bytes = env::args().nth(2).ok_or("expected the size of the file in bytes")?.parse()?;

    let presigner = Presigner::from_env()?;
    let put = presigner.put(&key).content_type("image/webp").content_length(bytes).expires_in(Duration::from_mins(5));
    let request = put.sign(SystemTime::now())?;

    println!("curl --request {} --upload-file {key} \\", request.method);
    for (name, value) in &request.headers {
        println!("  --header '{name}: {}' \\", value.to_str()?);
    }
    println!("  '{}'", request.url);
    Ok(())
}
