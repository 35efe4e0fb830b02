"""Time grows with the size of a document and no faster, whatever is in it.

Each document is tried at one size and at four times of it. What is quadratic takes sixteen times
as long; ten is allowed, above a floor that is far over the noise and far below a quadratic run.
"""

import gc
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gristmill.pipeline.process import process
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.problems.errors import DocumentError

OPTIONS, LIMITS = Options(steps=("keywords", "near_duplicates")), Limits()
BYTES = 25_000
FLOOR_S = 0.6
MAIL = b"From: a@mill.example\nTo: b@mill.example\nSubject: x\n"
TEX = b"\\documentclass{a}\n"
SRT = b"1\n00:00:01,000 --> 00:00:02,000\n"
MBOX = b"From a Tue Nov  3 10:00:00 2026\n"

# name, beginning, what is repeated, end
REPEATED = [
    ("a.yaml", b"a: 1\nb:\n  - c\n", b"# x\n", b""),
    ("a.eml", MAIL + b"Content-Type: text/plain", b";a", b"\n\nText."),
    ("a.eml", MAIL + b'Content-Type: text/plain; a="', b";", b"\n\nText."),
    ("a.eml", MAIL + b"Content-Disposition: inline", b';name*0="a"', b"\n\nText."),
    ("a.eml", MAIL, b"X-A: b\n", b"\nText."),
    ("a.eml", MAIL + b"Content-Type: multipart/mixed; boundary=X\n\n", b"--X\n\na\n", b""),
    ("a.eml", MAIL + b"Content-Type: multipart/mixed; boundary=X\n\n", b"--Xa\n", b""),
    ("a.eml", MAIL + b"Content-Type: text/plain; format=flowed\n\n", b"> ", b"\n"),
    ("a.eml", MAIL + b"Content-Type: text/plain; format=flowed\n\n", b"a \n", b""),
    ("a.eml", MAIL + b"Content-Transfer-Encoding: quoted-printable\n\n", b"= ", b"\n"),
    ("a.eml", MAIL + b"Content-Type: application/pkcs7-mime\n\n", b"\x30\x80", b""),
    ("a.eml", MAIL + b"Content-Type: application/ms-tnef\n\n\x78\x9f\x3e\x22\0\0", bytes(11), b""),
    ("a.ics", b"BEGIN:VCALENDAR\n", b"BEGIN:VEVENT\n", b""),
    ("a.ics", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nX", b';A="', b":\n"),
    ("a.ics", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:", b"a\n ", b""),
    ("a.vcf", b"BEGIN:VCARD\nNOTE;ENCODING=QUOTED-PRINTABLE:", b"=\n", b"\n"),
    ("a.vcf", b"BEGIN:VCARD\nADR:", b"\\;", b"\n"),
    ("winmail.dat", b"\x78\x9f\x3e\x22\0\0", b"\2\2\x90\6\0\0\0\0\0\0\0", b""),
    ("a.mht", b"Content-Type: multipart/related; boundary=X\n\n", b"--X\n\na\n", b""),
    ("a.mbox", b"", MBOX + b"Subject: x\n\n", b""),
    ("a.mbox", MBOX + b"Subject: x\n\n", b">", b""),
    ("a.tex", TEX, b"\\(", b""),
    ("a.tex", TEX, b"\\begin{equation}x\\end{equation}\n", b""),
    ("a.tex", TEX, b"\\begin{equation*}", b"\\end{equation}"),
    ("a.tex", TEX, b"\\emph{", b""),
    ("a.tex", TEX, b"\\url{", b""),
    ("a.tex", TEX, b"\\verb|", b""),
    ("a.tex", TEX, b"\\href{{a", b""),
    ("a.tex", TEX, b"\\label[", b""),
    ("a.tex", TEX, b"\\\\", b"%"),
    ("a.tex", TEX, b"\\section[", b""),
    ("a.tex", TEX, b"\\begin{itemize}", b"\\item x"),
    ("a.tex", TEX + b"\\begin{tabular}{l}", b"\\\\[a", b""),
    ("a.md", b"", b">", b""),
    ("a.md", b"", b"- ", b""),
    ("a.md", b"", b"[a]: b\n", b""),
    ("a.md", b"# ", b"[", b""),
    ("a.md", b"# ", b"`*", b""),
    ("a.md", b"", b"<!--", b""),
    ("a.md", b"", b"|a|b|\n|-|-|\n\n", b""),
    ("a.md", b"", b"<table>\n\n", b""),
    ("a.md", b"", b"[^a]: b\n\n", b""),
    ("a.md", b"", b"[^a]: b\n", b""),
    ("a.md", b"|a|b|\n|-|-|\n", b"|\n", b""),
    ("a.rst", b"", b"= ", b"x"),
    ("a.rst", b"", b"a\n=\n", b""),
    ("a.rst", b"== ==\n", b"a\n\n", b""),
    ("a.rst", b"=  =\na  b\n", b"   c\n", b"=  =\n"),
    ("a.rst", b"= " * 5_000 + b"=\n", b"a\n", b"= " * 5_000 + b"=\n"),
    ("a.rst", b"", b"+-+-+\n", b""),
    ("a.rst", b"+-" * 500 + b"+\n", b"| " * 500 + b"|\n", b"+-" * 500 + b"+\n"),
    ("a.srt", SRT, b"<v ", b""),
    ("a.srt", SRT + b"<v", b" ", b""),
    ("a.srt", SRT, b"-->\n", b""),
    ("a.srt", SRT, b"a ", b"\n\n" + SRT + b"a " * 10_000),
    ("a.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\na\n\n", b"NOTE\n", b""),
    ("a.xml", b"<?xml version='1.0'?><a>", b"<b/>", b"</a>"),
    ("a.xml", b"<?xml version='1.0'?><a>" + b"x<b>" * 200, b"<p>y</p>", b"</b>" * 200 + b"</a>"),
    ("a.xml", b"<?xml version='1.0'?><a>x", b"<b>", b""),
    ("a.xml", b"<a>" + b"<title>" * 200, b"<b/>", b"<c>y</c>" + b"</title>" * 200 + b"</a>"),
    ("a.xml", b"<?xml version='1.0'?><a><b>", b"&lt;p", b"</b><c/></a>"),
    ("a.xml", b"<?xml version='1.0'?><a>", b"<![CDATA[", b"</a>"),
    ("a.xml", b"<?xml version='1.0'?><a>", b"&b;", b"</a>"),
    ("a.xml", b"<!DOCTYPE a [", b"]", b"><a>x</a>"),
    ("a.dbk", b"<article><info/>" + b"<para>x<title>" * 100, b"<para>y</para>", b""),
    ("a.dbk", b"<article><info/>", b"<section><title>x</title>", b""),
    ("a.dbk", b"<article><info/><table>", b"<row><entry rowspan='999'>x</entry></row>", b""),
    ("a.dbk", b"<article><info/>", b"<footnote>x", b""),
    ("a.dbk", b"<article><info/>" + b"<list>" * 200, b"<item>x</item>", b""),
    ("a.org", b"", b"- a\nb\n", b""),
    ("a.org", b"- a\n", b"b\n", b""),
    ("a.org", b"", b"[[a][", b""),
    ("a.org", b"", b"#+begin_src\n", b""),
    ("a.adoc", b"", b"a:: ", b"b"),
    ("a.adoc", b"|===\n", b"|a\n", b""),
    ("a.adoc", b"|===\n|a\n", b"b\n", b""),
    ("a.adoc", b"", b"http://a[", b""),
    ("a.wiki", b"", b"{{a", b""),
    ("a.wiki", b"", b"{{a}}", b""),
    ("a.wiki", b"", b"{|\n", b""),
    ("a.wiki", b"{|\n|a\n", b"b\n", b""),
    ("a.wiki", b"", b"<ref>a", b""),
    ("a.wiki", b"", b"[[File:a|", b""),
    ("a.wiki", b"= ", b"= a ", b""),
    ("a.html", b"<html><body>", b"<div>", b""),
    ("a.html", b"<html><body><nav></nav>", b"<main>", b"<p>It turns."),
    ("a.html", b"<html><body><nav></nav>" + b"<main>" * 200, b"<br>", b"It turns."),
    ("a.html", b"<html><body>", b"<ul><li>a", b""),
    ("a.html", b"<html><body><nav></nav>", b"<p>The mill stands by the river again.", b""),
    ("a.html", b"<html><body>x", b"<", b""),
    ("a.html", b"<html><body>x", b"<meta ", b""),
    ("a.json", b"[", b"1,", b"1]"),
    ("a.json", b"[", b"1, /* ", b"1]"),
    ("a.json", b"[", b"1, 'a\\", b"1]"),
    ("a.json", b"[1,", b"$", b""),
    ("a.json", b"[1,'", b"\\'", b""),
    ("a.json", b'[1,"', b'\\"', b""),
    ("a.json", b"", b"{} ", b"{"),
    ("a.json", b"", b"[", b"1" + b"]" * 60),
    ("a.ndjson", b'{"a":1}\n{"b":2}\n', b"{\n", b""),
    ("a.csv", b"a,b\n", b'"', b""),
    ("a.csv", b"a,b\n", b'a,"b\n', b""),
    ("a.csv", b"a,b\n", b'"a" x,', b""),
    ("a.csv", b"a,b\n", b'"a","b\nc', b""),
    ("a.csv", b'x,"a\n', b'y,""\n', b""),
    ("a.csv", b"," * 150 + b"\n", b"a\n", b""),
    ("a.rtf", b"{\\rtf1 ", b"{\\footnote a}", b"}"),
    ("a.rtf", b"{\\rtf1 \\intbl ", b"a\\cell ", b"\\row}"),
    ("a.txt", b"a", b" ", b"b"),
    ("a.txt", b"a", b"\n", b"b"),
    ("a.txt", b"a", b" \r", b"b"),
    ("a.txt", b"", b"a.", b""),
    ("a.txt", b"a", "\u0301\u0316".encode(), b"b"),  # marks that have to change places
    ("a.txt", b"", "\u6c34".encode(), b""),
    ("a.txt", b"", b"\xe9 ", b""),
    ("", b"def a(", b"):", b" x"),
    ("", b"def a(" + b")" * 9000, b": ", b"x"),
    ("", b"", b" \n", b"x"),
    ("", b"a", b" ", b"x"),
    ("", b"a|b\n|", b" ", b"x"),
    ("", b"", b"](", b""),
    ("", b"", b"  a: x\n", b""),
]


def seconds(data: bytes, name: str) -> float:
    # A full collection, which only many objects bring about, would walk all that other tests left.
    # It stays frozen: what was collected is, and to thaw one would thaw all.
    gc.collect()
    gc.freeze()
    began = time.process_time()
    try:
        process(Blob(data, name), OPTIONS, LIMITS)
    except DocumentError:
        pass
    return time.process_time() - began


def grows(document: Callable[[int], bytes], name: str) -> None:
    four = seconds(document(4), name)
    if four >= FLOOR_S:
        one = seconds(document(1), name)
        assert four < 10 * one, f"{one:.2f} s, of four times as much {four:.2f} s"


def _cases() -> Iterator[Any]:
    """Of each kind the first one for every day; the rest are slow together (make test-slow)."""
    shown: set[str] = set()
    for case in REPEATED:
        name, _, piece, _ = case
        marks = [pytest.mark.slow] if name in shown else []
        shown.add(name)
        yield pytest.param(*case, id=f"{name or 'text'}-{piece[:12]!r}", marks=marks)


@pytest.mark.parametrize(("name", "start", "piece", "end"), list(_cases()))
def test_what_is_repeated_takes_time_in_proportion(
    name: str, start: bytes, piece: bytes, end: bytes
) -> None:
    grows(lambda times: start + piece * (times * BYTES // len(piece)) + end, name)
