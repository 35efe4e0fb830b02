"""Steps and a user's package through the real program, over HTTP and on the command line."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.embedding_endpoint import endpoint
from support.patience import WAIT_S, patient
from support.running import Service, running
from support.tiny_model import make_model

ROOT = Path(__file__).parents[2]
PLUGIN = ROOT / "examples" / "plugin"
PROSE = (
    "The miller opens the sluice before sunrise. Water runs under the wheel, the stones begin to "
    "turn, and by noon the flour is in its sacks. The miller knows each stone by its sound.\n"
)
LOG = """MILLLOG 1
mill: Alder Mill
miller: Josiah Fenn

== 2 March 1904
Ground 12 sacks of wheat for Hill Top.
!wheat 12 5
!rye 3 1

== 3 March 1904
Sent 30 sacks to the bakery.
"""
Make = Callable[..., Service]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example package, installed by pip into a folder of its own."""
    target = tmp_path_factory.mktemp("installed")
    source = tmp_path_factory.mktemp("source") / "plugin"
    # A copy: the build leaves files beside its source.
    subprocess.run(["cp", "-r", PLUGIN, source], check=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    flags = ["--no-build-isolation", "--disable-pip-version-check", "--target"]
    subprocess.run([*pip, *flags, target, source], check=True, timeout=patient(120))
    return target


def with_plugin(installed: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(installed)}


def exported(service: Service) -> list[dict[str, Any]]:
    return [json.loads(line) for line in service.http.get("/export").text.splitlines()]


def documents(service: Service) -> dict[str, dict[str, Any]]:
    items = service.http.get("/documents").json()["items"]
    return {item["uri"]: item for item in items}


def text(name: str, content: str) -> dict[str, str]:
    return {"type": "text", "name": name, "text": content}


def test_steps_of_a_job_reach_the_library_and_the_export(
    make_service: Make, tmp_path: Path
) -> None:
    model = make_model(tmp_path / "model", tokens=64)
    service = make_service("--workers", "1", "--embed-model", f"tiny={model}").start()
    steps = ["language", {"name": "keywords", "options": {"count": 3}}, "near_duplicates", "embed"]
    for name, content in (("a.txt", PROSE * 3), ("b.txt", PROSE * 3 + "And the bread is baked.")):
        job = service.ended(service.accepted(text(name, content), options={"steps": steps}))
        assert job["state"] == "succeeded", service.log.read_text()
    found = documents(service)
    assert found["a.txt"]["metadata"]["language"] == "en"
    assert len(found["a.txt"]["metadata"]["keywords"]) == 3
    near = found["b.txt"]["metadata"]["near_duplicate_of"]
    assert (near["uri"], near["document_id"]) == ("a.txt", found["a.txt"]["document_id"])
    rows = exported(service)
    assert all(len(row["vector"]) == 4 and row["vector_model"][:5] == "tiny@" for row in rows)
    assert {row["annotations"]["language"] for row in rows} == {"en"}
    again = service.ended(service.accepted(text("a.txt", PROSE * 3), options={"steps": steps}))
    assert again["counts"]["unchanged"] == 1
    without = service.ended(service.accepted(text("a.txt", PROSE * 3)))
    assert without["counts"]["succeeded"] == 1


@pytest.fixture(scope="module")
def plain_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """For what is refused and so leaves nothing behind."""
    with running(tmp_path_factory.mktemp("plain") / "data", "--engine", "inline") as service:
        yield service


@pytest.mark.parametrize(
    ("step", "code", "said"),
    [
        ("nope", "unknown_step", "embed, keywords, language, near_duplicates, ocr, pii"),
        ("embed", "step_unavailable", "embed_models"),
        ({"name": "keywords", "options": {"count": 0}}, "invalid_request", "keywords"),
        ({"name": "keywords", "options": {"cuont": 1}}, "invalid_request", "cuont"),
        ({"name": "keywords", "options": {"count": {}}}, "invalid_request", "options"),
    ],
)
def test_a_step_that_cannot_be_had_is_refused_at_once(
    plain_service: Service, step: object, code: str, said: str
) -> None:
    answer = plain_service.submit(text("a.txt", PROSE), options={"steps": [step]})
    assert answer.status_code == 400
    assert answer.json()["code"] == code
    assert said in answer.json()["detail"]


@pytest.mark.slow
def test_a_service_that_refuses_us_fails_the_document_and_not_the_job_of_others(
    make_service: Make,
) -> None:
    with endpoint(401) as server:
        flags = ("--workers", "1", "--embed-model", f"far={server.url}")
        service = make_service(*flags, env={"NO_PROXY": "127.0.0.1"}).start()
        sources = (text("a.txt", PROSE), text("b.txt", PROSE + PROSE))
        job_id = service.accepted(*sources, options={"steps": ["embed"]})
        assert (
            service.ended(job_id)["counts"] | {"failed": 1, "succeeded": 1}
            == (service.job(job_id)["counts"])
        )
        items = service.http.get(f"/ingest/{job_id}/documents").json()["items"]
        (failed,) = [item for item in items if item["state"] == "failed"]
        assert failed["code"] == "step_failed" and "answered 401" in failed["message"]
        assert [len(row["vector"]) for row in exported(service)] == [2]


@pytest.mark.slow
def test_the_example_package_adds_a_format_and_a_step(
    make_service: Make, installed: Path, tmp_path: Path
) -> None:
    service = make_service("--workers", "1", env=with_plugin(installed)).start()
    job_id = service.accepted(text("log.txt", LOG), options={"steps": ["sacks"]})
    assert service.ended(job_id)["state"] == "succeeded", service.log.read_text()
    document = documents(service)["log.txt"]
    assert document["media_type"] == "text/x-mill-log"
    assert (document["title"], document["metadata"]["miller"]) == ("Alder Mill", "Josiah Fenn")
    assert document["metadata"]["sacks"] == 42
    first, second = exported(service)
    assert first["headings"] == ["2 March 1904"]
    assert "| rye | 3 | 1 |" in first["text"]
    assert (first["annotations"], second["annotations"]) == ({"sacks": 12}, {"sacks": 30})
    wrong = service.accepted(
        text("x.txt", LOG + "x"), options={"steps": [{"name": "sacks", "options": {"wrod": "x"}}]}
    )
    assert service.ended(wrong)["state"] == "failed"
    items = service.http.get(f"/ingest/{wrong}/documents").json()["items"]
    assert items[0]["code"] == "step_failed" and "wrod" in items[0]["message"]
    service.stop()


@pytest.mark.slow
def test_steps_can_be_chosen_on_the_command_line(installed: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    log.write_text(LOG)

    def run(*arguments: str, code: int = 0) -> str:
        command = [sys.executable, "-m", "gristmill", *arguments]
        done = subprocess.run(
            command, env=with_plugin(installed), capture_output=True, text=True, timeout=WAIT_S
        )
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    bags = '{"name": "sacks", "options": {"word": "sacks"}}'
    content = json.loads(run("parse", str(log), "--step", bags, "--json"))
    assert content["metadata"]["sacks"] == 42
    assert "sacks: 12" in run("parse", str(log), "--step", "sacks")
    assert "installed are: embed" in run("parse", str(log), "--step", "nope", code=2)
    data = ("--data", str(tmp_path / "data"))
    run("ingest", str(log), "--step", "sacks", "--step", "keywords", *data, "--workers", "1")
    rows = [json.loads(line) for line in run("export", *data).splitlines()]
    assert rows[0]["metadata"]["sacks"] == 42 and rows[0]["metadata"]["keywords"]
