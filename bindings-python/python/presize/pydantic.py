"""Types for Pydantic 2: fields that are data URIs in JSON and checked images in Python.

>>> from pydantic import BaseModel, ValidationError
>>> from presize.pydantic import DataUriImages
>>> class Album(BaseModel):
...     photos: DataUriImages
>>> try:
...     Album.model_validate({"photos": ["data:image/png;base64,iVBORw0KGgo="]})
... except ValidationError as refused:
...     error = refused.errors()[0]
>>> error["type"], error["loc"]
('image_corrupt', ('photos', 0))

The type of an error is presize's code and its context are the details. Its input is cut short, so that an answer made of
it does not send megabytes back. Pixels are decoded where the model is validated, which for FastAPI is the event loop,
unless the body is taken with ``presize.fastapi.json_body``.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Annotated, Any, Unpack

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import InitErrorDetails, PydanticCustomError, core_schema

from presize import _json_places
from presize._native import JsonPlaces, JsonText
from presize.data_uri import decode_data_uri, decode_data_uris
from presize.errors import PresizeError
from presize.images import CancelToken, CheckedImage, check
from presize.options import ImageRulesOptions
from presize.rules import ImageRules

__all__ = ["DataUri", "DataUriImage", "DataUriImages", "DataUris", "ImageBytes", "ImageFromBytes"]

# The longest header that the core reads: "data:" to the comma.
_MAX_HEADER_BYTES = 1024
_SHOWN_CHARACTERS = 64
_ONE_PIXEL = "data:image/gif;base64,R0lGODdhAQABAIAAAP///////ywAAAAAAQABAAACAkQBADs="


# How many images a list without a bound may have in one body: `max_images` of the default rules.
_UNBOUNDED_ITEMS = 10


# A validator has no parameter for it.
_cancel_token: ContextVar[CancelToken | None] = ContextVar("presize.pydantic.cancel_token", default=None)


@contextmanager
def cancelled_by(token: CancelToken) -> Iterator[None]:
    """Sets the cancel token of images that are validated in the block."""
    before = _cancel_token.set(token)
    try:
        yield
    finally:
        _cancel_token.reset(before)


# The data URIs that were cut out of a body, by the marks that stand in their places.
_cut_texts: ContextVar[Mapping[str, JsonText] | None] = ContextVar("presize.pydantic.cut_texts", default=None)


@contextmanager
def reading_marks(texts: Mapping[str, JsonText]) -> Iterator[None]:
    """Lets validators in the block replace marks by the data URIs that were cut out of a body."""
    before = _cut_texts.set(texts)
    try:
        yield
    finally:
        _cut_texts.reset(before)


def _text(value: object) -> Any:
    """The text of a JSON string, whether it was cut out of the body or not; ``None`` for other values."""
    if not isinstance(value, str):
        return None
    texts = _cut_texts.get()
    return value if texts is None else texts.get(value, value)


class _Rules:
    """The rules of an annotation, from an object or from options by name."""

    def __init__(self, rules: ImageRules | None = None, **options: Unpack[ImageRulesOptions]) -> None:
        if rules is not None and options:
            raise TypeError("expected rules or options by name, received both")
        self.rules = ImageRules(**options) if rules is None else rules

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.rules!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Rules) and type(other) is type(self) and other.rules == self.rules

    def __hash__(self) -> int:
        return hash((type(self), self.rules))


def _expect(source: Any, expected: Any, mark: object) -> None:
    """Refuses an annotation on any type but the one that it produces."""
    if source != expected:
        raise TypeError(f"expected {mark!r} to mark {expected!r}, received {source!r}")


class DataUri(_Rules):
    """Marks a ``CheckedImage`` that arrives as a data URI: ``Annotated[CheckedImage, DataUri(min_width=100)]``.

    Takes ``rules``, or the options of ``ImageRules`` by name. Default: the default rules. A ``CheckedImage`` is taken as it is.
    Written to JSON, the field is a data URI again; ``model_dump()`` keeps the object.

    Types of errors: ``string_type`` for anything but text, and the codes of ``presize.decode_data_uri``.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        _expect(source, CheckedImage, self)
        return core_schema.no_info_plain_validator_function(self._validate, serialization=_as_data_uri())

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return _data_uri_schema(self.rules)

    def _validate(self, value: object) -> CheckedImage:
        if isinstance(value, CheckedImage):
            return value
        text = _text(value)
        if text is None:
            raise _invalid("string_type", value)
        try:
            return decode_data_uri(text, self.rules, cancel_token=_cancel_token.get())
        except PresizeError as error:
            raise _invalid(_kind(error), text) from error


