"""An upload handler that refuses a file while it is being sent, as soon as it is larger than the rules allow.

For every view: make it the first of FILE_UPLOAD_HANDLERS, and let ``presize.django.middleware.PresizeErrorMiddleware``
answer::

    FILE_UPLOAD_HANDLERS = [
        "presize.django.uploadhandler.BoundedUploadHandler",
        "django.core.files.uploadhandler.MemoryFileUploadHandler",
        "django.core.files.uploadhandler.TemporaryFileUploadHandler",
    ]

For one view: decorate it with ``bounded_uploads``, which answers by itself.

Under WSGI nothing past the limit is read from the connection. Under ASGI Django itself stores the whole body before it
calls anything: there the limit that counts is that of ``presize.asgi``, or of the server in front. There is no limit on time:
timeouts for slow clients are set in the server or in the proxy.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import IO, Any, NoReturn, TypeVar, cast

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from presize import PresizeError
from presize.django import conf
from presize.django.errors import UploadRefused, answer_errors
from presize.errors import request_too_large

_View = TypeVar("_View", bound=Callable[..., Any])
_REFUSED = "presize.refused_upload"

#: The allowance for boundaries, headers and a preamble of a multipart body.
_OVERHEAD_BYTES = 1024 * 1024


class BoundedUploadHandler(FileUploadHandler):
    """Passes files on to the handlers after it, and stops reading at the first byte over a limit.

    ``max_bytes``: the largest file. Default: the ``max_bytes`` of ``PRESIZE["RULES"]``.
    ``max_total_bytes``: all files of one request together. Default: the ``max_total_bytes`` of ``PRESIZE["RULES"]``, or
    ``max_bytes`` where that is more.

    Raises ``UploadRefused`` with ``request_too_large`` (413).
    """

    def __init__(
        self,
        request: HttpRequest | None = None,
        *,
        max_bytes: int | None = None,
        max_total_bytes: int | None = None,
    ) -> None:
        super().__init__(request)
        rules = conf.rules()
        self.max_bytes = rules.max_bytes if max_bytes is None else max_bytes
        project_bytes = max(rules.max_total_bytes, self.max_bytes)
        self.max_total_bytes = project_bytes if max_total_bytes is None else max_total_bytes
        self._total_bytes = 0

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Refuses a request at once whose ``Content-Length`` exceeds the limits of files and fields together."""
        fields_bytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if fields_bytes is not None and content_length > self.max_total_bytes + fields_bytes + _OVERHEAD_BYTES:
            self._refuse(self.max_total_bytes)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Counts the bytes of the file, which a chunk starts at ``start`` of, and those of all files."""
        self._total_bytes += len(raw_data)
        if start + len(raw_data) > self.max_bytes:
            self._refuse(self.max_bytes)
        if self._total_bytes > self.max_total_bytes:
            self._refuse(self.max_total_bytes)
        return raw_data

    def file_complete(self, *_: Any) -> UploadedFile[Any] | None:
        """The handlers after this one have the file."""
        return None

    def _refuse(self, max_bytes: int) -> NoReturn:
        error = request_too_large(max_bytes)
        if self.request is not None:
            # From Django's own error, the code that responds could not tell why the body was refused.
            self.request.META[_REFUSED] = error
            for handler in self.request.upload_handlers:
                if handler is not self:
                    # The parser tells handlers of an interrupted file only where the stream ends by itself.
                    handler.upload_interrupted()
        raise UploadRefused(error)


def refused_upload(request: HttpRequest) -> PresizeError | None:
    """Why the body of this request was refused while it was being read; None if it was not."""
    return cast("PresizeError | None", request.META.get(_REFUSED))


def bounded_uploads(*, max_bytes: int | None = None, max_total_bytes: int | None = None) -> Callable[[_View], _View]:
    """Decorates a view whose files must not be larger than this; the limits are those of ``BoundedUploadHandler``.

    A body that is too large is answered with ``request_too_large`` (413) in presize's shape, as is every PresizeError
    of the view. The CSRF token of a view that is not exempt is looked for here instead of in the middleware, because
    looking for it reads the body, and a handler must be in place before that. Make it the outermost decorator.

    Of a class-based view it decorates ``dispatch``, since a method such as ``post`` would be too late for the middleware:
    ``@method_decorator(bounded_uploads(max_bytes=...), name="dispatch")``. Where the methods are asynchronous, it decorates
    what ``as_view()`` returns.
    """

    def decorate(view: _View) -> _View:
        checked = view if getattr(view, "csrf_exempt", False) else csrf_protect(view)

        def bound(request: HttpRequest) -> None:
            handler = BoundedUploadHandler(request, max_bytes=max_bytes, max_total_bytes=max_total_bytes)
            request.upload_handlers.insert(0, handler)

        if iscoroutinefunction(view):

            @wraps(view)
            async def bounded_async(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
                bound(request)
                return cast(HttpResponseBase, await checked(request, *args, **kwargs))

            return cast(_View, csrf_exempt(answer_errors(bounded_async)))

        @wraps(view)
        def bounded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            bound(request)
            return cast(HttpResponseBase, checked(request, *args, **kwargs))

        return cast(_View, csrf_exempt(answer_errors(bounded)))

    return decorate
