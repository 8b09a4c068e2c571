"""Errors: one class for each part of the library, one stable code for each failure.

All errors are :class:`PresizeError`. Those that bad input causes are a ``ValueError`` as well; :class:`ConfigError` is
not, since it is about buckets, credentials and signing. The codes are the same in Rust, Python and JavaScript.
"""

from __future__ import annotations

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "ConfigError",
    "DataUriError",
    "DeliveryError",
    "ImageError",
    "OptionError",
    "PresizeError",
    "UploadError",
    "request_invalid",
    "request_malformed",
    "request_too_large",
    "request_type_unsupported",
    "request_unauthenticated",
    "retry_headers",
    "server_busy",
]


class PresizeError(Exception):
    """A failure with a stable code.

    >>> import presize
    >>> try:
    ...     presize.inspect(b"no image at all")
    ... except presize.ImageError as error:
    ...     print(error.code, error.http_status)
    image_format_unknown 415

    No message and no detail holds a secret, a token, a signature or a whole presigned URL.
    """

    code: str
    """The stable code, for programs: ``"image_corrupt"``."""
    http_status: int
    """What a back end should answer with. 4xx is the sender's fault, 5xx is ours."""
    message: str
    """What went wrong, for developers, in English."""
    details: dict[str, Any]
    """The fields of the message by name: strings, integers and lists of strings, fit for JSON."""
    index: int | None
    """The 0-based index of the image or key, when the call took a list."""
    user_message_template: str
    """``user_message`` in English with the names of its parameters in braces: what a translation is looked up by."""
    user_message_parameters: dict[str, str]
    """The parameters of the template as they are shown: numbers, sizes with their unit (MB), names of formats."""
    is_worth_retry: bool
    """Whether the same call may succeed later, so that a queue should hand its message over again: the store was not reachable or
    refused, the server was busy, the call was cancelled. What is wrong with an image or a request (4xx) stays wrong."""

    def __init__(
        self,
        code: str,
        http_status: int,
        message: str,
        details: dict[str, Any] | None = None,
        index: int | None = None,
        user_message_template: str = "The server could not do this. Please try again later.",
        user_message_parameters: dict[str, str] | None = None,
        is_worth_retry: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.http_status = http_status
        self.message = message
        self.details = {} if details is None else details
        self.index = index
        self.user_message_template = user_message_template
        self.user_message_parameters = {} if user_message_parameters is None else user_message_parameters
        self.is_worth_retry = is_worth_retry

    @property
    def user_message(self) -> str:
        """What went wrong in plain English and human units, for the people who use an app: "This file is larger than 10 MB."
        It has no technical words and says nothing of the back end, and not which image of a list is meant: ``index`` does."""
        return self.user_message_template.format_map(self.user_message_parameters)

    def __reduce__(self) -> tuple[Any, ...]:
        words = self.user_message_template, self.user_message_parameters
        fields = self.code, self.http_status, self.message, self.details, self.index
        return type(self), (*fields, *words, self.is_worth_retry)

    def to_dict(self) -> dict[str, Any]:
        """The error as a response body shows it: ``code``, ``message``, ``user_message``, ``details``, and ``index`` if there
        is one."""
        body: dict[str, Any] = {
            "code": self.code,
            "message": self.message,
            "user_message": self.user_message,
            "details": self.details,
        }
        if self.index is not None:
            body["index"] = self.index
        return body


class OptionError(PresizeError, ValueError):
    """An option of the wrong type, out of its range, unknown, or in contradiction to another one."""


class DataUriError(PresizeError, ValueError):
    """A text that is not an acceptable data URI."""


class ImageError(PresizeError, ValueError):
    """Bytes that are not an acceptable image, or an image that cannot be transformed as requested."""


class UploadError(PresizeError, ValueError):
    """A request for an upload that cannot be parsed, or that the policy refuses."""


class DeliveryError(PresizeError, ValueError):
    """A request for a variant that cannot be read or that the policy refuses, or a text that is no event."""


class ConfigError(PresizeError):
    """A mistake in buckets, credentials or signing, or a failure of the store."""


_FAMILIES: dict[str, type[PresizeError]] = {
    "option": OptionError,
    "data_uri": DataUriError,
    "image": ImageError,
    "upload": UploadError,
    "delivery": DeliveryError,
    "config": ConfigError,
}


def _from_native(
    family: str,
    code: str,
    http_status: int,
    message: str,
    details: dict[str, Any],
    index: int | None,
    *more: Any,
) -> PresizeError:
    """Makes the exception of an error of the core; called by the extension module. ``more`` are the template of the user message,
    its parameters, and whether the call is worth a retry."""
    return _FAMILIES.get(family, PresizeError)(code, http_status, message, details, index, *more)


def request_invalid(fields: list[str], codes: list[str], reasons: list[str]) -> PresizeError:
    """``request_invalid`` 422: these fields of a request are missing, or are not what the route takes.

    >>> print(request_invalid(["photos.0"], ["image_corrupt"], ["expected a complete image, received a damaged one"]))
    expected a valid request, received one with mistakes in ["photos.0"]
    """
    return _native.request_invalid(fields, codes, reasons)


def request_malformed(expected: str, received: str) -> PresizeError:
    """``request_malformed`` 400: the body of a request is not what the route takes.

    >>> print(request_malformed("a JSON object", "a list"))
    expected a JSON object for the request, received a list
    """
    return _native.request_malformed(expected, received)


def request_too_large(max_bytes: int) -> PresizeError:
    """``request_too_large`` 413: the body of a request is longer than the route takes.

    >>> print(request_too_large(16384))
    expected at most 16384 bytes for the request, received more
    """
    return _native.request_too_large(max_bytes)


def request_type_unsupported(expected: str, received: str) -> PresizeError:
    """``request_type_unsupported`` 415: the content type of a request is not the one that the route takes.

    >>> print(request_type_unsupported("application/json", "'text/plain'"))
    expected application/json for the content type of the request, received 'text/plain'
    """
    return _native.request_type_unsupported(expected, received)


def request_unauthenticated() -> PresizeError:
    """``request_unauthenticated`` 401: nobody is logged in.

    >>> request_unauthenticated().http_status
    401
    """
    return _native.request_unauthenticated()


def server_busy(retry_after_seconds: int) -> PresizeError:
    """``server_busy`` 503: all places for image work are taken, and so are all places to wait for one.

    >>> print(server_busy(2))
    expected a free place for image work, found all taken: try again in 2 seconds
    """
    return _native.server_busy(retry_after_seconds)


def retry_headers(error: PresizeError) -> dict[str, str]:
    """The headers of an answer with this error: ``Retry-After`` in whole seconds (RFC 9110, section 10.2.3) where the server is
    busy, and none otherwise.

    >>> retry_headers(server_busy(2))
    {'Retry-After': '2'}
    """
    return {"Retry-After": str(error.details["retry_after_seconds"])} if error.code == "server_busy" else {}
