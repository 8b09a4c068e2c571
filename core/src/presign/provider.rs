//! `Provider`: whose servers hold a bucket, on which hosts, and which of the bucket's options they have.

use crate::error::{Error, Result};
use crate::presign::bucket_options::{BucketOptions, UrlStyle};
use crate::presign::endpoint::Endpoint;
use crate::presign::partition::Partition;

/// The domain of every host of R2.
const R2_DOMAIN: &str = "r2.cloudflarestorage.com";

/// A provider of S3's protocol. Options choose among its hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Provider {
    /// Amazon S3, a bucket by its name.
    S3,
    /// Amazon S3, an access point: the first label of its hosts.
    AccessPoint(String),
    /// Cloudflare R2: the account's id.
    R2(String),
    /// Any other server.
    Custom(Endpoint, UrlStyle),
}

impl Provider {
    /// The provider's own endpoint, without the bucket.
    ///
    /// Error: `bucket_invalid`.
    pub(super) fn endpoint(&self, region: &str, options: &BucketOptions) -> Result<Endpoint> {
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
        Endpoint::parse(&address).map_err(|reason| Error::bucket_invalid("endpoint", reason))
    }

    /// Whether it is R2, also where R2 is given by its address.
    pub(super) fn is_r2(&self) -> bool {
        match self {
            Self::R2(_) => true,
            Self::Custom(endpoint, _) => {
                endpoint.host.strip_suffix(R2_DOMAIN).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            }
            Self::S3 | Self::AccessPoint(_) => false,
        }
    }

    /// Whether it is Amazon's own S3, by region or access point.
    pub(super) fn is_s3(&self) -> bool {
        matches!(self, Self::S3 | Self::AccessPoint(_))
    }

    /// Where the bucket's name stands in a URL.
    pub(super) fn style(&self, name: &str, options: &BucketOptions) -> UrlStyle {
        options.url_style.unwrap_or(match self {
            Self::S3 if name.contains('.') => UrlStyle::Path,
            Self::S3 | Self::AccessPoint(_) => UrlStyle::VirtualHost,
            Self::R2(_) => UrlStyle::Path,
            Self::Custom(_, style) => *style,
        })
    }

    /// Refuses options that the provider does not have, and options that exclude each other.
    ///
    /// Error: `bucket_invalid`.
    pub(super) fn check_options(&self, name: &str, region: &str, options: &BucketOptions) -> Result<()> {
        let is_access_point = matches!(self, Self::AccessPoint(_));
        let is_s3 = self.is_s3();
        let has_jurisdictions = matches!(self, Self::R2(_));
        let has_dots = *self == Self::S3 && name.contains('.');
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
            (signs_for_public && self.is_r2(), "public_endpoint", "one for R2 without proxy_rewrites_host"),
        ] {
            if is_wrong {
                return Err(Error::bucket_invalid(option, reason));
            }
        }
        Ok(())
    }
}
