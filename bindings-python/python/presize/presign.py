"""Presigned requests and forms, for S3, R2 and every server that speaks S3.

The headers of a request are exactly what the client must send besides ``Host``: no other header is signed,
and no checksum is added that was not requested. An option that an operation does not have is ``option_invalid``.

``now``, which every call takes, is an aware datetime or a number of seconds since 1970. Default: the current time.
"""

from __future__ import annotations

from . import _native
from ._native import PresignedRequest
from .bucket import Bucket, bucket_of
from .credentials import Credentials, Variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from typing import Any, TypeAlias, Unpack, final

    from .options import (
        CompleteMultipartUploadOptions,
        CopyOptions,
        CreateMultipartUploadOptions,
        DeleteOptions,
        Disposition,
        GetOptions,
        ListPartsOptions,
        Operation,
        PostFormOptions,
        PutOptions,
        RequestOptions,
        SignOptions,
        UploadPartOptions,
    )
    from .post_form import PostForm

    Time: TypeAlias = datetime | float | None
else:

    def final(kind):
        return kind


__all__ = ["PresignedRequest", "Presigner", "content_disposition"]

_DEFAULT_EXPIRY_SECONDS = 900
_UNSET: Any = _native.Unset()


def _require(name: str, value: object, kind: type) -> None:
    if not isinstance(value, kind):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise TypeError(f"{name} must be {article} {kind.__name__}, not {type(value).__name__}")


def _taken(options: Any) -> dict[str, Any]:
    """Moves options out of the caller's variable: they may hold a customer's encryption key, and error reports show variables."""
    taken = dict(options)
    options.clear()
    return taken


