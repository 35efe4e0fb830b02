"""Bytes to text: marks first, the whole file as UTF-8 before any guess, then what is declared."""

import codecs
import re
from typing import NamedTuple

from gristmill.pipeline.alphabets import LATIN_ENCODINGS, likeliest
from gristmill.pipeline.encoding_labels import NAMES, SUPERSETS
from gristmill.pipeline.mixed_encodings import read_by_lines
from gristmill.pipeline.mojibake import mended
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode
from gristmill.schemas.problems.errors import DocumentError

GUESS_BYTES = 128 * 1024
"""How much of a file the guess looks at; every candidate still has to decode the whole of it."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_JAPANESE = frozenset({"cp932", "shift_jis_2004", "shift_jisx0213"})  # a guess tells none apart

_C1 = re.compile("[\x80-\x9f]")
# A short Western text fits these too; they are far more often a wrong guess than in use.
_SELDOM = frozenset(
    {"cp775", "cp850", "cp858", "cp1258", "hp-roman8", "iso8859-3", "iso8859-4", "iso8859-10"}
    | {"iso8859-13", "iso8859-14", "mac-iceland", "mac-latin2", "mac-roman", "mac-turkish"}
    | {"ptcp154", "cp037", "cp500", "cp1026", "cp1140"}
)

# Words of any other script, and East Asian characters, have bytes beyond ASCII side by side.
_NEIGHBOURS = re.compile(rb"[\x80-\xff]{2}")
_ACCENTED = re.compile("[\x80-\u024f]")
_FEW = 64
"""As many may be a headline. Of the letters of a language that is written in Latin, a sixth at the
most are beyond ASCII, a third in Vietnamese."""
# Not the bell and the backspace, which logs and old manuals have, nor what separates records.
_CONTROL = re.compile(r"[\x00-\x06\x0e-\x1a\x1c\x1d\x1f\x7f]")
_CONTROL_BYTES = bytes([*range(0x07), *range(0x0E, 0x1B), 0x1C, 0x1D, 0x1F, 0x7F])
_ESCAPES = (
    (re.compile(rb"\x1b\$[@B]"), "iso2022_jp_ext"),
    (re.compile(rb"\x1b\$\)C"), "iso2022_kr"),
)


_DAMAGE = 20  # characters of a text for a broken one


class Decoded(NamedTuple):
    """`encoding` is the Python codec's name."""

    text: str
    encoding: str


class Reading(NamedTuple):
    """As `Decoded`, with what was guessed or could not be read."""

    text: str
    encoding: str
    warnings: tuple[DocumentWarning, ...] = ()


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text of `data`. `declared` is an encoding's name found in the document itself.

    Raises DocumentError `encoding` when the bytes are no text in any encoding.
    """
    return Decoded(*read_text(data, declared)[:2])


def read_text(data: bytes, declared: str | None = None) -> Reading:
    """As `decode`, with warnings."""
    if certain := _marked(data) or _unicode(data):
        return _once(certain)
    if found := _declared(data, declared):
        return Reading(*found)
    return _wide_with_a_rest(data) or _guessed(data.removeprefix(codecs.BOM_UTF8))


def looks_like_text(data: bytes) -> bool:
    """Whether a beginning of a file could be text: no control bytes, or UTF-16/32."""
    if any(data.startswith(mark) for mark, _ in _MARKS):
        return True
    sample = data[:4096]
    if b"\x1b$)C" in sample:  # ISO-2022-KR, which shifts by control bytes
        return True
    if sample.translate(None, _CONTROL_BYTES) != sample:
        return _wide(data) is not None or _control_share(sample) < 0.002
    return True


def _marked(data: bytes) -> Decoded | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return Decoded(data.decode(encoding), encoding)
            except UnicodeDecodeError:
                return None
    return None


def _unicode(data: bytes) -> Decoded | None:
    """Strict UTF-8 over the whole file: text of another encoding does not pass by accident."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        wide = _wide(data)
        return Decoded(data.decode(wide), wide) if wide else None
    if "\x1b" in text and (stateful := _stateful(data)):
        return stateful
    if "\x00" in text and (wide := _wide(data)):
        return Decoded(data.decode(wide), wide)
    _refuse_control(text)
    return Decoded(text, "ascii" if text.isascii() else "utf-8")


def _once(found: Decoded) -> Reading:
    """Text that was encoded twice is put right."""
    right = mended(found.text)
    if right is None:
        return Reading(*found)
    message = f"{right.lines} lines were encoded twice (`Ã¼` for `ü`) and have been put right"
    return Reading(right.text, found.encoding, (_guess(message, right.lines),))


def _wide_with_a_rest(data: bytes) -> Reading | None:
    """UTF-16 by its mark that is broken: by an odd byte at its end, or a few characters."""
    for mark, encoding in _MARKS[1:]:
        if data.startswith(mark):
            text = data.decode(encoding, "replace")
            broken = text.count("\ufffd")
            if broken * _DAMAGE <= len(text) + _DAMAGE:
                return Reading(text.removesuffix("\ufffd"), encoding, _broken(broken))
    return None


def _guess(message: str, count: int = 1) -> DocumentWarning:
    return DocumentWarning(WarningCode.ENCODING_GUESSED, message, count=count)


