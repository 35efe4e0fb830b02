"""`gristmill webhooks`, on a data folder and at a server."""

import json
from collections.abc import Callable
from functools import partial

import pytest
from support.receiving import Receiver, receiving
from support.running import Service, ask, text, until

from gristmill.cli.json_shapes import SHAPES
from gristmill.cli.terminal.exit_codes import ExitCode

MakeService = Callable[..., Service]
FLAGS = ("--engine", "inline", "--webhook-allow", "127.0.0.0/8", "--webhook-retry-s", "0.1")


def attempts(service: Service, job_id: str) -> int:
    number: int = service.job(job_id)["webhook"]["attempts"]
    return number


def has_come(receiver: Receiver, number: int) -> bool:
    return len(receiver.received) >= number


def _set_and_dropped(service: Service, *where: str) -> None:
    """A collection gets a receiver, whose secret is told once, and loses it."""
    wanted = ("webhooks", "set", "barley", "https://example.com/ended?token=hidden", "--json")
    told = json.loads(ask(*wanted, *where)[1])
    assert set(told) == set(SHAPES["webhooks set"].members) and "token" not in told["url"]
    assert told["secret"].startswith("whsec_")
    listed = ask("webhooks", "receivers", "--json", *where)[1]
    assert "barley" in listed and "whsec_" not in listed
    assert service.http.get("/webhooks").json() == json.loads(listed)
    left = ask("webhooks", "drop", "barley", *where)[1]
    assert "oats" in left and "barley" not in left
    code, _, said = ask("webhooks", "set", "barley", "http://169.254.1.1/", *where)
    assert code == ExitCode.USAGE and "no public address" in said


@pytest.mark.slow
def test_what_was_told_is_listed_shown_and_told_again(make_service: MakeService) -> None:
    service = make_service(*FLAGS).start()
    with receiving(204) as receiver, receiving(410) as gone:
        for collection, url in (("rye", f"{receiver.url}?token=hidden"), ("oats", gone.url)):
            answer = service.http.put(f"/webhooks/{collection}", json={"url": url})
            assert answer.status_code == 200, answer.text
        rye, oats = (service.accepted(text(each), collection=each) for each in ("rye", "oats"))
        alone = service.accepted(text("Of nobody."), collection="nobody")
        for job_id in (rye, oats, alone):
            service.ended(job_id)
        for job_id in (rye, oats):
            until(partial(attempts, service, job_id), "an attempt")
        server = ("--server", str(service.http.base_url))
        for where in (("--data", str(service.data)), server):
            items = json.loads(ask("webhooks", "--json", *where)[1])["items"]
            assert [(each["job_id"], each["state"]) for each in items] == [
                (oats, "failed"),
                (rye, "delivered"),
            ]
            head, line = ask("webhooks", "--state", "failed", *where)[1].splitlines()
            assert head.split("\t")[:3] == ["JOB", "RUN", "RECEIVER"]
            assert line.split("\t") == [oats, "1", gone.url, "failed", "1", "", "it answers 410"]
            assert ask("webhooks", "-c", "nobody", "--json", *where)[1].count("job_id") == 0
            code, shown, _ = ask("webhooks", "show", rye, *where)
            assert (code, "token" in shown) == (ExitCode.OK, False)
            assert "state       delivered" in shown and "answer      204" in shown
            code, _, said = ask("webhooks", "show", alone, *where)
            assert code == ExitCode.USAGE and f"nobody is told of job {alone}" in said
        page = json.loads(ask("webhooks", "--limit", "1", "--json", *server)[1])
        (rest,) = json.loads(ask("webhooks", "--after", page["next"], "--json", *server)[1])[
            "items"
        ]
        assert (rest["job_id"], rest["run"], rest["last"]["status"]) == (rye, 1, 204)
        for number, where in enumerate((("--data", str(service.data)), server), 2):
            code, told, _ = ask("webhooks", "replay", rye, *where)
            assert (code, rye in told) == (ExitCode.OK, True)
            until(partial(has_come, receiver, number), "it is told again")
        for where in (("--data", str(service.data)), server):
            _set_and_dropped(service, *where)
        assert ask("webhooks", "replay", alone, *server)[0] == ExitCode.FAILED
        wrong = ask("webhooks", "--after", "x", "--data", str(service.data))
        assert wrong[0] == ExitCode.USAGE and "no cursor" in wrong[2]
