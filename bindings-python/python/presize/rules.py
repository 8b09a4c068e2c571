"""What an image must be to be accepted."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar, Unpack, final

from . import _native
from .options import ImageFormat, ImageRulesOptions

__all__ = ["ImageRules"]


class _Table(Protocol):
    def values(self) -> dict[str, Any]: ...


_Native = TypeVar("_Native", bound=_Table)


class Options(Generic[_Native]):
    """A value made of all rows of one of the core's tables: equal when they are equal, and never changed."""

    __slots__ = ("_native", "_values")

    _native: _Native
    _values: Mapping[str, Any]

    def __init__(self, native: _Native) -> None:
        object.__setattr__(self, "_native", native)
        object.__setattr__(self, "_values", {name: _read_only(value) for name, value in native.values().items()})

    if not TYPE_CHECKING:  # so that type checkers know the attributes that a class declares, and no others

        def __getattr__(self, name: str) -> Any:
            try:
                return object.__getattribute__(self, "_values")[name]
            except (AttributeError, KeyError):
                message = f"{type(self).__name__!r} object has no attribute {name!r}"
                raise AttributeError(message, name=name, obj=self) from None

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed: make another one", name=name, obj=self)

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed: make another one", name=name, obj=self)

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *self._values})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self._values == other._values

    def __hash__(self) -> int:
        return hash((type(self), _hashable(self._values)))

    def __repr__(self) -> str:
        if not hasattr(self, "_values"):
            # The options were refused; error reports still show the instance.
            return f"{type(self).__name__}(...)"
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.given().items())})"

    def given(self) -> dict[str, Any]:
        """The options that differ from their defaults."""
        defaults = type(self)()._values  # type: ignore[call-arg]
        changed = {name: value for name, value in self._values.items() if value != defaults[name]}
        return {name: _plain(value) for name, value in changed.items()}

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.given())

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


def _read_only(value: Any) -> Any:
    """A mapping, and those in it, as ones that cannot be changed."""
    if not isinstance(value, dict):
        return value
    return MappingProxyType({name: _read_only(each) for name, each in value.items()})


def _plain(value: Any) -> Any:
    """The reverse of :func:`_read_only`."""
    return {name: _plain(each) for name, each in value.items()} if isinstance(value, Mapping) else value


def _hashable(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return frozenset((name, _hashable(each)) for name, each in value.items())


def _restore(kind: type[Any], options: dict[str, Any]) -> Any:
    return kind(**options)


@final
class ImageRules(Options[_native.Rules]):
    """What an image must be to be accepted, and every limit on what checking it may cost.

    One set of rules serves data URIs, multipart bytes and stored objects alike. Each limit is checked before the memory
    or the work that it bounds is spent. Make it once and share it.

    >>> from presize import ImageRules
    >>> rules = ImageRules(formats=["jpeg", "png"], max_bytes=5_000_000, min_width=100)
    >>> rules.max_bytes, rules.max_pixels
    (5000000, 64000000)

    - ``formats``: the formats accepted. Words: ``"jpeg"`` (or ``"jpg"``), ``"png"``, ``"webp"``, ``"gif"``, ``"heic"``,
      ``"heif"``, ``"avif"``. Default: jpeg, png, webp, gif.
    - ``max_bytes``: the largest file, in bytes. Range: 1 to 4294967295. Default: 10485760 (10 MiB).
    - ``max_data_uri_bytes``: the longest data URI, in bytes of text with its header. Range: 1 to 8589934591.
      Default: none; ``max_bytes`` bounds what it decodes to.
    - ``min_width``: the smallest width as displayed, in pixels. Range: 1 to 65535. Default: 1.
    - ``min_height``: the smallest height as displayed, in pixels. Range: 1 to 65535. Default: 1.
    - ``max_width``: the largest width as displayed, in pixels. Range: 1 to 65535. Default: 16384.
    - ``max_height``: the largest height as displayed, in pixels. Range: 1 to 65535. Default: 16384.
    - ``max_pixels``: the most pixels of one picture. Range: 1 to 4294836225. Default: 64000000.
    - ``max_frames``: the most frames of an animation. Range: 1 to 1000000. Default: 1000.
    - ``max_frame_pixels``: the most pixels of all frames of an animation together. Range: 1 to 10^12.
      Default: 64000000.
    - ``max_work_pixels``: the most work of one file, in weighted pixels as :func:`presize.work_pixels` counts them:
      every picture of ``max_pixels`` is within the default, whatever its format and kind. Range: 1 to 10^12.
      Default: 256000000.
    - ``max_memory_bytes``: the most memory that decoding and transforming may take, in bytes, as counted from the
      header: every picture of ``max_pixels`` is within the default, whatever its format and kind. Range: 1048576
      (1 MiB) to 17179869184 (16 GiB). Default: 402653184 (384 MiB).
    - ``max_scans``: the most scans of a JPEG. Range: 1 to 10000. Default: 100.
    - ``max_icc_bytes``: the largest ICC profile, in bytes when unpacked. Range: 0 to 67108864 (64 MiB).
      Default: 4194304 (4 MiB).
    - ``max_images``: the most images of one list. Range: 1 to 10000. Default: 10.
    - ``max_total_bytes``: the most bytes of all images of one list together. Range: 1 to 17179869184 (16 GiB).
      Default: 33554432 (32 MiB).
    - ``max_total_pixels``: the most pixels of all images of one list together, all frames of animations among them.
      Range: 1 to 10^12. Default: 512000000.
    - ``max_total_work_pixels``: the most work of all images of one list together, in weighted pixels. Range: 1 to
      10^12. Default: 640000000.
    - ``allow_bare_base64``: accept base64 without a ``data:`` header. Default: ``False``.
    - ``allow_whitespace``: accept spaces, tabs and line breaks within the base64 of a data URI, escaped ones (``%0A``)
      too, but not more of them than there is base64; and spaces after the semicolons of its header. Default: ``False``.
    - ``allow_type_mismatch``: accept a file whose declared type differs from what its bytes say. Default: ``False``.
    - ``allow_polyglots``: accept a file that is also a page, a script, a document or an archive. Default: ``False``.
    - ``allow_truncated``: accept a JPEG whose end is missing: gray where nothing arrived. Default: ``False``.

    Numbers are integers; a ``float`` without a fraction is one too, here and for every other option: ``100.0`` is 100, while
    100.5, a ``bool`` or a string is refused.

    Error: ``option_invalid``.
    """

    __slots__ = ()

    # generated: begin ImageRules
    formats: tuple[ImageFormat, ...]
    max_bytes: int
    max_data_uri_bytes: int | None
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
    # generated: end

    def __init__(self, **options: Unpack[ImageRulesOptions]) -> None:
        super().__init__(_native.Rules(dict(options)))
