"""Accents and signs that LaTeX spells as commands are the letters that a reader sees."""

import pytest

from gristmill.pipeline.parsers.text.tex.latex_text import readable


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"caf\'e cr\`{e}me \^o \~n \"{u}", "café crème ô ñ ü"),
        (r"na\"\i ve na\"{\i}ve na\"\i{}ve {\'\i}ndice", "naïve naïve naïve índice"),
        (r"Fran\c cois, \v Sm\'\i d, Erd\H os, \c{S}tefan", "François, Šmíd, Erdős, Ştefan"),
        (r"Pok\'emon\footnote{caf\'e{} cr\`eme}", "Pokémon (café crème)"),
        (r"\'\AE{} \'{\ae}sir \'e\textbf{x}", "Ǽ ǽsir éx"),
        (
            r"\texteuro{}5 \guillemotleft a\guillemotright{} ?`Que? 5\textperthousand",
            "€5 «a» ¿Que? 5‰",
        ),
        (r"http://a.example/\~{}user, 2\^{}8", "http://a.example/~user, 2^8"),
        (r"\b bold words and \k keys stay", "bold words and keys stay"),
    ],
)
def test_accents_are_letters(source: str, shown: str) -> None:
    assert readable(source) == shown
