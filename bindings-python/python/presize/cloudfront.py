"""Signed URLs and signed cookies for CloudFront.

With no more than an expiry the policy is a *canned* one: the shorter form, which names one file. ``starts_at``,
``ip_range`` or ``resource`` make it a *custom* one, which travels with the request. A URL with ``*``, with a second ``?``, or
with a query that does not begin with ``name=value`` or has a slash, is signed with a ``resource`` alone: ``*`` and ``?`` are
wildcards, also under a canned policy, which its holder can send as a custom one. A ``*`` of a name is written ``%2A``.
Options of all calls:

- ``expires_in``: how long the URL or the cookies hold, in seconds from ``now``, from 1 to 315360000 (3650 days).
  CloudFront itself knows no limit; ten years is beyond the life of any key, and keeps a moment or a number of
  milliseconds from being taken for a lifetime. Default: 900 (15 minutes).
- ``starts_at``: the moment before which nothing is served, in seconds since 1970, before the expiry. Range: 1 to
  253402300799. Default: unset, so that it holds at once.
- ``ip_range``: the only addresses served: an IPv4 address, or a range of them as ``192.0.2.0/24`` (RFC 4632).
  CloudFront takes one range, and no IPv6: the distribution must not answer over IPv6 then. Default: unset, so that
  every address is served.
- ``resource``: what is opened, where that is more than the URL itself: ``*`` stands for any number of characters, ``?``
  for one. It starts with ``http://``, ``https://``, ``http*`` or ``*``. That the URL fits it is the caller's to see to.
  Default: unset, which is the URL itself.
- ``hash``: the hash that is signed. SHA-1 is what every distribution, every emulator and botocore take; it is broken
  against chosen collisions, not against forging a signature over a policy that is written here. ``"sha256"`` is
  understood by CloudFront since April 2026, and needed where the signer refuses SHA-1, as a KMS does. Words:
  ``"sha1"``, ``"sha256"``. Default: ``"sha1"``.

Errors of all calls: ``cloudfront_url_invalid``, ``cloudfront_policy_invalid``, ``expiry_out_of_range``,
``option_invalid``, ``signing_failed``, ``cloudfront_signature_invalid``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Unpack, final

from . import _native
from .options import CloudFrontHash, CloudFrontKeyType, CloudFrontOptions

if TYPE_CHECKING:
    from .presign import Time

__all__ = [
    "CloudFrontKeyPair",
    "CloudFrontSigner",
    "PreparedCookies",
    "PreparedUrl",
    "SignedCookies",
    "SignedUrl",
]


@dataclass(frozen=True, slots=True)
class SignedUrl:
    """A URL that anybody who holds it may use until it expires. It is as good as a password."""

    url: str = field(repr=False)
    """The URL with its signature."""
    expires_in: int
    """The lifetime in seconds, from the second at which it was signed."""
    expires_at: datetime
    """The time of expiry: aware, in UTC, a whole second."""


@dataclass(frozen=True, slots=True)
class SignedCookies:
    """Cookies that anybody who holds them may use until they expire. They are as good as a password.

    Set each with ``Secure`` and ``HttpOnly``, without ``Expires`` and ``Max-Age``, with a ``Domain`` that the page and the
    distribution share, and with the ``Path`` of the folder that is opened. The values need no quoting.
    """

    cookies: dict[str, str] = field(repr=False)
    """Names and values."""
    expires_in: int
    """The lifetime in seconds, from the second at which they were signed."""
    expires_at: datetime
    """The time of expiry: aware, in UTC, a whole second."""


@final
class CloudFrontSigner:
    """Signs URLs and cookies for CloudFront. The private key is parsed once, and wiped from memory when the signer is collected.
    Threads can share it."""

    __slots__ = ("_native",)

    _native: _native.Signer

    def __init__(self, key_pair_id: str, pem: str) -> None:
        """With the private key in PEM form: ECDSA P-256 (SEC1 or PKCS#8) or RSA (PKCS#1 or PKCS#8).

        Error: ``cloudfront_key_invalid``.
        """
        try:
            self._native = _native.Signer.from_pem(key_pair_id, pem)
        finally:
            # Error reports show arguments, and this one is a private key.
            del pem

    @classmethod
    def with_signer(
        cls, key_pair_id: str, key_type: CloudFrontKeyType, sign: Callable[[bytes, CloudFrontHash], bytes]
    ) -> CloudFrontSigner:
        """With a private key that is elsewhere: ``sign`` is called with the message and the hash to sign it with, and returns the
        signature, in DER for ECDSA, in PKCS#1 v1.5 for RSA. What it raises is the cause of ``signing_failed``. The signer holds
        the callable for good: one that holds the signer in turn is never collected.

        Error: ``cloudfront_key_invalid``.
        """
        signer = object.__new__(cls)
        signer._native = _native.Signer.with_signer(key_pair_id, key_type, sign)
        return signer

    def sign_url(self, url: str, *, now: Time = None, **options: Unpack[CloudFrontOptions]) -> SignedUrl:
        """Signs a URL. A URL that clients would normalise before sending it is refused."""
        return SignedUrl(*self._native.sign_url(url, options, now))

    def sign_cookies(self, url: str, *, now: Time = None, **options: Unpack[CloudFrontOptions]) -> SignedCookies:
        """Signs cookies for a URL, or for a pattern with ``*``, which is the same as naming it as ``resource``."""
        return SignedCookies(*self._native.sign_cookies(url, options, now))

    @property
    def key_pair(self) -> CloudFrontKeyPair:
        """The id and the type of the key."""
        return CloudFrontKeyPair(self._native.key_pair.id, self._native.key_pair.key_type)

    def __repr__(self) -> str:
        native = getattr(self, "_native", None)  # a report of errors shows one whose key was refused
        return f"CloudFrontSigner({native and native.key_pair.id!r})"

    def __reduce__(self) -> str:
        raise TypeError("a signer holds a private key and is not pickled: make it anew")


@final
class CloudFrontKeyPair:
    """The id of a key pair and the type of its key, for asynchronous signers: a key management service, a
    hardware module. Prepare, have the message signed, finish.

    >>> from presize import CloudFrontKeyPair
    >>> prepared = CloudFrontKeyPair("K2JCJMDEHXQW5F", "rsa").prepare_url("https://cdn.example.com/1.jpg", now=1)
    >>> prepared.message
    b'{"Statement":[{"Resource":"https://cdn.example.com/1.jpg","Condition":{"DateLessThan":{"AWS:EpochTime":901}}}]}'
    >>> prepared.finish(bytes(256)).expires_in
    900

    Error: ``cloudfront_key_invalid``.
    """

    __slots__ = ("_native",)

    def __init__(self, id: str, key_type: CloudFrontKeyType) -> None:
        self._native = _native.KeyPair(id, key_type)

    @property
    def id(self) -> str:
        """The id of the public key, as CloudFront has it."""
        return self._native.id

    @property
    def key_type(self) -> CloudFrontKeyType:
        """The type of the key."""
        return self._native.key_type

    def prepare_url(self, url: str, *, now: Time = None, **options: Unpack[CloudFrontOptions]) -> PreparedUrl:
        """A URL that waits for its signature."""
        return PreparedUrl(self._native.prepare_url(url, options, now))

    def prepare_cookies(self, url: str, *, now: Time = None, **options: Unpack[CloudFrontOptions]) -> PreparedCookies:
        """Cookies that wait for their signature."""
        return PreparedCookies(self._native.prepare_cookies(url, options, now))

    def __repr__(self) -> str:
        native = getattr(self, "_native", None)  # a report of errors shows one whose id was refused
        return f"CloudFrontKeyPair({native and native.id!r}, {native and native.key_type!r})"


class _Prepared:
    __slots__ = ("_native",)

    def __init__(self, native: _native.Prepared) -> None:
        self._native = native

    @property
    def message(self) -> bytes:
        """The bytes to sign: the policy."""
        return self._native.message

    @property
    def hash(self) -> CloudFrontHash:
        """The hash to sign them with."""
        return self._native.hash

    @property
    def key_type(self) -> CloudFrontKeyType:
        """The type of key to sign them with."""
        return self._native.key_type


@final
class PreparedUrl(_Prepared):
    """A URL that waits for its signature: sign :attr:`message`, then call :meth:`finish`."""

    __slots__ = ()

    def finish(self, signature: bytes | bytearray | memoryview) -> SignedUrl:
        """The signed URL, from the signature: for ECDSA its DER form, for RSA 256, 384 or 512 bytes of PKCS#1 v1.5. Whether it
        belongs to the key is not checked."""
        return SignedUrl(*self._native.finish(signature))


@final
class PreparedCookies(_Prepared):
    """Cookies that wait for their signature: sign :attr:`message`, then call :meth:`finish`."""

    __slots__ = ()

    def finish(self, signature: bytes | bytearray | memoryview) -> SignedCookies:
        """The signed cookies, from the signature: as :meth:`PreparedUrl.finish`."""
        return SignedCookies(*self._native.finish(signature))
