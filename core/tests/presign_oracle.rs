//! Thousands of random requests against the signing path of `aws-sigv4`: every signature must be the same.

#![allow(clippy::unwrap_used, reason = "a panic in a test's own helper is its failure report")]

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials as AwsCredentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SessionTokenMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::client::identity::Identity;
use presize::{Bucket, BucketOptions, Credentials, Operation, PresignedRequest, Presigner, SignOptions, UrlStyle};
use proptest::prelude::*;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// The signature that AWS's own code computes for the same request.
fn signature_by_aws(signed: &PresignedRequest, region: &str, token: Option<&str>, now: SystemTime) -> String {
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
    settings.signature_location = SignatureLocation::QueryParams;
    settings.session_token_mode = SessionTokenMode::Include;
    settings.expires_in = Some(signed.expires_in);
    settings.excluded_headers = None;
    let identity: Identity = AwsCredentials::new("AKID", SECRET, token.map(str::to_owned), None, "test").into();
    let params = SigningParams::builder().identity(&identity).region(region).name("s3").time(now).settings(settings);
    let params = params.build().unwrap().into();
    let (address, query) = signed.url.split_once('?').unwrap();
    let own: Vec<_> = query.split('&').filter(|pair| !pair.starts_with("X-Amz-")).collect();
    let address = format!("{address}{}{}", if own.is_empty() { "" } else { "?" }, own.join("&"));
    let headers = signed.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let request =
        SignableRequest::new(signed.method.as_str(), address, headers, SignableBody::UnsignedPayload).unwrap();
    sign(request, &params).unwrap().into_parts().1
}

fn keys() -> impl Strategy<Value = String> {
    let any = prop_oneof!["[a-z0-9/._~-]{1,40}", "[ -~]{1,60}", "[가-힣 /+%.]{1,40}", "\\PC{1,100}"];
    // Keys with the characters that are missing here are refused; unit tests of the check cover them.
    any.prop_filter("a key that is refused", |key: &String| {
        key.len() <= 1024
            && !key.chars().any(char::is_control)
            && !key.split('/').any(|segment| segment == "." || segment == "..")
    })
}

fn buckets() -> impl Strategy<Value = Bucket> {
    let s3 =
        (prop::sample::select(vec!["us-east-1", "ap-northeast-2", "cn-north-1"]), "[a-z0-9]{3,10}(\\.[a-z0-9]{1,5})?")
            .prop_map(|(region, name)| Bucket::s3(region, &name).unwrap());
    let r2 = "[0-9a-f]{32}".prop_map(|account| Bucket::r2(&account, "photos").unwrap());
    let styles = prop::sample::select(UrlStyle::ALL.to_vec());
    let custom = ("https?://[a-z]{1,9}\\.example(:[1-9][0-9]{0,3})?(/[a-z]{1,5})?", "[A-Za-z0-9_-]{1,20}", styles)
        .prop_map(|(endpoint, region, style)| Bucket::custom(&endpoint, &region, "photos", style).unwrap());
    let hosts =
        (any::<bool>(), any::<bool>(), prop::sample::select(vec!["us-east-1", "us-gov-west-1", "eusc-de-east-1"]))
            .prop_map(|(dual_stack, fips, region)| {
                let options = BucketOptions::default().dual_stack(dual_stack).fips(fips);
                Bucket::s3(region, "photos").unwrap().with_options(&options).unwrap()
            });
    let point = "[a-z0-9]{3,50}".prop_map(|name| {
        Bucket::access_point(&format!("arn:aws:s3:us-west-2:123456789012:accesspoint/{name}")).unwrap()
    });
    let public = "https?://[a-z]{1,9}\\.example(:[1-9][0-9]{0,3})?(/[a-z]{1,5})?".prop_map(|address| {
        let bucket = Bucket::custom("http://127.0.0.1:9000", "x", "photos", UrlStyle::Path).unwrap();
        bucket.with_options(&BucketOptions::default().public_endpoint(&address)).unwrap()
    });
    prop_oneof![s3, r2, custom, hosts, point, public]
}

