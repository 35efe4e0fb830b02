"""LaTeX inside a paragraph reduced to what a reader sees. Formulas stay as they are written."""

import re
import unicodedata

_COMBINING = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
}
_SYMBOLS = {
    "ss": "ß",
    "o": "ø",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "aa": "å",
    "AA": "Å",
    "i": "i",
    "j": "j",
    "dh": "ð",
    "th": "þ",
    "TH": "Þ",
    "DH": "Ð",
    "dj": "đ",
    "DJ": "Đ",
    "ng": "ŋ",
    "NG": "Ŋ",
    "ij": "ĳ",
    "IJ": "Ĳ",
    "SS": "ẞ",
    "S": "§",
    "P": "¶",
    "copyright": "©",
    "pounds": "£",
    "dag": "†",
    "ddag": "‡",
    "ldots": "…",
    "dots": "…",
    "textellipsis": "…",
    "textendash": "–",
    "textemdash": "—",
    "euro": "€",
    "textbackslash": "\\",
    "textasciitilde": "~",
    "textunderscore": "_",
    "textregistered": "®",
    "texttrademark": "™",
    "LaTeX": "LaTeX",
    "TeX": "TeX",
    "BibTeX": "BibTeX",
    "and": ", ",
    "textquotesingle": "'",
    "textdegree": "°",
    "newline": "\n",
    "par": "\n",
    "quad": " ",
    "qquad": " ",
    "linebreak": "\n",
    "textbar": "|",
    "slash": "/",
    "textgreater": ">",
    "textless": "<",
    "textdollar": "$",
    "textpercent": "%",
    "textperthousand": "‰",
    "textasciicircum": "^",
    "textquotedbl": '"',
    "textquoteleft": "‘",
    "textquoteright": "’",
    "textquotedblleft": "“",
    "textquotedblright": "”",
    "guillemotleft": "«",
    "guillemotright": "»",
    "textexclamdown": "¡",
    "textquestiondown": "¿",
    "texteuro": "€",
    "textcent": "¢",
    "textyen": "¥",
    "textsterling": "£",
    "textcopyright": "©",
    "textsection": "§",
    "textparagraph": "¶",
    "textdagger": "†",
    "textdaggerdbl": "‡",
    "textbullet": "•",
    "textperiodcentered": "·",
    "textpm": "±",
    "texttimes": "×",
    "textmu": "µ",
    "textcelsius": "℃",
    "textonehalf": "½",
    "textonequarter": "¼",
    "textthreequarters": "¾",
    "textordfeminine": "ª",
    "textordmasculine": "º",
    "textnumero": "№",
    "textvisiblespace": "␣",
}
_WITHOUT_ARGUMENTS = (
    "label|vspace|hspace|vskip|hskip|includegraphics|bibliographystyle|bibliography|usepackage"
    "|index|pagestyle|thispagestyle|pagenumbering|setlength|addtolength|setcounter|addtocounter"
    "|newcommand|renewcommand|providecommand|def|newenvironment|newtheorem|documentclass|input"
    "|include|hypersetup|definecolor|color|fontsize|selectfont|rule|phantom|hphantom|vphantom"
    "|graphicspath|DeclareMathOperator|markboth|markright|addcontentsline|begin|end|cline|cmidrule"
    "|rowcolor|cellcolor|arraystretch|captionsetup|lstset|tikzset|usetikzlibrary|orcidID|institute"
)
_MATHS = re.compile(r"\$\$?[^$]{1,2000}\$\$?|\\\((?:[^\\]|\\(?![()])){0,2000}\\\)")
_ACCENTED = r"\\(i|j|ae|AE|oe|OE|aa|AA|o|O|l|L)(?![A-Za-z])(?:\s*\{\}|[ \t]+)?"
_LETTER = rf"\s*(?:\{{\s*(?:{_ACCENTED}|([^\W\d_]))\s*\}}|{_ACCENTED}|([^\W\d_])(?:\{{\}})?)"
_ACCENT = re.compile(
    rf"\\([`'^\"~=.]|[uvHcdbkr](?=\s*[{{\\]|\s+[A-Za-z]\b)"
    r"|c(?=\s+[CcSsTtEeKkGgLlNnRr])|v(?=\s+[CcDdEeLlNnRrSsTtZz])|H(?=\s+[OoUu])"
    rf"|u(?=\s+[AaGg])|r(?=\s+[AaUu])|k(?=\s+[AaEe])){_LETTER}"
)
_ALONE = re.compile(r"\\([\^~])\{\s*\}")
_ARGUMENT = r"(?:\s{0,3}\[[^\[\]]{0,500}\])"
_DROPPED = re.compile(
    rf"\\(?:{_WITHOUT_ARGUMENTS})\b\*?{_ARGUMENT}{{0,2}}(?:\s{{0,3}}\{{[^{{}}]{{0,2000}}\}}){{0,3}}"
)
_CITED = re.compile(rf"\\[Cc]ite[A-Za-z]*\*?{_ARGUMENT}{{0,2}}\s{{0,3}}\{{([^{{}}]*)\}}")
_REFERRED = re.compile(r"\\(?:eq|auto|page|name|c|C|v)?ref\*?\s{0,3}\{([^{}]*)\}")
_LINK = re.compile(r"\\href\s{0,3}\{([^{}]*)\}\s{0,3}\{([^{}]*)\}")
_NOTE = re.compile(r"\\(?:footnote|thanks|footnotetext)\s{0,3}\{([^{}]*)\}")
_CHOICE = re.compile(
    r"\\(?:textcolor|colorbox|texorpdfstring|multicolumn|multirow|parbox|raisebox"
    r"|resizebox|scalebox|adjustbox)\*?"
    rf"{_ARGUMENT}{{0,2}}(?:\s{{0,3}}\{{[^{{}}]*\}}){{1,2}}\s{{0,3}}(?=\{{)"
)
_WRAPPED = re.compile(rf"\\([A-Za-z]+)\*?{_ARGUMENT}{{0,2}}\s{{0,3}}\{{([^{{}}]*)\}}")
_GROUP = re.compile(r"(?<![A-Za-z\\\]}*])\{([^{}]*)\}")
_SPACE = re.compile(r"\\[,;:! ]|\\\n|(?<!\\)~|\\/|\\@")
_BREAK = re.compile(r"\\\\\*?(?:\[[^\[\]\n]{0,30}\])?")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?[ \t]*(?:\n(?!\s*\n))?")
_ESCAPED = re.compile(r"\\([%&_#$\{\}])")
_QUOTES = (("?`", "¿"), ("!`", "¡"), ("``", "“"), ("''", "”"), ("---", "—"), ("--", "–"))
_PASSES = 12
_HOLDER = "\ue000{}\ue001"
_HELD = re.compile("\ue000(\\d+)\ue001")
_HOLDERS = re.compile("[\ue000\ue001]")


