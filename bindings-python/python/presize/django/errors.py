"""Converts a PresizeError for Django: to a JSON response, or to the ValidationError of a form, a model or a field."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from asgiref.sync import iscoroutinefunction
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.http import JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext

from presize import PresizeError
from presize.errors import retry_headers

_log = logging.getLogger("presize.django")
_View = TypeVar("_View", bound=Callable[..., Any])
_P = ParamSpec("_P")


class UploadRefused(RequestDataTooBig):
    """The body of a request was refused while it was being read; ``error`` says why.

    It is Django's own exception for a body that is too large, so that a project without the middleware answers 400.
    """

    def __init__(self, error: PresizeError) -> None:
        super().__init__(error)
        self.error = error


def refusal(exception: BaseException) -> PresizeError | None:
    """The PresizeError that an exception is or carries, or None."""
    if isinstance(exception, PresizeError):
        return exception
    return exception.error if isinstance(exception, UploadRefused) else None


def error_response(error: PresizeError) -> JsonResponse:
    """``{"error": {"code", "message", "user_message", "details"}}``, and ``index`` where there is one, with the error's
    HTTP status, and ``Retry-After`` where the server is busy.

    An error that is not the sender's fault (5xx) is also logged with its traceback, to ``presize.django``.
    """
    log_failure(error)
    return JsonResponse({"error": shown(error)}, status=error.http_status, headers=retry_headers(error))


def user_message(error: PresizeError) -> str:
    """The message for people who use the site, in the language of the request. presize has English and Korean; others
    come from a project's own ``locale``, whose msgids are ``user_message_template`` of the errors."""
    return gettext(error.user_message_template).format_map(error.user_message_parameters)


def shown(error: PresizeError) -> dict[str, Any]:
    """The error as a response body shows it, with the ``user_message`` in the language of the request."""
    return {**error.to_dict(), "user_message": user_message(error)}


def log_failure(error: PresizeError) -> None:
    """Logs an error that is not the sender's fault, since answering it leaves no traceback elsewhere."""
    # To be busy is no failure, and its log would be long when it matters.
    if error.http_status >= 500 and error.code != "server_busy":
        _log.error("%s", error, exc_info=error)


def answer_errors(view: _View) -> _View:
    """Decorates a view, synchronous or not: a PresizeError that leaves it is answered by ``error_response``.

    >>> from django.http import HttpRequest, HttpResponse
    >>> from presize import inspect
    >>> @answer_errors
    ... def size(request):
    ...     info = inspect(request.body)
    ...     return HttpResponse(f"{info.width}x{info.height}")
    """
    if iscoroutinefunction(view):

        @wraps(view)
        async def answer_async(*args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                return cast(HttpResponseBase, await view(*args, **kwargs))
            except Exception as exception:
                return _answer(exception)

        return cast(_View, answer_async)

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return cast(HttpResponseBase, view(*args, **kwargs))
        except Exception as exception:
            return _answer(exception)

    return cast(_View, answer)


def _answer(exception: Exception) -> JsonResponse:
    error = refusal(exception)
    if error is None:
        raise exception
    return error_response(error)


def validation_error(error: PresizeError) -> ValidationError:
    """The ValidationError of a form or a model: the code is presize's, the message is ``user_message``, ``params`` are the
    details. An error that is not the sender's fault is none of the form, and is raised as it is."""
    if error.http_status >= 500:
        raise error
    details, message = error.details, user_message(error)
    # Django formats the message with the params if there are any, and leaves it alone if there are none.
    if details:
        message = message.replace("%", "%%")
    return ValidationError(message, code=error.code, params=details or None)


def reworded(error: ValidationError, messages: Mapping[str, Any]) -> ValidationError:
    """The same with the message that a field's ``error_messages`` have for its code, if any, as Django does it with the
    errors of validators. The message may use the params: ``"at most %(max)s bytes, please"``."""
    if error.code is not None and error.code in messages:
        error.message = messages[error.code]
    return error
