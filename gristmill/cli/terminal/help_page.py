"""`--help`: what a command takes, by what it is about."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import click
from click.formatting import HelpFormatter

_OWN = "Options"
_WHERE = "Where"
_READ = "How documents are read"
_PRINTED = "What is printed"
_ABOUT: dict[str, str] = {
    _READ: "--chunk-max-chars --chunk-overlap-chars --chunk-max-tokens --chunk-overlap-tokens --pdf"
    " --step --tokenizer-file --embed-model --embed-key-file --split-pages --keep-originals",
    _PRINTED: "--all --json --limit --after --cursor --fields --facets --output --format --verbose"
    " --log-format --context --tables --table",
    _WHERE: "--server --key-file --data --config",
    "Address": "--host --port --allow-host --root-path --insecure",
    "Who asks": "--quota-requests-per-s --quota-body-mb --quota-waiting-jobs --audit-mb"
    " --audit-reads --allow-root",
    "Processes": "--workers --engine --web-processes --web-threads --spare-workers --worker-nice"
    " --worker-sandbox --recycle-documents --recycle-rss-mb --worker-memory-mb --boot-deadline-s"
    " --stop-with-stdin",
    "Requests": "--queue-depth --max-streams --max-connections --max-peer-connections"
    " --head-timeout-s --min-bytes-per-s --decoding-mb --max-body-bytes --max-line-bytes"
    " --max-batch-lines --max-sources --max-text-bytes --max-metadata-bytes --max-json-depth"
    " --long-poll-max-s --read-timeout-s",
    "Documents": "--max-documents --max-members --max-inflated-mb --max-upload-seconds"
    " --max-document-bytes --timeout-s",
    "Room and time": "--drain-grace-s --min-free-memory-mb --min-free-disk-mb --reserve-mb"
    " --retention-days --orphan-hours",
}
_HEADING = {flag: heading for heading, flags in _ABOUT.items() for flag in flags.split()}
_Row = tuple[str, str]


def heading_of(flags: str) -> str:
    """Under which heading a flag stands, written as `-c, --collection NAME`. Those of a command
    alone come first."""
    words = (word.rstrip(",") for word in flags.split())
    return next((_HEADING[word] for word in words if word in _HEADING), _OWN)


def by_heading(rows: Sequence[_Row]) -> dict[str, list[_Row]]:
    """Rows in their order, under the headings in theirs. A few stay together."""
    found: dict[str, list[_Row]] = {heading: [] for heading in (_OWN, *_ABOUT)}
    for row in rows:
        found[heading_of(row[0])].append(row)
    return {heading: rows for heading, rows in found.items() if rows}


class _GroupingFormatter(HelpFormatter):
    """Writes what click calls options under several headings."""

    _options: list[_Row] | None = None

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        if name != _OWN:
            with super().section(name):
                yield
            return
        self._options = []
        yield
        rows, self._options = self._options, None
        for heading, its in by_heading(rows).items():
            with super().section(heading):
                self.write_dl(its)

    def write_dl(self, rows: Iterable[_Row], col_max: int = 30, col_spacing: int = 2) -> None:
        if self._options is None:
            super().write_dl(rows, col_max, col_spacing)
        else:
            self._options += rows


class GroupingContext(click.Context):
    """A click context whose help is written so."""

    formatter_class = _GroupingFormatter


def grouping(command: click.Command) -> click.Command:
    """The command, and all below it, with such a help."""
    command.context_class = GroupingContext
    if isinstance(command, click.Group):
        for below in command.commands.values():
            grouping(below)
    return command


def examples_of(command: click.Command) -> list[str]:
    """The lines that a command's help gives as examples, each as it is typed."""
    lines = [line.strip() for line in (command.help or "").splitlines()]
    heads = [at for at, line in enumerate(lines) if line in ("Example:", "Examples:")]
    after = lines[heads[0] :] if heads else []
    return [line for line in after if line.startswith("gristmill ")]
