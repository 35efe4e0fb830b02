"""Captions: lines that begin like one, in the languages whose books we have seen."""

import re

_KINDS = (
    "abb|abbildung|anexo|box|chart|cuadro|diagram|exhibit|fig|figs|figura|figure|foto|gráfico|graph"
    "|grafik|illustration|image|listing|map|photo|picture|plate|scheme|tab|tabel|tabela|tabella"
    "|tabelle|tabla|table|tableau"
)
_CAPTION = re.compile(
    rf"(?:{_KINDS})\.?\s{{0,2}}(?:[a-z]\.?)?\d+(?:[.–-]\d+)*(?:\s?\(?[a-z]\))?(?P<end>\s?[:.—–|-]|\s|$)"
    r"|[图圖図表]\s?\d+(?:[.-]\d+)*(?P<east>\s|[:：.])|(?:그림|표)\s?\d+",
    re.IGNORECASE,
)
_LONGEST = 600


def begins_caption(text: str) -> bool:
    """Whether a line begins like a caption; one that goes on like a sentence does not."""
    match = _CAPTION.match(text)
    if match is None:
        return False
    rest = text[match.end() :].lstrip()
    return match["end"] != " " or not rest[:1].islower()


def is_caption(text: str) -> bool:
    return len(text) <= _LONGEST and begins_caption(text)