def _broken(count: int) -> tuple[DocumentWarning, ...]:
    message = f"{count} characters are broken and could not be read"
    return (DocumentWarning(WarningCode.TEXT_GARBLED, message, count=count),) if count else ()


def _stateful(data: bytes) -> Decoded | None:
    for escape, encoding in _ESCAPES:
        if escape.search(data):
            try:
                return Decoded(data.decode(encoding), encoding)
            except UnicodeDecodeError:
                continue
    return None


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, told by where the zero bytes are."""
    sample = data[:4096]
    if b"\x00" not in sample or len(data) % 2:
        return None
    quarter = max(1, len(sample) // 4)
    zeros = [sample[place::4].count(0) / quarter for place in range(4)]
    if len(data) % 4 == 0 and min(zeros[1:]) > 0.1 and min(zeros[2:]) > 0.9:
        order = "utf-32-le"
    elif len(data) % 4 == 0 and min(zeros[:2]) > 0.9 and zeros[2] > 0.1:
        order = "utf-32-be"
    elif min(zeros[1], zeros[3]) > 0.05 and max(zeros[0], zeros[2]) < 0.05:
        order = "utf-16-le"
    elif min(zeros[0], zeros[2]) > 0.05 and max(zeros[1], zeros[3]) < 0.05:
        order = "utf-16-be"
    else:
        return None
    return order if _decodes(data, order) else None


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return len(_CONTROL.findall(text[:4096])) <= len(text[:4096]) * 0.02


def _declared(data: bytes, declared: str | None) -> Decoded | None:
    if not declared:
        return None
    label = declared.strip().lower()
    try:
        name = codecs.lookup(NAMES.get(label, label)).name
    except (LookupError, ValueError):  # ValueError: a name with a zero character
        return None
    return _labelled(data, name)


def _labelled(data: bytes, name: str) -> Decoded | None:
    """By the codec of that name where it fits the whole text, else by its superset.

    Controls beyond ASCII are in no text: there the label stands for its superset.
    """
    superset = SUPERSETS.get(name)
    for encoding in filter(None, (name, superset)):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError, TypeError):  # TypeError: a codec not of text
            continue
        if encoding == superset or superset is None or not _C1.search(text):
            return Decoded(text, encoding)
    return None


def _guessed(data: bytes) -> Reading:
    if mixed := read_by_lines(data, _likeliest):
        told = (
            _guess(f"{mixed.lines} lines are no UTF-8 and are read as {mixed.other}", mixed.lines),
        )
        return Reading(mixed.text, "utf-8", (*told[: mixed.lines], *_broken(mixed.broken)))
    if damaged := _damaged_utf8(data):
        return damaged
    if _control_share(data[: 64 * 1024]) > 0.01:
        raise _no_text()
    name = _likeliest(_sample(data))
    found = next(filter(None, (_labelled(data, each) for each in (name, "cp1252"))), None)
    found = found or Decoded(data.decode("latin-1"), "latin-1")
    _refuse_unlatin(found.text)
    message = f"no encoding is declared and the text is no UTF-8: it is read as {found.encoding}"
    return Reading(*found, (_guess(message),))


def _likeliest(sample: bytes) -> str:
    name = _by_statistics(sample) if _NEIGHBOURS.search(sample) else None
    if name is None or name in LATIN_ENCODINGS or name in _SELDOM:
        name = likeliest(sample) or name
    return name or "cp1252"


def _damaged_utf8(data: bytes) -> Reading | None:
    """UTF-8 with a few broken bytes: better read with marks for them than guessed anew."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    foreign = len(data) - len(text)  # every letter beyond ASCII takes at least one byte more
    return Reading(text, "utf-8", _broken(broken)) if broken * _DAMAGE < foreign else None


def _by_statistics(sample: bytes) -> str | None:
    from charset_normalizer import from_bytes  # slow to import and seldom needed

    best = from_bytes(sample).best()
    if best is None:
        return None
    name = codecs.lookup(best.encoding).name
    return "shift_jis" if name in _JAPANESE else name


def _sample(data: bytes) -> bytes:
    """A beginning of `data` that ends with a line, so that no character of it is cut."""
    if len(data) <= GUESS_BYTES:
        return data
    end = data.rfind(b"\n", 0, GUESS_BYTES)
    return data[: end if end > 0 else GUESS_BYTES]


def _control_share(data: bytes) -> float:
    if not data:
        return 0.0
    return (len(data) - len(data.translate(None, _CONTROL_BYTES))) / len(data)


def _refuse_control(text: str) -> None:
    """Bytes may pass as UTF-8 and be no text. A few stray controls in a text are forgiven."""
    if "\x00" in text or not text[:256].isprintable():
        sample = text[:65536]
        if len(_CONTROL.findall(sample)) > len(sample) * 0.01:
            raise _no_text()


def _refuse_unlatin(text: str) -> None:
    """Bytes of an encoding that nobody here can decode (EUC-TW) pass as Latin: all accents."""
    sample = text[:65536]
    accented = len(_ACCENTED.findall(sample))
    if accented > _FEW and accented > 0.5 * len("".join(sample.split())):
        raise _no_text()


def _no_text() -> DocumentError:
    return DocumentError(
        DocumentCode.ENCODING,
        "the bytes are no text in any known encoding; save the document as UTF-8",
    )
