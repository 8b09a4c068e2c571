//! `cargo run --bin s3-server -- photos` is an S3 server for the test suites of other languages: it has empty buckets of these
//! names, verifies signatures, says on one line of JSON how to reach it, and ends when its standard input does.
#![forbid(unsafe_code)]

use std::io::{self, Write};
use std::process::ExitCode;

use presize::Bucket;
use presize_examples::store::EmbeddedS3;

const USAGE: &str = "\
usage: s3-server BUCKET...

Starts an S3 server on loopback with empty buckets, prints a line of JSON with endpoint, region, bucket (the first one),
access_key_id and secret_access_key, and runs until its standard input is closed.
";

/// The server takes any region, as long as the request is signed for the one that it names.
const REGION: &str = "us-east-1";

fn main() -> ExitCode {
    let buckets: Vec<String> = std::env::args().skip(1).collect();
    let Some((bucket, others)) = buckets.split_first() else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    // A name becomes that of a folder, and that of the first bucket stands in JSON as it is: the rules for buckets keep them
    // to letters, digits, dots and hyphens.
    if let Some(error) = buckets.iter().find_map(|bucket| Bucket::s3(REGION, bucket).err()) {
        eprintln!("{error}\n\n{USAGE}");
        return ExitCode::from(2);
    }
    match serve(bucket, others) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("s3-server: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(bucket: &str, others: &[String]) -> io::Result<()> {
    let store = EmbeddedS3::start(bucket)?;
    others.iter().try_for_each(|other| store.add_bucket(other))?;
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
