"""An S3 server of this machine: moto, in a process of its own, ended with the context."""

import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx
from support.running import QUIET, until


class ObjectStore:
    """`url`: where it is. It has one bucket, `grist`, and forgets all when it ends."""

    bucket = "grist"

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port = taken.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def env(self) -> Mapping[str, str]:
        """What names it to whoever uses it, and nobody's own files of AWS."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "flour",
            "AWS_SECRET_ACCESS_KEY": "0nly-for-tests-of-bran",
            "AWS_REGION": "us-east-1",
            "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
            "AWS_CONFIG_FILE": "/nowhere",
        }

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": "", **QUIET},
        )
        until(self._answers, "the S3 server's answer")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(20)
            self._process = None

    def keys(self, below: str) -> list[str]:
        """Of all objects below `s3://grist/BELOW`, by what AWS's own words are for that."""
        text = httpx.get(f"{self.url}/{self.bucket}?list-type=2&prefix={below}/").text
        return [part.partition("</Key>")[0] for part in text.split("<Key>")[1:]]

    def drop(self, key: str) -> None:
        # Signed: moto lets strangers read and write, and not delete.
        from obstore.store import S3Store

        S3Store(
            self.bucket,
            endpoint=self.url,
            access_key_id=self.env["AWS_ACCESS_KEY_ID"],
            secret_access_key=self.env["AWS_SECRET_ACCESS_KEY"],
            region=self.env["AWS_REGION"],
            client_options={"allow_http": True},
        ).delete(key)

    def _answers(self) -> bool:
        try:
            return httpx.put(f"{self.url}/{self.bucket}").is_success
        except httpx.TransportError:
            return False


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """An empty one."""
    store = ObjectStore()
    try:
        store.start()
        yield store
    finally:
        store.stop()
