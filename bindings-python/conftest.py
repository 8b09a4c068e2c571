"""What the examples in the docstrings of the package find as given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import presize

PHOTO = Path(__file__).resolve().parents[1] / "core" / "tests" / "vectors" / "images" / "orientation_6.jpg"


@pytest.fixture(autouse=True)
def given_in_examples(doctest_namespace: dict[str, Any]) -> None:
    """A phone's photo on its side, and a presigner."""
    bucket = presize.Bucket.s3("ap-northeast-2", "photos")
    doctest_namespace["photo"] = PHOTO.read_bytes()
    doctest_namespace["presigner"] = presize.Presigner(bucket, presize.Credentials("AKIDEXAMPLE", "secret"))
