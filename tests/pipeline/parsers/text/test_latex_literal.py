"""What LaTeX takes literally stays as it is, and nothing after it is lost."""

import pytest

from gristmill.pipeline.parsers.text.tex import latex
from gristmill.pipeline.shapes import Blob, BlockKind, Limits, Parsed


def parse(body: str) -> Parsed:
    source = f"\\documentclass{{article}}\n\\begin{{document}}\n{body}\n\\end{{document}}"
    return latex.parse(Blob(source.encode()), Limits())


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"See \url{http://a.example/x%20y_z} now.", "See http://a.example/x%20y_z now."),
        (r"See \url{http://a.example/x\%20y\_z} now.", "See http://a.example/x%20y_z now."),
        (r"See \path{C:\mill\100%} now.", r"See C:\mill\100% now."),
        (r"Is \href{http://a.example/c%2Fd#e}{here}.", "Is here (http://a.example/c%2Fd#e)."),
        (r"A \verb|\emph{50%} & ~| B", r"A \emph{50%} & ~ B"),
        (r"A \verb*+x y+ and \lstinline!a % b! B", "A x y and a % b B"),
        (r"A \mintinline{c}{x % 2} B", "A x % 2 B"),
        (r"50\% of it, 100\\% comment", "50% of it, 100"),
        (r"word % \url{http://gone.example/%20}", "word"),
        (r"\emph{see \url{http://a.example/{x}%7E}} too", "see http://a.example/{x}%7E too"),
    ],
)
def test_no_comment_begins_in_what_is_literal(source: str, shown: str) -> None:
    (block,) = parse(source).blocks
    assert block.text.strip() == shown


def test_code_and_formulas_stay_as_they_were_written() -> None:
    code = r"\url{http://a.example/%20} \verb|x| % kept"
    parsed = parse(f"\\begin{{verbatim}}\n{code}\n\\end{{verbatim}}\nafter")
    assert [each.text.strip() for each in parsed.blocks] == [code, "after"]


def test_literals_in_headings_captions_and_tables_are_put_back() -> None:
    parsed = parse(
        "\\section{Use \\verb|a_b%|}\n\\begin{tabular}{ll}"
        "\\verb|x & y| & b\\\\ 1 & 2\\end{tabular}\n"
        "\\caption{From \\url{http://a.example/%41}.}"
    )
    assert [(each.kind, each.text) for each in parsed.blocks] == [
        (BlockKind.HEADING, "Use a_b%"),
        (BlockKind.TABLE, "| x & y | b |\n| --- | --- |\n| 1 | 2 |"),
        (BlockKind.CAPTION, "From http://a.example/%41."),
    ]


def test_an_environment_that_never_ends_is_said() -> None:
    parsed = latex.parse(Blob(b"\\section{A}\n\\begin{verbatim}\nx"), Limits())
    assert [(each.code, each.count) for each in parsed.warnings] == [("markup_broken", 1)]
