//! `RequestParts`: maps `SignOptions` to signed headers and query parameters, per operation.
//!
//! ```text
//! put, content_type = image/png, acl = public-read   ->   headers     content-type: image/png, x-amz-acl: public-read
//! upload-part, upload_id = abc, part_number = 2      ->   parameters  uploadId=abc&partNumber=2
//! get, content_type = image/png                      ->   option_invalid: S3 would ignore the header
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderName;
use http::header::CONTENT_LENGTH;
use md5::{Digest as _, Md5};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::options::quote;
use crate::presign::bucket::Bucket;
use crate::presign::canonical::QueryParameter;
use crate::presign::copy_source::copy_source_value;
use crate::presign::headers::{HeadersToSign, check_value};
use crate::presign::metadata::{encode_words, metadata_headers, tagging_value};
use crate::presign::multipart::is_upload_id;
use crate::presign::operation::Operation::{
    self, CompleteMultipartUpload, CopyObject, CreateMultipartUpload, Delete, Get, Head, ListParts, Put, UploadPart,
};
use crate::presign::secret::Secret;
use crate::presign::sign_options::{
    CannedAcl, ChecksumAlgorithm, MetadataDirective, ServerSideEncryption, SignOptions,
};

// The operations of each group of options. `SignOptions` documents every option with its operations.
const WRITES: &[Operation] = &[Put, CopyObject, CreateMultipartUpload];
const COPIES: &[Operation] = &[CopyObject];
const TAGGED: &[Operation] = &[Put, CreateMultipartUpload];
const READS: &[Operation] = &[Get, Head];
const BODIES: &[Operation] = &[Put, UploadPart];
const CHECKED: &[Operation] = &[Put, UploadPart, CompleteMultipartUpload];
const MATCHING: &[Operation] = &[Get, Head, Put, CopyObject, Delete, CompleteMultipartUpload];
const CREATING: &[Operation] = &[Put, CopyObject, CompleteMultipartUpload];
const WITH_CUSTOMER_KEY: &[Operation] =
    &[Put, CopyObject, CreateMultipartUpload, Get, Head, UploadPart, CompleteMultipartUpload, ListParts];

/// The headers by which R2 takes conditions on the object that a copy replaces.
/// <https://developers.cloudflare.com/r2/api/s3/conditional-operations/>
const R2_COPY_CONDITIONS: (&str, &str) = ("cf-copy-destination-if-match", "cf-copy-destination-if-none-match");

/// The headers and query parameters of an operation with its options.
#[derive(Debug, Default)]
pub(super) struct RequestParts<'a> {
    pub(super) headers: HeadersToSign<'a>,
    /// In the order of the URL.
    pub(super) parameters: Vec<QueryParameter<'a>>,
}

impl<'a> RequestParts<'a> {
    /// The parts of an operation without options.
    ///
    /// Error: `option_invalid` for an operation that requires some.
    pub(super) fn without_options(operation: Operation) -> Result<Self> {
        require(operation, None)?;
        let mut parts = Self::default();
        parts.push_sub_resource(operation);
        Ok(parts)
    }

    /// The parts of an operation with these options.
    ///
    /// Errors: `option_invalid`, `header_invalid`.
    pub(super) fn new(operation: Operation, options: &'a SignOptions, bucket: &Bucket) -> Result<Self> {
        require(operation, Some(options))?;
        let mut mapper = OptionMapper { operation, parts: Self::default() };
        mapper.parts.push_sub_resource(operation);
        mapper.parameters(options)?;
        mapper.copy_headers(options)?;
        mapper.object_headers(options, bucket)?;
        mapper.content_headers(options)?;
        mapper.encryption_headers(options)?;
        mapper.condition_headers(options, bucket)?;
        Ok(mapper.parts)
    }

    /// The parameter that names a sub-resource of the object: `?uploads`.
    fn push_sub_resource(&mut self, operation: Operation) {
        if operation == CreateMultipartUpload {
            self.parameters.push(QueryParameter { name: "uploads".into(), value: "".into() });
        }
    }
}

