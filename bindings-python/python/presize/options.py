"""The options by name and type, for type checkers. Nothing here is looked at when a program runs: the core's tables
decide what a name, a word and a range are, and answer ``option_invalid`` for anything else.

An option that is not given keeps its default. There is no ``None`` for "default": leave the option out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict

__all__ = [
    "BucketOptions",
    "CloudFrontOptions",
    "CompleteMultipartUploadOptions",
    "ConfirmOptions",
    "CopyOptions",
    "CreateMultipartUploadOptions",
    "DecodeOptions",
    "DeleteOptions",
    "GetOptions",
    "ImageRulesOptions",
    "IssueOptions",
    "JsonLimitsOptions",
    "ListPartsOptions",
    "PlaceholderOptions",
    "PostFormOptions",
    "PutOptions",
    "RequestOptions",
    "SignOptions",
    "SrcsetOptions",
    "TransformOptions",
    "UploadPartOptions",
    "UploadPolicyOptions",
    "VariantPolicyOptions",
]

ImageFormat = Literal["jpeg", "png", "webp", "gif", "heic", "heif", "avif"]
OutputFormat = Literal["jpeg", "png", "webp"]
# As they may be given: ``"jpg"`` is read as ``"jpeg"``, and never written.
ImageFormatName = ImageFormat | Literal["jpg"]
OutputFormatName = OutputFormat | Literal["jpg"]
Fit = Literal["cover", "contain", "fill", "inside", "outside"]
Position = Literal["center", "top", "top-right", "right", "bottom-right", "bottom", "bottom-left", "left", "top-left"]
ChromaSubsampling = Literal["4:2:0", "4:2:2", "4:4:4"]
Scaling = Literal["fast", "best"]
Effort = Literal["normal", "high"]
TransformPath = Literal["planes", "rgb", "pixels"]
MetadataKind = Literal["exif", "xmp", "iptc", "comment", "thumbnail", "additional_images", "c2pa", "other"]
Operation = Literal[
    "get",
    "put",
    "head",
    "delete",
    "copy-object",
    "create-multipart-upload",
    "upload-part",
    "complete-multipart-upload",
    "abort-multipart-upload",
    "list-parts",
]
MetadataDirective = Literal["copy", "replace"]
UrlStyle = Literal["path", "virtual-host"]
Jurisdiction = Literal["eu", "fedramp"]
Disposition = Literal["inline", "attachment"]
ChecksumAlgorithm = Literal["sha256", "crc32", "crc32c", "crc64nvme"]
ServerSideEncryption = Literal["AES256", "aws:kms", "aws:kms:dsse"]
CannedAcl = Literal[
    "private",
    "public-read",
    "public-read-write",
    "authenticated-read",
    "aws-exec-read",
    "bucket-owner-read",
    "bucket-owner-full-control",
]
CloudFrontHash = Literal["sha1", "sha256"]
CloudFrontKeyType = Literal["ecdsa-p256", "rsa"]
UploadMethod = Literal["put", "post"]
Verify = Literal["full", "head"]
Promote = Literal["auto", "copy", "write"]
Originals = Literal["stripped", "as_is", "reencoded"]
UploadAction = Literal["issue", "confirm"]
UploadOutcome = Literal["issued", "confirmed", "rejected", "failed"]
VariantFormat = Literal["jpeg", "png", "webp", "baseline"]
WidthSet = Literal["next"]
EventSource = Literal["s3", "eventbridge", "minio", "r2"]
IgnoredReason = Literal[
    "test_event", "subscription", "not_created", "key_invalid", "duplicate", "superseded", "unknown_event"
]


class ImageRulesOptions(TypedDict, total=False):
    """The options of :class:`presize.ImageRules`, which says what they mean."""

    formats: Sequence[ImageFormatName]
    max_bytes: int
    max_data_uri_bytes: int
    min_width: int
    min_height: int
    max_width: int
    max_height: int
    max_pixels: int
    max_frames: int
    max_frame_pixels: int
    max_work_pixels: int
    max_memory_bytes: int
    max_scans: int
    max_icc_bytes: int
    max_images: int
    max_total_bytes: int
    max_total_pixels: int
    max_total_work_pixels: int
    allow_bare_base64: bool
    allow_whitespace: bool
    allow_type_mismatch: bool
    allow_polyglots: bool
    allow_truncated: bool


class JsonLimitsOptions(TypedDict, total=False):
    """The options of :class:`presize.JsonScanner`, which says what they mean."""

    max_structure_bytes: int
    max_depth: int
    max_data_uris: int
    max_escapes: int


class DecodeOptions(TypedDict, total=False):
    """The options of :func:`presize.decode`, which says what they mean."""

    width: int
    height: int
    fit: Fit
    position: Position
    background: str
    enlarge: bool
    scaling: Scaling


class TransformOptions(DecodeOptions, total=False):
    """The options of :func:`presize.transform`, which says what they mean."""

    format: OutputFormatName
    quality: int
    progressive: bool
    chroma_subsampling: ChromaSubsampling
    effort: Effort
    lossless: bool
    keep_icc: bool


class UploadPolicyOptions(TypedDict, total=False):
    """The options of :class:`presize.UploadPolicy`, which says what they mean."""

    prefix: str
    incoming_prefix: str
    key_template: str
    method: UploadMethod
    formats: Sequence[ImageFormatName]
    max_bytes: int
    min_bytes: int
    expires_in: int
    public_base_url: str
    verify: Verify
    min_width: int
    min_height: int
    max_width: int
    max_height: int
    max_pixels: int
    max_frames: int
    max_frame_pixels: int
    max_work_pixels: int
    max_memory_bytes: int
    cache_control: str
    metadata: Mapping[str, str]
    record_origin: bool
    originals: Originals
    promote: Promote
    create_only: bool
    variant_widths: Sequence[int]
    variant_format: OutputFormatName
    variant_quality: int


class IssueOptions(TypedDict, total=False):
    """The options of :meth:`presize.Uploads.issue` that may be left out."""

    filename: str
    checksum_sha256: str


class ConfirmOptions(TypedDict, total=False):
    """The options of :meth:`presize.Uploads.confirm` that may be left out."""

    filename: str
    size_bytes: int
    content_type: str
    checksum_sha256: str


class BucketOptions(TypedDict, total=False):
    """The options of every kind of :class:`presize.Bucket`, which says what they mean."""

    dual_stack: bool
    fips: bool
    accelerate: bool
    jurisdiction: Jurisdiction
    url_style: UrlStyle
    public_endpoint: str
    proxy_rewrites_host: bool


class RequestOptions(TypedDict, total=False):
    """What every presigned request can say, besides ``expires_in`` and ``now``."""

    requester_pays: bool
    """Whether the requester pays for the request and the transfer. Default: ``False``."""
    expected_bucket_owner: str
    """The account that the bucket must belong to, 12 digits. Default: unset."""


class _Checksums(TypedDict, total=False):
    checksum_sha256: str
    """The SHA-256 of the body, 32 bytes in base64. The store refuses another body. One checksum at most."""
    checksum_crc32: str
    """The CRC-32 of the body, 4 bytes in base64."""
    checksum_crc32c: str
    """The CRC-32C of the body, 4 bytes in base64."""
    checksum_crc64nvme: str
    """The CRC-64/NVME of the body, 8 bytes in base64."""


class _CustomerKey(TypedDict, total=False):
    sse_customer_key: str
    """The customer's own key (SSE-C), 32 bytes in base64. It is in the headers: the client must send it."""


