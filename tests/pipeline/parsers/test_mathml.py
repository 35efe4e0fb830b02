"""MathML as LaTeX-like text."""

import pytest

from gristmill.pipeline.parsers.mathml import formula_text
from gristmill.pipeline.parsers.safe_xml import parse_xml

NAMESPACE = "http://www.w3.org/1998/Math/MathML"


def formula(inner: str, attributes: str = "") -> str:
    source = f'<math xmlns="{NAMESPACE}" {attributes}>{inner}</math>'
    return formula_text(parse_xml(source.encode(), "a formula"))


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<mi>A</mi><mo>=</mo><mi>π</mi><msup><mi>r</mi><mn>2</mn></msup>", "A = πr^2"),
        (
            "<mn>1.33</mn><mo>×</mo><msup><mn>10</mn><mrow><mo>−</mo><mn>4</mn></mrow></msup>",
            "1.33 × 10^{−4}",
        ),
        (
            "<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac>",
            r"\frac{a + b}{2}",
        ),
        ("<mroot><mi>x</mi><mn>3</mn></mroot><msqrt><mi>y</mi></msqrt>", r"\sqrt[3]{x}\sqrt{y}"),
        ("<mi>sin</mi><mo>&#x2061;</mo><mi>x</mi>", "sin x"),
        ("<mi>f</mi><mrow><mo>(</mo><mi>x</mi><mo>,</mo><mi>y</mi><mo>)</mo></mrow>", "f(x,y)"),
        ("<msubsup><mi>v</mi><mn>0</mn><mn>2</mn></msubsup><mi>t</mi>", "v_0^2 t"),
        (
            "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi>"
            "</munderover><msub><mi>w</mi><mi>i</mi></msub>",
            "∑_{i = 1}^n w_i",
        ),
        ("<mover><mi>x</mi><mo>¯</mo></mover>", r"\overline{x}"),
        ("<mover accent='true'><mi>F</mi><mo>→</mo></mover>", r"\vec{F}"),
        ("<mfenced open='[' close=']'><mi>a</mi><mi>b</mi></mfenced>", "[a, b]"),
        (
            "<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>0</mn></mtd></mtr>"
            "<mtr><mtd><mn>0</mn></mtd><mtd><mn>1</mn></mtd></mtr></mtable>",
            r"\begin{matrix} 1 & 0 \\ 0 & 1 \end{matrix}",
        ),
        (
            "<mmultiscripts><mi>C</mi><none/><none/><mprescripts/><mn>6</mn><mn>14</mn>"
            "</mmultiscripts>",
            "{}_6^{14}C",
        ),
        ("<mtext>stones per hour</mtext>", "stones per hour"),
        ("<mi>x</mi><mphantom><mi>hidden</mi></mphantom>", "x"),
        (
            "<apply><divide/><ci>m</ci><apply><plus/><ci>a</ci><cn>1</cn></apply></apply>",
            r"\frac{m}{a + 1}",
        ),
    ],
)
def test_elements_become_latex_like_text(inner: str, text: str) -> None:
    assert formula(inner) == text


def test_what_the_author_wrote_in_tex_comes_first() -> None:
    note = '<annotation encoding="application/x-tex">A = \\pi r^2</annotation>'
    assert formula(f"<semantics><mrow><mi>A</mi></mrow>{note}</semantics>") == "A = \\pi r^2"
    assert formula("<mi>A</mi>", r'alttext="{\displaystyle A=\pi r^{2}}"') == r"A=\pi r^{2}"


def test_a_spoken_alternative_is_taken_only_where_there_is_nothing_else() -> None:
    assert formula("<mi>A</mi>", 'alttext="the letter a"') == "A"
    assert formula("", 'alttext="the letter a"') == "the letter a"


def test_notes_in_other_languages_than_tex_are_not_text() -> None:
    note = '<annotation encoding="StarMath 5.0">x over 2</annotation>'
    body = "<mfrac><mi>x</mi><mn>2</mn></mfrac>"
    assert formula(f"<semantics>{body}{note}</semantics>") == r"\frac{x}{2}"


def test_a_formula_with_too_many_or_too_few_parts_loses_none() -> None:
    assert formula("<msup><mi>a</mi></msup>") == "a"
    assert formula("<mfrac><mi>a</mi><mi>b</mi><mi>c</mi></mfrac>") == r"\frac{a}{b c}"


def test_prefixes_and_no_namespace_at_all_are_read_alike() -> None:
    source = f'<m:math xmlns:m="{NAMESPACE}"><m:msup><m:mi>r</m:mi><m:mn>2</m:mn></m:msup></m:math>'
    assert formula_text(parse_xml(source.encode(), "a formula")) == "r^2"
    assert formula_text(parse_xml(source.replace("m:", "").encode(), "x")) == "r^2"
