//! Where objects are: a bucket becomes the origin and path of its URLs, and the `Host` and path that are signed.

use crate::error::{Error, ErrorKind, Result};
use crate::presign::access_point::AccessPoint;
use crate::presign::bucket_options::{BucketOptions, UrlStyle};
use crate::presign::endpoint::Endpoint;
use crate::presign::partition::Partition;

/// The domain of every host of R2.
const R2_DOMAIN: &str = "r2.cloudflarestorage.com";

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
    server: Server,
    name: String,
    region: String,
    /// What the server itself is called.
    internal: Place,
    /// What clients call it, where that differs.
    public: Option<Public>,
}

/// What a bucket was made from: options choose among the hosts of this.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Server {
    S3,
    /// With the first label of its hosts.
    AccessPoint(String),
    /// With the account's id.
    R2(String),
    Custom(Endpoint, UrlStyle),
}

/// An address of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    /// Scheme, host and port.
    origin: String,
    /// The path before the slash of the key, encoded: the endpoint's own and, in path style, the bucket.
    path: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Public {
    place: Place,
    /// Whether the server sees its own host and path, and not this place's.
    is_rewritten: bool,
}

impl Bucket {
    /// A bucket of Amazon S3 by its region (`"ap-northeast-2"`) and name, on its regional host. A name with dots is
    /// addressed in path style, because the certificate of S3 does not cover it; every other one as a virtual host.
    /// An access point's alias (`...-s3alias`) can stand for the name. The partitions are those of botocore: the region
    /// says which one it is (`cn-north-1` is in China, `us-gov-west-1` in GovCloud).
    ///
    /// Error: `bucket_invalid`.
    pub fn s3(region: &str, name: &str) -> Result<Self> {
        check_s3_region(region)?;
        check_name(name)?;
        Self::build(Server::S3, region, name, &BucketOptions::default())
    }

    /// An access point of Amazon S3 by its ARN (`"arn:aws:s3:us-west-2:123456789012:accesspoint/my-point"`), which
    /// names the region too. Those of S3 on Outposts and Object Lambda, and multi-region ones, are signed in other ways
    /// and refused.
    ///
    /// Error: `bucket_invalid`.
    pub fn access_point(arn: &str) -> Result<Self> {
        let AccessPoint { region, label } =
            AccessPoint::parse(arn).map_err(|reason| invalid("access_point", reason))?;
        check_s3_region(&region)?;
        Self::build(Server::AccessPoint(label), &region, arn, &BucketOptions::default())
    }

