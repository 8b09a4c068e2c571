//! Delivery: reading what a request asks for, an event of 100 records, a placeholder, and an answer at the edge beside the
//! transform that is most of it.

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;
use std::time::SystemTime;

use presize::{
    Bucket, Credentials, EdgeOptions, EdgeResizer, ImageRules, OutputFormat, PlaceholderOptions, Presigner,
    StoreAnswer, Transform, VariantPolicy, Variants,
};

use crate::bindings;
use crate::contest::Contest;
use crate::peers::script::{self, Script};
use crate::sources::Source;

const KEY: &str = "photos/cat.jpg";
const QUERY: &str = "w=200&h=150&q=90&utm_source=x";
const ACCEPT: &str = "image/avif,image/webp,image/apng,image/*,*/*;q=0.8";
const RECORDS: usize = 100;
const WIDTH: u32 = 320;

const PYTHON: Script = script::python("presize for Python", "python/delivery.py");
const NODE: Script = script::node("presize for Node", "node/delivery.mjs");

pub(crate) fn contests() -> Result<Vec<Contest>, String> {
    bindings::build();
    let mut contests = vec![query()?];
    for (language, script) in [("Python", &PYTHON), ("Node", &NODE)] {
        contests.push(in_script(&format!("The variant of a query, from {language}"), script, ["query", "query-alone"]));
    }
    contests.push(event());
    for (language, script) in [("Python", &PYTHON), ("Node", &NODE)] {
        let title = format!("An event of {RECORDS} records, from {language}");
        contests.push(in_script(&title, script, ["event", "event-text", "event-alone"]));
    }
    contests.extend([placeholder()?, edge()?]);
    Ok(contests)
}

fn query() -> Result<Contest, String> {
    let read = |variants: &Variants, query: &str| {
        let variant = variants.from_query(KEY, query, ACCEPT, SystemTime::UNIX_EPOCH);
        black_box(variant.map_err(|error| error.to_string())?);
        Ok(())
    };
    let variants = Variants::new(policy()).map_err(|error| error.to_string())?;
    let signed = variants.sign(KEY, "w=123", None, SystemTime::UNIX_EPOCH).map_err(|error| error.to_string())?;
    let same = variants.clone();
    Ok(Contest::new("The variant of a query, in Rust")
        .peer("presize", move || read(&variants, QUERY))
        .peer("presize, with a signature", move || read(&same, &signed)))
}

fn policy() -> VariantPolicy {
    let formats = [OutputFormat::Webp, OutputFormat::Jpeg, OutputFormat::Png];
    let policy = VariantPolicy::default().widths(&[200, WIDTH, 800]).heights(&[150]).qualities(&[90]);
    policy.formats(&formats).signing_keys(&["a secret that is as long as it has to be"])
}

fn event() -> Contest {
    let text = notification();
    Contest::new(&format!("An event of {RECORDS} records, in Rust ({} KB)", text.len() / 1000)).peer(
        "presize",
        move || {
            black_box(presize::parse_store_events(&text).map_err(|error| error.to_string())?);
            Ok(())
        },
    )
}

/// A notification of S3, as the scripts make it too.
fn notification() -> String {
    let mut text = String::from("{\"Records\": [");
    for number in 0..RECORDS {
        let comma = if number == 0 { "" } else { ", " };
        let _ = write!(
            text,
            "{comma}{{\"eventVersion\": \"2.1\", \"eventSource\": \"aws:s3\", \"awsRegion\": \"eu-central-1\", \
             \"eventTime\": \"2026-11-30T08:15:30.123Z\", \"eventName\": \"ObjectCreated:Put\", \
             \"userIdentity\": {{\"principalId\": \"AIDAEXAMPLE\"}}, \
             \"requestParameters\": {{\"sourceIPAddress\": \"203.0.113.7\"}}, \
             \"responseElements\": {{\"x-amz-request-id\": \"C3D13FE58DE4C810\"}}, \
             \"s3\": {{\"s3SchemaVersion\": \"1.0\", \"configurationId\": \"resize\", \
             \"bucket\": {{\"name\": \"photos\", \"ownerIdentity\": {{\"principalId\": \"A3NL1KOZZKExample\"}}, \
             \"arn\": \"arn:aws:s3:::photos\"}}, \"object\": {{\"key\": \"photos/my+cat%2B{number}.jpg\", \
             \"size\": 48211, \"eTag\": \"d41d8cd98f00b204e9800998ecf8427e\", \"sequencer\": \"0055AED6DCD90281E5\"}}}}}}"
        );
    }
    text + "]}"
}

