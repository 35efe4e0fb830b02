"""Text for people's terminals: what steers a terminal, or turns and hides what it shows, is out.

Names, titles and messages come from documents, other machines and file systems.
"""

import re

_STEERING = "\x00-\x1f\x7f-\x9f\u2028\u2029"
"""C0 with ESC and line ends, DEL, C1, and the two line ends of Unicode."""
_FORMATS = (
    "\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
"""Category Cf: what turns the direction of text, joins, or takes no room. Written down, for to look
for them takes a tenth of a second; a test looks."""
_steering = re.compile(f"[{_STEERING}]")
_format = re.compile(f"[{_FORMATS}]")
_either = re.compile(f"[{_STEERING}{_FORMATS}]")
# In JSON, line ends and tabs stand between values only.
_in_json = re.compile(f"[\x7f-\x9f\u2028\u2029{_FORMATS}]")


def clean(value: object) -> str:
    """One line that shows what it says: what steers is a blank, formats are left out."""
    return "" if value is None else _format.sub("", _steering.sub(" ", str(value)))


def escaped(text: str) -> str:
    r"""One line in which all that is said can be seen: `\u001b` for what steers or formats."""
    return _either.sub(_code, text)


def escaped_json(text: str) -> str:
    r"""JSON that means the same, with `\u202e` for what a terminal would act on."""
    return _in_json.sub(_code, text)


def _code(found: re.Match[str]) -> str:
    units = found.group().encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
