"""The options by name and type, for type checkers. Nothing here is checked when a program runs: the core's tables
decide what a name, a word and a range are, and answer ``option_invalid`` for anything else.

An option that is not given keeps its default. There is no ``None`` for "default": leave the option out.
"""

# Written by `cargo xtask generate` from the tables of core; which types there are is in `.cargo/generate/src/surface.rs`.

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
    "EdgeOptions",
    "EventResizePolicyOptions",
    "GatewayOptions",
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
"""An image format that presize knows by its bytes.

- ``"jpeg"``: JPEG (ITU-T T.81).
- ``"png"``: PNG (W3C), the first frame of APNG included.
- ``"webp"``: WebP (RFC 9649): lossy, lossless, animated.
- ``"gif"``: GIF 87a and 89a.
- ``"heic"``: HEIF with HEVC: the photos of phones. Recognised; this build has no decoder.
- ``"heif"``: HEIF with a codec that its brands do not tell. Recognised; this build has no decoder.
- ``"avif"``: AVIF. Recognised; this build has no decoder.
"""
ImageFormatName = ImageFormat | Literal["jpg"]
"""As it may be given: ``"jpg"`` is read as ``"jpeg"``, and never written."""

OutputFormat = Literal["jpeg", "png", "webp"]
"""A format that presize writes.

- ``"jpeg"``: lossy, without alpha.
- ``"png"``: lossless.
- ``"webp"``: lossy, or lossless with ``lossless``; with alpha.
"""
OutputFormatName = OutputFormat | Literal["jpg"]
"""As it may be given: ``"jpg"`` is read as ``"jpeg"``, and never written."""

Fit = Literal["cover", "contain", "fill", "inside", "outside"]
"""How a picture is brought to a width and a height. With only one of the two, or neither, the picture keeps its aspect
ratio whatever the fit.

- ``"cover"``: fills the box and cuts off what stands out, where ``position`` says. Without ``enlarge`` the result has
  the aspect ratio of the box at the largest size that the picture can fill.
- ``"contain"``: the whole picture within the box, the rest of the box in the background colour; the result has exactly
  the size of the box. Without ``enlarge`` a smaller picture is not scaled.
- ``"fill"``: exactly the size of the box, distorted. Without ``enlarge`` neither side becomes longer than it was.
- ``"inside"``: the largest size that lies within the box. Without ``enlarge`` at most the picture's own.
- ``"outside"``: the smallest size that covers the box; nothing is cut off. Without ``enlarge`` at most the picture's
  own.
"""

Position = Literal["center", "top", "top-right", "right", "bottom-right", "bottom", "bottom-left", "left", "top-left"]
"""Which part ``cover`` keeps, and where ``contain`` puts the picture: on the picture as displayed.

- ``"center"``: the middle.
- ``"top"``: the middle of the top edge.
- ``"top-right"``: the top right corner.
- ``"right"``: the middle of the right edge.
- ``"bottom-right"``: the bottom right corner.
- ``"bottom"``: the middle of the bottom edge.
- ``"bottom-left"``: the bottom left corner.
- ``"left"``: the middle of the left edge.
- ``"top-left"``: the top left corner.
"""

ChromaSubsampling = Literal["4:2:0", "4:2:2", "4:4:4"]
"""How finely a JPEG stores colour compared with brightness.

- ``"4:2:0"``: one colour sample for four pixels: the smallest files.
- ``"4:2:2"``: one colour sample for two pixels side by side.
- ``"4:4:4"``: one colour sample for each pixel: for text and graphics.
"""

Scaling = Literal["fast", "best"]
"""What a JPEG may lose of its finest detail by being decoded at a fraction of its size before it is scaled down.

- ``"fast"``: decoded at the smallest eighth that is at least 1.5 times the result.
- ``"best"``: decoded at the smallest eighth, up to a half, that is at least 2 times the result; else in full.
"""

Effort = Literal["normal", "high"]
"""How much time a lossy encoder spends to make the file smaller.

- ``"normal"``: what a request can wait for.
- ``"high"``: several times as long for a JPEG: each coefficient is rounded where it costs the fewest bits (trellis
  quantisation), and it is written in several passes, as with ``progressive``. A WebP tries more modes.
"""

TransformPath = Literal["planes", "rgb", "pixels"]
"""Along which path a picture is made of another.

- ``"planes"``: the planes of a JPEG or a lossy WebP are scaled, and encoded as a JPEG or as a lossy WebP.
- ``"rgb"``: the planes of a JPEG or a lossy WebP are scaled, and RGB is made of them at the size of the result.
- ``"pixels"``: pixels are decoded row by row, and scaled or copied as they come.
"""

MetadataKind = Literal["exif", "xmp", "iptc", "comment", "thumbnail", "additional_images", "c2pa", "other"]
"""A kind of metadata.

- ``"exif"``: EXIF: camera, time, GPS position, maker notes, thumbnail. An orientation is written back on its own.
- ``"xmp"``: XMP, extended XMP too: edits, ratings, places, face regions, and what else an editor or a phone has put
  there.
- ``"iptc"``: IPTC and the other image resources of Photoshop: captions, names, places, paths, thumbnails.
- ``"comment"``: comments and texts, and the time of the last change.
- ``"thumbnail"``: a smaller copy of the picture outside EXIF.
- ``"additional_images"``: further pictures and films in the same file: previews, depth and gain maps, the film of a
  motion photo.
- ``"c2pa"``: C2PA content credentials. They are signed over the bytes of the file, so they could not stay valid.
- ``"other"``: anything else that is not needed to show the picture: segments and chunks of makers and programs, bytes
  between the parts of a file and after its end.
"""

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
"""What a presigned request does.

- ``"get"``: reads an object.
- ``"put"``: writes an object.
- ``"head"``: reads an object's headers.
- ``"delete"``: removes an object.
- ``"copy-object"``: writes an object as a copy of another one, which the store makes. The client sends no body, and
  reads the whole response: S3 can send status 200 before the copy is made, and reports a failure then as an ``Error``
  in the XML.
- ``"create-multipart-upload"``: begins a multipart upload; the response's XML contains its ``UploadId``. The client
  sends no body.
- ``"upload-part"``: writes one part; the response's ``ETag`` is needed to complete the upload.
- ``"complete-multipart-upload"``: joins the parts to an object. The client sends what
  :func:`presize.complete_multipart_body` writes, and reads the whole response: S3 sends status 200 before the parts are
  joined, and reports a failure then as an ``Error`` in the XML.
- ``"abort-multipart-upload"``: aborts a multipart upload and removes its parts.
- ``"list-parts"``: lists the parts that were uploaded.
"""

MetadataDirective = Literal["copy", "replace"]
"""Where a copy takes its metadata and headers from.

- ``"copy"``: from the source.
- ``"replace"``: from the request; the copy has no others.
"""

UrlStyle = Literal["path", "virtual-host"]
"""Where the bucket's name stands in a URL.

- ``"path"``: ``https://endpoint/bucket/key``.
- ``"virtual-host"``: ``https://bucket.endpoint/key``.
"""

Jurisdiction = Literal["eu", "fedramp"]
"""Where R2 keeps a bucket; one made in a jurisdiction is reached only on the jurisdiction's host.

- ``"eu"``: the European Union.
- ``"fedramp"``: the programme of the United States' government, ``FedRAMP``.
"""

Disposition = Literal["inline", "attachment"]
"""What a browser does with a file.

- ``"inline"``: shows it.
- ``"attachment"``: saves it.
"""

