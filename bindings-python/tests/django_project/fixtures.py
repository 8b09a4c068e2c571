"""The project on real ports: Django's own server for WSGI, uvicorn for ASGI, and users who are signed in."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import pytest
import uvicorn
from django.core.asgi import get_asgi_application
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client, override_settings

from django_project.models import Account
from presize import Uploads
from presize.asgi import BodyLimit

ASGI_MAX_BYTES = 12_000_000
CSRF_TOKEN = "0123456789abcdefghijklmnopqrstuv"


@dataclass
class Site:
    """A server, and clients of it."""

    host: str
    port: int

    def client(self, user: str | None = None) -> httpx.Client:
        """A browser: with the session of this user, if any, and the token against forged requests."""
        browser = Client()
        if user is not None:
            browser.force_login(Account.objects.get_or_create(name=user)[0])
        cookies = {name: morsel.value for name, morsel in browser.cookies.items()} | {"csrftoken": CSRF_TOKEN}
        headers = {"X-CSRFToken": CSRF_TOKEN}
        url = f"http://{self.host}:{self.port}"
        return httpx.Client(base_url=url, cookies=cookies, headers=headers, trust_env=False, timeout=60)

    def connection(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection((self.host, self.port), timeout=60)


def receive(connection: socket.socket) -> tuple[int, Any]:
    """The status and the JSON of the answer on a bare connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, body = data.split(b"\r\n\r\n", 1)
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    while len(body) < int(fields[b"content-length"]):
        body += _more(connection)
    return int(head.split(b" ", 2)[1]), json.loads(body)


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65_536)
    assert data, "the server hung up"
    return data


@cache
def create_tables() -> None:
    """Makes the tables of the project."""
    call_command("migrate", run_syncdb=True, verbosity=0)


@pytest.fixture(scope="session")
def database() -> Iterator[None]:
    """The tables of the project."""
    create_tables()
    yield
    connections.close_all()


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The project under WSGI."""
    create_tables()
    server = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler)
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield Site("127.0.0.1", server.server_port)
    server.shutdown()
    server.server_close()
    thread.join()
    connections.close_all()


@pytest.fixture(scope="session")
def asgi_site() -> Iterator[Site]:
    """The project under ASGI."""
    create_tables()
    application = BodyLimit(get_asgi_application(), max_bytes=ASGI_MAX_BYTES)
    config = uvicorn.Config(application, port=0, lifespan="off", log_level="error", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Site("127.0.0.1", server.servers[0].sockets[0].getsockname()[1])
    server.should_exit = True
    thread.join()
    connections.close_all()


@pytest.fixture
def with_bucket(uploads: Uploads) -> Iterator[Uploads]:
    """PRESIZE with uploads into the test's bucket."""
    with override_settings(PRESIZE={"UPLOADS": uploads}):
        yield uploads
