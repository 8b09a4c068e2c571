"""The call of ``upload.json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

from presize import UploadPolicy, Uploads

from .given import Call, Json, options
from .signing import read_presigner, unix_seconds


def _issue(given: Mapping[str, Any]) -> Json:
    uploads = Uploads(read_presigner(given), UploadPolicy(**options(given["policy"])))
    # The package draws the nonce; a case says what is drawn.
    with patch("os.urandom", return_value=bytes.fromhex(given["nonce"])) as drawn:
        ticket = uploads.issue(now=given["now"], **options(given["request"]))
    drawn.assert_called_once_with(8)
    return {
        "method": ticket.method,
        "url": ticket.url,
        "headers": ticket.headers,
        "key": ticket.key,
        "public_url": ticket.public_url,
        "expires_in": ticket.expires_in,
        "expires_at": unix_seconds(ticket.expires_at),
    }


CALLS: dict[str, Call] = {"issue": _issue}