ChecksumAlgorithm = Literal["sha256", "crc32", "crc32c", "crc64nvme"]
"""How S3 checks the content of an upload.

- ``"sha256"``: SHA-256 (FIPS 180-4), 32 bytes.
- ``"crc32"``: CRC-32 (ISO 3309), 4 bytes, most significant first.
- ``"crc32c"``: CRC-32C (Castagnoli), 4 bytes, most significant first.
- ``"crc64nvme"``: CRC-64/NVME, 8 bytes, most significant first.
"""

ServerSideEncryption = Literal["AES256", "aws:kms", "aws:kms:dsse"]
"""How S3 encrypts an object at rest. The words are those of AWS's header.

- ``"AES256"``: keys that S3 manages.
- ``"aws:kms"``: a key of the Key Management Service.
- ``"aws:kms:dsse"``: two layers of encryption with a key of the Key Management Service.
"""

CannedAcl = Literal[
    "private",
    "public-read",
    "public-read-write",
    "authenticated-read",
    "aws-exec-read",
    "bucket-owner-read",
    "bucket-owner-full-control",
]
"""Who may use an object, by S3's canned access control lists. Buckets with object ownership enforced (the default of S3
since 2023) refuse all but ``"bucket-owner-full-control"``.

- ``"private"``: the owner alone.
- ``"public-read"``: everybody may read.
- ``"public-read-write"``: everybody may read and write.
- ``"authenticated-read"``: everybody with an AWS account may read.
- ``"aws-exec-read"``: EC2 may read machine images.
- ``"bucket-owner-read"``: the bucket's owner may read.
- ``"bucket-owner-full-control"``: the bucket's owner may do everything.
"""

CloudFrontHash = Literal["sha1", "sha256"]
"""Which hash of the policy is signed.

- ``"sha1"``: SHA-1: what CloudFront assumes where nothing is said.
- ``"sha256"``: SHA-256: said by ``Hash-Algorithm=SHA256`` in the URL, by ``CloudFront-Hash-Algorithm`` among the
  cookies.
"""

CloudFrontKeyType = Literal["ecdsa-p256", "rsa"]
"""Which kind of key signs.

- ``"ecdsa-p256"``: ECDSA over the curve P-256, also called prime256v1 and secp256r1. Short signatures, quick to make.
- ``"rsa"``: RSA with PKCS#1 v1.5 padding, of 2048 bits; keys of 3072 and 4096 bits are signed with too.
"""

UploadMethod = Literal["put", "post"]
"""How a client uploads.

- ``"put"``: a PUT of exactly the size and the type asked for.
- ``"post"``: a POST form, which bounds the size. R2 and access points have none: ``post_form_unsupported``.
"""

Verify = Literal["full", "head"]
"""How an upload is checked before it is confirmed.

- ``"full"``: the whole file is fetched, checked against all rules and decoded to its end.
- ``"head"``: the first 256 KiB of the file are fetched and its header read: less is transferred, and damage further on
  is not found. The whole file, up to ``max_bytes``, where the header comes later.
"""

Promote = Literal["auto", "copy", "write"]
"""How a checked upload gets to its final key.

- ``"auto"``: as ``"copy"`` on S3, access points among it, and R2, which document every condition; as ``"write"``
  elsewhere.
- ``"copy"``: the store copies it, unless something in the file has to be changed. On a store that ignores the condition
  on the source, what the client has uploaded since the check is at the final key until the copy is compared.
- ``"write"``: the bytes that were checked are written themselves.
"""

Originals = Literal["stripped", "as_is", "reencoded"]
"""What of an upload is stored at its final key.

- ``"stripped"``: the file without what is not needed to show it, as :func:`presize.strip_metadata` leaves it: no pixel
  is touched, and its GPS position, all other EXIF, XMP, IPTC, comments and thumbnails are gone, and so are further
  pictures and films in the file: the gain map of an HDR photo, the film of a motion photo.
- ``"as_is"``: the file as it was uploaded, with its GPS position and all it says of its owner.
- ``"reencoded"``: the picture decoded and encoded again, upright and without metadata: a still JPEG, a still PNG, a
  still lossless WebP. Animations and lossy WebP, of which that would make files many times as large, are stripped.
"""

UploadAction = Literal["issue", "confirm"]
"""The call that the event is about.

- ``"issue"``: a ticket was requested.
- ``"confirm"``: an upload was to be checked and stored under its final key.
"""

UploadOutcome = Literal["issued", "confirmed", "rejected", "failed"]
"""How the call ended.

- ``"issued"``: with a ticket.
- ``"confirmed"``: with the upload under its final key.
- ``"rejected"``: with a refusal: the sender can do something about it.
- ``"failed"``: with a failure that says nothing against the upload.
"""

VariantFormat = Literal["jpeg", "png", "webp", "baseline"]
"""The format of a variant.

- ``"jpeg"``: JPEG.
- ``"png"``: PNG.
- ``"webp"``: WebP.
- ``"baseline"``: a format that every client shows: JPEG, or PNG where the picture has alpha.
"""
VariantFormatName = VariantFormat | Literal["jpg"]
"""As it may be given: ``"jpg"`` is read as ``"jpeg"``, and never written."""

WidthSet = Literal["next"]
"""A set of widths that a front end is known to ask for.

- ``"next"``: those of Next.js 16: 32, 48, 64, 96, 128, 256 and 384 for images of a fixed size, and 640, 750, 828, 1080,
  1200, 1920, 2048 and 3840 for those as wide as the screen.
"""

EventSource = Literal["s3", "eventbridge", "minio", "r2"]
"""Which service wrote the event.

- ``"s3"``: a notification of S3.
- ``"eventbridge"``: an event of S3 through EventBridge.
- ``"minio"``: a notification of MinIO.
- ``"r2"``: a notification of Cloudflare R2.
"""

IgnoredReason = Literal[
    "test_event",
    "subscription",
    "not_created",
    "key_invalid",
    "duplicate",
    "superseded",
    "unknown_event",
]
"""Why nothing follows from an event.

- ``"test_event"``: the store tells that its notifications are switched on.
- ``"subscription"``: SNS asks for its subscription to be confirmed, or tells that it has ended.
- ``"not_created"``: no object was created: one was deleted, restored, tagged or copied elsewhere.
- ``"key_invalid"``: the key cannot be decoded, or is one that is not signed.
- ``"duplicate"``: the same event came twice.
- ``"superseded"``: a later event tells of the same key.
- ``"unknown_event"``: a message of another service, or of a form that is not known.
"""

RequestForm = Literal["url", "path", "key"]
"""Where a request says which variant it asks for.

- ``"url"``: the path is the key, and the query asks for the variant: ``/photos/cat.jpg?w=200``.
- ``"path"``: the path begins with the size: ``/300x300/photos/cat.jpg``.
- ``"key"``: the parameter ``"key"`` of the query is such a path: ``?key=300x300/photos/cat.jpg``. An S3 website can
  redirect to it what it does not have.
"""

RedirectRule = Literal["always", "large"]
"""When a request is redirected to the stored result.

- ``"always"``: always: each variant is made once, and the function is not asked for it again.
- ``"large"``: only where a result is too long for an answer of the function. Others are answered, and not stored.
"""

ErrorForm = Literal["presize", "message"]
"""The body of an answer with an error.

- ``"presize"``: ``{"error": {"code": "variant_not_allowed", "message": "..."}}``.
- ``"message"``: ``{"message": "Forbidden: Resolution not allowed"}``: for front ends of the many functions that answer
  so.
"""

