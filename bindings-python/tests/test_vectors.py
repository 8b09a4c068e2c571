"""Runs the conformance suite in ``core/tests/vectors``, which Rust and JavaScript run too, through the public API.

What a call means is in ``runner/``; how results are compared, in ``runner/comparison.py``.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from runner import BESIDE_ERRORS, CALLS, FEATURES, VECTORS, read
from runner.comparison import compare, error_fields

from presize import ConfigError, DataUriError, DeliveryError, ImageError, OptionError, PresizeError, UploadError

# Files that are no cases to run one by one: test_api.py, test_errors.py and the tests of the frameworks hold them.
NOT_CASES = {"api.json", "errors.json", "decode.json", "frameworks.json"}

FAMILIES = {
    "option": OptionError,
    "data_uri": DataUriError,
    "image": ImageError,
    "upload": UploadError,
    "delivery": DeliveryError,
    "config": ConfigError,
}
CLASSES = {row["code"]: FAMILIES[row["family"]] for row in read("errors.json")["errors"]}


def _cases() -> Iterator[Any]:
    for path in sorted(VECTORS.glob("*.json")):
        if path.name not in NOT_CASES:
            for case in read(path)["cases"]:
                yield pytest.param(case, id=f"{path.stem}: {case['name']}")


PARAMETERS = list(_cases())
# The only case to run, in whichever file it is.
ONLY = os.environ.get("PRESIZE_CASE")
CHOSEN = [parameter for parameter in PARAMETERS if ONLY is None or parameter.values[0]["name"] == ONLY]
assert CHOSEN, f"no case is called {ONLY}"


@pytest.mark.parametrize("case", CHOSEN)
def test_case(case: dict[str, Any]) -> None:
    assert ("ok" in case) != ("error" in case), "a case has either ok or error"
    assert case.get("feature", "cloudfront-rsa") in FEATURES
    error, received = _run(case)
    if error is not None:
        assert "error" in case, f"refused: {error.code}: {error}"
        beside = BESIDE_ERRORS[case["call"]](case["input"]) if case["call"] in BESIDE_ERRORS else {}
        compare("error", case["error"], {**error_fields(error), **beside})
        assert type(error) is CLASSES[error.code]
        return
    assert "ok" in case, f"accepted {received}, expected {case['error']}"
    compare("ok", case["ok"], received)


def _run(case: dict[str, Any]) -> tuple[PresizeError | None, Any]:
    try:
        return None, CALLS[case["call"]](case["input"])
    except PresizeError as error:
        return error, None


def test_every_call_has_cases_and_no_name_is_taken_twice() -> None:
    names = Counter(parameter.id for parameter in PARAMETERS)
    assert [name for name, count in names.items() if count > 1] == []
    assert {parameter.values[0]["call"] for parameter in PARAMETERS} == set(CALLS)
    assert all(isinstance(parameter.values[0]["why"], str) for parameter in PARAMETERS)


@pytest.mark.parametrize(
    ("expected", "received"),
    [
        ({"a": 1}, {}),
        ({"a": None}, {}),
        (1, True),
        (True, 1),
        (1, 1.5),
        ("1", 1),
        ([1], [1, 2]),
        ({"grid": [[10]]}, {"grid": [[14]]}),
        ({"grid": [[10]], "width": 10}, {"grid": [[13]], "width": 11}),
    ],
)
def test_the_comparison_tells_what_differs(expected: Any, received: Any) -> None:
    with pytest.raises(AssertionError):
        compare("ok", expected, received)
    compare("ok", expected, expected)
    compare("ok", {"grid": [[10]]}, {"grid": [[13]], "more": 1})
