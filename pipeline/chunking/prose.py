"""Line ends that only wrap running text, hidden from the splitter so that it sees sentences."""

import re
from bisect import bisect_left

from gristmill.pipeline.normalise import Normalised

# A line end inside a sentence: the next line goes on in lower case, or a long line that does not
# end a sentence is followed by a letter. A list, a poem or a log line seldom looks like either.
# It opens with the line end itself and looks back from there: ten times as fast to search for.
_WRAP = re.compile(
    r"\n(?:(?<=[^\s.!?:;|]\n)(?=[ \t]{0,40}[a-zà-öø-ÿ])"
    r"|(?<=[^\n]{50}[a-zà-öø-ÿ,\-–—]\n)(?=[ \t]{0,40}[^\W\d_]))"
)

# Marks of notes after a sentence's end belong to it; Unicode's rules (UAX 29) would cut inside.
_NOTE_MARKS = re.compile(r"\[(?<=[.!?\"'”’]\[)\w{1,4}\](?:\[\w{1,4}\])*")

_INLINE_CODE = re.compile(r"(``?)(?:[^`\n]|\n(?!\n)){1,200}\1")
_NO_MARKS = str.maketrans(".!?", "___")


def unwrapped(normalised: Normalised, start: int, end: int) -> str:
    """`text[start:end]` with every line end that is a mere wrap replaced by a blank, the marks of
    notes after a sentence (`.[3]`) by points, and what looks like a sentence's end in inline code.

    The length stays, so a cut found in it is a cut of the text. Code, lists and tables keep
    their lines.
    """
    text, spans = normalised.text, normalised.spans
    parts: list[str] = []
    position = start
    for index in range(bisect_left(spans, (start,)), len(spans)):
        span = spans[index]
        if span.start >= end:
            break
        parts.append(_flowing(text[position : span.start]))
        position = min(end, span.end)
        parts.append(text[span.start : position])
    parts.append(_flowing(text[position:end]))
    return "".join(parts)


def _flowing(text: str) -> str:
    text = _WRAP.sub(" ", text)
    if "[" in text:
        text = _NOTE_MARKS.sub(lambda marks: "." * len(marks[0]), text)
    if "`" in text:
        text = _INLINE_CODE.sub(lambda code: code[0].translate(_NO_MARKS), text)
    return text
