"""Kinds of text told by how they open, or by what most of their lines look like."""

import re
from collections.abc import Iterator

from gristmill.pipeline.detecting.source_languages import by_first_line, by_lines
from gristmill.pipeline.detecting.xml_kinds import XML, XML_EXTENSIONS, xml_kind

SRT, VTT, TEX, YAML = "application/x-subrip", "text/vtt", "text/x-tex", "application/yaml"
SBV = "text/x-sbv"
ORG, ASCIIDOC, WIKI = "text/org", "text/asciidoc", "text/x-wiki"
MAIL, MBOX, SOURCE = "message/rfc822", "application/mbox", "text/x-source"
MHTML = "application/x-mimearchive"
ICS, VCF = "text/calendar", "text/vcard"

_SRT = re.compile(r"\s*\d{1,6}[ \t]*\r?\n\d{1,3}:\d\d:\d\d[,.]\d{1,3}[ \t]*-->[ \t]*\d")
_SBV = re.compile(r"\d{1,3}(?::\d\d){2}\.\d{3},\d{1,3}(?::\d\d){2}\.\d{3}[ \t]*\r?\n")
_MBOX = re.compile(r"From \S[^\n]{0,200}\d\d\d\d\s*\n(?:>?From |[!-9;-~]{1,80}:)")
_SAVED_PAGE = re.compile(
    r"(?mi)^(?:Snapshot-Content-Location:|From:[ \t]*\"?<?(?:Saved|Gespeichert|Guardado) )"
)
_PERSONAL = re.compile(r"\s*BEGIN:V(CALENDAR|CARD)[ \t]*\r?\n", re.IGNORECASE)
_HEADER = re.compile(r"(?m)^([A-Za-z][A-Za-z0-9-]{1,60})[ \t]*:")
_MAIL_HEADERS = frozenset(
    {"from", "to", "cc", "subject", "date", "message-id", "received", "return-path", "reply-to"}
    | {"mime-version", "content-type", "delivered-to", "x-mailer", "content-transfer-encoding"}
    | {"in-reply-to", "references", "sender", "x-originating-ip", "x-original-to", "bcc"}
    | {"dkim-signature", "delivery-date", "envelope-to", "list-id", "thread-topic", "user-agent"}
    | {"resent-from", "resent-to", "resent-date", "resent-message-id", "received-spf"}
)
_ENCODED_WORD = re.compile(r"=\?[\w-]{1,40}\?[BbQq]\?[^?\s]*\?=")
_SENT = frozenset({"from", "to", "received", "return-path", "message-id", "delivered-to"})
_TEX = re.compile(
    r"(?m)^[ \t]{0,20}\\(?:documentclass|begin\{document\}|(?:sub){0,2}section\*?\{|chapter\*?\{"
    r"|usepackage\b|maketitle\b|newcommand\b|input\{|begin\{(?:abstract|equation|itemize|figure)\})"
)
_ROOT = re.compile(r"<([A-Za-z_][\w.-]{0,60}:)?([A-Za-z_][\w.-]{0,60})([\s/>][^<>]{0,4000}>?|>)")
_FEEDS = frozenset({"rss", "feed", "urlset", "sitemapindex", "opml", "kml", "gpx", "plist"})
_ORG = re.compile(r"(?mi)^#\+(?:title:|begin_\w|author:|options:|startup:)")
_ORG_HEADING = re.compile(r"(?m)^\*{1,8} \S")
_ASCIIDOC = re.compile(r"(?m)^(?:={2,5} \S|:[a-z-]{1,40}:|-{4}$|\|===$)")
_WIKI_HEADING = re.compile(r"(?m)^(={2,5})[^=\n]{1,200}\1[ \t]*$")
_YAML_LINE = re.compile(
    r"[ \t]*(?:- )*(?:[\w.\"'/$@<*-][\w .\"'/$@()*-]{0,60}:(?:\s|$)|- \S|#|\{|\[)"
)
_YAML_KEY = re.compile(r"(?m)^[ \t]*(?:- )?[\w.\"'/-]{1,60}:(?:[ \t]|$)")
_YAML_BLOCK_SCALAR = re.compile(r":[ \t]+[|>][+-]?\d?[ \t]*$")
_YAML_NEST = re.compile(r"(?m)^---[ \t]*$|^[ \t]*[\w\"'-]{1,60}:[ \t]*\n[ \t]*(?:- |[ \t]\S)")