/// Options by groups: each operation has all options of a group or none.
fn options() -> impl Strategy<Value = (Operation, SignOptions)> {
    let value = || "[!-~]( {0,3}[!-~]){0,20}";
    let text = move || prop::option::of(value());
    let object = (text(), text(), prop::collection::btree_map("[a-zA-Z0-9_-]{1,8}", "\\PC{1,20}", 0..4), text());
    let body = (prop::option::of(any::<u64>()), any::<bool>(), any::<bool>());
    let overrides = (text(), text(), text());
    let of_an_upload = ("[!-~]{1,60}", 1..=10_000_u64, prop::option::of(1..=1000_u64));
    let operations = prop::sample::select(Operation::ALL.to_vec());
    (operations, 1..=604_800_u64, object, body, overrides, of_an_upload, any::<bool>()).prop_map(
        |(operation, seconds, object, body, overrides, of_an_upload, requester_pays)| {
            let mut options = SignOptions::default().expires_in(seconds).requester_pays(requester_pays);
            if matches!(operation, Operation::Put | Operation::CreateMultipartUpload) {
                (options.content_type, options.cache_control, options.metadata, options.content_language) = object;
                let mut seen = std::collections::BTreeSet::new();
                options.metadata.retain(|name, value| seen.insert(name.to_lowercase()) && !value.trim().is_empty());
            }
            if matches!(operation, Operation::Put | Operation::UploadPart) {
                options.content_length = body.0;
                options.checksum_crc32 = body.1.then(|| "yZRlqg==".to_owned());
            }
            if operation == Operation::Put {
                options.if_none_match = body.2.then(|| "*".to_owned());
            }
            if matches!(operation, Operation::Get | Operation::Head) {
                (options.response_cache_control, options.response_content_type, options.version_id) = overrides;
            }
            if operation.as_str().ends_with("part") || operation.as_str().ends_with("parts") {
                options.max_parts = of_an_upload.2.filter(|_| operation == Operation::ListParts);
                options.part_number = Some(of_an_upload.1).filter(|_| operation == Operation::UploadPart);
            }
            if operation == Operation::CopyObject {
                options.copy_source = Some(format!("photos/k{}", of_an_upload.0.replace('/', "가 ")));
                options.copy_source_if_match = body.1.then(|| "\"abc\"".to_owned());
            } else if operation != Operation::CreateMultipartUpload && operation.as_str().len() > 6 {
                options.upload_id = Some(of_an_upload.0);
            }
            (operation, options)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_signature_is_that_of_aws(
        bucket in buckets(),
        key in keys(),
        (operation, options) in options(),
        token in prop::option::of("[!-~]{1,200}"),
        seconds in 0..253_402_300_799_u64,
    ) {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let mut credentials = Credentials::new("AKID", SECRET).unwrap();
        if let Some(token) = &token {
            credentials = credentials.session_token(token.as_str()).unwrap();
        }
        let region = bucket.region().to_owned();
        let presigner = Presigner::new(bucket, credentials);
        let signed = presigner.request(operation, &key).options(options).sign(now).unwrap();
        let expected = signature_by_aws(&signed, &region, token.as_deref(), now);
        prop_assert_eq!(signed.url.rsplit_once("&X-Amz-Signature=").unwrap().1, expected);
        // The request can be sent: the types of the crate `http` accept it.
        let url = signed.url.clone();
        prop_assert_eq!(http::Request::try_from(signed).unwrap().uri().to_string(), url);
    }

    #[test]
    fn whatever_comes_in_never_panics(
        key in any::<String>(), content_type in any::<String>(), endpoint in any::<String>(), name in any::<String>(),
        seconds in any::<u64>(), millis in any::<i64>(),
    ) {
        let _ = Bucket::custom(&endpoint, &name, &name, UrlStyle::VirtualHost);
        let _ = Bucket::s3(&name, &key);
        let _ = Bucket::access_point(&name);
        let _ = Bucket::access_point(&format!("arn:aws:s3:us-west-2:123456789012:accesspoint/{name}"));
        let public = BucketOptions::default().public_endpoint(&endpoint).proxy_rewrites_host(true);
        let _ = Bucket::s3("us-east-1", "photos").unwrap().with_options(&public);
        let _ = Credentials::new(name.as_str(), key.as_str());
        let presigner = Presigner::new(Bucket::s3("us-east-1", "photos").unwrap(), Credentials::new("AK", "s").unwrap());
        let distance = Duration::from_millis(millis.unsigned_abs());
        let epoch = SystemTime::UNIX_EPOCH;
        let now = if millis < 0 { epoch.checked_sub(distance) } else { epoch.checked_add(distance) };
        let form = presigner.post_form(&key).max_bytes(seconds).content_type(&content_type).sign(now.unwrap_or(epoch));
        if let Ok(form) = form {
            prop_assert_eq!(&form.fields[0], &("key".to_owned(), key.clone()));
            prop_assert!(form.fields.iter().all(|(_, value)| !value.chars().any(char::is_control)));
        }
        let builder = presigner.put(&key).content_type(&content_type).content_length(seconds);
        if let Ok(signed) = builder.expires_in(Duration::from_secs(seconds)).sign(now.unwrap_or(epoch)) {
            prop_assert_eq!(signed.expires_in.as_secs(), seconds);
            prop_assert!(signed.url.bytes().all(|byte| byte.is_ascii_graphic()));
        }
    }
}

/// Threads that share a presigner and sign for both sides of midnight get the signatures of a new presigner.
#[test]
fn the_days_key_is_safe_across_threads_and_midnight() {
    let bucket = || Bucket::s3("us-east-1", "photos").unwrap();
    let credentials = || Credentials::new("AKID", SECRET).unwrap();
    let shared = Presigner::new(bucket(), credentials());
    let midnight = SystemTime::UNIX_EPOCH + Duration::from_hours(472_224);
    let moments: Vec<_> =
        (0..4).map(|day| midnight + Duration::from_secs(86_400 * day) - Duration::from_secs(1)).collect();
    let moments: Vec<_> = moments.into_iter().flat_map(|before| [before, before + Duration::from_secs(1)]).collect();
    let expected: Vec<_> =
        moments.iter().map(|now| Presigner::new(bucket(), credentials()).get("a").sign(*now).unwrap().url).collect();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (shared, moments, expected) = (shared.clone(), &moments, &expected);
            scope.spawn(move || {
                for round in 0..500 {
                    let at = (round * (thread + 1) + thread) % moments.len();
                    assert_eq!(shared.get("a").sign(moments[at]).unwrap().url, expected[at]);
                }
            });
        }
    });
}

