//! `SignOptions`: every option of a presigned request.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::options::{option_enum, options};
use crate::presign::secret::Secret;

/// 15 minutes.
pub(super) const DEFAULT_EXPIRY_SECONDS: u64 = 900;

option_enum! {
    /// How S3 checks the content of an upload.
    pub enum ChecksumAlgorithm {
        /// SHA-256 (FIPS 180-4), 32 bytes.
        Sha256 = "sha256",
        /// CRC-32 (ISO 3309), 4 bytes, most significant first.
        Crc32 = "crc32",
        /// CRC-32C (Castagnoli), 4 bytes, most significant first.
        Crc32c = "crc32c",
        /// CRC-64/NVME, 8 bytes, most significant first.
        Crc64Nvme = "crc64nvme",
    }
}

impl ChecksumAlgorithm {
    /// The name in `x-amz-checksum-algorithm` and in the XML of a completed upload.
    pub(super) fn header_value(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA256",
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64Nvme => "CRC64NVME",
        }
    }
}

option_enum! {
    /// How S3 encrypts an object at rest. The words are those of AWS's header.
    pub enum ServerSideEncryption {
        /// Keys that S3 manages.
        S3 = "AES256",
        /// A key of the Key Management Service.
        Kms = "aws:kms",
        /// Two layers of encryption with a key of the Key Management Service.
        KmsDualLayer = "aws:kms:dsse",
    }
}

impl ServerSideEncryption {
    /// Checks that a KMS key is given only with encryption by KMS, in a request or a form.
    ///
    /// Error: `option_invalid`.
    pub(super) fn check_kms_key(kind: Option<Self>, key_id: Option<&str>) -> Result<()> {
        if key_id.is_none() || matches!(kind, Some(Self::Kms | Self::KmsDualLayer)) {
            return Ok(());
        }
        let expected = "a server_side_encryption of aws:kms or aws:kms:dsse";
        Err(Error::option_invalid("sse_kms_key_id", expected, kind.map_or("none", Self::as_str)))
    }
}

option_enum! {
    /// Who may use an object, by S3's canned access control lists. Buckets with object ownership enforced (the default
    /// of S3 since 2023) refuse all but `bucket-owner-full-control`.
    pub enum CannedAcl {
        /// The owner alone.
        Private = "private",
        /// Everybody may read.
        PublicRead = "public-read",
        /// Everybody may read and write.
        PublicReadWrite = "public-read-write",
        /// Everybody with an AWS account may read.
        AuthenticatedRead = "authenticated-read",
        /// EC2 may read machine images.
        AwsExecRead = "aws-exec-read",
        /// The bucket's owner may read.
        BucketOwnerRead = "bucket-owner-read",
        /// The bucket's owner may do everything.
        BucketOwnerFullControl = "bucket-owner-full-control",
    }
}

option_enum! {
    /// Where a copy takes its metadata and headers from.
    pub enum MetadataDirective {
        /// From the source.
        Copy = "copy",
        /// From the request; the copy has no others.
        Replace = "replace",
    }
}

impl MetadataDirective {
    /// The word in `x-amz-metadata-directive`.
    pub(super) fn header_value(self) -> &'static str {
        match self {
            Self::Copy => "COPY",
            Self::Replace => "REPLACE",
        }
    }
}

