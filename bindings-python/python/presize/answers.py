"""Answers of functions that are asked for a variant: at the edge of CloudFront, or behind a gateway.

An event becomes requests to the store, and their answers what the function returns. Nothing here sends anything:
:func:`presize.store.answer_event` does, and ``presize.aws`` has the handlers for AWS Lambda.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack, final

from . import _native
from .delivery import Variants
from .exchange import StoreExchange
from .options import EdgeOptions, GatewayOptions
from .presign import Presigner, _require
from .rules import ImageRules

if TYPE_CHECKING:
    from .errors import PresizeError
    from .images import CancelToken
    from .presign import Time

__all__ = ["Answering", "EdgeResizer", "Event", "GatewayResizer"]

Event: TypeAlias = Mapping[str, Any] | str | bytes | bytearray
"""An event: its JSON, or the dictionary that Lambda has made of it."""


@final
class EdgeResizer:
    """Answers events of CloudFront, as a function of Lambda@Edge that is called for origin responses or origin requests: a path
    with a query, ``/photos/cat.jpg?w=200&h=150&f=png``, becomes the variant of the object under that key. Make it once and share
    it.

    >>> from presize import EdgeResizer, Variants
    >>> resizer = EdgeResizer(Variants(widths=[200, 400, 800]), source=presigner)
    >>> resizer.options["originals"]
    False

    ``variants`` say which variants may be asked for, ``source`` signs for the bucket of the originals, and ``rules`` say which
    originals are accepted, by default those of ``ImageRules()``. The options:

    - ``originals``: whether CloudFront may answer with the original: where a request asks for no variant, and where the
      variant that it asks for cannot be made or is longer than the 1 MB that a function may answer with. An original
      has all its metadata, such as the place where a photo was taken. Default: ``False``.

    With ``originals``, an original in place of a variant that cannot be made is cached as briefly as the error would be.

    An origin response with a status other than 200 and 206 is passed on as it is: that of a missing original, or of one that has
    not changed. The path of the origin, where CloudFront has one, is part of the key. A request is refused before anything is
    fetched, with ``{"error": {"code": ..., "message": ...}}``, and no error is 200 or cached for long. CloudFront counts 1 MB for
    the whole answer, which has the picture in base64: pictures of about 734,000 bytes fit.

    Error: ``option_invalid``.
    """

    __slots__ = ("_native", "_rules")

    _native: _native.EdgeResizer
    _rules: ImageRules

    def __init__(
        self, variants: Variants, *, source: Presigner, rules: ImageRules | None = None, **options: Unpack[EdgeOptions]
    ) -> None:
        self._rules = _checked(variants, source, rules)
        self._native = _native.EdgeResizer(variants._native, source, self._rules._native, dict(options))

    @property
    def options(self) -> Mapping[str, Any]:
        """Every option by name."""
        return MappingProxyType(self._native.options())

    @property
    def rules(self) -> ImageRules:
        """Which originals are accepted."""
        return self._rules

    def answer(self, event: Event, now: Time = None, *, cancel_token: CancelToken | None = None) -> Answering:
        """Begins to answer an event, at the time ``now``. :func:`presize.store.answer_event` does all of it.

        ``cancel_token`` stops it. Default: none.

        Errors: ``event_malformed``, for an event that is none of an origin request or an origin response; ``option_invalid``, for
        an argument of another type.
        """
        return _wrap(self._native.answer(_text(event), now, cancel_token))

    def __repr__(self) -> str:
        return _show(self)

    def __reduce__(self) -> str:
        raise TypeError("a resizer holds credentials and is not pickled: make it anew")


@final
class GatewayResizer:
    """Answers events of API Gateway (REST and HTTP APIs), of a function URL and of an Application Load Balancer. Make it once and
    share it.

    Without a bucket for results every request is answered with its variant. With one, each variant is made once: the function
    looks for it there, makes and stores it if it is missing, and redirects to it. That is how an S3 website resizes on the first
    miss: it redirects what it does not have to the function.

    >>> from presize import Bucket, Credentials, GatewayResizer, Presigner, Variants
    >>> results = Presigner(Bucket.s3("ap-northeast-2", "photos-resized"), Credentials("AKIDEXAMPLE", "secret"))
    >>> resizer = GatewayResizer(Variants(sizes=["300x300"]), source=presigner, results=results,
    ...     request="key", results_url="https://img.example.com", errors="message")
    >>> resizer.options["redirect"]
    'always'

    ``variants`` say which variants may be asked for, ``source`` signs for the bucket of the originals, ``results`` for that of the
    results, by default none, and ``rules`` say which originals are accepted, by default those of ``ImageRules()``. The options:

    - ``request``: where a request says which variant it asks for. ``"url"``: the path is the key, and the query asks
      for the variant: ``/photos/cat.jpg?w=200``. ``"path"``: the path begins with the size:
      ``/300x300/photos/cat.jpg``. ``"key"``: the parameter ``"key"`` of the query is such a path:
      ``?key=300x300/photos/cat.jpg``. An S3 website can redirect to it what it does not have. Default: ``"url"``.
    - ``base_path``: the start of all paths, which is no part of a key, such as ``/images``. Default: empty.
    - ``results_url``: where results are read from once they are stored, an http or https URL or a path on the same
      host: redirects lead there. Default: unset, which is refused where there is a bucket for results.
    - ``redirect``: when a request is redirected to the stored result, where there is a bucket for results.
      ``"always"``: always: each variant is made once, and the function is not asked for it again. ``"large"``: only
      where a result is too long for an answer of the function. Others are answered, and not stored.
      Default: ``"always"``.
    - ``errors``: the body of an answer with an error. ``"presize"``:
      ``{"error": {"code": "variant_not_allowed", "message": "..."}}``. ``"message"``:
      ``{"message": "Forbidden: Resolution not allowed"}``: for front ends of the many functions that answer so.
      Default: ``"presize"``.

    A redirect is 307 with ``no-store``, and never leads to the request itself. A result is never replaced, and of several
    requests at once, one stores it. A result that is asked for as an original is ``original_not_found``. A request is refused
    before anything is fetched, and no error is 200 or cached for long. An answer may have 6 MB with its picture in base64,
    behind a load balancer 1 MB. API Gateway sends pictures only if the API's binary media types have ``*/*`` (REST APIs).

    Error: ``option_invalid``.
    """

    __slots__ = ("_native", "_rules")

    _native: _native.GatewayResizer
    _rules: ImageRules

    def __init__(
        self,
        variants: Variants,
        *,
        source: Presigner,
        results: Presigner | None = None,
        rules: ImageRules | None = None,
        **options: Unpack[GatewayOptions],
    ) -> None:
        self._rules = _checked(variants, source, rules)
        if results is not None:
            _require("results", results, Presigner)
        self._native = _native.GatewayResizer(variants._native, source, results, self._rules._native, dict(options))

    @property
    def options(self) -> Mapping[str, Any]:
        """Every option by name."""
        return MappingProxyType(self._native.options())

    @property
    def rules(self) -> ImageRules:
        """Which originals are accepted."""
        return self._rules

    def answer(self, event: Event, now: Time = None, *, cancel_token: CancelToken | None = None) -> Answering:
        """Begins to answer an event, at the time ``now``. :func:`presize.store.answer_event` does all of it.

        ``cancel_token`` stops it. Default: none.

        Errors: ``event_malformed``, for an event that is none of a service that is known; ``option_invalid``, for an argument of
        another type.
        """
        return _wrap(self._native.answer(_text(event), now, cancel_token))

    def __repr__(self) -> str:
        return _show(self)

    def __reduce__(self) -> str:
        raise TypeError("a resizer holds credentials and is not pickled: make it anew")


@final
class Answering(StoreExchange[_native.Answering]):
    """The answer to one event, as a state machine: it returns requests, your HTTP client sends them, and it takes the answers.
    :meth:`presize.EdgeResizer.answer` and :meth:`presize.GatewayResizer.answer` begin one. :func:`presize.store.answer_event` does
    all of this::

        answering = resizer.answer(event)
        while (request := answering.next_request()) is not None:
            answer = send(request)  # your HTTP client; if it gives up: answering.fail("why")
            answering.answer(answer.status, answer.headers, answer.body)
        return answering.finish()

    Every error is an answer too: nothing but arguments of a wrong type is raised.
    """

    __slots__ = ()

    def __init__(self) -> None:
        raise TypeError("use EdgeResizer.answer or GatewayResizer.answer")

    def finish(self) -> dict[str, Any]:
        """What the function returns. Every call has the same result. Before the end it is the answer for
        ``store_unavailable``."""
        answer: dict[str, Any] = json.loads(self._native.finish())
        return answer

    @property
    def error(self) -> PresizeError | None:
        """Why the answer is not the picture, for a log; also where CloudFront answers with the original instead."""
        return self._native.error()

    def __repr__(self) -> str:
        return "Answering()"


def _checked(variants: Variants, source: Presigner, rules: ImageRules | None) -> ImageRules:
    """The rules of a resizer whose arguments have the right types."""
    given = ImageRules() if rules is None else rules
    _require("variants", variants, Variants)
    _require("source", source, Presigner)
    _require("rules", given, ImageRules)
    return given


def _text(event: Event) -> str | bytes | bytearray:
    return json.dumps(dict(event)) if isinstance(event, Mapping) else event


def _show(resizer: EdgeResizer | GatewayResizer) -> str:
    # An error report may show an instance that is not initialised.
    native = getattr(resizer, "_native", None)
    options = "..." if native is None else ", ".join(f"{name}={value!r}" for name, value in native.options().items())
    return f"{type(resizer).__name__}({options})"


def _wrap(native: _native.Answering) -> Answering:
    answering = Answering.__new__(Answering)
    answering._native = native
    return answering
