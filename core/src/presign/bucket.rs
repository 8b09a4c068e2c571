//! Where objects are: a bucket becomes an origin, a `Host` and the path before the key.

use crate::error::{Error, ErrorKind, Result};
use crate::options::option_enum;
use crate::presign::endpoint::Endpoint;

option_enum! {
    /// Where the bucket's name stands in a URL.
    pub enum UrlStyle {
        /// `https://endpoint/bucket/key`.
        Path = "path",
        /// `https://bucket.endpoint/key`.
        VirtualHost = "virtual-host",
    }
}

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
    name: String,
    region: String,
    /// Scheme, host and port.
    origin: String,
    /// The path before the slash of the key, encoded: the endpoint's own and, in path style, the bucket.
    base_path: String,
}

impl Bucket {
    /// A bucket of Amazon S3 by its region (`"ap-northeast-2"`) and name, on its regional host. A name with dots is
    /// addressed in path style, because the certificate of S3 does not cover it; every other one as a virtual host.
    /// An access point's alias (`...-s3alias`) can stand for the name.
    ///
    /// Error: `bucket_invalid`.
    pub fn s3(region: &str, name: &str) -> Result<Self> {
        check_s3_region(region)?;
        let endpoint = format!("https://s3.{region}.{}", dns_suffix(region));
        let style = if name.contains('.') { UrlStyle::Path } else { UrlStyle::VirtualHost };
        Self::custom(&endpoint, region, name, style)
    }

    /// A bucket of Cloudflare R2 by the account's id (32 hexadecimal digits) and the bucket's name.
    ///
    /// Error: `bucket_invalid`.
    pub fn r2(account: &str, name: &str) -> Result<Self> {
        if account.len() != 32 || !account.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(invalid("account", "one that is not 32 hexadecimal digits"));
        }
        if name.contains('.') {
            return Err(invalid("bucket", "one with a dot, which R2 does not have"));
        }
        Self::custom(&format!("https://{account}.r2.cloudflarestorage.com"), "auto", name, UrlStyle::Path)
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
        let (origin, base_path) = match style {
            UrlStyle::Path => (endpoint.origin(), format!("{}/{name}", endpoint.path)),
            UrlStyle::VirtualHost => {
                let host = endpoint.with_subdomain(name).map_err(|reason| invalid("endpoint", reason))?;
                (host.origin(), host.path)
            }
        };
        Ok(Self { name: name.to_owned(), region: region.to_owned(), origin, base_path })
    }

    /// The bucket's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The region that requests are signed for; `"auto"` for R2.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The host of its URLs, with the port where that is not the scheme's own: the `Host` that is signed.
    pub fn host(&self) -> &str {
        self.origin.split_once("://").map_or("", |(_, host)| host)
    }

    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    pub(super) fn url_path(&self) -> &str {
        &self.base_path
    }

    pub(super) fn is_s3(&self) -> bool {
        self.origin.contains(".amazonaws.")
    }

    pub(super) fn base_path(&self) -> &str {
        &self.base_path
    }
}

fn invalid(name: &'static str, reason: &'static str) -> Error {
    ErrorKind::BucketInvalid { name, reason }.into()
}

/// The domain of a region's partition.
fn dns_suffix(region: &str) -> &'static str {
    match region.split_once('-') {
        Some(("cn", _)) => "amazonaws.com.cn",
        Some(("eusc", _)) => "amazonaws.eu",
        Some(("us", rest)) if rest.starts_with("iso-") => "c2s.ic.gov",
        Some(("us", rest)) if rest.starts_with("isob-") => "sc2s.sgov.gov",
        _ => "amazonaws.com",
    }
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
    } else if name.ends_with("--x-s3") || name.ends_with("--table-s3") || name.rsplit('.').next() == Some("mrap") {
        "a directory bucket, table bucket or multi-region access point, which are signed in other ways"
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
}