    /// A bucket of Cloudflare R2 by the account's id (32 hexadecimal digits) and the bucket's name. One in a
    /// jurisdiction needs [`BucketOptions::jurisdiction`].
    ///
    /// Error: `bucket_invalid`.
    pub fn r2(account: &str, name: &str) -> Result<Self> {
        if account.len() != 32 || !account.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(invalid("account", "one that is not 32 hexadecimal digits"));
        }
        if name.contains('.') {
            return Err(invalid("bucket", "one with a dot, which R2 does not have"));
        }
        check_name(name)?;
        Self::build(Server::R2(account.to_owned()), "auto", name, &BucketOptions::default())
    }

    /// A bucket of any server that speaks S3, by the server's address, for example `"http://127.0.0.1:9000"` or
    /// `"https://storage.example.com/s3"`. The host is lower-cased and a default port dropped, as clients do; user info,
    /// a query or a fragment is refused. The path may hold `A-Z a-z 0-9 - _ . ~ /`. The region is whatever the server
    /// is set to: 1 to 64 of `A-Z a-z 0-9 - _`.
    ///
    /// Error: `bucket_invalid`.
    pub fn custom(endpoint: &str, region: &str, name: &str, style: UrlStyle) -> Result<Self> {
        let endpoint = Endpoint::parse(endpoint).map_err(|reason| invalid("endpoint", reason))?;
        check_region(region)?;
        check_name(name)?;
        Self::build(Server::Custom(endpoint, style), region, name, &BucketOptions::default())
    }

    /// The same bucket on other hosts of its server. Options set before are lost.
    ///
    /// Error: `bucket_invalid`, also for an option that the kind of bucket does not have.
    pub fn with_options(self, options: &BucketOptions) -> Result<Self> {
        Self::build(self.server, &self.region, &self.name, options)
    }

    /// The bucket as the back end itself reaches it: without its public endpoint.
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

    /// The `Host` that is signed, with the port where that is not the scheme's own. It is the host of the URLs too, but
    /// for a proxy that rewrites it.
    pub fn host(&self) -> &str {
        self.signed().origin.split_once("://").map_or("", |(_, host)| host)
    }

    /// Scheme, host and port of the URLs.
    pub(super) fn origin(&self) -> &str {
        &self.shown().origin
    }

    /// The path of the URLs before the slash of the key, encoded.
    pub(super) fn url_path(&self) -> &str {
        &self.shown().path
    }

    /// The path that is signed, before the slash of the key, encoded.
    pub(super) fn base_path(&self) -> &str {
        &self.signed().path
    }

    /// Whether the server is R2, also where it is given by its address.
    pub(super) fn is_r2(&self) -> bool {
        self.server.is_r2()
    }

    /// Whether it is Amazon's own S3, by region or access point.
    pub(super) fn is_s3(&self) -> bool {
        matches!(self.server, Server::S3 | Server::AccessPoint(_))
    }

    /// Whether the store is known to honour every condition on a write: S3 and R2 document it.
    pub(crate) fn honours_conditions(&self) -> bool {
        self.is_s3() || self.is_r2()
    }

    /// Whether a DELETE is made only if the object is still the one that is meant: a condition that S3 alone documents.
    pub(crate) fn deletes_on_condition(&self) -> bool {
        self.is_s3()
    }

    pub(super) fn is_access_point(&self) -> bool {
        matches!(self.server, Server::AccessPoint(_))
    }

    /// Whether the bucket takes POST forms.
    ///
    /// Error: `post_form_unsupported`.
    pub(crate) fn check_post_form(&self) -> Result<()> {
        let received = match self.server {
            _ if self.is_r2() => "a bucket of R2",
            Server::AccessPoint(_) => "an access point",
            _ => return Ok(()),
        };
        Err(ErrorKind::PostFormUnsupported { received }.into())
    }

    fn signed(&self) -> &Place {
        match &self.public {
            Some(public) if !public.is_rewritten => &public.place,
            _ => &self.internal,
        }
    }

    fn shown(&self) -> &Place {
        self.public.as_ref().map_or(&self.internal, |public| &public.place)
    }

    fn build(server: Server, region: &str, name: &str, options: &BucketOptions) -> Result<Self> {
        check_combination(&server, name, region, options)?;
        let endpoint = server.endpoint(region, options)?;
        let style = server.style(name, options);
        let label = match &server {
            Server::AccessPoint(label) => label,
            _ => name,
        };
        let public = match &options.public_endpoint {
            Some(address) => {
                let public = Endpoint::parse(address).map_err(|reason| invalid("public_endpoint", reason))?;
                let place = Place::new(public, style, label).map_err(|reason| invalid("public_endpoint", reason))?;
                Some(Public { place, is_rewritten: options.proxy_rewrites_host })
            }
            None => None,
        };
        let internal = Place::new(endpoint, style, label).map_err(|reason| invalid("endpoint", reason))?;
        Ok(Self { name: name.to_owned(), region: region.to_owned(), internal, public, server })
    }
}

