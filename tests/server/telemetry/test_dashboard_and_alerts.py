"""The dashboard and the alert rules ask for what there is, and the rules speak when they should."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gristmill.schemas.telemetry.measures import Kind
from gristmill.server.telemetry.exposition import MEASURES

METRICS = Path(__file__).parents[3] / "docs" / "metrics"
DASHBOARD, ALERTS = METRICS / "grafana-dashboard.json", METRICS / "alerts.yml"
_NAME = re.compile(r"\bgristmill_[a-z_]+")
promtool = pytest.mark.skipif(
    shutil.which("promtool") is None,
    reason="there is no promtool here (Debian: apt-get install prometheus)",
)


def exposed() -> set[str]:
    """Every name that a query may ask for."""
    names = {measure.shown for measure in MEASURES if measure.kind is not Kind.HISTOGRAM}
    for measure in MEASURES:
        if measure.kind is Kind.HISTOGRAM:
            names |= {f"{measure.name}_{each}" for each in ("bucket", "sum", "count")}
    return names


@pytest.mark.parametrize("file", [DASHBOARD, ALERTS], ids=lambda path: path.name)
def test_every_metric_that_is_asked_for_exists(file: Path) -> None:
    named = set(_NAME.findall(file.read_text(encoding="utf-8")))
    assert len(named) > 10
    assert named - exposed() == set()


def test_every_label_that_is_asked_for_is_one_of_its_metric() -> None:
    labels = {measure.shown: {name for name, _ in measure.labels} for measure in MEASURES}
    asked = re.findall(
        r"(gristmill_[a-z_]+)\{([^}]*)\}", DASHBOARD.read_text("utf-8") + ALERTS.read_text("utf-8")
    )
    assert asked
    for metric, matchers in asked:
        known = labels.get(metric, set()) | {"instance"}
        assert set(re.findall(r"(\w+)(?:=|!)", matchers)) <= known, metric


def test_the_dashboard_shows_every_kind_of_trouble_and_no_panel_is_over_another() -> None:
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells)) and max(x for x, _ in cells) < 24
    assert len({panel["id"] for panel in panels}) == len(panels)
    asked = " ".join(target["expr"] for panel in panels for target in panel["targets"])
    shown = {measure.name for measure in MEASURES} - {
        *("gristmill_info", "gristmill_disk_bytes"),
    }
    assert {name for name in shown if name not in asked} == set()


@promtool
def test_promtool_reads_the_rules() -> None:
    told = subprocess.run(
        ["promtool", "check", "rules", str(ALERTS)], capture_output=True, text=True, timeout=60
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "12 rules found" in told.stdout


@pytest.mark.slow
@promtool
def test_each_rule_speaks_when_it_should_and_not_before() -> None:
    rules = Path(__file__).with_name("alerts_test.yml")
    told = subprocess.run(
        ["promtool", "test", "rules", str(rules)], capture_output=True, text=True, timeout=60
    )
    assert told.returncode == 0, told.stdout + told.stderr
