//! aws-sigv4 as it comes: its own canonical request, its own key derivation, its own way onto an `http::Request`.

use std::sync::LazyLock;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::client::identity::Identity;

use crate::scenario::{
    ACCESS_KEY_ID, CONTENT_LENGTH, CONTENT_TYPE, EXPIRES_IN, HOST, KEY, METADATA, REGION, SECRET_ACCESS_KEY, now,
};

static IDENTITY: LazyLock<Identity> =
    LazyLock::new(|| Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None, None, "benches").into());

pub(crate) fn get() -> Result<String, String> {
    presign("GET", &[])
}

pub(crate) fn put() -> Result<String, String> {
    let length = CONTENT_LENGTH.to_string();
    let names = METADATA.map(|(name, _)| format!("x-amz-meta-{name}"));
    let metadata = names.iter().zip(METADATA).map(|(name, (_, value))| (name.as_str(), value));
    let headers: Vec<_> =
        [("content-type", CONTENT_TYPE), ("content-length", &length)].into_iter().chain(metadata).collect();
    presign("PUT", &headers)
}

fn presign(method: &str, headers: &[(&str, &str)]) -> Result<String, String> {
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(EXPIRES_IN);
    settings.excluded_headers = None;
    let params = SigningParams::builder()
        .identity(&IDENTITY)
        .region(REGION)
        .name("s3")
        .time(now())
        .settings(settings)
        .build()
        .map_err(|error| error.to_string())?
        .into();
    let url = format!("https://{HOST}/{KEY}");
    let mut request = http::Request::builder().method(method).uri(&url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(()).map_err(|error| error.to_string())?;
    let signable = SignableRequest::new(method, &url, headers.iter().copied(), SignableBody::UnsignedPayload)
        .map_err(|error| error.to_string())?;
    let (instructions, _signature) = sign(signable, &params).map_err(|error| error.to_string())?.into_parts();
    instructions.apply_to_request_http1x(&mut request);
    Ok(request.uri().to_string())
}
