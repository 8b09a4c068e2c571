//! `cargo run --bin s3-server -- photos` is an S3 server for the test suites of other languages: it has one empty bucket,
//! verifies signatures, says on one line of JSON how to reach it, and ends when its standard input does.
#![forbid(unsafe_code)]

use std::io::{self, Write};
use std::process::ExitCode;

use presize::Bucket;
use presize_examples::store::EmbeddedS3;

const USAGE: &str = "\
usage: s3-server BUCKET

Starts an S3 server on loopback with one empty bucket, prints a line of JSON with endpoint, region, bucket,
access_key_id and secret_access_key, and runs until its standard input is closed.
";

/// The server takes any region, as long as the request is signed for the one that it names.
const REGION: &str = "us-east-1";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(bucket), None) = (arguments.next(), arguments.next()) else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    // The name becomes that of a folder and stands in JSON as it is: the rules for buckets keep it to letters, digits,
    // dots and hyphens.
    if let Err(error) = Bucket::s3(REGION, &bucket) {
        eprintln!("{error}\n\n{USAGE}");
        return ExitCode::from(2);
    }
    match serve(&bucket) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("s3-server: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(bucket: &str) -> io::Result<()> {
    let store = EmbeddedS3::start(bucket)?;
    let mut out = io::stdout();
    writeln!(
        out,
        r#"{{"endpoint":"{}","region":"{REGION}","bucket":"{bucket}","access_key_id":"{}","secret_access_key":"{}"}}"#,
        store.endpoint(),
        store.access_key_id(),
        store.secret_access_key(),
    )?;
    out.flush()?;
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}
