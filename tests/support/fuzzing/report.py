"""What came of it: counts for each parser, and each flaw once, with a document that shows it."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from support.fuzzing.child import FILE
from support.fuzzing.examining import Outcome

KNOWN = (("pdf", "hang"), ("pdf", "slow"))
"""What a native library does and a worker's limits end: pdfium's time to mend a broken file grows
faster than the file. It is counted and kept, and is no reason to fail."""


class Report:
    """Findings are kept in `folder`: the document, named after the case that made it. `known` are
    those of KNOWN."""

    def __init__(self, folder: Path) -> None:
        self.findings: dict[tuple[str, str], list[str]] = {}
        self.known: dict[tuple[str, str], list[str]] = {}
        self._folder = folder
        self._counts: dict[str, Counter[str]] = {}

    def add(
        self, identity: str, outcomes: Sequence[Outcome], data: Callable[[], bytes]
    ) -> Iterator[str]:
        """Count; a line for each flaw that is new."""
        for target, result, finding in outcomes:
            self._counts.setdefault(target, Counter())[result] += 1
            if finding is None:
                continue
            document = identity.split("/")[1] if target == "process" else target
            expected = any(document.endswith(end) and result == what for end, what in KNOWN)
            found = self.known if expected else self.findings
            cases = found.setdefault((document, finding), [])
            cases.append(identity)
            if len(cases) == 1:
                kept = "" if identity.startswith(FILE) else f" in {self._save(identity, data())}"
                yield f"FOUND {document}: {finding}: case {identity}{kept}\n"

    def text(self) -> str:
        """A table of counts, then the findings with how often each was met."""
        lines = [f"{'parser':<66}{'tried':>8}  succeeded and refused\n"]
        for target, counts in sorted(self._counts.items()):
            what = ", ".join(f"{result} {count}" for result, count in counts.most_common())
            lines.append(f"{target:<66}{counts.total():>8}  {what}\n")
        for (target, finding), cases in (*self.known.items(), *self.findings.items()):
            lines.append(f"{len(cases):>6} x {target}: {finding}: {', '.join(cases[:3])}\n")
        total = sum(counts.total() for counts in self._counts.values())
        lines.append(f"{total} tries, {len(self.findings)} findings, {len(self.known)} known\n")
        return "".join(lines)

    def _save(self, identity: str, data: bytes) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        seed, document, number = identity.split("/")
        path = self._folder / f"{seed}-{number}--{document}"
        path.write_bytes(data)
        return path
