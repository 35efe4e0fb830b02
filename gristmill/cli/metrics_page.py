"""Writes docs/metrics.md: `python -m gristmill.cli.metrics_page > docs/metrics.md`."""

import sys

from gristmill.schemas.telemetry.measures import Kind, Measure
from gristmill.schemas.telemetry.service_measures import SUPERVISOR_LAYOUT
from gristmill.server.telemetry.state import STATE
from gristmill.server.telemetry.web_measures import WEB_LAYOUT

_MOST_NAMED = 14
_HEAD = """\
# Metrics

This page is made from the measures in the code by
`python -m gristmill.cli.metrics_page > docs/metrics.md`; a test fails when it is stale.

`GET /metrics` says how the service does, in Prometheus' text format. Whichever web process is asked
says the same: each process counts in a file of its own in the data folder (`run/meters`), which all
read, and whoever comes in the place of a dead one counts on from there. So no counter goes back
when a process dies, nor when the service is started again; a power cut may take the last of it.

Where the service has API keys, make one for the scraper. It opens `/metrics` and nothing else:

    gristmill key add prometheus --scope metrics > /etc/prometheus/gristmill.key

```yaml
scrape_configs:
  - job_name: gristmill
    authorization:
      credentials_file: /etc/prometheus/gristmill.key
    static_configs:
      - targets: ["127.0.0.1:8000"]
rule_files: [alerts.yml]
```

[metrics/alerts.yml](metrics/alerts.yml) has rules to begin with, and
[metrics/grafana-dashboard.json](metrics/grafana-dashboard.json) a dashboard (Grafana: Dashboards,
New, Import).

- Labels have few values, which are known beforehand: nothing that a client sends is one. A code
  that is in no table of ours is `other`.
- Where a metric has two labels, a pair of values that never happened is not there.
- Jobs and documents are counted when their job's end is durable; a long job shows before that in
  `gristmill_documents_processed_total`, which knows no outcome.
- While no supervisor answers, `gristmill_supervisor_up` is 0 and the queue's gauges are left out.
- A scrape reads files of a known size and a few rows: it takes no longer with a million ended jobs.
"""


def page() -> str:
    """The whole page, as Markdown."""
    parts = [
        _HEAD,
        "## Counted by the supervisor\n",
        _table(SUPERVISOR_LAYOUT.measures),
        "## Counted by web processes\n",
        _table(WEB_LAYOUT.measures),
        "## As it is at the moment\n",
        _table(STATE),
    ]
    return "\n".join(parts)


def _table(measures: tuple[Measure, ...]) -> str:
    rows = ["| metric | kind | labels | meaning |", "| --- | --- | --- | --- |"]
    rows += (f"| `{m.shown}` | {m.kind} | {_labels(m)} | {_meaning(m)} |" for m in measures)
    return "\n".join(rows) + "\n"


def _labels(measure: Measure) -> str:
    return "; ".join(f"`{name}`{_values(values)}" for name, values in measure.labels)


def _values(values: tuple[str, ...]) -> str:
    named = [each or '""' for each in values]
    return f": {', '.join(named)}" if named and len(named) <= _MOST_NAMED else ""


def _meaning(measure: Measure) -> str:
    if measure.kind is not Kind.HISTOGRAM:
        return measure.meaning
    return f"{measure.meaning} Up to {', '.join(f'{each:g}' for each in measure.buckets)} s."


if __name__ == "__main__":
    sys.stdout.write(page())
