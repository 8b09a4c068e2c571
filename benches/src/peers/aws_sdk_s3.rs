//! aws-sdk-s3, the SDK of AWS for Rust: a presigned request of its client.

use std::sync::LazyLock;

use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Credentials, IdentityCache, Region, RequestChecksumCalculation, ResponseChecksumValidation,
    StalledStreamProtectionConfig,
};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::{Client, Config};

use crate::scenario::{
    ACCESS_KEY_ID, BUCKET, CONTENT_LENGTH, CONTENT_TYPE, EXPIRES_IN, KEY, METADATA, REGION, SECRET_ACCESS_KEY, now,
};

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None, None, "benches"))
        // Fixed credentials need no cache, and signing neither waits nor tries again: so it needs no timer.
        .identity_cache(IdentityCache::no_cache())
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        // No checksums beyond what the others sign.
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
        .build();
    Client::from_conf(config)
});

/// Its calls are futures that wait for nothing, so that a runtime of one thread is enough.
static RUNTIME: LazyLock<Result<tokio::runtime::Runtime, String>> =
    LazyLock::new(|| tokio::runtime::Builder::new_current_thread().build().map_err(|error| error.to_string()));

fn presigning() -> Result<PresigningConfig, String> {
    PresigningConfig::builder().start_time(now()).expires_in(EXPIRES_IN).build().map_err(|error| error.to_string())
}

pub(crate) fn get() -> Result<String, String> {
    let request = CLIENT.get_object().bucket(BUCKET).key(KEY).presigned(presigning()?);
    let signed = RUNTIME.as_ref().map_err(Clone::clone)?.block_on(request).map_err(|error| error.to_string())?;
    Ok(signed.uri().to_owned())
}

pub(crate) fn put() -> Result<String, String> {
    let mut request = CLIENT.put_object().bucket(BUCKET).key(KEY).content_type(CONTENT_TYPE);
    request = request.content_length(CONTENT_LENGTH as i64);
    for (name, value) in METADATA {
        request = request.metadata(name, value);
    }
    let request = request.presigned(presigning()?);
    let signed = RUNTIME.as_ref().map_err(Clone::clone)?.block_on(request).map_err(|error| error.to_string())?;
    Ok(signed.uri().to_owned())
}
