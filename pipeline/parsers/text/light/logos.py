"""The name that a logo at the beginning of a text says instead of a heading."""

import re

from gristmill.pipeline.section_names import OPENERS, SECTIONS

_BADGE = re.compile(
    r"badge|shield|/actions/|/workflows/|travis|codecov|coveralls|appveyor|circleci|gitter|zenodo"
    r"|pepy\.tech|star-history|opencollective|sonarcloud|deepsource|snyk|codacy|contrib\.rocks"
    r"|producthunt|colab-|buymeacoffee|ko-fi|crates\.io|status\.svg|visitor",
    re.IGNORECASE,
)
_WORDS_OF_BADGES = re.compile(
    r"\b(?:badge|build|chat|coverage|dependenc\w+|discord|docs?|documentation|downloads?|issues"
    r"|join|license|npm|open in|passing|pypi|python versions?|release|slack|sponsors?|stars|status"
    r"|tests?|twitter|version|workflow)\b",
    re.IGNORECASE,
)
_OF_LOGO = re.compile(
    r"^(?:the\s+)?(?:logo|banner|icon)\s+(?:of|for)\s+"
    r"|[\s:,_-]*\b(?:(?:library|project|light|dark|mode|theme)[\s_-]+)*(?:logo|banner|icon|header"
    r"|wordmark|image)\b.*$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"(?:alt|text|img|image|picture|photo|figure|fig|screenshot|screen shot|demo|diagram|example"
    r"|preview|overview|architecture|title|cover|hero|readme|.*\.(?:png|svg|jpe?g|gif|webp)|\W*)"
    r"[\s\d._-]*\Z",
    re.IGNORECASE,
)
_LONGEST = 60


def name_on_logo(alt: str, source: str) -> str | None:
    """The name in the alternative text of an image; none for a badge, a screenshot or a picture
    that somebody describes at length. `source` is the image's address."""
    if len(alt) > _LONGEST or _BADGE.search(source) or _WORDS_OF_BADGES.search(alt):
        return None
    name = _OF_LOGO.sub("", alt.strip()).strip(" -_:,|")
    is_section = name.casefold() in OPENERS | SECTIONS
    return None if is_section or _NO_NAME.match(name) else name
