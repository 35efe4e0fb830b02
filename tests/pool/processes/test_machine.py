"""How many workers there are when nobody says."""

import os
from pathlib import Path

import pytest

from gristmill.pool.processes import machine as cpus
from gristmill.pool.processes.machine import oom_kills, worker_count


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


@pytest.mark.parametrize(
    ("groups", "files", "expected"),
    [
        pytest.param("0::/a/b", {"a/b/memory.events": "oom 5\noom_kill 3\n"}, 3, id="v2"),
        pytest.param(
            "0::/outside/name", {"memory.events": "low 0\noom_kill 4\n"}, 4, id="a container's root"
        ),
        pytest.param(
            "4:memory:/c\n0::/",
            {"memory/c/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n"},
            2,
            id="v1",
        ),
        pytest.param(
            "4:cpu,memory:/x", {"memory/memory.oom_control": "oom_kill 6\n"}, 6, id="v1, its root"
        ),
        pytest.param("0::/", {"../proc/vmstat": "pgfault 9\noom_kill 7\n"}, 7, id="the machine"),
        pytest.param("0::/", {"memory.events": "oom_kill many\n"}, 0, id="nonsense"),
        pytest.param("", {}, 0, id="nobody counts"),
    ],
)
def test_the_kernels_kills_are_counted_where_they_are_closest_to_us(
    tmp_path: Path, groups: str, files: dict[str, str], expected: int
) -> None:
    proc, cgroup = tmp_path / "proc", tmp_path / "cgroup"
    (proc / "self").mkdir(parents=True)
    cgroup.mkdir()
    (proc / "self/cgroup").write_text(groups)
    for name, text in files.items():
        file = cgroup / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert oom_kills(cgroup, proc) == expected


def test_the_kernels_kills_can_be_counted_on_this_very_machine() -> None:
    assert oom_kills() >= 0
