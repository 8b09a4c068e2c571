"""What the tests share: the images of the conformance suite, and a real S3 server."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from presize import Bucket, Credentials, Presigner, Uploads

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "core" / "tests" / "vectors"


@dataclass(frozen=True)
class S3Server:
    """An S3 server that checks signatures. It is empty when the first test meets it, and gone after the last."""

    endpoint: str
    region: str
    bucket: str
    access_key_id: str
    secret_access_key: str


@pytest.fixture(scope="session")
def images() -> Path:
    """The folder with the images of the conformance suite."""
    return VECTORS / "images"


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """The server of the examples, in a process of its own. ``PRESIZE_S3_SERVER`` names the program; without it cargo
    builds it."""
    program = os.environ.get("PRESIZE_S3_SERVER")
    cargo = ["cargo", "run", "--quiet", "--locked", "--package", "presize-examples", "--bin", "s3-server", "--"]
    command = [program] if program else cargo
    with subprocess.Popen(
        [*command, "photos"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        line = server.stdout.readline()
        assert line, "the S3 server did not start"
        try:
            yield S3Server(**json.loads(line))
        finally:
            # It runs until its input ends.
            server.stdin.close()
            server.wait(timeout=30)


@pytest.fixture(scope="session")
def presigner(s3: S3Server) -> Presigner:
    """A presigner for the server's bucket."""
    bucket = Bucket.custom(s3.endpoint, s3.region, s3.bucket, "path")
    return Presigner(bucket, Credentials(s3.access_key_id, s3.secret_access_key))


@pytest.fixture(scope="session")
def uploads(presigner: Presigner) -> Uploads:
    """Uploads into that bucket under the default policy."""
    return Uploads(presigner)
