"""presize for Django REST framework: the views that issue tickets and confirm uploads, fields for serializers, an exception
handler.

::

    urlpatterns = [
        path("api/upload/presigned-url", PresignedUrlView.as_view()),
        path("api/upload/confirm", ConfirmView.as_view()),
    ]
    REST_FRAMEWORK = {
        "EXCEPTION_HANDLER": "presize.django.rest_framework.exception_handler",
        "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.ScopedRateThrottle"],
        "DEFAULT_THROTTLE_RATES": {"presize_upload": "10/min", "presize_confirm": "10/min"},
    }
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, NoReturn, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.files import File
from rest_framework import serializers, views
from rest_framework.exceptions import ErrorDetail
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from presize import CheckedImage, PresizeError, UploadEvent, Uploads, store
from presize._hooks import OnConfirmed, require_hook
from presize._json_type import is_json_type, require_json_type
from presize._owner import owner_text
from presize._tickets import (
    confirmed_body,
    naming_confirm_fields,
    naming_ticket_fields,
    parse_object,
    read_confirmation,
    read_request,
    ticket_body,
)
from presize.django import conf
from presize.django.errors import log_failure, refusal, shown, user_message
from presize.django.files import CheckedImageFile
from presize.django.hooks import call_hook
from presize.django.request import Body, owner_of, read_body
from presize.django.rule_options import split
from presize.django.validators import check_file, check_name, decode_text, decode_texts
from presize.errors import request_too_large, request_unauthenticated, retry_headers
from presize.json_scan import JsonScanner
from presize.uploads import OnEvent

if TYPE_CHECKING:
    import httpx

    from presize._owner import Owner

Handler = Callable[[Exception, dict[str, Any]], Response | None]


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """For ``EXCEPTION_HANDLER``: a PresizeError is ``{"error": {...}}`` with its status, others are left alone. A body that is
    longer than Django keeps in memory (``DATA_UPLOAD_MAX_MEMORY_SIZE``), as forms with data URIs are, is ``request_too_large``
    413 and not Django's page."""
    if isinstance(exc, RequestDataTooBig) and refusal(exc) is None:
        exc = request_too_large(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
    return _answer(exc, context, views.exception_handler)


class _Text(serializers.CharField):
    """Text of at most ``max_length`` characters as it came. What is no text goes on, for the core to name it."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        is_empty, data = self.validate_empty_values(data)
        if not is_empty and isinstance(data, str):
            self.run_validators(data)
        return data


class _Size(serializers.IntegerField):
    """A number as it came: REST framework would take "12" and 12.0 for 12."""

    def to_internal_value(self, data: Any) -> Any:
        return data


class PresignedUrlSerializer(serializers.Serializer[Any]):
    """The body of a request for a ticket: ``filename`` (optional, at most 255 characters), ``content_type`` (at most
    100), ``file_size`` in bytes, ``checksum_sha256`` (optional, 32 bytes in base64). What they may be beyond that is the
    policy's."""

    filename = _Text(max_length=255, required=False, allow_null=True)
    content_type = _Text(max_length=100)
    file_size = _Size()
    checksum_sha256 = _Text(max_length=44, required=False, allow_null=True)


class ConfirmSerializer(serializers.Serializer[Any]):
    """The body of a request to confirm an upload: ``key`` (at most 1024 characters), ``original_filename`` (optional, at most
    255), ``checksum_sha256`` (optional, 32 bytes in base64). What they may be beyond that is the policy's."""

    key = _Text(max_length=1024)
    original_filename = _Text(max_length=255, required=False, allow_null=True)
    checksum_sha256 = _Text(max_length=44, required=False, allow_null=True)


class _Parsed(dict[str, Any]):
    """A body that the parser has read."""


class _TicketParser(BaseParser):
    """Reads a bounded JSON object. It is a parser, and not a step of the view, because SessionAuthentication has the body
    parsed to look for a token in it. What is sent as something else is not read: the view refuses it with presize's code."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, *_: Any, **__: Any) -> _Parsed:
        return _Parsed(parse_object(read_body(stream)) if is_json_type(media_type or "") else {})


# Of base64 4 characters are 3 bytes; the rest of a body is not much.
_MAX_BYTES_BESIDE = 64 * 1024
_PIECE_BYTES = 256 * 1024


class _ReadOnce:
    """A stream that returns all of its bytes at once and then frees them."""

    def __init__(self, body: BytesIO) -> None:
        # Its own buffer, not a copy.
        self._bytes = body.getvalue()

    def read(self, _size: int = -1, /) -> bytes:
        taken, self._bytes = self._bytes, b""
        return taken


class BoundedJSONParser(BaseParser):
    """REST framework's ``JSONParser`` for bodies with data URIs, with bounds of its own in the place of
    ``DATA_UPLOAD_MAX_MEMORY_SIZE``, which is too little for photos.

    ::

        class StudioView(APIView):
            parser_classes = [BoundedJSONParser]

    A body that is too long is refused at its first byte too many, and one that would become too many objects before it is
    parsed: ``request_too_large`` 413, ``request_malformed`` 400. It is parsed as UTF-8, whatever its type says. Other limits are
    those of a class of your own.

    - ``max_bytes``: the longest body. Default: the ``max_total_bytes`` of ``PRESIZE["RULES"]`` in base64, and 64 KiB.
    - ``max_structure_bytes``: the most bytes outside of strings that are no white space. Default: 65536.
    """

    # No ``JSONParser`` itself: of that REST framework reads the whole body before it is called, under Django's limit.
    media_type = JSONParser.media_type
    renderer_class = JSONParser.renderer_class
    strict = JSONParser.strict

    max_bytes: int | None = None
    max_structure_bytes: int = 65_536

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Reads the body, looks at it and parses it."""
        longest = self.max_bytes
        if longest is None:
            longest = conf.rules().max_total_bytes * 4 // 3 + _MAX_BYTES_BESIDE
        scanner, body, received = JsonScanner(max_structure_bytes=self.max_structure_bytes), BytesIO(), 0
        while piece := stream.read(min(_PIECE_BYTES, longest + 1 - received)):
            received += len(piece)
            if received > longest:
                raise request_too_large(longest)
            scanner.push(piece)
            body.write(piece)
        whole: Any = _ReadOnce(body)
        # The bytes are freed once they are decoded, before the parser makes strings.
        del body, piece
        parser = JSONParser()
        parser.strict = self.strict
        return parser.parse(whole, media_type, {**(parser_context or {}), "encoding": "utf-8"})


def _body(request: Request) -> dict[str, Any]:
    require_json_type(request.content_type or "")
    data = request.data
    # The second is what a parser of the project's own has made.
    if isinstance(data, _Parsed) or (data and type(data) is dict):
        return data
    # REST framework calls no parser for a body without a type or an announced length, and has not read it then.
    return parse_object(read_body(cast(Body, request._request)))


class _UploadView(views.APIView):
    """What both views have."""

    parser_classes: Sequence[type[BaseParser]] = (_TicketParser,)
    permission_classes: Sequence[Any] = (IsAuthenticated,)
    throttle_scope = "presize_upload"

    uploads: Uploads | None = None
    on_event: OnEvent | None = None

    def owner(self, request: Request) -> Owner:
        """Who uploads, which is a part of the key: the primary key of ``request.user``. Override it for another name, in both
        views.

        A text of 1 to 128 of ``A-Z a-z 0-9 - _ . ~ @ + = : |``, an integer of at least 0 or a UUID; anything else is
        ``upload_owner_invalid``. Never take it from the body.
        """
        return owner_of(request.user)

    def permission_denied(self, request: Request, message: str | None = None, code: str | None = None) -> NoReturn:
        """``request_unauthenticated`` (401) where nobody is logged in; REST framework's 403 otherwise."""
        user: Any = request.user  # None where UNAUTHENTICATED_USER is
        if user is None or not user.is_authenticated:
            raise request_unauthenticated()
        super().permission_denied(request, message, code)

    def get_exception_handler(self) -> Handler:
        """The project's handler for everything but a PresizeError."""
        fallback = super().get_exception_handler()
        return lambda exc, context: _answer(exc, context, fallback)


class PresignedUrlView(_UploadView):
    """``POST`` with the fields of ``PresignedUrlSerializer`` as JSON, at most 16 KiB: a ticket for one upload.

    Answers as ``presize.django.views.PresignedUrlView`` does, in snake case. What REST framework refuses by itself
    keeps its shape: a token that is wrong, too many requests (429), 405, and what a serializer of your own demands.

    Throttles: ``throttle_scope`` is ``presize_upload``, so ``ScopedRateThrottle`` takes the rate of that name, which
    must then be among DEFAULT_THROTTLE_RATES.

    Attributes, also as arguments of ``as_view``: ``uploads`` (default: ``presize.django.uploads()``), ``on_event`` (default:
    ``PRESIZE["ON_EVENT"]``; in the body of a class a method, or a function wrapped in ``staticmethod``), ``serializer_class``
    (default: ``PresignedUrlSerializer``; derive from it to demand more).
    """

    serializer_class: type[serializers.Serializer[Any]] = PresignedUrlSerializer

    def post(self, request: Request, *_: Any, **__: Any) -> Response:
        """Issues a ticket."""
        body = _body(request)
        read_request(body, "snake")
        serializer = self.serializer_class(data=body)
        is_valid = serializer.is_valid()
        arguments = read_request(serializer.validated_data if is_valid else body, "snake")
        # Before the serializer's errors, so that whatever the core refuses has the core's code.
        on_event = self.on_event or conf.on_event()
        if on_event is not None and not is_valid:
            on_event = _refusals(on_event)
        with naming_ticket_fields("snake"):
            ticket = (self.uploads or conf.uploads()).issue(owner=self.owner(request), on_event=on_event, **arguments)
        if not is_valid:
            raise serializers.ValidationError(serializer.errors)
        return Response(ticket_body(ticket, "snake"), headers={"Cache-Control": "no-store"})


class ConfirmView(_UploadView):
    """``POST`` with the fields of ``ConfirmSerializer`` as JSON, at most 16 KiB: what was uploaded is checked, and stands under
    its key from then on.

    Answers as ``presize.django.views.ConfirmView`` does, in snake case; refusals, throttles (``throttle_scope`` is
    ``presize_confirm``) and attributes are as with ``PresignedUrlView``, ``on_confirmed`` is as with
    ``presize.django.views.ConfirmView``, ``client`` is one of httpx (default: one that is made for each confirmation), and
    ``timeout`` is for the whole confirmation, in seconds (default: 30). ``as_view`` needs httpx (``ImportError`` without it).
    """

    throttle_scope = "presize_confirm"

    serializer_class: type[serializers.Serializer[Any]] = ConfirmSerializer
    client: httpx.Client | None = None
    on_confirmed: OnConfirmed | None = None
    timeout: float = 30.0

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """The view as a function."""
        store.require_httpx(f"presize.django.rest_framework.{cls.__name__}")
        store.require_timeout(initkwargs.get("timeout", cls.timeout))
        require_hook(initkwargs.get("on_confirmed", cls.on_confirmed))
        return super().as_view(**initkwargs)

    def post(self, request: Request, *_: Any, **__: Any) -> Response:
        """Confirms an upload."""
        body = _body(request)
        read_confirmation(body, "snake")
        uploads, owner = self.uploads or conf.uploads(), self.owner(request)
        serializer = self.serializer_class(data=body)
        is_valid = serializer.is_valid()
        arguments = read_confirmation(serializer.validated_data if is_valid else body, "snake")
        on_event = self.on_event or conf.on_event()
        if not is_valid:
            # First, so that whatever the core refuses has the core's code.
            with naming_confirm_fields("snake"):
                uploads._confirm({"owner": owner_text(owner), **arguments}, None, None, on_event)
            raise serializers.ValidationError(serializer.errors)
        with naming_confirm_fields("snake"):
            confirmed = store.confirm_upload(
                uploads, owner=owner, client=self.client, timeout=self.timeout, on_event=on_event, **arguments
            )
        call_hook(self.on_confirmed or conf.on_confirmed(), confirmed, owner)
        return Response(confirmed_body(confirmed, "snake"))


def _refusals(on_event: OnEvent) -> OnEvent:
    """Tells of what the core refuses, and not of a ticket that nobody gets."""

    def tell(event: UploadEvent) -> None:
        if event.code is not None:
            on_event(event)

    return tell


class CheckedImageField(serializers.FileField):
    """A file of a multipart request that is one complete image within the rules, under a name that ends as names of its
    format do. Its value is a ``CheckedImage``.

    >>> class AvatarSerializer(serializers.Serializer):
    ...     avatar = CheckedImageField(max_bytes=2_000_000, formats=["jpeg", "png"])

    Keywords are those of REST framework's ``FileField`` and the options of ``presize.ImageRules``, in place of the project's
    (``PRESIZE["RULES"]``). The ErrorDetail has presize's code and its ``user_message`` in the language of the request, or
    Django's ``invalid_extension``; ``error_messages`` may have other words for each code, with the details in braces. A
    ModelSerializer stores it in a FileField or an ImageField.

    Each field holds its own image to the rules. What several images of a request are together is not added up: as the child of a
    ``ListField`` it is decoded once for each, so that ``max_length`` of the list and ``max_work_pixels`` bound the work, or
    ``presize.check_totals`` in the view, before the serializer is made.
    """

    def __init__(self, **options: Any) -> None:
        self.rule_options, options = split(options)
        # An empty file is one that is too small, as everywhere else in presize.
        options.setdefault("allow_empty_file", True)
        super().__init__(**options)

    def to_internal_value(self, data: File[Any]) -> Any:
        """Checks the file."""
        file = super().to_internal_value(data)
        try:
            image = check_file(file, conf.rules(**self.rule_options))
            check_name(file, image)
        except PresizeError as error:
            raise _validation_error(error, self.error_messages) from error
        except ValidationError as error:
            raise _name_error(error, self.error_messages) from None
        return CheckedImageFile(image, str(file.name))


class DataUriImageField(serializers.Field[Any, Any, Any, Any]):
    """Text that is a data URI with one complete image within the rules. Its value is a ``CheckedImage``.

    >>> class DrawingSerializer(serializers.Serializer):
    ...     drawing = DataUriImageField(formats=["png"], max_data_uri_bytes=1_000_000)

    Keywords are those of every field of a serializer and the options of ``presize.ImageRules``, in place of the
    project's (``PRESIZE["RULES"]``). The ErrorDetail has presize's code and its ``user_message`` in the language of the
    request; ``error_messages`` may have other words for each code, with the details in braces:
    ``{"image_too_large": "{max} at most, please"}``.
    """

    def __init__(self, **options: Any) -> None:
        self.rule_options, options = split(options)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> CheckedImage:
        """Decodes and checks the image."""
        try:
            image = decode_text(data, conf.rules(**self.rule_options))
        except PresizeError as error:
            raise _validation_error(error, self.error_messages) from error
        return CheckedImageFile(image, f"image{image.extension}")

    def to_representation(self, value: Any) -> Any:
        """An image as its data URI, everything else as it is."""
        return value.to_data_uri() if hasattr(value, "to_data_uri") else value


class DataUriImageListField(serializers.ListField):
    """A list of data URIs. Its value is a list of ``CheckedImage``.

    >>> class StudioSerializer(serializers.Serializer):
    ...     images = DataUriImageListField(max_images=10, max_total_bytes=30_000_000, allow_empty=False)

    The number of images and their sizes, one by one and together, are checked before any is decoded. A view with it has
    ``parser_classes = [BoundedJSONParser]``, since REST framework's own parser takes bodies of any length, or of too
    little for photos. An error of one
    image is under its index, as REST framework has it: ``{"images": {3: ["This picture is damaged ..."]}}``.
    """

    def __init__(self, **options: Any) -> None:
        self.rule_options, options = split(options)
        super().__init__(child=DataUriImageField(**self.rule_options), **options)

    def run_child_validation(self, data: Any) -> list[Any]:
        """Decodes and checks the images as one list."""
        try:
            return decode_texts(list(data), conf.rules(**self.rule_options))
        except PresizeError as error:
            raise _validation_error(error, self.error_messages) from error


def _answer(exc: Exception, context: dict[str, Any], fallback: Handler) -> Response | None:
    error = refusal(exc)
    if error is None:
        return fallback(exc, context)
    log_failure(error)
    views.set_rollback()
    headers = retry_headers(error)
    if error.http_status == 401 and (scheme := context["view"].get_authenticate_header(context["request"])):
        headers["WWW-Authenticate"] = scheme
    return Response({"error": shown(error)}, status=error.http_status, headers=headers)


def _validation_error(error: PresizeError, messages: Mapping[str, Any]) -> serializers.ValidationError:
    """As ``Field.fail`` does it: what the field's ``error_messages`` have for the code, formatted with the details. An error that
    is not the sender's fault is none of the field, and is raised as it is."""
    if error.http_status >= 500:
        raise error
    words = messages.get(error.code)
    message = user_message(error) if words is None else str(words).format(**error.details)
    details: Any = [ErrorDetail(message, code=error.code)]
    if error.index is not None:
        details = {error.index: details}
    return serializers.ValidationError(details)


def _name_error(error: ValidationError, messages: Mapping[str, Any]) -> serializers.ValidationError:
    """REST framework's error for one of Django's."""
    code = error.code or "invalid"
    message = str(messages[code]).format(**(error.params or {})) if code in messages else error.messages[0]
    return serializers.ValidationError([ErrorDetail(message, code=code)])