impl Place {
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

impl Server {
    /// The server's own address, without the bucket.
    fn endpoint(&self, region: &str, options: &BucketOptions) -> Result<Endpoint> {
        let fips = if options.fips { "-fips" } else { "" };
        let dual_stack = if options.dual_stack { ".dualstack" } else { "" };
        let dns_suffix = Partition::of_region(region).dns_suffix;
        let address = match self {
            Self::S3 if options.accelerate => format!("https://s3-accelerate{dual_stack}.{dns_suffix}"),
            Self::S3 => format!("https://s3{fips}{dual_stack}.{region}.{dns_suffix}"),
            Self::AccessPoint(_) => format!("https://s3-accesspoint{fips}{dual_stack}.{region}.{dns_suffix}"),
            Self::R2(account) => match options.jurisdiction {
                Some(jurisdiction) => format!("https://{account}.{jurisdiction}.{R2_DOMAIN}"),
                None => format!("https://{account}.{R2_DOMAIN}"),
            },
            Self::Custom(endpoint, _) => return Ok(endpoint.clone()),
        };
        Endpoint::parse(&address).map_err(|reason| invalid("endpoint", reason))
    }

    fn is_r2(&self) -> bool {
        match self {
            Self::R2(_) => true,
            Self::Custom(endpoint, _) => {
                endpoint.host.strip_suffix(R2_DOMAIN).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            }
            Self::S3 | Self::AccessPoint(_) => false,
        }
    }

    fn style(&self, name: &str, options: &BucketOptions) -> UrlStyle {
        options.url_style.unwrap_or(match self {
            Self::S3 if name.contains('.') => UrlStyle::Path,
            Self::S3 | Self::AccessPoint(_) => UrlStyle::VirtualHost,
            Self::R2(_) => UrlStyle::Path,
            Self::Custom(_, style) => *style,
        })
    }
}

/// Refuses options that the kind of bucket does not have, and those that exclude each other.
fn check_combination(server: &Server, name: &str, region: &str, options: &BucketOptions) -> Result<()> {
    let is_access_point = matches!(server, Server::AccessPoint(_));
    let is_s3 = is_access_point || *server == Server::S3;
    let has_jurisdictions = matches!(server, Server::R2(_));
    let has_dots = *server == Server::S3 && name.contains('.');
    let style = options.url_style;
    let partition = Partition::of_region(region);
    let of_s3_only = "true for a bucket that is not given by region or access point";
    let has_public = options.public_endpoint.is_some();
    let signs_for_public = has_public && !options.proxy_rewrites_host;
    for (is_wrong, option, reason) in [
        (options.dual_stack && !is_s3, "dual_stack", of_s3_only),
        (options.dual_stack && !partition.has_dual_stack, "dual_stack", "true for a partition without such hosts"),
        (options.fips && !is_s3, "fips", of_s3_only),
        (options.fips && !partition.has_fips, "fips", "true for a partition without such hosts"),
        (options.accelerate && !is_s3, "accelerate", of_s3_only),
        (options.accelerate && is_access_point, "accelerate", "true for an access point"),
        (options.accelerate && has_dots, "accelerate", "true for a name with dots"),
        (options.accelerate && options.fips, "accelerate", "true together with fips"),
        (options.accelerate && style == Some(UrlStyle::Path), "accelerate", "true together with path style"),
        (options.accelerate && !partition.has_accelerate, "accelerate", "true for a partition without such hosts"),
        (
            options.jurisdiction.is_some() && !has_jurisdictions,
            "jurisdiction",
            "one for a bucket that is not given by an account of R2",
        ),
        (style == Some(UrlStyle::Path) && is_access_point, "url_style", "path for an access point"),
        (style == Some(UrlStyle::VirtualHost) && has_dots, "url_style", "virtual-host for a name with dots on S3"),
        (options.proxy_rewrites_host && !has_public, "proxy_rewrites_host", "true without a public_endpoint"),
        (signs_for_public && server.is_r2(), "public_endpoint", "one for R2 without proxy_rewrites_host"),
    ] {
        if is_wrong {
            return Err(invalid(option, reason));
        }
    }
    Ok(())
}

fn invalid(name: &'static str, reason: &'static str) -> Error {
    ErrorKind::BucketInvalid { name, reason }.into()
}

/// A region of AWS: words in lower case and a number (`ap-northeast-2`, `us-gov-west-1`).
fn check_s3_region(region: &str) -> Result<()> {
    let words = region.split('-');
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let has_number = region.rsplit('-').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    if region.len() > 32 || words.clone().count() < 3 || !words.clone().all(is_word) || !has_number {
        return Err(invalid("region", "one that is not like ap-northeast-2"));
    }
    Ok(())
}

fn check_region(region: &str) -> Result<()> {
    if region.is_empty() || region.len() > 64 {
        return Err(invalid("region", "one that is not 1 to 64 bytes long"));
    }
    if !region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
        return Err(invalid("region", "one with characters other than A-Z a-z 0-9 - _"));
    }
    Ok(())
}

