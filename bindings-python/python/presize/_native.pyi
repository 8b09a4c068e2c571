"""The extension module beneath `presize`. Private: programs import `presize`, whose modules name what these return."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Self, final

from typing_extensions import disjoint_base

from .confirmation import StoreRequest
from .errors import PresizeError
from .images import Data
from .options import (
    CloudFrontHash,
    CloudFrontKeyType,
    ImageFormat,
    ImageFormatName,
    MetadataKind,
    OutputFormat,
    TransformPath,
)
from .presign import Time

__all__ = [
    "Bucket",
    "CancelToken",
    "Confirmation",
    "Credentials",
    "JsonBody",
    "JsonDocument",
    "JsonPlaces",
    "JsonScanner",
    "JsonText",
    "KeyPair",
    "Policy",
    "Prepared",
    "PresignedRequest",
    "Presigner",
    "Rules",
    "Signer",
    "Unset",
    "Uploads",
    "__version__",
    "check",
    "check_pixels",
    "check_totals",
    "complete_multipart_body",
    "content_disposition",
    "decode",
    "decode_data_uri",
    "decode_data_uris",
    "encode",
    "encode_data_uri",
    "explain",
    "inspect",
    "parse_upload_id",
    "read",
    "request_invalid",
    "request_malformed",
    "request_too_large",
    "request_type_unsupported",
    "request_unauthenticated",
    "server_busy",
    "strip_metadata",
    "strip_work_pixels",
    "transform",
    "transform_many",
    "work_of_data_uris",
    "work_of_json",
    "work_pixels",
]

__version__: str

_Exif = tuple[str | None, str | None, str | None, str | None, str | None, str | None, bool]
_Info = tuple[ImageFormat, int, int, int, bool, bool, bool, bool, _Exif | None]
_Checked = tuple[bytes, _Info, bool]
_Stripped = tuple[bytes, ImageFormat, list[tuple[MetadataKind, int]]]
_Encoded = tuple[bytes, OutputFormat, int, int]
_Explained = tuple[OutputFormat, int, int, TransformPath, int, int, int, int]
_Ticket = tuple[str, str, dict[str, str], dict[str, str], str, str | None, int, datetime]
_OnEvent = Callable[[dict[str, Any]], None]
_Variant = tuple[str, str | None, ImageFormat, int, int]
_Confirmed = tuple[str, str | None, ImageFormat, int, int, _Exif | None, int, str, list[_Variant]]
_SignedUrl = tuple[str, int, datetime]
_SignedCookies = tuple[dict[str, str], int, datetime]

def inspect(data: Data) -> _Info: ...
def read(data: Data, rules: Rules | None) -> bytes: ...
def work_of_data_uris(texts: Sequence[str], rules: Rules | None) -> int: ...
def work_of_json(body: JsonDocument, max_work_pixels: int) -> int: ...
def check_totals(files: Sequence[Data], rules: Rules | None) -> None: ...
def work_pixels(data: Data, rules: Rules | None) -> int: ...
def strip_work_pixels(data: Data, rules: Rules | None) -> int: ...
def check(data: Data, rules: Rules | None, declared: str | None, cancel_token: CancelToken | None) -> _Checked: ...
def strip_metadata(data: Data, rules: Rules | None, cancel_token: CancelToken | None) -> _Stripped: ...
def transform(
    data: Data, options: Mapping[str, Any], rules: Rules | None, cancel_token: CancelToken | None
) -> _Encoded: ...
def transform_many(
    data: Data, transforms: Sequence[Mapping[str, Any]], rules: Rules | None, cancel_token: CancelToken | None
) -> list[_Encoded]: ...
def explain(data: Data, options: Mapping[str, Any], rules: Rules | None) -> _Explained: ...
def decode(
    data: Data, options: Mapping[str, Any], rules: Rules | None, cancel_token: CancelToken | None
) -> tuple[bytes, int, int, int]: ...
def check_pixels(bytes: object, width: object, height: object, channels: object) -> None: ...
def encode(
    bytes: bytes,
    width: int,
    height: int,
    channels: int,
    options: Mapping[str, Any],
    rules: Rules | None,
    cancel_token: CancelToken | None,
) -> _Encoded: ...
def decode_data_uri(text: str, rules: Rules | None, cancel_token: CancelToken | None) -> _Checked: ...
def decode_data_uris(texts: Sequence[str], rules: Rules | None, cancel_token: CancelToken | None) -> list[_Checked]: ...
def encode_data_uri(data: Data, format: ImageFormatName) -> str: ...
def content_disposition(disposition: str, filename: str) -> str: ...
def complete_multipart_body(parts: Sequence[tuple[int, str, str | None, str | None]]) -> str: ...
def parse_upload_id(answer: str) -> str: ...
def request_invalid(fields: list[str], codes: list[str], reasons: list[str]) -> PresizeError: ...
def request_malformed(expected: str, received: str) -> PresizeError: ...
def request_too_large(max_bytes: int) -> PresizeError: ...
def request_type_unsupported(expected: str, received: str) -> PresizeError: ...
def request_unauthenticated() -> PresizeError: ...
def server_busy(retry_after_seconds: int) -> PresizeError: ...

@final
class Unset:
    def __new__(cls) -> Self: ...

@final
class Rules:
    def __new__(cls, options: Mapping[str, Any]) -> Self: ...
    def values(self) -> dict[str, Any]: ...

@final
class JsonScanner:
    def __new__(cls, limits: Mapping[str, Any]) -> Self: ...
    def push(self, data: bytes | bytearray | memoryview) -> None: ...
    def finish(self) -> None: ...

@final
class JsonBody:
    def __new__(cls, announced_bytes: int, limits: Mapping[str, Any]) -> Self: ...
    def push(self, chunk: bytes) -> None: ...
    def finish(self) -> JsonDocument: ...

@final
class JsonDocument:
    def to_bytes(self) -> bytes: ...
    def cut(self, places: JsonPlaces, mark: str) -> tuple[bytes, dict[str, JsonText]]: ...
    def __len__(self) -> int: ...

@final
class JsonPlaces:
    def __new__(cls, places: Sequence[tuple[bool, int | None, Mapping[str, int], int | None]]) -> Self: ...

@final
class JsonText:
    def start(self, characters: int) -> str: ...
    def __len__(self) -> int: ...

@final
class CancelToken:
    """Stops a call from another thread: give it to the call as ``cancel_token``, and call ``cancel``. The call ends with
    ``cancelled`` before its next stage, picture, frame, or row of blocks of a JPEG; a lossy WebP is decoded, pixels are
    scaled and encoded to the end once that has begun. One token can stop many calls, and stays cancelled."""

    def __new__(cls) -> Self: ...
    def cancel(self) -> None:
        """Stops every call that has this token. It can be called from any thread, and more than once."""
    @property
    def is_cancelled(self) -> bool:
        """Whether ``cancel`` was called."""

@final
class Policy:
    def __new__(cls, options: Mapping[str, Any]) -> Self: ...
    def values(self) -> dict[str, Any]: ...
    def rules(self) -> Rules: ...

@final
class Bucket:
    @staticmethod
    def s3(region: str, name: str, options: Mapping[str, Any]) -> Bucket: ...
    @staticmethod
    def r2(account: str, name: str, options: Mapping[str, Any]) -> Bucket: ...
    @staticmethod
    def custom(endpoint: str, region: str, name: str, style: str, options: Mapping[str, Any]) -> Bucket: ...
    @staticmethod
    def access_point(arn: str, options: Mapping[str, Any]) -> Bucket: ...
    def internal(self) -> Bucket: ...
    def copy_source(self, key: str) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def host(self) -> str: ...

@final
class Credentials:
    def __new__(
        cls, access_key_id: str, secret_access_key: str, session_token: str | None, expires_at: datetime | float | None
    ) -> Self: ...
    @staticmethod
    def from_vars(read: Callable[[str], str | None]) -> Credentials: ...

@disjoint_base
class Presigner:
    def __new__(
        cls, bucket: Bucket | Presigner | Callable[[str], str | None], credentials: Credentials | None
    ) -> Self: ...
    @property
    def _core_bucket(self) -> Bucket: ...
    def _get(self, key: str, expires_in: int, now: Time) -> PresignedRequest: ...
    def _put(
        self,
        key: str,
        expires_in: int,
        content_type: str,
        content_length: int,
        metadata: Mapping[str, str],
        now: Time,
    ) -> PresignedRequest: ...
    def _request(self, operation: str, key: str, options: Mapping[str, Any], now: Time) -> PresignedRequest: ...
    def _explain(
        self, operation: str, key: str, options: Mapping[str, Any], now: Time
    ) -> tuple[PresignedRequest, str, str, str]: ...
    def _sign_many(
        self, operation: str, keys: Sequence[str], options: Mapping[str, Any], now: Time
    ) -> list[PresignedRequest]: ...
    def _post_form(
        self, key: str, options: Mapping[str, Any], now: Time
    ) -> tuple[str, dict[str, str], int, datetime]: ...

@final
class PresignedRequest:
    """A request that anybody who holds it may send until it expires. The URL is as good as a password, and does not belong
    in a log; ``repr`` leaves its query out. Equal requests compare equal, and it can be pickled."""

    def __new__(
        cls, method: str, url: str, headers: Mapping[str, str], expires_in: int, expires_at: datetime | float
    ) -> Self: ...
    @property
    def method(self) -> str:
        """The method; a URL is good for this one only."""
    @property
    def url(self) -> str:
        """The URL with its signature."""
    @property
    def headers(self) -> dict[str, str]:
        """Exactly the headers that the client must send, besides ``Host``, which every client sends by itself. All of them
        are signed: a different value, or one left out, is refused by the server."""
    @property
    def expires_in(self) -> int:
        """How long it holds, in seconds from the whole second at which it was signed. Shorter than asked for where the
        credentials expire sooner."""
    @property
    def expires_at(self) -> datetime:
        """When it ceases to hold, by the server's clock: aware, in UTC, a whole second."""
    def __eq__(self, other: object, /) -> bool: ...