class DataUris(_Rules):
    """Marks a ``list[CheckedImage]`` that arrives as data URIs: ``Annotated[list[CheckedImage], DataUris(max_images=5)]``.

    More than ``list[DataUriImage]`` does, it holds the list to ``max_images`` and ``max_total_bytes`` of the rules, and checks
    them and all sizes before it decodes anything. It stops at the first image that is refused, whose index is in ``loc``.

    Types of errors: ``list_type``, ``string_type``, and the codes of ``presize.decode_data_uris``.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        _expect(source, list[CheckedImage], self)
        each = core_schema.any_schema(serialization=_as_data_uri())
        return core_schema.no_info_before_validator_function(self._validate, core_schema.list_schema(each))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "array", "items": _data_uri_schema(self.rules), "maxItems": self.rules.max_images}

    def _validate(self, value: object) -> list[CheckedImage]:
        if not isinstance(value, list | tuple):
            raise _invalid("list_type", value)
        images = {}
        texts = {}
        for index, item in enumerate(value):
            if isinstance(item, CheckedImage):
                images[index] = item
            elif (text := _text(item)) is not None:
                texts[index] = text
            else:
                raise _invalid("string_type", item, index)
        places = list(texts)
        try:
            decoded = decode_data_uris(list(texts.values()), self.rules, cancel_token=_cancel_token.get())
        except PresizeError as error:
            if error.index is None:
                raise _invalid(_kind(error), value) from error
            place = places[error.index]
            raise _invalid(_kind(error), texts[place], place) from error
        images.update(zip(places, decoded, strict=True))
        return [images[index] for index in range(len(value))]


class ImageFromBytes(_Rules):
    """Marks a ``CheckedImage`` that arrives as bytes: from a message queue, a socket, a cache.

    Takes the arguments of ``DataUri``. JSON has no bytes, so use ``DataUri`` for JSON; serialised to JSON it is a data URI.

    Types of errors: ``bytes_type``, and the codes of ``presize.check``.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        _expect(source, CheckedImage, self)
        return core_schema.no_info_plain_validator_function(self._validate, serialization=_as_data_uri())

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "format": "binary", "description": describe("An image", self.rules)}

    def _validate(self, value: object) -> CheckedImage:
        if isinstance(value, CheckedImage):
            return value
        if not isinstance(value, bytes | bytearray | memoryview):
            raise _invalid("bytes_type", value)
        try:
            return check(value, self.rules, cancel_token=_cancel_token.get())
        except PresizeError as error:
            raise _invalid(_kind(error), value) from error


DataUriImage = Annotated[CheckedImage, DataUri()]
"""A data URI under the default rules. In ``list[DataUriImage]`` every image is decoded, and every error has its index."""

DataUriImages = Annotated[list[CheckedImage], DataUris()]
"""A list of data URIs under the default rules: at most 10 images, of 32 MiB together."""

ImageBytes = Annotated[CheckedImage, ImageFromBytes()]
"""The bytes of an image under the default rules."""


def cut_places(schema: core_schema.CoreSchema) -> JsonPlaces | None:
    """The places in a JSON document of a model at which only validators of this module read data URIs; ``None`` if there are
    none."""

    def bound_to(mark: type[_Rules], validate: object) -> Callable[[object], bool]:
        return lambda function: (
            isinstance(getattr(function, "__self__", None), mark) and getattr(function, "__func__", None) is validate
        )

    return _json_places.image_places(
        schema, bound_to(DataUri, DataUri._validate), bound_to(DataUris, DataUris._validate)
    )


