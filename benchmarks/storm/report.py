"""The outcome of a storm, for people and for programs."""

from collections.abc import Mapping

import msgspec

from benchmarks.harness.machine import Machine
from benchmarks.storm.audit import Audit
from benchmarks.storm.recoveries import Figures
from benchmarks.storm.remains import Findings, Remains

_EXAMPLES = 10
_CALM = 0.5
"""Of each core, at most so much was taken before the storm."""


class StormReport(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was counted. Times in seconds."""

    seed: int
    minutes: float
    seconds: float
    machine: Machine
    submitted: int
    accepted: int
    refused: dict[str, int]
    answers: dict[str, int]
    broken: int
    strange: list[str]
    blows: dict[str, int]
    missed: dict[str, int]
    kills: dict[str, int]
    exits: dict[str, int]
    recoveries: dict[str, Figures] = {}
    overtaken: dict[str, int] = {}
    never: dict[str, int] = {}
    undrained: list[str]
    audit: Audit
    remains: Remains
    findings: Findings

    @property
    def good(self) -> bool:
        """Nothing lost, nothing done twice, nothing left behind; and on a calm machine the service
        was itself again after each blow."""
        audit, remains = self.audit, self.remains
        bad = audit.lost or audit.duplicated or remains.processes or remains.temp_files
        bad = bad or self.undrained or self.findings.errors or self.strange
        return not (bad or (self.never and self.was_calm))

    @property
    def was_calm(self) -> bool:
        """Whether others left the machine enough to be as quick as it should be: how quick that is
        says nothing where they did not."""
        return self.machine.load <= _CALM * self.machine.cores


def text_of(report: StormReport) -> str:
    """A page of counts."""
    audit = report.audit
    lines = [
        f"storm of {report.minutes:g} min, seed {report.seed}, took {report.seconds:.0f} s",
        f"  submitted        {report.submitted}",
        f"  accepted         {report.accepted} jobs ({audit.on_disk} on disk, {audit.runs} runs)",
        f"  refused          {_counts(report.refused)}",
        f"  answers          {_counts(report.answers)}",
        f"  broken           {report.broken} connections without an answer",
        f"  terminal         {_counts(audit.states)}",
        f"  library          {audit.documents} documents, {audit.chunks} chunks",
        f"  failed documents {_counts(audit.failures)}",
        f"  LOST             {_counts(audit.lost)}",
        f"  DUPLICATED       {_counts(audit.duplicated)}",
        f"  kills            {_counts(report.kills)}",
        f"  blows            {_counts(report.blows)}; found nobody: {_counts(report.missed)}",
        f"  service ends     {_counts(report.exits)}",
        *_recoveries(report),
        f"  processes left   {len(report.remains.processes)}",
        f"  temp files left  {len(report.remains.temp_files)}",
        f"  check            {_counts(report.findings.by_code)}",
    ]
    wrong = [*report.undrained, *report.strange, *audit.examples, *report.findings.errors]
    wrong += [*report.remains.processes, *report.remains.temp_files]
    lines += [f"  ! {what}" for what in wrong[:_EXAMPLES]]
    return "\n".join([*lines, "GOOD" if report.good else "BAD"])


def _recoveries(report: StormReport) -> list[str]:
    if not (report.recoveries or report.overtaken or report.never):
        return []
    return [
        "  recovery (s)     median   worst   times",
        *(_recovery(kind, figures) for kind, figures in report.recoveries.items()),
        f"    overtaken by another blow: {_counts(report.overtaken)}",
        f"    never, in a minute: {_counts(report.never)}{_unjudged(report)}",
    ]


def _unjudged(report: StormReport) -> str:
    if report.was_calm:
        return ""
    return f" (not judged: the load was {report.machine.load:.1f} before the storm)"


def _recovery(kind: str, figures: Figures) -> str:
    numbers = f"{figures['median']:6.2f}  {figures['worst']:6.2f}  {figures['count']:6}"
    return f"    {'':15}{numbers}   {kind}"


def _counts(counts: Mapping[str, int]) -> str:
    if not counts:
        return "0"
    parts = ", ".join(f"{name} {n}" for name, n in sorted(counts.items(), key=lambda i: -i[1]))
    return f"{sum(counts.values())} ({parts})"
