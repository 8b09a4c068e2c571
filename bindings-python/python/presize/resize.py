"""Images that are made as soon as their originals are stored: an event of a store becomes smaller images in another bucket.

Nothing here fetches or stores anything: :func:`presize.store.resize_object` does, and ``presize.aws.s3_handler`` for AWS Lambda.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Unpack, final

from . import _native
from .exchange import StoreExchange
from .options import EventResizePolicyOptions, OutputFormat, SkippedReason
from .presign import Presigner, _require
from .rules import ImageRules
from .store_events import CreatedObject

if TYPE_CHECKING:
    from .images import CancelToken

__all__ = ["EventResizer", "Resized", "ResizedObject", "Resizing"]


@dataclass(frozen=True, slots=True)
class ResizedObject:
    """A result that is stored."""

    key: str
    """Its key."""
    format: OutputFormat
    """Its format."""
    width: int
    """The width, in pixels."""
    height: int
    """The height, in pixels."""
    bytes: int
    """Its size, in bytes, as this call has encoded it."""
    is_new: bool
    """Whether this call has stored it. If not, an earlier one had made it of the same original."""


@dataclass(frozen=True, slots=True)
class Resized:
    """What was stored of an original."""

    key: str
    """The key of the original."""
    outputs: tuple[ResizedObject, ...]
    """The results, those of ``widths`` first. Where others were faster with a newer original, only those that were stored
    before."""
    skipped: SkippedReason | None
    """Why there are no results, or no more of them. That is no error: the event is to be acknowledged.

    - ``"other_bucket"``: it is in another bucket than the originals.
    - ``"other_prefix"``: its key does not begin with the prefix of the originals.
    - ``"own_result"``: it is a result of presize itself.
    - ``"superseded"``: it was replaced, or results of a newer original are stored: that one has an event of its own.
    - ``"missing"``: it was deleted.
    """


@final
class EventResizer:
    """Resizes images as soon as they are stored. Make it once and share it.

    >>> from presize import Bucket, Credentials, EventResizer, Presigner
    >>> results = Presigner(Bucket.s3("ap-northeast-2", "photos-resized"), Credentials("AKIDEXAMPLE", "secret"))
    >>> resizer = EventResizer(source=presigner, destination=results, widths=[80, 500], key="{width}/{key}.jpg")
    >>> resizer.policy["widths"], resizer.policy["format"], resizer.policy["quality"]
    ((80, 500), 'jpeg', 80)

    Results in the bucket of the originals would have events of their own, and be resized again and again:

    >>> EventResizer(source=presigner, destination=presigner, widths=[80])
    Traceback (most recent call last):
        ...
    presize.errors.ConfigError: expected results that are not taken for originals in the bucket photos, received ...

    ``source`` signs for the bucket of the originals, ``destination`` for that of the results; ``rules`` say which images are
    accepted, by default those of ``ImageRules()``. The policy:

    - ``widths``: the widths of the results, in pixels: the height follows, and none is made larger than the original.
      With ``presets`` at most 32. Range: 1 to 16384. Default: none.
    - ``presets``: further results: whole transforms by name, such as ``avatar``; the name stands for the width in
      ``key``. A name has 1 to 32 characters of ``a-z``, ``0-9``, ``-`` and ``_``. Default: none.
    - ``format``: the format of ``widths``. Words: ``"jpeg"`` (or ``"jpg"``), ``"png"``, ``"webp"``.
      Default: ``"jpeg"``.
    - ``quality``: the quality of ``widths`` in a lossy format. Range: 1 to 100. Default: 80.
    - ``key``: the keys of the results: ``{key}`` is the key of the original, ``{width}`` the width or the name of the
      preset, ``{ext}`` the extension of the format with its dot (``.jpg``). Default: {width}/{key}{ext}.
    - ``prefix``: only objects whose keys begin with it and a slash are originals. Without a slash at its end. Results
      in the bucket of the originals need it, and have to be stored elsewhere. Default: empty, for all objects.
    - ``cache_control``: ``Cache-Control`` of the results. An original that is replaced gets new results under the same
      keys. Default: unset.

    Errors: ``option_invalid``, ``encoding_unsupported``; ``header_invalid`` for a ``cache_control`` that cannot be sent;
    ``resize_loop`` where results could be taken for originals.

    Events come at least once and in any order, and originals are replaced: in the end there are the results of the newest
    original. A result is created or replaced under a condition, and its metadata names the original that it was made of
    (``x-amz-meta-presize-resized-from``).

    The credentials need ``s3:GetObject`` (with versions ``s3:GetObjectVersion``) and ``s3:ListBucket`` for the originals, and
    ``s3:PutObject``, ``s3:GetObject`` and ``s3:ListBucket`` for the results.
    """

    __slots__ = ("_native", "_rules")

    _native: _native.EventResizer
    _rules: ImageRules

    def __init__(
        self,
        *,
        source: Presigner,
        destination: Presigner,
        rules: ImageRules | None = None,
        **policy: Unpack[EventResizePolicyOptions],
    ) -> None:
        self._rules = ImageRules() if rules is None else rules
        _require("source", source, Presigner)
        _require("destination", destination, Presigner)
        _require("rules", self._rules, ImageRules)
        self._native = _native.EventResizer(dict(policy), source, destination, self._rules._native)

    @property
    def policy(self) -> Mapping[str, Any]:
        """Every option of the policy by name."""
        return MappingProxyType(self._native.policy())

    @property
    def rules(self) -> ImageRules:
        """Which images are accepted."""
        return self._rules

    def resize(self, object: CreatedObject, *, cancel_token: CancelToken | None = None) -> Resizing:
        """Begins to resize an object that an event tells of. One that is none of the originals is skipped without a request.
        :func:`presize.store.resize_object` does all of it.

        ``cancel_token`` stops it; results that are stored already stay. Default: none.

        Error: ``option_invalid``, for fields of another type.
        """
        _require("object", object, CreatedObject)
        resizing = Resizing.__new__(Resizing)
        resizing._key = object.key
        found = object.bucket, object.key, object.size_bytes, object.entity_tag, object.version_id, object.sequencer
        resizing._native = self._native.resize(found, cancel_token)
        return resizing

    def __repr__(self) -> str:
        # An error report may show an instance that is not initialised.
        if not hasattr(self, "_native"):
            return "EventResizer(...)"
        return f"EventResizer({', '.join(f'{name}={value!r}' for name, value in self._native.policy().items())})"

    def __reduce__(self) -> str:
        raise TypeError("a resizer holds credentials and is not pickled: make it anew")


@final
class Resizing(StoreExchange[_native.Resizing]):
    """The resizing of one original, as a state machine: it returns requests, your HTTP client sends them, and it takes the
    answers. :meth:`presize.EventResizer.resize` begins one. :func:`presize.store.resize_object` does all of this::

        resizing = resizer.resize(created)
        while (request := resizing.next_request()) is not None:
            answer = send(request)  # your HTTP client; if it gives up: resizing.fail("why")
            resizing.answer(answer.status, answer.headers, answer.body)
        resized = resizing.finish()

    It can be repeated after an interruption anywhere, and several of the same original can run at the same time.
    """

    __slots__ = ("_key",)

    _key: str

    def __init__(self) -> None:
        raise TypeError("use EventResizer.resize")

    def finish(self) -> Resized:
        """What was stored. Every call has the same result.

        Errors: ``image_too_large``, ``image_corrupt`` and all others of :func:`presize.check` and
        :func:`presize.transform_many`, ``bucket_not_found``, ``credentials_expired``, ``store_refused``,
        ``store_response_invalid``, ``store_unavailable`` (also before the end), and those of :meth:`next_request`.
        :attr:`presize.PresizeError.is_worth_retry` says whether the event should come again.
        """
        key, outputs, skipped = self._native.finish()
        return Resized(key, tuple(ResizedObject(*output) for output in outputs), skipped)

    def __repr__(self) -> str:
        # An error report may show an instance that is not initialised.
        return f"Resizing({getattr(self, '_key', None)!r})"
