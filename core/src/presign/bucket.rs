//! `Bucket`: the origin and path of its URLs, and the `Host` and path that are signed.
//!
//! ```text
//! provider, region, name, options            host                                      path before the key
//! S3, ap-northeast-2, photos                 photos.s3.ap-northeast-2.amazonaws.com
//! S3, eu-west-1, my.photos                   s3.eu-west-1.amazonaws.com                /my.photos
//! S3, us-east-1, photos, accelerate          photos.s3-accelerate.amazonaws.com
//! R2 of the account 0123..., photos          0123....r2.cloudflarestorage.com          /photos
//! http://127.0.0.1:9000/s3, photos, path     127.0.0.1:9000                            /s3/photos
//! ```

use crate::error::{Error, ErrorKind, Result};
use crate::presign::access_point::AccessPoint;
use crate::presign::bucket_name::check_bucket_name;
use crate::presign::bucket_options::{BucketOptions, UrlStyle};
use crate::presign::endpoint::Endpoint;
use crate::presign::provider::Provider;
use crate::presign::region::{check_region, check_s3_region};

/// A bucket of S3, of R2, or of any server that speaks S3.
///
/// ```
/// use presize::{Bucket, UrlStyle};
///
/// let seoul = Bucket::s3("ap-northeast-2", "photos")?;
/// assert_eq!(seoul.host(), "photos.s3.ap-northeast-2.amazonaws.com");
/// let local = Bucket::custom("http://127.0.0.1:9000", "us-east-1", "photos", UrlStyle::Path)?;
/// assert_eq!(local.host(), "127.0.0.1:9000");
/// # Ok::<(), presize::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    provider: Provider,
    name: String,
    region: String,
    /// The address of the bucket on the provider's own host.
    internal: BucketAddress,
    /// The address that clients use, where it is another one.
    public: Option<PublicAddress>,
}

/// What all URLs of a bucket begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
struct BucketAddress {
    /// Scheme, host and port.
    origin: String,
    /// The path up to the slash before the key, percent-encoded: the endpoint's own and, in path style, the bucket.
    path: String,
}

/// The address of a public endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
struct PublicAddress {
    address: BucketAddress,
    /// Whether a proxy rewrites requests to the internal host and path, so that those are signed.
    is_rewritten: bool,
}

impl Bucket {
    /// A bucket of Amazon S3 by its region (`"ap-northeast-2"`) and name, on its regional host. A name with dots is
    /// addressed in path style, because the certificate of S3 does not cover it; any other name as a virtual host.
    /// An access point's alias (`...-s3alias`) can be used as the name. The region determines the partition, as in botocore
    /// (`cn-north-1` is in China, `us-gov-west-1` in GovCloud).
    ///
    /// Error: `bucket_invalid`.
    pub fn s3(region: &str, name: &str) -> Result<Self> {
        check_s3_region(region)?;
        check_bucket_name(name)?;
        Self::build(Provider::S3, region, name, &BucketOptions::default())
    }

    /// An access point of Amazon S3 by its ARN (`"arn:aws:s3:us-west-2:123456789012:accesspoint/my-point"`), which
    /// contains the region too. Access points of S3 on Outposts and of Object Lambda, and multi-region access points, are signed
    /// in other ways and refused.
    ///
    /// Error: `bucket_invalid`.
    pub fn access_point(arn: &str) -> Result<Self> {
        let AccessPoint { region, label } =
            AccessPoint::parse(arn).map_err(|reason| Error::bucket_invalid("access_point", reason))?;
        check_s3_region(&region)?;
        Self::build(Provider::AccessPoint(label), &region, arn, &BucketOptions::default())
    }

