//! Buckets, credentials, and presigned requests and forms for S3.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use napi::bindgen_prelude::{External, Function, Latin1String};
use napi_derive::napi;
use presize::options::OptionValue;
use presize::{
    Bucket, BucketOptions, ChecksumAlgorithm, CompletedPart, Credentials, Disposition, Operation, PresignBuilder,
    PresignedRequest, Presigner, SignOptions, UrlStyle,
};

use crate::arguments::{NamedOptions, argument, optional};
use crate::error::Result;
use crate::time;
use crate::wire::WireWriter;

#[napi]
pub fn bucket_s3(region: String, name: String, options: String) -> Result<External<Bucket>> {
    let (region, name) = (argument::<String>("region", &region)?, argument::<String>("name", &name)?);
    with_options(Bucket::s3(&region, &name)?, &options)
}

#[napi]
pub fn bucket_r2(account: String, name: String, options: String) -> Result<External<Bucket>> {
    let (account, name) = (argument::<String>("account", &account)?, argument::<String>("name", &name)?);
    with_options(Bucket::r2(&account, &name)?, &options)
}

#[napi]
pub fn bucket_custom(
    endpoint: String,
    region: String,
    name: String,
    style: String,
    options: String,
) -> Result<External<Bucket>> {
    let (endpoint, region) = (argument::<String>("endpoint", &endpoint)?, argument::<String>("region", &region)?);
    let (name, style) = (argument::<String>("name", &name)?, argument::<UrlStyle>("style", &style)?);
    with_options(Bucket::custom(&endpoint, &region, &name, style)?, &options)
}

#[napi]
pub fn bucket_access_point(arn: String, options: String) -> Result<External<Bucket>> {
    with_options(Bucket::access_point(&argument::<String>("arn", &arn)?)?, &options)
}

fn with_options(bucket: Bucket, options: &str) -> Result<External<Bucket>> {
    Ok(External::new(bucket.with_options(&NamedOptions::decode(options).parse(BucketOptions::from_named)?)?))
}

#[napi]
pub fn bucket_internal(bucket: &External<Bucket>) -> External<Bucket> {
    External::new(bucket.internal())
}

/// Name, region, host.
#[napi]
pub fn bucket_parts(bucket: &External<Bucket>) -> Vec<String> {
    [bucket.name(), bucket.region(), bucket.host()].map(str::to_owned).into()
}

#[napi]
pub fn bucket_copy_source(bucket: &External<Bucket>, key: String) -> Result<String> {
    Ok(bucket.copy_source(&argument::<String>("key", &key)?))
}

#[napi]
pub fn bucket_is_same(one: &External<Bucket>, other: &External<Bucket>) -> bool {
    **one == **other
}

/// NaN as `expires_at` stands for credentials that do not expire.
#[napi]
pub fn credentials_new(
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    expires_at: f64,
) -> Result<External<Credentials>> {
    let key_id = argument::<String>("access_key_id", &access_key_id)?;
    let mut credentials = Credentials::new(key_id, secret_access_key)?;
    if let Some(token) = session_token {
        credentials = credentials.session_token(token)?;
    }
    if !expires_at.is_nan() {
        credentials = credentials.expires_at(time::read("expires_at", expires_at)?);
    }
    Ok(External::new(credentials))
}

/// `read` returns the value of an environment variable, or `null`. It does not throw.
#[napi]
pub fn credentials_from_vars(read: Function<'_, String, Option<String>>) -> Result<External<Credentials>> {
    Ok(External::new(Credentials::from_vars(|name| read.call(name.to_owned()).ok().flatten())?))
}

#[napi]
pub fn presigner_new(bucket: &External<Bucket>, credentials: &External<Credentials>) -> External<Presigner> {
    External::new(Presigner::new((**bucket).clone(), (**credentials).clone()))
}

/// `read` returns the value of an environment variable, or `null`. It does not throw.
#[napi]
pub fn presigner_from_vars(read: Function<'_, String, Option<String>>) -> Result<External<Presigner>> {
    Ok(External::new(Presigner::from_vars(|name| read.call(name.to_owned()).ok().flatten())?))
}

#[napi]
pub fn presigner_bucket(presigner: &External<Presigner>) -> External<Bucket> {
    External::new(presigner.bucket().clone())
}

/// Signs a GET that has no options but its lifetime. NaN stands for an argument that is left out.
#[napi]
pub fn sign_get(presigner: &External<Presigner>, key: String, expires_in: f64, now: f64) -> Result<Latin1String> {
    let builder = lifetime(presigner.get(&key), expires_in)?;
    Ok(encode_request(&builder.sign(time::now(now)?)?).into())
}

/// Signs a PUT with the options that most uploads have. NaN and an empty text stand for arguments that are left out.
#[napi]
pub fn sign_put(
    presigner: &External<Presigner>,
    key: String,
    content_type: String,
    content_length: f64,
    expires_in: f64,
    now: f64,
) -> Result<Latin1String> {
    let mut builder = lifetime(presigner.put(&key), expires_in)?;
    if !content_type.is_empty() {
        builder = builder.named([("content_type", OptionValue::Text(content_type.into()))])?;
    }
    if !content_length.is_nan() {
        builder = builder.named([("content_length", OptionValue::Number(content_length))])?;
    }
    Ok(encode_request(&builder.sign(time::now(now)?)?).into())
}

