"""Asks pip-audit whether a version that users install has a known vulnerability.

Looks at what is installed of the runtime dependencies and of what they need themselves. Fails only
where a version without the vulnerability exists. Its database may be out of reach, or a mirror may
have none: then this says that nobody was asked.

.venv/bin/python .ci/audit.py PIP-AUDIT
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

EXTRAS = ("language", "near-duplicates", "ocr", "embed", "archives")
ONE_S, ALL_S = 5, 120
"""Seconds for one answer, and for all."""
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")


def installed(name: str, extras: Sequence[str] = ()) -> dict[str, str]:
    """Versions of everything that a distribution needs and that is here, by name."""
    found: dict[str, str] = {}
    waiting = list(_needs(name, extras))
    while waiting:
        name = waiting.pop()
        if name not in found:
            try:
                found[name] = distribution(name).version
            except PackageNotFoundError:
                continue  # for another system or Python
            waiting += _needs(name, ())
    return dict(sorted(found.items()))


def _needs(name: str, extras: Sequence[str]) -> Iterator[str]:
    for requirement in distribution(name).requires or ():
        what, _, when = requirement.partition(";")
        if set(_EXTRA.findall(when)) <= set(extras) and (match := _NAME.match(what.strip())):
            yield re.sub(r"[-_.]+", "-", match[0]).lower()


def judged(report: Mapping[str, Any] | None, asked: int) -> tuple[list[str], int]:
    """Lines for people and an exit code; `report` is pip-audit's, None where it has none."""
    dependencies = [] if report is None else report.get("dependencies", [])
    answered = [each for each in dependencies if "skip_reason" not in each]
    if not answered:
        return [f"pip-audit: its database did not answer; {asked} packages were not looked up"], 0
    lines, code = [], 0
    for each in answered:
        for flaw in each.get("vulns", []):
            fixed = ", ".join(flaw["fix_versions"])
            what = f"mended in {fixed}" if fixed else "no version mends it"
            lines.append(f"pip-audit: {each['name']} {each['version']}: {flaw['id']}; {what}")
            code = 1 if fixed else code
    flaws = len(lines)
    lines.append(
        f"pip-audit: {len(answered)} of {asked} packages looked up, {flaws} vulnerabilities"
    )
    return lines, code


def _report(program: str, versions: Mapping[str, str]) -> Mapping[str, Any] | None:
    with tempfile.TemporaryDirectory() as folder:
        pinned = Path(folder) / "pinned.txt"
        pinned.write_text("".join(f"{name}=={version}\n" for name, version in versions.items()))
        command = [program, "--no-deps", "--disable-pip", "-r", str(pinned), "-f", "json"]
        options = ["--timeout", str(ONE_S), "--progress-spinner", "off"]
        try:
            done = subprocess.run(
                [*command, *options], capture_output=True, timeout=ALL_S, check=False
            )
            report: Mapping[str, Any] = json.loads(done.stdout)
        except (OSError, subprocess.TimeoutExpired, ValueError):
            return None
    return report


def main(arguments: Sequence[str]) -> int:
    """Returns an exit code."""
    versions = installed("gristmill", EXTRAS)
    lines, code = judged(_report(arguments[0], versions), len(versions))
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