#[test]
fn nothing_that_could_be_used_is_shown() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let credentials = Credentials::new("AKIDSHOWN", SECRET).unwrap().session_token("tokentoken").unwrap();
    let presigner = Presigner::new(Bucket::s3("us-east-1", "photos").unwrap(), credentials);
    let customer_key = "Y3VzdG9tZXItY3VzdG9tZXItY3VzdG9tZXItY3VzdG8=";
    let builder = presigner.put("a.jpg").content_type("image/jpeg").sse_customer_key(customer_key);
    let signed = builder.clone().sign(now).unwrap();
    let signature = signed.url.rsplit('=').next().unwrap().to_owned();
    let shown = format!("{presigner:?} {builder:?} {signed:?} {signed:#?}");
    for secret in [SECRET, "tokentoken", "AKIDSHOWN", customer_key, &signature, "X-Amz-"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(shown.contains("https://photos.s3.us-east-1.amazonaws.com/a.jpg"));
}

#[test]
fn a_fraction_of_a_second_is_cut_off() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let presigner = Presigner::new(Bucket::s3("us-east-1", "photos").unwrap(), Credentials::new("AK", "s").unwrap());
    let sign =
        |millis| presigner.get("a").expires_in(Duration::from_millis(millis)).sign(now + Duration::from_millis(900));
    assert_eq!(sign(999).unwrap_err().code(), "expiry_out_of_range");
    let signed = sign(1_999).unwrap();
    assert_eq!((signed.expires_in, signed.expires_at), (Duration::from_secs(1), now + Duration::from_secs(1)));
}