class _Stored(_CustomerKey, total=False):
    content_encoding: str
    """``Content-Encoding`` of the object."""
    content_language: str
    """``Content-Language`` of the object."""
    content_disposition: str
    """``Content-Disposition`` of the object, ASCII: see :func:`presize.content_disposition`."""
    cache_control: str
    """``Cache-Control`` of the object."""
    storage_class: str
    """The storage class, as the store names it: ``"STANDARD_IA"``."""
    acl: CannedAcl
    """Who may use the object."""
    server_side_encryption: ServerSideEncryption
    """How the object is encrypted at rest."""
    sse_kms_key_id: str
    """The key's id or ARN, with ``server_side_encryption`` of ``"aws:kms"`` or ``"aws:kms:dsse"``."""
    sse_kms_encryption_context: str
    """The encryption context, JSON in base64."""
    sse_bucket_key_enabled: bool
    """Whether S3 keeps a key for the bucket."""


class _Written(_Stored, total=False):
    tagging: Mapping[str, str]
    """The object's tags, at most 10; names of 1 to 128, values of at most 256 characters."""


class GetOptions(RequestOptions, _CustomerKey, total=False):
    """The options of ``get`` and ``head``."""

    if_match: str
    """The ``ETag`` that the object must have (RFC 9110, section 13.1.1)."""
    version_id: str
    """The version of the object. Default: the latest."""
    part_number: int
    """One part of the object, from 1 to 10000."""
    response_cache_control: str
    """The ``Cache-Control`` that the answer shall have."""
    response_content_disposition: str
    """The ``Content-Disposition`` that the answer shall have, ASCII: see :func:`presize.content_disposition`."""
    response_content_encoding: str
    """The ``Content-Encoding`` that the answer shall have."""
    response_content_language: str
    """The ``Content-Language`` that the answer shall have."""
    response_content_type: str
    """The ``Content-Type`` that the answer shall have."""
    response_expires: str
    """The ``Expires`` that the answer shall have, an HTTP date."""


class PutOptions(RequestOptions, _Checksums, _Written, total=False):
    """The options of ``put``, besides ``content_type``, ``content_length`` and ``metadata``."""

    content_md5: str
    """The MD5 of the body, 16 bytes in base64 (RFC 1864)."""
    if_match: str
    """The ``ETag`` of the object that is to be replaced (RFC 9110, section 13.1.1)."""
    if_none_match: Literal["*"]
    """``"*"``: the object is created and never replaced (RFC 9110, section 13.1.2)."""


