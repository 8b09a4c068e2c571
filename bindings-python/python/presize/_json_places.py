"""The places in the JSON of a Pydantic model at which a data URI goes directly to a validator of ``presize.pydantic``.

At such a place the data URI can be cut out of the body (``src/json_body.rs``) without any other code noticing. So a place counts
only if nothing else can see the string: no validator of the application that runs before, no other member of a union that accepts
strings, no second field with the same name in JSON. Schemas that are not known here do not count, and their strings are parsed as
usual.

The result is a graph for the scanner of the body. An example::

    class Album(BaseModel):
        title: str
        cover: DataUriImage | None = None
        photos: DataUriImages

Pydantic describes the model by a core schema, which is walked from the outside in::

    model                                   its inner schema
      model-fields                          an object: one place for each field that is read under one name
        title:  str                         an unknown schema: left alone
        cover:  default -> nullable ->
                function-plain              a validator of presize: cut out
        photos: function-before -> list     the list validator of presize: its items are cut out

The graph has numbered nodes, of which number 0 is the whole document. Places that are left alone are left out::

    0  fields {"cover": 1, "photos": 2}
    1  strings are cut out
    2  items 3
    3  strings are cut out

With a validator of the application before that of presize (``function-wrap``, or another ``function-before``) the schema of
``cover`` would be unknown, and its data URI would reach the validator as a ``str``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from . import _native

_Schema: TypeAlias = Mapping[str, Any]


@dataclass
class _Place:
    """What happens to each kind of value at a place. ``None`` means that the validator refuses the kind, so no code sees its
    strings."""

    text: bool | None = None
    items: int | None = None
    fields: dict[str, int] | None = None
    other_fields: int | None = None


#: The place of values that other code may read.
_LEFT_ALONE = 0


def image_places(
    schema: _Schema, is_image: Callable[[object], bool], is_list: Callable[[object], bool]
) -> _native.JsonPlaces | None:
    """The places in a core schema; ``None`` if there are none. ``is_image`` and ``is_list`` recognise the validators of one
    data URI and of a list of data URIs."""
    walk = _Walk(is_image, is_list)
    root = walk.place(schema, {})
    # The graph starts with the place of the whole document.
    order = [root, *(index for index in range(len(walk.places)) if index != root)]
    number = {index: position for position, index in enumerate(order)}
    if not any(place.text for place in walk.places):
        return None

    def numbered(index: int | None) -> int | None:
        return None if index is None or index == _LEFT_ALONE else number[index]

    graph = []
    for place in (walk.places[index] for index in order):
        fields = {name: number[index] for name, index in (place.fields or {}).items()}
        graph.append((place.text is True, numbered(place.items), fields, numbered(place.other_fields)))
    return _native.JsonPlaces(graph)


@dataclass
class _Walk:
    is_image: Callable[[object], bool]
    is_list: Callable[[object], bool]
    places: list[_Place] = field(default_factory=lambda: [_Place(False, _LEFT_ALONE, {}, _LEFT_ALONE)])
    definitions: dict[str, _Schema] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)

    def place(self, schema: _Schema, config: _Schema) -> int:
        """The number of the place that a schema describes. ``config`` is that of the enclosing model."""

        def place(part: _Schema) -> int:
            return self.place(part, config)

        match schema["type"]:
            case "definitions":
                self.definitions.update({each["ref"]: each for each in schema["definitions"]})
                return place(schema["schema"])
            case "definition-ref":
                return self._known(schema["schema_ref"])
            case "default" | "function-after" | "nullable":
                return place(schema["schema"])
            case "model" | "dataclass" if not schema.get("custom_init"):
                return self.place(schema["schema"], schema.get("config", {}))
            case "json-or-python":
                return place(schema["json_schema"])
            case "function-plain" if self.is_image(schema["function"]["function"]):
                return self._add(_Place(text=True))
            case "function-before" if self.is_list(schema["function"]["function"]):
                return self._add(_Place(items=self._add(_Place(text=True))))
            case "none":
                return self._add(_Place())
            case "list":
                return self._add(_Place(items=place(schema.get("items_schema", {"type": "any"}))))
            case "tuple":
                return self._add(_Place(items=self._either(list(map(place, schema["items_schema"])))))
            case "dict":
                return self._add(_Place(fields={}, other_fields=place(schema.get("values_schema", {"type": "any"}))))
            case "union":
                choices = [choice[0] if isinstance(choice, tuple) else choice for choice in schema["choices"]]
                return self._either(list(map(place, choices)))
            case "model-fields":
                return self._object(schema["fields"], config)
            case "typed-dict":
                return self._object(schema["fields"], schema.get("config", config))
            case "dataclass-args":
                return self._object({each["name"]: each for each in schema["fields"]}, config)
            case _:
                return _LEFT_ALONE

    def _add(self, place: _Place) -> int:
        self.places.append(place)
        return len(self.places) - 1

    def _known(self, ref: str) -> int:
        """The place of a named schema. A model may contain itself."""
        if ref not in self.known:
            if ref not in self.definitions:
                return _LEFT_ALONE
            # Reserves the number first, for references from inside of the schema.
            self.known[ref] = self._add(_Place(False, _LEFT_ALONE, {}, _LEFT_ALONE))
            self.places[self.known[ref]] = self.places[self.place(self.definitions[ref], {})]
        return self.known[ref]

    def _either(self, choices: list[int]) -> int:
        """The place of a union: a value to which several schemas are applied in turn."""
        if len(choices) == 1:
            return choices[0]
        places = [self.places[choice] for choice in choices]
        texts = [place.text for place in places if place.text is not None]
        lists = [place.items for place in places if place.items is not None]
        objects = [place for place in places if place.fields is not None]
        merged = _Place(text=all(texts) if texts else None)
        if lists:
            merged.items = lists[0] if len(lists) == 1 else _LEFT_ALONE
        if objects:
            only = objects[0] if len(objects) == 1 else self.places[_LEFT_ALONE]
            merged.fields, merged.other_fields = only.fields, only.other_fields
        return self._add(merged)

    def _object(self, fields: Mapping[str, _Schema], config: _Schema) -> int:
        """The place of an object. A field is read under its alias, or under its name if it has none. A value under its other
        name may become an extra value, and a name that two fields have, or that an alias path begins with, is read by other
        code."""
        by_alias = config.get("validate_by_alias") is not False
        claims: dict[str, list[_Schema | None]] = {}
        for name, each in fields.items():
            alias = each.get("validation_alias", name)
            names = {name, alias} if isinstance(alias, str) else {name, *_first_names(alias)}
            for claimed in names:
                is_read = claimed == (alias if by_alias else name)
                claims.setdefault(claimed, []).append(each if is_read else None)
        read = {name: each[0]["schema"] for name, each in claims.items() if len(each) == 1 and each[0] is not None}
        places = {name: self.place(schema, config) for name, schema in read.items()}
        return self._add(_Place(fields=places, other_fields=_LEFT_ALONE))


def _first_names(alias: Any) -> list[Any]:
    """The first names of an alias path, or of a list of alias paths."""
    paths = alias if alias and isinstance(alias[0], list) else [alias]
    return [path[0] for path in paths if path]