/// How the names of buckets end that have other signatures and hosts.
const SIGNED_OTHERWISE: [&str; 5] = ["--x-s3", "--xa-s3", "--table-s3", "--op-s3", ".mrap"];

/// S3's rules for general purpose buckets.
fn check_name(name: &str) -> Result<()> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.';
    let is_edge = |byte: Option<u8>| byte.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let reason = if !(3..=63).contains(&name.len()) {
        "one that is not 3 to 63 bytes long"
    } else if !name.bytes().all(allowed) {
        "one with characters other than a-z 0-9 - ."
    } else if !is_edge(name.bytes().next()) || !is_edge(name.bytes().last()) {
        "one that does not start and end with a letter or digit"
    } else if name.contains("..") || name.contains(".-") || name.contains("-.") {
        "one with a label between dots that is no host name"
    } else if name.parse::<std::net::Ipv4Addr>().is_ok() {
        "one that looks like an IP address"
    } else if name.starts_with("xn--") || name.starts_with("sthree-") {
        "one with a prefix that S3 keeps for itself"
    } else if SIGNED_OTHERWISE.iter().any(|suffix| name.ends_with(suffix)) {
        "a directory bucket, table bucket, Outposts bucket or multi-region access point, which are signed in other ways"
    } else {
        return Ok(());
    };
    Err(invalid("bucket", reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "0123456789abcdef0123456789ABCDEF";

    #[test]
    fn hosts_and_paths() {
        let virtual_host = UrlStyle::VirtualHost;
        for (bucket, origin, base_path) in [
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
            assert_eq!((bucket.origin(), bucket.base_path()), (origin, base_path));
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
        assert_eq!((bucket.host(), bucket.base_path()), ("files.example.com", "/store/photos"));
        let internal = bucket.internal();
        assert_eq!((internal.origin(), internal.url_path()), ("http://minio:9000", "/s3/photos"));
        assert_eq!((internal.host(), internal.base_path()), ("minio:9000", "/s3/photos"));
    }

    #[test]
    fn a_proxy_that_rewrites_the_host_is_only_shown() {
        let rewritten = options().public_endpoint("https://files.example.com/store").proxy_rewrites_host(true);
        let bucket = Bucket::custom("http://minio:9000", "x", "photos", UrlStyle::Path).unwrap();
        let bucket = bucket.with_options(&rewritten).unwrap();
        assert_eq!((bucket.origin(), bucket.url_path()), ("https://files.example.com", "/store/photos"));
        assert_eq!((bucket.host(), bucket.base_path()), ("minio:9000", "/photos"));
        let bucket = Bucket::s3("us-east-1", "photos").unwrap().with_options(&rewritten).unwrap();
        assert_eq!((bucket.origin(), bucket.url_path()), ("https://photos.files.example.com", "/store"));
        assert_eq!((bucket.host(), bucket.base_path()), ("photos.s3.us-east-1.amazonaws.com", ""));
    }

    #[test]
    fn options_set_before_are_lost() {
        let bucket = Bucket::s3("us-east-1", "photos").unwrap();
        let fips = bucket.clone().with_options(&options().fips(true)).unwrap();
        assert_eq!(fips.host(), "photos.s3-fips.us-east-1.amazonaws.com");
        assert_eq!(fips.with_options(&options()).unwrap(), bucket);
    }

    #[test]
    fn the_servers_are_told_apart() {
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
