"""The examples in the docstrings of the package hold."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import django_project  # noqa: F401 - the modules for Django look at settings when they are imported
import pytest

import presize

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
NAMES = ["presize", *(module.name for module in pkgutil.walk_packages(presize.__path__, "presize."))]


@pytest.mark.parametrize("name", NAMES)
def test_examples(name: str, images: Path) -> None:
    bucket = presize.Bucket.s3("ap-northeast-2", "photos")
    given = {
        # a phone's photo that lies on its side
        "photo": (images / "orientation_6.jpg").read_bytes(),
        "presigner": presize.Presigner(bucket, presize.Credentials("AKIDEXAMPLE", "secret")),
    }
    failed, _ = doctest.testmod(importlib.import_module(name), extraglobs=given, optionflags=FLAGS)
    assert not failed
