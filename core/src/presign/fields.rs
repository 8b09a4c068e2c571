//! From options to what is sent: which header or parameter each of them becomes, and for which operations.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderName;
use http::header::CONTENT_LENGTH;
use md5::{Digest as _, Md5};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::options::quote;
use crate::presign::bucket::Bucket;
use crate::presign::canonical::Parameter;
use crate::presign::copy_source::copy_source_value;
use crate::presign::headers::{SignedHeaders, check_value};
use crate::presign::metadata::{encoded, metadata_fields, tagging_value};
use crate::presign::multipart::is_upload_id;
use crate::presign::operation::Operation::{
    self, CompleteMultipartUpload, CopyObject, CreateMultipartUpload, Delete, Get, Head, ListParts, Put, UploadPart,
};
use crate::presign::secret::Secret;
use crate::presign::sign_options::{
    CannedAcl, ChecksumAlgorithm, MetadataDirective, ServerSideEncryption, SignOptions,
};

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

/// What R2 calls the conditions on the object that a copy replaces.
/// <https://developers.cloudflare.com/r2/api/s3/conditional-operations/>
const R2_COPY_CONDITIONS: (&str, &str) = ("cf-copy-destination-if-match", "cf-copy-destination-if-none-match");

/// What an operation with its options adds to a request.
#[derive(Debug, Default)]
pub(super) struct Fields<'a> {
    pub(super) headers: SignedHeaders<'a>,
    /// In the order of the URL.
    pub(super) parameters: Vec<Parameter<'a>>,
}

impl<'a> Fields<'a> {
    /// What an operation has without options.
    ///
    /// Error: `option_invalid` where it needs some.
    pub(super) fn bare(operation: Operation) -> Result<Self> {
        demand(operation, None)?;
        let mut fields = Self::default();
        fields.sub_resource(operation);
        Ok(fields)
    }

    /// All fields of an operation with these options.
    ///
    /// Errors: `option_invalid`, `header_invalid`.
    pub(super) fn new(operation: Operation, options: &'a SignOptions, bucket: &Bucket) -> Result<Self> {
        demand(operation, Some(options))?;
        let mut writer = Writer { operation, fields: Self::default() };
        writer.fields.sub_resource(operation);
        writer.parameters(options)?;
        writer.copy_headers(options)?;
        writer.object_headers(options, bucket)?;
        writer.content_headers(options)?;
        writer.encryption_headers(options)?;
        writer.request_headers(options, bucket)?;
        Ok(writer.fields)
    }

    fn sub_resource(&mut self, operation: Operation) {
        if operation == CreateMultipartUpload {
            self.parameters.push(Parameter { name: "uploads".into(), value: "".into() });
        }
    }
}

/// An operation on an upload in parts names it, a part has a number, and a copy a source.
fn demand(operation: Operation, options: Option<&SignOptions>) -> Result<()> {
    let has = |is_set: fn(&SignOptions) -> bool| options.is_some_and(is_set);
    for (is_demanded, is_set, option) in [
        (Operation::OF_AN_UPLOAD.contains(&operation), has(|options| options.upload_id.is_some()), "upload_id"),
        (operation == UploadPart, has(|options| options.part_number.is_some()), "part_number"),
        (operation == CopyObject, has(|options| options.copy_source.is_some()), "copy_source"),
    ] {
        if is_demanded && !is_set {
            return Err(Error::option_invalid(option, &format!("a value with {operation}"), "none"));
        }
    }
    Ok(())
}

/// S3 ignores these where a copy has them from its source.
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

struct Writer<'a> {
    operation: Operation,
    fields: Fields<'a>,
}

