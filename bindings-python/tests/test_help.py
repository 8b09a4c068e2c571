"""What ``help()`` says: every public name has a docstring, and what claims to explain options names all of them."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import MemberDescriptorType
from typing import Any, get_type_hints

import pytest
from runner import read

import presize
from presize import (
    Bucket,
    ImageRules,
    Presigner,
    UploadPolicy,
    Uploads,
    VariantPolicy,
    Variants,
    cloudfront,
    errors,
    options,
)

TABLES = read("api.json")["options"]
MODULES = [
    "aio",
    "answers",
    "aws",
    "bucket",
    "cloudfront",
    "credentials",
    "data_uri",
    "delivery",
    "errors",
    "images",
    "options",
    "pillow",
    "presign",
]
MODULES += [
    "confirmation",
    "events",
    "exchange",
    "json_scan",
    "multipart",
    "post_form",
    "resize",
    "rules",
    "store",
    "store_events",
    "strip",
    "uploads",
]


def _public() -> Iterator[Any]:
    for module_name in MODULES:
        module = importlib.import_module(f"presize.{module_name}")
        yield pytest.param(module, id=module_name)
        for name in module.__all__:
            thing = getattr(module, name)
            if callable(thing):
                yield pytest.param(thing, id=f"{module_name}.{name}")
                yield from _members(f"{module_name}.{name}", thing)


def _members(name: str, thing: Any) -> Iterator[Any]:
    if isinstance(thing, type) and not hasattr(thing, "__total__"):
        fields = {field.name for field in dataclasses.fields(thing)} if dataclasses.is_dataclass(thing) else set()
        for member, value in vars(thing).items():
            is_slot = isinstance(value, MemberDescriptorType)
            if not (member.startswith("_") or member in fields or is_slot):
                yield pytest.param(value, id=f"{name}.{member}")


@pytest.mark.parametrize("thing", list(_public()))
def test_a_public_name_has_a_docstring(thing: Any) -> None:
    # A dataclass without one is given its signature.
    text = inspect.getdoc(thing) or ""
    assert text.strip()
    assert not text.startswith(f"{getattr(thing, '__name__', '')}(")


@pytest.mark.parametrize("name", presize.__all__)
def test_all_that_the_package_exports_is_looked_at(name: str) -> None:
    thing = getattr(presize, name)
    module = getattr(thing, "__module__", "presize.").removeprefix("presize.")
    assert name in {"__version__", "CancelToken", "PresignedRequest"} or module in MODULES


# Which docstring claims to explain which options.
EXPLAINED: dict[str, tuple[Any, set[str]]] = {
    "ImageRules": (ImageRules, set(TABLES["ImageRules"])),
    "JsonScanner": (presize.JsonScanner, set(TABLES["JsonLimits"])),
    "UploadPolicy": (UploadPolicy, set(TABLES["UploadPolicy"])),
    "Bucket": (Bucket, set(TABLES["BucketOptions"])),
    "transform": (presize.transform, set(TABLES["Transform"])),
    "decode": (presize.decode, set(get_type_hints(options.DecodeOptions))),
    "confirm": (Uploads.confirm, set(TABLES.get("ConfirmRequest", ()))),
    "issue": (Uploads.issue, set(TABLES["UploadRequest"])),
    "post_form": (Presigner.post_form, set(TABLES["PostFormOptions"])),
    "put": (Presigner.put, {"content_type", "content_length", "metadata", "expires_in"}),
    "get": (Presigner.get, {"expires_in"}),
    "VariantPolicy": (VariantPolicy, set(TABLES["VariantPolicy"])),
    "srcset": (Variants.srcset, set(TABLES["SrcsetOptions"])),
    "placeholder": (presize.placeholder, set(TABLES["PlaceholderOptions"])),
    "cloudfront": (cloudfront, set(TABLES["CloudFrontOptions"])),
    "EventResizer": (presize.EventResizer, set(TABLES["EventResizePolicy"])),
    "EdgeResizer": (presize.EdgeResizer, set(TABLES["EdgeOptions"])),
    "GatewayResizer": (presize.GatewayResizer, set(TABLES["GatewayOptions"])),
}


@pytest.mark.parametrize("name", EXPLAINED)
def test_a_docstring_names_every_option_that_it_explains(name: str) -> None:
    thing, names = EXPLAINED[name]
    text = inspect.getdoc(thing) or ""
    assert {option for option in names if f"``{option}``" not in text} == set()


# How docstrings write a number that is hard to read.
WRITTEN = {1_000_000_000_000: "10^12"}


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("ImageRules",) * 2,
        ("UploadPolicy",) * 2,
        ("VariantPolicy",) * 2,
        ("JsonScanner", "JsonLimits"),
        ("transform", "Transform"),
        ("srcset", "SrcsetOptions"),
        ("placeholder", "PlaceholderOptions"),
        ("EventResizer", "EventResizePolicy"),
        ("EdgeResizer", "EdgeOptions"),
        ("GatewayResizer", "GatewayOptions"),
    ],
)
def test_ranges_and_defaults_in_a_docstring_are_those_of_the_table(name: str, table: str) -> None:
    text = inspect.getdoc(EXPLAINED[name][0]) or ""
    lines = [" ".join(item.split()).removeprefix("- ") for item in re.split(r"\n(?=\n|- )", text)]
    for option, row in TABLES[table].items():
        (line,) = [line for line in lines if line.startswith("``") and f"``{option}``" in line.split(":")[0]]
        assert "Default: " in line, option
        limits = [row[end] for end in ("min", "max") if end in row]
        if limits:
            range_ = re.sub(r" \([^)]*\)", "", line.split("Range: ")[1])
            assert range_.startswith(" to ".join(WRITTEN.get(limit, str(limit)) for limit in limits) + "."), option
        default = line.split("Default: ")[1]
        match row["default"]:
            case bool() as flag:
                assert default.startswith(f"``{flag}``"), option
            case int() as number:
                assert re.match(rf"{number}\b", default), option
            case "":
                assert default.startswith("empty"), option
            case str() as word:
                assert default.startswith((f'``"{word}"``', f"{word}.")), option
            case list() as words:
                assert all(word in default for word in words), option


def test_every_option_and_every_literal_has_a_docstring() -> None:
    """Editors show the string beneath a key of a ``TypedDict`` and beneath a name of a module."""
    tree = ast.parse(Path(options.__file__).read_text("utf-8"))
    bodies: list[list[ast.stmt]] = [node.body for node in tree.body if isinstance(node, ast.ClassDef)]
    explained: set[str] = set()
    for body in [tree.body, *bodies]:
        for node, after in zip(body, [*body[1:], None], strict=True):
            match node:
                case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                    pass
                case _:
                    continue
            has_string = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            assert has_string or name == "__all__", name
            explained.add(name)
    assert set(TABLES["SignOptions"]) <= explained


def test_errors_say_what_their_fields_are() -> None:
    source = Path(errors.__file__).read_text("utf-8")
    for field in ("code", "http_status", "message", "details", "index", "user_message_template"):
        assert re.search(rf'^    {field}: .*\n    """', source, re.MULTILINE), field