@final
class Presigner(_native.Presigner):
    """Signs requests for one bucket with one set of credentials. Create one instance and share it between threads, since it
    caches the signing key of the day. Other credentials need another instance.

    >>> from presize import Bucket, Credentials, Presigner
    >>> presigner = Presigner(Bucket.s3("ap-northeast-2", "photos"), Credentials("AKIDEXAMPLE", "secret"))
    >>> put = presigner.put("cats/1.webp", content_type="image/webp", content_length=48_211, expires_in=300)
    >>> put.method, put.headers
    ('PUT', {'content-length': '48211', 'content-type': 'image/webp'})
    >>> get = presigner.get("cats/1.webp")
    >>> get.url.split("?")[0]
    'https://photos.s3.ap-northeast-2.amazonaws.com/cats/1.webp'

    A key has 1 to 1024 bytes of UTF-8, no control characters, and neither ``.`` nor ``..`` as a segment.

    Errors of every request: ``expiry_out_of_range`` (outside 1 second to 7 days), ``upload_key_invalid``,
    ``header_invalid``, ``option_invalid``, ``credentials_expired``, ``signing_failed``.
    """

    __slots__ = ("_bucket",)

    _bucket: Bucket

    def __new__(cls, bucket: Bucket, credentials: Credentials) -> Presigner:
        _require("bucket", bucket, Bucket)
        _require("credentials", credentials, Credentials)
        presigner = super().__new__(cls, bucket._native, credentials._native)
        presigner._bucket = bucket
        return presigner

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Presigner:
        """A presigner for the bucket that environment variables describe, by default those of ``os.environ``. An empty variable
        counts as unset.

        >>> presigner = Presigner.from_env({
        ...     "AWS_ENDPOINT_URL": "http://localhost:9000", "AWS_REGION": "us-east-1", "AWS_BUCKET_NAME": "photos",
        ...     "AWS_ACCESS_KEY_ID": "minioadmin", "AWS_SECRET_ACCESS_KEY": "minioadmin",
        ... })
        >>> presigner.get("cats/1.webp").url.split("?")[0]
        'http://localhost:9000/photos/cats/1.webp'

        For R2, if any variable that begins with ``R2_`` is set: ``R2_ACCOUNT_ID``, ``R2_ACCESS_KEY_ID``,
        ``R2_SECRET_ACCESS_KEY`` and ``R2_BUCKET_NAME``, all four.

        Otherwise, for S3: ``AWS_REGION`` (or ``AWS_DEFAULT_REGION``), ``AWS_BUCKET_NAME``, ``AWS_ACCESS_KEY_ID`` and
        ``AWS_SECRET_ACCESS_KEY``, and if set ``AWS_SESSION_TOKEN`` and ``AWS_CREDENTIAL_EXPIRATION``;
        ``AWS_ENDPOINT_URL_S3`` or ``AWS_ENDPOINT_URL``, the address of another server that speaks S3, in path style.

        Errors: ``environment_incomplete``, whose details name every variable that is missing; ``credentials_invalid``,
        ``bucket_invalid``.
        """
        variables = Variables(environ)
        # Error reports show arguments, and this one holds secrets.
        del environ
        presigner = super().__new__(cls, variables, None)
        presigner._bucket = Bucket._wrap(presigner._core_bucket, bucket_of(variables))
        return presigner

    @classmethod
    def _of_uploads(cls, uploads: _native.Uploads, bucket: Bucket) -> Presigner:
        """The presigner that uploads from the environment have."""
        presigner = super().__new__(cls, uploads.presigner, None)
        presigner._bucket = bucket
        return presigner

    @property
    def bucket(self) -> Bucket:
        """The bucket."""
        return self._bucket

    # `get` and `put` are called for each of many objects: their usual options go to the core as they are, the others
    # by name.

    def get(
        self, key: str, *, expires_in: int = _DEFAULT_EXPIRY_SECONDS, now: Time = None, **options: Unpack[GetOptions]
    ) -> PresignedRequest:
        """Reads an object. The options besides these are those of :class:`presize.options.GetOptions`.

        - ``expires_in``: how long the request holds, in seconds, from 1 to 604800, and never longer than the
          credentials. Default: 900 (15 minutes).
        """
        if options:
            return self._request("get", key, {"expires_in": expires_in, **_taken(options)}, now)
        return self._get(key, expires_in, now)

    def put(
        self,
        key: str,
        *,
        content_type: str = _UNSET,
        content_length: int = _UNSET,
        metadata: Mapping[str, str] = _UNSET,
        expires_in: int = _DEFAULT_EXPIRY_SECONDS,
        now: Time = None,
        **options: Unpack[PutOptions],
    ) -> PresignedRequest:
        """Writes an object. The options besides these are those of :class:`presize.options.PutOptions`.

        - ``content_type``: the ``Content-Type`` that the client must send. ASCII, spaces collapsed. Default: unset, so
          that the client may send any.
        - ``content_length``: the ``Content-Length`` that the client must send, in bytes: the exact size of the body.
          Default: unset, so that the client may send any amount.
        - ``metadata``: the object's own metadata, names (RFC 9110 tokens, lower-cased) with values. A value outside
          ASCII is sent in encoded words (RFC 2047), as S3 wants it, and given back so. 2048 bytes in all on S3, 8192
          elsewhere. Default: none.
        - ``expires_in``: how long the request holds, in seconds, from 1 to 604800, and never longer than the
          credentials. Default: 900 (15 minutes).
        """
        if options:
            usual = {"content_type": content_type, "content_length": content_length, "metadata": metadata}
            named = {name: value for name, value in usual.items() if value is not _UNSET}
            return self._request("put", key, {"expires_in": expires_in, **named, **_taken(options)}, now)
        return self._put(key, expires_in, content_type, content_length, metadata, now)

    def head(
        self, key: str, *, expires_in: int = _DEFAULT_EXPIRY_SECONDS, now: Time = None, **options: Unpack[GetOptions]
    ) -> PresignedRequest:
        """Reads an object's headers. Options: those of :meth:`get`."""
        return self._request("head", key, {"expires_in": expires_in, **_taken(options)}, now)

    def copy(
        self,
        key: str,
        copy_source: str,
        *,
        expires_in: int = _DEFAULT_EXPIRY_SECONDS,
        now: Time = None,
        **options: Unpack[CopyOptions],
    ) -> PresignedRequest:
        """Writes an object as a copy of another one, which the credentials may read: a PUT without a body. The answer of the
        store can be an error under the status 200: success is a body with ``CopyObjectResult``. Options:
        :class:`presize.options.CopyOptions`.

        >>> copy = presigner.copy("cats/1.webp", presigner.bucket.copy_source("incoming/1.webp"))
        >>> copy.method, copy.headers["x-amz-copy-source"].split("/", 1)[1]
        ('PUT', 'incoming/1.webp')

        ``copy_source``: the source as ``bucket/key``, as :meth:`presize.Bucket.copy_source` returns it.
        """
        return self._request(
            "copy-object", key, {"copy_source": copy_source, "expires_in": expires_in, **_taken(options)}, now
        )

    def delete(
        self, key: str, *, expires_in: int = _DEFAULT_EXPIRY_SECONDS, now: Time = None, **options: Unpack[DeleteOptions]
    ) -> PresignedRequest:
        """Removes an object. Options: :class:`presize.options.DeleteOptions`."""
        return self._request("delete", key, {"expires_in": expires_in, **_taken(options)}, now)

    def create_multipart_upload(
        self,
        key: str,
        *,
        expires_in: int = _DEFAULT_EXPIRY_SECONDS,
        now: Time = None,
        **options: Unpack[CreateMultipartUploadOptions],
    ) -> PresignedRequest:
        """Begins an upload in parts. Its id is in the answer: :func:`parse_upload_id`. Options:
        :class:`presize.options.CreateMultipartUploadOptions`."""
        return self._request("create-multipart-upload", key, {"expires_in": expires_in, **_taken(options)}, now)

    def upload_part(
        self,
        key: str,
        upload_id: str,
        part_number: int,
        *,
        expires_in: int = _DEFAULT_EXPIRY_SECONDS,
        now: Time = None,
        **options: Unpack[UploadPartOptions],
    ) -> PresignedRequest:
        """Writes one part, numbered from 1 to 10000. All but the last have at least 5 MiB. Options:
        :class:`presize.options.UploadPartOptions`."""
        part = {"upload_id": upload_id, "part_number": part_number, "expires_in": expires_in}
        return self._request("upload-part", key, {**part, **_taken(options)}, now)

    def complete_multipart_upload(
        self,
        key: str,
        upload_id: str,
        *,
        expires_in: int = _DEFAULT_EXPIRY_SECONDS,
        now: Time = None,
        **options: Unpack[CompleteMultipartUploadOptions],
    ) -> PresignedRequest:
        """Joins the parts. The client sends what :func:`complete_multipart_body` makes. Options:
        :class:`presize.options.CompleteMultipartUploadOptions`."""
        upload = {"upload_id": upload_id, "expires_in": expires_in}
        return self._request("complete-multipart-upload", key, {**upload, **_taken(options)}, now)

    def abort_multipart_upload(
        self,
        key: str,
        upload_id: str,
        *,
        expires_in: int = _DEFAULT_EXPIRY_SECONDS,
        now: Time = None,
        **options: Unpack[RequestOptions],
    ) -> PresignedRequest:
        """Gives an upload in parts up. Options: :class:`presize.options.RequestOptions`."""
        upload = {"upload_id": upload_id, "expires_in": expires_in}
        return self._request("abort-multipart-upload", key, {**upload, **_taken(options)}, now)

    def list_parts(
        self,
        key: str,
        upload_id: str,
        *,
        expires_in: int = _DEFAULT_EXPIRY_SECONDS,
        now: Time = None,
        **options: Unpack[ListPartsOptions],
    ) -> PresignedRequest:
        """Lists the parts that have arrived. Options: :class:`presize.options.ListPartsOptions`."""
        return self._request(
            "list-parts", key, {"upload_id": upload_id, "expires_in": expires_in, **_taken(options)}, now
        )

    def request(
        self, operation: Operation, key: str, *, now: Time = None, **options: Unpack[SignOptions]
    ) -> PresignedRequest:
        """Any operation, by its name."""
        return self._request(operation, key, _taken(options), now)

    def sign_many(
        self, operation: Operation, keys: Sequence[str], *, now: Time = None, **options: Unpack[SignOptions]
    ) -> list[PresignedRequest]:
        """Signs the same request for many keys, in their order: options, time and headers are looked at once.

        >>> urls = [get.url for get in presigner.sign_many("get", ["cats/1.webp", "cats/2.webp"], expires_in=60)]
        >>> len(urls)
        2

        The error of a key has its ``index``.
        """
        return self._sign_many(operation, keys, _taken(options), now)

    def post_form(
        self, key: str, *, max_bytes: int = _UNSET, now: Time = None, **options: Unpack[PostFormOptions]
    ) -> PostForm:
        """A form with which a browser uploads by POST, within bounds of size. A key that ends in ``${filename}`` stands for
        all keys with the start before it; the name that the user's file has comes after it.

        >>> form = presigner.post_form("cats/${filename}", max_bytes=5_000_000, content_type_starts_with="image/")
        >>> form.url, list(form.fields)[0]
        ('https://photos.s3.ap-northeast-2.amazonaws.com/', 'key')

        - ``expires_in``: how long the form holds, in seconds, from 1 to 604800. Default: 900 (15 minutes).
        - ``min_bytes``: the smallest file, in bytes. Range: 0 to 5368709120 (5 GiB). Default: 1, so that an empty file
          is refused.
        - ``max_bytes``: the largest file, in bytes; it must be given, since a form without it takes 5 GiB. Range: 1 to
          5368709120 (5 GiB).
        - ``content_type``: the ``Content-Type`` that the object gets. Default: unset.
        - ``content_type_starts_with``: what the ``Content-Type`` must start with (``"image/"``); the page adds the
          field ``Content-Type``. Default: unset.
        - ``cache_control``: the ``Cache-Control`` that the object gets. Default: unset.
        - ``content_disposition``: the ``Content-Disposition`` that the object gets, ASCII:
          :func:`presize.content_disposition` makes it for any file name. Default: unset.
        - ``content_encoding``: the ``Content-Encoding`` that the object gets. Default: unset.
        - ``acl``: who may use the object. Words: ``"private"``, ``"public-read"``, ``"public-read-write"``,
          ``"authenticated-read"``, ``"aws-exec-read"``, ``"bucket-owner-read"``, ``"bucket-owner-full-control"``.
          Default: unset, the bucket's own rule.
        - ``storage_class``: the storage class, as the store names it (``"STANDARD_IA"``). Default: unset, the bucket's
          own.
        - ``server_side_encryption``: how S3 encrypts the object at rest. Words: ``"AES256"``, ``"aws:kms"``,
          ``"aws:kms:dsse"``. Default: unset, the bucket's own rule.
        - ``sse_kms_key_id``: the key's id or ARN, with ``server_side_encryption`` of ``"aws:kms"`` or
          ``"aws:kms:dsse"``. Default: unset.
        - ``metadata``: user metadata: names without ``x-amz-meta-``, put into lower case, and values in UTF-8; 2048
          bytes in all on S3, 8192 elsewhere. Default: none.
        - ``tagging``: tags: at most 10, names of 1 to 128 and values of at most 256 characters. Default: none.
        - ``starts_with``: at most 100 fields that the page adds, and what each must start with; an empty text allows
          any value. A field that is in no condition is refused by S3. Default: none.
        - ``success_action_status``: the HTTP status of S3's answer: 200, 201 (with a document of XML) or 204.
          Range: 200 to 204. Default: unset, 204.
        - ``success_action_redirect``: the ``http`` or ``https`` URL that the browser goes to after the upload; S3 adds
          bucket, key and etag to its query. Not together with ``success_action_status``. Default: unset.

        Errors: ``post_form_unsupported`` (R2 and access points), and those of every request.
        """
        named = dict(options) if max_bytes is _UNSET else {"max_bytes": max_bytes, **options}
        from .post_form import PostForm  # few need it

        return PostForm(*self._post_form(key, named, now))

    def __repr__(self) -> str:
        # A report of errors also shows one that is half made.
        return f"Presigner({getattr(self, '_bucket', None)!r})"

    def __reduce__(self) -> str:
        raise TypeError("a presigner holds a secret and is not pickled: make it anew")


def content_disposition(disposition: Disposition, filename: str) -> str:
    """The value of a ``Content-Disposition`` header for any file name (RFC 6266, RFC 8187).

    >>> from presize import content_disposition
    >>> content_disposition("attachment", "고양이.jpg")
    'attachment; filename="___.jpg"; filename*=UTF-8\\'\\'%EA%B3%A0%EC%96%91%EC%9D%B4.jpg'

    Error: ``header_invalid``.
    """
    return _native.content_disposition(disposition, filename)
