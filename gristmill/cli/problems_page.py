"""Writes docs/problems.md: `python -m gristmill.cli.problems_page > docs/problems.md`."""

import importlib
import inspect
import pkgutil
import sys
from collections import defaultdict
from collections.abc import Iterator

from gristmill.cli.terminal.exit_codes import exit_code_of_class
from gristmill.schemas import problems
from gristmill.schemas.problems.errors import GristmillError
from gristmill.server.problems import MEDIA_TYPE, PROTOCOL_CODES, status_of_class

_HEAD = f"""\
# Problem codes

This page is made from the classes of errors (`schemas/problems/`) by
`python -m gristmill.cli.problems_page > docs/problems.md`; a test fails when it is stale.

A problem is `{MEDIA_TYPE}` over HTTP, a sentence on standard error at the end of a
command, and an exception of this class inside. Codes are stable: programs go by the code, people by
the sentence. [http.md](http.md) says which call answers which,
[command-line.md](command-line.md) what the exit codes mean. Why a single document failed is another
list, in [job-lifecycle.md](job-lifecycle.md). A status of 500 is that of a fault of ours, and of
what only commands meet, such as a wrong setting.

| code | HTTP status | exit code | class | what it says |
| --- | ---: | ---: | --- | --- |
"""


def page() -> str:
    """The whole page, as Markdown: a row for each class, ordered by code."""
    rows = map(_row, sorted(set(_kinds()), key=lambda kind: (kind.code, kind.__name__)))
    return _HEAD + "".join(rows) + _refused()


def _kinds() -> Iterator[type[GristmillError]]:
    """Each class of error that has a code of its own. One with two parents comes twice."""
    for module in pkgutil.iter_modules(problems.__path__):
        importlib.import_module(f"{problems.__name__}.{module.name}")
    waiting = GristmillError.__subclasses__()
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith(problems.__name__) and "code" in vars(kind):
            yield kind


def _row(kind: type[GristmillError]) -> str:
    meaning = " ".join(inspect.cleandoc(kind.__doc__ or "").partition("\n\n")[0].split())
    numbers = f"{status_of_class(kind)} | {exit_code_of_class(kind).value}"
    return f"| `{kind.code}` | {numbers} | `{kind.__name__}` | {meaning.replace('|', '&#124;')} |\n"


def _refused() -> str:
    """What HTTP refuses before a call is reached."""
    by_code = defaultdict(list)
    for status, code in PROTOCOL_CODES.items():
        by_code[code].append(str(status))
    rows = "".join(f"| `{code}` | {', '.join(found)} |\n" for code, found in by_code.items())
    return (
        "\n## What HTTP itself refuses\n\nBefore any call of ours is reached.\n\n"
        f"| code | HTTP status |\n| --- | ---: |\n{rows}"
    )


if __name__ == "__main__":
    sys.stdout.write(page())
