"""How a result is held against the expected one."""

from __future__ import annotations

from presize import PresizeError

from .inputs import Json


def error_fields(error: PresizeError) -> Json:
    """All that a case can say of an error."""
    return {
        "code": error.code,
        "http_status": error.http_status,
        "message": str(error),
        "user_message": error.user_message,
        "user_message_template": error.user_message_template,
        "user_message_parameters": error.user_message_parameters,
        "index": error.index,
        "details": error.details,
    }


def compare(place: str, expected: Json, received: Json, tolerance: float = 0) -> None:
    """Everything named in ``expected`` is in ``received`` and equal; lists have the same length; numbers beneath ``grid``
    differ by at most 3."""
    if isinstance(expected, dict) and isinstance(received, dict):
        for key, value in expected.items():
            assert key in received, f"{place}.{key} is missing"
            compare(f"{place}.{key}", value, received[key], 3 if key == "grid" else tolerance)
    elif isinstance(expected, list) and isinstance(received, list):
        assert len(expected) == len(received), f"{place}: expected {len(expected)} items, received {len(received)}"
        for index, (one, other) in enumerate(zip(expected, received, strict=True)):
            compare(f"{place}[{index}]", one, other, tolerance)
    elif _is_number(expected) and _is_number(received):
        assert abs(expected - received) <= tolerance, f"{place}: expected {expected}, received {received}"
    else:
        # Types first: True is no 1 here.
        same = type(expected) is type(received) and expected == received
        assert same, f"{place}: expected {expected!r}, received {received!r}"


def _is_number(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
