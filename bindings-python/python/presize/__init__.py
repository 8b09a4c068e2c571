"""presign + resize: the image-upload path of a web back end as one small dependency.

Sign an upload URL, check what arrived, make smaller images::

    import presize

    presigner = presize.Presigner(presize.Bucket.s3("eu-central-1", "photos"), presize.Credentials.from_env())
    uploads = presize.Uploads(presigner, presize.UploadPolicy(max_bytes=20_000_000))
    ticket = uploads.issue(owner="user-42", content_type="image/jpeg", size_bytes=3_481_220)

    photo = presize.check(data, presize.ImageRules(max_bytes=20_000_000), declared="image/jpeg")
    small = presize.transform(photo.bytes, width=320)

Modules of their own, imported by those who use them: ``presize.aio``, ``presize.pydantic``, ``presize.fastapi``,
``presize.django``, ``presize.pillow``.
"""

from ._native import CancelToken, __version__
from .bucket import Bucket
from .cloudfront import (
    CloudFrontKeyPair,
    CloudFrontSigner,
    PreparedCookies,
    PreparedUrl,
    SignedCookies,
    SignedUrl,
)
from .credentials import Credentials
from .data_uri import decode_data_uri, decode_data_uris, encode_data_uri
from .errors import ConfigError, DataUriError, ImageError, OptionError, PresizeError, UploadError
from .images import (
    CheckedImage,
    EncodedImage,
    ImageInfo,
    PixelImage,
    check,
    decode,
    encode,
    inspect,
    transform,
    transform_many,
)
from .presign import (
    CompletedPart,
    PostForm,
    PresignedRequest,
    Presigner,
    complete_multipart_body,
    content_disposition,
    parse_upload_id,
)
from .rules import ImageRules
from .uploads import UploadPolicy, Uploads, UploadTicket

__all__ = [
    "Bucket",
    "CancelToken",
    "CheckedImage",
    "CloudFrontKeyPair",
    "CloudFrontSigner",
    "CompletedPart",
    "ConfigError",
    "Credentials",
    "DataUriError",
    "EncodedImage",
    "ImageError",
    "ImageInfo",
    "ImageRules",
    "OptionError",
    "PixelImage",
    "PostForm",
    "PreparedCookies",
    "PreparedUrl",
    "PresignedRequest",
    "Presigner",
    "PresizeError",
    "SignedCookies",
    "SignedUrl",
    "UploadError",
    "UploadPolicy",
    "UploadTicket",
    "Uploads",
    "__version__",
    "check",
    "complete_multipart_body",
    "content_disposition",
    "decode",
    "decode_data_uri",
    "decode_data_uris",
    "encode",
    "encode_data_uri",
    "inspect",
    "parse_upload_id",
    "transform",
    "transform_many",
]