SkippedReason = Literal["other_bucket", "other_prefix", "own_result", "superseded", "missing"]
"""Why an object was not resized. That is no error: its event is to be acknowledged.

- ``"other_bucket"``: it is in another bucket than the originals.
- ``"other_prefix"``: its key does not begin with the prefix of the originals.
- ``"own_result"``: it is a result of presize itself.
- ``"superseded"``: it was replaced, or results of a newer original are stored: that one has an event of its own.
- ``"missing"``: it was deleted.
"""


class ImageRulesOptions(TypedDict, total=False):
    """The options of :class:`presize.ImageRules`."""

    formats: Sequence[ImageFormatName]
    """The formats accepted. Words: ``"jpeg"`` (or ``"jpg"``), ``"png"``, ``"webp"``, ``"gif"``, ``"heic"``, ``"heif"``,
    ``"avif"``. Default: jpeg, png, webp, gif."""
    max_bytes: int
    """The largest file, in bytes. Range: 1 to 4294967295. Default: 10485760 (10 MiB)."""
    max_data_uri_bytes: int
    """The longest data URI, in bytes of text with its header. Range: 1 to 8589934591. Default: none; ``max_bytes``
    bounds what it decodes to."""
    min_width: int
    """The smallest width as displayed, in pixels. Range: 1 to 65535. Default: 1."""
    min_height: int
    """The smallest height as displayed, in pixels. Range: 1 to 65535. Default: 1."""
    max_width: int
    """The largest width as displayed, in pixels. Range: 1 to 65535. Default: 16384."""
    max_height: int
    """The largest height as displayed, in pixels. Range: 1 to 65535. Default: 16384."""
    max_pixels: int
    """The most pixels of one picture. Range: 1 to 4294836225. Default: 64000000."""
    max_frames: int
    """The most frames of an animation. Range: 1 to 1000000. Default: 1000."""
    max_frame_pixels: int
    """The most pixels of all frames of an animation together. Range: 1 to 10^12. Default: 64000000."""
    max_work_pixels: int
    """The most work of one file, in weighted pixels as :func:`presize.work_pixels` counts them: every picture of
    ``max_pixels`` is within the default, whatever its format and kind. Range: 1 to 10^12. Default: 256000000."""
    max_memory_bytes: int
    """The most memory that decoding and transforming may take, in bytes, as counted from the header: every picture of
    ``max_pixels`` is within the default, whatever its format and kind. Range: 1048576 (1 MiB) to 17179869184 (16 GiB).
    Default: 402653184 (384 MiB)."""
    max_scans: int
    """The most scans of a JPEG. Range: 1 to 10000. Default: 100."""
    max_icc_bytes: int
    """The largest ICC profile, in bytes when unpacked. Range: 0 to 67108864 (64 MiB). Default: 4194304 (4 MiB)."""
    max_images: int
    """The most images of one list. Range: 1 to 10000. Default: 10."""
    max_total_bytes: int
    """The most bytes of all images of one list together. Range: 1 to 17179869184 (16 GiB). Default: 33554432
    (32 MiB)."""
    max_total_pixels: int
    """The most pixels of all images of one list together, all frames of animations among them. Range: 1 to 10^12.
    Default: 512000000."""
    max_total_work_pixels: int
    """The most work of all images of one list together, in weighted pixels. Range: 1 to 10^12. Default: 640000000."""
    allow_bare_base64: bool
    """Accept base64 without a ``data:`` header. Default: ``False``."""
    allow_whitespace: bool
    """Accept spaces, tabs and line breaks within the base64 of a data URI, escaped ones (``%0A``) too, but not more of
    them than there is base64; and spaces after the semicolons of its header. Default: ``False``."""
    allow_type_mismatch: bool
    """Accept a file whose declared type differs from what its bytes say. Default: ``False``."""
    allow_polyglots: bool
    """Accept a file that is also a page, a script, a document or an archive. Default: ``False``."""
    allow_truncated: bool
    """Accept a JPEG whose end is missing: gray where nothing arrived. Default: ``False``."""


class JsonLimitsOptions(TypedDict, total=False):
    """The options of :class:`presize.JsonScanner`."""

    max_structure_bytes: int
    """The most bytes outside of strings that are no white space; the quotes of strings count. Range: 1 to 1073741824
    (1 GiB). Default: 65536 (64 KiB)."""
    max_depth: int
    """The most objects and lists within each other. Range: 1 to 1000. Default: 32."""
    max_data_uris: int
    """The most strings that start with ``data:``, in any case. Range: 0 to 10000. Default: none."""
    max_escapes: int
    """The most escapes (``\\n``, ``\\u00e9``) in all strings together: a parser unescapes them one by one, while it
    copies other text as a whole. A data URI has one in 64 bytes where a client writes ``/`` as ``\\/``. Range: 0 to
    1073741824. Default: 1048576."""


class DecodeOptions(TypedDict, total=False):
    """The options of :func:`presize.decode`: how a picture is scaled and placed."""

    width: int
    """The width, in pixels as displayed. Range: 1 to 16384. Default: from ``height`` by the aspect ratio; the picture's
    own when neither is set."""
    height: int
    """The height, in pixels as displayed. Range: 1 to 16384. Default: from ``width`` by the aspect ratio; the picture's
    own when neither is set."""
    fit: Fit
    """How the picture is brought to ``width`` and ``height``. ``"cover"``: fills the box and cuts off what stands out,
    where ``position`` says. Without ``enlarge`` the result has the aspect ratio of the box at the largest size that the
    picture can fill. ``"contain"``: the whole picture within the box, the rest of the box in the background colour; the
    result has exactly the size of the box. Without ``enlarge`` a smaller picture is not scaled. ``"fill"``: exactly the
    size of the box, distorted. Without ``enlarge`` neither side becomes longer than it was. ``"inside"``: the largest
    size that lies within the box. Without ``enlarge`` at most the picture's own. ``"outside"``: the smallest size that
    covers the box; nothing is cut off. Without ``enlarge`` at most the picture's own. Default: ``"cover"``."""
    position: Position
    """Which part ``"cover"`` keeps, and where ``"contain"`` puts the picture. Words: ``"center"``, ``"top"``,
    ``"top-right"``, ``"right"``, ``"bottom-right"``, ``"bottom"``, ``"bottom-left"``, ``"left"``, ``"top-left"``.
    Default: ``"center"``."""
    background: str
    """The colour of what ``"contain"`` adds, and of what shows through a picture with alpha that becomes a JPEG. Where
    the result is a JPEG, a translucent background itself lies on white. Given in sRGB. A colour is ``"#rgb"``,
    ``"#rgba"``, ``"#rrggbb"``, ``"#rrggbbaa"``, ``"white"``, ``"black"`` or ``"transparent"``. Default: transparent;
    white in a JPEG."""
    enlarge: bool
    """Make the picture larger than it is where the box asks for it. Default: ``False``."""
    scaling: Scaling
    """How closely a picture that becomes smaller follows the filter. Other formats than JPEG are always decoded in
    full. ``"fast"``: decoded at the smallest eighth that is at least 1.5 times the result. ``"best"``: decoded at the
    smallest eighth, up to a half, that is at least 2 times the result; else in full. Default: ``"fast"``."""