impl<'a> Writer<'a> {
    fn parameters(&mut self, options: &'a SignOptions) -> Result<()> {
        if options.upload_id.as_ref().is_some_and(|id| !is_upload_id(id)) {
            return Err(Error::option_invalid("upload_id", "1 to 2048 printable characters of ASCII", "another text"));
        }
        self.parameter("upload_id", "uploadId", options.upload_id.as_deref(), Operation::OF_AN_UPLOAD)?;
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

    /// What is copied, and whether its headers are.
    fn copy_headers(&mut self, options: &'a SignOptions) -> Result<()> {
        if let Some(source) = &options.copy_source {
            self.allow("copy_source", COPIES)?;
            let value = copy_source_value(source, options.copy_source_version_id.as_deref())?;
            self.fields.headers.insert(HeaderName::from_static("x-amz-copy-source"), value)?;
        } else if options.copy_source_version_id.is_some() {
            self.allow("copy_source_version_id", COPIES)?;
        }
        let etag = options.copy_source_if_match.as_deref();
        self.text("copy_source_if_match", "x-amz-copy-source-if-match", etag, COPIES)?;
        let directive = options.metadata_directive.map(MetadataDirective::header_value);
        self.word("metadata_directive", "x-amz-metadata-directive", directive, COPIES)?;
        if self.operation == CopyObject && options.metadata_directive != Some(MetadataDirective::Replace) {
            check_nothing_replaced(options)?;
        }
        Ok(())
    }

    /// What is kept with the object.
    fn object_headers(&mut self, options: &'a SignOptions, bucket: &Bucket) -> Result<()> {
        self.text("content_type", "content-type", options.content_type.as_deref(), WRITES)?;
        self.text("content_encoding", "content-encoding", options.content_encoding.as_deref(), WRITES)?;
        self.text("content_language", "content-language", options.content_language.as_deref(), WRITES)?;
        self.text("content_disposition", "content-disposition", options.content_disposition.as_deref(), WRITES)?;
        self.text("cache_control", "cache-control", options.cache_control.as_deref(), WRITES)?;
        self.text("storage_class", "x-amz-storage-class", options.storage_class.as_deref(), WRITES)?;
        self.word("acl", "x-amz-acl", options.acl.map(CannedAcl::as_str), WRITES)?;
        if !options.metadata.is_empty() {
            self.allow("metadata", WRITES)?;
            for (name, value) in metadata_fields(&options.metadata, bucket.is_s3())? {
                self.fields.headers.insert_even_empty(name, encoded(value))?;
            }
        }
        if !options.tagging.is_empty() {
            self.allow("tagging", TAGGED)?;
            self.fields.headers.insert(HeaderName::from_static("x-amz-tagging"), tagging_value(&options.tagging)?)?;
        }
        Ok(())
    }

    /// What the body must be.
    fn content_headers(&mut self, options: &'a SignOptions) -> Result<()> {
        if let Some(content_length) = options.content_length {
            self.allow("content_length", BODIES)?;
            self.fields.headers.insert_number(CONTENT_LENGTH, content_length);
        }
        self.hash("content_md5", "content-md5", options.content_md5.as_deref(), 16, BODIES)?;
        let before = self.fields.headers.len();
        self.hash("checksum_sha256", "x-amz-checksum-sha256", options.checksum_sha256.as_deref(), 32, CHECKED)?;
        self.hash("checksum_crc32", "x-amz-checksum-crc32", options.checksum_crc32.as_deref(), 4, CHECKED)?;
        self.hash("checksum_crc32c", "x-amz-checksum-crc32c", options.checksum_crc32c.as_deref(), 4, CHECKED)?;
        self.hash("checksum_crc64nvme", "x-amz-checksum-crc64nvme", options.checksum_crc64nvme.as_deref(), 8, CHECKED)?;
        if self.fields.headers.len() > before + 1 {
            return Err(Error::option_invalid("checksum_sha256", "one checksum of the four", "several"));
        }
        let algorithm = options.checksum_algorithm.map(ChecksumAlgorithm::header_value);
        self.word("checksum_algorithm", "x-amz-checksum-algorithm", algorithm, &[CreateMultipartUpload, CopyObject])
    }

    fn encryption_headers(&mut self, options: &'a SignOptions) -> Result<()> {
        let kind = options.server_side_encryption.map(ServerSideEncryption::as_str);
        self.word("server_side_encryption", "x-amz-server-side-encryption", kind, WRITES)?;
        let key_id = options.sse_kms_key_id.as_deref();
        self.text("sse_kms_key_id", "x-amz-server-side-encryption-aws-kms-key-id", key_id, WRITES)?;
        let context = options.sse_kms_encryption_context.as_deref();
        self.text("sse_kms_encryption_context", "x-amz-server-side-encryption-context", context, WRITES)?;
        let enabled = options.sse_bucket_key_enabled.map(|enabled| if enabled { "true" } else { "false" });
        self.word("sse_bucket_key_enabled", "x-amz-server-side-encryption-bucket-key-enabled", enabled, WRITES)?;
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

    /// The customer's key, and its MD5, by which S3 finds errors of transmission.
    fn customer_key(&mut self, key: &'a Secret) -> Result<()> {
        let mut bytes = Zeroizing::new([0; 33]);
        let decoded = STANDARD.decode_slice(key.as_str(), bytes.as_mut_slice());
        if decoded != Ok(32) {
            return Err(Error::option_invalid("sse_customer_key", "32 bytes in base64", "another text"));
        }
        let md5 = Md5::digest(bytes.get(..32).unwrap_or_default());
        let headers = &mut self.fields.headers;
        headers.insert(HeaderName::from_static("x-amz-server-side-encryption-customer-algorithm"), "AES256")?;
        headers.insert(HeaderName::from_static("x-amz-server-side-encryption-customer-key"), key.as_str())?;
        headers.insert(HeaderName::from_static("x-amz-server-side-encryption-customer-key-md5"), STANDARD.encode(md5))
    }

    /// What the request depends on, whoever sends it.
    fn request_headers(&mut self, options: &'a SignOptions, bucket: &Bucket) -> Result<()> {
        let (match_header, none_match_header) = match self.operation {
            CopyObject if bucket.is_r2() => R2_COPY_CONDITIONS,
            _ => ("if-match", "if-none-match"),
        };
        self.text("if_match", match_header, options.if_match.as_deref(), MATCHING)?;
        if let Some(etag) = &options.if_none_match {
            if etag != "*" {
                return Err(Error::option_invalid("if_none_match", "*", &quote(etag)));
            }
            if options.if_match.is_some() {
                return Err(Error::option_invalid("if_none_match", "either it or if_match", "both"));
            }
            self.text("if_none_match", none_match_header, options.if_none_match.as_deref(), CREATING)?;
        }
        let payer = options.requester_pays.then_some("requester");
        self.word("requester_pays", "x-amz-request-payer", payer, Operation::ALL)?;
        if let Some(owner) = &options.expected_bucket_owner {
            if owner.len() != 12 || !owner.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(Error::option_invalid("expected_bucket_owner", "an account of 12 digits", &quote(owner)));
            }
            self.fields.headers.insert(HeaderName::from_static("x-amz-expected-bucket-owner"), owner.as_str())?;
        }
        Ok(())
    }

    fn text(
        &mut self,
        option: &str,
        header: &'static str,
        value: Option<&'a str>,
        operations: &[Operation],
    ) -> Result<()> {
        let Some(value) = value else { return Ok(()) };
        self.allow(option, operations)?;
        self.fields.headers.insert(HeaderName::from_static(header), value)
    }

    fn word(
        &mut self,
        option: &str,
        header: &'static str,
        word: Option<&'static str>,
        operations: &[Operation],
    ) -> Result<()> {
        let Some(word) = word else { return Ok(()) };
        self.allow(option, operations)?;
        self.fields.headers.insert(HeaderName::from_static(header), word)
    }

    /// A hash of so many bytes in base64.
    fn hash(
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
        self.fields.headers.insert(HeaderName::from_static(header), value)
    }

    fn parameter(
        &mut self,
        option: &str,
        name: &'static str,
        value: Option<&'a str>,
        operations: &[Operation],
    ) -> Result<()> {
        let Some(value) = value else { return Ok(()) };
        self.allow(option, operations)?;
        // Each becomes a header of the answer, or is opaque and printable: the rules of headers hold for all. Spaces stay
        // as they are, because a query can hold them.
        check_value(value).map_err(|reason| Error::header_invalid(name, reason))?;
        self.fields.parameters.push(Parameter { name: name.into(), value: value.into() });
        Ok(())
    }

    fn number(&mut self, option: &str, name: &'static str, value: Option<u64>, operations: &[Operation]) -> Result<()> {
        let Some(value) = value else { return Ok(()) };
        self.allow(option, operations)?;
        self.fields.parameters.push(Parameter { name: name.into(), value: value.to_string().into() });
        Ok(())
    }

    /// An option that the operation does not have would be ignored or never match: it is an error.
    fn allow(&self, option: &str, operations: &[Operation]) -> Result<()> {
        if operations.contains(&self.operation) {
            return Ok(());
        }
        let words: Vec<_> = operations.iter().map(|operation| operation.as_str()).collect();
        Err(Error::option_invalid(option, &format!("the operation {}", words.join(" or ")), self.operation.as_str()))
    }
}
