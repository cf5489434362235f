"""An object store of this machine: moto's S3, one request after the other, so that a conditional write is one act."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import boto3
from moto.server import create_backend_app
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

#: whatever a client of the SDK needs to be told where there is no account
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "tests",
    "AWS_SECRET_ACCESS_KEY": "tests",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: thousands of lines nobody reads."""


@dataclass
class ObjectStore:
    server: BaseWSGIServer
    endpoint: str = field(init=False)

    def __post_init__(self) -> None:
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"

    def bucket(self) -> str:
        """The address of a new one, with a prefix."""
        name = f"tests-{uuid4().hex[:12]}"
        client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=CREDENTIALS["AWS_DEFAULT_REGION"],
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )
        client.create_bucket(Bucket=name)
        return f"s3://{name}/courier"

    def environment(self, address: str) -> Mapping[str, str]:
        return {"SHARED_STORE": address, "SHARED_STORE_ENDPOINT": self.endpoint, **CREDENTIALS}


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    server = make_server("127.0.0.1", 0, create_backend_app("s3"), threaded=False, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, name="object-store", daemon=True)
    thread.start()
    try:
        yield ObjectStore(server)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
