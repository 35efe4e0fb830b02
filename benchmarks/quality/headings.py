"""Heading paths of Markdown and HTML, against what a plain look at the source says."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lxml import html

from benchmarks.quality.league import Check, Figures, QualityContest, Row, Section
from benchmarks.quality.materials import Materials, files_below
from gristmill.pipeline.process import process
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.problems.errors import DocumentError

_SUFFIXES = (".md", ".html")
_LEAST_CHARS, _MOST_CHARS = 30, 60
_MOST_NOTES = 10
_ATX = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_NO_TEXT = re.compile(r"\s|[|>#<]|[-*+] |\d+[.)] |    |\[[^\]]+\]:")
_TARGET = re.compile(r"\]\([^()]*\)|\]\[[^\[\]]*\]|\{ *#[^}]*\}|</?\w[^>]*>")
_WORDS = re.compile(r"[^\W_]+")


class Probe(NamedTuple):
    """A piece of running text, and the headings above it; both only as words."""

    text: str
    path: tuple[str, ...]


def _measure(materials: Materials) -> Section:
    rows, notes = [], []
    for folder in filter(None, (materials.examples, materials.corpus)):
        row, wrong = _row(folder, "examples" if folder == materials.examples else "corpus")
        rows.append(row)
        notes += wrong
    return Section(
        "headings",
        "Heading paths",
        "paragraphs of Markdown and HTML files; a path is right when it is the source's",
        rows,
        [Check("right in the examples", float(rows[0].figures["right"]), 1.0)],
        notes,
    )


def _row(folder: Path, name: str) -> tuple[Row, list[str]]:
    right = wrong = files = 0
    notes = []
    for path in files_below(folder, _SUFFIXES):
        judged = list(_judged(path))
        files += bool(judged)
        right += sum(found == probe.path for probe, found in judged)
        missed = [(probe, found) for probe, found in judged if found != probe.path]
        wrong += len(missed)
        notes += [f"{path.name}: {each.path} became {found}" for each, found in missed[:1]]
    share = right / max(1, right + wrong)
    figures: Figures = {"right": share, "paragraphs": float(right + wrong), "files": float(files)}
    return Row(name, figures), notes[:_MOST_NOTES]


def _judged(path: Path) -> Iterator[tuple[Probe, tuple[str, ...]]]:
    """Each paragraph that is in exactly one place, with the path that its chunk has."""
    data = path.read_bytes()
    try:
        content = process(Blob(data, path.name), Options(), Limits())
        text = data.decode()
    except (DocumentError, UnicodeDecodeError):
        return
    probes = _of_markdown(text) if path.suffix == ".md" else _of_html(text)
    chunks = [(_words(each.text), tuple(map(_glued, each.headings))) for each in content.chunks]
    for probe in probes:
        found = [headings for words, headings in chunks if probe.text in words]
        if len(found) == 1:
            yield probe, found[0]


def _words(text: str) -> str:
    return " ".join(_WORDS.findall(text.casefold()))


def _glued(title: str) -> str:
    """Only letters and digits: marks inside words are read differently."""
    return "".join(_WORDS.findall(_TARGET.sub("", title).casefold()))


def _of_markdown(text: str) -> Iterator[Probe]:
    stack: list[tuple[int, str]] = []
    fence = ""
    lines = text.split("\n")
    if lines[0].strip() == "---" and "---" in map(str.strip, lines[1:]):
        lines = lines[[line.strip() for line in lines].index("---", 1) + 1 :]
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if mark := _FENCE.match(line):
            fence = "" if fence == mark[1] else fence or mark[1]
        elif not fence and (heading := _ATX.match(line)):
            _push(stack, len(heading[1]), heading[2])
        elif not fence and line[:1].strip() and re.fullmatch(r"=+|--+", after.strip()):
            _push(stack, 1 if after.startswith("=") else 2, line)
        elif not fence and not _NO_TEXT.match(line):
            yield from _probe(line, stack)


def _of_html(text: str) -> Iterator[Probe]:
    stack: list[tuple[int, str]] = []
    body = html.document_fromstring(text.encode()).find(".//body")
    for element in body.iter() if body is not None else ():
        if not isinstance(element.tag, str):
            continue
        if re.fullmatch("h[1-6]", element.tag):
            _push(stack, int(element.tag[1]), " ".join(element.itertext()))
        elif element.tag == "p" and not _in_heading_or_table(element):
            yield from _probe(" ".join(element.itertext()), stack)


def _in_heading_or_table(element: html.HtmlElement) -> bool:
    return (
        next(element.iterancestors("table", "h1", "h2", "h3", "h4", "h5", "h6"), None) is not None
    )


def _push(stack: list[tuple[int, str]], level: int, title: str) -> None:
    while stack and stack[-1][0] >= level:
        stack.pop()
    stack.append((level, _glued(title)))


def _probe(text: str, stack: list[tuple[int, str]]) -> Iterator[Probe]:
    words = _words(text)[:_MOST_CHARS].rpartition(" ")[0]
    if len(words) >= _LEAST_CHARS:
        yield Probe(words, tuple(title for _, title in stack))


CONTEST = QualityContest("headings", _measure)