def by_opening(text: str, tail: str) -> str | None:
    """A kind that the first lines prove; `tail` is the end of the document."""
    text = text.lstrip("\ufeff")
    if text.startswith("WEBVTT") and text[6:7] in ("", " ", "\t", "\n", "\r"):
        return VTT
    if text[:1] == "<" or text[:64].lstrip()[:1] == "<":
        return _xml_kind(text.lstrip(), tail)
    if match := _PERSONAL.match(text):
        return ICS if match[1].upper() == "CALENDAR" else VCF
    if _SRT.match(text):
        return SRT
    if _SBV.match(text):
        return SBV
    if _MBOX.match(text):
        return MBOX
    if _is_mail(text):
        return MHTML if _SAVED_PAGE.search(text[:8192].partition("\n\n")[0]) else MAIL
    if text.startswith("#!") and by_first_line(text):
        return SOURCE
    if "\\" in text and len(_TEX.findall(text)) >= (1 if "\\documentclass" in text else 3):
        return TEX
    return None


def by_most_lines(text: str) -> str | None:
    """A kind that a text as a whole looks like."""
    if "```" not in text and "](" not in text and by_lines(text):
        return SOURCE
    return YAML if _is_yaml(text) else None


def light_markup(text: str) -> str | None:
    """Org, AsciiDoc or MediaWiki's text, by marks that no other text has."""
    if "#+" in text and _ORG.search(text) and _ORG_HEADING.search(text):
        return ORG
    if text[:2] == "= " and _ASCIIDOC.search(text):
        return ASCIIDOC
    wiki = text.count("==") > 3 and ("[[" in text or "'''" in text)
    return WIKI if wiki and len(_WIKI_HEADING.findall(text)) >= 2 else None


def _is_mail(text: str) -> bool:
    """Three header fields of mail, or two of a complete header, before the first blank line."""
    header = re.split(r"\r?\n[ \t]*\r?\n", text[:8192].lstrip(), maxsplit=1)[0]
    first = header[:80].partition("\n")[0]
    if not _HEADER.match(first) and not first.startswith("From "):
        return False
    names = [name.lower() for name in _HEADER.findall(header)]
    known = _MAIL_HEADERS.intersection(names)
    if known and _ENCODED_WORD.search(header):
        return True
    return len(known) >= 2 and bool(known & _SENT) and len(known) * 2 >= min(len(set(names)), 6)


def _xml_kind(text: str, tail: str) -> str | None:
    """XML that does not declare itself: a known root, a namespace, or the root's end at the end."""
    match = _ROOT.match(text)
    if match is None:
        return None
    prefix, name, rest = match.groups()
    if (kind := xml_kind(name, rest, "")) != XML:
        return kind
    closes = tail.rstrip().endswith(f"</{prefix or ''}{name}>")
    if name in _FEEDS or "xmlns" in rest[:2000]:
        return XML
    return XML if closes and name.lower() not in _HTML else None


_HTML = frozenset(
    {"div", "p", "span", "table", "ul", "ol", "section", "article", "main", "body", "h1", "h2"}
    | {"h3", "a", "b", "i", "pre", "center", "font", "form", "header", "nav", "blockquote", "dl"}
    | {"html", "head", "title", "meta", "link", "style", "script", "strong", "em", "figure"}
)


def _is_yaml(text: str) -> bool:
    lines = [line for line in text.split("\n")[:201][:-1] if line.strip() and line[:3] != "---"]
    if len(lines) < 3 or len(_YAML_KEY.findall(text)) < 3 or not _YAML_NEST.search(text):
        return False
    lines = list(_without_block_scalars(lines))
    fitting = sum(_YAML_LINE.match(line) is not None for line in lines)
    return fitting >= 0.9 * len(lines)


