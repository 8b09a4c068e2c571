//! Which of a bucket's hosts is used, and whether clients see another one.

use crate::options::{option_enum, options};

option_enum! {
    /// Where the bucket's name stands in a URL.
    pub enum UrlStyle {
        /// `https://endpoint/bucket/key`.
        Path = "path",
        /// `https://bucket.endpoint/key`.
        VirtualHost = "virtual-host",
    }
}

option_enum! {
    /// Where R2 keeps a bucket; one made in a jurisdiction is reached only on the jurisdiction's host.
    pub enum Jurisdiction {
        /// The European Union.
        Eu = "eu",
        /// The programme of the United States' government, `FedRAMP`.
        FedRamp = "fedramp",
    }
}

options! {
    /// Which of a bucket's hosts is used. What a kind of bucket does not have is refused with `bucket_invalid`.
    ///
    /// ```
    /// use presize::{Bucket, BucketOptions};
    ///
    /// let bucket = Bucket::s3("us-east-1", "photos")?.with_options(&BucketOptions::default().accelerate(true))?;
    /// assert_eq!(bucket.host(), "photos.s3-accelerate.amazonaws.com");
    /// # Ok::<(), presize::Error>(())
    /// ```
    pub struct BucketOptions {
        /// S3: the host that has IPv6 addresses too. Default: false.
        dual_stack: bool = false;
        /// S3: the host whose cryptography is validated by FIPS 140; not in China. Default: false.
        fips: bool = false;
        /// S3: the nearest edge of Transfer Acceleration, which must be turned on for the bucket; not for names with
        /// dots, not for access points, not with `fips` or path style, not in China. Default: false.
        accelerate: bool = false;
        /// R2: the jurisdiction that the bucket was made in. Default: none.
        jurisdiction: Option<Jurisdiction> = None;
        /// Where the bucket's name stands in a URL; an access point has only virtual hosts, and so has no path style, and
        /// S3's certificates do not cover names with dots as virtual hosts. Default: as the bucket was made.
        url_style: Option<UrlStyle> = None;
        /// The `http` or `https` address under which clients reach the server, where it is not the one that the bucket
        /// was made with: a proxy, a tunnel, a private link. It takes the place of the server's own address; the
        /// bucket's name stands before its host or in its path, as `url_style` says. Requests are signed for this
        /// address, so that it has to reach the server in the `Host` header: S3 on a private link and servers of one's
        /// own take that, R2 does not. Default: none.
        public_endpoint: Option<String> = None;
        /// The proxy at `public_endpoint` sends requests on with the server's own host and path: URLs have the public
        /// address, and signatures are for the server's own. Default: false, the proxy leaves `Host` and path alone.
        proxy_rewrites_host: bool = false;
    }
}