class TransformOptions(DecodeOptions, total=False):
    """The options of :func:`presize.transform`."""

    format: OutputFormatName
    """The format of the result. Words: ``"jpeg"`` (or ``"jpg"``), ``"png"``, ``"webp"``. Default: jpeg for a JPEG, png
    for a PNG or a GIF; for a WebP jpeg, png where it has alpha, webp with ``lossless``."""
    quality: int
    """The quality of lossy encodings; of a WebP on the scale of libwebp. Range: 1 to 100. Default: 80."""
    progressive: bool
    """Write a JPEG in several passes, coarse to fine. Other formats ignore it. Default: ``False``."""
    chroma_subsampling: ChromaSubsampling
    """How finely a JPEG stores colour. Other formats ignore it. Words: ``"4:2:0"``, ``"4:2:2"``, ``"4:4:4"``.
    Default: ``"4:2:0"``."""
    effort: Effort
    """How much time a JPEG or a lossy WebP is given to become smaller. Other formats ignore it. ``"normal"``: what a
    request can wait for. ``"high"``: several times as long for a JPEG: each coefficient is rounded where it costs the
    fewest bits (trellis quantisation), and it is written in several passes, as with ``progressive``. A WebP tries more
    modes. Default: ``"normal"``."""
    lossless: bool
    """Encode a WebP without loss. A PNG always is; a JPEG cannot be. Default: ``False``."""
    keep_icc: bool
    """Keep the colours as they are and write the ICC profile of the input, instead of converting to sRGB. A profile
    that is damaged, does not describe the pixels, or cannot describe the result (a profile for gray in a WebP, or with
    a coloured background) is not written. Colours that other chunks of a PNG declare are converted all the same.
    Default: ``False``."""


class UploadPolicyOptions(TypedDict, total=False):
    """The options of :class:`presize.UploadPolicy`."""

    prefix: str
    """The start of every key, without a slash at either end; may be nested (``"a/b"``) or empty, at most 512 bytes.
    Default: ``"uploads"``."""
    incoming_prefix: str
    """The start of the keys of uploads that are not confirmed yet, of the same form as ``prefix``; neither may be the
    other or the start of it. What is never confirmed stays there: let a lifecycle rule of the bucket delete it. Empty:
    uploads go straight to their keys, and are served unchecked until they are confirmed, which checks them in place and
    deletes what is bad; and again afterwards, because the ticket can be used until it expires to replace what was
    confirmed. Default: ``"incoming"``."""
    key_template: str
    """The form of a key, at most 256 bytes of ``A-Z a-z 0-9 - _ . ~ /`` with ``{prefix}``, ``{owner}``, ``{unix_ms}``
    (the time of the ticket), ``{hex16}`` (16 random hexadecimal digits), ``{uuid}`` (a random UUID), ``{year}``,
    ``{month}``, ``{day}`` (of 4, 2 and 2 digits, in UTC) and ``{ext}`` (``.jpg``). It starts with ``{prefix}/``, which
    falls away with an empty prefix; ``{owner}`` is once a whole segment; ``{ext}`` is the end; ``{hex16}`` or
    ``{uuid}`` is in it; no segment is empty, ``.`` or ``..``; no digit comes right after ``{unix_ms}``.
    Default: ``"{prefix}/{owner}/{unix_ms}-{hex16}{ext}"``."""
    method: UploadMethod
    """How a client uploads. ``"put"``: a PUT of exactly the size and the type asked for. ``"post"``: a POST form, which
    bounds the size. R2 and access points have none: ``post_form_unsupported``. Default: ``"put"``."""
    formats: Sequence[ImageFormatName]
    """The formats accepted, by the content type that the client declares; only formats that this build decodes, because
    no other can be confirmed. Words: ``"jpeg"`` (or ``"jpg"``), ``"png"``, ``"webp"``, ``"gif"``, ``"heic"``,
    ``"heif"``, ``"avif"``. Default: jpeg, png, webp, gif."""
    max_bytes: int
    """The largest upload, in bytes; a single PUT of S3 takes 5 GiB. Range: 1 to 5368709120 (5 GiB). Default: 10485760
    (10 MiB)."""
    min_bytes: int
    """The smallest upload, in bytes. Range: 1 to 5368709120 (5 GiB). Default: 1."""
    expires_in: int
    """How long a ticket holds, in seconds. Range: 1 to 604800. Default: 300 (5 minutes)."""
    public_base_url: str
    """Where uploads can be read later, for example a CDN before the bucket: an ``http`` or ``https`` URL without query
    and fragment, with a path of ``A-Z a-z 0-9 - _ . ~ /``. Default: unset, so that a ticket has no ``public_url``."""
    verify: Verify
    """How an upload is checked before it is confirmed. ``"full"``: the whole file is fetched, checked against all rules
    and decoded to its end. ``"head"``: the first 256 KiB of the file are fetched and its header read: less is
    transferred, and damage further on is not found. The whole file, up to ``max_bytes``, where the header comes later.
    Default: ``"full"``."""
    min_width: int
    """The smallest width as displayed, in pixels. Range: 1 to 65535. Default: 1."""
    min_height: int
    """The smallest height as displayed, in pixels. Range: 1 to 65535. Default: 1."""
    max_width: int
    """The largest width as displayed, in pixels. Range: 1 to 65535. Default: 16384."""
    max_height: int
    """The largest height as displayed, in pixels. Range: 1 to 65535. Default: 16384."""
    max_pixels: int
    """The most pixels of one picture. Range: 1 to 4294836225. Default: 64000000."""
    max_frames: int
    """The most frames of an animation. Range: 1 to 1000000. Default: 1000."""
    max_frame_pixels: int
    """The most pixels of all frames of an animation together. Range: 1 to 10^12. Default: 64000000."""
    max_work_pixels: int
    """The most work of checking an upload, in weighted pixels as :func:`presize.work_pixels` counts them. Range: 1 to
    10^12. Default: 256000000."""
    max_memory_bytes: int
    """The most memory that decoding and transforming may take, in bytes, as counted from the header: every picture of
    ``max_pixels`` is within the default, whatever its format and kind. Range: 1048576 (1 MiB) to 17179869184 (16 GiB).
    Default: 402653184 (384 MiB)."""
    cache_control: str
    """``Cache-Control`` of a confirmed object and its variants. Default: unset."""
    metadata: Mapping[str, str]
    """The metadata of a confirmed object, names with values, as in :meth:`presize.Presigner.put`. Default: none."""
    record_origin: bool
    """Add the metadata ``original-filename``, ``uploaded-by`` and ``upload-timestamp`` (RFC 3339) to a confirmed
    object. Default: ``False``."""
    originals: Originals
    """What is stored at the final key. ``"reencoded"`` goes only with an incoming prefix and with ``verify`` of
    ``"full"``. Unless it is ``"as_is"``, the whole file is fetched, also with ``verify`` of ``"head"``. ``"stripped"``:
    the file without what is not needed to show it, as :func:`presize.strip_metadata` leaves it: no pixel is touched,
    and its GPS position, all other EXIF, XMP, IPTC, comments and thumbnails are gone, and so are further pictures and
    films in the file: the gain map of an HDR photo, the film of a motion photo. ``"as_is"``: the file as it was
    uploaded, with its GPS position and all it says of its owner. ``"reencoded"``: the picture decoded and encoded
    again, upright and without metadata: a still JPEG, a still PNG, a still lossless WebP. Animations and lossy WebP, of
    which that would make files many times as large, are stripped. Default: ``"stripped"``."""
    promote: Promote
    """How a checked upload gets to its final key. With ``"write"``, and on a store that is neither S3 nor R2, the whole
    file is fetched, also with ``verify`` of ``"head"``. ``"auto"``: as ``"copy"`` on S3, access points among it, and
    R2, which document every condition; as ``"write"`` elsewhere. ``"copy"``: the store copies it, unless something in
    the file has to be changed. On a store that ignores the condition on the source, what the client has uploaded since
    the check is at the final key until the copy is compared. ``"write"``: the bytes that were checked are written
    themselves. Default: ``"auto"``."""
    create_only: bool
    """Whether a ticket's PUT creates an object and never replaces one: ``if-none-match: *`` is signed, and is among the
    headers to send, which the bucket's CORS rule must allow. A store that answers it with 412 has the upload already:
    confirm it. Not with ``method`` of ``"post"``. Default: unset, which is ``True`` for a PUT to S3 or R2, and
    ``False`` elsewhere."""
    variant_widths: Sequence[int]
    """The widths of smaller pictures that are stored along with a confirmed one, in pixels: at most 10, none twice;
    only with ``verify`` of ``"full"``. Their keys have ``/{width}.jpg`` instead of the extension: ``1-ab/320.jpg`` for
    ``1-ab.png``; none is made larger than the picture. Range: 1 to 16384. Default: none."""
    variant_format: OutputFormatName
    """The format of the variants; a ``"webp"`` is lossy. Words: ``"jpeg"`` (or ``"jpg"``), ``"png"``, ``"webp"``.
    Default: ``"jpeg"``."""
    variant_quality: int
    """The quality of variants in a lossy format. Range: 1 to 100. Default: 80."""