def _without_block_scalars(lines: list[str]) -> Iterator[str]:
    """The text below `key: |` or `key: >` may look like anything: it is left out."""
    deeper_than: int | None = None
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if deeper_than is not None and indent > deeper_than:
            continue
        deeper_than = indent if _YAML_BLOCK_SCALAR.search(line) else None
        yield line


EXTENSIONS = {
    ".eml": MAIL,
    **dict.fromkeys((".mht", ".mhtml"), MHTML),
    ".mbox": MBOX,
    **dict.fromkeys((".ics", ".ical", ".ifb", ".icalendar"), ICS),
    **dict.fromkeys((".vcf", ".vcard"), VCF),
    ".msg": "application/vnd.ms-outlook",
    ".oft": "application/vnd.ms-outlook",
    ".tnef": "application/ms-tnef",
    ".mbx": MBOX,
    ".yaml": YAML,
    ".yml": YAML,
    ".ipynb": "application/x-ipynb+json",
    ".tex": TEX,
    ".ltx": TEX,
    ".latex": TEX,
    ".srt": SRT,
    ".vtt": VTT,
    ".sbv": SBV,
    **XML_EXTENSIONS,
    ".org": ORG,
    **dict.fromkeys((".adoc", ".asciidoc"), ASCIIDOC),
    **dict.fromkeys((".wiki", ".mediawiki", ".wikitext", ".mw"), WIKI),
    **dict.fromkeys((".jsonc", ".json5"), "application/json"),
    ".tab": "text/tab-separated-values",
    ".png": "image/png",
    **dict.fromkeys((".jpg", ".jpeg", ".jpe"), "image/jpeg"),
    **dict.fromkeys((".tif", ".tiff"), "image/tiff"),
    ".zip": "application/zip",
    ".tar": "application/x-tar",
    **dict.fromkeys((".gz", ".tgz"), "application/gzip"),
    **dict.fromkeys((".bz2", ".tbz", ".tbz2"), "application/x-bzip2"),
    **dict.fromkeys((".xz", ".txz"), "application/x-xz"),
    **dict.fromkeys((".zst", ".tzst"), "application/zstd"),
    ".lz4": "application/x-lz4",
    ".lz": "application/x-lzip",
    ".z": "application/x-compress",
    ".7z": "application/x-7z-compressed",
    ".rar": "application/vnd.rar",
    ".cab": "application/vnd.ms-cab-compressed",
    **dict.fromkeys((".lzh", ".lha"), "application/x-lzh-compressed"),
    ".p7m": "application/pkcs7-mime",
    **dict.fromkeys((".pst", ".ost"), "application/vnd.ms-outlook-pst"),
}

ALIASES = {
    **dict.fromkeys(("text/yaml", "text/x-yaml", "application/x-yaml"), YAML),
    **dict.fromkeys(("application/x-tex", "application/x-latex", "text/x-latex"), TEX),
    **dict.fromkeys(("application/rss+xml", "application/atom+xml", "application/rdf+xml"), XML),
    **dict.fromkeys(("text/x-org", "application/org"), ORG),
    **dict.fromkeys(("text/x-asciidoc", "application/asciidoc"), ASCIIDOC),
    **dict.fromkeys(("text/mediawiki", "text/x-mediawiki"), WIKI),
    "text/srt": SRT,
    "text/x-vcard": VCF,
    "text/directory": VCF,
    "text/x-vcalendar": ICS,
    "application/vnd.ms-tnef": "application/ms-tnef",
    "application/x-ipynb": "application/x-ipynb+json",
    "application/x-gzip": "application/gzip",
    "application/x-zip-compressed": "application/zip",
    "application/x-gtar": "application/x-tar",
    "text/tsv": "text/tab-separated-values",
    **dict.fromkeys(("text/javascript", "application/javascript", "text/css"), SOURCE),
    **dict.fromkeys(("text/x-python", "text/x-script.python", "text/x-c", "text/x-java"), SOURCE),
    **dict.fromkeys(("application/x-sh", "application/toml"), SOURCE),
}
