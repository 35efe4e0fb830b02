"""The app in somebody else's WSGI server, with a real supervisor behind it."""

from pathlib import Path

from falcon.testing import TestClient
from support.running import until

from gristmill import Settings
from gristmill.server.hooks import shut_down, start_up


def test_an_app_starts_its_supervisor_and_stops_it(tmp_path: Path) -> None:
    app = start_up(Settings(data=str(tmp_path / "data"), workers=1))
    client = TestClient(app, headers={"Host": "localhost"})
    try:
        body = {"sources": [{"type": "text", "text": "Embedded."}]}
        answer = client.simulate_post("/ingest", json=body)
        assert answer.status_code == 202
        job = until(
            lambda: (a := client.simulate_get(answer.headers["Location"])).status_code == 200 and a,
            "the job's end",
        )
        assert job and job.json["state"] == "succeeded"
    finally:
        shut_down()
    assert client.simulate_post("/ingest", json=body).status_code == 503
    shut_down()