class IssueOptions(TypedDict, total=False):
    """The options of :meth:`presize.Uploads.issue` that may be left out."""

    filename: str
    """The name that the file has with the client, at most 255 bytes. It is never a part of the key. Default: unset."""
    checksum_sha256: str
    """The SHA-256 of the file, 32 bytes in base64, as S3 has it: signed, so that a store that reads it refuses other
    bytes; only with a policy whose ``method`` is ``"put"``. Default: unset."""


class ConfirmOptions(TypedDict, total=False):
    """The options of :meth:`presize.Uploads.confirm` that may be left out."""

    filename: str
    """The name that the file has with the client, at most 255 bytes: kept with the object where the policy says
    ``record_origin``. Default: unset."""
    size_bytes: int
    """The size that was promised, in bytes, where your program remembers it: an upload of another size is refused.
    Default: unset, so that any size within the policy is accepted."""
    content_type: str
    """The media type that was promised, where your program remembers it: an upload of another type is refused. One that
    leaves the format open promises nothing. Default: unset; the type is that of the key's extension in any case."""
    checksum_sha256: str
    """The SHA-256 that was promised, 32 bytes in base64, where your program remembers it: an upload with other bytes is
    refused. It is that of the file as it was uploaded. The whole file is fetched for it, whatever the policy's
    ``verify`` says. Default: unset."""


class BucketOptions(TypedDict, total=False):
    """The options of every kind of :class:`presize.Bucket`."""

    dual_stack: bool
    """S3: the host that has IPv6 addresses too. Default: ``False``."""
    fips: bool
    """S3: the host whose cryptography is validated by FIPS 140; not in China. Default: ``False``."""
    accelerate: bool
    """S3: the nearest edge of Transfer Acceleration, which must be turned on for the bucket; not for names with dots,
    not for access points, not with ``fips`` or path style, not in China. Default: ``False``."""
    jurisdiction: Jurisdiction
    """R2: the jurisdiction that the bucket was made in. Words: ``"eu"``, ``"fedramp"``. Default: none."""
    url_style: UrlStyle
    """Where the bucket's name stands in a URL; an access point has only virtual hosts, and so has no path style, and
    S3's certificates do not cover names with dots as virtual hosts. ``"path"``: ``https://endpoint/bucket/key``.
    ``"virtual-host"``: ``https://bucket.endpoint/key``. Default: as the bucket was made."""
    public_endpoint: str
    """The ``http`` or ``https`` address under which clients reach the server, where it is not the one that the bucket
    was made with: a proxy, a tunnel, a private link. It takes the place of the server's own address; the bucket's name
    stands before its host or in its path, as ``url_style`` says. Requests are signed for this address, so that it has
    to reach the server in the ``Host`` header: S3 on a private link and servers of one's own take that, R2 does not.
    Default: none."""
    proxy_rewrites_host: bool
    """The proxy at ``public_endpoint`` sends requests on with the server's own host and path: URLs have the public
    address, and signatures are for the server's own. Default: ``False``, the proxy leaves ``Host`` and path alone."""


class RequestOptions(TypedDict, total=False):
    """What every presigned request can say, besides ``expires_in`` and ``now``."""

    requester_pays: bool
    """Whether the requester pays for the request and the transfer. Default: ``False``."""
    expected_bucket_owner: str
    """The account that the bucket must belong to, 12 digits. Default: unset."""


class _Checksums(TypedDict, total=False):
    """At most one of them. The store refuses another body."""

    checksum_sha256: str
    """The SHA-256 of the body, 32 bytes in base64. The store refuses another body. One checksum at most.
    Default: unset."""
    checksum_crc32: str
    """The CRC-32 of the body, 4 bytes in base64, as ``checksum_sha256``. Default: unset."""
    checksum_crc32c: str
    """The CRC-32C of the body, 4 bytes in base64, as ``checksum_sha256``. Default: unset."""
    checksum_crc64nvme: str
    """The CRC-64/NVME of the body, 8 bytes in base64, as ``checksum_sha256``. Default: unset."""


class _CustomerKey(TypedDict, total=False):
    """The key of a customer."""

    sse_customer_key: str
    """The customer's own key (SSE-C), 32 bytes in base64. The client must send it: it is in the headers. Not together
    with ``server_side_encryption``. Default: unset."""


class _Stored(_CustomerKey, total=False):
    """What an object gets when it is written, also as a copy."""

    content_encoding: str
    """``Content-Encoding`` of the object. Default: unset."""
    content_language: str
    """``Content-Language`` of the object. Default: unset."""
    content_disposition: str
    """``Content-Disposition`` of the object, ASCII: :func:`presize.content_disposition` makes it for any file name.
    Default: unset."""
    cache_control: str
    """``Cache-Control`` of the object. Default: unset."""
    storage_class: str
    """The storage class, as the store names it (``"STANDARD_IA"``). Default: unset, the bucket's own."""
    acl: CannedAcl
    """Who may use the object. Words: ``"private"``, ``"public-read"``, ``"public-read-write"``,
    ``"authenticated-read"``, ``"aws-exec-read"``, ``"bucket-owner-read"``, ``"bucket-owner-full-control"``.
    Default: unset, the bucket's own rule."""
    server_side_encryption: ServerSideEncryption
    """How the object is encrypted at rest. Words: ``"AES256"``, ``"aws:kms"``, ``"aws:kms:dsse"``. Default: unset, the
    bucket's own rule."""
    sse_kms_key_id: str
    """The key of the Key Management Service by id or ARN, with ``server_side_encryption`` of ``"aws:kms"`` or
    ``"aws:kms:dsse"``. Default: unset, the service's own key."""
    sse_kms_encryption_context: str
    """The encryption context, JSON in base64. Default: unset."""
    sse_bucket_key_enabled: bool
    """Whether S3 keeps a key for the bucket, for fewer calls of the Key Management Service. Default: unset, the
    bucket's own rule."""


