"""XML, YAML, notebooks, LaTeX, subtitles and source code."""

import json
import time

import pytest
from support.selection import rest_slow

from gristmill.pipeline.parsers.markup import xmldoc
from gristmill.pipeline.parsers.text import source
from gristmill.pipeline.parsers.text.data import delimited, yamldoc
from gristmill.pipeline.parsers.text.light import notebook
from gristmill.pipeline.parsers.text.tex import latex
from gristmill.pipeline.parsers.text.timed import subtitles
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.problems.errors import DocumentError

LIMITS = Limits()
HEADING, TEXT, LIST = BlockKind.HEADING, BlockKind.TEXT, BlockKind.LIST
CODE, TABLE = BlockKind.CODE, BlockKind.TABLE
LAUGHS = (
    b'<!DOCTYPE l [<!ENTITY a0 "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n + 1, b"&a%d;" % n * 10) for n in range(12))
    + b"]><l>begin &a12; end</l>"
)


def xml(source: bytes) -> list[tuple[BlockKind, str, int]]:
    return shape(xmldoc.parse(Blob(source), LIMITS))


def shape(parsed: Parsed) -> list[tuple[BlockKind, str, int]]:
    return [(block.kind, block.text, block.level) for block in parsed.blocks]


def test_xml_titles_are_headings_prose_is_text_and_data_are_lines() -> None:
    assert xml(
        b"<guide><title>Mill</title><unit n='1'><title>Water</title>"
        b"<para>The <b>big</b> wheel <i>turns</i>.</para>"
        b"<gear><name>pit wheel</name><teeth>80</teeth></gear></unit></guide>"
    ) == [
        (HEADING, "Mill", 1),
        (HEADING, "Water", 2),
        (TEXT, "The big wheel turns.", 0),
        (LIST, "name: pit wheel\nteeth: 80", 0),
    ]


def test_items_of_a_feed_are_sections_and_their_html_is_read() -> None:
    parsed = xmldoc.parse(
        Blob(
            b"<?xml version='1.0' encoding='iso-8859-1'?><rss version='2.0'><channel><title>N\xe9ws"
            b"</title><language>fr</language><item><title>Eels</title><link>http://x.example/1</link>"
            b"<description>&lt;p&gt;Many &lt;b&gt;eels&lt;/b&gt;&amp;nbsp;&eacute;.&lt;/p&gt;"
            b"</description></item></channel></rss>"
        ),
        LIMITS,
    )
    assert parsed.title == "N\xe9ws"
    assert parsed.metadata["language"] == "fr"
    assert shape(parsed) == [
        (HEADING, "N\xe9ws", 1),
        (LIST, "language: fr", 0),
        (HEADING, "Eels", 2),
        (LIST, "link: http://x.example/1", 0),
        (TEXT, "Many eels\xa0\xe9.", 0),
    ]


def test_text_of_a_feed_without_tags_is_html_too() -> None:
    item = b"<title>Q &amp;#38; A</title><description>an eel&amp;#8217;s way</description>"
    feed = b"<rss><channel><title>T</title><item>" + item + b"</item></channel></rss>"
    assert xml(feed)[1:] == [(HEADING, "Q & A", 2), (TEXT, "an eel\u2019s way", 0)]
    assert xml(b"<a><summary>an eel&amp;#8217;s way</summary></a>") == [
        (TEXT, "an eel&#8217;s way", 0)
    ]


def test_a_sitemap_gives_its_addresses() -> None:
    urls = b"<urlset xmlns='http://maps.example/0.9'><url><loc>http://a</loc></url></urlset>"
    assert xml(urls) == [(LIST, "loc: http://a", 0)]


def test_entities_are_not_resolved_and_nothing_outside_is_read() -> None:
    ((_, laughed, _),) = xml(LAUGHS)
    assert laughed.startswith("begin")
    assert "ha" not in laughed
    outside = b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/hostname">]><l>begin &a; end</l>'
    assert xml(outside) == [(TEXT, "begin end", 0)]


def test_broken_xml_gives_its_text_and_says_so() -> None:
    parsed = xmldoc.parse(Blob(b"<a><b>one & two</b><c>three</a>"), LIMITS)
    assert "broken" in parsed.metadata["damaged"]
    assert "three" in parsed.blocks[-1].text


