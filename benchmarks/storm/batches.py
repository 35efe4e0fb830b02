"""A client of a storm that sends many jobs in one request."""

import json
import time
from typing import Any

import httpx

from benchmarks.harness.texts import texts
from benchmarks.storm.clients import PATIENCE_S, TRIES, Client, verdict

_HEADERS = {"Content-Type": "application/x-ndjson"}


def send_batches(client: Client) -> None:
    """A batch of texts with keys. Lines without an answer that counts are sent again."""
    bodies = texts(client.chance.choice((2, 8, 40)), client.chance.randrange(1 << 30))
    left = {f"{client.key()}-{number}": body for number, body in enumerate(bodies)}
    for _ in left:
        client.books.submission()
    unknown, tries, deadline = set[str](), 0, time.monotonic() + PATIENCE_S
    while left and time.monotonic() < deadline:
        answers = _send(client, left)
        tries += answers is not None
        if answers is None:
            unknown.update(left)
        for key, answer in zip(list(left), answers or (), strict=False):
            job_id, code = verdict(int(answer["status"]), answer)
            client.books.answered(f"line {answer['status']} {code}".strip())
            final = key not in unknown and (tries >= TRIES or int(answer["status"]) < 500)
            if job_id is not None:
                client.books.accepted(job_id, key)
            elif final:
                client.books.refusal(code)
            if job_id is not None or final:
                del left[key]
        time.sleep(client.chance.uniform(0.05, 0.3))
    for key in left:
        client.books.gave_up(key)


def _send(client: Client, lines: dict[str, str]) -> list[dict[str, Any]] | None:
    """The lines' answers; None where it is unknown what became of some."""
    sources = {
        key: [{"type": "text", "text": text, "name": f"{key}.txt"}] for key, text in lines.items()
    }
    content = "".join(
        json.dumps({"sources": source, "idempotency_key": key}) + "\n"
        for key, source in sources.items()
    )
    try:
        answer = client.http.post("/ingest/batch", content=content, headers=_HEADERS)
        found = [json.loads(line) for line in answer.text.splitlines()]
    except (httpx.TransportError, ValueError):
        client.books.broke()
        return None
    return found if answer.status_code == 200 and len(found) == len(lines) else None
