"""Users of Django by number and UUID, and the time that its routes give a confirmation."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

import pytest
from django.test import RequestFactory
from django_project.models import Account
from rest_framework.test import APIRequestFactory, force_authenticate

from fake_store import KEY, FakeStore, fake
from presize.django import rest_framework, views

__all__ = ["fake"]

OWNERS = [(7, "7"), (uuid.UUID(int=7), "00000000-0000-0000-0000-000000000007"), ("user-7", "user-7")]
TICKET = {"content_type": "image/png", "file_size": 5}


def ask(view: Any, body: object, **options: Any) -> Any:
    """The answer of a view of Django or of REST framework, in this process."""
    user = Account(name="user-7")
    if issubclass(view, rest_framework.PresignedUrlView | rest_framework.ConfirmView):
        request = APIRequestFactory().post("/", body, format="json")
        force_authenticate(request, user)
        answer = view.as_view(**options)(request)
        answer.render()
    else:
        asked: Any = RequestFactory().post("/", body, content_type="application/json")
        asked.user = user

        async def find() -> Account:
            return user

        asked.auser = find
        answer = view.as_view(**options)(asked)
        if asyncio.iscoroutine(answer):
            answer = asyncio.run(answer)
    return answer.status_code, json.loads(answer.content)


@pytest.mark.parametrize("module", [views, rest_framework])
@pytest.mark.parametrize(("owner", "text"), OWNERS)
def test_a_view_may_give_numbers_and_uuids(fake: FakeStore, module: Any, owner: Any, text: str) -> None:
    def give(*_: Any) -> Any:
        return owner

    ticket_view = type("TicketView", (module.PresignedUrlView,), {"owner": give})
    confirm_view = type("OwnConfirmView", (module.ConfirmView,), {"owner": give})
    status, ticket = ask(ticket_view, TICKET, uploads=fake.uploads)
    assert (status, ticket["key"].startswith(f"uploads/{text}/")) == (200, True)
    status, confirmed = ask(confirm_view, {"key": ticket["key"]}, uploads=fake.uploads)
    assert (status, confirmed["key"]) == (200, ticket["key"])


@pytest.mark.parametrize("module", [views, rest_framework])
@pytest.mark.parametrize("key", [7, uuid.UUID(int=7)])
def test_primary_keys_are_owners(fake: FakeStore, module: Any, key: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Account, "pk", key)
    _, ticket = ask(module.PresignedUrlView, TICKET, uploads=fake.uploads)
    assert ticket["key"].startswith(f"uploads/{key}/")


@pytest.mark.parametrize("view", [views.ConfirmView, views.AsyncConfirmView, rest_framework.ConfirmView])
def test_a_confirmation_has_the_time_that_its_view_gives_it(fake: FakeStore, view: Any) -> None:
    status, answer = ask(view, {"key": KEY}, uploads=fake.uploads, timeout=1e-9)
    assert (status, answer["error"]["code"]) == (503, "store_unavailable")
    status, answer = ask(view, {"key": KEY}, uploads=fake.uploads, timeout=60)
    assert (status, answer["key"]) == (200, KEY)
    for timeout in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="expected more than 0 seconds for timeout"):
            view.as_view(timeout=timeout)
