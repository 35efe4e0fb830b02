"""What LaTeX takes literally: addresses and `\\verb`, in which `%` begins no comment and `\\` no
command. They are taken out before the text is read, and put back in what was made of it."""

import re

_INSIDE = r"(?:[^{}\n]|\{[^{}\n]{0,500}\}){0,2000}"
_OPTIONS = r"(?:\[[^\[\]\n]{0,500}\])?"
_LITERAL = re.compile(
    rf"\\(?:(?:url|path|nolinkurl|burl)\*?[ \t]{{0,3}}\{{(?P<address>{_INSIDE})\}}"
    rf"|(?P<link>href[ \t]{{0,3}}{_OPTIONS})\{{(?P<target>{_INSIDE})\}}"
    rf"|(?:[vV]erb\*?|lstinline{_OPTIONS}|mintinline{_OPTIONS}\{{\w{{1,40}}\}})"
    r"(?:(?P<mark>[^A-Za-z*\s\[{])(?P<verb>[^\n]{0,2000}?)(?P=mark)"
    r"|\{(?P<braced>[^{}\n]{0,2000})\}))"
)
_ESCAPED = re.compile(r"\\([%#&_~{}$^])")
_HELD = re.compile("\ue002(\\d+)\ue003")
_HOLDERS = re.compile("[\ue002\ue003]")


class Literals:
    """`text` is the source without what is literal in it."""

    def __init__(self, source: str) -> None:
        self._shown: list[str] = []
        self._in_row: list[str] = []
        self._source: list[str] = []
        self.text = _HOLDERS.sub("", source)
        if "\\" in source:
            self.text = _LITERAL.sub(self._hold, self.text)

    def shown(self, text: str) -> str:
        """`text` with the literals as a reader sees them."""
        return self._back(text, self._shown)

    def shown_in_row(self, text: str) -> str:
        """As `shown`, for a row of Markdown, in which a bar would end a cell."""
        return self._back(text, self._in_row)

    def source(self, text: str) -> str:
        """`text` as it was written."""
        return self._back(text, self._source)

    def _hold(self, match: re.Match[str]) -> str:
        link, address = match["link"], match["address"] or match["target"]
        if match["verb"] is not None or match["braced"] is not None:
            shown = match["verb"] if match["verb"] is not None else match["braced"]
        else:
            shown = _ESCAPED.sub(r"\1", address or "")
        self._shown.append(shown)
        self._in_row.append(shown.replace("|", "\\|"))
        self._source.append(match["target"] if link else match[0])
        held = f"\ue002{len(self._shown) - 1}\ue003"
        return f"\\{link}{{{held}}}" if link else held

    @staticmethod
    def _back(text: str, held: list[str]) -> str:
        return _HELD.sub(lambda match: held[int(match[1])], text)