    /// A bucket of Cloudflare R2 by the account's id (32 hexadecimal digits) and the bucket's name. One in a
    /// jurisdiction needs [`BucketOptions::jurisdiction`].
    ///
    /// Error: `bucket_invalid`.
    pub fn r2(account: &str, name: &str) -> Result<Self> {
        if account.len() != 32 || !account.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Error::bucket_invalid("account", "one that is not 32 hexadecimal digits"));
        }
        if name.contains('.') {
            return Err(Error::bucket_invalid("bucket", "one with a dot, which R2 does not have"));
        }
        check_bucket_name(name)?;
        Self::build(Provider::R2(account.to_owned()), "auto", name, &BucketOptions::default())
    }

    /// A bucket of any server that speaks S3, by the server's address, for example `"http://127.0.0.1:9000"` or
    /// `"https://storage.example.com/s3"`. The host is lower-cased and a default port dropped, as clients do; user info,
    /// a query or a fragment is refused. The path may hold `A-Z a-z 0-9 - _ . ~ /`. The region is whatever the server
    /// is set to: 1 to 64 of `A-Z a-z 0-9 - _`.
    ///
    /// Error: `bucket_invalid`.
    pub fn custom(endpoint: &str, region: &str, name: &str, style: UrlStyle) -> Result<Self> {
        let endpoint = Endpoint::parse(endpoint).map_err(|reason| Error::bucket_invalid("endpoint", reason))?;
        check_region(region)?;
        check_bucket_name(name)?;
        Self::build(Provider::Custom(endpoint, style), region, name, &BucketOptions::default())
    }

    /// The same bucket on other hosts of its provider. Options set before are lost.
    ///
    /// Error: `bucket_invalid`, also for an option that the kind of bucket does not have.
    pub fn with_options(self, options: &BucketOptions) -> Result<Self> {
        Self::build(self.provider, &self.region, &self.name, options)
    }

    /// The bucket as the back end itself reaches it: without the public endpoint.
    #[must_use]
    pub fn internal(&self) -> Self {
        Self { public: None, ..self.clone() }
    }

    /// An object of the bucket as the source of a copy ([`SignOptions::copy_source`](crate::SignOptions::copy_source)):
    /// `bucket/key`, for an access point `arn.../object/key`.
    #[must_use]
    pub fn copy_source(&self, key: &str) -> String {
        format!("{}{}{key}", self.name, if self.is_access_point() { "/object/" } else { "/" })
    }

    /// The bucket's name; an access point has its ARN.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The region that requests are signed for; `"auto"` for R2.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The `Host` that is signed, with the port unless it is the scheme's own. URLs have the same host, except with a proxy
    /// that rewrites it.
    pub fn host(&self) -> &str {
        self.signed_address().origin.split_once("://").map_or("", |(_, host)| host)
    }

    /// Scheme, host and port of the URLs.
    pub(super) fn origin(&self) -> &str {
        &self.url_address().origin
    }

    /// The path of the URLs up to the slash before the key, percent-encoded.
    pub(super) fn url_path(&self) -> &str {
        &self.url_address().path
    }

    /// The same part of the path that is signed.
    pub(super) fn signed_path(&self) -> &str {
        &self.signed_address().path
    }

    /// Whether the provider is R2, also where it is given by its address.
    pub(super) fn is_r2(&self) -> bool {
        self.provider.is_r2()
    }

    /// Whether it is Amazon's own S3, by region or access point.
    pub(super) fn is_s3(&self) -> bool {
        self.provider.is_s3()
    }

    /// Whether the store honours `if-match` and `if-none-match` on every write, as S3 and R2 document.
    pub(crate) fn honours_conditions(&self) -> bool {
        self.is_s3() || self.is_r2()
    }

    /// Whether the store honours `if-match` on a DELETE, as S3 alone documents.
    pub(crate) fn deletes_on_condition(&self) -> bool {
        self.is_s3()
    }

    pub(crate) fn is_access_point(&self) -> bool {
        matches!(self.provider, Provider::AccessPoint(_))
    }

    /// Whether the bucket takes POST forms.
    ///
    /// Error: `post_form_unsupported`.
    pub(crate) fn check_post_form(&self) -> Result<()> {
        let received = match self.provider {
            _ if self.is_r2() => "a bucket of R2",
            Provider::AccessPoint(_) => "an access point",
            _ => return Ok(()),
        };
        Err(ErrorKind::PostFormUnsupported { received }.into())
    }

    /// Whether the two may be the same bucket. A name exists once on Amazon S3; elsewhere once on a server. An access point
    /// does not say of which bucket it is.
    pub(crate) fn may_be_same(&self, other: &Self) -> bool {
        match (self.is_on_amazon(), other.is_on_amazon()) {
            (true, true) => self.name == other.name || self.is_access_point() || other.is_access_point(),
            (false, false) => self.name == other.name && self.server() == other.server(),
            _ => false,
        }
    }

    /// Whether it is on Amazon S3, also where it is given by its address.
    fn is_on_amazon(&self) -> bool {
        let host = self.internal.origin.split_once("://").map_or("", |(_, host)| host);
        self.is_s3() || [".amazonaws.com", ".amazonaws.com.cn"].iter().any(|domain| host.ends_with(domain))
    }

    /// Host, port and path of the server, without the bucket.
    fn server(&self) -> (&str, &str) {
        let BucketAddress { origin, path } = &self.internal;
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        let without_bucket = host.strip_prefix(&self.name).and_then(|rest| rest.strip_prefix('.'));
        let path_without_bucket = path.strip_suffix(&self.name).and_then(|rest| rest.strip_suffix('/'));
        (without_bucket.unwrap_or(host), path_without_bucket.unwrap_or(path))
    }

    fn signed_address(&self) -> &BucketAddress {
        match &self.public {
            Some(public) if !public.is_rewritten => &public.address,
            _ => &self.internal,
        }
    }

    fn url_address(&self) -> &BucketAddress {
        self.public.as_ref().map_or(&self.internal, |public| &public.address)
    }

    fn build(provider: Provider, region: &str, name: &str, options: &BucketOptions) -> Result<Self> {
        provider.check_options(name, region, options)?;
        let endpoint = provider.endpoint(region, options)?;
        let style = provider.style(name, options);
        let label = match &provider {
            Provider::AccessPoint(label) => label,
            _ => name,
        };
        let public = match &options.public_endpoint {
            Some(address) => {
                let public =
                    Endpoint::parse(address).map_err(|reason| Error::bucket_invalid("public_endpoint", reason))?;
                let address = BucketAddress::new(public, style, label)
                    .map_err(|reason| Error::bucket_invalid("public_endpoint", reason))?;
                Some(PublicAddress { address, is_rewritten: options.proxy_rewrites_host })
            }
            None => None,
        };
        let internal =
            BucketAddress::new(endpoint, style, label).map_err(|reason| Error::bucket_invalid("endpoint", reason))?;
        Ok(Self { name: name.to_owned(), region: region.to_owned(), internal, public, provider })
    }
}

