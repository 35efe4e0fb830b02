"""A supervisor leaves its version in its data folder."""

from collections.abc import Callable

import pytest
from support.running import Service

from gristmill.schemas.version import VERSION
from gristmill.storage.layout import DataFolder


@pytest.mark.slow
def test_a_supervisor_notes_its_version(make_service: Callable[..., Service]) -> None:
    service = make_service("--engine", "inline").start()
    assert DataFolder.at(service.data).version_note.read_text() == f"{VERSION}\n"


@pytest.mark.slow
def test_a_note_that_cannot_be_written_keeps_nobody_from_working(
    make_service: Callable[..., Service],
) -> None:
    service = make_service("--engine", "inline")
    DataFolder.at(service.data).version_note.mkdir(parents=True)
    service.start()
    assert service.http.get("/healthz").status_code == 200
    assert "cannot note this version" in service.log.read_text()
