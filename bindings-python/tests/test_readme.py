"""The Python of the front page, of the package's page and of the examples' pages works as it is pasted."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import presize
from fastapi_app import png_of, serve

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["README.md", "bindings-python/README.md"]


def blocks(page: str) -> list[str]:
    """The blocks of Python, but for those of Django, which are parts of a project's files: `django_upload` runs them."""
    found = re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text(), re.DOTALL | re.MULTILINE)
    assert found, page
    return [block for block in found if "INSTALLED_APPS" not in block]


BLOCKS = [
    pytest.param(block, id=f"{page}, block {index}") for page in PAGES for index, block in enumerate(blocks(page))
]
APPS = [parameter for parameter in BLOCKS if "upload_router(" in str(parameter.values[0])]
FORMS = [parameter for parameter in BLOCKS if "UploadFile" in str(parameter.values[0])]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "AWS_REGION": "eu-central-1",
        "AWS_BUCKET_NAME": "photos",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    }
    for name, value in {**given, "AWS_SECRET_ACCESS_KEY": "secret"}.items():
        monkeypatch.setenv(name, value)


def run(block: str) -> dict[str, Any]:
    """What a block defines."""
    names: dict[str, Any] = {"__name__": "pasted"}
    exec(compile(block, "README.md", "exec", dont_inherit=True), names)
    return names


@pytest.mark.parametrize("block", BLOCKS)
def test_it_runs_and_its_types_are_right(block: str, tmp_path: Path) -> None:
    run(block)
    pasted = tmp_path / "pasted.py"
    pasted.write_text(block)
    settings = ROOT / "bindings-python/pyproject.toml"
    mypy = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", settings, pasted], capture_output=True, text=True, check=False
    )
    assert mypy.returncode == 0, mypy.stdout


@pytest.fixture(params=APPS)
def api(request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    with serve(run(request.param)["app"]) as served, httpx.Client(base_url=served.url, timeout=60) as client:
        yield client


def test_the_applications_answer(api: httpx.Client) -> None:
    body = {"content_type": "image/jpeg", "file_size": 48_211}
    assert api.post("/api/upload/presigned-url", json=body).status_code == 401
    ticket = api.post("/api/upload/presigned-url", json=body, headers={"x-user": "user-7"}).json()
    assert ticket["upload_url"].startswith("https://photos.s3.eu-central-1.amazonaws.com/incoming/uploads/user-7/")
    small = api.post("/api/avatar", files={"file": ("cat.png", png_of(200, 150), "image/png")})
    assert (presize.inspect(small.content).width, presize.inspect(small.content).height) == (80, 80)


@pytest.mark.parametrize("block", FORMS)
def test_a_form_with_a_title_and_a_file(block: str) -> None:
    assert len(FORMS) == 1
    with serve(run(block)["app"]) as served, httpx.Client(base_url=served.url, timeout=60) as client:
        png = png_of(200, 150)
        answer = client.post("/photos", data={"title": "cat"}, files={"photo": ("cat.png", png, "image/png")})
        assert answer.json() == "cat: 200x150"
        assert client.post("/files", files={"file": ("cat.png", png, "image/png")}).json() == "cat.png: png"
        refused = client.post("/files", files={"file": ("cat.png", b"no image", "image/png")})
        assert (refused.status_code, refused.json()["error"]["code"]) == (415, "image_format_unknown")


def test_the_functions_of_the_package_page_do_what_they_say(images: Path) -> None:
    names: dict[str, Any] = {}
    for block in blocks("bindings-python/README.md"):
        names |= run(block)
    photo = (images / "orientation_6.jpg").read_bytes()
    assert names["ticket"]("image/jpeg", 48_211).headers == {
        "content-type": "image/jpeg",
        "content-length": "48211",
        "if-none-match": "*",
    }
    assert len(names["mean_colour"](photo)) == 3
    with pytest.raises(presize.ImageError, match="expected at least 200 for width, received 36"):
        names["sizes"](photo)
    large = presize.transform(photo, width=300, enlarge=True).bytes
    assert [(image.width, image.height) for image in names["sizes"](large)] == [(80, 80), (300, 400)]


def test_the_page_shows_the_example_as_it_is() -> None:
    example = (ROOT / "examples/python/fastapi_upload/main.py").read_text()
    assert example in blocks("bindings-python/README.md")