class _Written(_Stored, total=False):
    """What an object gets when it is created, not copied."""

    tagging: Mapping[str, str]
    """The object's tags, at most 10, names of 1 to 128 and values of at most 256 characters. Default: none."""


class GetOptions(RequestOptions, _CustomerKey, total=False):
    """The options of ``get`` and ``head``."""

    if_match: str
    """The ``ETag`` that the object must have (RFC 9110, section 13.1.1); where one is written, the object that is
    replaced. A copy within R2 has R2's own header for it. Default: unset."""
    version_id: str
    """The version of the object. Default: unset, the latest; a versioned bucket then marks a deleted object as
    removed."""
    part_number: int
    """The number of a part; a read gives that part alone. Range: 1 to 10000. Default: unset."""
    response_cache_control: str
    """The ``Cache-Control`` that the answer shall have. Default: unset, the object's own."""
    response_content_disposition: str
    """The ``Content-Disposition`` that the answer shall have, ASCII: :func:`presize.content_disposition` makes it for
    any file name. Default: unset, the object's own."""
    response_content_encoding: str
    """The ``Content-Encoding`` that the answer shall have. Default: unset, the object's own."""
    response_content_language: str
    """The ``Content-Language`` that the answer shall have. Default: unset, the object's own."""
    response_content_type: str
    """The ``Content-Type`` that the answer shall have. Default: unset, the object's own."""
    response_expires: str
    """The ``Expires`` that the answer shall have, an HTTP date. Default: unset, the object's own."""


class PutOptions(RequestOptions, _Checksums, _Written, total=False):
    """The options of ``put``, besides ``content_type``, ``content_length`` and ``metadata``."""

    content_md5: str
    """The MD5 of the body, 16 bytes in base64 (RFC 1864). Default: unset."""
    if_match: str
    """The ``ETag`` that the object must have (RFC 9110, section 13.1.1); where one is written, the object that is
    replaced. A copy within R2 has R2's own header for it. Default: unset."""
    if_none_match: Literal["*"]
    """``"*"``, so that an object is created and never replaced (RFC 9110, section 13.1.2). A copy within R2 has R2's
    own header for it. Default: unset."""


class _Content(TypedDict, total=False):
    """What a copy and an upload in parts say of the object itself."""

    content_type: str
    """The ``Content-Type`` that the client must send. ASCII, spaces collapsed. Default: unset, so that the client may
    send any."""
    metadata: Mapping[str, str]
    """The object's own metadata, names (RFC 9110 tokens, lower-cased) with values. A value outside ASCII is sent in
    encoded words (RFC 2047), as S3 wants it, and given back so. 2048 bytes in all on S3, 8192 elsewhere.
    Default: none."""


class CopyOptions(RequestOptions, _Stored, _Content, total=False):
    """The options of ``copy``. What the copy has instead of the source's own headers and metadata needs a
    ``metadata_directive`` of ``"replace"``; tags are copied."""

    copy_source_version_id: str
    """The version of what is copied: 1 to 1024 of ``A-Z a-z 0-9 - _ . ~ / + =``. Default: unset, the latest."""
    copy_source_if_match: str
    """The ``ETag`` that what is copied must have; the copy is refused otherwise. Default: unset."""
    metadata_directive: MetadataDirective
    """Where the copy has its metadata and headers from. ``"copy"``: from the source. ``"replace"``: from the request;
    the copy has no others. Default: unset, from what is copied."""
    checksum_algorithm: ChecksumAlgorithm
    """The checksum that each part will carry, or that the store makes of a copy. Words: ``"sha256"``, ``"crc32"``,
    ``"crc32c"``, ``"crc64nvme"``. Default: unset."""
    if_match: str
    """The ``ETag`` that the object must have (RFC 9110, section 13.1.1); where one is written, the object that is
    replaced. A copy within R2 has R2's own header for it. Default: unset."""
    if_none_match: Literal["*"]
    """``"*"``, so that an object is created and never replaced (RFC 9110, section 13.1.2). A copy within R2 has R2's
    own header for it. Default: unset."""


class DeleteOptions(RequestOptions, total=False):
    """The options of ``delete``."""

    if_match: str
    """The ``ETag`` that the object must have (RFC 9110, section 13.1.1); where one is written, the object that is
    replaced. A copy within R2 has R2's own header for it. Default: unset."""
    version_id: str
    """The version of the object. Default: unset, the latest; a versioned bucket then marks a deleted object as
    removed."""


class CreateMultipartUploadOptions(RequestOptions, _Written, _Content, total=False):
    """The options of ``create_multipart_upload``."""

    checksum_algorithm: ChecksumAlgorithm
    """The checksum that each part will carry, or that the store makes of a copy. Words: ``"sha256"``, ``"crc32"``,
    ``"crc32c"``, ``"crc64nvme"``. Default: unset."""


class UploadPartOptions(RequestOptions, _Checksums, _CustomerKey, total=False):
    """The options of ``upload_part``."""

    content_length: int
    """The ``Content-Length`` that the client must send, in bytes: the exact size of the body. Default: unset, so that
    the client may send any amount."""
    content_md5: str
    """The MD5 of the body, 16 bytes in base64 (RFC 1864). Default: unset."""


class CompleteMultipartUploadOptions(RequestOptions, _Checksums, _CustomerKey, total=False):
    """The options of ``complete_multipart_upload``."""

    if_match: str
    """The ``ETag`` that the object must have (RFC 9110, section 13.1.1); where one is written, the object that is
    replaced. A copy within R2 has R2's own header for it. Default: unset."""
    if_none_match: Literal["*"]
    """``"*"``, so that an object is created and never replaced (RFC 9110, section 13.1.2). A copy within R2 has R2's
    own header for it. Default: unset."""


class ListPartsOptions(RequestOptions, _CustomerKey, total=False):
    """The options of ``list_parts``."""

    max_parts: int
    """How many parts a list shows. Range: 1 to 1000. Default: unset, 1000."""
    part_number_marker: int
    """The part after which a list begins. Range: 0 to 10000. Default: unset."""


