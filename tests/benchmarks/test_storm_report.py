"""What of a storm is judged, and what only told."""

from typing import Any

import msgspec
import pytest

from benchmarks.storm.report import StormReport, text_of

_NOTHING: dict[str, Any] = {
    **dict.fromkeys(("seed", "minutes", "seconds", "submitted", "accepted", "broken"), 1),
    **{name: [] for name in ("strange", "undrained")},
    **{name: {} for name in ("refused", "answers", "blows", "missed", "kills", "exits")},
    **{name: {} for name in ("recoveries", "overtaken", "never")},
}


def _report(load: float, **told: Any) -> StormReport:
    machine = {"cores": 2, "memory_gib": 1, "python": "", "sqlite": "", "kernel": "", "load": load}
    return msgspec.convert(
        {
            **_NOTHING,
            "machine": machine,
            "audit": {},
            "remains": {"processes": [], "temp_files": []},
            "findings": {"by_code": {}, "errors": []},
            **told,
        },
        StormReport,
    )


@pytest.mark.parametrize(
    ("load", "told", "good"),
    [
        (0.3, {}, True),
        (0.3, {"never": {"supervisor killed: ready": 1}}, False),
        (6.0, {"never": {"supervisor killed: ready": 1}}, True),
        (6.0, {"audit": {"lost": {"job": 1}}}, False),
        (6.0, {"findings": {"by_code": {"spool_orphan": 1}, "errors": ["spool_orphan"]}}, False),
    ],
)
def test_what_is_lost_is_judged_always_and_how_quick_it_was_on_a_calm_machine(
    load: float, told: dict[str, Any], good: bool
) -> None:
    report = _report(load, **told)
    assert report.good is good
    assert text_of(report).endswith("GOOD" if good else "BAD")


def test_that_it_was_not_judged_is_said() -> None:
    assert "not judged: the load was 6.0" in text_of(_report(6.0, never={"ready": 2}))
    assert "not judged" not in text_of(_report(0.2, never={"ready": 2}))
