"""Nobody talks to the desk without a certificate of the same authority, and what is sent there is
never unpickled (N8 of the kill matrix)."""

import asyncio
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from support.dask_cluster import DaskCluster
from support.running import Service, text

trustme = pytest.importorskip("trustme")
trustme = pytest.importorskip("trustme")
pytestmark = pytest.mark.cluster


class _Papers(NamedTuple):
    """The files of one machine."""

    ca: Path
    cert: Path
    key: Path

    def ours(self) -> tuple[str, ...]:
        names = ("--tls-ca-file", "--tls-cert-file", "--tls-key-file")
        return tuple(each for pair in zip(names, map(str, self), strict=True) for each in pair)

    def dasks(self) -> tuple[str, ...]:
        names = ("--tls-ca-file", "--tls-cert", "--tls-key")
        return tuple(each for pair in zip(names, map(str, self), strict=True) for each in pair)


def _papers(place: Path) -> _Papers:
    place.mkdir()
    authority = trustme.CA()
    papers = _Papers(place / "ca.pem", place / "cert.pem", place / "key.pem")
    authority.cert_pem.write_to_path(papers.ca)
    own = authority.issue_cert("127.0.0.1")
    own.cert_chain_pems[0].write_to_path(papers.cert)
    own.private_key_pem.write_to_path(papers.key)
    return papers


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def papers(place: Path) -> _Papers:
    return _papers(place / "papers")


@pytest.fixture(scope="module")
def desk_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def service(place: Path, papers: _Papers, desk_port: int) -> Iterator[Service]:
    """A service over TLS with one node."""
    from support.running import running

    cluster = DaskCluster(place / "cluster", "tls", papers.dasks())
    try:
        cluster.start_node(*papers.ours())
        flags = ("--engine", "dask", "--scheduler", cluster.address, "--desk-port", str(desk_port))
        with running(place / "data", "--workers", "1", *flags, *papers.ours()) as service:
            yield service
    finally:
        cluster.close()


def test_documents_are_done_over_tls(service: Service) -> None:
    assert service.ended(service.accepted(text("Rye.", "rye")))["state"] == "succeeded"


def test_a_peer_without_tls_gets_no_answer(service: Service, desk_port: int) -> None:
    with socket.create_connection(("127.0.0.1", desk_port), timeout=20) as line:
        line.sendall(bytes(64))
        # The end of the line, or its reset: never a byte of an answer.
        with pytest.raises((AssertionError, OSError)):
            assert not (received := line.recv(1)), received
            raise ConnectionResetError


@pytest.mark.parametrize("stranger", ["no certificate", "another authority"])
def test_a_peer_that_the_authority_does_not_know_is_refused(
    service: Service, papers: _Papers, desk_port: int, tmp_path: Path, stranger: str
) -> None:
    context = ssl.create_default_context(cafile=str(papers.ca))
    if stranger == "another authority":
        other = _papers(tmp_path / "other")
        context.load_cert_chain(other.cert, other.key)

    def talk() -> None:
        raw = socket.create_connection(("127.0.0.1", desk_port), timeout=20)
        with context.wrap_socket(raw, server_hostname="127.0.0.1") as line:
            line.sendall(bytes(64))
            if not line.recv(1):
                raise ConnectionResetError

    with pytest.raises((ssl.SSLError, ConnectionError)):
        talk()


def test_what_a_peer_sends_is_never_unpickled(
    service: Service, papers: _Papers, desk_port: int, tmp_path: Path
) -> None:
    mark = tmp_path / "run"
    sent = asyncio.run(_send_pickle(papers, desk_port, mark))
    assert "given up" in sent or "Error" in sent
    assert not mark.exists()
    assert service.ended(service.accepted(text("Oats.", "oats")))["state"] == "succeeded"


class _Evil:
    """Whoever unpickles it starts a program."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        code = f"open({str(self._mark)!r}, 'w')"
        return subprocess.call, ([sys.executable, "-c", code],)


async def _send_pickle(papers: _Papers, port: int, mark: Path) -> str:
    from distributed.core import rpc
    from distributed.protocol import to_serialize
    from distributed.security import Security

    security = Security(
        require_encryption=True,
        tls_ca_file=str(papers.ca),
        tls_client_cert=str(papers.cert),
        tls_client_key=str(papers.key),
    )
    desk = rpc(
        f"tls://127.0.0.1:{port}",
        connection_args=security.get_connection_args("client"),
        timeout=20,
    )
    try:
        return str(await desk.hello(node="nobody", hello=to_serialize(_Evil(mark))))
    except Exception as error:  # Whatever it says: what counts is what it did.
        return f"{type(error).__name__}: {error}"
    finally:
        await desk.close_rpc()
