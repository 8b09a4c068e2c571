"""Images in multipart forms, as dependencies of a route."""

from contextlib import aclosing
from typing import Any

from fastapi import Request

from presize import aio
from presize.errors import PresizeError, request_malformed, request_too_large
from presize.fastapi.body import BodyDependency, Described, stream_body
from presize.fastapi.errors import described_errors
from presize.fastapi.form import FormFile, FormFiles
from presize.images import CheckedImage, check
from presize.pydantic import describe
from presize.rules import ImageRules

# For the other fields of the form, and for the headers and the boundary of each file.
_MAX_BYTES_BESIDE = 64 * 1024
_MAX_BYTES_BESIDE_A_FILE = 4 * 1024


def image_file(
    rules: ImageRules | None = None, *, field: str = "file", max_body_bytes: int | None = None
) -> "ImageFile":
    """A dependency that gives the one image in a field of a multipart form (RFC 7578) as a ``CheckedImage``.

    - ``rules``: what the image must be; the type that the form declares for it must be its own. Default: ``ImageRules()``.
    - ``field``: the name of the field. Default: ``"file"``. Other fields are read over.
    - ``max_body_bytes``: the longest body. Default: ``max_bytes`` of the rules and 68 KiB for the rest of the form.

    The body is read here and nowhere else, so the route has no other parameter from the body, and dependencies that come
    before this one, such as the one that knows the user, refuse before anything is read. Nothing is written to disk. The
    pixels are checked off the event loop.

    Errors: ``request_malformed`` 400 (no such form, no file or more than one), ``request_too_large`` 413, and those of
    ``presize.check``; ``image_too_large`` comes as soon as the file is longer than the rules allow. ``install_presize`` makes
    answers of them, and tells OpenAPI of the form.
    """
    return ImageFile(rules, field, max_body_bytes)


def image_files(
    rules: ImageRules | None = None, *, field: str = "files", max_body_bytes: int | None = None
) -> "ImageFiles":
    """A dependency that gives the images in a field of a multipart form: a list of 1 to ``max_images`` of the rules.

    As ``image_file`` is otherwise. All images together are at most ``max_total_bytes`` of the rules. They are checked one after
    the other, so that a request never takes more than its share; an error has the index of the image.

    - ``field``: Default: ``"files"``.
    - ``max_body_bytes``: Default: ``max_total_bytes``, 64 KiB, and 4 KiB for each of ``max_images``.
    """
    return ImageFiles(rules, field, max_body_bytes)


class _FormImages(BodyDependency):
    _is_list: bool

    def __init__(self, rules: ImageRules | None, field: str, max_body_bytes: int | None) -> None:
        self._rules = ImageRules() if rules is None else rules
        self._field = field
        self._max_files = self._rules.max_images if self._is_list else 1
        self._max_total_bytes = min(self._rules.max_total_bytes, self._rules.max_bytes * self._max_files)
        beside = _MAX_BYTES_BESIDE + _MAX_BYTES_BESIDE_A_FILE * self._max_files
        self._max_body_bytes = self._max_total_bytes + beside if max_body_bytes is None else max_body_bytes

    def describe(self, ref_template: str) -> Described:
        schema: dict[str, Any] = {
            "type": "string",
            "format": "binary",
            "description": describe("An image", self._rules),
        }
        if self._is_list:
            schema = {"type": "array", "items": schema, "maxItems": self._max_files}
        types = ", ".join(f"image/{format}" for format in self._rules.formats)
        content = {
            "schema": {"type": "object", "required": [self._field], "properties": {self._field: schema}},
            "encoding": {self._field: {"contentType": types}},
        }
        request_body = {"required": True, "content": {"multipart/form-data": content}}
        return Described(request_body, *described_errors([400, 413, 415, 422], ref_template))

    async def _read(self, request: Request) -> list[FormFile]:
        form = FormFiles(request, self._field, self._watch)
        async with aclosing(stream_body(request, self._max_body_bytes)) as pieces:
            async for piece in pieces:
                form.write(piece)
        files = form.finish()
        if not files:
            raise request_malformed(f"a file in the field {self._field}", "none")
        return files

    def _watch(self, files: list[FormFile]) -> None:
        """Refuses a form as soon as it passes a limit."""
        if len(files) > self._max_files:
            most = "one file" if self._max_files == 1 else f"at most {self._max_files} files"
            raise request_malformed(f"{most} in the field {self._field}", "more")
        newest = files[-1].data
        if len(newest) > self._rules.max_bytes:
            # Its size is the first thing that is checked, and found wanting.
            self._check_size(bytes(newest), len(files) - 1)
        if sum(len(file.data) for file in files) > self._max_total_bytes:
            raise request_too_large(self._max_total_bytes)

    def _check_size(self, data: bytes, index: int) -> None:
        try:
            check(data, self._rules)
        except PresizeError as error:
            raise self._named(error, index) from None

    async def _check(self, file: FormFile, index: int) -> CheckedImage:
        data, file.data = bytes(file.data), bytearray()
        try:
            return await aio.check(data, self._rules, declared=file.declared)
        except PresizeError as error:
            raise self._named(error, index) from None

    def _named(self, error: PresizeError, index: int) -> PresizeError:
        """The error of the image at this index."""
        if not self._is_list:
            return error
        return type(error)(error.code, error.http_status, f"image {index}: {error.message}", error.details, index)


class ImageFile(_FormImages):
    """What ``image_file`` gives. Call ``image_file`` instead."""

    _is_list = False

    async def __call__(self, request: Request) -> CheckedImage:
        (file,) = await self._read(request)
        return await self._check(file, 0)


class ImageFiles(_FormImages):
    """What ``image_files`` gives. Call ``image_files`` instead."""

    _is_list = True

    async def __call__(self, request: Request) -> list[CheckedImage]:
        files = await self._read(request)
        return [await self._check(file, index) for index, file in enumerate(files)]
