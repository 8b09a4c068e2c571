"""presign + resize: the image-upload path of a web back end as one small dependency.

Sign an upload URL, check what arrived, make smaller images::

    import presize

    presigner = presize.Presigner(presize.Bucket.s3("eu-central-1", "photos"), presize.Credentials.from_env())
    uploads = presize.Uploads(presigner, presize.UploadPolicy(max_bytes=20_000_000))
    ticket = uploads.issue(owner="user-42", content_type="image/jpeg", size_bytes=3_481_220)

    photo = presize.check(data, presize.ImageRules(max_bytes=20_000_000), declared="image/jpeg")
    small = presize.transform(photo.bytes, width=320)

Confirm what was uploaded (with httpx)::

    confirmed = presize.store.confirm_upload(uploads, owner="user-42", key=ticket.key)

Answer a request for a smaller image::

    variants = presize.Variants(widths=[320, 640, 1280])
    rendered = variants.from_query(confirmed.key, "w=640", accept="image/*").render(photo.bytes)

Make smaller images as soon as a photo is stored, on AWS Lambda (with httpx)::

    resizer = presize.EventResizer(source=photos, destination=resized, widths=[80, 500])
    handler = presize.aws.s3_handler(resizer)  # after `import presize.aws`

``presize.aio`` and ``presize.store`` are imported when they are first used. Modules for other packages are imported by those
who have them: ``presize.pydantic``, ``presize.fastapi``, ``presize.django``, ``presize.pillow``, ``presize.asgi``,
``presize.aws``.
"""

from ._native import CancelToken, __version__

TYPE_CHECKING = False  # `typing` would take as long to import as all that a first URL needs

if TYPE_CHECKING:
    from . import aio as aio
    from . import errors as errors
    from . import options as options
    from . import store as store
    from .answers import Answering, EdgeResizer, GatewayResizer
    from .bucket import Bucket
    from .cloudfront import (
        CloudFrontKeyPair,
        CloudFrontSigner,
        PreparedCookies,
        PreparedUrl,
        SignedCookies,
        SignedUrl,
    )
    from .confirmation import Confirmation, Confirmed, Variant
    from .credentials import Credentials
    from .data_uri import decode_data_uri, decode_data_uris, encode_data_uri
    from .delivery import (
        Placeholder,
        RenderedVariant,
        RequestedVariant,
        Srcset,
        VariantPolicy,
        Variants,
        placeholder,
    )
    from .errors import ConfigError, DataUriError, DeliveryError, ImageError, OptionError, PresizeError, UploadError
    from .events import UploadEvent
    from .exchange import StoreRequest
    from .images import (
        CheckedImage,
        EncodedImage,
        ExifSummary,
        Explanation,
        ImageInfo,
        PixelImage,
        check,
        check_totals,
        decode,
        encode,
        explain,
        inspect,
        transform,
        transform_many,
        work_pixels,
    )
    from .json_scan import JsonScanner
    from .multipart import CompletedPart, complete_multipart_body, parse_upload_id
    from .post_form import PostForm
    from .presign import PresignedRequest, Presigner, content_disposition
    from .resize import EventResizer, Resized, ResizedObject, Resizing
    from .rules import ImageRules
    from .store_events import CreatedObject, IgnoredEvent, StoreEvents, parse_store_events, sqs_batch_response
    from .strip import RemovedMetadata, StrippedImage, strip_metadata
    from .uploads import UploadPolicy, Uploads, UploadTicket

# The module of each name. A module is imported when one of its names is first used, so that programs that only sign do not load
# what only images need.
_HOMES = {
    "answers": ("Answering", "EdgeResizer", "GatewayResizer"),
    "bucket": ("Bucket",),
    "cloudfront": (
        "CloudFrontKeyPair",
        "CloudFrontSigner",
        "PreparedCookies",
        "PreparedUrl",
        "SignedCookies",
        "SignedUrl",
    ),
    "confirmation": ("Confirmation", "Confirmed", "Variant"),
    "credentials": ("Credentials",),
    "data_uri": ("decode_data_uri", "decode_data_uris", "encode_data_uri"),
    "delivery": (
        "Placeholder",
        "RenderedVariant",
        "RequestedVariant",
        "Srcset",
        "VariantPolicy",
        "Variants",
        "placeholder",
    ),
    "errors": (
        "ConfigError",
        "DataUriError",
        "DeliveryError",
        "ImageError",
        "OptionError",
        "PresizeError",
        "UploadError",
    ),
    "events": ("UploadEvent",),
    "exchange": ("StoreRequest",),
    "images": (
        "CheckedImage",
        "EncodedImage",
        "ExifSummary",
        "Explanation",
        "ImageInfo",
        "PixelImage",
        "check",
        "check_totals",
        "decode",
        "encode",
        "explain",
        "inspect",
        "transform",
        "transform_many",
        "work_pixels",
    ),
    "json_scan": ("JsonScanner",),
    "multipart": ("CompletedPart", "complete_multipart_body", "parse_upload_id"),
    "post_form": ("PostForm",),
    "presign": ("PresignedRequest", "Presigner", "content_disposition"),
    "resize": ("EventResizer", "Resized", "ResizedObject", "Resizing"),
    "rules": ("ImageRules",),
    "store_events": ("CreatedObject", "IgnoredEvent", "StoreEvents", "parse_store_events", "sqs_batch_response"),
    "strip": ("RemovedMetadata", "StrippedImage", "strip_metadata"),
    "uploads": ("UploadPolicy", "UploadTicket", "Uploads"),
}


if not TYPE_CHECKING:  # type checkers know the names above, and no others

    def __getattr__(name: str) -> object:
        if name in ("aio", "errors", "options", "store"):
            __import__(f"{__name__}.{name}")
            return globals()[name]
        for home, names in _HOMES.items():
            if name in names:
                value = getattr(__import__(f"{__name__}.{home}", fromlist=[name]), name)
                globals()[name] = value
                return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


__all__ = [
    "Answering",
    "Bucket",
    "CancelToken",
    "CheckedImage",
    "CloudFrontKeyPair",
    "CloudFrontSigner",
    "CompletedPart",
    "ConfigError",
    "Confirmation",
    "Confirmed",
    "CreatedObject",
    "Credentials",
    "DataUriError",
    "DeliveryError",
    "EdgeResizer",
    "EncodedImage",
    "EventResizer",
    "ExifSummary",
    "Explanation",
    "GatewayResizer",
    "IgnoredEvent",
    "ImageError",
    "ImageInfo",
    "ImageRules",
    "JsonScanner",
    "OptionError",
    "PixelImage",
    "Placeholder",
    "PostForm",
    "PreparedCookies",
    "PreparedUrl",
    "PresignedRequest",
    "Presigner",
    "PresizeError",
    "RemovedMetadata",
    "RenderedVariant",
    "RequestedVariant",
    "Resized",
    "ResizedObject",
    "Resizing",
    "SignedCookies",
    "SignedUrl",
    "Srcset",
    "StoreEvents",
    "StoreRequest",
    "StrippedImage",
    "UploadError",
    "UploadEvent",
    "UploadPolicy",
    "UploadTicket",
    "Uploads",
    "Variant",
    "VariantPolicy",
    "Variants",
    "__version__",
    "check",
    "check_totals",
    "complete_multipart_body",
    "content_disposition",
    "decode",
    "decode_data_uri",
    "decode_data_uris",
    "encode",
    "encode_data_uri",
    "explain",
    "inspect",
    "parse_store_events",
    "parse_upload_id",
    "placeholder",
    "sqs_batch_response",
    "strip_metadata",
    "transform",
    "transform_many",
    "work_pixels",
]
