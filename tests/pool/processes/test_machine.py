"""How many workers there are when nobody says."""

import os
from pathlib import Path

import pytest

from gristmill.pool.processes import machine as cpus
from gristmill.pool.processes.machine import worker_count


@pytest.fixture
def quota(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file where the control group says its quota, on a machine of eight CPUs."""
    file = tmp_path / "cpu.max"
    monkeypatch.setattr(cpus, "_CPU_MAX", file)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    return file


def test_a_configured_number_is_taken_as_it_is(quota: Path) -> None:
    quota.write_text("100000 100000\n")
    assert worker_count(5) == 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("max 100000\n", 8),
        ("200000 100000\n", 2),
        ("250000 100000\n", 3),
        ("50000 100000\n", 1),
        ("1000 100000\n", 1),
        ("0 100000\n", 1),
        ("1600000 100000\n", 8),
        ("", 8),
        ("100000\n", 8),
        ("some thing\n", 8),
    ],
)
def test_the_quota_of_the_control_group_counts(quota: Path, text: str, expected: int) -> None:
    quota.write_text(text)
    assert worker_count(0) == expected


def test_without_a_control_group_the_affinity_counts(quota: Path) -> None:
    assert worker_count(0) == 8


def test_where_there_is_no_affinity_the_cpus_count(
    quota: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert worker_count(0) == 3
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert worker_count(0) == 1


def test_this_very_machine_has_at_least_one() -> None:
    assert worker_count(0) >= 1
