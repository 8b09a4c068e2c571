//! The servers, and what each of them does otherwise than S3.

use std::any::Any;

use presize_examples::store::EmbeddedS3;

use crate::garage::Garage;
use crate::rgw::Rgw;

/// What S3 does, as its documentation says, and not every server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// `If-None-Match: *` on a PUT is 412 where the object exists.
    CreateOnly,
    /// Of several such PUTs at once one creates the object, and the others are 412.
    AtomicCreateOnly,
    /// `If-Match` on a PUT is 412 where the object is another one.
    ReplaceOnlyThis,
    /// `If-Match` on a PUT takes an entity tag with its quotes, as it was given.
    QuotedTags,
    /// `x-amz-copy-source-if-match` is 412 where the source is another one.
    CopyOnlyThis,
    /// `If-None-Match: *` on a copy is 412 where the object exists.
    CopyCreateOnly,
    /// `If-Match` on a DELETE is 412 where the object is another one.
    DeleteOnlyThis,
    /// `If-Match` on a GET is 412 where the object is another one.
    ReadOnlyThis,
    /// A header `x-amz-*` that is not signed is refused.
    UnsignedHeadersRefused,
    /// The region of the signature is the server's own.
    RegionChecked,
    /// The bucket's name may stand before the host.
    VirtualHosts,
    /// A URL dated well into the future is refused.
    FutureRefused,
    /// An object written with a customer's key is read only with it.
    CustomerKeys,
    /// What does not match its MD5 is not only refused but not stored either.
    MismatchNotStored,
    /// What does not match its `x-amz-checksum-*` is refused.
    NewerChecksums,
    /// And not stored either.
    NewerMismatchNotStored,
    /// A part's MD5 is checked.
    PartChecksums,
    /// A part's `x-amz-checksum-*` is checked.
    NewerPartChecksums,
    /// A list of parts has as many as were asked for.
    ShortLists,
    /// A form without a file is refused.
    FileDemanded,
    /// The `Cache-Control` of a form is stored.
    FormHeaders,
    /// Names of metadata come back as they were.
    MetadataNames,
    /// A host that the server does not know is its own, as a proxy may have kept it.
    OtherHosts,
    /// `${filename}` in a form's key becomes the name of the file.
    FileNames,
    /// What belongs to an upload that was given up, or never begun, is 404.
    UnknownUpload,
    /// An object of a bucket that does not exist is 404 `NoSuchBucket`.
    UnknownBucket,
}

const S3S_FS: &[(Rule, &str)] = &[
    (Rule::AtomicCreateOnly, "s3s-fs 0.14.1 looks whether there is a file, and then writes it"),
    (Rule::CopyCreateOnly, "s3s-fs 0.14.1 reads conditions on the source of a copy only"),
    (Rule::DeleteOnlyThis, "s3s-fs 0.14.1 reads If-Match on a PUT only"),
    (Rule::ReadOnlyThis, "s3s-fs 0.14.1 reads If-Match on a PUT only"),
    (Rule::UnsignedHeadersRefused, "s3s 0.14.1 takes what SignedHeaders does not name as it comes"),
    (Rule::RegionChecked, "s3s 0.14.1 signs with the region of the request"),
    (Rule::VirtualHosts, "the embedded server runs without a domain"),
    (Rule::CustomerKeys, "s3s-fs 0.14.1 encrypts nothing and leaves the headers of keys unread"),
    (Rule::MismatchNotStored, "s3s-fs 0.14.1 compares checksums when the file is in place"),
    (Rule::NewerMismatchNotStored, "s3s-fs 0.14.1 compares checksums when the file is in place"),
    (Rule::NewerPartChecksums, "s3s-fs 0.14.1 compares checksums of whole objects only"),
    (Rule::PartChecksums, "s3s-fs 0.14.1 compares checksums of whole objects only"),
    (Rule::ShortLists, "s3s-fs 0.14.1 leaves max-parts and part-number-marker unread"),
    (Rule::FileNames, "s3s 0.14.1 takes ${filename} for a part of the key"),
    (Rule::UnknownUpload, "s3s-fs 0.14.1 answers 403"),
    (Rule::UnknownBucket, "s3s-fs 0.14.1 answers NoSuchKey"),
];