@final
class Uploads:
    def __new__(cls, presigner: Presigner, policy: Policy) -> Self: ...
    @staticmethod
    def from_vars(policy: Policy, read: Callable[[str], str | None]) -> Uploads: ...
    @property
    def policy(self) -> Policy: ...
    @property
    def presigner(self) -> Presigner: ...
    @property
    def bucket(self) -> Bucket: ...
    def issue(self, request: Mapping[str, Any], nonce: bytes, now: Time, on_event: _OnEvent | None) -> _Ticket: ...
    def confirm(
        self, request: Mapping[str, Any], now: Time, cancel_token: CancelToken | None, on_event: _OnEvent | None
    ) -> Confirmation: ...

@final
class Confirmation:
    def next_request(self, now: Time, make: Callable[..., StoreRequest]) -> StoreRequest | None: ...
    def work_pixels(self) -> int: ...
    def answer(self, status: int, headers: Sequence[tuple[str, str]], body: bytes | bytearray | memoryview) -> None: ...
    def fail(self, reason: str) -> None: ...
    def finish(self) -> _Confirmed: ...
    def event(self, now: Time) -> dict[str, Any]: ...

@final
class Signer:
    @staticmethod
    def from_pem(key_pair_id: str, pem: str) -> Signer: ...
    @staticmethod
    def with_signer(
        key_pair_id: str, key_type: CloudFrontKeyType, sign: Callable[[bytes, CloudFrontHash], bytes]
    ) -> Signer: ...
    @property
    def key_pair(self) -> KeyPair: ...
    def sign_url(self, url: str, options: Mapping[str, Any], now: Time) -> _SignedUrl: ...
    def sign_cookies(self, url: str, options: Mapping[str, Any], now: Time) -> _SignedCookies: ...

@final
class KeyPair:
    def __new__(cls, id: str, key_type: CloudFrontKeyType) -> Self: ...
    @property
    def id(self) -> str: ...
    @property
    def key_type(self) -> CloudFrontKeyType: ...
    def prepare_url(self, url: str, options: Mapping[str, Any], now: Time) -> Prepared: ...
    def prepare_cookies(self, url: str, options: Mapping[str, Any], now: Time) -> Prepared: ...

@final
class Prepared:
    @property
    def message(self) -> bytes: ...
    @property
    def hash(self) -> CloudFrontHash: ...
    @property
    def key_type(self) -> CloudFrontKeyType: ...
    def finish(self, signature: bytes | bytearray | memoryview) -> Any: ...
