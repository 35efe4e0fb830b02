"""What came of all turns, as a table."""

from collections.abc import Iterator

from support.fuzzing.guided.turns import Turn

_AGAIN = "PYTHONPATH=tests .venv/bin/python -m support.fuzzing.guided --file"
_ROW = "{:<16}{:>12}{:>8}{:>8}{:>10}{:>8}\n"


class Summary:
    """`findings` are (target, flaw) with a file that shows it."""

    def __init__(self) -> None:
        self.findings: dict[tuple[str, str], str] = {}
        self._turns: list[Turn] = []

    def add(self, turn: Turn) -> Iterator[str]:
        """Count; a line for each flaw that is new."""
        self._turns.append(turn)
        for flaw, path in turn.found:
            if (turn.target, flaw) not in self.findings:
                self.findings[turn.target, flaw] = path
                yield f"FOUND {turn.target}: {flaw}: {_AGAIN} {path}\n"

    def text(self, targets: int) -> str:
        """The table, then the findings, then one line of sums."""
        lines = [_ROW.format("target", "executions", "CPU s", "edges", "features", "inputs")]
        for turn in self._turns:
            done, spent = f"{turn.executions:,}", f"{turn.cpu_s:.0f}"
            seen = (turn.edges, turn.features, turn.inputs)
            lines.append(_ROW.format(turn.target, done, spent, *seen))
        lines += [f"{name}: {flaw}: {path}\n" for (name, flaw), path in self.findings.items()]
        executions = sum(turn.executions for turn in self._turns)
        minutes = sum(turn.cpu_s for turn in self._turns) / 60
        lines.append(
            f"{len(self._turns)} of {targets} targets, {executions:,} executions, "
            f"{minutes:.1f} minutes of CPU, {len(self.findings)} findings\n"
        )
        return "".join(lines)