/// Checks that the options are there without which an operation makes no sense: the id of a multipart upload, the number of
/// a part, the source of a copy.
///
/// Error: `option_invalid`.
fn require(operation: Operation, options: Option<&SignOptions>) -> Result<()> {
    let has = |is_set: fn(&SignOptions) -> bool| options.is_some_and(is_set);
    for (is_required, is_set, option) in [
        (Operation::ON_MULTIPART_UPLOADS.contains(&operation), has(|options| options.upload_id.is_some()), "upload_id"),
        (operation == UploadPart, has(|options| options.part_number.is_some()), "part_number"),
        (operation == CopyObject, has(|options| options.copy_source.is_some()), "copy_source"),
    ] {
        if is_required && !is_set {
            return Err(Error::option_invalid(option, &format!("a value with {operation}"), "none"));
        }
    }
    Ok(())
}

/// Refuses what S3 would ignore: a copy takes its headers and metadata from the source unless it replaces all of them.
///
/// Error: `option_invalid`.
fn check_nothing_replaced(options: &SignOptions) -> Result<()> {
    for (is_given, option) in [
        (options.content_type.is_some(), "content_type"),
        (options.content_encoding.is_some(), "content_encoding"),
        (options.content_language.is_some(), "content_language"),
        (options.content_disposition.is_some(), "content_disposition"),
        (options.cache_control.is_some(), "cache_control"),
        (!options.metadata.is_empty(), "metadata"),
    ] {
        if is_given {
            return Err(Error::option_invalid(option, "a metadata_directive of replace", "another"));
        }
    }
    Ok(())
}

/// Maps options one by one, each to its header or parameter.
struct OptionMapper<'a> {
    operation: Operation,
    parts: RequestParts<'a>,
}

impl<'a> OptionMapper<'a> {
    fn parameters(&mut self, options: &'a SignOptions) -> Result<()> {
        if options.upload_id.as_ref().is_some_and(|id| !is_upload_id(id)) {
            return Err(Error::option_invalid("upload_id", "1 to 2048 printable characters of ASCII", "another text"));
        }
        self.parameter("upload_id", "uploadId", options.upload_id.as_deref(), Operation::ON_MULTIPART_UPLOADS)?;
        self.number("part_number", "partNumber", options.part_number, &[UploadPart, Get, Head])?;
        self.number("max_parts", "max-parts", options.max_parts, &[ListParts])?;
        self.number("part_number_marker", "part-number-marker", options.part_number_marker, &[ListParts])?;
        self.parameter("version_id", "versionId", options.version_id.as_deref(), &[Get, Head, Delete])?;
        for (option, name, value) in [
            ("response_cache_control", "response-cache-control", &options.response_cache_control),
            ("response_content_disposition", "response-content-disposition", &options.response_content_disposition),
            ("response_content_encoding", "response-content-encoding", &options.response_content_encoding),
            ("response_content_language", "response-content-language", &options.response_content_language),
            ("response_content_type", "response-content-type", &options.response_content_type),
            ("response_expires", "response-expires", &options.response_expires),
        ] {
            self.parameter(option, name, value.as_deref(), READS)?;
        }
        Ok(())
    }

    /// The source of a copy, and whether its headers and metadata are copied.
    fn copy_headers(&mut self, options: &'a SignOptions) -> Result<()> {
        if let Some(source) = &options.copy_source {
            self.allow("copy_source", COPIES)?;
            let value = copy_source_value(source, options.copy_source_version_id.as_deref())?;
            self.parts.headers.insert(HeaderName::from_static("x-amz-copy-source"), value)?;
        } else if options.copy_source_version_id.is_some() {
            self.allow("copy_source_version_id", COPIES)?;
        }
        let etag = options.copy_source_if_match.as_deref();
        self.header("copy_source_if_match", "x-amz-copy-source-if-match", etag, COPIES)?;
        let directive = options.metadata_directive.map(MetadataDirective::header_value);
        self.header("metadata_directive", "x-amz-metadata-directive", directive, COPIES)?;
        if self.operation == CopyObject && options.metadata_directive != Some(MetadataDirective::Replace) {
            check_nothing_replaced(options)?;
        }
        Ok(())
    }