def count_places(schema: JsonSchemaValue) -> int | None:
    """The largest number of data URIs in a document of a JSON schema; ``None`` if it has no place for any.

    >>> from pydantic import TypeAdapter
    >>> count_places(TypeAdapter(tuple[DataUriImage, DataUriImages]).json_schema())
    11
    """
    return _places(schema, schema.get("$defs", {}), frozenset()) or None


def _places(schema: Any, definitions: Mapping[str, Any], within: frozenset[str]) -> int:
    if not isinstance(schema, Mapping):
        return 0
    if (ref := schema.get("$ref")) is not None:
        name = str(ref).rpartition("/")[2]
        # A recursive model counts as a list without a bound.
        return _UNBOUNDED_ITEMS if name in within else _places(definitions.get(name), definitions, within | {name})
    if schema.get("format") == "data-uri":
        return 1

    def count(part: Any) -> int:
        return _places(part, definitions, within)

    each = max(count(schema.get("items")), count(schema.get("additionalProperties")))
    return (
        each * int(schema.get("maxItems", schema.get("maxProperties", _UNBOUNDED_ITEMS)))
        + sum(map(count, schema.get("properties", {}).values()))
        + sum(map(count, schema.get("prefixItems", ())))
        + max((count(part) for name in ("anyOf", "oneOf") for part in schema.get(name, ())), default=0)
        + sum(map(count, schema.get("allOf", ())))
    )


def describe(what: str, rules: ImageRules) -> str:
    """Describes the rules in one line, for a schema."""
    least, most = f"{rules.min_width}x{rules.min_height}", f"{rules.max_width}x{rules.max_height}"
    return f"{what}: {', '.join(rules.formats)}; {least} to {most} pixels; at most {rules.max_bytes} bytes."


def _data_uri_schema(rules: ImageRules) -> JsonSchemaValue:
    longest = (rules.max_bytes + 2) // 3 * 4
    if rules.allow_whitespace:
        longest *= 2
    longest += _MAX_HEADER_BYTES
    if rules.max_data_uri_bytes is not None:
        longest = min(longest, rules.max_data_uri_bytes)
    schema: JsonSchemaValue = {
        "type": "string",
        "format": "data-uri",
        "maxLength": longest,
        "description": describe("An image as a data URI (RFC 2397) in base64", rules),
    }
    try:
        decode_data_uri(_ONE_PIXEL, rules)
    except PresizeError:
        return schema
    return {**schema, "examples": [_ONE_PIXEL]}


def _as_data_uri() -> core_schema.SerSchema:
    # By default, Pydantic would turn the object into a dictionary in ``model_dump()``, since it is a dataclass.
    as_it_is = core_schema.any_schema(serialization=core_schema.to_string_ser_schema(when_used="json-unless-none"))
    return core_schema.plain_serializer_function_ser_schema(_serialize, info_arg=True, return_schema=as_it_is)


def _serialize(image: object, info: core_schema.SerializationInfo) -> object:
    # A default that is not an image is not validated: ``photo: DataUriImage = None``.
    return image.to_data_uri() if info.mode_is_json() and isinstance(image, CheckedImage) else image


def _kind(error: PresizeError) -> PydanticCustomError:
    return PydanticCustomError(error.code, str(error), error.details)


def _invalid(kind: str | PydanticCustomError, value: object, index: int | None = None) -> ValidationError:
    """An error that Pydantic makes part of its own, in the field's place; it takes over ``input`` as it is here."""
    place = () if index is None else (index,)
    return ValidationError.from_exception_data("image", [InitErrorDetails(type=kind, loc=place, input=_shown(value))])


def _shown(value: object) -> object:
    """A short form of a value, enough to recognise it."""
    match value:
        case str() if len(value) > _SHOWN_CHARACTERS:
            return f"{value[:_SHOWN_CHARACTERS]}... ({len(value)} characters)"
        case JsonText():
            return f"{value.start(_SHOWN_CHARACTERS)}... ({len(value)} characters)"
        case bytes() | bytearray() | memoryview():
            return f"{len(value)} bytes"
        case list() | tuple():
            return f"a list of {len(value)}"
        case dict():
            return f"an object of {len(value)}"
        case _:
            return value
