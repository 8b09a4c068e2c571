"""Buckets of S3, R2 and S3-compatible servers."""

from __future__ import annotations

from . import _native as native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Self, Unpack, final

    from .options import BucketOptions, UrlStyle

else:

    def final(kind):
        return kind


__all__ = ["Bucket"]


@final
class Bucket:
    """A bucket of S3, of R2, or of any S3-compatible server. Creating one connects to nothing.

    >>> from presize import Bucket
    >>> Bucket.s3("ap-northeast-2", "photos").host
    'photos.s3.ap-northeast-2.amazonaws.com'

    Options of every kind:

    - ``dual_stack``: S3: the host that has IPv6 addresses too. Default: ``False``.
    - ``fips``: S3: the host whose cryptography is validated by FIPS 140; not in China. Default: ``False``.
    - ``accelerate``: S3: the nearest edge of Transfer Acceleration, which must be turned on for the bucket; not for
      names with dots, not for access points, not with ``fips`` or path style, not in China. Default: ``False``.
    - ``jurisdiction``: R2: the jurisdiction that the bucket was made in. Words: ``"eu"``, ``"fedramp"``. Default: none.
    - ``url_style``: where the bucket's name stands in a URL; an access point has only virtual hosts, and so has no path
      style, and S3's certificates do not cover names with dots as virtual hosts. ``"path"``:
      ``https://endpoint/bucket/key``. ``"virtual-host"``: ``https://bucket.endpoint/key``. Default: as the bucket was
      made.
    - ``public_endpoint``: the ``http`` or ``https`` address under which clients reach the server, where it is not the
      one that the bucket was made with: a proxy, a tunnel, a private link. It takes the place of the server's own
      address; the bucket's name stands before its host or in its path, as ``url_style`` says. Requests are signed for
      this address, so that it has to reach the server in the ``Host`` header: S3 on a private link and servers of one's
      own take that, R2 does not. Default: none.
    - ``proxy_rewrites_host``: the proxy at ``public_endpoint`` sends requests on with the server's own host and path:
      URLs have the public address, and signatures are for the server's own. Default: ``False``, the proxy leaves
      ``Host`` and path alone.

    Errors: ``bucket_invalid``, ``option_invalid``.
    """

    __slots__ = ("_made", "_native")

    _native: native.Bucket
    _made: tuple[Any, ...]

    def __init__(self) -> None:
        raise TypeError("use Bucket.s3, Bucket.r2, Bucket.custom or Bucket.access_point")

    @classmethod
    def s3(cls, region: str, name: str, **options: Unpack[BucketOptions]) -> Self:
        """A bucket of S3, by its region (``"eu-central-1"``) and name. Regional virtual hosts, in every partition of AWS."""
        return cls._make("s3", region, name, dict(options))

    @classmethod
    def r2(cls, account: str, name: str, **options: Unpack[BucketOptions]) -> Self:
        """A bucket of Cloudflare R2, by the account's id and the name."""
        return cls._make("r2", account, name, dict(options))

    @classmethod
    def custom(cls, endpoint: str, region: str, name: str, style: UrlStyle, **options: Unpack[BucketOptions]) -> Self:
        """A bucket of another S3-compatible server.

        >>> Bucket.custom("http://localhost:9000", "us-east-1", "photos", "path").host
        'localhost:9000'
        """
        return cls._make("custom", endpoint, region, name, style, dict(options))

    @classmethod
    def access_point(cls, arn: str, **options: Unpack[BucketOptions]) -> Self:
        """An access point of S3, by its ARN."""
        return cls._make("access_point", arn, dict(options))

    @classmethod
    def _make(cls, kind: str, *arguments: Any) -> Self:
        return cls._wrap(getattr(native.Bucket, kind)(*arguments), (kind, *arguments))

    @classmethod
    def _wrap(cls, made_native: native.Bucket, made: tuple[Any, ...]) -> Self:
        bucket = object.__new__(cls)
        bucket._native = made_native
        bucket._made = made
        return bucket

    def internal(self) -> Self:
        """The same bucket at the server's own address, for the back end itself, if clients use a ``public_endpoint``."""
        return self._wrap(self._native.internal(), ("internal", *self._made))

    def copy_source(self, key: str) -> str:
        """An object of the bucket as the source of a copy, for :meth:`presize.Presigner.copy`.

        >>> Bucket.s3("eu-central-1", "photos").copy_source("cats/1.webp")
        'photos/cats/1.webp'
        """
        return self._native.copy_source(key)

    @property
    def name(self) -> str:
        """The bucket's name; of an access point, its ARN."""
        return self._native.name

    @property
    def region(self) -> str:
        """The region that requests are signed for; ``"auto"`` for R2."""
        return self._native.region

    @property
    def host(self) -> str:
        """The host of its URLs, with the port if it is not the default port of the scheme."""
        return self._native.host

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bucket) and self._native == other._native

    def __hash__(self) -> int:
        return hash((self.name, self.region, self.host))

    def __repr__(self) -> str:
        if not hasattr(self, "_native"):
            # An error report may show an instance that is not initialised.
            return "Bucket(...)"
        return f"Bucket(name={self.name!r}, region={self.region!r}, host={self.host!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, self._made


def _restore(kind: str, *arguments: Any) -> Bucket:
    return _restore(*arguments).internal() if kind == "internal" else Bucket._make(kind, *arguments)


def bucket_of(read: Callable[[str], str | None]) -> tuple[Any, ...]:
    """The constructor and arguments of the bucket in environment variables, for ``pickle``."""
    if read("R2_ACCOUNT_ID"):
        return "r2", read("R2_ACCOUNT_ID"), read("R2_BUCKET_NAME"), {}
    region, name = read("AWS_REGION") or read("AWS_DEFAULT_REGION"), read("AWS_BUCKET_NAME")
    if endpoint := read("AWS_ENDPOINT_URL_S3") or read("AWS_ENDPOINT_URL"):
        return "custom", endpoint, region, name, "path", {}
    return "s3", region, name, {}