def test_text_is_no_longer_than_its_document() -> None:
    names = [f"{'b' * 50}{n}" for n in range(4)]
    opened = "".join(f"<{name}>" for name in names)
    closed = "".join(f"</{name}>" for name in reversed(names))
    data = f"<a>{opened}{'<c>1</c>' * 100_000}{closed}</a>".encode()
    (block,) = xmldoc.parse(Blob(data), Limits(max_inflation=1)).blocks
    assert block.text.count("c: 1") == 100_000
    assert len(block.text) < len(data)


@pytest.mark.parametrize("data", [b"<?xml version='1.0'?>", b"<a>" * 100_000, b"<a><b/>"])
def test_what_has_no_words_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        xmldoc.parse(Blob(data), LIMITS)
    assert caught.value.document_code == "parse_error"


def test_yaml_keeps_its_lines_and_its_aliases_are_not_followed() -> None:
    text = "# About\ntitle: Sluice # x\ngate:\n  width: 1.8\nlist:\n- a\n- b\n"
    parsed = yamldoc.parse(Blob(text.encode()), LIMITS)
    assert parsed.title == "Sluice"
    assert "gate:\n  width: 1.8" in [block.text for block in parsed.blocks]
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 99))
    parsed = yamldoc.parse(Blob(bomb.encode()), LIMITS)
    assert sum(len(block.text) for block in parsed.blocks) <= len(bomb)


def test_a_notebook_gives_markdown_code_and_the_text_of_outputs() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Yield\n", "Per *season*."]},
        {
            "cell_type": "code",
            "source": "print(1)",
            "outputs": [
                {"output_type": "stream", "text": ["\x1b[31m1\x1b[0m\n"]},
                {"output_type": "display_data", "data": {"image/png": "AAAA"}},
                {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["x"]},
            ],
        },
    ]
    about = {"language_info": {"name": "Python"}}
    data = json.dumps({"cells": cells, "metadata": about, "nbformat": 4}).encode()
    parsed = notebook.parse(Blob(data), LIMITS)
    assert shape(parsed) == [
        (HEADING, "Yield", 1),
        (TEXT, "Per *season*.", 0),
        (CODE, "print(1)", 0),
        (CODE, "1\n", 0),
        (CODE, "ValueError: no", 0),
    ]
    assert parsed.metadata["language"] == "python"


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"cells":' + b"[" * 100_000])
def test_a_broken_notebook_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        notebook.parse(Blob(data), LIMITS)
    assert caught.value.document_code == "parse_error"


def test_odd_cells_of_a_notebook_do_no_harm() -> None:
    data = b'{"nbformat":4,"cells":[1,{},{"cell_type":"code","source":5,"outputs":7}]}'
    assert notebook.parse(Blob(data), LIMITS).metadata["cells"] == 2
    assert notebook.parse(Blob(b'{"nbformat":4,"cells":5}'), LIMITS).metadata["cells"] == 0


def test_latex_is_reduced_to_what_a_reader_sees() -> None:
    parsed = latex.parse(
        Blob(
            rb"""\documentclass{article}
\title{The \emph{Alder} Mill}\author{J. M\"uller \and K. \v{S}ime\v{c}ek}
\newcommand{\x}{never shown}
\begin{document}\maketitle
\section{Power}\label{sec:p}
It gives \textbf{50\,\% \emph{more}} at $\omega = 2\pi f$~\cite{smith}. % not this
``So'' --- see\footnote{Of water.}.
\begin{equation}
P = \rho g Q
\end{equation}
\begin{itemize}
\item One
\item Two \begin{enumerate}\item inner\end{enumerate}
\end{itemize}
\begin{tabular}{l@{ }r}
Year & Tons \\ \hline
1911 & 40 \& more \\
\end{tabular}
\begin{lstlisting}[language=Python]
x = 5 % 2
\end{lstlisting}
\end{document} after"""
        ),
        LIMITS,
    )
    assert parsed.title == "The Alder Mill"
    assert parsed.metadata["author"] == "J. Müller, K. Šimeček"
    assert shape(parsed) == [
        (HEADING, "Power", 3),
        (
            TEXT,
            "It gives 50 % more at $\\omega = 2\\pi f$ [smith]. “So” — see (Of water.).",
            0,
        ),
        (CODE, "P = \\rho g Q", 0),
        (LIST, "- One\n- Two\n  - inner", 0),
        (TABLE, "| Year | Tons |\n| --- | --- |\n| 1911 | 40 & more |", 0),
        (CODE, "x = 5 % 2\n", 0),
    ]