    /// The headers that are stored with the object, metadata and tags among them.
    fn object_headers(&mut self, options: &'a SignOptions, bucket: &Bucket) -> Result<()> {
        self.header("content_type", "content-type", options.content_type.as_deref(), WRITES)?;
        self.header("content_encoding", "content-encoding", options.content_encoding.as_deref(), WRITES)?;
        self.header("content_language", "content-language", options.content_language.as_deref(), WRITES)?;
        self.header("content_disposition", "content-disposition", options.content_disposition.as_deref(), WRITES)?;
        self.header("cache_control", "cache-control", options.cache_control.as_deref(), WRITES)?;
        self.header("storage_class", "x-amz-storage-class", options.storage_class.as_deref(), WRITES)?;
        self.header("acl", "x-amz-acl", options.acl.map(CannedAcl::as_str), WRITES)?;
        if !options.metadata.is_empty() {
            self.allow("metadata", WRITES)?;
            for (name, value) in metadata_headers(&options.metadata, bucket.is_s3())? {
                self.parts.headers.insert_or_empty(name, encode_words(value))?;
            }
        }
        if !options.tagging.is_empty() {
            self.allow("tagging", TAGGED)?;
            self.parts.headers.insert(HeaderName::from_static("x-amz-tagging"), tagging_value(&options.tagging)?)?;
        }
        Ok(())
    }

    /// Length and checksums, which bind the request to one body.
    fn content_headers(&mut self, options: &'a SignOptions) -> Result<()> {
        if let Some(content_length) = options.content_length {
            self.allow("content_length", BODIES)?;
            self.parts.headers.insert_number(CONTENT_LENGTH, content_length);
        }
        self.checksum("content_md5", "content-md5", options.content_md5.as_deref(), 16, BODIES)?;
        let headers_before = self.parts.headers.len();
        self.checksum("checksum_sha256", "x-amz-checksum-sha256", options.checksum_sha256.as_deref(), 32, CHECKED)?;
        self.checksum("checksum_crc32", "x-amz-checksum-crc32", options.checksum_crc32.as_deref(), 4, CHECKED)?;
        self.checksum("checksum_crc32c", "x-amz-checksum-crc32c", options.checksum_crc32c.as_deref(), 4, CHECKED)?;
        self.checksum(
            "checksum_crc64nvme",
            "x-amz-checksum-crc64nvme",
            options.checksum_crc64nvme.as_deref(),
            8,
            CHECKED,
        )?;
        if self.parts.headers.len() > headers_before + 1 {
            return Err(Error::option_invalid("checksum_sha256", "one checksum of the four", "several"));
        }
        let algorithm = options.checksum_algorithm.map(ChecksumAlgorithm::header_value);
        self.header("checksum_algorithm", "x-amz-checksum-algorithm", algorithm, &[CreateMultipartUpload, CopyObject])
    }

    fn encryption_headers(&mut self, options: &'a SignOptions) -> Result<()> {
        let kind = options.server_side_encryption.map(ServerSideEncryption::as_str);
        self.header("server_side_encryption", "x-amz-server-side-encryption", kind, WRITES)?;
        let key_id = options.sse_kms_key_id.as_deref();
        self.header("sse_kms_key_id", "x-amz-server-side-encryption-aws-kms-key-id", key_id, WRITES)?;
        let context = options.sse_kms_encryption_context.as_deref();
        self.header("sse_kms_encryption_context", "x-amz-server-side-encryption-context", context, WRITES)?;
        let enabled = options.sse_bucket_key_enabled.map(|enabled| if enabled { "true" } else { "false" });
        self.header("sse_bucket_key_enabled", "x-amz-server-side-encryption-bucket-key-enabled", enabled, WRITES)?;
        ServerSideEncryption::check_kms_key(options.server_side_encryption, key_id)?;
        if let Some(key) = &options.sse_customer_key {
            self.allow("sse_customer_key", WITH_CUSTOMER_KEY)?;
            if kind.is_some() {
                return Err(Error::option_invalid("sse_customer_key", "either it or server_side_encryption", "both"));
            }
            self.customer_key(key)?;
        }
        Ok(())
    }

    /// The customer's key (SSE-C), with its MD5, by which S3 detects transmission errors.
    fn customer_key(&mut self, key: &'a Secret) -> Result<()> {
        let mut bytes = Zeroizing::new([0; 33]);
        let decoded = STANDARD.decode_slice(key.as_str(), bytes.as_mut_slice());
        if decoded != Ok(32) {
            return Err(Error::option_invalid("sse_customer_key", "32 bytes in base64", "another text"));
        }
        let md5 = Md5::digest(bytes.get(..32).unwrap_or_default());
        let headers = &mut self.parts.headers;
        headers.insert(HeaderName::from_static("x-amz-server-side-encryption-customer-algorithm"), "AES256")?;
        headers.insert(HeaderName::from_static("x-amz-server-side-encryption-customer-key"), key.as_str())?;
        headers.insert(HeaderName::from_static("x-amz-server-side-encryption-customer-key-md5"), STANDARD.encode(md5))
    }

