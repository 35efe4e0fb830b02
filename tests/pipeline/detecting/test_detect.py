"""Detection: bytes, then name, then claim."""

import io
import tarfile
import zipfile

import pytest

from gristmill.pipeline.detecting.detect import detect

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"%PDF-1.7\n", "paper.txt", "application/pdf"),
        (b"junk before\n%PDF-1.4\n\x00\x01\x02\x03\x04\x05", "a.bin", "application/pdf"),
        (PNG, "notes.txt", "image/png"),
        (b"\x1f\x8b\x08" + bytes(20), "notes.md", "application/gzip"),
        (b"<!DOCTYPE html><p>Hi</p>", "page.txt", "text/html"),
        (b"\xef\xbb\xbf  <html><body>Hi</body></html>", "page.pdf", "text/html"),
        (b"<!-- made by hand -->\n<html lang=en>", "", "text/html"),
        (b'{"a": 1}', "readme.md", "application/json"),
        (b'{"a": 1}\n{"a": 2}\n', "rows.json", "application/x-ndjson"),
        (b"<?xml version='1.0'?><feed/>", "feed.txt", "application/xml"),
    ],
)
def test_bytes_decide_against_the_extension(data: bytes, name: str, expected: str) -> None:
    assert detect(data, name) == expected


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"plain words", "a.txt", "text/plain"),
        (b"plain words", "a.md", "text/markdown"),
        (b"plain words", "https://example.org/docs/a.rst?raw=1", "text/x-rst"),
        (b"a;b\n1;2\n", "a.csv", "text/csv"),
        (b"<p>a snippet</p>", "a.html", "text/html"),
        (b"{broken", "a.json", "application/json"),
        (b"words, not a PDF", "a.pdf", "text/plain"),
        (b"[link](x) opens this readme", "README.md", "text/markdown"),
    ],
)
def test_a_name_decides_where_the_bytes_are_just_text(
    data: bytes, name: str, expected: str
) -> None:
    assert detect(data, name) == expected


def test_a_claim_counts_only_without_a_telling_name() -> None:
    assert detect(b"words", "upload", "text/markdown; charset=utf-8") == "text/markdown"
    assert detect(b"words", "a.rst", "text/markdown") == "text/x-rst"
    assert detect(b"words", "upload", "application/octet-stream") == "text/plain"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"# Mill\n\nSee [the wheel](w.md).\n\n## Stones\n\n```\nx\n```\n", "text/markdown"),
        (b"Mill\n====\n\n.. note:: wet\n\nStones\n======\n\nText.\n", "text/x-rst"),
        (b"a,b,c\n1,2,3\n4,5,6\n7,8,9\n", "text/csv"),
        (b"<div><p>one</p><p>two</p></div>", "text/html"),
        (b"It rained, and the wheel stood still.\n", "text/plain"),
    ],
)
def test_the_shape_of_a_nameless_text_is_judged(data: bytes, expected: str) -> None:
    assert detect(data) == expected


def test_an_office_file_is_told_from_a_zip_archive_by_its_members() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert detect(buffer.getvalue(), "a.zip").endswith("wordprocessingml.document")


def test_bytes_that_are_no_text_stay_what_their_name_says_so_that_its_parser_complains() -> None:
    noise = bytes(range(256)) * 4
    assert detect(noise, "noise.txt") == "text/plain"
    assert detect(noise, "noise") == "application/octet-stream"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"From: a@b\nTo: c@d\nSubject: x\n\nWords.", "message/rfc822"),
        (
            b"From a Mon 2024\nFrom: a@b\nTo: x\n\nOne.\n\nFrom b Tue 2024\nTo: y\n\n",
            "application/mbox",
        ),
        (b"From a Mon 2024\nFrom: a@b\nTo: x\n\nOne.\n", "message/rfc822"),
        (b"<rss version='2.0'><channel/></rss>", "application/xml"),
        (b"<ledger><row>1</row></ledger>\n", "application/xml"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nHi\n", "application/x-subrip"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n", "text/vtt"),
        (b"% x\n\\documentclass{article}\n\\begin{document}\n", "text/x-tex"),
        (b'{"cells": [], "nbformat": 4}', "application/x-ipynb+json"),
        (b"---\na: 1\nb:\n  c: 2\n  d: 3\n", "application/yaml"),
        (
            b"a: 1\nb:\n  c: 2\n  d: >\n    Any text,\n    of more lines;\n    yes.\n",
            "application/yaml",
        ),
        (b"#!/usr/bin/env python\nprint(1)\n", "text/x-source"),
        (
            b"import os\nfrom a import b\n\ndef f(x):\n    return x\n\nclass A:\n    y = 1\n",
            "text/x-source",
        ),
        (b"a\tb\n1\t2\n3\t4\n", "text/tab-separated-values"),
        ("<html><body>wide</body></html>".encode("utf-16-le"), "text/html"),
    ],
)
def test_a_text_without_a_name_is_told_by_how_it_opens(data: bytes, expected: str) -> None:
    assert detect(data) == expected


def test_the_kinds_of_text_are_not_seen_in_other_texts() -> None:
    assert detect(b"PEP: 8\nTitle: Style\nStatus: Active\n\nWords.\n") == "text/plain"
    assert detect(b"Note: it rained.\n\nFrom: the hill one sees it.\n") == "text/plain"


@pytest.mark.parametrize("data", [b"\n" * 20_000 + b"x", b",", b"\t\t\n" * 9_000, b"<" * 20_000])
def test_odd_texts_are_judged_without_harm(data: bytes) -> None:
    assert "/" in detect(data)


def test_a_tar_archive_is_told_by_its_checksum() -> None:
    info = tarfile.TarInfo("a.txt")
    assert detect(info.tobuf() + bytes(1024), "a.txt") == "application/x-tar"