options! {
    /// The options of a presigned request by name, as the bindings have them; the builder has a method for each.
    ///
    /// Whatever becomes a header is signed and must be sent: it is in [`PresignedRequest::headers`]. An option that the
    /// operation does not have is `option_invalid`; without "Operations" all have it. "Writes" are `put`, `copy-object`
    /// and `create-multipart-upload`, "reads" are `get` and `head`, "bodies" are `put` and `upload-part`. What a copy
    /// has by default from its source, its headers and metadata, can be given only with a `metadata_directive` of
    /// `replace`.
    ///
    /// [`PresignedRequest::headers`]: crate::PresignedRequest::headers
    pub struct SignOptions {
        /// The `Content-Type` that the client must send. ASCII, spaces collapsed. Operations: writes. Default: unset,
        /// so that the client may send any.
        content_type: Option<String> = None;
        /// The `Content-Length` that the client must send, in bytes: the exact size of the body. Operations: bodies.
        /// Default: unset, so that the client may send any amount.
        content_length: Option<u64> = None;
        /// The MD5 of the body, 16 bytes in base64 (RFC 1864). Operations: bodies. Default: unset.
        content_md5: Option<String> = None;
        /// `Content-Encoding` of the object. Operations: writes. Default: unset.
        content_encoding: Option<String> = None;
        /// `Content-Language` of the object. Operations: writes. Default: unset.
        content_language: Option<String> = None;
        /// `Content-Disposition` of the object, ASCII: [`content_disposition`](crate::presign::content_disposition)
        /// makes it for any file name. Operations: writes. Default: unset.
        content_disposition: Option<String> = None;
        /// `Cache-Control` of the object. Operations: writes. Default: unset.
        cache_control: Option<String> = None;
        /// How long the request holds, in seconds, from 1 to 604800, and never longer than the credentials. Default:
        /// 900 (15 minutes).
        expires_in: u64 = DEFAULT_EXPIRY_SECONDS;
        /// The SHA-256 of the body, 32 bytes in base64. The store refuses another body. One checksum at most.
        /// Operations: bodies and `complete-multipart-upload`. Default: unset.
        checksum_sha256: Option<String> = None;
        /// The CRC-32 of the body, 4 bytes in base64, as `checksum_sha256`. Operations: bodies and
        /// `complete-multipart-upload`. Default: unset.
        checksum_crc32: Option<String> = None;
        /// The CRC-32C of the body, 4 bytes in base64, as `checksum_sha256`. Operations: bodies and
        /// `complete-multipart-upload`. Default: unset.
        checksum_crc32c: Option<String> = None;
        /// The CRC-64/NVME of the body, 8 bytes in base64, as `checksum_sha256`. Operations: bodies and
        /// `complete-multipart-upload`. Default: unset.
        checksum_crc64nvme: Option<String> = None;
        /// The checksum that each part will carry, or that the store makes of a copy. Operations:
        /// `create-multipart-upload` and `copy-object`. Default: unset.
        checksum_algorithm: Option<ChecksumAlgorithm> = None;
        /// The `ETag` that the object must have (RFC 9110, section 13.1.1); where one is written, the object that is
        /// replaced. A copy within R2 has R2's own header for it. Operations: reads, `put`, `copy-object`, `delete` and
        /// `complete-multipart-upload`. Default: unset.
        if_match: Option<String> = None;
        /// `"*"`, so that an object is created and never replaced (RFC 9110, section 13.1.2). A copy within R2 has R2's
        /// own header for it. Operations: `put`, `copy-object` and `complete-multipart-upload`. Default: unset.
        if_none_match: Option<String> = None;
        /// The object's own metadata, names (RFC 9110 tokens, lower-cased) with values. A value outside ASCII is sent
        /// in encoded words (RFC 2047), as S3 wants it, and given back so. 2048 bytes in all on S3, 8192 elsewhere.
        /// Operations: writes. Default: none.
        metadata: BTreeMap<String, String> = BTreeMap::new();
        /// The object's tags, at most 10, names of 1 to 128 and values of at most 256 characters. Operations: writes
        /// but `copy-object`, which copies them. Default: none.
        tagging: BTreeMap<String, String> = BTreeMap::new();
        /// The storage class, as the store names it (`"STANDARD_IA"`). Operations: writes. Default: unset, the bucket's
        /// own.
        storage_class: Option<String> = None;
        /// Who may use the object. Operations: writes. Default: unset, the bucket's own rule.
        acl: Option<CannedAcl> = None;
        /// How the object is encrypted at rest. Operations: writes. Default: unset, the bucket's own rule.
        server_side_encryption: Option<ServerSideEncryption> = None;
        /// The key of the Key Management Service by id or ARN, with `server_side_encryption` of `aws:kms` or
        /// `aws:kms:dsse`. Operations: writes. Default: unset, the service's own key.
        sse_kms_key_id: Option<String> = None;
        /// The encryption context, JSON in base64. Operations: writes. Default: unset.
        sse_kms_encryption_context: Option<String> = None;
        /// Whether S3 keeps a key for the bucket, for fewer calls of the Key Management Service. Operations: writes.
        /// Default: unset, the bucket's own rule.
        sse_bucket_key_enabled: Option<bool> = None;
        /// The customer's own key (SSE-C), 32 bytes in base64. The client must send it: it is in the headers. Not
        /// together with `server_side_encryption`. Operations: writes, reads, and all of `upload-part`,
        /// `complete-multipart-upload`, `list-parts`. Default: unset.
        sse_customer_key: Option<Secret> = None;
        /// What is copied, `bucket/key`, the key as it is, without percent-encoding.
        /// [`Bucket::copy_source`](crate::Bucket::copy_source) makes it. Operations: `copy-object`, which demands it.
        /// Default: unset.
        copy_source: Option<String> = None;
        /// The version of what is copied: 1 to 1024 of `A-Z a-z 0-9 - _ . ~ / + =`. Operations: `copy-object`. Default:
        /// unset, the latest.
        copy_source_version_id: Option<String> = None;
        /// The `ETag` that what is copied must have; the copy is refused otherwise. Operations: `copy-object`. Default:
        /// unset.
        copy_source_if_match: Option<String> = None;
        /// Where the copy has its metadata and headers from. Operations: `copy-object`. Default: unset, from what is
        /// copied.
        metadata_directive: Option<MetadataDirective> = None;
        /// Whether the requester pays for the request and the transfer. Default: false.
        requester_pays: bool = false;
        /// The account that the bucket must belong to, 12 digits. Default: unset.
        expected_bucket_owner: Option<String> = None;
        /// The version of the object. Operations: reads and `delete`. Default: unset, the latest; a versioned bucket
        /// then marks a deleted object as removed.
        version_id: Option<String> = None;
        /// The id of an upload in parts, 1 to 2048 bytes. Operations: all of an upload in parts but the first, which
        /// demand it. Default: unset.
        upload_id: Option<String> = None;
        /// The number of a part; a read gives that part alone. Operations: `upload-part`, which demands it, and reads. Default: unset.
        part_number: Option<u64> = None, in 1..=10_000;
        /// How many parts a list shows. Operations: `list-parts`. Default: unset, 1000.
        max_parts: Option<u64> = None, in 1..=1000;
        /// The part after which a list begins. Operations: `list-parts`. Default: unset.
        part_number_marker: Option<u64> = None, in 0..=10_000;
        /// The `Cache-Control` that the answer shall have. Operations: reads. Default: unset, the object's own.
        response_cache_control: Option<String> = None;
        /// The `Content-Disposition` that the answer shall have, ASCII:
        /// [`content_disposition`](crate::presign::content_disposition) makes it for any file name. Operations: reads.
        /// Default: unset, the object's own.
        response_content_disposition: Option<String> = None;
        /// The `Content-Encoding` that the answer shall have. Operations: reads. Default: unset, the object's own.
        response_content_encoding: Option<String> = None;
        /// The `Content-Language` that the answer shall have. Operations: reads. Default: unset, the object's own.
        response_content_language: Option<String> = None;
        /// The `Content-Type` that the answer shall have. Operations: reads. Default: unset, the object's own.
        response_content_type: Option<String> = None;
        /// The `Expires` that the answer shall have, an HTTP date. Operations: reads. Default: unset, the object's own.
        response_expires: Option<String> = None;
    }
}
