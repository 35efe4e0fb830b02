"""The seam for faults: how the variable is read, and when a point acts."""

import errno
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from support.arming import arm

from gristmill.storage import faults


def _acts(passes: int, point: str = "place", detail: str = "") -> list[bool]:
    """On which of so many passes the point raises."""
    acted = []
    for _ in range(passes):
        try:
            faults.hit(point, detail)
            acted.append(False)
        except faults.InjectedFault:
            acted.append(True)
    return acted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        (" ; ;", {}),
        ("a.b=kill", {"a.b": [("", "kill", 1, False, None)]}),
        ("a=eio@3", {"a": [("", "eio", 3, False, None)]}),
        ("a=eio@3!", {"a": [("", "eio", 3, True, None)]}),
        ("a=kill#/tmp/x", {"a": [("", "kill", 1, False, "/tmp/x")]}),
        ("a=kill@2!#/t@m!p/x", {"a": [("", "kill", 2, True, "/t@m!p/x")]}),
        ("a:bad.txt=hang", {"a": [("bad.txt", "hang", 1, False, None)]}),
        (
            "a=kill; b:x=eio ;a:y=exit",
            {
                "a": [("", "kill", 1, False, None), ("y", "exit", 1, False, None)],
                "b": [("x", "eio", 1, False, None)],
            },
        ),
    ],
)
def test_the_variable_names_points_details_actions_and_passes(
    text: str, expected: dict[str, list[tuple[object, ...]]]
) -> None:
    assert faults._parse(text) == expected


def test_a_point_acts_from_the_nth_pass_on(monkeypatch: pytest.MonkeyPatch) -> None:
    arm(monkeypatch, "place=raise@3")
    assert _acts(5) == [False, False, True, True, True]


def test_with_an_exclamation_mark_it_acts_at_the_nth_pass_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arm(monkeypatch, "place=raise@3!")
    assert _acts(5) == [False, False, True, False, False]


def test_with_a_file_it_acts_once_over_all_processes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    once = tmp_path / "once"
    arm(monkeypatch, f"place=raise#{once}")
    assert _acts(3) == [True, False, False]
    arm(monkeypatch, f"place=raise#{once}")
    assert _acts(1) == [False]
    once.unlink()
    assert _acts(1) == [True]


def test_a_detail_narrows_it_to_what_ends_so(monkeypatch: pytest.MonkeyPatch) -> None:
    arm(monkeypatch, "place:bad.txt=raise@2")
    assert _acts(3, detail="/some/good.txt") == [False] * 3
    assert _acts(2, detail="/some/bad.txt") == [False, True]


def test_points_with_the_same_action_are_counted_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    arm(monkeypatch, "place=raise@2!; other=raise@2!")
    assert _acts(1, "place") == [False]
    assert _acts(2, "other") == [False, True]
    assert _acts(1, "place") == [True]


def test_other_points_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    arm(monkeypatch, "place=raise")
    assert _acts(2, point="elsewhere") == [False, False]


def test_passes_of_many_threads_are_counted_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    arm(monkeypatch, "place=raise@200!")
    acted: list[bool] = []
    threads = [threading.Thread(target=lambda: acted.extend(_acts(100))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(acted), acted.count(True)) == (400, 1)


@pytest.mark.parametrize("name", ["enospc", "eio", "emfile"])
def test_a_name_of_errno_raises_that_error(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    arm(monkeypatch, f"place={name}")
    with pytest.raises(OSError, match="place") as caught:
        faults.hit("place")
    assert caught.value.errno == getattr(errno, name.upper())


@pytest.mark.parametrize(
    ("action", "error"),
    [("interrupt", KeyboardInterrupt), ("sysexit", SystemExit), ("raise", faults.InjectedFault)],
)
def test_exceptions_of_all_kinds_can_be_raised(
    monkeypatch: pytest.MonkeyPatch, action: str, error: type[BaseException]
) -> None:
    arm(monkeypatch, f"place={action}")
    with pytest.raises(error):
        faults.hit("place")


def test_the_unpicklable_exception_really_is() -> None:
    # In a process of its own: Dask has exceptions of all kinds pickled where it is imported.
    script = (
        "import pickle; from gristmill.storage import faults\n"
        "try: faults.hit('place')\n"
        "except faults.Unpicklable as error: pickle.loads(pickle.dumps(error))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, faults.VARIABLE: "place=unpicklable"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "TypeError" in done.stderr


@pytest.mark.parametrize(
    ("action", "code"),
    [("kill", -signal.SIGKILL), ("exit", 0), ("segfault", -signal.SIGSEGV)],
)
def test_the_variable_arms_a_process_from_its_start(action: str, code: int) -> None:
    script = "from gristmill.storage import faults; faults.hit('place'); raise SystemExit(9)"
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, faults.VARIABLE: f"place={action}"}
    )
    assert done.returncode == code


def test_an_unknown_action_is_never_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    arm(monkeypatch, "place=explode")
    with pytest.raises(AttributeError):
        faults.hit("place")


def test_disarmed_points_are_free(monkeypatch: pytest.MonkeyPatch) -> None:
    arm(monkeypatch, "")

    class Locked:
        def __enter__(self) -> None:
            raise AssertionError("a disarmed point takes no lock")

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(faults, "_lock", Locked())
    assert _acts(100) == [False] * 100
    assert faults._passes == {}
