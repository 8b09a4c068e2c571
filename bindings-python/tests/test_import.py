"""What is imported, and when."""

from __future__ import annotations

import subprocess
import sys

import pytest

import presize

FIRST_URL = """
from presize import Bucket, Credentials, Presigner
Presigner(Bucket.s3("eu-central-1", "photos"), Credentials("AKIDEXAMPLE", "secret")).get("cats/1.webp", expires_in=60).url
"""


@pytest.mark.parametrize("program", ["import presize", FIRST_URL])
def test_signing_waits_for_no_heavy_module(program: str) -> None:
    """Each of these takes longer to import than presize does."""
    heavy = {"asyncio", "dataclasses", "inspect", "typing"}
    shown = f"import sys\nbefore = set(sys.modules)\n{program}\nprint(*{heavy!r} & (set(sys.modules) - before))"
    ended = subprocess.run([sys.executable, "-S", "-c", PATHS + shown], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == ""


PATHS = f"import sys\nsys.path[:] = {sys.path!r}\n"


def test_every_name_is_where_it_is_said_to_be() -> None:
    for name in presize.__all__:
        assert getattr(presize, name) is not None
    assert set(presize.__all__) <= set(dir(presize))
    homes = [name for names in presize._HOMES.values() for name in names]
    assert sorted([*homes, "CancelToken", "__version__"]) == sorted(presize.__all__)
    assert presize.errors.PresizeError is presize.PresizeError
    assert presize.aio.configure.__module__ == "presize.aio"
    assert presize.store.confirm_upload.__module__ == "presize.store"
    assert presize.options.TransformOptions(width=80) == {"width": 80}
    with pytest.raises(AttributeError, match="module 'presize' has no attribute 'presigner'"):
        _ = presize.presigner  # type: ignore[attr-defined]


@pytest.mark.parametrize("module", ["aio", "errors", "options", "store"])
def test_a_module_is_there_without_an_import_of_its_own(module: str) -> None:
    program = f"import presize\nprint(presize.{module}.__name__)"
    ended = subprocess.run([sys.executable, "-S", "-c", PATHS + program], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == f"presize.{module}"