class CopyOptions(RequestOptions, _Stored, total=False):
    """The options of ``copy``. What the copy has instead of the source's own headers and metadata needs a
    ``metadata_directive`` of ``"replace"``; tags are copied."""

    copy_source_version_id: str
    """The version of the source. Default: the latest."""
    copy_source_if_match: str
    """The ``ETag`` that the source must have; the copy is refused otherwise."""
    metadata_directive: MetadataDirective
    """Whether headers and metadata are copied with the object, or replaced. Default: ``"copy"``."""
    content_type: str
    """The ``Content-Type`` of the copy."""
    metadata: Mapping[str, str]
    """The copy's own metadata: see :meth:`presize.Presigner.put`."""
    checksum_algorithm: ChecksumAlgorithm
    """The checksum that the store makes of the copy."""
    if_match: str
    """The ``ETag`` of the object that is to be replaced (RFC 9110, section 13.1.1)."""
    if_none_match: Literal["*"]
    """``"*"``: the object is created and never replaced (RFC 9110, section 13.1.2)."""


class DeleteOptions(RequestOptions, total=False):
    """The options of ``delete``."""

    if_match: str
    """The ``ETag`` that the object must have (RFC 9110, section 13.1.1)."""
    version_id: str
    """The version that is removed. Default: none, so that a versioned bucket marks the object as removed."""


class CreateMultipartUploadOptions(RequestOptions, _Written, total=False):
    """The options of ``create_multipart_upload``."""

    content_type: str
    """The ``Content-Type`` of the object."""
    metadata: Mapping[str, str]
    """The object's own metadata: see :meth:`presize.Presigner.put`."""
    checksum_algorithm: ChecksumAlgorithm
    """The checksum that each part will carry."""


class UploadPartOptions(RequestOptions, _Checksums, _CustomerKey, total=False):
    """The options of ``upload_part``."""

    content_length: int
    """The exact size of the part, in bytes."""
    content_md5: str
    """The MD5 of the part, 16 bytes in base64 (RFC 1864)."""


class CompleteMultipartUploadOptions(RequestOptions, _Checksums, _CustomerKey, total=False):
    """The options of ``complete_multipart_upload``."""

    if_match: str
    """The ``ETag`` of the object that is to be replaced (RFC 9110, section 13.1.1)."""
    if_none_match: Literal["*"]
    """``"*"``: the object is created and never replaced (RFC 9110, section 13.1.2)."""


class ListPartsOptions(RequestOptions, _CustomerKey, total=False):
    """The options of ``list_parts``."""

    max_parts: int
    """How many parts are listed, from 1 to 1000. Default: 1000."""
    part_number_marker: int
    """The part after which the list begins, from 0 to 10000."""


class SignOptions(PutOptions, total=False):
    """Every option of every operation, for ``request`` and ``sign_many``. One that the operation does not have is
    ``option_invalid``."""

    expires_in: int
    content_type: str
    content_length: int
    metadata: Mapping[str, str]
    checksum_algorithm: ChecksumAlgorithm
    version_id: str
    upload_id: str
    part_number: int
    max_parts: int
    part_number_marker: int
    copy_source: str
    copy_source_version_id: str
    copy_source_if_match: str
    metadata_directive: MetadataDirective
    response_cache_control: str
    response_content_disposition: str
    response_content_encoding: str
    response_content_language: str
    response_content_type: str
    response_expires: str


class PostFormOptions(TypedDict, total=False):
    """The options of ``post_form``, which says what they mean."""

    expires_in: int
    min_bytes: int
    content_type: str
    content_type_starts_with: str
    cache_control: str
    content_disposition: str
    content_encoding: str
    acl: CannedAcl
    storage_class: str
    server_side_encryption: ServerSideEncryption
    sse_kms_key_id: str
    metadata: Mapping[str, str]
    tagging: Mapping[str, str]
    starts_with: Mapping[str, str]
    success_action_status: Literal[200, 201, 204]
    success_action_redirect: str


class CloudFrontOptions(TypedDict, total=False):
    """The options of signed URLs and cookies. :mod:`presize.cloudfront` says what they mean."""

    expires_in: int
    starts_at: int
    ip_range: str
    resource: str
    hash: CloudFrontHash


class VariantPolicyOptions(TypedDict, total=False):
    """The options of :class:`presize.VariantPolicy`, which says what they mean."""

    widths: Sequence[int]
    heights: Sequence[int]
    sizes: Sequence[str]
    width_set: WidthSet
    presets: Mapping[str, TransformOptions]
    original_size: bool
    formats: Sequence[OutputFormatName]
    negotiate: bool
    quality: int
    qualities: Sequence[int]
    fit: Fit
    fits: Sequence[Fit]
    max_side: int
    key_prefixes: Sequence[str]
    signing_keys: Sequence[str]
    max_age_seconds: int
    immutable: bool
    error_max_age_seconds: int


class SrcsetOptions(TypedDict, total=False):
    """The options of :meth:`presize.Variants.srcset`, which says what they mean."""

    base_url: str
    max_width: int
    sizes: str


class PlaceholderOptions(TypedDict, total=False):
    """The options of :func:`presize.placeholder`, which says what they mean."""

    data_uri: bool
