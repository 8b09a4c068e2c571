"""Images in multipart forms, as dependencies of a route."""

from collections.abc import Mapping
from contextlib import aclosing
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData, UploadFile

from presize import aio
from presize.asgi import check_limit
from presize.errors import ImageError, PresizeError, request_malformed, request_too_large
from presize.fastapi.body import BodyDependency, Described, client_of, stream_body, working_for
from presize.fastapi.errors import described_errors
from presize.fastapi.form import FormFile, FormFiles
from presize.images import CheckedImage, check, check_totals
from presize.pydantic import describe
from presize.rules import ImageRules

# Allowances for the other fields of the form, and for the boundary and the headers of each file.
_OTHER_BYTES = 64 * 1024
_PART_HEADER_BYTES = 4 * 1024


def image_file(
    rules: ImageRules | None = None, *, field: str = "file", max_body_bytes: int | None = None
) -> "ImageFile":
    """A dependency whose value is the one image in a field of a multipart form (RFC 7578), as a ``CheckedImage``.

    - ``rules``: what the image must be. A media type that the form declares for it must be that of its bytes, unless they have
      ``allow_type_mismatch``. ``application/octet-stream`` and ``image/*`` count as undeclared. Default: ``ImageRules()``.
    - ``field``: the name of the field. Default: ``"file"``. Other fields are skipped, unless the route has ``Form()``
      parameters for them.
    - ``max_body_bytes``: the largest body. Default: ``max_bytes`` of the rules and 68 KiB for the rest of the form.

    The body is read after the dependencies that precede this one, such as the one that authenticates the user, and never
    written to disk. Texts of the same form are ``Form()`` parameters of the route, as usual in FastAPI::

        async def create(title: Annotated[str, Form()], photo: Annotated[CheckedImage, Depends(photo_file)]): ...

    FastAPI then parses the whole form before it calls any dependency, without a limit on its size, so add ``BodyLimit`` to such
    an application. For images in several fields there is ``image_form``.

    Pixels are decoded outside of the event loop, in the queue of ``presize.aio``, and no longer once the client has
    disconnected. The client is the address of the connection, unless ``aio.name_client`` sets another one. There is no limit on
    time: timeouts for slow clients are set in the server or in the proxy.

    Errors: ``request_malformed`` 400 (not a form, no file or more than one), ``request_too_large`` 413,
    ``server_busy`` 503, and those of ``presize.check``; ``image_too_large`` is raised as soon as the file is longer than
    the rules allow. ``install_presize`` turns them into responses, and adds the form to OpenAPI.
    """
    return ImageFile({field: rules}, max_body_bytes)


def image_files(
    rules: ImageRules | None = None, *, field: str = "files", max_body_bytes: int | None = None
) -> "ImageFiles":
    """A dependency whose value is the list of images in a field of a multipart form, 1 to ``max_images`` of the rules.

    Otherwise as ``image_file``. The totals of all images are limited by ``max_total_bytes``, ``max_total_pixels`` and
    ``max_total_work_pixels`` of the rules, and checked by their headers before any is decoded: ``image_too_large`` without an
    index. The images are checked one after another, so that a request never takes more than one slot of the queue; an error of
    one image has its index.

    - ``field``: Default: ``"files"``.
    - ``max_body_bytes``: Default: ``max_total_bytes``, 64 KiB, and 4 KiB for each of ``max_images``.
    """
    return ImageFiles({field: rules}, max_body_bytes)


def image_form(fields: Mapping[str, ImageRules | None], *, max_body_bytes: int | None = None) -> "ImageForm":
    """A dependency whose value is a dictionary of the images in several fields of a multipart form, one in each.

    >>> from typing import Annotated
    >>> from fastapi import Depends, FastAPI
    >>> from presize import CheckedImage, ImageRules
    >>> from presize.fastapi import image_form
    >>> profile_form = image_form({"avatar": ImageRules(min_width=80), "cover": ImageRules(min_width=1200)})
    >>> app = FastAPI()
    >>> @app.post("/api/profile")
    ... async def profile(images: Annotated[dict[str, CheckedImage], Depends(profile_form)]) -> int:
    ...     return images["cover"].width

    Otherwise as ``image_file``. Every field is required. The message and the details of an error of an image name its
    ``field``. ``max_total_pixels`` and ``max_total_work_pixels`` of the rules of each field apply to all images of the form
    together, and are checked by their headers before any is decoded.

    - ``fields``: the rules of each field; ``None`` is ``ImageRules()``.
    - ``max_body_bytes``: Default: ``max_bytes`` of all rules together, 64 KiB, and 4 KiB for each field.
    """
    return ImageForm(fields, max_body_bytes)


