//! rusty-s3: a sans-IO client that signs by itself.

use std::sync::LazyLock;

use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};

use crate::scenario::{
    ACCESS_KEY_ID, BUCKET, CONTENT_LENGTH, CONTENT_TYPE, EXPIRES_IN, KEY, METADATA, REGION, SECRET_ACCESS_KEY, now,
};

static SETUP: LazyLock<Result<(Bucket, Credentials, jiff::Timestamp), String>> = LazyLock::new(|| {
    let endpoint = format!("https://s3.{REGION}.amazonaws.com").parse().map_err(|_| "the endpoint is no URL")?;
    let bucket = Bucket::new(endpoint, UrlStyle::VirtualHost, BUCKET, REGION).map_err(|error| error.to_string())?;
    let time = jiff::Timestamp::try_from(now()).map_err(|error| error.to_string())?;
    Ok((bucket, Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY), time))
});

pub(crate) fn get() -> Result<String, String> {
    let (bucket, credentials, time) = SETUP.as_ref().map_err(Clone::clone)?;
    Ok(bucket.get_object(Some(credentials), KEY).sign_with_time(EXPIRES_IN, time).into())
}

pub(crate) fn put() -> Result<String, String> {
    let (bucket, credentials, time) = SETUP.as_ref().map_err(Clone::clone)?;
    let mut action = bucket.put_object(Some(credentials), KEY);
    action.headers_mut().insert("content-type", CONTENT_TYPE);
    action.headers_mut().insert("content-length", CONTENT_LENGTH.to_string());
    for (name, value) in METADATA {
        action.headers_mut().insert(format!("x-amz-meta-{name}"), value);
    }
    Ok(action.sign_with_time(EXPIRES_IN, time).into())
}