class SignOptions(PutOptions, total=False):
    """Every option of every operation, for ``request`` and for many keys. One that the operation does not have is
    ``option_invalid``."""

    content_type: str
    """The ``Content-Type`` that the client must send. ASCII, spaces collapsed. Default: unset, so that the client may
    send any."""
    content_length: int
    """The ``Content-Length`` that the client must send, in bytes: the exact size of the body. Default: unset, so that
    the client may send any amount."""
    expires_in: int
    """How long the request holds, in seconds, from 1 to 604800, and never longer than the credentials. Default: 900
    (15 minutes)."""
    checksum_algorithm: ChecksumAlgorithm
    """The checksum that each part will carry, or that the store makes of a copy. Words: ``"sha256"``, ``"crc32"``,
    ``"crc32c"``, ``"crc64nvme"``. Default: unset."""
    metadata: Mapping[str, str]
    """The object's own metadata, names (RFC 9110 tokens, lower-cased) with values. A value outside ASCII is sent in
    encoded words (RFC 2047), as S3 wants it, and given back so. 2048 bytes in all on S3, 8192 elsewhere.
    Default: none."""
    copy_source: str
    """What is copied, ``bucket/key``, the key as it is, without percent-encoding. :meth:`presize.Bucket.copy_source`
    makes it. Default: unset."""
    copy_source_version_id: str
    """The version of what is copied: 1 to 1024 of ``A-Z a-z 0-9 - _ . ~ / + =``. Default: unset, the latest."""
    copy_source_if_match: str
    """The ``ETag`` that what is copied must have; the copy is refused otherwise. Default: unset."""
    metadata_directive: MetadataDirective
    """Where the copy has its metadata and headers from. ``"copy"``: from the source. ``"replace"``: from the request;
    the copy has no others. Default: unset, from what is copied."""
    version_id: str
    """The version of the object. Default: unset, the latest; a versioned bucket then marks a deleted object as
    removed."""
    upload_id: str
    """The id of an upload in parts, 1 to 2048 bytes. Default: unset."""
    part_number: int
    """The number of a part; a read gives that part alone. Range: 1 to 10000. Default: unset."""
    max_parts: int
    """How many parts a list shows. Range: 1 to 1000. Default: unset, 1000."""
    part_number_marker: int
    """The part after which a list begins. Range: 0 to 10000. Default: unset."""
    response_cache_control: str
    """The ``Cache-Control`` that the answer shall have. Default: unset, the object's own."""
    response_content_disposition: str
    """The ``Content-Disposition`` that the answer shall have, ASCII: :func:`presize.content_disposition` makes it for
    any file name. Default: unset, the object's own."""
    response_content_encoding: str
    """The ``Content-Encoding`` that the answer shall have. Default: unset, the object's own."""
    response_content_language: str
    """The ``Content-Language`` that the answer shall have. Default: unset, the object's own."""
    response_content_type: str
    """The ``Content-Type`` that the answer shall have. Default: unset, the object's own."""
    response_expires: str
    """The ``Expires`` that the answer shall have, an HTTP date. Default: unset, the object's own."""


class PostFormOptions(TypedDict, total=False):
    """The options of ``post_form``, besides ``max_bytes``."""

    expires_in: int
    """How long the form holds, in seconds, from 1 to 604800. Default: 900 (15 minutes)."""
    min_bytes: int
    """The smallest file, in bytes. Range: 0 to 5368709120 (5 GiB). Default: 1, so that an empty file is refused."""
    content_type: str
    """The ``Content-Type`` that the object gets. Default: unset."""
    content_type_starts_with: str
    """What the ``Content-Type`` must start with (``"image/"``); the page adds the field ``Content-Type``.
    Default: unset."""
    cache_control: str
    """The ``Cache-Control`` that the object gets. Default: unset."""
    content_disposition: str
    """The ``Content-Disposition`` that the object gets, ASCII: :func:`presize.content_disposition` makes it for any
    file name. Default: unset."""
    content_encoding: str
    """The ``Content-Encoding`` that the object gets. Default: unset."""
    acl: CannedAcl
    """Who may use the object. Words: ``"private"``, ``"public-read"``, ``"public-read-write"``,
    ``"authenticated-read"``, ``"aws-exec-read"``, ``"bucket-owner-read"``, ``"bucket-owner-full-control"``.
    Default: unset, the bucket's own rule."""
    storage_class: str
    """The storage class, as the store names it (``"STANDARD_IA"``). Default: unset, the bucket's own."""
    server_side_encryption: ServerSideEncryption
    """How S3 encrypts the object at rest. Words: ``"AES256"``, ``"aws:kms"``, ``"aws:kms:dsse"``. Default: unset, the
    bucket's own rule."""
    sse_kms_key_id: str
    """The key's id or ARN, with ``server_side_encryption`` of ``"aws:kms"`` or ``"aws:kms:dsse"``. Default: unset."""
    metadata: Mapping[str, str]
    """User metadata: names without ``x-amz-meta-``, put into lower case, and values in UTF-8; 2048 bytes in all on S3,
    8192 elsewhere. Default: none."""
    tagging: Mapping[str, str]
    """Tags: at most 10, names of 1 to 128 and values of at most 256 characters. Default: none."""
    starts_with: Mapping[str, str]
    """At most 100 fields that the page adds, and what each must start with; an empty text allows any value. A field
    that is in no condition is refused by S3. Default: none."""
    success_action_status: Literal[200, 201, 204]
    """The HTTP status of S3's answer: 200, 201 (with a document of XML) or 204. Range: 200 to 204. Default: unset,
    204."""
    success_action_redirect: str
    """The ``http`` or ``https`` URL that the browser goes to after the upload; S3 adds bucket, key and etag to its
    query. Not together with ``success_action_status``. Default: unset."""


class CloudFrontOptions(TypedDict, total=False):
    """The options of signed URLs and cookies. With no more than an expiry the policy is a *canned* one: the shorter
    form, which names one file. ``starts_at``, ``ip_range`` or ``resource`` make it a *custom* one, which travels with
    the request. A URL with ``*``, with a second ``?``, or with a query that does not begin with ``name=value`` or has a
    slash, is signed with a ``resource`` alone: ``*`` and ``?`` are wildcards, also under a canned policy, which its
    holder can send as a custom one. A ``*`` of a name is written ``%2A``."""

    expires_in: int
    """How long the URL or the cookies hold, in seconds from ``now``, from 1 to 315360000 (3650 days). CloudFront itself
    knows no limit; ten years is beyond the life of any key, and keeps a moment or a number of milliseconds from being
    taken for a lifetime. Default: 900 (15 minutes)."""
    starts_at: int
    """The moment before which nothing is served, in seconds since 1970, before the expiry. Range: 1 to 253402300799.
    Default: unset, so that it holds at once."""
    ip_range: str
    """The only addresses served: an IPv4 address, or a range of them as ``192.0.2.0/24`` (RFC 4632). CloudFront takes
    one range, and no IPv6: the distribution must not answer over IPv6 then. Default: unset, so that every address is
    served."""
    resource: str
    """What is opened, where that is more than the URL itself: ``*`` stands for any number of characters, ``?`` for one.
    It starts with ``http://``, ``https://``, ``http*`` or ``*``. That the URL fits it is the caller's to see to.
    Default: unset, which is the URL itself."""
    hash: CloudFrontHash
    """The hash that is signed. SHA-1 is what every distribution, every emulator and botocore take; it is broken against
    chosen collisions, not against forging a signature over a policy that is written here. ``"sha256"`` is understood by
    CloudFront since April 2026, and needed where the signer refuses SHA-1, as a KMS does. Words: ``"sha1"``,
    ``"sha256"``. Default: ``"sha1"``."""