class _FormImages(BodyDependency):
    _is_list: bool

    def __init__(self, fields: Mapping[str, ImageRules | None], max_body_bytes: int | None) -> None:
        self._rules = {_named(field): _ruled(rules) for field, rules in fields.items()}
        self._total_rules = _loosest(list(self._rules.values()))
        self._max_files = {field: rules.max_images if self._is_list else 1 for field, rules in self._rules.items()}
        self._max_total_bytes = {
            field: min(rules.max_total_bytes, rules.max_bytes * self._max_files[field])
            for field, rules in self._rules.items()
        }
        overhead = _OTHER_BYTES + _PART_HEADER_BYTES * sum(self._max_files.values())
        self._max_body_bytes = sum(self._max_total_bytes.values()) + overhead
        if max_body_bytes is not None:
            self._max_body_bytes = check_limit(max_body_bytes, "max_body_bytes")

    def describe(self, ref_template: str) -> Described:
        content = {
            "schema": {
                "type": "object",
                "required": list(self._rules),
                "properties": {field: self._schema(field) for field in self._rules},
            },
            "encoding": {
                field: {"contentType": ", ".join(f"image/{format}" for format in rules.formats)}
                for field, rules in self._rules.items()
            },
        }
        request_body = {"required": True, "content": {"multipart/form-data": content}}
        return Described(request_body, {}, *described_errors([400, 413, 415, 422, 503], ref_template))

    def _schema(self, field: str) -> dict[str, Any]:
        schema = {"type": "string", "format": "binary", "description": describe("An image", self._rules[field])}
        return {"type": "array", "items": schema, "maxItems": self._max_files[field]} if self._is_list else schema

    async def _read(self, request: Request) -> list[FormFile]:
        # FastAPI parses the whole form before any dependency is called, where the route has fields of it.
        parsed: FormData | None = getattr(request, "_form", None)
        files = await self._stream(request) if parsed is None else await self._take(parsed)
        for field in self._rules:
            if not any(file.field == field for file in files):
                raise request_malformed(f"a file in the field {field}", "none")
        return files

    async def _stream(self, request: Request) -> list[FormFile]:
        form = FormFiles(request, self._rules, self._watch)
        async with aclosing(stream_body(request, self._max_body_bytes)) as pieces:
            async for piece in pieces:
                form.write(piece)
        return form.finish()

    async def _take(self, form: FormData) -> list[FormFile]:
        """The files of a form that is on disk already, with the same limits."""
        files: list[FormFile] = []
        for field, value in form.multi_items():
            if field not in self._rules or not isinstance(value, UploadFile):
                continue
            # A form may name a charset in which half a surrogate pair can be written.
            name = (value.filename or "").encode("utf-8", "backslashreplace")
            file = FormFile(field, name, value.content_type or None)
            await value.seek(0)
            file.data += await value.read(self._rules[field].max_bytes + 1)
            # What a browser sends for a field in which nobody has chosen a file.
            if file.name or file.data:
                files.append(file)
                self._watch(files)
        return files

    def _watch(self, files: list[FormFile]) -> None:
        """Refuses a form as soon as it passes a limit."""
        newest = files[-1]
        field, rules = newest.field, self._rules[newest.field]
        in_field = [file for file in files if file.field == field]
        if len(in_field) > self._max_files[field]:
            most = "one file" if self._max_files[field] == 1 else f"at most {self._max_files[field]} files"
            raise request_malformed(f"{most} in the field {field}", "more")
        if len(newest.data) > rules.max_bytes:
            # Its size is the first thing that is checked, and found wanting.
            self._check_size(newest, len(in_field) - 1)
        if sum(len(file.data) for file in in_field) > self._max_total_bytes[field]:
            raise request_too_large(self._max_total_bytes[field])

    def _check_size(self, file: FormFile, index: int) -> None:
        rules = self._rules[file.field]
        try:
            # One byte above the limit: how long the file is nobody knows.
            check(bytes(file.data[: rules.max_bytes + 1]), rules)
        except PresizeError as error:
            raise self._placed(error, file, index) from None

    async def _check(self, request: Request, file: FormFile, index: int) -> CheckedImage:
        rules, declared = self._rules[file.field], file.declared
        try:
            async with working_for(request):
                return await aio.check_for(client_of(request), file.take(), rules, declared)
        except ImageError as error:
            raise self._placed(error, file, index) from None

    async def _check_totals(self, request: Request, files: list[FormFile]) -> None:
        """Checks the totals by the headers before the first image is decoded."""
        if len(files) == 1:
            return
        read = [file.take() for file in files]
        try:
            async with working_for(request):
                await aio._run(
                    lambda _: check_totals(read, self._total_rules),
                    lambda: 0,
                    client_of(request),
                    size_bytes=sum(map(len, read)),
                )
        except ImageError as error:
            if error.index is None:
                raise
            # The error is that of checking the refused file alone, and no file before it has been decoded.
            await self._check(request, files[error.index], error.index)
            raise

    def _placed(self, error: PresizeError, _file: FormFile, _index: int) -> PresizeError:
        """The error of a file, with its position in the form."""
        return error