    /// Conditions, the requester who pays, and the account that must own the bucket.
    fn condition_headers(&mut self, options: &'a SignOptions, bucket: &Bucket) -> Result<()> {
        let (match_header, none_match_header) = match self.operation {
            CopyObject if bucket.is_r2() => R2_COPY_CONDITIONS,
            _ => ("if-match", "if-none-match"),
        };
        self.header("if_match", match_header, options.if_match.as_deref(), MATCHING)?;
        if let Some(etag) = &options.if_none_match {
            if etag != "*" {
                return Err(Error::option_invalid("if_none_match", "*", &quote(etag)));
            }
            if options.if_match.is_some() {
                return Err(Error::option_invalid("if_none_match", "either it or if_match", "both"));
            }
            self.header("if_none_match", none_match_header, options.if_none_match.as_deref(), CREATING)?;
        }
        let payer = options.requester_pays.then_some("requester");
        self.header("requester_pays", "x-amz-request-payer", payer, Operation::ALL)?;
        if let Some(owner) = &options.expected_bucket_owner {
            if owner.len() != 12 || !owner.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(Error::option_invalid("expected_bucket_owner", "an account of 12 digits", &quote(owner)));
            }
            self.parts.headers.insert(HeaderName::from_static("x-amz-expected-bucket-owner"), owner.as_str())?;
        }
        Ok(())
    }

    /// An option whose value becomes a header as it is.
    fn header(
        &mut self,
        option: &str,
        name: &'static str,
        value: Option<&'a str>,
        operations: &[Operation],
    ) -> Result<()> {
        let Some(value) = value else { return Ok(()) };
        self.allow(option, operations)?;
        self.parts.headers.insert(HeaderName::from_static(name), value)
    }

    /// An option that is a checksum of `bytes` bytes in base64.
    fn checksum(
        &mut self,
        option: &str,
        header: &'static str,
        value: Option<&'a str>,
        bytes: usize,
        operations: &[Operation],
    ) -> Result<()> {
        let Some(value) = value else { return Ok(()) };
        self.allow(option, operations)?;
        if STANDARD.decode_slice(value, &mut [0; 36]) != Ok(bytes) {
            return Err(Error::option_invalid(option, &format!("{bytes} bytes in base64"), &quote(value)));
        }
        self.parts.headers.insert(HeaderName::from_static(header), value)
    }

    /// An option whose value becomes a query parameter.
    fn parameter(
        &mut self,
        option: &str,
        name: &'static str,
        value: Option<&'a str>,
        operations: &[Operation],
    ) -> Result<()> {
        let Some(value) = value else { return Ok(()) };
        self.allow(option, operations)?;
        // A `response-*` parameter becomes a header of the response, and the others are opaque: the rules of header values
        // suit all of them. Spaces are kept, since a query encodes them.
        check_value(value).map_err(|reason| Error::header_invalid(name, reason))?;
        self.parts.parameters.push(QueryParameter { name: name.into(), value: value.into() });
        Ok(())
    }

    /// An option whose number becomes a query parameter.
    fn number(&mut self, option: &str, name: &'static str, value: Option<u64>, operations: &[Operation]) -> Result<()> {
        let Some(value) = value else { return Ok(()) };
        self.allow(option, operations)?;
        self.parts.parameters.push(QueryParameter { name: name.into(), value: value.to_string().into() });
        Ok(())
    }

    /// Refuses an option that the operation does not have: S3 would ignore it, or the signature would never match.
    fn allow(&self, option: &str, operations: &[Operation]) -> Result<()> {
        if operations.contains(&self.operation) {
            return Ok(());
        }
        let words: Vec<_> = operations.iter().map(|operation| operation.as_str()).collect();
        Err(Error::option_invalid(option, &format!("the operation {}", words.join(" or ")), self.operation.as_str()))
    }
}
