"""The load of a storm: clients that do what clients do, and write down what they were told."""

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from benchmarks.harness.texts import texts
from benchmarks.storm.books import Books
from benchmarks.storm.target import Target
from gristmill.storage.manifests import Manifests

_TIMEOUT_S = 40.0
TRIES = 6
PATIENCE_S = 120.0
_MOST_PENDING = 150
_URIS = 400
_PAUSE_S = (0.02, 0.25)

Send = Callable[[Mapping[str, str]], httpx.Response]


class Client:
    """One client with its own connection. `stop` ends its work; what is unknown then is asked
    for until it is known."""

    def __init__(
        self, target: Target, name: str, seed: int, books: Books, stop: threading.Event
    ) -> None:
        self.name, self.books, self.stop = name, books, stop
        self.chance = random.Random(f"{seed} {name}")
        self.http = httpx.Client(base_url=target.url, timeout=_TIMEOUT_S)
        self.number = 0
        self._manifests = Manifests(target.folder)

    def work(self, act: Callable[["Client"], None]) -> None:
        """Do `act` again and again, as quickly as a random pause and the backlog allow."""
        with self.http:
            while not self.stop.wait(self.chance.uniform(*_PAUSE_S)):
                if len(self._manifests.pending_ids()) < _MOST_PENDING:
                    self.number += 1
                    act(self)

    def key(self) -> str:
        return f"{self.name}-{self.number}"

    def submit(self, send: Send, key: str | None) -> str | None:
        """Submit until there is an answer that counts; the job's id if it was accepted."""
        self.books.submission()
        headers = {} if key is None else {"Idempotency-Key": key}
        unknown, tries, deadline = False, 0, time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                answer = send(headers)
            except httpx.TransportError:
                self.books.broke()
                unknown = True
                if key is None:
                    return None
            else:
                job_id, code = _read(answer)
                self.books.answered(f"{answer.status_code} {code}".strip())
                if job_id is not None:
                    self.books.accepted(job_id, key)
                    return job_id
                tries += 1
                if answer.status_code == 500:
                    self.books.odd(answer.text)
                if not unknown and (tries >= TRIES or answer.status_code < 500):
                    self.books.refusal(code)
                    return None
            time.sleep(self.chance.uniform(0.05, 0.3))
        self.books.gave_up(key or "")
        return None

    def ask(self, method: str, path: str) -> httpx.Response | None:
        """One request about a job; None when the connection broke."""
        try:
            return self.http.request(method, path)
        except httpx.TransportError:
            self.books.broke()
            return None


def _read(answer: httpx.Response) -> tuple[str | None, str]:
    """The job that an answer accepts, and its problem code."""
    try:
        body: dict[str, Any] = answer.json()
    except ValueError:
        return None, "no JSON"
    return verdict(answer.status_code, body)


def verdict(status: int, body: Mapping[str, Any]) -> tuple[str | None, str]:
    """The same, of an answer's status and members."""
    code = str(body.get("code", ""))
    accepts = status in (200, 202) or code == "duplicate_job"
    return (body["job_id"] if accepts else None), code


# -- what clients do ---------------------------------------------------------------------------


def _text(client: Client) -> str:
    return texts(1, client.chance.randrange(1 << 30))[0]


def send_texts(client: Client) -> None:
    """A few texts. Their names repeat, so documents replace each other; some have no key."""
    sources = [
        {
            "type": "text",
            "text": _text(client),
            "name": f"text-{client.chance.randrange(_URIS)}",
        }
        for _ in range(client.chance.choice((1, 1, 1, 2, 5)))
    ]
    key = client.key() if client.chance.random() < 0.8 else None
    body = {"sources": sources}
    client.submit(lambda headers: client.http.post("/ingest", json=body, headers=headers), key)


def send_folders(folders: Sequence[Path]) -> Callable[[Client], None]:
    """A folder of files, some broken, in one of a few collections; some with a short time."""

    def act(client: Client) -> None:
        folder = client.chance.choice(folders)
        body: dict[str, Any] = {
            "sources": [{"type": "path", "path": str(folder)}],
            "collection": f"folders-{client.chance.randrange(4)}",
            # Other options make the same bytes a new document.
            "options": {"chunk_max_chars": client.chance.randrange(400, 2000)},
        }
        if client.chance.random() < 0.3:
            body["timeout_s"] = 1.0
        client.submit(
            lambda headers: client.http.post("/ingest", json=body, headers=headers), client.key()
        )

    return act


def send_uploads(client: Client) -> None:
    """One document as the body, or several in a form."""
    data = _text(client).encode() * client.chance.choice((1, 1, 20, 200))
    if client.chance.random() < 0.5:
        name = f"upload-{client.chance.randrange(_URIS)}.txt"

        def send(headers: Mapping[str, str]) -> httpx.Response:
            typed = {**headers, "Content-Type": "text/plain"}
            return client.http.post("/ingest", params={"name": name}, content=data, headers=typed)

    else:
        files = [("file", (f"form-{n}.txt", data + str(n).encode())) for n in range(3)]

        def send(headers: Mapping[str, str]) -> httpx.Response:
            return client.http.post("/ingest", files=files, headers=headers)

    client.submit(send, client.key())


def repeat_keys(client: Client) -> None:
    """The same request with the same key several times, two of them at once."""
    body = {"sources": [{"type": "text", "text": _text(client), "name": f"key-{client.number}"}]}
    key = client.key()

    def send(headers: Mapping[str, str]) -> httpx.Response:
        return client.http.post("/ingest", json=body, headers=headers)

    with ThreadPoolExecutor(2) as pool:
        for _ in range(client.chance.choice((1, 2))):
            list(pool.map(lambda _: client.submit(send, key), range(2)))


def meddle(client: Client) -> None:
    """A batch of cancels and retries of what was accepted lately."""
    for _ in range(client.chance.randrange(1, 8)):
        job_id = client.books.pick(client.chance, 60)
        if job_id is None or client.stop.is_set():
            return
        if client.chance.random() < 0.5:
            _meddle_once(client, "cancel", "DELETE", f"/ingest/{job_id}", job_id)
        else:
            _meddle_once(client, "retry", "POST", f"/ingest/{job_id}/retry", job_id)


def watch(client: Client) -> None:
    """Look at jobs, their ledgers, lists and the search, as a page in a browser would."""
    job_id = client.books.pick(client.chance, 500)
    if job_id is None:
        return
    for path in (f"/ingest/{job_id}?wait=1", f"/ingest/{job_id}/documents", "/search?q=mill"):
        _meddle_once(client, "look", "GET", path, job_id)


def _meddle_once(client: Client, what: str, method: str, path: str, job_id: str) -> None:
    answer = client.ask(method, path)
    if answer is None:
        return
    client.books.answered(f"{what}: {answer.status_code}")
    if answer.status_code == 404:
        client.books.missing(job_id)
    if answer.status_code == 500:
        client.books.odd(answer.text)