def _named(field: object) -> str:
    if not isinstance(field, str) or not field:
        raise TypeError(f"expected the name of a field, received {field!r}")
    return field


def _ruled(rules: object) -> ImageRules:
    if rules is not None and not isinstance(rules, ImageRules):
        raise TypeError(f"expected ImageRules for rules, received {type(rules).__name__}")
    return ImageRules() if rules is None else rules


def _loosest(rules: list[ImageRules]) -> ImageRules:
    """What a file of any of these rules may be, and the strictest of their totals: for the headers of files that are each held to
    rules of their own afterwards."""
    if len(rules) == 1:
        return rules[0]
    merged: dict[str, Any] = {}
    for name in dict.fromkeys(name for each in rules for name in each.given()):
        values = [getattr(each, name) for each in rules]
        if name == "formats":
            merged[name] = list(dict.fromkeys(format for formats in values for format in formats))
        elif name.startswith(("min_", "max_total_")):
            merged[name] = min(values)
        elif None in values:
            continue  # no limit, which is the default
        else:
            merged[name] = max(values)
    return ImageRules(**merged)


class ImageFile(_FormImages):
    """The dependency of ``image_file``. Call ``image_file`` instead."""

    _is_list = False

    async def __call__(self, request: Request) -> CheckedImage:
        (file,) = await self._read(request)
        return await self._check(request, file, 0)


class ImageFiles(_FormImages):
    """The dependency of ``image_files``. Call ``image_files`` instead."""

    _is_list = True

    async def __call__(self, request: Request) -> list[CheckedImage]:
        files = await self._read(request)
        await self._check_totals(request, files)
        return [await self._check(request, file, index) for index, file in enumerate(files)]

    def _placed(self, error: PresizeError, _file: FormFile, index: int) -> PresizeError:
        return _reworded(error, f"image {index}: {error.message}", error.details, index)


class ImageForm(_FormImages):
    """The dependency of ``image_form``. Call ``image_form`` instead."""

    _is_list = False

    def __init__(self, fields: Mapping[str, ImageRules | None], max_body_bytes: int | None) -> None:
        _check_fields(fields)
        super().__init__(fields, max_body_bytes)

    async def __call__(self, request: Request) -> dict[str, CheckedImage]:
        read = await self._read(request)
        await self._check_totals(request, read)
        files = {file.field: file for file in read}
        return {field: await self._check(request, files[field], 0) for field in self._rules}

    def _placed(self, error: PresizeError, file: FormFile, _index: int) -> PresizeError:
        message, details = f"{file.field}: {error.message}", {**error.details, "field": file.field}
        return _reworded(error, message, details, None)


def _reworded(error: PresizeError, message: str, details: dict[str, Any], index: int | None) -> PresizeError:
    words = error.user_message_template, error.user_message_parameters
    return type(error)(error.code, error.http_status, message, details, index, *words)


def _check_fields(fields: object) -> None:
    if not isinstance(fields, Mapping) or not fields:
        raise TypeError(f"expected the rules of each field by its name, received {fields!r}")