/// A whole number of seconds goes to the builder directly. Any other value goes to the table, which checks it.
fn lifetime(builder: PresignBuilder<'_>, expires_in: f64) -> Result<PresignBuilder<'_>> {
    if expires_in.is_nan() {
        return Ok(builder);
    }
    if expires_in.fract() == 0.0 && (0.0..1e9).contains(&expires_in) {
        return Ok(builder.expires_in(Duration::from_secs(expires_in as u64)));
    }
    Ok(builder.named([("expires_in", OptionValue::Number(expires_in))])?)
}

/// Signs any operation with any options.
#[napi]
pub fn sign(
    presigner: &External<Presigner>,
    operation: String,
    key: String,
    options: String,
    now: f64,
) -> Result<Latin1String> {
    let operation = argument::<Operation>("operation", &operation)?;
    let builder = NamedOptions::decode(&options).parse(|named| presigner.request(operation, &key).named(named))?;
    Ok(encode_request(&builder.sign(time::now(now)?)?).into())
}

/// The signed request and every intermediate result of its signature, for the tests.
#[napi]
pub fn explain(
    presigner: &External<Presigner>,
    operation: String,
    key: String,
    options: String,
    now: f64,
) -> Result<Vec<String>> {
    let operation = argument::<Operation>("operation", &operation)?;
    let builder = NamedOptions::decode(&options).parse(|named| presigner.request(operation, &key).named(named))?;
    let stages = builder.explain(time::now(now)?)?;
    Ok(vec![encode_request(&stages.request), stages.canonical_request, stages.string_to_sign, stages.signature])
}

/// Signs one request for each key; the encoded requests are separated by NULs.
#[napi]
pub fn sign_many(
    presigner: &External<Presigner>,
    operation: String,
    keys: Vec<String>,
    options: String,
    now: f64,
) -> Result<Latin1String> {
    let operation = argument::<Operation>("operation", &operation)?;
    let options = NamedOptions::decode(&options).parse(SignOptions::from_named)?;
    let signed = presigner.sign_many(operation, keys, &options, time::now(now)?)?;
    Ok(signed.iter().map(encode_request).collect::<Vec<_>>().join("\0").into())
}

/// A request as lines: method, lifetime in seconds, expiry in seconds since 1970, URL, then the name and the value of each
/// header. All of it is ASCII.
fn encode_request(request: &PresignedRequest) -> String {
    let (expires_in, expires_at) = (request.expires_in.as_secs(), time::seconds(request.expires_at));
    let mut text = String::with_capacity(request.url.len() + 40 + request.headers.len() * 64);
    let _ = write!(text, "{}\n{expires_in}\n{expires_at}\n{}", request.method, request.url);
    for (name, value) in &request.headers {
        let _ = write!(text, "\n{name}\n{}", value.to_str().unwrap_or_default());
    }
    text
}

/// URL, lifetime, expiry, then the name and the value of each field.
#[napi]
pub fn post_form(presigner: &External<Presigner>, key: String, options: String, now: f64) -> Result<String> {
    let form =
        NamedOptions::decode(&options).parse(|named| presigner.post_form(&key).named(named))?.sign(time::now(now)?)?;
    let writer = WireWriter::default().field(&form.url);
    let writer = write_lifetime(writer, form.expires_in, form.expires_at);
    let fields = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    Ok(writer.pairs(fields).finish())
}

/// Lifetime in seconds, and expiry in seconds since 1970.
pub(crate) fn write_lifetime(writer: WireWriter, expires_in: Duration, expires_at: SystemTime) -> WireWriter {
    writer.number(expires_in.as_secs()).number(time::seconds(expires_at))
}

/// The name and the value of each header. The core signs only ASCII.
pub(crate) fn write_headers(writer: WireWriter, headers: &HeaderMap) -> WireWriter {
    writer.pairs(headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default())))
}

#[napi]
pub fn content_disposition(disposition: String, filename: String) -> Result<String> {
    let disposition = argument::<Disposition>("disposition", &disposition)?;
    Ok(presize::content_disposition(disposition, &argument::<String>("filename", &filename)?)?)
}

/// Each part is number, etag, checksum algorithm and checksum; an empty text stands for one of the last two that is left out.
#[napi]
pub fn complete_multipart_body(parts: Vec<Vec<String>>) -> Result<String> {
    let read = |part: &Vec<String>| {
        let encoded = |index: usize| part.get(index).map_or("", String::as_str);
        let number = argument::<u32>("number", encoded(0))?;
        let completed = CompletedPart::new(number, &argument::<String>("etag", encoded(1))?);
        let checksum = optional::<String>("checksum", encoded(3))?;
        match (optional::<ChecksumAlgorithm>("checksum_algorithm", encoded(2))?, checksum) {
            (None, None) => Ok(completed),
            (Some(algorithm), Some(checksum)) => Ok(completed.checksum(algorithm, &checksum)),
            (None, _) => argument::<ChecksumAlgorithm>("checksum_algorithm", "oundefined").map(|_| completed),
            (_, None) => argument::<String>("checksum", "oundefined").map(|_| completed),
        }
    };
    let read = |(index, part)| read(part).map_err(|error| error.at_index(index));
    let parts = parts.iter().enumerate().map(read).collect::<Result<Vec<_>>>()?;
    Ok(presize::complete_multipart_body(&parts)?)
}

#[napi]
pub fn parse_upload_id(answer: String) -> Result<String> {
    Ok(presize::parse_upload_id(&argument::<String>("answer", &answer)?)?)
}
