"""The base64 of data URIs beside Python's own, on texts drawn at random and damaged at random.

presize takes a text exactly when ``b64decode(validate=True)`` takes it and ``b64encode`` gives it back: Python also takes
texts whose last bits are not zero, and with them (before 3.13) some whose padding is too long. RFC 4648, sections 3.3 and
3.5, lets a decoder refuse all of these; what two texts decode to alike cannot be told apart later.
"""

from __future__ import annotations

import base64
import binascii
import os
import random
import string
from collections import Counter
from collections.abc import Callable

import pytest

from presize import CheckedImage, DataUriError, ImageError, ImageRules, decode_data_uri

SEED = int(os.environ.get("PRESIZE_SEED", "2"))
COUNT = int(os.environ.get("PRESIZE_CASES", "4000"))
HEADER = "data:image/gif;base64,"
ALPHABET = string.ascii_letters + string.digits + "+/"
# What is taken for base64 by mistake: other alphabets, white space, letters beyond ASCII.
INTRUDERS = "-_=== \t\r\n\0%.,:\u00e9\uff21\U0001f408"
RULES = ImageRules(allow_polyglots=True)

# An image of one pixel, whose comment can hold any 252 bytes.
GIF_START = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff" + b"!\xfe\xfc"
GIF_END = b"\0" + b",\0\0\0\0\1\0\1\0\0\2\2D\1\0;"


def _by_python(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _by_presize(text: str) -> CheckedImage | bool:
    """The image, or whether the base64 was taken at least."""
    try:
        return decode_data_uri(HEADER + text, RULES)
    except ImageError:
        return True
    except DataUriError as error:
        assert error.code == "data_uri_base64_invalid", error
        assert len(HEADER) <= error.details["offset"] <= len((HEADER + text).encode())
        return False


def _compare(text: str, seen: Counter[str]) -> None:
    expected, received = _by_python(text), _by_presize(text)
    is_canonical = expected is not None and base64.b64encode(expected).decode() == text
    assert bool(received) == is_canonical, f"seed {SEED}: {text!r}"
    if isinstance(received, CheckedImage):
        assert received.bytes == expected
        seen["taken, bytes compared"] += 1
    elif received:
        seen["taken, no image"] += 1
    else:
        seen[_refused(text, expected)] += 1


def _refused(text: str, expected: bytes | None) -> str:
    if expected is None:
        return "refused by both"
    is_long = len(text) % 4 or text.endswith("===") or not expected
    return "refused by presize alone: its padding" if is_long else "refused by presize alone: its last bits"


def _report(seen: Counter[str], record_property: Callable[[str, object], None]) -> None:
    print(f"seed {SEED}: {dict(sorted(seen.items()))}")
    for name, count in seen.items():
        record_property(name, count)


def test_random_texts(record_property: Callable[[str, object], None]) -> None:
    rng, seen = random.Random(SEED), Counter[str]()
    for _ in range(COUNT):
        letters = ALPHABET if rng.random() < 0.8 else ALPHABET + INTRUDERS
        text = "".join(rng.choice(letters) for _ in range(rng.randint(1, 64)))
        text += "=" * rng.choice([0, 0, -len(text) % 4, -len(text) % 4, rng.randint(0, 4)])
        _compare(text, seen)
    _report(seen, record_property)
    assert all(seen[name] for name in ("taken, no image", "refused by both"))
    assert seen["refused by presize alone: its last bits"] > 0


def test_damaged_texts(record_property: Callable[[str, object], None]) -> None:
    rng, seen = random.Random(SEED), Counter[str]()
    for _ in range(COUNT):
        # Lengths of all remainders by 3; what follows a GIF's end is no part of it.
        data = GIF_START + rng.randbytes(252) + GIF_END + bytes(rng.randrange(3))
        text = base64.b64encode(data).decode()
        for _ in range(rng.choice([0, 1, 1, 1, 2, 3])):
            text = _damage(text, rng)
        _compare(text, seen)
    _report(seen, record_property)
    assert all(seen[name] for name in ("taken, bytes compared", "refused by both"))
    assert seen["refused by presize alone: its last bits"] > 0


def _damage(text: str, rng: random.Random) -> str:
    place = rng.choice([rng.randrange(len(text)), len(text) - 1 - rng.randrange(5)])
    letter = rng.choice(ALPHABET + INTRUDERS)
    damaged = rng.choice(
        [
            text[:place] + letter + text[place + 1 :],
            text[:place] + letter + text[place:],
            text[:place] + text[place + 1 :],
            text[:place],
            text + "=",
            text.rstrip("="),
            text + text[:4],
        ]
    )
    # No data at all is no base64 that is wrong, but another error.
    return damaged or text


def test_the_offset_is_that_of_the_first_bad_byte() -> None:
    rng = random.Random(SEED)
    for _ in range(COUNT // 10):
        text = base64.b64encode(rng.randbytes(60)).decode()
        place = rng.randrange(len(text))
        bad = text[:place] + rng.choice("-_ \n\0\u00e9\U0001f408") + text[place + 1 :]
        with pytest.raises(DataUriError) as caught:
            decode_data_uri(HEADER + bad, RULES)
        assert caught.value.details["offset"] == len(HEADER) + place