const GARAGE: &[(Rule, &str)] = &[
    (Rule::CreateOnly, "Garage 2.5.0 leaves If-None-Match of a PUT unread"),
    (Rule::AtomicCreateOnly, "Garage 2.5.0 leaves If-None-Match of a PUT unread"),
    (Rule::ReplaceOnlyThis, "Garage 2.5.0 leaves If-Match of a PUT unread"),
    (Rule::CopyCreateOnly, "Garage 2.5.0 reads conditions on the source of a copy only"),
    (Rule::DeleteOnlyThis, "Garage 2.5.0 leaves If-Match of a DELETE unread"),
    (Rule::FutureRefused, "Garage 2.5.0 compares the date with the expiry only"),
];

const RGW: &[(Rule, &str)] = &[
    (Rule::QuotedTags, "RGW 16.2.15 compares If-Match of a PUT with the entity tag without its quotes"),
    (Rule::CopyOnlyThis, "RGW 16.2.15 leaves all conditions of a copy unread"),
    (Rule::CopyCreateOnly, "RGW 16.2.15 leaves all conditions of a copy unread"),
    (Rule::DeleteOnlyThis, "RGW 16.2.15 leaves If-Match of a DELETE unread"),
    (Rule::UnsignedHeadersRefused, "RGW 16.2.15 takes what SignedHeaders does not name as it comes"),
    (Rule::RegionChecked, "RGW 16.2.15 signs with the region of the request"),
    (Rule::FutureRefused, "RGW 16.2.15 compares the date with the expiry only"),
    (Rule::NewerChecksums, "RGW 16.2.15 leaves x-amz-checksum-* unread"),
    (Rule::NewerMismatchNotStored, "RGW 16.2.15 leaves x-amz-checksum-* unread"),
    (Rule::NewerPartChecksums, "RGW 16.2.15 leaves x-amz-checksum-* unread"),
    (Rule::FileDemanded, "RGW 16.2.15 stores an empty object"),
    (Rule::FormHeaders, "RGW 16.2.15 stores metadata and type of a form alone"),
    (Rule::MetadataNames, "RGW 16.2.15 makes _ in names of metadata to -"),
    (Rule::OtherHosts, "RGW 16.2.15 takes a host that it does not know for the name of a bucket"),
];

/// A server that runs, with an empty bucket.
pub(crate) struct Server {
    pub(crate) endpoint: String,
    /// The domain that buckets can be a part of.
    pub(crate) domain: &'static str,
    pub(crate) region: &'static str,
    pub(crate) bucket: String,
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
    /// Where it differs from S3, and why that is known.
    pub(crate) deviations: &'static [(Rule, &'static str)],
    /// Stops it when dropped.
    pub(crate) _process: Box<dyn Any + Send + Sync>,
}

impl Server {
    /// s3s with s3s-fs, in this process.
    pub(crate) fn s3s_fs() -> Self {
        let store = EmbeddedS3::start("photos").unwrap();
        Self {
            endpoint: store.endpoint(),
            domain: "s3.localhost",
            region: "ap-northeast-2",
            bucket: "photos".to_owned(),
            access_key_id: store.access_key_id().to_owned(),
            secret_access_key: store.secret_access_key().to_owned(),
            deviations: S3S_FS,
            _process: Box::new(store),
        }
    }

    /// Garage, in a process of its own.
    pub(crate) fn garage() -> Self {
        let garage = Garage::start("photos");
        Self {
            endpoint: garage.endpoint(),
            domain: crate::garage::DOMAIN,
            region: crate::garage::REGION,
            bucket: "photos".to_owned(),
            access_key_id: garage.access_key_id().to_owned(),
            secret_access_key: garage.secret_access_key().to_owned(),
            deviations: GARAGE,
            _process: Box::new(garage),
        }
    }
    /// RGW, in processes of its own.
    pub(crate) fn rgw() -> Self {
        let rgw = Rgw::start();
        Self {
            endpoint: rgw.endpoint().to_owned(),
            domain: crate::rgw::DOMAIN,
            region: crate::rgw::REGION,
            bucket: rgw.bucket().to_owned(),
            access_key_id: rgw.access_key_id().to_owned(),
            secret_access_key: rgw.secret_access_key().to_owned(),
            deviations: RGW,
            _process: Box::new(rgw),
        }
    }
}
