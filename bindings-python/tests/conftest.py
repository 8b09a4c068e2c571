"""What the tests share: the images of the conformance suite, and a real S3 server."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import socket
import subprocess
import time
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


GARAGE = os.environ.get("PRESIZE_GARAGE")


@pytest.fixture(scope="session")
def garage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """Garage, an S3 server of another make, which ``PRESIZE_GARAGE`` names: one node, one bucket, one key."""
    assert GARAGE is not None
    folder = tmp_path_factory.mktemp("garage")
    server = S3Server("", "garage", "photos", f"GK{os.urandom(12).hex()}", os.urandom(32).hex())
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        port, rpc_port = one.getsockname()[1], other.getsockname()[1]
    (folder / "garage.toml").write_text(f"""
        metadata_dir = '{folder}/meta'
        data_dir = '{folder}/data'
        db_engine = 'sqlite'
        replication_factor = 1
        rpc_bind_addr = '127.0.0.1:{rpc_port}'
        rpc_public_addr = '127.0.0.1:{rpc_port}'
        rpc_secret = '{os.urandom(32).hex()}'
        [s3_api]
        api_bind_addr = '127.0.0.1:{port}'
        s3_region = '{server.region}'
    """)
    variables = {
        "GARAGE_DEFAULT_ACCESS_KEY": server.access_key_id,
        "GARAGE_DEFAULT_SECRET_KEY": server.secret_access_key,
        "GARAGE_DEFAULT_BUCKET": server.bucket,
        "RUST_LOG": "garage=warn",
    }
    command = [GARAGE, "-c", str(folder / "garage.toml"), "server", "--single-node", "--default-bucket"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env={**os.environ, **variables}, stdout=quiet, stderr=quiet) as process:
        try:
            # The key and the bucket are made before the port is opened.
            for _ in range(3000):
                assert process.poll() is None, "Garage ended"
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.02)
            yield dataclasses.replace(server, endpoint=f"http://127.0.0.1:{port}")
        finally:
            process.kill()


@pytest.fixture(scope="session")
def presigner(s3: S3Server) -> Presigner:
    """A presigner for the server's bucket."""
    bucket = Bucket.custom(s3.endpoint, s3.region, s3.bucket, "path")
    return Presigner(bucket, Credentials(s3.access_key_id, s3.secret_access_key))


@pytest.fixture(scope="session")
def results(s3: S3Server) -> Presigner:
    """A presigner for another bucket of the server."""
    import boto3

    name = f"{s3.bucket}-resized"
    client = boto3.client(
        "s3",
        endpoint_url=s3.endpoint,
        region_name=s3.region,
        aws_access_key_id=s3.access_key_id,
        aws_secret_access_key=s3.secret_access_key,
    )
    client.create_bucket(Bucket=name)
    bucket = Bucket.custom(s3.endpoint, s3.region, name, "path")
    return Presigner(bucket, Credentials(s3.access_key_id, s3.secret_access_key))


@pytest.fixture(scope="session")
def uploads(presigner: Presigner) -> Uploads:
    """Uploads into that bucket under the default policy."""
    return Uploads(presigner)