class VariantPolicyOptions(TypedDict, total=False):
    """The options of :class:`presize.VariantPolicy`."""

    widths: Sequence[int]
    """The widths that may be asked for, in pixels; together with a height only where ``heights`` has it. Range: 1 to
    16384. Default: none."""
    heights: Sequence[int]
    """The heights that may be asked for, in pixels; together with a width only where ``widths`` has it. Range: 1 to
    16384. Default: none."""
    sizes: Sequence[str]
    """The boxes that may be asked for, such as ``300x200``. Default: none."""
    width_set: WidthSet
    """Widths that are allowed besides ``widths``. ``"next"``: those of Next.js 16: 32, 48, 64, 96, 128, 256 and 384 for
    images of a fixed size, and 640, 750, 828, 1080, 1200, 1920, 2048 and 3840 for those as wide as the screen.
    Default: unset."""
    presets: Mapping[str, TransformOptions]
    """Whole transforms by name, such as ``avatar``: a name has 1 to 32 characters of ``a-z``, ``0-9``, ``-`` and ``_``.
    What is cached and stored goes by the name: a preset that changes needs another one. Default: none."""
    original_size: bool
    """Whether a request may name neither a width nor a height, so that the whole picture is encoded anew.
    Default: ``False``."""
    formats: Sequence[OutputFormatName]
    """The formats that may be asked for, the preferred ones first: in this order they are chosen by the ``Accept``
    header, as far as they can be encoded. Words: ``"jpeg"`` (or ``"jpg"``), ``"png"``, ``"webp"``. Default: jpeg,
    png."""
    negotiate: bool
    """Whether a request without a format, or with ``f=auto``, is answered in the best one that its ``Accept`` header
    names. If not, it gets the baseline: a JPEG, or a PNG where the picture has alpha. Default: ``True``."""
    quality: int
    """The quality of lossy formats where a request names none. Range: 1 to 100. Default: 80."""
    qualities: Sequence[int]
    """The qualities that may be asked for besides ``quality``. Range: 1 to 100. Default: none."""
    fit: Fit
    """How a picture is brought to a width and a height where a request names no fit. ``"cover"``: fills the box and
    cuts off what stands out, where ``position`` says. Without ``enlarge`` the result has the aspect ratio of the box at
    the largest size that the picture can fill. ``"contain"``: the whole picture within the box, the rest of the box in
    the background colour; the result has exactly the size of the box. Without ``enlarge`` a smaller picture is not
    scaled. ``"fill"``: exactly the size of the box, distorted. Without ``enlarge`` neither side becomes longer than it
    was. ``"inside"``: the largest size that lies within the box. Without ``enlarge`` at most the picture's own.
    ``"outside"``: the smallest size that covers the box; nothing is cut off. Without ``enlarge`` at most the picture's
    own. Default: ``"cover"``."""
    fits: Sequence[Fit]
    """The fits that may be asked for besides ``fit``. ``"cover"``: fills the box and cuts off what stands out, where
    ``position`` says. Without ``enlarge`` the result has the aspect ratio of the box at the largest size that the
    picture can fill. ``"contain"``: the whole picture within the box, the rest of the box in the background colour; the
    result has exactly the size of the box. Without ``enlarge`` a smaller picture is not scaled. ``"fill"``: exactly the
    size of the box, distorted. Without ``enlarge`` neither side becomes longer than it was. ``"inside"``: the largest
    size that lies within the box. Without ``enlarge`` at most the picture's own. ``"outside"``: the smallest size that
    covers the box; nothing is cut off. Without ``enlarge`` at most the picture's own. Default: none."""
    max_side: int
    """The longest side of a result, in pixels, for signed requests too. Range: 1 to 16384. Default: 4096."""
    key_prefixes: Sequence[str]
    """The starts of the keys that may be asked for, without slashes at their ends. Default: none, which allows every
    key."""
    signing_keys: Sequence[str]
    """The secrets that requests are signed with, each at least 32 bytes long. What is signed with any of them may have
    every size up to ``max_side``; the first signs. They are never shown. Default: none."""
    max_age_seconds: int
    """How long an answer may be cached, in seconds; of a signed one at most until it expires. Range: 0 to 31536000.
    Default: 31536000 (a year)."""
    immutable: bool
    """Whether the object under a key never changes, as where keys hold a hash: browsers then never ask again.
    Default: ``False``."""
    error_max_age_seconds: int
    """How long a refusal, an answer with a status from 400 to 499, may be cached, in seconds. Range: 0 to 3600.
    Default: 10."""


class SrcsetOptions(TypedDict, total=False):
    """How an image is put on a page."""

    base_url: str
    """What stands before the key: an origin, a path, or both, without a query and without a slash at its end.
    Default: empty, so that URLs start with the slash before the key."""
    max_width: int
    """The widest that the image is shown, in CSS pixels: wider screens show it as wide as that, and the candidates end
    at twice as many pixels. Range: 1 to 16384. Default: unset, for an image as wide as the screen."""
    sizes: str
    """The ``sizes`` attribute, where the layout is another. Default: ``100vw``, or with ``max_width`` of 600
    ``(min-width: 600px) 600px, 100vw``."""


class PlaceholderOptions(TypedDict, total=False):
    """The options of :func:`presize.placeholder`."""

    data_uri: bool
    """Whether to make a tiny picture too, at most 16 pixels wide and high. Default: ``False``."""


class EdgeOptions(TypedDict, total=False):
    """The options of :class:`presize.EdgeResizer`."""

    originals: bool
    """Whether CloudFront may answer with the original: where a request asks for no variant, and where the variant that
    it asks for cannot be made or is longer than the 1 MB that a function may answer with. An original has all its
    metadata, such as the place where a photo was taken. Default: ``False``."""


class GatewayOptions(TypedDict, total=False):
    """The options of :class:`presize.GatewayResizer`."""

    request: RequestForm
    """Where a request says which variant it asks for. ``"url"``: the path is the key, and the query asks for the
    variant: ``/photos/cat.jpg?w=200``. ``"path"``: the path begins with the size: ``/300x300/photos/cat.jpg``.
    ``"key"``: the parameter ``"key"`` of the query is such a path: ``?key=300x300/photos/cat.jpg``. An S3 website can
    redirect to it what it does not have. Default: ``"url"``."""
    base_path: str
    """The start of all paths, which is no part of a key, such as ``/images``. Default: empty."""
    results_url: str
    """Where results are read from once they are stored, an http or https URL or a path on the same host: redirects lead
    there. Default: unset, which is refused where there is a bucket for results."""
    redirect: RedirectRule
    """When a request is redirected to the stored result, where there is a bucket for results. ``"always"``: always:
    each variant is made once, and the function is not asked for it again. ``"large"``: only where a result is too long
    for an answer of the function. Others are answered, and not stored. Default: ``"always"``."""
    errors: ErrorForm
    """The body of an answer with an error. ``"presize"``:
    ``{"error": {"code": "variant_not_allowed", "message": "..."}}``. ``"message"``:
    ``{"message": "Forbidden: Resolution not allowed"}``: for front ends of the many functions that answer so.
    Default: ``"presize"``."""


class EventResizePolicyOptions(TypedDict, total=False):
    """The policy of an :class:`presize.EventResizer`."""

    widths: Sequence[int]
    """The widths of the results, in pixels: the height follows, and none is made larger than the original. With
    ``presets`` at most 32. Range: 1 to 16384. Default: none."""
    presets: Mapping[str, TransformOptions]
    """Further results: whole transforms by name, such as ``avatar``; the name stands for the width in ``key``. A name
    has 1 to 32 characters of ``a-z``, ``0-9``, ``-`` and ``_``. Default: none."""
    format: OutputFormatName
    """The format of ``widths``. Words: ``"jpeg"`` (or ``"jpg"``), ``"png"``, ``"webp"``. Default: ``"jpeg"``."""
    quality: int
    """The quality of ``widths`` in a lossy format. Range: 1 to 100. Default: 80."""
    key: str
    """The keys of the results: ``{key}`` is the key of the original, ``{width}`` the width or the name of the preset,
    ``{ext}`` the extension of the format with its dot (``.jpg``). Default: {width}/{key}{ext}."""
    prefix: str
    """Only objects whose keys begin with it and a slash are originals. Without a slash at its end. Results in the
    bucket of the originals need it, and have to be stored elsewhere. Default: empty, for all objects."""
    cache_control: str
    """``Cache-Control`` of the results. An original that is replaced gets new results under the same keys.
    Default: unset."""
