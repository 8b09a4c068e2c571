"""The calls of ``upload.json``."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

from presize import PresizeError, UploadEvent, UploadPolicy, Uploads

from .inputs import Call, Json, options
from .signing import read_presigner, unix_seconds


def read_uploads(given: Mapping[str, Any]) -> Uploads:
    return Uploads(read_presigner(given), UploadPolicy(**options(given["policy"])))


def _issue(given: Mapping[str, Any]) -> Json:
    return _ticket(read_uploads(given), given, [])


def _issue_from_vars(given: Mapping[str, Any]) -> Json:
    policy = UploadPolicy(**options(given["policy"]))
    uploads = Uploads.from_env(policy, given["vars"])
    bucket = uploads.presigner.bucket
    assert pickle.loads(pickle.dumps(bucket)) == bucket
    assert uploads.policy == UploadPolicy(**{**policy.given(), **_public(uploads)})
    return _ticket(uploads, given, [])


def _public(uploads: Uploads) -> dict[str, Any]:
    address = uploads.policy.public_base_url
    return {} if address is None else {"public_base_url": address}


def _issue_event(given: Mapping[str, Any]) -> Json:
    events: list[UploadEvent] = []
    uploads = read_uploads(given)
    try:
        _ticket(uploads, given, events)
    except PresizeError as error:
        assert error.code == events[0].code
    (event,) = events
    return event.to_dict()


def _ticket(uploads: Uploads, given: Mapping[str, Any], events: list[UploadEvent]) -> Json:
    # The package draws the nonce; a case says what is drawn.
    with patch("os.urandom", return_value=bytes.fromhex(given["nonce"])) as drawn:
        ticket = uploads.issue(now=given["now"], on_event=events.append, **options(given["request"]))
    drawn.assert_called_once_with(16)
    return {
        "method": ticket.method,
        "url": ticket.url,
        "headers": ticket.headers,
        "fields": [[name, value] for name, value in ticket.fields.items()],
        "key": ticket.key,
        "public_url": ticket.public_url,
        "expires_in": ticket.expires_in,
        "expires_at": unix_seconds(ticket.expires_at),
    }


def _policy_rules(given: Mapping[str, Any]) -> Json:
    rules = UploadPolicy(**options(given["policy"])).rules()
    shown = {name: getattr(rules, name) for name in dir(rules) if not name.startswith("_")}
    return {"rules": {**shown, "formats": list(rules.formats)}}


CALLS: dict[str, Call] = {
    "issue": _issue,
    "issue_from_vars": _issue_from_vars,
    "issue_event": _issue_event,
    "policy_rules": _policy_rules,
}