def readable(source: str) -> str:
    """The words of a paragraph without its commands; citations become `[key]`."""
    if "\\" not in source and not any(mark in source for mark in "{}~`'-$"):
        return source
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        held.append(match[0])
        return _HOLDER.format(len(held) - 1)

    text = _BREAK.sub("\n", _HOLDERS.sub("", source))
    text = _ALONE.sub(hold, _ESCAPED.sub(hold, text))
    text = _MATHS.sub(hold, text)
    text = _words(_ACCENT.sub(_accented, text))
    return _HELD.sub(lambda match: _released(held, int(match[1])), text)


def _words(text: str) -> str:
    for _ in range(_PASSES):
        before = text
        text = _DROPPED.sub("", text)
        text = _CITED.sub(r"[\1]", text)
        text = _REFERRED.sub(r"[\1]", text)
        text = _LINK.sub(r"\2 (\1)", text)
        text = _NOTE.sub(r" (\1)", text)
        text = _CHOICE.sub("", text)
        text = _WRAPPED.sub(_argument, text)
        text = _GROUP.sub(r"\1", text)
        if text == before:
            break
    text = _COMMAND.sub(lambda match: _SYMBOLS.get(match[1], ""), _SPACE.sub(" ", text))
    for mark, shown in _QUOTES:
        text = text.replace(mark, shown)
    return text.replace("{", "").replace("}", "")


def _argument(match: re.Match[str]) -> str:
    """Of `\\ss{}` the symbol, of `\\emph{x}` the x."""
    if not match[2].strip() and match[1] in _SYMBOLS:
        return _SYMBOLS[match[1]]
    return match[2]


def _accented(match: re.Match[str]) -> str:
    letter = match[3] or match[5] or _SYMBOLS[match[2] or match[4]]
    return unicodedata.normalize("NFC", letter + _COMBINING[match[1]])


def _released(held: list[str], index: int) -> str:
    """A formula as it was, an escaped sign without its backslash; formulas may hold such."""
    if index >= len(held):
        return ""
    text = held[index]
    if _ALONE.fullmatch(text) or (len(text) == 2 and text[0] == "\\"):
        return text[1]
    return _HELD.sub(lambda match: held[int(match[1])] if int(match[1]) < index else "", text)