fn in_script<const N: usize>(title: &str, script: &Script, operations: [&str; N]) -> Contest {
    let mut contest = Contest::new(title);
    for operation in operations {
        match script.start([operation]) {
            Ok((name, peer)) => contest = contest.peer(name, peer),
            Err(reason) => eprintln!("  without {}: {reason}", script.name),
        }
    }
    contest
}

fn placeholder() -> Result<Contest, String> {
    let source = Source::PHOTO_12;
    let (file, bytes, rules) = (source.file()?, source.bytes()?, rules());
    let mut contest = Contest::new("A placeholder of a 12 MP JPEG").peer("presize", move || {
        let made = presize::placeholder(&bytes, &PlaceholderOptions::default(), &rules);
        black_box(made.map_err(|error| error.to_string())?);
        Ok(())
    });
    for (script, mode) in [(&script::PILLOW, "draft"), (&script::SHARP, "")] {
        match script.start([file.as_os_str(), "100x0:pixels:100".as_ref(), mode.as_ref()]) {
            Ok((name, peer)) => contest = contest.peer(format!("{name}, the pixels to hash alone"), peer),
            Err(reason) => eprintln!("  without {}: {reason}", script.name),
        }
    }
    Ok(contest)
}

/// An origin response of CloudFront for a photo, from the event to the JSON that the function returns. The bytes of the original
/// are copied, as they come from the store.
fn edge() -> Result<Contest, String> {
    let (bytes, rules) = (Arc::new(Source::PHOTO_12.bytes()?), rules());
    let theirs = Arc::clone(&bytes);
    let wanted = Transform::default().width(WIDTH).format(OutputFormat::Jpeg);
    let variants = Variants::new(policy()).map_err(|error| error.to_string())?;
    let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    let credentials = credentials.map_err(|error| error.to_string())?;
    let bucket = Bucket::s3("eu-central-1", "photos").map_err(|error| error.to_string())?;
    let resizer =
        EdgeResizer::new(variants, Presigner::new(bucket, credentials), rules.clone(), EdgeOptions::default());
    let resizer = resizer.map_err(|error| error.to_string())?;
    let event = origin_response();
    let answer = move || {
        let mut answering = resizer.answer(&event, SystemTime::UNIX_EPOCH).map_err(|error| error.to_string())?;
        while answering.next_request(SystemTime::UNIX_EPOCH).is_some() {
            answering.answer(StoreAnswer { status: 200, headers: stored(&theirs), body: theirs.to_vec() });
        }
        black_box(answering.finish());
        answering.error().map_or(Ok(()), |error| Err(error.to_string()))
    };
    let contest = Contest::new("An answer at the edge, 12 MP JPEG to 320 JPEG")
        .peer("transform alone", move || {
            black_box(presize::transform(&bytes, &wanted, &rules).map_err(|error| error.to_string())?);
            Ok(())
        })
        .peer("edge answer", answer);
    Ok(contest.at_most("edge answer", "transform alone", 1.2))
}

/// The headers of the store's answer.
fn stored(bytes: &[u8]) -> http::HeaderMap {
    let mut headers = http::HeaderMap::new();
    headers.insert(http::header::CONTENT_LENGTH, bytes.len().into());
    headers.insert(http::header::ETAG, http::HeaderValue::from_static("\"d41d8cd98f00b204e9800998ecf8427e\""));
    headers
}

fn origin_response() -> String {
    format!(
        "{{\"Records\": [{{\"cf\": {{\"config\": {{\"distributionDomainName\": \"d111111abcdef8.cloudfront.net\", \
         \"distributionId\": \"EDFDVBD6EXAMPLE\", \"eventType\": \"origin-response\", \"requestId\": \"example\"}}, \
         \"request\": {{\"clientIp\": \"203.0.113.178\", \"headers\": {{}}, \"method\": \"GET\", \
         \"origin\": {{\"s3\": {{\"authMethod\": \"none\", \"customHeaders\": {{}}, \
         \"domainName\": \"photos.s3.amazonaws.com\", \"path\": \"\", \"region\": \"eu-central-1\"}}}}, \
         \"querystring\": \"w={WIDTH}&f=jpeg\", \"uri\": \"/{KEY}\"}}, \
         \"response\": {{\"status\": \"200\", \"statusDescription\": \"OK\", \
         \"headers\": {{\"content-type\": [{{\"key\": \"Content-Type\", \"value\": \"image/jpeg\"}}]}}}}}}}}]}}"
    )
}

fn rules() -> ImageRules {
    ImageRules::default().max_bytes(64 * 1024 * 1024)
}
