"""The cases of ``frameworks.json``, and what each of them needs before its request: an upload."""

from __future__ import annotations

import json
from typing import Any

import httpx
from runner import read
from runner.inputs import data

from presize import Presigner, UploadPolicy, Uploads, UploadTicket

CASES: list[dict[str, Any]] = read("frameworks.json")["cases"]


def name_of(case: dict[str, Any]) -> str:
    return str(case["name"])


def prepare(case: dict[str, Any], presigner: Presigner) -> dict[str, Any]:
    """Uploads what the case wants to have there, and puts the key into its texts."""
    if "upload" not in case:
        return case
    uploads = Uploads(presigner, UploadPolicy(**case["policy"]))
    given = case["upload"]
    content, owner = data(given["data"]), given.get("owner", case["user"])
    ticket = uploads.issue(owner=owner, content_type=given["content_type"], size_bytes=len(content))
    answer = send(ticket, content)
    assert answer.is_success, answer.text
    texts = {name: _with_key(case[name], ticket.key) for name in ("request", "body")}
    return {**case, **texts}


def send(ticket: UploadTicket, content: bytes) -> httpx.Response:
    """Sends a file as its ticket says."""
    if ticket.fields:
        return httpx.post(ticket.url, data=ticket.fields, files={"file": ("a", content)}, trust_env=False)
    return httpx.request(ticket.method, ticket.url, headers=ticket.headers, content=content, trust_env=False)


def body_of(request: dict[str, Any]) -> bytes | None:
    text = json.dumps(request["body"]) if "body" in request else request.get("body_text")
    return None if text is None else str(text).encode()


def holds(expected: Any, received: Any) -> bool:
    """Whether all that is expected is there, and equal."""
    if isinstance(expected, dict):
        return isinstance(received, dict) and all(
            name in received and holds(value, received[name]) for name, value in expected.items()
        )
    if isinstance(expected, list):
        same_length = isinstance(received, list) and len(received) == len(expected)
        return same_length and all(map(holds, expected, received))
    return type(expected) is type(received) and bool(expected == received)


def check_answer(case: dict[str, Any], answer: httpx.Response) -> None:
    """Holds an answer against its case."""
    assert answer.status_code == case["status"], answer.text
    if not case["body"]:
        return
    received = answer.json()
    assert holds(case["body"], received), answer.text
    assert "names" not in case or list(received) == case["names"]


def _with_key(value: Any, key: str) -> Any:
    return json.loads(json.dumps(value).replace("{key}", key))
