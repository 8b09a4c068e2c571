"""Delivery: images at the size that a request asks for.

A policy says which variants may be asked for, :class:`Variants` reads what a request asks for and answers with the transform, the
key of a cache and the headers of the answer, before anything is fetched::

    variants = presize.Variants(widths=[200, 400, 800], formats=["webp", "jpeg", "png"])

    @app.get("/images/{key:path}")
    async def image(key: str, request: Request) -> Response:
        variant = variants.from_query(key, request.url.query, request.headers.get("accept"))
        rendered = await presize.aio.render_variant(variant, await original(variant.key))
        return Response(rendered.image.bytes, headers=rendered.headers)

Nothing here fetches or stores anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Unpack, cast, final

from . import _native
from .errors import PresizeError
from .images import CancelToken, Data, EncodedImage, _rules
from .options import (
    Fit,
    OutputFormat,
    PlaceholderOptions,
    SrcsetOptions,
    TransformOptions,
    VariantFormat,
    VariantPolicyOptions,
    WidthSet,
)
from .rules import ImageRules, Options

if TYPE_CHECKING:
    from .presign import Time

__all__ = [
    "Placeholder",
    "RenderedVariant",
    "RequestedVariant",
    "Srcset",
    "VariantPolicy",
    "Variants",
    "placeholder",
]


@final
class VariantPolicy(Options[_native.VariantPolicy]):
    """Which variants of an image may be asked for, and how long answers are cached.

    Without a list of sizes and without a key for signatures, any stranger could have any size made: :class:`Variants` refuses such
    a policy.

    >>> from presize import VariantPolicy
    >>> policy = VariantPolicy(widths=[320, 640, 1280], sizes=["80x80"], presets={"avatar": {"width": 96, "height": 96}})
    >>> policy.widths, policy.max_side
    ((320, 640, 1280), 4096)

    - ``widths``: the widths that may be asked for, in pixels; together with a height only where ``heights`` has it.
      Range: 1 to 16384. Default: none.
    - ``heights``: the heights that may be asked for, in pixels; together with a width only where ``widths`` has it.
      Range: 1 to 16384. Default: none.
    - ``sizes``: the boxes that may be asked for, such as ``300x200``. Default: none.
    - ``width_set``: widths that are allowed besides ``widths``. ``"next"``: those of Next.js 16: 32, 48, 64, 96, 128,
      256 and 384 for images of a fixed size, and 640, 750, 828, 1080, 1200, 1920, 2048 and 3840 for those as wide as
      the screen. Default: unset.
    - ``presets``: whole transforms by name, such as ``avatar``: a name has 1 to 32 characters of ``a-z``, ``0-9``,
      ``-`` and ``_``. What is cached and stored goes by the name: a preset that changes needs another one.
      Default: none.
    - ``original_size``: whether a request may name neither a width nor a height, so that the whole picture is encoded
      anew. Default: ``False``.
    - ``formats``: the formats that may be asked for, the preferred ones first: in this order they are chosen by the
      ``Accept`` header, as far as they can be encoded. Words: ``"jpeg"`` (or ``"jpg"``), ``"png"``, ``"webp"``.
      Default: jpeg, png.
    - ``negotiate``: whether a request without a format, or with ``f=auto``, is answered in the best one that its
      ``Accept`` header names. If not, it gets the baseline: a JPEG, or a PNG where the picture has alpha.
      Default: ``True``.
    - ``quality``: the quality of lossy formats where a request names none. Range: 1 to 100. Default: 80.
    - ``qualities``: the qualities that may be asked for besides ``quality``. Range: 1 to 100. Default: none.
    - ``fit``: how a picture is brought to a width and a height where a request names no fit. ``"cover"``: fills the box
      and cuts off what stands out, where ``position`` says. Without ``enlarge`` the result has the aspect ratio of the
      box at the largest size that the picture can fill. ``"contain"``: the whole picture within the box, the rest of
      the box in the background colour; the result has exactly the size of the box. Without ``enlarge`` a smaller
      picture is not scaled. ``"fill"``: exactly the size of the box, distorted. Without ``enlarge`` neither side
      becomes longer than it was. ``"inside"``: the largest size that lies within the box. Without ``enlarge`` at most
      the picture's own. ``"outside"``: the smallest size that covers the box; nothing is cut off. Without ``enlarge``
      at most the picture's own. Default: ``"cover"``.
    - ``fits``: the fits that may be asked for besides ``fit``. ``"cover"``: fills the box and cuts off what stands out,
      where ``position`` says. Without ``enlarge`` the result has the aspect ratio of the box at the largest size that
      the picture can fill. ``"contain"``: the whole picture within the box, the rest of the box in the background
      colour; the result has exactly the size of the box. Without ``enlarge`` a smaller picture is not scaled.
      ``"fill"``: exactly the size of the box, distorted. Without ``enlarge`` neither side becomes longer than it was.
      ``"inside"``: the largest size that lies within the box. Without ``enlarge`` at most the picture's own.
      ``"outside"``: the smallest size that covers the box; nothing is cut off. Without ``enlarge`` at most the
      picture's own. Default: none.
    - ``max_side``: the longest side of a result, in pixels, for signed requests too. Range: 1 to 16384. Default: 4096.
    - ``key_prefixes``: the starts of the keys that may be asked for, without slashes at their ends. Default: none,
      which allows every key.
    - ``signing_keys``: the secrets that requests are signed with, each at least 32 bytes long. What is signed with any
      of them may have every size up to ``max_side``; the first signs. They are never shown. Default: none.
    - ``max_age_seconds``: how long an answer may be cached, in seconds; of a signed one at most until it expires.
      Range: 0 to 31536000. Default: 31536000 (a year).
    - ``immutable``: whether the object under a key never changes, as where keys hold a hash: browsers then never ask
      again. Default: ``False``.
    - ``error_max_age_seconds``: how long a refusal, an answer with a status from 400 to 499, may be cached, in seconds.
      Range: 0 to 3600. Default: 10.

    Error: ``option_invalid``.
    """

    __slots__ = ()

    widths: tuple[int, ...]
    heights: tuple[int, ...]
    sizes: tuple[str, ...]
    width_set: WidthSet | None
    presets: Mapping[str, Mapping[str, Any]]
    original_size: bool
    formats: tuple[OutputFormat, ...]
    negotiate: bool
    quality: int
    qualities: tuple[int, ...]
    fit: Fit
    fits: tuple[Fit, ...]
    max_side: int
    key_prefixes: tuple[str, ...]
    signing_keys: None
    max_age_seconds: int
    immutable: bool
    error_max_age_seconds: int

    def __init__(self, **options: Unpack[VariantPolicyOptions]) -> None:
        try:
            super().__init__(_native.VariantPolicy(dict(options)))
        finally:
            # Error reports show arguments, and these may hold secrets.
            del options

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VariantPolicy) and self._native == other._native

    __hash__ = Options.__hash__

    def __reduce__(self) -> tuple[Any, ...]:
        if self._native.has_secrets():
            raise TypeError("a policy with signing keys holds secrets and is not pickled: make it anew")
        return super().__reduce__()


@final
class RequestedVariant:
    """A variant that the policy allows: what is made, of which object, and how the answer is cached. :class:`Variants` makes it."""

    __slots__ = ("_native",)

    _native: _native.RequestedVariant

    def __init__(self) -> None:
        raise TypeError("RequestedVariant has no public constructor: use Variants.from_query and its like")

    @property
    def key(self) -> str:
        """The object key of the original, decoded."""
        return self._native.key

    @property
    def transform(self) -> TransformOptions:
        """What is made of it, as keywords of :func:`presize.transform`. There is no ``format`` where :attr:`format` is
        ``"baseline"``: :meth:`transform_for` has it."""
        return self._native.transform

    @property
    def format(self) -> VariantFormat:
        """The format, chosen. ``"baseline"`` is a JPEG, or a PNG where the picture has alpha."""
        return self._native.format

    @property
    def canonical_query(self) -> str:
        """The query in its canonical form, for a redirect or a cache before the back end:
        ``"f=webp&fit=cover&h=150&q=90&w=200"``."""
        return self._native.canonical_query

    @property
    def cache_key(self) -> str:
        """The key of a cache: ``"v1/photos/cat.jpg?f=webp&fit=cover&h=150&q=90&w=200"``. It is the same for every spelling of a
        request."""
        return self._native.cache_key

    @property
    def store_key(self) -> str:
        """The object key that a result can be stored under: ``"webp.cover.h150.q90.w200/photos/cat.jpg"``; for a path in
        the baseline format as it was asked for, ``"300x300/cat.jpg"``."""
        return self._native.store_key

    @property
    def cache_control(self) -> str:
        """The ``Cache-Control`` of the answer."""
        return self._native.cache_control

    @property
    def varies(self) -> bool:
        """Whether the ``Accept`` header was looked at: the answer then has ``Vary: Accept``, in the baseline and without a body
        too."""
        return self._native.varies

    def output_format(self, has_alpha: bool) -> OutputFormat:
        """The format for a picture with alpha or without."""
        return self._native.output_format(has_alpha)

    def transform_for(self, has_alpha: bool) -> TransformOptions:
        """What is made of a picture with alpha or without, as keywords of :func:`presize.transform`, ``format`` among them."""
        return self._native.transform_for(has_alpha)

    def headers(self, has_alpha: bool = False) -> dict[str, str]:
        """The headers of the answer for a picture with alpha or without, in lower case: ``content-type``, ``cache-control``, and
        ``vary`` where it varies."""
        return self._native.headers(has_alpha)

    def entity_tag(self, original: str) -> str:
        """A weak entity tag for a server of one's own, made of the original's entity tag and of what is made of it. A client that
        sends it back as ``If-None-Match`` can be answered with 304 before anything is fetched or decoded: :meth:`not_modified`."""
        return self._native.entity_tag(original)

    def not_modified(self, original: str, if_none_match: str | None) -> dict[str, str] | None:
        """The headers of a 304, where the ``If-None-Match`` header names the entity tag of this variant of the original; otherwise
        ``None``, and the picture is to be sent, with :meth:`entity_tag` as its ``ETag``.

        ``original`` is the original's entity tag; ``if_none_match`` the header, several of them joined with commas, ``None`` where
        there is none. Tags are compared weakly, and ``*`` is every variant. The headers are in lower case: ``etag``,
        ``cache-control``, and ``vary`` where it varies.

        >>> variant = Variants(widths=[200]).from_query("cat.jpg", "w=200&f=png")
        >>> variant.not_modified('"d41d8cd9"', variant.entity_tag('"d41d8cd9"'))["cache-control"]
        'public, max-age=31536000'
        >>> variant.not_modified('"the original was replaced"', variant.entity_tag('"d41d8cd9"')) is None
        True
        """
        return self._native.not_modified(original, if_none_match)

    def render(
        self, data: Data, rules: ImageRules | None = None, *, cancel_token: CancelToken | None = None
    ) -> RenderedVariant:
        """Makes the variant of the bytes of the original. ``presize.aio.render_variant`` does it in the queue.

        >>> from presize import Variants
        >>> rendered = Variants(widths=[20]).from_query("cat.jpg", "w=20").render(photo)
        >>> rendered.image, rendered.headers["content-type"]
        (EncodedImage(jpeg, 20x27, ...), 'image/jpeg')

        Errors: those of :func:`presize.inspect` and :func:`presize.transform`.
        """
        image, headers = self._native.render(data, _rules(rules), cancel_token)
        return RenderedVariant(EncodedImage(*image), headers)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RequestedVariant) and self._native == other._native

    def __hash__(self) -> int:
        return hash((self.cache_key, self.cache_control))

    def __repr__(self) -> str:
        return f"RequestedVariant({self.cache_key!r})"

    def __copy__(self) -> RequestedVariant:
        return self

    def __deepcopy__(self, memo: object) -> RequestedVariant:
        return self

    def __reduce__(self) -> str:
        raise TypeError("a requested variant is not pickled: pass its key and its canonical query on")


@dataclass(frozen=True, slots=True)
class RenderedVariant:
    """A variant that was made."""

    image: EncodedImage
    """The picture."""
    headers: dict[str, str]
    """The headers of the answer, in lower case: ``content-type``, ``cache-control``, and ``vary`` where it varies."""


@dataclass(frozen=True, slots=True)
class Srcset:
    """The attributes of an ``<img>``, not escaped for HTML: in double quotes no character in them needs it but ``&``."""

    src: str
    """The URL for browsers that do not know ``srcset``: the widest candidate."""
    srcset: str
    """The candidates, each a URL with its width, from narrow to wide."""
    sizes: str
    """How wide the image is shown."""
    width: int
    """The width attribute, in pixels: with :attr:`height` it keeps the place for the image."""
    height: int
    """The height attribute."""


@final
class Variants:
    """Answers which variant a request asks for, and whether the policy allows it. Make it once, from a :class:`VariantPolicy` or
    from its options, and share it.

    >>> from presize import Variants
    >>> variants = Variants(widths=[200], heights=[150], qualities=[90])
    >>> variants.from_query("photos/cat.jpg", "w=200&q=90&h=150&utm_source=x").cache_key
    'v1/photos/cat.jpg?f=baseline&fit=cover&h=150&q=90&w=200'
    >>> variants.from_query("photos/cat.jpg", "w=4000")
    Traceback (most recent call last):
        ...
    presize.errors.DeliveryError: expected a size that the policy allows, received 4000x

    ``key`` is the object key of the original as frameworks give it, decoded; ``accept`` the ``Accept`` header, several of them
    joined with commas, ``None`` where there is none; ``now`` the time that signatures are checked at. Errors of all calls for a
    variant: ``variant_malformed`` 400, ``variant_not_allowed`` 403, ``variant_signature_invalid`` 403,
    ``encoding_unsupported``, ``option_invalid``.

    Errors: ``variant_policy_open`` for a policy without a list of sizes and without a key, ``option_invalid``,
    ``encoding_unsupported`` for a preset that cannot be encoded.
    """

    __slots__ = ("_native", "_policy")

    _native: _native.Variants
    _policy: VariantPolicy

    def __init__(self, policy: VariantPolicy | None = None, /, **options: Unpack[VariantPolicyOptions]) -> None:
        try:
            if policy is not None and options:
                raise TypeError("expected a policy or its options, received both")
            self._policy = VariantPolicy(**options) if policy is None else policy
        finally:
            # Error reports show arguments, and these may hold secrets.
            del options
        if not isinstance(self._policy, VariantPolicy):
            raise TypeError(f"policy must be presize.VariantPolicy, not {type(self._policy).__name__}")
        self._native = _native.Variants(self._policy._native)

    @property
    def policy(self) -> VariantPolicy:
        """The policy."""
        return self._policy

    def from_query(self, key: str, query: str, accept: str | None = None, now: Time = None) -> RequestedVariant:
        """The variant that a query asks for: ``w``, ``h``, ``f``, ``q``, ``fit`` or their long names (``width``, ``height``,
        ``format``, ``quality``), or ``preset``, and ``e`` and ``s`` of a signature. Names that are not among them are passed
        over.

        >>> variant = Variants(widths=[200], heights=[150]).from_query("cat.jpg", "h=150&w=200&f=png")
        >>> variant.canonical_query, variant.transform["width"], variant.headers()["content-type"]
        ('f=png&fit=cover&h=150&w=200', 200, 'image/png')
        """
        return _requested(self._native.from_query(key, query, accept, now))

    def from_url(self, url: str, accept: str | None = None, now: Time = None) -> RequestedVariant:
        """The variant that a path with a query asks for, percent-encoded as it stands in a request:
        ``"/photos/cat%20.jpg?w=200"``. It is decoded once.

        >>> Variants(widths=[200]).from_url("/photos/my%20cat.jpg?w=200").key
        'photos/my cat.jpg'
        """
        return _requested(self._native.from_url(url, accept, now))

    def from_path(self, path: str, accept: str | None = None) -> RequestedVariant:
        """The variant that a path asks for, decoded as frameworks give it: ``"300x300/photos/cat.jpg"``,
        ``"300x/photos/cat.jpg"`` or ``"x300/photos/cat.jpg"``. In the baseline format its ``store_key`` is that
        path.

        >>> Variants(sizes=["300x300"]).from_path("300x300/photos/cat.jpg").key
        'photos/cat.jpg'
        """
        return _requested(self._native.from_path(path, accept))

    def from_preset(self, name: str, key: str, accept: str | None = None) -> RequestedVariant:
        """The variant of a preset.

        >>> Variants(presets={"avatar": {"width": 96}}).from_preset("avatar", "cat.jpg").canonical_query
        'f=baseline&preset=avatar'
        """
        return _requested(self._native.from_preset(name, key, accept))

    def sign(self, key: str, query: str, expires_in: int | None = None, now: Time = None) -> str:
        """The query of a request that may have any size up to ``max_side``: canonical, with ``e`` and ``s``. It holds for
        ``expires_in`` seconds, or for good.

        >>> variants = Variants(signing_keys=["a secret of at least 32 bytes, from the environment"])
        >>> query = variants.sign("cat.jpg", "w=123", expires_in=3600)
        >>> variants.from_query("cat.jpg", query).transform["width"]
        123

        Errors: ``variant_malformed``, ``variant_not_allowed``, ``option_invalid`` without a key to sign with, ``signing_failed``
        for a time outside 1970 to 9999.
        """
        return self._native.sign(key, query, expires_in, now)

    def srcset(self, key: str, width: int, height: int, **options: Unpack[SrcsetOptions]) -> Srcset:
        """The attributes of an ``<img>`` that shows the image under a key, of which the size is known: the widths that the policy
        allows, none of them above the original's.

        >>> made = Variants(widths=[320, 640, 1280]).srcset("cat.jpg", 1000, 750, base_url="https://img.example.com")
        >>> made.src
        'https://img.example.com/cat.jpg?w=1280'

        - ``base_url``: what stands before the key: an origin, a path, or both, without a query and without a slash at
          its end. Default: empty, so that URLs start with the slash before the key.
        - ``max_width``: the widest that the image is shown, in CSS pixels: wider screens show it as wide as that, and
          the candidates end at twice as many pixels. Range: 1 to 16384. Default: unset, for an image as wide as the
          screen.
        - ``sizes``: the ``sizes`` attribute, where the layout is another. Default: ``100vw``, or with ``max_width`` of
          600 ``(min-width: 600px) 600px, 100vw``.

        Errors: ``variant_malformed`` for the key, ``variant_not_allowed``, ``option_invalid``, also for a policy without widths.
        """
        return Srcset(*self._native.srcset(key, width, height, options))

    def cloudfront_function(self, *, origin_path: str = "") -> str:
        """The code of a CloudFront Function for the event ``viewer-request`` and the runtime ``cloudfront-js-2.0``. It does what
        :meth:`from_url` does, before CloudFront looks into its cache: an allowed variant goes on with its canonical query and the
        format chosen, anything else is refused. A signed query goes on with ``e`` and ``s`` for the origin to verify, one that
        asks for no variant goes on empty, and methods other than GET and HEAD go on as they are. ``origin_path`` is the path of
        the origin, where CloudFront has one: it is part of the key.

        >>> code = Variants(widths=[200, 400]).cloudfront_function()
        >>> "function handler(event)" in code, len(code) < 10_000
        (True, True)

        Error: ``option_invalid``, also for a policy with which the function has more than 10,000 bytes; CloudFront takes 10 KB.
        """
        return self._native.cloudfront_function(origin_path)

    def error_headers(self, error: PresizeError | int) -> dict[str, str]:
        """The headers of an answer with an error, in lower case: ``cache-control``, which is short for a refusal and ``no-store``
        for a failure of the server, and ``vary`` whenever the policy negotiates: whether a variant can be made may depend on its
        format. An error that is not presize's is named by its status: 404 where there is no original.

        >>> Variants(widths=[200]).error_headers(404)
        {'cache-control': 'public, max-age=10', 'vary': 'Accept'}
        """
        return self._native.status_headers(error.http_status if isinstance(error, PresizeError) else error)

    def __repr__(self) -> str:
        return f"Variants({getattr(self, '_policy', None)!r})"  # a report of errors shows one whose policy was refused

    def __reduce__(self) -> tuple[Any, ...]:
        return Variants, (self._policy,)


def _requested(native: _native.RequestedVariant) -> RequestedVariant:
    variant = object.__new__(RequestedVariant)
    variant._native = native
    return variant


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What a page shows until the picture is there."""

    width: int
    """The width of the picture as displayed, in pixels."""
    height: int
    """The height of the picture as displayed, in pixels."""
    thumbhash: bytes
    """The ThumbHash, 5 to 25 bytes."""
    thumbhash_base64: str
    """The ThumbHash in base64, as front ends store it."""
    average_color: str
    """The mean colour, ``"#rrggbb"``. Of a picture of which nothing is seen ``"#000000"``."""
    dominant_color: str
    """The most frequent colour, ``"#rrggbb"``."""
    data_uri: str | None = field(repr=False)
    """A tiny picture, JPEG or with alpha PNG, if it was asked for."""


def placeholder(
    data: Data,
    rules: ImageRules | None = None,
    *,
    cancel_token: CancelToken | None = None,
    **options: Unpack[PlaceholderOptions],
) -> Placeholder:
    """Makes a placeholder of a picture: its first frame, upright and in sRGB, decoded once and small.

    >>> from presize import placeholder
    >>> made = placeholder(photo)
    >>> made.width, made.height, len(made.thumbhash), made.data_uri
    (36, 48, 21, None)

    - ``data_uri``: whether to make a tiny picture too, at most 16 pixels wide and high. Default: ``False``.

    Errors: ``option_invalid``, and those of :func:`presize.decode`.
    """
    return Placeholder(*_native.placeholder(data, cast("dict[str, Any]", options), _rules(rules), cancel_token))