@pytest.mark.parametrize(
    "hostile",
    rest_slow(
        *(b"\\[", b"\\a{", b"{", b"\\cite[", b"$x ", b"\\section{"),
        b"\\begin{itemize}\\item ",
        quick=5,
    ),
)
def test_latex_that_never_closes_takes_no_longer_for_it(hostile: bytes) -> None:
    start = time.process_time()
    latex.parse(Blob(hostile * 50_000), LIMITS)
    assert time.process_time() - start < 10


def test_subtitles_become_running_text() -> None:
    srt = (
        b"1\r\n00:00:01,000 --> 00:00:02,000\r\n<i>Welcome</i>\r\nto the mill.\r\n\r\n"
        b"2\r\n00:00:02,500 --> 00:00:04,000\r\n{\\an8}It turns.\r\n\r\n"
        b"3\r\n00:01:00,000 --> 00:01:02,500\r\nMind your heads.\r\n"
    )
    parsed = subtitles.parse(Blob(srt), LIMITS)
    assert [b.text for b in parsed.blocks] == [
        "Welcome to the mill.\nIt turns.",
        "Mind your heads.",
    ]
    assert parsed.metadata["duration_s"] == 62.5
    vtt = (
        "WEBVTT - Tour\n\nSTYLE\n::cue { color: red }\n\nNOTE hidden\n\nfirst\n00:01.000 --> "
        "00:02.000 align:start\n<v Ada>Good <c.loud>morning</c>.\n"
    )
    parsed = subtitles.parse(Blob(vtt.encode()), LIMITS)
    assert [b.text for b in parsed.blocks] == ["Ada: Good morning."]
    assert parsed.title == "Tour"


def test_subtitles_without_a_cue_are_refused() -> None:
    with pytest.raises(DocumentError) as caught:
        subtitles.parse(Blob(b"WEBVTT\n\nno cue"), LIMITS)
    assert caught.value.document_code == "parse_error"


@pytest.mark.parametrize(
    ("name", "text", "language"),
    [
        ("mill.py", "x = 1\n", "python"),
        ("Makefile", "all:\n\techo\n", "makefile"),
        ("https://x.example/a.rs?raw=1", "fn main() {}\n", "rust"),
        ("grind", "#!/usr/bin/env -S python3 -u\nx = 1\n", "python"),
        ("grind", "#!/bin/sh\ntrue\n", "shell"),
        ("grind", "#include <stdio.h>\n#include <a.h>\nint main(void) {\n}\n", "c"),
        ("grind", "nothing in particular\n", None),
    ],
)
def test_source_code_names_its_language(name: str, text: str, language: str | None) -> None:
    parsed = source.parse(Blob(text.encode(), name), LIMITS)
    assert parsed.metadata.get("language") == language
    assert parsed.blocks == (Block(CODE, text),)


def test_source_code_is_cut_between_its_outermost_parts_and_nothing_is_lost() -> None:
    part = "def f():\n" + "    x = 1\n" * 50 + "\n    return x"
    text = "\n\n".join([part] * 3)
    parsed = source.parse(Blob(text.encode(), "a.py"), LIMITS)
    assert [block.text for block in parsed.blocks] == [part] * 3


def test_a_file_named_tsv_is_cut_at_its_tabs() -> None:
    parsed = delimited.parse(Blob(b"a, b, c\td\n1, 2, 3\t4\n", "x.tsv"), LIMITS)
    assert parsed.blocks[0].text.startswith("| a, b, c | d |")


@pytest.mark.slow
@pytest.mark.parametrize(
    "reader", [yamldoc.parse, latex.parse, source.parse], ids=["yaml", "latex", "source"]
)
def test_a_line_of_fifty_megabytes_is_read_in_seconds(reader) -> None:  # type: ignore[no-untyped-def]
    start = time.process_time()
    parsed = reader(Blob(b"word and more " * (50_000_000 // 14), "x"), LIMITS)
    assert sum(len(block.text) for block in parsed.blocks) > 49_000_000
    assert time.process_time() - start < 15