impl BucketAddress {
    fn new(endpoint: Endpoint, style: UrlStyle, label: &str) -> Result<Self, &'static str> {
        Ok(match style {
            UrlStyle::Path => Self { origin: endpoint.origin(), path: format!("{}/{label}", endpoint.path) },
            UrlStyle::VirtualHost => {
                let host = endpoint.with_subdomain(label)?;
                Self { origin: host.origin(), path: host.path }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "0123456789abcdef0123456789ABCDEF";

    #[test]
    fn hosts_and_paths() {
        let virtual_host = UrlStyle::VirtualHost;
        for (bucket, origin, signed_path) in [
            (Bucket::s3("us-east-1", "photos"), "https://photos.s3.us-east-1.amazonaws.com", ""),
            (Bucket::s3("cn-north-1", "photos"), "https://photos.s3.cn-north-1.amazonaws.com.cn", ""),
            (Bucket::s3("us-gov-west-1", "photos"), "https://photos.s3.us-gov-west-1.amazonaws.com", ""),
            (Bucket::s3("eu-west-1", "my.photos"), "https://s3.eu-west-1.amazonaws.com", "/my.photos"),
            (
                Bucket::r2(ACCOUNT, "photos"),
                "https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com",
                "/photos",
            ),
            (Bucket::custom("http://[::1]:9000", "garage", "photos", UrlStyle::Path), "http://[::1]:9000", "/photos"),
            (Bucket::custom("https://EX.com:443/s3/", "x", "photos", UrlStyle::Path), "https://ex.com", "/s3/photos"),
            (Bucket::custom("https://ex.com/s3", "x", "photos", virtual_host), "https://photos.ex.com", "/s3"),
        ] {
            let bucket = bucket.unwrap();
            assert_eq!((bucket.origin(), bucket.signed_path()), (origin, signed_path));
            assert!(origin.ends_with(&format!("//{}", bucket.host())));
        }
    }

    #[test]
    fn bad_names_regions_accounts_and_endpoints() {
        let endpoint = "https://example.com";
        let too_long = "b".repeat(64);
        for name in [
            "",
            "ab",
            &too_long,
            "Photos",
            "pho_tos",
            "-photos",
            "photos-",
            ".photos",
            "a..b",
            "a.-b",
            "192.168.5.4",
            "xn--photos",
            "photos--x-s3",
            "photos--op-s3",
            "photos.mrap",
            "pho/tos",
            "사진사진",
        ] {
            let error = Bucket::custom(endpoint, "auto", name, UrlStyle::Path).unwrap_err();
            assert_eq!((error.code(), error.http_status()), ("bucket_invalid", 500), "{name}");
        }
        for region in ["", "us-east", "US-EAST-1", "us-east-1/s3", "us-east-1.evil.com", "us--1", "us-east-one", "auto"]
        {
            assert_eq!(Bucket::s3(region, "photos").unwrap_err().code(), "bucket_invalid", "{region}");
        }
        assert!(Bucket::custom(endpoint, "a/b", "photos", UrlStyle::Path).is_err());
        assert!(Bucket::custom(endpoint, &"r".repeat(65), "photos", UrlStyle::Path).is_err());
        assert!(Bucket::r2("account", "photos").is_err());
        assert!(Bucket::r2(ACCOUNT, "my.photos").is_err());
        assert!(Bucket::custom("http://127.0.0.1", "x", "photos", UrlStyle::VirtualHost).is_err());
        assert!(Bucket::custom("http://[::1]", "x", "photos", UrlStyle::VirtualHost).is_err());
    }

    fn options() -> BucketOptions {
        BucketOptions::default()
    }

    #[test]
    fn a_proxy_that_passes_the_host_on_is_signed_for() {
        let bucket = Bucket::custom("http://minio:9000/s3", "x", "photos", UrlStyle::Path).unwrap();
        let bucket = bucket.with_options(&options().public_endpoint("https://Files.example.com/store/")).unwrap();
        assert_eq!((bucket.origin(), bucket.url_path()), ("https://files.example.com", "/store/photos"));
        assert_eq!((bucket.host(), bucket.signed_path()), ("files.example.com", "/store/photos"));
        let internal = bucket.internal();
        assert_eq!((internal.origin(), internal.url_path()), ("http://minio:9000", "/s3/photos"));
        assert_eq!((internal.host(), internal.signed_path()), ("minio:9000", "/s3/photos"));
    }

    #[test]
    fn a_proxy_that_rewrites_the_host_is_not_signed_for() {
        let rewritten = options().public_endpoint("https://files.example.com/store").proxy_rewrites_host(true);
        let bucket = Bucket::custom("http://minio:9000", "x", "photos", UrlStyle::Path).unwrap();
        let bucket = bucket.with_options(&rewritten).unwrap();
        assert_eq!((bucket.origin(), bucket.url_path()), ("https://files.example.com", "/store/photos"));
        assert_eq!((bucket.host(), bucket.signed_path()), ("minio:9000", "/photos"));
        let bucket = Bucket::s3("us-east-1", "photos").unwrap().with_options(&rewritten).unwrap();
        assert_eq!((bucket.origin(), bucket.url_path()), ("https://photos.files.example.com", "/store"));
        assert_eq!((bucket.host(), bucket.signed_path()), ("photos.s3.us-east-1.amazonaws.com", ""));
    }

    #[test]
    fn options_set_before_are_lost() {
        let bucket = Bucket::s3("us-east-1", "photos").unwrap();
        let fips = bucket.clone().with_options(&options().fips(true)).unwrap();
        assert_eq!(fips.host(), "photos.s3-fips.us-east-1.amazonaws.com");
        assert_eq!(fips.with_options(&options()).unwrap(), bucket);
    }

    #[test]
    fn the_same_bucket_at_another_address() {
        let s3 = |name| Bucket::s3("us-east-1", name).unwrap();
        let custom = |endpoint, style| Bucket::custom(endpoint, "x", "photos", style).unwrap();
        let (path, virtual_host) = (UrlStyle::Path, UrlStyle::VirtualHost);
        let point = Bucket::access_point("arn:aws:s3:us-west-2:123456789012:accesspoint/my-point").unwrap();
        for (one, other, may_be_same) in [
            (s3("photos"), Bucket::s3("eu-west-1", "photos").unwrap(), true),
            (s3("photos"), s3("photos").with_options(&options().fips(true)).unwrap(), true),
            (s3("photos"), s3("photos2"), false),
            (s3("photos"), custom("https://s3.us-east-1.amazonaws.com", path), true),
            (s3("photos"), custom("https://minio.example.com", path), false),
            (s3("photos"), point.clone(), true),
            (point, custom("https://minio.example.com", path), false),
            (s3("photos"), Bucket::r2(ACCOUNT, "photos").unwrap(), false),
            (custom("http://minio:9000", path), custom("http://MINIO:9000/", path), true),
            (custom("http://minio:9000", path), custom("https://minio:9000", virtual_host), true),
            (custom("http://minio:9000", path), custom("http://minio:9001", path), false),
            (custom("http://minio:9000/a", path), custom("http://minio:9000/b", path), false),
            (
                Bucket::r2(ACCOUNT, "photos").unwrap(),
                custom("https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com", path),
                true,
            ),
            (Bucket::r2(ACCOUNT, "photos").unwrap(), Bucket::r2(&ACCOUNT.replace('0', "1"), "photos").unwrap(), false),
        ] {
            assert_eq!(one.may_be_same(&other), may_be_same, "{one:?}, {other:?}");
            assert_eq!(other.may_be_same(&one), may_be_same, "{other:?}, {one:?}");
        }
    }

    #[test]
    fn providers_are_recognised() {
        let custom = |endpoint| Bucket::custom(endpoint, "auto", "photos", UrlStyle::Path).unwrap();
        let point = Bucket::access_point("arn:aws:s3:us-west-2:123456789012:accesspoint/my-point").unwrap();
        for (bucket, is_s3, is_r2) in [
            (Bucket::s3("us-east-1", "photos").unwrap(), true, false),
            (point.clone(), true, false),
            (Bucket::r2(ACCOUNT, "photos").unwrap(), false, true),
            (custom("https://0123.eu.r2.cloudflarestorage.com"), false, true),
            (custom("https://r2.cloudflarestorage.com"), false, true),
            (custom("https://notr2.cloudflarestorage.com"), false, false),
            (custom("https://r2.cloudflarestorage.com.example.com"), false, false),
        ] {
            assert_eq!((bucket.is_s3(), bucket.is_r2()), (is_s3, is_r2), "{}", bucket.host());
        }
        assert!(point.is_access_point());
        assert_eq!(
            (point.region(), point.host()),
            ("us-west-2", "my-point-123456789012.s3-accesspoint.us-west-2.amazonaws.com")
        );
    }
}
